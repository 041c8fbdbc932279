#include "store/history.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "model/volatile.h"
#include "store/history_private.h"

#include "base/banned.h"

#define MS 1000

/* --- the writer --- */

#define AT(member) offsetof(struct as_history, member)

static const struct {
	size_t at; /* of the statement in struct as_history */
	const char *sql;
} statements[] = {
    {AT(subject_find), "SELECT id FROM subject WHERE name = ?1"},
    {AT(subject_new),
	"INSERT INTO subject(name) VALUES(?1) ON CONFLICT(name) DO UPDATE"
	" SET name = excluded.name RETURNING id"},
    {AT(last),
	"SELECT first, last, doc FROM run WHERE subject = ?1"
	" ORDER BY first DESC LIMIT 1"},
    {AT(same),
	"UPDATE run SET last = ?3, looks = looks + 1, side = ?4"
	" WHERE subject = ?1 AND first = ?2"},
    {AT(other),
	"INSERT INTO run(subject, first, last, looks, doc, side)"
	" VALUES(?1, ?2, ?2, 1, ?3, ?4)"},
    {AT(at),
	"SELECT first, last, looks, doc, side FROM run"
	" WHERE subject = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1"},
    {AT(earliest),
	"SELECT first, last, looks, doc, side FROM run"
	" WHERE subject = ?1 ORDER BY first LIMIT 1"},
    {AT(verdict_last),
	"SELECT first, last, doc, rules_version FROM verdict_run"
	" WHERE subject = ?1 ORDER BY first DESC LIMIT 1"},
    {AT(verdict_same),
	"UPDATE verdict_run SET last = ?3, looks = looks + 1"
	" WHERE subject = ?1 AND first = ?2"},
    {AT(verdict_other),
	"INSERT INTO verdict_run(subject, first, last, looks,"
	" rules_version, doc, grades, role, phase, fails, warns, unknowns)"
	" VALUES(?1, ?2, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
    {AT(state),
	"INSERT INTO state(domain, checked, grades, role, phase, fails,"
	" warns, unknowns, first_fail)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	" ON CONFLICT(domain) DO UPDATE SET checked = excluded.checked,"
	" grades = excluded.grades, role = excluded.role,"
	" phase = excluded.phase, fails = excluded.fails,"
	" warns = excluded.warns, unknowns = excluded.unknowns,"
	" first_fail = excluded.first_fail"},
    {AT(state_same), "UPDATE state SET checked = ?2 WHERE domain = ?1"},
    {AT(verdict_at),
	"SELECT first, last, looks, rules_version, grades, role, phase,"
	" fails, warns, unknowns, doc FROM verdict_run"
	" WHERE subject = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1"},
};

#define STATEMENTS (sizeof(statements) / sizeof(statements[0]))

static struct as_query **
statement_at(struct as_history *h, size_t i)
{
	return (struct as_query **)(void *)((char *)h + statements[i].at);
}

static enum as_err
statements_prepare(struct as_history *h, struct as_why *why)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		AS_TRY(as_sql_prepare(
		    h->s, statements[i].sql, statement_at(h, i), why));
	return AS_OK;
}

enum as_err
as_history_open(struct as_store *s, struct as_docs *docs,
    struct as_history **out, struct as_why *why)
{
	struct as_history *h = calloc(1, sizeof(*h));
	enum as_err err;

	if (h == NULL)
		return as_why_no_memory(why);
	h->s = s;
	h->docs = docs;
	as_buf_init(&h->still, AS_HISTORY_DOC_OCTETS);
	as_buf_init(&h->side, AS_HISTORY_DOC_OCTETS);
	h->arena = as_arena_new(AS_MAX_FACTS_OCTETS);
	err = h->arena == NULL ? as_why_no_memory(why)
			       : statements_prepare(h, why);
	if (err != AS_OK) {
		as_history_close(h);
		return err;
	}
	*out = h;
	return AS_OK;
}

void
as_history_close(struct as_history *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		as_sql_free(*statement_at(h, i));
	as_buf_fini(&h->still);
	as_buf_fini(&h->side);
	as_arena_free(h->arena);
	free(h);
}

/* --- subjects --- */

/* The first number of the first row; AS_EABSENT: no row. */
static enum as_err
number_get(struct as_query *q, int64_t *out, struct as_why *why)
{
	bool found;

	AS_TRY(as_sql_row(q, &found, why));
	*out = found ? as_sql_column_int(q, 0) : 0;
	as_sql_reset(q);
	return found ? AS_OK : AS_EABSENT;
}

enum as_err
as_history_subject(
    struct as_history *h, struct as_str name, int64_t *out, struct as_why *why)
{
	as_sql_bind_text(h->subject_find, 1, name);
	return number_get(h->subject_find, out, why);
}

static enum as_err
subject_make(
    struct as_history *h, struct as_str name, int64_t *out, struct as_why *why)
{
	enum as_err err = as_history_subject(h, name, out, why);

	if (err != AS_EABSENT)
		return err;
	as_sql_bind_text(h->subject_new, 1, name);
	return number_get(h->subject_new, out, why);
}

struct as_str
as_history_domain_subject(struct as_history *h, struct as_str domain)
{
	return as_str_printf(
	    h->arena, "domain:" AS_STR_FMT, AS_STR_ARG(domain));
}

/* --- one look --- */

/* The last run of a subject. */
struct last_run {
	bool found;
	int64_t first, last;
	bool same; /* of the same document */
};

static enum as_err
last_read(struct as_query *q, int64_t subject,
    const uint8_t name[AS_DOC_OCTETS], struct as_str version,
    struct last_run *out, struct as_why *why)
{
	struct as_str doc;

	as_sql_bind_int(q, 1, subject);
	AS_TRY(as_sql_row(q, &out->found, why));
	if (out->found) {
		out->first = as_sql_column_int(q, 0);
		out->last = as_sql_column_int(q, 1);
		doc = as_sql_column_blob(q, 2);
		out->same = doc.n == AS_DOC_OCTETS &&
		    memcmp(doc.p, name, AS_DOC_OCTETS) == 0 &&
		    (as_str_is_null(version) ||
			as_str_eq(as_sql_column_text(q, 3), version));
	}
	as_sql_reset(q);
	return AS_OK;
}

static enum as_err
look_same(struct as_history *h, int64_t subject, const struct last_run *run,
    struct as_str side, int64_t at, struct as_why *why)
{
	as_sql_bind_int(h->same, 1, subject);
	as_sql_bind_int(h->same, 2, run->first);
	as_sql_bind_int(h->same, 3, at);
	as_sql_bind_blob(h->same, 4, side.p, side.n);
	return as_sql_run(h->same, why);
}

enum as_err
as_history_look(struct as_history *h, struct as_str subject,
    struct as_str still, struct as_str side, int64_t at, struct as_why *why)
{
	uint8_t name[AS_DOC_OCTETS];
	struct last_run run = {0};
	int64_t id;

	AS_TRY(as_doc_name(still, name));
	AS_TRY(as_sql_begin(h->s, why));
	AS_TRY(subject_make(h, subject, &id, why));
	AS_TRY(last_read(h->last, id, name, AS_STR_NULL, &run, why));
	if (run.found && at <= run.last)
		return AS_OK;
	if (run.found && run.same)
		return look_same(h, id, &run, side, at, why);
	AS_TRY(as_docs_put(h->docs, still, name, why));
	as_sql_bind_int(h->other, 1, id);
	as_sql_bind_int(h->other, 2, at);
	as_sql_bind_blob(h->other, 3, name, sizeof(name));
	as_sql_bind_blob(h->other, 4, side.p, side.n);
	return as_sql_run(h->other, why);
}

/* --- facts --- */

/* Is this look, or a later one, in the history already?  A mail server is visited
 * once for many domains. */
static enum as_err
is_old(struct as_history *h, struct as_str subject, int64_t at, bool *old,
    struct as_why *why)
{
	int64_t id;
	enum as_err err = as_history_subject(h, subject, &id, why);

	*old = false;
	if (err != AS_OK)
		return err == AS_EABSENT ? AS_OK : err;
	as_sql_bind_int(h->last, 1, id);
	AS_TRY(as_sql_row(h->last, old, why));
	*old = *old && at <= as_sql_column_int(h->last, 1);
	as_sql_reset(h->last);
	return AS_OK;
}

/* A struct of facts, parted and kept. */
static enum as_err
part_keep(struct as_history *h, struct as_str subject,
    const struct as_shape *shape, const void *v, int64_t at, struct as_why *why)
{
	void *copy;
	bool old;

	if (as_str_is_null(subject))
		return as_why_no_memory(why);
	AS_TRY(is_old(h, subject, at / MS, &old, why));
	if (old)
		return AS_OK;
	copy = as_codec_copy(h->arena, shape, v);
	if (copy == NULL)
		return as_why_no_memory(why);
	as_buf_reset(&h->still);
	as_buf_reset(&h->side);
	as_volatile_take(&h->side, shape, copy);
	as_codec_print(&h->still, shape, copy, AS_JSON_COMPACT);
	if (!as_buf_ok(&h->still) || !as_buf_ok(&h->side))
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "facts of more than %zu octets", AS_HISTORY_DOC_OCTETS);
	return as_history_look(h, subject, as_buf_str(&h->still),
	    as_buf_str(&h->side), at / MS, why);
}

static enum as_err
hosts_keep(struct as_history *h, const struct as_facts *facts,
    struct as_history_domain *d, struct as_why *why)
{
	struct as_str *names =
	    as_arena_array(h->arena, facts->n_hosts + 1, sizeof(*names));

	if (names == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < facts->n_hosts; i++) {
		const struct as_host_facts *host = &facts->hosts[i];
		struct as_str subject =
		    as_str_printf(h->arena, "host:" AS_STR_FMT "@" AS_STR_FMT,
			AS_STR_ARG(host->name), AS_STR_ARG(host->address));

		AS_TRY(part_keep(
		    h, subject, &as_shape_host_facts, host, host->at, why));
		names[i] = as_str_slice(subject, 5, subject.n);
	}
	d->hosts = names;
	d->n_hosts = facts->n_hosts;
	return AS_OK;
}

enum as_err
as_history_keep(
    struct as_history *h, const struct as_facts *facts, struct as_why *why)
{
	struct as_history_domain d = {
	    .domain = facts->domain, .policy = facts->policy != NULL};
	struct as_str name = facts->domain->name;

	as_arena_reset(h->arena);
	AS_TRY(hosts_keep(h, facts, &d, why));
	if (d.policy)
		AS_TRY(part_keep(h,
		    as_str_printf(
			h->arena, "policy:" AS_STR_FMT, AS_STR_ARG(name)),
		    &as_shape_policy_facts, facts->policy, facts->policy->at,
		    why));
	return part_keep(h, as_history_domain_subject(h, name),
	    &as_shape_history_domain, &d, facts->domain->at, why);
}

/* --- verdicts --- */

/* As many domains share them: without the domain's own name, and the version. */
static enum as_err
verdicts_share(struct as_history *h, struct as_str subject,
    const struct as_verdicts *v, struct as_verdicts *out)
{
	struct as_verdict_line *lines =
	    as_arena_array(h->arena, v->n_lines + 1, sizeof(*lines));

	if (lines == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < v->n_lines; i++) {
		lines[i] = v->lines[i];
		if (as_str_eq(lines[i].subject, subject))
			lines[i].subject = AS_STR("");
	}
	*out = *v;
	out->lines = lines;
	out->rules_version = AS_STR("");
	return AS_OK;
}

static void
state_count(const struct as_verdicts *v, struct as_state *s)
{
	for (size_t i = 0; i < v->n_lines; i++) {
		const struct as_verdict_line *l = &v->lines[i];

		s->fails += l->verdict == AS_VERDICT_FAIL;
		s->warns += l->verdict == AS_VERDICT_WARN;
		s->unknowns += l->verdict == AS_VERDICT_UNKNOWN;
		if (l->verdict == AS_VERDICT_FAIL && s->first_fail.n == 0)
			s->first_fail = l->rule;
	}
}

static enum as_err
state_put(struct as_history *h, const struct as_state *s, struct as_why *why)
{
	struct as_query *q = h->state;

	as_sql_bind_text(q, 1, s->domain);
	as_sql_bind_int(q, 2, s->checked);
	as_sql_bind_text(q, 3, s->grades);
	as_sql_bind_text(q, 4, as_str_from(as_role_text(s->role)));
	as_sql_bind_text(q, 5, as_str_from(as_phase_text(s->phase)));
	as_sql_bind_int(q, 6, (int64_t)s->fails);
	as_sql_bind_int(q, 7, (int64_t)s->warns);
	as_sql_bind_int(q, 8, (int64_t)s->unknowns);
	as_sql_bind_text(q, 9, s->first_fail);
	return as_sql_run(q, why);
}

static enum as_err
verdicts_other(struct as_history *h, int64_t subject, struct as_str version,
    const uint8_t name[AS_DOC_OCTETS], const struct as_state *s,
    struct as_why *why)
{
	struct as_query *q = h->verdict_other;

	as_sql_bind_int(q, 1, subject);
	as_sql_bind_int(q, 2, s->checked);
	as_sql_bind_text(q, 3, version);
	as_sql_bind_blob(q, 4, name, AS_DOC_OCTETS);
	as_sql_bind_text(q, 5, s->grades);
	as_sql_bind_text(q, 6, as_str_from(as_role_text(s->role)));
	as_sql_bind_text(q, 7, as_str_from(as_phase_text(s->phase)));
	as_sql_bind_int(q, 8, (int64_t)s->fails);
	as_sql_bind_int(q, 9, (int64_t)s->warns);
	as_sql_bind_int(q, 10, (int64_t)s->unknowns);
	return as_sql_run(q, why);
}

static enum as_err
judged_same(struct as_history *h, int64_t subject, const struct last_run *run,
    const struct as_state *s, struct as_why *why)
{
	as_sql_bind_text(h->state_same, 1, s->domain);
	as_sql_bind_int(h->state_same, 2, s->checked);
	AS_TRY(as_sql_run(h->state_same, why));
	as_sql_bind_int(h->verdict_same, 1, subject);
	as_sql_bind_int(h->verdict_same, 2, run->first);
	as_sql_bind_int(h->verdict_same, 3, s->checked);
	return as_sql_run(h->verdict_same, why);
}

/* What was judged goes to the run, and to how the domain stands. */
static enum as_err
judged_put(struct as_history *h, struct as_str subject, struct as_str version,
    const struct as_state *s, struct as_why *why)
{
	struct as_str doc = as_buf_str(&h->still);
	uint8_t name[AS_DOC_OCTETS];
	struct last_run run = {0};
	int64_t id;

	AS_TRY(as_doc_name(doc, name));
	AS_TRY(as_sql_begin(h->s, why));
	AS_TRY(subject_make(h, subject, &id, why));
	AS_TRY(last_read(h->verdict_last, id, name, version, &run, why));
	if (run.found && s->checked <= run.last)
		return AS_OK;
	if (run.found && run.same)
		return judged_same(h, id, &run, s, why);
	AS_TRY(state_put(h, s, why));
	AS_TRY(as_docs_put(h->docs, doc, name, why));
	return verdicts_other(h, id, version, name, s, why);
}

enum as_err
as_history_judged(struct as_history *h, struct as_str domain,
    const struct as_verdicts *v, int64_t at, struct as_why *why)
{
	struct as_state s = {.domain = domain,
	    .checked = at,
	    .grades = v->grades,
	    .role = v->role,
	    .phase = v->phase};
	struct as_verdicts shared;
	struct as_str subject;

	as_arena_reset(h->arena);
	subject = as_history_domain_subject(h, domain);
	if (as_str_is_null(subject) ||
	    verdicts_share(h, subject, v, &shared) != AS_OK)
		return as_why_no_memory(why);
	state_count(v, &s);
	as_buf_reset(&h->still);
	as_codec_print(&h->still, &as_shape_verdicts, &shared, AS_JSON_COMPACT);
	if (!as_buf_ok(&h->still))
		return as_why_no_memory(why);
	return judged_put(h, subject, v->rules_version, &s, why);
}
