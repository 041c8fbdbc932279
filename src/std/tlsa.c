#include "std/tlsa.h"

#include "base/banned.h"

/* Line ends too: a record may have been copied from several lines. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next word at or after *at, which moves behind it; empty at the end. */
static struct as_str
word_next(struct as_str s, size_t *at)
{
	size_t from = *at, to;

	while (from < s.n && is_blank(s.p[from]))
		from++;
	for (to = from; to < s.n && !is_blank(s.p[to]);)
		to++;
	*at = to;
	return as_str_slice(s, from, to);
}

static const struct {
	const char *name; /* RFC 7218 2 */
	enum as_tlsa_part part;
	unsigned number;
} acronyms[] = {
    {"PKIX-TA", AS_TLSA_USAGE, 0},
    {"PKIX-EE", AS_TLSA_USAGE, 1},
    {"DANE-TA", AS_TLSA_USAGE, 2},
    {"DANE-EE", AS_TLSA_USAGE, 3},
    {"Cert", AS_TLSA_SELECTOR, 0},
    {"SPKI", AS_TLSA_SELECTOR, 1},
    {"Full", AS_TLSA_MATCHING, 0},
    {"SHA2-256", AS_TLSA_MATCHING, 1},
    {"SHA2-512", AS_TLSA_MATCHING, 2},
};

/* The number that an acronym stands for, or -1. */
static int
acronym_find(enum as_tlsa_part part, struct as_str word)
{
	for (size_t i = 0; i < sizeof(acronyms) / sizeof(acronyms[0]); i++)
		if (acronyms[i].part == part &&
		    as_str_is_case(word, acronyms[i].name))
			return (int)acronyms[i].number;
	return -1;
}

struct reader {
	struct as_str txt;
	size_t pos; /* where the next word is looked for */
	struct as_tlsa *t;
	struct as_reading *rd;
	struct as_why *why;
};

static const char *const part_names[] = {"usage", "selector", "matching type"};

static enum as_err
number_read(struct reader *r, enum as_tlsa_part part, uint8_t *out)
{
	struct as_str word = word_next(r->txt, &r->pos);
	size_t at = r->pos - word.n;
	int known = acronym_find(part, word);
	uint64_t number = 0;

	r->t->at[part] = at;
	if (word.n == 0)
		return as_why_set(r->why, AS_ESYNTAX, at,
		    "RFC 6698 2.2: the %s is missing", part_names[part]);
	if (known >= 0)
		return as_why_set(r->why, AS_ESYNTAX, at,
		    "RFC 6698 2.2: the %s is written as a number; write %d for "
		    "%.*s",
		    part_names[part], known, (int)word.n, word.p);
	switch (as_str_u64(word, 255, &number)) {
	case AS_OK: break;
	case AS_ERANGE:
		return as_why_set(r->why, AS_ESYNTAX, at,
		    "RFC 6698 2.2: the %s is over 255", part_names[part]);
	default:
		return as_why_set(r->why, AS_ESYNTAX, at,
		    "RFC 6698 2.2: the %s is not a number", part_names[part]);
	}
	r->t->has[part] = true;
	*out = (uint8_t)number;
	return AS_OK;
}

static enum as_err
bad_digit(const struct reader *r, size_t at)
{
	char c = r->txt.p[at];

	if (c == '(' || c == ')')
		return as_why_set(r->why, AS_ESYNTAX, at,
		    "RFC 6698 2.2: parentheses belong to the zone file; leave "
		    "them out");
	if (c == ':')
		return as_why_set(r->why, AS_ESYNTAX, at,
		    "RFC 6698 2.2: the data holds no colons: hexadecimal "
		    "digits "
		    "and blanks only");
	return as_why_set(r->why, AS_ESYNTAX, at,
	    "RFC 6698 2.2: octet %u is not a hexadecimal digit",
	    (unsigned)(unsigned char)c);
}

static enum as_err
data_read(struct reader *r, struct as_arena *a)
{
	size_t digits = 0, at = r->pos;
	char *p = as_arena_alloc(a, (r->txt.n - at) / 2 + 1);

	if (p == NULL)
		return as_why_no_memory(r->why);
	while (at < r->txt.n && is_blank(r->txt.p[at]))
		at++;
	r->t->at[AS_TLSA_DATA] = at;
	for (; at < r->txt.n; at++) {
		int v = as_hex_digit(r->txt.p[at]);
		if (is_blank(r->txt.p[at]))
			continue;
		if (v < 0)
			return bad_digit(r, at);
		p[digits / 2] = (char)((unsigned char)p[digits / 2] << 4 | v);
		digits++;
	}
	if (digits == 0)
		return as_why_set(r->why, AS_ESYNTAX, r->txt.n,
		    "RFC 6698 2.2: the data is missing");
	if (digits % 2 != 0)
		return as_why_set(r->why, AS_ESYNTAX, r->txt.n,
		    "RFC 6698 2.2: an odd number of hexadecimal digits (%zu)",
		    digits);
	r->t->has[AS_TLSA_DATA] = true;
	r->t->rr.data = (struct as_str){p, digits / 2};
	return AS_OK;
}

static enum as_err
parts_read(struct reader *r, struct as_arena *a)
{
	uint8_t *const numbers[] = {
	    &r->t->rr.usage, &r->t->rr.selector, &r->t->rr.matching};

	for (size_t i = 0; i < AS_TLSA_DATA; i++) {
		AS_TRY(as_reading_keep(r->rd,
		    number_read(r, (enum as_tlsa_part)i, numbers[i]), r->why));
		if (!r->t->has[i] && r->pos == r->txt.n)
			return AS_OK; /* the rest is missing as well */
	}
	return as_reading_keep(r->rd, data_read(r, a), r->why);
}

/* Is the first word what a usage may look like? */
static bool
is_like(struct as_str txt)
{
	size_t at = 0;
	struct as_str word = word_next(txt, &at);

	return (word.n > 0 && word.p[0] >= '0' && word.p[0] <= '9') ||
	    acronym_find(AS_TLSA_USAGE, word) >= 0;
}

enum as_err
as_tlsa_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_tlsa **out, struct as_why *why)
{
	struct as_why own = {0};
	struct reader r = {
	    .txt = txt, .rd = rd, .why = why != NULL ? why : &own};
	enum as_err err;

	if (!is_like(txt))
		return as_why_set(why, AS_EVERSION, 0,
		    "RFC 6698 2.2: a TLSA record starts with its usage, a "
		    "number");
	r.t = AS_NEW(a, struct as_tlsa);
	if (r.t == NULL)
		return as_why_no_memory(why);
	r.t->rr.data = AS_STR("");
	err = parts_read(&r, a);
	if (err == AS_OK || rd != NULL)
		*out = r.t;
	return as_reading_end(rd, err, why);
}

enum as_err
as_tlsa_parse(struct as_arena *a, struct as_str txt, struct as_tlsa **out,
    struct as_why *why)
{
	return as_tlsa_read(a, txt, NULL, out, why);
}
