#include "app/politeness.h"

#include <stdlib.h>
#include <string.h>

#include "app/map.h"

#include "base/banned.h"

#define KEY_OCTETS 17 /* length of the address, then its octets */

TAILQ_HEAD(turn_list, as_turn);
TAILQ_HEAD(spot_list, as_spot);

/* One address. */
struct as_spot {
	struct as_map_node node;
	char key[KEY_OCTETS];
	struct crowd *crowd;
	struct turn_list waiting;
	unsigned n_inside;
	TAILQ_ENTRY(as_spot) link; /* in the line, while someone waits */
};

/* One network.  At most per_network of the line are busy, so that the first
 * one that may go is found at once however many wait. */
struct crowd {
	struct as_map_node node;
	char key[KEY_OCTETS];
	struct spot_list line;
	unsigned n_spots;
	unsigned n_inside;
};

struct as_politeness {
	struct as_map spots;
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
	if (as_map_init(&p->spots) != AS_OK ||
	    as_map_init(&p->crowds) != AS_OK) {
		as_politeness_free(p);
		return NULL;
	}
	TAILQ_INIT(&p->ages);
	p->per_address = per_address;
	p->per_network = per_network;
	return p;
}

/* The node is the first member of what it stands for. */
static void
nodes_free(struct as_map *m)
{
	for (size_t i = 0; i < m->n_slots; i++) {
		struct as_map_node *node = m->slots[i];
		while (node != NULL) {
			struct as_map_node *next = node->next;
			free(node);
			node = next;
		}
	}
	as_map_fini(m);
}

void
as_politeness_free(struct as_politeness *p)
{
	if (p == NULL)
		return;
	nodes_free(&p->spots);
	nodes_free(&p->crowds);
	free(p);
}

/* --- places --- */

static struct as_str
key_write(char key[KEY_OCTETS], const struct as_ip *ip, size_t octets)
{
	key[0] = (char)ip->len;
	memcpy(key + 1, ip->b, octets);
	return (struct as_str){key, octets + 1};
}

static struct crowd *
crowd_get(struct as_politeness *p, const struct as_ip *ip)
{
	size_t octets = ip->len == 4 ? 3 : 6;
	char key[KEY_OCTETS];
	struct as_map_node *node =
	    as_map_find(&p->crowds, key_write(key, ip, octets));
	struct crowd *c;

	if (node != NULL)
		return (struct crowd *)node;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->node.key = key_write(c->key, ip, octets);
	TAILQ_INIT(&c->line);
	as_map_add(&p->crowds, &c->node);
	return c;
}

static void
crowd_drop_empty(struct as_politeness *p, struct crowd *c)
{
	if (c->n_spots > 0)
		return;
	as_map_remove(&p->crowds, &c->node);
	free(c);
}

static struct as_spot *
spot_get(struct as_politeness *p, const struct as_ip *ip)
{
	char key[KEY_OCTETS];
	struct as_map_node *node =
	    as_map_find(&p->spots, key_write(key, ip, ip->len));
	struct crowd *c;
	struct as_spot *s;

	if (node != NULL)
		return (struct as_spot *)node;
	c = crowd_get(p, ip);
	if (c == NULL)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		crowd_drop_empty(p, c);
		return NULL;
	}
	s->node.key = key_write(s->key, ip, ip->len);
	s->crowd = c;
	TAILQ_INIT(&s->waiting);
	as_map_add(&p->spots, &s->node);
	c->n_spots++;
	return s;
}

static void
spot_drop_empty(struct as_politeness *p, struct as_spot *s)
{
	struct crowd *c = s->crowd;

	if (s->n_inside > 0 || !TAILQ_EMPTY(&s->waiting))
		return;
	as_map_remove(&p->spots, &s->node);
	free(s);
	c->n_spots--;
	crowd_drop_empty(p, c);
}

/* --- turns --- */

static void
wait_begin(struct as_politeness *p, struct as_turn *t)
{
	struct as_spot *s = t->spot;

	if (TAILQ_EMPTY(&s->waiting))
		TAILQ_INSERT_TAIL(&s->crowd->line, s, link);
	TAILQ_INSERT_TAIL(&s->waiting, t, link);
	TAILQ_INSERT_TAIL(&p->ages, t, age);
	t->waiting = true;
}

static void
wait_end(struct as_politeness *p, struct as_turn *t)
{
	struct as_spot *s = t->spot;

	TAILQ_REMOVE(&s->waiting, t, link);
	TAILQ_REMOVE(&p->ages, t, age);
	t->waiting = false;
	if (TAILQ_EMPTY(&s->waiting))
		TAILQ_REMOVE(&s->crowd->line, s, link);
}

static struct as_turn *
turn_next(const struct as_politeness *p, const struct crowd *c)
{
	struct as_spot *s;

	if (c->n_inside >= p->per_network)
		return NULL;
	TAILQ_FOREACH(s, &c->line, link)
	if (s->n_inside < p->per_address)
		return TAILQ_FIRST(&s->waiting);
	return NULL;
}

/* Let in who may go now; one place is free at most.  If others wait at that
 * address, it goes to the end of the line. */
static void
turn_let_in(struct as_politeness *p, struct crowd *c)
{
	struct as_turn *t = turn_next(p, c);

	if (t == NULL)
		return;
	wait_end(p, t);
	if (!TAILQ_EMPTY(&t->spot->waiting)) {
		TAILQ_REMOVE(&c->line, t->spot, link);
		TAILQ_INSERT_TAIL(&c->line, t->spot, link);
	}
	t->spot->n_inside++;
	c->n_inside++;
	t->go(t);
}

enum as_err
as_politeness_join(struct as_politeness *p, struct as_turn *turn)
{
	struct as_ip ip = as_ip_inner(&turn->ip);

	turn->spot = spot_get(p, &ip);
	if (turn->spot == NULL)
		return AS_ENOMEM;
	wait_begin(p, turn);
	turn_let_in(p, turn->spot->crowd);
	return AS_OK;
}

void
as_politeness_leave(struct as_politeness *p, struct as_turn *turn)
{
	struct as_spot *s = turn->spot;

	if (turn->waiting) {
		wait_end(p, turn);
	} else {
		s->n_inside--;
		s->crowd->n_inside--;
	}
	turn->spot = NULL;
	turn_let_in(p, s->crowd);
	spot_drop_empty(p, s);
}

struct as_turn *
as_politeness_oldest(const struct as_politeness *p)
{
	return TAILQ_FIRST(&p->ages);
}
