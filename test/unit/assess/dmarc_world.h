/*
 * assess/dmarc_world - a world of DNS answers in lines, and the DMARC view of
 * it.
 *
 * "NAME TYPE DATA": DATA of TXT is one text, "!servfail" and its like an
 * outcome, ">NAME" an alias with what NAME's other lines have there.  What no
 * line tells is NODATA at names that lines stand at or below, else NXDOMAIN.
 */
#ifndef AS_TEST_DMARC_WORLD_H
#define AS_TEST_DMARC_WORLD_H

#include <libpsl.h>

#include "assess/dmarc_view.h"

#define T_ANSWERS 600

struct t_world {
	struct as_arena *a;
	const char *const *lines; /* ended by NULL */
	struct as_answer answers[T_ANSWERS];
	size_t n;
	unsigned rounds; /* that the last view took */
};

struct t_world *t_world_new(struct as_arena *a, const char *const *lines);

/* The view, once all that it needs is answered; it has needs left when that
 * does not come to an end, or when it fails. */
struct as_dmarc_view t_world_view(struct t_world *w, const char *domain,
    const struct as_str *ids, size_t n_ids, const psl_ctx_t *list);

#endif
