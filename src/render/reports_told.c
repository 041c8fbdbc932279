/*
 * What the forms of received reports say alike.
 */
#include "base/clock.h"
#include "render/reports.h"

#include "base/banned.h"

const char *
as_seconds_text(int64_t t, char *buf)
{
	bool fits = t > INT64_MIN / 1000 && t < INT64_MAX / 1000;

	/* What is out of reach of a calendar is told as such. */
	return as_time_text(fits ? t * 1000 : INT64_MIN, buf);
}

static void
word_add(struct as_buf *b, struct as_str s)
{
	if (s.n == 0)
		return;
	as_buf_puts(b, " ");
	as_buf_add_str(b, s);
}

static struct as_str
or_none(struct as_str result)
{
	return result.n > 0 ? result : AS_STR("(no result)");
}

static void
human_add(struct as_buf *b, struct as_str s)
{
	if (s.n == 0)
		return;
	as_buf_puts(b, " (");
	as_buf_add_str(b, s);
	as_buf_puts(b, ")");
}

void
as_dkim_result_add(struct as_buf *b, const struct as_report_dkim *d)
{
	as_buf_puts(b, "dkim");
	word_add(b, or_none(d->result));
	word_add(b, d->domain);
	word_add(b, d->selector);
	human_add(b, d->human_result);
}

void
as_spf_result_add(struct as_buf *b, const struct as_report_spf *s)
{
	as_buf_puts(b, "spf");
	word_add(b, or_none(s->result));
	word_add(b, s->domain);
	word_add(b, s->scope);
	human_add(b, s->human_result);
}

void
as_reason_add(struct as_buf *b, const struct as_report_reason *r)
{
	as_buf_add_str(b, r->type.n > 0 ? r->type : AS_STR("no reason given"));
	human_add(b, r->comment);
}

void
as_failure_texts(const struct as_report_failure *f,
    struct as_failure_text out[AS_FAILURE_TEXTS])
{
	const struct as_failure_text all[AS_FAILURE_TEXTS] = {
	    {"feedback_type", f->feedback_type},
	    {"auth_failure", f->auth_failure},
	    {"delivery_result", f->delivery_result},
	    {"identity_alignment", f->identity_alignment},
	    {"reported_domain", f->reported_domain},
	    {"reporting_mta", f->reporting_mta},
	    {"arrival_date", f->arrival_date},
	    {"original_mail_from", f->original_mail_from},
	    {"original_rcpt_to", f->original_rcpt_to},
	    {"header_from", f->header_from},
	    {"subject", f->subject},
	    {"message_id", f->message_id},
	    {"dkim_domain", f->dkim_domain},
	    {"dkim_identity", f->dkim_identity},
	    {"dkim_selector", f->dkim_selector},
	    {"spf_dns", f->spf_dns},
	    {"authentication_results", f->authentication_results},
	};

	for (size_t i = 0; i < AS_FAILURE_TEXTS; i++)
		out[i] = all[i];
}

/* The first row whose words stand in the diagnosis counts. */
static const struct {
	const char *words, *advice;
} advices[] = {
    {"the reader ",
	"The fault is Assay's own. Keep it, and send the file with a report of"
	" the fault if you may; after an update of Assay read it once more."},
    {"document type declaration",
	"Receivers do not send such a thing: somebody tries what your reader"
	" of reports does, or a program is badly wrong. It can be dropped."},
    {"it is encrypted",
	"Nobody but its sender can read it. Ask for reports without a"
	" password; then it can be dropped."},
    {" of Outlook",
	"Get the mail as .eml, or the attachment as it was sent, ingest that,"
	" and drop this."},
    {"unpacks to more than",
	"It grows beyond all measure when it is unpacked, which no report does."
	" It can be dropped."},
    {"too large",
	"It is over a limit that protects this machine. If it is yours,"
	" unpack it by hand and ingest its parts."},
    {" octets that are read",
	"It is over a limit that protects this machine. If it is yours,"
	" unpack it by hand and ingest its parts."},
    {"report is over ",
	"It is over a limit that protects this machine. Ask its sender for"
	" reports of shorter times."},
    {"more than ",
	"It is over a limit that protects this machine. If it is yours,"
	" unpack it by hand and ingest its parts."},
    {"archive is damaged",
	"It was damaged on its way, or never whole. Fetch the mail again from"
	" where it came, or ask its sender for the report once more."},
    {" is missing",
	"It was damaged on its way, or never whole. Fetch the mail again from"
	" where it came, or ask its sender for the report once more."},
    {"it ends in the midst",
	"It was damaged on its way, or never whole. Fetch the mail again from"
	" where it came, or ask its sender for the report once more."},
    {"to its end",
	"It was damaged on its way, or never whole. Fetch the mail again from"
	" where it came, or ask its sender for the report once more."},
    {"it is empty",
	"There is nothing in it to read. It can be dropped; if its sender"
	" makes it a habit, tell them."},
    {"nothing: no octets",
	"There is nothing in it to read. It can be dropped; if its sender"
	" makes it a habit, tell them."},
    {"white space alone",
	"There is nothing in it to read. It can be dropped; if its sender"
	" makes it a habit, tell them."},
    {"no report",
	"It is some other mail or file that came to the mailbox of reports. If"
	" that is so, drop it; if it is a report, send it to those who make"
	" Assay, and read it once more after an update."},
    {"neither XML nor JSON",
	"It is some other mail or file that came to the mailbox of reports. If"
	" that is so, drop it; if it is a report, send it to those who make"
	" Assay, and read it once more after an update."},
};

const char *
as_quarantine_advice(const struct as_quarantined *q)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (as_str_has(q->diagnosis, as_str_from(advices[i].words)))
			return advices[i].advice;
	return "Look at its octets. If it is meant to be a report, its maker"
	       " is the one to mend it; after an update of Assay read it once"
	       " more; else drop it.";
}
