/*
 * assess/enforce_private - the parts of the judgement.
 */
#ifndef AS_ASSESS_ENFORCE_PRIVATE_H
#define AS_ASSESS_ENFORCE_PRIVATE_H

#include "assess/enforce.h"

#define AS_ENFORCE_QUARANTINE_BAR 0.98
#define AS_ENFORCE_REJECT_BAR     0.995

/* One scope being judged. */
struct as_enforce_work {
	struct as_arena *a;
	struct as_enforce *e;
	struct as_enforce_scope *s;
	enum as_err err;
};

/* All that stands against one step: fills its list and `ready`. */
void as_enforce_step_judge(
    struct as_enforce_work *w, struct as_enforce_step *step, bool reject);

/* Add a reason; `text` as printf. */
void as_enforce_say(struct as_enforce_work *w, struct as_enforce_step *step,
    enum as_enforce_want want, const struct as_usage_source *source,
    const char *fmt, ...) AS_PRINTF(5, 6);

#endif
