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

/* --- names that may belong to it --- */

#define AS_HINT_KIND_MAP(X) \
	X(AS_HINT_REPORT, "report") \
	X(AS_HINT_CERTIFICATE, "certificate")
AS_DECLARE_ENUM(hint_kind, AS_HINT_KIND_MAP);

#define AS_HINT_STATE_MAP(X) \
	X(AS_HINT_NEW, "new") \
	X(AS_HINT_ACCEPTED, "accepted") \
	X(AS_HINT_REFUSED, "refused")
AS_DECLARE_ENUM(hint_state, AS_HINT_STATE_MAP);

/* A name that was met, and the evidence that it is of the estate. */
struct as_estate_hint {
	struct as_str name; /* canonical */
	enum as_hint_kind kind;
	struct as_str evidence; /* one clause */
	int64_t first, last;    /* seen, UTC seconds */
	enum as_hint_state state;
};

/* A name of which reports came, or that stands in them: all days together. */
struct as_estate_heard {
	struct as_str name;
	bool reported; /* the reports are about it; else mail was sent as it */
	int64_t first, last; /* day */
	uint64_t messages, passed;
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

/* What two lines say of one domain. */
enum as_estate_how {
	AS_ESTATE_FILL, /* what is said is added: empty texts say nothing, tags
	                   are joined */
	AS_ESTATE_SET, /* what is said is all: empty texts clear, other tags go */
};

/* Bits of what differs: 1 << enum as_estate_text, and this for tags. */
#define AS_ESTATE_TAGS_BIT (1u << AS_ESTATE_TEXTS)

/* `said` laid over `now` (NULL: there is none yet), into *out, which says all;
 * *changed tells what is different.  AS_ELIMIT: too many tags; AS_ENOMEM. */
AS_MUST_USE enum as_err as_estate_merge(struct as_arena *a,
    const struct as_estate_entry *now, const struct as_estate_entry *said,
    enum as_estate_how how, struct as_estate_entry *out, unsigned *changed,
    struct as_why *why);

/* A deep copy; AS_ENOMEM. */
AS_MUST_USE enum as_err as_estate_copy(struct as_arena *a,
    const struct as_estate_entry *e, struct as_estate_entry *out);

/* Does it have the tag? */
bool as_estate_has_tag(const struct as_estate_entry *e, struct as_str tag);

#endif
