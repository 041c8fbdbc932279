/*
 * assess/key_use_private - what DNS publishes of one key, and what to say of it.
 */
#ifndef AS_ASSESS_KEY_USE_PRIVATE_H
#define AS_ASSESS_KEY_USE_PRIVATE_H

#include "assess/key_use.h"

/* From the answer at its name: state and key.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_key_use_read(struct as_arena *a,
    struct as_str senders, const struct as_answer *ans, struct as_key_use *k);

/* Its sentence.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_key_use_say(
    struct as_arena *a, const struct as_usage *u, struct as_key_use *k);

#endif
