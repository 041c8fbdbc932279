/*
 * Lists of the history: runs of a subject, how domains stand.
 */
#include "store/history_private.h"

#include "base/banned.h"

/* A statement, its one text parameter (or AS_STR_NULL), its one number, and what
 * takes its rows. */
struct listing {
	struct as_query *q;
	enum as_err (*row)(struct listing *l);
	union {
		as_run_take *run;
		as_verdict_take *verdict;
		as_state_take *state;
		as_overview_take *overview;
	} take;
	void *ctx;
};

static enum as_err
rows_give(struct listing *l, struct as_why *why)
{
	for (;;) {
		bool found;

		AS_TRY(as_sql_row(l->q, &found, why));
		if (!found)
			return AS_OK;
		AS_TRY(l->row(l));
	}
}

/* `subject` is a text of ours, AS_STR_NULL: the statement has no parameter. */
static enum as_err
list_give(struct as_history *h, struct listing *l, const char *sql,
    struct as_str subject, struct as_why *why)
{
	enum as_err err = as_sql_prepare(h->s, sql, &l->q, why);

	if (err == AS_OK && !as_str_is_null(subject))
		as_sql_bind_text(l->q, 1, subject);
	if (err == AS_OK)
		err = rows_give(l, why);
	as_sql_free(l->q);
	return err;
}

/* --- runs --- */

static enum as_err
run_give(struct listing *l)
{
	struct as_history_run run = as_history_run_read(l->q);

	return l->take.run(l->ctx, &run);
}

enum as_err
as_history_runs(struct as_history *h, struct as_str subject, as_run_take *take,
    void *ctx, struct as_why *why)
{
	struct listing l = {.row = run_give, .take.run = take, .ctx = ctx};

	return list_give(h, &l,
	    "SELECT r.first, r.last, r.looks FROM run r"
	    " JOIN subject s ON s.id = r.subject WHERE s.name = ?1"
	    " ORDER BY r.first",
	    subject, why);
}

static enum as_err
verdict_give(struct listing *l)
{
	struct as_verdict_run run = as_verdict_run_read(l->q);

	return l->take.verdict(l->ctx, &run);
}

enum as_err
as_history_verdict_runs(struct as_history *h, struct as_str domain,
    as_verdict_take *take, void *ctx, struct as_why *why)
{
	struct listing l = {
	    .row = verdict_give, .take.verdict = take, .ctx = ctx};
	struct as_str subject;

	as_arena_reset(h->arena);
	subject = as_history_domain_subject(h, domain);
	if (as_str_is_null(subject))
		return as_why_no_memory(why);
	return list_give(h, &l,
	    "SELECT v.first, v.last, v.looks, v.rules_version, v.grades,"
	    " v.role, v.phase, v.fails, v.warns, v.unknowns FROM verdict_run v"
	    " JOIN subject s ON s.id = v.subject WHERE s.name = ?1"
	    " ORDER BY v.first",
	    subject, why);
}

/* --- how domains stand --- */

static enum as_err
state_give(struct listing *l)
{
	struct as_state s = {.domain = as_sql_column_text(l->q, 0),
	    .checked = as_sql_column_int(l->q, 1),
	    .grades = as_sql_column_text(l->q, 2),
	    .role = (enum as_role)as_history_word(
		&as_names_role, as_sql_column_text(l->q, 3)),
	    .phase = (enum as_phase)as_history_word(
		&as_names_phase, as_sql_column_text(l->q, 4)),
	    .fails = as_sql_column_count(l->q, 5),
	    .warns = as_sql_column_count(l->q, 6),
	    .unknowns = as_sql_column_count(l->q, 7),
	    .first_fail = as_sql_column_text(l->q, 8)};

	return l->take.state(l->ctx, &s);
}

enum as_err
as_history_states(
    struct as_history *h, as_state_take *take, void *ctx, struct as_why *why)
{
	struct listing l = {.row = state_give, .take.state = take, .ctx = ctx};

	return list_give(h, &l,
	    "SELECT domain, checked, grades, role, phase, fails, warns,"
	    " unknowns, first_fail FROM state ORDER BY domain",
	    AS_STR_NULL, why);
}

static enum as_err
overview_give(struct listing *l)
{
	struct as_overview_row row = {.grades = as_sql_column_text(l->q, 0),
	    .phase = (enum as_phase)as_history_word(
		&as_names_phase, as_sql_column_text(l->q, 1)),
	    .domains = as_sql_column_count(l->q, 2),
	    .failing = as_sql_column_count(l->q, 3),
	    .warned = as_sql_column_count(l->q, 4),
	    .unknown = as_sql_column_count(l->q, 5)};

	return l->take.overview(l->ctx, &row);
}

#define WITH(column) "sum(CASE WHEN " column " > 0 THEN 1 ELSE 0 END)"

enum as_err
as_history_overview(
    struct as_history *h, as_overview_take *take, void *ctx, struct as_why *why)
{
	struct listing l = {
	    .row = overview_give, .take.overview = take, .ctx = ctx};

	return list_give(h, &l,
	    "SELECT grades, phase, count(*), " WITH("fails") ", " WITH(
		"warns") ", " WITH("unknowns") " FROM state GROUP BY grades, "
					       "phase ORDER BY grades, phase",
	    AS_STR_NULL, why);
}
