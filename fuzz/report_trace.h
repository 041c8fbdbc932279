/*
 * fuzz/report_trace - what a reader of reports told, as text, checked on the way.
 */
#ifndef AS_FUZZ_REPORT_TRACE_H
#define AS_FUZZ_REPORT_TRACE_H

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "intake/reader.h"
#include "must.h"

struct trace {
	struct as_buf text;
	uint64_t rows, messages;
	bool begun, over; /* `begin` came; `end` or `drop` came */
};

static inline void
trace_init(struct trace *t)
{
	*t = (struct trace){0};
	as_buf_init(&t->text, (size_t)64 << 20);
}

static inline void
trace_fini(struct trace *t)
{
	as_buf_fini(&t->text);
}

static inline void
trace_text(struct trace *t, struct as_str s)
{
	MUST(as_utf8_is_valid(s));
	MUST(s.n <= AS_MAX_REPORT_TEXT);
	MUST(s.p != NULL || s.n == 0);
	as_buf_puts(&t->text, s.p == NULL ? "-" : "=");
	as_buf_add_str(&t->text, s);
	as_buf_puts(&t->text, "\n");
}

static inline void
trace_texts(struct trace *t, const struct as_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		trace_text(t, list[i]);
}

static inline enum as_err
trace_begin(void *ctx, enum as_report_kind kind)
{
	struct trace *t = ctx;

	MUST(!t->begun);
	t->begun = true;
	as_buf_printf(&t->text, "begin %d\n", (int)kind);
	return AS_OK;
}

static inline enum as_err
trace_row(void *ctx, const struct as_report_row *r)
{
	struct trace *t = ctx;
	const struct as_str texts[] = {r->source_ip, r->disposition, r->dkim,
	    r->spf, r->header_from, r->envelope_from, r->envelope_to};

	MUST(t->begun && !t->over);
	MUST(r->n_reasons <= AS_MAX_REPORT_REASONS);
	MUST(r->n_dkims <= AS_MAX_REPORT_RESULTS);
	MUST(r->n_spfs <= AS_MAX_REPORT_RESULTS);
	MUST(r->ip.len == 0 || r->ip.len == 4 || r->ip.len == 16);
	MUST(r->count <= AS_MAX_REPORT_COUNT || r->count == AS_REPORT_NO_COUNT);
	t->rows++;
	t->messages += r->count == AS_REPORT_NO_COUNT ? 0 : r->count;
	as_buf_printf(&t->text, "row %" PRIu64 "\n", r->count);
	trace_texts(t, texts, sizeof(texts) / sizeof(texts[0]));
	for (size_t i = 0; i < r->n_reasons; i++) {
		trace_text(t, r->reasons[i].type);
		trace_text(t, r->reasons[i].comment);
	}
	for (size_t i = 0; i < r->n_dkims; i++) {
		trace_text(t, r->dkims[i].domain);
		trace_text(t, r->dkims[i].selector);
		trace_text(t, r->dkims[i].result);
		trace_text(t, r->dkims[i].human_result);
	}
	for (size_t i = 0; i < r->n_spfs; i++) {
		trace_text(t, r->spfs[i].domain);
		trace_text(t, r->spfs[i].scope);
		trace_text(t, r->spfs[i].result);
		trace_text(t, r->spfs[i].human_result);
	}
	return AS_OK;
}

static inline enum as_err
trace_note(void *ctx, const struct as_report_note *n)
{
	struct trace *t = ctx;

	MUST(t->begun && !t->over && n->code.n > 0 && n->text.n > 0);
	trace_text(t, n->code);
	trace_text(t, n->where);
	return AS_OK;
}

static inline enum as_err
trace_tls_policy(void *ctx, const struct as_report_tls_policy *p)
{
	struct trace *t = ctx;

	MUST(t->begun && !t->over);
	MUST(p->n_strings <= AS_MAX_REPORT_STRINGS);
	MUST(p->n_mx_hosts <= AS_MAX_REPORT_STRINGS);
	t->rows++;
	t->messages += p->successes == AS_REPORT_NO_COUNT ? 0 : p->successes;
	t->messages += p->failures == AS_REPORT_NO_COUNT ? 0 : p->failures;
	trace_text(t, p->type);
	trace_text(t, p->domain);
	trace_texts(t, p->strings, p->n_strings);
	trace_texts(t, p->mx_hosts, p->n_mx_hosts);
	return AS_OK;
}

static inline enum as_err
trace_tls_failure(void *ctx, const struct as_report_tls_failure *f)
{
	struct trace *t = ctx;
	const struct as_str texts[] = {f->result_type, f->sending_mta_ip,
	    f->receiving_ip, f->receiving_mx_hostname, f->receiving_mx_helo,
	    f->info_uri, f->reason_code};

	MUST(t->begun && !t->over && t->rows > 0);
	trace_texts(t, texts, sizeof(texts) / sizeof(texts[0]));
	return AS_OK;
}

static inline enum as_err
trace_end(void *ctx, const struct as_report_head *h)
{
	struct trace *t = ctx;
	const struct as_str texts[] = {h->org_name, h->email,
	    h->extra_contact_info, h->report_id, h->domain, h->version,
	    h->generator, h->adkim, h->aspf, h->p, h->sp, h->np, h->fo, h->pct,
	    h->testing, h->discovery_method};

	MUST(t->begun && !t->over);
	t->over = true;
	MUST(h->rows == t->rows && h->messages == t->messages);
	MUST(h->n_errors <= AS_MAX_REPORT_ERRORS);
	as_buf_printf(&t->text, "end %" PRId64 " %" PRId64 " %" PRIu64 " %d\n",
	    h->begin, h->end, h->unread, h->cut);
	trace_texts(t, texts, sizeof(texts) / sizeof(texts[0]));
	trace_texts(t, h->errors, h->n_errors);
	return AS_OK;
}

static inline enum as_err
trace_drop(void *ctx)
{
	struct trace *t = ctx;

	MUST(t->begun && !t->over);
	t->over = true;
	as_buf_puts(&t->text, "drop\n");
	return AS_OK;
}

static inline struct as_report_sink
trace_sink(struct trace *t)
{
	return (struct as_report_sink){.ctx = t,
	    .begin = trace_begin,
	    .row = trace_row,
	    .tls_policy = trace_tls_policy,
	    .tls_failure = trace_tls_failure,
	    .note = trace_note,
	    .end = trace_end,
	    .drop = trace_drop};
}

/* A report that has begun is ended or dropped, never both, never neither. */
static inline void
trace_must_be_whole(const struct trace *t, enum as_err err)
{
	MUST(t->begun == t->over);
	MUST(err != AS_OK || t->begun);
	MUST(as_buf_ok(&t->text));
}

/* Read p in pieces of `piece` octets. */
static inline enum as_err
trace_read(enum as_report_kind kind, struct as_str s, size_t piece,
    struct trace *t, struct as_why *why)
{
	struct as_report_sink sink = trace_sink(t);
	struct as_reader *r = NULL;
	enum as_err err = as_reader_new(kind, &sink, &r);

	MUST(err == AS_OK);
	for (size_t at = 0; at < s.n && err == AS_OK; at += piece)
		err = as_reader_feed(r, as_str_slice(s, at, at + piece), why);
	if (err == AS_OK)
		err = as_reader_end(r, why);
	as_reader_free(r);
	trace_must_be_whole(t, err);
	return err;
}

/* Any split of the octets gives the same events and the same refusal. */
static inline void
trace_must_agree(enum as_report_kind kind, struct as_str s)
{
	struct as_why why = {0}, again = {0};
	struct trace whole, split;
	size_t piece = s.n > 0 ? (unsigned char)s.p[s.n - 1] % 7 + 1 : 1;
	enum as_err err;

	trace_init(&whole);
	trace_init(&split);
	err = trace_read(kind, s, s.n, &whole, &why);
	if (err != AS_OK)
		must_explain(&why, err, s.n * 3);
	MUST(trace_read(kind, s, piece, &split, &again) == err);
	MUST(strcmp(why.text, again.text) == 0 && why.at == again.at);
	MUST(as_str_eq(as_buf_str(&whole.text), as_buf_str(&split.text)));
	trace_fini(&whole);
	trace_fini(&split);
}

#endif
