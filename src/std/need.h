/*
 * std/need - a question to DNS that a pure evaluation must have answered before
 * it can go on: its caller asks, and runs it again.
 */
#ifndef AS_STD_NEED_H
#define AS_STD_NEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct as_need {
	struct as_str name;
	uint16_t type;
};

/* Is the question on the list? */
bool as_need_is_listed(
    const struct as_need *list, size_t n, struct as_str name, uint16_t type);

#endif
