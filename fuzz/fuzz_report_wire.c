/* model/report_wire: what was read, written again and read again, is the same;
 * events come in their order, whatever the octets. */
#include "base/limits.h"
#include "model/report_wire.h"
#include "must.h"

#include "base/banned.h"

struct taker {
	struct as_wire_writer *again; /* NULL: only count */
	uint64_t sum;
	bool inside, ended;
};

static void
count(struct taker *t, uint64_t n)
{
	t->sum = t->sum * 31 + n;
}

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	struct taker *t = ctx;
	struct as_report_sink k;

	MUST(!t->inside && !t->ended && kind <= AS_REPORT_TLS);
	t->inside = true;
	count(t, kind);
	if (t->again == NULL)
		return AS_OK;
	k = as_wire_sink(t->again);
	return k.begin(k.ctx, kind);
}

static enum as_err
on_row(void *ctx, const struct as_report_row *row)
{
	struct taker *t = ctx;
	struct as_report_sink k;

	MUST(t->inside && row->n_dkims <= AS_MAX_LIST_ITEMS);
	MUST(row->ip.len == 0 || row->ip.len == 4 || row->ip.len == 16);
	count(t, row->count);
	count(t, row->source_ip.n);
	for (size_t i = 0; i < row->n_dkims; i++)
		count(t, row->dkims[i].human_result.n);
	if (t->again == NULL)
		return AS_OK;
	k = as_wire_sink(t->again);
	return k.row(k.ctx, row);
}

static enum as_err
on_note(void *ctx, const struct as_report_note *note)
{
	struct taker *t = ctx;
	struct as_report_sink k;

	MUST(t->inside);
	count(t, note->text.n);
	if (t->again == NULL)
		return AS_OK;
	k = as_wire_sink(t->again);
	return k.note(k.ctx, note);
}

static enum as_err
on_end(void *ctx, const struct as_report_head *head)
{
	struct taker *t = ctx;
	struct as_report_sink k;

	MUST(t->inside && head->kind <= AS_REPORT_TLS);
	t->inside = false;
	t->ended = true;
	count(t, head->messages);
	for (size_t i = 0; i < head->n_errors; i++)
		count(t, head->errors[i].n);
	if (t->again == NULL)
		return AS_OK;
	k = as_wire_sink(t->again);
	return k.end(k.ctx, head);
}

static enum as_err
on_drop(void *ctx)
{
	struct taker *t = ctx;
	struct as_report_sink k;

	MUST(t->inside);
	t->inside = false;
	count(t, 'D');
	if (t->again == NULL)
		return AS_OK;
	k = as_wire_sink(t->again);
	return k.drop(k.ctx);
}

static enum as_err
on_found(void *ctx, const struct as_report_piece *piece)
{
	struct taker *t = ctx;

	MUST(t->ended);
	t->ended = false;
	count(t, piece->raw.n);
	return t->again != NULL ? as_wire_found(t->again, piece) : AS_OK;
}

static enum as_err
on_refused(
    void *ctx, const struct as_report_piece *piece, struct as_str diagnosis)
{
	struct taker *t = ctx;

	MUST(!t->inside && !t->ended);
	count(t, piece->raw.n + diagnosis.n);
	return t->again != NULL ? as_wire_refused(t->again, piece, diagnosis)
				: AS_OK;
}

static enum as_err
batch_read(struct taker *t, struct as_str batch)
{
	struct as_wire_events to = {.report = {.ctx = t,
					.begin = on_begin,
					.row = on_row,
					.note = on_note,
					.end = on_end,
					.drop = on_drop},
	    .found = on_found,
	    .refused = on_refused,
	    .ctx = t};
	struct as_wire_reader r;
	enum as_err err = as_wire_reader_init(&r);

	if (err == AS_OK)
		err = as_wire_read(&r, batch, &to);
	as_wire_reader_fini(&r);
	return err;
}

static enum as_err
on_send(void *ctx, struct as_str batch)
{
	as_buf_add_str(ctx, batch);
	return AS_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_buf sent;
	struct as_wire_writer w;
	struct taker first = {.again = &w}, second = {.again = NULL};
	enum as_err err;

	as_buf_init(&sent, AS_MAX_FRAME_OCTETS);
	as_wire_writer_init(&w, on_send, &sent);
	err = batch_read(&first, (struct as_str){(const char *)p, n});
	MUST(err == AS_OK || err == AS_EVERSION || err == AS_ENOMEM);
	MUST(as_wire_flush(&w) == AS_OK);
	MUST(batch_read(&second, as_buf_str(&sent)) == AS_OK);
	MUST(first.sum == second.sum);
	as_wire_writer_fini(&w);
	as_buf_fini(&sent);
	return 0;
}
