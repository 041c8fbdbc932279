/*
 * store/sql - one SQL for two engines: a thin layer for the room.
 *
 * Statements:  as_sql_prepare, as_sql_bind_{text,blob,int,count,time,null},
 *              as_sql_run or as_sql_row, as_sql_column_{text,blob,int,count,
 *              time,is_null}, as_sql_changes, as_sql_reset, as_sql_free.
 * Transaction: as_sql_begin, then as_store_commit or as_store_rollback.
 *
 * The SQL is written once, and so that both SQLite and PostgreSQL speak it:
 *   - parameters are ?1 ?2 ... (from 1); columns of a result count from 0;
 *   - columns are INTEGER (64 bits, also for yes and no: `WHERE cut = 1`), TEXT
 *     or BLOB; tables are made in schema.c only, as SQLite writes them;
 *   - end, user, group, order, desc, check, default, references stand in double
 *     quotes, or better are not used as names;
 *   - ON CONFLICT names its columns: `ON CONFLICT(a, b) DO UPDATE SET n = t.n +
 *     excluded.n`, the table's own column with the name of the table before it;
 *   - equal or both absent: `a IS NOT DISTINCT FROM ?1` (finds no index in
 *     PostgreSQL); texts compare octet by octet in both;
 *   - RETURNING, LIMIT, WITH, coalesce, count, sum, min, max, lower, substr, ||,
 *     CASE are common; each column of a SELECT with GROUP BY is grouped or summed;
 *   - LIKE minds case in one and not in the other: on lower() of both sides only,
 *     with ESCAPE '!';
 *   - not used: json_* and ->>, typeof, rowid, IS ?, x'', || of
 *     numbers, integers as conditions, julianday;
 *   - FOR UPDATE [SKIP LOCKED] at the end of a SELECT may be written: SQLite has
 *     one writer and leaves it out;
 *   - a key that the database gives: `id INTEGER PRIMARY KEY`, left out of the
 *     INSERT, and RETURNING id; or as_sql_next_id beforehand.
 *
 * Text is UTF-8 without NUL.  A read that may be long is read by pages of its key
 * when something else is written meanwhile on the same connection.
 */
#ifndef AS_STORE_SQL_H
#define AS_STORE_SQL_H

#include "store/store.h"

/* A prepared statement; it belongs to its store and goes before it. */
struct as_query;

/* One or more statements without parameters and results. */
AS_MUST_USE enum as_err as_sql_exec(
    struct as_store *s, const char *sql, struct as_why *why);

/* A statement that is kept; free it with as_sql_free. */
AS_MUST_USE enum as_err as_sql_prepare(struct as_store *s, const char *sql,
    struct as_query **out, struct as_why *why);
void as_sql_free(struct as_query *q); /* accepts NULL */

/* A transaction is open after this: the store's writers' lock on SQLite. */
AS_MUST_USE enum as_err as_sql_begin(struct as_store *s, struct as_why *why);
bool as_sql_is_begun(const struct as_store *s);

/* The same, and until it ends no other transaction is open that asked for this:
 * for what many rows hang together in, so that two never stand in each other's
 * way.  To be asked for before anything is written. */
AS_MUST_USE enum as_err as_sql_begin_alone(
    struct as_store *s, struct as_why *why);

/* Run a statement that gives no row, and reset it.  Any error of the database,
 * here and below, rolls back all since the last commit. */
AS_MUST_USE enum as_err as_sql_run(struct as_query *q, struct as_why *why);

/* The next row of one that gives rows: *found says whether there was one, its
 * columns can be read until the next call.  After the last row, or when enough
 * was read, as_sql_reset. */
AS_MUST_USE enum as_err as_sql_row(
    struct as_query *q, bool *found, struct as_why *why);
void as_sql_reset(struct as_query *q);

/* How many rows the last as_sql_run changed. */
AS_MUST_USE enum as_err as_sql_changes(
    struct as_query *q, uint64_t *out, struct as_why *why);

/* Bind text or octets that live until the statement has run; NULL when absent.
 * An error of binding shows in the run.  What is bound stays bound. */
void as_sql_bind_text(struct as_query *q, int at, struct as_str s);
void as_sql_bind_blob(struct as_query *q, int at, const void *p, size_t n);
void as_sql_bind_int(struct as_query *q, int at, int64_t n);
void as_sql_bind_null(struct as_query *q, int at);

/* A count or a time, NULL when it was not given (AS_REPORT_NO_COUNT,
 * AS_REPORT_NO_TIME). */
void as_sql_bind_count(struct as_query *q, int at, uint64_t n);
void as_sql_bind_time(struct as_query *q, int at, int64_t t);

/* Columns of the row at hand; text and octets are valid until the statement is
 * run, stepped or reset.  NULL gives AS_STR_NULL, 0, 0 and AS_REPORT_NO_TIME. */
struct as_str as_sql_column_text(struct as_query *q, int at);
struct as_str as_sql_column_blob(struct as_query *q, int at);
int64_t as_sql_column_int(struct as_query *q, int at);
uint64_t as_sql_column_count(struct as_query *q, int at); /* below 0: 0 */
int64_t as_sql_column_time(struct as_query *q, int at);
bool as_sql_column_is_null(struct as_query *q, int at);

/* A number for the `id` of a new row of a table of ours, which no other writer
 * gets. */
AS_MUST_USE enum as_err as_sql_next_id(
    struct as_store *s, const char *table, int64_t *out, struct as_why *why);

#endif
