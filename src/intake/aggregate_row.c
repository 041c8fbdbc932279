#include "intake/aggregate_private.h"

#include "base/banned.h"

void
as_aggregate_row_start(struct as_aggregate *a)
{
	if (a->row_open) { /* the one before had no end */
		a->row_damaged = true;
		as_aggregate_row_end(a);
	}
	as_arena_reset(a->row_arena);
	a->row = (struct as_report_row){.count = AS_REPORT_NO_COUNT};
	a->row_open = true;
	a->row_damaged = a->row_seen = a->count_seen = false;
	a->records++;
}

static void
start_reason(struct as_aggregate *a)
{
	bool fits = a->row.n_reasons < AS_MAX_REPORT_REASONS;

	a->reason_seen = false;
	a->reason = fits ? &a->reasons[a->row.n_reasons++] : &a->reason_over;
	*a->reason = (struct as_report_reason){0};
	if (!fits)
		as_aggregate_note(a, "reasons-cut", AS_STR("reason"),
		    "more reasons than are kept");
}

static void
start_dkim(struct as_aggregate *a)
{
	bool fits = a->row.n_dkims < AS_MAX_REPORT_RESULTS;

	a->dkim = fits ? &a->dkims[a->row.n_dkims++] : &a->dkim_over;
	*a->dkim = (struct as_report_dkim){0};
	if (!fits)
		as_aggregate_note(a, "results-cut", AS_STR("dkim"),
		    "more DKIM results than are kept");
}

static void
start_spf(struct as_aggregate *a)
{
	bool fits = a->row.n_spfs < AS_MAX_REPORT_RESULTS;

	a->spf = fits ? &a->spfs[a->row.n_spfs++] : &a->spf_over;
	*a->spf = (struct as_report_spf){0};
	if (!fits)
		as_aggregate_note(a, "results-cut", AS_STR("spf"),
		    "more SPF results than are kept");
}

void
as_aggregate_row_part(struct as_aggregate *a, enum as_node node)
{
	switch (node) {
	case AS_NODE_ROW:
		/* Whose results would the others be? */
		a->row_damaged = a->row_damaged || a->row_seen;
		a->row_seen = true;
		break;
	case AS_NODE_REASON: start_reason(a); break;
	case AS_NODE_DKIM: start_dkim(a); break;
	case AS_NODE_SPF: start_spf(a); break;
	default: break;
	}
}

static void
give_row(struct as_aggregate *a)
{
	uint64_t sum;

	a->row.reasons = a->reasons;
	a->row.dkims = a->dkims;
	a->row.spfs = a->spfs;
	a->head.rows++;
	if (a->row.count != AS_REPORT_NO_COUNT) {
		sum = a->head.messages + a->row.count;
		a->head.messages = sum < a->row.count ? UINT64_MAX : sum;
	}
	if (a->sink->row != NULL)
		as_aggregate_fail(a, a->sink->row(a->sink->ctx, &a->row));
}

void
as_aggregate_row_end(struct as_aggregate *a)
{
	bool placed = a->row.source_ip.n > 0;

	a->row_at = a->octets;
	if (a->row_damaged) {
		a->head.unread++;
		as_aggregate_note(a, "row-unread", AS_STR(""),
		    "a piece of the row is missing; it is not counted");
	} else if (!placed && a->row.count == 0) {
		as_aggregate_note(a, "row-null", AS_STR(""),
		    "a row without address and messages was left out");
	} else if (!placed && a->row.count == AS_REPORT_NO_COUNT) {
		a->head.unread++;
		as_aggregate_note(a, "row-unread", AS_STR(""),
		    "the row has neither address nor count");
	} else {
		if (!placed)
			as_aggregate_note(a, "address-missing",
			    AS_STR("source_ip"), "the row has no address");
		if (!a->count_seen)
			as_aggregate_note(a, "count-missing", AS_STR("count"),
			    "the row has no count");
		give_row(a);
	}
	a->row_open = false;
}
