/*
 * app/spf_reply - a stored answer as std/spf_eval wants it.
 */
#ifndef AS_APP_SPF_REPLY_H
#define AS_APP_SPF_REPLY_H

#include "model/facts.h"
#include "std/spf_eval.h"

/* NULL is pending.  An answer that is not known, or of which something was cut
 * off, is an error.  Lists are made in the arena; AS_ENOMEM. */
AS_MUST_USE enum as_err as_spf_reply_make(
    struct as_arena *a, const struct as_answer *ans, struct as_spf_reply *out);

#endif
