/*
 * base/arena - memory with one lifetime: a job, a report, a request.
 *
 * Everything taken from an arena goes when the arena is reset or freed; there
 * is no single free.  An arena is born with a cap in octets, so that no input
 * can make one job take the machine: at the cap, as_arena_alloc returns NULL.
 */
#ifndef AS_BASE_ARENA_H
#define AS_BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct as_arena;

/* A new arena that will hand out at most `cap` octets; NULL if no memory. */
struct as_arena *as_arena_new(size_t cap) AS_MUST_USE;

void as_arena_free(struct as_arena *a); /* accepts NULL */

/* Forget all that was handed out; keeps up to 1 MiB for reuse. */
void as_arena_reset(struct as_arena *a);

/* `size` zeroed octets, aligned for any type; NULL at the cap or when memory
 * is out.  A size of 0 gives a valid pointer. */
void *as_arena_alloc(struct as_arena *a, size_t size) AS_MUST_USE;

/* As as_arena_alloc, but not zeroed: for what is filled at once. */
void *as_arena_raw(struct as_arena *a, size_t size) AS_MUST_USE;

/* `count` zeroed elements of `size` octets; NULL also when they overflow. */
void *as_arena_array(struct as_arena *a, size_t count, size_t size) AS_MUST_USE;

/* A NUL-terminated copy of len octets; NULL as as_arena_alloc. */
char *as_arena_copy(struct as_arena *a, const void *p, size_t len) AS_MUST_USE;

/* Octets handed out since new or reset. */
size_t as_arena_used(const struct as_arena *a);

/* One zeroed object of a type. */
#define AS_NEW(a, type) ((type *)as_arena_alloc((a), sizeof(type)))

#endif
