#include "assess/advice.h"
#include "assess/rules_spf.h"

#include <string.h>

#include "base/banned.h"

/* From the widest to the strictest; 0 is none. */
static size_t
strictness(char all)
{
	static const char order[] = "+?~-";
	const char *at = all == 0 ? NULL : strchr(order, all);

	return at == NULL ? 0 : (size_t)(at - order) + 1;
}

static void
keep_add(as_spf_keep **list, size_t *n, as_spf_keep *keep)
{
	if (keep != NULL && *n < AS_PLAN_KEEPS)
		list[(*n)++] = keep;
}

void
as_spf_propose(
    struct as_say *o, struct as_finding *f, const struct as_spf_edit *edit)
{
	struct as_plan *plan = &o->plan;

	/* deny-all comes first, and is the stricter. */
	if (plan->spf.whole.n == 0)
		plan->spf.whole = edit->whole;
	if (strictness(edit->all) > strictness(plan->spf.all))
		plan->spf.all = edit->all;
	plan->spf.move_all |= edit->move_all;
	keep_add(plan->keep, &plan->n_keep, edit->keep);
	keep_add(plan->permit, &plan->n_permit, edit->permit);
	as_say_waits(
	    f, edit->permit != NULL ? AS_PLAN_SPF_PERMIT : AS_PLAN_SPF);
}

struct texts {
	struct as_str all;     /* with every edit; AS_STR_NULL: not safe */
	struct as_str rest;    /* with those that drop nobody */
	struct as_str current; /* escaped */
};

static void
give(struct as_say *o, struct as_said *s, const struct texts *t)
{
	bool whole = !as_str_is_null(t->all);
	struct as_finding *f = &s->f;

	if (s->waits == AS_PLAN_SPF || whole)
		as_say_record(o, f, o->c->name, "TXT", AS_STR(""),
		    whole ? t->all : t->rest);
	else
		as_say_advice_more(o, f,
		    "No record is proposed: without these terms it would "
		    "permit none of your servers, or permit more than now.");
	if (f->record.name.n == 0)
		return;
	f->record.current = t->current;
	if (as_str_eq(f->record.current, f->record.proposed))
		f->record.name = f->record.type = f->record.current =
		    f->record.proposed = AS_STR("");
}

static void
texts_make(struct as_say *o, struct texts *t)
{
	const struct as_txt_set *set = &o->c->spf_set;

	t->all = t->rest = o->plan.spf.whole;
	if (t->all.n == 0) {
		t->all = t->rest = AS_STR_NULL;
		if (o->c->spf != NULL) {
			t->all = as_advice_spf(o, o->c->spf, true);
			t->rest = as_advice_spf(o, o->c->spf, false);
		}
	}
	if (set->n == 1)
		t->current = as_say_whole(o, set->texts[0]);
	else if (set->n > 1)
		t->current = as_list_of(o, " | ", set->texts, set->n);
}

void
as_plan_spf_finish(struct as_say *o)
{
	struct texts t = {AS_STR_NULL, AS_STR_NULL, AS_STR("")};
	bool made = false;

	for (struct as_said *s = o->head; s != NULL; s = s->next) {
		if (s->waits != AS_PLAN_SPF && s->waits != AS_PLAN_SPF_PERMIT)
			continue;
		if (!made)
			texts_make(o, &t);
		made = true;
		give(o, s, &t);
	}
}
