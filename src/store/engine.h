/*
 * store/engine - what a database engine does for store/sql.
 */
#ifndef AS_STORE_ENGINE_H
#define AS_STORE_ENGINE_H

#include "store/sql.h"

/* Errors are in words of the engine, and after a rollback of all. */
struct as_engine {
	enum as_err (*open)(const char *where, bool read_only,
	    struct as_store **out, struct as_why *why);
	void (*close)(struct as_store *s);
	enum as_err (*exec)(
	    struct as_store *s, const char *sql, struct as_why *why);
	enum as_err (*begin)(struct as_store *s, struct as_why *why);
	enum as_err (*begin_snapshot)(
	    struct as_store *s, bool scratch, struct as_why *why);
	/* Wait for the others that do this, and have them wait. */
	enum as_err (*alone)(struct as_store *s, struct as_why *why);
	void (*rollback)(struct as_store *s); /* in a transaction or not */

	enum as_err (*prepare)(struct as_store *s, const char *sql,
	    struct as_query **out, struct as_why *why);
	void (*free)(struct as_query *q);
	enum as_err (*row)(struct as_query *q, bool *found, struct as_why *why);
	enum as_err (*run)(struct as_query *q, struct as_why *why);
	void (*reset)(struct as_query *q);
	enum as_err (*changes)(
	    struct as_query *q, uint64_t *out, struct as_why *why);

	void (*bind_text)(struct as_query *q, int at, struct as_str s);
	void (*bind_blob)(struct as_query *q, int at, const void *p, size_t n);
	void (*bind_int)(struct as_query *q, int at, int64_t n);
	void (*bind_null)(struct as_query *q, int at);
	struct as_str (*column_text)(struct as_query *q, int at);
	struct as_str (*column_blob)(struct as_query *q, int at);
	int64_t (*column_int)(struct as_query *q, int at);
	bool (*column_is_null)(struct as_query *q, int at);

	enum as_err (*next_id)(struct as_store *s, const char *table,
	    int64_t *out, struct as_why *why);
	/* After rows were given ids of their own: next ones are larger. */
	enum as_err (*ids_follow)(
	    struct as_store *s, const char *table, struct as_why *why);

	/* Version of the tables, 0: there are none.  AS_ESYNTAX: the database
	 * is somebody else's. */
	enum as_err (*version_get)(
	    struct as_store *s, int *out, struct as_why *why);
	enum as_err (*version_set)(
	    struct as_store *s, int version, struct as_why *why);
	enum as_err (*has_table)(struct as_store *s, const char *table,
	    bool *out, struct as_why *why);
	/* What stands before the name of a table, in SQL, to tell it from a
	 * temporary one; into the arena. */
	enum as_err (*home)(struct as_store *s, struct as_arena *a,
	    struct as_str *out, struct as_why *why);
	/* Statements that make tables, as SQLite writes them. */
	enum as_err (*define)(
	    struct as_store *s, const char *sql, struct as_why *why);
	enum as_err (*verify)(struct as_store *s, struct as_why *why);
	/* A copy in a new file, of one moment, whoever writes meanwhile. */
	enum as_err (*backup)(
	    struct as_store *s, const char *path, struct as_why *why);
};

extern const struct as_engine as_engine_sqlite, as_engine_postgres;

/* First member of what an engine knows of a connection and of a statement. */
struct as_store {
	const struct as_engine *engine;
	bool in_transaction;
	bool is_alone; /* until the transaction ends */
	bool read_only;
};

struct as_query {
	struct as_store *s;
};

/* What the database holds is what it is now, until as_store_rollback; `scratch`:
 * temporary tables will be made. */
AS_MUST_USE enum as_err as_sql_begin_snapshot(
    struct as_store *s, bool scratch, struct as_why *why);

/* The source of a copy into this database that is not finished, else absent. */
AS_MUST_USE enum as_err as_store_copy_mark(struct as_arena *a,
    struct as_store *s, struct as_str *out, struct as_why *why);

/* Bring the schema up to date, or (for tests of that) to a version. */
AS_MUST_USE enum as_err as_schema_migrate(
    struct as_store *s, struct as_why *why);
AS_MUST_USE enum as_err as_schema_migrate_to(
    struct as_store *s, int version, struct as_why *why);
int as_schema_version(void);

/* Open, whatever version the schema is of.  *out may need to be closed after an
 * error, too. */
AS_MUST_USE enum as_err as_store_connect(const char *where, bool read_only,
    struct as_store **out, struct as_why *why);

#endif
