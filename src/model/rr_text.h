/*
 * model/rr_text - the data of a record as master files write it (RFC 1035 5.1),
 * names with their final dot.  AS_STR_NULL: no memory.  Octets from the network
 * are kept as they are: escape what is shown.
 */
#ifndef AS_MODEL_RR_TEXT_H
#define AS_MODEL_RR_TEXT_H

#include "model/facts.h"

struct as_str as_rr_mx_text(struct as_arena *a, const struct as_rr_mx *mx);
struct as_str as_rr_tlsa_text(struct as_arena *a, const struct as_rr_tlsa *t);
struct as_str as_rr_ds_text(struct as_arena *a, const struct as_rr_ds *d);
struct as_str as_rr_caa_text(struct as_arena *a, const struct as_rr_caa *c);

/* Lower case hexadecimal. */
struct as_str as_hex_text(struct as_arena *a, struct as_str octets);

#endif
