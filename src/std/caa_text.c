/*
 * A CAA record as text: flags, tag, value (RFC 8659 4.1.1); the value is a
 * character-string of master files (RFC 1035 5.1).
 */
#include "std/caa.h"

#include "base/banned.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct reader {
	struct as_arena *a;
	struct as_str txt;
	size_t pos;
	struct as_caa *c;
	struct as_reading *rd;
	struct as_why *why;
};

static void
blanks_skip(struct reader *r)
{
	while (r->pos < r->txt.n && is_blank(r->txt.p[r->pos]))
		r->pos++;
}

static struct as_str
word_next(struct reader *r)
{
	size_t from;

	blanks_skip(r);
	for (from = r->pos; r->pos < r->txt.n && !is_blank(r->txt.p[r->pos]);)
		r->pos++;
	return as_str_slice(r->txt, from, r->pos);
}

static enum as_err
flags_read(struct reader *r)
{
	struct as_str word = word_next(r);
	uint64_t flags = 0;

	r->c->flags_at = r->pos - word.n;
	if (as_str_u64(word, 255, &flags) != AS_OK)
		return as_why_set(r->why, AS_ESYNTAX, r->c->flags_at,
		    "RFC 8659 4.1.1: the flags are not a number from 0 to "
		    "255");
	r->c->rr.flags = (uint8_t)flags;
	return AS_OK;
}

static enum as_err
tag_read(struct reader *r)
{
	struct as_str word = word_next(r);

	r->c->tag_at = r->pos - word.n;
	r->c->rr.tag = word;
	if (word.n == 0)
		return as_why_set(r->why, AS_ESYNTAX, r->pos,
		    "RFC 8659 4.1.1: the tag is missing");
	for (size_t i = 0; i < word.n; i++)
		if (!as_is_alpha(word.p[i]) && !as_is_digit(word.p[i]))
			return as_why_set(r->why, AS_ESYNTAX, r->c->tag_at + i,
			    "RFC 8659 4.1: a tag takes letters and digits "
			    "only");
	return AS_OK;
}

/* Octets of text that stand for one octet of the value at s[i]: itself, "\X" or
 * "\DDD"; 0 when it is malformed.  *c is the octet. */
static size_t
escape_read(struct as_str s, size_t i, char *c)
{
	unsigned v = 0;

	*c = s.p[i];
	if (s.p[i] != '\\')
		return 1;
	if (i + 1 == s.n)
		return 0;
	*c = s.p[i + 1];
	if (!as_is_digit(*c))
		return 2;
	if (s.n - i < 4)
		return 0;
	for (size_t k = i + 1; k < i + 4; k++) {
		if (!as_is_digit(s.p[k]))
			return 0;
		v = v * 10 + (unsigned)(s.p[k] - '0');
	}
	*c = (char)v;
	return v > 255 ? 0 : 4;
}

/* Where a quoted string that starts at `from` ends; txt.n when it does not. */
static size_t
quote_find(struct as_str txt, size_t from)
{
	size_t i = from;

	while (i < txt.n && txt.p[i] != '"')
		i += txt.p[i] == '\\' ? 2 : 1;
	return i < txt.n ? i : txt.n;
}

/* Undo the escapes of `written`. */
static enum as_err
value_unescape(struct reader *r)
{
	struct as_str s = r->c->written;
	char *p = as_arena_alloc(r->a, s.n + 1);
	size_t n = 0;

	if (p == NULL)
		return as_why_no_memory(r->why);
	for (size_t i = 0; i < s.n;) {
		size_t step = escape_read(s, i, &p[n++]);
		if (step == 0)
			return as_why_set(r->why, AS_ESYNTAX,
			    r->c->value_at + i,
			    "RFC 1035 5.1: a backslash stands before three "
			    "digits up to 255 or one other character");
		i += step;
	}
	r->c->rr.value = (struct as_str){p, n};
	return AS_OK;
}

static enum as_err
quoted_read(struct reader *r)
{
	size_t end = quote_find(r->txt, r->pos + 1);

	r->c->value_at = r->pos + 1;
	r->c->written = as_str_slice(r->txt, r->pos + 1, end);
	if (end == r->txt.n)
		return as_why_set(r->why, AS_ESYNTAX, r->pos,
		    "RFC 1035 5.1: a quotation mark without its second");
	r->pos = end + 1;
	return value_unescape(r);
}

static enum as_err
plain_read(struct reader *r)
{
	struct as_str word = word_next(r);
	size_t mark = as_str_find(word, ';', 0);

	r->c->value_at = r->pos - word.n;
	r->c->written = word;
	if (word.n == 0)
		return as_why_set(r->why, AS_ESYNTAX, r->pos,
		    "RFC 8659 4.1.1: the value is missing");
	if (mark < word.n)
		AS_TRY(as_reading_note(r->rd, r->c->value_at + mark,
		    "RFC 1035 5.1: in a zone file \";\" outside of quotation "
		    "marks starts a comment"));
	return value_unescape(r);
}

static enum as_err
value_read(struct reader *r)
{
	size_t behind;

	blanks_skip(r);
	if (r->pos < r->txt.n && r->txt.p[r->pos] == '"')
		AS_TRY(quoted_read(r));
	else
		AS_TRY(plain_read(r));
	behind = r->pos;
	blanks_skip(r);
	if (r->pos == r->txt.n)
		return AS_OK;
	return as_why_set(r->why, AS_ESYNTAX, r->pos,
	    r->txt.p[behind - 1] == '"'
		? "RFC 8659 4.1.1: something follows the value"
		: "RFC 8659 4.1.1: something follows the value; one with "
		  "blanks "
		  "stands in quotation marks");
}

size_t
as_caa_place(const struct as_caa *c, size_t at)
{
	size_t i = 0;
	char octet;

	while (at > 0 && i < c->written.n) {
		size_t step = escape_read(c->written, i, &octet);
		i += step == 0 ? 1 : step;
		at--;
	}
	return c->value_at + i;
}

/* What as_caa_check says, with its place in the text. */
static enum as_err
meaning_check(struct reader *r)
{
	enum as_err err = as_caa_check(r->a, &r->c->rr, &r->c->issue, r->why);

	if (err == AS_OK)
		return AS_OK;
	if (r->why->at == AS_WHY_NOWHERE)
		r->why->at = r->c->tag_at;
	else
		r->why->at = as_caa_place(r->c, r->why->at);
	return err;
}

static enum as_err
parts_read(struct reader *r)
{
	AS_TRY(as_reading_keep(r->rd, flags_read(r), r->why));
	AS_TRY(as_reading_keep(r->rd, tag_read(r), r->why));
	if (r->c->rr.tag.n == 0)
		return AS_OK;
	AS_TRY(as_reading_keep(r->rd, value_read(r), r->why));
	if (r->rd != NULL && r->rd->first.code != AS_OK)
		return AS_OK; /* what was not read whole means nothing */
	return as_reading_keep(r->rd, meaning_check(r), r->why);
}

/* Does it start with a number? */
static bool
is_like(struct as_str txt)
{
	struct reader r = {.txt = txt};
	struct as_str word = word_next(&r);

	return word.n > 0 && as_is_digit(word.p[0]);
}

enum as_err
as_caa_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_caa **out, struct as_why *why)
{
	struct as_why own = {0};
	struct reader r = {
	    .a = a, .txt = txt, .rd = rd, .why = why != NULL ? why : &own};
	enum as_err err;

	if (!is_like(txt))
		return as_why_set(why, AS_EVERSION, 0,
		    "RFC 8659 4.1.1: a CAA record starts with its flags, a "
		    "number");
	r.c = AS_NEW(a, struct as_caa);
	if (r.c == NULL)
		return as_why_no_memory(why);
	r.c->rr.tag = r.c->rr.value = r.c->written = AS_STR("");
	err = parts_read(&r);
	if (err == AS_OK || rd != NULL)
		*out = r.c;
	return as_reading_end(rd, err, why);
}

enum as_err
as_caa_parse(struct as_arena *a, struct as_str txt, struct as_caa **out,
    struct as_why *why)
{
	return as_caa_read(a, txt, NULL, out, why);
}
