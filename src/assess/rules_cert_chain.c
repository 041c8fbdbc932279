/* Certificates: what a server sends with its own, what that is for, and what the
 * authority says of it. */
#include "assess/rules_cert.h"

#include "base/banned.h"

static enum as_verdict
warn_unless_dane(const struct as_mx *m, const struct as_host_facts *h)
{
	return as_cert_dane_vouches(m, h) ? AS_VERDICT_INFO : AS_VERDICT_WARN;
}

/* --- completeness --- */

bool
as_cert_is_alone(const struct as_tls_facts *tls)
{
	const struct as_cert *chain = tls->chain;

	/* X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, ..._LOCALLY, and
	 * ..._VERIFY_LEAF_SIGNATURE */
	if ((tls->verify_code != 2 && tls->verify_code != 20 &&
		tls->verify_code != 21) ||
	    tls->n_chain == 0 || tls->chain_cut)
		return false;
	for (size_t i = 1; i < tls->n_chain; i++)
		if (as_str_eq(chain[i].subject, chain[0].issuer))
			return false;
	return true;
}

static enum as_judged
judge_incomplete(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = as_cert_leaf(o, h, &got);
	struct as_finding *f;

	(void)c;
	if (leaf == NULL || !as_cert_is_alone(h->tls))
		return got;
	f = as_say(o, warn_unless_dane(m, h),
	    AS_STR_FMT " does not send the certificate of the authority that "
		       "issued its %scertificate.",
	    AS_STR_ARG(as_say_esc(o, m->host)), as_cert_kind(h));
	as_say_evidence(o, f,
	    "issuer " AS_STR_FMT
	    ", neither sent nor among the roots that are known",
	    AS_STR_ARG(as_say_esc(o, leaf->issuer)));
	if (as_cert_dane_vouches(m, h))
		as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_cert_incomplete(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_incomplete,
	    "Every mail server sends what leads from its certificate to a "
	    "root.",
	    "no mail server could be met over TLS");
}

/* --- order --- */

static enum as_judged
judge_order(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	struct as_list list = {.between = " | "};
	struct as_finding *f;
	bool ordered = true;

	(void)c;
	if (as_cert_leaf(o, h, &got) == NULL)
		return got;
	for (size_t i = 0; i < h->tls->n_chain; i++) {
		as_list_add(o, &list, as_say_esc(o, h->tls->chain[i].subject));
		if (i > 0 &&
		    !as_str_eq(
			h->tls->chain[i].subject, h->tls->chain[i - 1].issuer))
			ordered = false;
	}
	if (ordered)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_WARN,
	    AS_STR_FMT " sends its certificates out of order, or some that "
		       "do not belong.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(
	    o, f, "as sent: " AS_STR_FMT, AS_STR_ARG(as_list_text(o, &list)));
	return AS_JUDGED_SAID;
}

void
as_check_cert_order(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_order,
	    "Each certificate sent stands for the one before it.",
	    "no mail server could be met over TLS");
}

/* --- purpose --- */

bool
as_cert_is_for_servers(const struct as_cert *leaf)
{
	for (size_t i = 0; i < leaf->n_purposes; i++)
		if (as_str_is(
			leaf->purposes[i], "TLS Web Server Authentication") ||
		    as_str_is(leaf->purposes[i], "Any Extended Key Usage"))
			return true;
	return leaf->n_purposes == 0;
}

static enum as_judged
judge_purpose(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = as_cert_leaf(o, h, &got);
	struct as_finding *f;
	bool servers;

	(void)c;
	if (leaf == NULL)
		return got;
	servers = as_cert_is_for_servers(leaf);
	/* Who vouches for himself may well call himself an authority. */
	if (servers && (!leaf->ca || as_cert_is_self_issued(leaf)))
		return AS_JUDGED_PASS;
	f = as_say(o, warn_unless_dane(m, h),
	    "The %scertificate of " AS_STR_FMT " is %s.", as_cert_kind(h),
	    AS_STR_ARG(as_say_esc(o, m->host)),
	    servers ? "that of an authority" : "not made for servers");
	if (servers)
		as_say_evidence(o, f, "basicConstraints: CA");
	else
		as_say_evidence(o, f, "extended key usage: " AS_STR_FMT,
		    AS_STR_ARG(
			as_list_of(o, ", ", leaf->purposes, leaf->n_purposes)));
	return AS_JUDGED_SAID;
}

void
as_check_cert_purpose(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_purpose,
	    "Every certificate is one for servers.",
	    "no mail server could be met over TLS");
}

/* --- the stapled response (TLS-7) --- */

const char *
as_cert_staple_fault(const struct as_tls_facts *tls, int64_t now_ms)
{
	switch (tls->staple) {
	case AS_STAPLE_UNKNOWN: return "the authority does not know it";
	case AS_STAPLE_MALFORMED:
		return "the response that is stapled to it is none for it";
	case AS_STAPLE_FORGED:
		return "the response that is stapled to it is not signed by "
		       "its authority";
	case AS_STAPLE_NONE:
		return tls->n_chain > 0 && tls->chain[0].must_staple
		    ? "it demands a stapled response; none came"
		    : NULL;
	default: break;
	}
	if (tls->staple_until != 0 && tls->staple_until < now_ms)
		return "the response that is stapled to it has run out";
	return NULL;
}

static enum as_judged
judge_staple(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = as_cert_leaf(o, h, &got);
	bool revoked = leaf != NULL && h->tls->staple == AS_STAPLE_REVOKED;
	const char *fault;
	struct as_finding *f;

	if (leaf == NULL)
		return got;
	if (h->tls->staple == AS_STAPLE_NONE && !leaf->must_staple)
		return AS_JUDGED_SKIP;
	if (h->tls->staple == AS_STAPLE_UNCHECKED) {
		as_say_unknown(o,
		    AS_STR("a response is stapled, but not the certificate "
			   "sent that it is checked with"));
		return AS_JUDGED_SAID;
	}
	fault = revoked ? "it is revoked"
			: as_cert_staple_fault(h->tls, c->options->now_ms);
	if (fault == NULL)
		return AS_JUDGED_PASS;
	f = as_say(o,
	    revoked && !as_cert_dane_vouches(m, h) ? AS_VERDICT_FAIL
						   : warn_unless_dane(m, h),
	    "The authority does not stand by the %scertificate of " AS_STR_FMT
	    ".",
	    as_cert_kind(h), AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "%s%s" AS_STR_FMT, fault,
	    h->tls->staple_until != 0 ? "; the response counts until " : "",
	    AS_STR_ARG(h->tls->staple_until != 0
		    ? as_cert_day(o, h->tls->staple_until)
		    : AS_STR("")));
	return AS_JUDGED_SAID;
}

void
as_check_cert_staple(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_staple,
	    "Every stapled response vouches for its certificate.",
	    "no mail server staples a response to its certificate");
}
