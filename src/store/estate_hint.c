/*
 * Names that may belong to the estate, and where they were met.
 */
#include "store/estate_private.h"

#include "base/banned.h"

/* --- suggestions --- */

static void
hint_read(struct as_query *q, struct as_estate_hint *h)
{
	int kind = as_names_find(&as_names_hint_kind, as_sql_column_text(q, 1));
	int state =
	    as_names_find(&as_names_hint_state, as_sql_column_text(q, 5));

	*h = (struct as_estate_hint){.name = as_sql_column_text(q, 0),
	    .kind = kind < 0 ? AS_HINT_REPORT : (enum as_hint_kind)kind,
	    .evidence = as_sql_column_text(q, 2),
	    .first = as_sql_column_time(q, 3),
	    .last = as_sql_column_time(q, 4),
	    .state = state < 0 ? AS_HINT_NEW : (enum as_hint_state)state};
}

static enum as_err
hints_read(
    struct as_query *q, as_hint_take *take, void *ctx, struct as_why *why)
{
	for (;;) {
		struct as_estate_hint h;
		bool found;

		AS_TRY(as_sql_row(q, &found, why));
		if (!found)
			return AS_OK;
		hint_read(q, &h);
		AS_TRY(take(ctx, &h));
	}
}

enum as_err
as_hint_each(
    struct as_store *s, as_hint_take *take, void *ctx, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err = as_sql_prepare(s,
	    "SELECT name, kind, evidence, first, last, state FROM suggestion"
	    " ORDER BY name",
	    &q, why);

	if (err == AS_OK)
		err = hints_read(q, take, ctx, why);
	as_sql_free(q);
	return err;
}

/* --- reports --- */

static enum as_err
heard_read(struct as_query *q, bool reported, as_heard_take *take, void *ctx,
    struct as_why *why)
{
	for (;;) {
		struct as_estate_heard h = {.reported = reported};
		bool found;

		AS_TRY(as_sql_row(q, &found, why));
		if (!found)
			return AS_OK;
		h.name = as_sql_column_text(q, 0);
		h.first = as_sql_column_int(q, 1);
		h.last = as_sql_column_int(q, 2);
		h.messages = as_sql_column_count(q, 3);
		h.passed = as_sql_column_count(q, 4);
		AS_TRY(take(ctx, &h));
	}
}

static enum as_err
heard_ask(struct as_store *s, const char *sql, bool reported,
    as_heard_take *take, void *ctx, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err = as_sql_prepare(s, sql, &q, why);

	if (err == AS_OK)
		err = heard_read(q, reported, take, ctx, why);
	as_sql_free(q);
	return err;
}

#define SUMS \
	"min(day), max(day), sum(messages), sum(CASE WHEN dkim = 'pass'" \
	" OR spf = 'pass' THEN messages ELSE 0 END) FROM daily"

enum as_err
as_heard_each(
    struct as_store *s, as_heard_take *take, void *ctx, struct as_why *why)
{
	AS_TRY(heard_ask(s, "SELECT domain, " SUMS " GROUP BY domain", true,
	    take, ctx, why));
	return heard_ask(s,
	    "SELECT header_from, " SUMS " WHERE header_from <> ''"
	    " GROUP BY header_from",
	    false, take, ctx, why);
}
