#include "app/ingest_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

#define TICK_MS   250
#define COMMIT_MS 2000

#if defined(__SANITIZE_ADDRESS__)
#define PARSER_OCTETS 0 /* the sanitizer maps far more than it uses */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PARSER_OCTETS 0
#endif
#endif
#ifndef PARSER_OCTETS
#define PARSER_OCTETS ((uint64_t)512 * 1024 * 1024)
#endif

void
as_ingest_fail(struct ingest *g, enum as_err err, const char *text)
{
	if (g->err != AS_OK)
		return;
	g->err = as_why_set(&g->why, err, AS_WHY_NOWHERE, "%.200s",
	    text[0] != 0 ? text : as_err_text(err));
	as_loop_stop(g->loop);
}

void
as_ingest_work_soon(struct ingest *g)
{
	as_timer_set(g->work, 0);
}

static void
commit(struct ingest *g)
{
	struct as_why why = {.text = ""};
	enum as_err err;

	as_progress_clear(&g->progress);
	err = g->mailbox != NULL ? as_mailbox_save(g->mailbox, &why) : AS_OK;
	if (err == AS_OK)
		err = as_keep_commit(g->keep, &why);
	if (err == AS_OK && g->mailbox != NULL)
		as_mailbox_saved(g->mailbox);
	g->committed_ms = g->clock.mono_ms(g->clock.ctx);
	if (err != AS_OK)
		as_ingest_fail(g, err, why.text);
}

static void
commit_when_due(struct ingest *g, bool now)
{
	if (g->err == AS_OK && g->holder == NULL &&
	    (now || as_keep_is_due(g->keep)))
		commit(g);
}

static void
on_mailbox(void *ctx)
{
	as_ingest_work_soon(ctx);
}

/* The next mailbox, when this one is over; else there is no more input. */
static void
mailbox_next(struct ingest *g)
{
	struct as_mailbox_place place = {.loop = g->loop,
	    .keep = g->keep,
	    .progress = &g->progress,
	    .child = &g->prober,
	    .news = on_mailbox,
	    .ctx = g};
	struct as_why why = {.text = ""};
	enum as_err err;

	if (g->mailbox != NULL && !as_mailbox_is_over(g->mailbox))
		return;
	as_mailbox_close(g->mailbox);
	g->mailbox = NULL;
	g->exhausted = g->mailbox_at == g->config->n_mailboxes;
	if (g->exhausted)
		return;
	err = as_mailbox_open(
	    &g->config->mailboxes[g->mailbox_at++], &place, &g->mailbox, &why);
	if (err != AS_OK)
		as_ingest_fail(g, err, why.text);
}

/* False: there is none now. */
bool
as_ingest_next(struct ingest *g, struct as_walk_input *out)
{
	if (!g->walked) {
		g->walked = !(g->config->next != NULL
			? g->config->next(g->config->ctx, out)
			: as_walk_next(g->walk, out));
		if (!g->walked)
			return true;
	}
	if (g->mailbox != NULL && as_mailbox_next(g->mailbox, out))
		return true;
	mailbox_next(g);
	return false;
}

static bool
is_over(const struct ingest *g)
{
	if (!g->exhausted)
		return false;
	for (unsigned i = 0; i < g->n_seats; i++)
		if (as_seat_is_busy(&g->seats[i]))
			return false;
	return true;
}

static void
on_work(void *ctx)
{
	struct ingest *g = ctx;
	bool again = true;

	while (again && g->err == AS_OK) {
		again = false;
		for (unsigned i = 0; i < g->n_seats; i++) {
			again |= as_seat_take(&g->seats[i]);
			as_seat_serve(&g->seats[i]);
			commit_when_due(g, false);
		}
		if (g->holder == NULL && g->mailbox != NULL &&
		    as_mailbox_wants_commit(g->mailbox)) {
			commit_when_due(g, true);
			again = true;
		}
	}
	if (is_over(g) || g->err != AS_OK)
		as_loop_stop(g->loop);
}

static void
on_tick(void *ctx)
{
	struct ingest *g = ctx;
	int64_t now = g->clock.mono_ms(g->clock.ctx);
	struct as_why why = {.text = ""};
	unsigned busy = 0;

	if (g->mailbox != NULL && as_mailbox_tick(g->mailbox, &why) != AS_OK)
		as_ingest_fail(g, why.code, why.text);
	for (unsigned i = 0; i < g->n_seats; i++) {
		as_seat_tick(&g->seats[i]);
		busy += as_seat_is_busy(&g->seats[i]);
	}
	commit_when_due(g, now - g->committed_ms >= COMMIT_MS);
	as_progress_show(&g->progress, busy);
	as_timer_set(g->tick, TICK_MS);
}

static unsigned
seats_count(const struct as_ingest_config *c)
{
	long n =
	    c->parsers != 0 ? (long)c->parsers : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > AS_MAX_PARSERS ? AS_MAX_PARSERS : (unsigned)n;
}

static enum as_err
ingest_open(struct ingest *g, struct as_why *why)
{
	g->clock = as_clock_system();
	g->prober.memory_octets = PARSER_OCTETS;
	g->prober.log = (struct as_log){AS_LOG_WARN, STDERR_FILENO, "assay"};
	g->loop = as_loop_new();
	g->walk = as_walk_new(g->config->paths, g->config->n_paths);
	if (g->loop == NULL || g->walk == NULL)
		return as_why_no_memory(why);
	g->work = as_timer_new(g->loop, on_work, g);
	g->tick = as_timer_new(g->loop, on_tick, g);
	if (g->work == NULL || g->tick == NULL)
		return as_why_no_memory(why);
	while (g->n_seats < seats_count(g->config))
		if (!as_seat_init(&g->seats[g->n_seats++], g))
			return as_why_no_memory(why);
	as_progress_init(&g->progress, g->clock, 0);
	g->progress.noun = "inputs";
	g->progress.odd = "without a report";
	g->committed_ms = g->clock.mono_ms(g->clock.ctx);
	return AS_OK;
}

static void
ingest_close(struct ingest *g)
{
	for (unsigned i = 0; i < g->n_seats; i++)
		as_seat_fini(&g->seats[i]);
	as_mailbox_close(g->mailbox);
	as_walk_free(g->walk);
	as_timer_free(g->work);
	as_timer_free(g->tick);
	as_loop_free(g->loop);
}

static enum as_err
ingest_run(struct ingest *g, struct as_why *why)
{
	AS_TRY(as_keep_head(g->keep, why));
	as_timer_set(g->tick, TICK_MS);
	as_ingest_work_soon(g);
	as_loop_run(g->loop);
	as_progress_clear(&g->progress);
	if (g->err == AS_OK)
		commit(g);
	if (g->err == AS_OK)
		return as_keep_foot(g->keep, why);
	if (g->err != AS_EOUTPUT)
		as_keep_broken(g->keep, g->why.text);
	return as_why_set(why, g->err, AS_WHY_NOWHERE, "%s", g->why.text);
}

enum as_err
as_ingest(const struct as_ingest_config *config, struct as_keep *keep,
    struct as_why *why)
{
	struct ingest *g = calloc(1, sizeof(*g));
	enum as_err err;

	if (g == NULL)
		return as_why_no_memory(why);
	g->config = config;
	g->keep = keep;
	err = ingest_open(g, why);
	if (err == AS_OK)
		err = ingest_run(g, why);
	ingest_close(g);
	free(g);
	return err;
}
