/*
 * fuzz/must - an invariant of a fuzz target.
 */
#ifndef AS_FUZZ_MUST_H
#define AS_FUZZ_MUST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define MUST(x) must((x), #x, __FILE__, __LINE__)

static inline void
must(bool ok, const char *text, const char *file, int line)
{
	if (ok)
		return;
	(void)fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
	abort();
}

/* A refusal says why: the same code, a place in the input, words. */
static inline void
must_explain(const struct as_why *why, enum as_err err, size_t n)
{
	MUST(why->code == err);
	MUST(why->at == AS_WHY_NOWHERE || why->at <= n);
	MUST(why->text[0] != 0);
}

#endif
