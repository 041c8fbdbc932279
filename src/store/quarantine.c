/*
 * Octets that are kept: those of reports, and of what gave none.
 */
#include "base/utf8.h"
#include "store/writer_private.h"

#include "base/banned.h"

#define PATH_OCTETS ((size_t)2000) /* it has to fit into an index */

enum as_err
as_raw_keep(struct as_query *q, struct as_str raw,
    uint8_t hash[AS_DIGEST_OCTETS], struct as_why *why)
{
	unsigned n = 0;

	if (EVP_Digest(raw.p != NULL ? raw.p : "", raw.n, hash, &n,
		EVP_sha256(), NULL) != 1)
		return as_why_no_memory(why);
	as_sql_bind_blob(q, 1, hash, AS_DIGEST_OCTETS);
	as_sql_bind_blob(q, 2, raw.p, raw.n);
	return as_sql_run(q, why);
}

/* Octets that are too many to be kept still have a name, so that the same thing
 * from the same place is kept once. */
static enum as_err
place_name(const struct as_store_origin *o, uint8_t hash[AS_DIGEST_OCTETS],
    struct as_why *why)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md != NULL &&
	    EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(md, o->input.p, o->input.n) == 1 &&
	    EVP_DigestUpdate(md, "", 1) == 1 &&
	    EVP_DigestUpdate(md, o->path.p, o->path.n) == 1 &&
	    EVP_DigestFinal_ex(md, hash, NULL) == 1;

	EVP_MD_CTX_free(md);
	return ok ? AS_OK : as_why_no_memory(why);
}

enum as_err
as_store_quarantine(struct as_store *s, const struct as_store_origin *o,
    struct as_str diagnosis, struct as_why *why)
{
	static const char raw_sql[] =
	    "INSERT INTO raw VALUES(?,?) ON CONFLICT DO NOTHING";
	static const char sql[] =
	    "INSERT INTO quarantine(raw, input, path, diagnosis, mail_from,"
	    " mail_date, message_id, received) VALUES(?,?,?,?,?,?,?,?)"
	    " ON CONFLICT(raw, path) DO UPDATE SET diagnosis ="
	    " excluded.diagnosis";
	uint8_t hash[AS_DIGEST_OCTETS];
	struct as_query *raw = NULL, *q = NULL;
	enum as_err err = as_sql_begin_alone(s, why);

	if (err == AS_OK)
		err = as_sql_prepare(s, raw_sql, &raw, why);
	if (err == AS_OK)
		err = as_sql_prepare(s, sql, &q, why);
	if (err == AS_OK)
		err = as_str_is_null(o->raw)
		    ? place_name(o, hash, why)
		    : as_raw_keep(raw, o->raw, hash, why);
	if (err == AS_OK) {
		as_sql_bind_blob(q, 1, hash, sizeof(hash));
		as_sql_bind_text(q, 2, o->input);
		/* NULL would be unlike any other. */
		as_sql_bind_text(q, 3,
		    as_str_is_null(o->path)
			? AS_STR("")
			: as_utf8_cut(o->path, PATH_OCTETS));
		as_sql_bind_text(q, 4, diagnosis);
		as_sql_bind_text(q, 5, o->mail_from);
		as_sql_bind_text(q, 6, o->mail_date);
		as_sql_bind_text(q, 7, o->message_id);
		as_sql_bind_time(q, 8, o->received);
		err = as_sql_run(q, why);
	}
	as_sql_free(raw);
	as_sql_free(q);
	return err;
}
