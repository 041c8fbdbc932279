/*
 * Writing.  A batch is sent when it holds BATCH octets, so that a row costs a
 * copy and no call of the system.
 */
#include "model/report_wire.h"

#include <string.h>

#include "model/report_wire_fields.h"

#include "base/banned.h"

#define BATCH     ((size_t)32 * 1024)
#define BATCH_CAP (AS_MAX_FRAME_OCTETS - 1)
#define RAW_PART  ((size_t)1024 * 1024)
#define SHORT     ((size_t)120) /* under what one octet holds */

static void
number_put(struct as_buf *b, uint64_t n)
{
	uint8_t octets[10];
	size_t k = 0;

	for (; n > 0x7f; n >>= 7)
		octets[k++] = (uint8_t)(n | 0x80);
	octets[k++] = (uint8_t)n;
	as_buf_add(b, octets, k);
}

/* Most are short: one octet of length, and at once. */
static void
text_put(struct as_buf *b, struct as_str s)
{
	char octets[1 + SHORT];

	if (s.n > SHORT) {
		number_put(b, (uint64_t)s.n + 1);
		as_buf_add_str(b, s);
		return;
	}
	octets[0] = (char)(as_str_is_null(s) ? 0 : s.n + 1);
	if (s.n > 0)
		memcpy(octets + 1, s.p, s.n);
	as_buf_add(b, octets, 1 + s.n);
}

static void
list_put(struct as_buf *b, const struct as_wire_field *f, const char *from)
{
	const struct as_str *items;
	size_t n;

	memcpy(&items, from + f->at, sizeof(items));
	memcpy(&n, from + f->n_at, sizeof(n));
	number_put(b, n);
	for (size_t i = 0; i < n * f->each; i++)
		text_put(b, items[i]);
}

static void
field_put(struct as_buf *b, const struct as_wire_field *f, const char *from)
{
	const void *at = from + f->at;
	const struct as_ip *ip = at;

	switch (f->type) {
	case AS_WIRE_TEXT: text_put(b, *(const struct as_str *)at); break;
	case AS_WIRE_NUMBER: number_put(b, *(const uint64_t *)at); break;
	case AS_WIRE_FLAG: number_put(b, *(const bool *)at); break;
	case AS_WIRE_KIND:
		number_put(b, *(const enum as_report_kind *)at);
		break;
	case AS_WIRE_IP:
		number_put(b, ip->len);
		as_buf_add(b, ip->b, ip->len);
		break;
	case AS_WIRE_LIST: list_put(b, f, from); break;
	}
}

/* Nothing of an event that does not fit stays. */
static enum as_err
event_done(struct as_wire_writer *w, size_t before)
{
	if (!as_buf_ok(&w->batch)) {
		w->batch.n = before;
		w->batch.full = false;
		return AS_ELIMIT;
	}
	return w->batch.n >= BATCH ? as_wire_flush(w) : AS_OK;
}

static enum as_err
event_put(struct as_wire_writer *w, char type,
    const struct as_wire_shape *shape, const void *from)
{
	size_t before = w->batch.n;

	as_buf_add(&w->batch, &type, 1);
	for (size_t i = 0; i < shape->n; i++)
		field_put(&w->batch, &shape->fields[i], from);
	return event_done(w, before);
}

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	struct as_wire_writer *w = ctx;
	size_t before = w->batch.n;
	const char octets[] = {AS_WIRE_BEGIN, (char)kind};

	as_buf_add(&w->batch, octets, sizeof(octets));
	return event_done(w, before);
}

static enum as_err
on_row(void *ctx, const struct as_report_row *row)
{
	return event_put(ctx, AS_WIRE_ROW, &as_wire_row, row);
}

static enum as_err
on_policy(void *ctx, const struct as_report_tls_policy *policy)
{
	return event_put(ctx, AS_WIRE_POLICY, &as_wire_policy, policy);
}

static enum as_err
on_tls(void *ctx, const struct as_report_tls_failure *failure)
{
	return event_put(ctx, AS_WIRE_TLS, &as_wire_tls, failure);
}

static enum as_err
on_failure(void *ctx, const struct as_report_failure *failure)
{
	return event_put(ctx, AS_WIRE_FAILURE, &as_wire_failure, failure);
}

static enum as_err
on_note(void *ctx, const struct as_report_note *note)
{
	return event_put(ctx, AS_WIRE_NOTE, &as_wire_note, note);
}

static enum as_err
on_end(void *ctx, const struct as_report_head *head)
{
	return event_put(ctx, AS_WIRE_END, &as_wire_head, head);
}

static enum as_err
on_drop(void *ctx)
{
	struct as_wire_writer *w = ctx;
	size_t before = w->batch.n;
	const char type = AS_WIRE_DROP;

	as_buf_add(&w->batch, &type, 1);
	return event_done(w, before);
}

struct as_report_sink
as_wire_sink(struct as_wire_writer *w)
{
	return (struct as_report_sink){.ctx = w,
	    .begin = on_begin,
	    .row = on_row,
	    .tls_policy = on_policy,
	    .tls_failure = on_tls,
	    .failure = on_failure,
	    .note = on_note,
	    .end = on_end,
	    .drop = on_drop};
}

static enum as_err
raw_put(struct as_wire_writer *w, struct as_str raw)
{
	const char type = AS_WIRE_RAW;
	size_t at = 0;

	if (as_str_is_null(raw))
		return AS_OK;
	do {
		size_t before = w->batch.n;
		struct as_str part = as_str_slice(raw, at, at + RAW_PART);

		as_buf_add(&w->batch, &type, 1);
		text_put(&w->batch, part);
		AS_TRY(event_done(w, before));
		at += RAW_PART;
	} while (at < raw.n);
	return AS_OK;
}

enum as_err
as_wire_found(struct as_wire_writer *w, const struct as_report_piece *piece)
{
	AS_TRY(raw_put(w, piece->raw));
	return event_put(w, AS_WIRE_FOUND, &as_wire_piece, piece);
}

enum as_err
as_wire_refused(struct as_wire_writer *w, const struct as_report_piece *piece,
    struct as_str diagnosis)
{
	size_t before;

	AS_TRY(raw_put(w, piece->raw));
	before = w->batch.n;
	as_buf_add(&w->batch, &(const char){AS_WIRE_REFUSED}, 1);
	text_put(&w->batch, diagnosis);
	for (size_t i = 0; i < as_wire_piece.n; i++)
		field_put(
		    &w->batch, &as_wire_piece.fields[i], (const char *)piece);
	return event_done(w, before);
}

enum as_err
as_wire_flush(struct as_wire_writer *w)
{
	enum as_err err = AS_OK;

	if (w->batch.n > 0)
		err = w->send(w->ctx, as_buf_str(&w->batch));
	as_buf_reset(&w->batch);
	return err;
}

void
as_wire_writer_init(struct as_wire_writer *w,
    enum as_err (*send)(void *ctx, struct as_str batch), void *ctx)
{
	*w = (struct as_wire_writer){.send = send, .ctx = ctx};
	as_buf_init(&w->batch, BATCH_CAP);
}

void
as_wire_writer_fini(struct as_wire_writer *w)
{
	as_buf_fini(&w->batch);
}
