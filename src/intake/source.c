#include "intake/source.h"

#include <string.h>

#include "base/limits.h"

#include "base/banned.h"

/* --- budget --- */

void
as_budget_tell(struct as_budget *b, bool report)
{
	if (!report)
		b->wasted += b->out - b->told;
	b->told = b->out;
}

enum as_err
as_budget_out(struct as_budget *b, size_t octets, struct as_why *why)
{
	b->out += octets;
	if (b->wasted > AS_MAX_UNWRAP_WASTE + AS_MAX_UNWRAP_WASTED * b->in)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "too much was unpacked that is no report, so the rest was "
		    "not read");
	if (b->out > AS_MAX_UNWRAP_FREE + AS_MAX_UNWRAP_RATIO * b->in)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "it unpacks to more than %d times its size: no report "
		    "does, so it was not read on",
		    AS_MAX_UNWRAP_RATIO);
	return AS_OK;
}

enum as_err
as_budget_member(struct as_budget *b, struct as_why *why)
{
	if (++b->members <= AS_MAX_UNWRAP_MEMBERS)
		return AS_OK;
	return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
	    "it holds more than %d things: the rest was not read",
	    AS_MAX_UNWRAP_MEMBERS);
}

/* --- looking ahead --- */

void
as_peek_init(
    struct as_peek *p, const struct as_source *from, struct as_buf *tee)
{
	p->from = *from;
	p->at = p->n = 0;
	p->ended = false;
	p->tee = tee;
}

static enum as_err
fill(struct as_peek *p)
{
	size_t got = 0;

	if (p->at > 0)
		memmove(p->window, p->window + p->at, p->n);
	p->at = 0;
	AS_TRY(p->from.read(
	    p->from.ctx, p->window + p->n, sizeof(p->window) - p->n, &got));
	p->n += got;
	p->ended = got == 0;
	return AS_OK;
}

enum as_err
as_peek_more(struct as_peek *p, size_t want, struct as_str *out)
{
	if (want > sizeof(p->window))
		want = sizeof(p->window);
	while (!p->ended && p->n < want)
		AS_TRY(fill(p));
	*out = (struct as_str){p->window + p->at, p->n};
	return AS_OK;
}

enum as_err
as_peek_look(struct as_peek *p, struct as_str *out)
{
	return as_peek_more(p, 1, out);
}

void
as_peek_take(struct as_peek *p, size_t n)
{
	n = n < p->n ? n : p->n;
	if (p->tee != NULL)
		as_buf_add(p->tee, p->window + p->at, n);
	p->at += n;
	p->n -= n;
}

static enum as_err
peek_read(void *ctx, void *to, size_t n, size_t *got)
{
	struct as_peek *p = ctx;
	struct as_str have;

	AS_TRY(as_peek_look(p, &have));
	*got = n < have.n ? n : have.n;
	if (*got > 0)
		memcpy(to, have.p, *got);
	as_peek_take(p, *got);
	return AS_OK;
}

struct as_source
as_peek_source(struct as_peek *p)
{
	return (struct as_source){peek_read, p};
}

/* --- memory --- */

static enum as_err
memory_read(void *ctx, void *to, size_t n, size_t *got)
{
	struct as_memory *m = ctx;

	*got = n < m->left.n ? n : m->left.n;
	if (*got > 0)
		memcpy(to, m->left.p, *got);
	m->left = as_str_slice(m->left, *got, m->left.n);
	return AS_OK;
}

struct as_source
as_memory_source(struct as_memory *m)
{
	return (struct as_source){memory_read, m};
}

enum as_err
as_source_read_all(
    const struct as_source *s, struct as_buf *out, struct as_why *why)
{
	char part[AS_PEEK_OCTETS];
	size_t got = 1;

	while (got > 0) {
		AS_TRY(s->read(s->ctx, part, sizeof(part), &got));
		as_buf_add(out, part, got);
		if (!as_buf_ok(out))
			return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			    "it is longer than the %zu octets that are read",
			    out->cap);
	}
	return AS_OK;
}
