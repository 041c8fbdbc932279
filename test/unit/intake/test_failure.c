#include "intake/failure.h"

#include "harness.h"
#include "intake/field.h"

#include "base/banned.h"

#define FEEDBACK \
	"Feedback-Type: Auth-Failure\r\n" \
	"User-Agent: maker/1.0\r\n" \
	"Version: 1\r\n" \
	"Original-Mail-From: <bounces+1=a@out.example>\r\n" \
	"Original-Rcpt-To: jane@receiver.example\r\n" \
	"Arrival-Date: Mon, 01 Oct 2018 11:20:27 +0200\r\n" \
	"Authentication-Results: r.example; spf=pass\r\n" \
	"\tsmtp.mailfrom=john@out.example\r\n" \
	"Source-IP: 192.0.2.1\r\n" \
	"Delivery-Result: smg-policy-action\r\n" \
	"Auth-Failure: dmarc\r\n" \
	"Reported-Domain: Example.COM\r\n" \
	"Incidents: 3\r\n"
#define ORIGINAL \
	"From: \"John Doe\" <john@example.com>\r\n" \
	"Subject: our secret\r\n" \
	"Message-ID: <1@example.com>\r\n\r\n" \
	"Subject: of the body\r\n"

struct got {
	struct as_report_failure f;
	struct as_report_head head;
	unsigned begins, failures, notes, ends, drops;
	char last_note[40];
	enum as_err refuse;
	bool personal;
};

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	T_INT(kind, AS_REPORT_FAILURE);
	((struct got *)ctx)->begins++;
	return AS_OK;
}

/* Texts live until it returns: what is compared is compared here. */
static enum as_err
on_failure(void *ctx, const struct as_report_failure *f)
{
	struct got *g = ctx;

	g->f = *f;
	g->failures++;
	if (g->personal) {
		T_STR(f->original_mail_from, "<bounces+1=a@out.example>");
		T_STR(f->header_from, "\"John Doe\" <john@example.com>");
		T_STR(f->subject, "our secret");
	} else if (f->original_mail_from.n > 0) {
		T_STR(f->original_mail_from, "<@out.example>");
		T_STR(f->original_rcpt_to, "@receiver.example");
		T_STR(f->header_from, "@example.com");
		T_OK(as_str_is_null(f->subject));
		T_STR(f->authentication_results,
		    "r.example; spf=pass smtp.mailfrom=@out.example");
		T_STR(f->feedback_type, "auth-failure");
		T_STR(f->delivery_result, "smg-policy-action");
		T_STR(f->message_id, "<1@example.com>");
	}
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

	g->head = *head;
	g->ends++;
	if (g->f.ip.len == 4)
		T_STR(head->domain, "example.com");
	return AS_OK;
}

static enum as_err
on_drop(void *ctx)
{
	((struct got *)ctx)->drops++;
	return AS_OK;
}

static enum as_err
read_parts(struct got *g, const char *feedback, const char *original,
    const char *text, struct as_why *why)
{
	struct as_report_sink sink = {.ctx = g,
	    .begin = on_begin,
	    .failure = on_failure,
	    .note = on_note,
	    .end = on_end,
	    .drop = on_drop};
	struct as_failure_parts parts = {.feedback = as_str_from(feedback),
	    .original = as_str_from(original),
	    .text = as_str_from(text),
	    .mail_from = AS_STR("<noreply@reporter.example>"),
	    .message_id = AS_STR("<9@reporter.example>")};

	return as_failure_read(&parts, g->personal, &sink, why);
}

/* FAIL-1, FAIL-2, FAIL-3, FAIL-4. */
static void
test_whole(void)
{
	struct got g = {0};

	t_case("a whole report, redacted");
	T_INT(read_parts(&g, FEEDBACK, ORIGINAL, NULL, NULL), AS_OK);
	T_INT(g.begins + g.failures + g.ends, 3);
	T_INT(g.f.ip.len, 4);
	T_INT(g.head.messages, 3);
	T_INT(g.head.begin, 1538385627);
	T_INT(g.notes, 1); /* the result that no standard knows */

	t_case("the same with what is personal");
	g = (struct got){.personal = true};
	T_INT(read_parts(&g, FEEDBACK, ORIGINAL, NULL, NULL), AS_OK);
	T_INT(g.failures, 1);

	t_case("the sink's error");
	g = (struct got){.refuse = AS_EOUTPUT};
	T_INT(read_parts(&g, FEEDBACK, ORIGINAL, NULL, NULL), AS_EOUTPUT);
	T_INT(g.drops, 1);
	T_INT(g.ends, 0);
}

static void
test_odd(void)
{
	struct got g = {0};
	struct as_why why = {0};

	t_case("no fields at all");
	T_INT(
	    read_parts(&g, "hello\n\nyou", ORIGINAL, "hi", &why), AS_EVERSION);
	T_INT(g.begins, 0);
	T_INT(why.code, AS_EVERSION);

	t_case("nearly nothing: told, not guessed");
	T_INT(read_parts(&g, "\n\nVersion: 1\n", NULL, NULL, &why), AS_OK);
	T_INT(g.head.begin, AS_REPORT_NO_TIME);
	T_INT(g.f.feedback_type.n, 0);
	T_INT(g.head.domain.n, 0);
	T_INT(g.notes, 3);

	t_case("text for people in place of fields");
	g = (struct got){0};
	T_INT(read_parts(&g, NULL, ORIGINAL,
		  "A message claiming to be from you has failed the published "
		  "DMARC\npolicy for your domain.\n\n  Sender Domain: "
		  "example.com\n  Sender IP Address: 192.0.2.7\n  Received "
		  "Date: Wed, 03 Oct 2018 21:52:00 +0000\n",
		  &why),
	    AS_OK);
	T_INT(g.f.ip.len, 4);
	T_INT(g.head.begin, 1538603520);
	T_STR(as_str_from(g.last_note), "text-report");

	t_case("the domain of the mail's From when none is reported");
	g = (struct got){0};
	T_INT(read_parts(&g, "Feedback-Type: abuse\nSource-IP: 192.0.2.1\n",
		  ORIGINAL, NULL, &why),
	    AS_OK);
	T_INT(g.ends, 1);
}

static void
test_sources(void)
{
	static const struct {
		const char *value;
		uint8_t len;
	} rows[] = {
	    {"192.0.2.1 (mail.example.com)", 4},
	    {"mail.example.com [192.0.2.1]", 4},
	    {"192.0.2.1 [mail.example.com]", 4},
	    {"[2001:db8::1]", 16},
	    {"mail.example.com", 0},
	    {"[", 0},
	    {"", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct got g = {0};
		char text[200];

		t_case("source \"%s\"", rows[i].value);
		(void)snprintf(text, sizeof(text),
		    "Source-IP: %s\nReported-Domain: example.com\n",
		    rows[i].value);
		T_INT(read_parts(&g, text, NULL, NULL, NULL), AS_OK);
		T_INT(g.f.ip.len, rows[i].len);
	}
}

static void
test_dates(void)
{
	static const struct {
		const char *text;
		enum as_err err;
		int64_t time;
	} rows[] = {
	    {"Mon, 01 Oct 2018 11:20:27 +0200", AS_OK, 1538385627},
	    {"1 Oct 2018 09:20 GMT", AS_OK, 1538385600},
	    {"Mon, 1 Oct 2018 09:20:27 -0000 (UTC)", AS_OK, 1538385627},
	    {"Thu, 29 Feb 2024 00:00:00 +0000", AS_OK, 1709164800},
	    {"Mon, 01 Oct 2018 11:20:27", AS_ESYNTAX, 0},
	    {"Mon, 01 Oct 2018 11:20:27 EST", AS_ESYNTAX, 0},
	    {"2018-10-01", AS_ESYNTAX, 0},
	    {"Mon, 32 Oct 2018 11:20:27 +0200", AS_ESYNTAX, 0},
	    {"", AS_ESYNTAX, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t time = 0;

		t_case("date \"%s\"", rows[i].text);
		T_INT(as_field_date(as_str_from(rows[i].text), &time),
		    rows[i].err);
		T_INT(time, rows[i].time);
	}
}

static void
test_redaction(void)
{
	static const char *const rows[][2] = {
	    {"a@b", "@b"},
	    {"John <john@b>, \"x y\"@c", "John <@b>, @c"},
	    {"smtp.mailfrom=a=b@c;", "smtp.mailfrom=@c;"},
	    {"header.i=@c header.i=j@c", "header.i=@c header.i=@c"},
	    {"\"@x", "\"@x"},
	    {"a\"b c\"d@x", "@x"},
	    {"none", "none"},
	    {"", ""},
	};
	struct as_arena *a = as_arena_new(4096);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_case("redact \"%s\"", rows[i][0]);
		T_STR(as_field_redact(a, as_str_from(rows[i][0])), rows[i][1]);
	}
	as_arena_free(a);
}

int
main(void)
{
	test_whole();
	test_odd();
	test_sources();
	test_dates();
	test_redaction();
	return t_done();
}
