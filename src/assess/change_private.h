/*
 * assess/change_private - the parts of a comparison.
 */
#ifndef AS_ASSESS_CHANGE_PRIVATE_H
#define AS_ASSESS_CHANGE_PRIVATE_H

#include "assess/case.h"
#include "assess/change.h"

struct as_change {
	struct as_arena *a;
	const struct as_case *before, *after; /* NULL when verdicts compare */
	struct as_events *out;
	struct as_event spare; /* written to when there is no place */
	enum as_err err;       /* AS_ENOMEM, kept aside */
};

/* Add an event; its texts are escaped already.  Never NULL: one too many is
 * written to a spare place. */
struct as_event *as_change_add(struct as_change *ch, enum as_event_kind kind,
    enum as_event_turn turn, struct as_str subject);

/* Escaped and cut for people. */
struct as_str as_change_shown(struct as_change *ch, struct as_str octets);

/* "KIND:" and the name, escaped. */
struct as_str as_change_subject(
    struct as_change *ch, const char *kind, struct as_str name);

void as_change_records(struct as_change *ch);
void as_change_policies(struct as_change *ch);
void as_change_servers(struct as_change *ch);

#endif
