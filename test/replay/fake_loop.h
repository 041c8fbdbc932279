/*
 * fake_loop - net/loop in virtual time.
 */
#ifndef AS_TEST_FAKE_LOOP_H
#define AS_TEST_FAKE_LOOP_H

#include <stddef.h>

#include "net/loop.h"

/* The time of the virtual loop; each new loop begins at the same hour. */
struct as_clock fake_clock(void);

/* Timers that were not freed. */
size_t fake_loop_timers(const struct as_loop *loop);

#endif
