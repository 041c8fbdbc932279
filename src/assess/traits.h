/*
 * assess/traits - what a domain is, as values that profiles can ask for.
 *
 * A trait is read from the case as a rule is checked, and says with the words
 * of rules what is unknown; it judges nothing.
 */
#ifndef AS_ASSESS_TRAITS_H
#define AS_ASSESS_TRAITS_H

#include "assess/say.h"

/* Values of the traits tls.fits and tls.fits-well: DOCUMENT/PART, a document of
 * data/tls and a part of a server's TLS. */
#define AS_TRAIT_TLS_DOCUMENT(id) \
	id "/versions " id "/suites " id "/groups " id "/certificates " id \
	   "/features "
#define AS_TRAIT_TLS_PARTS \
	AS_TRAIT_TLS_DOCUMENT("bsi-tr-02102-2") \
	AS_TRAIT_TLS_DOCUMENT("itsp-40-062") \
	AS_TRAIT_TLS_DOCUMENT("mailcheck-2022") \
	AS_TRAIT_TLS_DOCUMENT("ncsc-nl-2025-05") \
	AS_TRAIT_TLS_DOCUMENT("ncsc-uk-tls") \
	AS_TRAIT_TLS_DOCUMENT("nist-sp-800-52r2") \
	AS_TRAIT_TLS_DOCUMENT("rfc9325")

enum as_trait_kind {
	AS_TRAIT_ONE,
	AS_TRAIT_MANY,
	AS_TRAIT_NUMBER,
	AS_TRAIT_FREE,
};

struct as_trait_info {
	const char *id; /* "dmarc.p": stable, public */
	enum as_trait_kind kind;
	const char *values; /* of ONE and MANY, with a space between */
	const char *words;  /* a noun phrase */
};

/* All traits in the order of their ids; the table is static. */
const struct as_trait_info *as_traits(size_t *n);
const struct as_trait_info *as_trait_find(struct as_str id); /* or NULL */

/* Is it one of the values that the trait may have? */
bool as_trait_may_be(const struct as_trait_info *info, struct as_str value);

/* Of FREE and MANY: a value that it has, surely has not (then `why` may say
 * so), or may have.  One that is not listed it has not. */
struct as_trait_value {
	struct as_str value; /* octets */
	enum as_tri has;
	struct as_str why; /* a sentence, escaped; or empty */
};

/* One thing that has the trait: the domain, or a host or key of it. */
struct as_trait_item {
	struct as_str subject; /* escaped; empty: the domain */
	struct as_trait_value *values;
	size_t n, room;
	uint64_t number;
	struct as_trait_item *next;
};

struct as_trait {
	struct as_say say; /* first: findings say what is unknown or absent */
	struct as_result result;
	struct as_trait_item *head, **tail;
	size_t n_items;
	struct as_trait_item spare; /* written to when memory is out */
};

/* Read a trait.  Only AS_ENOMEM. */
AS_MUST_USE enum as_err as_trait_read(const struct as_case *c,
    const struct as_trait_info *info, struct as_trait *out);

/* The first finding that it is unknown; NULL: all is known. */
const struct as_finding *as_trait_unknown(const struct as_trait *t);

/* --- for those who read them --- */

typedef void as_trait_fn(const struct as_case *c, struct as_trait *t);

/* An item with room for so many values.  Never NULL. */
struct as_trait_item *as_trait_add(struct as_trait *t, size_t room);
void as_trait_value(struct as_trait_item *item, struct as_str value);
void as_trait_value_tri(struct as_trait_item *item, struct as_str value,
    enum as_tri has, struct as_str why);
void as_trait_add_one(struct as_trait *t, const char *value);
void as_trait_add_number(struct as_trait *t, uint64_t number);

#define TRAIT(fn, id, kind, values, words) as_trait_fn as_trait_##fn;
#include "assess/traits.tbl"
#undef TRAIT

#endif
