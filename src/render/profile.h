/*
 * render/profile - profiles, and how a domain stands to them, as JSON and text.
 */
#ifndef AS_RENDER_PROFILE_H
#define AS_RENDER_PROFILE_H

#include <jansson.h>

#include "assess/profile.h"
#include "render/term.h"

/* {"profiles": [...]}; `spelled`: with all requirements, else only counted.
 * The caller owns the result; NULL on no memory. */
json_t *as_profiles_json(const struct as_profile *const *profiles, size_t n,
    bool spelled) AS_MUST_USE;

/* A line or two a profile. */
void as_profiles_text(const struct as_term *t,
    const struct as_profile *const *profiles, size_t n);

/* One profile, spelled out. */
void as_profile_text(const struct as_term *t, const struct as_profile *p);

/* Of a domain: the member "profiles", and "conflicts"; r may be NULL (none).
 * `brief`: ids and verdicts alone. */
bool as_standings_json(
    json_t *doc, const struct as_profiles_result *r, bool brief);

/* Each requirement with what decided it; `verbose`: also what could not be
 * seen and why, and the sources. */
void as_standings_text(
    const struct as_term *t, const struct as_profiles_result *r, bool verbose);

/* The same as sections of a page. */
void as_standings_html(
    struct as_buf *b, const struct as_profiles_result *r, bool verbose);

/* --- what the formats share --- */

/* "7 met, 3 not met." */
void as_standing_counts(struct as_buf *b, const struct as_profile_result *p);

/* What a manager asks first: are the musts met?  One sentence. */
void as_standing_musts(struct as_buf *b, const struct as_profile_result *p);

/* Does an earlier ground say the same? */
bool as_ground_is_repeated(const struct as_stand *s, size_t at);

#endif
