#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

void *
as_alloc_or_end(size_t n)
{
	return as_realloc_or_end(NULL, n);
}

void *
as_realloc_or_end(void *p, size_t n)
{
	if (n == 0) {
		free(p);
		return NULL;
	}
	p = realloc(p, n);
	if (p == NULL) {
		(void)fputs("out of memory within a library\n", stderr);
		abort();
	}
	return p;
}
