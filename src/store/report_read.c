#include "store/report_read.h"

#include <inttypes.h>
#include <string.h>

#include "store/report_read_private.h"

#include "base/banned.h"

#define MAX_LINES 4096 /* notes or errors of one report */

enum as_err
as_report_absent(int64_t id, struct as_why *why)
{
	return as_why_set(
	    why, AS_EABSENT, AS_WHY_NOWHERE, "there is no report %" PRId64, id);
}

struct as_ip
as_ip_column(struct as_query *q, int at)
{
	struct as_str octets = as_sql_column_blob(q, at);
	struct as_ip ip = {.len = 0};

	if (octets.n != 4 && octets.n != 16)
		return ip;
	ip.len = (uint8_t)octets.n;
	memcpy(ip.b, octets.p, octets.n);
	return ip;
}

bool
as_texts_keep(struct as_arena *a, struct as_str *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (as_str_is_null(*list[i]))
			continue;
		*list[i] = as_str_dup(a, *list[i]);
		if (as_str_is_null(*list[i]))
			return false;
	}
	return true;
}

enum as_err
as_report_head_columns(
    struct as_query *q, struct as_received *out, struct as_why *why)
{
	struct as_report_head *h = &out->head;
	int64_t kind = as_sql_column_int(q, 1);

	*out = (struct as_received){.id = as_sql_column_int(q, 0)};
	if (kind < AS_REPORT_AGGREGATE || kind > AS_REPORT_TLS)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "table report, id %" PRId64 ": no kind %" PRId64
		    " of reports is known",
		    out->id, kind);
	*h = (struct as_report_head){.kind = (enum as_report_kind)kind,
	    .org_name = as_sql_column_text(q, 2),
	    .email = as_sql_column_text(q, 3),
	    .extra_contact_info = as_sql_column_text(q, 4),
	    .report_id = as_sql_column_text(q, 5),
	    .domain = as_sql_column_text(q, 6),
	    .begin = as_sql_column_time(q, 7),
	    .end = as_sql_column_time(q, 8),
	    .version = as_sql_column_text(q, 9),
	    .generator = as_sql_column_text(q, 10),
	    .adkim = as_sql_column_text(q, 11),
	    .aspf = as_sql_column_text(q, 12),
	    .p = as_sql_column_text(q, 13),
	    .sp = as_sql_column_text(q, 14),
	    .np = as_sql_column_text(q, 15),
	    .fo = as_sql_column_text(q, 16),
	    .pct = as_sql_column_text(q, 17),
	    .testing = as_sql_column_text(q, 18),
	    .discovery_method = as_sql_column_text(q, 19),
	    .rows = as_sql_column_count(q, 20),
	    .messages = as_sql_column_count(q, 21),
	    .unread = as_sql_column_count(q, 22),
	    .cut = as_sql_column_int(q, 23) != 0};
	out->conflict = as_sql_column_int(q, 24) != 0;
	out->from =
	    (struct as_received_from){.input = as_sql_column_text(q, 25),
		.path = as_sql_column_text(q, 26),
		.mail_from = as_sql_column_text(q, 27),
		.mail_date = as_sql_column_text(q, 28),
		.message_id = as_sql_column_text(q, 29),
		.received = as_sql_column_time(q, 30)};
	return AS_OK;
}

/* --- one report --- */

/* The next line of a text; false at its end. */
static bool
line_next(struct as_str text, size_t *at, struct as_str *out)
{
	size_t end = as_str_find(text, '\n', *at);

	if (*at >= text.n)
		return false;
	*out = as_str_slice(text, *at, end);
	*at = end + 1;
	return true;
}

static size_t
lines_count(struct as_str text)
{
	struct as_str line;
	size_t n = 0;

	for (size_t at = 0; n < MAX_LINES && line_next(text, &at, &line);)
		n++;
	return n;
}

/* As the writer made them: a line each. */
static bool
errors_read(struct as_arena *a, struct as_str text, struct as_report_head *h)
{
	size_t n = lines_count(text), at = 0;
	struct as_str *list = as_arena_array(a, n, sizeof(*list));

	text = as_str_dup(a, text.n > 0 ? text : AS_STR(""));
	if (list == NULL || as_str_is_null(text))
		return false;
	for (size_t i = 0; i < n; i++)
		(void)line_next(text, &at, &list[i]);
	h->errors = list;
	h->n_errors = n;
	return true;
}

/* code, tabulator, place, tabulator, text: a line each. */
static bool
notes_read(struct as_arena *a, struct as_str text, struct as_received *r)
{
	size_t n = lines_count(text), at = 0;
	struct as_report_note *list = as_arena_array(a, n, sizeof(*list));
	struct as_str line;

	text = as_str_dup(a, text.n > 0 ? text : AS_STR(""));
	if (list == NULL || as_str_is_null(text))
		return false;
	for (size_t i = 0; i < n && line_next(text, &at, &line); i++) {
		size_t one = as_str_find(line, '\t', 0);
		size_t two = as_str_find(line, '\t', one + 1);

		list[i].code = as_str_slice(line, 0, one);
		list[i].where = as_str_slice(line, one + 1, two);
		list[i].text = as_str_slice(line, two + 1, line.n);
	}
	r->notes = list;
	r->n_notes = n;
	return true;
}

static bool
texts_keep(struct as_arena *a, struct as_received *r)
{
	struct as_report_head *h = &r->head;
	struct as_received_from *f = &r->from;
	struct as_str *const all[] = {&h->org_name, &h->email,
	    &h->extra_contact_info, &h->report_id, &h->domain, &h->version,
	    &h->generator, &h->adkim, &h->aspf, &h->p, &h->sp, &h->np, &h->fo,
	    &h->pct, &h->testing, &h->discovery_method, &f->input, &f->path,
	    &f->mail_from, &f->mail_date, &f->message_id};

	return as_texts_keep(a, all, sizeof(all) / sizeof(all[0]));
}

static enum as_err
whole_read(struct as_query *q, struct as_arena *a, struct as_received *r,
    struct as_why *why)
{
	AS_TRY(as_report_head_columns(q, r, why));
	r->from.kept = !as_sql_column_is_null(q, AS_N_HEAD_COLUMNS + 2);
	r->from.octets = as_sql_column_count(q, AS_N_HEAD_COLUMNS + 2);
	if (texts_keep(a, r) &&
	    errors_read(
		a, as_sql_column_text(q, AS_N_HEAD_COLUMNS), &r->head) &&
	    notes_read(a, as_sql_column_text(q, AS_N_HEAD_COLUMNS + 1), r))
		return AS_OK;
	return as_why_no_memory(why);
}

/* Those that have its name. */
static enum as_err
others_read(struct as_store *s, struct as_arena *a, struct as_received *r,
    struct as_why *why)
{
	int64_t *list = as_arena_array(a, AS_MAX_REPORT_OTHERS, sizeof(*list));
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err = as_sql_prepare(s,
	    "SELECT o.id FROM report r JOIN report o"
	    " ON o.domain IS NOT DISTINCT FROM r.domain"
	    " AND o.begin IS NOT DISTINCT FROM r.begin"
	    " AND o.org IS NOT DISTINCT FROM r.org"
	    " AND o.report_id IS NOT DISTINCT FROM r.report_id"
	    " AND o.\"end\" IS NOT DISTINCT FROM r.\"end\""
	    " WHERE r.id = ?1 AND o.id <> ?1 ORDER BY o.id LIMIT ?2",
	    &q, why);

	if (err == AS_OK) {
		as_sql_bind_int(q, 1, r->id);
		as_sql_bind_int(q, 2, AS_MAX_REPORT_OTHERS);
	}
	while (err == AS_OK && list != NULL && found) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found)
			list[r->n_others++] = as_sql_column_int(q, 0);
	}
	r->others = list;
	as_sql_free(q);
	return list == NULL ? as_why_no_memory(why) : err;
}

enum as_err
as_report_find(struct as_store *s, struct as_arena *a, int64_t id,
    struct as_received **out, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err;

	*out = AS_NEW(a, struct as_received);
	if (*out == NULL)
		return as_why_no_memory(why);
	err = as_sql_prepare(s,
	    "SELECT " AS_HEAD_COLUMNS ", errors, notes, (SELECT length(octets)"
	    " FROM raw WHERE hash = report.raw) FROM report WHERE id = ?1",
	    &q, why);
	if (err == AS_OK) {
		as_sql_bind_int(q, 1, id);
		err = as_sql_row(q, &found, why);
	}
	if (err == AS_OK && found)
		err = whole_read(q, a, *out, why);
	as_sql_free(q);
	if (err == AS_OK && !found)
		return as_report_absent(id, why);
	if (err == AS_OK && (*out)->conflict)
		err = others_read(s, a, *out, why);
	return err;
}
