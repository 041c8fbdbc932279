/*
 * render/profile - profiles, and how a domain stands to them, as JSON and text.
 */
#ifndef AS_RENDER_PROFILE_H
#define AS_RENDER_PROFILE_H

#include <jansson.h>

#include "model/profile.h"
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

#endif
