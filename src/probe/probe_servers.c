#include "probe/probe_servers.h"

#include "base/limits.h"
#include "net/direct.h"
#include "probe/answer.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

#define DNS_PORT    53
#define N_QUESTIONS 4

struct as_asked_server {
	struct as_probe_servers *all;
	struct as_server_facts *facts;
	struct as_ip ip;
	struct as_direct_query *query; /* NULL: none in flight */
};

/* --- who they are --- */

static void
on_a(void *ctx, const struct as_answer *ans)
{
	struct as_probe_servers *s = ctx;

	if (ans->n_addresses == 0)
		as_book_ask(
		    s->book, ans->name, AS_RR_AAAA, AS_BOOK_KEEP, NULL, NULL);
}

static void
on_ns(void *ctx, const struct as_answer *ans)
{
	struct as_probe_servers *s = ctx;
	struct as_str up = as_domain_drop(ans->name, 1);

	s->facts->server_zone = ans->name;
	if (ans->n_chain == 0 && ans->outcome == AS_DNS_OK) {
		for (size_t i = 0; i < ans->n_names && i < AS_MAX_SERVERS; i++)
			as_book_ask(s->book, ans->names[i], AS_RR_A,
			    AS_BOOK_KEEP, on_a, s);
		return;
	}
	if (!as_answer_is_known(ans) || s->climb == 0 || as_str_is(up, "."))
		return;
	s->climb--;
	as_book_ask(s->book, up, AS_RR_NS, AS_BOOK_KEEP, on_ns, s);
}

static const struct as_answer *
own_answer(const struct as_probe_servers *s, uint16_t type)
{
	return as_book_find(s->book, s->facts->name, type);
}

/* Does the answer come from the domain's own zone, as it is published? */
static bool
is_of_zone(const struct as_answer *ans)
{
	return ans != NULL && !ans->proposed && ans->n_chain == 0 &&
	    ans->outcome != AS_DNS_NXDOMAIN;
}

void
as_probe_servers_ask(struct as_probe_servers *s)
{
	struct as_str from = s->facts->zone;

	if (!is_of_zone(own_answer(s, AS_RR_MX)) ||
	    !is_of_zone(own_answer(s, AS_RR_SOA)))
		return;
	s->climb = AS_MAX_ZONE_CLIMB;
	if (as_str_is_null(from))
		from = s->facts->name;
	as_book_ask(s->book, from, AS_RR_NS, AS_BOOK_KEEP, on_ns, s);
}

/* --- the questions --- */

static struct as_str
question_name(const struct as_probe_servers *s, size_t i)
{
	if (i == 0)
		return s->facts->server_zone;
	if (i < N_QUESTIONS - 1)
		return s->facts->name;
	return as_str_printf(
	    s->arena, "_dmarc." AS_STR_FMT, AS_STR_ARG(s->facts->name));
}

static uint16_t
question_type(size_t i)
{
	static const uint16_t types[N_QUESTIONS] = {
	    AS_RR_SOA, AS_RR_MX, AS_RR_TXT, AS_RR_TXT};

	return types[i];
}

static void
all_finish(struct as_probe_servers *s)
{
	as_timer_free(s->timer);
	s->timer = NULL;
	s->fn(s->ctx);
}

static void
server_finish(struct as_asked_server *server)
{
	if (--server->all->running == 0)
		all_finish(server->all);
}

static enum as_server_outcome
outcome_of(enum as_direct_end end)
{
	switch (end) {
	case AS_DIRECT_ANSWER: return AS_SERVER_ASKED;
	case AS_DIRECT_REFUSED: return AS_SERVER_REFUSED;
	case AS_DIRECT_UNREACHABLE: return AS_SERVER_UNREACHABLE;
	case AS_DIRECT_TIMEOUT: return AS_SERVER_TIMEOUT;
	case AS_DIRECT_NO_TCP: return AS_SERVER_NO_TCP;
	case AS_DIRECT_OURS: break;
	}
	return AS_SERVER_NOT_ASKED;
}

/* Which question went wrong, and how. */
static void
server_lose(struct as_asked_server *server, enum as_server_outcome outcome,
    const char *detail)
{
	const struct as_probe_servers *s = server->all;
	size_t i = server->facts->n_answers;

	server->facts->outcome = outcome;
	server->facts->detail = as_str_printf(s->arena, "%s " AS_STR_FMT ": %s",
	    as_rrtype_text(question_type(i)), AS_STR_ARG(question_name(s, i)),
	    detail);
	if (as_str_is_null(server->facts->detail))
		as_book_fail(s->book);
}

static size_t
server_octets(const struct as_server_facts *f)
{
	size_t sum = 0;

	for (size_t i = 0; i < f->n_answers; i++)
		sum += as_answer_octets(&f->answers[i]);
	return sum;
}

/* AS_ENOMEM: nothing was added. */
static enum as_err
answer_add(struct as_asked_server *server, const struct as_direct_reply *reply)
{
	const struct as_probe_servers *s = server->all;
	const struct as_clock *clock = &s->p->config->clock;
	struct as_server_facts *f = server->facts;
	struct as_answer *ans = &f->answers[f->n_answers];
	struct as_dns_reply packet = {.kind = AS_REPLY_PACKET,
	    .packet = reply->packet,
	    .n = reply->n,
	    .detail = "",
	    .took_ms = reply->took_ms};
	struct as_str next;

	*ans = (struct as_answer){.name = question_name(s, f->n_answers),
	    .type = question_type(f->n_answers),
	    .at = clock->wall_ms(clock->ctx)};
	if (as_str_is_null(ans->name))
		return AS_ENOMEM;
	AS_TRY(as_answer_take(s->arena, s->p->scratch, &packet, ans, &next));
	ans->authoritative = reply->n > 2 && (reply->packet[2] & 4) != 0;
	f->n_answers++;
	if (server_octets(f) > AS_MAX_SERVER_OCTETS) {
		as_answer_clear(ans);
		ans->cut = true;
	}
	return AS_OK;
}

static void on_reply(void *ctx, const struct as_direct_reply *reply);

/* false: the last question was asked, or this one cannot be. */
static bool
server_ask(struct as_asked_server *server)
{
	const struct as_probe_servers *s = server->all;
	size_t i = server->facts->n_answers;
	struct as_direct_question q = {.ip = server->ip, .port = DNS_PORT};

	if (i == N_QUESTIONS || as_book_error(s->book) != AS_OK)
		return false;
	q.name = question_name(s, i);
	q.type = question_type(i);
	server->query = as_direct_ask(s->p->direct, &q, on_reply, server);
	if (server->query == NULL)
		as_book_fail(s->book);
	return server->query != NULL;
}

static void
on_reply(void *ctx, const struct as_direct_reply *reply)
{
	struct as_asked_server *server = ctx;

	server->query = NULL;
	if (reply->end != AS_DIRECT_ANSWER)
		server_lose(server, outcome_of(reply->end), reply->detail);
	else if (answer_add(server, reply) != AS_OK)
		as_book_fail(server->all->book);
	if (reply->end != AS_DIRECT_ANSWER || !server_ask(server))
		server_finish(server);
}

/* The time for all of them is over. */
static void
on_time(void *ctx)
{
	struct as_probe_servers *s = ctx;

	for (size_t i = 0; i < s->n; i++) {
		if (s->list[i].query == NULL)
			continue;
		as_direct_cancel(s->list[i].query);
		s->list[i].query = NULL;
		server_lose(&s->list[i], AS_SERVER_TIMEOUT, "out of time");
	}
	all_finish(s);
}

/* --- the list --- */

static struct as_str
address_find(const struct as_probe_servers *s, struct as_str name)
{
	static const uint16_t types[] = {AS_RR_A, AS_RR_AAAA};

	for (size_t i = 0; i < 2; i++) {
		const struct as_answer *ans =
		    as_book_find(s->book, name, types[i]);

		if (ans != NULL && ans->n_addresses > 0)
			return ans->addresses[0];
	}
	return AS_STR_NULL;
}

/* Is it certain that the name has no address? */
static bool
has_no_address(const struct as_probe_servers *s, struct as_str name)
{
	return as_answer_is_none(as_book_find(s->book, name, AS_RR_A)) &&
	    as_answer_is_none(as_book_find(s->book, name, AS_RR_AAAA));
}

static bool
is_listed(const struct as_probe_servers *s, struct as_str address)
{
	for (size_t i = 0; i < s->n; i++)
		if (as_str_eq(s->list[i].facts->address, address))
			return true;
	return false;
}

/* Two names of one address are one server. */
static void
server_add(struct as_probe_servers *s, struct as_str name)
{
	struct as_asked_server *server = &s->list[s->n];
	struct as_server_facts *f = &s->facts->servers[s->n];
	struct as_str address = address_find(s, name);
	const char *range;

	*f = (struct as_server_facts){.name = name, .address = address};
	*server = (struct as_asked_server){.all = s, .facts = f};
	if (as_str_is_null(address)) {
		f->outcome = has_no_address(s, name) ? AS_SERVER_NO_ADDRESS
						     : AS_SERVER_NOT_ASKED;
	} else if (is_listed(s, address)) {
		return;
	} else if (as_ip_parse(address, &server->ip) != AS_OK) {
		f->outcome = AS_SERVER_NOT_ASKED;
	} else if (as_probe_is_own(s->p->config, &server->ip)) {
		f->outcome = AS_SERVER_NOT_ASKED;
		f->detail = AS_STR("an address of this machine itself");
	} else if ((range = as_probe_forbidden(s->p->config, &server->ip)) !=
	    NULL) {
		f->outcome = AS_SERVER_FORBIDDEN;
		f->detail = as_str_from(range);
	} else {
		f->outcome = AS_SERVER_ASKED;
		f->answers =
		    as_arena_array(s->arena, N_QUESTIONS, sizeof(*f->answers));
		if (f->answers == NULL)
			as_book_fail(s->book);
	}
	s->n++;
	s->facts->n_servers = s->n;
}

static bool
list_make(struct as_probe_servers *s)
{
	const struct as_answer *ns =
	    as_book_find(s->book, s->facts->server_zone, AS_RR_NS);

	if (ns == NULL || ns->n_names == 0 || ns->n_chain > 0)
		return false;
	s->list = as_arena_array(s->arena, AS_MAX_SERVERS, sizeof(*s->list));
	s->facts->servers = as_arena_array(
	    s->arena, AS_MAX_SERVERS, sizeof(*s->facts->servers));
	if (s->list == NULL || s->facts->servers == NULL) {
		as_book_fail(s->book);
		return false;
	}
	for (size_t i = 0; i < ns->n_names && i < AS_MAX_SERVERS; i++)
		server_add(s, ns->names[i]);
	return true;
}

bool
as_probe_servers_start(struct as_probe_servers *s)
{
	if (as_str_is_null(s->facts->server_zone) || !list_make(s) ||
	    as_book_error(s->book) != AS_OK)
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].facts->outcome == AS_SERVER_ASKED)
			s->running += server_ask(&s->list[i]);
	if (s->running == 0)
		return false;
	s->timer = as_timer_new(s->p->loop, on_time, s);
	if (s->timer == NULL) {
		as_book_fail(s->book);
		as_probe_servers_cancel(s);
		return false;
	}
	as_timer_set(s->timer, AS_SERVERS_MS);
	return true;
}

void
as_probe_servers_cancel(struct as_probe_servers *s)
{
	as_timer_free(s->timer);
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].query != NULL)
			as_direct_cancel(s->list[i].query);
}
