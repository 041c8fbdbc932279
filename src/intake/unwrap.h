/*
 * intake/unwrap - reports out of whatever they were sent in: mail (MIME), gzip,
 * zlib, zip with several members, tar, mbox, TNEF, each inside the other.
 *
 * What a thing is, its octets say, never its name or label.  Each report found
 * goes through intake/reader to the sink; each thing that gave none is told of
 * by `refused`, with the path inside the input ("3rd mail > report.zip >
 * a.xml") and a diagnosis.  Neighbours of a refused thing are still read.
 *
 * Octets are pulled from a source, so that a report of any length, in gzip or
 * bare, needs no more memory than its reader; mails are held one at a time.
 * Caps (base/limits): depth, members, octets out, ratio out to in, time is the
 * caller's; all of one input together, so that no input is a bomb.
 */
#ifndef AS_INTAKE_UNWRAP_H
#define AS_INTAKE_UNWRAP_H

#include <stdbool.h>

#include "intake/reader.h"

struct as_unwrap_options {
	bool keep_personal; /* of failure reports; default redacted */
	uint64_t length;    /* of the input, when known: one too long to be
	                       kept takes no memory for that */
};

/* Where octets come from: at most n into p; *got 0 at the end. */
struct as_source {
	enum as_err (*read)(void *ctx, void *p, size_t n, size_t *got);
	void *ctx;
};

/* One thing inside an input. */
struct as_unwrap_piece {
	struct as_str path; /* for people, made of names made safe */
	struct as_str raw;  /* as it arrived, still compressed; AS_STR_NULL when
	                       it is over AS_MAX_RAW_OCTETS */
	struct as_str mail_from, mail_date, message_id; /* of the mail around */
};

struct as_unwrap_sink {
	struct as_report_sink report;
	/* After report.end: where it stood, and what to keep for replay. */
	enum as_err (*found)(void *ctx, const struct as_unwrap_piece *piece);
	enum as_err (*refused)(void *ctx, const struct as_unwrap_piece *piece,
	    const struct as_why *why);
	void *ctx;
};

/* Read one whole input: a file, a mail, standard input.  AS_OK when it was read
 * to its end, whatever was refused in it; else what the source or the sink
 * returned, or AS_ENOMEM. */
AS_MUST_USE enum as_err as_unwrap(const struct as_source *source,
    struct as_str name, const struct as_unwrap_options *options,
    const struct as_unwrap_sink *sink, struct as_why *why);

#endif
