/*
 * assess/dkim_uses - where one DKIM key stands: selectors, and domains.
 *
 * Equal keys are found by the hash of std/dkim_key, so the record around them
 * does not matter.
 */
#ifndef AS_ASSESS_DKIM_USES_H
#define AS_ASSESS_DKIM_USES_H

#include "std/dkim_key.h"

struct as_dkim_use {
	struct as_str domain, selector;
	struct as_str alias; /* where the record is kept; empty: here */
	uint8_t sha256[AS_DKIM_HASH_OCTETS];
};

/* In the order of key, domain, selector. */
void as_dkim_uses_sort(struct as_dkim_use *v, size_t n);

/* The next key that stands in several places, from *at on in a sorted list: how
 * many uses it has, the first at *at; 0 when there is none left.  The caller
 * adds the number to *at to go on. */
size_t as_dkim_uses_next(const struct as_dkim_use *v, size_t n, size_t *at);

/* How many domains share it, among n sorted uses of one key. */
size_t as_dkim_uses_domains(const struct as_dkim_use *v, size_t n);

#endif
