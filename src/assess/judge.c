/*
 * What rules share: the questions they ask first, and the walk over hosts.
 */
#include "assess/cause.h"
#include "assess/role.h"
#include "assess/rules.h"

#include "base/banned.h"

bool
as_need_mail_in(const struct as_case *c, struct as_say *o)
{
	if (c->receives == AS_YES)
		return true;
	if (c->receives == AS_UNSURE)
		as_say_unknown_answer(o, c->mail_open);
	else
		as_say_na(o, "the domain takes no mail");
	return false;
}

bool
as_need_sender(const struct as_case *c, struct as_say *o)
{
	if (c->sends == AS_YES)
		return true;
	if (c->sends == AS_NO) {
		as_say_na(o, "the domain sends no mail");
		return false;
	}
	if (c->spf_set.found == AS_FOUND_UNKNOWN)
		as_say_unknown_answer(o, c->spf_set.answer);
	else if (c->mail == AS_MAIL_UNKNOWN)
		as_say_unknown_answer(o, c->mail_open);
	else
		as_say_cause(o, as_cause_spf(o));
	return false;
}

bool
as_need_silent(const struct as_case *c, struct as_say *o)
{
	if (as_role_is_silent(c->role))
		return true;
	if (c->role == AS_ROLE_UNKNOWN && c->sends == AS_UNSURE)
		return as_need_sender(c, o);
	as_say_na(o, "the domain sends mail");
	return false;
}

bool
as_need_visits(const struct as_case *c, struct as_say *o)
{
	if (!as_need_mail_in(c, o))
		return false;
	if (c->d->only_dns && c->n_visits == 0) {
		as_say_untested(o);
		return false;
	}
	if (c->n_mx == 0) {
		as_say_na(o, "the domain names no mail server");
		return false;
	}
	return true;
}

/* A host with addresses that nobody visited must not pass in silence; one
 * without an address is the business of mx.target-no-address. */
static enum as_judged
host_unvisited(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	if (m->has_address == AS_NO)
		return AS_JUDGED_SKIP;
	o->subject = m->subject;
	if (m->has_address == AS_UNSURE)
		as_say_unknown_answer(o, as_case_known(m->a) ? m->aaaa : m->a);
	else if (c->d->only_dns)
		as_say_untested(o);
	else
		as_say_unknown(o, AS_STR("the host was not visited"));
	return AS_JUDGED_SAID;
}

/* Mail servers that were not kept might be judged otherwise. */
static void
conclude(struct as_say *o, size_t before, size_t passed, const char *pass,
    const char *skipped)
{
	const struct as_answer *mx = o->c->mx_answer;

	o->subject = AS_STR("");
	if (o->n > before || o->err != AS_OK)
		return;
	if (mx != NULL && mx->cut)
		as_say_unknown_answer(o, mx);
	else if (passed > 0)
		as_say_pass(o, "%s", pass);
	else
		as_say_na(o, skipped);
}

/* Of the handshakes of one visit: what was said counts most, then a pass. */
static enum as_judged
handshakes_judge(const struct as_case *c, struct as_say *o,
    as_judge_visit *judge, const struct as_mx *m, const struct as_host_facts *h)
{
	enum as_judged all = judge(c, o, m, h);
	struct as_host_facts other = *h;

	for (size_t i = 0; i < h->n_tls_more; i++) {
		enum as_judged got;

		other.tls = &h->tls_more[i];
		got = judge(c, o, m, &other);
		if (got == AS_JUDGED_SAID ||
		    (got == AS_JUDGED_PASS && all == AS_JUDGED_SKIP))
			all = got;
	}
	return all;
}

struct each {
	as_judge_visit *judge;
	bool handshakes; /* all of a visit, not the first alone */
	const char *pass, *skipped;
};

static void
each_judge(const struct as_case *c, struct as_say *o, const struct each *e)
{
	size_t before = o->n, passed = 0;

	if (!as_need_visits(c, o))
		return;
	for (size_t i = 0; i < c->n_mx; i++) {
		const struct as_mx *m = &c->mx[i];

		if (m->n_visits == 0)
			(void)host_unvisited(c, o, m);
		for (size_t k = 0; k < m->n_visits; k++) {
			const struct as_host_facts *h = m->visits[k];

			o->subject = m->visit_subjects[k];
			passed +=
			    (e->handshakes
				    ? handshakes_judge(c, o, e->judge, m, h)
				    : e->judge(c, o, m, h)) == AS_JUDGED_PASS;
		}
	}
	conclude(o, before, passed, e->pass, e->skipped);
}

void
as_each_visit(const struct as_case *c, struct as_say *o, as_judge_visit *judge,
    const char *pass, const char *skipped)
{
	struct each e = {judge, false, pass, skipped};

	each_judge(c, o, &e);
}

void
as_each_handshake(const struct as_case *c, struct as_say *o,
    as_judge_visit *judge, const char *pass, const char *skipped)
{
	struct each e = {judge, true, pass, skipped};

	each_judge(c, o, &e);
}

void
as_each_host(const struct as_case *c, struct as_say *o, as_judge_host *judge,
    const char *pass, const char *skipped)
{
	size_t before = o->n, passed = 0;

	if (!as_need_mail_in(c, o))
		return;
	for (size_t i = 0; i < c->n_mx; i++) {
		o->subject = c->mx[i].subject;
		passed += judge(c, o, &c->mx[i]) == AS_JUDGED_PASS;
	}
	conclude(o, before, passed, pass, skipped);
}

bool
as_visit_spoke(struct as_say *o, const struct as_host_facts *h)
{
	if (h->outcome == AS_SUBJECT_DONE && h->smtp != NULL &&
	    h->smtp->outcome == AS_SMTP_OK)
		return true;
	as_say_cause(o, as_cause_visit(o, h));
	return false;
}

enum as_judged
as_visit_encrypted(struct as_say *o, const struct as_host_facts *h)
{
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	switch (h->smtp->starttls) {
	case AS_STARTTLS_NOT_OFFERED:
	case AS_STARTTLS_REFUSED: return AS_JUDGED_SKIP;
	case AS_STARTTLS_ACCEPTED: break;
	default:
		as_say_cause(o, as_cause_starttls(o, h));
		return AS_JUDGED_SAID;
	}
	if (h->tls != NULL && h->tls->outcome == AS_TLS_OK)
		return AS_JUDGED_PASS;
	if (h->tls != NULL &&
	    (h->tls->outcome == AS_TLS_ALERT ||
		h->tls->outcome == AS_TLS_FAILED))
		return AS_JUDGED_SKIP; /* tls.handshake tells */
	as_say_cause(o, as_cause_starttls(o, h));
	return AS_JUDGED_SAID;
}

bool
as_answer_leads_to(const struct as_answer *ans, struct as_str address)
{
	struct as_ip want, have;

	if (as_ip_parse(address, &want) != AS_OK)
		return false;
	for (size_t i = 0; i < ans->n_addresses; i++)
		if (as_ip_parse(ans->addresses[i], &have) == AS_OK &&
		    as_ip_eq(&have, &want))
			return true;
	return false;
}

struct as_str
as_first_word(struct as_str line)
{
	struct as_str s = as_str_trim(line);

	return as_str_slice(s, 0, as_str_find(s, ' ', 0));
}
