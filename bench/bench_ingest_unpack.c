#include "bench_ingest_unpack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct text
inflated(struct unpack *u, z_stream *z, struct text in)
{
	(void)inflateReset(z);
	z->next_in = (Bytef *)(uintptr_t)in.p;
	z->avail_in = (uInt)in.n;
	z->next_out = (Bytef *)u->out;
	z->avail_out = (uInt)FILE_OCTETS;
	if (inflate(z, Z_FINISH) != Z_STREAM_END)
		return (struct text){NULL, 0};
	return (struct text){u->out, FILE_OCTETS - z->avail_out};
}

static unsigned
little(const char *p, int octets)
{
	unsigned n = 0;

	while (octets-- > 0)
		n = n << 8 | (unsigned char)p[octets];
	return n;
}

/* The one member of a zip, by its end record and directory. */
static struct text
unzipped(struct unpack *u, struct text in)
{
	const char *end = in.p + in.n - 22, *entry, *local;
	struct text member;

	while (end > in.p && memcmp(end, "PK\5\6", 4) != 0)
		end--;
	if (end == in.p || little(end + 16, 4) + 46 > in.n)
		return (struct text){NULL, 0};
	entry = in.p + little(end + 16, 4);
	local = in.p + little(entry + 42, 4);
	member.p = local + 30 + little(local + 26, 2) + little(local + 28, 2);
	member.n = little(entry + 20, 4);
	if (member.p + member.n > in.p + in.n)
		return (struct text){NULL, 0};
	return little(entry + 10, 2) != 0 ? inflated(u, &u->deflate, member)
					  : member;
}

struct text
unpacked(struct unpack *u, struct text in)
{
	if (in.n > 22 && in.p[0] == '\x1f')
		return inflated(u, &u->gzip, in);
	if (in.n > 22 && in.p[0] == 'P')
		return unzipped(u, in);
	return in;
}

struct text
base64_part(struct unpack *u, struct text mail)
{
	static const char mark[] = "Content-Transfer-Encoding: base64";
	const char *end = mail.p + mail.n;
	const char *p = memmem(mail.p, mail.n, mark, sizeof(mark) - 1);
	unsigned bits = 0, have = 0;
	size_t n = 0;

	p = p != NULL ? memmem(p, (size_t)(end - p), "\r\n\r\n", 4) : NULL;
	if (p == NULL)
		return (struct text){NULL, 0};
	for (p += 4; p < end && *p != '-' && *p != '='; p++) {
		int d = u->digits[(unsigned char)*p];

		if (d < 0)
			continue;
		bits = bits << 6 | (unsigned)d;
		have += 6;
		if (have >= 8)
			u->octets[n++] = (char)(bits >> (have -= 8));
	}
	return (struct text){u->octets, n};
}

bool
unpack_init(struct unpack *u)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				     "pqrstuvwxyz0123456789+/";

	memset(u->digits, -1, sizeof(u->digits));
	for (int i = 0; i < 64; i++)
		u->digits[(unsigned char)digits[i]] = (signed char)i;
	u->octets = malloc(FILE_OCTETS);
	u->out = malloc(FILE_OCTETS);
	return u->octets != NULL && u->out != NULL &&
	    inflateInit2(&u->gzip, 15 + 16) == Z_OK &&
	    inflateInit2(&u->deflate, -15) == Z_OK;
}

void
unpack_fini(struct unpack *u)
{
	free(u->octets);
	free(u->out);
	(void)inflateEnd(&u->gzip);
	(void)inflateEnd(&u->deflate);
}
