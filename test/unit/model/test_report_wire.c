/* Events written and read again are the events they were; what is no batch is
 * refused. */
#include "base/limits.h"
#include "harness.h"
#include "model/report_wire.h"

#include "base/banned.h"

struct seen {
	unsigned begins, rows, policies, failures, singles, notes, ends, drops;
	unsigned founds, refusals;
	struct as_report_row want;
	bool same;
	size_t raw;
	bool raw_absent;
	char diagnosis[40];
	struct as_report_head head;
	enum as_err fail; /* what `row` returns */
};

static struct as_buf sent;
static unsigned batches;

static enum as_err
on_send(void *ctx, struct as_str batch)
{
	(void)ctx;
	batches++;
	as_buf_add_str(&sent, batch);
	return AS_OK;
}

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	struct seen *s = ctx;

	s->begins++;
	return kind == AS_REPORT_AGGREGATE || kind == AS_REPORT_TLS ||
		kind == AS_REPORT_FAILURE
	    ? AS_OK
	    : AS_EINVAL;
}

static bool
text_same(struct as_str a, struct as_str b)
{
	return as_str_is_null(a) == as_str_is_null(b) && as_str_eq(a, b);
}

static enum as_err
on_row(void *ctx, const struct as_report_row *r)
{
	struct seen *s = ctx;
	const struct as_report_row *w = &s->want;

	s->rows++;
	s->same = text_same(r->source_ip, w->source_ip) &&
	    as_ip_eq(&r->ip, &w->ip) && r->count == w->count &&
	    text_same(r->dkim, w->dkim) && text_same(r->spf, w->spf) &&
	    text_same(r->header_from, w->header_from) &&
	    text_same(r->envelope_to, w->envelope_to) && r->n_reasons == 1 &&
	    text_same(r->reasons[0].comment, w->reasons[0].comment) &&
	    r->n_dkims == 2 &&
	    text_same(r->dkims[1].selector, w->dkims[1].selector) &&
	    text_same(r->dkims[1].human_result, w->dkims[1].human_result) &&
	    r->n_spfs == 0;
	return s->fail;
}

static enum as_err
on_policy(void *ctx, const struct as_report_tls_policy *p)
{
	struct seen *s = ctx;

	s->policies += p->n_strings == 2 && as_str_is(p->strings[1], "b") &&
	    p->n_mx_hosts == 0 && p->successes == UINT64_MAX;
	return AS_OK;
}

static enum as_err
on_tls(void *ctx, const struct as_report_tls_failure *f)
{
	struct seen *s = ctx;

	s->failures += f->sessions == 128 && as_str_is(f->result_type, "t");
	return AS_OK;
}

static enum as_err
on_single(void *ctx, const struct as_report_failure *f)
{
	struct seen *s = ctx;

	s->singles +=
	    f->incidents == 7 && as_str_is(f->subject, "s") && f->ip.len == 16;
	return AS_OK;
}

static enum as_err
on_note(void *ctx, const struct as_report_note *n)
{
	struct seen *s = ctx;

	s->notes += as_str_is(n->code, "c") && n->where.n == 0;
	return AS_OK;
}

static enum as_err
on_end(void *ctx, const struct as_report_head *h)
{
	struct seen *s = ctx;

	s->ends++;
	s->head = *h;
	return AS_OK;
}

static enum as_err
on_drop(void *ctx)
{
	struct seen *s = ctx;

	s->drops++;
	return AS_OK;
}

static enum as_err
on_found(void *ctx, const struct as_report_piece *piece)
{
	struct seen *s = ctx;

	s->founds++;
	s->raw = piece->raw.n;
	s->raw_absent = as_str_is_null(piece->raw);
	return AS_OK;
}

static enum as_err
on_refused(
    void *ctx, const struct as_report_piece *piece, struct as_str diagnosis)
{
	struct seen *s = ctx;

	s->refusals++;
	s->raw = piece->raw.n;
	s->raw_absent = as_str_is_null(piece->raw);
	(void)snprintf(s->diagnosis, sizeof(s->diagnosis), AS_STR_FMT,
	    AS_STR_ARG(diagnosis));
	return AS_OK;
}

static struct as_wire_events
events_of(struct seen *s)
{
	return (struct as_wire_events){.report = {.ctx = s,
					   .begin = on_begin,
					   .row = on_row,
					   .tls_policy = on_policy,
					   .tls_failure = on_tls,
					   .failure = on_single,
					   .note = on_note,
					   .end = on_end,
					   .drop = on_drop},
	    .found = on_found,
	    .refused = on_refused,
	    .ctx = s};
}

static enum as_err
read_all(struct seen *s, struct as_str batch)
{
	struct as_wire_events to = events_of(s);
	struct as_wire_reader r;
	enum as_err err = as_wire_reader_init(&r);

	if (err == AS_OK)
		err = as_wire_read(&r, batch, &to);
	as_wire_reader_fini(&r);
	return err;
}

#define T(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static const struct as_report_reason reasons[] = {{T("other"), T("\xc3\xa9")}};
static const struct as_report_dkim dkims[] = {
    {T("a.test"), T("s1"), T("pass"), {NULL, 0}},
    {T("b.test"), T("s2"), T("fail"), T("")}};

static struct as_report_row
row_sample(void)
{
	struct as_report_row row = {.source_ip = AS_STR("192.0.2.1"),
	    .ip = {4, {192, 0, 2, 1}},
	    .count = AS_REPORT_NO_COUNT,
	    .dkim = AS_STR("pass"),
	    .header_from = AS_STR("x.test"),
	    .envelope_to = AS_STR(""),
	    .reasons = reasons,
	    .n_reasons = 1,
	    .dkims = dkims,
	    .n_dkims = 2};
	return row;
}

static void
round_trip(void)
{
	static const struct as_str strings[] = {T("a"), T("b")};
	struct as_wire_writer w;
	struct as_report_sink k;
	struct as_report_row row = row_sample();
	struct as_report_tls_policy policy = {
	    .strings = strings, .n_strings = 2, .successes = UINT64_MAX};
	struct as_report_tls_failure tls = {
	    .result_type = AS_STR("t"), .sessions = 128};
	struct as_report_failure single = {
	    .incidents = 7, .subject = AS_STR("s"), .ip = {16, {0x20, 1}}};
	struct as_report_note note = {AS_STR("c"), AS_STR(""), AS_STR("t")};
	struct as_report_head head = {.kind = AS_REPORT_TLS,
	    .org_name = AS_STR("org"),
	    .begin = -5,
	    .end = AS_REPORT_NO_TIME,
	    .messages = 3,
	    .errors = strings,
	    .n_errors = 2,
	    .cut = true};
	struct as_report_piece piece = {
	    .path = AS_STR("a.xml"), .raw = AS_STR("")};
	struct seen s = {.want = row};

	t_case("each event comes back as it was");
	as_buf_reset(&sent);
	as_wire_writer_init(&w, on_send, NULL);
	k = as_wire_sink(&w);
	T_OK(k.begin(k.ctx, AS_REPORT_TLS) == AS_OK);
	T_OK(k.row(k.ctx, &row) == AS_OK);
	T_OK(k.tls_policy(k.ctx, &policy) == AS_OK);
	T_OK(k.tls_failure(k.ctx, &tls) == AS_OK);
	T_OK(k.failure(k.ctx, &single) == AS_OK);
	T_OK(k.note(k.ctx, &note) == AS_OK);
	T_OK(k.end(k.ctx, &head) == AS_OK);
	T_OK(as_wire_found(&w, &piece) == AS_OK);
	T_OK(k.begin(k.ctx, AS_REPORT_AGGREGATE) == AS_OK);
	T_OK(k.drop(k.ctx) == AS_OK);
	T_INT(sent.n, 0); /* a batch waits to be full */
	T_OK(as_wire_flush(&w) == AS_OK);
	T_OK(read_all(&s, as_buf_str(&sent)) == AS_OK);
	T_OK(s.same);
	T_INT(s.begins, 2);
	T_INT(s.policies + s.failures + s.singles + s.notes, 4);
	T_OK(s.ends == 1 && s.drops == 1 && s.founds == 1);
	T_OK(s.head.kind == AS_REPORT_TLS && s.head.begin == -5 && s.head.cut);
	T_OK(s.head.end == AS_REPORT_NO_TIME && s.head.messages == 3);
	T_OK(s.head.n_errors == 2);
	T_OK(s.raw == 0 && !s.raw_absent);

	t_case("every batch that is cut short is refused or ends early");
	for (size_t n = 1; n < sent.n; n++) {
		struct seen cut = {.want = row};
		enum as_err err = read_all(&cut, (struct as_str){sent.p, n});
		T_OK(err == AS_EVERSION || (err == AS_OK && cut.begins > 0));
	}
	as_wire_writer_fini(&w);
}

static void
raw_octets(void)
{
	static char octets[3 * 1024 * 1024];
	struct as_wire_writer w;
	struct as_report_piece piece = {
	    .path = AS_STR("b"), .raw = {octets, sizeof(octets)}};
	struct seen s = {.want = row_sample()};

	t_case("a refused piece keeps its octets and its diagnosis");
	as_buf_reset(&sent);
	batches = 0;
	as_wire_writer_init(&w, on_send, NULL);
	T_OK(as_wire_refused(&w, &piece, AS_STR("no report")) == AS_OK);
	piece.raw = AS_STR_NULL;
	T_OK(as_wire_flush(&w) == AS_OK);
	T_OK(batches >= 3);
	T_OK(read_all(&s, as_buf_str(&sent)) == AS_OK);
	T_OK(s.refusals == 1 && s.raw == sizeof(octets) && !s.raw_absent);
	T_STR(as_str_from(s.diagnosis), "no report");
	T_OK(as_wire_refused(&w, &piece, AS_STR("x")) == AS_OK);
	as_buf_reset(&sent);
	T_OK(as_wire_flush(&w) == AS_OK);
	T_OK(read_all(&s, as_buf_str(&sent)) == AS_OK);
	T_OK(s.refusals == 2 && s.raw_absent);
	as_wire_writer_fini(&w);
}

#define BAD(octets) \
	{ \
		octets, sizeof(octets) - 1 \
	}

static void
hostile(void)
{
	static const struct {
		const char *p;
		size_t n;
	} bad[] = {
	    BAD("R"),     /* a row of no report */
	    BAD("?"),     /* no event */
	    BAD("B"),     /* no kind */
	    BAD("B\x03"), /* no such kind */
	    BAD("B\x00"
		"B\x00"), /* a report in a report */
	    BAD("E"),     /* the end of none */
	    BAD("D"),
	    BAD("O\x00\x00\x00\x00"), /* found nothing */
	    BAD("B\x00"
		"Z\x00\x00\x00\x00\x00"), /* inside a report */
	    BAD("B\x00"
		"X\x02"
		"a"),
	    BAD("X\x00"), /* octets that are absent */
	    BAD("B\x00"
		"N\x7f"), /* longer than what is there */
	    BAD("B\x00"
		"N\x02\xff\x00\x00"), /* no UTF-8 */
	    BAD("B\x00"
		"R\x00\x05"), /* an address of five octets */
	    BAD("B\x00"
		"P\x00\x00\xff\xff\xff\x7f"), /* a list of millions */
	    BAD("B\x00"
		"N\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
	};

	t_case("what a hostile process sends is refused");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct seen s = {.want = row_sample()};
		T_INT(read_all(&s, (struct as_str){bad[i].p, bad[i].n}),
		    AS_EVERSION);
		T_INT(s.rows + s.notes + s.founds + s.refusals, 0);
	}
}

static void
batching(void)
{
	struct as_wire_writer w;
	struct as_report_row row = row_sample();
	struct as_report_sink k;
	struct seen s = {.want = row};

	t_case("many rows share a batch, and an error of the taker ends it");
	as_buf_reset(&sent);
	batches = 0;
	as_wire_writer_init(&w, on_send, NULL);
	k = as_wire_sink(&w);
	T_OK(k.begin(k.ctx, AS_REPORT_AGGREGATE) == AS_OK);
	for (int i = 0; i < 5000; i++)
		T_OK(k.row(k.ctx, &row) == AS_OK);
	T_OK(as_wire_flush(&w) == AS_OK);
	T_OK(batches > 1 && batches < 50);
	T_OK(read_all(&s, as_buf_str(&sent)) == AS_OK);
	T_INT(s.rows, 5000);
	s.fail = AS_EIO;
	T_OK(read_all(&s, as_buf_str(&sent)) == AS_EIO);
	T_INT(s.rows, 5001);
	as_wire_writer_fini(&w);
}

int
main(void)
{
	as_buf_init(&sent, AS_MAX_FRAME_OCTETS);
	round_trip();
	raw_octets();
	hostile();
	batching();
	as_buf_fini(&sent);
	return t_done();
}
