#include "app/map.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/banned.h"

#define FIRST_SLOTS ((size_t)64)

enum as_err
as_map_init(struct as_map *m)
{
	*m = (struct as_map){.n_slots = FIRST_SLOTS};
	m->slots = calloc(m->n_slots, sizeof(struct as_map_node *));
	if (m->slots == NULL)
		return AS_ENOMEM;
	if (getrandom(&m->seed, sizeof(m->seed), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(m->seed))
		m->seed = (uint64_t)(uintptr_t)m->slots;
	return AS_OK;
}

void
as_map_fini(struct as_map *m)
{
	free(m->slots);
	*m = (struct as_map){0};
}

/* Xor, multiply and shift, eight octets at a time. */
static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9fb21c651e98df25u;
	h ^= h >> 35;
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint64_t
hash_of(uint64_t seed, struct as_str key)
{
	uint64_t h = seed;

	for (size_t at = 0; at < key.n; at += 8) {
		uint64_t word = 0;
		memcpy(&word, key.p + at, key.n - at < 8 ? key.n - at : 8);
		h = mix(h, word);
	}
	return mix(h ^ seed, key.n);
}

struct as_map_node *
as_map_find(const struct as_map *m, struct as_str key)
{
	uint64_t h = hash_of(m->seed, key);
	struct as_map_node *node = m->slots[h & (m->n_slots - 1)];

	while (node != NULL && (node->hash != h || !as_str_eq(node->key, key)))
		node = node->next;
	return node;
}

static void
node_insert(struct as_map *m, struct as_map_node *node)
{
	struct as_map_node **slot = &m->slots[node->hash & (m->n_slots - 1)];

	node->next = *slot;
	*slot = node;
}

/* Twice as many slots; without memory the chains just get longer. */
static void
map_grow(struct as_map *m)
{
	struct as_map_node **old = m->slots;
	size_t n_old = m->n_slots;
	struct as_map_node **slots =
	    calloc(n_old * 2, sizeof(struct as_map_node *));

	if (slots == NULL)
		return;
	m->slots = slots;
	m->n_slots = n_old * 2;
	for (size_t i = 0; i < n_old; i++) {
		struct as_map_node *node = old[i];
		while (node != NULL) {
			struct as_map_node *next = node->next;
			node_insert(m, node);
			node = next;
		}
	}
	free(old);
}

void
as_map_add(struct as_map *m, struct as_map_node *node)
{
	if (m->n >= m->n_slots)
		map_grow(m);
	node->hash = hash_of(m->seed, node->key);
	node_insert(m, node);
	m->n++;
}

void
as_map_remove(struct as_map *m, struct as_map_node *node)
{
	struct as_map_node **at = &m->slots[node->hash & (m->n_slots - 1)];

	while (*at != NULL && *at != node)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	*at = node->next;
	m->n--;
}
