/*
 * Any octets as an input: every report that began has ended or was dropped, each
 * thing is told of once, and what is kept fits its cap.
 */
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "intake/unwrap.h"
#include "must.h"

#include "base/banned.h"

struct state {
	struct as_str left;
	bool open, ended;
};

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	struct state *s = ctx;

	(void)kind;
	MUST(!s->open && !s->ended);
	s->open = true;
	return AS_OK;
}

static enum as_err
on_row(void *ctx, const struct as_report_row *row)
{
	const struct state *s = ctx;

	(void)row;
	MUST(s->open);
	return AS_OK;
}

static enum as_err
on_end(void *ctx, const struct as_report_head *head)
{
	struct state *s = ctx;

	(void)head;
	MUST(s->open);
	s->open = false;
	s->ended = true;
	return AS_OK;
}

static enum as_err
on_drop(void *ctx)
{
	struct state *s = ctx;

	MUST(s->open);
	s->open = false;
	return AS_OK;
}

static enum as_err
on_found(void *ctx, const struct as_unwrap_piece *p)
{
	struct state *s = ctx;

	MUST(s->ended);
	MUST(p->raw.n <= AS_MAX_RAW_OCTETS);
	s->ended = false;
	return AS_OK;
}

static enum as_err
on_refused(void *ctx, const struct as_unwrap_piece *p, const struct as_why *why)
{
	const struct state *s = ctx;

	MUST(!s->open && !s->ended);
	MUST(p->path.n > 0 && p->raw.n <= AS_MAX_RAW_OCTETS);
	MUST(why->text[0] != 0);
	return AS_OK;
}

static enum as_err
read_octets(void *ctx, void *p, size_t n, size_t *got)
{
	struct state *s = ctx;

	*got = n < s->left.n ? n : s->left.n;
	if (*got > 0)
		memcpy(p, s->left.p, *got);
	s->left = as_str_slice(s->left, *got, s->left.n);
	return AS_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state s = {.left = {(const char *)data, size}};
	struct as_source source = {read_octets, &s};
	struct as_unwrap_options options = {0};
	struct as_unwrap_sink sink = {.report = {.ctx = &s,
					  .begin = on_begin,
					  .row = on_row,
					  .end = on_end,
					  .drop = on_drop},
	    .found = on_found,
	    .refused = on_refused,
	    .ctx = &s};
	struct as_why why;

	MUST(as_unwrap(&source, AS_STR("in"), &options, &sink, &why) == AS_OK);
	MUST(!s.open && !s.ended);
	return 0;
}
