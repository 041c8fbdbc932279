/*
 * The process: one socket, one loop, one table of running jobs.
 *
 * Results that the parent does not take yet wait in their arenas; while more
 * than OUT_HIGH octets wait to be written, no further job is read.  A job's
 * arena is freed from a timer, never inside the callback that ended the job.
 */
#include "probe/prober.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/limits.h"
#include "net/sandbox.h"
#include "probe/prober_open.h"

#include "base/banned.h"

#define OUT_HIGH    ((size_t)2 * 1024 * 1024)
#define OUT_CAP     (OUT_HIGH + AS_MAX_FRAME_OCTETS + 16)
#define IN_CAP      (AS_MAX_FRAME_OCTETS + READ_OCTETS + 16)
#define READ_OCTETS ((size_t)64 * 1024)
#define MAX_RUNNING 4096 /* whatever the parent sends */

struct running {
	struct running *next;  /* among the running or the finished ones */
	struct running **link; /* what points at this one */
	struct prober *prober;
	struct as_arena *arena;
	struct as_job *job;
	struct as_probing *probing;
	struct as_job_done done;
};

struct prober {
	struct as_probe shared;
	int fd;
	struct as_watch *watch;
	struct as_timer *sweep; /* finished jobs become frames */
	struct as_buf in, out;
	struct running *running;
	struct running *finished, **finished_end;
	size_t n_running;
	int status;
};

/* --- the socket --- */

static void
prober_end(struct prober *p, int status)
{
	p->status = status;
	as_loop_stop(p->shared.loop);
}

static void
want_update(struct prober *p)
{
	int want = p->out.n > 0 ? AS_LOOP_WRITE : 0;

	if (p->out.n < OUT_HIGH && p->n_running < MAX_RUNNING)
		want |= AS_LOOP_READ;
	as_watch_want(p->watch, want);
}

static void
out_flush(struct prober *p)
{
	while (p->out.n > 0) {
		ssize_t n = write(p->fd, p->out.p, p->out.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0) {
			prober_end(p, EX_IOERR);
			return;
		}
		as_buf_drop(&p->out, (size_t)n);
	}
}

/* --- finished jobs --- */

static void
running_free(struct running *r)
{
	struct as_arena *a = r->arena;

	as_arena_free(a); /* r lies in it */
}

static void
done_write(struct prober *p, const struct as_job_done *done)
{
	struct as_buf text;

	as_buf_init(&text, AS_MAX_FRAME_OCTETS - 1);
	as_codec_print(&text, &as_shape_job_done, done, AS_JSON_COMPACT);
	if (as_buf_ok(&text))
		as_frame_write(&p->out, AS_FRAME_DONE, as_buf_str(&text));
	else
		p->out.full = true;
	as_buf_fini(&text);
}

/* The facts do not fit a frame: send who it was, and that nothing is known. */
static void
done_write_short(struct prober *p, const struct running *r)
{
	static const char why[] = "the facts are too large to hand over";
	struct as_domain_facts domain = {.name = r->job->name,
	    .outcome = AS_SUBJECT_CANCELLED,
	    .detail = AS_STR(why)};
	struct as_host_facts host = {.name = r->job->name,
	    .address = r->job->address,
	    .outcome = AS_SUBJECT_CANCELLED,
	    .detail = AS_STR(why)};
	struct as_policy_facts policy = {.name = r->job->name,
	    .outcome = AS_SUBJECT_CANCELLED,
	    .detail = AS_STR(why),
	    .fetch = AS_FETCH_NOT_TRIED};
	struct as_lookup_facts lookup = {
	    .outcome = AS_SUBJECT_CANCELLED, .detail = AS_STR(why)};
	struct as_tls_server tls = {.name = r->job->name,
	    .address = r->job->address,
	    .outcome = AS_SUBJECT_CANCELLED,
	    .detail = AS_STR(why)};
	struct as_job_done done = {.id = r->job->id};

	switch (r->job->kind) {
	case AS_JOB_DOMAIN: done.domain = &domain; break;
	case AS_JOB_HOST: done.host = &host; break;
	case AS_JOB_POLICY: done.policy = &policy; break;
	case AS_JOB_LOOKUP: done.lookup = &lookup; break;
	case AS_JOB_TLS: done.tls = &tls; break;
	}
	done_write(p, &done);
}

static void
running_deliver(struct prober *p, struct running *r)
{
	size_t before = p->out.n;

	done_write(p, &r->done);
	if (!as_buf_ok(&p->out)) {
		p->out.n = before;
		p->out.full = false;
		done_write_short(p, r);
	}
	running_free(r);
}

static void jobs_read(struct prober *p);

static void
on_sweep(void *ctx)
{
	struct prober *p = ctx;
	struct running *r;

	while (p->out.n < OUT_HIGH && (r = p->finished) != NULL) {
		p->finished = r->next;
		if (p->finished == NULL)
			p->finished_end = &p->finished;
		running_deliver(p, r);
	}
	if (!as_buf_ok(&p->out)) {
		prober_end(p, EX_OSERR);
		return;
	}
	out_flush(p);
	/* All of it may have gone at once: then nothing else brings us back. */
	if (p->finished != NULL && p->out.n < OUT_HIGH)
		as_timer_set(p->sweep, 0);
	jobs_read(p);
}

static void
running_unlink(struct running *r)
{
	*r->link = r->next;
	if (r->next != NULL)
		r->next->link = r->link;
	r->prober->n_running--;
}

static void
on_done(void *ctx, const struct as_job_done *done)
{
	struct running *r = ctx;
	struct prober *p = r->prober;

	running_unlink(r);
	r->done = *done;
	r->probing = NULL;
	r->next = NULL;
	*p->finished_end = r;
	p->finished_end = &r->next;
	as_timer_set(p->sweep, 0);
}

/* --- jobs --- */

static struct as_probing *
probing_start(struct prober *p, struct running *r)
{
	switch (r->job->kind) {
	case AS_JOB_DOMAIN:
		return as_probe_domain_start(
		    &p->shared, r->arena, r->job, on_done, r);
	case AS_JOB_HOST:
		return as_probe_host_start(
		    &p->shared, r->arena, r->job, on_done, r);
	case AS_JOB_POLICY:
		return as_probe_policy_start(
		    &p->shared, r->arena, r->job, on_done, r);
	case AS_JOB_LOOKUP:
		return as_probe_lookup_start(
		    &p->shared, r->arena, r->job, on_done, r);
	case AS_JOB_TLS:
		return as_probe_tls_start(
		    &p->shared, r->arena, r->job, on_done, r);
	}
	return NULL;
}

static struct running *
running_new(struct prober *p, struct as_str payload, struct as_why *why)
{
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	struct running *r = a != NULL ? AS_NEW(a, struct running) : NULL;
	void *job = NULL;

	if (r == NULL ||
	    as_codec_parse(a, &as_shape_job, payload, AS_MAX_FRAME_OCTETS, &job,
		why) != AS_OK) {
		as_arena_free(a);
		return NULL;
	}
	r->prober = p;
	r->arena = a;
	r->job = job;
	return r;
}

static bool
job_begin(struct prober *p, struct as_str payload)
{
	struct as_why why = {.text = "out of memory"};
	struct running *r = running_new(p, payload, &why);

	if (r == NULL) {
		as_log(&p->shared.config->log, AS_LOG_ERROR,
		    "a job cannot be read: %s", why.text);
		return false;
	}
	r->probing = probing_start(p, r);
	if (r->probing == NULL) {
		running_free(r);
		as_log(&p->shared.config->log, AS_LOG_ERROR,
		    "a job cannot be started: out of memory");
		return false;
	}
	r->next = p->running;
	r->link = &p->running;
	if (r->next != NULL)
		r->next->link = &r->next;
	p->running = r;
	p->n_running++;
	return true;
}

/* Begin jobs that are in the buffer, as far as there is room for them. */
static void
jobs_read(struct prober *p)
{
	struct as_frame f;
	enum as_err err;

	while (p->n_running < MAX_RUNNING && p->out.n < OUT_HIGH) {
		err = as_frame_read(&p->in, &f);
		if (err == AS_EABSENT)
			break;
		if (err != AS_OK || f.type != AS_FRAME_JOB ||
		    !job_begin(p, f.payload)) {
			prober_end(p, EX_PROTOCOL);
			return;
		}
		as_frame_drop(&p->in, &f);
	}
	want_update(p);
}

static void
on_readable(struct prober *p)
{
	char chunk[READ_OCTETS];
	ssize_t n = read(p->fd, chunk, sizeof(chunk));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		prober_end(p, n == 0 ? EX_OK : EX_IOERR);
		return;
	}
	as_buf_add(&p->in, chunk, (size_t)n);
	if (!as_buf_ok(&p->in)) {
		prober_end(p, EX_OSERR);
		return;
	}
	jobs_read(p);
}

static void
on_socket(void *ctx, int fd, int ready)
{
	struct prober *p = ctx;

	(void)fd;
	if (ready & AS_LOOP_WRITE) {
		out_flush(p);
		/* Also when nothing is finished: jobs may wait in the buffer
		 * for this room, and the socket will not speak of them. */
		as_timer_set(p->sweep, 0);
		want_update(p);
	}
	if (ready & AS_LOOP_READ)
		on_readable(p);
}

/* --- life --- */

static enum as_err
sandbox_begin(struct prober *p, struct as_why *why)
{
	struct as_sandbox_limits limits = {
	    .memory_octets = p->shared.config->memory_octets,
	    .files = as_prober_descriptors(),
	};
	struct as_sandbox_state state = {false, false};
	char text[80];
	int n;

	AS_TRY(as_sandbox_enter(&limits, &state, why));
	n = snprintf(text, sizeof(text), "prober %d: landlock %s, seccomp %s",
	    (int)getpid(), state.landlock ? "on" : "off",
	    state.seccomp ? "on" : "off");
	as_frame_write(
	    &p->out, AS_FRAME_READY, (struct as_str){text, (size_t)n});
	return AS_OK;
}

static enum as_err
prober_open(struct prober *p, struct as_why *why)
{
	as_buf_init(&p->in, IN_CAP);
	as_buf_init(&p->out, OUT_CAP);
	p->finished_end = &p->finished;
	AS_TRY(as_prober_open(&p->shared, why));
	p->sweep = as_timer_new(p->shared.loop, on_sweep, p);
	p->watch =
	    as_watch_new(p->shared.loop, p->fd, AS_LOOP_READ, on_socket, p);
	if (p->sweep == NULL || p->watch == NULL)
		return as_why_no_memory(why);
	AS_TRY(sandbox_begin(p, why));
	want_update(p);
	return AS_OK;
}

static void
list_free(struct running *r)
{
	while (r != NULL) {
		struct running *next = r->next;
		if (r->probing != NULL)
			r->probing->cancel(r->probing);
		running_free(r);
		r = next;
	}
}

static void
prober_close(struct prober *p)
{
	list_free(p->running);
	list_free(p->finished);
	as_watch_free(p->watch);
	as_timer_free(p->sweep);
	as_prober_close(&p->shared);
	as_buf_fini(&p->in);
	as_buf_fini(&p->out);
}

/* Memory and descriptors may be there next time; settings stay. */
static void
failure_tell(struct prober *p, enum as_err err, const struct as_why *why)
{
	bool passing = err == AS_ENOMEM || err == AS_ESYS;
	char text[sizeof(why->text) + 1];
	int n = snprintf(
	    text, sizeof(text), "%c%s", passing ? '0' : '1', why->text);

	as_buf_reset(&p->out);
	as_frame_write(
	    &p->out, AS_FRAME_FAILED, (struct as_str){text, (size_t)n});
	out_flush(p);
	p->status = passing ? EX_OSERR : EX_CONFIG;
}

int
as_prober_main(const struct as_prober_config *config, int fd)
{
	struct prober p = {.shared = {.config = config}, .fd = fd};
	struct as_why why = {.text = "out of memory"};
	enum as_err err;

	(void)signal(SIGPIPE, SIG_IGN);
	err = prober_open(&p, &why);
	if (err == AS_OK)
		as_loop_run(p.shared.loop);
	else
		failure_tell(&p, err, &why);
	prober_close(&p);
	return p.status;
}
