/*
 * app/keeper_roles - the roles that the operator gave domains of the estate.
 */
#ifndef AS_APP_KEEPER_ROLES_H
#define AS_APP_KEEPER_ROLES_H

#include "model/finding.h"
#include "store/store.h"

struct as_roles;

struct as_roles *as_roles_new(void) AS_MUST_USE; /* NULL: no memory */
void as_roles_free(struct as_roles *r);          /* accepts NULL */

/* Read them anew. */
AS_MUST_USE enum as_err as_roles_read(
    struct as_roles *r, struct as_store *s, struct as_why *why);

/* AS_ROLE_UNKNOWN: to be found from evidence. */
enum as_role as_roles_find(const struct as_roles *r, struct as_str domain);

#endif
