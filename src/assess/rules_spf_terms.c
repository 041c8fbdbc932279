/*
 * Rules on single terms of the domain's own SPF record.
 */
#include "assess/advice.h"
#include "assess/rules_spf.h"
#include "base/ip.h"

#include "base/banned.h"

/* --- the same twice --- */

/* A mechanism without its qualifier. */
static struct as_str
bare(const struct as_spf_term *t)
{
	bool qualified = t->text.n > 0 && t->text.p[0] == t->qualifier;

	return as_str_slice(t->text, qualified ? 1 : 0, t->text.n);
}

static bool
is_modifier(const struct as_spf_term *t)
{
	return t->kind == AS_SPF_REDIRECT || t->kind == AS_SPF_EXP ||
	    t->kind == AS_SPF_UNKNOWN_MODIFIER;
}

/* Does an earlier mechanism say the same, so that this one never decides?  The
 * macros of a term give the same each time. */
static bool
is_repeated(const struct as_spf *spf, const struct as_spf_term *t)
{
	if (is_modifier(t))
		return false;
	for (const struct as_spf_term *e = spf->terms; e < t; e++)
		if (e->kind == t->kind && !is_modifier(e) &&
		    as_str_eq_case(bare(e), bare(t)))
			return true;
	return false;
}

static bool
keep_first(const struct as_say *o, const struct as_spf_term *t, const void *ctx)
{
	(void)ctx;
	return !is_repeated(o->c->spf, t);
}

void
as_check_spf_duplicate_term(const struct as_case *c, struct as_say *o)
{
	struct as_list l = {.between = ", "};
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++)
		if (is_repeated(c->spf, &c->spf->terms[i]))
			as_list_add(
			    o, &l, as_say_esc(o, c->spf->terms[i].text));
	if (l.n == 0) {
		as_say_pass(o, "No term of the SPF record stands twice.");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "The SPF record says the same twice: " AS_STR_FMT ".",
	    AS_STR_ARG(as_list_text(o, &l)));
	as_spf_propose(o, f, as_advice_spf(o, c->spf, keep_first, NULL, 0));
}

/* --- addresses that no receiver ever sees --- */

/* NULL: an address of the public internet, or loopback, which some keep in their
 * record for programs on the machine itself. */
static const char *
private_range(const struct as_spf_term *t)
{
	const char *range;

	if (t->kind != AS_SPF_IP4 && t->kind != AS_SPF_IP6)
		return NULL;
	range = as_ip_special(&t->ip.ip);
	if (range == NULL || as_str_has_prefix(as_str_from(range), "loopback"))
		return NULL;
	return range;
}

static bool
keep_public(
    const struct as_say *o, const struct as_spf_term *t, const void *ctx)
{
	(void)o;
	(void)ctx;
	return private_range(t) == NULL;
}

void
as_check_spf_private_range(const struct as_case *c, struct as_say *o)
{
	struct as_list l = {.between = ", "};
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++) {
		const struct as_spf_term *t = &c->spf->terms[i];
		const char *range = private_range(t);

		if (range != NULL && t->qualifier != '-')
			as_list_add(o, &l,
			    as_say_text(o, AS_STR_FMT " (%s)",
				AS_STR_ARG(as_say_esc(o, t->text)), range));
	}
	if (l.n == 0) {
		as_say_pass(o, "SPF names public addresses only.");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "SPF names addresses that no receiver ever sees: " AS_STR_FMT ".",
	    AS_STR_ARG(as_list_text(o, &l)));
	as_spf_propose(o, f, as_advice_spf(o, c->spf, keep_public, NULL, 0));
}
