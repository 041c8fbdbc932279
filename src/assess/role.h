/*
 * assess/role - what a domain is for, found from evidence.
 */
#ifndef AS_ASSESS_ROLE_H
#define AS_ASSESS_ROLE_H

#include "assess/case.h"

/* Fill in receives, sends, role and role_why.  Only AS_ENOMEM. */
AS_MUST_USE enum as_err as_role_find(struct as_case *c);

/* Does the SPF record, with a redirect followed, authorise nobody? */
enum as_tri as_role_spf_denies(const struct as_case *c);

/* Judged as a domain that sends no mail. */
bool as_role_is_silent(enum as_role role);

#endif
