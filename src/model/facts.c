#include "model/facts.h"

#include <stdio.h>

#include "base/json_pull.h"
#include "model/shape.h"
#include "model/tls_report.h"
#include "std/dns_wire.h"

#include "base/banned.h"

AS_DEFINE_ENUM(subject_outcome, AS_SUBJECT_OUTCOME_MAP)
AS_DEFINE_ENUM(dns_outcome, AS_DNS_OUTCOME_MAP)
AS_DEFINE_ENUM(dnssec, AS_DNSSEC_MAP)
AS_DEFINE_ENUM(smtp_outcome, AS_SMTP_OUTCOME_MAP)
AS_DEFINE_ENUM(starttls, AS_STARTTLS_MAP)
AS_DEFINE_ENUM(slipped, AS_SLIPPED_MAP)
AS_DEFINE_ENUM(tls_outcome, AS_TLS_OUTCOME_MAP)
AS_DEFINE_ENUM(dane_outcome, AS_DANE_OUTCOME_MAP)
AS_DEFINE_ENUM(staple, AS_STAPLE_MAP)
AS_DEFINE_ENUM(server_outcome, AS_SERVER_OUTCOME_MAP)
AS_DEFINE_ENUM(fetch, AS_FETCH_MAP)

AS_SHAPE(rr_mx, AS_RR_MX_FIELDS)
AS_SHAPE(rr_txt, AS_RR_TXT_FIELDS)
AS_SHAPE(rr_tlsa, AS_RR_TLSA_FIELDS)
AS_SHAPE(rr_caa, AS_RR_CAA_FIELDS)
AS_SHAPE(rr_dnskey, AS_RR_DNSKEY_FIELDS)
AS_SHAPE(rr_ds, AS_RR_DS_FIELDS)
AS_SHAPE(rr_nsec3param, AS_RR_NSEC3PARAM_FIELDS)
AS_SHAPE(rr_rrsig, AS_RR_RRSIG_FIELDS)
AS_SHAPE(answer, AS_ANSWER_FIELDS)
AS_SHAPE(server_facts, AS_SERVER_FACTS_FIELDS)
AS_SHAPE(domain_facts, AS_DOMAIN_FACTS_FIELDS)
AS_SHAPE(cert, AS_CERT_FIELDS)
AS_SHAPE(smtp_facts, AS_SMTP_FACTS_FIELDS)
AS_SHAPE(tls_facts, AS_TLS_FACTS_FIELDS)
AS_SHAPE(host_facts, AS_HOST_FACTS_FIELDS)
AS_SHAPE(policy_facts, AS_POLICY_FACTS_FIELDS)
AS_SHAPE(facts, AS_FACTS_FIELDS)

/* Go to the value of a member of the object that stands at r->at; false: it is
 * not there, or the text is broken. */
static bool
member_find(struct as_json_pull *r, const char *name)
{
	struct as_str one;

	if (as_json_pull_kind(r) != AS_JSON_OBJECT)
		return false;
	as_json_pull_enter(r);
	while (as_json_pull_member(r, &one)) {
		if (as_str_is(one, name))
			return true;
		if (!as_json_pull_skip(r))
			return false;
	}
	return false;
}

/* Is the object at text[at] a bundle that is known here?  Its schema comes
 * first, as it is written, so that this is quick. */
static bool
is_bundle(struct as_arena *a, struct as_str text, size_t at)
{
	struct as_json_pull r;
	struct as_str schema;

	as_json_pull_init(&r, a, text);
	r.at = at;
	return member_find(&r, "schema") &&
	    as_json_pull_kind(&r) == AS_JSON_STRING &&
	    as_json_pull_string(&r, &schema) &&
	    as_str_is(schema, AS_FACTS_SCHEMA);
}

/* Where it begins in a text that is one, or has one as a member. */
static enum as_err
bundle_find(
    struct as_arena *a, struct as_str text, size_t *at, struct as_why *why)
{
	struct as_json_pull r;

	*at = 0;
	if (is_bundle(a, text, 0))
		return AS_OK;
	as_json_pull_init(&r, a, text);
	if (member_find(&r, "facts") && is_bundle(a, text, r.at)) {
		*at = r.at;
		return AS_OK;
	}
	if (r.err != AS_OK)
		return as_json_pull_why(&r, why);
	return as_why_set(why, AS_EVERSION, AS_WHY_NOWHERE,
	    "no facts: \"schema\" must be \"%s\", here or in a member "
	    "\"facts\" (scan writes it with --with-facts)",
	    AS_FACTS_SCHEMA);
}

enum as_err
as_facts_read(struct as_arena *a, struct as_str text, struct as_facts **out,
    struct as_why *why)
{
	struct as_facts *f;
	size_t at;
	void *v;

	AS_TRY(bundle_find(a, text, &at, why));
	AS_TRY(as_codec_read(a, &as_shape_facts, text, &at, &v, why));
	f = v;
	if (f->domain == NULL || f->domain->name.n == 0)
		return as_why_set(
		    why, AS_ESYNTAX, AS_WHY_NOWHERE, "domain.name is missing");
	*out = f;
	return AS_OK;
}

const struct as_answer *
as_answer_find(
    const struct as_answer *list, size_t n, struct as_str name, uint32_t type)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].type == type && as_str_eq(list[i].name, name))
			return &list[i];
	return NULL;
}

bool
as_answer_is_none(const struct as_answer *ans)
{
	return ans != NULL &&
	    (ans->outcome == AS_DNS_NODATA || ans->outcome == AS_DNS_NXDOMAIN);
}

bool
as_answer_is_known(const struct as_answer *ans)
{
	return ans != NULL &&
	    (ans->outcome == AS_DNS_OK || as_answer_is_none(ans));
}

struct as_str
as_answer_alias(const struct as_answer *ans)
{
	if (ans == NULL || !as_answer_is_known(ans) ||
	    ans->security != AS_DNSSEC_SECURE || ans->n_chain == 0)
		return AS_STR("");
	return ans->chain[ans->n_chain - 1];
}

const struct as_answer *
as_answer_tlsa(const struct as_answer *own, const struct as_answer *alias)
{
	if (alias == NULL)
		return own;
	if (!as_answer_is_known(alias) ||
	    (alias->n_tlsa > 0 && alias->security != AS_DNSSEC_INSECURE))
		return alias;
	/* Records without force beat none: they can be told of. */
	return alias->n_tlsa > 0 && as_answer_is_none(own) ? alias : own;
}

static const char *
outcome_words(enum as_dns_outcome outcome)
{
	switch (outcome) {
	case AS_DNS_SERVFAIL: return "the name server failed (SERVFAIL)";
	case AS_DNS_TIMEOUT: return "no answer in time";
	case AS_DNS_REFUSED: return "the name server refused to answer";
	case AS_DNS_BOGUS: return "DNSSEC validation failed";
	case AS_DNS_MALFORMED: return "the answer was malformed";
	case AS_DNS_CHAIN: return "the CNAME chain is too long or loops";
	case AS_DNS_NOT_ASKED: return "no question was sent";
	default: return as_dns_outcome_text(outcome);
	}
}

/* Behind the last `mark`; the whole when there is none. */
static struct as_str
behind(struct as_str s, const char *mark)
{
	struct as_str rest = s;

	for (size_t i = as_str_find(s, mark[0], 0); i < s.n;
	     i = as_str_find(s, mark[0], i + 1))
		if (as_str_has_prefix(as_str_slice(s, i, s.n), mark))
			rest = as_str_slice(s, i + as_str_from(mark).n, s.n);
	return rest;
}

struct as_str
as_ms_shown(struct as_arena *a, struct as_str detail)
{
	static const char ms[] = "000 ms";

	for (size_t i = 1; i < detail.n; i++)
		if (detail.p[i - 1] >= '0' && detail.p[i - 1] <= '9' &&
		    as_str_has_prefix(as_str_slice(detail, i, detail.n), ms))
			return as_str_printf(a, AS_STR_FMT " s" AS_STR_FMT,
			    AS_STR_ARG(as_str_slice(detail, 0, i)),
			    AS_STR_ARG(as_str_slice(
				detail, i + sizeof(ms) - 1, detail.n)));
	return detail.n > 0 ? detail : AS_STR("");
}

/* The detail without what the outcome says already.  Validators tell how they
 * came upon a fault that they know from before: only the fault counts. */
static struct as_str
detail_words(const struct as_answer *ans)
{
	if (ans->outcome == AS_DNS_TIMEOUT)
		return behind(
		    behind(ans->detail, "no answer within "), "no answer in ");
	if (ans->outcome == AS_DNS_BOGUS)
		return behind(
		    behind(ans->detail, "validation failure: "), ">: ");
	return ans->detail;
}

struct as_str
as_answer_cause(struct as_arena *a, const struct as_answer *ans)
{
	struct as_str detail, name;
	const char *type;
	char other[sizeof("TYPE65535")];

	if (ans == NULL)
		return AS_STR("not asked");
	type = as_rrtype_text((uint16_t)ans->type);
	(void)snprintf(other, sizeof(other), "TYPE%u", (uint16_t)ans->type);
	name = as_str_escape(a, ans->name);
	detail = as_str_escape(a, as_ms_shown(a, detail_words(ans)));
	return as_str_printf(a, "%s for %s " AS_STR_FMT "%s" AS_STR_FMT,
	    outcome_words(ans->outcome), type != NULL ? type : other,
	    AS_STR_ARG(name), detail.n > 0 ? ": " : "", AS_STR_ARG(detail));
}
