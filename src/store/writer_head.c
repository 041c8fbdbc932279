/*
 * The head of a report as a row, and its octets as they came.
 */
#include "store/writer_private.h"

#include "base/banned.h"

#define ERRORS_OCTETS ((size_t)64 * 1024)

static struct as_str
errors_text(struct as_arena *a, const struct as_report_head *h)
{
	struct as_buf b;
	struct as_str text;

	if (h->n_errors == 0)
		return AS_STR_NULL;
	as_buf_init(&b, ERRORS_OCTETS);
	for (size_t i = 0; i < h->n_errors; i++) {
		as_buf_puts(&b, i > 0 ? "\n" : "");
		as_buf_add_str(&b, h->errors[i]);
	}
	text = as_str_dup(a, as_buf_str(&b));
	as_buf_fini(&b);
	return text;
}

enum as_err
as_heads_insert(struct as_heads *s, struct as_arena *a, int64_t id,
    const struct as_kept *k, struct as_why *why)
{
	const struct as_report_head *h = &k->head;
	const struct as_store_origin *o = &k->origin;
	const struct as_str words[] = {h->version, h->generator, h->adkim,
	    h->aspf, h->p, h->sp, h->np, h->fo, h->pct, h->testing,
	    h->discovery_method, errors_text(a, h)};
	const struct as_str from[] = {
	    o->input, o->path, o->mail_from, o->mail_date, o->message_id};
	uint8_t raw[AS_DIGEST_OCTETS];
	struct as_query *q = s->report;
	int at = 10;

	if (!as_str_is_null(o->raw))
		AS_TRY(as_raw_keep(s->raw, o->raw, raw, why));
	as_sql_bind_int(q, 1, id);
	as_sql_bind_int(q, 2, h->kind);
	as_sql_bind_text(q, 3, h->org_name);
	as_sql_bind_text(q, 4, h->email);
	as_sql_bind_text(q, 5, h->extra_contact_info);
	as_sql_bind_text(q, 6, h->report_id);
	as_sql_bind_text(q, 7, h->domain);
	as_sql_bind_time(q, 8, h->begin);
	as_sql_bind_time(q, 9, h->end);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		as_sql_bind_text(q, at++, words[i]);
	as_sql_bind_count(q, at++, h->rows);
	as_sql_bind_count(q, at++, h->messages);
	as_sql_bind_count(q, at++, h->unread);
	as_sql_bind_int(q, at++, h->cut);
	as_sql_bind_text(q, at++, k->notes);
	as_sql_bind_int(q, at++, k->conflict);
	as_sql_bind_blob(q, at++, k->digest, AS_DIGEST_OCTETS);
	as_sql_bind_blob(
	    q, at++, as_str_is_null(o->raw) ? NULL : raw, sizeof(raw));
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
		as_sql_bind_text(q, at++, from[i]);
	as_sql_bind_time(q, at, o->received);
	return as_sql_run(q, why);
}

static void
name_bind(struct as_query *q, const struct as_report_head *h)
{
	as_sql_bind_text(q, 1, h->domain);
	as_sql_bind_time(q, 2, h->begin);
	as_sql_bind_text(q, 3, h->org_name);
	as_sql_bind_text(q, 4, h->report_id);
	as_sql_bind_time(q, 5, h->end);
}

/* Is all of its name there, as it nearly always is? */
static bool
is_named(const struct as_report_head *h)
{
	return !as_str_is_null(h->domain) && !as_str_is_null(h->org_name) &&
	    !as_str_is_null(h->report_id) && h->begin != AS_REPORT_NO_TIME &&
	    h->end != AS_REPORT_NO_TIME;
}

enum as_err
as_heads_find(struct as_heads *s, const struct as_kept *k, bool *same,
    bool *named, struct as_why *why)
{
	struct as_query *q = is_named(&k->head) ? s->known_exactly : s->known;
	bool found;

	name_bind(q, &k->head);
	as_sql_bind_blob(q, 6, k->digest, AS_DIGEST_OCTETS);
	AS_TRY(as_sql_row(q, &found, why));
	*same = found && as_sql_column_int(q, 0) != 0;
	*named = found && as_sql_column_int(q, 1) != 0;
	as_sql_reset(q);
	return AS_OK;
}

enum as_err
as_heads_mark(
    struct as_heads *s, const struct as_report_head *h, struct as_why *why)
{
	name_bind(s->mark, h);
	return as_sql_run(s->mark, why);
}

/* --- statements --- */

/* Of one name: domain and begin are looked for in the index, present or not; the
 * arm that does not fit the parameters costs nothing. */
#define REST \
	" AND org IS NOT DISTINCT FROM ?3 AND report_id IS NOT DISTINCT FROM" \
	" ?4 AND \"end\" IS NOT DISTINCT FROM ?5"
#define NAMED \
	"id IN (SELECT id FROM report WHERE domain = ?1 AND begin = ?2" REST \
	" UNION ALL SELECT id FROM report WHERE ?2 IS NULL" \
	" AND domain = ?1 AND begin IS NULL" REST \
	" UNION ALL SELECT id FROM report WHERE ?1 IS NULL AND" \
	" domain IS NULL AND begin IS NOT DISTINCT FROM ?2" REST ")"

enum as_err
as_heads_init(struct as_store *s, struct as_heads *h, struct as_why *why)
{
	AS_TRY(as_sql_prepare(s,
	    "INSERT INTO report "
	    "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
	    "?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	    &h->report, why));
	AS_TRY(as_sql_prepare(s,
	    "SELECT EXISTS(SELECT 1 FROM report WHERE digest = ?6),"
	    " EXISTS(SELECT 1 FROM report WHERE domain = ?1 AND begin = ?2"
	    " AND org = ?3 AND report_id = ?4 AND \"end\" = ?5)",
	    &h->known_exactly, why));
	AS_TRY(as_sql_prepare(s,
	    "SELECT EXISTS(SELECT 1 FROM report WHERE digest = ?6),"
	    " EXISTS(SELECT 1 FROM report WHERE " NAMED ")",
	    &h->known, why));
	AS_TRY(as_sql_prepare(
	    s, "UPDATE report SET conflict = 1 WHERE " NAMED, &h->mark, why));
	return as_sql_prepare(s,
	    "INSERT INTO raw VALUES(?,?) ON CONFLICT DO NOTHING", &h->raw, why);
}

void
as_heads_fini(struct as_heads *h)
{
	as_sql_free(h->report);
	as_sql_free(h->raw);
	as_sql_free(h->known);
	as_sql_free(h->known_exactly);
	as_sql_free(h->mark);
}
