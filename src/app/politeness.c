#include "app/politeness.h"

#include <stdlib.h>
#include <string.h>

#include "app/map.h"

#include "base/banned.h"

#define KEY_OCTETS 17 /* length of the address, then its octets */

TAILQ_HEAD(turn_list, as_turn);
TAILQ_HEAD(line, as_queue);
TAILQ_HEAD(spot_line, spot);

/* Sessions at an address, in a network, to an operator; goes with its last
 * queue. */
struct place {
	struct as_map_node node; /* first */
	unsigned n_queues;
	unsigned n_inside;
};

/* One address.  Its line holds the queues in which someone waits. */
struct spot {
	struct place place; /* first */
	struct line line;
	TAILQ_ENTRY(spot) link; /* in the crowd's line, while someone waits */
	char key[KEY_OCTETS];
};

/* One network.  Of its line at most per_network are busy, so that one that may
 * go is found soon however many wait. */
struct crowd {
	struct place place; /* first */
	struct spot_line line;
	char key[KEY_OCTETS];
};

/* One operator, with the queues in which someone waits. */
struct firm {
	struct place place; /* first */
	struct line line;
	char key[]; /* the name */
};

/* Those who want one address of one operator. */
struct as_queue {
	struct as_map_node node; /* first; key: that of the spot, the name */
	struct spot *spot;
	struct crowd *crowd;
	struct firm *firm; /* NULL: not known */
	struct turn_list waiting;
	unsigned n_turns;                       /* waiting or inside */
	TAILQ_ENTRY(as_queue) at_spot, at_firm; /* while someone waits */
	char key[];
};

struct as_politeness {
	struct as_map spots, crowds, firms, queues;
	struct turn_list ages; /* all that wait, oldest first */
	struct as_manners manners;
};

struct as_politeness *
as_politeness_new(const struct as_manners *manners)
{
	struct as_politeness *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	TAILQ_INIT(&p->ages);
	p->manners = *manners;
	if (as_map_init(&p->spots) == AS_OK &&
	    as_map_init(&p->crowds) == AS_OK &&
	    as_map_init(&p->firms) == AS_OK && as_map_init(&p->queues) == AS_OK)
		return p;
	as_politeness_free(p);
	return NULL;
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
	nodes_free(&p->queues);
	nodes_free(&p->spots);
	nodes_free(&p->crowds);
	nodes_free(&p->firms);
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

static void
place_drop(struct as_map *m, struct place *place)
{
	if (place == NULL || --place->n_queues > 0)
		return;
	as_map_remove(m, &place->node);
	free(place);
}

static struct spot *
spot_get(struct as_politeness *p, const struct as_ip *ip)
{
	char key[KEY_OCTETS];
	struct as_str k = key_write(key, ip, ip->len);
	struct spot *s = (struct spot *)as_map_find(&p->spots, k);

	if (s == NULL && (s = calloc(1, sizeof(*s))) != NULL) {
		s->place.node.key = key_write(s->key, ip, ip->len);
		TAILQ_INIT(&s->line);
		as_map_add(&p->spots, &s->place.node);
	}
	if (s != NULL)
		s->place.n_queues++;
	return s;
}

static struct crowd *
crowd_get(struct as_politeness *p, const struct as_ip *ip)
{
	size_t octets = ip->len == 4 ? 3 : 6;
	char key[KEY_OCTETS];
	struct as_str k = key_write(key, ip, octets);
	struct crowd *c = (struct crowd *)as_map_find(&p->crowds, k);

	if (c == NULL && (c = calloc(1, sizeof(*c))) != NULL) {
		c->place.node.key = key_write(c->key, ip, octets);
		TAILQ_INIT(&c->line);
		as_map_add(&p->crowds, &c->place.node);
	}
	if (c != NULL)
		c->place.n_queues++;
	return c;
}

static struct firm *
firm_get(struct as_politeness *p, struct as_str name)
{
	struct firm *f = (struct firm *)as_map_find(&p->firms, name);

	if (f == NULL && (f = calloc(1, sizeof(*f) + name.n)) != NULL) {
		memcpy(f->key, name.p, name.n);
		f->place.node.key = (struct as_str){f->key, name.n};
		TAILQ_INIT(&f->line);
		as_map_add(&p->firms, &f->place.node);
	}
	if (f != NULL)
		f->place.n_queues++;
	return f;
}

/* --- queues --- */

static void
queue_places_drop(struct as_politeness *p, struct as_queue *q)
{
	place_drop(&p->spots, q->spot != NULL ? &q->spot->place : NULL);
	place_drop(&p->crowds, q->crowd != NULL ? &q->crowd->place : NULL);
	place_drop(&p->firms, q->firm != NULL ? &q->firm->place : NULL);
	free(q);
}

static struct as_queue *
queue_new(struct as_politeness *p, const struct as_ip *ip, struct as_str name)
{
	struct as_queue *q = calloc(1, sizeof(*q) + KEY_OCTETS + name.n);

	if (q == NULL)
		return NULL;
	q->spot = spot_get(p, ip);
	q->crowd = crowd_get(p, ip);
	q->firm = name.n > 0 ? firm_get(p, name) : NULL;
	if (q->spot == NULL || q->crowd == NULL ||
	    (name.n > 0 && q->firm == NULL)) {
		queue_places_drop(p, q);
		return NULL;
	}
	q->node.key = key_write(q->key, ip, ip->len);
	if (name.n > 0)
		memcpy(q->key + q->node.key.n, name.p, name.n);
	q->node.key.n += name.n;
	TAILQ_INIT(&q->waiting);
	as_map_add(&p->queues, &q->node);
	return q;
}

static struct as_queue *
queue_get(struct as_politeness *p, const struct as_turn *t)
{
	struct as_ip ip = as_ip_inner(&t->ip);
	char key[KEY_OCTETS + 256];
	struct as_str name = as_str_slice(t->operator, 0, 256);
	struct as_str k = key_write(key, &ip, ip.len);
	struct as_map_node *node;

	if (name.n > 0)
		memcpy(key + k.n, name.p, name.n);
	k.n += name.n;
	node = as_map_find(&p->queues, k);
	return node != NULL ? (struct as_queue *)node : queue_new(p, &ip, name);
}

static void
queue_drop_empty(struct as_politeness *p, struct as_queue *q)
{
	if (q->n_turns > 0)
		return;
	as_map_remove(&p->queues, &q->node);
	queue_places_drop(p, q);
}

/* Someone waits in it now: it stands in the lines. */
static void
queue_line_up(struct as_queue *q)
{
	if (TAILQ_EMPTY(&q->spot->line))
		TAILQ_INSERT_TAIL(&q->crowd->line, q->spot, link);
	TAILQ_INSERT_TAIL(&q->spot->line, q, at_spot);
	if (q->firm != NULL)
		TAILQ_INSERT_TAIL(&q->firm->line, q, at_firm);
}

static void
queue_line_leave(struct as_queue *q)
{
	TAILQ_REMOVE(&q->spot->line, q, at_spot);
	if (TAILQ_EMPTY(&q->spot->line))
		TAILQ_REMOVE(&q->crowd->line, q->spot, link);
	if (q->firm != NULL)
		TAILQ_REMOVE(&q->firm->line, q, at_firm);
}

/* --- turns --- */

static void
wait_begin(struct as_politeness *p, struct as_turn *t)
{
	struct as_queue *q = t->queue;

	if (TAILQ_EMPTY(&q->waiting))
		queue_line_up(q);
	TAILQ_INSERT_TAIL(&q->waiting, t, link);
	TAILQ_INSERT_TAIL(&p->ages, t, age);
	t->waiting = true;
}

static void
wait_end(struct as_politeness *p, struct as_turn *t)
{
	struct as_queue *q = t->queue;

	TAILQ_REMOVE(&q->waiting, t, link);
	TAILQ_REMOVE(&p->ages, t, age);
	t->waiting = false;
	if (TAILQ_EMPTY(&q->waiting))
		queue_line_leave(q);
}

static bool
firm_has_room(const struct as_politeness *p, const struct firm *f)
{
	return f == NULL || f->place.n_inside < p->manners.per_operator;
}

static bool
spot_has_room(const struct as_politeness *p, const struct spot *s)
{
	return s->place.n_inside < p->manners.per_address;
}

static bool
crowd_has_room(const struct as_politeness *p, const struct crowd *c)
{
	return c->place.n_inside < p->manners.per_network;
}

static struct as_queue *
next_in_crowd(const struct as_politeness *p, const struct crowd *c)
{
	struct as_queue *q;
	struct spot *s;

	if (!crowd_has_room(p, c))
		return NULL;
	TAILQ_FOREACH(s, &c->line, link)
	{
		if (!spot_has_room(p, s))
			continue;
		TAILQ_FOREACH(q, &s->line, at_spot)
		if (firm_has_room(p, q->firm))
			return q;
	}
	return NULL;
}

static struct as_queue *
next_of_firm(const struct as_politeness *p, const struct firm *f)
{
	struct as_queue *q;

	if (f == NULL || !firm_has_room(p, f))
		return NULL;
	TAILQ_FOREACH(q, &f->line, at_firm)
	if (spot_has_room(p, q->spot) && crowd_has_room(p, q->crowd))
		return q;
	return NULL;
}

/* Others go first next time. */
static void
queue_go_last(struct as_queue *q)
{
	TAILQ_REMOVE(&q->crowd->line, q->spot, link);
	TAILQ_INSERT_TAIL(&q->crowd->line, q->spot, link);
	if (TAILQ_EMPTY(&q->waiting))
		return;
	queue_line_leave(q);
	queue_line_up(q);
}

static void
let_in(struct as_politeness *p, struct as_queue *q)
{
	struct as_turn *t = TAILQ_FIRST(&q->waiting);

	wait_end(p, t);
	if (!TAILQ_EMPTY(&q->spot->line))
		queue_go_last(q);
	q->spot->place.n_inside++;
	q->crowd->place.n_inside++;
	if (q->firm != NULL)
		q->firm->place.n_inside++;
	t->go(t);
}

/* Something changed at these places: let in who may go now. */
static void
let_in_all(struct as_politeness *p, struct crowd *c, struct firm *f)
{
	struct as_queue *q;

	while ((q = next_in_crowd(p, c)) != NULL ||
	    (q = next_of_firm(p, f)) != NULL)
		let_in(p, q);
}

enum as_err
as_politeness_join(struct as_politeness *p, struct as_turn *turn)
{
	struct as_queue *q = queue_get(p, turn);

	turn->queue = q;
	if (q == NULL)
		return AS_ENOMEM;
	q->n_turns++;
	wait_begin(p, turn);
	if (spot_has_room(p, q->spot) && crowd_has_room(p, q->crowd) &&
	    firm_has_room(p, q->firm))
		let_in(p, q);
	return AS_OK;
}

void
as_politeness_leave(struct as_politeness *p, struct as_turn *turn)
{
	struct as_queue *q = turn->queue;

	if (turn->waiting) {
		wait_end(p, turn);
	} else {
		q->spot->place.n_inside--;
		q->crowd->place.n_inside--;
		if (q->firm != NULL)
			q->firm->place.n_inside--;
		let_in_all(p, q->crowd, q->firm);
	}
	turn->queue = NULL;
	q->n_turns--;
	queue_drop_empty(p, q);
}

void
as_politeness_expire(struct as_politeness *p, int64_t before_ms)
{
	struct as_turn *t;

	while ((t = TAILQ_FIRST(&p->ages)) != NULL && t->since_ms < before_ms)
		t->late(t);
}
