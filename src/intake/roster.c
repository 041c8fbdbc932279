#include "intake/roster.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "intake/csv.h"
#include "intake/decode.h"
#include "intake/roster_row.h"

#include "base/banned.h"

#define SHOWN_OCTETS 40 /* of what was typed */
/* Of the records looked at, and of one row. */
#define LOOK_OCTETS ((size_t)AS_MAX_CSV_GUESS * AS_MAX_CSV_OCTETS * 4)
#define ROW_OCTETS  ((size_t)AS_MAX_CSV_OCTETS * 64)

struct reader {
	const struct as_roster_sink *sink;
	struct as_why *why;
	struct as_csv csv;
	struct as_arena *look; /* of the head */
	struct as_arena *row;  /* of one record */
	struct as_csv_record head;
	bool has_head;
	struct as_roster_columns columns;
};

/* --- text --- */

static enum as_err
text_decode(struct as_decode *d, struct as_str octets, struct as_buf *out)
{
	char chunk[4096];

	for (size_t at = d->mark, used; at < octets.n; at += used) {
		size_t n = as_decode_run(d, as_str_slice(octets, at, octets.n),
		    chunk, sizeof(chunk), &used);
		as_buf_add(out, chunk, n);
	}
	as_buf_add(out, chunk, as_decode_end(d, chunk));
	return as_buf_ok(out) ? AS_OK : AS_ENOMEM;
}

/* UTF-8 stays where it is. */
static enum as_err
text_make(struct as_str octets, struct as_str charset, struct as_buf *room,
    struct as_str *out, struct as_why *why)
{
	struct as_decode d;

	if (octets.n > AS_MAX_ROSTER_OCTETS)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "a list of more than %zu octets", AS_MAX_ROSTER_OCTETS);
	if (as_str_is_null(charset))
		as_decode_init_text(&d, octets);
	else if (!as_decode_init_named(&d, octets, charset))
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "the encoding \"" AS_STR_FMT "\" is not known",
		    AS_STR_ARG(as_str_slice(charset, 0, SHOWN_OCTETS)));
	*out = as_str_slice(octets, d.mark, octets.n);
	if (d.form == AS_DECODE_UTF8)
		return AS_OK;
	as_buf_init(room, octets.n * 3 + 16);
	AS_TRY(text_decode(&d, octets, room));
	*out = as_buf_str(room);
	return AS_OK;
}

/* --- the head --- */

static enum as_roster_column
column_of(struct as_str cell)
{
	static const struct {
		const char *heading;
		enum as_roster_column column;
	} headings[] = {
#define HEADING(heading, column) {heading, column},
#include "intake/roster_columns.tbl"
#undef HEADING
	};
	char room[AS_ROSTER_WORD];
	struct as_str bare = as_roster_word(cell, room);

	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (as_str_is(bare, headings[i].heading))
			return headings[i].column;
	return COLUMN_NONE;
}

static size_t
headings_count(const struct as_csv_record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += column_of(r->cells[i]) != COLUMN_NONE;
	return n;
}

static bool
is_name(struct as_arena *a, struct as_str cell)
{
	enum as_roster_form form;
	struct as_str text = as_estate_clean(a, cell), name;

	return as_roster_name(a, text, &name, &form, NULL) == AS_OK;
}

static bool
has_name(struct reader *r, const struct as_csv_record *record)
{
	as_arena_reset(r->row);
	for (size_t i = 0; i < record->n; i++)
		if (is_name(r->row, record->cells[i]))
			return true;
	return false;
}

/* The record with the most headings, of those ahead of the first domain. */
static enum as_err
head_find(struct reader *r)
{
	struct as_csv csv = r->csv;
	size_t best = 0;

	for (size_t i = 0; i < AS_MAX_CSV_GUESS; i++) {
		struct as_csv_record record;
		enum as_err err = as_csv_next(&csv, r->look, &record, r->why);

		if (err == AS_ENOMEM)
			return err;
		if (err == AS_EABSENT || (err == AS_OK && has_name(r, &record)))
			break;
		if (err != AS_OK || headings_count(&record) <= best)
			continue;
		best = headings_count(&record);
		r->head = record;
		r->csv = csv;
		r->has_head = true;
	}
	return AS_OK;
}

/* How many of the next records hold a domain in each column. */
static enum as_err
names_count(struct reader *r, size_t counts[AS_MAX_CSV_CELLS])
{
	struct as_csv csv = r->csv;

	for (size_t i = 0; i < AS_MAX_CSV_GUESS; i++) {
		struct as_csv_record record;
		enum as_err err = as_csv_next(&csv, r->look, &record, r->why);

		if (err == AS_ENOMEM)
			return err;
		if (err == AS_EABSENT)
			break;
		as_arena_reset(r->row);
		for (size_t c = 0; err == AS_OK && c < record.n; c++)
			counts[c] += is_name(r->row, record.cells[c]);
	}
	return AS_OK;
}

/* The fullest column of a kind; AS_MAX_CSV_CELLS: there is none. */
static size_t
column_fullest(const struct as_roster_columns *c, enum as_roster_column kind,
    const size_t counts[AS_MAX_CSV_CELLS], size_t least)
{
	size_t best = AS_MAX_CSV_CELLS;

	for (size_t i = 0; i < AS_MAX_CSV_CELLS; i++)
		if (c->kind[i] == kind && counts[i] >= least &&
		    (best == AS_MAX_CSV_CELLS || counts[i] > counts[best]))
			best = i;
	return best;
}

static enum as_err
domain_column_find(struct reader *r)
{
	static const enum as_roster_column kinds[] = {
	    COLUMN_DOMAIN, COLUMN_PERHAPS, COLUMN_CONTACT_PERHAPS, COLUMN_NONE};
	size_t counts[AS_MAX_CSV_CELLS] = {0}, found = AS_MAX_CSV_CELLS;

	AS_TRY(names_count(r, counts));
	for (size_t i = 0; i < 4 && found == AS_MAX_CSV_CELLS; i++)
		found = column_fullest(&r->columns, kinds[i], counts,
		    kinds[i] == COLUMN_DOMAIN ? 0 : 1);
	if (found == AS_MAX_CSV_CELLS)
		return as_why_set(r->why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "no column of it holds domain names");
	for (size_t i = 0; i < AS_MAX_CSV_CELLS; i++) {
		if (r->columns.kind[i] == COLUMN_CONTACT_PERHAPS)
			r->columns.kind[i] = COLUMN_CONTACT;
		else if (r->columns.kind[i] == COLUMN_PERHAPS ||
		    r->columns.kind[i] == COLUMN_DOMAIN)
			r->columns.kind[i] = COLUMN_NONE;
	}
	r->columns.kind[found] = COLUMN_DOMAIN;
	r->columns.domain = found;
	return AS_OK;
}

static enum as_err
note(struct reader *r, size_t line, const char *fmt, struct as_str cell)
{
	struct as_str text = as_str_printf(
	    r->look, fmt, AS_STR_ARG(as_str_slice(cell, 0, SHOWN_OCTETS)));

	if (as_str_is_null(text))
		return as_why_no_memory(r->why);
	return r->sink->note(r->sink->ctx, line, text);
}

/* A heading that stands twice counts once. */
static void
twice_drop(struct as_roster_columns *c)
{
	for (size_t i = 0; i < AS_MAX_CSV_CELLS; i++)
		for (size_t k = 0; k < i; k++)
			if (c->kind[i] == c->kind[k])
				c->kind[i] = COLUMN_NONE;
}

static enum as_err
left_out_tell(struct reader *r)
{
	if (!r->has_head)
		return AS_OK;
	for (size_t i = 0; i < r->head.n; i++)
		if (r->columns.kind[i] == COLUMN_NONE &&
		    as_str_trim(r->head.cells[i]).n > 0)
			AS_TRY(note(r, r->head.line,
			    "the column \"" AS_STR_FMT "\" is left out",
			    as_estate_clean(r->look, r->head.cells[i])));
	return AS_OK;
}

static enum as_err
head_read(struct reader *r)
{
	AS_TRY(head_find(r));
	for (size_t i = 0; r->has_head && i < r->head.n; i++)
		r->columns.kind[i] = column_of(r->head.cells[i]);
	AS_TRY(domain_column_find(r));
	twice_drop(&r->columns);
	return left_out_tell(r);
}

/* --- rows --- */

static enum as_err
row_take(struct reader *r, const struct as_csv_record *record)
{
	struct as_why why = {0};
	struct as_roster_line line = {.line = record->line};
	enum as_err err =
	    as_roster_row(r->row, &r->columns, record, &line.entry, &why);

	if (err == AS_ENOMEM)
		return as_why_no_memory(r->why);
	if (err != AS_OK)
		return r->sink->refused(
		    r->sink->ctx, record->line, record->cells[0], &why);
	return as_roster_names(
	    r->row, record->cells[r->columns.domain], &line, r->sink, r->why);
}

static enum as_err
rows_read(struct reader *r)
{
	for (;;) {
		struct as_csv_record record;
		struct as_why why = {0};
		enum as_err err;

		as_arena_reset(r->row);
		err = as_csv_next(&r->csv, r->row, &record, &why);
		if (err == AS_EABSENT)
			return AS_OK;
		if (err == AS_ENOMEM)
			return as_why_no_memory(r->why);
		if (err == AS_OK)
			err = row_take(r, &record);
		else
			err = r->sink->refused(
			    r->sink->ctx, record.line, AS_STR_NULL, &why);
		AS_TRY(err);
	}
}

enum as_err
as_roster_read(struct as_str octets, struct as_str charset,
    const struct as_roster_sink *sink, struct as_why *why)
{
	struct reader r = {.sink = sink, .why = why};
	struct as_buf room = {0};
	struct as_str text;
	enum as_err err = text_make(octets, charset, &room, &text, why);

	r.look = as_arena_new(LOOK_OCTETS);
	r.row = as_arena_new(ROW_OCTETS);
	if (err == AS_OK && (r.look == NULL || r.row == NULL))
		err = as_why_no_memory(why);
	if (err == AS_OK) {
		as_csv_init(&r.csv, text);
		err = head_read(&r);
	}
	if (err == AS_OK)
		err = rows_read(&r);
	as_arena_free(r.look);
	as_arena_free(r.row);
	as_buf_fini(&room);
	return err;
}
