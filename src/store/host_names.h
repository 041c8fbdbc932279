/*
 * store/host_names - the names of addresses that sent mail, as DNS had them when
 * it was asked: kept, so that nobody waits for DNS who reads reports; and the
 * names that mail was sent as.
 */
#ifndef AS_STORE_HOST_NAMES_H
#define AS_STORE_HOST_NAMES_H

#include "base/ip.h"
#include "store/store.h"

struct as_host_names_ask {
	struct as_str domain;
	int64_t first, last; /* day */
	int64_t now;         /* UTC seconds */
};

/* Addresses that sent as the domain on these days and whose names are to be
 * asked for (never asked, or too long ago), most messages first; at most `room`
 * into `out`; *all: how many there are. */
AS_MUST_USE enum as_err as_host_names_due(struct as_store *s,
    const struct as_host_names_ask *ask, struct as_ip *out, size_t room,
    size_t *n, uint64_t *all, struct as_why *why);

/* Names other than the domain itself that were given as the author's on these
 * days, most messages first, as reporters wrote them; at most `most`.  An error
 * of fn ends the reading and is returned. */
typedef enum as_err as_author_fn(void *ctx, struct as_str name);
AS_MUST_USE enum as_err as_authors_read(struct as_store *s,
    const struct as_host_names_ask *ask, size_t most, as_author_fn *fn,
    void *ctx, struct as_why *why);

/* Keep what DNS said at `asked`, until `due`, in UTC seconds: a name that leads
 * back, empty where none does, absent where DNS gave no answer - then what was
 * known before stays.  To be committed. */
AS_MUST_USE enum as_err as_host_name_keep(struct as_store *s,
    const struct as_ip *ip, struct as_str name, int64_t asked, int64_t due,
    struct as_why *why);

#endif
