/*
 * Judges SPF records for test_spf.py: reads a little world and questions from
 * standard input, one a line, and answers each question with one line.
 *
 *	T NAME TEXT     a TXT record (NAME and TEXT escaped as \DDD)
 *	A NAME          the name has an address
 *	M NAME COUNT    the name has so many exchange names
 *	U NAME          nobody answers for what the lines above do not say
 *	? NAME          the question
 *
 * Answers: "none", "multiple", "unknown", "syntax WHY", or
 * "cost LOOKUPS VOIDS BROKEN INCOMPLETE".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "std/spf.h"

#include "base/banned.h"

#define ROWS_MAX 256

struct row {
	char kind;
	struct as_str name;
	struct as_str rest;
};

struct world {
	struct as_arena *a;
	struct row rows[ROWS_MAX];
	size_t n;
};

static const struct row *
row_next(const struct world *w, const struct row *from, char kind,
    struct as_str name)
{
	for (from = from == NULL ? w->rows : from + 1; from < w->rows + w->n;
	     from++)
		if (from->kind == kind && as_str_eq(from->name, name))
			return from;
	return NULL;
}

static enum as_spf_known
nothing_known(const struct world *w, struct as_str name)
{
	return row_next(w, NULL, 'U', name) != NULL ? AS_SPF_UNKNOWN
						    : AS_SPF_VOID;
}

static enum as_spf_known
txt_find(const struct world *w, struct as_str name, struct as_str *txt)
{
	const struct row *r = NULL;
	size_t texts = 0, records = 0;

	while ((r = row_next(w, r, 'T', name)) != NULL) {
		texts++;
		if (!as_spf_is_record(r->rest))
			continue;
		*txt = r->rest;
		records++;
	}
	if (texts == 0)
		return nothing_known(w, name);
	return records == 0 ? AS_SPF_NONE
	    : records == 1  ? AS_SPF_FOUND
			    : AS_SPF_MULTIPLE;
}

static enum as_spf_known
mx_find(const struct world *w, struct as_str name)
{
	const struct row *r = row_next(w, NULL, 'M', name);
	uint64_t n;

	if (r == NULL || as_str_u64(r->rest, 1000, &n) != AS_OK)
		return nothing_known(w, name);
	return n > 10 ? AS_SPF_TOO_MANY : AS_SPF_FOUND;
}

static enum as_spf_known
world_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt)
{
	const struct world *w = ctx;

	if (kind == AS_SPF_INCLUDE || kind == AS_SPF_REDIRECT)
		return txt_find(w, name, txt);
	if (kind == AS_SPF_MX)
		return mx_find(w, name);
	return row_next(w, NULL, 'A', name) != NULL ? AS_SPF_FOUND
						    : nothing_known(w, name);
}

static void
answer(struct world *w, struct as_str name)
{
	struct as_str txt = AS_STR_NULL;
	struct as_spf_cost cost;
	struct as_spf *spf;
	struct as_why why;

	switch (txt_find(w, name, &txt)) {
	case AS_SPF_FOUND: break;
	case AS_SPF_MULTIPLE: puts("multiple"); return;
	case AS_SPF_UNKNOWN: puts("unknown"); return;
	default: puts("none"); return;
	}
	if (as_spf_parse(w->a, txt, &spf, &why) != AS_OK)
		printf("syntax %s\n", why.text);
	else if (as_spf_cost_eval(w->a, name, spf, world_ask, w, &cost) !=
	    AS_OK)
		exit(1);
	else
		printf("cost %u %u %d %d\n", cost.lookups, cost.voids,
		    cost.broken, cost.incomplete);
}

static void
line_read(struct world *w, struct as_str line)
{
	size_t space = as_str_find(line, ' ', 2);
	struct row *r = &w->rows[w->n];

	if (w->n >= ROWS_MAX)
		exit(1);
	r->kind = line.p[0];
	r->name = as_str_dup(w->a, as_str_slice(line, 2, space));
	if (as_str_unescape(w->a, as_str_slice(line, space + 1, line.n),
		&r->rest, NULL) != AS_OK)
		exit(1);
	if (r->kind == '?')
		answer(w, r->name);
	else
		w->n++;
}

int
main(void)
{
	static char buf[8192];
	static struct world w;

	w.a = as_arena_new(AS_MAX_JOB_OCTETS);
	if (w.a == NULL)
		return 1;
	while (fgets(buf, sizeof(buf), stdin) != NULL) {
		struct as_str line = {buf, strcspn(buf, "\n")};
		if (line.n > 0)
			line_read(&w, line);
	}
	as_arena_free(w.a);
	return 0;
}
