#include "assess/usage.h"
#include "render/csv.h"
#include "render/tls_told.h"

#include "base/banned.h"

#define CELL_OCTETS 8192

static void
fault_csv(struct as_buf *b, struct as_str domain, const struct as_tls_fault *f)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf cell;

	as_csv_cell(b, domain);
	as_csv_cell(b, f->result);
	as_csv_cell(b, f->mx);
	as_csv_number(b, f->sessions);
	as_csv_number(b, f->reporters);
	as_buf_init(&cell, CELL_OCTETS);
	as_tls_who_add(&cell, f);
	as_csv_cell(b, as_buf_str(&cell));
	as_buf_fini(&cell);
	as_csv_cell(b, as_str_from(as_day_text(f->first, first)));
	as_csv_cell(b, as_str_from(as_day_text(f->last, last)));
	as_csv_cell(b, f->policy);
	as_csv_cell(b, f->ip);
	as_csv_cell(b, f->reason);
	as_csv_cell(b, f->means);
	as_csv_cell(b, as_str_from(as_tls_now_text(f->now)));
	as_csv_cell(b, f->finding != NULL ? f->finding->title : AS_STR(""));
	as_csv_cell(b, f->next);
	as_csv_end(b);
}

void
as_tls_told_csv(struct as_buf *b, const struct as_tls_told *told)
{
	static const char *const heads[] = {"domain", "result", "mx",
	    "sessions", "reporters", "some_reporters", "first", "last",
	    "policy", "ip", "reason", "means", "now", "finding", "next"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		as_csv_cell(b, as_str_from(heads[i]));
	as_csv_end(b);
	for (size_t i = 0; i < told->n; i++)
		fault_csv(b, told->domain, &told->faults[i]);
}
