#include "std/dkim_key.h"

#include <string.h>

#include "base/limits.h"
#include "std/dkim_material.h"
#include "std/tag_list.h"

#include "base/banned.h"

/* As much as one character-string of TXT holds (RFC 1035 3.3). */
#define STRING_OCTETS 255

/* --- base64 (RFC 4648 4) with folding white space inside --- */

/* A table, for branches on octets without a pattern are guessed wrong. */
static const signed char values[256] = {
#define DIGIT(c, v) [c] = (v) + 1
#define DIGITS4(c, v) \
	DIGIT(c, v), DIGIT(c + 1, v + 1), DIGIT(c + 2, v + 2), \
	    DIGIT(c + 3, v + 3)
    DIGITS4('A', 0), DIGITS4('E', 4), DIGITS4('I', 8), DIGITS4('M', 12),
    DIGITS4('Q', 16), DIGITS4('U', 20), DIGIT('Y', 24), DIGIT('Z', 25),
    DIGITS4('a', 26), DIGITS4('e', 30), DIGITS4('i', 34), DIGITS4('m', 38),
    DIGITS4('q', 42), DIGITS4('u', 46), DIGIT('y', 50), DIGIT('z', 51),
    DIGITS4('0', 52), DIGITS4('4', 56), DIGIT('8', 60), DIGIT('9', 61),
    DIGIT('+', 62), DIGIT('/', 63)
#undef DIGITS4
#undef DIGIT
};

/* Below 0: no digit. */
static int
base64_value(char c)
{
	return values[(unsigned char)c] - 1;
}

static bool
is_fws(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct base64 {
	char *out;
	size_t n;
	uint32_t bits; /* the last octets' worth of input */
	size_t digits, pads;
};

/* False: this octet does not belong here. */
static bool
base64_add(struct base64 *b, char c)
{
	int v = base64_value(c);

	if (c == '=')
		return ++b->pads + b->digits % 4 <= 4 && b->digits % 4 >= 2;
	if (v < 0 || b->pads > 0)
		return false;
	b->bits = b->bits << 6 | (uint32_t)v;
	if (b->digits++ % 4 != 0)
		b->out[b->n++] =
		    (char)(b->bits >> (6 - 2 * ((b->digits - 1) % 4)));
	return true;
}

/* What such an octet is a sign of. */
static const char *
base64_sign(char c)
{
	if (c == '"')
		return ", a quotation mark: the strings were joined with their "
		       "quotes";
	return c == '\\' ? ", a backslash: the text was escaped twice" : "";
}

/* Behind its padding, a second text. */
static enum as_err
base64_fault(const struct base64 *b, char c, size_t at, struct as_why *why)
{
	if (b->pads > 0 && base64_value(c) >= 0)
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 6376 3.6.1: p is not base64: it goes on behind the "
		    "\"=\" that ends it");
	return as_why_set(why, AS_ESYNTAX, at,
	    "RFC 6376 3.6.1: p is not base64: octet %u does not belong "
	    "here%s",
	    (unsigned)(unsigned char)c, base64_sign(c));
}

/* Padding may be left out (RFC 6376 2.10 makes it optional), not be wrong.
 * DKIM-2. */
static enum as_err
base64_read(struct as_arena *a, const struct as_tag *p, const char *cut,
    struct as_str *out, struct as_why *why)
{
	struct base64 b = {as_arena_raw(a, p->value.n / 4 * 3 + 4), 0, 0, 0, 0};

	if (b.out == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < p->value.n; i++) {
		char c = p->value.p[i];
		if (!base64_add(&b, c) && !is_fws(c))
			return base64_fault(&b, c, p->value_at + i, why);
	}
	if (b.digits % 4 == 1 || (b.pads > 0 && (b.digits + b.pads) % 4 != 0))
		return as_why_set(why, AS_ESYNTAX, p->value_at + p->value.n,
		    "RFC 6376 3.6.1: p is not base64: it ends too early%s",
		    cut);
	*out = (struct as_str){b.out, b.n};
	return AS_OK;
}

/* --- the record --- */

struct reader {
	struct as_arena *a;
	struct as_dkim_key *key;
	struct as_tag p; /* has_value once it was met */
	struct as_tag_seen seen;
	const char *cut; /* what the length of the record says of a key that
	                    ends early */
	struct as_why *why;
};

/* Is `word` in a colon-separated list? */
static bool
list_has(struct as_str list, const char *word)
{
	struct as_split s = as_split_start(list, ':', AS_FWS);
	struct as_str item;
	size_t at;

	while (as_split_next(&s, &item, &at))
		if (as_str_is(item, word))
			return true;
	return false;
}

static enum as_err
version_check(struct reader *r, const struct as_tag *t)
{
	if (r->seen.n > 1)
		return as_why_set(r->why, AS_EVERSION, t->at,
		    "RFC 6376 3.6.1: v is not the first tag");
	if (!as_str_is(t->value, "DKIM1"))
		return as_why_set(r->why, AS_EVERSION, t->value_at,
		    "RFC 6376 3.6.1: the value of v is not DKIM1");
	return AS_OK;
}

/* DKIM-2, DKIM-5, DKIM-8 */
static enum as_err
tag_take(struct reader *r, const struct as_tag *t)
{
	struct as_dkim_key *k = r->key;

	if (as_str_is(t->name, "v"))
		return version_check(r, t);
	if (as_str_is(t->name, "p")) {
		r->p = *t;
	} else if (as_str_is(t->name, "k")) {
		k->k = t->value;
	} else if (as_str_is(t->name, "h")) {
		k->sha1_only = !list_has(t->value, "sha256");
	} else if (as_str_is(t->name, "s")) {
		bool all = list_has(t->value, "*");
		k->for_email = all || list_has(t->value, "email");
		k->for_tlsrpt = all || list_has(t->value, "tlsrpt");
	} else if (as_str_is(t->name, "t")) {
		k->testing = list_has(t->value, "y");
		k->strict = list_has(t->value, "s");
	} else if (as_str_is(t->name, "g")) {
		k->has_g = true;
		k->g = t->value;
	}
	return AS_OK;
}

/* RFC 6376 3.2 tag-name; NULL when it is one. */
static const char *
name_fault(const struct as_tag *t)
{
	if (t->name.n == 0 && !t->has_value)
		return "nothing between two \";\"";
	if (!t->has_value)
		return "a tag without \"=\"";
	if (t->name.n == 0 || !as_is_alpha(t->name.p[0]))
		return "a tag name starts with a letter";
	for (size_t i = 1; i < t->name.n; i++)
		if (!as_is_alpha(t->name.p[i]) && !as_is_digit(t->name.p[i]) &&
		    t->name.p[i] != '_')
			return "a tag name takes letters, digits and \"_\" "
			       "only";
	return NULL;
}

/* First octet that RFC 6376 3.2 tag-value does not hold; value.n for none. */
static size_t
value_check(struct as_str value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		if (!is_fws(value.p[i]) && (c < 0x21 || c > 0x7e))
			return i;
	}
	return value.n;
}

static enum as_err
tag_read(struct reader *r, const struct as_tag *t)
{
	const char *fault = name_fault(t);
	size_t bad;

	if (fault != NULL)
		return as_why_set(
		    r->why, AS_ESYNTAX, t->at, "RFC 6376 3.2: %s", fault);
	bad = value_check(t->value);
	if (bad < t->value.n)
		return as_why_set(r->why, AS_ESYNTAX, t->value_at + bad,
		    "RFC 6376 3.2: octet %u is not printable ASCII",
		    (unsigned)(unsigned char)t->value.p[bad]);
	AS_TRY(as_tag_seen_add(&r->seen, t, false, r->why));
	return tag_take(r, t);
}

/* DKIM-3 */
static enum as_err
key_read(struct reader *r)
{
	struct as_dkim_key *k = r->key;

	if (!r->p.has_value)
		return as_why_set(r->why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "RFC 6376 3.6.1: no p tag (its name is lower case)");
	if (as_str_is(k->k, "rsa"))
		k->alg = AS_DKIM_RSA;
	else if (as_str_is(k->k, "ed25519"))
		k->alg = AS_DKIM_ED25519;
	else
		k->alg = AS_DKIM_OTHER;
	AS_TRY(base64_read(r->a, &r->p, r->cut, &k->key, r->why));
	k->revoked = r->p.value.n == 0;
	if (k->revoked || k->alg == AS_DKIM_OTHER)
		return AS_OK;
	if (k->key.n > AS_MAX_DKIM_KEY_OCTETS)
		return as_why_set(r->why, AS_ELIMIT, r->p.value_at,
		    "RFC 6376 3.6.1: p holds %zu octets; at most %d are looked "
		    "at",
		    k->key.n, AS_MAX_DKIM_KEY_OCTETS);
	return as_dkim_material_read(k, &r->p, r->cut, r->why);
}

bool
as_dkim_key_is_like(struct as_str txt)
{
	struct as_split list = as_split_start(txt, ';', AS_FWS);
	struct as_tag t;

	for (size_t i = 0; as_tag_next(&list, &t); i++) {
		if (!t.has_value)
			continue;
		if (as_str_is(t.name, "p"))
			return true;
		if (i == 0 && as_str_is_case(t.name, "v") &&
		    as_str_has_prefix_case(t.value, "DKIM"))
			return true;
	}
	return false;
}

static enum as_err
record_read(struct reader *r, struct as_str txt, struct as_reading *rd)
{
	struct as_split list = as_split_start(txt, ';', AS_FWS);
	struct as_tag t;

	while (as_tag_next(&list, &t)) {
		as_reading_tag(rd, &t);
		AS_TRY(as_reading_keep(rd, tag_read(r, &t), r->why));
	}
	return as_reading_keep(rd, key_read(r), r->why);
}

enum as_err
as_dkim_key_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_dkim_key **out, struct as_why *why)
{
	struct as_why own = {0};
	struct reader r = {.a = a, .why = why != NULL ? why : &own};
	enum as_err err;

	r.key = AS_NEW(a, struct as_dkim_key);
	if (r.key == NULL)
		return as_why_no_memory(why);
	r.cut = txt.n != STRING_OCTETS
	    ? ""
	    : "; the record fills just one string of 255 octets, so the "
	      "others are missing";
	r.key->k = AS_STR("rsa");
	r.key->for_email = r.key->for_tlsrpt = true;
	err = record_read(&r, txt, rd);
	if (err == AS_OK || rd != NULL)
		*out = r.key;
	return as_reading_end(rd, err, why);
}

enum as_err
as_dkim_key_parse(struct as_arena *a, struct as_str txt,
    struct as_dkim_key **out, struct as_why *why)
{
	return as_dkim_key_read(a, txt, NULL, out, why);
}

struct as_str
as_dkim_key_hash_text(struct as_arena *a, const struct as_dkim_key *k)
{
	static const char digits[] = "0123456789abcdef";
	char *text = as_arena_alloc(a, sizeof(k->sha256) * 2);

	if (text == NULL)
		return AS_STR_NULL;
	for (size_t i = 0; i < sizeof(k->sha256); i++) {
		text[2 * i] = digits[k->sha256[i] >> 4];
		text[2 * i + 1] = digits[k->sha256[i] & 15];
	}
	return (struct as_str){text, sizeof(k->sha256) * 2};
}

struct as_str
as_dkim_key_name(
    struct as_arena *a, struct as_str selector, struct as_str domain)
{
	static const char middle[] = "._domainkey.";
	size_t n = selector.n + sizeof(middle) - 1 + domain.n;
	char *p = as_arena_raw(a, n + 1);

	/* Made for hundreds of selectors a domain. */
	if (p == NULL)
		return AS_STR_NULL;
	memcpy(p, selector.p, selector.n);
	memcpy(p + selector.n, middle, sizeof(middle) - 1);
	memcpy(p + selector.n + sizeof(middle) - 1, domain.p, domain.n);
	p[n] = 0;
	return (struct as_str){p, n};
}

struct as_str
as_dkim_keys_name(struct as_arena *a, struct as_str domain)
{
	return as_str_printf(a, "_domainkey." AS_STR_FMT, AS_STR_ARG(domain));
}
