#include "intake/aggregate_private.h"
#include "std/domain.h"

#include "base/banned.h"

static struct as_str
keep(struct as_aggregate *a, struct as_arena *arena, struct as_str s)
{
	struct as_str copy = as_str_dup(arena, s.n > 0 ? s : AS_STR(""));

	if (as_str_is_null(copy))
		as_aggregate_fail(a, as_why_no_memory(a->why));
	return copy;
}

/* The struct that an element's text goes to; NULL: to no struct. */
static void *
base_of(struct as_aggregate *a, enum as_node node)
{
	switch (node) {
	case AS_NODE_IN_HEAD: return &a->head;
	case AS_NODE_IN_ROW: return &a->row;
	case AS_NODE_IN_REASON: return a->reason;
	case AS_NODE_IN_DKIM: return a->dkim;
	case AS_NODE_IN_SPF: return a->spf;
	default: return NULL;
	}
}

static void
note_repeated(struct as_aggregate *a, const struct as_element *e)
{
	as_aggregate_note(a, "element-repeated", e->name,
	    "it stands here more than once; the first counts");
}

static void
set_member(struct as_aggregate *a, const struct as_element *e, struct as_str s)
{
	struct as_arena *arena =
	    e->node == AS_NODE_IN_HEAD ? a->head_arena : a->row_arena;
	struct as_str *to =
	    (struct as_str *)((char *)base_of(a, e->node) + e->offset);
	struct as_str word = as_value_word(e->words, s);

	if (!as_str_is_null(*to)) {
		note_repeated(a, e);
		return;
	}
	*to = as_str_is_null(word) ? keep(a, arena, s) : word;
	if (e->words != AS_WORDS_ANY && as_str_is_null(word) && s.n > 0)
		as_aggregate_note(a, "word-unknown", e->name,
		    "no word of the standard; kept as it stood");
}

static void
set_source_ip(
    struct as_aggregate *a, const struct as_element *e, struct as_str s)
{
	if (!as_str_is_null(a->row.source_ip)) {
		note_repeated(a, e);
		return;
	}
	a->row.source_ip = keep(a, a->row_arena, s);
	if (s.n == 0)
		return;
	switch (as_value_address(s, &a->row.ip)) {
	case AS_VALUE_OK: break;
	case AS_VALUE_REPAIRED:
		as_aggregate_note(a, "address-repaired", e->name,
		    "an address with something around it");
		break;
	case AS_VALUE_UNREAD:
		as_aggregate_note(
		    a, "address-unread", e->name, "no IP address");
		break;
	}
}

static void
set_count(struct as_aggregate *a, const struct as_element *e, struct as_str s)
{
	if (a->count_seen) {
		note_repeated(a, e);
		return;
	}
	a->count_seen = true;
	switch (as_value_count(s, &a->row.count)) {
	case AS_VALUE_OK: break;
	case AS_VALUE_REPAIRED:
		as_aggregate_note(a, "count-repaired", e->name,
		    "a number written with separators");
		break;
	case AS_VALUE_UNREAD:
		as_aggregate_note(a, "count-unread", e->name,
		    "no number of messages; the row counts none");
		break;
	}
}

static void
set_time(struct as_aggregate *a, const struct as_element *e, struct as_str s,
    int64_t *to)
{
	if (*to != AS_REPORT_NO_TIME) {
		note_repeated(a, e);
		return;
	}
	switch (as_value_time(s, to)) {
	case AS_VALUE_OK: break;
	case AS_VALUE_REPAIRED:
		as_aggregate_note(a, "time-repaired", e->name,
		    "a time in another form than seconds");
		break;
	case AS_VALUE_UNREAD:
		as_aggregate_note(a, "time-unread", e->name,
		    "no time of a report in seconds since 1970");
		break;
	}
}

static void
set_domain(struct as_aggregate *a, const struct as_element *e, struct as_str s)
{
	struct as_str name;
	enum as_err err;

	if (!as_str_is_null(a->head.domain)) {
		note_repeated(a, e);
		return;
	}
	err = as_domain_parse(a->head_arena, s, &name, NULL);
	if (err == AS_OK) {
		a->head.domain = name;
		return;
	}
	if (err == AS_ENOMEM) {
		as_aggregate_fail(a, as_why_no_memory(a->why));
		return;
	}
	a->head.domain = keep(a, a->head_arena, s);
	if (s.n > 0)
		as_aggregate_note(
		    a, "domain-unread", e->name, "no domain name");
}

static void
add_error(struct as_aggregate *a, const struct as_element *e, struct as_str s)
{
	if (s.n == 0)
		return;
	if (a->head.n_errors == AS_MAX_REPORT_ERRORS) {
		as_aggregate_note(
		    a, "errors-cut", e->name, "more errors than are kept");
		return;
	}
	a->errors[a->head.n_errors++] = keep(a, a->head_arena, s);
}

static struct as_str
whole_text(struct as_aggregate *a, const struct as_element *e)
{
	if (a->text_cut)
		as_aggregate_note(a, "text-cut", e->name,
		    "longer than what is kept of a text");
	return as_value_trim((struct as_str){a->text, a->n_text});
}

void
as_aggregate_text(struct as_aggregate *a, const struct as_element *e)
{
	struct as_str s = whole_text(a, e);

	switch (e->node) {
	case AS_NODE_BEGIN: set_time(a, e, s, &a->head.begin); break;
	case AS_NODE_END: set_time(a, e, s, &a->head.end); break;
	case AS_NODE_ERROR: add_error(a, e, s); break;
	case AS_NODE_DOMAIN: set_domain(a, e, s); break;
	case AS_NODE_SOURCE_IP: set_source_ip(a, e, s); break;
	case AS_NODE_COUNT: set_count(a, e, s); break;
	default: set_member(a, e, s); break;
	}
}

void
as_aggregate_bare_reason(struct as_aggregate *a)
{
	struct as_str s = as_value_trim((struct as_str){a->text, a->n_text});
	struct as_str word = as_value_word(AS_WORDS_REASON, s);

	if (s.n == 0)
		return;
	if (as_str_is_null(word))
		a->reason->comment = keep(a, a->row_arena, s);
	else
		a->reason->type = word;
	as_aggregate_note(a, "reason-bare", AS_STR("reason"),
	    "a text where type and comment belong");
}

static void
head_note(struct as_aggregate *a, bool odd, const char *code, const char *name,
    const char *text)
{
	if (odd)
		as_aggregate_note(a, code, as_str_from(name), text);
}

void
as_aggregate_head_end(struct as_aggregate *a)
{
	const struct as_report_head *h = &a->head;
	bool timed =
	    h->begin != AS_REPORT_NO_TIME && h->end != AS_REPORT_NO_TIME;
	uint64_t pct;

	head_note(a, h->report_id.n == 0, "id-missing", "report_id",
	    "the report has no id");
	head_note(a, h->org_name.n == 0, "reporter-missing", "org_name",
	    "the report does not say who made it");
	head_note(a, h->domain.n == 0, "domain-missing", "domain",
	    "the report does not say whose policy it is about");
	head_note(a, !timed, "range-missing", "date_range",
	    "the report does not say of which time it is");
	head_note(a, timed && h->begin > h->end, "range-reversed", "date_range",
	    "the time begins after its end");
	head_note(a, h->pct.n > 0 && as_str_u64(h->pct, 100, &pct) != AS_OK,
	    "pct-odd", "pct", "no number from 0 to 100");
}
