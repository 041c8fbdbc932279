/*
 * store/sql - SQLite with our errors: a thin layer for the room.
 */
#ifndef AS_STORE_SQL_H
#define AS_STORE_SQL_H

#include <sqlite3.h>

#include "store/store.h"

struct as_store {
	sqlite3 *db;
	bool in_transaction;
	bool read_only;
};

/* AS_EIO (AS_ENOMEM) with the engine's words, after a rollback of all. */
enum as_err as_sql_fail(struct as_store *s, struct as_why *why);

/* One or more statements without results. */
AS_MUST_USE enum as_err as_sql_exec(
    struct as_store *s, const char *sql, struct as_why *why);

/* A statement that is kept; finalize it with sqlite3_finalize. */
AS_MUST_USE enum as_err as_sql_prepare(struct as_store *s, const char *sql,
    sqlite3_stmt **out, struct as_why *why);

/* A transaction is open after this. */
AS_MUST_USE enum as_err as_sql_begin(struct as_store *s, struct as_why *why);

/* Run a statement that gives no row, and reset it. */
AS_MUST_USE enum as_err as_sql_run(
    struct as_store *s, sqlite3_stmt *q, struct as_why *why);

/* Run one that gives at most one row: *found says whether it did.  The caller
 * reads the columns, then resets it. */
AS_MUST_USE enum as_err as_sql_row(
    struct as_store *s, sqlite3_stmt *q, bool *found, struct as_why *why);

/* Bind text or octets that live until the statement has run; NULL when absent.
 * An error of binding shows in the run. */
void as_sql_text(sqlite3_stmt *q, int at, struct as_str s);
void as_sql_blob(sqlite3_stmt *q, int at, const void *p, size_t n);

/* A count or a time, NULL when it was not given. */
void as_sql_count(sqlite3_stmt *q, int at, uint64_t n);
void as_sql_time(sqlite3_stmt *q, int at, int64_t t);

/* Text of a column; valid until the statement is run or reset. */
struct as_str as_sql_column(sqlite3_stmt *q, int at);

/* Bring the schema up to date. */
AS_MUST_USE enum as_err as_schema_migrate(
    struct as_store *s, struct as_why *why);

#endif
