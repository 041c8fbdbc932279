/*
 * Evaluates SPF for test_spf.py: reads a little world and questions from
 * standard input, one a line, and answers each question with one line.  Fields
 * are parted by one space; octets that are not plain stand as \DDD.
 *
 *	TYPE NAME VALUE         a record: TXT, A, AAAA, PTR, or MX (exchange alone)
 *	FAULT NAME              no answer for the types not given above
 *	CHECK IP HELO SENDER    check_host(): "RESULT EXPLANATION", the latter
 *	                        absent ("-") or behind "="
 *	WALK NAME               the tree of a record: "none", "multiple",
 *	                        "unknown", "syntax WHY", or
 *	                        "cost LOOKUPS VOIDS BROKEN INCOMPLETE"
 *
 *	RESET                   the next world begins
 *
 * Answers are given to the evaluation only once it has asked for them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "std/dns_wire.h"
#include "std/spf_eval.h"

#include "base/banned.h"

#define ROWS_MAX   512
#define ASKED_MAX  256
#define LINE_CELLS 4

struct row {
	uint16_t type; /* 0: FAULT */
	struct as_str name;
	struct as_str value;
};

struct world {
	struct as_arena *a;
	struct row rows[ROWS_MAX];
	size_t n;
	struct as_need asked[ASKED_MAX];
	size_t n_asked;
};

static const struct row *
row_next(const struct world *w, const struct row *from, uint16_t type,
    struct as_str name)
{
	for (from = from == NULL ? w->rows : from + 1; from < w->rows + w->n;
	     from++)
		if (from->type == type && as_str_eq(from->name, name))
			return from;
	return NULL;
}

static bool
has_fault(const struct world *w, struct as_str name)
{
	return row_next(w, NULL, 0, name) != NULL;
}

/* --- check_host() --- */

static bool
is_asked(const struct world *w, struct as_str name, uint16_t type)
{
	for (size_t i = 0; i < w->n_asked; i++)
		if (w->asked[i].type == type &&
		    as_str_eq(w->asked[i].name, name))
			return true;
	return false;
}

static struct as_spf_reply
world_lookup(void *ctx, struct as_str name, uint16_t type)
{
	const struct world *w = ctx;
	struct as_spf_reply r = {.kind = AS_SPF_REPLY_PENDING};
	const struct row *row = NULL;
	struct as_str *list;

	if (!is_asked(w, name, type))
		return r;
	list = as_arena_array(w->a, ROWS_MAX, sizeof(*list));
	if (list == NULL)
		exit(1);
	while ((row = row_next(w, row, type, name)) != NULL)
		list[r.n++] = row->value;
	r.list = list;
	r.kind = r.n > 0         ? AS_SPF_REPLY_RECORDS
	    : has_fault(w, name) ? AS_SPF_REPLY_ERROR
				 : AS_SPF_REPLY_VOID;
	r.cause = AS_STR("no answer in time");
	return r;
}

static void
needs_answer(struct world *w, const struct as_spf_verdict *v)
{
	for (size_t i = 0; i < v->n_needs; i++) {
		if (w->n_asked >= ASKED_MAX ||
		    is_asked(w, v->needs[i].name, v->needs[i].type))
			exit(1);
		w->asked[w->n_asked++] = v->needs[i];
	}
}

static void
check(struct world *w, const struct as_str *cells)
{
	struct as_spf_query q = {.helo = cells[1],
	    .sender = cells[2],
	    .receiver = AS_STR("receiver.example"),
	    .void_limit = AS_SPF_VOIDS,
	    .time_limit_ms = AS_SPF_TIME_MS};
	struct as_spf_verdict v;
	struct as_str text;

	if (as_ip_parse(cells[0], &q.ip) != AS_OK)
		exit(1);
	w->n_asked = 0;
	do {
		if (as_spf_eval(w->a, &q, world_lookup, w, &v) != AS_OK)
			exit(1);
		needs_answer(w, &v);
	} while (v.n_needs > 0);
	text = as_str_escape(w->a, v.explanation);
	printf("%s %s" AS_STR_FMT "\n", as_spf_result_text(v.result),
	    as_str_is_null(v.explanation) ? "-" : "=", AS_STR_ARG(text));
}

/* --- the tree --- */

static enum as_spf_known
txt_find(const struct world *w, struct as_str name, struct as_str *txt)
{
	const struct row *r = NULL;
	size_t texts = 0, records = 0;

	while ((r = row_next(w, r, AS_RR_TXT, name)) != NULL) {
		texts++;
		if (!as_spf_is_record(r->value))
			continue;
		*txt = r->value;
		records++;
	}
	if (texts == 0)
		return has_fault(w, name) ? AS_SPF_UNKNOWN : AS_SPF_VOID;
	return records == 0 ? AS_SPF_NONE
	    : records == 1  ? AS_SPF_FOUND
			    : AS_SPF_MULTIPLE;
}

static size_t
rows_count(const struct world *w, uint16_t type, struct as_str name)
{
	const struct row *r = NULL;
	size_t n = 0;

	while ((r = row_next(w, r, type, name)) != NULL)
		n++;
	return n;
}

static enum as_spf_known
world_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt)
{
	const struct world *w = ctx;
	size_t n;

	if (kind == AS_SPF_INCLUDE || kind == AS_SPF_REDIRECT)
		return txt_find(w, name, txt);
	n = kind == AS_SPF_MX
	    ? rows_count(w, AS_RR_MX, name)
	    : rows_count(w, AS_RR_A, name) + rows_count(w, AS_RR_AAAA, name);
	if (kind == AS_SPF_MX && n > AS_SPF_MX_NAMES)
		return AS_SPF_TOO_MANY;
	if (n > 0)
		return AS_SPF_FOUND;
	return has_fault(w, name) ? AS_SPF_UNKNOWN : AS_SPF_VOID;
}

static void
walk(struct world *w, struct as_str name)
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

/* --- lines --- */

static struct as_str
octets(const struct world *w, struct as_str cell)
{
	struct as_str s;

	if (as_str_unescape(w->a, cell, &s, NULL) != AS_OK)
		exit(1);
	return s;
}

static void
row_add(struct world *w, uint16_t type, struct as_str name, struct as_str value)
{
	bool text = type == AS_RR_TXT;

	if (w->n >= ROWS_MAX)
		exit(1);
	w->rows[w->n++] = (struct row){type, as_str_dup(w->a, name),
	    text ? octets(w, value) : as_str_dup(w->a, value)};
}

static void
line_take(struct world *w, struct as_str *cells)
{
	uint16_t type;

	if (as_str_is(cells[0], "CHECK")) {
		for (size_t i = 1; i < LINE_CELLS; i++)
			cells[i] = octets(w, cells[i]);
		check(w, cells + 1);
	} else if (as_str_is(cells[0], "WALK")) {
		walk(w, as_str_dup(w->a, cells[1]));
	} else if (as_str_is(cells[0], "RESET")) {
		as_arena_reset(w->a);
		w->n = 0;
	} else if (as_str_is(cells[0], "FAULT")) {
		row_add(w, 0, cells[1], AS_STR(""));
	} else if (as_rrtype_parse(cells[0], &type) == AS_OK) {
		row_add(w, type, cells[1], cells[2]);
	} else {
		exit(1);
	}
}

static void
line_read(struct world *w, struct as_str line)
{
	struct as_str cells[LINE_CELLS] = {
	    AS_STR(""), AS_STR(""), AS_STR(""), AS_STR("")};

	for (size_t i = 0, at = 0; i < LINE_CELLS && at < line.n; i++) {
		size_t end = as_str_find(line, ' ', at);
		cells[i] = as_str_slice(line, at, end);
		at = end + 1;
	}
	line_take(w, cells);
}

int
main(void)
{
	static char buf[65536];
	static struct world w;

	w.a = as_arena_new(AS_MAX_JOB_OCTETS);
	if (w.a == NULL)
		return 1;
	while (fgets(buf, sizeof(buf), stdin) != NULL) {
		struct as_str line = {buf, strcspn(buf, "\n")};
		if (line.n > 0)
			line_read(&w, line);
		(void)fflush(stdout);
	}
	as_arena_free(w.a);
	return 0;
}
