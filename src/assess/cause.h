/*
 * assess/cause - why something could not be tested, and what to do about it.
 *
 * The text is one clause without a full stop; up to its first ": " it stands
 * alone, what follows is detail.  Octets from the network are escaped.
 */
#ifndef AS_ASSESS_CAUSE_H
#define AS_ASSESS_CAUSE_H

#include "assess/say.h"

struct as_cause {
	struct as_str text;
	const char *advice;
};

/* Of an answer that is not known, cut, or NULL (not asked). */
struct as_cause as_cause_answer(struct as_say *o, const struct as_answer *ans);

/* Of a visit whose dialogue did not come to EHLO. */
struct as_cause as_cause_visit(struct as_say *o, const struct as_host_facts *h);

/* Of a STARTTLS or handshake that came to nothing, but says nothing against
 * the server. */
struct as_cause as_cause_starttls(
    struct as_say *o, const struct as_host_facts *h);

/* Of TLSA records that are not known (AS_DANE_USE_UNKNOWN), or bogus. */
struct as_cause as_cause_tlsa(struct as_say *o, const struct as_mx *m);

/* Of a policy file that this visit did not get; NULL: not asked. */
struct as_cause as_cause_policy(
    struct as_say *o, const struct as_policy_facts *p);

/* Of the first part of the SPF tree that is hidden; the text is empty when no
 * part is. */
struct as_cause as_cause_spf(struct as_say *o);

/* The rule at work could not be tested. */
void as_say_cause(struct as_say *o, struct as_cause cause);

/* The clause without its detail. */
struct as_str as_cause_brief(struct as_str text);

#endif
