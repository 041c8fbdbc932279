#include "probe/book.h"

#include "base/limits.h"
#include "probe/answer.h"

#include "base/banned.h"

/* Questions of one job in flight at a time: a dead zone must not fill the
 * resolver's window, which all jobs share. */
#define IN_FLIGHT 12

struct waiter {
	struct waiter *next;
	as_book_fn *fn;
	void *ctx;
};

enum entry_state {
	ENTRY_QUEUED,    /* waits for a place in flight */
	ENTRY_ASKED,     /* the resolver has it */
	ENTRY_ANSWERED,  /* waiters are still to be called */
	ENTRY_DELIVERED, /* all of them were */
};

struct entry {
	struct entry *next;  /* in the order asked */
	struct entry *queue; /* in the queue, or among those to deliver */
	struct as_book *book;
	enum entry_state state;
	bool keep_none;
	bool forgotten;
	struct as_answer ans;
	struct as_dns_query *query;
	struct waiter *waiters, **waiters_end;
};

struct entry_list {
	struct entry *first, **end;
};

struct as_book {
	struct as_book_config config;
	struct as_arena *arena;
	struct as_timer *deadline;
	struct as_timer *deliver; /* runs callbacks from the loop */
	struct entry *entries, **entries_end;
	struct entry_list queued;
	struct entry_list ready;
	size_t n_entries;
	size_t octets; /* of the answers */
	uint32_t queries;
	uint32_t in_flight;
	bool expired;
	bool reached;
	bool closed;
	bool poked; /* idle is due although nothing was delivered */
	enum as_err err;
};

/* --- queues --- */

static void
list_init(struct entry_list *l)
{
	l->first = NULL;
	l->end = &l->first;
}

static void
list_push(struct entry_list *l, struct entry *e)
{
	e->queue = NULL;
	*l->end = e;
	l->end = &e->queue;
}

static struct entry *
list_pop(struct entry_list *l)
{
	struct entry *e = l->first;

	if (e == NULL)
		return NULL;
	l->first = e->queue;
	if (l->first == NULL)
		l->end = &l->first;
	return e;
}

/* --- life --- */

static void on_deadline(void *ctx);
static void on_deliver(void *ctx);

struct as_book *
as_book_new(struct as_arena *a, const struct as_book_config *config)
{
	struct as_book *b = AS_NEW(a, struct as_book);

	if (b == NULL)
		return NULL;
	b->config = *config;
	b->arena = a;
	b->entries_end = &b->entries;
	list_init(&b->queued);
	list_init(&b->ready);
	b->deadline = as_timer_new(config->loop, on_deadline, b);
	b->deliver = as_timer_new(config->loop, on_deliver, b);
	if (b->deadline == NULL || b->deliver == NULL) {
		as_book_close(b);
		return NULL;
	}
	as_timer_set(b->deadline, config->deadline_ms);
	return b;
}

void
as_book_close(struct as_book *b)
{
	if (b == NULL || b->closed)
		return;
	b->closed = true;
	for (struct entry *e = b->entries; e != NULL; e = e->next)
		if (e->query != NULL)
			as_dns_cancel(e->query);
	as_timer_free(b->deadline);
	as_timer_free(b->deliver);
}

/* --- entries --- */

static struct entry *
entry_find(const struct as_book *b, struct as_str name, uint16_t type)
{
	for (struct entry *e = b->entries; e != NULL; e = e->next)
		if (e->ans.type == type && as_str_eq(e->ans.name, name))
			return e;
	return NULL;
}

static struct entry *
entry_new(struct as_book *b, struct as_str name, uint16_t type,
    enum as_book_keep keep)
{
	struct entry *e = AS_NEW(b->arena, struct entry);

	if (e == NULL || as_str_is_null(name))
		return NULL;
	e->book = b;
	e->keep_none = keep == AS_BOOK_KEEP;
	e->waiters_end = &e->waiters;
	e->ans.name = as_str_dup(b->arena, name);
	e->ans.type = type;
	if (as_str_is_null(e->ans.name))
		return NULL;
	*b->entries_end = e;
	b->entries_end = &e->next;
	b->n_entries++;
	return e;
}

static bool
waiter_add(struct as_book *b, struct entry *e, as_book_fn *fn, void *ctx)
{
	struct waiter *w = AS_NEW(b->arena, struct waiter);

	if (w == NULL)
		return false;
	w->fn = fn;
	w->ctx = ctx;
	*e->waiters_end = w;
	e->waiters_end = &w->next;
	return true;
}

/* The answer is complete: its waiters are called from the loop. */
static void
entry_finish(struct entry *e)
{
	struct as_book *b = e->book;

	e->state = ENTRY_ANSWERED;
	list_push(&b->ready, e);
	as_timer_set(b->deliver, 0);
}

static void
entry_leave_out(struct entry *e, const char *why)
{
	as_answer_fail(e->book->arena, &e->ans, AS_DNS_NOT_ASKED, why);
	entry_finish(e);
}

void
as_book_fail(struct as_book *b)
{
	b->err = AS_ENOMEM;
	b->reached = true;
	b->poked = true;
	as_timer_set(b->deadline, 0);
	as_timer_set(b->deliver, 0);
}

/* --- asking --- */

static void on_reply(void *ctx, const struct as_dns_reply *reply);

static const char *
over_text(const struct as_book *b)
{
	if (b->err != AS_OK)
		return "the memory for this subject was used up";
	if (b->expired)
		return "the time for this subject was used up";
	if (b->queries >= b->config.max_queries)
		return "the queries for this subject were used up";
	return NULL;
}

static void
entry_send(struct entry *e)
{
	struct as_book *b = e->book;
	const char *over = over_text(b);

	if (over != NULL) {
		b->reached = true;
		entry_leave_out(e, over);
		return;
	}
	if (e->ans.at == 0)
		e->ans.at = b->config.clock.wall_ms(b->config.clock.ctx);
	e->query = as_dns_ask(b->config.dns, as_answer_hop(&e->ans),
	    (uint16_t)e->ans.type, on_reply, e);
	if (e->query == NULL) {
		entry_leave_out(e, "not a name that DNS can carry");
		return;
	}
	b->queries++;
	b->in_flight++;
	e->state = ENTRY_ASKED;
}

static void
queue_send(struct as_book *b)
{
	while (b->in_flight < IN_FLIGHT && b->queued.first != NULL)
		entry_send(list_pop(&b->queued));
}

void
as_book_ask(struct as_book *b, struct as_str name, uint16_t type,
    enum as_book_keep keep, as_book_fn *fn, void *ctx)
{
	struct entry *e = entry_find(b, name, type);
	bool known = e != NULL;

	if (!known)
		e = entry_new(b, name, type, keep);
	if (e == NULL || (fn != NULL && !waiter_add(b, e, fn, ctx))) {
		as_book_fail(b);
		if (e != NULL && !known)
			entry_leave_out(e, over_text(b));
		return;
	}
	if (keep == AS_BOOK_KEEP)
		e->keep_none = true;
	if (known) {
		if (e->state == ENTRY_DELIVERED && fn != NULL)
			entry_finish(e);
		return;
	}
	list_push(&b->queued, e);
	queue_send(b);
}

void
as_book_skip(
    struct as_book *b, struct as_str name, uint16_t type, const char *why)
{
	struct entry *e;

	if (entry_find(b, name, type) != NULL)
		return;
	e = entry_new(b, name, type, AS_BOOK_KEEP);
	if (e == NULL) {
		as_book_fail(b);
		return;
	}
	as_answer_fail(b->arena, &e->ans, AS_DNS_NOT_ASKED, why);
	e->state = ENTRY_DELIVERED;
}

/* --- answers --- */

/* Answers of one subject that are too large in all are dropped: they must not
 * pass for whole ones. */
static void
octets_charge(struct as_book *b, struct as_answer *ans)
{
	size_t octets = as_answer_octets(ans);

	if (octets > AS_MAX_SUBJECT_OCTETS - b->octets) {
		b->reached = true;
		as_answer_fail(b->arena, ans, AS_DNS_NOT_ASKED,
		    "the answers of this subject are too large in all");
		return;
	}
	b->octets += octets;
}

static void
on_reply(void *ctx, const struct as_dns_reply *reply)
{
	struct entry *e = ctx;
	struct as_book *b = e->book;
	struct as_str next;

	e->query = NULL;
	b->in_flight--;
	if (as_answer_take(
		b->arena, b->config.scratch, reply, &e->ans, &next) != AS_OK) {
		as_book_fail(b);
		entry_leave_out(e, over_text(b));
	} else if (!as_str_is_null(next)) {
		entry_send(e);
	} else {
		octets_charge(b, &e->ans);
		entry_finish(e);
	}
	queue_send(b);
}

static void
on_deadline(void *ctx)
{
	struct as_book *b = ctx;

	b->expired = true;
	for (struct entry *e = b->entries; e != NULL; e = e->next) {
		if (e->state != ENTRY_ASKED)
			continue;
		as_dns_cancel(e->query);
		e->query = NULL;
		b->in_flight--;
		b->reached = true;
		as_answer_fail(b->arena, &e->ans, AS_DNS_TIMEOUT,
		    "no answer in the time for this subject");
		entry_finish(e);
	}
	queue_send(b);
}

bool
as_book_is_idle(const struct as_book *b)
{
	return b->in_flight == 0 && b->queued.first == NULL &&
	    b->ready.first == NULL;
}

/* Call the waiters; each is called once, also when fn asks more. */
static void
entry_deliver(struct entry *e)
{
	struct waiter *w;

	e->state = ENTRY_DELIVERED;
	while ((w = e->waiters) != NULL) {
		e->waiters = w->next;
		if (e->waiters == NULL)
			e->waiters_end = &e->waiters;
		w->fn(w->ctx, &e->ans);
	}
}

static void
on_deliver(void *ctx)
{
	struct as_book *b = ctx;
	bool due = b->poked;
	struct entry *e;

	while ((e = list_pop(&b->ready)) != NULL) {
		entry_deliver(e);
		due = true;
	}
	if (!due || !as_book_is_idle(b))
		return;
	b->poked = false;
	b->config.idle(b->config.ctx);
}

/* --- looking --- */

void
as_book_set_reached(struct as_book *b)
{
	b->reached = true;
}

void
as_book_forget(struct as_book *b, struct as_str name, uint16_t type)
{
	struct entry *e = entry_find(b, name, type);

	if (e != NULL)
		e->forgotten = true;
}

bool
as_book_has(const struct as_book *b, struct as_str name, uint16_t type)
{
	return entry_find(b, name, type) != NULL;
}

const struct as_answer *
as_book_find(const struct as_book *b, struct as_str name, uint16_t type)
{
	const struct entry *e = entry_find(b, name, type);

	if (e == NULL ||
	    (e->state != ENTRY_ANSWERED && e->state != ENTRY_DELIVERED))
		return NULL;
	return &e->ans;
}

bool
as_book_is_over(const struct as_book *b)
{
	return over_text(b) != NULL;
}

bool
as_book_budget_reached(const struct as_book *b)
{
	return b->reached;
}

uint32_t
as_book_queries(const struct as_book *b)
{
	return b->queries;
}

enum as_err
as_book_error(const struct as_book *b)
{
	return b->err;
}

static bool
is_kept(const struct entry *e)
{
	if (e->forgotten)
		return false;
	/* A CNAME that leads nowhere tells something, too. */
	return e->keep_none || !as_answer_is_none(&e->ans) ||
	    e->ans.n_chain > 0;
}

enum as_err
as_book_answers(const struct as_book *b, struct as_answer **out, size_t *n)
{
	struct as_answer *list =
	    as_arena_array(b->arena, b->n_entries, sizeof(*list));
	size_t used = 0;

	if (list == NULL)
		return AS_ENOMEM;
	for (const struct entry *e = b->entries; e != NULL; e = e->next)
		if (is_kept(e))
			list[used++] = e->ans;
	*out = list;
	*n = used;
	return AS_OK;
}
