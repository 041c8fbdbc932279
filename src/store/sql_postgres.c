/*
 * PostgreSQL behind store/sql: connection, transactions, schema.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres.h"

#include "base/banned.h"

#define DEFINITION_OCTETS ((size_t)64 * 1024)
#define CONNECT_SECONDS   "10"
#define STATE_OCTETS      5 /* of an SQLSTATE */

/* --- faults --- */

/* Another one was faster, or stood in the way: it is worth another try. */
static bool
is_passing(const char *state)
{
	static const char *const states[] = {
	    "40001", /* serialization_failure */
	    "40P01", /* deadlock_detected */
	    "55P03", /* lock_not_available */
	    "23505", /* unique_violation: of another writer's row */
	    "42P07", /* duplicate_table: of another one's migration */
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strncmp(state, states[i], STATE_OCTETS) == 0)
			return true;
	return false;
}

/* Any piece of it: an address that is not what its writer meant is taken apart
 * at other places. */
static bool
shows_secret(struct as_str secret, struct as_str text)
{
	size_t from = 0;

	for (size_t i = 0; i <= secret.n; i++) {
		if (i < secret.n && strchr("@:/?#&", secret.p[i]) == NULL)
			continue;
		if (i >= from + 2 &&
		    as_str_has(text, as_str_slice(secret, from, i)))
			return true;
		from = i + 1;
	}
	return false;
}

/* The message, but never a password that the address holds. */
static void
why_fill(const struct pg *p, struct as_why *why, enum as_err code,
    struct as_str text)
{
	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	if (shows_secret(as_str_from(p->secret), text))
		text = AS_STR("the server refused, and its words show the "
			      "password");
	(void)as_why_set(why, code, AS_WHY_NOWHERE, "%.*s",
	    text.n < 200 ? (int)text.n : 200, text.p);
}

enum as_err
as_pg_fail(struct pg *p, PGresult *r, struct as_why *why)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	enum as_err code =
	    state != NULL && is_passing(state) ? AS_EAGAIN : AS_EIO;

	if (text == NULL)
		text = PQerrorMessage(p->conn);
	why_fill(p, why, code,
	    as_str_from(text[0] != 0 ? text : "the connection is lost"));
	PQclear(r);
	as_store_rollback(&p->base);
	return code;
}

/* --- transactions --- */

static enum as_err
exec(struct pg *p, const char *sql, struct as_why *why)
{
	PGresult *r;

	AS_TRY(as_pg_settle(p, why));
	r = PQexec(p->conn, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK &&
	    PQresultStatus(r) != PGRES_TUPLES_OK)
		return as_pg_fail(p, r, why);
	PQclear(r);
	return AS_OK;
}

static enum as_err
pg_exec(struct as_store *s, const char *sql, struct as_why *why)
{
	return exec(as_pg_of(s), sql, why);
}

/* What a session starts with: a server may have other habits. */
static enum as_err
greet(struct pg *p, struct as_why *why)
{
	const char *encoding = PQparameterStatus(p->conn, "server_encoding");

	if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
		return as_why_set(why, AS_EVERSION, AS_WHY_NOWHERE,
		    "the database must be of encoding UTF8, not %.40s",
		    encoding != NULL ? encoding : "unknown");
	return exec(p,
	    p->base.read_only
		? "SET standard_conforming_strings = on;"
		  "SET default_transaction_isolation = 'read committed';"
		  "SET default_transaction_read_only = on"
		: "SET standard_conforming_strings = on;"
		  "SET default_transaction_isolation = 'read committed'",
	    why);
}

enum as_err
as_pg_revive(struct pg *p, struct as_why *why)
{
	if (p->base.in_transaction || PQstatus(p->conn) == CONNECTION_OK)
		return AS_OK;
	PQreset(p->conn);
	p->session++;
	if (PQstatus(p->conn) != CONNECTION_OK)
		return as_pg_fail(p, NULL, why);
	return greet(p, why);
}

static enum as_err
pg_begin(struct as_store *s, struct as_why *why)
{
	AS_TRY(as_pg_revive(as_pg_of(s), why));
	return pg_exec(s, "BEGIN", why);
}

/* A row that all have, and that readers do not wait for. */
static enum as_err
pg_alone(struct as_store *s, struct as_why *why)
{
	return pg_exec(s, "SELECT version FROM assay_schema FOR UPDATE", why);
}

/* Who only reads may still make tables of his own. */
static enum as_err
pg_begin_snapshot(struct as_store *s, bool scratch, struct as_why *why)
{
	AS_TRY(as_pg_revive(as_pg_of(s), why));
	return pg_exec(s,
	    scratch ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ WRITE"
		    : "BEGIN ISOLATION LEVEL REPEATABLE READ",
	    why);
}

static void
pg_rollback(struct as_store *s)
{
	struct pg *p = as_pg_of(s);

	s->in_transaction = false;
	if (p->conn == NULL)
		return;
	as_pg_abandon(p);
	if (PQtransactionStatus(p->conn) == PQTRANS_INTRANS ||
	    PQtransactionStatus(p->conn) == PQTRANS_INERROR)
		PQclear(PQexec(p->conn, "ROLLBACK"));
}

/* --- the schema --- */

/* One number; absent when it is NULL or there is no row. */
static enum as_err
number_get(struct as_store *s, const char *sql, bool *found, int64_t *out,
    struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err = as_pg_prepare(s, sql, &q, why);

	*found = false;
	*out = 0;
	if (err == AS_OK)
		err = as_pg_row(q, found, why);
	if (err == AS_OK && *found) {
		*found = !as_pg_column_is_null(q, 0);
		*out = as_pg_column_int(q, 0);
	}
	as_sql_free(q);
	return err;
}

static enum as_err
ids_fetch(struct pg *p, const char *table, struct as_why *why)
{
	bool found = true;

	if (p->next_id == NULL)
		AS_TRY(as_pg_prepare(&p->base,
		    "SELECT nextval(pg_get_serial_sequence(?1, 'id'))"
		    " FROM generate_series(1, ?2)",
		    &p->next_id, why));
	as_sql_bind_text(p->next_id, 1, as_str_from(table));
	as_sql_bind_int(p->next_id, 2, AS_PG_IDS);
	p->ids.n = p->ids.next = 0;
	while (found && p->ids.n < AS_PG_IDS) {
		AS_TRY(as_pg_row(p->next_id, &found, why));
		if (found)
			p->ids.v[p->ids.n++] = as_pg_column_int(p->next_id, 0);
	}
	as_pg_reset(p->next_id);
	return AS_OK;
}

/* Several are fetched at once; those that are left when the process ends are
 * nobody's. */
static enum as_err
pg_next_id(
    struct as_store *s, const char *table, int64_t *out, struct as_why *why)
{
	struct pg *p = as_pg_of(s);

	if (strcmp(p->ids.table, table) != 0) {
		(void)snprintf(p->ids.table, sizeof(p->ids.table), "%s", table);
		p->ids.n = p->ids.next = 0;
	}
	if (p->ids.next == p->ids.n)
		AS_TRY(ids_fetch(p, table, why));
	if (p->ids.n == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "%.40s gives no numbers", table);
	*out = p->ids.v[p->ids.next++];
	return AS_OK;
}

static enum as_err
pg_ids_follow(struct as_store *s, const char *table, struct as_why *why)
{
	char sql[240];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT setval(pg_get_serial_sequence('%.40s', 'id'), (SELECT"
	    " coalesce(max(id), 0) + 1 FROM %.40s), false)",
	    table, table);
	return pg_exec(s, sql, why);
}

static enum as_err
pg_has_table(
    struct as_store *s, const char *table, bool *out, struct as_why *why)
{
	char sql[200];
	int64_t n;

	(void)snprintf(sql, sizeof(sql),
	    "SELECT to_regclass(quote_ident(current_schema()) || '.%.40s')"
	    "::oid::bigint",
	    table);
	return number_get(s, sql, out, &n, why);
}

static enum as_err
pg_home(struct as_store *s, struct as_arena *a, struct as_str *out,
    struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err = as_pg_prepare(
	    s, "SELECT quote_ident(current_schema())::text", &q, why);

	if (err == AS_OK)
		err = as_pg_row(q, &found, why);
	if (err == AS_OK)
		*out = as_str_dup(a, as_pg_column(q, 0));
	if (err == AS_OK && as_str_is_null(*out))
		err = as_why_no_memory(why);
	as_sql_free(q);
	return err;
}

static const char things[] =
    "SELECT count(*) FROM pg_class WHERE relnamespace ="
    " current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')";

/* In a transaction the version is locked, for a step from it. */
static enum as_err
version_read(struct as_store *s, bool *found, int *out, struct as_why *why)
{
	int64_t n;

	*out = 0;
	AS_TRY(pg_has_table(s, "assay_schema", found, why));
	if (!*found)
		return AS_OK;
	AS_TRY(number_get(s,
	    s->in_transaction ? "SELECT version FROM assay_schema FOR UPDATE"
			      : "SELECT version FROM assay_schema",
	    found, &n, why));
	*out = n < INT32_MAX ? (int)n : INT32_MAX;
	return AS_OK;
}

static enum as_err
pg_version_get(struct as_store *s, int *out, struct as_why *why)
{
	int64_t n;
	bool found;

	AS_TRY(version_read(s, &found, out, why));
	if (found)
		return AS_OK;
	AS_TRY(number_get(s, things, &found, &n, why));
	if (n == 0)
		return AS_OK;
	/* Another process may have made them just now. */
	AS_TRY(version_read(s, &found, out, why));
	return found ? AS_OK
		     : as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
			   "the database holds tables of somebody else: give "
			   "Assay a database, or a schema, of its own");
}

static enum as_err
pg_version_set(struct as_store *s, int version, struct as_why *why)
{
	char sql[80];

	if (version == 1)
		AS_TRY(pg_exec(s,
		    "CREATE TABLE assay_schema(version BIGINT NOT NULL);"
		    "INSERT INTO assay_schema VALUES(0)",
		    why));
	(void)snprintf(
	    sql, sizeof(sql), "UPDATE assay_schema SET version = %d", version);
	return pg_exec(s, sql, why);
}

static enum as_err
pg_define(struct as_store *s, const char *sql, struct as_why *why)
{
	struct as_buf text;
	enum as_err err;

	as_buf_init(&text, DEFINITION_OCTETS);
	as_pg_definition(&text, sql);
	as_buf_add(&text, "", 1);
	err =
	    as_buf_ok(&text) ? pg_exec(s, text.p, why) : as_why_no_memory(why);
	as_buf_fini(&text);
	return err;
}

/* Sums of pages are the server's (data_checksums); pg_amcheck looks deeper. */
static enum as_err
pg_verify(struct as_store *s, struct as_why *why)
{
	(void)s;
	(void)why;
	return AS_OK;
}

static enum as_err
pg_backup(struct as_store *s, const char *path, struct as_why *why)
{
	(void)s;
	return as_why_set(why, AS_EUNSUPPORTED, AS_WHY_NOWHERE,
	    "a PostgreSQL server has its own tool for that: pg_dump "
	    "--format=custom --file=%.60s ADDRESS",
	    path);
}

/* --- the connection --- */

static void
pg_close(struct as_store *s)
{
	as_sql_free(as_pg_of(s)->next_id);
	PQfinish(as_pg_of(s)->conn);
	free(as_pg_of(s)->secret);
	free(s);
}

/* Of "//user:secret@host" and "?password=secret" the secret. */
static struct as_str
secret_of(const char *where)
{
	const char *start = strstr(where, "//"), *at = strrchr(where, '@');
	const char *colon = start != NULL ? strchr(start + 2, ':') : NULL;

	const char *named = strstr(where, "password=");

	if (colon != NULL && at != NULL && colon < at)
		return (struct as_str){colon + 1, (size_t)(at - colon) - 1};
	return as_str_from(named != NULL ? named + 9 : NULL);
}

static enum as_err
pg_open(const char *where, bool read_only, struct as_store **out,
    struct as_why *why)
{
	static const char *const names[] = {"dbname", "client_encoding",
	    "fallback_application_name", "connect_timeout", NULL};
	const char *const values[] = {
	    where, "UTF8", "assay", CONNECT_SECONDS, NULL};
	struct as_str secret = secret_of(where);
	struct pg *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return as_why_no_memory(why);
	p->base.engine = &as_engine_postgres;
	p->base.read_only = read_only;
	p->session = 1;
	*out = &p->base;
	if (secret.p != NULL &&
	    (p->secret = strndup(secret.p, secret.n)) == NULL)
		return as_why_no_memory(why);
	p->conn = PQconnectdbParams(names, values, 1);
	if (p->conn == NULL)
		return as_why_no_memory(why);
	if (PQstatus(p->conn) != CONNECTION_OK)
		return as_pg_fail(p, NULL, why);
	return greet(p, why);
}

const struct as_engine as_engine_postgres = {
    .open = pg_open,
    .close = pg_close,
    .exec = pg_exec,
    .begin = pg_begin,
    .begin_snapshot = pg_begin_snapshot,
    .alone = pg_alone,
    .rollback = pg_rollback,
    .prepare = as_pg_prepare,
    .free = as_pg_free,
    .row = as_pg_row,
    .run = as_pg_run,
    .reset = as_pg_reset,
    .changes = as_pg_changes,
    .bind_text = as_pg_bind_text,
    .bind_blob = as_pg_bind_blob,
    .bind_int = as_pg_bind_int,
    .bind_null = as_pg_bind_null,
    .column_text = as_pg_column,
    .column_blob = as_pg_column,
    .column_int = as_pg_column_int,
    .column_is_null = as_pg_column_is_null,
    .next_id = pg_next_id,
    .ids_follow = pg_ids_follow,
    .has_table = pg_has_table,
    .home = pg_home,
    .version_get = pg_version_get,
    .version_set = pg_version_set,
    .define = pg_define,
    .verify = pg_verify,
    .backup = pg_backup,
};
