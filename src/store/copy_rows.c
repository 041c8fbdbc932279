/*
 * Rows of two databases side by side.
 */
#include <openssl/evp.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "store/copy_private.h"

#include "base/banned.h"

#define SQL_OCTETS ((size_t)8192)
#define ROW_OCTETS ((size_t)256 * 1024 * 1024)

enum as_err
as_cursor_open(struct as_store *s, const struct as_table *t,
    struct as_cursor *out, struct as_why *why)
{
	struct as_buf sql;
	enum as_err err;

	*out = (struct as_cursor){.table = t, .a = as_arena_new(ROW_OCTETS)};
	if (out->a == NULL)
		return as_why_no_memory(why);
	as_buf_init(&sql, SQL_OCTETS);
	as_buf_puts(&sql, "SELECT ");
	as_table_columns_put(&sql, t);
	as_buf_printf(&sql, " FROM \"%s\" ORDER BY ", t->name);
	as_table_keys_put(&sql, t);
	as_buf_add(&sql, "", 1);
	err = as_buf_ok(&sql) ? as_sql_prepare(s, sql.p, &out->q, why)
			      : as_why_no_memory(why);
	as_buf_fini(&sql);
	return err;
}

enum as_err
as_cursor_next(struct as_cursor *c, struct as_why *why)
{
	as_arena_reset(c->a);
	return as_sql_row(c->q, &c->found, why);
}

void
as_cursor_close(struct as_cursor *c)
{
	as_sql_free(c->q);
	as_arena_free(c->a);
	*c = (struct as_cursor){0};
}

static enum as_err
mend(struct as_arena *a, struct as_str *s, struct as_why *why)
{
	char *out;

	if (as_utf8_is_clean(*s))
		return AS_OK;
	out = as_arena_array(a, s->n, AS_UTF8_MENDED);
	if (out == NULL)
		return as_why_no_memory(why);
	*s = (struct as_str){out, as_utf8_mend(out, *s)};
	return AS_OK;
}

enum as_err
as_cursor_value(const struct as_cursor *c, size_t at, struct as_value *out,
    struct as_why *why)
{
	*out = (struct as_value){.null = as_sql_column_is_null(c->q, (int)at)};
	if (out->null)
		return AS_OK;
	switch (c->table->columns[at].type) {
	case AS_COLUMN_INT: out->n = as_sql_column_int(c->q, (int)at); break;
	case AS_COLUMN_BLOB: out->s = as_sql_column_blob(c->q, (int)at); break;
	case AS_COLUMN_TEXT:
		out->s = as_sql_column_text(c->q, (int)at);
		return mend(c->a, &out->s, why);
	}
	return AS_OK;
}

static int
value_cmp(const struct as_value *a, const struct as_value *b)
{
	int d = b->null - a->null;

	if (d == 0)
		d = (a->n > b->n) - (a->n < b->n);
	return d != 0 ? d : as_str_cmp(a->s, b->s);
}

static enum as_err
column_cmp(const struct as_cursor *a, const struct as_cursor *b, size_t at,
    int *out, struct as_why *why)
{
	struct as_value va, vb;

	AS_TRY(as_cursor_value(a, at, &va, why));
	AS_TRY(as_cursor_value(b, at, &vb, why));
	*out = value_cmp(&va, &vb);
	return AS_OK;
}

enum as_err
as_cursors_compare(const struct as_cursor *a, const struct as_cursor *b,
    int *order, bool *same, struct as_why *why)
{
	const struct as_table *t = a->table;
	int d = 0;

	for (size_t i = 0; d == 0 && i < t->n_keys; i++)
		AS_TRY(column_cmp(a, b, t->keys[i], &d, why));
	*order = d;
	for (size_t i = 0; d == 0 && i < t->n; i++)
		AS_TRY(column_cmp(a, b, i, &d, why));
	*same = d == 0;
	return AS_OK;
}

/* --- checksums --- */

static void
word(EVP_MD_CTX *md, uint64_t v)
{
	uint8_t b[8];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (56 - 8 * i));
	(void)EVP_DigestUpdate(md, b, sizeof(b));
}

/* Each value with its length before it. */
static enum as_err
row_digest(const struct as_cursor *c, EVP_MD_CTX *md,
    uint8_t out[AS_SUM_OCTETS], struct as_why *why)
{
	struct as_value v;

	if (EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
		return as_why_no_memory(why);
	for (size_t i = 0; i < c->table->n; i++) {
		AS_TRY(as_cursor_value(c, i, &v, why));
		word(md, v.null ? UINT64_MAX : v.s.n);
		if (c->table->columns[i].type == AS_COLUMN_INT)
			word(md, (uint64_t)v.n);
		else if (v.s.n > 0)
			(void)EVP_DigestUpdate(md, v.s.p, v.s.n);
	}
	return EVP_DigestFinal_ex(md, out, NULL) == 1 ? AS_OK
						      : as_why_no_memory(why);
}

/* As one large number, without what is carried over its end. */
static void
sum_add(uint8_t sum[AS_SUM_OCTETS], const uint8_t more[AS_SUM_OCTETS])
{
	unsigned carry = 0;

	for (size_t i = AS_SUM_OCTETS; i-- > 0;) {
		carry += (unsigned)sum[i] + more[i];
		sum[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

static enum as_err
rows_sum(struct as_cursor *c, EVP_MD_CTX *md, uint64_t *rows,
    uint8_t sum[AS_SUM_OCTETS], struct as_why *why)
{
	uint8_t one[AS_SUM_OCTETS];

	for (;;) {
		AS_TRY(as_cursor_next(c, why));
		if (!c->found)
			return AS_OK;
		AS_TRY(row_digest(c, md, one, why));
		sum_add(sum, one);
		++*rows;
	}
}

enum as_err
as_table_sum(struct as_store *s, const struct as_table *t, uint64_t *rows,
    uint8_t sum[AS_SUM_OCTETS], struct as_why *why)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	struct as_cursor c;
	enum as_err err = as_cursor_open(s, t, &c, why);

	*rows = 0;
	(void)memset(sum, 0, AS_SUM_OCTETS);
	if (err == AS_OK && md == NULL)
		err = as_why_no_memory(why);
	if (err == AS_OK)
		err = rows_sum(&c, md, rows, sum, why);
	as_cursor_close(&c);
	EVP_MD_CTX_free(md);
	return err;
}
