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

/* The same for an explanation, which may also hold spaces and the macros c, r
 * and t (6.2, 7.2). */
bool as_spf_explanation_check(struct as_str s, struct as_spf_slip *slip);

/* Is s a domain-spec: a macro-string that ends in a dot and a top label, or in
 * a macro?  Names that DNS cannot hold pass here: they are judged when they are
 * looked up (4.3). */
bool as_spf_spec_check(struct as_str s, struct as_spf_slip *slip);

/* Kind by name ("ip4", any case); AS_SPF_UNKNOWN_MODIFIER if not known. */
enum as_spf_kind as_spf_kind_find(struct as_str name);

/* Lower case, with \DDD for octets that need it, as std/dns_wire writes;
 * AS_STR_NULL on no memory. */
struct as_str as_spf_name_write(struct as_arena *a, struct as_str raw);

/* What the macro letters stand for (7.2), as octets. */
struct as_spf_macros {
	struct as_str s, l, o, d, i, p, v, h, c, r, t;
};

/* Does s, which passed a check above, hold a macro of this lower-case letter?
 */
bool as_spf_macro_has(struct as_str s, char letter);

/*
 * Expand s, which passed a check above (7.3).  AS_ELIMIT: longer than
 * AS_MAX_SPF_TEXT; AS_ENOMEM.
 */
AS_MUST_USE enum as_err as_spf_expand(struct as_arena *a, struct as_str s,
    const struct as_spf_macros *m, struct as_str *out);

/* An expanded domain-spec as a name: without its final dot, and without labels
 * from the left until it has at most AS_MAX_NAME_OCTETS (7.3). */
struct as_str as_spf_expand_trim(struct as_str expanded);

#define AS_SPF_CAUSE 112

/* The likely cause of a fault in the term at record[at..at+n), for people; an
 * empty text when none suggests itself.  Returns buf. */
const char *as_spf_cause_find(
    struct as_str record, size_t at, size_t n, char buf[AS_SPF_CAUSE]);

#endif
