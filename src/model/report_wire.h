/*
 * model/report_wire - events of received reports as octets, from the process
 * that reads hostile input to the one that stores.
 *
 * The writer batches events: many rows a frame.  The reader trusts nothing: the
 * other side may have been taken over.  It checks the order of events, texts to
 * be UTF-8, lengths against what is there, and bounds what one event takes.
 * Numbers are seven bits an octet, low ones first; a text is its length plus
 * one (0: absent) and its octets.
 */
#ifndef AS_MODEL_REPORT_WIRE_H
#define AS_MODEL_REPORT_WIRE_H

#include "base/buf.h"
#include "model/report.h"

/* One thing inside an input, which gave a report or none. */
struct as_report_piece {
	struct as_str path; /* inside the input, for people */
	struct as_str raw;  /* as it came; AS_STR_NULL: too long to be kept */
	struct as_str mail_from, mail_date, message_id; /* of the mail around */
};

/* --- writing --- */

struct as_wire_writer {
	/* A batch is full, or flushed; an error ends the reading. */
	enum as_err (*send)(void *ctx, struct as_str batch);
	void *ctx;
	struct as_buf batch;
};

void as_wire_writer_init(struct as_wire_writer *w,
    enum as_err (*send)(void *ctx, struct as_str batch), void *ctx);
void as_wire_writer_fini(struct as_wire_writer *w);

/* Its sink gives AS_ELIMIT for an event that fits no batch, else AS_ENOMEM or
 * what `send` gave. */
struct as_report_sink as_wire_sink(struct as_wire_writer *w);
AS_MUST_USE enum as_err as_wire_found(
    struct as_wire_writer *w, const struct as_report_piece *piece);
AS_MUST_USE enum as_err as_wire_refused(struct as_wire_writer *w,
    const struct as_report_piece *piece, struct as_str diagnosis);
AS_MUST_USE enum as_err as_wire_flush(struct as_wire_writer *w);

/* --- reading --- */

struct as_wire_events {
	struct as_report_sink report;
	enum as_err (*found)(void *ctx, const struct as_report_piece *piece);
	enum as_err (*refused)(void *ctx, const struct as_report_piece *piece,
	    struct as_str diagnosis);
	void *ctx; /* of these two */
};

enum as_wire_state {
	AS_WIRE_BETWEEN, /* reports */
	AS_WIRE_INSIDE,
	AS_WIRE_ENDED, /* `found` comes next */
};

struct as_wire_reader {
	enum as_wire_state state;
	struct as_buf raw; /* of the piece to come */
	struct as_arena *arena;
};

AS_MUST_USE enum as_err as_wire_reader_init(struct as_wire_reader *r);
void as_wire_reader_fini(struct as_wire_reader *r);

/* Forget what was begun: another process goes on. */
void as_wire_reader_reset(struct as_wire_reader *r);

/* Give the events of one batch to *to.  AS_EVERSION: it is none, the writer is
 * broken or hostile; AS_ENOMEM; else what a function of *to returned. */
AS_MUST_USE enum as_err as_wire_read(struct as_wire_reader *r,
    struct as_str batch, const struct as_wire_events *to);

#endif
