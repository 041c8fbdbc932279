/*
 * assess/rules_dkim - what the rules on DKIM keys share.
 *
 * Selectors cannot be listed, so a rule on keys speaks of those found; those
 * that were not answered count only where none was found.
 */
#ifndef AS_ASSESS_RULES_DKIM_H
#define AS_ASSESS_RULES_DKIM_H

#include "assess/cause.h"
#include "assess/rules.h"

/* A key among those probed?  Else said why not. */
bool as_dkim_need_keys(const struct as_case *c, struct as_say *o);

/* So many selectors were not answered. */
void as_dkim_say_unanswered(const struct as_case *c, struct as_say *o);

/* A key that is there, can be read and is not revoked. */
bool as_dkim_is_live(const struct as_dkim_probe *p);

/* "s1, s2 and s3"; of more than four the rest is counted. */
struct as_dkim_names {
	struct as_str text, last;
	size_t n;
};

void as_dkim_names_add(
    struct as_say *o, struct as_dkim_names *l, struct as_str selector);
struct as_str as_dkim_names_text(
    struct as_say *o, const struct as_dkim_names *l);

/* What is to be said of one key; AS_STR_NULL: nothing. */
typedef struct as_str as_dkim_fault(
    struct as_say *o, const struct as_dkim_probe *p);

struct as_dkim_faults {
	struct as_dkim_names names;
	struct as_list list;
};

struct as_dkim_faults as_dkim_faults_find(struct as_say *o,
    const struct as_dkim_probe *keys, size_t n, as_dkim_fault *fault);

/* "DKIM key s1 ONE." or "DKIM keys s1 and s2 MANY.", with what is to be said
 * of each as the evidence. */
struct as_finding *as_dkim_say_faults(struct as_say *o, enum as_verdict verdict,
    const struct as_dkim_faults *faults, const char *one, const char *many);

/* Nothing was found against the keys: a pass, or unknown where one of them is
 * longer than what is kept of it. */
void as_dkim_say_none(
    const struct as_case *c, struct as_say *o, const char *pass);

#endif
