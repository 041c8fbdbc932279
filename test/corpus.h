/*
 * test/corpus - files of the standards corpus, which is not part of the tree.
 *
 * $ASSAY_CORPUS names its folder; without it, ../shared/corpus beside the
 * source.  Tests that use it must pass without it.
 */
#ifndef AS_TEST_CORPUS_H
#define AS_TEST_CORPUS_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

#define T_CORPUS_FILE_OCTETS ((size_t)16 * 1024 * 1024)

/* Read one file, by its path below the corpus, into *b (as_buf_fini is the
 * caller's in any case).  False when it is not there. */
static inline bool
t_corpus_read(struct as_buf *b, const char *path)
{
	const char *root = getenv("AS_SOURCE_ROOT");
	const char *corpus = getenv("ASSAY_CORPUS");
	char name[4096], chunk[4096];
	size_t n;
	FILE *f;

	as_buf_init(b, T_CORPUS_FILE_OCTETS);
	if (corpus != NULL)
		(void)snprintf(name, sizeof(name), "%s/%s", corpus, path);
	else
		(void)snprintf(name, sizeof(name), "%s/../shared/corpus/%s",
		    root != NULL ? root : ".", path);
	f = fopen(name, "rb");
	if (f == NULL)
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		as_buf_add(b, chunk, n);
	(void)fclose(f);
	return as_buf_ok(b);
}

#endif
