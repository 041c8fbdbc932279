/*
 * Proposed SPF records.
 */
#include "assess/advice.h"

#include "base/banned.h"

/* Only what the parser takes is proposed. */
static struct as_str
checked(struct as_say *o, struct as_str text)
{
	struct as_spf *spf;

	if (o->err != AS_OK || !as_spf_is_record(text))
		return AS_STR_NULL;
	if (as_spf_parse(o->c->a, text, &spf, NULL) != AS_OK)
		return AS_STR_NULL;
	return text;
}

static bool
is_trailer(const struct as_spf_term *t)
{
	return t->kind == AS_SPF_REDIRECT || t->kind == AS_SPF_EXP ||
	    t->kind == AS_SPF_UNKNOWN_MODIFIER;
}

static struct as_str
join(struct as_say *o, struct as_str text, struct as_str term)
{
	return as_say_text(
	    o, AS_STR_FMT " " AS_STR_FMT, AS_STR_ARG(text), AS_STR_ARG(term));
}

static struct as_str
join_all(struct as_say *o, struct as_str text, char qualifier)
{
	return as_say_text(o, AS_STR_FMT " %call", AS_STR_ARG(text), qualifier);
}

struct as_str
as_advice_spf(struct as_say *o, const struct as_spf *spf, as_spf_keep *keep,
    const void *ctx, char all)
{
	struct as_str text = AS_STR("v=spf1");

	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];

		if (keep != NULL && !keep(o, t, ctx))
			continue;
		if (all != 0 &&
		    (t->kind == AS_SPF_ALL || t->kind == AS_SPF_REDIRECT))
			continue;
		text = join(o, text, t->text);
	}
	if (all != 0)
		text = join_all(o, text, all);
	return checked(o, text);
}

/* --- merging --- */

static bool
seen_before(
    struct as_spf *const *all, size_t n, const struct as_spf *upto, size_t term)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < all[k]->n_terms; i++) {
			if (all[k] == upto && i == term)
				return false;
			if (as_str_eq_case(
				all[k]->terms[i].text, upto->terms[term].text))
				return true;
		}
	return false;
}

/* "-" wins over "~"; records without either end in "~all". */
static char
merged_all(struct as_spf *const *all, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (all[k]->all != NULL && all[k]->all->qualifier != '-')
			return '~';
	return n > 0 && all[0]->all != NULL ? '-' : '~';
}

struct as_str
as_advice_spf_merged(struct as_say *o, const struct as_txt_set *set)
{
	struct as_spf **all =
	    as_arena_array(o->c->a, set->n, sizeof(struct as_spf *));
	struct as_str text = AS_STR("v=spf1");

	if (all == NULL) {
		o->err = AS_ENOMEM;
		return AS_STR_NULL;
	}
	for (size_t k = 0; k < set->n; k++)
		if (as_spf_parse(o->c->a, set->texts[k], &all[k], NULL) !=
		    AS_OK)
			return AS_STR_NULL;
	for (size_t k = 0; k < set->n; k++)
		for (size_t i = 0; i < all[k]->n_terms; i++) {
			const struct as_spf_term *t = &all[k]->terms[i];

			if (is_trailer(t))
				return AS_STR_NULL; /* needs a person */
			if (t->kind == AS_SPF_ALL ||
			    seen_before(all, set->n, all[k], i))
				continue;
			text = join(o, text, t->text);
		}
	return checked(o, join_all(o, text, merged_all(all, set->n)));
}

struct as_str
as_advice_spf_new(struct as_say *o)
{
	if (o->c->sends == AS_NO)
		return AS_STR("v=spf1 -all");
	if (o->c->n_mx > 0)
		return AS_STR("v=spf1 mx ~all");
	return AS_STR("v=spf1 a ~all");
}
