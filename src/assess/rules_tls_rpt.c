#include "assess/advice.h"
#include "assess/rules.h"

#include "base/banned.h"

bool
as_tls_rpt_need_answer(const struct as_case *c, struct as_say *o)
{
	if (!as_need_mail_in(c, o))
		return false;
	if (c->rpt_set.found == AS_FOUND_UNKNOWN)
		as_say_unknown_answer(o, c->rpt_set.answer);
	return c->rpt_set.found != AS_FOUND_UNKNOWN;
}

void
as_check_tls_rpt_missing(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_tls_rpt_need_answer(c, o))
		return;
	if (c->rpt_set.found != AS_FOUND_NONE) {
		as_say_pass(o, "TLS reports are asked for.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    AS_STR_FMT " asks nobody for TLS reports.", AS_STR_ARG(c->shown));
	as_say_evidence(o, f, "TXT " AS_STR_FMT ": no text with v=TLSRPTv1",
	    AS_STR_ARG(as_say_esc(o, c->rpt_set.name)));
	as_say_record(
	    o, f, c->rpt_set.name, "TXT", AS_STR(""), as_advice_tls_rpt_new(o));
}

void
as_check_tls_rpt_multiple(const struct as_case *c, struct as_say *o)
{
	struct as_str all;
	struct as_finding *f;

	if (!as_tls_rpt_need_answer(c, o))
		return;
	if (c->rpt_set.found == AS_FOUND_NONE) {
		as_say_na(o, "there is no TLS reporting record");
		return;
	}
	if (c->rpt_set.found == AS_FOUND_ONE) {
		as_say_pass(o, "There is one TLS reporting record.");
		return;
	}
	all = as_list_of(o, " | ", c->rpt_set.texts, c->rpt_set.n);
	f = as_say(o, AS_VERDICT_FAIL,
	    "There are %zu TLS reporting records; senders act as if there "
	    "were none.",
	    c->rpt_set.n);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(all));
	as_say_record(o, f, c->rpt_set.name, "TXT", AS_STR(""),
	    as_advice_tls_rpt_merged(o, &c->rpt_set));
	if (f->record.name.n > 0)
		f->record.current = all;
}

void
as_check_tls_rpt_syntax(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_tls_rpt_need_answer(c, o))
		return;
	if (c->rpt_set.found != AS_FOUND_ONE) {
		as_say_na(o,
		    c->rpt_set.found == AS_FOUND_NONE
			? "there is no TLS reporting record"
			: "there are several TLS reporting records");
		return;
	}
	if (c->rpt != NULL) {
		as_say_pass(o, "The TLS reporting record can be read.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "The TLS reporting record has a fault and is ignored: %s",
	    c->rpt_why.text);
	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, c->rpt_set.texts[0])));
	as_say_record(o, f, c->rpt_set.name, "TXT", c->rpt_set.texts[0],
	    as_advice_tls_rpt_new(o));
}

static bool
is_given_before(const struct as_tls_rpt *rpt, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (as_str_eq(rpt->rua[i], rpt->rua[at]))
			return true;
	return false;
}

void
as_check_tls_rpt_duplicate_address(const struct as_case *c, struct as_say *o)
{
	struct as_list twice = {.between = ", "};
	struct as_finding *f;

	if (!as_tls_rpt_need_answer(c, o))
		return;
	if (c->rpt == NULL) {
		as_say_na(o, "there is no usable TLS reporting record");
		return;
	}
	for (size_t i = 0; i < c->rpt->n_rua; i++)
		if (is_given_before(c->rpt, i))
			as_list_add(o, &twice, as_say_esc(o, c->rpt->rua[i]));
	if (twice.n == 0) {
		as_say_pass(o, "No address for TLS reports is given twice.");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "An address for TLS reports is given twice: " AS_STR_FMT ".",
	    AS_STR_ARG(as_list_text(o, &twice)));
	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, c->rpt_set.texts[0])));
	as_say_record(o, f, c->rpt_set.name, "TXT", c->rpt_set.texts[0],
	    as_advice_tls_rpt_merged(o, &c->rpt_set));
}
