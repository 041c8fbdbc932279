/* What a mail server calls itself: in its banner and in its answer to EHLO.
 * MX-5. */
#include "assess/rules.h"

#include "base/banned.h"

static bool
is_full(struct as_str name)
{
	return as_str_find(name, '.', 0) < name.n;
}

/* An address in place of a name (RFC 5321 4.1.3). */
static bool
is_literal(struct as_str name)
{
	return as_str_has_prefix(name, "[");
}

/* --- does the name exist? --- */

/* One that the MX record or the reverse zone gives to this address: the others
 * are looked up. */
static bool
is_known_name(
    const struct as_mx *m, const struct as_host_facts *h, struct as_str name)
{
	if (as_str_eq_case(name, m->host))
		return true;
	for (size_t i = 0; h->ptr != NULL && i < h->ptr->n_names; i++)
		if (as_str_eq_case(name, h->ptr->names[i]))
			return true;
	return false;
}

/* Does the name exist: as the MX names it, as the address is called, or with
 * an address of its own? */
static enum as_tri
greeting_exists(const struct as_mx *m, const struct as_host_facts *h,
    struct as_str name, const struct as_answer **open)
{
	enum as_tri exists = h->n_greeting > 0 ? AS_NO : AS_UNSURE;

	if (is_known_name(m, h, name))
		return AS_YES;
	for (size_t i = 0; i < h->n_greeting; i++) {
		if (h->greeting[i].n_addresses > 0)
			return AS_YES;
		if (!as_case_known(&h->greeting[i])) {
			exists = AS_UNSURE;
			*open = &h->greeting[i];
		}
	}
	return exists;
}

static enum as_judged
judge_greeting(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	const struct as_answer *open = NULL;
	struct as_str name;
	struct as_finding *f;
	bool full;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (h->smtp->n_ehlo == 0)
		return AS_JUDGED_SKIP;
	name = as_first_word(h->smtp->ehlo[0]);
	if (is_literal(name))
		return AS_JUDGED_PASS;
	full = is_full(name);
	switch (full ? greeting_exists(m, h, name, &open) : AS_NO) {
	case AS_YES: return AS_JUDGED_PASS;
	case AS_UNSURE: as_say_unknown_answer(o, open); return AS_JUDGED_SAID;
	case AS_NO: break;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    AS_STR_FMT " greets with a name that %s.",
	    AS_STR_ARG(as_say_esc(o, m->host)),
	    full ? "does not exist" : "is no full domain name");
	as_say_evidence(o, f, "EHLO answered by \"" AS_STR_FMT "\"",
	    AS_STR_ARG(as_say_esc(o, name)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_mx_greeting(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_greeting,
	    "The mail servers greet with names that exist.",
	    "no mail server answers EHLO");
}

/* --- does the name lead here? --- */

/* Addresses of the name, as text; those that are missing in *open. */
static struct as_str
addresses_of(struct as_say *o, const struct as_host_facts *h,
    const struct as_answer **open)
{
	struct as_list l = {.between = ", "};

	for (size_t i = 0; i < h->n_greeting; i++) {
		const struct as_answer *ans = &h->greeting[i];

		if (!as_case_known(ans) || ans->cut)
			*open = ans;
		for (size_t k = 0; k < ans->n_addresses; k++)
			as_list_add(o, &l, as_say_esc(o, ans->addresses[k]));
	}
	return l.n > 0 ? as_list_text(o, &l) : AS_STR_NULL;
}

static enum as_judged
judge_greeting_astray(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	const struct as_answer *open = NULL;
	struct as_str name, addresses;
	struct as_finding *f;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (h->smtp->n_ehlo == 0)
		return AS_JUDGED_SKIP;
	name = as_first_word(h->smtp->ehlo[0]);
	if (is_literal(name) || !is_full(name))
		return AS_JUDGED_SKIP; /* mx.greeting tells */
	if (is_known_name(m, h, name))
		return AS_JUDGED_PASS;
	for (size_t i = 0; i < h->n_greeting; i++)
		if (as_answer_leads_to(&h->greeting[i], h->address))
			return AS_JUDGED_PASS;
	addresses = addresses_of(o, h, &open);
	if (open != NULL || h->n_greeting == 0) {
		as_say_unknown_answer(o, open);
		return AS_JUDGED_SAID;
	}
	if (as_str_is_null(addresses))
		return AS_JUDGED_SKIP; /* mx.greeting tells */
	f = as_say(o, AS_VERDICT_INFO,
	    AS_STR_FMT " greets with the name of another address.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f,
	    "\"" AS_STR_FMT "\" has the address " AS_STR_FMT
	    ", and is no reverse name of " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, name)), AS_STR_ARG(addresses),
	    AS_STR_ARG(as_say_esc(o, h->address)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_mx_greeting_astray(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_greeting_astray,
	    "The mail servers greet with names that lead to them.",
	    "no mail server greets with a name that exists");
}

/* --- the banner --- */

static enum as_judged
judge_banner(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	struct as_str banner, name;
	struct as_finding *f;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (h->smtp->n_ehlo == 0)
		return AS_JUDGED_SKIP;
	banner = as_first_word(h->smtp->banner);
	name = as_first_word(h->smtp->ehlo[0]);
	if (as_str_eq_case(banner, name))
		return AS_JUDGED_PASS;
	if (is_full(banner) || is_literal(banner))
		f = as_say(o, AS_VERDICT_INFO,
		    AS_STR_FMT " calls itself by two names.",
		    AS_STR_ARG(as_say_esc(o, m->host)));
	else
		f = as_say(o, AS_VERDICT_INFO,
		    AS_STR_FMT " does not say its name when it is called.",
		    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f,
	    "banner \"" AS_STR_FMT "\", answer to EHLO \"" AS_STR_FMT "\"",
	    AS_STR_ARG(as_say_esc(o, h->smtp->banner)),
	    AS_STR_ARG(as_say_esc(o, name)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_mx_banner(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_banner,
	    "The mail servers say the same name in banner and EHLO answer.",
	    "no mail server answers EHLO");
}
