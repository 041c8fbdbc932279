/*
 * The sums of all reports that are stored.
 */
#include "store/writer_private.h"

#include "base/banned.h"

#define PAGE 500 /* reports read at once */

static enum as_err
head_add(struct as_sums *u, struct as_query *q, struct as_why *why)
{
	int64_t kind = as_sql_column_int(q, 1);
	struct as_report_head h = {.kind = (enum as_report_kind)kind,
	    .domain = as_sql_column_text(q, 2),
	    .org_name = as_sql_column_text(q, 3),
	    .begin = as_sql_column_time(q, 4),
	    .end = as_sql_column_time(q, 5),
	    .messages = as_sql_column_count(q, 6)};

	if (kind < AS_REPORT_AGGREGATE || kind > AS_REPORT_TLS)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "report %lld is of no kind (%lld)",
		    (long long)as_sql_column_int(q, 0), (long long)kind);
	return as_sums_add_stored(u, &h, as_sql_column_int(q, 0), why);
}

/* Reports behind *after; *n says how many. */
static enum as_err
page_add(struct as_sums *u, struct as_query *q, int64_t *after, size_t *n,
    struct as_why *why)
{
	enum as_err err = AS_OK;
	bool found = true;

	as_sql_bind_int(q, 1, *after);
	as_sql_bind_int(q, 2, PAGE);
	for (*n = 0; err == AS_OK; ++*n) {
		err = as_sql_row(q, &found, why);
		if (err != AS_OK || !found)
			break;
		*after = as_sql_column_int(q, 0);
		err = head_add(u, q, why);
	}
	as_sql_reset(q);
	return err;
}

enum as_err
as_sums_add_all(
    struct as_store *s, struct as_sums *u, uint64_t *out, struct as_why *why)
{
	struct as_query *q = NULL;
	int64_t after = INT64_MIN;
	size_t n = PAGE;
	enum as_err err = as_sql_prepare(s,
	    "SELECT id, kind, domain, org, begin, \"end\", messages FROM report"
	    " WHERE id > ?1 ORDER BY id LIMIT ?2",
	    &q, why);

	*out = 0;
	while (err == AS_OK && n == PAGE) {
		err = page_add(u, q, &after, &n, why);
		*out += n;
	}
	if (err == AS_OK)
		err = as_sums_flush(u, why);
	as_sql_free(q);
	return err;
}

enum as_err
as_sums_make(struct as_store *s, struct as_why *why)
{
	struct as_sums *u;
	uint64_t n;
	enum as_err err = as_sums_new(s, &u, why);

	if (err == AS_OK)
		err = as_sums_add_all(s, u, &n, why);
	as_sums_free(u);
	return err;
}
