/*
 * Reports by what is asked for.
 */
#include "base/limits.h"
#include "store/report_read_private.h"

#include "base/banned.h"

#define SQL_OCTETS 8192
#define MAX_TERMS  12

/* What the list is ordered by: the begin, or what comes nearest to it.  The
 * index report_when has the same words. */
#define WHEN "coalesce(begin, \"end\", received, 0)"

/* A query that grows term by term, with what its parameters are. */
struct terms {
	struct as_buf sql;
	struct {
		struct as_str text; /* null: the number */
		int64_t number;
	} v[MAX_TERMS];
	int n;
};

static void
term_text(struct terms *t, const char *sql, struct as_str text)
{
	as_buf_puts(&t->sql, sql);
	t->v[t->n++].text = text;
}

static void
term_number(struct terms *t, const char *sql, int64_t number)
{
	as_buf_puts(&t->sql, sql);
	t->v[t->n++].number = number;
}

/* A pattern that holds a part of any text: its own signs lose their meaning. */
static struct as_str
pattern(struct as_arena *a, struct as_str part)
{
	struct as_str lower = as_str_lower(a, part);
	char *p = as_arena_alloc(a, 2 * lower.n + 2);
	size_t n = 0;

	if (p == NULL || as_str_is_null(lower))
		return AS_STR_NULL;
	p[n++] = '%';
	for (size_t i = 0; i < lower.n; i++) {
		if (lower.p[i] == '%' || lower.p[i] == '_' || lower.p[i] == '!')
			p[n++] = '!';
		p[n++] = lower.p[i];
	}
	p[n++] = '%';
	return (struct as_str){p, n};
}

static enum as_err
when_find(struct as_store *s, int64_t id, int64_t *out, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err = as_sql_prepare(
	    s, "SELECT " WHEN " FROM report WHERE id = ?1", &q, why);

	if (err == AS_OK) {
		as_sql_bind_int(q, 1, id);
		err = as_sql_row(q, &found, why);
	}
	if (err == AS_OK && found)
		*out = as_sql_column_int(q, 0);
	as_sql_free(q);
	if (err == AS_OK && !found)
		return as_report_absent(id, why);
	return err;
}

static enum as_err
terms_make(struct terms *t, struct as_arena *a, struct as_store *s,
    const struct as_reports_filter *f, struct as_why *why)
{
	struct as_str part = AS_STR_NULL;
	int64_t when = 0;

	as_buf_puts(
	    &t->sql, "SELECT " AS_HEAD_COLUMNS " FROM report WHERE 1 = 1");
	if (f->domain.n > 0) {
		term_text(t, " AND (domain = ?", f->domain);
		term_text(t,
		    " OR id IN (SELECT report FROM tls_policy WHERE domain = ?",
		    f->domain);
		as_buf_puts(&t->sql, "))");
	}
	if (f->reporter.n > 0) {
		part = pattern(a, f->reporter);
		if (as_str_is_null(part))
			return as_why_no_memory(why);
		term_text(t, " AND (lower(org) LIKE ?", part);
		term_text(t, " ESCAPE '!' OR lower(email) LIKE ?", part);
		as_buf_puts(&t->sql, " ESCAPE '!')");
	}
	if (f->has_kind)
		term_number(t, " AND kind = ?", f->kind);
	if (f->from != AS_REPORT_NO_TIME)
		term_number(t,
		    " AND coalesce(\"end\", begin, received, 0) >= ?", f->from);
	if (f->to != AS_REPORT_NO_TIME)
		term_number(t, " AND " WHEN " <= ?", f->to);
	if (f->conflict)
		as_buf_puts(&t->sql, " AND conflict = 1");
	if (f->after > 0) {
		AS_TRY(when_find(s, f->after, &when, why));
		/* Said once more, for the index. */
		term_number(t, " AND " WHEN " <= ?", when);
		term_number(t, " AND (" WHEN ", id) < (?", when);
		term_number(t, ", ?", f->after);
		as_buf_puts(&t->sql, ")");
	}
	return AS_OK;
}

static enum as_err
give_all(struct as_query *q, size_t most, as_received_fn *fn, void *ctx,
    bool *more, struct as_why *why)
{
	struct as_received r;

	for (size_t i = 0;; i++) {
		bool found;

		AS_TRY(as_sql_row(q, &found, why));
		*more = found && i == most;
		if (!found || *more)
			return AS_OK;
		AS_TRY(as_report_head_columns(q, &r, why));
		AS_TRY(fn(ctx, &r));
	}
}

static enum as_err
list(struct as_store *s, struct as_arena *a, struct terms *t,
    const struct as_reports_filter *f, size_t most, as_received_fn *fn,
    void *ctx, bool *more, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err;

	AS_TRY(terms_make(t, a, s, f, why));
	term_number(
	    t, " ORDER BY " WHEN " DESC, id DESC LIMIT ?", (int64_t)most + 1);
	as_buf_add(&t->sql, "", 1);
	if (!as_buf_ok(&t->sql))
		return as_why_no_memory(why);
	err = as_sql_prepare(s, t->sql.p, &q, why);
	for (int i = 0; err == AS_OK && i < t->n; i++) {
		if (as_str_is_null(t->v[i].text))
			as_sql_bind_int(q, i + 1, t->v[i].number);
		else
			as_sql_bind_text(q, i + 1, t->v[i].text);
	}
	if (err == AS_OK)
		err = give_all(q, most, fn, ctx, more, why);
	as_sql_free(q);
	return err;
}

enum as_err
as_reports_list(struct as_store *s, const struct as_reports_filter *f,
    size_t most, as_received_fn *fn, void *ctx, bool *more, struct as_why *why)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct terms t = {.n = 0};
	enum as_err err;

	if (a == NULL)
		return as_why_no_memory(why);
	as_buf_init(&t.sql, SQL_OCTETS);
	err = list(s, a, &t, f, most, fn, ctx, more, why);
	as_buf_fini(&t.sql);
	as_arena_free(a);
	return err;
}
