/*
 * store/estate - the domains of an organisation, and names that may belong to it.
 *
 * A domain that is removed is kept as removed, with what is known of it; it is not
 * read any more.
 */
#ifndef AS_STORE_ESTATE_H
#define AS_STORE_ESTATE_H

#include "model/estate.h"
#include "store/store.h"

/* What is read goes here; all of it dies with the call.  An error ends the
 * reading. */
typedef enum as_err as_estate_take(void *ctx, const struct as_estate_entry *e);
typedef enum as_err as_hint_take(void *ctx, const struct as_estate_hint *h);
typedef enum as_err as_heard_take(void *ctx, const struct as_estate_heard *h);

/* Every domain, in the order of names. */
AS_MUST_USE enum as_err as_estate_each(
    struct as_store *s, as_estate_take *take, void *ctx, struct as_why *why);

/* A writer, with a transaction that is open; what it does lasts with
 * as_store_commit, which ends its work. */
struct as_estate_writer;
AS_MUST_USE enum as_err as_estate_writer_new(
    struct as_store *s, struct as_estate_writer **out, struct as_why *why);
void as_estate_writer_free(struct as_estate_writer *w); /* accepts NULL */

/* A domain and all that is said of it (as_estate_merge), new or not; of a new one,
 * added is `now` (UTC seconds) and its source counts. */
AS_MUST_USE enum as_err as_estate_put(struct as_estate_writer *w,
    const struct as_estate_entry *e, int64_t now, struct as_why *why);

/* It belongs to the estate no more.  AS_EABSENT: it did not. */
AS_MUST_USE enum as_err as_estate_drop(struct as_estate_writer *w,
    struct as_str name, int64_t now, struct as_why *why);

/* --- names that may belong to it --- */

/* Every one, in the order of names. */
AS_MUST_USE enum as_err as_hint_each(
    struct as_store *s, as_hint_take *take, void *ctx, struct as_why *why);

/* A name was met (again): kind, evidence and times; its state, once it is there,
 * stays. */
AS_MUST_USE enum as_err as_hint_put(struct as_estate_writer *w,
    const struct as_estate_hint *h, struct as_why *why);

/* AS_EABSENT: there is no such one. */
AS_MUST_USE enum as_err as_hint_decide(struct as_estate_writer *w,
    struct as_str name, enum as_hint_state state, struct as_why *why);

/* The names that aggregate reports are about, and those that mail was sent as. */
AS_MUST_USE enum as_err as_heard_each(
    struct as_store *s, as_heard_take *take, void *ctx, struct as_why *why);

#endif
