/*
 * test/source_file - files of the source tree, read by a test.
 */
#ifndef AS_TEST_SOURCE_FILE_H
#define AS_TEST_SOURCE_FILE_H

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

#define T_SOURCE_FILE_OCTETS ((size_t)64 * 1024)

/* The text of a file, by its path below the source root; AS_STR_NULL when it is
 * not there. */
static inline struct as_str
t_source_file(struct as_arena *a, const char *path)
{
	const char *root = getenv("AS_SOURCE_ROOT");
	char name[4096], *text = as_arena_alloc(a, T_SOURCE_FILE_OCTETS);
	size_t n;
	FILE *f;

	(void)snprintf(
	    name, sizeof(name), "%s/%s", root != NULL ? root : ".", path);
	f = fopen(name, "rb");
	if (f == NULL || text == NULL)
		return AS_STR_NULL;
	n = fread(text, 1, T_SOURCE_FILE_OCTETS, f);
	(void)fclose(f);
	return (struct as_str){text, n};
}

#endif
