#include "intake/failure.h"

#include <stddef.h>

#include "base/limits.h"
#include "intake/field.h"
#include "intake/notes.h"
#include "intake/value.h"
#include "std/domain.h"

#include "base/banned.h"

struct reading {
	const struct as_report_sink *sink;
	struct as_arena *arena;
	struct as_notes notes;
	struct as_why *why;
	enum as_err err;
	bool keep_personal;
	bool repaired;
	bool incidents_seen;
	struct as_report_failure f;
	struct as_report_head head;
	struct as_str from, date; /* of the mail it is about */
};

/* What is done with a field's text. */
enum kind {
	PLAIN,
	FEEDBACK_TYPE, /* words of RFC 5965 3.5 and of its registry */
	AUTH_FAILURE,  /* of RFC 6591 3.3 and RFC 9991 */
	DELIVERY,      /* of RFC 6591 3.2.2 */
	ADDRESS,       /* personal: without what is ahead of "@" */
	INCIDENTS,
};

struct known {
	const char *name;
	enum kind kind;
	size_t offset; /* in struct reading */
};

#define FAILURE(member) offsetof(struct reading, f.member)
#define HEAD(member)    offsetof(struct reading, head.member)

/* RFC 5965 3.1 and 3.2, RFC 6591 3.1 to 3.3, RFC 9991. */
static const struct known feedback_fields[] = {
    {"Feedback-Type", FEEDBACK_TYPE, FAILURE(feedback_type)},
    {"Auth-Failure", AUTH_FAILURE, FAILURE(auth_failure)},
    {"Delivery-Result", DELIVERY, FAILURE(delivery_result)},
    {"Identity-Alignment", PLAIN, FAILURE(identity_alignment)},
    {"Source-IP", PLAIN, FAILURE(source_ip)},
    {"Reported-Domain", PLAIN, FAILURE(reported_domain)},
    {"Reporting-MTA", PLAIN, FAILURE(reporting_mta)},
    {"Arrival-Date", PLAIN, FAILURE(arrival_date)},
    {"Received-Date", PLAIN, FAILURE(arrival_date)},
    {"Original-Mail-From", ADDRESS, FAILURE(original_mail_from)},
    {"Original-Rcpt-To", ADDRESS, FAILURE(original_rcpt_to)},
    {"DKIM-Domain", PLAIN, FAILURE(dkim_domain)},
    {"DKIM-Identity", ADDRESS, FAILURE(dkim_identity)},
    {"DKIM-Selector", PLAIN, FAILURE(dkim_selector)},
    {"SPF-DNS", PLAIN, FAILURE(spf_dns)},
    {"Authentication-Results", ADDRESS, FAILURE(authentication_results)},
    {"Incidents", INCIDENTS, FAILURE(incidents)},
    {"User-Agent", PLAIN, HEAD(generator)},
    {"Version", PLAIN, HEAD(version)},
};

/* Of the mail it is about. */
static const struct known original_fields[] = {
    {"From", PLAIN, offsetof(struct reading, from)},
    {"Subject", PLAIN, FAILURE(subject)},
    {"Message-ID", PLAIN, FAILURE(message_id)},
    {"Date", PLAIN, offsetof(struct reading, date)},
};

/* Of the text that stands alone. */
static const struct known text_fields[] = {
    {"Sender Domain", PLAIN, FAILURE(reported_domain)},
    {"Sender IP Address", PLAIN, FAILURE(source_ip)},
    {"Received Date", PLAIN, FAILURE(arrival_date)},
    {"DMARC Results", PLAIN, FAILURE(authentication_results)},
};

#define N(list) (sizeof(list) / sizeof((list)[0]))

static const char *const feedback_types[] = {"abuse", "auth-failure", "fraud",
    "not-spam", "other", "virus", "opt-out", "opt-out-list", "miscategorized",
    NULL};
static const char *const auth_failures[] = {
    "adsp", "bodyhash", "revoked", "signature", "spf", "dmarc", NULL};
static const char *const deliveries[] = {
    "delivered", "spam", "policy", "reject", "other", NULL};

static void
fail(struct reading *r, enum as_err err)
{
	if (r->err == AS_OK)
		r->err = err;
}

static void
note(struct reading *r, const char *code, const char *where, const char *text)
{
	fail(r, as_notes_tell(&r->notes, code, as_str_from(where), text));
}

static struct as_str
check(struct reading *r, struct as_str s)
{
	if (as_str_is_null(s))
		fail(r, as_why_no_memory(r->why));
	return s;
}

/* The word of a list in its case, or the text as it stood. */
static struct as_str
word(struct reading *r, const struct known *k, const char *const *list,
    struct as_str s)
{
	for (; *list != NULL; list++)
		if (as_str_is_case(s, *list))
			return as_str_from(*list);
	if (s.n > 0)
		note(r, "word-unknown", k->name,
		    "no word of the standard; kept as it stood");
	return s;
}

static struct as_str
value_of(struct reading *r, const struct known *k, struct as_str s)
{
	switch (k->kind) {
	case FEEDBACK_TYPE: return word(r, k, feedback_types, s);
	case AUTH_FAILURE: return word(r, k, auth_failures, s);
	case DELIVERY: return word(r, k, deliveries, s);
	case ADDRESS:
		return r->keep_personal
		    ? s
		    : check(r, as_field_redact(r->arena, s));
	case PLAIN:
	case INCIDENTS: break;
	}
	return s;
}

static void
set_incidents(struct reading *r, struct as_str s)
{
	uint64_t n;
	enum as_value is = as_value_count(s, &n);

	r->incidents_seen = true;
	if (is != AS_VALUE_UNREAD)
		r->f.incidents = n;
	if (is != AS_VALUE_OK)
		note(r,
		    is == AS_VALUE_UNREAD ? "count-unread" : "count-repaired",
		    "Incidents", "no plain number");
}

static void
set_field(struct reading *r, const struct known *k, struct as_str value)
{
	struct as_str *to = (struct as_str *)((char *)r + k->offset);
	struct as_str s;

	if (k->kind == INCIDENTS ? r->incidents_seen : !as_str_is_null(*to)) {
		note(r, "element-repeated", k->name,
		    "it stands here more than once; the first counts");
		return;
	}
	s = check(r, as_field_text(r->arena, value, &r->repaired));
	if (k->kind == INCIDENTS)
		set_incidents(r, s);
	else
		*to = value_of(r, k, s);
}

static void
read_fields(struct reading *r, struct as_str s, bool one,
    const struct known *list, size_t n)
{
	struct as_field field;

	for (size_t at = 0;
	     r->err == AS_OK && as_field_next(s, one, &at, &field);) {
		for (size_t i = 0; i < n; i++)
			if (as_str_is_case(field.name, list[i].name))
				set_field(r, &list[i], field.value);
	}
}

/* "  Sender Domain: example.com", where names hold blanks. */
static void
read_text(struct reading *r, struct as_str s)
{
	for (size_t at = 0, end; at < s.n && r->err == AS_OK; at = end + 1) {
		struct as_str line;
		size_t colon;
		end = as_str_find(s, '\n', at);
		line = as_value_trim(as_str_slice(s, at, end));
		colon = as_str_find(line, ':', 0);
		for (size_t i = 0; i < N(text_fields) && colon < line.n; i++)
			if (as_str_is_case(as_str_slice(line, 0, colon),
				text_fields[i].name))
				set_field(r, &text_fields[i],
				    as_str_slice(line, colon + 1, line.n));
	}
	r->f.feedback_type = AS_STR("auth-failure");
	r->f.auth_failure = AS_STR("dmarc");
	note(r, "text-report", "", "a text for people in place of fields");
}

bool
as_failure_is_text(struct as_str text)
{
	return as_str_has(text, AS_STR("has failed the published DMARC")) &&
	    as_str_has(text, AS_STR("Sender Domain:"));
}

/* "192.0.2.1 (mail.example.com)", "mail.example.com [192.0.2.1]". */
static void
read_source(struct reading *r)
{
	struct as_str s = r->f.source_ip;
	size_t open = as_str_find(s, '[', 0), blank = as_str_find(s, ' ', 0);
	enum as_value is;

	if (s.n == 0)
		return;
	is = as_value_address(s, &r->f.ip);
	if (is == AS_VALUE_OK)
		return;
	if (is == AS_VALUE_UNREAD && blank < s.n)
		is = as_value_address(as_str_slice(s, 0, blank), &r->f.ip);
	if (is == AS_VALUE_UNREAD)
		is = as_value_address(as_str_slice(s, open, s.n), &r->f.ip);
	if (is == AS_VALUE_UNREAD)
		note(r, "address-unread", "Source-IP", "no IP address");
	else
		note(r, "address-repaired", "Source-IP",
		    "an address with something around it");
}

static void
read_time(struct reading *r)
{
	struct as_str s = r->f.arrival_date.n > 0 ? r->f.arrival_date : r->date;
	int64_t time;

	if (s.n == 0) {
		note(r, "time-missing", "Arrival-Date",
		    "the report does not say when the mail came");
	} else if (as_field_date(s, &time) != AS_OK) {
		note(r, "time-unread", "Arrival-Date", "no date of RFC 5322");
	} else {
		r->head.begin = r->head.end = time;
	}
}

/* Whose name was used: as reported, or as the mail's From has it. */
static void
read_domain(struct reading *r)
{
	struct as_str s = r->f.reported_domain, name;
	enum as_err err;

	if (s.n == 0) {
		s = as_field_domain(r->from);
		if (s.n > 0)
			note(r, "domain-derived", "Reported-Domain",
			    "taken from the From of the mail it is about");
	}
	if (s.n == 0) {
		note(r, "domain-missing", "Reported-Domain",
		    "the report does not say which domain was used");
		return;
	}
	err = as_domain_parse(r->arena, s, &name, NULL);
	r->head.domain = err == AS_OK ? name : s;
	if (err == AS_ENOMEM)
		fail(r, as_why_no_memory(r->why));
	else if (err != AS_OK)
		note(r, "domain-unread", "Reported-Domain", "no domain name");
}

static void
read_original(struct reading *r, struct as_str s)
{
	read_fields(r, s, true, original_fields, N(original_fields));
	r->f.header_from = r->from;
	if (r->keep_personal)
		return;
	r->f.subject = AS_STR_NULL;
	if (r->from.n > 0 && as_field_domain(r->from).n > 0) {
		r->f.header_from = as_field_domain(r->from);
		r->f.header_from.p--; /* the "@" ahead of it */
		r->f.header_from.n++;
	} else if (r->from.n > 0) {
		r->f.header_from = AS_STR("");
	}
}

static void
read_head(struct reading *r, const struct as_failure_parts *parts)
{
	struct as_report_head *h = &r->head;

	h->email =
	    check(r, as_field_text(r->arena, parts->mail_from, &r->repaired));
	h->org_name = as_field_domain(h->email);
	h->report_id =
	    check(r, as_field_text(r->arena, parts->message_id, &r->repaired));
	h->rows = 1;
	h->messages = r->f.incidents;
	if (r->f.feedback_type.n == 0)
		note(r, "type-missing", "Feedback-Type",
		    "the report does not say what it is about");
	if (r->repaired)
		note(r, "encoding-repaired", "",
		    "octets that are no text became U+FFFD");
}

static bool
has_field(struct as_str feedback)
{
	struct as_field field;

	for (size_t at = 0; as_field_next(feedback, false, &at, &field);)
		for (size_t i = 0; i < N(feedback_fields); i++)
			if (as_str_is_case(field.name, feedback_fields[i].name))
				return true;
	return false;
}

static void
read_parts(struct reading *r, const struct as_failure_parts *parts)
{
	if (has_field(parts->feedback))
		read_fields(r, parts->feedback, false, feedback_fields,
		    N(feedback_fields));
	else
		read_text(r, parts->text);
	read_original(r, parts->original);
	read_source(r);
	read_time(r);
	read_domain(r);
	read_head(r, parts);
}

static enum as_err
give(struct reading *r, const struct as_failure_parts *parts)
{
	const struct as_report_sink *s = r->sink;

	if (s->begin != NULL)
		fail(r, s->begin(s->ctx, AS_REPORT_FAILURE));
	if (r->err == AS_OK)
		fail(r, as_notes_begin(&r->notes));
	if (r->err == AS_OK)
		read_parts(r, parts);
	if (r->err == AS_OK && s->failure != NULL)
		fail(r, s->failure(s->ctx, &r->f));
	if (r->err == AS_OK)
		fail(r, as_notes_end(&r->notes));
	if (r->err == AS_OK && s->end != NULL)
		fail(r, s->end(s->ctx, &r->head));
	if (r->err != AS_OK && s->drop != NULL)
		(void)s->drop(s->ctx); /* the first error is told */
	return r->err;
}

enum as_err
as_failure_read(const struct as_failure_parts *parts, bool keep_personal,
    const struct as_report_sink *sink, struct as_why *why)
{
	struct reading r = {.sink = sink,
	    .why = why,
	    .keep_personal = keep_personal,
	    .notes = {.sink = sink},
	    .f = {.incidents = 1},
	    .head = {.kind = AS_REPORT_FAILURE,
		.begin = AS_REPORT_NO_TIME,
		.end = AS_REPORT_NO_TIME}};

	if (parts->feedback.n > AS_MAX_REPORT_FAILURE_OCTETS ||
	    parts->text.n > AS_MAX_REPORT_FAILURE_OCTETS)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "the failure report is over %zu octets",
		    AS_MAX_REPORT_FAILURE_OCTETS);
	if (!has_field(parts->feedback) && !as_failure_is_text(parts->text))
		return as_why_set(why, AS_EVERSION, AS_WHY_NOWHERE,
		    "no field of a feedback report (RFC 5965 3)");
	r.arena = as_arena_new(AS_MAX_REPORT_HEAD_OCTETS);
	if (r.arena == NULL)
		return as_why_no_memory(why);
	(void)give(&r, parts);
	as_arena_free(r.arena);
	return r.err;
}
