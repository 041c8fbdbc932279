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

#endif
