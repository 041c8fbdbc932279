#include "intake/reader.h"

#include "base/buf.h"
#include "base/limits.h"
#include "harness.h"

#include "base/banned.h"

#define META   "<report_metadata><org_name>r</org_name></report_metadata>"
#define POLICY "<policy_published><domain>d.example</domain></policy_published>"
#define RECORD \
	"<record><row><source_ip>192.0.2.1</source_ip><count>2</count></row>" \
	"</record>"
#define REPORT "<feedback>" META POLICY RECORD RECORD "</feedback>"

struct got {
	unsigned begins, rows, ends, drops, notes;
	uint64_t messages, unread;
	bool cut;
	char last_note[40];
	enum as_err refuse; /* what `row` returns */
};

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	struct got *g = ctx;

	T_INT(kind, AS_REPORT_AGGREGATE);
	g->begins++;
	return AS_OK;
}

static enum as_err
on_row(void *ctx, const struct as_report_row *row)
{
	struct got *g = ctx;

	(void)row;
	g->rows++;
	return g->refuse;
}

static enum as_err
on_note(void *ctx, const struct as_report_note *note)
{
	struct got *g = ctx;

	g->notes++;
	(void)snprintf(g->last_note, sizeof(g->last_note), AS_STR_FMT,
	    AS_STR_ARG(note->code));
	return AS_OK;
}

static enum as_err
on_end(void *ctx, const struct as_report_head *head)
{
	struct got *g = ctx;

	g->ends++;
	g->messages = head->messages;
	g->unread = head->unread;
	g->cut = head->cut;
	return AS_OK;
}

static enum as_err
on_drop(void *ctx)
{
	struct got *g = ctx;

	g->drops++;
	return AS_OK;
}

static enum as_err
read_in(struct got *g, struct as_str s, size_t piece, struct as_why *why)
{
	struct as_report_sink sink = {.ctx = g,
	    .begin = on_begin,
	    .row = on_row,
	    .note = on_note,
	    .end = on_end,
	    .drop = on_drop};
	struct as_reader *r = NULL;
	enum as_err err = as_reader_new(AS_REPORT_AGGREGATE, &sink, &r);

	for (size_t at = 0; at < s.n && err == AS_OK; at += piece)
		err = as_reader_feed(r, as_str_slice(s, at, at + piece), why);
	if (err == AS_OK)
		err = as_reader_end(r, why);
	as_reader_free(r);
	return err;
}

static void
test_splits(void)
{
	for (size_t piece = 1; piece < 9; piece++) {
		struct got g = {0};

		t_case("pieces of %zu octets", piece);
		T_INT(read_in(&g, AS_STR(REPORT), piece, NULL), AS_OK);
		T_INT(g.begins, 1);
		T_INT(g.rows, 2);
		T_INT(g.messages, 4);
		T_INT(g.ends, 1);
		T_INT(g.drops, 0);
	}
}

static void
test_refused(void)
{
	struct got g = {.refuse = AS_EOUTPUT};
	struct as_why why = {0};

	t_case("the sink's error ends the reading");
	T_INT(read_in(&g, AS_STR(REPORT), 1000, &why), AS_EOUTPUT);
	T_INT(g.rows, 1);
	T_INT(g.drops, 1);
	T_INT(g.ends, 0);

	t_case("without a sink's functions");
	struct as_report_sink none = {0};
	struct as_reader *r = NULL;
	T_INT(as_reader_new(AS_REPORT_AGGREGATE, &none, &r), AS_OK);
	T_INT(as_reader_feed(r, AS_STR(REPORT), &why), AS_OK);
	T_INT(as_reader_end(r, &why), AS_OK);
	as_reader_free(r);
}

/* AGG-9: what has no end. */
static void
test_caps(void)
{
	struct as_buf b;
	struct as_why why = {0};
	struct got g = {0};

	t_case("nested too deep");
	as_buf_init(&b, 1 << 20);
	as_buf_puts(&b, "<feedback>");
	for (int i = 0; i < AS_MAX_REPORT_DEPTH; i++)
		as_buf_puts(&b, "<x>");
	T_INT(read_in(&g, as_buf_str(&b), b.n, &why), AS_ELIMIT);
	T_INT(g.drops, g.begins);
	as_buf_reset(&b);

	t_case("a text too long is cut");
	g = (struct got){0};
	as_buf_puts(&b, "<feedback>" POLICY "<version>");
	for (int i = 0; i < 2 * AS_MAX_REPORT_TEXT; i++)
		as_buf_puts(&b, "\xc3\xa4");
	as_buf_puts(&b, "</version></feedback>");
	T_INT(read_in(&g, as_buf_str(&b), 1000, &why), AS_OK);
	T_INT(g.ends, 1);
	as_buf_reset(&b);

	t_case("more notes than are told");
	g = (struct got){0};
	as_buf_puts(&b, "<feedback>" POLICY "<version>");
	for (int i = 0; i < 2 * AS_MAX_REPORT_NOTES; i++)
		as_buf_puts(&b, "&");
	as_buf_puts(&b, "</version></feedback>");
	T_INT(read_in(&g, as_buf_str(&b), 7, &why), AS_OK);
	T_INT(g.notes, AS_MAX_REPORT_NOTES + 1);
	T_STR(as_str_from(g.last_note), "notes-left-out");
	as_buf_reset(&b);

	t_case("tags that are none, over and over");
	g = (struct got){0};
	as_buf_puts(&b, "<feedback>" POLICY "<version>");
	for (int i = 0; i < 60000; i++)
		as_buf_puts(&b, "<b ='' ='");
	T_INT(read_in(&g, as_buf_str(&b), b.n, &why), AS_ELIMIT);
	as_buf_fini(&b);
}

/* AGG-9: much between two rows, and too much. */
static void
test_span(void)
{
	char blanks[65536 + 1];
	size_t most = AS_MAX_REPORT_SPAN / 65536;

	memset(blanks, ' ', 65536);
	blanks[65536] = 0;
	for (size_t more = 0; more <= 2; more += 2) {
		struct as_buf b;
		struct as_why why = {0};
		struct got g = {0};

		t_case("%zu octets between rows", (most - 1 + more) * 65536);
		as_buf_init(&b, 4 * AS_MAX_REPORT_SPAN);
		as_buf_puts(&b, "<feedback>" POLICY RECORD);
		for (size_t i = 0; i < most - 1 + more; i++)
			as_buf_puts(&b, blanks);
		as_buf_puts(&b, RECORD);
		for (size_t i = 0; i < most - 1; i++)
			as_buf_puts(&b, blanks);
		as_buf_puts(&b, RECORD "</feedback>");
		T_INT(read_in(&g, as_buf_str(&b), 16384, &why),
		    more == 0 ? AS_OK : AS_ELIMIT);
		T_INT(g.rows, more == 0 ? 3 : 1);
		T_INT(g.drops, more == 0 ? 0 : 1);
		as_buf_fini(&b);
	}
}

/* RPT-3: more failures than a tree may have, and a part that is too long. */
static void
test_long_tls(void)
{
	static const char begin[] =
	    "{\"report-id\":\"1\",\"policies\":[{\"policy\":{},\"summary\":{},"
	    "\"failure-details\":[{}";
	struct as_report_sink sink = {0};
	struct as_reader *r = NULL;
	struct as_why why = {0};
	struct as_buf b;

	t_case("more failures than a tree may have");
	as_buf_init(&b, 2 * AS_MAX_REPORT_TLS_OCTETS);
	as_buf_puts(&b, begin);
	for (size_t i = 0; i < 2 * AS_MAX_JSON_CONTAINERS; i++)
		as_buf_puts(&b, ", {}");
	as_buf_puts(&b, "]}]}");
	T_INT(as_reader_new(AS_REPORT_TLS, &sink, &r), AS_OK);
	T_INT(as_reader_feed(r, as_buf_str(&b), &why), AS_OK);
	T_INT(as_reader_end(r, &why), AS_OK);
	as_reader_free(r);
	for (int i = 0; i < 2; i++) {
		t_case(i == 0 ? "a member that is too long"
			      : "a failure that is too long");
		as_buf_reset(&b);
		as_buf_puts(&b, i == 0 ? "{\"a\":\"" : begin);
		as_buf_puts(&b, i == 0 ? "" : ",\"");
		while (b.n < AS_MAX_REPORT_TLS_OCTETS + 4096)
			as_buf_puts(&b, "a text of some length, and more");
		as_buf_puts(&b, "\"");
		T_INT(as_reader_new(AS_REPORT_TLS, &sink, &r), AS_OK);
		T_INT(as_reader_feed(r, as_buf_str(&b), &why), AS_ELIMIT);
		T_OK(strstr(why.text, "longer than what is read") != NULL);
		as_reader_free(r);
	}
	as_buf_fini(&b);
}

/* Rows from which a piece is missing. */
static void
test_pieces(void)
{
	static const struct {
		const char *name, *xml;
		enum as_err err;
		unsigned rows, unread;
	} rows[] = {
	    {"cut in a row", "<feedback>" POLICY RECORD "<record><row>",
		AS_ESYNTAX, 1, 0},
	    {"cut behind the rows", "<feedback>" POLICY RECORD "</feedb", AS_OK,
		1, 0},
	    {"cut in a text of the head",
		"<feedback>" RECORD "<report_metadata><org_name>abc", AS_OK, 1,
		0},
	    {"a row ends that never began",
		"<feedback>" POLICY "</record></feedback>", AS_ESYNTAX, 0, 0},
	    {"a row without an end",
		"<feedback>" POLICY "<record><row><source_ip>192.0.2.1"
		"</source_ip><count>1</count></row>" RECORD RECORD
		"</feedback>",
		AS_OK, 2, 1},
	    {"a part of a row without an end",
		"<feedback>" POLICY "<record><row><source_ip>192.0.2.1"
		"</source_ip><count>1</count><identifiers></identifiers>"
		"</record>" RECORD "</feedback>",
		AS_OK, 1, 1},
	    {"a part of a row with an end alone",
		"<feedback>" POLICY "<record><row><source_ip>192.0.2.1"
		"</source_ip><count>1</count></row></spf></record>" RECORD
		"</feedback>",
		AS_OK, 1, 1},
	    {"a text without an end",
		"<feedback>" POLICY "<record><row><source_ip>192.0.2.1"
		"<count>1</count></row></record></feedback>",
		AS_OK, 1, 0},
	    {"no policy, no row", "<feedback>" META "</feedback>", AS_ESYNTAX,
		0, 0},
	    {"another root", "<html></html>", AS_EVERSION, 0, 0},
	    {"no root", META POLICY RECORD, AS_EVERSION, 0, 0},
	    {"a document type", "<!DOCTYPE feedback [<!ENTITY a 'b'>]>" REPORT,
		AS_EUNSUPPORTED, 0, 0},
	    {"a document type inside",
		"<feedback><!DOCTYPE x>" POLICY RECORD "</feedback>",
		AS_EUNSUPPORTED, 0, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct got g = {0};
		struct as_why why = {0};

		t_case("%s", rows[i].name);
		T_INT(read_in(&g, as_str_from(rows[i].xml), 3, &why),
		    rows[i].err);
		T_INT(g.rows, rows[i].rows);
		if (rows[i].err == AS_OK)
			T_INT(g.unread, rows[i].unread);
		T_INT(g.ends, rows[i].err == AS_OK);
		T_INT(g.drops, rows[i].err != AS_OK && g.begins > 0);
		T_INT(why.code, rows[i].err);
	}
}

static void
test_sniff(void)
{
	static const struct {
		const char *octets;
		enum as_err err;
		enum as_report_kind kind;
	} rows[] = {
	    {REPORT, AS_OK, AS_REPORT_AGGREGATE},
	    {"\xef\xbb\xbf \r\n<?xml version='1.0'?><feedback", AS_OK,
		AS_REPORT_AGGREGATE},
	    {"<!-- <html> --><a:feedback", AS_OK, AS_REPORT_AGGREGATE},
	    {"<!DOCTYPE feedback [", AS_OK, AS_REPORT_AGGREGATE},
	    {"<!DOCTYPE html>", AS_EABSENT, 0},
	    {"<?xml version='1.0'?><!DOCTYPE html><HTML>", AS_EABSENT, 0},
	    {" {\"organization-name\":", AS_OK, AS_REPORT_TLS},
	    {"Received: from a", AS_EABSENT, 0},
	    {"From a@b Mon", AS_EABSENT, 0},
	    {"PK\003\004", AS_EABSENT, 0},
	    {"unused", AS_EABSENT, 0},
	    {" \n", AS_EABSENT, 0},
	    {"", AS_EABSENT, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum as_report_kind kind = AS_REPORT_FAILURE;
		struct as_why why = {0};

		t_case("sniff %zu", i);
		T_INT(as_reader_sniff(as_str_from(rows[i].octets), &kind, &why),
		    rows[i].err);
		if (rows[i].err == AS_OK)
			T_INT(kind, rows[i].kind);
		else
			T_OK(why.text[0] != 0);
	}
}

int
main(void)
{
	struct as_reader *r = NULL;
	struct as_report_sink sink = {0};

	test_splits();
	test_refused();
	test_caps();
	test_span();
	test_long_tls();
	test_pieces();
	test_sniff();
	t_case("failure reports are no stream");
	T_INT(as_reader_new(AS_REPORT_FAILURE, &sink, &r), AS_EINVAL);
	return t_done();
}
