/*
 * What each way of sending meets at one address of one mail server.
 */
#include "assess/cause.h"
#include "assess/dane_seen.h"
#include "assess/path_private.h"
#include "assess/rules_mta_sts.h"

#include "base/banned.h"

/* Which ways has a sender that takes whatever encryption there is? */
static enum as_path_way
way_of_visit(
    struct as_say *o, const struct as_host_facts *h, struct as_str *why)
{
	if (h->outcome != AS_SUBJECT_DONE || h->smtp == NULL ||
	    h->smtp->outcome != AS_SMTP_OK) {
		*why = as_cause_visit(o, h).text;
		return AS_WAY_UNKNOWN;
	}
	if (h->smtp->helo_only) {
		*why = AS_STR("it knows no EHLO, and so no encryption");
		return AS_WAY_CLEAR;
	}
	switch (h->smtp->starttls) {
	case AS_STARTTLS_NOT_OFFERED:
		*why = AS_STR("it offers no encryption (STARTTLS)");
		return AS_WAY_CLEAR;
	case AS_STARTTLS_REFUSED:
		*why = AS_STR("it refuses the encryption (STARTTLS)");
		return AS_WAY_CLEAR;
	case AS_STARTTLS_ACCEPTED: break;
	default: *why = as_cause_starttls(o, h).text; return AS_WAY_UNKNOWN;
	}
	if (h->tls != NULL && h->tls->outcome == AS_TLS_OK)
		return AS_WAY_ENCRYPTED;
	if (h->tls != NULL &&
	    (h->tls->outcome == AS_TLS_ALERT ||
		h->tls->outcome == AS_TLS_FAILED)) {
		*why = AS_STR("the TLS handshake fails");
		return AS_WAY_CLEAR;
	}
	*why = as_cause_starttls(o, h).text;
	return AS_WAY_UNKNOWN;
}

/* --- MTA-STS --- */

static enum as_path_way
way_mta_sts(struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h, enum as_path_way open, struct as_str *why)
{
	struct as_str fault;

	if (o->c->sts_enforces == AS_NO)
		return open;
	if (o->c->sts_enforces == AS_UNSURE || open == AS_WAY_UNKNOWN)
		return AS_WAY_UNKNOWN;
	if (!as_mta_sts_names(o->c->policy, m->host)) {
		*why = AS_STR("the MTA-STS policy does not name it");
		return AS_WAY_STUCK;
	}
	fault = as_mta_sts_visit_fault(o, h);
	if (fault.n == 0)
		return AS_WAY_PROTECTED;
	*why = fault;
	return AS_WAY_STUCK;
}

/* --- DANE --- */

/* Every handshake must be vouched for: which one a sender gets, its own
 * algorithms decide. */
static enum as_path_way
way_tlsa(struct as_say *o, const struct as_mx *m, const struct as_host_facts *h,
    struct as_str *why)
{
	const struct as_tls_facts *tls;
	enum as_path_way way = AS_WAY_PROTECTED;

	for (size_t i = 0; (tls = as_visit_handshake(h, i)) != NULL; i++)
		switch (as_dane_see(o->c, m, tls)) {
		case AS_DANE_SEEN_MATCH: break;
		case AS_DANE_SEEN_CUT:
		case AS_DANE_SEEN_OPEN:
			way = way == AS_WAY_STUCK ? way : AS_WAY_UNKNOWN;
			break;
		default:
			*why = AS_STR(
			    "its certificate is not that of its TLSA records");
			way = AS_WAY_STUCK;
		}
	return way;
}

static enum as_path_way
way_dane(struct as_say *o, const struct as_mx *m, const struct as_host_facts *h,
    enum as_path_way open, struct as_str *why)
{
	switch (m->dane) {
	case AS_DANE_USE_NO_TLSA:
	case AS_DANE_USE_INSECURE: return open;
	case AS_DANE_USE_BOGUS:
		*why = AS_STR("its TLSA records fail DNSSEC validation");
		return AS_WAY_STUCK;
	case AS_DANE_USE_UNKNOWN: return AS_WAY_UNKNOWN;
	default: break;
	}
	if (open != AS_WAY_ENCRYPTED)
		return open == AS_WAY_CLEAR ? AS_WAY_STUCK : open;
	/* RFC 7672 2.2: without a usable record TLS is all that is asked. */
	return m->dane == AS_DANE_USE_UNUSABLE ? open : way_tlsa(o, m, h, why);
}

/* --- a rule that forces TLS --- */

/* Nobody can lead the sender to a server of another name, when the MX records
 * are signed or the server is of the domain itself. */
static bool
name_is_sure(const struct as_case *c, const struct as_mx *m)
{
	size_t cut = m->host.n > c->name.n ? m->host.n - c->name.n : 0;

	return (c->mx_answer != NULL &&
		   c->mx_answer->security == AS_DNSSEC_SECURE) ||
	    as_str_eq(m->host, c->name) ||
	    (cut > 0 && m->host.p[cut - 1] == '.' &&
		as_str_eq(as_str_slice(m->host, cut, m->host.n), c->name));
}

static enum as_path_way
way_forced(struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h, enum as_path_way open, struct as_str *why)
{
	struct as_str fault;

	if (open == AS_WAY_UNKNOWN)
		return open;
	fault = as_mta_sts_visit_fault(o, h);
	if (fault.n == 0)
		return name_is_sure(o->c, m) ? AS_WAY_PROTECTED
					     : AS_WAY_ENCRYPTED;
	*why = fault;
	return AS_WAY_STUCK;
}

void
as_path_see(struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h, struct as_path_server *out)
{
	struct as_str why[AS_PATH_SENDERS] = {AS_STR_NULL};
	enum as_path_way open = way_of_visit(o, h, &why[AS_PATH_OPPORTUNISTIC]);

	out->host = as_say_esc(o, m->host);
	out->address = as_say_esc(o, h->address);
	out->preference = m->preference;
	out->ways[AS_PATH_OPPORTUNISTIC] = open;
	out->ways[AS_PATH_MTA_STS] =
	    way_mta_sts(o, m, h, open, &why[AS_PATH_MTA_STS]);
	out->ways[AS_PATH_DANE] = way_dane(o, m, h, open, &why[AS_PATH_DANE]);
	out->ways[AS_PATH_FORCED] =
	    way_forced(o, m, h, open, &why[AS_PATH_FORCED]);
	out->why = AS_STR("");
	for (size_t i = 0; i < AS_PATH_SENDERS && out->why.n == 0; i++)
		if (why[i].n > 0)
			out->why = why[i];
}
