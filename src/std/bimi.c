#include "std/bimi.h"

#include "base/limits.h"
#include "std/report_uri.h"

#include "base/banned.h"

#define PREFIX_OCTETS 63 /* most of one local-part prefix */

struct reader {
	struct as_arena *a;
	struct as_bimi *b;
	struct as_tag tag; /* being read */
	struct as_tag_seen seen;
	bool has_l, l_empty, a_given;
	struct as_reading *rd;
	struct as_why *why;
};

/* An https: URI, or nothing. */
static enum as_err
location_read(struct reader *r, struct as_str *out)
{
	const struct as_tag *t = &r->tag;
	struct as_report_uri uri;
	size_t at;
	const char *fault;

	if (t->value.n == 0)
		return AS_OK;
	fault = as_report_uri_read(t->value, &uri, &at);
	if (fault == NULL && uri.scheme != AS_URI_HTTPS) {
		at = 0;
		fault = "only https: is allowed";
	}
	if (fault != NULL)
		return as_why_set(r->why, AS_ESYNTAX, t->value_at + at,
		    AS_BIMI_DRAFT ": %.1s: %s", t->name.p, fault);
	*out = t->value;
	return AS_OK;
}

/* The path of a URI: up to "?" or "#". */
static struct as_str
without_query(struct as_str uri)
{
	size_t end = as_str_find(uri, '?', 0), mark = as_str_find(uri, '#', 0);

	return as_str_slice(uri, 0, end < mark ? end : mark);
}

static enum as_err
l_read(struct reader *r)
{
	struct as_str path;

	r->has_l = true;
	r->l_empty = r->tag.value.n == 0;
	AS_TRY(location_read(r, &r->b->l));
	path = without_query(r->b->l);
	if (path.n == 0 || as_str_has_suffix_case(path, AS_STR(".svg")) ||
	    as_str_has_suffix_case(path, AS_STR(".svgz")))
		return AS_OK;
	return as_reading_note(r->rd, r->tag.value_at,
	    AS_BIMI_DRAFT ": l: the logo is an SVG file, .svg or .svgz");
}

static enum as_err
a_read(struct reader *r)
{
	r->a_given = r->tag.value.n > 0;
	return location_read(r, &r->b->a);
}

static enum as_err
avp_read(struct reader *r)
{
	if (as_str_is_case(r->tag.value, "brand") ||
	    as_str_is_case(r->tag.value, "personal")) {
		r->b->avp = r->tag.value;
		return AS_OK;
	}
	return as_reading_note(r->rd, r->tag.value_at,
	    AS_BIMI_DRAFT ": avp: the value is not brand or personal; "
			  "ignored");
}

static bool
is_prefix(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!as_is_alpha(s.p[i]) && !as_is_digit(s.p[i]) &&
		    s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= PREFIX_OCTETS;
}

static enum as_err
lps_read(struct reader *r)
{
	struct as_split list = as_split_start(r->tag.value, ',', AS_WSP);
	struct as_bimi *b = r->b;
	struct as_str item;
	size_t at;

	b->lps = as_arena_array(r->a, AS_MAX_RECORD_TAGS, sizeof(*b->lps));
	if (b->lps == NULL)
		return as_why_no_memory(r->why);
	while (as_split_next(&list, &item, &at)) {
		at += r->tag.value_at;
		if (!is_prefix(item)) {
			AS_TRY(as_reading_note(r->rd, at,
			    AS_BIMI_DRAFT ": lps: a prefix takes 1 to 63 "
					  "letters, digits and hyphens; "
					  "ignored"));
			continue;
		}
		if (b->n_lps == AS_MAX_RECORD_TAGS)
			return as_why_set(r->why, AS_ELIMIT, at,
			    AS_BIMI_DRAFT ": lps: more than %d prefixes",
			    AS_MAX_RECORD_TAGS);
		b->lps[b->n_lps++] = item;
	}
	return AS_OK;
}

static const struct tag_row {
	const char *name;
	enum as_err (*read)(struct reader *r);
} tag_rows[] = {
    {"l", l_read},
    {"a", a_read},
    {"avp", avp_read},
    {"lps", lps_read},
};

static enum as_err
tag_read(struct reader *r)
{
	const struct as_tag *t = &r->tag;

	if (!t->has_value || t->name.n == 0)
		return as_why_set(r->why, AS_ESYNTAX, t->at,
		    AS_BIMI_DRAFT ": %s",
		    t->has_value        ? "no tag name before \"=\""
			: t->name.n > 0 ? "a tag without \"=\""
					: "nothing between two \";\"");
	AS_TRY(as_tag_seen_add(&r->seen, t, false, r->why));
	for (size_t i = 0; i < sizeof(tag_rows) / sizeof(*tag_rows); i++)
		if (as_str_is(t->name, tag_rows[i].name))
			return tag_rows[i].read(r);
	return AS_OK; /* unknown tags are ignored */
}

static enum as_err
tags_read(struct reader *r, struct as_str txt)
{
	struct as_split list = as_split_start(txt, ';', AS_WSP);
	struct as_tag *t = &r->tag;

	(void)as_tag_next(&list, t); /* the version */
	as_reading_tag(r->rd, t);
	AS_TRY(as_tag_seen_add(&r->seen, t, false, r->why));
	while (as_tag_next(&list, t)) {
		as_reading_tag(r->rd, t);
		AS_TRY(as_reading_keep(r->rd, tag_read(r), r->why));
	}
	if (r->has_l)
		return AS_OK;
	return as_reading_keep(r->rd,
	    as_why_set(r->why, AS_ESYNTAX, txt.n,
		AS_BIMI_DRAFT ": no l tag (its name is lower case)"),
	    r->why);
}

bool
as_bimi_is_record(struct as_str txt)
{
	struct as_split list = as_split_start(txt, ';', AS_WSP);
	struct as_tag t;

	return as_tag_next(&list, &t) && t.at == 0 && t.has_value &&
	    as_str_is(t.name, "v") && as_str_is(t.value, "BIMI1");
}

/* BIMI-1 */
enum as_err
as_bimi_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_bimi **out, struct as_why *why)
{
	struct as_why own = {0};
	struct reader r = {.a = a, .rd = rd, .why = why != NULL ? why : &own};
	enum as_err err;

	if (!as_bimi_is_record(txt))
		return as_why_set(why, AS_EVERSION, 0,
		    AS_BIMI_DRAFT ": does not start with \"v=BIMI1;\"");
	r.b = AS_NEW(a, struct as_bimi);
	if (r.b == NULL)
		return as_why_no_memory(why);
	r.b->l = r.b->a = r.b->avp = AS_STR("");
	err = tags_read(&r, txt);
	r.b->declined = err == AS_OK && r.l_empty && !r.a_given;
	if (err == AS_OK || rd != NULL)
		*out = r.b;
	return as_reading_end(rd, err, why);
}

enum as_err
as_bimi_parse(struct as_arena *a, struct as_str txt, struct as_bimi **out,
    struct as_why *why)
{
	return as_bimi_read(a, txt, NULL, out, why);
}
