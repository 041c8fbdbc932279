/*
 * render/check - one assessed domain as JSON, as text, as a table row.
 */
#ifndef AS_RENDER_CHECK_H
#define AS_RENDER_CHECK_H

#include "base/json.h"
#include "model/facts.h"
#include "model/finding.h"
#include "render/term.h"

#define AS_CHECK_SCHEMA "assay.check/1"

enum as_detail {
	AS_DETAIL_WHOLE,
	AS_DETAIL_BRIEF, /* of what passed or does not apply: rule, verdict and
	                    subject only */
};

/* Append the document of design 6.  `facts` may be NULL: left out then. */
void as_check_json(struct as_buf *b, const struct as_assessment *as,
    enum as_detail detail, const struct as_facts *facts,
    enum as_json_style style);

/* Verdict first, then what to do; with `verbose` also the evidence, the
 * sources and what passed. */
void as_check_text(
    const struct as_term *t, const struct as_assessment *as, bool verbose);

/* The table of a scan: a heading, then one row a domain. */
void as_check_row_head(const struct as_term *t);
void as_check_row(const struct as_term *t, const struct as_assessment *as);

#endif
