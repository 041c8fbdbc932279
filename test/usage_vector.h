/*
 * test/usage_vector - histories of test/vector/enforce as rows of reports.
 *
 * A history is a list of flows: so many messages a day, from day `first` to day
 * `last` before today, every so many days, from an address that moves by `step`
 * each time, told by each of its reporters.
 */
#ifndef AS_TEST_USAGE_VECTOR_H
#define AS_TEST_USAGE_VECTOR_H

#include "base/clock.h"
#include "base/json.h"
#include "model/usage.h"

#define V_DAY   INT64_C(86400)
#define V_ITEMS 4

struct v_flow {
	const json_t *o;
	struct as_report_row row;
	struct as_report_dkim dkims[V_ITEMS];
	struct as_report_spf spf;
	struct as_report_reason reasons[V_ITEMS];
};

static inline struct as_str
v_str(const json_t *o, const char *key, const char *usual)
{
	struct as_str s = as_json_get_str(json_object_get(o, key));

	return as_str_is_null(s) ? as_str_from(usual) : s;
}

static inline int64_t
v_int(const json_t *o, const char *key, int64_t usual)
{
	const json_t *v = json_object_get(o, key);

	return json_is_integer(v) ? (int64_t)json_integer_value(v) : usual;
}

static inline struct as_str
v_item(const json_t *list, size_t i)
{
	return as_json_get_str(json_array_get(list, i));
}

static inline int64_t
v_today(const json_t *doc)
{
	int64_t ms = 0;

	if (as_time_parse(v_str(doc, "today", ""), &ms) != AS_OK)
		return -1;
	return ms / 1000 / V_DAY;
}

/* The results and the receiver's word; false: the flow is no good. */
static inline bool
v_flow_read(const json_t *doc, const json_t *o, struct v_flow *f)
{
	const json_t *dkim = json_object_get(o, "dkim");
	const json_t *spf = json_object_get(o, "spf");
	const json_t *why = json_object_get(o, "reasons");
	const json_t *they = json_object_get(o, "they");

	*f = (struct v_flow){.o = o};
	f->row.header_from = v_str(o, "header_from",
	    json_string_value(json_object_get(doc, "domain")));
	f->row.disposition = v_str(o, "disposition", "none");
	f->row.dkim = v_item(they, 0);
	f->row.spf = v_item(they, 1);
	f->row.count = (uint64_t)v_int(o, "messages", 0);
	f->row.dkims = f->dkims;
	f->row.reasons = f->reasons;
	for (;
	     f->row.n_dkims < json_array_size(dkim) && f->row.n_dkims < V_ITEMS;
	     f->row.n_dkims++) {
		const json_t *d = json_array_get(dkim, f->row.n_dkims);

		f->dkims[f->row.n_dkims] =
		    (struct as_report_dkim){.domain = v_item(d, 0),
			.selector = v_item(d, 1),
			.result = v_item(d, 2)};
	}
	for (; f->row.n_reasons < json_array_size(why) &&
	     f->row.n_reasons < V_ITEMS;
	     f->row.n_reasons++)
		f->reasons[f->row.n_reasons].type =
		    v_item(why, f->row.n_reasons);
	if (spf != NULL) {
		f->spf.domain = v_item(spf, 0);
		f->spf.result = v_item(spf, 1);
		f->row.spfs = &f->spf;
		f->row.n_spfs = 1;
	}
	return as_ip_parse(v_str(o, "ip", ""), &f->row.ip) == AS_OK &&
	    f->row.count > 0;
}

/* Does the flow send on this day, told by this reporter?  Then its address is
 * set. */
static inline bool
v_flow_on(struct v_flow *f, int64_t ago, struct as_str reporter)
{
	const json_t *who = json_object_get(f->o, "reporters");
	int64_t first = v_int(f->o, "first", 0), last = v_int(f->o, "last", 0);
	int64_t every = v_int(f->o, "every", 1), at = first - ago;
	int64_t move = every > 0 ? at / every * v_int(f->o, "step", 0) : 0;
	size_t i = 0;

	while (i < json_array_size(who) && !as_str_eq(v_item(who, i), reporter))
		i++;
	if (i == json_array_size(who) || ago > first || ago < last ||
	    at % every != 0 ||
	    as_ip_parse(v_str(f->o, "ip", ""), &f->row.ip) != AS_OK)
		return false;
	/* Carried into the octets before, from the end. */
	for (int k = f->row.ip.len - 1; k >= 0 && move > 0; k--) {
		move += f->row.ip.b[k];
		f->row.ip.b[k] = (uint8_t)(move & 0xff);
		move >>= 8;
	}
	return true;
}

/* The head of a report of one day; `policies` may have changed: each entry holds
 * from `from` days before today on. */
static inline struct as_report_head
v_head(const json_t *doc, int64_t ago, struct as_str reporter)
{
	const json_t *all = json_object_get(doc, "policies"), *p = NULL;
	int64_t day = v_today(doc) - ago;

	for (size_t i = 0; i < json_array_size(all); i++)
		if (ago <= v_int(json_array_get(all, i), "from", 0))
			p = json_array_get(all, i);
	return (struct as_report_head){.kind = AS_REPORT_AGGREGATE,
	    .org_name = reporter,
	    .domain = v_str(doc, "domain", ""),
	    .begin = day * V_DAY,
	    .end = (day + 1) * V_DAY - 1,
	    .adkim = v_str(p, "adkim", "r"),
	    .aspf = v_str(p, "aspf", "r"),
	    .p = v_str(p, "p", "none"),
	    .sp = v_str(p, "sp", NULL),
	    .np = v_str(p, "np", NULL),
	    .pct = v_str(p, "pct", NULL)};
}

#endif
