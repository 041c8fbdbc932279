/* What a mail server says of itself: in its greeting, in the clear, and inside
 * TLS. */
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

		if (as_str_is_case(
			as_str_slice(s, 0, as_str_find(s, ' ', 0)), keyword))
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

/* --- the name in the greeting (MX-5) --- */

/* Does the name exist: as the MX names it, as the address is called, or with
 * an address of its own? */
static enum as_tri
greeting_exists(const struct as_mx *m, const struct as_host_facts *h,
    struct as_str name, const struct as_answer **open)
{
	enum as_tri exists = h->n_greeting > 0 ? AS_NO : AS_UNSURE;

	if (as_str_eq_case(name, m->host))
		return AS_YES;
	for (size_t i = 0; h->ptr != NULL && i < h->ptr->n_names; i++)
		if (as_str_eq_case(name, h->ptr->names[i]))
			return AS_YES;
	for (size_t i = 0; i < h->n_greeting; i++) {
		if (h->greeting[i].n_addresses > 0)
			return AS_YES;
		if (!as_case_known(&h->greeting[i])) {
			exists = AS_UNSURE;
			*open = &h->greeting[i];
		}
	}
	return exists;
}

static struct as_str
greeting_of(const struct as_host_facts *h)
{
	struct as_str line = as_str_trim(h->smtp->ehlo[0]);

	return as_str_slice(line, 0, as_str_find(line, ' ', 0));
}

static enum as_judged
judge_greeting(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	const struct as_answer *open = NULL;
	struct as_str name;
	struct as_finding *f;
	bool full;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (h->smtp->n_ehlo == 0)
		return AS_JUDGED_SKIP;
	name = greeting_of(h);
	if (as_str_has_prefix(name, "["))
		return AS_JUDGED_PASS; /* RFC 5321 4.1.3 */
	full = as_str_find(name, '.', 0) < name.n;
	switch (full ? greeting_exists(m, h, name, &open) : AS_NO) {
	case AS_YES: return AS_JUDGED_PASS;
	case AS_UNSURE: as_say_unknown_answer(o, open); return AS_JUDGED_SAID;
	case AS_NO: break;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    AS_STR_FMT " greets with a name that %s.",
	    AS_STR_ARG(as_say_esc(o, m->host)),
	    full ? "does not exist" : "is no full domain name");
	as_say_evidence(o, f, "EHLO answered by \"" AS_STR_FMT "\"",
	    AS_STR_ARG(as_say_esc(o, name)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_mx_greeting(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_greeting,
	    "The mail servers greet with names that exist.",
	    "no mail server answers EHLO");
}
