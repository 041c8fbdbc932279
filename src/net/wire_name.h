/*
 * net/wire_name - domain names between text and wire (RFC 1035 3.1, 5.1).
 */
#ifndef AS_NET_WIRE_NAME_H
#define AS_NET_WIRE_NAME_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define AS_WIRE_NAME_OCTETS 255 /* RFC 1035 2.3.4 */

/* Text, with or without its final dot ("." is the root; "\DDD" and "\X" are
 * read), into lower-cased wire form with the root label; returns its length.
 * 0: not a name. */
size_t as_wire_name_parse(
    struct as_str text, uint8_t wire[AS_WIRE_NAME_OCTETS]) AS_MUST_USE;

/* Canonical text of an uncompressed name, as std/dns_wire writes it. */
void as_wire_name_text(const uint8_t *wire, size_t n, struct as_buf *out);

/* The name at *at of a message, compression undone, as it is; *at moves behind
 * it.  Returns its length; 0: damaged (pointers only go back). */
size_t as_wire_name_expand(const uint8_t *msg, size_t msg_n, size_t *at,
    uint8_t wire[AS_WIRE_NAME_OCTETS]) AS_MUST_USE;

#endif
