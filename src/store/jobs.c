#include "store/jobs.h"

#include "store/sql.h"

#include "base/banned.h"

AS_DEFINE_ENUM(job_reason, AS_JOB_REASON_MAP)

/* Evenly spread, and the same every day: FNV-1a. */
static int64_t
offset_of(struct as_str domain, int64_t spread)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < domain.n; i++)
		h = (h ^ (uint8_t)domain.p[i]) * UINT64_C(0x100000001b3);
	return spread > 0 ? (int64_t)((h >> 16) % (uint64_t)spread) : 0;
}

/* --- making and dropping --- */

enum as_err
as_jobs_add(struct as_store *s, const struct as_str *domains, size_t n,
    int64_t now, int64_t spread, uint64_t *made, struct as_why *why)
{
	struct as_query *q = NULL;
	uint64_t changed = 0;
	enum as_err err;

	*made = 0;
	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s,
	    "INSERT INTO job(domain, due, looked, urgent, reason, attempt,"
	    " fails) VALUES(?1, ?2, 0, 0, ?3, 0, 0)"
	    " ON CONFLICT(domain) DO NOTHING",
	    &q, why);
	for (size_t i = 0; err == AS_OK && i < n; i++) {
		as_sql_bind_text(q, 1, domains[i]);
		as_sql_bind_int(q, 2, now + offset_of(domains[i], spread));
		as_sql_bind_int(q, 3, AS_JOB_FIRST);
		err = as_sql_run(q, why);
		if (err == AS_OK)
			err = as_sql_changes(q, &changed, why);
		*made += changed;
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_job_drop(struct as_store *s, struct as_str domain, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s, "DELETE FROM job WHERE domain = ?1", &q, why);
	if (err == AS_OK) {
		as_sql_bind_text(q, 1, domain);
		err = as_sql_run(q, why);
	}
	as_sql_free(q);
	return err;
}

/* --- following the estate --- */

#define PAGE         1000
#define PAGE_SECONDS 100 /* in which its domains come due */

static const char missing_sql[] =
    "SELECT d.name FROM domain d LEFT JOIN job j ON j.domain = d.name"
    " WHERE d.removed IS NULL AND j.domain IS NULL ORDER BY d.name LIMIT ?1";
static const char gone_sql[] =
    "DELETE FROM job WHERE domain IN"
    " (SELECT name FROM domain WHERE removed IS NOT NULL)";

static enum as_err
page_read(struct as_query *q, struct as_arena *a, struct as_str **names,
    size_t *n, struct as_why *why)
{
	bool found = true;

	as_arena_reset(a);
	*names = as_arena_array(a, PAGE, sizeof(**names));
	if (*names == NULL)
		return as_why_no_memory(why);
	as_sql_bind_int(q, 1, PAGE);
	for (*n = 0; *n < PAGE; (*n)++) {
		AS_TRY(as_sql_row(q, &found, why));
		if (!found)
			break;
		(*names)[*n] = as_str_dup(a, as_sql_column_text(q, 0));
		if (as_str_is_null((*names)[*n]))
			return as_why_no_memory(why);
	}
	as_sql_reset(q);
	return AS_OK;
}

/* Page after page, each of what has no job yet. */
static enum as_err
missing_add(struct as_store *s, struct as_query *q, int64_t now, int64_t spread,
    struct as_why *why)
{
	struct as_arena *a = as_arena_new(PAGE * 1024);
	enum as_err err = a != NULL ? AS_OK : as_why_no_memory(why);
	int64_t window = spread < PAGE_SECONDS ? spread : PAGE_SECONDS;
	int64_t begin = now;
	size_t n = PAGE;

	while (err == AS_OK && n == PAGE) {
		struct as_str *names;
		uint64_t made;

		err = page_read(q, a, &names, &n, why);
		if (err == AS_OK)
			err = as_jobs_add(s, names, n, begin,
			    window * (int64_t)n / PAGE, &made, why);
		begin =
		    begin + 2 * window > now + spread ? now : begin + window;
	}
	as_arena_free(a);
	return err;
}

enum as_err
as_jobs_follow(
    struct as_store *s, int64_t now, int64_t spread, struct as_why *why)
{
	struct as_query *missing = NULL, *gone = NULL;
	enum as_err err = as_sql_prepare(s, missing_sql, &missing, why);

	if (err == AS_OK)
		err = as_sql_prepare(s, gone_sql, &gone, why);
	if (err == AS_OK)
		err = as_sql_begin(s, why);
	if (err == AS_OK)
		err = missing_add(s, missing, now, spread, why);
	if (err == AS_OK)
		err = as_sql_run(gone, why);
	as_sql_free(missing);
	as_sql_free(gone);
	return err;
}

/* --- leases --- */

/* Those that are due and free; urgent ones first. */
static const char free_sql[] =
    "SELECT domain, reason, attempt, fails FROM job WHERE due <= ?1"
    " AND (until IS NULL OR until < ?1)"
    " ORDER BY urgent DESC, due, domain LIMIT ?2 FOR UPDATE SKIP LOCKED";
static const char take_sql[] =
    "UPDATE job SET worker = ?1, until = ?2, attempt = ?3 WHERE domain = ?4";

struct taker {
	struct as_query *free, *take;
	struct as_arena *arena; /* the batch */
	struct as_lease *batch;
	size_t n;
};

static enum as_err
batch_read(struct taker *t, size_t most, struct as_why *why)
{
	bool found = true;

	t->batch = as_arena_array(t->arena, most, sizeof(*t->batch));
	if (t->batch == NULL)
		return as_why_no_memory(why);
	while (t->n < most) {
		struct as_lease *l = &t->batch[t->n];
		int64_t reason;

		AS_TRY(as_sql_row(t->free, &found, why));
		if (!found)
			break;
		l->domain =
		    as_str_dup(t->arena, as_sql_column_text(t->free, 0));
		if (as_str_is_null(l->domain))
			return as_why_no_memory(why);
		reason = as_sql_column_int(t->free, 1);
		l->reason = reason >= 0 && reason <= AS_JOB_ASKED
		    ? (enum as_job_reason)reason
		    : AS_JOB_ROUTINE;
		l->attempt = as_sql_column_int(t->free, 2) + 1;
		l->fails = (unsigned)as_sql_column_count(t->free, 3);
		t->n++;
	}
	as_sql_reset(t->free);
	return AS_OK;
}

static enum as_err
batch_take(struct taker *t, struct as_str worker, int64_t until,
    as_lease_fn *fn, void *ctx, struct as_why *why)
{
	for (size_t i = 0; i < t->n; i++) {
		as_sql_bind_text(t->take, 1, worker);
		as_sql_bind_int(t->take, 2, until);
		as_sql_bind_int(t->take, 3, t->batch[i].attempt);
		as_sql_bind_text(t->take, 4, t->batch[i].domain);
		AS_TRY(as_sql_run(t->take, why));
		AS_TRY(fn(ctx, &t->batch[i]));
	}
	return AS_OK;
}

enum as_err
as_jobs_lease(struct as_store *s, struct as_str worker, int64_t now,
    int64_t seconds, size_t n, as_lease_fn *fn, void *ctx, struct as_why *why)
{
	size_t most = n < AS_MAX_JOB_BATCH ? n : AS_MAX_JOB_BATCH;
	struct taker t = {
	    .arena = as_arena_new(AS_MAX_JOB_BATCH *
		(sizeof(struct as_lease) + 2 * AS_MAX_NAME_OCTETS)),
	};
	enum as_err err;

	err = t.arena == NULL ? as_why_no_memory(why) : as_sql_begin(s, why);
	if (err == AS_OK)
		err = as_sql_prepare(s, free_sql, &t.free, why);
	if (err == AS_OK)
		err = as_sql_prepare(s, take_sql, &t.take, why);
	if (err == AS_OK) {
		as_sql_bind_int(t.free, 1, now);
		as_sql_bind_int(t.free, 2, (int64_t)most);
		err = batch_read(&t, most, why);
	}
	if (err == AS_OK)
		err = batch_take(&t, worker, now + seconds, fn, ctx, why);
	as_sql_free(t.free);
	as_sql_free(t.take);
	as_arena_free(t.arena);
	return err;
}

enum as_err
as_job_fails(struct as_store *s, struct as_str domain, int64_t attempt,
    unsigned *fails, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s,
	    "SELECT fails FROM job WHERE domain = ?1 AND attempt = ?2"
	    " AND worker IS NOT NULL FOR UPDATE",
	    &q, why);
	if (err == AS_OK) {
		as_sql_bind_text(q, 1, domain);
		as_sql_bind_int(q, 2, attempt);
		err = as_sql_row(q, &found, why);
	}
	if (err == AS_OK && !found)
		err = as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
		    "the lease was lost to another attempt");
	if (err == AS_OK)
		*fails = (unsigned)as_sql_column_count(q, 0);
	as_sql_free(q);
	return err;
}

enum as_err
as_job_done(struct as_store *s, const struct as_lease *lease, int64_t now,
    int64_t next, enum as_job_reason reason, unsigned fails, struct as_why *why)
{
	struct as_query *q = NULL;
	uint64_t changed = 0;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s,
	    "UPDATE job SET due = ?1, looked = ?2, urgent = 0, reason = ?3,"
	    " fails = ?4, worker = NULL, until = NULL"
	    " WHERE domain = ?5 AND attempt = ?6 AND worker IS NOT NULL",
	    &q, why);
	if (err == AS_OK) {
		as_sql_bind_int(q, 1, next);
		as_sql_bind_int(q, 2, now);
		as_sql_bind_int(q, 3, reason);
		as_sql_bind_int(q, 4, fails);
		as_sql_bind_text(q, 5, lease->domain);
		as_sql_bind_int(q, 6, lease->attempt);
		err = as_sql_run(q, why);
	}
	if (err == AS_OK)
		err = as_sql_changes(q, &changed, why);
	as_sql_free(q);
	if (err == AS_OK && changed == 0)
		err = as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
		    "the lease was lost to another attempt");
	return err;
}

enum as_err
as_jobs_release(struct as_store *s, struct as_str worker, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	err = as_sql_prepare(s,
	    "UPDATE job SET worker = NULL, until = NULL WHERE worker = ?1", &q,
	    why);
	if (err == AS_OK) {
		as_sql_bind_text(q, 1, worker);
		err = as_sql_run(q, why);
	}
	as_sql_free(q);
	return err;
}

/* --- check now --- */

static enum as_err
looked_get(struct as_store *s, struct as_str domain, int64_t *looked,
    struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err = as_sql_prepare(
	    s, "SELECT looked FROM job WHERE domain = ?1", &q, why);

	if (err == AS_OK) {
		as_sql_bind_text(q, 1, domain);
		err = as_sql_row(q, &found, why);
	}
	if (err == AS_OK && !found)
		err = as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
		    "the domain is not watched");
	if (err == AS_OK)
		*looked = as_sql_column_int(q, 0);
	as_sql_free(q);
	return err;
}

enum as_err
as_job_ask(struct as_store *s, struct as_str domain, int64_t now, int64_t floor,
    int64_t *due, struct as_why *why)
{
	struct as_query *q = NULL;
	int64_t looked = 0;
	enum as_err err;

	AS_TRY(as_sql_begin(s, why));
	AS_TRY(looked_get(s, domain, &looked, why));
	*due = looked + floor > now ? looked + floor : now;
	err = as_sql_prepare(s,
	    "UPDATE job SET due = ?1, urgent = 1, reason = ?2"
	    " WHERE domain = ?3 AND (due > ?1 OR urgent = 0)",
	    &q, why);
	if (err == AS_OK) {
		as_sql_bind_int(q, 1, *due);
		as_sql_bind_int(q, 2, AS_JOB_ASKED);
		as_sql_bind_text(q, 3, domain);
		err = as_sql_run(q, why);
	}
	as_sql_free(q);
	return err;
}

/* --- how it stands --- */

enum as_err
as_jobs_count(struct as_store *s, int64_t now, struct as_jobs_sum *out,
    struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err;

	*out = (struct as_jobs_sum){0};
	err = as_sql_prepare(s,
	    "SELECT count(*),"
	    " sum(CASE WHEN due <= ?1 THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN until >= ?1 THEN 1 ELSE 0 END),"
	    " min(CASE WHEN due <= ?1 THEN due END) FROM job",
	    &q, why);
	if (err == AS_OK) {
		as_sql_bind_int(q, 1, now);
		err = as_sql_row(q, &found, why);
	}
	if (err == AS_OK && found)
		*out = (struct as_jobs_sum){as_sql_column_count(q, 0),
		    as_sql_column_count(q, 1), as_sql_column_count(q, 2),
		    as_sql_column_time(q, 3)};
	as_sql_free(q);
	return err;
}
