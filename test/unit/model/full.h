/*
 * test/unit/model/full - a struct with each of its members set, by its shape.
 *
 * New members are filled without a change here.
 */
#ifndef AS_TEST_MODEL_FULL_H
#define AS_TEST_MODEL_FULL_H

#include <string.h>

#include "model/codec.h"

/* What the network may send: every octet there is. */
static inline struct as_str
full_octets(struct as_arena *a, unsigned seed)
{
	char *p = as_arena_alloc(a, 257);

	for (unsigned i = 0; i < 256; i++)
		p[i] = (char)(i + seed);
	p[256] = '\\';
	return (struct as_str){p, 257};
}

static inline void full_fill(
    struct as_arena *a, const struct as_shape *shape, void *v, unsigned *seed);

static inline void *
full_list(
    struct as_arena *a, const struct as_shape *shape, size_t n, unsigned *seed)
{
	char *list = as_arena_array(a, n, shape->size);

	for (size_t i = 0; i < n; i++)
		full_fill(a, shape, list + i * shape->size, seed);
	return list;
}

static inline struct as_str *
full_strs(struct as_arena *a, size_t n, unsigned *seed)
{
	struct as_str *list = as_arena_array(a, n, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = i == 1 ? AS_STR("") : full_octets(a, (*seed)++);
	return list;
}

static inline void
full_field(
    struct as_arena *a, const struct as_field *f, char *v, unsigned *seed)
{
	void *m = v + f->at;
	unsigned s = ++*seed;

	switch (f->kind) {
	case AS_KIND_BOOL: *(bool *)m = true; break;
	case AS_KIND_U32: *(uint32_t *)m = UINT32_MAX - s; break;
	case AS_KIND_TIME: *(int64_t *)m = 1767225599999 - s; break;
	case AS_KIND_TEXT:
		*(struct as_str *)m =
		    as_str_printf(a, "tekst \xc3\xa9 \"%u\"\n\\", s);
		break;
	case AS_KIND_OCTETS:
	case AS_KIND_HEX: *(struct as_str *)m = full_octets(a, s); break;
	case AS_KIND_ENUM:
		*(unsigned *)m = 1 + s % (unsigned)(f->names->n - 1);
		break;
	case AS_KIND_RRTYPE: *(uint32_t *)m = 1 + s % 65535; break;
	case AS_KIND_STRS:
		*(struct as_str **)m = full_strs(a, 3, seed);
		*(size_t *)(void *)(v + f->n_at) = 3;
		break;
	case AS_KIND_ONE: *(void **)m = full_list(a, f->shape, 1, seed); break;
	case AS_KIND_LIST:
		*(void **)m = full_list(a, f->shape, 2, seed);
		*(size_t *)(void *)(v + f->n_at) = 2;
		break;
	}
}

static inline void
full_fill(
    struct as_arena *a, const struct as_shape *shape, void *v, unsigned *seed)
{
	const struct as_field *fields = shape->fields();

	for (size_t i = 0; i < shape->n; i++)
		full_field(a, &fields[i], v, seed);
}

static inline bool full_same(
    const struct as_shape *shape, const void *x, const void *y);

static inline bool
full_same_list(
    const struct as_shape *shape, const char *x, const char *y, size_t n)
{
	if (n > 0 && (x == NULL || y == NULL))
		return x == y;
	for (size_t i = 0; i < n; i++)
		if (!full_same(shape, x + i * shape->size, y + i * shape->size))
			return false;
	return true;
}

static inline bool
full_same_field(const struct as_field *f, const char *x, const char *y)
{
	const void *mx = x + f->at, *my = y + f->at;
	size_t n = 1;

	if (f->kind == AS_KIND_STRS || f->kind == AS_KIND_LIST) {
		n = *(const size_t *)(const void *)(x + f->n_at);
		if (n != *(const size_t *)(const void *)(y + f->n_at))
			return false;
	}
	switch (f->kind) {
	case AS_KIND_BOOL: return *(const bool *)mx == *(const bool *)my;
	case AS_KIND_TIME: return *(const int64_t *)mx == *(const int64_t *)my;
	case AS_KIND_U32:
	case AS_KIND_RRTYPE:
	case AS_KIND_ENUM:
		return *(const uint32_t *)mx == *(const uint32_t *)my;
	case AS_KIND_TEXT:
	case AS_KIND_OCTETS:
	case AS_KIND_HEX:
		return as_str_eq(
		    *(const struct as_str *)mx, *(const struct as_str *)my);
	case AS_KIND_STRS:
		for (size_t i = 0; i < n; i++)
			if (!as_str_eq((*(struct as_str *const *)mx)[i],
				(*(struct as_str *const *)my)[i]))
				return false;
		return true;
	case AS_KIND_ONE:
	case AS_KIND_LIST:
		return full_same_list(f->shape, *(const char *const *)mx,
		    *(const char *const *)my, n);
	}
	return false;
}

static inline bool
full_same(const struct as_shape *shape, const void *x, const void *y)
{
	const struct as_field *fields = shape->fields();

	for (size_t i = 0; i < shape->n; i++)
		if (!full_same_field(&fields[i], x, y))
			return false;
	return true;
}

#endif
