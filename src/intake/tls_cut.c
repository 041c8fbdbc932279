#include "intake/tls_cut.h"

#include "base/limits.h"
#include "base/utf8.h"

#include "base/banned.h"

#define NAME_OCTETS ((size_t)4096)

static enum as_err
fault(const struct as_tls_cut *c, struct as_why *why, const char *text)
{
	return as_why_set(why, AS_ESYNTAX, (size_t)c->at,
	    "JSON, octet %llu: %s", (unsigned long long)c->at + 1, text);
}

/* Where it was noticed depends on how the octets come. */
static enum as_err
over(struct as_why *why, const char *text)
{
	return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE, "JSON: %s", text);
}

/* --- pieces --- */

/* Where what is read goes. */
static struct as_buf *
target(struct as_tls_cut *c)
{
	if (c->in == AS_TLS_NAME)
		return &c->name;
	switch (c->level) {
	case AS_TLS_FAILURES: return &c->failure;
	case AS_TLS_POLICIES:
	case AS_TLS_POLICY: return &c->policy;
	case AS_TLS_OUTSIDE:
	case AS_TLS_REPORT: break;
	}
	return &c->report;
}

static bool
is_object(enum as_tls_level level)
{
	return level == AS_TLS_REPORT || level == AS_TLS_POLICY;
}

/* `"name":` ahead of a member's value. */
static void
member_begin(struct as_tls_cut *c)
{
	struct as_buf *b = target(c);

	if (b->n > 0 && b->p[b->n - 1] != '{')
		as_buf_puts(b, ",");
	as_buf_add_str(b, as_buf_str(&c->name));
	as_buf_puts(b, ":");
}

static bool
is_name(const struct as_tls_cut *c, const char *quoted)
{
	return as_str_is(as_buf_str(&c->name), quoted);
}

static void
event(struct as_tls_cut *c)
{
	c->told_at = c->at;
}

/* A whole item of a list. */
static enum as_err
item_end(struct as_tls_cut *c)
{
	struct as_str list;

	as_buf_puts(target(c), "]");
	list = as_buf_str(target(c));
	event(c);
	return c->level == AS_TLS_FAILURES
	    ? c->sink->failure(c->sink->ctx, list)
	    : c->sink->policy(c->sink->ctx, list, false);
}

static enum as_err
value_end(struct as_tls_cut *c)
{
	c->in = AS_TLS_GAP;
	c->expect = AS_TLS_NEXT;
	if (!is_object(c->level))
		return item_end(c);
	if (c->level == AS_TLS_POLICY) {
		c->policy_seen |= is_name(c, "\"policy\"");
		c->summary_seen |= is_name(c, "\"summary\"");
	}
	return AS_OK;
}

/* --- containers that are gone into --- */

static void
enter(struct as_tls_cut *c, enum as_tls_level level)
{
	c->level = level;
	c->expect = AS_TLS_FIRST;
}

static enum as_err
policies_enter(struct as_tls_cut *c)
{
	c->policies_seen = true;
	member_begin(c);
	as_buf_puts(&c->report, "[]");
	enter(c, AS_TLS_POLICIES);
	event(c);
	return c->sink->begin(c->sink->ctx);
}

static void
policy_enter(struct as_tls_cut *c)
{
	as_buf_reset(&c->policy);
	as_buf_puts(&c->policy, "[{");
	c->policy_seen = c->summary_seen = c->streamed = false;
	enter(c, AS_TLS_POLICY);
}

/* The policy so far is told, then its failures one by one. */
static enum as_err
failures_enter(struct as_tls_cut *c)
{
	size_t before = c->policy.n;
	enum as_err err;

	as_buf_puts(&c->policy, "}]");
	err = c->sink->policy(c->sink->ctx, as_buf_str(&c->policy), true);
	if (err != AS_OK)
		return err;
	c->policy.n = before;
	member_begin(c);
	as_buf_puts(&c->policy, "[]");
	c->streamed = true;
	enter(c, AS_TLS_FAILURES);
	return AS_OK;
}

static enum as_err
policy_end(struct as_tls_cut *c)
{
	struct as_str json;

	as_buf_puts(&c->policy, "}]");
	json = as_buf_str(&c->policy);
	c->level = AS_TLS_POLICIES;
	event(c);
	return c->streamed ? c->sink->checked(c->sink->ctx, json)
			   : c->sink->policy(c->sink->ctx, json, false);
}

static enum as_err
leave(struct as_tls_cut *c)
{
	c->expect = AS_TLS_NEXT;
	switch (c->level) {
	case AS_TLS_REPORT:
		as_buf_puts(&c->report, "}");
		c->level = AS_TLS_OUTSIDE;
		break;
	case AS_TLS_POLICIES: c->level = AS_TLS_REPORT; break;
	case AS_TLS_POLICY: return policy_end(c);
	case AS_TLS_FAILURES: c->level = AS_TLS_POLICY; break;
	case AS_TLS_OUTSIDE: break;
	}
	return AS_OK;
}

/* --- octets between the pieces --- */

/* A value begins that is taken whole. */
static void
value_begin(struct as_tls_cut *c, char octet)
{
	if (is_object(c->level)) {
		member_begin(c);
	} else {
		as_buf_reset(target(c));
		as_buf_puts(target(c), "[");
	}
	c->escaped = false;
	c->scan = (struct as_json_scan){0};
	if (octet == '"')
		c->in = AS_TLS_STRING;
	else
		c->in = octet == '{' || octet == '[' ? AS_TLS_CONTAINER
						     : AS_TLS_WORD;
	if (c->in == AS_TLS_CONTAINER) /* the scan sees it too */
		return;
	as_buf_add(target(c), &octet, 1);
}

/* True: the octet was taken. */
static enum as_err
value_take(struct as_tls_cut *c, char octet, bool *taken)
{
	*taken = true;
	if (c->level == AS_TLS_REPORT && octet == '[' && !c->policies_seen &&
	    is_name(c, "\"policies\""))
		return policies_enter(c);
	if (c->level == AS_TLS_POLICY && octet == '[' && c->policy_seen &&
	    c->summary_seen && !c->streamed &&
	    is_name(c, "\"failure-details\""))
		return failures_enter(c);
	if (c->level == AS_TLS_POLICIES && octet == '{') {
		policy_enter(c);
		return AS_OK;
	}
	value_begin(c, octet);
	*taken = c->in != AS_TLS_CONTAINER;
	return AS_OK;
}

static bool
is_end(const struct as_tls_cut *c, char octet)
{
	return c->level != AS_TLS_OUTSIDE &&
	    octet == (is_object(c->level) ? '}' : ']') &&
	    (c->expect == AS_TLS_FIRST || c->expect == AS_TLS_NEXT);
}

/* The first octets of the document: a byte-order mark, and an object. */
static enum as_err
open_take(struct as_tls_cut *c, char octet, struct as_why *why)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};

	if (c->report.n > 0)
		return fault(c, why, "something behind its end");
	if (c->marks == c->at && c->marks < sizeof(mark) &&
	    octet == mark[c->marks]) {
		c->marks++;
		return AS_OK;
	}
	if (octet != '{' || (c->marks > 0 && c->marks < sizeof(mark)))
		return fault(c, why, "no object");
	as_buf_puts(&c->report, "{");
	enter(c, AS_TLS_REPORT);
	return AS_OK;
}

static enum as_err
gap_take(struct as_tls_cut *c, char octet, bool *taken, struct as_why *why)
{
	*taken = true;
	if (c->level == AS_TLS_OUTSIDE)
		return open_take(c, octet, why);
	if (is_end(c, octet))
		return leave(c);
	switch (c->expect) {
	case AS_TLS_NEXT:
		if (octet != ',')
			break;
		c->expect = AS_TLS_ITEM;
		return AS_OK;
	case AS_TLS_COLON:
		if (octet != ':')
			break;
		c->expect = AS_TLS_VALUE;
		return AS_OK;
	case AS_TLS_FIRST:
	case AS_TLS_ITEM:
		if (!is_object(c->level))
			return value_take(c, octet, taken);
		if (octet != '"')
			break;
		as_buf_reset(&c->name);
		c->in = AS_TLS_NAME;
		c->escaped = false;
		as_buf_add(&c->name, &octet, 1);
		return AS_OK;
	case AS_TLS_VALUE: return value_take(c, octet, taken);
	}
	return fault(c, why, "another sign is due here");
}

/* --- octets of a piece --- */

static bool
is_blank(char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
}

static size_t
string_find_end(struct as_tls_cut *c, struct as_str s, size_t at, bool *ended)
{
	for (*ended = false; at < s.n && !*ended; at++) {
		*ended = !c->escaped && s.p[at] == '"';
		c->escaped = !c->escaped && s.p[at] == '\\';
	}
	return at;
}

static size_t
word_find_end(struct as_str s, size_t at, bool *ended)
{
	while (at < s.n && !is_blank(s.p[at]) && s.p[at] != ',' &&
	    s.p[at] != ']' && s.p[at] != '}')
		at++;
	*ended = at < s.n;
	return at;
}

/* Take what belongs to the piece; returns where it stopped. */
static size_t
piece_take(struct as_tls_cut *c, struct as_str s, size_t at, bool *ended)
{
	size_t end = at;

	switch (c->in) {
	case AS_TLS_NAME:
	case AS_TLS_STRING: end = string_find_end(c, s, at, ended); break;
	case AS_TLS_WORD: end = word_find_end(s, at, ended); break;
	case AS_TLS_CONTAINER:
		end = as_json_scan(&c->scan, s, at);
		*ended = c->scan.ended;
		break;
	case AS_TLS_GAP: break;
	}
	as_buf_add_str(target(c), as_str_slice(s, at, end));
	return end;
}

static enum as_err
piece_ended(struct as_tls_cut *c)
{
	if (c->in != AS_TLS_NAME)
		return value_end(c);
	c->in = AS_TLS_GAP;
	c->expect = AS_TLS_COLON;
	return AS_OK;
}

static enum as_err
caps_check(struct as_tls_cut *c, struct as_why *why)
{
	const struct as_buf *b = target(c);

	if (!as_buf_ok(b))
		return over(why, "a part of it is longer than what is read");
	if (c->in == AS_TLS_CONTAINER && c->scan.deepest > AS_MAX_JSON_DEPTH)
		return over(why, "nested too deep");
	if (c->at - c->told_at > AS_MAX_REPORT_SPAN)
		return over(why, "much text, and no policy or failure");
	return AS_OK;
}

enum as_err
as_tls_cut_feed(struct as_tls_cut *c, struct as_str s, struct as_why *why)
{
	uint64_t before = c->at;
	size_t at = 0;

	while (at < s.n) {
		bool ended = false, taken = true;

		c->at = before + at;
		if (c->in != AS_TLS_GAP) {
			at = piece_take(c, s, at, &ended);
			c->at = before + at;
			AS_TRY(caps_check(c, why));
			if (ended)
				AS_TRY(piece_ended(c));
		} else if (is_blank(s.p[at])) {
			at++;
		} else {
			AS_TRY(gap_take(c, s.p[at], &taken, why));
			at += taken;
		}
	}
	c->at = before + s.n;
	return caps_check(c, why);
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

/* Line and column would be those of the piece. */
static enum as_err
place(const struct as_tls_cut *c, enum as_err err, struct as_why *why)
{
	struct as_why inner;
	struct as_str text;
	size_t colon;

	if (why == NULL || err == AS_ENOMEM)
		return err;
	inner = *why;
	text = as_str_from(inner.text);
	colon = as_str_find(text, ':', 0);
	return as_why_set(why, err, (size_t)c->at,
	    "JSON, ahead of octet %llu" AS_STR_FMT,
	    (unsigned long long)c->at + 1,
	    AS_STR_ARG(as_str_slice(text, colon, text.n)));
}

enum as_err
as_tls_cut_parse(const struct as_tls_cut *c, struct as_str json, bool *repaired,
    json_t **out, struct as_why *why)
{
	struct as_buf b;
	enum as_err err;

	*out = NULL;
	*repaired = !as_utf8_is_valid(json);
	if (!*repaired) {
		err = as_json_parse(json, AS_MAX_REPORT_TLS_OCTETS, out, why);
	} else {
		repair(json, &b);
		err = as_buf_ok(&b)
		    ? as_json_parse(as_buf_str(&b),
			  3 * AS_MAX_REPORT_TLS_OCTETS, out, why)
		    : as_why_no_memory(why);
		as_buf_fini(&b);
	}
	return err == AS_OK ? AS_OK : place(c, err, why);
}

enum as_err
as_tls_cut_end(struct as_tls_cut *c, struct as_why *why)
{
	if (c->level != AS_TLS_OUTSIDE || c->report.n == 0)
		return fault(c, why, "it ends too early");
	return c->sink->head(c->sink->ctx, as_buf_str(&c->report));
}

void
as_tls_cut_init(struct as_tls_cut *c, const struct as_tls_cut_sink *sink)
{
	*c = (struct as_tls_cut){.sink = sink, .expect = AS_TLS_FIRST};
	as_buf_init(&c->name, NAME_OCTETS);
	as_buf_init(&c->report, AS_MAX_REPORT_TLS_OCTETS);
	as_buf_init(&c->policy, AS_MAX_REPORT_TLS_OCTETS);
	as_buf_init(&c->failure, AS_MAX_REPORT_HEAD_OCTETS);
}

void
as_tls_cut_fini(struct as_tls_cut *c)
{
	as_buf_fini(&c->name);
	as_buf_fini(&c->report);
	as_buf_fini(&c->policy);
	as_buf_fini(&c->failure);
}
