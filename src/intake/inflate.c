#include "intake/inflate.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/banned.h"

#define AUTO_WINDOW (15 + 32) /* zlib and gzip, told by the header */

struct as_inflate {
	z_stream z;
	bool begun, ended;
	bool gzip; /* another member may follow */
	bool rest;
	struct as_peek *from;
	struct as_budget *budget;
	struct as_why why;
};

bool
as_is_gzip(struct as_str s)
{
	return s.n >= 2 && (uint8_t)s.p[0] == 0x1f && (uint8_t)s.p[1] == 0x8b;
}

/* CM 8, a window of up to 32 KiB, no preset dictionary, and the check of FLG. */
bool
as_is_zlib(struct as_str s)
{
	unsigned cmf, flg;

	if (s.n < 6)
		return false;
	cmf = (uint8_t)s.p[0];
	flg = (uint8_t)s.p[1];
	return (cmf & 0x0f) == 8 && cmf >> 4 <= 7 && (flg & 0x20) == 0 &&
	    (cmf * 256 + flg) % 31 == 0;
}

enum as_err
as_inflate_new(struct as_peek *from, struct as_budget *budget,
    struct as_inflate **out, struct as_why *why)
{
	struct as_inflate *z = calloc(1, sizeof(*z));
	struct as_str start;

	*out = NULL;
	if (z == NULL)
		return as_why_no_memory(why);
	z->from = from;
	z->budget = budget;
	if (inflateInit2(&z->z, AUTO_WINDOW) != Z_OK) {
		free(z);
		return as_why_no_memory(why);
	}
	z->begun = true;
	*out = z;
	AS_TRY(as_peek_look(from, &start));
	z->gzip = as_is_gzip(start);
	return AS_OK;
}

void
as_inflate_free(struct as_inflate *z)
{
	if (z == NULL)
		return;
	if (z->begun)
		(void)inflateEnd(&z->z);
	free(z);
}

/* Behind the end of a stream: another member, nothing, or something else. */
static enum as_err
stream_end(struct as_inflate *z)
{
	struct as_str next;

	AS_TRY(as_peek_more(z->from, 2, &next));
	if (z->gzip && as_is_gzip(next))
		return inflateReset(&z->z) == Z_OK ? AS_OK : AS_ENOMEM;
	z->rest = next.n > 0;
	z->ended = true;
	return AS_OK;
}

static enum as_err
damaged(struct as_inflate *z, const char *text)
{
	return as_why_set(
	    &z->why, AS_ESYNTAX, (size_t)z->z.total_in, "%s", text);
}

/* One call of zlib. */
static enum as_err
turn(struct as_inflate *z)
{
	struct as_str have;
	uInt before;
	int rc;

	AS_TRY(as_peek_look(z->from, &have));
	if (have.n == 0)
		return damaged(z, "the compressed data ends too early");
	z->z.next_in = (Bytef *)(uintptr_t)have.p;
	z->z.avail_in = before = (uInt)have.n;
	rc = inflate(&z->z, Z_NO_FLUSH);
	as_peek_take(z->from, before - z->z.avail_in);
	if (rc == Z_STREAM_END)
		return stream_end(z);
	if (rc == Z_MEM_ERROR)
		return as_why_no_memory(&z->why);
	if (rc != Z_OK && rc != Z_BUF_ERROR)
		return damaged(z, "the compressed data is damaged");
	return AS_OK;
}

static enum as_err
inflate_read(void *ctx, void *to, size_t n, size_t *got)
{
	struct as_inflate *z = ctx;

	*got = 0;
	z->z.next_out = to;
	z->z.avail_out = (uInt)(n < AS_PEEK_OCTETS ? n : AS_PEEK_OCTETS);
	n = z->z.avail_out;
	while (!z->ended && z->z.avail_out == n)
		AS_TRY(turn(z));
	*got = n - z->z.avail_out;
	return as_budget_out(z->budget, *got, &z->why);
}

struct as_source
as_inflate_source(struct as_inflate *z)
{
	return (struct as_source){inflate_read, z};
}

const struct as_why *
as_inflate_why(const struct as_inflate *z)
{
	return &z->why;
}

bool
as_inflate_rest(const struct as_inflate *z)
{
	return z->rest;
}

void
as_deflate(struct as_buf *out, struct as_str octets)
{
	char part[AS_PEEK_OCTETS];
	z_stream z = {0};
	int rc = deflateInit2(
	    &z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);

	if (rc != Z_OK) {
		out->full = true;
		return;
	}
	z.next_in = (Bytef *)(uintptr_t)octets.p;
	z.avail_in = (uInt)octets.n;
	while (rc == Z_OK) {
		z.next_out = (Bytef *)part;
		z.avail_out = sizeof(part);
		rc = deflate(&z, Z_FINISH);
		as_buf_add(out, part, sizeof(part) - z.avail_out);
	}
	out->full |= rc != Z_STREAM_END;
	(void)deflateEnd(&z);
}
