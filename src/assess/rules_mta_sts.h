/*
 * assess/rules_mta_sts - what the rules on MTA-STS share.
 */
#ifndef AS_ASSESS_RULES_MTA_STS_H
#define AS_ASSESS_RULES_MTA_STS_H

#include "assess/rules.h"

struct as_str as_policy_subject(const struct as_case *c, struct as_say *o);

/* A policy that is announced and can be read?  Else said why not; the subject
 * is that of the policy then. */
bool as_need_policy(const struct as_case *c, struct as_say *o);

/* Does the policy name a mail server? */
bool as_mta_sts_names(const struct as_mta_sts_policy *p, struct as_str host);

/* What RFC 8461 4.2 asks of a mail server and a visit does not show, one clause;
 * empty: nothing.  For visits whose STARTTLS and handshake are known. */
struct as_str as_mta_sts_visit_fault(
    struct as_say *o, const struct as_host_facts *h);

#endif
