/*
 * net/dns_flight - the life of a query between as_dns_ask and its callback.
 *
 *   ask --> WAITING --> FLYING --> settled --> READY --> callback, freed
 *             ^  ^        |  |        |
 *             |  |        |  +--------+--> a proposal asks on: WAITING
 *             |  |        +-> RESTING (SERVFAIL, tries left)
 *             |  +-- rested ----+
 *             +----- timeout, tries left
 *
 * A query is in exactly one list.  Answers are copied and handed over from one
 * timer alone: libunbound often calls back before ub_resolve_event returns, and
 * its inside is no place for a user's callback that asks, cancels or frees.
 */
#ifndef AS_NET_DNS_FLIGHT_H
#define AS_NET_DNS_FLIGHT_H

#include <sys/queue.h>

#include "net/dns.h"
#include "net/dns_proposal.h"
#include "net/resolver.h"

enum query_state {
	QUERY_NEW,
	QUERY_WAITING,
	QUERY_FLYING,
	QUERY_RESTING,
	QUERY_READY,
	QUERY_CALLED,
};

/* What a query came to. */
struct outcome {
	enum as_dns_reply_kind kind;
	enum as_dns_security security;
	uint8_t rcode;
	uint8_t *packet; /* owned */
	size_t n;
	char *detail; /* owned; NULL: none */
};

struct as_dns_query {
	TAILQ_ENTRY(as_dns_query) link;
	struct as_dns *dns;
	as_dns_fn *fn;
	void *ctx;
	enum query_state state;
	int id; /* libunbound's, while it flies */
	uint32_t tries_left;
	int64_t since_ms; /* when it came into `flying` or `resting` */
	uint64_t took_ms;
	struct as_proposal *proposal; /* owned; NULL: a plain question */
	const char *asked;            /* of the net, now */
	uint16_t asked_type;
	struct outcome outcome;
	char name[]; /* NUL-terminated */
};

TAILQ_HEAD(query_list, as_dns_query);

/* Queries that all stay equally long: the oldest is always first, so one timer
 * serves them all. */
struct query_line {
	struct query_list list;
	struct as_timer *timer;
	uint32_t ms;
};

struct as_dns {
	struct as_resolver resolver;
	struct as_clock clock;
	struct as_zones *zones;
	struct as_proposal_apexes apexes;
	bool zone_only;
	uint32_t window;
	uint32_t tries;
	uint32_t n_flying;
	struct query_line flying;
	struct query_line resting;
	struct query_list waiting;
	struct query_list ready;
	struct as_timer *pump;
	bool pumping; /* the timer is set */
	bool calling; /* a user's callback runs */
	bool dead;    /* freed in it: to be buried when it returns */
};

AS_MUST_USE enum as_err as_dns_flight_init(
    struct as_dns *dns, struct as_loop *loop, const struct as_dns_config *c);
void as_dns_flight_fini(struct as_dns *dns); /* frees every query */

/* Put a new query into the queue for the net, or straight to the callback. */
void as_dns_flight_ask(struct as_dns_query *q);
void as_dns_flight_settle(
    struct as_dns_query *q, enum as_dns_reply_kind kind, uint8_t rcode);

/* Take it out of its list, away from libunbound, and free it. */
void as_dns_flight_drop(struct as_dns_query *q);

#endif
