/*
 * test/unit/store/place - where the store of a case lies: a file of its own, or,
 * when AS_TEST_POSTGRES names a server (test/postgres.py), a schema of its own.
 */
#ifndef AS_TEST_STORE_PLACE_H
#define AS_TEST_STORE_PLACE_H

#include <libpq-fe.h>
#include <unistd.h>

#include "harness.h"
#include "store/engine.h"

static char path[400]; /* of the case, for as_store_open */

static inline const char *
place_server(void)
{
	return getenv("AS_TEST_POSTGRES");
}

static inline void
place_say(const char *sql)
{
	PGconn *c = PQconnectdb(place_server());
	PGresult *r = PQexec(c, sql);

	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		printf("# %s: %s", sql, PQerrorMessage(c));
	PQclear(r);
	PQfinish(c);
}

static inline void
path_new(void)
{
	static unsigned n;
	char sql[80];
	int fd;

	if (place_server() != NULL) {
		(void)snprintf(sql, sizeof(sql), "CREATE SCHEMA p%d_%u",
		    (int)getpid(), ++n);
		place_say(sql);
		(void)snprintf(path, sizeof(path),
		    "%s&options=-csearch_path%%3Dp%d_%u", place_server(),
		    (int)getpid(), n);
		return;
	}
	(void)snprintf(path, sizeof(path), "/tmp/assay-store-XXXXXX");
	fd = mkstemp(path);
	if (fd >= 0)
		(void)close(fd);
	(void)unlink(path);
}

static inline void
path_drop(void)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	const char *schema = strstr(path, "%3D");
	char more[420];

	if (place_server() != NULL && schema != NULL) {
		(void)snprintf(more, sizeof(more),
		    "SET client_min_messages = warning;"
		    "DROP SCHEMA %.40s CASCADE",
		    schema + 3);
		place_say(more);
		return;
	}
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(more, sizeof(more), "%s%s", path, ends[i]);
		(void)unlink(more);
	}
}

/* One number of the database; -1: none. */
static inline int64_t
number(struct as_store *s, const char *sql)
{
	struct as_why why = {0};
	struct as_query *q = NULL;
	bool found = false;
	int64_t n = -1;

	if (as_sql_prepare(s, sql, &q, &why) == AS_OK &&
	    as_sql_row(q, &found, &why) == AS_OK && found)
		n = as_sql_column_int(q, 0);
	if (why.text[0] != 0)
		printf("# %s: %s\n", sql, why.text);
	as_sql_free(q);
	return n;
}

#endif
