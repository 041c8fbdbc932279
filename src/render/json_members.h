/*
 * render/json_members - members of documents that are written piece by piece,
 * with null for what a report did not give.
 */
#ifndef AS_RENDER_JSON_MEMBERS_H
#define AS_RENDER_JSON_MEMBERS_H

#include "base/json_out.h"

/* A text; null when it was absent. */
void as_member_text(struct as_json_out *o, const char *name, struct as_str s);
void as_member_texts(struct as_json_out *o, const char *name,
    const struct as_str *list, size_t n);

/* A number, with a name or, in a list, without; up to INT64_MAX. */
void as_member_number(struct as_json_out *o, const char *name, uint64_t n);
void as_number_out(struct as_json_out *o, uint64_t n);

/* null for AS_REPORT_NO_COUNT. */
void as_member_count(struct as_json_out *o, const char *name, uint64_t n);
void as_member_flag(struct as_json_out *o, const char *name, bool v);

/* UTC seconds; null for none, or one that no calendar has. */
void as_member_time(struct as_json_out *o, const char *name, int64_t t);

#endif
