#include "model/report.h"

#include "base/banned.h"

const char *
as_report_kind_name(enum as_report_kind kind)
{
	switch (kind) {
	case AS_REPORT_AGGREGATE: return "aggregate";
	case AS_REPORT_FAILURE: return "failure";
	case AS_REPORT_TLS: return "tls";
	}
	return "unknown";
}

enum as_report_verdict
as_report_verdict(struct as_str word)
{
	static const char *const others[] = {
	    "none", "neutral", "softfail", "policy", "temperror", "permerror"};

	if (as_str_is_case(word, "pass"))
		return AS_REPORT_VERDICT_PASS;
	if (as_str_is_case(word, "fail"))
		return AS_REPORT_VERDICT_FAIL;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (as_str_is_case(word, others[i]))
			return AS_REPORT_VERDICT_OTHER;
	return AS_REPORT_VERDICT_UNKNOWN;
}
