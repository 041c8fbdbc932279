#include "net/dns_flight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unbound-event.h>
#include <unbound.h>

#include "base/limits.h"

#include "base/banned.h"

#define SLICE_MS       5 /* of work before the loop has its turn again */
#define RCODE_SERVFAIL 2
#define DNS_HEADER     12
#define MAX_DETAIL     400

static int64_t
now_ms(const struct as_dns *dns)
{
	return dns->clock.mono_ms(dns->clock.ctx);
}

static void
line_add(struct query_line *l, struct as_dns_query *q)
{
	q->since_ms = now_ms(q->dns);
	if (TAILQ_EMPTY(&l->list))
		as_timer_set(l->timer, l->ms);
	TAILQ_INSERT_TAIL(&l->list, q, link);
}

static void
line_remove(struct query_line *l, struct as_dns_query *q)
{
	TAILQ_REMOVE(&l->list, q, link);
	if (TAILQ_EMPTY(&l->list))
		as_timer_clear(l->timer);
}

/* The next query whose time is up, or NULL with the timer set for the next. */
static struct as_dns_query *
line_due(struct query_line *l)
{
	struct as_dns_query *q = TAILQ_FIRST(&l->list);
	int64_t left;

	if (q == NULL)
		return NULL;
	left = q->since_ms + l->ms - now_ms(q->dns);
	if (left <= 0)
		return q;
	as_timer_set(l->timer, (uint32_t)left);
	return NULL;
}

static void
pump_soon(struct as_dns *dns)
{
	if (dns->pumping)
		return;
	dns->pumping = true;
	as_timer_set(dns->pump, 0);
}

static void
outcome_clear(struct outcome *o)
{
	free(o->packet);
	free(o->detail);
	*o = (struct outcome){.packet = NULL};
}

static void
query_free(struct as_dns_query *q)
{
	outcome_clear(&q->outcome);
	as_proposal_free(q->proposal);
	free(q);
}

/* Out of whatever list holds it. */
static void
query_detach(struct as_dns_query *q)
{
	struct as_dns *dns = q->dns;

	switch (q->state) {
	case QUERY_WAITING: TAILQ_REMOVE(&dns->waiting, q, link); break;
	case QUERY_READY: TAILQ_REMOVE(&dns->ready, q, link); break;
	case QUERY_RESTING: line_remove(&dns->resting, q); break;
	case QUERY_FLYING:
		line_remove(&dns->flying, q);
		dns->n_flying--;
		q->took_ms += (uint64_t)(now_ms(dns) - q->since_ms);
		break;
	case QUERY_NEW:
	case QUERY_CALLED: break;
	}
}

/* It has waited once already, so it goes before the others. */
static void
query_again(struct as_dns_query *q)
{
	q->state = QUERY_WAITING;
	TAILQ_INSERT_HEAD(&q->dns->waiting, q, link);
	pump_soon(q->dns);
}

static void
outcome_reply(const struct outcome *o, struct as_dns_reply *out)
{
	*out = (struct as_dns_reply){.kind = o->kind,
	    .rcode = o->rcode,
	    .security = o->security,
	    .packet = o->packet,
	    .n = o->n,
	    .detail = o->detail != NULL ? o->detail : ""};
}

/* What the net is to be asked now; false: nothing. */
static bool
ask_next(struct as_dns_query *q)
{
	if (q->proposal == NULL) {
		q->asked = q->name;
		return true;
	}
	q->asked = as_proposal_next(q->proposal, &q->asked_type);
	return q->asked != NULL;
}

static void
query_ready(struct as_dns_query *q)
{
	q->state = QUERY_READY;
	TAILQ_INSERT_TAIL(&q->dns->ready, q, link);
	pump_soon(q->dns);
}

void
as_dns_flight_settle(
    struct as_dns_query *q, enum as_dns_reply_kind kind, uint8_t rcode)
{
	struct as_dns_reply live;

	q->outcome.kind = kind;
	q->outcome.rcode = rcode;
	if (q->proposal == NULL || q->asked == NULL) {
		query_ready(q);
		return;
	}
	outcome_reply(&q->outcome, &live);
	as_proposal_take(q->proposal, &live);
	outcome_clear(&q->outcome);
	q->tries_left = q->dns->tries;
	if (ask_next(q))
		query_again(q);
	else
		query_ready(q);
}

void
as_dns_flight_ask(struct as_dns_query *q)
{
	q->tries_left = q->dns->tries;
	if (!ask_next(q)) {
		query_ready(q);
		return;
	}
	q->state = QUERY_WAITING;
	TAILQ_INSERT_TAIL(&q->dns->waiting, q, link);
	pump_soon(q->dns);
}

/* libunbound keeps a failure for five seconds and would only repeat it: rest
 * until that is over (DNS-1). */
static void
query_failed(struct as_dns_query *q, uint8_t rcode, const char *detail)
{
	if (rcode == RCODE_SERVFAIL && --q->tries_left > 0) {
		q->state = QUERY_RESTING;
		line_add(&q->dns->resting, q);
		return;
	}
	q->outcome.detail = strdup(detail);
	as_dns_flight_settle(q, AS_REPLY_FAILED, rcode);
}

/* "validation failure <NAME TYPE IN>: signature expired ...", without the
 * question, which the caller knows. */
static char *
bogus_text(const char *text)
{
	static const char begin[] = "validation failure <";
	const char *rest;
	char out[MAX_DETAIL];

	if (text == NULL || text[0] == 0)
		return strdup("validation failure");
	if (strncmp(text, begin, sizeof(begin) - 1) != 0 ||
	    (rest = strstr(text, ">: ")) == NULL)
		return strndup(text, MAX_DETAIL);
	(void)snprintf(out, sizeof(out), "validation failure: %s", rest + 3);
	return strdup(out);
}

/*
 * What keeps us from validating at all, or NULL.  Keys that could not be had,
 * or a root key that does not fit, are faults on the way to us (a resolver
 * that strips DNSSEC, a network that is down): the state is indeterminate (RFC
 * 4035 4.3) and says nothing about the name.
 */
static const char *
validation_blocked(const char *why_bogus)
{
	if (why_bogus == NULL)
		return NULL;
	if (strstr(why_bogus, "for trust anchor . ") != NULL)
		return "the DNSSEC keys of the root could not be had, so no "
		       "answer can be believed; the resolver may strip DNSSEC "
		       "(try --resolver recursive)";
	if (strstr(why_bogus, "no DNSKEY rrset") != NULL)
		return "the DNSSEC keys of the zone could not be had, so the "
		       "answer cannot be believed";
	return NULL;
}

static void
query_bogus(struct as_dns_query *q, const char *why_bogus)
{
	const char *blocked = validation_blocked(why_bogus);

	if (blocked != NULL) {
		query_failed(q, RCODE_SERVFAIL, blocked);
		return;
	}
	q->outcome.security = AS_SECURITY_BOGUS;
	q->outcome.detail = bogus_text(why_bogus);
	as_dns_flight_settle(q, AS_REPLY_BOGUS, RCODE_SERVFAIL);
}

/* 0 is both "insecure" and "cannot say": without an anchor above the name, or
 * without a validator, it is the latter (DNSSEC-1). */
static enum as_dns_security
security_of(const struct as_dns_query *q, int security)
{
	if (security == 2)
		return AS_SECURITY_SECURE;
	if (!as_resolver_covers(&q->dns->resolver, as_str_from(q->asked)))
		return AS_SECURITY_INDETERMINATE;
	return AS_SECURITY_INSECURE;
}

/* From libunbound, perhaps inside ub_resolve_event. */
static void
on_answer(void *ctx, int rcode, void *packet, int n, int security,
    char *why_bogus, int limited)
{
	struct as_dns_query *q = ctx;

	(void)limited;
	query_detach(q);
	pump_soon(q->dns);
	if (rcode == 0 && security == 1) {
		/* Never look at the packet: rcode 0 and forged data. */
		query_bogus(q, why_bogus);
		return;
	}
	if (rcode != 0 || packet == NULL || n < DNS_HEADER) {
		query_failed(q, rcode > 0 ? (uint8_t)rcode : RCODE_SERVFAIL,
		    "no server gave a usable answer");
		return;
	}
	q->outcome.packet = malloc((size_t)n);
	if (q->outcome.packet == NULL) {
		query_failed(q, RCODE_SERVFAIL, "out of memory");
		return;
	}
	memcpy(q->outcome.packet, packet, (size_t)n);
	q->outcome.n = (size_t)n;
	q->outcome.security = security_of(q, security);
	as_dns_flight_settle(q, AS_REPLY_PACKET, q->outcome.packet[3] & 15);
}

static void
query_launch(struct as_dns_query *q)
{
	struct as_dns *dns = q->dns;
	int code;

	query_detach(q);
	q->state = QUERY_FLYING;
	line_add(&dns->flying, q);
	dns->n_flying++;
	code = ub_resolve_event(
	    dns->resolver.ub, q->asked, q->asked_type, 1, q, on_answer, &q->id);
	if (code != 0 && q->state == QUERY_FLYING) {
		query_detach(q);
		q->tries_left = 1;
		query_failed(q, RCODE_SERVFAIL, ub_strerror(code));
	}
}

/* The question itself lives on in libunbound: a second try meets it there and
 * goes on waiting for its retransmissions. */
static void
on_deadline(void *ctx)
{
	struct as_dns *dns = ctx;
	struct as_dns_query *q;
	char text[MAX_DETAIL];

	while ((q = line_due(&dns->flying)) != NULL) {
		(void)ub_cancel(dns->resolver.ub, q->id);
		query_detach(q);
		if (--q->tries_left > 0) {
			query_again(q);
			continue;
		}
		(void)snprintf(text, sizeof(text),
		    "no answer within %u ms, in %u tries", dns->flying.ms,
		    dns->tries);
		q->outcome.detail = strdup(text);
		as_dns_flight_settle(q, AS_REPLY_TIMEOUT, 0);
	}
	pump_soon(dns);
}

static void
on_rested(void *ctx)
{
	struct as_dns *dns = ctx;
	struct as_dns_query *q;

	while ((q = line_due(&dns->resting)) != NULL) {
		query_detach(q);
		query_again(q);
	}
}

static void
query_call(struct as_dns_query *q)
{
	struct as_dns_reply reply;

	if (q->proposal != NULL)
		as_proposal_reply(q->proposal, &reply);
	else
		outcome_reply(&q->outcome, &reply);
	reply.took_ms =
	    q->took_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)q->took_ms;
	query_detach(q);
	q->state = QUERY_CALLED;
	q->dns->calling = true;
	q->fn(q->ctx, &reply);
	q->dns->calling = false;
	query_free(q);
}

static bool
may_launch(const struct as_dns *dns)
{
	return dns->n_flying < dns->window && !TAILQ_EMPTY(&dns->waiting);
}

/* Hand over what is ready, start what may start, for one slice of time. */
static void
on_pump(void *ctx)
{
	struct as_dns *dns = ctx;
	int64_t end = now_ms(dns) + SLICE_MS;

	dns->pumping = false;
	while (!TAILQ_EMPTY(&dns->ready) && now_ms(dns) < end) {
		query_call(TAILQ_FIRST(&dns->ready));
		if (dns->dead) {
			as_dns_free(dns);
			return;
		}
	}
	while (may_launch(dns) && now_ms(dns) < end)
		query_launch(TAILQ_FIRST(&dns->waiting));
	if (!TAILQ_EMPTY(&dns->ready) || may_launch(dns))
		pump_soon(dns);
}

void
as_dns_flight_drop(struct as_dns_query *q)
{
	struct as_dns *dns = q->dns;

	if (q->state == QUERY_FLYING)
		(void)ub_cancel(dns->resolver.ub, q->id);
	query_detach(q);
	query_free(q);
	if (may_launch(dns))
		pump_soon(dns);
}

enum as_err
as_dns_flight_init(
    struct as_dns *dns, struct as_loop *loop, const struct as_dns_config *c)
{
	dns->window = c->window != 0 ? c->window : AS_DNS_WINDOW;
	dns->tries = c->tries != 0 ? c->tries : AS_DNS_TRIES;
	dns->flying.ms = c->query_ms != 0 ? c->query_ms : AS_DNS_QUERY_MS;
	dns->resting.ms = AS_DNS_REST_MS;
	TAILQ_INIT(&dns->flying.list);
	TAILQ_INIT(&dns->resting.list);
	TAILQ_INIT(&dns->waiting);
	TAILQ_INIT(&dns->ready);
	dns->flying.timer = as_timer_new(loop, on_deadline, dns);
	dns->resting.timer = as_timer_new(loop, on_rested, dns);
	dns->pump = as_timer_new(loop, on_pump, dns);
	if (dns->flying.timer == NULL || dns->resting.timer == NULL ||
	    dns->pump == NULL)
		return AS_ENOMEM;
	return AS_OK;
}

static void
drop_all(struct query_list *list)
{
	struct as_dns_query *q;

	while ((q = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, q, link);
		query_free(q);
	}
}

/* libunbound is gone already. */
void
as_dns_flight_fini(struct as_dns *dns)
{
	drop_all(&dns->waiting);
	drop_all(&dns->ready);
	drop_all(&dns->flying.list);
	drop_all(&dns->resting.list);
	as_timer_free(dns->flying.timer);
	as_timer_free(dns->resting.timer);
	as_timer_free(dns->pump);
}
