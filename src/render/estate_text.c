#include "render/estate.h"

#include "base/clock.h"
#include "base/utf8.h"

#include "base/banned.h"

#define INDENT      2
#define LINE_OCTETS ((size_t)16 * 1024)
#define MS          1000
#define MOST_COLUMN 40
#define MOST_LINES  100 /* of a kind, shown of a plan */

/* --- the list --- */

enum column { DOMAIN, ROLE, ORGANISATION, GROUP, OWNER, TAGS, COLUMNS };

static const char *const heads[COLUMNS] = {
    "domain", "role", "organisation", "group", "owner", "tags"};

static void
tags_add(struct as_buf *b, const struct as_estate_entry *e)
{
	for (size_t i = 0; i < e->n_tags; i++) {
		as_buf_puts(b, i > 0 ? ", " : "");
		as_buf_add_str(b, e->tags[i]);
	}
}

/* Of tags: in the buffer, which is used anew. */
static struct as_str
cell(const struct as_estate_entry *e, enum column c, struct as_buf *tags)
{
	switch (c) {
	case DOMAIN: return e->name;
	case ROLE: return e->text[AS_ESTATE_ROLE];
	case ORGANISATION: return e->text[AS_ESTATE_ORGANISATION];
	case GROUP: return e->text[AS_ESTATE_GROUP];
	case OWNER: return e->text[AS_ESTATE_OWNER];
	case TAGS:
	case COLUMNS: break;
	}
	as_buf_reset(tags);
	tags_add(tags, e);
	return as_buf_str(tags);
}

/* Columns that hold something, two blanks between them. */
static void
widths_find(
    const struct as_estate_view *v, size_t widths[COLUMNS], struct as_buf *tags)
{
	for (int c = 0; c < COLUMNS; c++)
		widths[c] = 0;
	for (size_t i = 0; i < v->n; i++)
		for (int c = 0; c < COLUMNS; c++) {
			size_t w = as_term_width(
			    cell(&v->list[i], (enum column)c, tags));

			if (w > widths[c])
				widths[c] = w;
		}
	for (int c = 0; c < COLUMNS; c++) {
		size_t head = as_term_width(as_str_from(heads[c]));

		if (widths[c] > MOST_COLUMN)
			widths[c] = MOST_COLUMN;
		else if (widths[c] > 0 && widths[c] < head)
			widths[c] = head;
	}
}

static void
row_put(const struct as_term *t, const size_t widths[COLUMNS],
    const struct as_estate_entry *e, struct as_buf *tags)
{
	size_t owed = 0;

	for (int c = 0; c < COLUMNS; c++) {
		struct as_str s = e == NULL ? as_str_from(heads[c])
					    : cell(e, (enum column)c, tags);
		enum as_style style = e == NULL ? AS_STYLE_DIM
		    : c == DOMAIN               ? AS_STYLE_BOLD
						: AS_STYLE_PLAIN;
		size_t width = as_term_width(s);

		if (widths[c] == 0)
			continue;
		if (s.n > 0) {
			as_term_spaces(t, owed);
			as_term_put(t, style, s);
			owed = 0;
		} else {
			width = 0;
		}
		owed += (width < widths[c] ? widths[c] - width : 0) + 2;
	}
	as_term_newline(t);
}

void
as_estate_text(const struct as_term *t, const struct as_estate_view *v)
{
	size_t widths[COLUMNS];
	struct as_buf tags;

	if (v->n == 0) {
		as_term_wrap(t, AS_STYLE_PLAIN, 0, 0,
		    v->of > 0 ? AS_STR("None of the domains is so.")
			      : AS_STR("No domains.  \"assay estate import "
				       "FILE\" takes a list."));
		return;
	}
	as_buf_init(&tags, LINE_OCTETS);
	widths_find(v, widths, &tags);
	row_put(t, widths, NULL, &tags);
	for (size_t i = 0; i < v->n; i++)
		row_put(t, widths, &v->list[i], &tags);
	as_buf_fini(&tags);
}

/* --- one domain --- */

static void
line_put(const struct as_term *t, const char *name, struct as_str value)
{
	if (value.n == 0)
		return;
	as_term_spaces(t, INDENT);
	as_term_put_padded(t, AS_STYLE_DIM, as_str_from(name), 14);
	as_term_wrap(t, AS_STYLE_PLAIN, INDENT + 14, INDENT + 14, value);
}

void
as_estate_show(const struct as_term *t, const struct as_estate_entry *e)
{
	char added[AS_TIME_TEXT];
	struct as_buf tags;

	as_term_put(t, AS_STYLE_BOLD, e->name);
	as_term_newline(t);
	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		line_put(
		    t, as_estate_text_text((enum as_estate_text)i), e->text[i]);
	as_buf_init(&tags, LINE_OCTETS);
	tags_add(&tags, e);
	line_put(t, "tags", as_buf_str(&tags));
	as_buf_fini(&tags);
	line_put(t, "came by", as_str_from(as_estate_source_text(e->source)));
	line_put(t, "added", as_str_from(as_time_text(e->added * MS, added)));
}

/* --- a plan --- */

static void
value_add(struct as_buf *b, struct as_str s)
{
	if (s.n == 0)
		as_buf_puts(b, "nothing");
	else
		as_buf_printf(b, "\"" AS_STR_FMT "\"", AS_STR_ARG(s));
}

static void
changes_add(struct as_buf *b, const struct as_plan_step *s)
{
	bool more = false;

	for (int i = 0; i < AS_ESTATE_TEXTS; i++) {
		if ((s->changed & 1u << i) == 0)
			continue;
		as_buf_printf(b, "%s%s from ", more ? "; " : "",
		    as_estate_text_text((enum as_estate_text)i));
		value_add(b, s->was->text[i]);
		as_buf_puts(b, " to ");
		value_add(b, s->entry.text[i]);
		more = true;
	}
	if ((s->changed & AS_ESTATE_TAGS_BIT) == 0)
		return;
	as_buf_puts(b, more ? "; tags from " : "tags from ");
	tags_add(b, s->was);
	as_buf_puts(b, s->was->n_tags == 0 ? "none to " : " to ");
	tags_add(b, &s->entry);
	as_buf_puts(b, s->entry.n_tags == 0 ? "none" : "");
}

static void
step_put(const struct as_term *t, const struct as_plan_step *s)
{
	static const struct {
		const char *mark;
		enum as_style style;
	} marks[] = {
	    [AS_PLAN_ADD] = {"+ ", AS_STYLE_GOOD},
	    [AS_PLAN_CHANGE] = {"~ ", AS_STYLE_WARN},
	    [AS_PLAN_REMOVE] = {"- ", AS_STYLE_BAD},
	    [AS_PLAN_KEEP] = {"  ", AS_STYLE_DIM},
	};
	size_t column = INDENT + 4 + as_term_width(s->entry.name);
	struct as_buf b;

	as_term_spaces(t, INDENT);
	as_term_puts(t, marks[s->what].style, marks[s->what].mark);
	as_term_put(t, marks[s->what].style, s->entry.name);
	as_buf_init(&b, LINE_OCTETS);
	if (s->what == AS_PLAN_CHANGE)
		changes_add(&b, s);
	if (b.n > 0) {
		as_term_spaces(t, 2);
		as_term_wrap(
		    t, AS_STYLE_PLAIN, column, INDENT * 3, as_buf_str(&b));
	} else {
		as_term_newline(t);
	}
	as_buf_fini(&b);
}

static void
word_put(const struct as_term *t, const struct as_plan_word *w)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	if (w->line > 0)
		as_buf_printf(&b, "line %zu%s", w->line,
		    w->typed.n == 0 && w->refused ? " " : ": ");
	if (w->typed.n > 0)
		as_buf_printf(&b, "\"" AS_STR_FMT "\" ",
		    AS_STR_ARG(as_str_slice(w->typed, 0, 80)));
	as_buf_puts(&b, w->refused ? "is refused: " : "");
	as_buf_add_str(&b, w->text);
	as_term_spaces(t, INDENT);
	as_term_wrap(t, w->refused ? AS_STYLE_BAD : AS_STYLE_DIM, INDENT,
	    2 * INDENT, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
sum_put(const struct as_term *t, const struct as_estate_plan *p)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "%zu added, %zu changed, %zu removed, %zu unchanged",
	    p->counts[AS_PLAN_ADD], p->counts[AS_PLAN_CHANGE],
	    p->counts[AS_PLAN_REMOVE], p->counts[AS_PLAN_KEEP]);
	if (p->n_refused > 0)
		as_buf_printf(&b, "; %zu refused", p->n_refused);
	as_buf_puts(&b, p->done ? "." : ".  Nothing was written.");
	as_term_wrap(t, AS_STYLE_BOLD, 0, 0, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
more_put(const struct as_term *t, size_t n, const char *what)
{
	struct as_buf b;

	if (n == 0)
		return;
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "... and %zu more %s; --json has all", n, what);
	as_term_spaces(t, INDENT);
	as_term_wrap(t, AS_STYLE_DIM, INDENT, INDENT, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
steps_put(const struct as_term *t, const struct as_estate_plan *p,
    enum as_plan_kind what)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_steps && n < MOST_LINES; i++)
		if (p->steps[i].what == what) {
			step_put(t, &p->steps[i]);
			n++;
		}
	more_put(t, p->counts[what] - n, as_plan_kind_text(what));
}

void
as_plan_text(const struct as_term *t, const struct as_estate_plan *p)
{
	size_t words = p->n_words < MOST_LINES ? p->n_words : MOST_LINES;

	for (int what = 0; what < AS_PLAN_KEEP; what++)
		steps_put(t, p, (enum as_plan_kind)what);
	for (size_t i = 0; i < words; i++)
		word_put(t, &p->words[i]);
	more_put(t, p->n_words - words, "remarks");
	sum_put(t, p);
}

/* --- suggestions --- */

void
as_hints_text(const struct as_term *t, const struct as_hints_view *v)
{
	if (v->n == 0) {
		as_term_wrap(
		    t, AS_STYLE_PLAIN, 0, 0, AS_STR("No suggestions."));
		return;
	}
	for (size_t i = 0; i < v->n; i++) {
		const struct as_estate_hint *h = &v->list[i];

		as_term_put(t, AS_STYLE_BOLD, h->name);
		as_term_spaces(t, 2);
		as_term_puts(t, AS_STYLE_DIM, as_hint_kind_text(h->kind));
		if (h->state != AS_HINT_NEW) {
			as_term_puts(t, AS_STYLE_DIM, ", ");
			as_term_puts(
			    t, AS_STYLE_DIM, as_hint_state_text(h->state));
		}
		as_term_newline(t);
		as_term_spaces(t, INDENT);
		as_term_sentence(
		    t, AS_STYLE_PLAIN, INDENT, INDENT, h->evidence);
	}
	as_term_newline(t);
	as_term_wrap(t, AS_STYLE_PLAIN, 0, 0,
	    AS_STR("\"assay estate accept NAME\" takes one into the estate, "
		   "\"assay estate refuse NAME\" has it suggested no more."));
}
