/*
 * render/told - what people are told of one domain, whatever the format: the
 * findings that say the same stand together, once, with all their places.
 */
#ifndef AS_RENDER_TOLD_H
#define AS_RENDER_TOLD_H

#include "base/buf.h"
#include "model/finding.h"

/* Room for a line of any of the texts below. */
#define AS_TOLD_OCTETS 65536

/* One thing to tell.  Begin with {0}. */
struct as_told {
	const struct as_finding *f; /* the first of those that say it */
	size_t n;                   /* how many there are, from f on */
	bool record_shown;    /* f's record stands with an earlier thing */
	bool advice_shown;    /* unknown: its advice was that of the last one */
	struct as_str advice; /* of the last cause of unknown */
};

/* The next thing, worst first; false: all was told. */
bool as_told_next(const struct as_assessment *as, struct as_told *t);

/* How many things have this verdict; of unknown, how many findings. */
size_t as_told_count(const struct as_assessment *as, enum as_verdict verdict);

/* --- texts of a thing, appended; nothing where there is nothing to say --- */

/* "1 failed, 2 warnings, 85 passed" */
void as_told_counts(struct as_buf *b, const struct as_assessment *as);

/* Where it was found, as far as the title does not say it: addresses or hosts. */
void as_told_places(struct as_buf *b, const struct as_told *t);

/* The other hosts of which the same was found. */
void as_told_others(struct as_buf *b, const struct as_told *t);

/* Of a cause of unknown: "15 checks of mx.example@192.0.2.1; 1 check of ..." */
void as_told_untested(struct as_buf *b, const struct as_told *t);

/* The rule and its sources; of a cause of unknown the rules that it hid. */
void as_told_sources(struct as_buf *b, const struct as_told *t);

/* --- findings that are alike --- */

/* Do two findings of hosts say the same but for the host's name? */
bool as_told_is_alike(const struct as_finding *a, const struct as_finding *b);

/* Names the other hosts of several findings that are alike, which stand in the
 * order of their subjects: begin with the first, which is told; then each of the
 * rest; end. */
struct as_told_hosts {
	struct as_buf *b;
	struct as_str last;
	size_t n;
};
void as_told_hosts_begin(
    struct as_told_hosts *h, struct as_buf *b, const struct as_finding *first);
void as_told_hosts_add(struct as_told_hosts *h, const struct as_finding *f);
void as_told_hosts_end(struct as_told_hosts *h);

/* --- words --- */

const char *as_axis_question(enum as_axis_id id);
const char *as_role_words(enum as_role role); /* "" when it is unknown */

#endif
