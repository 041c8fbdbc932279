/*
 * std/dane - TLSA records for SMTP (RFC 6698, RFC 7671, RFC 7672).
 */
#ifndef AS_STD_DANE_H
#define AS_STD_DANE_H

#include <stdbool.h>

#include "base/str.h"
#include "std/dns_wire.h"

enum as_tlsa_part {
	AS_TLSA_USAGE,
	AS_TLSA_SELECTOR,
	AS_TLSA_MATCHING,
	AS_TLSA_DATA,
};
#define AS_TLSA_PARTS 4

/* Usable for SMTP: usage 2 or 3, selector 0 or 1, matching 0 to 2, data length
 * right for the matching type (RFC 7672 3.1).  NULL, or why it is not. */
const char *as_dane_unusable(const struct as_dns_tlsa *t);

/* The same, and which part it is about (untouched with NULL). */
const char *as_dane_fault(const struct as_dns_tlsa *t, enum as_tlsa_part *part);

#endif
