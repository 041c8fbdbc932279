/* intake, JSON: what a report tells does not depend on how its octets come, its end
 * sums up its rows, and what is taken is well formed as a whole. */
#include "base/json.h"
#include "report_trace.h"

#include "base/banned.h"

/* Repaired texts and a byte-order mark apart. */
static void
taken_must_be_json(struct as_str s)
{
	struct as_report_sink sink = {0};
	struct as_reader *r = NULL;
	json_t *doc = NULL;

	if (!as_utf8_is_valid(s) || as_str_has_prefix(s, "\xef\xbb\xbf"))
		return;
	MUST(as_reader_new(AS_REPORT_TLS, &sink, &r) == AS_OK);
	if (as_reader_feed(r, s, NULL) == AS_OK &&
	    as_reader_end(r, NULL) == AS_OK)
		MUST(as_json_parse(s, s.n, &doc, NULL) != AS_ESYNTAX);
	json_decref(doc);
	as_reader_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_str s = {(const char *)p, n};

	trace_must_agree(AS_REPORT_TLS, s);
	taken_must_be_json(s);
	return 0;
}
