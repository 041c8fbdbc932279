/*
 * test/dns_ask - ask net/dns and keep what comes back.
 */
#ifndef AS_TEST_DNS_ASK_H
#define AS_TEST_DNS_ASK_H

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/dns.h"

struct bench; /* as in "test bench" */

struct got {
	struct bench *b;
	struct as_dns_query *q;
	bool asking; /* as_dns_ask has not returned */
	bool early;  /* called before it had */
	unsigned calls;
	enum as_dns_reply_kind kind;
	enum as_dns_security security;
	uint8_t rcode;
	bool proposed;
	uint32_t took_ms;
	char detail[400];
	char text[512];              /* as show_packet */
	size_t n;                    /* of the packet */
	void (*then)(struct got *g); /* in the callback, or NULL */
};

struct bench {
	struct as_loop *loop;
	struct as_dns *dns;
	unsigned left;
};

/* "RCODE: TYPE RDATA|..." without signatures, read by ldns. */
static inline void
show_packet(const uint8_t *p, size_t n, char *out, size_t room)
{
	ldns_pkt *pkt = NULL;
	size_t at, i, shown = 0;

	if (ldns_wire2pkt(&pkt, p, n) != LDNS_STATUS_OK) {
		(void)snprintf(out, room, "damaged");
		return;
	}
	at = (size_t)snprintf(out, room, "%u:", ldns_pkt_get_rcode(pkt));
	for (i = 0; i < ldns_pkt_ancount(pkt) && at < room; i++) {
		ldns_rr *rr = ldns_rr_list_rr(ldns_pkt_answer(pkt), i);
		char *type = ldns_rr_type2str(ldns_rr_get_type(rr));
		char *rd = ldns_rr_rd_count(rr) > 0
		    ? ldns_rdf2str(ldns_rr_rdf(rr, ldns_rr_rd_count(rr) - 1))
		    : NULL;

		if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_RRSIG)
			at += (size_t)snprintf(out + at, room - at,
			    "%s%s %.60s", shown++ > 0 ? "|" : " ", type,
			    rd != NULL ? rd : "");
		free(type);
		free(rd);
	}
	ldns_pkt_free(pkt);
}

static inline void
on_got(void *ctx, const struct as_dns_reply *reply)
{
	struct got *g = ctx;

	g->calls++;
	g->early |= g->asking;
	g->q = NULL;
	g->kind = reply->kind;
	g->security = reply->security;
	g->rcode = reply->rcode;
	g->proposed = reply->proposed;
	g->took_ms = reply->took_ms;
	g->n = reply->n;
	(void)snprintf(g->detail, sizeof(g->detail), "%s", reply->detail);
	if (reply->packet != NULL)
		show_packet(reply->packet, reply->n, g->text, sizeof(g->text));
	if (--g->b->left == 0)
		as_loop_stop(g->b->loop);
	if (g->then != NULL)
		g->then(g);
}

static inline bool
ask(struct bench *b, struct got *g, const char *name, uint16_t type)
{
	g->b = b;
	g->asking = true;
	g->q = as_dns_ask(b->dns, as_str_from(name), type, on_got, g);
	g->asking = false;
	b->left += g->q != NULL;
	return g->q != NULL;
}

static inline void
wait_all(struct bench *b)
{
	if (b->left > 0)
		as_loop_run(b->loop);
}

static inline void
ask_one(struct bench *b, struct got *g, const char *name, uint16_t type)
{
	*g = (struct got){.calls = 0};
	if (ask(b, g, name, type))
		wait_all(b);
}

static inline bool
bench_open(struct bench *b, const struct as_dns_config *config)
{
	struct as_why why = {.text = ""};

	*b = (struct bench){.loop = as_loop_new()};
	if (b->loop != NULL &&
	    as_dns_new(b->loop, config, &b->dns, &why) == AS_OK)
		return true;
	printf("# %s\n", why.text);
	return false;
}

static inline void
bench_close(struct bench *b)
{
	as_dns_free(b->dns);
	as_loop_free(b->loop);
}

#endif
