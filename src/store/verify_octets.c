/*
 * Octets that are kept by their SHA-256.
 */
#include <string.h>

#include "base/limits.h"
#include "store/docs.h"
#include "store/verify_private.h"
#include "store/writer_private.h"

#include "base/banned.h"

#define PAGE ((size_t)500) /* names of documents read at once */

static enum as_err
damaged(const char *table, struct as_str name, struct as_why *why)
{
	uint8_t head[4] = {0};

	if (name.n >= sizeof(head))
		(void)memcpy(head, name.p, sizeof(head));
	return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
	    "%s: octets do not have the SHA-256 that they are kept under "
	    "(%02x%02x%02x%02x...)",
	    table, head[0], head[1], head[2], head[3]);
}

static enum as_err
octets_check(struct as_query *q, struct as_why *why)
{
	struct as_str hash = as_sql_column_blob(q, 0);
	struct as_str octets = as_sql_column_blob(q, 1);
	uint8_t got[AS_DIGEST_OCTETS];

	if (EVP_Digest(octets.p != NULL ? octets.p : "", octets.n, got, NULL,
		EVP_sha256(), NULL) != 1)
		return as_why_no_memory(why);
	if (hash.n == sizeof(got) && memcmp(hash.p, got, sizeof(got)) == 0)
		return AS_OK;
	return damaged("raw", hash, why);
}

static enum as_err
raw_check(struct as_store *s, uint64_t *n, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err = as_sql_prepare(
	    s, "SELECT hash, octets FROM raw ORDER BY hash", &q, why);

	while (err == AS_OK && found) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found)
			err = octets_check(q, why);
		*n += err == AS_OK && found;
	}
	as_sql_free(q);
	return err;
}

/* --- documents --- */

struct documents {
	struct as_docs *docs;
	struct as_query *names;
	struct as_arena *a; /* of one */
	uint8_t after[AS_DOC_OCTETS];
	size_t n_after;
	uint64_t *n;
};

static enum as_err
document_check(struct documents *d, struct as_why *why)
{
	struct as_str name = as_sql_column_blob(d->names, 0), octets;
	enum as_err err;

	if (name.n != AS_DOC_OCTETS)
		return damaged("doc", name, why);
	(void)memcpy(d->after, name.p, name.n);
	d->n_after = name.n;
	as_arena_reset(d->a);
	err =
	    as_docs_get(d->docs, d->a, name, AS_MAX_FACTS_OCTETS, &octets, why);
	++*d->n;
	return err == AS_ESYNTAX ? damaged("doc", name, why) : err;
}

/* Names behind the last one; *n says how many. */
static enum as_err
page_check(struct documents *d, size_t *n, struct as_why *why)
{
	enum as_err err = AS_OK;
	bool found = true;

	as_sql_bind_blob(d->names, 1, d->after, d->n_after);
	as_sql_bind_int(d->names, 2, PAGE);
	for (*n = 0; err == AS_OK; ++*n) {
		err = as_sql_row(d->names, &found, why);
		if (err != AS_OK || !found)
			break;
		err = document_check(d, why);
	}
	as_sql_reset(d->names);
	return err;
}

static enum as_err
documents_check(struct as_store *s, uint64_t *n, struct as_why *why)
{
	struct documents d = {
	    .a = as_arena_new(2 * AS_MAX_FACTS_OCTETS), .n = n};
	size_t page = PAGE;
	enum as_err err =
	    d.a != NULL ? as_docs_open(s, &d.docs, why) : as_why_no_memory(why);

	if (err == AS_OK)
		err = as_sql_prepare(s,
		    "SELECT name FROM doc WHERE name > ?1 ORDER BY name"
		    " LIMIT ?2",
		    &d.names, why);
	while (err == AS_OK && page == PAGE)
		err = page_check(&d, &page, why);
	as_sql_free(d.names);
	as_docs_close(d.docs);
	as_arena_free(d.a);
	return err;
}

enum as_err
as_verify_octets(struct as_store *s, uint64_t *n, struct as_why *why)
{
	*n = 0;
	AS_TRY(raw_check(s, n, why));
	return documents_check(s, n, why);
}
