#include "intake/aggregate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "intake/aggregate_private.h"

#include "base/banned.h"

void
as_aggregate_fail(struct as_aggregate *a, enum as_err err)
{
	if (a->err == AS_OK)
		a->err = err;
}

void
as_aggregate_note(struct as_aggregate *a, const char *code, struct as_str name,
    const char *text)
{
	char where[AS_MAX_REPORT_NAME + 48];
	struct as_str place = name;
	int n;

	if (a->err != AS_OK)
		return;
	if (a->row_open) {
		n = snprintf(where, sizeof(where), "record %" PRIu64 "%s%.*s",
		    a->records, name.n > 0 ? ", " : "", AS_STR_ARG(name));
		place = (struct as_str){where, (size_t)n};
	}
	as_aggregate_fail(a, as_notes_tell(&a->notes, code, place, text));
}

static struct as_open *
top(struct as_aggregate *a)
{
	return &a->open[a->depth];
}

/* The open elements behind `depth` have no meaning of their own any more. */
static void
open_through(struct as_aggregate *a, size_t depth)
{
	for (size_t i = depth + 1; i <= a->depth; i++) {
		a->open[i].node = a->open[depth].node;
		a->open[i].through = true;
	}
}

/* A part of the report inside another one, which must have lost its end. */
static const struct as_element *
find_above(struct as_aggregate *a, struct as_str name)
{
	for (size_t i = a->depth; i-- > 0;) {
		const struct as_element *e =
		    as_element_find(a->open[i].node, name);
		if (e != NULL && as_node_is_part(e->node)) {
			open_through(a, i);
			return e;
		}
	}
	return NULL;
}

static const struct as_element *
find_element(struct as_aggregate *a, struct as_str name)
{
	struct as_open *in = top(a);
	const struct as_element *e;

	if (in->node == AS_NODE_SKIP)
		return NULL;
	if (!as_node_is_text(in->node)) {
		e = as_element_find(in->node, name);
		return e != NULL ? e : find_above(a, name);
	}
	/* A text whose end is lost, as its neighbour begins. */
	e = as_element_find(in[-1].node, name);
	if (e == NULL)
		return NULL;
	as_aggregate_text(a, in->element);
	open_through(a, a->depth - 1);
	return e;
}

static void
begin_report(struct as_aggregate *a)
{
	if (a->begun)
		return;
	a->begun = true;
	if (a->sink->begin != NULL)
		as_aggregate_fail(
		    a, a->sink->begin(a->sink->ctx, AS_REPORT_AGGREGATE));
	if (a->err == AS_OK)
		as_aggregate_fail(a, as_notes_begin(&a->notes));
}

static void
start_policy(struct as_aggregate *a)
{
	if (a->policy_seen) {
		as_aggregate_note(a, "element-repeated",
		    AS_STR("policy_published"),
		    "it stands here more than once; the first counts");
		top(a)->node = AS_NODE_SKIP;
	}
	a->policy_seen = true;
}

static void
start_element(struct as_aggregate *a, const struct as_element *e)
{
	struct as_open *in = top(a);

	if (in->node == AS_NODE_REASON)
		a->reason_seen = true;
	in[1] = (struct as_open){.node = e->node, .element = e};
	a->depth++;
	a->n_text = 0;
	a->text_cut = false;
	switch (e->node) {
	case AS_NODE_FEEDBACK: begin_report(a); break;
	case AS_NODE_POLICY: start_policy(a); break;
	case AS_NODE_RECORD: as_aggregate_row_start(a); break;
	default: as_aggregate_row_part(a, e->node); break;
	}
}

/* An element that is not known here. */
static void
start_unknown(struct as_aggregate *a, struct as_str name)
{
	struct as_open *in = top(a);
	bool through = as_str_is(name, "schema") && in->node != AS_NODE_SKIP &&
	    !as_node_is_text(in->node);

	if (in->node == AS_NODE_TOP && !through) {
		as_aggregate_fail(a,
		    as_why_set(a->why, AS_EVERSION, AS_WHY_NOWHERE,
			"XML whose root is <%.*s>: the root of a DMARC report "
			"is "
			"<feedback>",
			AS_STR_ARG(name)));
		return;
	}
	in[1] = (struct as_open){
	    .node = through ? in->node : AS_NODE_SKIP, .through = through};
	a->depth++;
}

static enum as_err
on_start(void *ctx, struct as_str name)
{
	struct as_aggregate *a = ctx;
	const struct as_element *e = find_element(a, name);

	if (e != NULL)
		start_element(a, e);
	else
		start_unknown(a, name);
	return a->err;
}

static enum as_err
on_end(void *ctx)
{
	struct as_aggregate *a = ctx;
	struct as_open *o = top(a);

	if (o->node == AS_NODE_FEEDBACK && !o->through)
		a->ended = true;
	else if (o->node == AS_NODE_RECORD && !o->through && a->row_open)
		as_aggregate_row_end(a);
	else if (o->node == AS_NODE_REASON && !a->reason_seen && !o->through)
		as_aggregate_bare_reason(a);
	else if (as_node_is_text(o->node))
		as_aggregate_text(a, o->element);
	a->depth--;
	return a->err;
}

/* How much of s fits whole characters into n octets. */
static size_t
fit(struct as_str s, size_t n)
{
	if (s.n <= n)
		return s.n;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static enum as_err
on_text(void *ctx, struct as_str s)
{
	struct as_aggregate *a = ctx;
	enum as_node node = top(a)->node;
	size_t k;

	if (node == AS_NODE_SKIP)
		return a->err;
	if (!as_node_is_text(node) && node != AS_NODE_REASON) {
		if (!a->told_between && as_value_trim(s).n > 0) {
			a->told_between = true;
			as_aggregate_note(a, "text-between", AS_STR(""),
			    "text between elements was left out");
		}
		return a->err;
	}
	k = a->text_cut ? 0 : fit(s, sizeof(a->text) - a->n_text);
	memcpy(a->text + a->n_text, s.p, k);
	a->n_text += k;
	a->text_cut = k < s.n;
	return a->err;
}

/* Is it the end of a part that a row has? */
static bool
is_row_part(struct as_str name)
{
	static const char *const names[] = {"row", "policy_evaluated", "reason",
	    "identifiers", "identities", "auth_results", "dkim", "spf"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (as_str_is(name, names[i]))
			return true;
	return false;
}

/* A piece of a row is missing when one of its parts has one end only. */
static void
check_piece(struct as_aggregate *a, enum as_mend_kind kind, struct as_str name)
{
	const struct as_element *e = top(a)->element;

	if (kind == AS_MEND_STRAY && as_str_is(name, "record"))
		as_aggregate_fail(a,
		    as_why_set(a->why, AS_ESYNTAX, as_mend_at(&a->mend),
			"a piece of the report is missing: a <record> ends "
			"that has no beginning; ask for it again"));
	else if (kind == AS_MEND_STRAY && is_row_part(name))
		a->row_damaged = true;
	else if (kind == AS_MEND_UNCLOSED && e != NULL &&
	    !as_node_is_text(e->node))
		a->row_damaged = true;
}

static enum as_err
take_mended(void *ctx, enum as_mend_kind kind, struct as_str name)
{
	static const struct {
		const char *code, *text;
	} kinds[] = {
#define KIND(name, code, text) [AS_MEND_##name] = {code, text},
	    AS_MEND_MAP(KIND)
#undef KIND
	};

	struct as_aggregate *a = ctx;

	check_piece(a, kind, name);
	if (as_str_is_null(name) && top(a)->element != NULL)
		name = top(a)->element->name;
	as_aggregate_note(a, kinds[kind].code, name, kinds[kind].text);
	return a->err;
}

static enum as_err
take_cut(void *ctx, struct as_why *why)
{
	struct as_aggregate *a = ctx;

	if (a->row_open)
		return as_why_set(why, AS_ESYNTAX, as_mend_at(&a->mend),
		    "it ends in the midst of record %" PRIu64
		    "; ask for the whole report",
		    a->records);
	a->head.cut = a->begun && !a->ended;
	if (as_node_is_text(top(a)->node))
		top(a)->node = AS_NODE_SKIP;
	if (a->head.cut)
		as_aggregate_note(a, "end-missing", AS_STR("feedback"),
		    "the report ends before its last element");
	return a->err;
}

enum as_err
as_aggregate_new(const struct as_report_sink *sink, struct as_aggregate **out)
{
	struct as_aggregate *a = malloc(sizeof(*a));

	if (a == NULL)
		return AS_ENOMEM;
	memset(a, 0, offsetof(struct as_aggregate, mend));
	a->sink = a->notes.sink = sink;
	a->mend_sink = (struct as_mend_sink){.ctx = a,
	    .start = on_start,
	    .text = on_text,
	    .end = on_end,
	    .mended = take_mended,
	    .cut = take_cut};
	as_mend_init(&a->mend, &a->mend_sink);
	a->open[0] = (struct as_open){.node = AS_NODE_TOP};
	a->head = (struct as_report_head){.kind = AS_REPORT_AGGREGATE,
	    .begin = AS_REPORT_NO_TIME,
	    .end = AS_REPORT_NO_TIME};
	a->head_arena = as_arena_new(AS_MAX_REPORT_HEAD_OCTETS);
	a->row_arena = as_arena_new(AS_MAX_REPORT_ROW_OCTETS);
	if (a->head_arena == NULL || a->row_arena == NULL) {
		as_aggregate_free(a);
		return AS_ENOMEM;
	}
	*out = a;
	return AS_OK;
}

void
as_aggregate_free(struct as_aggregate *a)
{
	if (a == NULL)
		return;
	as_arena_free(a->head_arena);
	as_arena_free(a->row_arena);
	free(a);
}

/* After an error the sink is told once that there is no report. */
static enum as_err
drop(struct as_aggregate *a, enum as_err err)
{
	enum as_err dropped;

	a->err = err;
	if (!a->begun)
		return err;
	a->begun = false;
	if (a->sink->drop == NULL)
		return err;
	dropped = a->sink->drop(a->sink->ctx);
	return dropped != AS_OK ? dropped : err;
}

enum as_err
as_aggregate_feed(
    struct as_aggregate *a, struct as_str octets, struct as_why *why)
{
	enum as_err err;

	if (a->err != AS_OK)
		return a->err;
	a->why = why;
	if (a->octets - a->row_at > AS_MAX_REPORT_SPAN)
		return drop(a,
		    as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			"%" PRIu64 " octets without a row: no report has them",
			AS_MAX_REPORT_SPAN));
	a->octets += octets.n;
	if (a->octets > AS_MAX_REPORT_OCTETS)
		err = as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "the report is over %" PRIu64 " octets",
		    AS_MAX_REPORT_OCTETS);
	else
		err = as_mend_feed(&a->mend, octets, why);
	return err == AS_OK ? AS_OK : drop(a, err);
}

static enum as_err
end_report(struct as_aggregate *a, struct as_why *why)
{
	if (!a->begun)
		return as_why_set(why, AS_EVERSION, AS_WHY_NOWHERE,
		    "no XML element <feedback>, so no DMARC report");
	if (!a->policy_seen && a->records == 0)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "a DMARC report without a policy and without a record%s",
		    a->head.cut ? ": its end is missing" : "");
	as_aggregate_head_end(a);
	if (a->err == AS_OK)
		a->err = as_notes_end(&a->notes);
	a->head.errors = a->errors;
	if (a->err == AS_OK && a->sink->end != NULL)
		a->err = a->sink->end(a->sink->ctx, &a->head);
	return a->err;
}

enum as_err
as_aggregate_end(struct as_aggregate *a, struct as_why *why)
{
	enum as_err err;

	if (a->err != AS_OK)
		return a->err;
	a->why = why;
	err = as_mend_end(&a->mend, why);
	if (err == AS_OK)
		err = end_report(a, why);
	return err == AS_OK ? AS_OK : drop(a, err);
}
