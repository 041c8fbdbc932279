#include "store/sql.h"

#include <stdlib.h>

#include "base/banned.h"

/* Debian's SQLite 3.40 may lose writes when two checkpoint at once: there is one
 * writer, and memory maps hide write errors of the disk. */
static const char pragmas[] = "PRAGMA busy_timeout=5000;"
			      "PRAGMA foreign_keys=ON;"
			      "PRAGMA trusted_schema=OFF;"
			      "PRAGMA mmap_size=0;"
			      "PRAGMA temp_store=FILE;"
			      "PRAGMA cache_size=-16384;";
static const char pragmas_writer[] = "PRAGMA page_size=8192;"
				     "PRAGMA journal_mode=WAL;"
				     "PRAGMA synchronous=FULL;"
				     "PRAGMA journal_size_limit=67108864;";

enum as_err
as_sql_fail(struct as_store *s, struct as_why *why)
{
	enum as_err code =
	    sqlite3_errcode(s->db) == SQLITE_NOMEM ? AS_ENOMEM : AS_EIO;

	(void)as_why_set(
	    why, code, AS_WHY_NOWHERE, "%.200s", sqlite3_errmsg(s->db));
	as_store_rollback(s);
	return code;
}

enum as_err
as_sql_exec(struct as_store *s, const char *sql, struct as_why *why)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK
	    ? AS_OK
	    : as_sql_fail(s, why);
}

enum as_err
as_sql_prepare(
    struct as_store *s, const char *sql, sqlite3_stmt **out, struct as_why *why)
{
	return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
		   out, NULL) == SQLITE_OK
	    ? AS_OK
	    : as_sql_fail(s, why);
}

enum as_err
as_sql_begin(struct as_store *s, struct as_why *why)
{
	if (s->in_transaction)
		return AS_OK;
	AS_TRY(as_sql_exec(s, "BEGIN IMMEDIATE", why));
	s->in_transaction = true;
	return AS_OK;
}

enum as_err
as_sql_row(struct as_store *s, sqlite3_stmt *q, bool *found, struct as_why *why)
{
	int rc = sqlite3_step(q);

	*found = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return AS_OK;
	(void)sqlite3_reset(q);
	return as_sql_fail(s, why);
}

enum as_err
as_sql_run(struct as_store *s, sqlite3_stmt *q, struct as_why *why)
{
	bool found;

	AS_TRY(as_sql_row(s, q, &found, why));
	(void)sqlite3_reset(q);
	return AS_OK;
}

void
as_sql_text(sqlite3_stmt *q, int at, struct as_str s)
{
	if (as_str_is_null(s))
		(void)sqlite3_bind_null(q, at);
	else
		(void)sqlite3_bind_text64(
		    q, at, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
}

void
as_sql_blob(sqlite3_stmt *q, int at, const void *p, size_t n)
{
	if (p == NULL)
		(void)sqlite3_bind_null(q, at);
	else
		(void)sqlite3_bind_blob64(q, at, p, n, SQLITE_STATIC);
}

void
as_sql_count(sqlite3_stmt *q, int at, uint64_t n)
{
	if (n == AS_REPORT_NO_COUNT)
		(void)sqlite3_bind_null(q, at);
	else
		(void)sqlite3_bind_int64(
		    q, at, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

void
as_sql_time(sqlite3_stmt *q, int at, int64_t t)
{
	if (t == AS_REPORT_NO_TIME)
		(void)sqlite3_bind_null(q, at);
	else
		(void)sqlite3_bind_int64(q, at, t);
}

struct as_str
as_sql_column(sqlite3_stmt *q, int at)
{
	const void *p = sqlite3_column_blob(q, at);
	int n = sqlite3_column_bytes(q, at);

	if (sqlite3_column_type(q, at) == SQLITE_NULL)
		return AS_STR_NULL;
	return (struct as_str){p != NULL ? p : "", (size_t)n};
}

/* --- the store --- */

static enum as_err
prepare(struct as_store *s, struct as_why *why)
{
	AS_TRY(as_sql_exec(s, pragmas, why));
	if (!s->read_only)
		AS_TRY(as_sql_exec(s, pragmas_writer, why));
	return as_schema_migrate(s, why);
}

enum as_err
as_store_open(
    const char *path, bool read_only, struct as_store **out, struct as_why *why)
{
	int flags = SQLITE_OPEN_NOMUTEX |
	    (read_only ? SQLITE_OPEN_READONLY
		       : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	struct as_store *s = calloc(1, sizeof(*s));
	enum as_err err;

	*out = NULL;
	if (s == NULL)
		return as_why_no_memory(why);
	s->read_only = read_only;
	if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK) {
		err = as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%.80s: %.120s",
		    path,
		    s->db != NULL ? sqlite3_errmsg(s->db) : "out of memory");
	} else {
		(void)sqlite3_extended_result_codes(s->db, 1);
		err = prepare(s, why);
	}
	if (err != AS_OK) {
		as_store_close(s);
		return err;
	}
	*out = s;
	return AS_OK;
}

void
as_store_close(struct as_store *s)
{
	if (s == NULL)
		return;
	as_store_rollback(s);
	(void)sqlite3_close_v2(s->db);
	free(s);
}

enum as_err
as_store_commit(struct as_store *s, struct as_why *why)
{
	if (!s->in_transaction)
		return AS_OK;
	AS_TRY(as_sql_exec(s, "COMMIT", why));
	s->in_transaction = false;
	return AS_OK;
}

void
as_store_rollback(struct as_store *s)
{
	/* SQLite itself rolls back after some errors. */
	if (s->in_transaction && sqlite3_get_autocommit(s->db) == 0)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->in_transaction = false;
}

enum as_err
as_store_verify(struct as_store *s, struct as_why *why)
{
	sqlite3_stmt *q = NULL;
	struct as_str said = AS_STR_NULL;
	enum as_err err =
	    as_sql_prepare(s, "PRAGMA integrity_check(1)", &q, why);
	bool found = false;

	if (err == AS_OK)
		err = as_sql_row(s, q, &found, why);
	if (err == AS_OK && found)
		said = as_sql_column(q, 0);
	if (err == AS_OK && !as_str_is(said, "ok"))
		err = as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "the database is damaged: %.*s",
		    said.n < 180 ? (int)said.n : 180,
		    said.p != NULL ? said.p : "");
	(void)sqlite3_finalize(q);
	return err;
}
