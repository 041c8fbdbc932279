#include "base/json.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/utf8.h"

#include "base/banned.h"

#define READ_FLAGS (JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL)

/* The library's reader does not notice that its token buffer could not grow:
 * it leaves the octet out and goes on.  A record with an octet less is worse
 * than a process that ends. */
static json_t *
load_or_end(struct as_str text, size_t flags, json_error_t *e)
{
	json_malloc_t old_malloc;
	json_free_t old_free;
	json_t *doc;

	json_get_alloc_funcs(&old_malloc, &old_free);
	json_set_alloc_funcs(as_alloc_or_end, old_free);
	doc = json_loadb(text.p != NULL ? text.p : "", text.n, flags, e);
	json_set_alloc_funcs(old_malloc, old_free);
	return doc;
}

/* What an octet outside of a string does. */
static void
scan_octet(struct as_json_scan *s, char octet)
{
	switch (octet) {
	case '"': s->in_string = true; break;
	case ',': s->values++; break;
	case '[':
	case '{':
		s->containers++;
		s->values++;
		if (++s->depth > s->deepest)
			s->deepest = s->depth;
		break;
	case ']':
	case '}':
		s->depth -= s->depth > 0;
		s->ended = s->depth == 0;
		break;
	default: break;
	}
}

/* To the end of the string, or of the text. */
static size_t
scan_string(struct as_json_scan *s, struct as_str text, size_t at)
{
	for (; at < text.n && s->in_string; at++) {
		char octet = text.p[at];
		s->in_string = s->escaped || octet != '"';
		s->escaped = !s->escaped && octet == '\\';
	}
	return at;
}

size_t
as_json_scan(struct as_json_scan *s, struct as_str text, size_t at)
{
	while (at < text.n && !s->ended) {
		if (s->in_string)
			at = scan_string(s, text, at);
		else
			scan_octet(s, text.p[at++]);
	}
	return at;
}

/* A tree takes far more memory than its text: refuse what would be vast. */
static enum as_err
load_check(struct as_str text, size_t at, struct as_why *why)
{
	struct as_json_scan s = {0};
	const char *fault = NULL;

	at = as_json_scan(&s, text, at);
	if (s.deepest > AS_MAX_JSON_DEPTH)
		fault = "nested too deep";
	else if (s.containers > AS_MAX_JSON_CONTAINERS)
		fault = "too many objects and lists";
	else if (s.values > AS_MAX_JSON_VALUES)
		fault = "too many values";
	if (fault == NULL)
		return AS_OK;
	return as_why_set(why, AS_ELIMIT, at, "JSON: %s", fault);
}

/* One document at the start of text[at..]. */
static enum as_err
load(struct as_str text, size_t at, size_t flags, json_t **out, size_t *read,
    struct as_why *why)
{
	json_error_t e;
	json_t *doc;

	AS_TRY(load_check(text, at, why));
	doc = load_or_end(as_str_slice(text, at, text.n), flags, &e);
	if (doc == NULL)
		return as_why_set(why, AS_ESYNTAX,
		    e.position < 0 ? AS_WHY_NOWHERE : at + (size_t)e.position,
		    "JSON, line %d column %d: %s", e.line, e.column, e.text);
	*out = doc;
	*read = e.position < 0 ? text.n - at : (size_t)e.position;
	return AS_OK;
}

enum as_err
as_json_parse(struct as_str text, size_t cap, json_t **out, struct as_why *why)
{
	size_t read;

	if (text.n > cap)
		return as_why_set(why, AS_ELIMIT, cap,
		    "the document is over %zu octets", cap);
	return load(text, 0, READ_FLAGS, out, &read, why);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

enum as_err
as_json_parse_next(
    struct as_str text, size_t *at, json_t **out, struct as_why *why)
{
	size_t read;

	while (*at < text.n && is_space(text.p[*at]))
		(*at)++;
	if (*at >= text.n)
		return AS_EABSENT;
	AS_TRY(load(
	    text, *at, READ_FLAGS | JSON_DISABLE_EOF_CHECK, out, &read, why));
	*at += read;
	return AS_OK;
}

static json_t *
str_repaired(struct as_str s)
{
	struct as_buf b;
	json_t *v;

	as_buf_init(&b, s.n * 3 + 1);
	for (size_t at = 0; at < s.n;) {
		uint32_t cp;
		size_t n = as_utf8_next(s, at, &cp);
		if (n == 0 || cp == 0)
			as_buf_puts(&b, "\xef\xbf\xbd");
		else
			as_buf_add(&b, s.p + at, n);
		at += n == 0 ? 1 : n;
	}
	v = as_buf_ok(&b) ? json_stringn(as_buf_str(&b).p, b.n) : NULL;
	as_buf_fini(&b);
	return v;
}

json_t *
as_json_str(struct as_str s)
{
	if (as_utf8_is_valid(s) && as_str_find(s, 0, 0) == s.n)
		return json_stringn_nocheck(s.p != NULL ? s.p : "", s.n);
	return str_repaired(s);
}

static enum as_err
string_nul_mend(json_t *v, bool *found)
{
	struct as_str s = as_json_get_str(v);
	json_t *mended;
	bool ok;

	if (as_str_find(s, 0, 0) == s.n)
		return AS_OK;
	*found = true;
	mended = str_repaired(s);
	ok = mended != NULL &&
	    json_string_setn_nocheck(
		v, json_string_value(mended), json_string_length(mended)) == 0;
	json_decref(mended);
	return ok ? AS_OK : AS_ENOMEM;
}

/* A document is no deeper than AS_MAX_JSON_DEPTH; names hold no NUL. */
static enum as_err
nul_mend(json_t *v, bool *found)
{
	const char *name;
	json_t *one;
	size_t i;

	if (json_is_string(v))
		return string_nul_mend(v, found);
	json_array_foreach(v, i, one) AS_TRY(nul_mend(one, found));
	json_object_foreach(v, name, one) AS_TRY(nul_mend(one, found));
	return AS_OK;
}

enum as_err
as_json_nul_mend(json_t *doc, bool *found)
{
	*found = false;
	return nul_mend(doc, found);
}

json_t *
as_json_str_or_null(struct as_str s)
{
	return s.n == 0 ? json_null() : as_json_str(s);
}

bool
as_json_put(json_t *obj, const char *key, json_t *value)
{
	return json_object_set_new(obj, key, value) == 0;
}

bool
as_json_put_any(json_t *obj, const char *key, struct as_str s)
{
	return s.n == 0 || as_json_put(obj, key, as_json_str(s));
}

bool
as_json_add(json_t *list, json_t *item)
{
	return json_array_append_new(list, item) == 0;
}

json_t *
as_json_done(json_t *v, bool ok)
{
	if (ok)
		return v;
	json_decref(v);
	return NULL;
}

struct as_str
as_json_get_str(const json_t *v)
{
	if (!json_is_string(v))
		return AS_STR_NULL;
	return (struct as_str){json_string_value(v), json_string_length(v)};
}
