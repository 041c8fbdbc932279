/*
 * app/estate_zone - the domains that a zone file holds.
 *
 * A zone file names hosts by the hundred; domains are what mail can be sent to or
 * as: the top of the zone, each part of it that is delegated, and each name with
 * MX, SPF, DMARC or a DKIM key of its own.
 */
#ifndef AS_APP_ESTATE_ZONE_H
#define AS_APP_ESTATE_ZONE_H

#include "app/estate_plan.h"

/* Does the text look like a zone file (RFC 1035 5.1)? */
bool as_estate_is_zone(struct as_str text);

/* Want each domain of the file, and tell what was left out.  `origin` may be
 * absent.  AS_ESYNTAX: why names the line. */
AS_MUST_USE enum as_err as_estate_zone(struct as_planner *p, struct as_str text,
    struct as_str origin, struct as_why *why);

#endif
