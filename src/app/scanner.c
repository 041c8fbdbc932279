#include "app/scanner.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/map.h"
#include "app/staff.h"
#include "base/frame.h"
#include "base/limits.h"
#include "model/watch_wire.h"

#include "base/banned.h"

#define IN_OCTETS ((size_t)1024 * 1024)
#define BATCH     200   /* jobs asked for at a time */
#define ASK_MS    1000  /* between two questions that brought nothing */
#define DRAIN_MS  5000  /* for what is in flight, when asked to end */
#define SEND_MS   30000 /* a keeper that takes nothing for so long is gone */

/* A job on its way; its node is its domain's. */
struct job {
	struct as_map_node node; /* first */
	STAILQ_ENTRY(job) link;  /* while it waits */
	uint32_t attempt;
	bool fresh;
	char name[];
};

STAILQ_HEAD(job_list, job);

struct scanner {
	const struct as_scanner_config *config;
	int fd, end_fd, word;
	struct as_buf in, out;
	struct as_arena *arena;
	struct as_map jobs;
	struct job_list waiting;
	size_t n_waiting;
	bool asked;                   /* a question is open */
	int64_t ask_at_ms, end_by_ms; /* 0: not ending */
	bool broken;                  /* the keeper is gone */
};

static int64_t
now_ms(const struct scanner *s)
{
	const struct as_clock *clock = &s->config->fleet->prober.clock;

	return clock->mono_ms(clock->ctx);
}

static void
broken(struct scanner *s, const char *what)
{
	if (!s->broken)
		as_log(s->config->log, AS_LOG_WARN, "scanner: %s", what);
	s->broken = true;
}

/* --- to the keeper --- */

/* It takes its time when the disk is slow; the probers wait for it. */
static void
frame_send(struct scanner *s, uint8_t type, struct as_str payload)
{
	as_buf_reset(&s->out);
	as_frame_write(&s->out, type, payload);
	if (!as_buf_ok(&s->out)) {
		broken(s, "a frame is too long");
		return;
	}
	while (s->out.n > 0 && !s->broken) {
		ssize_t n = send(s->fd, s->out.p, s->out.n, MSG_NOSIGNAL);
		struct pollfd p = {.fd = s->fd, .events = POLLOUT};

		if (n > 0)
			as_buf_drop(&s->out, (size_t)n);
		else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			if (poll(&p, 1, SEND_MS) == 0)
				broken(s, "the keeper takes nothing more");
		} else
			broken(s, "the keeper is gone");
	}
}

static void
jobs_ask(struct scanner *s)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%d", BATCH);
	frame_send(s, AS_WATCH_WANT, as_str_from(text));
	s->asked = true;
}

/* --- from the keeper --- */

static enum as_err
job_add(struct scanner *s, const struct as_watch_job *from)
{
	struct job *job = calloc(1, sizeof(*job) + from->domain.n + 1);

	if (job == NULL)
		return AS_ENOMEM;
	memcpy(job->name, from->domain.p, from->domain.n);
	job->node.key = (struct as_str){job->name, from->domain.n};
	job->attempt = from->attempt;
	job->fresh = from->fresh;
	/* One that is in flight still: its first answer has been given up. */
	if (as_map_find(&s->jobs, job->node.key) != NULL) {
		free(job);
		return AS_OK;
	}
	as_map_add(&s->jobs, &job->node);
	STAILQ_INSERT_TAIL(&s->waiting, job, link);
	s->n_waiting++;
	return AS_OK;
}

static enum as_err
jobs_take(struct scanner *s, struct as_str payload)
{
	struct as_why why = {.text = ""};
	struct as_watch_jobs *jobs;
	void *v;

	as_arena_reset(s->arena);
	AS_TRY(as_codec_parse(s->arena, &as_shape_watch_jobs, payload,
	    AS_MAX_FRAME_OCTETS, &v, &why));
	jobs = v;
	s->asked = false;
	s->ask_at_ms = now_ms(s) + (jobs->n_list == 0 ? ASK_MS : 0);
	for (size_t i = 0; i < jobs->n_list; i++)
		AS_TRY(job_add(s, &jobs->list[i]));
	return AS_OK;
}

static void
frames_take(struct scanner *s)
{
	struct as_frame f;

	while (!s->broken && as_frame_read(&s->in, &f) == AS_OK) {
		if (f.type != AS_WATCH_JOBS || jobs_take(s, f.payload) != AS_OK)
			broken(s, "the keeper says what makes no sense");
		as_frame_drop(&s->in, &f);
	}
}

static void
socket_read(struct scanner *s)
{
	char chunk[65536];
	ssize_t n;

	while ((n = recv(s->fd, chunk, sizeof(chunk), MSG_DONTWAIT)) > 0) {
		as_buf_add(&s->in, chunk, (size_t)n);
		frames_take(s);
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
	    !as_buf_ok(&s->in))
		broken(s, "the keeper is gone");
}

/* --- the fleet's questions and answers --- */

static enum as_fleet_next
next(void *ctx, struct as_str *domain)
{
	struct scanner *s = ctx;
	struct job *job;

	if (s->broken || s->end_by_ms != 0)
		return AS_FLEET_END;
	job = STAILQ_FIRST(&s->waiting);
	if (job == NULL)
		return AS_FLEET_LATER;
	STAILQ_REMOVE_HEAD(&s->waiting, link);
	s->n_waiting--;
	*domain = job->node.key;
	return AS_FLEET_NEXT;
}

static void
done(void *ctx, const struct as_facts *facts)
{
	struct scanner *s = ctx;
	struct as_map_node *node = as_map_find(&s->jobs, facts->domain->name);
	struct as_watch_look look = {
	    .facts = (struct as_facts *)(uintptr_t)facts};
	struct as_buf text;

	if (node == NULL)
		return;
	look.attempt = ((struct job *)node)->attempt;
	as_map_remove(&s->jobs, node);
	free(node);
	as_buf_init(&text, AS_MAX_FRAME_OCTETS);
	as_codec_print(&text, &as_shape_watch_look, &look, AS_JSON_COMPACT);
	/* What does not fit is left to its lease, and looked at again. */
	if (as_buf_ok(&text))
		frame_send(s, AS_WATCH_LOOK, as_buf_str(&text));
	as_buf_fini(&text);
}

static uint32_t
host_age(void *ctx, struct as_str domain)
{
	struct scanner *s = ctx;
	const struct job *job =
	    (const struct job *)as_map_find(&s->jobs, domain);

	return job != NULL && job->fresh ? 0 : s->config->host_age_ms;
}

/* The end may not wait for slow servers. */
static void
end_look(struct scanner *s)
{
	char info[256];

	if (s->end_by_ms == 0 && read(s->end_fd, info, sizeof(info)) > 0)
		s->end_by_ms = now_ms(s) + DRAIN_MS;
	if (s->broken || (s->end_by_ms != 0 && now_ms(s) >= s->end_by_ms))
		_exit(s->broken ? EX_UNAVAILABLE : 0);
}

static void
tick(void *ctx, unsigned in_flight)
{
	struct scanner *s = ctx;

	(void)in_flight;
	as_staff_alive(s->word);
	socket_read(s);
	end_look(s);
	if (!s->asked && s->n_waiting < BATCH / 2 && s->end_by_ms == 0 &&
	    now_ms(s) >= s->ask_at_ms)
		jobs_ask(s);
}

/* --- life --- */

static int
keeper_connect(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(to.sun_path))
		return -1;
	memcpy(to.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static int
scanner_run(struct scanner *s)
{
	struct as_fleet_events events = {.next = next,
	    .done = done,
	    .host_age = host_age,
	    .tick = tick,
	    .ctx = s};
	struct as_why why = {.text = ""};
	enum as_err err = as_fleet_run(s->config->fleet, &events, &why);

	if (err != AS_OK)
		as_log(s->config->log, AS_LOG_ERROR, "scanner: %s", why.text);
	return err == AS_OK && !s->broken ? 0 : EX_UNAVAILABLE;
}

int
as_scanner_main(void *ctx, int word)
{
	struct scanner s = {.config = ctx, .word = word};

	s.end_fd = as_staff_end_fd();
	s.fd = keeper_connect(s.config->socket);
	s.arena = as_arena_new(IN_OCTETS);
	if (s.end_fd < 0 || s.arena == NULL || as_map_init(&s.jobs) != AS_OK) {
		as_log(s.config->log, AS_LOG_ERROR, "scanner: out of memory");
		return EX_OSERR;
	}
	if (s.fd < 0)
		return EX_TEMPFAIL; /* the keeper is not there yet */
	STAILQ_INIT(&s.waiting);
	as_buf_init(&s.in, IN_OCTETS);
	as_buf_init(&s.out, AS_MAX_FRAME_OCTETS + 16);
	return scanner_run(&s);
}
