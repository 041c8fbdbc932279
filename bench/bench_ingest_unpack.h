/*
 * bench_ingest_unpack: out of base64, gzip and zip, as little as that takes.
 *
 * What is given lives until the next call; p is NULL when there is nothing.
 */
#ifndef AS_BENCH_INGEST_UNPACK_H
#define AS_BENCH_INGEST_UNPACK_H

#include <zlib.h>

#include "bench_ingest_doc.h"

#define FILE_OCTETS ((size_t)64 * 1024 * 1024)

struct unpack {
	z_stream gzip, deflate;
	char *octets, *out; /* decoded, inflated */
	signed char digits[256];
};

bool unpack_init(struct unpack *u);
void unpack_fini(struct unpack *u);

/* The first part in base64 of a mail. */
struct text base64_part(struct unpack *u, struct text mail);

/* Out of gzip or zip; anything else as it is. */
struct text unpacked(struct unpack *u, struct text in);

#endif
