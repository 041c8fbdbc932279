/*
 * Statements of PostgreSQL.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "store/postgres.h"

#include "base/banned.h"

#define SQL_OCTETS ((size_t)16 * 1024)

static struct pg_query *
of(struct as_query *q)
{
	return (struct pg_query *)q;
}

static struct pg *
connection_of(const struct pg_query *q)
{
	return as_pg_of(q->base.s);
}

/* --- rows that were read ahead --- */

static void
row_drop(struct pg_query *q)
{
	PQclear(q->row);
	q->row = NULL;
}

static void
kept_drop(struct pg_query *q)
{
	while (q->next_kept < q->n_kept)
		PQclear(q->kept[q->next_kept++]);
	q->n_kept = q->next_kept = q->octets_kept = 0;
}

static enum as_err
kept_grow(struct pg_query *q, struct as_why *why)
{
	size_t room = q->room_kept > 0 ? 2 * q->room_kept : 64;
	PGresult **more;

	if (q->n_kept < q->room_kept)
		return AS_OK;
	more = realloc(q->kept, room * sizeof(PGresult *));
	if (more == NULL)
		return as_why_no_memory(why);
	q->kept = more;
	q->room_kept = room;
	return AS_OK;
}

/* Takes the row. */
static enum as_err
kept_add(struct pg_query *q, PGresult *r, struct as_why *why)
{
	enum as_err err = kept_grow(q, why);

	q->octets_kept += PQresultMemorySize(r);
	if (err == AS_OK && q->octets_kept > AS_MAX_ROWS_AHEAD_OCTETS)
		err = as_why_set(
		    why, AS_ELIMIT, AS_WHY_NOWHERE, "more rows wait than fit");
	if (err == AS_OK)
		q->kept[q->n_kept++] = r;
	else
		PQclear(r);
	return err;
}

/* --- what is under way --- */

/* Read the connection empty. */
static void
drain(struct pg *p)
{
	PGresult *r;

	while ((r = PQgetResult(p->conn)) != NULL)
		PQclear(r);
}

static bool
is_fine(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
	    status == PGRES_SINGLE_TUPLE;
}

/* The other rows of the one that is reading. */
static enum as_err
rest_keep(struct pg *p, struct as_why *why)
{
	struct pg_query *q = p->reading;
	enum as_err err = AS_OK;
	PGresult *r, *bad = NULL;

	if (q == NULL)
		return AS_OK;
	while ((r = PQgetResult(p->conn)) != NULL) {
		if (err == AS_OK && PQresultStatus(r) == PGRES_SINGLE_TUPLE)
			err = kept_add(q, r, why);
		else if (bad == NULL && !is_fine(r))
			bad = r;
		else
			PQclear(r);
	}
	p->reading = NULL;
	q->state = bad == NULL && err == AS_OK ? PG_KEPT : PG_BROKEN;
	if (bad != NULL)
		return as_pg_fail(p, bad, why);
	if (err != AS_OK)
		as_store_rollback(&p->base);
	return err;
}

static void
changes_read(struct pg_query *q, PGresult *r)
{
	q->changes = strtoull(PQcmdTuples(r), NULL, 10);
}

/* Results of all that was sent; the first fault, or NULL. */
static PGresult *
sent_read(struct pg *p)
{
	PGresult *r, *bad = NULL;

	for (size_t i = 0; i < p->n_sent; i++)
		while ((r = PQgetResult(p->conn)) != NULL) {
			if (bad == NULL && !is_fine(r)) {
				bad = r;
				continue;
			}
			if (p->sent[i] != NULL)
				changes_read(p->sent[i], r);
			PQclear(r);
		}
	while ((r = PQgetResult(p->conn)) != NULL) /* of the sync */
		PQclear(r);
	p->n_sent = 0;
	return bad;
}

static enum as_err
sent_settle(struct pg *p, struct as_why *why)
{
	PGresult *bad;
	bool broken;

	if (p->n_sent == 0)
		return AS_OK;
	broken = PQpipelineSync(p->conn) != 1;
	bad = sent_read(p);
	broken = PQexitPipelineMode(p->conn) != 1 || broken;
	if (bad != NULL || broken)
		return as_pg_fail(p, bad, why);
	return AS_OK;
}

enum as_err
as_pg_settle(struct pg *p, struct as_why *why)
{
	AS_TRY(sent_settle(p, why));
	return rest_keep(p, why);
}

void
as_pg_abandon(struct pg *p)
{
	if (p->n_sent > 0) {
		(void)PQpipelineSync(p->conn);
		PQclear(sent_read(p));
		(void)PQexitPipelineMode(p->conn);
	}
	if (p->reading != NULL) {
		drain(p);
		row_drop(p->reading);
		p->reading->state = PG_BROKEN;
		p->reading = NULL;
	}
}

/* --- a statement --- */

/* Known to the server that we speak to now. */
static enum as_err
known(struct pg_query *q, struct as_why *why)
{
	struct pg *p = connection_of(q);
	PGresult *r;

	if (q->session == p->session)
		return AS_OK;
	AS_TRY(as_pg_settle(p, why));
	r = PQprepare(p->conn, q->name, q->sql.p, 0, NULL);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		return as_pg_fail(p, r, why);
	PQclear(r);
	q->session = p->session;
	return AS_OK;
}

enum as_err
as_pg_prepare(struct as_store *s, const char *sql, struct as_query **out,
    struct as_why *why)
{
	struct pg *p = as_pg_of(s);
	struct pg_query *q = calloc(1, sizeof(*q));
	enum as_err err = AS_OK;

	if (q == NULL)
		return as_why_no_memory(why);
	q->base.s = s;
	as_buf_init(&q->sql, SQL_OCTETS);
	as_pg_statement(&q->sql, sql, &q->n_params);
	as_buf_add(&q->sql, "", 1);
	(void)snprintf(q->name, sizeof(q->name), "a%u", ++p->named);
	if (!as_buf_ok(&q->sql) || q->n_params > AS_PG_PARAMS)
		err = as_why_set(
		    why, AS_ELIMIT, AS_WHY_NOWHERE, "a statement is too long");
	if (err == AS_OK)
		err = as_pg_revive(p, why);
	if (err == AS_OK)
		err = known(q, why);
	if (err != AS_OK) {
		as_pg_free(&q->base);
		return err;
	}
	*out = &q->base;
	return AS_OK;
}

/* What it was asked for last is done, or does not matter any more. */
static void
finish(struct pg_query *q)
{
	struct pg *p = connection_of(q);

	if (p->reading == q) {
		drain(p);
		p->reading = NULL;
	}
	row_drop(q);
	kept_drop(q);
	q->state = PG_IDLE;
}

/* The server, too.  What was sent stays sent: a fault of it is told by whoever
 * asks for it next. */
static void
forget(struct pg_query *q)
{
	struct pg *p = connection_of(q);
	char sql[40];

	for (size_t i = 0; i < p->n_sent; i++)
		if (p->sent[i] == q)
			p->sent[i] = NULL;
	if (q->session != p->session || p->reading != NULL ||
	    PQstatus(p->conn) != CONNECTION_OK)
		return;
	(void)snprintf(sql, sizeof(sql), "DEALLOCATE %s", q->name);
	if (p->n_sent == 0)
		PQclear(PQexec(p->conn, sql));
	else if (p->n_sent < 2 * AS_PG_SENT &&
	    PQsendQueryParams(p->conn, sql, 0, NULL, NULL, NULL, NULL, 1) == 1)
		p->sent[p->n_sent++] = NULL;
}

void
as_pg_free(struct as_query *base)
{
	struct pg_query *q = of(base);
	finish(q);
	forget(q);
	for (int i = 0; i < AS_PG_PARAMS; i++)
		free(q->clean[i]);
	free(q->kept);
	as_buf_fini(&q->sql);
	free(q);
}

void
as_pg_reset(struct as_query *q)
{
	finish(of(q));
}

static bool
send(struct pg_query *q)
{
	return PQsendQueryPrepared(connection_of(q)->conn, q->name, q->n_params,
		   q->values, q->lengths, q->formats, 1) == 1;
}

static enum as_err
start(struct pg_query *q, struct as_why *why)
{
	struct pg *p = connection_of(q);

	AS_TRY(as_pg_revive(p, why));
	AS_TRY(known(q, why));
	AS_TRY(as_pg_settle(p, why));
	if (!send(q) || PQsetSingleRowMode(p->conn) != 1)
		return as_pg_fail(p, NULL, why);
	q->state = PG_WIRE;
	p->reading = q;
	return AS_OK;
}

static enum as_err
wire_row(struct pg_query *q, bool *found, struct as_why *why)
{
	struct pg *p = connection_of(q);
	PGresult *r = PQgetResult(p->conn);

	*found = r != NULL && PQresultStatus(r) == PGRES_SINGLE_TUPLE;
	if (*found) {
		q->row = r;
		return AS_OK;
	}
	if (r == NULL || !is_fine(r))
		return as_pg_fail(p, r, why);
	changes_read(q, r);
	PQclear(r);
	finish(q);
	return AS_OK;
}

enum as_err
as_pg_row(struct as_query *base, bool *found, struct as_why *why)
{
	struct pg_query *q = of(base);

	row_drop(q);
	if (q->state == PG_BROKEN) {
		q->state = PG_IDLE;
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "the transaction was rolled back");
	}
	if (q->state == PG_IDLE)
		AS_TRY(start(q, why));
	if (q->state == PG_WIRE)
		return wire_row(q, found, why);
	*found = q->next_kept < q->n_kept;
	if (*found)
		q->row = q->kept[q->next_kept++];
	else
		finish(q);
	return AS_OK;
}

/* In a transaction the answer is not waited for. */
static enum as_err
run_later(struct pg_query *q, struct as_why *why)
{
	struct pg *p = connection_of(q);

	AS_TRY(known(q, why));
	AS_TRY(rest_keep(p, why));
	if (p->n_sent == 0 && PQenterPipelineMode(p->conn) != 1)
		return as_pg_fail(p, NULL, why);
	p->sent[p->n_sent++] = q;
	if (!send(q))
		return as_pg_fail(p, NULL, why);
	return p->n_sent >= AS_PG_SENT ? sent_settle(p, why) : AS_OK;
}

enum as_err
as_pg_run(struct as_query *base, struct as_why *why)
{
	struct pg_query *q = of(base);
	bool found = true;

	if (q->state == PG_IDLE && base->s->in_transaction)
		return run_later(q, why);
	AS_TRY(as_pg_row(base, &found, why));
	finish(q);
	return AS_OK;
}

enum as_err
as_pg_changes(struct as_query *q, uint64_t *out, struct as_why *why)
{
	AS_TRY(sent_settle(connection_of(of(q)), why));
	*out = of(q)->changes;
	return AS_OK;
}
