#include "store/host_names.h"

#include "store/sql.h"
#include "store/usage_private.h"

#include "base/banned.h"

#define DUE \
	" FROM daily d LEFT JOIN host_name h ON h.ip = d.ip" \
	" WHERE d.domain = ?1 AND d.day BETWEEN ?2 AND ?3" \
	" AND length(d.ip) > 0 AND (h.due IS NULL OR h.due <= ?4)"

static void
ask_bind(struct as_query *q, const struct as_host_names_ask *ask)
{
	as_sql_bind_text(q, 1, ask->domain);
	as_sql_bind_int(q, 2, ask->first);
	as_sql_bind_int(q, 3, ask->last);
	as_sql_bind_int(q, 4, ask->now);
}

static enum as_err
all_count(struct as_store *s, const struct as_host_names_ask *ask,
    uint64_t *all, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err =
	    as_sql_prepare(s, "SELECT count(DISTINCT d.ip)" DUE, &q, why);

	if (err == AS_OK) {
		ask_bind(q, ask);
		err = as_sql_row(q, &found, why);
	}
	*all = err == AS_OK && found ? as_sql_column_count(q, 0) : 0;
	as_sql_free(q);
	return err;
}

enum as_err
as_host_names_due(struct as_store *s, const struct as_host_names_ask *ask,
    struct as_ip *out, size_t room, size_t *n, uint64_t *all,
    struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err;

	*n = 0;
	AS_TRY(all_count(s, ask, all, why));
	err = as_sql_prepare(s,
	    "SELECT d.ip" DUE
	    " GROUP BY d.ip ORDER BY sum(d.messages) DESC, d.ip LIMIT ?5",
	    &q, why);
	if (err == AS_OK) {
		ask_bind(q, ask);
		as_sql_bind_int(q, 5, (int64_t)room);
	}
	while (err == AS_OK && found && *n < room) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found &&
		    as_usage_ip_read(as_sql_column_blob(q, 0), &out[*n]))
			(*n)++;
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_host_name_keep(struct as_store *s, const struct as_ip *ip,
    struct as_str name, int64_t asked, int64_t due, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s,
	    "INSERT INTO host_name(ip, name, asked, due) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT(ip) DO UPDATE SET"
	    " name = coalesce(excluded.name, host_name.name),"
	    " asked = excluded.asked, due = excluded.due",
	    &q, why);
	if (err == AS_OK) {
		as_sql_bind_blob(q, 1, ip->b, ip->len);
		as_sql_bind_text(q, 2, name);
		as_sql_bind_int(q, 3, asked);
		as_sql_bind_int(q, 4, due);
		err = as_sql_run(q, why);
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_authors_read(struct as_store *s, const struct as_host_names_ask *ask,
    size_t most, as_author_fn *fn, void *ctx, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err = as_sql_prepare(s,
	    "SELECT header_from FROM daily WHERE domain = ?1"
	    " AND day BETWEEN ?2 AND ?3 AND header_from <> ''"
	    " AND header_from <> ?1 GROUP BY header_from"
	    " ORDER BY sum(messages) DESC, header_from LIMIT ?4",
	    &q, why);

	if (err == AS_OK) {
		as_sql_bind_text(q, 1, ask->domain);
		as_sql_bind_int(q, 2, ask->first);
		as_sql_bind_int(q, 3, ask->last);
		as_sql_bind_int(q, 4, (int64_t)most);
	}
	while (err == AS_OK && found) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found)
			err = fn(ctx, as_sql_column_text(q, 0));
	}
	as_sql_free(q);
	return err;
}
