/* intake/aggregate: any split of the octets gives the same events; a report
 * that ends well has told no more and no less than its head says. */
#include <inttypes.h>
#include <string.h>

#include "intake/reader.h"
#include "must.h"
#include "report_trace.h"

#include "base/banned.h"

/* Read p in pieces of `piece` octets. */
static enum as_err
read_in(const uint8_t *p, size_t n, size_t piece, struct trace *t,
    struct as_why *why)
{
	struct as_report_sink sink = trace_sink(t);
	struct as_reader *r = NULL;
	enum as_err err = as_reader_new(AS_REPORT_AGGREGATE, &sink, &r);

	MUST(err == AS_OK);
	for (size_t at = 0; at < n && err == AS_OK; at += piece) {
		size_t k = n - at < piece ? n - at : piece;
		err = as_reader_feed(
		    r, (struct as_str){(const char *)p + at, k}, why);
	}
	if (err == AS_OK)
		err = as_reader_end(r, why);
	as_reader_free(r);
	trace_must_be_whole(t, err);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_why why = {0}, again = {0};
	struct trace whole, split;
	size_t piece = n > 0 ? p[0] % 7 + 1 : 1;
	enum as_err err;

	trace_init(&whole);
	trace_init(&split);
	err = read_in(p, n, n, &whole, &why);
	if (err != AS_OK)
		must_explain(&why, err, n);
	MUST(read_in(p, n, piece, &split, &again) == err);
	MUST(strcmp(why.text, again.text) == 0 && why.at == again.at);
	MUST(as_str_eq(as_buf_str(&whole.text), as_buf_str(&split.text)));
	trace_fini(&whole);
	trace_fini(&split);
	return 0;
}
