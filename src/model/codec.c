#include "model/codec.h"

#include <string.h>

#include "base/banned.h"

void
as_codec_print(struct as_buf *b, const struct as_shape *shape, const void *v,
    enum as_json_style style)
{
	json_t *doc = as_codec_write(shape, v);

	if (doc == NULL) {
		b->full = true;
		return;
	}
	as_json_write(b, doc, style);
	json_decref(doc);
}

static bool fields_copy(
    struct as_arena *a, const struct as_shape *shape, char *v);

static bool
str_copy(struct as_arena *a, struct as_str *s)
{
	if (as_str_is_null(*s))
		return true;
	*s = as_str_dup(a, *s);
	return !as_str_is_null(*s);
}

static bool
strs_copy(struct as_arena *a, struct as_str **list, size_t n)
{
	struct as_str *copy;

	if (n == 0) {
		*list = NULL;
		return true;
	}
	copy = as_arena_array(a, n, sizeof(*copy));
	if (copy == NULL)
		return false;
	memcpy(copy, *list, n * sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		if (!str_copy(a, &copy[i]))
			return false;
	*list = copy;
	return true;
}

/* ONE and LIST: n structs behind a pointer. */
static bool
structs_copy(
    struct as_arena *a, const struct as_shape *shape, void **list, size_t n)
{
	char *copy;

	if (*list == NULL || n == 0) {
		*list = NULL;
		return true;
	}
	copy = as_arena_array(a, n, shape->size);
	if (copy == NULL)
		return false;
	memcpy(copy, *list, n * shape->size);
	for (size_t i = 0; i < n; i++)
		if (!fields_copy(a, shape, copy + i * shape->size))
			return false;
	*list = copy;
	return true;
}

static bool
field_copy(struct as_arena *a, const struct as_field *f, char *v)
{
	void *m = v + f->at;
	const void *n = v + f->n_at;

	switch (f->kind) {
	case AS_KIND_TEXT:
	case AS_KIND_OCTETS:
	case AS_KIND_HEX: return str_copy(a, m);
	case AS_KIND_STRS: return strs_copy(a, m, *(const size_t *)n);
	case AS_KIND_ONE: return structs_copy(a, f->shape, m, 1);
	case AS_KIND_LIST:
		return structs_copy(a, f->shape, m, *(const size_t *)n);
	default: return true;
	}
}

/* v is a flat copy: replace what its pointers lead to by copies. */
static bool
fields_copy(struct as_arena *a, const struct as_shape *shape, char *v)
{
	const struct as_field *fields = shape->fields();

	for (size_t i = 0; i < shape->n; i++)
		if (!field_copy(a, &fields[i], v))
			return false;
	return true;
}

void *
as_codec_copy(struct as_arena *a, const struct as_shape *shape, const void *v)
{
	char *copy = as_arena_alloc(a, shape->size);

	if (copy == NULL)
		return NULL;
	memcpy(copy, v, shape->size);
	return fields_copy(a, shape, copy) ? copy : NULL;
}

int
as_names_find(const struct as_names *names, struct as_str text)
{
	for (size_t i = 0; i < names->n; i++)
		if (as_str_is(text, names->texts[i]))
			return (int)i;
	return -1;
}
