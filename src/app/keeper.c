#include "app/keeper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/keeper_look.h"
#include "app/keeper_roles.h"
#include "app/link.h"
#include "app/staff.h"
#include "base/limits.h"
#include "model/watch_wire.h"

#include "base/banned.h"

#define TICK_MS      250
#define COMMIT_LOOKS 100 /* at most between two commits */
#define CALLERS_MOST 16

/* A scanner that is connected. */
struct caller {
	TAILQ_ENTRY(caller) link;
	struct keeper *keeper;
	struct as_link wire;
	bool gone;
};

TAILQ_HEAD(caller_list, caller);

struct keeper {
	const struct as_keeper_config *config;
	struct as_desk desk;
	struct as_roles *roles; /* of the estate, as far as overridden */
	struct as_loop *loop;
	struct as_timer *tick;
	struct as_watch *listen, *end;
	struct caller_list callers;
	size_t n_callers;
	unsigned uncommitted;
	int64_t estate_at; /* when the list of domains is read again */
	int word;
	int status;
};

static int64_t
now_s(void)
{
	struct as_clock clock = as_clock_system();

	return clock.wall_ms(clock.ctx) / 1000;
}

/* The database, or memory: what was committed stands, the rest is done again. */
static void
fail(struct keeper *k, const struct as_why *why)
{
	as_log(k->config->log, AS_LOG_ERROR, "keeper: %s", why->text);
	k->status = EX_IOERR;
	as_loop_stop(k->loop);
}

static enum as_err
commit(struct keeper *k, struct as_why *why)
{
	k->uncommitted = 0;
	return as_store_commit(k->desk.store, why);
}

/* --- jobs --- */

struct batch {
	struct as_arena *arena;
	struct as_watch_jobs jobs;
};

static enum as_err
lease_take(void *ctx, const struct as_lease *l)
{
	struct batch *b = ctx;
	struct as_watch_job *job = &b->jobs.list[b->jobs.n_list];

	job->domain = as_str_dup(b->arena, l->domain);
	job->attempt = (uint32_t)l->attempt;
	job->fresh = l->reason == AS_JOB_CONFIRM || l->reason == AS_JOB_ASKED;
	if (as_str_is_null(job->domain))
		return AS_ENOMEM;
	b->jobs.n_list++;
	return AS_OK;
}

static enum as_err
jobs_send(struct caller *c, const struct as_watch_jobs *jobs)
{
	struct as_buf text;
	enum as_err err = AS_ENOMEM;

	as_buf_init(&text, AS_MAX_FRAME_OCTETS);
	as_codec_print(&text, &as_shape_watch_jobs, jobs, AS_JSON_COMPACT);
	if (as_buf_ok(&text))
		err = as_link_send(&c->wire, AS_WATCH_JOBS, as_buf_str(&text));
	as_buf_fini(&text);
	return err;
}

/* Leases are durable before anybody works on them. */
static enum as_err
jobs_give(struct caller *c, struct as_str payload, struct as_why *why)
{
	struct keeper *k = c->keeper;
	const struct as_keeper_config *config = k->config;
	struct batch b = {.arena = k->desk.arena};
	uint64_t n;

	as_arena_reset(b.arena);
	if (as_str_u64(payload, AS_MAX_JOB_BATCH, &n) != AS_OK) {
		c->gone = true;
		return AS_OK;
	}
	b.jobs.list = as_arena_array(b.arena, n, sizeof(*b.jobs.list));
	if (b.jobs.list == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_jobs_lease(k->desk.store, as_str_from(config->worker),
	    now_s(), config->rhythm.lease, n, lease_take, &b, why));
	AS_TRY(commit(k, why));
	return jobs_send(c, &b.jobs) == AS_OK ? AS_OK : as_why_no_memory(why);
}

/* --- looks --- */

static enum as_err
look_take(struct caller *c, struct as_str payload, struct as_why *why)
{
	struct keeper *k = c->keeper;
	struct as_arena *a = as_arena_new(AS_MAX_FACTS_OCTETS);
	struct as_why fault = {.text = ""};
	const struct as_watch_look *look;
	enum as_err err;
	void *v;

	if (a == NULL)
		return as_why_no_memory(why);
	err = as_codec_parse(
	    a, &as_shape_watch_look, payload, AS_MAX_FRAME_OCTETS, &v, &fault);
	look = v;
	if (err != AS_OK || look->facts == NULL ||
	    look->facts->domain == NULL) {
		as_log(k->config->log, AS_LOG_WARN,
		    "keeper: a look cannot be read: %s", fault.text);
		c->gone = true;
		err = AS_OK;
	} else {
		err = as_desk_look(&k->desk, look->facts, look->attempt,
		    as_roles_find(k->roles, look->facts->domain->name), now_s(),
		    why);
		k->uncommitted++;
	}
	as_arena_free(a);
	if (err == AS_OK && k->uncommitted >= COMMIT_LOOKS)
		err = commit(k, why);
	return err;
}

static enum as_err
frame_take(struct caller *c, const struct as_frame *f, struct as_why *why)
{
	switch (f->type) {
	case AS_WATCH_WANT: return jobs_give(c, f->payload, why);
	case AS_WATCH_LOOK: return look_take(c, f->payload, why);
	default: c->gone = true; return AS_OK;
	}
}

static void
on_frames(void *ctx)
{
	struct caller *c = ctx;
	struct as_why why = {.text = ""};
	enum as_err err = AS_OK, read = AS_OK;
	struct as_frame f;

	while (err == AS_OK && !c->gone) {
		read = as_link_next(&c->wire, &f);
		if (read != AS_OK)
			break;
		err = frame_take(c, &f, &why);
		as_link_drop(&c->wire, &f);
	}
	if (read != AS_OK && read != AS_EABSENT)
		c->gone = true;
	if (err != AS_OK)
		fail(c->keeper, &why);
}

static void
on_gone(void *ctx)
{
	struct caller *c = ctx;

	c->gone = true;
}

/* --- callers --- */

static void
on_call(void *ctx, int fd, int ready)
{
	static const struct as_link_events events = {
	    .frames = on_frames, .gone = on_gone};
	struct keeper *k = ctx;
	struct caller *c;
	int call = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)ready;
	if (call < 0)
		return;
	c = k->n_callers < CALLERS_MOST ? calloc(1, sizeof(*c)) : NULL;
	if (c == NULL) {
		(void)close(call);
		return;
	}
	c->keeper = k;
	TAILQ_INSERT_TAIL(&k->callers, c, link);
	k->n_callers++;
	if (as_link_open(&c->wire, k->loop, call, &events, c) != AS_OK)
		c->gone = true;
}

/* What a scanner that is gone had, another does. */
static enum as_err
callers_sweep(struct keeper *k, struct as_why *why)
{
	struct caller *c, *next;
	bool gone = false;

	for (c = TAILQ_FIRST(&k->callers); c != NULL; c = next) {
		next = TAILQ_NEXT(c, link);
		if (!c->gone)
			continue;
		TAILQ_REMOVE(&k->callers, c, link);
		k->n_callers--;
		as_link_close(&c->wire);
		free(c);
		gone = true;
	}
	if (!gone || k->n_callers > 0)
		return AS_OK;
	return as_jobs_release(
	    k->desk.store, as_str_from(k->config->worker), why);
}

/* --- the round --- */

static enum as_err
estate_read(struct keeper *k, struct as_why *why)
{
	int64_t now = now_s();

	if (now < k->estate_at)
		return AS_OK;
	k->estate_at = now + k->config->rhythm.estate;
	AS_TRY(
	    as_jobs_follow(k->desk.store, now, k->config->rhythm.every, why));
	return as_roles_read(k->roles, k->desk.store, why);
}

static void
on_tick(void *ctx)
{
	struct keeper *k = ctx;
	struct as_why why = {.text = ""};

	as_staff_alive(k->word);
	if (callers_sweep(k, &why) != AS_OK || estate_read(k, &why) != AS_OK ||
	    commit(k, &why) != AS_OK) {
		fail(k, &why);
		return;
	}
	as_timer_set(k->tick, TICK_MS);
}

static void
on_end(void *ctx, int fd, int ready)
{
	struct keeper *k = ctx;

	(void)fd;
	(void)ready;
	as_loop_stop(k->loop);
}

/* --- life --- */

static enum as_err
desk_open(struct keeper *k, struct as_why *why)
{
	struct as_desk *d = &k->desk;

	d->config = k->config;
	d->arena = as_arena_new(4 * AS_MAX_FACTS_OCTETS);
	k->roles = as_roles_new();
	if (d->arena == NULL || k->roles == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_store_open(k->config->store, false, &d->store, why));
	AS_TRY(as_docs_open(d->store, &d->docs, why));
	AS_TRY(as_watched_open(d->store, d->docs, &d->watched, why));
	AS_TRY(as_history_open(d->store, d->docs, &d->history, why));
	/* Of one before us that did not come to it. */
	AS_TRY(as_jobs_release(d->store, as_str_from(k->config->worker), why));
	return as_store_commit(d->store, why);
}

static enum as_err
keeper_open(struct keeper *k, struct as_why *why)
{
	int end_fd = as_staff_end_fd();

	TAILQ_INIT(&k->callers);
	k->loop = as_loop_new();
	if (end_fd < 0 || k->loop == NULL)
		return as_why_no_memory(why);
	AS_TRY(desk_open(k, why));
	k->tick = as_timer_new(k->loop, on_tick, k);
	k->listen = as_watch_new(
	    k->loop, k->config->listen_fd, AS_LOOP_READ, on_call, k);
	k->end = as_watch_new(k->loop, end_fd, AS_LOOP_READ, on_end, k);
	return k->tick != NULL && k->listen != NULL && k->end != NULL
	    ? AS_OK
	    : as_why_no_memory(why);
}

/* What came in until now is kept; jobs that are out go back. */
static void
keeper_close(struct keeper *k)
{
	struct as_desk *d = &k->desk;
	struct as_why why = {.text = ""};

	if (d->store != NULL && k->status == 0 &&
	    (as_jobs_release(d->store, as_str_from(k->config->worker), &why) !=
		    AS_OK ||
		as_store_commit(d->store, &why) != AS_OK)) {
		as_log(k->config->log, AS_LOG_ERROR, "keeper: %s", why.text);
		k->status = EX_IOERR;
	}
	as_watched_close(d->watched);
	as_history_close(d->history);
	as_docs_close(d->docs);
	as_store_close(d->store);
	as_roles_free(k->roles);
	as_arena_free(d->arena);
}

int
as_keeper_main(void *ctx, int word)
{
	struct keeper k = {.config = ctx, .word = word};
	struct as_why why = {.text = ""};

	if (keeper_open(&k, &why) == AS_OK) {
		as_timer_set(k.tick, 0);
		as_loop_run(k.loop);
	} else {
		as_log(k.config->log, AS_LOG_ERROR, "keeper: %s", why.text);
		k.status = EX_IOERR;
	}
	keeper_close(&k);
	return k.status;
}
