#include "store/estate.h"

#include <stdlib.h>

#include "base/limits.h"
#include "store/estate_private.h"

#include "base/banned.h"

/* Of one domain with its tags, while it is read. */
#define ENTRY_OCTETS ((size_t)256 * 1024)

/* Columns of texts, in the order of enum as_estate_text. */
#define TEXT_COLUMNS "organisation, grp, owner, contact, role, notes"

/* --- reading --- */

struct reading {
	struct as_query *q;
	struct as_arena *a;
	struct as_estate_entry e;
	struct as_str tags[AS_MAX_ESTATE_TAGS];
	as_estate_take *take;
	void *ctx;
};

/* One of a later Assay says nothing to us. */
static enum as_estate_source
source_of(struct as_str text)
{
	int found = as_names_find(&as_names_estate_source, text);

	return found < 0 ? AS_ESTATE_IMPORTED : (enum as_estate_source)found;
}

/* The row at hand begins a domain. */
static enum as_err
entry_begin(struct reading *r)
{
	struct as_estate_entry e = {.name = as_sql_column_text(r->q, 0),
	    .tags = r->tags,
	    .has_tags = true,
	    .source = source_of(as_sql_column_text(r->q, 7)),
	    .added = as_sql_column_time(r->q, 8)};

	as_arena_reset(r->a);
	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		e.text[i] = as_sql_column_text(r->q, i + 1);
	AS_TRY(as_estate_copy(r->a, &e, &r->e));
	r->e.tags = r->tags;
	return AS_OK;
}

static enum as_err
tag_add(struct reading *r)
{
	if (as_sql_column_is_null(r->q, 9) || r->e.n_tags == AS_MAX_ESTATE_TAGS)
		return AS_OK;
	r->tags[r->e.n_tags] = as_str_dup(r->a, as_sql_column_text(r->q, 9));
	return as_str_is_null(r->tags[r->e.n_tags++]) ? AS_ENOMEM : AS_OK;
}

static enum as_err
entry_end(struct reading *r)
{
	return r->e.name.n == 0 ? AS_OK : r->take(r->ctx, &r->e);
}

/* A domain has a row for each of its tags, one without any. */
static enum as_err
rows_read(struct reading *r, struct as_why *why)
{
	for (;;) {
		bool found;

		AS_TRY(as_sql_row(r->q, &found, why));
		if (!found)
			return entry_end(r);
		if (!as_str_eq(as_sql_column_text(r->q, 0), r->e.name)) {
			AS_TRY(entry_end(r));
			AS_TRY(entry_begin(r));
		}
		AS_TRY(tag_add(r));
	}
}

enum as_err
as_estate_each(
    struct as_store *s, as_estate_take *take, void *ctx, struct as_why *why)
{
	struct reading r = {
	    .a = as_arena_new(ENTRY_OCTETS), .take = take, .ctx = ctx};
	enum as_err err;

	if (r.a == NULL)
		return as_why_no_memory(why);
	err = as_sql_prepare(s,
	    "SELECT d.name, d.organisation, d.grp, d.owner, d.contact, d.role,"
	    " d.notes, d.source, d.added, t.tag FROM domain d"
	    " LEFT JOIN tag t ON t.domain = d.name WHERE d.removed IS NULL"
	    " ORDER BY d.name, t.tag",
	    &r.q, why);
	if (err == AS_OK)
		err = rows_read(&r, why);
	as_sql_free(r.q);
	as_arena_free(r.a);
	return err;
}

/* --- writing --- */

static enum as_err
statements_prepare(struct as_estate_writer *w, struct as_why *why)
{
	AS_TRY(as_sql_prepare(w->s,
	    "INSERT INTO domain(name, " TEXT_COLUMNS ", source, added)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	    " ON CONFLICT(name) DO UPDATE SET"
	    " organisation = excluded.organisation, grp = excluded.grp,"
	    " owner = excluded.owner, contact = excluded.contact,"
	    " role = excluded.role, notes = excluded.notes,"
	    " source = CASE WHEN domain.removed IS NULL THEN domain.source"
	    " ELSE excluded.source END,"
	    " added = CASE WHEN domain.removed IS NULL THEN domain.added"
	    " ELSE excluded.added END, removed = NULL",
	    &w->put, why));
	AS_TRY(as_sql_prepare(w->s,
	    "UPDATE domain SET removed = ?2 WHERE name = ?1"
	    " AND removed IS NULL",
	    &w->drop, why));
	AS_TRY(as_sql_prepare(
	    w->s, "DELETE FROM tag WHERE domain = ?1", &w->untag, why));
	AS_TRY(as_sql_prepare(
	    w->s, "INSERT INTO tag(domain, tag) VALUES(?1, ?2)", &w->tag, why));
	AS_TRY(as_sql_prepare(w->s,
	    "INSERT INTO suggestion(name, kind, evidence, first, last, state)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(name) DO UPDATE SET"
	    " kind = excluded.kind, evidence = excluded.evidence,"
	    " first = CASE WHEN suggestion.first < excluded.first"
	    " THEN suggestion.first ELSE excluded.first END,"
	    " last = CASE WHEN suggestion.last > excluded.last"
	    " THEN suggestion.last ELSE excluded.last END",
	    &w->hint, why));
	return as_sql_prepare(w->s,
	    "UPDATE suggestion SET state = ?2 WHERE name = ?1", &w->decide,
	    why);
}

enum as_err
as_estate_writer_new(
    struct as_store *s, struct as_estate_writer **out, struct as_why *why)
{
	struct as_estate_writer *w = calloc(1, sizeof(*w));
	enum as_err err;

	if (w == NULL)
		return as_why_no_memory(why);
	w->s = s;
	err = as_sql_begin(s, why);
	if (err == AS_OK)
		err = statements_prepare(w, why);
	if (err != AS_OK) {
		as_estate_writer_free(w);
		return err;
	}
	*out = w;
	return AS_OK;
}

void
as_estate_writer_free(struct as_estate_writer *w)
{
	if (w == NULL)
		return;
	as_sql_free(w->put);
	as_sql_free(w->drop);
	as_sql_free(w->untag);
	as_sql_free(w->tag);
	as_sql_free(w->hint);
	as_sql_free(w->decide);
	free(w);
}

static enum as_err
tags_put(struct as_estate_writer *w, const struct as_estate_entry *e,
    struct as_why *why)
{
	as_sql_bind_text(w->untag, 1, e->name);
	AS_TRY(as_sql_run(w->untag, why));
	as_sql_bind_text(w->tag, 1, e->name);
	for (size_t i = 0; i < e->n_tags; i++) {
		as_sql_bind_text(w->tag, 2, e->tags[i]);
		AS_TRY(as_sql_run(w->tag, why));
	}
	return AS_OK;
}

enum as_err
as_estate_put(struct as_estate_writer *w, const struct as_estate_entry *e,
    int64_t now, struct as_why *why)
{
	as_sql_bind_text(w->put, 1, e->name);
	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		as_sql_bind_text(w->put, i + 2, e->text[i]);
	as_sql_bind_text(
	    w->put, 8, as_str_from(as_estate_source_text(e->source)));
	as_sql_bind_int(w->put, 9, now);
	AS_TRY(as_sql_run(w->put, why));
	return tags_put(w, e, why);
}

/* Did the statement change a row?  AS_EABSENT: none. */
static enum as_err
run_one(struct as_query *q, struct as_str name, struct as_why *why)
{
	uint64_t n;

	AS_TRY(as_sql_run(q, why));
	AS_TRY(as_sql_changes(q, &n, why));
	if (n > 0)
		return AS_OK;
	return as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
	    AS_STR_FMT " is not there", AS_STR_ARG(name));
}

enum as_err
as_estate_drop(struct as_estate_writer *w, struct as_str name, int64_t now,
    struct as_why *why)
{
	as_sql_bind_text(w->drop, 1, name);
	as_sql_bind_int(w->drop, 2, now);
	return run_one(w->drop, name, why);
}

enum as_err
as_hint_put(struct as_estate_writer *w, const struct as_estate_hint *h,
    struct as_why *why)
{
	as_sql_bind_text(w->hint, 1, h->name);
	as_sql_bind_text(w->hint, 2, as_str_from(as_hint_kind_text(h->kind)));
	as_sql_bind_text(w->hint, 3, h->evidence);
	as_sql_bind_int(w->hint, 4, h->first);
	as_sql_bind_int(w->hint, 5, h->last);
	as_sql_bind_text(w->hint, 6, as_str_from(as_hint_state_text(h->state)));
	return as_sql_run(w->hint, why);
}

enum as_err
as_hint_decide(struct as_estate_writer *w, struct as_str name,
    enum as_hint_state state, struct as_why *why)
{
	as_sql_bind_text(w->decide, 1, name);
	as_sql_bind_text(w->decide, 2, as_str_from(as_hint_state_text(state)));
	return run_one(w->decide, name, why);
}
