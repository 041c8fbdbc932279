/*
 * base/alloc - memory, or the end of the process.
 *
 * For libraries that go on when memory is out and then report something else: a
 * record with an octet less, a server that cannot be verified.  Our own code
 * takes NULL from malloc and says so.
 */
#ifndef AS_BASE_ALLOC_H
#define AS_BASE_ALLOC_H

#include <stddef.h>

/* As malloc and realloc; abort in place of NULL.  0 octets give NULL. */
void *as_alloc_or_end(size_t n);
void *as_realloc_or_end(void *p, size_t n);

#endif
