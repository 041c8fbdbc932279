/*
 * probe/probe_zone - asks how the zone of a domain is signed.
 *
 * Which zone a name is in, its signatures say: they name their signer (RFC 4034
 * 3.1.7).  A domain without any is not signed, and costs nothing.
 */
#ifndef AS_PROBE_PROBE_ZONE_H
#define AS_PROBE_PROBE_ZONE_H

#include "probe/book.h"

/* Ask for DNSKEY, DS and NSEC3PARAM at the top of the zone that the answers
 * at hand name; returns that top, in the arena of the book, or AS_STR_NULL when
 * there is none to ask. */
struct as_str as_probe_zone_ask(struct as_book *book, struct as_str domain);

#endif
