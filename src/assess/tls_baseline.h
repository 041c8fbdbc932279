/*
 * assess/tls_baseline - what a national or public document says of each part of
 * a server's TLS: the tables data/tls/ID.tsv.
 *
 * A table comes in as text (see assess/senders).  Rows: kind, pattern or least
 * bits, level, until, clause or note; the first row that fits decides.  Rows of
 * the kind "about" name the document.
 */
#ifndef AS_ASSESS_TLS_BASELINE_H
#define AS_ASSESS_TLS_BASELINE_H

#include <stdint.h>

#include "base/str.h"

/* From best to worst, but for the last: the document says nothing of it. */
enum as_tls_level {
	AS_TLS_GOOD,
	AS_TLS_SUFFICIENT,
	AS_TLS_PHASE_OUT,
	AS_TLS_INSUFFICIENT,
	AS_TLS_UNJUDGED,
};

/* "good", "sufficient", "phase-out", "insufficient", "unjudged". */
const char *as_tls_level_word(enum as_tls_level level);

struct as_tls_mark {
	enum as_tls_level level;
	struct as_str until; /* the last day of the level, empty: no end */
	struct as_str note;  /* a clause or a few words, empty when none */
};

/* What the document says of `what`; kinds "version" (what: "TLS 1.2"), "suite"
 * (the IANA name), "group", "signature" (their registry names, case does not
 * matter) and "feature".  As of now_ms: a level whose last day is over is
 * insufficient.  The texts are slices of the table. */
struct as_tls_mark as_tls_baseline_mark(
    struct as_str table, const char *kind, struct as_str what, int64_t now_ms);

/* The same of a size in bits; kinds "rsa", "ec" and "dh". */
struct as_tls_mark as_tls_baseline_mark_bits(
    struct as_str table, const char *kind, uint32_t bits, int64_t now_ms);

/* What the document says of itself: "title", "publisher", "edition", "source",
 * "basis"; empty when it does not. */
struct as_str as_tls_baseline_about(struct as_str table, const char *what);

#endif
