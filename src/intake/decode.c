#include "intake/decode.h"

#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

#define NO_CHARACTER 0xfffdU

#define CHARSET(name, ...) \
	static const uint16_t table_##name[128] = {__VA_ARGS__};
#include "intake/charsets.tbl"
#undef CHARSET

/* Names without case and punctuation. */
static const struct {
	const char *name;
	const uint16_t *table;
} tables[] = {
#define CHARSET(name, ...) {#name, table_##name},
#include "intake/charsets.tbl"
#undef CHARSET
    {"cp1250", table_windows1250},
    {"cp1251", table_windows1251},
    {"cp1252", table_windows1252},
    {"cp1253", table_windows1253},
    {"cp1254", table_windows1254},
    {"cp1257", table_windows1257},
    {"latin1", table_iso88591},
    {"latin2", table_iso88592},
    {"latin9", table_iso885915},
};

/* The value of encoding="..." in a declaration. */
static struct as_str
find_declared(struct as_str head)
{
	const char *p, *end = head.p + head.n, *q;
	char quote;

	p = memmem(head.p, head.n, "<?xml", 5);
	if (p == NULL)
		return AS_STR_NULL;
	p = memmem(p, (size_t)(end - p), "encoding", 8);
	if (p == NULL)
		return AS_STR_NULL;
	for (p += 8; p < end && (*p == ' ' || *p == '='); p++)
		continue;
	if (p >= end || (*p != '"' && *p != '\''))
		return AS_STR_NULL;
	quote = *p++;
	q = memchr(p, quote, (size_t)(end - p));
	return q == NULL ? AS_STR_NULL : (struct as_str){p, (size_t)(q - p)};
}

static void
bare_name(struct as_str name, char out[24])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < 23; i++) {
		char c = name.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
	}
	out[n] = 0;
}

static void
use_declared(struct as_decode *d, struct as_str declared)
{
	char name[24];

	bare_name(declared, name);
	if (name[0] == 0 || strcmp(name, "utf8") == 0 ||
	    strcmp(name, "usascii") == 0 || strcmp(name, "ascii") == 0)
		return;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (strcmp(name, tables[i].name) == 0) {
			d->form = AS_DECODE_TABLE;
			d->table = tables[i].table;
			d->name = tables[i].name;
			return;
		}
	}
	d->unknown = true;
}

/* A byte-order mark, or "<" in two octets. */
static bool
find_mark(struct as_decode *d, struct as_str head)
{
	static const struct {
		char octets[4];
		uint8_t n, mark;
		enum as_decode_form form;
	} marks[] = {
	    {"\xef\xbb\xbf", 3, 3, AS_DECODE_UTF8},
	    {"\xff\xfe", 2, 2, AS_DECODE_UTF16_LE},
	    {"\xfe\xff", 2, 2, AS_DECODE_UTF16_BE},
	    {"<\0", 2, 0, AS_DECODE_UTF16_LE},
	    {"\0<", 2, 0, AS_DECODE_UTF16_BE},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (head.n >= marks[i].n &&
		    memcmp(head.p, marks[i].octets, marks[i].n) == 0) {
			d->form = marks[i].form;
			d->mark = marks[i].mark;
			if (d->form != AS_DECODE_UTF8)
				d->name = "utf16";
			return true;
		}
	}
	return false;
}

bool
as_decode_init(struct as_decode *d, struct as_str head, bool final)
{
	size_t lt = as_str_find(head, '<', 0), gt = as_str_find(head, '>', lt);

	*d = (struct as_decode){.form = AS_DECODE_UTF8, .name = "utf8"};
	if (gt == head.n && head.n < AS_DECODE_HEAD && !final)
		return false;
	/* However the octets came, the same ones are looked at. */
	head = as_str_slice(head, 0, gt < AS_DECODE_HEAD ? gt : AS_DECODE_HEAD);
	if (find_mark(d, head))
		return true;
	if (head.n > 0)
		use_declared(d, find_declared(head));
	return true;
}

/* UTF-16 of mostly ASCII, without a mark: the zeros stand on one side. */
static void
find_zeros(struct as_decode *d, struct as_str all)
{
	size_t zeros[2] = {0, 0}, n;

	all = as_str_slice(all, 0, AS_DECODE_HEAD);
	for (n = 0; n < all.n; n++)
		zeros[n % 2] += all.p[n] == 0;
	if (zeros[1] > n / 4 && zeros[0] == 0)
		d->form = AS_DECODE_UTF16_LE;
	else if (zeros[0] > n / 4 && zeros[1] == 0)
		d->form = AS_DECODE_UTF16_BE;
	if (d->form != AS_DECODE_UTF8)
		d->name = "utf16";
}

void
as_decode_init_text(struct as_decode *d, struct as_str all)
{
	*d = (struct as_decode){.form = AS_DECODE_UTF8, .name = "utf8"};
	if (find_mark(d, all))
		return;
	find_zeros(d, all);
	if (d->form == AS_DECODE_UTF8 && !as_utf8_is_valid(all))
		use_declared(d, AS_STR("windows-1252"));
}

bool
as_decode_init_named(struct as_decode *d, struct as_str all, struct as_str name)
{
	*d = (struct as_decode){.form = AS_DECODE_UTF8, .name = "utf8"};
	if (find_mark(d, all))
		return true;
	use_declared(d, name);
	return !d->unknown;
}

/* What is no character becomes an octet that is no UTF-8, so that the reader
 * of both meets it in its place. */
static size_t
put_utf8(char *out, uint32_t cp)
{
	if (cp == NO_CHARACTER) {
		out[0] = (char)0xff;
		return 1;
	}
	return as_utf8_put(out, cp);
}

static size_t
run_table(
    struct as_decode *d, struct as_str in, char *out, size_t room, size_t *used)
{
	size_t n = 0, i;

	for (i = 0; i < in.n && room - n >= 4; i++) {
		uint8_t c = (uint8_t)in.p[i];
		n += put_utf8(out + n, c < 0x80 ? c : d->table[c - 0x80]);
	}
	*used = i;
	return n;
}

/* One unit of 16 bits. */
static size_t
put_unit(struct as_decode *d, uint32_t unit, char *out)
{
	uint32_t high = d->high;
	size_t n = 0;

	d->high = 0;
	if (unit >= 0xdc00 && unit < 0xe000 && high != 0)
		return put_utf8(
		    out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
	if (high != 0) /* it was alone */
		n = put_utf8(out, NO_CHARACTER);
	if (unit >= 0xd800 && unit < 0xdc00)
		d->high = unit;
	else
		n += put_utf8(out + n,
		    unit >= 0xdc00 && unit < 0xe000 ? NO_CHARACTER : unit);
	return n;
}

static size_t
run_utf16(
    struct as_decode *d, struct as_str in, char *out, size_t room, size_t *used)
{
	size_t n = 0, i;

	for (i = 0; i < in.n && room - n >= 8; i++) {
		uint32_t c = (uint8_t)in.p[i];
		d->half = !d->half;
		if (d->half)
			d->first = c;
		else if (d->form == AS_DECODE_UTF16_LE)
			n += put_unit(d, c << 8 | d->first, out + n);
		else
			n += put_unit(d, d->first << 8 | c, out + n);
	}
	*used = i;
	return n;
}

size_t
as_decode_run(
    struct as_decode *d, struct as_str in, char *out, size_t room, size_t *used)
{
	size_t n;

	switch (d->form) {
	case AS_DECODE_UTF8: break;
	case AS_DECODE_TABLE: return run_table(d, in, out, room, used);
	case AS_DECODE_UTF16_LE:
	case AS_DECODE_UTF16_BE: return run_utf16(d, in, out, room, used);
	}
	n = in.n < room ? in.n : room;
	if (n > 0)
		memcpy(out, in.p, n);
	*used = n;
	return n;
}

size_t
as_decode_end(struct as_decode *d, char *out)
{
	if (!d->half && d->high == 0)
		return 0;
	d->half = false;
	d->high = 0;
	return put_utf8(out, NO_CHARACTER);
}
