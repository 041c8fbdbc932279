/*
 * report_driver [FILE...]: reads each as a bare report and prints, one JSON
 * document a line: {"file","error"} or {"file","kind","rows","messages",
 * "dkims","spfs",...}; with --events before them each row too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "intake/reader.h"

#include "base/banned.h"

#define SPLIT        ((size_t)65536)
#define NOTES_OCTETS ((size_t)65536)

struct out {
	bool events;
	json_t *doc;
	json_t *notes;
	uint64_t dkims, spfs, reasons, policies, failures;
	uint64_t successes, failed;
};

static json_t *
number(uint64_t v)
{
	return v == AS_REPORT_NO_COUNT ? json_null()
				       : json_integer((json_int_t)v);
}

static json_t *
text(struct as_str s)
{
	return as_str_is_null(s) ? json_null() : as_json_str(s);
}

static void
print(json_t *doc)
{
	char *s = json_dumps(doc, JSON_COMPACT);

	(void)puts(s != NULL ? s : "null");
	free(s);
	json_decref(doc);
}

static json_t *
row_dkims(const struct as_report_row *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_dkims; i++)
		(void)as_json_add(list,
		    json_pack("[o,o,o,o]", text(r->dkims[i].domain),
			text(r->dkims[i].selector), text(r->dkims[i].result),
			text(r->dkims[i].human_result)));
	return list;
}

static json_t *
row_spfs(const struct as_report_row *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_spfs; i++)
		(void)as_json_add(list,
		    json_pack("[o,o,o,o]", text(r->spfs[i].domain),
			text(r->spfs[i].scope), text(r->spfs[i].result),
			text(r->spfs[i].human_result)));
	return list;
}

static json_t *
row_reasons(const struct as_report_row *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_reasons; i++)
		(void)as_json_add(list,
		    json_pack("[o,o]", text(r->reasons[i].type),
			text(r->reasons[i].comment)));
	return list;
}

static enum as_err
on_row(void *ctx, const struct as_report_row *r)
{
	struct out *o = ctx;
	char ip[AS_IP_TEXT];

	o->dkims += r->n_dkims;
	o->spfs += r->n_spfs;
	o->reasons += r->n_reasons;
	if (!o->events)
		return AS_OK;
	print(json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "source_ip", text(r->source_ip), "ip",
	    r->ip.len == 0 ? json_null() : json_string(as_ip_text(&r->ip, ip)),
	    "count", number(r->count), "disposition", text(r->disposition),
	    "dkim", text(r->dkim), "spf", text(r->spf), "header_from",
	    text(r->header_from), "envelope_from", text(r->envelope_from),
	    "envelope_to", text(r->envelope_to), "dkims", row_dkims(r), "spfs",
	    row_spfs(r), "reasons", row_reasons(r)));
	return AS_OK;
}

static json_t *
strings(const struct as_str *list, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		(void)as_json_add(out, text(list[i]));
	return out;
}

static enum as_err
on_policy(void *ctx, const struct as_report_tls_policy *p)
{
	struct out *o = ctx;

	o->policies++;
	o->successes += p->successes == AS_REPORT_NO_COUNT ? 0 : p->successes;
	o->failed += p->failures == AS_REPORT_NO_COUNT ? 0 : p->failures;
	if (o->events)
		print(json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "type",
		    text(p->type), "policy-domain", text(p->domain), "strings",
		    strings(p->strings, p->n_strings), "mx-hosts",
		    strings(p->mx_hosts, p->n_mx_hosts), "successes",
		    number(p->successes), "failures", number(p->failures)));
	return AS_OK;
}

static enum as_err
on_tls_failure(void *ctx, const struct as_report_tls_failure *f)
{
	struct out *o = ctx;

	o->failures++;
	if (o->events)
		print(json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
		    "result-type", text(f->result_type), "sending-mta-ip",
		    text(f->sending_mta_ip), "receiving-ip",
		    text(f->receiving_ip), "receiving-mx-hostname",
		    text(f->receiving_mx_hostname), "receiving-mx-helo",
		    text(f->receiving_mx_helo), "sessions", number(f->sessions),
		    "info-uri", text(f->info_uri), "reason-code",
		    text(f->reason_code)));
	return AS_OK;
}

static enum as_err
on_note(void *ctx, const struct as_report_note *n)
{
	struct out *o = ctx;

	(void)as_json_add(
	    o->notes, json_pack("[o,o]", text(n->code), text(n->where)));
	return AS_OK;
}

static json_t *
time_of(int64_t t)
{
	return t == AS_REPORT_NO_TIME ? json_null() : json_integer(t);
}

static enum as_err
on_end(void *ctx, const struct as_report_head *h)
{
	struct out *o = ctx;
	const struct {
		const char *name;
		struct as_str text;
	} texts[] = {{"org_name", h->org_name}, {"email", h->email},
	    {"extra_contact_info", h->extra_contact_info},
	    {"report_id", h->report_id}, {"domain", h->domain},
	    {"version", h->version}, {"generator", h->generator},
	    {"adkim", h->adkim}, {"aspf", h->aspf}, {"p", h->p}, {"sp", h->sp},
	    {"np", h->np}, {"fo", h->fo}, {"pct", h->pct},
	    {"testing", h->testing}, {"discovery_method", h->discovery_method}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		(void)as_json_put(o->doc, texts[i].name, text(texts[i].text));
	(void)as_json_put(
	    o->doc, "kind", json_string(as_report_kind_name(h->kind)));
	(void)as_json_put(o->doc, "begin", time_of(h->begin));
	(void)as_json_put(o->doc, "end", time_of(h->end));
	(void)as_json_put(o->doc, "errors", strings(h->errors, h->n_errors));
	(void)as_json_put(o->doc, "rows", number(h->rows));
	(void)as_json_put(o->doc, "messages", number(h->messages));
	(void)as_json_put(o->doc, "unread", number(h->unread));
	(void)as_json_put(o->doc, "cut", json_boolean(h->cut));
	(void)as_json_put(o->doc, "dkims", number(o->dkims));
	(void)as_json_put(o->doc, "spfs", number(o->spfs));
	(void)as_json_put(o->doc, "reasons", number(o->reasons));
	(void)as_json_put(o->doc, "policies", number(o->policies));
	(void)as_json_put(o->doc, "failures", number(o->failures));
	(void)as_json_put(o->doc, "successes", number(o->successes));
	(void)as_json_put(o->doc, "failed", number(o->failed));
	return AS_OK;
}

static enum as_err
read_stream(FILE *f, struct as_report_sink *sink, struct as_why *why)
{
	static char buf[SPLIT];
	struct as_reader *r = NULL;
	enum as_report_kind kind;
	size_t n = fread(buf, 1, sizeof(buf), f);
	enum as_err err = as_reader_sniff((struct as_str){buf, n}, &kind, why);

	if (err == AS_OK)
		err = as_reader_new(kind, sink, &r);
	while (err == AS_OK && n > 0) {
		err = as_reader_feed(r, (struct as_str){buf, n}, why);
		n = fread(buf, 1, sizeof(buf), f);
	}
	if (err == AS_OK)
		err = as_reader_end(r, why);
	as_reader_free(r);
	return err;
}

static void
read_file(const char *name, bool events)
{
	struct out o = {.events = events};
	struct as_report_sink sink = {.ctx = &o,
	    .row = on_row,
	    .tls_policy = on_policy,
	    .tls_failure = on_tls_failure,
	    .note = on_note,
	    .end = on_end};
	struct as_why why = {0};
	FILE *f = fopen(name, "rb");
	enum as_err err;

	o.doc = json_object();
	o.notes = json_array();
	(void)as_json_put(o.doc, "file", json_string(name));
	err = f == NULL ? as_why_set(&why, AS_EIO, 0, "cannot be opened")
			: read_stream(f, &sink, &why);
	if (f != NULL)
		(void)fclose(f);
	if (err != AS_OK) {
		(void)as_json_put(
		    o.doc, "error", json_string(as_err_name(err)));
		(void)as_json_put(o.doc, "why", json_string(why.text));
	}
	(void)as_json_put(o.doc, "notes", o.notes);
	print(o.doc);
}

int
main(int argc, char **argv)
{
	bool events = argc > 1 && strcmp(argv[1], "--events") == 0;

	for (int i = events ? 2 : 1; i < argc; i++)
		read_file(argv[i], events);
	return 0;
}
