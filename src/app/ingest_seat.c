#include "app/ingest_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

#include "base/banned.h"

#define READ_OCTETS ((size_t)64 * 1024)
#define READS       16 /* of one input, then others have their turn */
#define AHEAD       64 /* inputs that a parser has, and their octets */
#define AHEAD_HIGH  ((size_t)128 * 1024)
#define STILL_CPU_S 2 /* of processor time without a sign of life */
#define STILL_MS    60000
#define END_MS      1000

bool
as_seat_is_busy(const struct seat *s)
{
	return s->given.n + s->waiting.n > 0;
}

/* --- the end of an input --- */

/* No more of it: what came of it is told with the next commit. */
static void
first_end(struct seat *s)
{
	struct ingest *g = s->run;
	struct input *x = as_input_pop(&s->given);

	if (as_keep_input_end(g->keep, &x->in) != AS_OK)
		as_ingest_fail(
		    g, as_keep_why(g->keep)->code, as_keep_why(g->keep)->text);
	if (x->mail != 0)
		as_mailbox_ended(g->mailbox, x->mail);
	g->progress.done++;
	g->progress.untested += x->in.counts.quarantined;
	as_input_free(x);
}

/* The input as a whole gave no report. */
static void
first_refuse(struct seat *s, struct as_str diagnosis)
{
	struct ingest *g = s->run;
	struct input *x = s->given.first;
	struct as_report_piece piece = {
	    .path = AS_STR(""), .raw = as_input_raw(x)};

	if (as_keep_refused(g->keep, &x->in, &piece, diagnosis) != AS_OK)
		as_ingest_fail(
		    g, as_keep_why(g->keep)->code, as_keep_why(g->keep)->text);
}

static void
first_unread(struct seat *s)
{
	struct input *x = s->given.first;

	as_keep_unread(s->run->keep, &x->in, strerror(x->fault));
	first_end(s);
}

/* Those that could not be opened have their turn when they are first. */
static void
unread_end(struct seat *s)
{
	while (s->given.first != NULL && s->given.first->unread)
		first_unread(s);
}

/* --- octets to the parser --- */

static bool
octets_add(struct seat *s, uint8_t type, struct as_str octets)
{
	if (as_link_add(&s->worker.link, type, octets) == AS_OK)
		return true;
	as_ingest_fail(s->run, AS_ENOMEM, "out of memory");
	return false;
}

/* One piece of the input; false: no more, for now or at all. */
static bool
feed_once(struct seat *s, struct input *x)
{
	char chunk[READ_OCTETS];
	ssize_t n = read(x->fd, chunk, sizeof(chunk));
	bool more;

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0) {
		x->fault = n < 0 ? errno : 0;
		x->sent = octets_add(s, AS_FRAME_END, AS_STR(""));
		as_link_flush(&s->worker.link);
		return false;
	}
	if (as_input_is_kept(x))
		as_buf_add(&x->kept, chunk, (size_t)n);
	more =
	    octets_add(s, AS_FRAME_OCTETS, (struct as_str){chunk, (size_t)n});
	as_link_flush(&s->worker.link);
	return more;
}

static void
feed(struct seat *s)
{
	struct input *x = s->given.last;

	for (int i = 0; i < READS; i++)
		if (x == NULL || x->sent || x->unread ||
		    as_link_backlog(&s->worker.link) > 0 || !feed_once(s, x))
			return;
	as_ingest_work_soon(s->run);
}

static void
alive(struct seat *s)
{
	s->moved = true;
}

/* A first input begins its time. */
static void
given_begin(struct seat *s)
{
	s->moved_ms = s->run->clock.mono_ms(s->run->clock.ctx);
	as_worker_allow_cpu(&s->worker, STILL_CPU_S);
}

static void
give(struct seat *s, struct input *x)
{
	if (s->given.n == 0 && !x->unread)
		given_begin(s);
	as_input_push(&s->given, x);
	unread_end(s);
	if (s->given.last != x || x->unread ||
	    !octets_add(s, AS_FRAME_INPUT,
		(struct as_str){(const char *)&x->length, sizeof(x->length)}))
		return;
	if (!x->whole) {
		feed(s);
		return;
	}
	x->sent = octets_add(s, AS_FRAME_OCTETS, as_buf_str(&x->kept)) &&
	    octets_add(s, AS_FRAME_END, AS_STR(""));
}

/* --- its parser --- */

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

static void
seat_start(struct seat *s)
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

/* --- inputs for it --- */

/* Has it room for x behind those that it has? */
static bool
has_room(const struct seat *s, const struct input *x)
{
	const struct input_queue *q = &s->given;

	return q->n == 0 ||
	    (!x->alone && !q->last->alone && q->n < AHEAD &&
		q->octets < AHEAD_HIGH);
}

/* May there be another one behind those that it has?  Whoever gives them one by
 * one is asked when all is done with the one before. */
static bool
wants_more(const struct seat *s)
{
	const struct input_queue *q = &s->given;

	if (s->waiting.n > 0 || s->run->config->next != NULL)
		return s->waiting.n + q->n == 0;
	return q->n < AHEAD && q->octets < AHEAD_HIGH;
}

/* From the walk to those that wait. */
static void
walk_on(struct seat *s)
{
	struct ingest *g = s->run;
	struct as_walk_input walk;
	struct input *x;

	if (g->exhausted || !as_ingest_next(g, &walk))
		return;
	x = as_input_open(&walk);
	if (x == NULL) {
		as_ingest_fail(g, AS_ENOMEM, "out of memory");
	} else if (walk.listed && x->fault == ENOENT) {
		as_input_free(x);
		as_ingest_work_soon(g);
	} else {
		as_input_push(&s->waiting, x);
	}
}

void
as_seat_serve(struct seat *s)
{
	struct ingest *g = s->run;
	bool gave = false;

	if (!s->running && (!g->exhausted || s->waiting.n > 0))
		seat_start(s);
	while (s->running && s->ready && !s->gone && g->err == AS_OK) {
		if (wants_more(s))
			walk_on(s);
		if (s->waiting.n == 0 || !has_room(s, s->waiting.first))
			break;
		give(s, as_input_pop(&s->waiting));
		gave = true;
	}
	if (gave)
		as_link_flush(&s->worker.link);
}

/* --- what the parser says --- */

static enum as_err
on_found(void *ctx, const struct as_report_piece *piece)
{
	struct seat *s = ctx;
	struct input *x = s->given.first;
	struct as_report_sink sink = as_keep_sink(s->run->keep);

	if (x->skip > 0) {
		x->skip--;
		return sink.drop(sink.ctx);
	}
	x->taken++;
	return as_keep_found(s->run->keep, &x->in, piece);
}

static enum as_err
on_refused(
    void *ctx, const struct as_report_piece *piece, struct as_str diagnosis)
{
	struct seat *s = ctx;
	struct input *x = s->given.first;

	if (x->skip > 0) {
		x->skip--;
		return AS_OK;
	}
	x->taken++;
	return as_keep_refused(s->run->keep, &x->in, piece, diagnosis);
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
	struct input *x = s->given.first;
	const struct as_ingest_counts *c;

	if (!x->sent || s->wire.state != AS_WIRE_BETWEEN ||
	    !as_utf8_is_valid(diagnosis)) {
		s->broken = true;
		return;
	}
	c = &x->in.counts;
	if (x->fault != 0) {
		first_unread(s);
	} else {
		if (diagnosis.n > 0)
			first_refuse(s, diagnosis);
		else if (c->stored + c->duplicates + c->quarantined == 0)
			first_refuse(s, AS_STR("there is no report in it"));
		first_end(s);
	}
	unread_end(s);
}

static void
frame_take(struct seat *s, const struct as_frame *f)
{
	s->moved = true;
	if (f->type == AS_FRAME_PARSING && !s->ready) {
		s->ready = true;
		s->run->failures = 0;
	} else if (f->type == AS_FRAME_EVENTS && s->given.n > 0) {
		events_take(s, f->payload);
	} else if (f->type == AS_FRAME_DONE_IN && s->given.n > 0) {
		done_take(s, f->payload);
	} else {
		s->broken = true;
	}
}

/* --- its end --- */

#define REPORT_IT "; the fault is ours: please report it, with the file"

/* Which of those that it had was it?  Each is given again, alone. */
static void
given_again(struct seat *s)
{
	struct input_queue later = s->waiting;
	struct input *x;

	s->waiting = (struct input_queue){.n = 0};
	while ((x = as_input_pop(&s->given)) != NULL) {
		x->alone = true;
		x->sent = false;
		x->skip = x->taken;
		as_input_push(&s->waiting, x);
	}
	while ((x = as_input_pop(&later)) != NULL)
		as_input_push(&s->waiting, x);
}

static void
first_blame(struct seat *s, const char *how)
{
	char text[AS_WORKER_TEXT + 120];

	(void)snprintf(text, sizeof(text), "the reader %s%s" REPORT_IT,
	    s->stuck        ? "was too slow"
		: s->broken ? "broke its protocol"
			    : "ended: ",
	    s->stuck || s->broken ? "" : how);
	first_refuse(s, as_str_from(text));
	first_end(s);
}

static void
seat_end(struct seat *s)
{
	struct ingest *g = s->run;
	struct as_report_sink sink = as_keep_sink(g->keep);
	char how[AS_WORKER_TEXT];

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
	if (g->err != AS_OK || s->given.n == 0)
		return;
	if (s->given.n == 1)
		first_blame(s, how);
	else
		given_again(s);
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
	feed(s);
	return took;
}

/* --- life --- */

void
as_seat_tick(struct seat *s)
{
	int64_t now = s->run->clock.mono_ms(s->run->clock.ctx);
	bool waits = s->run->holder != NULL && s->run->holder != s;

	if (!s->running)
		return;
	if (s->moved || waits) {
		s->moved_ms = now;
		if (s->given.n > 0)
			as_worker_allow_cpu(&s->worker, STILL_CPU_S);
	}
	s->moved = false;
	if ((s->given.n > 0 || !s->ready) && now - s->moved_ms > STILL_MS) {
		s->stuck = true;
		as_ingest_work_soon(s->run);
	}
}

bool
as_seat_init(struct seat *s, struct ingest *g)
{
	*s = (struct seat){.run = g};
	return as_wire_reader_init(&s->wire) == AS_OK;
}

void
as_seat_fini(struct seat *s)
{
	char how[AS_WORKER_TEXT];

	if (s->running)
		as_worker_stop(
		    &s->worker, s->run->err == AS_OK ? END_MS : 0, how);
	while (s->given.n > 0)
		as_input_free(as_input_pop(&s->given));
	while (s->waiting.n > 0)
		as_input_free(as_input_pop(&s->waiting));
	as_wire_reader_fini(&s->wire);
}
