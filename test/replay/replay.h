/*
 * replay - one probe against the fake net: start it, run until it is done.
 */
#ifndef AS_TEST_REPLAY_H
#define AS_TEST_REPLAY_H

#include "base/limits.h"
#include "fake_loop.h"
#include "fake_net.h"
#include "harness.h"
#include "std/dns_wire.h"

struct replay {
	struct as_prober_config config;
	struct as_probe probe;
	struct as_arena *arena;
	struct as_job job;
	struct as_job_done done;
	unsigned dones;
};

static inline void
replay_open(struct replay *r)
{
	static const struct as_direct_config direct = {.window = 0};

	*r = (struct replay){.config = {.clock = fake_clock(),
				 .vantage = AS_STR("test"),
				 .smtp_port = 25,
				 .https_port = 443,
				 .ehlo_name = "probe.example"}};
	r->probe.config = &r->config;
	r->probe.loop = as_loop_new();
	r->probe.scratch = as_arena_new((size_t)4 * 1024 * 1024);
	r->arena = as_arena_new(AS_MAX_JOB_OCTETS);
	r->probe.direct = as_direct_new(r->probe.loop, &direct);
	if (as_dns_new(r->probe.loop, &r->config.dns, &r->probe.dns, NULL) !=
		AS_OK ||
	    as_tls_new(AS_STR_NULL, &r->probe.tls, NULL) != AS_OK ||
	    as_https_new(r->probe.loop, r->probe.tls, &r->probe.https) != AS_OK)
		abort();
}

static inline void
replay_close(struct replay *r)
{
	as_https_free(r->probe.https);
	as_tls_free(r->probe.tls);
	as_dns_free(r->probe.dns);
	as_direct_free(r->probe.direct);
	T_INT(fake_loop_timers(r->probe.loop), 0);
	as_loop_free(r->probe.loop);
	as_arena_free(r->probe.scratch);
	as_arena_free(r->arena);
}

static inline void
replay_on_done(void *ctx, const struct as_job_done *done)
{
	struct replay *r = ctx;

	r->done = *done;
	r->dones++;
}

static inline void
replay_stop(void *loop)
{
	as_loop_stop(loop);
}

static inline void
replay_run(struct replay *r, as_probe_start *start, enum as_job_kind kind,
    const char *name)
{
	r->job.id = 7;
	r->job.kind = kind;
	r->job.name = as_str_from(name);
	if (start(&r->probe, r->arena, &r->job, replay_on_done, r) == NULL)
		abort();
	T_INT(r->dones, 0);
	as_loop_run(r->probe.loop);
	T_INT(r->dones, 1);
	T_INT(r->done.id, 7);
}

/* Start, run the loop for so long, then cancel: fn must not be called. */
static inline void
replay_cancel(struct replay *r, as_probe_start *start, enum as_job_kind kind,
    const char *name, uint32_t ms)
{
	struct as_timer *t =
	    as_timer_new(r->probe.loop, replay_stop, r->probe.loop);
	struct as_probing *p;

	r->job.kind = kind;
	r->job.name = as_str_from(name);
	p = start(&r->probe, r->arena, &r->job, replay_on_done, r);
	as_timer_set(t, ms);
	as_loop_run(r->probe.loop);
	as_timer_free(t);
	p->cancel(p);
	as_loop_run(r->probe.loop);
	T_INT(r->dones, 0);
}

static inline struct as_domain_facts *
replay_domain(struct replay *r, const char *name)
{
	replay_run(r, as_probe_domain_start, AS_JOB_DOMAIN, name);
	return r->done.domain;
}

/* The facts of one probe as text, its arena cut to `cap`; NULL: it was refused,
 * or says itself that it came to nothing. */
static inline char *
replay_capped(as_probe_start *start, const struct as_job *job, size_t cap)
{
	enum as_subject_outcome outcome;
	struct as_probing *p;
	struct replay r;
	struct as_buf b;

	replay_open(&r);
	as_arena_free(r.arena);
	r.arena = as_arena_new(cap);
	r.job = *job;
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	p = start(&r.probe, r.arena, &r.job, replay_on_done, &r);
	as_loop_run(r.probe.loop);
	T_INT(r.dones, p != NULL);
	if (p != NULL) {
		outcome = r.done.domain != NULL ? r.done.domain->outcome
		    : r.done.host != NULL       ? r.done.host->outcome
						: r.done.policy->outcome;
		if (outcome == AS_SUBJECT_DONE)
			as_codec_print(
			    &b, &as_shape_job_done, &r.done, AS_JSON_COMPACT);
		else
			T_INT(outcome, AS_SUBJECT_CANCELLED);
	}
	as_buf_add(&b, "", 1);
	replay_close(&r);
	if (b.n > 1)
		return b.p;
	as_buf_fini(&b);
	return NULL;
}

/* With every size of arena the facts are those of a large one, or none. */
static inline void
replay_sweep(void (*world)(void), as_probe_start *start, struct as_job job)
{
	unsigned none = 0, whole = 0, other = 0;
	char *want, *got;

	world();
	want = replay_capped(start, &job, AS_MAX_JOB_OCTETS);
	T_OK(want != NULL);
	for (size_t cap = 256; want != NULL && whole < 20; cap += 48) {
		world();
		got = replay_capped(start, &job, cap);
		none += got == NULL;
		whole += got != NULL && strcmp(got, want) == 0;
		if (got != NULL && strcmp(got, want) != 0 && other++ < 3)
			printf("# with %zu octets:\n# %s\n", cap, got);
		free(got);
	}
	T_INT(other, 0);
	T_OK(none > 20);
	free(want);
}

static inline const struct as_answer *
replay_answer(const struct as_domain_facts *f, const char *name, uint16_t type)
{
	static const struct as_answer none = {.outcome = AS_DNS_NOT_ASKED};
	const struct as_answer *ans =
	    as_answer_find(f->answers, f->n_answers, as_str_from(name), type);

	return ans != NULL ? ans : &none;
}

static inline bool
replay_has(const struct as_domain_facts *f, const char *name, uint16_t type)
{
	return as_answer_find(
		   f->answers, f->n_answers, as_str_from(name), type) != NULL;
}

#endif
