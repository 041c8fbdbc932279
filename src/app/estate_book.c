#include "app/estate_book.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void
as_estate_book_init(struct as_estate_book *b, struct as_arena *a)
{
	*b = (struct as_estate_book){.arena = a};
}

void
as_estate_book_fini(struct as_estate_book *b)
{
	free(b->list);
	*b = (struct as_estate_book){0};
}

static bool
room_make(struct as_estate_book *b)
{
	size_t room = b->room == 0 ? 64 : b->room * 2;
	struct as_estate_entry *list;

	if (b->n < b->room)
		return true;
	list = realloc(b->list, room * sizeof(*list));
	if (list == NULL)
		return false;
	b->list = list;
	b->room = room;
	return true;
}

enum as_err
as_estate_book_add(struct as_estate_book *b, const struct as_estate_entry *e)
{
	if (!room_make(b))
		return AS_ENOMEM;
	AS_TRY(as_estate_copy(b->arena, e, &b->list[b->n]));
	b->n++;
	return AS_OK;
}

static enum as_err
take(void *ctx, const struct as_estate_entry *e)
{
	return as_estate_book_add(ctx, e);
}

enum as_err
as_estate_book_read(
    struct as_estate_book *b, struct as_store *s, struct as_why *why)
{
	enum as_err err = as_estate_each(s, take, b, why);

	as_estate_book_sort(b);
	return err == AS_ENOMEM ? as_why_no_memory(why) : err;
}

static int
entry_cmp(const void *pa, const void *pb)
{
	const struct as_estate_entry *a = pa, *b = pb;

	return as_str_cmp(a->name, b->name);
}

void
as_estate_book_sort(struct as_estate_book *b)
{
	if (b->n > 0)
		qsort(b->list, b->n, sizeof(*b->list), entry_cmp);
}

const struct as_estate_entry *
as_estate_book_find(const struct as_estate_book *b, struct as_str name)
{
	struct as_estate_entry key = {.name = name};

	return b->n == 0
	    ? NULL
	    : bsearch(&key, b->list, b->n, sizeof(*b->list), entry_cmp);
}

static bool
is_text(const struct as_estate_entry *e, enum as_estate_text what,
    const char *wanted)
{
	return wanted == NULL || as_str_is_case(e->text[what], wanted);
}

static bool
is_kept(const struct as_estate_entry *e, const struct as_estate_filter *f)
{
	for (size_t i = 0; i < f->n_tags; i++)
		if (!as_estate_has_tag(e, as_str_from(f->tags[i])))
			return false;
	return is_text(e, AS_ESTATE_ORGANISATION, f->organisation) &&
	    is_text(e, AS_ESTATE_GROUP, f->group);
}

void
as_estate_book_keep(struct as_estate_book *b, const struct as_estate_filter *f)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (is_kept(&b->list[i], f))
			b->list[n++] = b->list[i];
	b->n = n;
}
