/*
 * An event in one line for people.
 */
#include "assess/change.h"
#include "base/buf.h"

#include "base/banned.h"

/* "example.org" of "domain:example.org". */
static struct as_str
bare(struct as_str subject)
{
	return as_str_slice(
	    subject, as_str_find(subject, ':', 0) + 1, subject.n);
}

/* What people call the record, by its name and type. */
static struct as_str
record_words(struct as_arena *a, const struct as_event *e)
{
	static const struct {
		const char *prefix, *words;
	} kinds[] = {
	    {"_dmarc.", "DMARC record"},
	    {"_mta-sts.", "MTA-STS record"},
	    {"_smtp._tls.", "TLS reporting record"},
	};
	struct as_str text = as_str_is_null(e->after) ? e->before : e->after;

	if (!as_str_is(e->type, "TXT"))
		return as_str_printf(
		    a, AS_STR_FMT " record", AS_STR_ARG(e->type));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (as_str_has_prefix(e->name, kinds[i].prefix))
			return as_str_from(kinds[i].words);
	if (as_str_has(e->name, AS_STR("._domainkey.")))
		return AS_STR("DKIM key");
	if (as_str_has_prefix_case(text, "v=spf1"))
		return AS_STR("SPF record");
	return as_str_has_prefix_case(text, "v=bimi1") ? AS_STR("BIMI record")
						       : AS_STR("TXT record");
}

static struct as_str
policy_words(const struct as_event *e)
{
	if (as_str_is(e->name, "spf"))
		return AS_STR("The end of the SPF record");
	if (as_str_is(e->name, "mta-sts"))
		return AS_STR("The MTA-STS mode");
	if (as_str_is(e->name, "sp"))
		return AS_STR("The DMARC policy for subdomains");
	return as_str_is(e->name, "np")
	    ? AS_STR("The DMARC policy for names that do not exist")
	    : AS_STR("The DMARC policy");
}

static struct as_str
record_title(struct as_arena *a, const struct as_event *e, const char *what)
{
	return as_str_printf(a, AS_STR_FMT " %s at " AS_STR_FMT,
	    AS_STR_ARG(record_words(a, e)), what, AS_STR_ARG(e->name));
}

/* "WHAT of SUBJECT: BEFORE, now AFTER" */
static struct as_str
moved_title(struct as_arena *a, const struct as_event *e, struct as_str what)
{
	return as_str_printf(a,
	    AS_STR_FMT " of " AS_STR_FMT " moved from " AS_STR_FMT
		       " to " AS_STR_FMT,
	    AS_STR_ARG(what), AS_STR_ARG(bare(e->subject)),
	    AS_STR_ARG(e->before), AS_STR_ARG(e->after));
}

/* Of a rule: what it tests. */
static struct as_str
rule_title(struct as_str id)
{
	const struct as_rule_info *rule = as_rule_find(id);

	return rule != NULL ? as_str_from(rule->title) : id;
}

static struct as_str
finding_title(struct as_arena *a, const struct as_event *e)
{
	if (e->kind == AS_EVENT_FINDING_CLOSED)
		return as_str_printf(a,
		    "No longer found at " AS_STR_FMT ": " AS_STR_FMT,
		    AS_STR_ARG(bare(e->subject)),
		    AS_STR_ARG(rule_title(e->rule)));
	return as_str_printf(a, "%s at " AS_STR_FMT ": " AS_STR_FMT,
	    as_str_is(e->after, "fail") ? "Failure" : "Warning",
	    AS_STR_ARG(bare(e->subject)), AS_STR_ARG(rule_title(e->rule)));
}

static struct as_str
plain_title(struct as_arena *a, const struct as_event *e, const char *what)
{
	return as_str_printf(
	    a, "%s " AS_STR_FMT, what, AS_STR_ARG(bare(e->subject)));
}

struct as_str
as_change_title(struct as_arena *a, const struct as_event *e)
{
	switch (e->kind) {
	case AS_EVENT_RECORD_ADDED: return record_title(a, e, "added");
	case AS_EVENT_RECORD_REMOVED: return record_title(a, e, "removed");
	case AS_EVENT_RECORD_CHANGED: return record_title(a, e, "changed");
	case AS_EVENT_MX_ADDED: return plain_title(a, e, "New MX record of");
	case AS_EVENT_MX_REMOVED:
		return plain_title(a, e, "MX record removed from");
	case AS_EVENT_CERT_RENEWED:
		return plain_title(a, e, "Certificate renewed at");
	case AS_EVENT_CERT_REPLACED:
		return plain_title(a, e, "Another certificate at");
	case AS_EVENT_TLS_BROKEN: return plain_title(a, e, "TLS broken at");
	case AS_EVENT_TLS_RESTORED:
		return plain_title(a, e, "TLS works again at");
	case AS_EVENT_POLICY_MOVED: return moved_title(a, e, policy_words(e));
	case AS_EVENT_GRADE_MOVED:
		return moved_title(a, e,
		    as_str_printf(
			a, "The grade of " AS_STR_FMT, AS_STR_ARG(e->rule)));
	case AS_EVENT_ROLE_MOVED: return moved_title(a, e, AS_STR("The role"));
	case AS_EVENT_FINDING_OPENED:
	case AS_EVENT_FINDING_CLOSED:
	case AS_EVENT_FINDING_MOVED: return finding_title(a, e);
	case AS_EVENT_SENDER_NEW:
		return plain_title(a, e, "A new sender uses the name of");
	case AS_EVENT_REPORTS_STOPPED:
		return plain_title(a, e, "Reports stopped coming for");
	case AS_EVENT_REPORTS_RESUMED:
		return plain_title(a, e, "Reports come again for");
	}
	return AS_STR("?");
}
