/*
 * store/watched - what is kept of a domain from look to look, and its events.
 *
 * Documents are JSON of the model, kept in store/docs.  Times are UTC seconds
 * unless they end in _ms.  All that writes is to be committed by the caller.
 */
#ifndef AS_STORE_WATCHED_H
#define AS_STORE_WATCHED_H

#include "model/event.h"
#include "store/docs.h"

/* Texts and octets of the row; empty: none. */
struct as_watched {
	struct as_str domain;
	int64_t looked;         /* when the last look was made */
	struct as_str known;    /* assay.facts: what was told of */
	struct as_str verdicts; /* of it, as struct as_verdicts */
	int64_t judged_ms;
	struct as_str pending; /* assay.facts: waits for another look */
	unsigned looks;        /* that it has had */
};

struct as_watched_table;

AS_MUST_USE enum as_err as_watched_open(struct as_store *s,
    struct as_docs *docs, struct as_watched_table **out, struct as_why *why);
void as_watched_close(struct as_watched_table *t); /* accepts NULL */

/* AS_EABSENT: no look was taken yet. */
AS_MUST_USE enum as_err as_watched_get(struct as_watched_table *t,
    struct as_arena *a, struct as_str domain, struct as_watched *out,
    struct as_why *why);

AS_MUST_USE enum as_err as_watched_put(
    struct as_watched_table *t, const struct as_watched *w, struct as_why *why);

/* Forget the domain; its events stay. */
AS_MUST_USE enum as_err as_watched_drop(
    struct as_watched_table *t, struct as_str domain, struct as_why *why);

/* --- events --- */

/* Keep one that was confirmed at `at`; *id: its number. */
AS_MUST_USE enum as_err as_event_put(struct as_watched_table *t,
    struct as_str domain, int64_t at, const struct as_event *e, int64_t *id,
    struct as_why *why);

struct as_event_row {
	int64_t id, at;
	struct as_str domain;
	struct as_event *event;
};
typedef enum as_err as_event_fn(void *ctx, const struct as_event_row *row);

struct as_event_filter {
	struct as_str domain; /* empty: all */
	int64_t from, to;     /* seconds, both inside; to 0: no end */
	int64_t below;        /* ids under it: a page; 0: all */
	size_t most;
};

/* The newest first.  A row that cannot be read is AS_ESYNTAX. */
AS_MUST_USE enum as_err as_events_read(struct as_store *s,
    const struct as_event_filter *filter, as_event_fn *fn, void *ctx,
    struct as_why *why);

#endif
