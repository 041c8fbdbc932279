/*
 * Values to and from PostgreSQL.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "store/postgres.h"

#include "base/banned.h"

/* Numbers of types: fixed in the catalogue of every server. */
enum {
	TYPE_BOOL = 16,
	TYPE_BYTEA = 17,
	TYPE_INT8 = 20,
	TYPE_INT2 = 21,
	TYPE_INT4 = 23,
	TYPE_TEXT = 25,
	TYPE_UNKNOWN = 705,
	TYPE_VARCHAR = 1043,
	TYPE_NUMERIC = 1700,
};

#define NUMERIC_HEAD     8 /* octets ahead of the digits */
#define NUMERIC_BASE     10000
#define NUMERIC_NEGATIVE 0x4000

static struct pg_query *
of(struct as_query *q)
{
	return (struct pg_query *)q;
}

/* --- parameters --- */

static void
bind(struct pg_query *q, int at, const char *p, size_t n, int format)
{
	if (at < 1 || at > q->n_params)
		return; /* the server tells of the one that is missing */
	q->values[at - 1] = p;
	q->lengths[at - 1] = n > INT32_MAX ? INT32_MAX : (int)n;
	q->formats[at - 1] = format;
}

/* The server takes no other text: what is none becomes U+FFFD. */
static void
bind_cleaned(struct pg_query *q, int at, struct as_str s)
{
	char *out = malloc(AS_UTF8_MENDED * s.n);

	if (at < 1 || at > q->n_params || out == NULL) {
		free(out);
		bind(q, at, NULL, 0, 0);
		return;
	}
	free(q->clean[at - 1]);
	q->clean[at - 1] = out;
	bind(q, at, out, as_utf8_mend(out, s), 1);
}

void
as_pg_bind_text(struct as_query *q, int at, struct as_str s)
{
	if (as_utf8_is_clean(s))
		bind(of(q), at, s.n > 0 ? s.p : "", s.n, 1);
	else
		bind_cleaned(of(q), at, s);
}

void
as_pg_bind_blob(struct as_query *q, int at, const void *p, size_t n)
{
	bind(of(q), at, p, n, 1);
}

/* As text: the server makes of it what the place needs. */
void
as_pg_bind_int(struct as_query *q, int at, int64_t n)
{
	struct pg_query *pq = of(q);

	if (at < 1 || at > pq->n_params)
		return;
	(void)snprintf(
	    pq->numbers[at - 1], sizeof(pq->numbers[0]), "%lld", (long long)n);
	bind(pq, at, pq->numbers[at - 1], 0, 0);
}

void
as_pg_bind_null(struct as_query *q, int at)
{
	bind(of(q), at, NULL, 0, 0);
}

/* --- columns --- */

bool
as_pg_column_is_null(struct as_query *q, int at)
{
	const PGresult *row = of(q)->row;

	return row == NULL || at < 0 || at >= PQnfields(row) ||
	    PQgetisnull(row, 0, at) != 0;
}

struct as_str
as_pg_column(struct as_query *q, int at)
{
	const PGresult *row = of(q)->row;

	if (as_pg_column_is_null(q, at))
		return AS_STR_NULL;
	switch (PQftype(row, at)) {
	case TYPE_TEXT:
	case TYPE_VARCHAR:
	case TYPE_UNKNOWN:
	case TYPE_BYTEA:
		return (struct as_str){
		    PQgetvalue(row, 0, at), (size_t)PQgetlength(row, 0, at)};
	default: return AS_STR_NULL;
	}
}

/* A number in network order, of up to eight octets, with its sign. */
static int64_t
plain_read(const uint8_t *p, int n)
{
	uint64_t v = n > 0 && p[0] >= 0x80 ? UINT64_MAX : 0;

	for (int i = 0; i < n && i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

static int
half_read(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

/* What a sum of numbers is: digits of base 10000; what is behind the point does
 * not count, and what is too large is the largest. */
static int64_t
numeric_read(const uint8_t *p, int n)
{
	int digits, weight;
	int64_t v = 0;

	if (n < NUMERIC_HEAD)
		return 0;
	digits = half_read(p);
	weight = (int16_t)half_read(p + 2);
	for (int i = 0; i <= weight; i++) {
		bool there = i < digits && NUMERIC_HEAD + 2 * i + 2 <= n;
		int d = there ? half_read(p + NUMERIC_HEAD + 2 * i) : 0;

		if (v > (INT64_MAX - d) / NUMERIC_BASE)
			v = INT64_MAX;
		else
			v = v * NUMERIC_BASE + d;
		if (v == INT64_MAX)
			break;
	}
	return half_read(p + 4) == NUMERIC_NEGATIVE ? -v : v;
}

int64_t
as_pg_column_int(struct as_query *q, int at)
{
	const PGresult *row = of(q)->row;
	const uint8_t *p;
	int n;

	if (as_pg_column_is_null(q, at))
		return 0;
	p = (const uint8_t *)PQgetvalue(row, 0, at);
	n = PQgetlength(row, 0, at);
	switch (PQftype(row, at)) {
	case TYPE_INT8:
	case TYPE_INT4:
	case TYPE_INT2: return plain_read(p, n);
	case TYPE_BOOL: return n > 0 && p[0] != 0;
	case TYPE_NUMERIC: return numeric_read(p, n);
	case TYPE_TEXT: return strtoll((const char *)p, NULL, 10);
	default: return 0;
	}
}
