/*
 * intake/unwrap_private - the parts of unwrap.
 */
#ifndef AS_INTAKE_UNWRAP_PRIVATE_H
#define AS_INTAKE_UNWRAP_PRIVATE_H

#include "base/utf8.h"
#include "intake/inflate.h"
#include "intake/mail.h"
#include "intake/source.h"

#define MAX_NAME_SHOWN 200
#define PATH_OCTETS    ((size_t)8192)

/* One input at work. */
struct as_unwrap {
	const struct as_source *root;
	const struct as_unwrap_options *options;
	const struct as_unwrap_sink *sink;
	struct as_report_sink watch; /* before that of the caller */
	struct as_budget budget;
	struct as_buf path;
	const struct as_part *mail; /* around the thing at hand, or NULL */
	size_t told;                /* reports and refusals, of all */
	size_t refused;             /* of them, refusals */
	const char *hint;           /* on a part of the mail at hand; or NULL */
	bool in_report;
	bool behind;       /* octets follow the compressed report */
	enum as_err fatal; /* of the source or the sink; or memory */
};

/* A thing to look at. */
struct layer {
	struct as_peek *octets;
	const struct as_buf *raw;   /* what is kept of it; NULL: nothing */
	struct as_peek *raw_from;   /* that still fills raw, or NULL */
	const struct as_why *why;   /* of an error of its octets, or NULL */
	struct as_inflate *inflate; /* that they come from, or NULL */
	bool within_mail;
	bool quiet; /* no word of it when it is nothing */
	bool
	    words; /* for the reader of a mail: no mail, whatever it looks like */
};

/* AS_OK also when it was refused; else what ends it all. */
AS_MUST_USE enum as_err as_unwrap_thing(
    struct as_unwrap *u, const struct layer *l);
AS_MUST_USE enum as_err as_unwrap_mail(
    struct as_unwrap *u, const struct layer *l);
AS_MUST_USE enum as_err as_unwrap_mbox(
    struct as_unwrap *u, const struct layer *l);

AS_MUST_USE enum as_err as_unwrap_tnef(
    struct as_unwrap *u, const struct layer *l);

/* One thing inside another that holds several. */
struct member {
	struct as_str name;
	size_t number; /* for people, where it has no name */
	const struct as_source *octets;
	const struct as_why *why; /* of their errors */
};

/* Look at it.  One of a thing that is not kept whole is kept by itself. */
AS_MUST_USE enum as_err as_unwrap_member(
    struct as_unwrap *u, const struct layer *l, const struct member *m);

/* Tell of a thing that gave no report; the rest of it is read, to be kept. */
AS_MUST_USE enum as_err as_unwrap_refuse(
    struct as_unwrap *u, const struct layer *l, const struct as_why *why);

/* Tell of a report that has ended. */
AS_MUST_USE enum as_err as_unwrap_found(
    struct as_unwrap *u, const struct layer *l);

/* For people: what it is instead of a report, or what of Outlook a report may be
 * hidden in.  Static; NULL: neither. */
const char *as_unwrap_other(struct as_str start);
const char *as_unwrap_outlook(struct as_str start);

/* Go into a thing with a name, or with the number of one; returns what to give
 * to as_path_pop. */
size_t as_path_push(
    struct as_unwrap *u, const char *fmt, size_t number, struct as_str name);
void as_path_pop(struct as_unwrap *u, size_t before);

#endif
