#include "std/mta_sts.h"

#include "base/limits.h"
#include "std/tag_list.h"

#include "base/banned.h"

#define MAX_AGE_MOST 31557600 /* RFC 8461 3.2: about one year */

/* --- the TXT record --- */

bool
as_mta_sts_is_record(struct as_str txt)
{
	return as_str_has_prefix(txt, "v=STSv1;") || as_str_is(txt, "v=STSv1");
}

static bool
is_id(struct as_str s)
{
	if (s.n == 0 || s.n > 32)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!as_is_alpha(s.p[i]) && !as_is_digit(s.p[i]))
			return false;
	return true;
}

/* STS-2 */
static enum as_err
field_read(const struct as_tag *t, struct as_mta_sts *m, struct as_why *why)
{
	const char *fault = as_tag_field_fault(t);

	bool first = as_str_is(t->name, "id") && as_str_is_null(m->id);

	if (first)
		m->id = t->has_value ? t->value : AS_STR("");
	if (fault != NULL)
		return as_why_set(
		    why, AS_ESYNTAX, t->at, "RFC 8461 3.1: %s", fault);
	if (!first || is_id(t->value))
		return AS_OK; /* of duplicates the first counts */
	return as_why_set(why, AS_ESYNTAX, t->value_at,
	    "RFC 8461 3.1: id takes 1 to 32 letters and digits");
}

static enum as_err
id_check(const struct as_mta_sts *m, size_t end, struct as_why *why)
{
	if (!as_str_is_null(m->id))
		return AS_OK;
	return as_why_set(why, AS_ESYNTAX, end,
	    "RFC 8461 3.1: no id field (its name is lower case)");
}

enum as_err
as_mta_sts_parse(struct as_arena *a, struct as_str txt, struct as_mta_sts **out,
    struct as_why *why)
{
	return as_mta_sts_read(a, txt, NULL, out, why);
}

static enum as_err
fields_read(struct as_mta_sts *m, struct as_str txt, struct as_reading *rd,
    struct as_why *why)
{
	struct as_split list = as_split_start(txt, ';', AS_WSP);
	struct as_tag t;

	(void)as_tag_next(&list, &t); /* the version */
	as_reading_tag(rd, &t);
	while (as_tag_next(&list, &t)) {
		as_reading_tag(rd, &t);
		AS_TRY(as_reading_keep(rd, field_read(&t, m, why), why));
	}
	return as_reading_keep(rd, id_check(m, txt.n, why), why);
}

enum as_err
as_mta_sts_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_mta_sts **out, struct as_why *why)
{
	struct as_why own = {0};
	struct as_mta_sts *m;
	enum as_err err;

	if (why == NULL)
		why = &own;
	if (!as_mta_sts_is_record(txt))
		return as_why_set(why, AS_EVERSION, 0,
		    "RFC 8461 3.1: does not start with \"v=STSv1;\"");
	m = AS_NEW(a, struct as_mta_sts);
	if (m == NULL)
		return as_why_no_memory(why);
	err = fields_read(m, txt, rd, why);
	if (err == AS_OK || rd != NULL)
		*out = m;
	return as_reading_end(rd, err, why);
}

/* --- the policy file --- */

static const char *const mode_texts[] = {
    [AS_MTA_STS_NONE] = "none",
    [AS_MTA_STS_TESTING] = "testing",
    [AS_MTA_STS_ENFORCE] = "enforce",
};

const char *
as_mta_sts_mode_text(enum as_mta_sts_mode mode)
{
	return mode_texts[mode];
}

/* One "name: value" line, and what was read so far. */
struct reader {
	struct as_mta_sts_policy *policy;
	bool has_version, has_mode, has_max_age, has_mx;
	size_t line;         /* from 1 */
	struct as_str value; /* without white space around it */
	size_t at;           /* of the value */
	struct as_reading *rd;
	struct as_why *why;
};

static enum as_err
version_read(struct reader *r)
{
	if (r->has_version)
		return AS_OK;
	r->has_version = true;
	if (as_str_is(r->value, "STSv1"))
		return AS_OK;
	return as_why_set(r->why, AS_EVERSION, r->at,
	    "RFC 8461 3.2: line %zu: the version is not \"STSv1\"", r->line);
}

static enum as_err
mode_read(struct reader *r)
{
	if (r->has_mode)
		return AS_OK;
	r->has_mode = true;
	for (size_t i = 0; i < sizeof(mode_texts) / sizeof(*mode_texts); i++)
		if (as_str_is(r->value, mode_texts[i])) {
			r->policy->mode = (enum as_mta_sts_mode)i;
			return AS_OK;
		}
	return as_why_set(r->why, AS_ESYNTAX, r->at,
	    "RFC 8461 3.2: line %zu: the mode is not enforce, testing or none "
	    "(lower case)",
	    r->line);
}

/* STS-4, STS-8 */
static enum as_err
max_age_read(struct reader *r)
{
	uint64_t age;

	if (r->has_max_age)
		return AS_OK;
	r->has_max_age = true;
	switch (as_str_u64(r->value, MAX_AGE_MOST, &age)) {
	case AS_OK: r->policy->max_age = (uint32_t)age; return AS_OK;
	case AS_ERANGE:
		return as_why_set(r->why, AS_ERANGE, r->at,
		    "RFC 8461 3.2: line %zu: max_age is over %d seconds",
		    r->line, MAX_AGE_MOST);
	default:
		return as_why_set(r->why, AS_ESYNTAX, r->at,
		    "RFC 8461 3.2: line %zu: max_age takes digits only",
		    r->line);
	}
}

/* A label of RFC 5321 4.1.2 Domain: letters, digits, inner hyphens. */
static bool
is_label(struct as_str s)
{
	if (s.n == 0 || s.n > AS_MAX_LABEL_OCTETS || s.p[0] == '-' ||
	    s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!as_is_alpha(s.p[i]) && !as_is_digit(s.p[i]) &&
		    s.p[i] != '-')
			return false;
	return true;
}

/* STS-5 */
static bool
is_mx_pattern(struct as_str s)
{
	struct as_split labels;
	struct as_str label;
	size_t at;

	if (as_str_has_prefix(s, "*."))
		s = as_str_slice(s, 2, s.n);
	if (s.n > AS_MAX_NAME_OCTETS)
		return false;
	labels = as_split_start(s, '.', "");
	while (as_split_next(&labels, &label, &at))
		if (!is_label(label))
			return false;
	return true;
}

static enum as_err
mx_read(struct reader *r)
{
	struct as_mta_sts_policy *p = r->policy;

	r->has_mx = true;
	if (!is_mx_pattern(r->value))
		return as_why_set(r->why, AS_ESYNTAX, r->at,
		    "RFC 8461 3.2: line %zu: mx is not a host name, nor \"*.\" "
		    "and a name",
		    r->line);
	if (p->n_mx == AS_MAX_POLICY_MX)
		return as_why_set(r->why, AS_ELIMIT, r->at,
		    "line %zu: more than %d mx lines", r->line,
		    AS_MAX_POLICY_MX);
	p->mx[p->n_mx++] = r->value;
	return AS_OK;
}

static const struct field {
	const char *name;
	enum as_err (*read)(struct reader *r);
} fields[] = {
    {"version", version_read},
    {"mode", mode_read},
    {"max_age", max_age_read},
    {"mx", mx_read},
};

/* Unknown names are extensions: any visible text, UTF-8 too. */
static enum as_err
extension_read(struct reader *r, struct as_str name)
{
	struct as_tag t = {
	    .name = name, .value = AS_STR("x"), .has_value = true};

	if (as_tag_field_fault(&t) != NULL)
		return as_why_set(r->why, AS_ESYNTAX, r->at,
		    "RFC 8461 3.2: line %zu: the field name is malformed",
		    r->line);
	return AS_OK;
}

/* Octets that no line holds: controls but tab; a CR that ends no line. */
static enum as_err
octets_check(struct reader *r, struct as_str line, size_t at)
{
	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return as_why_set(r->why, AS_ESYNTAX, at + i,
			    "RFC 8461 3.2: line %zu: octet %u is not text",
			    r->line, c);
	}
	return AS_OK;
}

static void
line_keep(const struct reader *r, struct as_str name, size_t at, bool has_value)
{
	struct as_tag t = {.name = name,
	    .value = r->value,
	    .at = at,
	    .value_at = r->at,
	    .has_value = has_value};

	as_reading_tag(r->rd, &t);
}

/* STS-4 */
static enum as_err
line_read(struct reader *r, struct as_str line, size_t at)
{
	size_t colon = as_str_find(line, ':', 0);
	struct as_str name = as_str_slice(line, 0, colon);
	struct as_str rest = as_str_slice(line, colon + 1, line.n);

	r->at = at;
	if (as_str_trim(line).n == 0)
		return AS_OK;
	r->value = as_str_trim(rest);
	if (colon < line.n)
		r->at += (size_t)(r->value.p - line.p);
	line_keep(r, name, at, colon < line.n);
	AS_TRY(octets_check(r, line, at));
	if (colon == line.n)
		return as_why_set(r->why, AS_ESYNTAX, at,
		    "RFC 8461 3.2: line %zu: no \":\" in it", r->line);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (as_str_is(name, fields[i].name))
			return fields[i].read(r);
	r->at = at;
	return extension_read(r, name);
}

static enum as_err
lines_read(struct reader *r, struct as_str body)
{
	struct as_split lines = as_split_start(body, '\n', "");
	struct as_str line;
	size_t at;

	while (as_split_next(&lines, &line, &at)) {
		r->line++;
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		AS_TRY(as_reading_keep(r->rd, line_read(r, line, at), r->why));
	}
	return AS_OK;
}

static enum as_err
missing(struct reader *r, size_t end, const char *name)
{
	return as_reading_keep(r->rd,
	    as_why_set(r->why, AS_ESYNTAX, end,
		"RFC 8461 3.2: no %s field (names are lower case)", name),
	    r->why);
}

static enum as_err
whole_check(struct reader *r, size_t end)
{
	if (!r->has_version)
		AS_TRY(missing(r, end, "version"));
	if (!r->has_mode)
		AS_TRY(missing(r, end, "mode"));
	if (!r->has_max_age)
		AS_TRY(missing(r, end, "max_age"));
	if (!r->has_mx && r->has_mode && r->policy->mode != AS_MTA_STS_NONE)
		AS_TRY(missing(r, end, "mx"));
	return AS_OK;
}

enum as_err
as_mta_sts_policy_parse(struct as_arena *a, struct as_str body,
    struct as_mta_sts_policy **out, struct as_why *why)
{
	return as_mta_sts_policy_read(a, body, NULL, out, why);
}

enum as_err
as_mta_sts_policy_read(struct as_arena *a, struct as_str body,
    struct as_reading *rd, struct as_mta_sts_policy **out, struct as_why *why)
{
	struct as_why own = {0};
	struct reader r = {.rd = rd, .why = why != NULL ? why : &own};
	enum as_err err;

	if (body.n > AS_MAX_POLICY_OCTETS)
		return as_why_set(why, AS_ELIMIT, AS_MAX_POLICY_OCTETS,
		    "RFC 8461 3.2: the policy is over %d octets",
		    AS_MAX_POLICY_OCTETS);
	r.policy = AS_NEW(a, struct as_mta_sts_policy);
	if (r.policy != NULL)
		r.policy->mx =
		    as_arena_raw(a, AS_MAX_POLICY_MX * sizeof(*r.policy->mx));
	if (r.policy == NULL || r.policy->mx == NULL)
		return as_why_no_memory(why);
	err = lines_read(&r, body);
	if (err == AS_OK)
		err = whole_check(&r, body.n);
	if (err == AS_OK || rd != NULL)
		*out = r.policy;
	return as_reading_end(rd, err, why);
}

/* STS-5, STS-6 */
bool
as_mta_sts_mx_match(struct as_str pattern, struct as_str host)
{
	size_t dot;

	if (!as_str_has_prefix(pattern, "*."))
		return as_str_eq_case(pattern, host);
	dot = as_str_find(host, '.', 0);
	return dot > 0 && dot < host.n &&
	    as_str_eq_case(as_str_slice(pattern, 2, pattern.n),
		as_str_slice(host, dot + 1, host.n));
}
