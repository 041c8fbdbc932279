/*
 * net/direct from a scripted table: what each name server says itself.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_net.h"
#include "net/direct.h"
#include "std/dns_wire.h"

#define MAX_VIEWS  2000
#define MAX_FAULTS 100
#define USUAL_MS   20

struct view {
	const char *address, *name;
	uint16_t type;
	char *data; /* NULL: no record */
};

struct fault {
	const char *address;
	uint16_t type; /* 0: any */
	enum fake_server_fault fault;
};

static struct {
	struct view views[MAX_VIEWS];
	size_t n_views;
	struct fault faults[MAX_FAULTS];
	size_t n_faults;
	struct {
		const char *address;
		uint32_t ms;
	} delays[MAX_FAULTS];
	size_t n_delays;
	struct {
		char address[AS_IP_TEXT];
	} asked[MAX_VIEWS];
	size_t n_asked;
} w;

void
fake_servers_reset(void)
{
	for (size_t i = 0; i < w.n_views; i++)
		free(w.views[i].data);
	memset(&w, 0, sizeof(w));
}

static uint16_t
type_of(const char *text)
{
	uint16_t type = 0;

	if (text != NULL && as_rrtype_parse(as_str_from(text), &type) != AS_OK)
		abort();
	return type;
}

void
fake_server_rr(
    const char *address, const char *name, const char *type, const char *data)
{
	assert(w.n_views < MAX_VIEWS);
	w.views[w.n_views++] = (struct view){
	    address, name, type_of(type), data != NULL ? strdup(data) : NULL};
}

void
fake_server_fault(
    const char *address, const char *type, enum fake_server_fault fault)
{
	assert(w.n_faults < MAX_FAULTS);
	w.faults[w.n_faults++] = (struct fault){address, type_of(type), fault};
}

void
fake_server_delay(const char *address, uint32_t ms)
{
	assert(w.n_delays < MAX_FAULTS);
	w.delays[w.n_delays].address = address;
	w.delays[w.n_delays++].ms = ms;
}

unsigned
fake_server_asked(const char *address)
{
	unsigned n = 0;

	for (size_t i = 0; i < w.n_asked; i++)
		n +=
		    address == NULL || strcmp(w.asked[i].address, address) == 0;
	return n;
}

/* --- net/direct --- */

struct as_direct {
	struct as_loop *loop;
};

struct as_direct_query {
	as_direct_fn *fn;
	void *ctx;
	struct as_timer *timer;
	char address[AS_IP_TEXT];
	char name[300];
	uint16_t type;
};

static void
u16_add(struct as_buf *b, unsigned v)
{
	uint8_t p[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	as_buf_add(b, p, 2);
}

static void
soa_rdata(struct as_buf *b, const char *serial)
{
	unsigned long v = strtoul(serial, NULL, 10);

	as_buf_add(b, "\0\0", 2);
	u16_add(b, (unsigned)(v >> 16));
	u16_add(b, (unsigned)v & 0xffff);
	for (int i = 0; i < 8; i++)
		u16_add(b, 1);
}

/* The server's own records of the question; false: it has the world's. */
static bool
own_packet(struct as_buf *b, const struct as_direct_query *q)
{
	static const uint8_t head[12] = {0x12, 0x34, 0x84, 0, 0, 1};
	unsigned n = 0;
	bool own = false;

	as_buf_init(b, 65535);
	as_buf_add(b, head, sizeof(head));
	fake_name_add(b, as_str_from(q->name));
	u16_add(b, q->type);
	u16_add(b, 1);
	for (size_t i = 0; i < w.n_views; i++) {
		const struct view *v = &w.views[i];
		struct as_buf rdata;

		if (strcmp(v->address, q->address) != 0 ||
		    strcmp(v->name, q->name) != 0 || v->type != q->type)
			continue;
		own = true;
		if (v->data == NULL)
			continue;
		as_buf_init(&rdata, 65535);
		if (v->type == AS_RR_SOA)
			soa_rdata(&rdata, v->data);
		else
			fake_rdata_add(&rdata, v->type, v->data);
		fake_name_add(b, as_str_from(q->name));
		u16_add(b, q->type);
		u16_add(b, 1);
		u16_add(b, 0);
		u16_add(b, 300);
		u16_add(b, (unsigned)rdata.n);
		as_buf_add(b, rdata.p, rdata.n);
		as_buf_fini(&rdata);
		n++;
	}
	b->p[7] = (char)n;
	if (!own)
		as_buf_fini(b);
	return own;
}

static const struct fault *
fault_find(const struct as_direct_query *q)
{
	for (size_t i = 0; i < w.n_faults; i++)
		if (strcmp(w.faults[i].address, q->address) == 0 &&
		    (w.faults[i].type == 0 || w.faults[i].type == q->type))
			return &w.faults[i];
	return NULL;
}

static bool
fault_end(const struct fault *f, struct as_direct_reply *r)
{
	switch (f->fault) {
	case FAKE_SERVER_SILENT:
		r->end = AS_DIRECT_TIMEOUT;
		r->detail = "no answer in 2 tries of 2000 ms";
		return true;
	case FAKE_SERVER_NOBODY:
		r->end = AS_DIRECT_REFUSED;
		r->detail = "Connection refused";
		return true;
	case FAKE_SERVER_NO_WAY:
		r->end = AS_DIRECT_UNREACHABLE;
		r->detail = "Network is unreachable";
		return true;
	case FAKE_SERVER_NO_TCP:
		r->end = AS_DIRECT_NO_TCP;
		r->detail = "the answer was cut, and TCP failed: closed";
		return true;
	default: return false;
	}
}

static void
packet_spoil(struct as_buf *b, enum fake_server_fault fault)
{
	switch (fault) {
	case FAKE_SERVER_LAME: b->p[2] = (char)0x80; break;
	case FAKE_SERVER_REFUSED: b->p[3] = 5; break;
	case FAKE_SERVER_SERVFAIL: b->p[3] = 2; break;
	case FAKE_SERVER_GARBAGE: b->n = 14; break;
	default: break;
	}
}

static void
on_query(void *ctx)
{
	struct as_direct_query *q = ctx;
	struct as_direct_reply r = {.detail = "", .took_ms = USUAL_MS};
	const struct fault *f = fault_find(q);
	struct as_buf b = {.p = NULL};

	if (f == NULL || !fault_end(f, &r)) {
		if (!own_packet(&b, q)) {
			fake_packet(&b, q->name, q->type);
			b.p[2] = (char)0x84;
		}
		if (f != NULL)
			packet_spoil(&b, f->fault);
		r.packet = (const uint8_t *)b.p;
		r.n = b.n;
	}
	as_timer_free(q->timer);
	q->fn(q->ctx, &r);
	as_buf_fini(&b);
	free(q);
}

static uint32_t
query_ms(const struct as_direct_query *q)
{
	const struct fault *f = fault_find(q);

	if (f != NULL && f->fault == FAKE_SERVER_SILENT)
		return 4000;
	for (size_t i = 0; i < w.n_delays; i++)
		if (strcmp(w.delays[i].address, q->address) == 0)
			return w.delays[i].ms;
	return USUAL_MS;
}

struct as_direct_query *
as_direct_ask(struct as_direct *d, const struct as_direct_question *question,
    as_direct_fn *fn, void *ctx)
{
	struct as_direct_query *q = calloc(1, sizeof(*q));

	*q = (struct as_direct_query){
	    .fn = fn, .ctx = ctx, .type = question->type};
	(void)as_ip_text(&question->ip, q->address);
	(void)snprintf(
	    q->name, sizeof(q->name), AS_STR_FMT, AS_STR_ARG(question->name));
	assert(w.n_asked < MAX_VIEWS);
	memcpy(w.asked[w.n_asked++].address, q->address, AS_IP_TEXT);
	q->timer = as_timer_new(d->loop, on_query, q);
	as_timer_set(q->timer, query_ms(q));
	return q;
}

void
as_direct_cancel(struct as_direct_query *q)
{
	as_timer_free(q->timer);
	free(q);
}

struct as_direct *
as_direct_new(struct as_loop *loop, const struct as_direct_config *config)
{
	struct as_direct *d = calloc(1, sizeof(*d));

	(void)config;
	d->loop = loop;
	return d;
}

void
as_direct_free(struct as_direct *d)
{
	free(d);
}
