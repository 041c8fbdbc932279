/*
 * assess/explainer - how an explanation is put together, for the files
 * assess/explain_* and nobody else.
 *
 * Memory faults are kept aside in `err` and asked once at the end.
 */
#ifndef AS_ASSESS_EXPLAINER_H
#define AS_ASSESS_EXPLAINER_H

#include "assess/explain.h"
#include "std/reading.h"

struct as_explainer {
	struct as_arena *a;
	struct as_str txt;
	struct as_str senders;
	struct as_reading rd;
	struct as_record_view *view;
	enum as_err err;
};

/* --- texts --- */

struct as_str as_explain_text(struct as_explainer *x, const char *fmt, ...)
    AS_PRINTF(2, 3);

/* Escaped; cut with "..." past AS_SAID_OCTETS. */
#define AS_SAID_OCTETS 300
struct as_str as_explain_esc(struct as_explainer *x, struct as_str s);

/* --- parts --- */

/* A part of the record, its value and shown text as given (raw octets). */
void as_explain_part(struct as_explainer *x, enum as_part_kind kind,
    const char *name, struct as_str value, struct as_str shown, size_t at,
    struct as_str meaning);

/* A tag, shown as it is written. */
void as_explain_tag(
    struct as_explainer *x, const struct as_tag *t, struct as_str meaning);

/* What is not written in the record but follows from it. */
void as_explain_number(struct as_explainer *x, const char *name, uint32_t n);

/* The tag of a name, the first; NULL when there is none. */
const struct as_tag *as_explain_find(
    const struct as_explainer *x, const char *name, bool any_case);

/* Is a tag of its name before it? */
bool as_explain_is_again(
    const struct as_explainer *x, const struct as_tag *t, bool any_case);

/* --- problems --- */

void as_explain_problem(struct as_explainer *x, enum as_level level, size_t at,
    const char *cite, const char *fmt, ...) AS_PRINTF(5, 6);

/* A fault that std found: "RFC 7208 5.6: text" is cut into clause and text. */
void as_explain_fault(
    struct as_explainer *x, enum as_level level, size_t at, struct as_str text);

/* An error that makes the record unusable. */
void as_explain_unusable(struct as_explainer *x, size_t at, const char *cite,
    const char *fmt, ...) AS_PRINTF(4, 5);

/*
 * What as_X_read came to: keeps its faults, sets the status and returns whether
 * there is something to explain.  `like`: the text sets out to be such a record
 * even where the parser says that it is none.
 */
bool as_explain_read(struct as_explainer *x, enum as_err err,
    const struct as_why *why, bool like);

/* Does the text set out with "v=" and this version, in any case, behind blanks
 * and quotation marks? */
bool as_explain_is_like(struct as_str txt, const char *version);

/* --- one file a type --- */

typedef void as_explain_fn(struct as_explainer *x);

as_explain_fn as_explain_spf;
as_explain_fn as_explain_dkim;
as_explain_fn as_explain_dmarc;
as_explain_fn as_explain_mta_sts;
as_explain_fn as_explain_mta_sts_policy;
as_explain_fn as_explain_tls_rpt;
as_explain_fn as_explain_tlsa;
as_explain_fn as_explain_bimi;
as_explain_fn as_explain_caa;

#endif
