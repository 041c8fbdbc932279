/*
 * What was seen and judged, read again.
 */
#include "base/limits.h"
#include "model/volatile.h"
#include "store/history_private.h"

#include "base/banned.h"

struct as_history_run
as_history_run_read(struct as_query *q)
{
	return (struct as_history_run){.first = as_sql_column_int(q, 0),
	    .last = as_sql_column_int(q, 1),
	    .looks = as_sql_column_count(q, 2)};
}

/* Text of the row that must outlive it. */
static enum as_err
keep(struct as_arena *a, struct as_str s, struct as_str *out)
{
	*out = as_str_dup(a, s);
	return as_str_is_null(*out) ? AS_ENOMEM : AS_OK;
}

/* --- facts --- */

/* What a subject's run at a time keeps of it. */
struct kept {
	struct as_history_run run;
	struct as_str doc, side;
};

/* The row of a statement, if there is one. */
static enum as_err
kept_row(struct as_query *q, struct as_arena *a, struct kept *out,
    struct as_why *why)
{
	enum as_err err = AS_EABSENT;
	bool found;

	AS_TRY(as_sql_row(q, &found, why));
	if (found) {
		out->run = as_history_run_read(q);
		err = keep(a, as_sql_column_blob(q, 3), &out->doc);
		if (err == AS_OK)
			err = keep(a, as_sql_column_blob(q, 4), &out->side);
	}
	as_sql_reset(q);
	return err;
}

/* `part`: of a domain that was looked at by then; a part that was seen a little
 * later is taken as it was first seen. */
static enum as_err
kept_read(struct as_history *h, struct as_arena *a, struct as_str subject,
    int64_t at, bool part, struct kept *out, struct as_why *why)
{
	enum as_err err;
	int64_t id;

	AS_TRY(as_history_subject(h, subject, &id, why));
	as_sql_bind_int(h->at, 1, id);
	as_sql_bind_int(h->at, 2, at);
	err = kept_row(h->at, a, out, why);
	if (err != AS_EABSENT || !part)
		return err;
	as_sql_bind_int(h->earliest, 1, id);
	return kept_row(h->earliest, a, out, why);
}

/* The struct of a subject as of a time. */
static enum as_err
part_read(struct as_history *h, struct as_arena *a, struct as_str subject,
    const struct as_shape *shape, int64_t at, void **out,
    struct as_history_run *run, struct as_why *why)
{
	struct kept kept;
	struct as_str doc;

	if (as_str_is_null(subject))
		return AS_ENOMEM;
	AS_TRY(kept_read(
	    h, a, subject, at, shape != &as_shape_history_domain, &kept, why));
	*run = kept.run;
	AS_TRY(as_docs_get(
	    h->docs, a, kept.doc, AS_HISTORY_DOC_OCTETS, &doc, why));
	AS_TRY(as_codec_parse(a, shape, doc, AS_HISTORY_DOC_OCTETS, out, why));
	return as_volatile_put(shape, *out, kept.side, why);
}

static enum as_err
hosts_read(struct as_history *h, struct as_arena *a,
    const struct as_history_domain *d, int64_t at, struct as_facts *facts,
    struct as_why *why)
{
	struct as_history_run run;
	void *host;

	facts->hosts = as_arena_array(a, d->n_hosts + 1, sizeof(*facts->hosts));
	if (facts->hosts == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < d->n_hosts; i++) {
		AS_TRY(part_read(h, a,
		    as_str_printf(
			a, "host:" AS_STR_FMT, AS_STR_ARG(d->hosts[i])),
		    &as_shape_host_facts, at, &host, &run, why));
		facts->hosts[i] = *(struct as_host_facts *)host;
	}
	facts->n_hosts = d->n_hosts;
	return AS_OK;
}

/* A part that the domain's own document names, and that is not there. */
static enum as_err
part_gone(enum as_err err, struct as_str domain, struct as_why *why)
{
	if (err == AS_EABSENT)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "of the history of " AS_STR_FMT " a part is missing",
		    AS_STR_ARG(domain));
	return err == AS_ENOMEM ? as_why_no_memory(why) : err;
}

static enum as_err
parts_read(struct as_history *h, struct as_arena *a, struct as_str name,
    const struct as_history_domain *d, int64_t at, struct as_facts *facts,
    struct as_why *why)
{
	struct as_history_run run;
	void *policy = NULL;

	AS_TRY(hosts_read(h, a, d, at, facts, why));
	if (d->policy)
		AS_TRY(part_read(h, a,
		    as_str_printf(a, "policy:" AS_STR_FMT, AS_STR_ARG(name)),
		    &as_shape_policy_facts, at, &policy, &run, why));
	facts->policy = policy;
	return AS_OK;
}

enum as_err
as_history_facts(struct as_history *h, struct as_arena *a, struct as_str domain,
    int64_t at, struct as_facts **out, struct as_history_run *run,
    struct as_why *why)
{
	struct as_facts *facts = AS_NEW(a, struct as_facts);
	const struct as_history_domain *d;
	enum as_err err;
	void *read;

	as_arena_reset(h->arena);
	if (facts == NULL)
		return as_why_no_memory(why);
	err = part_read(h, a, as_history_domain_subject(h, domain),
	    &as_shape_history_domain, at, &read, run, why);
	if (err == AS_EABSENT)
		return as_why_set(why, err, AS_WHY_NOWHERE,
		    "nothing was known of " AS_STR_FMT " then",
		    AS_STR_ARG(domain));
	if (err != AS_OK)
		return part_gone(err, domain, why);
	d = read;
	if (d->domain == NULL)
		return part_gone(AS_EABSENT, domain, why);
	facts->schema = AS_STR(AS_FACTS_SCHEMA);
	facts->domain = d->domain;
	err = parts_read(h, a, domain, d, at, facts, why);
	if (err != AS_OK)
		return part_gone(err, domain, why);
	*out = facts;
	return AS_OK;
}

/* --- verdicts --- */

int
as_history_word(const struct as_names *names, struct as_str text)
{
	int found = as_names_find(names, text);

	return found < 0 ? 0 : found;
}

struct as_verdict_run
as_verdict_run_read(struct as_query *q)
{
	return (struct as_verdict_run){.run = as_history_run_read(q),
	    .rules_version = as_sql_column_text(q, 3),
	    .grades = as_sql_column_text(q, 4),
	    .role = (enum as_role)as_history_word(
		&as_names_role, as_sql_column_text(q, 5)),
	    .phase = (enum as_phase)as_history_word(
		&as_names_phase, as_sql_column_text(q, 6)),
	    .fails = as_sql_column_count(q, 7),
	    .warns = as_sql_column_count(q, 8),
	    .unknowns = as_sql_column_count(q, 9)};
}

static enum as_err
verdict_row(struct as_history *h, struct as_arena *a, int64_t subject,
    int64_t at, struct as_verdict_run *run, struct as_str *doc,
    struct as_why *why)
{
	enum as_err err = AS_EABSENT;
	bool found;

	as_sql_bind_int(h->verdict_at, 1, subject);
	as_sql_bind_int(h->verdict_at, 2, at);
	AS_TRY(as_sql_row(h->verdict_at, &found, why));
	if (found) {
		*run = as_verdict_run_read(h->verdict_at);
		err = keep(a, run->rules_version, &run->rules_version);
		if (err == AS_OK)
			err = keep(a, run->grades, &run->grades);
		if (err == AS_OK)
			err =
			    keep(a, as_sql_column_blob(h->verdict_at, 10), doc);
	}
	as_sql_reset(h->verdict_at);
	return err;
}

/* The domain's own name is put back. */
static void
subjects_fill(struct as_verdicts *v, struct as_str subject)
{
	for (size_t i = 0; i < v->n_lines; i++)
		if (v->lines[i].subject.n == 0)
			v->lines[i].subject = subject;
}

static enum as_err
verdicts_read(struct as_history *h, struct as_arena *a, struct as_str subject,
    int64_t at, struct as_verdicts **out, struct as_verdict_run *run,
    struct as_why *why)
{
	struct as_str name, doc;
	void *read;
	int64_t id;

	AS_TRY(as_history_subject(h, subject, &id, why));
	AS_TRY(verdict_row(h, a, id, at, run, &name, why));
	AS_TRY(as_docs_get(h->docs, a, name, AS_HISTORY_DOC_OCTETS, &doc, why));
	AS_TRY(as_codec_parse(
	    a, &as_shape_verdicts, doc, AS_HISTORY_DOC_OCTETS, &read, why));
	*out = read;
	(*out)->rules_version = run->rules_version;
	subjects_fill(*out, subject);
	return AS_OK;
}

enum as_err
as_history_verdicts(struct as_history *h, struct as_arena *a,
    struct as_str domain, int64_t at, struct as_verdicts **out,
    struct as_verdict_run *run, struct as_why *why)
{
	struct as_str subject =
	    as_str_printf(a, "domain:" AS_STR_FMT, AS_STR_ARG(domain));
	enum as_err err;

	if (as_str_is_null(subject))
		return as_why_no_memory(why);
	err = verdicts_read(h, a, subject, at, out, run, why);
	if (err == AS_EABSENT)
		return as_why_set(why, err, AS_WHY_NOWHERE,
		    AS_STR_FMT " was not judged then", AS_STR_ARG(domain));
	return err == AS_ENOMEM ? as_why_no_memory(why) : err;
}
