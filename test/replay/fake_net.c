#include "fake_net.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#define MAX_RRS     20000
#define MAX_FAULTS  200
#define MAX_SUFFIX  20
#define MAX_SERVERS 200
#define MAX_ASKED   30000
#define USUAL_MS    20
#define MAX_HOPS    20

struct rr {
	char *name;
	uint16_t type;
	char *rdata;
	size_t n;
};

struct fault {
	char name[80];
	uint16_t type; /* 0: any */
	enum fake_fault fault;
};

struct suffix {
	const char *name;
	uint32_t value;
};

struct asked {
	char name[300];
	uint16_t type;
};

static struct {
	struct rr rrs[MAX_RRS];
	size_t n_rrs;
	struct fault faults[MAX_FAULTS];
	size_t n_faults;
	struct suffix secure[MAX_SUFFIX], proposed[MAX_SUFFIX];
	struct suffix delays[MAX_SUFFIX];
	size_t n_secure, n_proposed, n_delays;
	struct asked asked[MAX_ASKED];
	size_t n_asked;
	unsigned flying, most_flying;
	struct {
		const char *address;
		const struct as_smtp_view *view; /* NULL: see fn */
		fake_smtp_fn *fn;
		unsigned visits;
	} smtp[MAX_SERVERS];
	size_t n_smtp;
	struct {
		const char *address;
		const struct as_https_view *view;
	} https[MAX_SERVERS];
	size_t n_https;
	struct as_smtp_target seen;
	unsigned visits, fetches;
	bool no_resolver;
} w;

void
fake_reset(void)
{
	fake_servers_reset();
	for (size_t i = 0; i < w.n_rrs; i++) {
		free(w.rrs[i].name);
		free(w.rrs[i].rdata);
	}
	memset(&w, 0, sizeof(w));
}

/* --- writing the world --- */

static uint16_t
type_of(const char *text)
{
	uint16_t type;

	if (text == NULL)
		return 0;
	if (as_rrtype_parse(as_str_from(text), &type) != AS_OK)
		abort();
	return type;
}

/* Wire form; text has no escapes here but "\DDD". */
static void
name_add(struct as_buf *b, struct as_str name)
{
	uint8_t label[64];
	size_t n = 0;

	for (size_t i = 0; i <= name.n && !as_str_is(name, "."); i++) {
		if (i == name.n || name.p[i] == '.') {
			if (n > 0) {
				uint8_t len = (uint8_t)n;
				as_buf_add(b, &len, 1);
				as_buf_add(b, label, n);
			}
			n = 0;
			continue;
		}
		assert(n < 63);
		if (name.p[i] == '\\') {
			label[n++] = (uint8_t)((name.p[i + 1] - '0') * 100 +
			    (name.p[i + 2] - '0') * 10 + name.p[i + 3] - '0');
			i += 3;
		} else {
			label[n++] = (uint8_t)name.p[i];
		}
	}
	as_buf_add(b, "", 1);
}

static void
u16_add(struct as_buf *b, unsigned v)
{
	uint8_t p[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	as_buf_add(b, p, 2);
}

static void
txt_add(struct as_buf *b, struct as_str s)
{
	do {
		struct as_str part = as_str_slice(s, 0, 255);
		uint8_t n = (uint8_t)part.n;
		as_buf_add(b, &n, 1);
		as_buf_add_str(b, part);
		s = as_str_slice(s, part.n, s.n);
	} while (s.n > 0);
}

static void
tlsa_add(struct as_buf *b, const char *data)
{
	unsigned u, s, m, octet;
	char hex[300];

	if (sscanf(data, "%u %u %u %299s", &u, &s, &m, hex) != 4)
		abort();
	uint8_t head[3] = {(uint8_t)u, (uint8_t)s, (uint8_t)m};
	as_buf_add(b, head, 3);
	for (char *p = hex; sscanf(p, "%2x", &octet) == 1; p += 2) {
		uint8_t o = (uint8_t)octet;
		as_buf_add(b, &o, 1);
	}
}

static void
caa_add(struct as_buf *b, const char *data)
{
	unsigned flags;
	char tag[32], value[200];

	if (sscanf(data, "%u %31s %199s", &flags, tag, value) != 3)
		abort();
	uint8_t head[2] = {(uint8_t)flags, (uint8_t)strlen(tag)};
	as_buf_add(b, head, 2);
	as_buf_puts(b, tag);
	as_buf_puts(b, value);
}

static void
hex_add(struct as_buf *b, const char *hex)
{
	unsigned octet;

	for (; sscanf(hex, "%2x", &octet) == 1; hex += 2) {
		uint8_t o = (uint8_t)octet;
		as_buf_add(b, &o, 1);
	}
}

/* DNSKEY "257 3 13 hex", DS "60485 13 2 hex": both 16, 8, 8 bits, then octets. */
static void
key_add(struct as_buf *b, const char *data)
{
	unsigned first, second, third;
	char hex[1200] = "";

	if (sscanf(data, "%u %u %u %1199s", &first, &second, &third, hex) < 3)
		abort();
	uint8_t more[2] = {(uint8_t)second, (uint8_t)third};
	u16_add(b, first);
	as_buf_add(b, more, 2);
	hex_add(b, hex);
}

static void
nsec3param_add(struct as_buf *b, const char *data)
{
	unsigned hash, flags, iterations;
	char hex[512] = "";

	if (sscanf(data, "%u %u %u %511s", &hash, &flags, &iterations, hex) < 3)
		abort();
	uint8_t head[2] = {(uint8_t)hash, (uint8_t)flags};
	uint8_t salt = (uint8_t)(strlen(hex) / 2);
	as_buf_add(b, head, 2);
	u16_add(b, iterations);
	as_buf_add(b, &salt, 1);
	hex_add(b, hex);
}

/* RRSIG "MX 13 4660 INCEPTION EXPIRATION signer" */
static void
rrsig_add(struct as_buf *b, const char *data)
{
	unsigned alg, tag, from, to;
	char covers[16], signer[300];
	uint8_t head[2], ttl[4] = {0, 0, 1, 44};

	if (sscanf(data, "%15s %u %u %u %u %299s", covers, &alg, &tag, &from,
		&to, signer) != 6)
		abort();
	head[0] = (uint8_t)alg;
	head[1] = 2;
	u16_add(b, type_of(covers));
	as_buf_add(b, head, 2);
	as_buf_add(b, ttl, 4);
	u16_add(b, to >> 16);
	u16_add(b, to);
	u16_add(b, from >> 16);
	u16_add(b, from);
	u16_add(b, tag);
	name_add(b, as_str_from(signer));
	as_buf_puts(b, "signature");
}

static void
rdata_add(struct as_buf *b, uint16_t type, const char *data)
{
	struct as_ip ip;
	char *end;

	switch (type) {
	case AS_RR_MX:
		u16_add(b, (unsigned)strtoul(data, &end, 10));
		name_add(b, as_str_from(end + 1));
		break;
	case AS_RR_TXT: txt_add(b, as_str_from(data)); break;
	case AS_RR_A:
	case AS_RR_AAAA:
		if (as_ip_parse(as_str_from(data), &ip) != AS_OK)
			abort();
		as_buf_add(b, ip.b, ip.len);
		break;
	case AS_RR_TLSA: tlsa_add(b, data); break;
	case AS_RR_CAA: caa_add(b, data); break;
	case AS_RR_SOA: as_buf_puts(b, data); break;
	case AS_RR_DNSKEY:
	case AS_RR_DS: key_add(b, data); break;
	case AS_RR_NSEC3PARAM: nsec3param_add(b, data); break;
	case AS_RR_RRSIG: rrsig_add(b, data); break;
	default: name_add(b, as_str_from(data)); break;
	}
}

void
fake_rr_octets(const char *name, const char *type, struct as_str rdata)
{
	struct rr *rr = &w.rrs[w.n_rrs++];

	assert(w.n_rrs <= MAX_RRS);
	rr->name = strdup(name);
	rr->type = type_of(type);
	rr->rdata = malloc(rdata.n + 1);
	memcpy(rr->rdata, rdata.p, rdata.n);
	rr->n = rdata.n;
}

void
fake_rr(const char *name, const char *type, const char *data)
{
	struct as_buf b;

	as_buf_init(&b, 65535);
	rdata_add(&b, type_of(type), data);
	fake_rr_octets(name, type, as_buf_str(&b));
	as_buf_fini(&b);
}

void
fake_fault(const char *name, const char *type, enum fake_fault fault)
{
	struct fault *f = &w.faults[w.n_faults++];

	(void)snprintf(f->name, sizeof(f->name), "%s", name);
	f->type = type_of(type);
	f->fault = fault;
}

void
fake_secure(const char *name)
{
	w.secure[w.n_secure++] = (struct suffix){name, 0};
}

void
fake_proposed(const char *name)
{
	w.proposed[w.n_proposed++] = (struct suffix){name, 0};
}

void
fake_delay(const char *name, uint32_t ms)
{
	w.delays[w.n_delays++] = (struct suffix){name, ms};
}

void
fake_no_resolver(void)
{
	w.no_resolver = true;
}

/* --- finding --- */

static const struct suffix *
suffix_find(const struct suffix *list, size_t n, struct as_str name)
{
	for (size_t i = 0; i < n; i++)
		if (as_domain_within(name, as_str_from(list[i].name)))
			return &list[i];
	return NULL;
}

static const struct fault *
fault_find(struct as_str name, uint16_t type)
{
	for (size_t i = 0; i < w.n_faults; i++) {
		const struct fault *f = &w.faults[i];
		bool hit = f->name[0] == '.'
		    ? as_domain_within(name, as_str_from(f->name + 1))
		    : as_str_is(name, f->name);
		if (hit && (f->type == 0 || f->type == type))
			return f;
	}
	return NULL;
}

static bool
name_exists(struct as_str name)
{
	for (size_t i = 0; i < w.n_rrs; i++)
		if (as_domain_within(as_str_from(w.rrs[i].name), name))
			return true;
	return false;
}

/* The owner whose records answer for name: itself, or the wildcard of its
 * closest encloser (RFC 4592 3.3.1).  False: NXDOMAIN. */
static bool
owner_find(struct as_str name, char owner[300])
{
	struct as_str up = name;

	(void)snprintf(owner, 300, AS_STR_FMT, AS_STR_ARG(name));
	if (name_exists(name))
		return true;
	while (as_domain_labels(up) > 1) {
		up = as_domain_drop(up, 1);
		if (!name_exists(up))
			continue;
		(void)snprintf(owner, 300, "*." AS_STR_FMT, AS_STR_ARG(up));
		for (size_t i = 0; i < w.n_rrs; i++)
			if (strcmp(w.rrs[i].name, owner) == 0)
				return true;
		return false;
	}
	return false;
}

void
fake_name_add(struct as_buf *b, struct as_str name)
{
	name_add(b, name);
}

void
fake_rdata_add(struct as_buf *b, uint16_t type, const char *data)
{
	rdata_add(b, type, data);
}

/* --- answering --- */

struct as_dns {
	struct as_loop *loop;
};

struct as_dns_query {
	struct as_dns *dns;
	as_dns_fn *fn;
	void *ctx;
	struct as_timer *timer;
	char name[300];
	uint16_t type;
};

struct packet {
	struct as_buf b;
	unsigned answers, authority;
	bool nxdomain;
	bool secure;
};

static void
rr_write(struct packet *p, struct as_str owner, const struct rr *rr)
{
	name_add(&p->b, owner);
	u16_add(&p->b, rr->type);
	u16_add(&p->b, 1);
	u16_add(&p->b, 0);
	u16_add(&p->b, 300);
	u16_add(&p->b, (unsigned)rr->n);
	as_buf_add(&p->b, rr->rdata, rr->n);
	p->answers++;
}

static const struct rr *
rr_find(const char *owner, uint16_t type)
{
	for (size_t i = 0; i < w.n_rrs; i++)
		if (w.rrs[i].type == type && strcmp(w.rrs[i].name, owner) == 0)
			return &w.rrs[i];
	return NULL;
}

/* The text of a name in wire form (ours has no compression). */
static void
name_text(const struct rr *rr, char out[300])
{
	struct as_arena *a = as_arena_new(100000);
	struct as_dns_msg m = {.p = (const uint8_t *)rr->rdata, .n = rr->n};
	size_t at = 0;
	struct as_str name;

	if (as_dns_read_name(a, &m, &at, &name, NULL) != AS_OK)
		abort();
	(void)snprintf(out, 300, AS_STR_FMT, AS_STR_ARG(name));
	as_arena_free(a);
}

/* The signatures of owner's records of a type, with `as` for their name. */
static void
signatures_write(
    struct packet *p, const char *owner, struct as_str as, uint16_t type)
{
	for (size_t i = 0; i < w.n_rrs; i++) {
		const struct rr *rr = &w.rrs[i];
		if (rr->type == AS_RR_RRSIG && rr->n > 2 &&
		    strcmp(rr->name, owner) == 0 &&
		    (uint8_t)rr->rdata[0] == type >> 8 &&
		    (uint8_t)rr->rdata[1] == (type & 0xff))
			rr_write(p, as, rr);
	}
}

/* What denies a name has the signature of the zone's SOA, in the authority
 * section. */
static void
denial_write(struct packet *p, const char *asked)
{
	struct as_str up = as_str_from(asked);
	unsigned answers = p->answers;
	char zone[300];

	for (; as_domain_labels(up) > 0 && p->answers == answers;
	     up = as_domain_drop(up, 1)) {
		(void)snprintf(zone, sizeof(zone), AS_STR_FMT, AS_STR_ARG(up));
		signatures_write(p, zone, up, AS_RR_SOA);
	}
	p->authority = p->answers - answers;
	p->answers = answers;
}

/* Answer section for a name; follows CNAMEs. */
static void
resolve(struct packet *p, const char *asked, uint16_t type, bool follow)
{
	char name[300], owner[300];

	(void)snprintf(name, sizeof(name), "%s", asked);
	for (int hop = 0; hop < MAX_HOPS; hop++) {
		struct as_str n = as_str_from(name);
		const struct rr *cname;
		bool found = false;
		p->secure &= suffix_find(w.secure, w.n_secure, n) != NULL;
		p->nxdomain = !owner_find(n, owner);
		if (p->nxdomain) {
			denial_write(p, name);
			return;
		}
		for (size_t i = 0; i < w.n_rrs; i++) {
			if (w.rrs[i].type != type ||
			    strcmp(w.rrs[i].name, owner) != 0)
				continue;
			found = true;
			if (p->b.n + w.rrs[i].n + 300 < 65535)
				rr_write(p, n, &w.rrs[i]);
		}
		cname = rr_find(owner, AS_RR_CNAME);
		if (found)
			signatures_write(p, owner, n, type);
		else if (cname == NULL)
			denial_write(p, name);
		if (found || cname == NULL)
			return;
		rr_write(p, n, cname);
		signatures_write(p, owner, n, AS_RR_CNAME);
		if (!follow)
			return;
		name_text(cname, name);
	}
}

static void
packet_make(
    struct packet *p, const struct as_dns_query *q, uint8_t flags, bool follow)
{
	uint8_t head[12] = {0x12, 0x34, 0x80 | flags, 0x80, 0, 1};

	as_buf_init(&p->b, 70000);
	p->secure = true;
	as_buf_add(&p->b, head, sizeof(head));
	name_add(&p->b, as_str_from(q->name));
	u16_add(&p->b, q->type);
	u16_add(&p->b, 1);
	resolve(p, q->name, q->type, follow);
	p->b.p[3] = (char)(0x80 | (p->nxdomain ? 3 : 0));
	p->b.p[6] = (char)(p->answers >> 8);
	p->b.p[7] = (char)p->answers;
	p->b.p[9] = (char)p->authority;
}

void
fake_packet(struct as_buf *b, const char *name, uint16_t type)
{
	struct as_dns_query q = {.type = type};
	struct packet p = {.answers = 0};

	(void)snprintf(q.name, sizeof(q.name), "%s", name);
	packet_make(&p, &q, 0, true);
	*b = p.b;
}

static void
fault_reply(const struct as_dns_query *q, enum fake_fault fault)
{
	struct as_dns_reply r = {.detail = "", .took_ms = USUAL_MS};
	struct packet p = {.answers = 0};

	switch (fault) {
	case FAKE_SERVFAIL:
	case FAKE_REFUSED:
		r.kind = AS_REPLY_FAILED;
		r.rcode = fault == FAKE_REFUSED ? 5 : 2;
		r.detail = "no server gave a usable answer";
		break;
	case FAKE_NOT_ASKED:
		r.kind = AS_REPLY_FAILED;
		r.detail = "not asked (--zone-only)";
		break;
	case FAKE_TIMEOUT:
		r.kind = AS_REPLY_TIMEOUT;
		r.detail = "no answer in 2 tries of 5000 ms";
		r.took_ms = AS_DNS_QUERY_MS * AS_DNS_TRIES;
		break;
	case FAKE_BOGUS:
		r.kind = AS_REPLY_BOGUS;
		r.security = AS_SECURITY_BOGUS;
		r.detail = "validation failure: signature expired";
		break;
	case FAKE_GARBAGE:
		r.kind = AS_REPLY_PACKET;
		r.packet = (const uint8_t *)"\x12\x34\x81\x80\0\1";
		r.n = 6;
		break;
	case FAKE_NXDOMAIN:
	case FAKE_CONFUSED:
	case FAKE_TRUNCATED:
		packet_make(&p, q, fault == FAKE_TRUNCATED ? 2 : 0, true);
		if (fault != FAKE_TRUNCATED)
			p.b.p[3] = (char)0x83;
		r.kind = AS_REPLY_PACKET;
		r.packet = (const uint8_t *)p.b.p;
		r.n = p.b.n;
		break;
	}
	q->fn(q->ctx, &r);
	as_buf_fini(&p.b);
}

static void
good_reply(const struct as_dns_query *q)
{
	struct as_dns_reply r = {.kind = AS_REPLY_PACKET, .detail = ""};
	struct packet p = {.answers = 0};

	r.took_ms = USUAL_MS;
	r.proposed =
	    suffix_find(w.proposed, w.n_proposed, as_str_from(q->name)) != NULL;
	packet_make(&p, q, 0, !r.proposed);
	r.packet = (const uint8_t *)p.b.p;
	r.n = p.b.n;
	r.rcode = p.nxdomain ? 3 : 0;
	r.security = p.secure ? AS_SECURITY_SECURE : AS_SECURITY_INSECURE;
	q->fn(q->ctx, &r);
	as_buf_fini(&p.b);
}

static void
query_free(struct as_dns_query *q)
{
	as_timer_free(q->timer);
	free(q);
}

static void
on_query(void *ctx)
{
	struct as_dns_query *q = ctx;
	const struct fault *f = fault_find(as_str_from(q->name), q->type);

	w.flying--;
	if (f != NULL)
		fault_reply(q, f->fault);
	else
		good_reply(q);
	query_free(q);
}

static uint32_t
query_ms(const struct as_dns_query *q)
{
	struct as_str name = as_str_from(q->name);
	const struct fault *f = fault_find(name, q->type);
	const struct suffix *s = suffix_find(w.delays, w.n_delays, name);

	if (f != NULL && f->fault == FAKE_TIMEOUT)
		return AS_DNS_QUERY_MS * AS_DNS_TRIES;
	return s != NULL ? s->value : USUAL_MS;
}

struct as_dns_query *
as_dns_ask(struct as_dns *dns, struct as_str name, uint16_t type, as_dns_fn *fn,
    void *ctx)
{
	struct as_dns_query *q;
	size_t run = 0;

	if (name.n > AS_MAX_NAME_OCTETS)
		return NULL;
	for (size_t i = 0; i < name.n; i++) {
		run = name.p[i] == '.' ? 0 : run + 1;
		if (run > 63)
			return NULL;
	}
	q = calloc(1, sizeof(*q));
	*q = (struct as_dns_query){
	    .dns = dns, .fn = fn, .ctx = ctx, .type = type};
	(void)snprintf(q->name, sizeof(q->name), AS_STR_FMT, AS_STR_ARG(name));
	assert(w.n_asked < MAX_ASKED);
	(void)snprintf(w.asked[w.n_asked].name, 300, "%s", q->name);
	w.asked[w.n_asked++].type = type;
	q->timer = as_timer_new(dns->loop, on_query, q);
	as_timer_set(q->timer, query_ms(q));
	if (++w.flying > w.most_flying)
		w.most_flying = w.flying;
	return q;
}

void
as_dns_cancel(struct as_dns_query *q)
{
	w.flying--;
	query_free(q);
}

enum as_err
as_dns_new(struct as_loop *loop, const struct as_dns_config *config,
    struct as_dns **out, struct as_why *why)
{
	(void)config;
	if (w.no_resolver)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "no resolver");
	*out = calloc(1, sizeof(**out));
	(*out)->loop = loop;
	return AS_OK;
}

void
as_dns_free(struct as_dns *dns)
{
	free(dns);
}

unsigned
fake_asked(const char *name, const char *type)
{
	unsigned n = 0;

	for (size_t i = 0; i < w.n_asked; i++)
		n += (name == NULL || strcmp(w.asked[i].name, name) == 0) &&
		    (type == NULL || w.asked[i].type == type_of(type));
	return n;
}

unsigned
fake_in_flight_most(void)
{
	return w.most_flying;
}

/* --- TLS --- */

struct as_tls {
	int none;
};

enum as_err
as_tls_new(struct as_str ca_pem, struct as_tls **out, struct as_why *why)
{
	(void)ca_pem;
	(void)why;
	*out = calloc(1, sizeof(**out));
	return AS_OK;
}

/* No replay asks for more than the first visit of TLS. */
enum as_err
as_tls_look_flight(struct as_tls *tls, struct as_arena *a,
    const struct as_tls_flight *f, struct as_tls_view *out)
{
	(void)tls;
	(void)a;
	(void)f;
	*out = (struct as_tls_view){0};
	return AS_OK;
}

void
as_tls_free(struct as_tls *tls)
{
	free(tls);
}

/* --- SMTP --- */

struct as_smtp_visit {
	struct as_timer *timer;
	struct as_smtp_target target;
	as_smtp_fn *fn;
	void *ctx;
};

void
fake_smtp(const char *address, const struct as_smtp_view *view)
{
	w.smtp[w.n_smtp].address = address;
	w.smtp[w.n_smtp++].view = view;
}

void
fake_smtp_by(const char *address, fake_smtp_fn *fn)
{
	w.smtp[w.n_smtp].address = address;
	w.smtp[w.n_smtp++].fn = fn;
}

static void
on_visit(void *ctx)
{
	static const struct as_smtp_view refused = {.end = AS_VISIT_REFUSED};
	struct as_smtp_visit *v = ctx;
	const struct as_smtp_view *view = &refused;
	char text[AS_IP_TEXT];

	(void)as_ip_text(&v->target.ip, text);
	for (size_t i = 0; i < w.n_smtp; i++)
		if (strcmp(w.smtp[i].address, text) == 0)
			view = w.smtp[i].fn == NULL
			    ? w.smtp[i].view
			    : w.smtp[i].fn(&v->target, ++w.smtp[i].visits);
	v->fn(v->ctx, view);
	as_smtp_cancel(v);
}

struct as_smtp_visit *
as_smtp_start(struct as_loop *loop, struct as_tls *tls, struct as_arena *a,
    const struct as_smtp_target *target, as_smtp_fn *fn, void *ctx)
{
	struct as_smtp_visit *v = calloc(1, sizeof(*v));

	(void)tls;
	(void)a;
	v->target = w.seen = *target;
	v->fn = fn;
	v->ctx = ctx;
	v->timer = as_timer_new(loop, on_visit, v);
	as_timer_set(v->timer, 100);
	w.visits++;
	return v;
}

void
as_smtp_cancel(struct as_smtp_visit *v)
{
	as_timer_free(v->timer);
	free(v);
}

const struct as_smtp_target *
fake_smtp_seen(void)
{
	return w.visits > 0 ? &w.seen : NULL;
}

unsigned
fake_smtp_visits(void)
{
	return w.visits;
}

/* --- HTTPS --- */

struct as_https {
	struct as_loop *loop;
};

struct as_https_fetch {
	struct as_timer *timer;
	struct as_https_target target;
	as_https_fn *fn;
	void *ctx;
};

void
fake_https(const char *address, const struct as_https_view *view)
{
	w.https[w.n_https].address = address;
	w.https[w.n_https++].view = view;
}

static void
on_fetch(void *ctx)
{
	static const struct as_https_view refused = {.end = AS_GET_REFUSED};
	struct as_https_fetch *f = ctx;
	const struct as_https_view *view = &refused;
	char text[AS_IP_TEXT];

	(void)as_ip_text(&f->target.ip, text);
	for (size_t i = 0; i < w.n_https; i++)
		if (strcmp(w.https[i].address, text) == 0)
			view = w.https[i].view;
	f->fn(f->ctx, view);
	as_https_cancel(f);
}

enum as_err
as_https_new(struct as_loop *loop, struct as_tls *tls, struct as_https **out)
{
	(void)tls;
	*out = calloc(1, sizeof(**out));
	(*out)->loop = loop;
	return AS_OK;
}

void
as_https_free(struct as_https *h)
{
	free(h);
}

struct as_https_fetch *
as_https_start(struct as_https *h, struct as_arena *a,
    const struct as_https_target *target, as_https_fn *fn, void *ctx)
{
	struct as_https_fetch *f = calloc(1, sizeof(*f));

	(void)a;
	f->target = *target;
	f->fn = fn;
	f->ctx = ctx;
	f->timer = as_timer_new(h->loop, on_fetch, f);
	as_timer_set(f->timer, 100);
	w.fetches++;
	return f;
}

void
as_https_cancel(struct as_https_fetch *f)
{
	as_timer_free(f->timer);
	free(f);
}

unsigned
fake_https_fetches(void)
{
	return w.fetches;
}
