/*
 * store/store - the database of Assay: a file of SQLite, or a PostgreSQL server.
 *
 * One process writes to a file; many to a server, and AS_EAGAIN says that one
 * stood in the way of the other: all since the last commit may be tried again.  Nothing is acknowledged before as_store_commit says so:
 * it is durable then (synchronous=FULL).  Times are UTC seconds; a day is UTC
 * seconds divided by 86400.  Errors: AS_EIO with the engine's words in *why
 * (disk full, read only, corrupt); the transaction is rolled back then, and the
 * store can be used on.
 */
#ifndef AS_STORE_STORE_H
#define AS_STORE_STORE_H

#include "model/report.h"

struct as_store;

/* Is it the address of a PostgreSQL server, and not the path of a file? */
bool as_store_is_server(const char *where);

/* Such an address for people and logs: without the password; a path as it is.
 * Into the arena, NULL: no memory. */
const char *as_store_shown(struct as_arena *a, const char *where);

/* Open; make it or bring it up to date when it is to be written.  AS_EVERSION:
 * made by a newer Assay, or (read only) by an older one; AS_ESYNTAX: it is no
 * database of Assay. */
AS_MUST_USE enum as_err as_store_open(const char *path, bool read_only,
    struct as_store **out, struct as_why *why);
void as_store_close(struct as_store *s); /* accepts NULL; rolls back */

/* Make all since the last commit durable; only then may the sender be told. */
AS_MUST_USE enum as_err as_store_commit(struct as_store *s, struct as_why *why);

/* Forget all since the last commit. */
void as_store_rollback(struct as_store *s);

/* Bring the tables up to date, or make them; versions of before and after (0:
 * there was none).  Errors as of as_store_open. */
AS_MUST_USE enum as_err as_store_migrate(
    const char *path, int *from, int *to, struct as_why *why);

/* A copy of all, of one moment and of any version, into a file that must not be there; it appears
 * when it is complete.  Others may write meanwhile.  AS_EUNSUPPORTED: it is a
 * server's. */
AS_MUST_USE enum as_err as_store_backup(
    const char *from, const char *path, struct as_why *why);

/* Is what the file holds sound (PRAGMA integrity_check)?  AS_ESYNTAX: not, why
 * says the first fault. */
AS_MUST_USE enum as_err as_store_verify(struct as_store *s, struct as_why *why);

#endif
