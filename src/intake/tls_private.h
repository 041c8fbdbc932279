/*
 * intake/tls_private - the parts of the reader of TLS reports.
 */
#ifndef AS_INTAKE_TLS_PRIVATE_H
#define AS_INTAKE_TLS_PRIVATE_H

#include "base/limits.h"
#include "intake/notes.h"
#include "intake/tls.h"
#include "intake/tls_cut.h"
#include "intake/value.h"

struct as_tls_reader {
	const struct as_report_sink *sink;
	struct as_tls_cut cut;
	struct as_tls_cut_sink cut_sink;
	uint64_t octets;
	struct as_arena *arena; /* of the head and of what `policy` holds */
	struct as_notes notes;
	enum as_err err;
	struct as_why *why;
	size_t policy;    /* number of the one that is read; 0: the head */
	bool policy_read; /* else its failures are passed over */
	bool begun;
	bool repaired, mended; /* that was noted */
	struct as_report_head head;
	char domain[AS_MAX_NAME_OCTETS]; /* of the head */
};

/* Keep the first error, if it is one. */
void as_tls_fail(struct as_tls_reader *t, enum as_err err);

/* Tell a note of a member, with the number of the policy that it is of. */
void as_tls_note(struct as_tls_reader *t, const char *code, const char *name,
    const char *text);

/* A string, trimmed and within its cap; AS_STR_NULL: not there, or no string,
 * which is noted. */
struct as_str as_tls_get_text(
    struct as_tls_reader *t, const json_t *obj, const char *name);

/* The first of two names of one member. */
struct as_str as_tls_get_text_of(struct as_tls_reader *t, const json_t *obj,
    const char *name, const char *other);

/* A word of the standard in its case; another one as it stood. */
struct as_str as_tls_get_word(struct as_tls_reader *t, const json_t *obj,
    const char *name, enum as_words words);

/* Strings of a list, or the one string that stands in its place. */
const struct as_str *as_tls_get_texts(
    struct as_tls_reader *t, const json_t *v, const char *name, size_t *n);

/* AS_REPORT_NO_COUNT: none, which is noted. */
uint64_t as_tls_get_count(
    struct as_tls_reader *t, const json_t *obj, const char *name);

/* RFC 3339; without its zone it is taken for UTC, as the day of a report is. */
int64_t as_tls_get_time(
    struct as_tls_reader *t, const json_t *range, const char *name);

struct as_str as_tls_get_domain(struct as_tls_reader *t, const json_t *policy);

#endif
