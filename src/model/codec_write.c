/* model/codec, the way out: a struct becomes a JSON object. */
#include "model/codec.h"

#include <assert.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/limits.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* The worst escape, "\DDD", takes four octets. */
#define SCRATCH_OCTETS (4 * AS_MAX_FACTS_OCTETS)

static_assert(sizeof(enum as_kind) == sizeof(unsigned),
    "enums are read and written through unsigned");

static json_t *shape_write(
    struct as_arena *scratch, const struct as_shape *shape, const char *v);

static json_t *
octets_write(struct as_arena *scratch, struct as_str s)
{
	json_t *v;

	as_arena_reset(scratch);
	s = as_str_escape(scratch, s);
	if (as_str_is_null(s))
		return NULL;
	v = json_stringn_nocheck(s.p, s.n);
	return v;
}

static json_t *
hex_write(struct as_arena *scratch, struct as_str s)
{
	static const char digits[] = "0123456789abcdef";
	char *p;

	as_arena_reset(scratch);
	p = as_arena_array(scratch, s.n, 2);
	if (p == NULL)
		return NULL;
	for (size_t i = 0; i < s.n; i++) {
		p[2 * i] = digits[(unsigned char)s.p[i] >> 4];
		p[2 * i + 1] = digits[(unsigned char)s.p[i] & 15];
	}
	return json_stringn_nocheck(p, 2 * s.n);
}

static json_t *
enum_write(const struct as_names *names, unsigned v)
{
	assert(v < names->n);
	return json_string_nocheck(names->texts[v]);
}

static json_t *
rrtype_write(uint32_t type)
{
	char buf[sizeof("TYPE65535")];
	const char *text;

	assert(type <= UINT16_MAX);
	text = as_rrtype_text((uint16_t)type);
	if (text == NULL) {
		(void)snprintf(buf, sizeof(buf), "TYPE%u", (uint16_t)type);
		text = buf;
	}
	return json_string_nocheck(text);
}

static json_t *
time_write(int64_t ms)
{
	char buf[AS_TIME_TEXT];

	return json_string_nocheck(as_time_text(ms, buf));
}

static json_t *
strs_write(struct as_arena *scratch, const struct as_str *list, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n && out != NULL; i++) {
		if (json_array_append_new(
			out, octets_write(scratch, list[i])) != 0) {
			json_decref(out);
			out = NULL;
		}
	}
	return out;
}

static json_t *
list_write(struct as_arena *scratch, const struct as_shape *shape,
    const char *list, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n && out != NULL; i++) {
		if (json_array_append_new(out,
			shape_write(scratch, shape, list + i * shape->size)) !=
		    0) {
			json_decref(out);
			out = NULL;
		}
	}
	return out;
}

static size_t
field_count(const struct as_field *f, const char *v)
{
	return *(const size_t *)(const void *)(v + f->n_at);
}

static bool
time_is_written(int64_t ms)
{
	char buf[AS_TIME_TEXT];

	return ms != 0 && as_time_text(ms, buf)[0] != '-';
}

/* Is the member false, 0, absent or empty? */
static bool
field_is_empty(const struct as_field *f, const char *v)
{
	const void *m = v + f->at;

	switch (f->kind) {
	case AS_KIND_BOOL: return !*(const bool *)m;
	case AS_KIND_U32:
	case AS_KIND_RRTYPE: return *(const uint32_t *)m == 0;
	case AS_KIND_ENUM: return false; /* a reader looks for "ok" */
	case AS_KIND_TIME: return !time_is_written(*(const int64_t *)m);
	case AS_KIND_TEXT:
	case AS_KIND_OCTETS:
	case AS_KIND_HEX: return ((const struct as_str *)m)->n == 0;
	case AS_KIND_ONE: return *(const void *const *)m == NULL;
	case AS_KIND_STRS:
	case AS_KIND_LIST: return field_count(f, v) == 0;
	}
	assert(false);
	return true;
}

static json_t *
field_write(struct as_arena *scratch, const struct as_field *f, const char *v)
{
	const void *m = v + f->at;

	switch (f->kind) {
	case AS_KIND_BOOL: return json_true();
	case AS_KIND_U32: return json_integer(*(const uint32_t *)m);
	case AS_KIND_RRTYPE: return rrtype_write(*(const uint32_t *)m);
	case AS_KIND_ENUM: return enum_write(f->names, *(const unsigned *)m);
	case AS_KIND_TIME: return time_write(*(const int64_t *)m);
	case AS_KIND_TEXT: return as_json_str(*(const struct as_str *)m);
	case AS_KIND_OCTETS:
		return octets_write(scratch, *(const struct as_str *)m);
	case AS_KIND_HEX: return hex_write(scratch, *(const struct as_str *)m);
	case AS_KIND_STRS:
		return strs_write(scratch, *(const struct as_str *const *)m,
		    field_count(f, v));
	case AS_KIND_ONE:
		return shape_write(scratch, f->shape, *(const char *const *)m);
	case AS_KIND_LIST:
		return list_write(scratch, f->shape, *(const char *const *)m,
		    field_count(f, v));
	}
	assert(false);
	return NULL;
}

static json_t *
shape_write(
    struct as_arena *scratch, const struct as_shape *shape, const char *v)
{
	const struct as_field *fields = shape->fields();
	json_t *out = json_object();

	for (size_t i = 0; i < shape->n && out != NULL; i++) {
		if (field_is_empty(&fields[i], v))
			continue;
		if (json_object_set_new_nocheck(out, fields[i].name,
			field_write(scratch, &fields[i], v)) != 0) {
			json_decref(out);
			out = NULL;
		}
	}
	return out;
}

json_t *
as_codec_write(const struct as_shape *shape, const void *v)
{
	struct as_arena *scratch = as_arena_new(SCRATCH_OCTETS);
	json_t *out = NULL;

	if (scratch != NULL)
		out = shape_write(scratch, shape, v);
	as_arena_free(scratch);
	return out;
}
