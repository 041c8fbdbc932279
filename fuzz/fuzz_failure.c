/* intake/failure: parts that end in a form feed each; a report that is redacted
 * names nobody. */
#include "intake/failure.h"
#include "report_trace.h"

#include "base/banned.h"

static struct as_str
next_part(struct as_str s, size_t *at)
{
	size_t end = as_str_find(s, '\f', *at);
	struct as_str part = as_str_slice(s, *at, end);

	*at = end < s.n ? end + 1 : s.n;
	return part;
}

/* Nothing but a separator stands ahead of an "@". */
static void
must_be_redacted(struct as_str s)
{
	for (size_t at = as_str_find(s, '@', 0); at < s.n;
	     at = as_str_find(s, '@', at + 1))
		MUST(at == 0 || strchr(" <>()[],;:\"=@", s.p[at - 1]) != NULL);
}

static enum as_err
check_failure(void *ctx, const struct as_report_failure *f)
{
	struct trace *t = ctx;
	const struct as_str texts[] = {f->feedback_type, f->auth_failure,
	    f->delivery_result, f->identity_alignment, f->source_ip,
	    f->reported_domain, f->reporting_mta, f->arrival_date,
	    f->original_mail_from, f->original_rcpt_to, f->header_from,
	    f->subject, f->message_id, f->dkim_domain, f->dkim_identity,
	    f->dkim_selector, f->spf_dns, f->authentication_results};

	MUST(t->begun && !t->over);
	trace_texts(t, texts, sizeof(texts) / sizeof(texts[0]));
	must_be_redacted(f->original_mail_from);
	must_be_redacted(f->original_rcpt_to);
	must_be_redacted(f->header_from);
	must_be_redacted(f->dkim_identity);
	must_be_redacted(f->authentication_results);
	MUST(as_str_is_null(f->subject));
	t->rows++;
	t->messages += f->incidents;
	return AS_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_str s = {(const char *)p, n};
	struct as_failure_parts parts = {0};
	struct as_report_sink sink;
	struct as_why why = {0};
	struct trace t;
	size_t at = 0;
	enum as_err err;

	trace_init(&t);
	sink = trace_sink(&t);
	sink.failure = check_failure;
	parts.feedback = next_part(s, &at);
	parts.original = next_part(s, &at);
	parts.text = next_part(s, &at);
	parts.mail_from = next_part(s, &at);
	parts.message_id = next_part(s, &at);
	err = as_failure_read(&parts, false, &sink, &why);
	if (err != AS_OK)
		must_explain(&why, err, n);
	trace_must_be_whole(&t, err);
	trace_fini(&t);
	return 0;
}
