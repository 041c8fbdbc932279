#include "std/spf.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "std/spf_parts.h"

#include "base/banned.h"

struct kind_row {
	const char *name;
	const char *clause;
};

static const struct kind_row kinds[] = {
    [AS_SPF_ALL] = {"all", "5.1"},
    [AS_SPF_INCLUDE] = {"include", "5.2"},
    [AS_SPF_A] = {"a", "5.3"},
    [AS_SPF_MX] = {"mx", "5.4"},
    [AS_SPF_PTR] = {"ptr", "5.5"},
    [AS_SPF_IP4] = {"ip4", "5.6"},
    [AS_SPF_IP6] = {"ip6", "5.6"},
    [AS_SPF_EXISTS] = {"exists", "5.7"},
    [AS_SPF_REDIRECT] = {"redirect", "6.1"},
    [AS_SPF_EXP] = {"exp", "6.2"},
};

enum as_spf_kind
as_spf_kind_find(struct as_str name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (as_str_is_case(name, kinds[i].name))
			return (enum as_spf_kind)i;
	return AS_SPF_UNKNOWN_MODIFIER;
}

#define VERSION_OCTETS 6

/* SPF-1 */
bool
as_spf_is_record(struct as_str txt)
{
	return as_str_has_prefix_case(txt, "v=spf1") &&
	    (txt.n == VERSION_OCTETS || txt.p[VERSION_OCTETS] == ' ');
}

/* --- one term --- */

struct parse {
	struct as_str record;
	struct as_spf_term *term; /* the one being read */
	struct as_why *why;
};

#define QUOTE_OCTETS 40

/* At most QUOTE_OCTETS of s, with "?" for what is not visible ASCII. */
static const char *
quote(struct as_str s, char buf[QUOTE_OCTETS + 4])
{
	size_t n = s.n < QUOTE_OCTETS ? s.n : QUOTE_OCTETS;

	for (size_t i = 0; i < n; i++)
		buf[i] = s.p[i] >= 0x20 && s.p[i] < 0x7f ? s.p[i] : '?';
	(void)snprintf(buf + n, 4, "%s", n < s.n ? "..." : "");
	return buf;
}

/* `at` is an octet of the record. */
static enum as_err
refuse(const struct parse *p, size_t at, const char *clause, const char *what)
{
	char term[QUOTE_OCTETS + 4], cause[AS_SPF_CAUSE];
	const struct as_spf_term *t = p->term;

	as_spf_cause_find(p->record, t->at, t->text.n, cause);
	return as_why_set(p->why, AS_ESYNTAX, at, "RFC 7208 %s: %s: %s%s%s",
	    clause, quote(t->text, term), what, cause[0] != 0 ? "; " : "",
	    cause);
}

static size_t
offset_of(const struct parse *p, struct as_str part)
{
	return (size_t)(part.p - p->record.p);
}

static enum as_err
refuse_slip(
    const struct parse *p, struct as_str part, const struct as_spf_slip *slip)
{
	return refuse(
	    p, offset_of(p, part) + slip->at, slip->clause, slip->what);
}

static enum as_err
spec_set(const struct parse *p, struct as_str spec)
{
	struct as_spf_slip slip = {0};

	if (!as_spf_spec_check(spec, &slip))
		return refuse_slip(p, spec, &slip);
	p->term->spec = spec;
	p->term->has_macro = as_str_find(spec, '%', 0) < spec.n;
	return AS_OK;
}

/* A prefix length: no leading zero, not over max (SPF-14). */
static enum as_err
bits_read(
    const struct parse *p, struct as_str digits, uint64_t max, uint8_t *out)
{
	const char *clause = kinds[p->term->kind].clause;
	size_t at = offset_of(p, digits);
	uint64_t bits;
	enum as_err err = as_str_u64(digits, max, &bits);

	if (err == AS_ERANGE)
		return refuse(p, at, clause,
		    max == 32 ? "an IPv4 prefix length is 32 at most"
			      : "an IPv6 prefix length is 128 at most");
	if (err != AS_OK)
		return refuse(
		    p, at, clause, "a number belongs behind the slash");
	if (digits.n > 1 && digits.p[0] == '0')
		return refuse(
		    p, at, clause, "a prefix length has no leading zero");
	*out = (uint8_t)bits;
	return AS_OK;
}

/* "/24", "//64", "/24//64" or nothing (SPF-14). */
static enum as_err
dual_cidr_read(const struct parse *p, struct as_str s)
{
	struct as_spf_term *t = p->term;
	size_t i = 0;

	t->cidr4 = 32;
	t->cidr6 = 128;
	if (s.n > 0 && !as_str_has_prefix(s, "//")) {
		i = as_str_find(s, '/', 1);
		AS_TRY(bits_read(p, as_str_slice(s, 1, i), 32, &t->cidr4));
	}
	s = as_str_slice(s, i, s.n);
	if (s.n == 0)
		return AS_OK;
	if (!as_str_has_prefix(s, "//"))
		return refuse(p, offset_of(p, s), kinds[t->kind].clause,
		    "an IPv6 prefix length stands behind two slashes");
	return bits_read(p, as_str_slice(s, 2, s.n), 128, &t->cidr6);
}

/* Where the prefix lengths start at the end of s; s.n if there are none. */
static size_t
dual_cidr_find(struct as_str s)
{
	size_t i = s.n;

	while (i > 0 &&
	    (s.p[i - 1] == '/' || (s.p[i - 1] >= '0' && s.p[i - 1] <= '9')))
		i--;
	return as_str_find(s, '/', i);
}

/* rest: what follows the name, its ":" or "/" included. */
static enum as_err
hosts_read(const struct parse *p, struct as_str rest)
{
	bool spec = rest.n > 0 && rest.p[0] == ':';
	size_t cut = spec ? dual_cidr_find(rest) : 0;

	if (spec)
		AS_TRY(spec_set(p, as_str_slice(rest, 1, cut)));
	return dual_cidr_read(p, as_str_slice(rest, cut, rest.n));
}

/* SPF-14 */
static enum as_err
ip_read(const struct parse *p, struct as_str rest)
{
	struct as_spf_term *t = p->term;
	bool four = t->kind == AS_SPF_IP4;
	struct as_str value = as_str_slice(rest, 1, rest.n);
	size_t slash = as_str_find(value, '/', 0);
	struct as_str ip = as_str_slice(value, 0, slash);

	if (rest.n == 0 || rest.p[0] != ':' || ip.n == 0)
		return refuse(p, offset_of(p, rest), "5.6",
		    "an address belongs behind the colon");
	if (as_ip_parse(ip, &t->ip.ip) != AS_OK ||
	    t->ip.ip.len != (four ? 4 : 16))
		return refuse(p, offset_of(p, ip), "5.6",
		    four ? "not an IPv4 address" : "not an IPv6 address");
	t->ip.bits = four ? 32 : 128;
	if (slash == value.n)
		return AS_OK;
	return bits_read(p, as_str_slice(value, slash + 1, value.n), t->ip.bits,
	    &t->ip.bits);
}

/* include, exists: a domain-spec must follow; ptr: it may. */
static enum as_err
domain_read(const struct parse *p, struct as_str rest)
{
	if (rest.n == 0 && p->term->kind == AS_SPF_PTR)
		return AS_OK;
	if (rest.n == 0 || rest.p[0] != ':')
		return refuse(p, offset_of(p, rest),
		    kinds[p->term->kind].clause,
		    rest.n == 0 ? "a colon and a domain are missing"
				: "a colon belongs behind the name");
	return spec_set(p, as_str_slice(rest, 1, rest.n));
}

/* SPF-18 */
static enum as_err
mechanism_read(const struct parse *p, struct as_str rest)
{
	switch (p->term->kind) {
	case AS_SPF_ALL:
		if (rest.n == 0)
			return AS_OK;
		return refuse(
		    p, offset_of(p, rest), "5.1", "\"all\" stands alone");
	case AS_SPF_A:
	case AS_SPF_MX: return hosts_read(p, rest);
	case AS_SPF_IP4:
	case AS_SPF_IP6: return ip_read(p, rest);
	case AS_SPF_INCLUDE:
	case AS_SPF_EXISTS:
	case AS_SPF_PTR: return domain_read(p, rest);
	case AS_SPF_REDIRECT:
	case AS_SPF_EXP:
		return refuse(
		    p, p->term->at, "4.6.1", "a modifier, not a mechanism");
	case AS_SPF_UNKNOWN_MODIFIER: break;
	}
	return refuse(p, p->term->at, "4.6.1", "no such mechanism");
}

/* SPF-18 */
static enum as_err
modifier_read(const struct parse *p, struct as_str value)
{
	struct as_spf_term *t = p->term;
	struct as_spf_slip slip = {0};

	if (t->kind == AS_SPF_REDIRECT || t->kind == AS_SPF_EXP)
		return spec_set(p, value);
	t->kind = AS_SPF_UNKNOWN_MODIFIER;
	if (!as_spf_macro_check(value, &slip))
		return refuse_slip(p, value, &slip);
	t->spec = value;
	t->has_macro = as_str_find(value, '%', 0) < value.n;
	return AS_OK;
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Octets of the name at the start of s: ALPHA *( ALPHA / DIGIT / "-" / "_" /
 * "." ). */
static size_t
name_span(struct as_str s)
{
	size_t n = 0;

	if (s.n == 0 || !is_alpha(s.p[0]))
		return 0;
	while (n < s.n &&
	    (is_alpha(s.p[n]) || (s.p[n] >= '0' && s.p[n] <= '9') ||
		s.p[n] == '-' || s.p[n] == '_' || s.p[n] == '.'))
		n++;
	return n;
}

static enum as_err
term_read(const struct parse *p)
{
	struct as_spf_term *t = p->term;
	struct as_str body = t->text;
	struct as_str rest;
	bool marked = strchr("+-~?", body.p[0]) != NULL && body.p[0] != 0;
	size_t n;

	t->qualifier = marked ? body.p[0] : '+';
	body = as_str_slice(body, marked, body.n);
	n = name_span(body);
	t->name = as_str_slice(body, 0, n);
	rest = as_str_slice(body, n, body.n);
	if (n == 0)
		return refuse(p, offset_of(p, body), "4.6.1",
		    "a term starts with a letter");
	t->kind = as_spf_kind_find(t->name);
	if (rest.n > 0 && rest.p[0] == '=') {
		if (marked)
			return refuse(
			    p, t->at, "4.6.1", "a qualifier before a modifier");
		return modifier_read(p, as_str_slice(rest, 1, rest.n));
	}
	if (rest.n > 0 && rest.p[0] != ':' && rest.p[0] != '/')
		return refuse(p, offset_of(p, rest), "4.6.1",
		    "this character may not follow a name");
	return mechanism_read(p, rest);
}

/* --- the record --- */

/* The next term at or after *at, which moves behind it; empty at the end. */
static struct as_str
token_next(struct as_str s, size_t *at)
{
	size_t from = *at;

	while (from < s.n && s.p[from] == ' ')
		from++;
	*at = as_str_find(s, ' ', from);
	return as_str_slice(s, from, *at);
}

static size_t
terms_count(struct as_str record)
{
	size_t n = 0, at = VERSION_OCTETS;

	while (token_next(record, &at).n > 0)
		n++;
	return n;
}

/* redirect and exp at most once each (6; SPF-11). */
static enum as_err
once_check(const struct parse *p, const struct as_spf *spf)
{
	enum as_spf_kind kind = p->term->kind;

	if (kind != AS_SPF_REDIRECT && kind != AS_SPF_EXP)
		return AS_OK;
	for (const struct as_spf_term *t = spf->terms; t < p->term; t++)
		if (t->kind == kind)
			return refuse(p, p->term->at, "6",
			    kind == AS_SPF_REDIRECT ? "a second \"redirect\""
						    : "a second \"exp\"");
	return AS_OK;
}

static enum as_err
term_take(const struct parse *p, const struct as_spf *spf)
{
	AS_TRY(term_read(p));
	return once_check(p, spf);
}

/* SPF-9 */
static enum as_err
terms_read(struct as_spf *spf, struct as_reading *rd, struct as_why *why)
{
	struct parse p = {.record = spf->text, .why = why};
	size_t at = VERSION_OCTETS;

	for (size_t i = 0; i < spf->n_terms; i++) {
		struct as_spf_term *t = &spf->terms[i];
		enum as_err err;
		t->text = token_next(spf->text, &at);
		t->at = at - t->text.n;
		p.term = t;
		err = term_take(&p, spf);
		t->faulty = err != AS_OK;
		AS_TRY(as_reading_keep(rd, err, why));
		if (t->faulty)
			continue;
		if (t->kind == AS_SPF_ALL && spf->all == NULL)
			spf->all = t;
		if (t->kind == AS_SPF_REDIRECT)
			spf->redirect = t;
	}
	if (spf->all != NULL)
		spf->redirect = NULL;
	return AS_OK;
}

enum as_err
as_spf_parse(struct as_arena *a, struct as_str txt, struct as_spf **out,
    struct as_why *why)
{
	return as_spf_read(a, txt, NULL, out, why);
}

static enum as_err
refuse_version(struct as_str txt, struct as_why *why)
{
	if (as_str_has_prefix_case(txt, "v=spf1"))
		return as_why_set(why, AS_EVERSION, VERSION_OCTETS,
		    "RFC 7208 4.5: not an SPF record: only a space may follow "
		    "\"v=spf1\"");
	return as_why_set(why, AS_EVERSION, 0,
	    "RFC 7208 4.5: not an SPF record: it does not start with "
	    "\"v=spf1\"");
}

enum as_err
as_spf_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_spf **out, struct as_why *why)
{
	struct as_why own = {0};
	struct as_spf *spf;
	enum as_err err;

	if (why == NULL)
		why = &own;
	if (!as_spf_is_record(txt))
		return refuse_version(txt, why);
	spf = AS_NEW(a, struct as_spf);
	if (spf == NULL)
		return as_why_no_memory(why);
	spf->text = as_str_dup(a, txt);
	spf->n_terms = terms_count(txt);
	if (spf->n_terms > AS_MAX_SPF_TERMS)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "SPF record of %zu terms; at most %d are read",
		    spf->n_terms, AS_MAX_SPF_TERMS);
	spf->terms =
	    as_arena_array(a, spf->n_terms, sizeof(struct as_spf_term));
	if (as_str_is_null(spf->text) || spf->terms == NULL)
		return as_why_no_memory(why);
	err = terms_read(spf, rd, why);
	if (err == AS_OK || rd != NULL)
		*out = spf;
	return as_reading_end(rd, err, why);
}

/* SPF-5 */
bool
as_spf_is_lookup(const struct as_spf_term *t)
{
	switch (t->kind) {
	case AS_SPF_INCLUDE:
	case AS_SPF_A:
	case AS_SPF_MX:
	case AS_SPF_PTR:
	case AS_SPF_EXISTS:
	case AS_SPF_REDIRECT: return true;
	case AS_SPF_ALL:
	case AS_SPF_IP4:
	case AS_SPF_IP6:
	case AS_SPF_EXP:
	case AS_SPF_UNKNOWN_MODIFIER: break;
	}
	return false;
}

uint32_t
as_spf_term_lookups(const struct as_spf_term *t)
{
	if (!as_spf_is_lookup(t))
		return 0;
	return as_spf_macro_has(t->spec, 'p') ? 2 : 1;
}

static bool
is_mechanism(const struct as_spf_term *t)
{
	return t->kind != AS_SPF_REDIRECT && t->kind != AS_SPF_EXP &&
	    t->kind != AS_SPF_UNKNOWN_MODIFIER;
}

bool
as_spf_is_deny_all(const struct as_spf *spf)
{
	for (size_t i = 0; i < spf->n_terms; i++)
		if (is_mechanism(&spf->terms[i]))
			return spf->terms[i].kind == AS_SPF_ALL &&
			    spf->terms[i].qualifier == '-';
	return false;
}
