/*
 * model/estate - a domain that belongs to an organisation, and what is said of it.
 *
 * Texts are UTF-8 on one line, as as_estate_clean makes them, so that a CSV file
 * that is written of them is read back as the same.
 */
#ifndef AS_MODEL_ESTATE_H
#define AS_MODEL_ESTATE_H

#include "base/str.h"
#include "model/codec.h"

/* What is said of a domain: name in files, JSON and tables. */
#define AS_ESTATE_TEXT_MAP(X) \
	X(AS_ESTATE_ORGANISATION, "organisation") \
	X(AS_ESTATE_GROUP, "group") \
	X(AS_ESTATE_OWNER, "owner") \
	X(AS_ESTATE_CONTACT, "contact") \
	X(AS_ESTATE_ROLE, "role") /* as as_role_text, or empty: by evidence */ \
	X(AS_ESTATE_NOTES, "notes")
AS_DECLARE_ENUM(estate_text, AS_ESTATE_TEXT_MAP);
#define AS_ESTATE_TEXTS 6

/* How a domain came into the estate. */
#define AS_ESTATE_SOURCE_MAP(X) \
	X(AS_ESTATE_ADDED, "added")       /* by hand */ \
	X(AS_ESTATE_IMPORTED, "imported") /* with a list */ \
	X(AS_ESTATE_DECLARED, \
	    "declared")           /* with a list that is all there is */ \
	X(AS_ESTATE_ZONE, "zone") /* with a zone file */ \
	X(AS_ESTATE_SUGGESTED, "suggested")
AS_DECLARE_ENUM(estate_source, AS_ESTATE_SOURCE_MAP);

struct as_estate_entry {
	struct as_str name;                  /* canonical */
	struct as_str text[AS_ESTATE_TEXTS]; /* AS_STR_NULL: nothing is said */
	const struct as_str *tags;           /* each once, in order */
	size_t n_tags;
	bool has_tags; /* is anything said of tags? */
	enum as_estate_source source;
	int64_t added; /* UTC seconds; 0: not yet */
};

/* One line of text: white space of any kind becomes one blank, what can disguise
 * a line is left out, and so is an apostrophe that keeps a spreadsheet from
 * seeing a formula; controls and octets that are no UTF-8 become U+FFFD.  NULL:
 * no memory. */
struct as_str as_estate_clean(struct as_arena *a, struct as_str s);

/* Tags out of such a text, parted by commas, semicolons or bars; sorted, each
 * once.  AS_ELIMIT: too many, or one too long. */
AS_MUST_USE enum as_err as_estate_tags(struct as_arena *a, struct as_str s,
    struct as_estate_entry *e, struct as_why *why);

/* The tags as one text, parted by commas; NULL: no memory. */
struct as_str as_estate_tags_text(
    struct as_arena *a, const struct as_estate_entry *e);

#endif
