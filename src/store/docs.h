/*
 * store/docs - octets kept once, by what they hold: fact documents and the like.
 *
 * The name of a document is its SHA-256.  It is stored compressed (zlib, RFC 1950,
 * behind one octet that says so), and is outside data when it is read: what is
 * longer than the reader's cap, or whose digest is another, is AS_ESYNTAX.
 */
#ifndef AS_STORE_DOCS_H
#define AS_STORE_DOCS_H

#include "store/store.h"

#define AS_DOC_OCTETS 32 /* of a name */

struct as_docs;

AS_MUST_USE enum as_err as_docs_open(
    struct as_store *s, struct as_docs **out, struct as_why *why);
void as_docs_close(struct as_docs *d); /* accepts NULL */

/* The name of a document, whether it is kept or not. */
AS_MUST_USE enum as_err as_doc_name(
    struct as_str octets, uint8_t name[AS_DOC_OCTETS]);

/* Keep it, when it is not there; to be committed by the caller. */
AS_MUST_USE enum as_err as_docs_put(struct as_docs *d, struct as_str octets,
    uint8_t name[AS_DOC_OCTETS], struct as_why *why);

/* AS_EABSENT: there is none of this name. */
AS_MUST_USE enum as_err as_docs_get(struct as_docs *d, struct as_arena *a,
    struct as_str name, size_t cap, struct as_str *out, struct as_why *why);

#endif
