#include "assess/rules.h"

#include "base/banned.h"

void
as_check_dns_exists(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	const struct as_answer *ans = c->mx_answer;

	if (c->mail == AS_MAIL_NO_NAME) {
		f = as_say(o, AS_VERDICT_FAIL,
		    AS_STR_FMT " does not exist in the DNS.",
		    AS_STR_ARG(c->shown));
		as_say_evidence(
		    o, f, "MX " AS_STR_FMT ": NXDOMAIN", AS_STR_ARG(c->shown));
		return;
	}
	if (as_case_known(ans) || as_case_known(c->spf_set.answer)) {
		as_say_pass(
		    o, AS_STR_FMT " exists in the DNS.", AS_STR_ARG(c->shown));
		return;
	}
	as_say_unknown_answer(o, ans);
}
