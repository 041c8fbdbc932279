/*
 * assess/senders - who stands behind a name: the table data/senders.tsv.
 *
 * The table comes in as text, so that this room needs no file and no embedded
 * data.  Columns: evidence, domain suffix, service, category, basis, note.
 */
#ifndef AS_ASSESS_SENDERS_H
#define AS_ASSESS_SENDERS_H

#include <stdbool.h>

#include "base/str.h"

struct as_sender {
	struct as_str service;  /* "Google Workspace" */
	struct as_str category; /* "mailbox", "marketing", "gateway" ... */
	struct as_str note;     /* empty when there is none */
};

/* The row of `evidence` ("spf", "dkim", "dkim-cname") whose suffix is equal to
 * `name` or stands above it, whole labels, the longest first.  False when there
 * is none.  `name` may end in a dot; case does not matter.  The texts are slices
 * of the table. */
bool as_sender_find(struct as_str table, const char *evidence,
    struct as_str name, struct as_sender *out);

/* What such a service does, for people: "sends newsletters"; the category
 * itself when it is not known. */
struct as_str as_sender_trade(struct as_str category);

#endif
