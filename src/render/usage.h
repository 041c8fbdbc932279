/*
 * render/usage - the sources of a domain's mail, and what its policy may become
 * (assess/usage, assess/enforce): as text, as JSON (assay.sources/1,
 * assay.enforce/1) and as CSV, a row a source.
 */
#ifndef AS_RENDER_USAGE_H
#define AS_RENDER_USAGE_H

#include <jansson.h>

#include "assess/enforce.h"
#include "assess/key_use.h"
#include "render/term.h"

/* Sources, and what of them is to be shown. */
struct as_sources_view {
	const struct as_usage *usage;
	const struct as_key_uses *keys;
	bool only_keys; /* of the text */
	bool only_new;
	uint64_t unasked; /* addresses whose names are still to be asked */
};

void as_sources_text(const struct as_term *t, const struct as_sources_view *v);
void as_enforce_text(const struct as_term *t, const struct as_enforce *e);

/* The caller owns the result; NULL on no memory. */
json_t *as_sources_json(const struct as_sources_view *v) AS_MUST_USE;
json_t *as_enforce_json(const struct as_enforce *e) AS_MUST_USE;

void as_sources_csv(struct as_buf *b, const struct as_sources_view *v);
void as_enforce_csv(struct as_buf *b, const struct as_enforce *e);

/* --- shared by the forms --- */

/* A day, and a count that JSON can hold. */
json_t *as_day_json(int64_t day) AS_MUST_USE;
json_t *as_number_json(uint64_t n) AS_MUST_USE;

/* A line that opens a part; a paragraph of the buffer, which is freed. */
void as_usage_head(const struct as_term *t, const char *text);
void as_usage_paragraph(const struct as_term *t, enum as_style style,
    size_t indent, struct as_buf *b);

/* Is the source to be shown? */
bool as_source_is_shown(
    const struct as_sources_view *v, const struct as_usage_source *s);

/* The part of the text that is about keys, and about reporters and days. */
void as_keys_text(const struct as_term *t, const struct as_sources_view *v);
void as_coverage_text(const struct as_term *t, const struct as_usage *u);
void as_bursts_text(const struct as_term *t, const struct as_usage *u);

/* "dkim s1 example.org" or "spf example.org", appended; failed ones say so. */
void as_vouch_add(struct as_buf *b, const struct as_usage_vouch *v);

/* Where a source sends from: addresses that are shown, and how many more. */
void as_addresses_add(struct as_buf *b, const struct as_usage_source *s);

#endif
