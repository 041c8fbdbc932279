#include "intake/tls.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "intake/notes.h"
#include "intake/value.h"
#include "std/domain.h"

#include "base/banned.h"

struct as_tls_reader {
	const struct as_report_sink *sink;
	struct as_buf octets;
	struct as_arena *arena; /* of the head and of what `policy` holds */
	struct as_notes notes;
	enum as_err err;
	struct as_why *why;
	size_t policy; /* number of the one that is read; 0: the head */
	bool begun;
	struct as_report_head head;
	char domain[AS_MAX_NAME_OCTETS]; /* of the head */
};

static void
fail(struct as_tls_reader *t, enum as_err err)
{
	if (t->err == AS_OK)
		t->err = err;
}

static void
note(struct as_tls_reader *t, const char *code, const char *name,
    const char *text)
{
	char where[96];

	if (t->policy > 0)
		(void)snprintf(
		    where, sizeof(where), "policy %zu, %s", t->policy, name);
	else
		(void)snprintf(where, sizeof(where), "%s", name);
	fail(t, as_notes_tell(&t->notes, code, as_str_from(where), text));
}

/* A string as it is kept: without blanks around it, within its cap. */
static struct as_str
fit_text(struct as_tls_reader *t, struct as_str s, const char *name)
{
	s = as_value_trim(s);
	if (s.n <= AS_MAX_REPORT_TEXT)
		return s;
	note(t, "text-cut", name, "longer than what is kept of a text");
	s.n = AS_MAX_REPORT_TEXT;
	while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return s;
}

static struct as_str
get_text(struct as_tls_reader *t, const json_t *obj, const char *name)
{
	const json_t *v = json_object_get(obj, name);

	if (v == NULL || json_is_null(v))
		return AS_STR_NULL;
	if (!json_is_string(v)) {
		note(t, "member-unread", name, "no string");
		return AS_STR_NULL;
	}
	return fit_text(t, as_json_get_str(v), name);
}

/* The first of two names of one member. */
static struct as_str
get_text_of(struct as_tls_reader *t, const json_t *obj, const char *name,
    const char *other)
{
	struct as_str s = get_text(t, obj, name);

	return as_str_is_null(s) ? get_text(t, obj, other) : s;
}

/* A word of the standard in its case; another one as it stood. */
static struct as_str
get_word(struct as_tls_reader *t, const json_t *obj, const char *name,
    enum as_words words)
{
	struct as_str s = get_text(t, obj, name);
	struct as_str word = as_value_word(words, s);

	if (!as_str_is_null(word) || s.n == 0)
		return as_str_is_null(word) ? s : word;
	note(t, "word-unknown", name,
	    "no word of the standard; kept as it stood");
	return s;
}

/* Strings of a list, or the one string that stands in its place. */
static const struct as_str *
get_texts(struct as_tls_reader *t, const json_t *v, const char *name, size_t *n)
{
	size_t all = json_is_array(v) ? json_array_size(v) : 1;
	struct as_str *list;

	*n = 0;
	if (v == NULL || json_is_null(v))
		return NULL;
	if (all > AS_MAX_REPORT_STRINGS) {
		note(t, "list-cut", name, "more strings than are kept");
		all = AS_MAX_REPORT_STRINGS;
	}
	list = as_arena_array(t->arena, all, sizeof(*list));
	if (list == NULL) {
		fail(t, as_why_no_memory(t->why));
		return NULL;
	}
	for (size_t i = 0; i < all; i++) {
		const json_t *s = json_is_array(v) ? json_array_get(v, i) : v;
		if (json_is_string(s))
			list[(*n)++] = fit_text(t, as_json_get_str(s), name);
		else
			note(t, "member-unread", name, "no string");
	}
	return list;
}

/* A number that is none, like 1e3 or "5", is one all the same. */
static enum as_value
read_count(const json_t *v, uint64_t *count)
{
	double real;

	*count = AS_REPORT_NO_COUNT;
	if (json_is_string(v)) {
		enum as_value is =
		    as_value_count(as_value_trim(as_json_get_str(v)), count);
		return is == AS_VALUE_OK ? AS_VALUE_REPAIRED : is;
	}
	if (json_is_integer(v)) {
		json_int_t i = json_integer_value(v);
		if (i < 0 || (uint64_t)i > AS_MAX_REPORT_SESSIONS)
			return AS_VALUE_UNREAD;
		*count = (uint64_t)i;
		return AS_VALUE_OK;
	}
	real = json_is_real(v) ? json_real_value(v) : -1;
	if (real < 0 || real > (double)AS_MAX_REPORT_SESSIONS ||
	    (double)(uint64_t)real < real)
		return AS_VALUE_UNREAD;
	*count = (uint64_t)real;
	return AS_VALUE_REPAIRED;
}

static uint64_t
get_count(struct as_tls_reader *t, const json_t *obj, const char *name)
{
	const json_t *v = json_object_get(obj, name);
	uint64_t count;

	if (v == NULL) {
		note(t, "count-missing", name, "it is not there");
		return AS_REPORT_NO_COUNT;
	}
	switch (read_count(v, &count)) {
	case AS_VALUE_OK: break;
	case AS_VALUE_REPAIRED:
		note(t, "count-repaired", name,
		    "a number in another form than digits");
		break;
	case AS_VALUE_UNREAD:
		note(t, "count-unread", name, "no number of sessions");
		break;
	}
	return count;
}

/* RFC 3339; without its zone it is taken for UTC, as the day of a report is. */
static int64_t
get_time(struct as_tls_reader *t, const json_t *range, const char *name)
{
	struct as_str s = get_text(t, range, name);
	char zoned[64];
	int64_t time;
	enum as_value is;
	int n;

	if (as_str_is_null(s))
		return AS_REPORT_NO_TIME;
	if (as_str_find(s, '-', 0) < s.n &&
	    as_value_time(s, &time) != AS_VALUE_UNREAD)
		return time;
	n = snprintf(zoned, sizeof(zoned), AS_STR_FMT "Z", AS_STR_ARG(s));
	is = AS_VALUE_UNREAD;
	if (n > 0 && (size_t)n < sizeof(zoned))
		is = as_value_time(as_str_from(zoned), &time);
	if (is == AS_VALUE_UNREAD)
		is = as_value_time(s, &time);
	note(t, is == AS_VALUE_UNREAD ? "time-unread" : "time-repaired", name,
	    is == AS_VALUE_UNREAD ? "no time of RFC 3339"
				  : "a time without its zone, or in seconds");
	return time;
}

static struct as_str
get_domain(struct as_tls_reader *t, const json_t *policy)
{
	struct as_str s = get_text(t, policy, "policy-domain"), name;
	enum as_err err;

	if (s.n == 0) {
		note(t, "domain-missing", "policy-domain",
		    "the policy does not say whose it is");
		return s;
	}
	err = as_domain_parse(t->arena, s, &name, NULL);
	if (err == AS_OK)
		return name;
	if (err == AS_ENOMEM)
		fail(t, as_why_no_memory(t->why));
	else
		note(t, "domain-unread", "policy-domain", "no domain name");
	return s;
}

static void
give_failure(struct as_tls_reader *t, const json_t *v)
{
	struct as_report_tls_failure f;

	if (!json_is_object(v)) {
		t->head.unread++;
		note(t, "member-unread", "failure-details", "no object");
		return;
	}
	f = (struct as_report_tls_failure){
	    .result_type = get_word(t, v, "result-type", AS_WORDS_TLS_RESULT),
	    .sending_mta_ip = get_text(t, v, "sending-mta-ip"),
	    .receiving_ip = get_text(t, v, "receiving-ip"),
	    .receiving_mx_hostname = get_text(t, v, "receiving-mx-hostname"),
	    .receiving_mx_helo = get_text(t, v, "receiving-mx-helo"),
	    .sessions = get_count(t, v, "failed-session-count"),
	    .info_uri = get_text_of(
		t, v, "additional-information", "additional-info-uri"),
	    .reason_code = get_text(t, v, "failure-reason-code"),
	};
	if (t->err == AS_OK && t->sink->tls_failure != NULL)
		fail(t, t->sink->tls_failure(t->sink->ctx, &f));
}

static void
give_failures(struct as_tls_reader *t, const json_t *list)
{
	size_t n = json_array_size(list);

	if (json_is_object(list)) {
		give_failure(t, list);
		return;
	}
	if (list != NULL && !json_is_null(list) && !json_is_array(list))
		note(t, "member-unread", "failure-details", "no list");
	for (size_t i = 0; i < n && t->err == AS_OK; i++)
		give_failure(t, json_array_get(list, i));
}

static void
add_sessions(struct as_report_head *h, uint64_t sessions)
{
	if (sessions == AS_REPORT_NO_COUNT)
		return;
	h->messages += sessions;
	if (h->messages < sessions)
		h->messages = UINT64_MAX;
}

/* The report is on the domain of its first policy that names one; `name` goes
 * with the arena. */
static void
head_domain(struct as_tls_reader *t, struct as_str name)
{
	if (t->head.domain.n > 0 || name.n == 0 || name.n > sizeof(t->domain))
		return;
	memcpy(t->domain, name.p, name.n);
	t->head.domain = (struct as_str){t->domain, name.n};
}

static void
give_policy(struct as_tls_reader *t, const json_t *v)
{
	const json_t *policy = json_object_get(v, "policy");
	const json_t *summary = json_object_get(v, "summary");
	const json_t *hosts = json_object_get(policy, "mx-host");
	struct as_report_tls_policy p;

	if (!json_is_object(policy)) {
		t->head.unread++;
		note(t, "policy-unread", "policy", "no object");
		return;
	}
	if (hosts == NULL)
		hosts = json_object_get(policy, "mx-host-pattern");
	p = (struct as_report_tls_policy){
	    .type = get_word(t, policy, "policy-type", AS_WORDS_TLS_POLICY),
	    .domain = get_domain(t, policy),
	    .successes =
		get_count(t, summary, "total-successful-session-count"),
	    .failures = get_count(t, summary, "total-failure-session-count"),
	};
	p.strings = get_texts(t, json_object_get(policy, "policy-string"),
	    "policy-string", &p.n_strings);
	p.mx_hosts = get_texts(t, hosts, "mx-host", &p.n_mx_hosts);
	t->head.rows++;
	head_domain(t, p.domain);
	add_sessions(&t->head, p.successes);
	add_sessions(&t->head, p.failures);
	if (t->err == AS_OK && t->sink->tls_policy != NULL)
		fail(t, t->sink->tls_policy(t->sink->ctx, &p));
	give_failures(t, json_object_get(v, "failure-details"));
}

/* The head; its texts live in the document. */
static void
read_head(struct as_tls_reader *t, const json_t *doc)
{
	const json_t *range = json_object_get(doc, "date-range");
	struct as_report_head *h = &t->head;

	h->org_name = get_text(t, doc, "organization-name");
	h->email = get_text(t, doc, "contact-info");
	h->report_id = get_text(t, doc, "report-id");
	h->begin = get_time(t, range, "start-datetime");
	h->end = get_time(t, range, "end-datetime");
	if (h->report_id.n == 0)
		note(t, "id-missing", "report-id", "the report has no id");
	if (h->org_name.n == 0)
		note(t, "reporter-missing", "organization-name",
		    "the report does not say who made it");
	if (h->begin == AS_REPORT_NO_TIME || h->end == AS_REPORT_NO_TIME)
		note(t, "range-missing", "date-range",
		    "the report does not say of which time it is");
	else if (h->begin > h->end)
		note(t, "range-reversed", "date-range",
		    "the time begins after its end");
}

static enum as_err
give_report(struct as_tls_reader *t, const json_t *doc)
{
	const json_t *policies = json_object_get(doc, "policies");

	if (!json_is_object(doc) || !json_is_array(policies))
		return as_why_set(t->why, AS_EVERSION, AS_WHY_NOWHERE,
		    "JSON without a list \"policies\", so no TLS report "
		    "(RFC 8460 4.4)");
	t->begun = true;
	if (t->sink->begin != NULL)
		fail(t, t->sink->begin(t->sink->ctx, AS_REPORT_TLS));
	if (t->err == AS_OK)
		fail(t, as_notes_begin(&t->notes));
	read_head(t, doc);
	for (size_t i = 0; i < json_array_size(policies) && t->err == AS_OK;
	     i++) {
		t->policy = i + 1;
		as_arena_reset(t->arena);
		give_policy(t, json_array_get(policies, i));
	}
	t->policy = 0;
	if (t->err == AS_OK)
		fail(t, as_notes_end(&t->notes));
	if (t->err == AS_OK && t->sink->end != NULL)
		fail(t, t->sink->end(t->sink->ctx, &t->head));
	return t->err;
}

/* A copy in which octets that are no UTF-8 are U+FFFD. */
static void
repair(struct as_str s, struct as_buf *b)
{
	as_buf_init(b, s.n * 3 + 1);
	for (size_t at = 0; at < s.n;) {
		uint32_t cp;
		size_t n = as_utf8_next(s, at, &cp);
		if (n == 0)
			as_buf_puts(b, "\xef\xbf\xbd");
		else
			as_buf_add(b, s.p + at, n);
		at += n == 0 ? 1 : n;
	}
}

static enum as_err
read_document(struct as_tls_reader *t, struct as_str s)
{
	json_t *doc = NULL;
	enum as_err err =
	    as_json_parse(s, 3 * AS_MAX_REPORT_TLS_OCTETS, &doc, t->why);

	if (err != AS_OK)
		return err;
	err = give_report(t, doc);
	json_decref(doc);
	return err;
}

enum as_err
as_tls_reader_new(const struct as_report_sink *sink, struct as_tls_reader **out)
{
	struct as_tls_reader *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return AS_ENOMEM;
	t->arena = as_arena_new(AS_MAX_REPORT_HEAD_OCTETS);
	if (t->arena == NULL) {
		free(t);
		return AS_ENOMEM;
	}
	as_buf_init(&t->octets, AS_MAX_REPORT_TLS_OCTETS);
	t->sink = t->notes.sink = sink;
	t->head = (struct as_report_head){.kind = AS_REPORT_TLS};
	*out = t;
	return AS_OK;
}

void
as_tls_reader_free(struct as_tls_reader *t)
{
	if (t == NULL)
		return;
	as_buf_fini(&t->octets);
	as_arena_free(t->arena);
	free(t);
}

enum as_err
as_tls_reader_feed(
    struct as_tls_reader *t, struct as_str octets, struct as_why *why)
{
	if (t->err != AS_OK)
		return t->err;
	if (octets.n > AS_MAX_REPORT_TLS_OCTETS - t->octets.n)
		return t->err = as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			   "the TLS report is over %zu octets",
			   AS_MAX_REPORT_TLS_OCTETS);
	as_buf_add_str(&t->octets, octets);
	if (!as_buf_ok(&t->octets))
		t->err = as_why_no_memory(why);
	return t->err;
}

/* After an error the sink is told once that there is no report. */
static enum as_err
drop(struct as_tls_reader *t, enum as_err err)
{
	enum as_err dropped = AS_OK;

	t->err = err;
	if (t->begun && t->sink->drop != NULL)
		dropped = t->sink->drop(t->sink->ctx);
	t->begun = false;
	return dropped != AS_OK ? dropped : err;
}

enum as_err
as_tls_reader_end(struct as_tls_reader *t, struct as_why *why)
{
	struct as_str s = as_buf_str(&t->octets);
	struct as_buf repaired;
	enum as_err err;

	if (t->err != AS_OK)
		return t->err;
	t->why = why;
	if (as_str_has_prefix(s, "\xef\xbb\xbf"))
		s = as_str_slice(s, 3, s.n);
	if (as_utf8_is_valid(s)) {
		err = read_document(t, s);
	} else {
		repair(s, &repaired);
		note(t, "encoding-repaired", "",
		    "octets that are no UTF-8 became U+FFFD");
		err = as_buf_ok(&repaired)
		    ? read_document(t, as_buf_str(&repaired))
		    : as_why_no_memory(why);
		as_buf_fini(&repaired);
	}
	return err == AS_OK ? AS_OK : drop(t, err);
}
