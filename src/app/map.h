/*
 * app/map - a hash table of nodes that lie in their owners' structs.
 *
 * The hash is seeded from the system, so that names from the network cannot be
 * chosen to collide.  A node must not move, and its key must not change, while
 * it is in the table.
 */
#ifndef AS_APP_MAP_H
#define AS_APP_MAP_H

#include <stdint.h>

#include "base/str.h"

struct as_map_node {
	struct as_map_node *next;
	uint64_t hash;
	struct as_str key; /* the owner's octets */
};

struct as_map {
	struct as_map_node **slots;
	size_t n_slots; /* a power of two */
	size_t n;
	uint64_t seed;
};

AS_MUST_USE enum as_err as_map_init(struct as_map *m);
void as_map_fini(struct as_map *m); /* nodes are left alone */

struct as_map_node *as_map_find(const struct as_map *m, struct as_str key);
void as_map_add(struct as_map *m, struct as_map_node *node); /* key is new */
void as_map_remove(struct as_map *m, struct as_map_node *node);

#endif
