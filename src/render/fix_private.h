/*
 * render/fix_private - what the formats of a fix share.
 */
#ifndef AS_RENDER_FIX_PRIVATE_H
#define AS_RENDER_FIX_PRIVATE_H

#include "render/fix.h"

#define AS_FIX_TTL 3600 /* seconds: a proposal that can be taken back soon */

/* A comment line of formatted text; controls and ends of line are made harmless
 * (base/utf8). */
void as_fix_comment(struct as_buf *b, const struct as_fix_format *format,
    const char *fmt, ...) AS_PRINTF(3, 4);

/* The data of a record as in a master file (RFC 1035 5.1): TXT as quoted strings
 * of at most 255 octets, others as they are. */
void as_fix_put_data(struct as_buf *b, const struct as_fix_step *step,
    const struct as_fix_rr *rr);

/* The octets of a TXT between quotation marks, however long. */
void as_fix_put_quoted(struct as_buf *b, struct as_str octets);

/* Octets as a string of HCL or, without templates, of JavaScript and JSON. */
void as_fix_put_string(struct as_buf *b, struct as_str s, bool templates);

/* The words of a record's data: "10 mx.example."; "0" past their end. */
struct as_str as_fix_word(struct as_str data, size_t index);

/* "   WHAT: name. TXT data" as a comment. */
void as_fix_data_comment(struct as_buf *b, const struct as_fix_format *format,
    const struct as_fix_step *step, const char *what,
    const struct as_fix_rr *rr);

/* A step that the format writes: a set in the domain's own zone. */
bool as_fix_is_own(const struct as_fix_step *step);

/* "1. TXT at example.org: mends spf.missing" as a comment. */
void as_fix_step_comment(struct as_buf *b, const struct as_fix_format *format,
    const struct as_fix *fix, const struct as_fix_step *step);

/* Was the advice on a finding given with one before it, of this step or of an
 * earlier one? */
bool as_fix_is_advised(
    const struct as_fix *fix, const struct as_fix_step *step, size_t i);

/* How many checks could not be tested; *cause: why the first one, a clause. */
size_t as_fix_untested(const struct as_assessment *as, struct as_str *cause);

/* The zone of a step; the domain where it is not known. */
struct as_str as_fix_zone_of(
    const struct as_fix *fix, const struct as_fix_step *step);

/* The name without its zone; empty for the zone itself. */
struct as_str as_fix_relative(struct as_str name, struct as_str zone);

/* A phrase: who takes the step. */
const char *as_fix_by_words(enum as_fix_by by);

void as_fix_write_zone(const struct as_fix *fix,
    const struct as_fix_format *format, struct as_buf *b);
void as_fix_write_nsupdate(const struct as_fix *fix,
    const struct as_fix_format *format, struct as_buf *b);
void as_fix_write_terraform(const struct as_fix *fix,
    const struct as_fix_format *format, struct as_buf *b);
void as_fix_write_dnscontrol(const struct as_fix *fix,
    const struct as_fix_format *format, struct as_buf *b);

#endif
