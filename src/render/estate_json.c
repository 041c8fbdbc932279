#include "base/clock.h"
#include "base/json.h"
#include "render/estate.h"

#include "base/banned.h"

#define MS 1000

static json_t *
time_json(int64_t seconds)
{
	char text[AS_TIME_TEXT];

	return seconds <= 0 ? json_null()
			    : json_string(as_time_text(seconds * MS, text));
}

static json_t *
tags_json(const struct as_estate_entry *e)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < e->n_tags; i++)
		ok = as_json_add(list, as_json_str(e->tags[i]));
	return as_json_done(list, ok);
}

static json_t *
entry_json(const struct as_estate_entry *e)
{
	json_t *o = json_object();
	bool ok = as_json_put(o, "domain", as_json_str(e->name));

	for (int i = 0; ok && i < AS_ESTATE_TEXTS; i++)
		ok = as_json_put(o, as_estate_text_text((enum as_estate_text)i),
		    as_json_str_or_null(e->text[i]));
	return as_json_done(o,
	    ok && as_json_put(o, "tags", tags_json(e)) &&
		as_json_put(o, "source",
		    json_string(as_estate_source_text(e->source))) &&
		as_json_put(o, "added", time_json(e->added)));
}

json_t *
as_estate_json(const struct as_estate_view *v)
{
	json_t *o = json_object(), *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n; i++)
		ok = as_json_add(list, entry_json(&v->list[i]));
	list = as_json_done(list, ok);
	ok = as_json_put(o, "schema", json_string("assay.estate/1"));
	return as_json_done(o, as_json_put(o, "domains", list) && ok);
}

/* --- a plan --- */

static json_t *
change_json(struct as_str before, struct as_str after)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "before", as_json_str_or_null(before)) &&
		as_json_put(o, "after", as_json_str_or_null(after)));
}

static json_t *
tags_change_json(const struct as_plan_step *s)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "before", tags_json(s->was)) &&
		as_json_put(o, "after", tags_json(&s->entry)));
}

/* What differs, by name. */
static json_t *
changes_json(const struct as_plan_step *s)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (int i = 0; ok && i < AS_ESTATE_TEXTS; i++)
		if ((s->changed & 1u << i) != 0)
			ok = as_json_put(o,
			    as_estate_text_text((enum as_estate_text)i),
			    change_json(s->was->text[i], s->entry.text[i]));
	if (ok && (s->changed & AS_ESTATE_TAGS_BIT) != 0)
		ok = as_json_put(o, "tags", tags_change_json(s));
	return as_json_done(o, ok);
}

static json_t *
step_json(const struct as_plan_step *s)
{
	json_t *o = json_object();
	bool ok = as_json_put(o, "domain", as_json_str(s->entry.name));

	if (ok && s->what == AS_PLAN_CHANGE)
		ok = as_json_put(o, "changes", changes_json(s));
	return as_json_done(o, ok);
}

static json_t *
steps_json(const struct as_estate_plan *p, enum as_plan_kind what)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < p->n_steps; i++)
		if (p->steps[i].what == what)
			ok = as_json_add(list, step_json(&p->steps[i]));
	return as_json_done(list, ok);
}

static json_t *
word_json(const struct as_plan_word *w)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "line",
		w->line > 0 ? json_integer((json_int_t)w->line)
			    : json_null()) &&
		as_json_put(o, "text", as_json_str_or_null(w->typed)) &&
		as_json_put(o, "cause", as_json_str(w->text)));
}

static json_t *
words_json(const struct as_estate_plan *p, bool refused)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < p->n_words; i++)
		if (p->words[i].refused == refused)
			ok = as_json_add(list, word_json(&p->words[i]));
	return as_json_done(list, ok);
}

json_t *
as_plan_json(const struct as_estate_plan *p)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "schema", json_string("assay.estate-plan/1")) &&
		as_json_put(o, "list", as_json_str_or_null(p->list)) &&
		as_json_put(o, "written", json_boolean(p->done)) &&
		as_json_put(o, "added", steps_json(p, AS_PLAN_ADD)) &&
		as_json_put(o, "changed", steps_json(p, AS_PLAN_CHANGE)) &&
		as_json_put(o, "removed", steps_json(p, AS_PLAN_REMOVE)) &&
		as_json_put(o, "unchanged",
		    json_integer((json_int_t)p->counts[AS_PLAN_KEEP])) &&
		as_json_put(o, "refused", words_json(p, true)) &&
		as_json_put(o, "remarks", words_json(p, false)));
}

/* --- suggestions --- */

static json_t *
hint_json(const struct as_estate_hint *h)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "domain", as_json_str(h->name)) &&
		as_json_put(
		    o, "kind", json_string(as_hint_kind_text(h->kind))) &&
		as_json_put(o, "evidence", as_json_str(h->evidence)) &&
		as_json_put(o, "first", time_json(h->first)) &&
		as_json_put(o, "last", time_json(h->last)) &&
		as_json_put(
		    o, "state", json_string(as_hint_state_text(h->state))));
}

json_t *
as_hints_json(const struct as_hints_view *v)
{
	json_t *o = json_object(), *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n; i++)
		ok = as_json_add(list, hint_json(&v->list[i]));
	list = as_json_done(list, ok);
	ok = as_json_put(o, "schema", json_string("assay.suggestions/1"));
	return as_json_done(o, as_json_put(o, "suggestions", list) && ok);
}
