/*
 * MX: what the names of mail servers are, and where the servers stand.
 */
#include <string.h>

#include "assess/rules.h"
#include "base/ip.h"
#include "std/domain.h"

#include "base/banned.h"

/* --- names --- */

/* The name in an MX record; not an address, nor the domain's own name. */
static bool
is_exchange(const struct as_case *c, const struct as_mx *m)
{
	return !m->literal && c->mail != AS_MAIL_IMPLICIT;
}

/* The record as evidence of what was said. */
static enum as_judged
judged_record(struct as_say *o, struct as_finding *f, const struct as_mx *m)
{
	as_say_evidence(o, f, "MX %u " AS_STR_FMT ".", m->preference,
	    AS_STR_ARG(as_say_esc(o, m->host)));
	return AS_JUDGED_SAID;
}

static enum as_judged
judge_one_label(
    const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	if (!is_exchange(c, m))
		return AS_JUDGED_SKIP;
	if (as_domain_labels(m->host) > 1)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_WARN,
	    "The mail server \"" AS_STR_FMT "\" has no domain in its name.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	return judged_record(o, f, m);
}

void
as_check_mx_target_one_label(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_one_label,
	    "Every mail server has a full domain name.",
	    "the domain names no mail server by MX");
}

static enum as_judged
judge_underscore(
    const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	if (!is_exchange(c, m))
		return AS_JUDGED_SKIP;
	if (as_str_find(m->host, '_', 0) == m->host.n)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_WARN,
	    "The name of the mail server " AS_STR_FMT " has an underscore.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	return judged_record(o, f, m);
}

void
as_check_mx_target_underscore(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_underscore,
	    "No mail server has an underscore in its name.",
	    "the domain names no mail server by MX");
}

static bool
is_named_before(const struct as_answer *ans, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (as_str_eq_case(ans->mx[i].exchange, ans->mx[at].exchange))
			return true;
	return false;
}

void
as_check_mx_duplicate(const struct as_case *c, struct as_say *o)
{
	const struct as_answer *ans = c->mx_answer;
	struct as_list twice = {.between = ", "};
	struct as_finding *f;

	if (!as_need_mail_in(c, o))
		return;
	if (!as_case_known(ans)) {
		as_say_unknown_answer(o, ans);
		return;
	}
	for (size_t i = 0; i < ans->n_mx; i++)
		if (is_named_before(ans, i))
			as_list_add(
			    o, &twice, as_say_esc(o, ans->mx[i].exchange));
	if (twice.n == 0) {
		if (ans->cut)
			as_say_unknown_answer(o, ans);
		else
			as_say_pass(o, "No mail server is named twice.");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "A mail server is named more than once: " AS_STR_FMT ".",
	    AS_STR_ARG(as_list_text(o, &twice)));
	as_say_evidence(o, f, "%zu MX records", ans->n_mx);
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* --- one network --- */

/* The networks of one family that the mail servers stand in. */
struct spread {
	struct as_prefix first;
	size_t hosts; /* with an address of the family */
	bool many;    /* more networks than one */
	bool open;    /* an answer is missing */
};

static void
spread_add(struct spread *s, const struct as_answer *ans, uint8_t bits)
{
	struct as_ip ip;
	bool any = false;

	s->open |= !as_case_known(ans);
	for (size_t i = 0; ans != NULL && i < ans->n_addresses; i++) {
		if (as_ip_parse(ans->addresses[i], &ip) != AS_OK)
			continue;
		if (s->hosts == 0 && !any)
			s->first = (struct as_prefix){ip, bits};
		s->many |= !as_prefix_has(&s->first, &ip);
		any = true;
	}
	s->hosts += any;
}

/* The first answer that is missing. */
static const struct as_answer *
address_open(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_mx; i++) {
		if (!as_case_known(c->mx[i].a))
			return c->mx[i].a;
		if (!as_case_known(c->mx[i].aaaa))
			return c->mx[i].aaaa;
	}
	return NULL;
}

static struct as_str
networks_text(
    struct as_say *o, const struct spread *v4, const struct spread *v6)
{
	struct as_list l = {.between = ", "};
	const struct spread *both[] = {v4, v6};

	for (size_t i = 0; i < 2; i++) {
		struct as_ip ip = both[i]->first.ip;
		char text[AS_IP_TEXT];
		unsigned bits = both[i]->first.bits;

		if (both[i]->hosts == 0)
			continue;
		memset(ip.b + bits / 8, 0, ip.len - bits / 8);
		as_list_add(o, &l,
		    as_say_text(o, "%zu mail servers in %s/%u", both[i]->hosts,
			as_ip_text(&ip, text), bits));
	}
	return as_list_text(o, &l);
}

void
as_check_mx_one_network(const struct as_case *c, struct as_say *o)
{
	struct spread v4 = {.hosts = 0}, v6 = {.hosts = 0};
	bool cut = c->mx_answer != NULL && c->mx_answer->cut;
	struct as_finding *f;

	if (!as_need_mail_in(c, o))
		return;
	if (c->n_mx < 2 && !cut) {
		as_say_na(o, "the domain has no second mail server");
		return;
	}
	for (size_t i = 0; i < c->n_mx; i++) {
		spread_add(&v4, c->mx[i].a, 24);
		spread_add(&v6, c->mx[i].aaaa, 48);
	}
	if (v4.many || v6.many) {
		as_say_pass(o, "The mail servers stand in several networks.");
	} else if (v4.open || v6.open) {
		as_say_unknown_answer(o, address_open(c));
	} else if (cut) {
		as_say_unknown_answer(o, c->mx_answer);
	} else if (v4.hosts < 2 && v6.hosts < 2) {
		as_say_na(o, "no two mail servers can be compared");
	} else {
		f = as_say(o, AS_VERDICT_INFO,
		    "All mail servers stand in one network.");
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(networks_text(o, &v4, &v6)));
		as_say_advice(o, f, "%s", o->rule->advice);
	}
}

/* --- names of addresses --- */

/* No reverse name leads back: is that certain? */
static bool
reverse_is_known(struct as_say *o, const struct as_host_facts *h)
{
	if (h->n_reverse < h->ptr->n_names) {
		as_say_unknown(o,
		    as_say_text(o,
			"of the %zu reverse names of " AS_STR_FMT
			" only %zu were followed",
			h->ptr->n_names, AS_STR_ARG(as_say_esc(o, h->address)),
			h->n_reverse));
		return false;
	}
	for (size_t i = 0; i < h->n_reverse; i++)
		if (!as_case_known(&h->reverse[i]) || h->reverse[i].cut) {
			as_say_unknown_answer(o, &h->reverse[i]);
			return false;
		}
	return true;
}

static enum as_judged
judge_ptr_astray(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	struct as_finding *f;

	(void)c;
	if (h->ptr == NULL || as_answer_is_none(h->ptr))
		return AS_JUDGED_SKIP; /* mx.ptr tells */
	if (!as_case_known(h->ptr)) {
		as_say_unknown_answer(o, h->ptr);
		return AS_JUDGED_SAID;
	}
	for (size_t i = 0; i < h->n_reverse; i++)
		if (as_answer_leads_to(&h->reverse[i], h->address))
			return AS_JUDGED_PASS;
	if (!reverse_is_known(o, h))
		return AS_JUDGED_SAID;
	f = as_say(o, AS_VERDICT_INFO,
	    "The reverse name of " AS_STR_FMT " does not lead back to it.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, AS_STR_FMT ": PTR " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, h->address)),
	    AS_STR_ARG(as_list_of(o, ", ", h->ptr->names, h->ptr->n_names)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_mx_ptr_astray(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_ptr_astray,
	    "The reverse names of the mail servers lead back to them.",
	    "no visited address has a reverse name");
}
