#include "app/politeness.h"

#include <stdlib.h>
#include <string.h>

#include "app/map.h"

#include "base/banned.h"

TAILQ_HEAD(turn_list, as_turn);

/* One network: those that are there, and those that wait. */
struct as_crowd {
	struct as_map_node node;
	char key[17]; /* length of the address, octets of the prefix */
	struct turn_list inside;
	struct turn_list waiting;
	unsigned n_inside;
};

struct as_politeness {
	struct as_map crowds;
	struct turn_list ages; /* all that wait, oldest first */
	unsigned per_address;
	unsigned per_network;
};

struct as_politeness *
as_politeness_new(unsigned per_address, unsigned per_network)
{
	struct as_politeness *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	if (as_map_init(&p->crowds) != AS_OK) {
		free(p);
		return NULL;
	}
	TAILQ_INIT(&p->ages);
	p->per_address = per_address;
	p->per_network = per_network;
	return p;
}

void
as_politeness_free(struct as_politeness *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->crowds.n_slots; i++) {
		struct as_map_node *node = p->crowds.slots[i];
		while (node != NULL) {
			struct as_map_node *next = node->next;
			free(node); /* the first member of its crowd */
			node = next;
		}
	}
	as_map_fini(&p->crowds);
	free(p);
}

/* --- crowds --- */

static struct as_str
crowd_key(const struct as_ip *ip, char key[17])
{
	size_t n = ip->len == 4 ? 3 : 6;

	key[0] = (char)ip->len;
	memcpy(key + 1, ip->b, n);
	return (struct as_str){key, n + 1};
}

static struct as_crowd *
crowd_get(struct as_politeness *p, const struct as_ip *ip)
{
	char key[17];
	struct as_str k = crowd_key(ip, key);
	struct as_map_node *node = as_map_find(&p->crowds, k);
	struct as_crowd *c;

	if (node != NULL)
		return (struct as_crowd *)node;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->node.key = crowd_key(ip, c->key);
	TAILQ_INIT(&c->inside);
	TAILQ_INIT(&c->waiting);
	as_map_add(&p->crowds, &c->node);
	return c;
}

static void
crowd_drop_empty(struct as_politeness *p, struct as_crowd *c)
{
	if (!TAILQ_EMPTY(&c->inside) || !TAILQ_EMPTY(&c->waiting))
		return;
	as_map_remove(&p->crowds, &c->node);
	free(c);
}

/* --- turns --- */

static bool
is_address_free(const struct as_politeness *p, const struct as_crowd *c,
    const struct as_ip *ip)
{
	const struct as_turn *t;
	unsigned n = 0;

	TAILQ_FOREACH(t, &c->inside, link)
	n += as_ip_eq(&t->ip, ip);
	return n < p->per_address;
}

static struct as_turn *
turn_next(const struct as_politeness *p, const struct as_crowd *c)
{
	struct as_turn *t;

	if (c->n_inside >= p->per_network)
		return NULL;
	TAILQ_FOREACH(t, &c->waiting, link)
	if (is_address_free(p, c, &t->ip))
		return t;
	return NULL;
}

static void
turn_let_in(struct as_politeness *p, struct as_turn *t)
{
	struct as_crowd *c = t->crowd;

	TAILQ_REMOVE(&c->waiting, t, link);
	TAILQ_REMOVE(&p->ages, t, age);
	TAILQ_INSERT_TAIL(&c->inside, t, link);
	t->waiting = false;
	c->n_inside++;
	t->go(t);
}

enum as_err
as_politeness_join(struct as_politeness *p, struct as_turn *turn)
{
	struct as_crowd *c = crowd_get(p, &turn->ip);
	struct as_turn *next;

	if (c == NULL)
		return AS_ENOMEM;
	turn->crowd = c;
	turn->waiting = true;
	TAILQ_INSERT_TAIL(&c->waiting, turn, link);
	TAILQ_INSERT_TAIL(&p->ages, turn, age);
	next = turn_next(p, c);
	if (next != NULL)
		turn_let_in(p, next);
	return AS_OK;
}

void
as_politeness_leave(struct as_politeness *p, struct as_turn *turn)
{
	struct as_crowd *c = turn->crowd;
	struct as_turn *next;

	turn->crowd = NULL;
	if (turn->waiting) {
		TAILQ_REMOVE(&c->waiting, turn, link);
		TAILQ_REMOVE(&p->ages, turn, age);
	} else {
		TAILQ_REMOVE(&c->inside, turn, link);
		c->n_inside--;
	}
	next = turn_next(p, c);
	if (next != NULL)
		turn_let_in(p, next);
	else
		crowd_drop_empty(p, c);
}

struct as_turn *
as_politeness_oldest(const struct as_politeness *p)
{
	return TAILQ_FIRST(&p->ages);
}
