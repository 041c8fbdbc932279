#include "app/keeper_roles.h"

#include <stdlib.h>
#include <string.h>

#include "app/map.h"
#include "store/estate.h"
#include "store/jobs.h"

#include "base/banned.h"

struct role {
	struct as_map_node node; /* first; key: the domain */
	enum as_role role;
	char name[];
};

struct as_roles {
	struct as_map map;
};

struct as_roles *
as_roles_new(void)
{
	struct as_roles *r = calloc(1, sizeof(*r));

	if (r == NULL || as_map_init(&r->map) == AS_OK)
		return r;
	free(r);
	return NULL;
}

static void
clear(struct as_roles *r)
{
	for (size_t i = 0; i < r->map.n_slots; i++)
		while (r->map.slots[i] != NULL) {
			struct as_map_node *node = r->map.slots[i];

			as_map_remove(&r->map, node);
			free(node);
		}
}

void
as_roles_free(struct as_roles *r)
{
	if (r == NULL)
		return;
	clear(r);
	as_map_fini(&r->map);
	free(r);
}

static enum as_err
take(void *ctx, const struct as_estate_entry *e)
{
	struct as_roles *r = ctx;
	int role = as_names_find(&as_names_role, e->text[AS_ESTATE_ROLE]);
	struct role *one;

	if (role <= AS_ROLE_UNKNOWN)
		return AS_OK;
	one = calloc(1, sizeof(*one) + e->name.n + 1);
	if (one == NULL)
		return AS_ENOMEM;
	memcpy(one->name, e->name.p, e->name.n);
	one->node.key = (struct as_str){one->name, e->name.n};
	one->role = (enum as_role)role;
	as_map_add(&r->map, &one->node);
	return AS_OK;
}

enum as_err
as_roles_read(struct as_roles *r, struct as_store *s, struct as_why *why)
{
	clear(r);
	return as_estate_each(s, take, r, why);
}

enum as_role
as_roles_find(const struct as_roles *r, struct as_str domain)
{
	const struct role *one =
	    (const struct role *)as_map_find(&r->map, domain);

	return one != NULL ? one->role : AS_ROLE_UNKNOWN;
}
