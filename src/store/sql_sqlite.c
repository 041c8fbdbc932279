/*
 * SQLite behind store/sql: the only place that knows it.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/engine.h"

#include "base/banned.h"

#define APPLICATION_ID 0x61737379 /* "assy" */
#define NAME_OCTETS    40         /* of a table of ours */

struct lite {
	struct as_store base;
	sqlite3 *db;
	/* lite_next_id of the table that was asked for last. */
	struct as_query *next;
	char next_table[NAME_OCTETS];
};

struct lite_query {
	struct as_query base;
	sqlite3_stmt *stmt;
};

static sqlite3 *
db_of(struct as_store *s)
{
	return ((struct lite *)s)->db;
}

static sqlite3_stmt *
stmt_of(struct as_query *q)
{
	return ((struct lite_query *)q)->stmt;
}

/* Debian's SQLite 3.40 may lose writes when two checkpoint at once: there is one
 * writer, and memory maps hide write errors of the disk. */
static const char pragmas[] = "PRAGMA busy_timeout=5000;"
			      "PRAGMA foreign_keys=ON;"
			      "PRAGMA trusted_schema=OFF;"
			      "PRAGMA mmap_size=0;"
			      "PRAGMA temp_store=FILE;"
			      "PRAGMA cache_size=-16384;";
/* A transaction of some thousand reports stays in memory; the log is copied into
 * the file after several. */
static const char pragmas_writer[] = "PRAGMA page_size=8192;"
				     "PRAGMA cache_size=-24576;"
				     "PRAGMA wal_autocheckpoint=4000;"
				     "PRAGMA journal_mode=WAL;"
				     "PRAGMA synchronous=FULL;"
				     "PRAGMA journal_size_limit=67108864;";

/* --- transactions --- */

static void
lite_rollback(struct as_store *s)
{
	/* SQLite itself rolls back after some errors. */
	if (s->in_transaction && sqlite3_get_autocommit(db_of(s)) == 0)
		(void)sqlite3_exec(db_of(s), "ROLLBACK", NULL, NULL, NULL);
	s->in_transaction = false;
}

static enum as_err
fail(struct as_store *s, struct as_why *why)
{
	sqlite3 *db = db_of(s);
	enum as_err code =
	    sqlite3_errcode(db) == SQLITE_NOMEM ? AS_ENOMEM : AS_EIO;

	(void)as_why_set(
	    why, code, AS_WHY_NOWHERE, "%.200s", sqlite3_errmsg(db));
	lite_rollback(s);
	return code;
}

static enum as_err
lite_exec(struct as_store *s, const char *sql, struct as_why *why)
{
	return sqlite3_exec(db_of(s), sql, NULL, NULL, NULL) == SQLITE_OK
	    ? AS_OK
	    : fail(s, why);
}

static enum as_err
lite_begin(struct as_store *s, struct as_why *why)
{
	return lite_exec(s, "BEGIN IMMEDIATE", why);
}

/* There is one writer. */
static enum as_err
lite_alone(struct as_store *s, struct as_why *why)
{
	(void)s;
	(void)why;
	return AS_OK;
}

/* Reading begins with the first statement that reads. */
static enum as_err
lite_begin_snapshot(struct as_store *s, bool scratch, struct as_why *why)
{
	(void)scratch;
	return lite_exec(s, "BEGIN", why);
}

/* --- statements --- */

/* What says that others shall wait: there are no others.  NULL: no memory. */
static char *
without_locks(const char *sql)
{
	static const char *const words[] = {
	    " FOR UPDATE SKIP LOCKED", " FOR UPDATE"};
	char *copy = strdup(sql), *at;

	for (size_t i = 0; copy != NULL && i < sizeof(words) / sizeof(words[0]);
	     i++)
		if ((at = strstr(copy, words[i])) != NULL)
			(void)memset(at, ' ', strlen(words[i]));
	return copy;
}

static enum as_err
lite_prepare(struct as_store *s, const char *sql, struct as_query **out,
    struct as_why *why)
{
	struct lite_query *q = calloc(1, sizeof(*q));
	char *text = without_locks(sql);
	enum as_err err = AS_OK;

	if (q == NULL || text == NULL)
		err = as_why_no_memory(why);
	else if (sqlite3_prepare_v3(db_of(s), text, -1,
		     SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL) != SQLITE_OK)
		err = fail(s, why);
	free(text);
	if (err != AS_OK) {
		free(q);
		return err;
	}
	q->base.s = s;
	*out = &q->base;
	return AS_OK;
}

static void
lite_free(struct as_query *q)
{
	(void)sqlite3_finalize(stmt_of(q));
	free(q);
}

static void
lite_reset(struct as_query *q)
{
	(void)sqlite3_reset(stmt_of(q));
}

static enum as_err
lite_row(struct as_query *q, bool *found, struct as_why *why)
{
	int rc = sqlite3_step(stmt_of(q));

	*found = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return AS_OK;
	lite_reset(q);
	return fail(q->s, why);
}

static enum as_err
lite_run(struct as_query *q, struct as_why *why)
{
	bool found;

	AS_TRY(lite_row(q, &found, why));
	lite_reset(q);
	return AS_OK;
}

static enum as_err
lite_changes(struct as_query *q, uint64_t *out, struct as_why *why)
{
	(void)why;
	*out = (uint64_t)sqlite3_changes64(db_of(q->s));
	return AS_OK;
}

static void
lite_bind_text(struct as_query *q, int at, struct as_str s)
{
	(void)sqlite3_bind_text64(
	    stmt_of(q), at, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void
lite_bind_blob(struct as_query *q, int at, const void *p, size_t n)
{
	(void)sqlite3_bind_blob64(stmt_of(q), at, p, n, SQLITE_STATIC);
}

static void
lite_bind_int(struct as_query *q, int at, int64_t n)
{
	(void)sqlite3_bind_int64(stmt_of(q), at, n);
}

static void
lite_bind_null(struct as_query *q, int at)
{
	(void)sqlite3_bind_null(stmt_of(q), at);
}

static bool
lite_column_is_null(struct as_query *q, int at)
{
	return sqlite3_column_type(stmt_of(q), at) == SQLITE_NULL;
}

/* A blob is asked for in any case: text must not be made of what is none. */
static struct as_str
lite_column(struct as_query *q, int at)
{
	const void *p = sqlite3_column_blob(stmt_of(q), at);
	int n = sqlite3_column_bytes(stmt_of(q), at);

	if (lite_column_is_null(q, at))
		return AS_STR_NULL;
	return (struct as_str){p != NULL ? p : "", (size_t)n};
}

static int64_t
lite_column_int(struct as_query *q, int at)
{
	return sqlite3_column_int64(stmt_of(q), at);
}

/* One number; 0 when there is none. */
static enum as_err
number_get(
    struct as_store *s, const char *sql, int64_t *out, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err = lite_prepare(s, sql, &q, why);

	*out = 0;
	if (err == AS_OK)
		err = lite_row(q, &found, why);
	if (err == AS_OK && found)
		*out = lite_column_int(q, 0);
	as_sql_free(q);
	return err;
}

static enum as_err
next_prepare(struct lite *l, const char *table, struct as_why *why)
{
	char sql[120];

	if (l->next != NULL && strcmp(l->next_table, table) == 0)
		return AS_OK;
	as_sql_free(l->next);
	l->next = NULL;
	(void)snprintf(l->next_table, sizeof(l->next_table), "%s", table);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT coalesce(max(id), 0) + 1 FROM %s", l->next_table);
	return lite_prepare(&l->base, sql, &l->next, why);
}

static enum as_err
lite_next_id(
    struct as_store *s, const char *table, int64_t *out, struct as_why *why)
{
	struct lite *l = (struct lite *)s;
	bool found;

	AS_TRY(as_sql_begin(s, why));
	AS_TRY(next_prepare(l, table, why));
	AS_TRY(lite_row(l->next, &found, why));
	*out = found ? lite_column_int(l->next, 0) : 1;
	lite_reset(l->next);
	return AS_OK;
}

static enum as_err
lite_ids_follow(struct as_store *s, const char *table, struct as_why *why)
{
	(void)s;
	(void)table;
	(void)why;
	return AS_OK;
}

/* --- the schema --- */

static enum as_err
lite_has_table(
    struct as_store *s, const char *table, bool *out, struct as_why *why)
{
	char sql[120];
	int64_t n;

	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM sqlite_master WHERE name = '%.40s'", table);
	AS_TRY(number_get(s, sql, &n, why));
	*out = n > 0;
	return AS_OK;
}

static enum as_err
lite_home(struct as_store *s, struct as_arena *a, struct as_str *out,
    struct as_why *why)
{
	(void)s;
	(void)a;
	(void)why;
	*out = AS_STR("main");
	return AS_OK;
}

static enum as_err
lite_version_get(struct as_store *s, int *out, struct as_why *why)
{
	int64_t id, version, things;

	AS_TRY(number_get(s, "PRAGMA user_version", &version, why));
	AS_TRY(number_get(s, "PRAGMA application_id", &id, why));
	AS_TRY(
	    number_get(s, "SELECT count(*) FROM sqlite_master", &things, why));
	*out = (int)version;
	if (id == APPLICATION_ID || (id == 0 && version == 0 && things == 0))
		return AS_OK;
	return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
	    "the file is no database of Assay");
}

static enum as_err
lite_version_set(struct as_store *s, int version, struct as_why *why)
{
	char sql[80];

	(void)snprintf(sql, sizeof(sql),
	    "PRAGMA application_id=%d; PRAGMA user_version=%d;", APPLICATION_ID,
	    version);
	return lite_exec(s, sql, why);
}

static enum as_err
lite_verify(struct as_store *s, struct as_why *why)
{
	struct as_query *q = NULL;
	struct as_str said = AS_STR_NULL;
	enum as_err err = lite_prepare(s, "PRAGMA integrity_check(1)", &q, why);
	bool found = false;

	if (err == AS_OK)
		err = lite_row(q, &found, why);
	if (err == AS_OK && found)
		said = lite_column(q, 0);
	if (err == AS_OK && !as_str_is(said, "ok"))
		err = as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "the database is damaged: %.*s",
		    said.n < 180 ? (int)said.n : 180,
		    said.p != NULL ? said.p : "");
	as_sql_free(q);
	return err;
}

/* --- backup --- */

/* In one step: others write on, into the log. */
static enum as_err
pages_copy(struct as_store *s, sqlite3 *to, struct as_why *why)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", db_of(s), "main");

	if (b != NULL)
		(void)sqlite3_backup_step(b, -1);
	if (b != NULL && sqlite3_backup_finish(b) == SQLITE_OK)
		return AS_OK;
	return as_why_set(
	    why, AS_EIO, AS_WHY_NOWHERE, "%.200s", sqlite3_errmsg(to));
}

/* SQLite writes the pages through to the disk. */
static enum as_err
lite_backup(struct as_store *s, const char *path, struct as_why *why)
{
	sqlite3 *to = NULL;
	enum as_err err = AS_OK;

	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK)
		err = as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%.80s: %.120s",
		    path, to != NULL ? sqlite3_errmsg(to) : "out of memory");
	if (err == AS_OK)
		err = pages_copy(s, to, why);
	if (sqlite3_close(to) != SQLITE_OK && err == AS_OK)
		err = as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "%.80s: cannot be closed", path);
	return err;
}

/* --- the connection --- */

static void
lite_close(struct as_store *s)
{
	as_sql_free(((struct lite *)s)->next);
	(void)sqlite3_close_v2(db_of(s));
	free(s);
}

static enum as_err
lite_open(const char *where, bool read_only, struct as_store **out,
    struct as_why *why)
{
	int flags = SQLITE_OPEN_NOMUTEX |
	    (read_only ? SQLITE_OPEN_READONLY
		       : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	struct lite *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return as_why_no_memory(why);
	l->base.engine = &as_engine_sqlite;
	l->base.read_only = read_only;
	*out = &l->base;
	if (sqlite3_open_v2(where, &l->db, flags, NULL) != SQLITE_OK)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%.80s: %.120s",
		    where,
		    l->db != NULL ? sqlite3_errmsg(l->db) : "out of memory");
	(void)sqlite3_extended_result_codes(l->db, 1);
	AS_TRY(lite_exec(&l->base, pragmas, why));
	return read_only ? AS_OK : lite_exec(&l->base, pragmas_writer, why);
}

const struct as_engine as_engine_sqlite = {
    .open = lite_open,
    .close = lite_close,
    .exec = lite_exec,
    .begin = lite_begin,
    .begin_snapshot = lite_begin_snapshot,
    .alone = lite_alone,
    .rollback = lite_rollback,
    .prepare = lite_prepare,
    .free = lite_free,
    .row = lite_row,
    .run = lite_run,
    .reset = lite_reset,
    .changes = lite_changes,
    .bind_text = lite_bind_text,
    .bind_blob = lite_bind_blob,
    .bind_int = lite_bind_int,
    .bind_null = lite_bind_null,
    .column_text = lite_column,
    .column_blob = lite_column,
    .column_int = lite_column_int,
    .column_is_null = lite_column_is_null,
    .next_id = lite_next_id,
    .ids_follow = lite_ids_follow,
    .has_table = lite_has_table,
    .home = lite_home,
    .version_get = lite_version_get,
    .version_set = lite_version_set,
    .define = lite_exec,
    .verify = lite_verify,
    .backup = lite_backup,
};
