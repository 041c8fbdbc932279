#include "render/tls.h"

#include "assess/tls_gates.h"
#include "base/clock.h"
#include "render/tls_parts.h"

#include "base/banned.h"

void
as_tls_heading(const struct as_term *t, const char *text)
{
	as_term_newline(t);
	as_term_puts(t, AS_STYLE_BOLD, text);
	as_term_newline(t);
}

void
as_tls_row(const struct as_term *t, const char *label, enum as_style style,
    struct as_str text)
{
	as_term_spaces(t, AS_TLS_INDENT);
	as_term_put_padded(t, AS_STYLE_PLAIN, as_str_from(label),
	    AS_TLS_COLUMN - AS_TLS_INDENT);
	as_term_wrap(t, style, AS_TLS_COLUMN, AS_TLS_COLUMN, text);
}

void
as_tls_row_take(const struct as_term *t, const char *label, enum as_style style,
    struct as_buf *b)
{
	as_tls_row(t, label, style, b->n > 0 ? as_buf_str(b) : AS_STR(""));
	as_buf_fini(b);
}

void
as_tls_join(struct as_buf *b, const char *between, struct as_str item)
{
	if (b->n > 0)
		as_buf_puts(b, between);
	as_buf_add_str(b, item);
}

/* --- the verdict --- */

static const struct {
	const char *word;
	enum as_style style;
} grades[] = {
    [AS_TLS_GRADE_BROKEN] = {"BROKEN", AS_STYLE_BAD},
    [AS_TLS_GRADE_WEAK] = {"WEAK", AS_STYLE_BAD},
    [AS_TLS_GRADE_FIT] = {"FIT", AS_STYLE_WARN},
    [AS_TLS_GRADE_GOOD] = {"GOOD", AS_STYLE_GOOD},
    [AS_TLS_GRADE_UNKNOWN] = {"UNKNOWN", AS_STYLE_UNKNOWN},
};

/* What another address of the host shows. */
static void
beside_text(const struct as_term *t, const struct as_tls_verdict *v)
{
	struct as_buf b;

	if (v->beside == NULL)
		return;
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	if (v->same)
		as_buf_printf(&b,
		    "As at " AS_STR_FMT ", in all that was asked.",
		    AS_STR_ARG(v->beside->address));
	else if (v->n_differs > 0)
		as_buf_printf(&b, "Not as at " AS_STR_FMT ":",
		    AS_STR_ARG(v->beside->address));
	else
		as_buf_printf(&b,
		    "As at " AS_STR_FMT ", in what could be told of both.",
		    AS_STR_ARG(v->beside->address));
	as_tls_row_take(t, "Compared",
	    v->n_differs > 0 ? AS_STYLE_WARN : AS_STYLE_PLAIN, &b);
	for (size_t i = 0; i < v->n_differs; i++)
		as_tls_row(t, "", AS_STYLE_WARN, v->differs[i]);
}

static void
head_text(const struct as_term *t, const struct as_tls_verdict *v)
{
	const struct as_tls_server *s = v->server;
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_buf_add_str(&b, s->name);
	if (!as_str_eq(s->name, s->address))
		as_tls_join(&b, "  ", s->address);
	as_buf_printf(&b, "  port %u%s", s->port,
	    s->implicit ? "  TLS from the first octet" : "");
	as_term_put(t, AS_STYLE_BOLD, as_buf_str(&b));
	as_buf_fini(&b);
	as_term_newline(t);
	as_term_spaces(t, AS_TLS_INDENT);
	as_term_put_padded(t, grades[v->grade].style,
	    as_str_from(grades[v->grade].word), AS_TLS_COLUMN - AS_TLS_INDENT);
	as_term_wrap(
	    t, AS_STYLE_PLAIN, AS_TLS_COLUMN, AS_TLS_COLUMN, v->sentence);
	if (v->open.n > 0)
		as_tls_row(t, "Not told", AS_STYLE_UNKNOWN, v->open);
	if (s->detail.n > 0)
		as_tls_row(t, "Cause", AS_STYLE_DIM, s->detail);
	else if (s->smtp != NULL && s->smtp->detail.n > 0)
		as_tls_row(t, "Cause", AS_STYLE_DIM, s->smtp->detail);
	if (s->stopped.n > 0)
		as_tls_row(t, "Stopped", AS_STYLE_UNKNOWN, s->stopped);
	beside_text(t, v);
}

/* --- what was remarked --- */

static const struct {
	const char *word;
	enum as_style style;
} weights[] = {
    [AS_TLS_NOTE] = {"note", AS_STYLE_DIM},
    [AS_TLS_WARNING] = {"warning", AS_STYLE_WARN},
    [AS_TLS_FAULT] = {"fault", AS_STYLE_BAD},
};

static void
remark_text(const struct as_term *t, const struct as_tls_remark *r)
{
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_term_spaces(t, AS_TLS_INDENT);
	as_term_put_padded(t, weights[r->weight].style,
	    as_str_from(weights[r->weight].word),
	    AS_TLS_COLUMN - AS_TLS_INDENT);
	as_term_wrap(t, AS_STYLE_PLAIN, AS_TLS_COLUMN, AS_TLS_COLUMN,
	    as_str_from(r->title));
	if (r->seen.n > 0)
		as_tls_row(t, "", AS_STYLE_DIM, r->seen);
	as_buf_printf(&b, "%s (%s)", r->why, r->cite);
	as_tls_row_take(t, "", AS_STYLE_PLAIN, &b);
}

static void
remarks_text(const struct as_term *t, const struct as_tls_verdict *v)
{
	if (v->n_remarks == 0)
		return;
	as_tls_heading(t, "What was found");
	for (size_t i = 0; i < v->n_remarks; i++)
		remark_text(t, &v->remarks[i]);
}

/* --- what the documents say --- */

/* "RFC 9325", "TR-02102-2", "NCSC-NL 2025-05". */
static void
short_name(const struct as_tls_reading *r, struct as_buf *b)
{
	size_t colon = as_str_find(r->title, ':', 0);
	size_t space = as_str_find(r->edition, ' ', 4);

	if (colon < r->title.n)
		as_buf_add_str(b, as_str_slice(r->title, 0, colon));
	else if (as_str_has_prefix(r->edition, "RFC "))
		as_buf_add_str(b, as_str_slice(r->edition, 0, space));
	else
		as_buf_printf(b, AS_STR_FMT " " AS_STR_FMT,
		    AS_STR_ARG(r->publisher), AS_STR_ARG(r->edition));
}

/* Objections of one level, the first few. */
static void
objections_add(struct as_buf *b, const struct as_tls_reading *r,
    enum as_tls_level level, const char *before)
{
	size_t n = 0, all = 0;

	for (size_t i = 0; i < r->n_objections; i++) {
		const struct as_tls_objection *o = &r->objections[i];

		if (o->mark.level != level)
			continue;
		if (all++ >= AS_TLS_SHOWN_OBJECTIONS)
			continue;
		as_buf_puts(b, n++ == 0 ? before : ", ");
		as_buf_add_str(b, o->what);
	}
	if (all > n)
		as_buf_printf(b, " and %zu more", all - n);
}

static enum as_style
reading_words(const struct as_tls_reading *r, struct as_buf *b)
{
	switch (r->meets) {
	case AS_TLS_NOT_MET:
		as_buf_puts(b, "not met");
		objections_add(b, r, AS_TLS_INSUFFICIENT, ": ");
		return AS_STYLE_BAD;
	case AS_TLS_UNTOLD:
		as_buf_puts(b, "cannot be told: ");
		as_buf_add_str(b, r->untold);
		return AS_STYLE_UNKNOWN;
	case AS_TLS_MET:
		as_buf_puts(b, r->complete ? "met" : "met in what was asked");
		return r->n_objections > 0 ? AS_STYLE_WARN : AS_STYLE_GOOD;
	}
	return AS_STYLE_PLAIN;
}

static void
reading_text(const struct as_term *t, const struct as_tls_reading *r)
{
	enum as_style style;
	struct as_buf name, b;

	as_buf_init(&name, AS_TLS_LINE_OCTETS);
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	short_name(r, &name);
	style = reading_words(r, &b);
	if (r->meets != AS_TLS_UNTOLD)
		objections_add(
		    &b, r, AS_TLS_PHASE_OUT, "; should go in time: ");
	as_term_spaces(t, AS_TLS_INDENT);
	as_term_put_padded(t, AS_STYLE_PLAIN, as_buf_str(&name),
	    AS_TLS_NAME_COLUMN - AS_TLS_INDENT);
	as_term_wrap(
	    t, style, AS_TLS_NAME_COLUMN, AS_TLS_NAME_COLUMN, as_buf_str(&b));
	as_buf_fini(&name);
	as_buf_fini(&b);
}

static void
readings_text(const struct as_term *t, const struct as_tls_verdict *v)
{
	bool offers = false;

	/* Of a server that showed no TLS they cannot say anything. */
	for (size_t i = 0; i < v->server->n_versions; i++)
		offers =
		    offers || v->server->versions[i].offered == AS_OFFER_YES;
	if (!offers || v->n_readings == 0)
		return;
	as_tls_heading(t, "What documents say");
	for (size_t i = 0; i < v->n_readings; i++)
		reading_text(t, &v->readings[i]);
}

/* --- what to change --- */

/* Lines are to be copied: they are not wrapped. */
static void
lines_text(const struct as_term *t, struct as_str lines)
{
	size_t at = 0;

	while (at < lines.n) {
		size_t end = as_str_find(lines, '\n', at);

		as_term_spaces(t, 3 * AS_TLS_INDENT);
		as_term_put(t, AS_STYLE_PLAIN, as_str_slice(lines, at, end));
		as_term_newline(t);
		at = end + 1;
	}
}

static void
changes_text(const struct as_term *t, const struct as_tls_verdict *v)
{
	bool named = false;

	if (v->n_changes == 0)
		return;
	as_tls_heading(t, "What to change");
	for (size_t i = 0; i < v->n_changes; i++)
		named = named || v->changes[i].named;
	for (size_t i = 0; i < v->n_changes; i++) {
		const struct as_tls_change *c = &v->changes[i];

		/* The server says what it is: others are of no interest. */
		if (named && !c->named && !c->general)
			continue;
		as_term_spaces(t, AS_TLS_INDENT);
		as_term_puts(t, AS_STYLE_BOLD, c->product);
		as_term_newline(t);
		for (size_t k = 0; k < c->n_steps; k++) {
			as_term_spaces(t, 2 * AS_TLS_INDENT);
			as_term_wrap(t, AS_STYLE_PLAIN, 2 * AS_TLS_INDENT,
			    2 * AS_TLS_INDENT, as_str_from(c->steps[k].words));
			lines_text(t, c->steps[k].lines);
		}
	}
}

/* --- the whole --- */

static void
cost_text(const struct as_term *t, const struct as_tls_server *s)
{
	struct as_buf b;

	as_tls_heading(t, "Cost");
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_buf_printf(&b, "%u connection%s", s->connections,
	    s->connections == 1 ? "" : "s");
	if (s->budget > 0)
		as_buf_printf(&b, " of at most %u", s->budget);
	as_buf_printf(
	    &b, ", %u.%u s", s->took_ms / 1000, s->took_ms / 100 % 10);
	if (!s->deep && as_tls_newest(s) != NULL)
		as_buf_puts(&b, "; --deep asks for every suite");
	as_tls_row_take(t, "Made", AS_STYLE_PLAIN, &b);
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	for (size_t i = 0; i < s->n_left_out; i++)
		as_tls_join(&b, ", ", s->left_out[i]);
	if (b.n > 0 && !s->deep)
		as_buf_puts(&b, "; --deep has room for all of that");
	if (b.n > 0)
		as_tls_row_take(t, "Left out", AS_STYLE_UNKNOWN, &b);
	else
		as_buf_fini(&b);
}

static void
nothing_text(const struct as_term *t, const struct as_tls_report *r)
{
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_term_put(t, AS_STYLE_BOLD, r->host);
	as_term_newline(t);
	for (size_t i = 0; i < r->n_answers; i++) {
		const struct as_answer *ans = &r->answers[i];

		as_buf_printf(&b, "%s%s%s", b.n > 0 ? "; " : "",
		    i == 0 ? "A: " : "AAAA: ",
		    as_dns_outcome_text(ans->outcome));
	}
	as_term_spaces(t, AS_TLS_INDENT);
	as_term_put_padded(t, AS_STYLE_UNKNOWN, AS_STR("UNKNOWN"),
	    AS_TLS_COLUMN - AS_TLS_INDENT);
	as_term_wrap(t, AS_STYLE_PLAIN, AS_TLS_COLUMN, AS_TLS_COLUMN,
	    AS_STR("No address of this host could be asked."));
	as_tls_row_take(t, "DNS", AS_STYLE_DIM, &b);
}

static void
left_out_text(const struct as_term *t, const struct as_tls_report *r)
{
	struct as_buf b;

	as_term_newline(t);
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_buf_printf(&b,
	    "%u more address%s of this host: at most %zu are visited.",
	    r->addresses_left_out, r->addresses_left_out == 1 ? "" : "es",
	    r->n_servers);
	as_tls_row_take(t, "Not visited", AS_STYLE_UNKNOWN, &b);
}

void
as_tls_text(const struct as_term *t, const struct as_tls_page *p)
{
	const struct as_tls_judgement *j = p->judgement;

	for (size_t i = 0; i < j->n_servers; i++) {
		const struct as_tls_verdict *v = &j->servers[i];

		if (i > 0)
			as_term_newline(t);
		head_text(t, v);
		if (v->same) {
			cost_text(t, v->server);
			continue;
		}
		as_tls_offer_text(t, v->server);
		as_tls_chains_text(t, v, p->now_ms);
		remarks_text(t, v);
		readings_text(t, v);
		changes_text(t, v);
		cost_text(t, v->server);
	}
	if (j->n_servers == 0)
		nothing_text(t, p->report);
	if (p->report->addresses_left_out > 0)
		left_out_text(t, p->report);
}
