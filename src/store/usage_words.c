/*
 * Whose mail a source sends, as the operator says.
 */
#include "store/usage_private.h"
#include "store/usage_read.h"

#include "base/banned.h"

enum as_err
as_usage_words_read(struct as_store *s, struct as_str domain,
    const struct as_usage_sink *sink, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err = as_sql_prepare(s,
	    "SELECT source, class FROM source_class WHERE domain = ?", &q, why);

	if (err == AS_OK)
		as_sql_bind_text(q, 1, domain);
	while (err == AS_OK && found) {
		struct as_usage_word w = {0};

		err = as_sql_row(q, &found, why);
		if (err != AS_OK || !found)
			break;
		w.source = as_sql_column_text(q, 0);
		/* A class of a later Assay says nothing to us. */
		if (as_usage_class_find(as_sql_column_text(q, 1), &w.class))
			err = sink->word(sink->ctx, &w);
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_usage_word_set(struct as_store *s, struct as_str domain,
    const struct as_usage_word *word, int64_t said, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s,
	    "INSERT INTO source_class(domain, source, class, said)"
	    " VALUES(?,?,?,?) ON CONFLICT(domain, source) DO UPDATE SET class "
	    "= excluded.class,"
	    " said = excluded.said",
	    &q, why);
	if (err == AS_OK) {
		as_sql_bind_text(q, 1, domain);
		as_sql_bind_text(q, 2, word->source);
		as_sql_bind_text(
		    q, 3, as_str_from(as_usage_class_text(word->class)));
		as_sql_bind_time(q, 4, said);
		err = as_sql_run(q, why);
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_usage_word_drop(struct as_store *s, struct as_str domain,
    struct as_str source, struct as_why *why)
{
	struct as_query *q = NULL;
	uint64_t changed = 0;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s,
	    "DELETE FROM source_class WHERE domain = ? AND source = ?", &q,
	    why);
	if (err == AS_OK) {
		as_sql_bind_text(q, 1, domain);
		as_sql_bind_text(q, 2, source);
		err = as_sql_run(q, why);
	}
	if (err == AS_OK)
		err = as_sql_changes(q, &changed, why);
	if (err == AS_OK && changed == 0)
		err = as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
		    "nothing was said of \"" AS_STR_FMT "\"",
		    AS_STR_ARG(as_str_slice(source, 0, 100)));
	as_sql_free(q);
	return err;
}
