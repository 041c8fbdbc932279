#include "app/ingest_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"

#include "base/banned.h"

#define READ_OCTETS ((size_t)64 * 1024)
#define READS       16 /* of one input, then others have their turn */
#define RAW_CAP     ((size_t)16 * 1024 * 1024)
#define STILL_CPU_S 2 /* of processor time without a sign of life */
#define STILL_MS    60000
#define END_MS      1000

/* --- the input --- */

static void
input_close(struct seat *s)
{
	if (s->fd > STDIN_FILENO)
		(void)close(s->fd);
	s->fd = -1;
	free(s->name);
	s->name = NULL;
	as_buf_fini(&s->kept);
	as_ingest_input_fini(&s->in);
	s->busy = false;
}

/* No more of it: what came of it is told with the next commit. */
static void
input_end(struct seat *s)
{
	struct ingest *g = s->run;

	if (as_keep_input_end(g->keep, &s->in) != AS_OK)
		as_ingest_fail(
		    g, as_keep_why(g->keep)->code, as_keep_why(g->keep)->text);
	g->progress.done++;
	g->progress.untested += s->in.counts.quarantined;
	input_close(s);
}

/* What cannot be read again, such as standard input, is kept as it passes. */
static bool
is_kept(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && !S_ISREG(st.st_mode);
}

/* Whoever writes into a pipe writes all of it. */
static bool
rest_read(struct seat *s)
{
	char chunk[READ_OCTETS];
	ssize_t n = 1;

	while (!s->sent && n != 0) {
		n = read(s->fd, chunk, sizeof(chunk));
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			as_buf_add(&s->kept, chunk, (size_t)n);
	}
	return as_buf_ok(&s->kept);
}

/* The octets of the input, for quarantine; false: too many, or not there. */
static bool
raw_read(struct seat *s)
{
	char chunk[READ_OCTETS];
	off_t at = 0;
	ssize_t n = 0;

	if (is_kept(s->fd))
		return rest_read(s);
	as_buf_reset(&s->kept);
	while (as_buf_ok(&s->kept) &&
	    (n = pread(s->fd, chunk, sizeof(chunk), at)) > 0) {
		as_buf_add(&s->kept, chunk, (size_t)n);
		at += n;
	}
	return n == 0 && as_buf_ok(&s->kept);
}

/* The input as a whole gave no report. */
static void
input_refuse(struct seat *s, struct as_str diagnosis)
{
	struct ingest *g = s->run;
	struct as_report_piece piece = {.path = AS_STR("")};

	if (raw_read(s))
		piece.raw = s->kept.n > 0 ? as_buf_str(&s->kept) : AS_STR("");
	if (as_keep_refused(g->keep, &s->in, &piece, diagnosis) != AS_OK)
		as_ingest_fail(
		    g, as_keep_why(g->keep)->code, as_keep_why(g->keep)->text);
}

static void
input_unread(struct seat *s, int fault)
{
	as_keep_unread(s->run->keep, &s->in, strerror(fault));
	input_end(s);
}

/* --- octets to the parser --- */

static bool
octets_send(struct seat *s, uint8_t type, struct as_str octets)
{
	if (as_link_send(&s->worker.link, type, octets) == AS_OK)
		return true;
	as_ingest_fail(s->run, AS_ENOMEM, "out of memory");
	return false;
}

/* One piece of the input; false: no more, for now or at all. */
static bool
feed_once(struct seat *s)
{
	char chunk[READ_OCTETS];
	ssize_t n = read(s->fd, chunk, sizeof(chunk));

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0) {
		s->fault = n < 0 ? errno : 0;
		s->sent = octets_send(s, AS_FRAME_END, AS_STR(""));
		return false;
	}
	if (is_kept(s->fd))
		as_buf_add(&s->kept, chunk, (size_t)n);
	return octets_send(
	    s, AS_FRAME_OCTETS, (struct as_str){chunk, (size_t)n});
}

static void
feed(struct seat *s)
{
	for (int i = 0; i < READS; i++)
		if (!s->busy || s->sent ||
		    as_link_backlog(&s->worker.link) > 0 || !feed_once(s))
			return;
	as_ingest_work_soon(s->run);
}

static bool
input_open(struct seat *s, const struct as_walk_input *input)
{
	s->name = strdup(input->path);
	if (s->name == NULL) {
		as_ingest_fail(s->run, AS_ENOMEM, "out of memory");
		return false;
	}
	s->busy = true;
	s->sent = false;
	s->fault = 0;
	s->fd = -1;
	as_buf_init(&s->kept, RAW_CAP);
	as_ingest_input_init(&s->in, s->name);
	s->in.held = input->held;
	if (input->fault != 0) {
		input_unread(s, input->fault);
		return false;
	}
	s->fd = input->fd > 0 ? input->fd
	    : strcmp(s->name, "-") == 0
	    ? STDIN_FILENO
	    : open(s->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (s->fd >= 0)
		return true;
	input_unread(s, errno);
	return false;
}

static void
alive(struct seat *s)
{
	s->moved = true;
}

void
as_seat_give(struct seat *s, const struct as_walk_input *input)
{
	if (!input_open(s, input))
		return;
	s->moved_ms = s->run->clock.mono_ms(s->run->clock.ctx);
	as_worker_allow_cpu(&s->worker, STILL_CPU_S);
	if (octets_send(s, AS_FRAME_INPUT, AS_STR("")))
		feed(s);
}

/* --- what the parser says --- */

static enum as_err
on_found(void *ctx, const struct as_report_piece *piece)
{
	struct seat *s = ctx;

	return as_keep_found(s->run->keep, &s->in, piece);
}

static enum as_err
on_refused(
    void *ctx, const struct as_report_piece *piece, struct as_str diagnosis)
{
	struct seat *s = ctx;

	return as_keep_refused(s->run->keep, &s->in, piece, diagnosis);
}

static void
events_take(struct seat *s, struct as_str batch)
{
	struct ingest *g = s->run;
	struct as_wire_events to = {.report = as_keep_sink(g->keep),
	    .found = on_found,
	    .refused = on_refused,
	    .ctx = s};
	enum as_err err = as_wire_read(&s->wire, batch, &to);

	if (err == AS_EVERSION)
		s->broken = true;
	else if (err != AS_OK)
		as_ingest_fail(g, err, as_keep_why(g->keep)->text);
	g->holder = s->wire.state != AS_WIRE_BETWEEN ? s : NULL;
}

static void
done_take(struct seat *s, struct as_str diagnosis)
{
	const struct as_ingest_counts *c = &s->in.counts;

	if (!s->busy || !s->sent || s->wire.state != AS_WIRE_BETWEEN ||
	    !as_utf8_is_valid(diagnosis)) {
		s->broken = true;
		return;
	}
	if (s->fault != 0) {
		input_unread(s, s->fault);
		return;
	}
	if (diagnosis.n > 0)
		input_refuse(s, diagnosis);
	else if (c->stored + c->duplicates + c->quarantined == 0)
		input_refuse(s, AS_STR("there is no report in it"));
	input_end(s);
}

static void
frame_take(struct seat *s, const struct as_frame *f)
{
	s->moved = true;
	if (f->type == AS_FRAME_PARSING && !s->ready) {
		s->ready = true;
		s->run->failures = 0;
	} else if (f->type == AS_FRAME_EVENTS && s->busy) {
		events_take(s, f->payload);
	} else if (f->type == AS_FRAME_DONE_IN) {
		done_take(s, f->payload);
	} else {
		s->broken = true;
	}
}

/* --- its end --- */

#define REPORT_IT "; the fault is ours: please report it, with the file"

static void
seat_end(struct seat *s)
{
	struct ingest *g = s->run;
	struct as_report_sink sink = as_keep_sink(g->keep);
	char how[AS_WORKER_TEXT], text[AS_WORKER_TEXT + 120];

	as_worker_stop(&s->worker, s->broken || s->stuck ? 0 : END_MS, how);
	s->running = false;
	if (g->holder == s)
		g->holder = NULL;
	if (s->wire.state != AS_WIRE_BETWEEN && sink.drop(sink.ctx) != AS_OK)
		as_ingest_fail(g, AS_EIO, as_keep_why(g->keep)->text);
	as_wire_reader_reset(&s->wire);
	if (!s->ready && ++g->failures >= 3)
		as_ingest_fail(
		    g, AS_ESYS, "no reader of reports can be started");
	if (!s->busy || g->err != AS_OK)
		return;
	(void)snprintf(text, sizeof(text), "the reader %s%s%s" REPORT_IT,
	    s->stuck        ? "was too slow"
		: s->broken ? "broke its protocol"
			    : "ended: ",
	    s->stuck || s->broken ? "" : how, "");
	input_refuse(s, as_str_from(text));
	input_end(s);
}

bool
as_seat_take(struct seat *s)
{
	struct ingest *g = s->run;
	bool took = false;
	struct as_frame f;
	enum as_err err;

	while (s->running && g->err == AS_OK && !s->broken) {
		if (g->holder != NULL && g->holder != s)
			break;
		err = as_link_next(&s->worker.link, &f);
		if (err == AS_EABSENT)
			break;
		if (err == AS_OK) {
			frame_take(s, &f);
			as_link_drop(&s->worker.link, &f);
		}
		s->broken |= err != AS_OK;
		took = true;
	}
	if (!s->running || g->err != AS_OK)
		return took;
	if (s->broken || s->stuck ||
	    (s->gone && (g->holder == NULL || g->holder == s))) {
		seat_end(s);
		return true;
	}
	as_link_pause(&s->worker.link, g->holder != NULL && g->holder != s);
	if (s->busy)
		feed(s);
	return took;
}

/* --- life --- */

static void
on_frames(void *ctx)
{
	struct seat *s = ctx;

	alive(s);
	as_ingest_work_soon(s->run);
}

static void
on_gone(void *ctx)
{
	struct seat *s = ctx;

	s->gone = true;
	as_ingest_work_soon(s->run);
}

static void
on_written(void *ctx)
{
	struct seat *s = ctx;

	alive(s);
	feed(s);
}

static const struct as_link_events events = {on_frames, on_gone, on_written};

void
as_seat_start(struct seat *s)
{
	struct ingest *g = s->run;
	struct as_worker_program program = {g->config->parser_main, &g->prober};
	struct as_why why = {.text = ""};

	s->ready = s->gone = s->broken = s->stuck = false;
	if (as_worker_start(&s->worker, g->loop, &program, &events, s, &why) !=
	    AS_OK) {
		as_ingest_fail(g, AS_ESYS, why.text);
		return;
	}
	s->running = true;
	s->moved_ms = g->clock.mono_ms(g->clock.ctx);
}

void
as_seat_tick(struct seat *s)
{
	int64_t now = s->run->clock.mono_ms(s->run->clock.ctx);
	bool waits = s->run->holder != NULL && s->run->holder != s;

	if (!s->running)
		return;
	if (s->moved || waits) {
		s->moved_ms = now;
		if (s->busy)
			as_worker_allow_cpu(&s->worker, STILL_CPU_S);
	}
	s->moved = false;
	if ((s->busy || !s->ready) && now - s->moved_ms > STILL_MS) {
		s->stuck = true;
		as_ingest_work_soon(s->run);
	}
}

bool
as_seat_init(struct seat *s, struct ingest *g)
{
	*s = (struct seat){.run = g, .fd = -1};
	return as_wire_reader_init(&s->wire) == AS_OK;
}

void
as_seat_fini(struct seat *s)
{
	char how[AS_WORKER_TEXT];

	if (s->running)
		as_worker_stop(
		    &s->worker, s->run->err == AS_OK ? END_MS : 0, how);
	if (s->busy)
		input_close(s);
	as_wire_reader_fini(&s->wire);
}
