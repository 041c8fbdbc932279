/*
 * app/estate_book - the whole estate in memory: sorted by name, to look up, to
 * compare with a list, and to print.
 */
#ifndef AS_APP_ESTATE_BOOK_H
#define AS_APP_ESTATE_BOOK_H

#include "model/estate.h"
#include "store/estate.h"

struct as_estate_book {
	struct as_arena *arena; /* the caller's */
	struct as_estate_entry *list;
	size_t n, room;
};

void as_estate_book_init(struct as_estate_book *b, struct as_arena *a);
void as_estate_book_fini(struct as_estate_book *b);

/* All of the store.  AS_ENOMEM; what the store says. */
AS_MUST_USE enum as_err as_estate_book_read(
    struct as_estate_book *b, struct as_store *s, struct as_why *why);

/* One more, copied; as_estate_book_sort before anything is looked up. */
AS_MUST_USE enum as_err as_estate_book_add(
    struct as_estate_book *b, const struct as_estate_entry *e);
void as_estate_book_sort(struct as_estate_book *b);

/* NULL: it is not there. */
const struct as_estate_entry *as_estate_book_find(
    const struct as_estate_book *b, struct as_str name);

/* Keep those with each of the tags, and of the organisation and group (each may
 * be absent: any).  Texts are compared without case. */
struct as_estate_filter {
	const char *const *tags;
	size_t n_tags;
	const char *organisation, *group;
};
void as_estate_book_keep(
    struct as_estate_book *b, const struct as_estate_filter *f);

#endif
