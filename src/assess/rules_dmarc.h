/*
 * assess/rules_dmarc - what the rules on DMARC share.
 */
#ifndef AS_ASSESS_RULES_DMARC_H
#define AS_ASSESS_RULES_DMARC_H

#include "assess/advice.h"
#include "assess/rules.h"

/* A policy applies, from whichever name?  Else said why not. */
bool as_dmarc_need_policy(const struct as_case *c, struct as_say *o);

/* A usable record at the domain's own name?  Else said why not. */
bool as_dmarc_need_own(const struct as_case *c, struct as_say *o);

/* The walk to the organizational domain met no unanswered step?  Else said
 * which one is open. */
bool as_dmarc_need_organization(const struct as_case *c, struct as_say *o);

/* _dmarc.DOMAIN */
struct as_str as_dmarc_own_name(const struct as_case *c);

/* The record that applies, as evidence. */
void as_dmarc_show(
    const struct as_case *c, struct as_say *o, struct as_finding *f);

/* Does anybody read what is sent there, as far as is known? */
bool as_dmarc_uri_is_read(
    const struct as_say *o, const struct as_dmarc_uri *uri);

/* Does the policy that applies ask for reports that somebody may read?  Without
 * them no stricter policy is safe for a domain that sends. */
bool as_dmarc_has_reports(const struct as_say *o);

/* Do the names below belong to others, as far as is known? */
bool as_dmarc_is_suffix(const struct as_case *c);

/* Add to what is proposed for the domain's own name. */
void as_dmarc_propose_own(
    struct as_say *o, struct as_finding *f, const struct as_dmarc_edit *edit);

/* The same, unless the policy is inherited. */
void as_dmarc_propose(const struct as_case *c, struct as_say *o,
    struct as_finding *f, const struct as_dmarc_edit *edit);

#endif
