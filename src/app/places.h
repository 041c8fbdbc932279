/*
 * app/places - where addresses are: files of the operator in the MaxMind DB
 * format (libmaxminddb), one that tells autonomous systems, one that tells
 * countries.
 *
 * The file is not trusted: the library checks what it follows, a record is read
 * by fixed paths alone, and each text is cut.
 */
#ifndef AS_APP_PLACES_H
#define AS_APP_PLACES_H

#include "base/err.h"
#include "base/ip.h"
#include "model/usage.h"

struct as_places;

/* Open those that are named; *out is NULL when none is.  AS_EIO, AS_ESYNTAX: why
 * names the file; AS_ENOMEM. */
AS_MUST_USE enum as_err as_places_open(const char *asn_db,
    const char *country_db, struct as_places **out, struct as_why *why);
void as_places_close(struct as_places *p); /* accepts NULL */

/* Fill in what is known of an address; ctx: struct as_places.  Its texts live as
 * long as that. */
void as_places_find(
    void *ctx, const struct as_ip *ip, struct as_usage_place *out);

#endif
