#include "store/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "store/engine.h"
#include "store/tables.h"
#include "store/verify_private.h"
#include "store/writer_private.h"

#include "base/banned.h"

#define SQL_OCTETS ((size_t)8192)

/* Each gives the number or the name of the first row that is wrong, or NULL. */
static const struct {
	const char *sql, *fault;
	bool text;
} checks[] = {
    {"SELECT min(t.report) FROM aggregate_row t WHERE NOT EXISTS"
     " (SELECT 1 FROM report r WHERE r.id = t.report)",
	"aggregate_row has rows of a report that is not there: %lld"},
    {"SELECT min(t.report) FROM tls_policy t WHERE NOT EXISTS"
     " (SELECT 1 FROM report r WHERE r.id = t.report)",
	"tls_policy has rows of a report that is not there: %lld"},
    {"SELECT min(t.report) FROM tls_failure t WHERE NOT EXISTS"
     " (SELECT 1 FROM report r WHERE r.id = t.report)",
	"tls_failure has rows of a report that is not there: %lld"},
    {"SELECT min(t.report) FROM failure t WHERE NOT EXISTS"
     " (SELECT 1 FROM report r WHERE r.id = t.report)",
	"failure has a row of a report that is not there: %lld"},
    {"SELECT min(r.id) FROM report r WHERE r.raw IS NOT NULL AND NOT EXISTS"
     " (SELECT 1 FROM raw WHERE hash = r.raw)",
	"raw does not hold the octets of report %lld"},
    {"SELECT min(r.id) FROM report r WHERE r.kind = 0 AND r.rows <>"
     " (SELECT count(*) FROM aggregate_row t WHERE t.report = r.id)",
	"aggregate_row does not hold as many rows as report %lld says"},
    {"SELECT min(r.id) FROM report r WHERE r.kind = 0 AND r.messages <>"
     " (SELECT coalesce(sum(t.messages), 0) FROM aggregate_row t"
     " WHERE t.report = r.id)",
	"aggregate_row does not hold as many messages as report %lld says"},
    {"SELECT min(w.domain) FROM watched w WHERE NOT EXISTS"
     " (SELECT 1 FROM doc d WHERE d.name = w.known) OR NOT EXISTS"
     " (SELECT 1 FROM doc d WHERE d.name = w.verdicts) OR w.pending IS NOT NULL"
     " AND NOT EXISTS (SELECT 1 FROM doc d WHERE d.name = w.pending)",
	"doc does not hold all that watched names of domain %.*s", true},
    {"SELECT min(t.domain) FROM tag t WHERE NOT EXISTS"
     " (SELECT 1 FROM domain d WHERE d.name = t.domain)",
	"tag has a row of a domain that is not there: %.*s", true},
};

/* Sums that are made again. */
static const char *const sums[] = {
    "daily", "dkim_daily", "tls_daily", "reporter_daily"};

struct verify {
	struct as_store *s;
	struct as_arena *a;
	struct as_tables *tables;
	struct as_str home; /* where the tables are, in SQL */
	struct as_verified *out;
};

static enum as_err
fault(struct as_why *why, const char *format, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE, "%s", text);
}

/* --- what points to what --- */

static enum as_err
check(struct as_store *s, size_t i, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err = as_sql_prepare(s, checks[i].sql, &q, why);
	bool found = false;

	if (err == AS_OK)
		err = as_sql_row(q, &found, why);
	found = err == AS_OK && found && !as_sql_column_is_null(q, 0);
	if (found && checks[i].text)
		err = fault(why, checks[i].fault,
		    AS_STR_ARG(as_str_slice(as_sql_column_text(q, 0), 0, 80)));
	else if (found)
		err = fault(
		    why, checks[i].fault, (long long)as_sql_column_int(q, 0));
	as_sql_free(q);
	return err;
}

/* --- sums --- */

static const struct as_table *
table_find(const struct as_tables *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].name, name) == 0)
			return &all->v[i];
	return NULL;
}

/* A table of the same name that ends with the connection; it stands before the
 * other one. */
static enum as_err
shadow_make(struct verify *v, const struct as_table *t, struct as_buf *sql,
    struct as_why *why)
{
	static const char *const types[] = {[AS_COLUMN_INT] = "INTEGER",
	    [AS_COLUMN_TEXT] = "TEXT",
	    [AS_COLUMN_BLOB] = "BLOB"};

	as_buf_reset(sql);
	as_buf_printf(sql, "CREATE TEMP TABLE %s(", t->name);
	for (size_t i = 0; i < t->n; i++)
		as_buf_printf(sql, "\"%s\" %s NOT NULL, ", t->columns[i].name,
		    types[t->columns[i].type]);
	as_buf_puts(sql, "PRIMARY KEY(");
	as_table_keys_put(sql, t);
	as_buf_add(sql, "))", 3);
	return as_buf_ok(sql) ? v->s->engine->define(v->s, sql->p, why)
			      : as_why_no_memory(why);
}

/* The first row that one has and the other has not. */
static enum as_err
difference(struct verify *v, const struct as_table *t, struct as_buf *sql,
    bool stored, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err;

	as_buf_reset(sql);
	as_buf_puts(sql, "SELECT domain, day FROM (SELECT ");
	as_table_columns_put(sql, t);
	as_buf_printf(sql, " FROM %s%s%s EXCEPT SELECT ",
	    stored ? v->home.p : "", stored ? "." : "", t->name);
	as_table_columns_put(sql, t);
	as_buf_printf(sql, " FROM %s%s%s) x ORDER BY domain, day LIMIT 1",
	    stored ? "" : v->home.p, stored ? "" : ".", t->name);
	as_buf_add(sql, "", 1);
	if (!as_buf_ok(sql))
		return as_why_no_memory(why);
	err = as_sql_prepare(v->s, sql->p, &q, why);
	if (err == AS_OK)
		err = as_sql_row(q, &found, why);
	if (err == AS_OK && found)
		err = fault(why,
		    stored ? "%s does not add up: domain %.*s, day %lld is "
			     "not what the reports say"
			   : "%s leaves out what reports say: domain %.*s, "
			     "day %lld",
		    t->name,
		    AS_STR_ARG(as_str_slice(as_sql_column_text(q, 0), 0, 80)),
		    (long long)as_sql_column_int(q, 1));
	as_sql_free(q);
	return err;
}

static enum as_err
sums_compare(struct verify *v, struct as_buf *sql, struct as_why *why)
{
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		const struct as_table *t = table_find(v->tables, sums[i]);

		AS_TRY(difference(v, t, sql, true, why));
		AS_TRY(difference(v, t, sql, false, why));
		v->out->sums++;
	}
	return AS_OK;
}

static enum as_err
sums_check(struct verify *v, struct as_buf *sql, struct as_why *why)
{
	struct as_sums *u = NULL;
	enum as_err err = AS_OK;

	for (size_t i = 0; err == AS_OK && i < sizeof(sums) / sizeof(sums[0]);
	     i++)
		err = shadow_make(v, table_find(v->tables, sums[i]), sql, why);
	if (err == AS_OK)
		err = as_sums_new(v->s, &u, why);
	if (err == AS_OK)
		err = as_sums_add_all(v->s, u, &v->out->reports, why);
	if (err == AS_OK)
		err = sums_compare(v, sql, why);
	as_sums_free(u);
	return err;
}

/* --- all --- */

static enum as_err
copy_check(struct verify *v, struct as_why *why)
{
	struct as_str source;

	AS_TRY(as_store_copy_mark(v->a, v->s, &source, why));
	return as_str_is_null(source)
	    ? AS_OK
	    : fault(why, "a copy of %.120s into it is not finished", source.p);
}

static enum as_err
verify(struct verify *v, struct as_buf *sql, struct as_why *why)
{
	AS_TRY(as_store_verify(v->s, why));
	AS_TRY(as_tables_read(v->a, &v->tables, why));
	AS_TRY(as_sql_begin_snapshot(v->s, true, why));
	AS_TRY(copy_check(v, why));
	AS_TRY(v->s->engine->home(v->s, v->a, &v->home, why));
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		AS_TRY(check(v->s, i, why));
	AS_TRY(as_verify_octets(v->s, &v->out->octets, why));
	return sums_check(v, sql, why);
}

enum as_err
as_store_verify_all(
    struct as_store *s, struct as_verified *out, struct as_why *why)
{
	struct verify v = {
	    .s = s, .a = as_arena_new(AS_MAX_FRAME_OCTETS), .out = out};
	struct as_buf sql;
	enum as_err err;

	*out = (struct as_verified){0};
	if (v.a == NULL)
		return as_why_no_memory(why);
	as_buf_init(&sql, SQL_OCTETS);
	err = verify(&v, &sql, why);
	as_store_rollback(s); /* and with it the tables of ours */
	as_buf_fini(&sql);
	as_arena_free(v.a);
	return err;
}
