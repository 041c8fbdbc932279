#include "assess/report_services.h"

#include "base/clock.h"
#include "base/tsv.h"
#include "std/domain.h"

#include "base/banned.h"

enum { SUFFIX, SERVICE, STATE, SINCE, NOTE };

bool
as_report_service_is_withdrawn(struct as_str table, struct as_str host,
    int64_t now_ms, struct as_report_service *out)
{
	struct as_tsv t = {.text = table};
	struct as_str cells[AS_TSV_COLUMNS];
	int64_t since_ms;
	size_t n;

	while ((n = as_tsv_next(&t, cells)) > 0) {
		if (n <= SINCE || cells[SUFFIX].n == 0 ||
		    !as_str_is(cells[STATE], "withdrawn") ||
		    !as_domain_within(host, cells[SUFFIX]) ||
		    as_time_parse(cells[SINCE], &since_ms) != AS_OK ||
		    since_ms > now_ms)
			continue;
		*out = (struct as_report_service){.service = cells[SERVICE],
		    .since = cells[SINCE],
		    .note = n > NOTE ? cells[NOTE] : AS_STR("")};
		return true;
	}
	return false;
}
