#include "model/estate.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "model/estate_plan.h"

#include "base/banned.h"

AS_DEFINE_ENUM(estate_text, AS_ESTATE_TEXT_MAP)
AS_DEFINE_ENUM(estate_source, AS_ESTATE_SOURCE_MAP)
AS_DEFINE_ENUM(hint_kind, AS_HINT_KIND_MAP)
AS_DEFINE_ENUM(hint_state, AS_HINT_STATE_MAP)
AS_DEFINE_ENUM(plan_kind, AS_PLAN_MAP)

#define REPLACEMENT 0xfffdU

static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f);
}

static bool
is_blank(uint32_t cp)
{
	return (cp >= 0x09 && cp <= 0x0d) || cp == 0x20 || cp == 0x85 ||
	    cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
	    cp == 0x2029 || cp == 0x3000;
}

/* A text being cleaned. */
struct cleaning {
	struct as_buf out;
	bool blank; /* one waits */
	bool fresh; /* a cell could start here, as render/csv has it */
};

static void
point_add(struct cleaning *c, uint32_t cp)
{
	char octets[4];

	if (c->blank && c->out.n > 0)
		as_buf_puts(&c->out, " ");
	c->blank = false;
	as_buf_add(&c->out, octets, as_utf8_put(octets, cp));
	c->fresh = cp == ';' || (c->fresh && cp == '"');
}

/* An apostrophe that a spreadsheet's text needs, and ours does not. */
static bool
is_guard(const struct cleaning *c, struct as_str s, size_t at)
{
	uint32_t next;

	return c->fresh && s.p[at] == '\'' &&
	    as_utf8_next(s, at + 1, &next) != 0 && as_utf8_starts_formula(next);
}

static void
clean(struct cleaning *c, struct as_str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t cp = REPLACEMENT;
		size_t n = as_utf8_next(s, at, &cp);

		if (n == 0) {
			cp = REPLACEMENT;
			n = 1;
		}
		if (is_blank(cp))
			c->blank = true;
		else if (is_control(cp))
			point_add(c, REPLACEMENT);
		else if (!is_guard(c, s, at) && !as_utf8_is_unsafe(cp))
			point_add(c, cp);
		at += n;
	}
}

struct as_str
as_estate_clean(struct as_arena *a, struct as_str s)
{
	struct cleaning c = {.fresh = true};
	struct as_str out = AS_STR_NULL;

	as_buf_init(&c.out, s.n * 3 + 8);
	clean(&c, s);
	if (as_buf_ok(&c.out))
		out = as_str_dup(a, as_buf_str(&c.out));
	as_buf_fini(&c.out);
	return out;
}

/* --- tags --- */

static int
tag_cmp(const void *a, const void *b)
{
	return as_str_cmp(*(const struct as_str *)a, *(const struct as_str *)b);
}

static size_t
tag_end(struct as_str s, size_t at)
{
	while (at < s.n && strchr(",;|", s.p[at]) == NULL)
		at++;
	return at;
}

static enum as_err
tag_take(struct as_str tag, struct as_str *list, size_t *n, struct as_why *why)
{
	if (tag.n == 0)
		return AS_OK;
	if (tag.n > AS_MAX_ESTATE_TAG)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "a tag of more than %d octets", AS_MAX_ESTATE_TAG);
	if (*n == AS_MAX_ESTATE_TAGS)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "more than %d tags", AS_MAX_ESTATE_TAGS);
	list[(*n)++] = tag;
	return AS_OK;
}

/* Sorted, each once; the list is taken. */
static void
tags_set(struct as_estate_entry *e, struct as_str *list, size_t n)
{
	size_t kept = 0;

	if (n > 0)
		qsort(list, n, sizeof(*list), tag_cmp);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !as_str_eq(list[kept - 1], list[i]))
			list[kept++] = list[i];
	e->tags = list;
	e->n_tags = kept;
	e->has_tags = true;
}

enum as_err
as_estate_tags(struct as_arena *a, struct as_str s, struct as_estate_entry *e,
    struct as_why *why)
{
	struct as_str *list =
	    as_arena_array(a, AS_MAX_ESTATE_TAGS, sizeof(*list));
	size_t n = 0, end;

	if (list == NULL)
		return as_why_no_memory(why);
	for (size_t at = 0; at < s.n; at = end + 1) {
		end = tag_end(s, at);
		AS_TRY(tag_take(
		    as_str_trim(as_str_slice(s, at, end)), list, &n, why));
	}
	tags_set(e, list, n);
	return AS_OK;
}

bool
as_estate_has_tag(const struct as_estate_entry *e, struct as_str tag)
{
	for (size_t i = 0; i < e->n_tags; i++)
		if (as_str_eq(e->tags[i], tag))
			return true;
	return false;
}

static bool
tags_differ(const struct as_estate_entry *a, const struct as_estate_entry *b)
{
	if (a->n_tags != b->n_tags)
		return true;
	for (size_t i = 0; i < a->n_tags; i++)
		if (!as_str_eq(a->tags[i], b->tags[i]))
			return true;
	return false;
}

/* --- two sayings --- */

static enum as_err
tags_join(struct as_arena *a, const struct as_estate_entry *now,
    const struct as_estate_entry *said, struct as_estate_entry *out,
    struct as_why *why)
{
	size_t n = 0;
	struct as_str *list =
	    as_arena_array(a, now->n_tags + said->n_tags + 1, sizeof(*list));

	if (list == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < now->n_tags; i++)
		list[n++] = now->tags[i];
	for (size_t i = 0; i < said->n_tags; i++)
		list[n++] = said->tags[i];
	tags_set(out, list, n);
	if (out->n_tags > AS_MAX_ESTATE_TAGS)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "more than %d tags", AS_MAX_ESTATE_TAGS);
	return AS_OK;
}

static bool
is_said(struct as_str text, enum as_estate_how how)
{
	return how == AS_ESTATE_SET ? !as_str_is_null(text) : text.n > 0;
}

enum as_err
as_estate_merge(struct as_arena *a, const struct as_estate_entry *now,
    const struct as_estate_entry *said, enum as_estate_how how,
    struct as_estate_entry *out, unsigned *changed, struct as_why *why)
{
	static const struct as_estate_entry none = {0};
	const struct as_estate_entry *old = now != NULL ? now : &none;

	*out = *said;
	*changed = 0;
	for (int i = 0; i < AS_ESTATE_TEXTS; i++) {
		if (!is_said(said->text[i], how))
			out->text[i] = old->text[i];
		if (as_str_is_null(out->text[i]))
			out->text[i] = AS_STR("");
		if (!as_str_eq(out->text[i], old->text[i]) &&
		    out->text[i].n + old->text[i].n > 0)
			*changed |= 1u << i;
	}
	if (how == AS_ESTATE_FILL || !said->has_tags)
		AS_TRY(tags_join(a, old, said, out, why));
	if (tags_differ(out, old))
		*changed |= AS_ESTATE_TAGS_BIT;
	if (now != NULL) {
		out->source = now->source;
		out->added = now->added;
	}
	return AS_OK;
}

enum as_err
as_estate_copy(struct as_arena *a, const struct as_estate_entry *e,
    struct as_estate_entry *out)
{
	struct as_str *tags = as_arena_array(a, e->n_tags + 1, sizeof(*tags));
	bool ok = tags != NULL;

	*out = *e;
	out->tags = tags;
	out->name = as_str_dup(a, e->name);
	ok = ok && !as_str_is_null(out->name);
	for (int i = 0; ok && i < AS_ESTATE_TEXTS; i++) {
		if (as_str_is_null(e->text[i]))
			continue;
		out->text[i] = as_str_dup(a, e->text[i]);
		ok = !as_str_is_null(out->text[i]);
	}
	for (size_t i = 0; ok && i < e->n_tags; i++) {
		tags[i] = as_str_dup(a, e->tags[i]);
		ok = !as_str_is_null(tags[i]);
	}
	return ok ? AS_OK : AS_ENOMEM;
}
