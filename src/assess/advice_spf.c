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

	if (as_str_is_null(text) || !as_spf_is_record(text))
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

static void
start(struct as_buf *b)
{
	as_buf_init(b, AS_MAX_TXT_OCTETS);
	as_buf_puts(b, "v=spf1");
}

static void
join(struct as_buf *b, struct as_str term)
{
	as_buf_puts(b, " ");
	as_buf_add_str(b, term);
}

static bool
is_kept(const struct as_say *o, const struct as_spf_term *t, bool drop)
{
	const struct as_plan *plan = &o->plan;

	for (size_t i = 0; i < plan->n_keep; i++)
		if (!plan->keep[i](o, t))
			return false;
	for (size_t i = 0; drop && i < plan->n_permit; i++)
		if (!plan->permit[i](o, t))
			return false;
	return true;
}

/* May it let somebody send today? */
static bool
permits(const struct as_spf *spf, const struct as_spf_term *t)
{
	if (t->kind == AS_SPF_REDIRECT)
		return t == spf->redirect;
	return t->kind != AS_SPF_ALL && !is_trailer(t) && t->qualifier != '-' &&
	    (spf->all == NULL || t < spf->all);
}

/* Whoever sends must still be permitted by something. */
static bool
is_safe(const struct as_say *o, const struct as_spf *spf)
{
	bool before = false, after = false;

	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];
		bool kept = is_kept(o, t, true);

		if (t == spf->redirect && !kept)
			return false; /* it says what happens at the end */
		if (t->qualifier == '-' && t->kind != AS_SPF_ALL && !kept &&
		    is_kept(o, t, false))
			return false; /* it refuses somebody */
		before |= permits(spf, t);
		after |= permits(spf, t) && kept;
	}
	return o->c->sends == AS_NO || after || !before;
}

struct as_str
as_advice_spf(struct as_say *o, const struct as_spf *spf, bool drop)
{
	const struct as_spf_edit *e = &o->plan.spf;
	bool rewrite = e->all != 0 || e->move_all, ended = false;
	char all =
	    e->all != 0 || spf->all == NULL ? e->all : spf->all->qualifier;
	struct as_buf b;

	if (drop && !is_safe(o, spf))
		return AS_STR_NULL;
	start(&b);
	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];

		if (rewrite && t->kind == AS_SPF_ALL) {
			if (t == spf->all && !e->move_all) {
				as_buf_printf(&b, " %call", all);
				ended = true;
			}
		} else if (is_kept(o, t, drop)) {
			join(&b, t->text);
		}
	}
	if (rewrite && !ended)
		as_buf_printf(&b, " %call", all);
	return checked(o, as_say_take(o, &b));
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

/* The records parsed; NULL when one cannot be, or holds what needs a person. */
static struct as_spf **
parse_all(struct as_say *o, const struct as_txt_set *set)
{
	struct as_spf **all =
	    as_arena_array(o->c->a, set->n, sizeof(struct as_spf *));

	if (all == NULL) {
		o->err = AS_ENOMEM;
		return NULL;
	}
	for (size_t k = 0; k < set->n; k++) {
		if (as_spf_parse(o->c->a, set->texts[k], &all[k], NULL) !=
		    AS_OK)
			return NULL;
		for (size_t i = 0; i < all[k]->n_terms; i++)
			if (is_trailer(&all[k]->terms[i]))
				return NULL;
	}
	return all;
}

#define MERGED_MOST 8 /* records; more of them is no slip of a hand */

struct as_str
as_advice_spf_merged(struct as_say *o, const struct as_txt_set *set)
{
	struct as_spf **all = NULL;
	struct as_buf b;

	if (set->n <= MERGED_MOST)
		all = parse_all(o, set);
	if (all == NULL)
		return AS_STR_NULL;
	start(&b);
	for (size_t k = 0; k < set->n; k++)
		for (size_t i = 0; i < all[k]->n_terms; i++)
			if (all[k]->terms[i].kind != AS_SPF_ALL &&
			    !seen_before(all, set->n, all[k], i))
				join(&b, all[k]->terms[i].text);
	as_buf_printf(&b, " %call", merged_all(all, set->n));
	return checked(o, as_say_take(o, &b));
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
