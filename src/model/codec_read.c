/* model/codec, the way in: a JSON object becomes a struct. */
#include "model/codec.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_pull.h"
#include "base/limits.h"
#include "std/dns_wire.h"

#include "base/banned.h"

#define NO_INDEX SIZE_MAX

/* Where in the document the reader stands; a chain on the C stack. */
struct place {
	const struct place *up;
	const char *name;
	size_t index; /* in a list, else NO_INDEX */
};

struct reader {
	struct as_arena *a;
	struct as_json_pull pull;
	struct as_why *why;
};

static enum as_err shape_read(struct reader *r, const struct place *at,
    const struct as_shape *shape, char *v);

/* "answers[3].ttl" */
static void
place_text(struct as_buf *b, const struct place *at)
{
	if (at->up != NULL)
		place_text(b, at->up);
	if (at->up != NULL && at->up->up != NULL)
		as_buf_puts(b, ".");
	as_buf_puts(b, at->name);
	if (at->index != NO_INDEX)
		as_buf_printf(b, "[%zu]", at->index);
}

static enum as_err
fault(
    struct reader *r, const struct place *at, enum as_err err, const char *what)
{
	struct as_buf b;
	struct as_str text;

	as_buf_init(&b, sizeof(r->why->text));
	place_text(&b, at);
	text = b.n > 0 ? as_buf_str(&b) : AS_STR("the document");
	(void)as_why_set(r->why, err, AS_WHY_NOWHERE, AS_STR_FMT ": %s",
	    AS_STR_ARG(text), what);
	as_buf_fini(&b);
	return err;
}

static enum as_err
no_memory(struct reader *r, const struct place *at)
{
	return fault(r, at, AS_ENOMEM, "out of memory");
}

/* The JSON itself is at fault. */
static enum as_err
broken(struct reader *r)
{
	return as_json_pull_why(&r->pull, r->why);
}

/* No value that can be read stands there, or one of another kind. */
static enum as_err
odd(struct reader *r, const struct place *at, const char *what)
{
	if (!as_json_pull_skip(&r->pull))
		return broken(r);
	return fault(r, at, AS_ESYNTAX, what);
}

static enum as_err
bool_read(struct reader *r, const struct place *at, bool *out)
{
	enum as_json_kind kind = as_json_pull_kind(&r->pull);

	if (kind != AS_JSON_TRUE && kind != AS_JSON_FALSE)
		return odd(r, at, "not true or false");
	*out = kind == AS_JSON_TRUE;
	return as_json_pull_skip(&r->pull) ? AS_OK : broken(r);
}

static enum as_err
u32_read(struct reader *r, const struct place *at, uint32_t *out)
{
	bool integer;
	int64_t v;

	if (as_json_pull_kind(&r->pull) != AS_JSON_NUMBER)
		return odd(r, at, "not a number");
	if (!as_json_pull_number(&r->pull, &integer, &v))
		return broken(r);
	if (!integer)
		return fault(r, at, AS_ESYNTAX, "not a number");
	if (v < 0 || v > UINT32_MAX)
		return fault(r, at, AS_ESYNTAX, "not within 0 to 4294967295");
	*out = (uint32_t)v;
	return AS_OK;
}

static enum as_err
str_read(struct reader *r, const struct place *at, struct as_str *out)
{
	if (as_json_pull_kind(&r->pull) != AS_JSON_STRING)
		return odd(r, at, "not a string");
	return as_json_pull_string(&r->pull, out) ? AS_OK : broken(r);
}

static enum as_err
text_read(struct reader *r, const struct place *at, struct as_str *out)
{
	struct as_str s;

	AS_TRY(str_read(r, at, &s));
	*out = as_str_dup(r->a, s);
	return as_str_is_null(*out) ? no_memory(r, at) : AS_OK;
}

static enum as_err
octets_read(struct reader *r, const struct place *at, struct as_str *out)
{
	struct as_str s;
	struct as_why why;
	enum as_err err;

	AS_TRY(str_read(r, at, &s));
	if (as_json_pull_is_part(&r->pull, s)) { /* so without a backslash */
		*out = as_str_dup(r->a, s);
		return as_str_is_null(*out) ? no_memory(r, at) : AS_OK;
	}
	err = as_str_unescape(r->a, s, out, &why);
	return err == AS_OK ? AS_OK : fault(r, at, err, why.text);
}

static enum as_err
hex_read(struct reader *r, const struct place *at, struct as_str *out)
{
	struct as_str s;
	char *p;
	int bad = 0;

	AS_TRY(str_read(r, at, &s));
	if (s.n % 2 != 0)
		return fault(r, at, AS_ESYNTAX, "an odd number of hex digits");
	p = as_arena_alloc(r->a, s.n / 2 + 1);
	if (p == NULL)
		return no_memory(r, at);
	for (size_t i = 0; i < s.n; i += 2) {
		int high = as_hex_digit(s.p[i]), low = as_hex_digit(s.p[i + 1]);

		bad |= high | low; /* below 0 when one of them is */
		p[i / 2] = (char)((high & 15) << 4 | (low & 15));
	}
	if (bad < 0)
		return fault(r, at, AS_ESYNTAX, "not hexadecimal");
	*out = (struct as_str){p, s.n / 2};
	return AS_OK;
}

static enum as_err
time_read(struct reader *r, const struct place *at, int64_t *out)
{
	struct as_str s;

	AS_TRY(str_read(r, at, &s));
	if (as_time_parse(s, out) != AS_OK)
		return fault(r, at, AS_ESYNTAX, "not a time of RFC 3339");
	if (!as_time_is_shown(*out))
		return fault(
		    r, at, AS_ESYNTAX, "not within the years 1 to 9999");
	return AS_OK;
}

static enum as_err
enum_read(struct reader *r, const struct place *at,
    const struct as_names *names, unsigned *out)
{
	struct as_str s;
	int code;

	AS_TRY(str_read(r, at, &s));
	code = as_names_find(names, s);
	if (code < 0)
		return fault(
		    r, at, AS_ESYNTAX, "not one of the values known here");
	*out = (unsigned)code;
	return AS_OK;
}

/* A mnemonic, or TYPE123 for any type (RFC 3597 5). */
static enum as_err
rrtype_read(struct reader *r, const struct place *at, uint32_t *out)
{
	struct as_str s;
	uint16_t type;
	uint64_t v;

	AS_TRY(str_read(r, at, &s));
	if (as_rrtype_parse(s, &type) == AS_OK)
		v = type;
	else if (!as_str_has_prefix_case(s, "TYPE") ||
	    as_str_u64(as_str_slice(s, 4, s.n), UINT16_MAX, &v) != AS_OK)
		return fault(r, at, AS_ESYNTAX, "not a record type");
	*out = (uint32_t)v;
	return AS_OK;
}

/* --- lists --- */

/* A list that grows: nobody says how long it will be. */
struct list {
	char *items;
	size_t n, room, size;
};

static enum as_err
list_grow(struct reader *r, const struct place *at, struct list *l)
{
	char *more;

	if (l->n == AS_MAX_LIST_ITEMS)
		return fault(r, at, AS_ELIMIT, "the list is too long");
	if (l->n < l->room)
		return AS_OK;
	l->room = l->room == 0 ? 4 : l->room * 2;
	more = as_arena_raw(r->a, l->room * l->size);
	if (more == NULL)
		return no_memory(r, at);
	if (l->n > 0)
		memcpy(more, l->items, l->n * l->size);
	l->items = more;
	return AS_OK;
}

/* Items of a shape, or texts (shape NULL); *out stays NULL for an empty list. */
static enum as_err
list_read(struct reader *r, const struct place *at,
    const struct as_shape *shape, void **out, size_t *n)
{
	struct list l = {
	    .size = shape != NULL ? shape->size : sizeof(struct as_str)};
	struct place item = *at;

	if (as_json_pull_kind(&r->pull) != AS_JSON_LIST)
		return odd(r, at, "not a list");
	as_json_pull_enter(&r->pull);
	for (; as_json_pull_item(&r->pull); l.n++) {
		void *v;
		AS_TRY(list_grow(r, at, &l));
		item.index = l.n;
		v = l.items + l.n * l.size;
		memset(v, 0, l.size);
		if (shape == NULL)
			AS_TRY(octets_read(r, &item, v));
		else
			AS_TRY(shape_read(r, &item, shape, v));
	}
	if (r->pull.err != AS_OK)
		return broken(r);
	*out = l.items;
	*n = l.n;
	return AS_OK;
}

/* --- structs --- */

static enum as_err
one_read(struct reader *r, const struct place *at, const struct as_shape *shape,
    void **out)
{
	*out = as_arena_alloc(r->a, shape->size);
	if (*out == NULL)
		return no_memory(r, at);
	return shape_read(r, at, shape, *out);
}

static enum as_err
field_read(
    struct reader *r, const struct place *at, const struct as_field *f, char *v)
{
	void *m = v + f->at, *n = v + f->n_at;

	switch (f->kind) {
	case AS_KIND_BOOL: return bool_read(r, at, m);
	case AS_KIND_U32: return u32_read(r, at, m);
	case AS_KIND_TIME: return time_read(r, at, m);
	case AS_KIND_TEXT: return text_read(r, at, m);
	case AS_KIND_OCTETS: return octets_read(r, at, m);
	case AS_KIND_HEX: return hex_read(r, at, m);
	case AS_KIND_ENUM: return enum_read(r, at, f->names, m);
	case AS_KIND_RRTYPE: return rrtype_read(r, at, m);
	case AS_KIND_STRS: return list_read(r, at, NULL, m, n);
	case AS_KIND_ONE: return one_read(r, at, f->shape, m);
	case AS_KIND_LIST: return list_read(r, at, f->shape, m, n);
	}
	return AS_EUNSUPPORTED;
}

static bool
is_named(const struct as_field *f, struct as_str name)
{
	return as_str_eq((struct as_str){f->name, f->name_n}, name);
}

/* The member of that name, or shape->n.  They come in the order of the list, so
 * that it is looked for behind the last one first. */
static size_t
field_find(const struct as_shape *shape, size_t from, struct as_str name)
{
	const struct as_field *fields = shape->fields();

	for (size_t i = from; i < shape->n; i++)
		if (is_named(&fields[i], name))
			return i;
	for (size_t i = 0; i < from; i++)
		if (is_named(&fields[i], name))
			return i;
	return shape->n;
}

static enum as_err
shape_read(struct reader *r, const struct place *at,
    const struct as_shape *shape, char *v)
{
	const struct as_field *fields = shape->fields();
	struct as_str name;
	uint64_t seen = 0;
	size_t from = 0;

	assert(shape->n <= 64);
	if (as_json_pull_kind(&r->pull) != AS_JSON_OBJECT)
		return odd(r, at, "not an object");
	as_json_pull_enter(&r->pull);
	while (as_json_pull_member(&r->pull, &name)) {
		size_t i = field_find(shape, from, name);
		struct place here = {at, NULL, NO_INDEX};

		if (i == shape->n) {
			if (!as_json_pull_skip(&r->pull))
				return broken(r);
			continue;
		}
		here.name = fields[i].name;
		if ((seen >> i & 1) != 0)
			return fault(r, &here, AS_ESYNTAX, "it stands twice");
		seen |= UINT64_C(1) << i;
		AS_TRY(field_read(r, &here, &fields[i], v));
		from = i + 1;
	}
	return r->pull.err == AS_OK ? AS_OK : broken(r);
}

enum as_err
as_codec_read(struct as_arena *a, const struct as_shape *shape,
    struct as_str text, size_t *at, void **out, struct as_why *why)
{
	struct reader r = {.a = a, .why = why};
	struct place top = {NULL, "", NO_INDEX};
	void *v;

	as_json_pull_init(&r.pull, a, text);
	r.pull.at = *at;
	AS_TRY(one_read(&r, &top, shape, &v));
	*at = r.pull.at;
	*out = v;
	return AS_OK;
}

enum as_err
as_codec_parse(struct as_arena *a, const struct as_shape *shape,
    struct as_str text, size_t cap, void **out, struct as_why *why)
{
	struct as_json_pull rest;
	size_t at = 0;
	void *v;

	if (text.n > cap)
		return as_why_set(why, AS_ELIMIT, cap,
		    "the document is over %zu octets", cap);
	AS_TRY(as_codec_read(a, shape, text, &at, &v, why));
	as_json_pull_init(&rest, a, text);
	rest.at = at;
	if (!as_json_pull_end(&rest))
		return as_json_pull_why(&rest, why);
	*out = v;
	return AS_OK;
}
