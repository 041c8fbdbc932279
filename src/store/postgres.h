/*
 * store/postgres - the parts of PostgreSQL behind store/sql.
 */
#ifndef AS_STORE_POSTGRES_H
#define AS_STORE_POSTGRES_H

#include <libpq-fe.h>

#include "base/buf.h"
#include "store/engine.h"

#define AS_PG_PARAMS 64  /* of one statement */
#define AS_PG_SENT   256 /* run, and not asked yet how it went */
#define AS_PG_IDS    32  /* numbers fetched at once */
#define AS_PG_TABLE  40  /* octets of a name, with NUL */

struct pg_query;

/* Statements of a transaction are sent without waiting for each: `sent`.  Rows
 * come one at a time, of one statement: `reading`. */
struct pg {
	struct as_store base;
	PGconn *conn;
	char *secret;     /* what no message may hold; or NULL */
	unsigned session; /* counts connections */
	unsigned named;   /* statements */
	struct as_query *next_id;
	struct {
		char table[AS_PG_TABLE];
		int64_t v[AS_PG_IDS];
		size_t n, next;
	} ids; /* fetched ahead */
	struct pg_query *reading;
	struct pg_query *sent[2 * AS_PG_SENT]; /* NULL: nobody asks */
	size_t n_sent;
};

enum pg_state {
	PG_IDLE,
	PG_WIRE,   /* rows are to come */
	PG_KEPT,   /* they came, and wait here */
	PG_BROKEN, /* a rollback took them */
};

struct pg_query {
	struct as_query base;
	enum pg_state state;
	char name[16];
	struct as_buf sql;
	unsigned session; /* of which the server knows it */
	int n_params;
	const char *values[AS_PG_PARAMS];
	int lengths[AS_PG_PARAMS];
	int formats[AS_PG_PARAMS];
	char numbers[AS_PG_PARAMS][24];
	char *clean[AS_PG_PARAMS]; /* text that was no UTF-8 */
	PGresult *row;             /* at hand */
	PGresult **kept;
	size_t n_kept, next_kept, room_kept;
	size_t octets_kept;
	uint64_t changes;
};

static inline struct pg *
as_pg_of(struct as_store *s)
{
	return (struct pg *)s;
}

/* --- connection (sql_postgres) --- */

/* The fault of a result (NULL: of the connection), after a rollback; frees it. */
enum as_err as_pg_fail(struct pg *p, PGresult *r, struct as_why *why);

/* A connection that was lost outside a transaction is made anew. */
AS_MUST_USE enum as_err as_pg_revive(struct pg *p, struct as_why *why);

/* --- statements (sql_postgres_query) --- */

enum as_err as_pg_prepare(struct as_store *s, const char *sql,
    struct as_query **out, struct as_why *why);
void as_pg_free(struct as_query *q);
enum as_err as_pg_row(struct as_query *q, bool *found, struct as_why *why);
enum as_err as_pg_run(struct as_query *q, struct as_why *why);
void as_pg_reset(struct as_query *q);
enum as_err as_pg_changes(
    struct as_query *q, uint64_t *out, struct as_why *why);

/* Nothing is under way on the connection after this: what was sent is done, and
 * rows that are to come are kept. */
AS_MUST_USE enum as_err as_pg_settle(struct pg *p, struct as_why *why);

/* The same, for a rollback: whatever comes is thrown away. */
void as_pg_abandon(struct pg *p);

/* --- values (sql_postgres_value) --- */

void as_pg_bind_text(struct as_query *q, int at, struct as_str s);
void as_pg_bind_blob(struct as_query *q, int at, const void *p, size_t n);
void as_pg_bind_int(struct as_query *q, int at, int64_t n);
void as_pg_bind_null(struct as_query *q, int at);
struct as_str as_pg_column(struct as_query *q, int at);
int64_t as_pg_column_int(struct as_query *q, int at);
bool as_pg_column_is_null(struct as_query *q, int at);

/* --- words (postgres_words) --- */

/* A statement with $1 for ?1; *params: the highest. */
void as_pg_statement(struct as_buf *out, const char *sql, int *params);

/* Statements that make tables, from SQLite's words. */
void as_pg_definition(struct as_buf *out, const char *sql);

#endif
