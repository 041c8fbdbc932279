#include "app/estate_plan.h"

#include <stdlib.h>
#include <string.h>

#include "intake/roster.h"

#include "base/banned.h"

void
as_planner_init(
    struct as_planner *p, struct as_arena *a, enum as_estate_source source)
{
	*p = (struct as_planner){.arena = a, .source = source};
	as_estate_book_init(&p->wanted, a);
}

void
as_planner_fini(struct as_planner *p)
{
	as_estate_book_fini(&p->wanted);
	free(p->words);
	free(p->plan.steps);
	*p = (struct as_planner){0};
}

/* --- what is wanted --- */

enum as_err
as_planner_tell(struct as_planner *p, size_t line, struct as_str typed,
    struct as_str text, bool refused)
{
	struct as_plan_word word = {.line = line,
	    .typed = as_str_dup(p->arena, typed),
	    .text = as_str_dup(p->arena, text),
	    .refused = refused};

	if (as_str_is_null(word.typed) || as_str_is_null(word.text))
		return AS_ENOMEM;
	if (p->n_words == p->room_words) {
		size_t room = p->room_words == 0 ? 64 : 2 * p->room_words;
		struct as_plan_word *words =
		    realloc(p->words, room * sizeof(*words));

		if (words == NULL)
			return AS_ENOMEM;
		p->words = words;
		p->room_words = room;
	}
	p->words[p->n_words++] = word;
	p->plan.n_refused += refused;
	return AS_OK;
}

enum as_err
as_planner_want(
    struct as_planner *p, const struct as_estate_entry *e, size_t line)
{
	struct as_estate_entry wanted = *e;

	wanted.source = p->source;
	wanted.added = (int64_t)line; /* until the plan is made */
	return as_estate_book_add(&p->wanted, &wanted);
}

/* --- a list --- */

/* What else than a bare name was written is told. */
static enum as_err
form_tell(struct as_planner *p, const struct as_roster_line *l)
{
	struct as_str text;

	if (l->form == AS_ROSTER_PLAIN)
		return AS_OK;
	text = as_str_printf(p->arena, "is a %s, taken as " AS_STR_FMT,
	    as_roster_form_text(l->form), AS_STR_ARG(l->entry.name));
	if (as_str_is_null(text))
		return AS_ENOMEM;
	return as_planner_tell(p, l->line, l->typed, text, false);
}

static enum as_err
on_domain(void *ctx, const struct as_roster_line *l)
{
	struct as_planner *p = ctx;

	AS_TRY(form_tell(p, l));
	return as_planner_want(p, &l->entry, l->line);
}

static enum as_err
on_refused(
    void *ctx, size_t line, struct as_str typed, const struct as_why *why)
{
	return as_planner_tell(ctx, line, typed, as_str_from(why->text), true);
}

static enum as_err
on_note(void *ctx, size_t line, struct as_str text)
{
	return as_planner_tell(ctx, line, AS_STR_NULL, text, false);
}

enum as_err
as_planner_list(struct as_planner *p, struct as_str octets, const char *charset,
    struct as_why *why)
{
	struct as_roster_sink sink = {p, on_domain, on_refused, on_note};
	enum as_err err =
	    as_roster_read(octets, as_str_from(charset), &sink, why);

	return err == AS_ENOMEM ? as_why_no_memory(why) : err;
}

/* --- the plan --- */

static int
wanted_cmp(const void *pa, const void *pb)
{
	const struct as_estate_entry *a = pa, *b = pb;
	int d = as_str_cmp(a->name, b->name);

	return d != 0 ? d : (a->added > b->added) - (a->added < b->added);
}

static int
word_cmp(const void *pa, const void *pb)
{
	const struct as_plan_word *a = pa, *b = pb;

	return (a->line > b->line) - (a->line < b->line);
}

static bool
says_other(const struct as_estate_entry *a, const struct as_estate_entry *b)
{
	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		if (!as_str_eq(a->text[i], b->text[i]))
			return true;
	return false;
}

/* The first of several lines of one name counts. */
static enum as_err
wanted_unique(struct as_planner *p)
{
	struct as_estate_entry *list = p->wanted.list;
	size_t kept = 0;

	if (p->wanted.n > 0)
		qsort(list, p->wanted.n, sizeof(*list), wanted_cmp);
	for (size_t i = 0; i < p->wanted.n; i++) {
		const struct as_estate_entry *first = &list[kept - (kept > 0)];
		struct as_str text;

		if (kept == 0 || !as_str_eq(first->name, list[i].name)) {
			list[kept++] = list[i];
			continue;
		}
		text = as_str_printf(p->arena, "stands on line %lld already%s",
		    (long long)first->added,
		    says_other(first, &list[i])
			? ", which says otherwise of it and counts"
			: "");
		if (as_str_is_null(text))
			return AS_ENOMEM;
		if (list[i].added > 0)
			AS_TRY(as_planner_tell(p, (size_t)list[i].added,
			    list[i].name, text, false));
	}
	p->wanted.n = kept;
	return AS_OK;
}

static enum as_err
step_want(struct as_planner *p, const struct as_estate_entry *said,
    const struct as_estate_entry *was, enum as_estate_how how,
    struct as_why *why)
{
	struct as_plan_step *step = &p->plan.steps[p->plan.n_steps];
	struct as_why cause = {0};
	size_t line = (size_t)said->added;
	enum as_err err;

	*step = (struct as_plan_step){.was = was};
	err = as_estate_merge(
	    p->arena, was, said, how, &step->entry, &step->changed, &cause);
	if (err == AS_ELIMIT)
		return as_planner_tell(
		    p, line, said->name, as_str_from(cause.text), true);
	if (err != AS_OK)
		return as_why_no_memory(why);
	step->what = was == NULL ? AS_PLAN_ADD
	    : step->changed != 0 ? AS_PLAN_CHANGE
				 : AS_PLAN_KEEP;
	p->plan.n_steps++;
	p->plan.counts[step->what]++;
	return AS_OK;
}

static void
step_remove(struct as_planner *p, const struct as_estate_entry *was)
{
	p->plan.steps[p->plan.n_steps++] = (struct as_plan_step){
	    .what = AS_PLAN_REMOVE, .entry = *was, .was = was};
	p->plan.counts[AS_PLAN_REMOVE]++;
}

/* Both are sorted. */
static enum as_err
steps_make(struct as_planner *p, const struct as_estate_book *now,
    enum as_estate_how how, bool all, struct as_why *why)
{
	size_t i = 0, k = 0;

	while (i < p->wanted.n || (all && k < now->n)) {
		int d = i == p->wanted.n ? 1
		    : k == now->n
		    ? -1
		    : as_str_cmp(p->wanted.list[i].name, now->list[k].name);

		if (d > 0) {
			if (all)
				step_remove(p, &now->list[k]);
			k++;
			continue;
		}
		AS_TRY(step_want(p, &p->wanted.list[i++],
		    d == 0 ? &now->list[k++] : NULL, how, why));
	}
	return AS_OK;
}

enum as_err
as_planner_make(struct as_planner *p, const struct as_estate_book *now,
    enum as_estate_how how, bool all, struct as_why *why)
{
	if (wanted_unique(p) != AS_OK)
		return as_why_no_memory(why);
	p->plan.steps =
	    calloc(p->wanted.n + now->n + 1, sizeof(*p->plan.steps));
	if (p->plan.steps == NULL)
		return as_why_no_memory(why);
	AS_TRY(steps_make(p, now, how, all, why));
	if (p->n_words > 0)
		qsort(p->words, p->n_words, sizeof(*p->words), word_cmp);
	p->plan.words = p->words;
	p->plan.n_words = p->n_words;
	return AS_OK;
}

enum as_err
as_planner_do(struct as_planner *p, struct as_estate_writer *w, int64_t now,
    struct as_why *why)
{
	for (size_t i = 0; i < p->plan.n_steps; i++) {
		const struct as_plan_step *step = &p->plan.steps[i];

		if (step->what == AS_PLAN_REMOVE)
			AS_TRY(as_estate_drop(w, step->entry.name, now, why));
		else if (step->what != AS_PLAN_KEEP)
			AS_TRY(as_estate_put(w, &step->entry, now, why));
	}
	p->plan.done = true;
	return AS_OK;
}
