/*
 * probe/probe_servers - asks the name servers of a domain's zone one by one.
 *
 * First, through the book, who they are: the zone that signatures name, or the
 * first name upwards with NS records, then an address of each server.  Last,
 * when all else is known, each is asked itself for the SOA of the zone, the MX
 * and TXT of the domain and the TXT of _dmarc: one question at a time, all
 * servers side by side.  One that leaves a question unanswered is asked no
 * more.
 */
#ifndef AS_PROBE_PROBE_SERVERS_H
#define AS_PROBE_PROBE_SERVERS_H

#include "probe/book.h"
#include "probe/probe.h"

struct as_asked_server;

struct as_probe_servers {
	const struct as_probe *p;
	struct as_arena *arena;
	struct as_book *book;
	struct as_domain_facts *facts;
	void (*fn)(void *ctx); /* after as_probe_servers_start was true */
	void *ctx;
	unsigned climb; /* names above that may still be asked */
	struct as_asked_server *list;
	size_t n, running;
	struct as_timer *timer;
};

/* Ask the book for the servers and their addresses: once the answers about the
 * domain itself, and facts->zone, are there. */
void as_probe_servers_ask(struct as_probe_servers *s);

/* Ask the servers; false: there is none to ask, fn will not be called.  Memory
 * that is out shows as as_book_fail. */
bool as_probe_servers_start(struct as_probe_servers *s);

void as_probe_servers_cancel(struct as_probe_servers *s);

#endif
