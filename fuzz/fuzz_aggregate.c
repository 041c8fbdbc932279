/* intake, XML: what a report tells does not depend on how its octets come, and
 * its end sums up its rows. */
#include "report_trace.h"

#include "base/banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	trace_must_agree(
	    AS_REPORT_AGGREGATE, (struct as_str){(const char *)p, n});
	return 0;
}
