/*
 * Rules on single terms of the domain's own SPF record.
 */
#include "assess/advice.h"
#include "assess/rules_spf.h"
#include "base/ip.h"

#include "base/banned.h"

/* --- the same twice --- */

static bool
is_modifier(const struct as_spf_term *t)
{
	return t->kind == AS_SPF_REDIRECT || t->kind == AS_SPF_EXP ||
	    t->kind == AS_SPF_UNKNOWN_MODIFIER;
}

/* The name a term is about: without one it is the domain itself. */
static struct as_str
name_of(const struct as_say *o, const struct as_spf_term *t)
{
	struct as_str s = t->spec.n > 0 ? t->spec : o->c->name;

	return s.n > 1 && s.p[s.n - 1] == '.' ? as_str_slice(s, 0, s.n - 1) : s;
}

/* Do two mechanisms match the same clients?  Macros give the same each time, but
 * %{S} is not %{s}: it escapes (RFC 7208 7.3). */
static bool
is_same(const struct as_say *o, const struct as_spf_term *a,
    const struct as_spf_term *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == AS_SPF_IP4 || a->kind == AS_SPF_IP6)
		return a->ip.bits == b->ip.bits &&
		    as_prefix_has(&a->ip, &b->ip.ip);
	if (a->cidr4 != b->cidr4 || a->cidr6 != b->cidr6)
		return false;
	if (a->has_macro)
		return as_str_eq(a->spec, b->spec);
	return as_str_eq_case(name_of(o, a), name_of(o, b));
}

/* Does an earlier mechanism say the same, so that this one never decides? */
static bool
is_repeated(const struct as_say *o, const struct as_spf_term *t)
{
	if (is_modifier(t))
		return false;
	for (const struct as_spf_term *e = o->c->spf->terms; e < t; e++)
		if (is_same(o, e, t))
			return true;
	return false;
}

static bool
keep_first(const struct as_say *o, const struct as_spf_term *t)
{
	return !is_repeated(o, t);
}

void
as_check_spf_duplicate_term(const struct as_case *c, struct as_say *o)
{
	struct as_list l = {.between = ", "};
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++)
		if (is_repeated(o, &c->spf->terms[i]))
			as_list_add(
			    o, &l, as_say_esc(o, c->spf->terms[i].text));
	if (l.n == 0) {
		as_say_pass(o, "No term of the SPF record stands twice.");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "The SPF record says the same twice: " AS_STR_FMT ".",
	    AS_STR_ARG(as_list_text(o, &l)));
	as_spf_propose(o, f, &(struct as_spf_edit){.keep = keep_first});
}

/* --- addresses that no receiver ever sees --- */

/* NULL: some address of the public internet, or loopback, which some keep in their
 * record for programs on the machine itself. */
static const char *
private_range(const struct as_spf_term *t)
{
	const char *range;

	if (t->kind != AS_SPF_IP4 && t->kind != AS_SPF_IP6)
		return NULL;
	range = as_prefix_special(&t->ip);
	if (range == NULL || as_str_has_prefix(as_str_from(range), "loopback"))
		return NULL;
	return range;
}

static bool
keep_public(const struct as_say *o, const struct as_spf_term *t)
{
	(void)o;
	return t->qualifier == '-' || private_range(t) == NULL;
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
	as_spf_propose(o, f, &(struct as_spf_edit){.permit = keep_public});
}
