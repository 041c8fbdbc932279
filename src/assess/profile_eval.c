/*
 * Judging a domain by profiles: pure, of findings and traits.
 */
#include "assess/profile.h"

#include <string.h>

#include "assess/traits.h"
#include "base/limits.h"

#include "base/banned.h"

#define GROUNDS_MOST 8 /* kept of one test; a fault at 30 hosts is one fault */

struct eval {
	const struct as_case *c;
	const struct as_assessment *as;
	struct as_say say; /* for its words */
	struct as_stand *stand;
	size_t room; /* for its grounds */
	bool met, unknown, failed;
};

/* --- grounds --- */

static void
ground_add(struct eval *e, struct as_ground ground)
{
	struct as_stand *s = e->stand;

	if (s->n_grounds < e->room)
		s->grounds[s->n_grounds++] = ground;
}

/* --- a rule --- */

struct tally {
	size_t failed, unknown, passed;
};

static void
finding_count(
    const struct as_finding *f, enum as_verdict floor, struct tally *t)
{
	if (f->verdict == AS_VERDICT_UNKNOWN || f->untested)
		t->unknown++;
	else if (f->verdict >= floor)
		t->failed++;
	else if (f->verdict != AS_VERDICT_NOT_APPLICABLE)
		t->passed++;
}

/* What of the tally a finding belongs to, as a ground: only the worst counts. */
static bool
is_ground(
    const struct as_finding *f, enum as_verdict floor, const struct tally *t)
{
	if (f->verdict == AS_VERDICT_UNKNOWN || f->untested)
		return t->failed == 0;
	return t->failed > 0 && f->verdict >= floor;
}

static void
rule_eval(struct eval *e, const struct as_test *test)
{
	const struct as_assessment *as = e->as;
	struct tally t = {0};
	size_t n = 0;

	for (size_t i = 0; i < as->n_findings; i++)
		if (as_str_eq(as->findings[i].rule, test->name))
			finding_count(&as->findings[i], test->floor, &t);
	e->failed |= t.failed > 0;
	e->unknown |= t.failed == 0 && t.unknown > 0;
	e->met |= t.failed == 0 && t.unknown == 0 && t.passed > 0;
	for (size_t i = 0; i < as->n_findings && n < GROUNDS_MOST; i++) {
		const struct as_finding *f = &as->findings[i];

		if (!as_str_eq(f->rule, test->name) ||
		    !is_ground(f, test->floor, &t))
			continue;
		n++;
		ground_add(e,
		    (struct as_ground){f, test, t.failed == 0,
			t.failed > 0 ? f->title : f->evidence});
	}
}

/* --- a trait --- */

/* Has the item one of the wanted values? */
static enum as_tri
holds_any(const struct as_trait_item *item, const struct as_test *test)
{
	enum as_tri got = AS_NO;

	for (size_t i = 0; i < item->n; i++)
		for (size_t k = 0; k < test->n_values; k++) {
			const struct as_trait_value *v = &item->values[i];

			if (!as_str_eq_case(v->value, test->values[k]) ||
			    v->has == AS_NO)
				continue;
			if (v->has == AS_YES)
				return AS_YES;
			got = AS_UNSURE;
		}
	return got;
}

static enum as_tri
item_meets(const struct as_trait_item *item, const struct as_test *test)
{
	static const enum as_tri other[] = {
	    [AS_NO] = AS_YES, [AS_YES] = AS_NO, [AS_UNSURE] = AS_UNSURE};

	switch (test->kind) {
	case AS_TEST_IS: return holds_any(item, test);
	case AS_TEST_NOT: return other[holds_any(item, test)];
	case AS_TEST_LEAST:
		return item->number >= test->number ? AS_YES : AS_NO;
	case AS_TEST_MOST: return item->number <= test->number ? AS_YES : AS_NO;
	default: return AS_UNSURE;
	}
}

/* Why the item has not what is wanted, in words of its own; or empty. */
static struct as_str
item_why(const struct as_trait_item *item, const struct as_test *test)
{
	for (size_t i = 0; i < item->n; i++)
		for (size_t k = 0; k < test->n_values; k++)
			if (as_str_eq_case(
				item->values[i].value, test->values[k]) &&
			    item->values[i].why.n > 0)
				return item->values[i].why;
	return AS_STR("");
}

static struct as_str
values_text(struct eval *e, const struct as_trait_item *item)
{
	struct as_list list = {.between = ", "};

	for (size_t i = 0; i < item->n; i++)
		if (item->values[i].has == AS_YES)
			as_list_add(&e->say, &list,
			    as_say_esc(&e->say, item->values[i].value));
	return as_list_text(&e->say, &list);
}

/* What of the item stands against the test, or leaves it open; its subject
 * aside. */
static struct as_str
item_text(struct eval *e, const struct as_trait_item *item,
    const struct as_test *test, enum as_tri want)
{
	const struct as_trait_info *info = as_trait_find(test->name);
	struct as_str why = item_why(item, test);

	if (want == AS_UNSURE)
		return as_say_text(&e->say,
		    "the %s could not be told%s" AS_STR_FMT "%s", info->words,
		    why.n > 0 ? " (" : "", AS_STR_ARG(why),
		    why.n > 0 ? ")" : "");
	if (why.n > 0)
		return why;
	if (info->kind == AS_TRAIT_NUMBER)
		return as_say_text(&e->say, "The %s: %llu.", info->words,
		    (unsigned long long)item->number);
	return as_say_text(&e->say, "The %s: " AS_STR_FMT ".", info->words,
	    AS_STR_ARG(values_text(e, item)));
}

/* The subjects of which the same is to be said, from `item` on; empty: it was
 * said with one before, or there is but the domain. */
static struct as_str
subjects_text(struct eval *e, const struct as_trait *t,
    const struct as_trait_item *item, const struct as_str *texts)
{
	struct as_list list = {.between = ", "};
	size_t n = 0, at = 0;

	for (const struct as_trait_item *i = t->head; i != item; i = i->next)
		at++;
	for (const struct as_trait_item *i = t->head; i != NULL; i = i->next)
		if (as_str_eq(texts[n++], texts[at]) && i->subject.n > 0)
			as_list_add(&e->say, &list, i->subject);
	return list.n > 0 ? as_list_text(&e->say, &list) : AS_STR("");
}

static bool
is_said(const struct as_str *texts, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (as_str_eq(texts[i], texts[at]))
			return true;
	return false;
}

/* The items that come to `want`, as grounds; those of which the same is to be
 * said as one. */
static size_t
items_ground(struct eval *e, const struct as_trait *t,
    const struct as_test *test, enum as_tri want)
{
	struct as_str *texts =
	    as_arena_array(e->c->a, t->n_items, sizeof(*texts));
	size_t n = 0, at = 0;

	if (texts == NULL) {
		e->say.err = AS_ENOMEM;
		return 0;
	}
	for (const struct as_trait_item *i = t->head; i != NULL; i = i->next)
		if (item_meets(i, test) == want)
			texts[at++] = item_text(e, i, test, want);
		else
			texts[at++] = AS_STR("");
	at = 0;
	for (const struct as_trait_item *i = t->head; i != NULL;
	     i = i->next, at++) {
		struct as_str who;

		if (texts[at].n == 0)
			continue;
		n++;
		if (is_said(texts, at))
			continue;
		who = subjects_text(e, t, i, texts);
		ground_add(e,
		    (struct as_ground){NULL, test, want == AS_UNSURE,
			as_say_text(&e->say, AS_STR_FMT "%s" AS_STR_FMT,
			    AS_STR_ARG(who), who.n > 0 ? ": " : "",
			    AS_STR_ARG(texts[at]))});
	}
	return n;
}

static void
trait_eval(struct eval *e, const struct as_test *test)
{
	const struct as_finding *unknown;
	struct as_trait t;
	bool failed, open;

	if (as_trait_read(e->c, as_trait_find(test->name), &t) != AS_OK) {
		e->say.err = AS_ENOMEM;
		return;
	}
	failed = items_ground(e, &t, test, AS_NO) > 0;
	unknown = as_trait_unknown(&t);
	open = !failed && unknown != NULL;
	if (open)
		ground_add(
		    e, (struct as_ground){NULL, test, true, unknown->evidence});
	if (!failed)
		open |= items_ground(e, &t, test, AS_UNSURE) > 0;
	e->failed |= failed;
	e->unknown |= open;
	e->met |= !failed && !open && t.head != NULL;
}

/* --- a requirement --- */

/* Is it made of this domain? */
static enum as_tri
is_meant(const struct as_case *c, enum as_whom whom)
{
	static const enum as_tri other[] = {
	    [AS_NO] = AS_YES, [AS_YES] = AS_NO, [AS_UNSURE] = AS_UNSURE};

	switch (whom) {
	case AS_WHOM_SENDERS: return c->sends;
	case AS_WHOM_RECEIVERS: return c->receives;
	case AS_WHOM_SILENT: return other[c->sends];
	case AS_WHOM_PARKED:
		if (c->sends == AS_YES || c->receives == AS_YES)
			return AS_NO;
		return c->sends == AS_NO && c->receives == AS_NO ? AS_YES
								 : AS_UNSURE;
	default: return AS_YES;
	}
}

static void
tests_eval(struct eval *e, const struct as_requirement *req)
{
	for (size_t i = 0; i < req->n_tests; i++)
		if (req->tests[i].kind == AS_TEST_RULE)
			rule_eval(e, &req->tests[i]);
		else
			trait_eval(e, &req->tests[i]);
	if (e->failed)
		e->stand->standing = AS_STANDING_NOT_MET;
	else if (e->unknown)
		e->stand->standing = AS_STANDING_UNKNOWN;
	else if (e->met)
		e->stand->standing = AS_STANDING_MET;
	else
		e->stand->standing = AS_STANDING_NOT_APPLICABLE;
}

/* Of several tests the failed ones count; what another left unknown then only
 * stands in the way of reading. */
static void
grounds_trim(struct eval *e)
{
	struct as_stand *s = e->stand;
	size_t n = 0;

	for (size_t i = 0; e->failed && i < s->n_grounds; i++)
		if (!s->grounds[i].unknown)
			s->grounds[n++] = s->grounds[i];
	if (e->failed)
		s->n_grounds = n;
}

static enum as_err
meant_eval(struct eval *e, const struct as_requirement *req)
{
	struct as_stand *s = e->stand;

	e->room = req->n_tests * GROUNDS_MOST + 1;
	s->grounds = as_arena_array(e->c->a, e->room, sizeof(*s->grounds));
	if (s->grounds == NULL)
		return AS_ENOMEM;
	if (is_meant(e->c, req->whom) == AS_YES) {
		tests_eval(e, req);
		grounds_trim(e);
	} else {
		s->standing = AS_STANDING_UNKNOWN;
		ground_add(
		    e, (struct as_ground){NULL, NULL, true, e->c->role_why});
	}
	return e->say.err;
}

static enum as_err
stand_eval(const struct as_case *c, const struct as_assessment *as,
    const struct as_requirement *req, struct as_stand *out)
{
	struct eval e = {.c = c, .as = as, .say = {.c = c}, .stand = out};

	out->requirement = req;
	out->standing = AS_STANDING_NOT_APPLICABLE;
	if (c->mail == AS_MAIL_NO_NAME || is_meant(c, req->whom) == AS_NO)
		return AS_OK;
	if (req->sight == AS_SIGHT_TESTS)
		return meant_eval(&e, req);
	out->standing = AS_STANDING_NOT_MEASURABLE;
	return AS_OK;
}

static enum as_err
profile_eval(const struct as_case *c, const struct as_assessment *as,
    const struct as_profile *p, struct as_profile_result *out)
{
	out->profile = p;
	out->n_stands = p->n_requirements;
	out->stands =
	    as_arena_array(c->a, p->n_requirements, sizeof(*out->stands));
	if (out->stands == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < p->n_requirements; i++)
		AS_TRY(stand_eval(c, as, &p->requirements[i], &out->stands[i]));
	return AS_OK;
}

size_t
as_profile_count(const struct as_profile_result *r, enum as_standing standing)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_stands; i++)
		n += r->stands[i].standing == standing;
	return n;
}

enum as_err
as_profiles_eval(const struct as_case *c, struct as_assessment *as,
    const struct as_profile *const *profiles, size_t n)
{
	struct as_profiles_result *out =
	    AS_NEW(c->a, struct as_profiles_result);

	if (out == NULL)
		return AS_ENOMEM;
	out->n_profiles = n;
	out->profiles = as_arena_array(c->a, n, sizeof(*out->profiles));
	if (out->profiles == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++)
		AS_TRY(profile_eval(c, as, profiles[i], &out->profiles[i]));
	AS_TRY(as_conflicts_find(c->a, out));
	as->profiles = out;
	return AS_OK;
}
