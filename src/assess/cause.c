#include "assess/cause.h"

#include "std/dns_wire.h"

#include "base/banned.h"

/* --- what to do --- */

static const char again[] =
    "Run the check again. If it stays so, find out why from the cause; until "
    "then this says neither good nor bad.";
static const char ask_dns[] =
    "Run the check again. If it stays so, ask whoever runs the name servers "
    "to look; \"--resolver\" asks others, to see whether it is yours that "
    "fails.";
static const char mend_dnssec[] =
    "Have the DNSSEC fault mended, then check again: nothing of a zone that "
    "fails validation can be believed. If others validate it, your resolver "
    "is at fault: \"--resolver recursive\" goes around it.";
static const char shorten[] =
    "Remove records that are no longer used at this name: no answer should be "
    "that long.";
static const char open_port[] =
    "See whether port 25 is open from where Assay runs, for many networks "
    "block it, and whether the server answers others. Then check again.";
static const char later[] =
    "Check again later: the server may be busy, or put off strangers at "
    "first.";
static const char let_in[] =
    "Check from another place, or let this one in: the server refuses it, "
    "perhaps for its address or its name.";
static const char look_at_server[] =
    "Check again. If it stays so, look in the mail server's log at the time "
    "of the visit.";
static const char make_public[] =
    "Publish an address that the internet can reach. To check inside a "
    "private network, permit its range with \"--allow-address\".";
static const char probe_elsewhere[] =
    "Check from another machine, or permit the address with "
    "\"--allow-address\".";
static const char policy_host[] =
    "See whether the policy file opens in a browser from outside, then check "
    "again.";
static const char report_crash[] =
    "Check again. If it stays so, this is a fault of Assay: please report it "
    "with the name of the domain.";

/* --- words --- */

static bool
eat(struct as_str *s, const char *prefix)
{
	if (!as_str_has_prefix(*s, prefix))
		return false;
	*s = as_str_slice(*s, as_str_from(prefix).n, s->n);
	return true;
}

/* Behind the first ": "; all of it when there is none. */
static struct as_str
behind_colon(struct as_str s)
{
	for (size_t i = 0; i + 2 <= s.n; i++)
		if (s.p[i] == ':' && s.p[i + 1] == ' ')
			return as_str_slice(s, i + 2, s.n);
	return s;
}

struct as_str
as_cause_brief(struct as_str text)
{
	struct as_str rest = behind_colon(text);

	return rest.p == text.p ? text
				: as_str_slice(text, 0, text.n - rest.n - 2);
}

void
as_say_cause(struct as_say *o, struct as_cause cause)
{
	struct as_finding *f = as_say(
	    o, AS_VERDICT_UNKNOWN, "Could not be tested: %s", o->rule->title);

	f->evidence = cause.text;
	f->advice = as_str_from(cause.advice);
}

void
as_say_unknown(struct as_say *o, struct as_str cause)
{
	as_say_cause(o, (struct as_cause){cause, again});
}

/* --- DNS --- */

static const char *
answer_advice(const struct as_case *c, const struct as_answer *ans)
{
	if (as_case_is_bogus(ans))
		return mend_dnssec;
	if (as_case_known(ans))
		return shorten;
	return ans != NULL || c->d->outcome == AS_SUBJECT_DONE ? ask_dns
							       : report_crash;
}

/* What was not asked because the name servers had said nothing is unknown for
 * that reason. */
static const struct as_answer *
first_cause(const struct as_case *c, const struct as_answer *ans)
{
	if (ans == NULL || ans->outcome != AS_DNS_NOT_ASKED ||
	    c->mx_answer == NULL || as_answer_is_known(c->mx_answer))
		return ans;
	return c->mx_answer;
}

struct as_cause
as_cause_answer(struct as_say *o, const struct as_answer *ans)
{
	ans = first_cause(o->c, ans);
	if (o->cause.n == 0 || o->cause_of != ans) {
		o->cause_of = ans;
		o->cause = as_case_cause(o->c, ans);
	}
	return (struct as_cause){o->cause, answer_advice(o->c, ans)};
}

void
as_say_unknown_answer(struct as_say *o, const struct as_answer *ans)
{
	as_say_cause(o, as_cause_answer(o, ans));
}

/* --- mail servers --- */

static struct as_cause
ended_early(struct as_say *o, enum as_subject_outcome outcome)
{
	return (struct as_cause){as_say_text(o, "the visit ended early (%s)",
				     as_subject_outcome_text(outcome)),
	    report_crash};
}

/* The probe's own words: "banner: no answer in 30000 ms" without what the
 * cause says already. */
static struct as_str
shown(struct as_say *o, struct as_str detail)
{
	struct as_str s = as_ms_shown(o->c->a, detail);

	if (as_str_is_null(s))
		o->err = AS_ENOMEM;
	return as_say_esc(o, s);
}

static struct as_str
waited_for(struct as_say *o, struct as_str detail)
{
	struct as_str what = as_cause_brief(detail);
	struct as_str how_long = behind_colon(detail);

	if (!eat(&how_long, "no answer in "))
		return shown(o, detail);
	return as_say_text(o, AS_STR_FMT ", " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, what)), AS_STR_ARG(shown(o, how_long)));
}

/* "the clause (the detail)" */
static struct as_str
with_detail(struct as_say *o, const char *clause, struct as_str detail)
{
	if (detail.n == 0)
		return as_str_from(clause);
	return as_say_text(
	    o, "%s (" AS_STR_FMT ")", clause, AS_STR_ARG(detail));
}

static struct as_cause
visit_cause(struct as_say *o, const struct as_smtp_facts *smtp)
{
	struct as_str detail = smtp->detail;
	struct as_str all = as_say_esc(o, detail);
	struct as_str brief = as_say_esc(o, as_cause_brief(detail));
	struct as_str rest = as_say_esc(o, behind_colon(detail));

	switch (smtp->outcome) {
	case AS_SMTP_REFUSED:
		return (struct as_cause){
		    AS_STR("the connection was refused"), open_port};
	case AS_SMTP_UNREACHABLE:
		return (struct as_cause){
		    as_say_text(o, "the address cannot be reached%s" AS_STR_FMT,
			rest.n > 0 ? ": " : "", AS_STR_ARG(rest)),
		    open_port};
	case AS_SMTP_TIMEOUT:
		return (struct as_cause){
		    with_detail(o, "no answer in time", waited_for(o, detail)),
		    open_port};
	case AS_SMTP_CLOSED:
		return (struct as_cause){
		    with_detail(o, "the server closed the connection", brief),
		    look_at_server};
	case AS_SMTP_BUSY:
		return (struct as_cause){
		    as_say_text(o, "the server says it is busy: " AS_STR_FMT,
			AS_STR_ARG(all)),
		    later};
	case AS_SMTP_REJECTED:
		return (struct as_cause){
		    as_say_text(o,
			"the server turned the visitor away: " AS_STR_FMT,
			AS_STR_ARG(all)),
		    let_in};
	case AS_SMTP_MALFORMED:
		return (struct as_cause){
		    as_say_text(o, "the server did not speak SMTP: " AS_STR_FMT,
			AS_STR_ARG(all)),
		    look_at_server};
	case AS_SMTP_TOO_LONG:
		return (struct as_cause){
		    as_say_text(o,
			"the server's answer did not end: " AS_STR_FMT,
			AS_STR_ARG(all)),
		    look_at_server};
	case AS_SMTP_FORBIDDEN:
		return (struct as_cause){
		    as_say_text(o,
			"the address is of a special range and is not "
			"visited: " AS_STR_FMT,
			AS_STR_ARG(all)),
		    make_public};
	case AS_SMTP_OWN:
		return (struct as_cause){
		    AS_STR("the address is one of this machine itself, which "
			   "is not visited"),
		    probe_elsewhere};
	default:
		return (struct as_cause){
		    AS_STR("no connection was tried"), again};
	}
}

struct as_cause
as_cause_visit(struct as_say *o, const struct as_host_facts *h)
{
	if (h->outcome != AS_SUBJECT_DONE)
		return ended_early(o, h->outcome);
	if (h->smtp == NULL)
		return (struct as_cause){
		    AS_STR("the host was not visited"), again};
	return visit_cause(o, h->smtp);
}

static struct as_str
handshake_words(struct as_say *o, const struct as_host_facts *h)
{
	const struct as_tls_facts *tls = h->tls;

	if (tls != NULL && tls->outcome == AS_TLS_TIMEOUT)
		return with_detail(
		    o, "no answer in time", waited_for(o, tls->detail));
	if (tls != NULL && tls->outcome != AS_TLS_NOT_TRIED)
		return AS_STR("the server closed the connection in the TLS "
			      "handshake");
	if (h->smtp->injected > 0)
		return AS_STR("no TLS handshake was tried, for the server went "
			      "on in the clear");
	return AS_STR("no TLS handshake was tried");
}

struct as_cause
as_cause_starttls(struct as_say *o, const struct as_host_facts *h)
{
	switch (h->smtp->starttls) {
	case AS_STARTTLS_LATER:
		return (struct as_cause){
		    as_say_text(o,
			"the server put STARTTLS off: %u " AS_STR_FMT,
			h->smtp->starttls_code,
			AS_STR_ARG(as_say_esc(o, h->smtp->starttls_text))),
		    look_at_server};
	case AS_STARTTLS_ACCEPTED:
		return (struct as_cause){handshake_words(o, h), look_at_server};
	case AS_STARTTLS_NOT_REACHED:
		return (struct as_cause){
		    AS_STR("the dialogue ended before STARTTLS"),
		    look_at_server};
	default:
		return (struct as_cause){
		    AS_STR("STARTTLS was not answered"), look_at_server};
	}
}

struct as_cause
as_cause_tlsa(struct as_say *o, const struct as_mx *m)
{
	if (m->tlsa == NULL && !as_case_known(m->a))
		return as_cause_answer(o, m->a);
	if (m->tlsa == NULL && !as_case_known(m->aaaa))
		return as_cause_answer(o, m->aaaa);
	if (!as_case_known(m->tlsa) || (m->tlsa->cut && m->usable == 0))
		return as_cause_answer(o, m->tlsa);
	return (struct as_cause){
	    AS_STR("it could not be found out whether every answer is signed"),
	    ask_dns};
}

/* --- the policy file --- */

static struct as_cause
fetch_cause(struct as_say *o, const struct as_policy_facts *p)
{
	struct as_str detail = as_say_esc(o, p->detail);
	struct as_str rest = p->detail;

	switch (p->fetch) {
	case AS_FETCH_DNS_UNKNOWN:
		return (struct as_cause){
		    as_say_text(o,
			"the MTA-STS policy host could not be looked "
			"up: " AS_STR_FMT,
			AS_STR_ARG(detail)),
		    ask_dns};
	case AS_FETCH_OWN:
		return (struct as_cause){
		    AS_STR("the MTA-STS policy host is this machine itself, "
			   "which is not visited"),
		    probe_elsewhere};
	case AS_FETCH_REFUSED:
		return (struct as_cause){
		    AS_STR("the MTA-STS policy host refused the connection"),
		    policy_host};
	case AS_FETCH_RESET:
		return (struct as_cause){
		    AS_STR("the connection to the MTA-STS policy host was "
			   "reset"),
		    policy_host};
	case AS_FETCH_TIMEOUT:
		(void)eat(&rest, "not done in ");
		return (struct as_cause){
		    with_detail(o,
			"the MTA-STS policy host did not answer in time",
			shown(o, rest)),
		    policy_host};
	case AS_FETCH_STATUS:
		return (struct as_cause){
		    as_say_text(o,
			"the MTA-STS policy host answers with HTTP status %u",
			p->status),
		    policy_host};
	case AS_FETCH_UNREACHABLE:
		return (struct as_cause){
		    as_say_text(o,
			"the MTA-STS policy host cannot be "
			"reached: " AS_STR_FMT,
			AS_STR_ARG(detail)),
		    policy_host};
	default:
		return (struct as_cause){
		    AS_STR("the MTA-STS policy was not asked for"), again};
	}
}

struct as_cause
as_cause_policy(struct as_say *o, const struct as_policy_facts *p)
{
	if (p == NULL)
		return (struct as_cause){
		    AS_STR("the MTA-STS policy was not asked for"), again};
	if (p->outcome != AS_SUBJECT_DONE)
		return ended_early(o, p->outcome);
	return fetch_cause(o, p);
}

/* --- SPF --- */

/* The first record of the tree that is hidden, so that its terms are not
 * known. */
static const struct as_spf_node *
hidden_find(const struct as_spf_node *n)
{
	for (; n != NULL; n = n->next) {
		const struct as_spf_node *below = hidden_find(n->child);

		if (n->unknown || n->fault == AS_SPF_FAULT_DEEP)
			return n;
		if (below != NULL)
			return below;
	}
	return NULL;
}

static bool
has_macro(struct as_str name)
{
	return as_str_find(name, '%', 0) < name.n;
}

struct as_cause
as_cause_spf(struct as_say *o)
{
	const struct as_spf_node *n = hidden_find(o->c->cost.root);
	struct as_cause why;
	struct as_str term;

	if (n == NULL)
		return (struct as_cause){AS_STR(""), again};
	term = as_say_esc(o, n->term);
	if (n->fault == AS_SPF_FAULT_DEEP)
		return (struct as_cause){
		    as_say_text(o,
			"SPF was not followed past " AS_STR_FMT
			", its tree is too large",
			AS_STR_ARG(term)),
		    "Flatten the record: receivers give up on such a tree, "
		    "too."};
	if (has_macro(n->name))
		return (struct as_cause){
		    as_say_text(o,
			"SPF cannot be followed past " AS_STR_FMT
			", which leads elsewhere for each mail",
			AS_STR_ARG(term)),
		    "Send a test mail and see what its receiver says of SPF: "
		    "only a receiver can tell what this permits."};
	why = as_cause_answer(o, as_case_answer(o->c, n->name, AS_RR_TXT));
	why.text = as_say_text(o,
	    "SPF could not be followed past " AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(term), AS_STR_ARG(why.text));
	return why;
}
