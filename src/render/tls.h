/*
 * render/tls - what TLS a mail host offers (model/tls_report) and what to think
 * of it (assess/tls_verdict), as a page and as JSON.
 */
#ifndef AS_RENDER_TLS_H
#define AS_RENDER_TLS_H

#include <jansson.h>

#include "assess/tls_verdict.h"
#include "render/term.h"

/* What of the report is shown beside its facts; `now_ms` counts days left. */
struct as_tls_page {
	const struct as_tls_report *report;
	const struct as_tls_judgement *judgement; /* of this report */
	int64_t now_ms;
};

/* Each address: verdict first, then versions and suites, groups, certificates,
 * what the documents say, and what to change. */
void as_tls_text(const struct as_term *t, const struct as_tls_page *p);

/* The report's own document (schema assay.tls/1), each server with "verdict"
 * and "documents" added.  The caller owns the result; NULL on no memory. */
json_t *as_tls_json(const struct as_tls_page *p) AS_MUST_USE;

#endif
