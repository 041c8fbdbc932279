#include "render/changes.h"

#include "base/clock.h"
#include "base/json.h"
#include "render/csv.h"

#include "base/banned.h"

#define WHEN_COLUMNS 18
#define INDENT       WHEN_COLUMNS

static const char *const heads[] = {"id", "at", "domain", "change", "turn",
    "cause", "severity", "subject", "name", "type", "rule", "before", "after",
    NULL};

/* --- text --- */

static enum as_style
style_of(const struct as_event *e)
{
	if (e->turn == AS_EVENT_BETTER)
		return AS_STYLE_GOOD;
	if (e->turn == AS_EVENT_NEITHER)
		return AS_STYLE_PLAIN;
	return e->severity == AS_VERDICT_WARN ? AS_STYLE_WARN : AS_STYLE_BAD;
}

/* The title has the values of a policy or a grade. */
static bool
shows_values(const struct as_event *e)
{
	return e->type.n > 0 || e->kind == AS_EVENT_CERT_RENEWED ||
	    e->kind == AS_EVENT_CERT_REPLACED || e->kind == AS_EVENT_TLS_BROKEN;
}

static void
value_put(const struct as_term *t, const char *what, struct as_str value)
{
	if (value.n == 0)
		return;
	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_DIM, what);
	as_term_wrap(t, AS_STYLE_PLAIN, INDENT + 5, INDENT + 5, value);
}

void
as_change_text(const struct as_term *t, const struct as_change_shown *c)
{
	char when[AS_TIME_TEXT];
	struct as_str at = as_str_from(as_time_text(c->at * 1000, when));

	when[10] = at.n > 16 ? ' ' : when[10];
	as_term_put_padded(
	    t, AS_STYLE_DIM, as_str_slice(at, 0, 16), WHEN_COLUMNS);
	as_term_wrap(t, style_of(c->event), INDENT, INDENT + 2, c->title);
	if (c->event->cause == AS_EVENT_BY_RULES)
		value_put(t, "     ",
		    AS_STR("by a newer set of rules; nothing changed at the "
			   "domain"));
	if (!shows_values(c->event))
		return;
	value_put(t, "was  ", c->event->before);
	value_put(t, "now  ", c->event->after);
}

/* --- JSON --- */

json_t *
as_change_json(const struct as_change_shown *c)
{
	const struct as_event *e = c->event;
	char when[AS_TIME_TEXT];
	json_t *o = json_object();
	bool ok = o != NULL && as_json_put(o, "id", json_integer(c->id)) &&
	    as_json_put(o, "at",
		as_json_str(as_str_from(as_time_text(c->at * 1000, when)))) &&
	    as_json_put(o, "domain", as_json_str(c->domain)) &&
	    as_json_put(o, "kind", json_string(as_event_kind_text(e->kind))) &&
	    as_json_put(o, "turn", json_string(as_event_turn_text(e->turn))) &&
	    as_json_put(
		o, "cause", json_string(as_event_cause_text(e->cause))) &&
	    as_json_put(o, "title", as_json_str(c->title)) &&
	    as_json_put(o, "subject", as_json_str(e->subject)) &&
	    as_json_put_any(o, "name", e->name) &&
	    as_json_put_any(o, "type", e->type) &&
	    as_json_put_any(o, "rule", e->rule) &&
	    as_json_put_any(o, "before", e->before) &&
	    as_json_put_any(o, "after", e->after);

	if (ok && e->severity != AS_VERDICT_NOT_APPLICABLE)
		ok = as_json_put(
		    o, "severity", json_string(as_verdict_text(e->severity)));
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}

/* --- CSV --- */

void
as_changes_csv_head(struct as_buf *b)
{
	for (size_t i = 0; heads[i] != NULL; i++)
		as_csv_cell(b, as_str_from(heads[i]));
	as_csv_end(b);
}

void
as_change_csv(struct as_buf *b, const struct as_change_shown *c)
{
	const struct as_event *e = c->event;
	char when[AS_TIME_TEXT];

	as_csv_number(b, (size_t)c->id);
	as_csv_cell(b, as_str_from(as_time_text(c->at * 1000, when)));
	as_csv_cell(b, c->domain);
	as_csv_cell(b, as_str_from(as_event_kind_text(e->kind)));
	as_csv_cell(b, as_str_from(as_event_turn_text(e->turn)));
	as_csv_cell(b, as_str_from(as_event_cause_text(e->cause)));
	as_csv_cell(b,
	    e->severity != AS_VERDICT_NOT_APPLICABLE
		? as_str_from(as_verdict_text(e->severity))
		: AS_STR(""));
	as_csv_cell(b, e->subject);
	as_csv_cell(b, e->name);
	as_csv_cell(b, e->type);
	as_csv_cell(b, e->rule);
	as_csv_cell(b, e->before);
	as_csv_cell(b, e->after);
	as_csv_end(b);
}
