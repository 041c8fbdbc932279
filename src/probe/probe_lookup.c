/*
 * A list of questions, asked as they stand: for commands that follow a
 * standard's own order of lookups.
 */
#include "base/limits.h"
#include "probe/book.h"
#include "probe/probe.h"

#include "base/banned.h"

struct lookup_probe {
	struct as_probing base;
	const struct as_job *job;
	struct as_arena *arena;
	struct as_book *book;
	struct as_lookup_facts *facts;
	as_probe_fn *fn;
	void *ctx;
};

static void
lookup_cancelled(struct lookup_probe *l)
{
	l->facts->outcome = AS_SUBJECT_CANCELLED;
	l->facts->detail = AS_STR("the memory for this lookup was used up");
	l->facts->answers = NULL;
	l->facts->n_answers = 0;
}

static void
answers_collect(struct lookup_probe *l)
{
	const struct as_job *job = l->job;
	struct as_lookup_facts *f = l->facts;

	f->answers =
	    as_arena_array(l->arena, job->n_questions, sizeof(*f->answers));
	if (f->answers == NULL || as_book_error(l->book) != AS_OK) {
		lookup_cancelled(l);
		return;
	}
	f->n_answers = job->n_questions;
	for (size_t i = 0; i < job->n_questions; i++) {
		const struct as_question *q = &job->questions[i];
		const struct as_answer *ans =
		    as_book_find(l->book, q->name, (uint16_t)q->type);
		if (ans == NULL) {
			lookup_cancelled(l);
			return;
		}
		f->answers[i] = *ans;
	}
}

static void
on_idle(void *ctx)
{
	struct lookup_probe *l = ctx;
	struct as_job_done done = {.id = l->job->id, .lookup = l->facts};

	answers_collect(l);
	as_book_close(l->book);
	l->fn(l->ctx, &done);
}

static void
lookup_cancel(struct as_probing *base)
{
	struct lookup_probe *l = (struct lookup_probe *)base;

	as_book_close(l->book);
}

struct as_probing *
as_probe_lookup_start(const struct as_probe *p, struct as_arena *a,
    const struct as_job *job, as_probe_fn *fn, void *ctx)
{
	struct lookup_probe *l = AS_NEW(a, struct lookup_probe);
	struct as_book_config config = {.loop = p->loop,
	    .dns = p->dns,
	    .clock = p->config->clock,
	    .scratch = p->scratch,
	    .max_queries = AS_MAX_QUERIES_PER_DOMAIN,
	    .deadline_ms = AS_DOMAIN_JOB_MS,
	    .idle = on_idle,
	    .ctx = l};

	if (l == NULL || job->n_questions == 0)
		return NULL;
	*l = (struct lookup_probe){.base = {lookup_cancel},
	    .job = job,
	    .arena = a,
	    .fn = fn,
	    .ctx = ctx};
	l->facts = AS_NEW(a, struct as_lookup_facts);
	l->book = as_book_new(a, &config);
	if (l->facts == NULL || l->book == NULL) {
		as_book_close(l->book);
		return NULL;
	}
	for (size_t i = 0; i < job->n_questions; i++)
		as_book_ask(l->book, job->questions[i].name,
		    (uint16_t)job->questions[i].type, AS_BOOK_KEEP, NULL, NULL);
	return &l->base;
}
