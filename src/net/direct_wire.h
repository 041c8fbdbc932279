/*
 * net/direct_wire - the question of net/direct in octets, and whether octets
 * are an answer to it (RFC 1035 4.1, RFC 6891 6.1).
 */
#ifndef AS_NET_DIRECT_WIRE_H
#define AS_NET_DIRECT_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/wire_name.h"

/* Header, name, type and class, OPT record. */
#define AS_DIRECT_QUERY_OCTETS (12 + AS_WIRE_NAME_OCTETS + 4 + 11)

/* What fits one packet on every path, and is what servers send at most. */
#define AS_DIRECT_UDP_OCTETS 1232

struct as_direct_wire {
	uint8_t name[AS_WIRE_NAME_OCTETS]; /* lower case */
	size_t name_n;
	uint16_t type;
	uint16_t id;
	bool edns;
};

/* Returns the length. */
size_t as_direct_wire_write(
    const struct as_direct_wire *w, uint8_t out[AS_DIRECT_QUERY_OCTETS]);

enum as_direct_fit {
	AS_DIRECT_STRAY,   /* no answer to this question: wait on */
	AS_DIRECT_FITS,    /* take it */
	AS_DIRECT_CUT,     /* ask by TCP */
	AS_DIRECT_NO_EDNS, /* ask again without EDNS */
};

/* An answer repeats the question; one that says that it did not understand it
 * need not. */
enum as_direct_fit as_direct_wire_judge(
    const struct as_direct_wire *w, const uint8_t *p, size_t n);

#endif
