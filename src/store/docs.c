#include "store/docs.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "store/sql.h"

#include "base/banned.h"

#define LEVEL  6
#define FORMAT 'z' /* zlib */

struct as_docs {
	struct as_store *store;
	struct as_query *has, *put, *get;
};

enum as_err
as_docs_open(struct as_store *s, struct as_docs **out, struct as_why *why)
{
	struct as_docs *d = calloc(1, sizeof(*d));
	enum as_err err;

	*out = NULL;
	if (d == NULL)
		return as_why_no_memory(why);
	d->store = s;
	err = as_sql_prepare(
	    s, "SELECT 1 FROM doc WHERE name = ?1", &d->has, why);
	if (err == AS_OK)
		err = as_sql_prepare(s,
		    "INSERT INTO doc(name, size, octets) VALUES(?1, ?2, ?3)"
		    " ON CONFLICT(name) DO NOTHING",
		    &d->put, why);
	if (err == AS_OK)
		err = as_sql_prepare(s,
		    "SELECT size, octets FROM doc WHERE name = ?1", &d->get,
		    why);
	if (err == AS_OK)
		*out = d;
	else
		as_docs_close(d);
	return err;
}

void
as_docs_close(struct as_docs *d)
{
	if (d == NULL)
		return;
	as_sql_free(d->has);
	as_sql_free(d->put);
	as_sql_free(d->get);
	free(d);
}

enum as_err
as_doc_name(struct as_str octets, uint8_t name[AS_DOC_OCTETS])
{
	return EVP_Digest(octets.p != NULL ? octets.p : "", octets.n, name,
		   NULL, EVP_sha256(), NULL) == 1
	    ? AS_OK
	    : AS_ENOMEM;
}

/* --- keeping --- */

static enum as_err
is_kept(struct as_docs *d, const uint8_t name[AS_DOC_OCTETS], bool *kept,
    struct as_why *why)
{
	as_sql_bind_blob(d->has, 1, name, AS_DOC_OCTETS);
	AS_TRY(as_sql_row(d->has, kept, why));
	as_sql_reset(d->has);
	return AS_OK;
}

static enum as_err
squeeze(struct as_str octets, uint8_t **out, size_t *n)
{
	uLongf len = compressBound((uLong)octets.n);

	*out = malloc(len + 1);
	if (*out == NULL)
		return AS_ENOMEM;
	(*out)[0] = FORMAT;
	if (compress2(*out + 1, &len, (const Bytef *)octets.p, (uLong)octets.n,
		LEVEL) != Z_OK) {
		free(*out);
		return AS_ENOMEM;
	}
	*n = len + 1;
	return AS_OK;
}

enum as_err
as_docs_put(struct as_docs *d, struct as_str octets,
    uint8_t name[AS_DOC_OCTETS], struct as_why *why)
{
	uint8_t *small;
	size_t n;
	bool kept;
	enum as_err err;

	if (as_doc_name(octets, name) != AS_OK)
		return as_why_no_memory(why);
	AS_TRY(as_sql_begin(d->store, why));
	AS_TRY(is_kept(d, name, &kept, why));
	if (kept)
		return AS_OK;
	if (squeeze(octets, &small, &n) != AS_OK)
		return as_why_no_memory(why);
	as_sql_bind_blob(d->put, 1, name, AS_DOC_OCTETS);
	as_sql_bind_int(d->put, 2, (int64_t)octets.n);
	as_sql_bind_blob(d->put, 3, small, n);
	err = as_sql_run(d->put, why);
	free(small);
	return err;
}

/* --- reading --- */

static enum as_err
damaged(struct as_why *why)
{
	return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
	    "table doc: a document is damaged");
}

static enum as_err
unsqueeze(struct as_arena *a, struct as_str small, uint64_t size,
    struct as_str name, struct as_str *out, struct as_why *why)
{
	uint8_t digest[AS_DOC_OCTETS];
	uLongf len = (uLongf)size;
	char *p = as_arena_alloc(a, size + 1);

	if (p == NULL)
		return as_why_no_memory(why);
	if (small.n < 1 || small.p[0] != FORMAT ||
	    uncompress((Bytef *)p, &len, (const Bytef *)small.p + 1,
		(uLong)small.n - 1) != Z_OK ||
	    len != size)
		return damaged(why);
	*out = (struct as_str){p, size};
	if (as_doc_name(*out, digest) != AS_OK)
		return as_why_no_memory(why);
	return memcmp(digest, name.p, AS_DOC_OCTETS) == 0 ? AS_OK
							  : damaged(why);
}

enum as_err
as_docs_get(struct as_docs *d, struct as_arena *a, struct as_str name,
    size_t cap, struct as_str *out, struct as_why *why)
{
	bool found;
	uint64_t size;
	enum as_err err;

	if (name.n != AS_DOC_OCTETS)
		return damaged(why);
	as_sql_bind_blob(d->get, 1, name.p, name.n);
	AS_TRY(as_sql_row(d->get, &found, why));
	size = found ? as_sql_column_count(d->get, 0) : 0;
	if (!found)
		err = as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
		    "table doc: a document is missing");
	else if (size > cap)
		err = damaged(why);
	else
		err = unsqueeze(
		    a, as_sql_column_blob(d->get, 1), size, name, out, why);
	as_sql_reset(d->get);
	return err;
}
