/*
 * std/spf_parts - the pieces of an SPF record's grammar (RFC 7208 7.1), shared
 * by the files of std/spf and by nobody else.
 */
#ifndef AS_STD_SPF_PARTS_H
#define AS_STD_SPF_PARTS_H

#include <stdbool.h>

#include "std/spf.h"

/* What is wrong, where (octet in the text given), and by which clause. */
struct as_spf_slip {
	size_t at;
	const char *clause; /* "7.1" */
	const char *what;
};

/* Is s a macro-string?  When not, *slip tells. */
bool as_spf_macro_check(struct as_str s, struct as_spf_slip *slip);

/* Is s a domain-spec: a macro-string that ends in a dot and a top label, or in
 * a macro?  Names that DNS cannot hold pass here: they are judged when they are
 * looked up (4.3). */
bool as_spf_spec_check(struct as_str s, struct as_spf_slip *slip);

/* Kind by name ("ip4", any case); AS_SPF_UNKNOWN_MODIFIER if not known. */
enum as_spf_kind as_spf_kind_find(struct as_str name);

#define AS_SPF_CAUSE 112

/* The likely cause of a fault in the term at record[at..at+n), for people; an
 * empty text when none suggests itself.  Returns buf. */
const char *as_spf_cause_find(
    struct as_str record, size_t at, size_t n, char buf[AS_SPF_CAUSE]);

#endif
