#include "app/crew_done.h"

#include "base/limits.h"

#include "base/banned.h"

enum as_err
as_crew_done_read(
    struct as_arena *a, struct as_str payload, struct as_job_done **out)
{
	void *v;

	AS_TRY(as_codec_parse(
	    a, &as_shape_job_done, payload, AS_MAX_FRAME_OCTETS, &v, NULL));
	*out = v;
	return AS_OK;
}

/* One answer a question, in order; none without an outcome of DONE. */
static bool
lookup_fits(const struct as_job *job, const struct as_lookup_facts *l)
{
	if (l->outcome != AS_SUBJECT_DONE)
		return l->n_answers == 0;
	if (l->n_answers != job->n_questions)
		return false;
	for (size_t i = 0; i < l->n_answers; i++)
		if (l->answers[i].type != job->questions[i].type ||
		    !as_str_eq(l->answers[i].name, job->questions[i].name))
			return false;
	return true;
}

bool
as_crew_done_fits(const struct as_job *job, const struct as_job_done *done)
{
	bool domain = job->kind == AS_JOB_DOMAIN;
	bool host = job->kind == AS_JOB_HOST;
	bool policy = job->kind == AS_JOB_POLICY;
	bool lookup = job->kind == AS_JOB_LOOKUP;
	bool tls = job->kind == AS_JOB_TLS;

	if (domain != (done->domain != NULL) || host != (done->host != NULL) ||
	    policy != (done->policy != NULL) ||
	    lookup != (done->lookup != NULL) || tls != (done->tls != NULL))
		return false;
	if (domain)
		return as_str_eq(done->domain->name, job->name);
	if (host)
		return as_str_eq(done->host->name, job->name) &&
		    as_str_eq(done->host->address, job->address);
	if (tls)
		return as_str_eq(done->tls->name, job->name) &&
		    as_str_eq(done->tls->address, job->address);
	if (lookup)
		return lookup_fits(job, done->lookup);
	return as_str_eq(done->policy->name, job->name);
}

static struct as_str
fault_text(struct as_arena *a, const struct as_crew_fault *f)
{
	return as_str_printf(a, "%s%s%s", f->reason != NULL ? f->reason : "",
	    f->reason != NULL && f->end != NULL ? "; " : "",
	    f->end != NULL ? f->end : "");
}

static struct as_domain_facts *
domain_fault(struct as_arena *a, const struct as_job *job,
    const struct as_crew_fault *f, struct as_str detail)
{
	struct as_domain_facts *d = AS_NEW(a, struct as_domain_facts);
	const struct as_clock *clock = &f->config->clock;

	if (d == NULL)
		return NULL;
	d->name = as_str_dup(a, job->name);
	d->outcome = f->outcome;
	d->detail = detail;
	d->at = clock->wall_ms(clock->ctx);
	d->vantage = as_str_dup(a, f->config->vantage);
	d->only_dns = job->only_dns;
	return d;
}

static struct as_host_facts *
host_fault(struct as_arena *a, const struct as_job *job,
    const struct as_crew_fault *f, struct as_str detail)
{
	struct as_host_facts *h = AS_NEW(a, struct as_host_facts);
	const struct as_clock *clock = &f->config->clock;

	if (h == NULL)
		return NULL;
	h->name = as_str_dup(a, job->name);
	h->address = as_str_dup(a, job->address);
	h->port = f->config->smtp_port;
	h->outcome = f->outcome;
	h->detail = detail;
	h->at = clock->wall_ms(clock->ctx);
	h->vantage = as_str_dup(a, f->config->vantage);
	return h;
}

static struct as_policy_facts *
policy_fault(struct as_arena *a, const struct as_job *job,
    const struct as_crew_fault *f, struct as_str detail)
{
	struct as_policy_facts *p = AS_NEW(a, struct as_policy_facts);
	const struct as_clock *clock = &f->config->clock;

	if (p == NULL)
		return NULL;
	p->name = as_str_dup(a, job->name);
	p->host =
	    as_str_printf(a, "mta-sts." AS_STR_FMT, AS_STR_ARG(job->name));
	p->outcome = f->outcome;
	p->detail = detail;
	p->fetch = AS_FETCH_NOT_TRIED;
	p->at = clock->wall_ms(clock->ctx);
	p->vantage = as_str_dup(a, f->config->vantage);
	return p;
}

static struct as_lookup_facts *
lookup_fault(
    struct as_arena *a, const struct as_crew_fault *f, struct as_str detail)
{
	struct as_lookup_facts *l = AS_NEW(a, struct as_lookup_facts);

	if (l == NULL)
		return NULL;
	l->outcome = f->outcome;
	l->detail = detail;
	return l;
}

static struct as_tls_server *
tls_fault(struct as_arena *a, const struct as_job *job,
    const struct as_crew_fault *f, struct as_str detail)
{
	struct as_tls_server *t = AS_NEW(a, struct as_tls_server);
	const struct as_clock *clock = &f->config->clock;

	if (t == NULL)
		return NULL;
	t->name = as_str_dup(a, job->name);
	t->address = as_str_dup(a, job->address);
	t->port = job->port;
	t->implicit = job->implicit;
	t->outcome = f->outcome;
	t->detail = detail;
	t->at = clock->wall_ms(clock->ctx);
	t->vantage = as_str_dup(a, f->config->vantage);
	return t;
}

struct as_job_done *
as_crew_done_fault(
    struct as_arena *a, const struct as_job *job, const struct as_crew_fault *f)
{
	struct as_job_done *done = AS_NEW(a, struct as_job_done);
	struct as_str detail = fault_text(a, f);

	if (done == NULL || as_str_is_null(detail))
		return NULL;
	done->id = job->id;
	switch (job->kind) {
	case AS_JOB_DOMAIN:
		done->domain = domain_fault(a, job, f, detail);
		return done->domain != NULL ? done : NULL;
	case AS_JOB_HOST:
		done->host = host_fault(a, job, f, detail);
		return done->host != NULL ? done : NULL;
	case AS_JOB_POLICY:
		done->policy = policy_fault(a, job, f, detail);
		return done->policy != NULL ? done : NULL;
	case AS_JOB_TLS:
		done->tls = tls_fault(a, job, f, detail);
		return done->tls != NULL ? done : NULL;
	case AS_JOB_LOOKUP:
		done->lookup = lookup_fault(a, f, detail);
		return done->lookup != NULL ? done : NULL;
	}
	return NULL;
}
