#include "render/record.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"

#include "base/banned.h"

/* --- JSON --- */

static json_t *
value_json(const struct as_record_part *p)
{
	uint64_t n;

	if (p->kind == AS_PART_NUMBER &&
	    as_str_u64(p->value, UINT32_MAX, &n) == AS_OK)
		return json_integer((json_int_t)n);
	return as_json_str(p->value);
}

/* Of several parts of a name the first counts, or all are a list.  False on no
 * memory. */
static bool
field_add(json_t *fields, const struct as_record_part *p)
{
	const char *key = p->name.p; /* escaped, with a NUL behind */
	json_t *old = json_object_get(fields, key);

	if (p->name.n == 0)
		return true;
	if (p->kind == AS_PART_ITEM && old == NULL) {
		if (json_object_set_new(fields, key, json_array()) != 0)
			return false;
		old = json_object_get(fields, key);
	}
	if (p->kind == AS_PART_ITEM && json_is_array(old))
		return json_array_append_new(old, value_json(p)) == 0;
	return old != NULL ||
	    json_object_set_new(fields, key, value_json(p)) == 0;
}

static json_t *
fields_json(const struct as_record_view *v)
{
	json_t *fields = json_object();
	bool ok = fields != NULL;

	for (size_t i = 0; i < v->n_parts && ok; i++)
		ok = field_add(fields, &v->parts[i]);
	return as_json_done(fields, ok);
}

static json_t *
at_json(size_t at)
{
	return at == AS_WHY_NOWHERE ? json_null()
				    : json_integer((json_int_t)at);
}

static json_t *
problem_json(const struct as_record_problem *p)
{
	return json_pack("{s:s, s:o, s:o, s:o}", "level",
	    as_level_text(p->level), "at", at_json(p->at), "text",
	    as_json_str(p->text), "cite", as_json_str_or_null(p->cite));
}

static json_t *
part_json(const struct as_record_part *p)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "field", as_json_str(p->name),
	    "text", as_json_str(p->shown), "at", at_json(p->at), "meaning",
	    as_json_str(p->meaning));
}

static json_t *
problems_json(const struct as_record_view *v)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n_problems; i++)
		ok = as_json_add(list, problem_json(&v->problems[i]));
	return as_json_done(list, ok);
}

static json_t *
parts_json(const struct as_record_view *v)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n_parts; i++)
		if (v->parts[i].shown.n > 0)
			ok = as_json_add(list, part_json(&v->parts[i]));
	return as_json_done(list, ok);
}

json_t *
as_record_json(const struct as_record_view *v)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "type",
	    as_record_type_text(v->type), "status",
	    as_record_status_text(v->status), "fields", fields_json(v),
	    "problems", problems_json(v), "explanation", parts_json(v));
}

/* --- text --- */

#define SHOWN_MOST  44 /* longer parts are cut: keys, addresses */
#define MEANING_AT  30 /* column of the meanings */
#define AROUND      24 /* octets shown before and behind a place */
#define LEVEL_WIDTH 8

static const enum as_style level_styles[] = {
    [AS_LEVEL_INFO] = AS_STYLE_DIM,
    [AS_LEVEL_WARN] = AS_STYLE_WARN,
    [AS_LEVEL_ERROR] = AS_STYLE_BAD,
};

static void
head_text(const struct as_term *t, const struct as_record_view *v)
{
	static const char *const more[] = {
	    [AS_RECORD_VALID] = "",
	    [AS_RECORD_UNUSABLE] =
		": who reads it must discard it or give up on it",
	    [AS_RECORD_NOT_THIS_TYPE] =
		": the text does not set out to be such a record",
	};

	as_term_puts(t, AS_STYLE_BOLD, as_record_type_text(v->type));
	if (v->experimental)
		as_term_puts(t, AS_STYLE_DIM, " (experimental)");
	as_term_puts(t, AS_STYLE_PLAIN, ": ");
	as_term_puts(t,
	    v->status == AS_RECORD_VALID ? AS_STYLE_GOOD : AS_STYLE_BAD,
	    as_record_status_text(v->status));
	as_term_puts(t, AS_STYLE_PLAIN, more[v->status]);
	as_term_newline(t);
}

/* The part, its end cut off when it is long. */
static size_t
shown_text(const struct as_term *t, struct as_str shown)
{
	bool cut = shown.n > SHOWN_MOST;
	struct as_str s =
	    as_str_slice(shown, 0, cut ? SHOWN_MOST - 3 : shown.n);

	as_term_put(t, AS_STYLE_BOLD, s);
	if (cut)
		as_term_puts(t, AS_STYLE_BOLD, "...");
	return as_term_width(s) + (cut ? 3 : 0);
}

static void
part_text(const struct as_term *t, const struct as_record_part *p)
{
	size_t width;

	if (p->shown.n == 0)
		return;
	as_term_spaces(t, 2);
	width = 2 + shown_text(t, p->shown);
	if (width + 2 > MEANING_AT) {
		as_term_newline(t);
		width = 0;
	}
	as_term_spaces(t, MEANING_AT - width);
	as_term_wrap(t, AS_STYLE_PLAIN, MEANING_AT, MEANING_AT, p->meaning);
}

/* The neighbourhood of a place, and a mark under it. */
static void
place_text(const struct as_term *t, struct as_str text, size_t at)
{
	size_t from = at > AROUND ? at - AROUND : 0;
	char octets[2 * AROUND];
	struct as_str s = {octets, 0};

	/* Line ends and the like would move the mark. */
	for (size_t i = from; i < at + AROUND && i < text.n; i++) {
		char c = text.p[i];
		octets[s.n++] = (char)(c >= 0x20 && c < 0x7f ? c : '?');
	}
	as_term_spaces(t, LEVEL_WIDTH + 2);
	as_term_put(t, AS_STYLE_DIM, s);
	as_term_newline(t);
	as_term_spaces(t, LEVEL_WIDTH + 2 + at - from);
	as_term_puts(t, AS_STYLE_BOLD, "^");
	as_term_newline(t);
}

static void
problem_text(const struct as_term *t, const struct as_record_view *v,
    const struct as_record_problem *p)
{
	const char *level = as_level_text(p->level);
	struct as_buf line;

	as_buf_init(&line, AS_MAX_TXT_OCTETS);
	as_buf_add_str(&line, p->text);
	if (p->at != AS_WHY_NOWHERE)
		as_buf_printf(&line, ", at octet %zu", p->at + 1);
	if (p->cite.n > 0)
		as_buf_printf(&line, " [" AS_STR_FMT "]", AS_STR_ARG(p->cite));
	as_term_spaces(t, 2);
	as_term_puts(t, level_styles[p->level], level);
	as_term_spaces(t, LEVEL_WIDTH - strlen(level));
	as_term_wrap(t, AS_STYLE_PLAIN, LEVEL_WIDTH + 2, LEVEL_WIDTH + 2,
	    as_buf_str(&line));
	as_buf_fini(&line);
	if (p->at <= v->text.n && v->text.n > 0)
		place_text(t, v->text, p->at);
}

void
as_record_text(const struct as_term *t, const struct as_record_view *v)
{
	head_text(t, v);
	if (v->n_parts > 0)
		as_term_newline(t);
	for (size_t i = 0; i < v->n_parts; i++)
		part_text(t, &v->parts[i]);
	as_term_newline(t);
	if (v->n_problems == 0) {
		as_term_puts(t, AS_STYLE_PLAIN, "Nothing is wrong with it.");
		as_term_newline(t);
	}
	for (size_t i = 0; i < v->n_problems; i++)
		problem_text(t, v, &v->problems[i]);
}
