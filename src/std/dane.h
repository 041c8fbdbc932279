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

/* What a record may hold of one certificate; empty where it is not known. */
struct as_dane_cert {
	struct as_str sha256, sha512, spki_sha256, spki_sha512;
};

/* Do selector, matching type and data of a usable record stand for this
 * certificate (RFC 6698 2.1)?  Whatever its usage. */
bool as_dane_is_of(
    const struct as_dns_tlsa *t, const struct as_dane_cert *cert);

/* Digest agility (RFC 7671 9): does a stronger digest of the same usage and
 * selector stand beside records[i], so that senders pass it over?  All records
 * are usable ones; whole certificates and keys have no rank. */
bool as_dane_outranked(const struct as_dns_tlsa *records, size_t n, size_t i);

/* Does a record of usage 3 that counts match the leaf (RFC 7672 3.1.1)? */
bool as_dane_ee_match(const struct as_dns_tlsa *records, size_t n,
    const struct as_dane_cert *leaf);

#endif
