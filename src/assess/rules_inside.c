/* What a mail server offers, in the clear and inside TLS. */
#include "assess/cause.h"
#include "assess/rules.h"

#include "base/banned.h"

/* The line of an EHLO answer that has the keyword (RFC 5321 4.1.1.1); null:
 * none.  The first line greets. */
static struct as_str
line_with(const struct as_str *lines, size_t n, const char *keyword)
{
	for (size_t i = 1; i < n; i++) {
		struct as_str s = as_str_trim(lines[i]);

		if (as_str_has_prefix_case(s, keyword) &&
		    as_str_is_case(as_first_word(s), keyword))
			return s;
	}
	return AS_STR_NULL;
}

/* EHLO inside TLS was answered with what the server offers?  Else what the
 * caller returns. */
static enum as_judged
need_inside(struct as_say *o, const struct as_host_facts *h)
{
	enum as_judged got = as_visit_encrypted(o, h);

	if (got != AS_JUDGED_PASS || h->smtp->inside_code == 250)
		return got;
	if (h->smtp->inside_code != 0)
		as_say_unknown(o,
		    as_say_text(o, "EHLO inside TLS was answered %u",
			h->smtp->inside_code));
	else if (h->smtp->inside_detail.n > 0)
		as_say_unknown(o, as_say_esc(o, h->smtp->inside_detail));
	else
		as_say_unknown(o, AS_STR("nothing was asked inside TLS"));
	return AS_JUDGED_SAID;
}

/* --- STARTTLS again --- */

static enum as_judged
judge_again(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got = need_inside(o, h);
	struct as_finding *f;

	(void)c;
	if (got != AS_JUDGED_PASS ||
	    as_str_is_null(line_with(
		h->smtp->inside_ehlo, h->smtp->n_inside_ehlo, "STARTTLS")))
		return got;
	f = as_say(o, AS_VERDICT_WARN,
	    AS_STR_FMT " offers STARTTLS again inside TLS.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(
	    o, f, "the answer to EHLO after the handshake holds STARTTLS");
	return AS_JUDGED_SAID;
}

void
as_check_starttls_again(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_again,
	    "No mail server offers STARTTLS inside TLS.",
	    "no mail server could be met over TLS");
}

/* --- AUTH in the clear --- */

static enum as_judged
judge_auth(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	struct as_finding *f;
	struct as_str line;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	line = line_with(h->smtp->ehlo, h->smtp->n_ehlo, "AUTH");
	if (as_str_is_null(line))
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_WARN,
	    AS_STR_FMT " takes passwords in the clear.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "offered before TLS: " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, line)));
	return AS_JUDGED_SAID;
}

void
as_check_starttls_auth(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_auth,
	    "No mail server asks for passwords in the clear.",
	    "no mail server answered");
}

/* --- EXPN --- */

/* Before TLS or inside: collectors have both. */
static enum as_judged
judge_expn(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	const struct as_smtp_facts *s = h->smtp;
	struct as_finding *f;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (as_str_is_null(line_with(s->ehlo, s->n_ehlo, "EXPN")) &&
	    as_str_is_null(line_with(s->inside_ehlo, s->n_inside_ehlo, "EXPN")))
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_INFO,
	    AS_STR_FMT " offers to list the members of mailing lists.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "EXPN in the answer to EHLO");
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_mx_expn(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_expn,
	    "No mail server offers to list the members of mailing lists.",
	    "no mail server answered");
}

/* --- REQUIRETLS (TLS-10) --- */

static enum as_judged
judge_requiretls(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	struct as_finding *f;
	struct as_str early, line;
	enum as_judged got;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	early = line_with(h->smtp->ehlo, h->smtp->n_ehlo, "REQUIRETLS");
	if (as_str_is_null(early)) {
		got = need_inside(o, h);
		if (got != AS_JUDGED_PASS)
			return got;
	}
	line = line_with(
	    h->smtp->inside_ehlo, h->smtp->n_inside_ehlo, "REQUIRETLS");
	if (as_str_is_null(early) && as_str_is_null(line))
		return AS_JUDGED_SKIP;
	if (as_str_is_null(early) && as_str_is_case(line, "REQUIRETLS"))
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_INFO,
	    AS_STR_FMT " offers REQUIRETLS in a way that senders may ignore.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "%s: " AS_STR_FMT,
	    as_str_is_null(early) ? "with a parameter" : "offered before TLS",
	    AS_STR_ARG(as_say_esc(o, as_str_is_null(early) ? line : early)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_starttls_requiretls(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_requiretls,
	    "Senders can demand (REQUIRETLS) that mail stays encrypted.",
	    "no mail server offers REQUIRETLS");
}

/* --- the same server inside --- */

/* Keywords that have their place outside, or are nobody else's business. */
static bool
may_go(struct as_str keyword)
{
	return as_str_is_case(keyword, "STARTTLS") ||
	    as_str_is_case(keyword, "AUTH") ||
	    as_str_is_case(keyword, "REQUIRETLS") ||
	    as_str_has_prefix(keyword, "X") || as_str_has_prefix(keyword, "x");
}

static bool
has_keyword(const struct as_smtp_facts *s, struct as_str keyword)
{
	for (size_t i = 1; i < s->n_inside_ehlo; i++)
		if (as_str_eq_case(as_first_word(s->inside_ehlo[i]), keyword))
			return true;
	return false;
}

/* What is offered in the clear alone; "none". */
static struct as_str
gone_inside(struct as_say *o, const struct as_smtp_facts *s)
{
	struct as_list gone = {.between = ", "};

	for (size_t i = 1; i < s->n_ehlo; i++) {
		struct as_str keyword = as_first_word(s->ehlo[i]);

		if (!may_go(keyword) && !has_keyword(s, keyword))
			as_list_add(o, &gone, as_say_esc(o, keyword));
	}
	return gone.n > 0 ? as_list_text(o, &gone) : AS_STR_NULL;
}

static enum as_judged
judge_other_name(
    struct as_say *o, const struct as_mx *m, const struct as_smtp_facts *s)
{
	struct as_str before = as_first_word(s->ehlo[0]);
	struct as_str inside = as_first_word(s->inside_ehlo[0]);
	struct as_finding *f;

	if (as_str_eq_case(before, inside))
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_INFO,
	    AS_STR_FMT " calls itself otherwise inside TLS.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f,
	    "\"" AS_STR_FMT "\" in the clear, \"" AS_STR_FMT "\" inside TLS",
	    AS_STR_ARG(as_say_esc(o, before)),
	    AS_STR_ARG(as_say_esc(o, inside)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

static enum as_judged
judge_inside(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got = as_visit_encrypted(o, h);
	const struct as_smtp_facts *s = h->smtp;
	struct as_finding *f;
	struct as_str gone;

	(void)c;
	if (got != AS_JUDGED_PASS)
		return got;
	if (s->inside_code >= 500) {
		f = as_say(o, AS_VERDICT_FAIL,
		    AS_STR_FMT " refuses to talk inside TLS.",
		    AS_STR_ARG(as_say_esc(o, m->host)));
		as_say_evidence(
		    o, f, "EHLO inside TLS was answered %u", s->inside_code);
		return AS_JUDGED_SAID;
	}
	got = need_inside(o, h);
	if (got != AS_JUDGED_PASS || s->n_ehlo == 0 || s->n_inside_ehlo == 0)
		return got;
	gone = gone_inside(o, s);
	if (as_str_is_null(gone))
		return judge_other_name(o, m, s);
	f = as_say(o, AS_VERDICT_INFO, AS_STR_FMT " offers less inside TLS.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f,
	    "offered in the clear, and not inside TLS: " AS_STR_FMT,
	    AS_STR_ARG(gone));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_starttls_inside(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_inside,
	    "The mail servers are the same inside TLS.",
	    "no mail server could be met over TLS");
}
