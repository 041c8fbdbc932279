/* model/codec, the way in: a JSON object becomes a struct. */
#include "model/codec.h"

#include "base/clock.h"
#include "base/limits.h"
#include "std/dns_wire.h"

#include "base/banned.h"

#define NO_INDEX SIZE_MAX

/* Where in the document the reader stands; a chain on the C stack. */
struct place {
	const struct place *up;
	const char *name;
	size_t index; /* in a list, else NO_INDEX */
	unsigned depth;
};

struct reader {
	struct as_arena *a;
	struct as_why *why;
};

static enum as_err shape_read(struct reader *r, const struct place *at,
    const struct as_shape *shape, const json_t *doc, char *v);

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

static enum as_err
bool_read(
    struct reader *r, const struct place *at, const json_t *doc, bool *out)
{
	if (!json_is_boolean(doc))
		return fault(r, at, AS_ESYNTAX, "not true or false");
	*out = json_is_true(doc);
	return AS_OK;
}

static enum as_err
u32_read(
    struct reader *r, const struct place *at, const json_t *doc, uint32_t *out)
{
	if (!json_is_integer(doc))
		return fault(r, at, AS_ESYNTAX, "not a number");
	if (json_integer_value(doc) < 0 || json_integer_value(doc) > UINT32_MAX)
		return fault(r, at, AS_ESYNTAX, "not within 0 to 4294967295");
	*out = (uint32_t)json_integer_value(doc);
	return AS_OK;
}

static enum as_err
str_read(struct reader *r, const struct place *at, const json_t *doc,
    struct as_str *out)
{
	if (!json_is_string(doc))
		return fault(r, at, AS_ESYNTAX, "not a string");
	*out = as_json_get_str(doc);
	return AS_OK;
}

static enum as_err
text_read(struct reader *r, const struct place *at, const json_t *doc,
    struct as_str *out)
{
	struct as_str s;

	AS_TRY(str_read(r, at, doc, &s));
	*out = as_str_dup(r->a, s);
	return as_str_is_null(*out) ? no_memory(r, at) : AS_OK;
}

static enum as_err
octets_read(struct reader *r, const struct place *at, const json_t *doc,
    struct as_str *out)
{
	struct as_str s;
	struct as_why why;
	enum as_err err;

	AS_TRY(str_read(r, at, doc, &s));
	err = as_str_unescape(r->a, s, out, &why);
	return err == AS_OK ? AS_OK : fault(r, at, err, why.text);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static enum as_err
hex_read(struct reader *r, const struct place *at, const json_t *doc,
    struct as_str *out)
{
	struct as_str s;
	char *p;

	AS_TRY(str_read(r, at, doc, &s));
	if (s.n % 2 != 0)
		return fault(r, at, AS_ESYNTAX, "an odd number of hex digits");
	p = as_arena_alloc(r->a, s.n / 2 + 1);
	if (p == NULL)
		return no_memory(r, at);
	for (size_t i = 0; i < s.n; i += 2) {
		int high = hex_digit(s.p[i]), low = hex_digit(s.p[i + 1]);
		if (high < 0 || low < 0)
			return fault(r, at, AS_ESYNTAX, "not hexadecimal");
		p[i / 2] = (char)(high << 4 | low);
	}
	*out = (struct as_str){p, s.n / 2};
	return AS_OK;
}

static enum as_err
time_read(
    struct reader *r, const struct place *at, const json_t *doc, int64_t *out)
{
	char buf[AS_TIME_TEXT];
	struct as_str s;

	AS_TRY(str_read(r, at, doc, &s));
	if (as_time_parse(s, out) != AS_OK)
		return fault(r, at, AS_ESYNTAX, "not a time of RFC 3339");
	if (as_time_text(*out, buf)[0] == '-')
		return fault(
		    r, at, AS_ESYNTAX, "not within the years 1 to 9999");
	return AS_OK;
}

static enum as_err
enum_read(struct reader *r, const struct place *at,
    const struct as_names *names, const json_t *doc, unsigned *out)
{
	struct as_str s;
	int code;

	AS_TRY(str_read(r, at, doc, &s));
	code = as_names_find(names, s);
	if (code < 0)
		return fault(
		    r, at, AS_ESYNTAX, "not one of the values known here");
	*out = (unsigned)code;
	return AS_OK;
}

/* A mnemonic, or TYPE123 for any type (RFC 3597 5). */
static enum as_err
rrtype_read(
    struct reader *r, const struct place *at, const json_t *doc, uint32_t *out)
{
	struct as_str s;
	uint16_t type;
	uint64_t v;

	AS_TRY(str_read(r, at, doc, &s));
	if (as_rrtype_parse(s, &type) == AS_OK)
		v = type;
	else if (!as_str_has_prefix_case(s, "TYPE") ||
	    as_str_u64(as_str_slice(s, 4, s.n), UINT16_MAX, &v) != AS_OK)
		return fault(r, at, AS_ESYNTAX, "not a record type");
	*out = (uint32_t)v;
	return AS_OK;
}

/* Room for the items of a list; *out stays NULL for an empty one. */
static enum as_err
list_alloc(struct reader *r, const struct place *at, const json_t *doc,
    size_t size, void **out)
{
	size_t n = json_array_size(doc);

	if (!json_is_array(doc))
		return fault(r, at, AS_ESYNTAX, "not a list");
	if (n > AS_MAX_LIST_ITEMS)
		return fault(r, at, AS_ELIMIT, "the list is too long");
	if (n == 0)
		return AS_OK;
	*out = as_arena_array(r->a, n, size);
	return *out == NULL ? no_memory(r, at) : AS_OK;
}

static enum as_err
strs_read(struct reader *r, const struct place *at, const json_t *doc,
    void **out, size_t *n)
{
	struct place item = *at;
	struct as_str *list;

	AS_TRY(list_alloc(r, at, doc, sizeof(*list), out));
	list = *out;
	for (size_t i = 0; i < json_array_size(doc); i++) {
		item.index = i;
		AS_TRY(octets_read(r, &item, json_array_get(doc, i), &list[i]));
	}
	*n = json_array_size(doc);
	return AS_OK;
}

static enum as_err
list_read(struct reader *r, const struct place *at,
    const struct as_shape *shape, const json_t *doc, void **out, size_t *n)
{
	struct place item = *at;
	char *list;

	AS_TRY(list_alloc(r, at, doc, shape->size, out));
	list = *out;
	for (size_t i = 0; i < json_array_size(doc); i++) {
		item.index = i;
		AS_TRY(shape_read(r, &item, shape, json_array_get(doc, i),
		    list + i * shape->size));
	}
	*n = json_array_size(doc);
	return AS_OK;
}

static enum as_err
one_read(struct reader *r, const struct place *at, const struct as_shape *shape,
    const json_t *doc, void **out)
{
	*out = as_arena_alloc(r->a, shape->size);
	if (*out == NULL)
		return no_memory(r, at);
	return shape_read(r, at, shape, doc, *out);
}

static enum as_err
field_read(struct reader *r, const struct place *at, const struct as_field *f,
    const json_t *doc, char *v)
{
	void *m = v + f->at, *n = v + f->n_at;

	switch (f->kind) {
	case AS_KIND_BOOL: return bool_read(r, at, doc, m);
	case AS_KIND_U32: return u32_read(r, at, doc, m);
	case AS_KIND_TIME: return time_read(r, at, doc, m);
	case AS_KIND_TEXT: return text_read(r, at, doc, m);
	case AS_KIND_OCTETS: return octets_read(r, at, doc, m);
	case AS_KIND_HEX: return hex_read(r, at, doc, m);
	case AS_KIND_ENUM: return enum_read(r, at, f->names, doc, m);
	case AS_KIND_RRTYPE: return rrtype_read(r, at, doc, m);
	case AS_KIND_STRS: return strs_read(r, at, doc, m, n);
	case AS_KIND_ONE: return one_read(r, at, f->shape, doc, m);
	case AS_KIND_LIST: return list_read(r, at, f->shape, doc, m, n);
	}
	return AS_EUNSUPPORTED;
}

static enum as_err
shape_read(struct reader *r, const struct place *at,
    const struct as_shape *shape, const json_t *doc, char *v)
{
	const struct as_field *fields = shape->fields();

	if (!json_is_object(doc))
		return fault(r, at, AS_ESYNTAX, "not an object");
	if (at->depth >= AS_MAX_JSON_DEPTH)
		return fault(r, at, AS_ELIMIT, "nested too deep");
	for (size_t i = 0; i < shape->n; i++) {
		struct place here = {
		    at, fields[i].name, NO_INDEX, at->depth + 1};
		const json_t *m = json_object_get(doc, fields[i].name);
		if (m != NULL)
			AS_TRY(field_read(r, &here, &fields[i], m, v));
	}
	return AS_OK;
}

enum as_err
as_codec_read(struct as_arena *a, const struct as_shape *shape,
    const json_t *doc, void **out, struct as_why *why)
{
	struct reader r = {a, why};
	struct place top = {NULL, "", NO_INDEX, 0};
	void *v;

	AS_TRY(one_read(&r, &top, shape, doc, &v));
	*out = v;
	return AS_OK;
}
