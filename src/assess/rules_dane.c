#include "assess/rules_dane.h"

#include "assess/cause.h"

#include "base/banned.h"

#define SHOWN_DATA 64 /* octets of a TLSA record; SHA-512 has as many */

struct as_str
as_dane_name(const struct as_mx *m, struct as_say *o)
{
	return as_say_text(o, "_25._tcp." AS_STR_FMT, AS_STR_ARG(m->tlsa_base));
}

struct as_str
as_dane_hex(struct as_say *o, struct as_str octets)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2 * SHOWN_DATA + 1] = "";
	size_t n = octets.n < SHOWN_DATA ? octets.n : SHOWN_DATA;

	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digits[(unsigned char)octets.p[i] >> 4];
		hex[2 * i + 1] = digits[(unsigned char)octets.p[i] & 15];
	}
	return as_say_text(o, "%s", hex);
}

struct as_str
as_dane_record_text(struct as_say *o, const struct as_rr_tlsa *t)
{
	return as_say_text(o, "%u %u %u " AS_STR_FMT "%s", t->usage,
	    t->selector, t->matching, AS_STR_ARG(as_dane_hex(o, t->data)),
	    t->data.n > SHOWN_DATA ? "..." : "");
}

struct as_str
as_dane_text(const struct as_mx *m, struct as_say *o)
{
	struct as_list l = {.between = ", "};

	for (size_t i = 0; i < m->tlsa->n_tlsa; i++)
		as_list_add(o, &l, as_dane_record_text(o, &m->tlsa->tlsa[i]));
	return as_list_text(o, &l);
}

void
as_dane_show(const struct as_mx *m, struct as_say *o, struct as_finding *f)
{
	as_say_evidence(o, f, "TLSA " AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, as_dane_name(m, o))),
	    AS_STR_ARG(as_dane_text(m, o)));
}

/* The key that every visit of the host saw; empty when they differ. */
static struct as_str
key_seen(const struct as_mx *m)
{
	struct as_str key = AS_STR("");

	for (size_t i = 0; i < m->n_visits; i++) {
		const struct as_tls_facts *t = m->visits[i]->tls;

		if (t == NULL || t->n_chain == 0)
			continue;
		if (key.n > 0 && !as_str_eq(key, t->chain[0].spki_sha256))
			return AS_STR("");
		key = t->chain[0].spki_sha256;
	}
	return key.n == 32 ? key : AS_STR("");
}

void
as_dane_propose(const struct as_mx *m, struct as_say *o, struct as_finding *f,
    struct as_str proposed)
{
	struct as_str now = AS_STR("");

	if (m->tlsa != NULL && m->tlsa->n_tlsa > 0)
		now = as_dane_text(m, o);
	as_say_record(o, f, as_dane_name(m, o), "TLSA", now, proposed);
}

static void
propose_seen(const struct as_mx *m, struct as_say *o, struct as_finding *f)
{
	struct as_str key = key_seen(m);

	if (key.n > 0)
		as_dane_propose(m, o, f,
		    as_say_text(o, "3 1 1 " AS_STR_FMT,
			AS_STR_ARG(as_dane_hex(o, key))));
}

/* With --only dns no host is visited, and its TLSA is not asked for. */
bool
as_dane_need_tlsa(
    const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	if (m->dane != AS_DANE_USE_UNKNOWN)
		return true;
	if (m->tlsa == NULL && c->d->only_dns) {
		as_say_untested(o);
	} else if (m->tlsa == NULL && m->has_address == AS_NO) {
		as_say_na(o, "the mail server has no address");
	} else {
		as_say_cause(o, as_cause_tlsa(o, m));
	}
	return false;
}

/* --- rules on hosts --- */

static enum as_judged
judge_bogus(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	if (m->dane == AS_DANE_USE_UNKNOWN && as_case_known(m->tlsa))
		return AS_JUDGED_PASS;
	if (!as_dane_need_tlsa(c, o, m))
		return AS_JUDGED_SAID;
	if (m->dane != AS_DANE_USE_BOGUS)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_FAIL,
	    "The TLSA answer for " AS_STR_FMT " fails DNSSEC validation; "
	    "senders with DANE hold mail back.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_case_cause(c, m->tlsa)));
	return AS_JUDGED_SAID;
}

void
as_check_dane_bogus(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_bogus, "No TLSA answer fails validation.",
	    "the domain names no mail server");
}

/* As as_dane_need_tlsa, with a bogus answer as one more reason not to know. */
bool
as_dane_need(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	if (!as_dane_need_tlsa(c, o, m))
		return false;
	if (m->dane == AS_DANE_USE_BOGUS)
		as_say_unknown_answer(o, m->tlsa);
	return m->dane != AS_DANE_USE_BOGUS;
}

/* What is not signed; NULL: only the domain, its mail server is in order. */
static const char *
unsigned_part(const struct as_mx *m)
{
	if (m->tlsa->security == AS_DNSSEC_INSECURE)
		return "their zone";
	if (m->address_security == AS_DNSSEC_INSECURE)
		return "the server's address";
	return NULL;
}

static enum as_judged
judge_insecure(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	const char *part;
	struct as_finding *f;

	if (!as_dane_need(c, o, m))
		return AS_JUDGED_SAID;
	if (m->dane == AS_DANE_USE_NO_TLSA)
		return AS_JUDGED_SKIP;
	if (m->dane != AS_DANE_USE_INSECURE)
		return AS_JUDGED_PASS;
	part = unsigned_part(m);
	f = as_say(o, part != NULL ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    "The TLSA records of " AS_STR_FMT " have no effect: %s is not "
	    "signed.",
	    AS_STR_ARG(as_say_esc(o, m->host)),
	    part != NULL ? part : "the domain");
	as_dane_show(m, o, f);
	if (part == NULL)
		as_say_advice(o, f,
		    "Sign the domain with DNSSEC: its mail server is ready "
		    "for DANE already.");
	return AS_JUDGED_SAID;
}

void
as_check_dane_insecure(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_insecure, "Every TLSA record is signed.",
	    "no mail server has TLSA records");
}

static enum as_judged
judge_unusable(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	if (!as_dane_need(c, o, m))
		return AS_JUDGED_SAID;
	if (m->dane != AS_DANE_USE_UNUSABLE && m->dane != AS_DANE_USE_EFFECTIVE)
		return AS_JUDGED_SKIP;
	if (m->unusable == 0)
		return AS_JUDGED_PASS;
	f = as_say(o, m->usable == 0 ? AS_VERDICT_FAIL : AS_VERDICT_INFO,
	    "%zu of %zu TLSA records of " AS_STR_FMT " cannot be used for "
	    "mail: %s.",
	    m->unusable, m->unusable + m->usable,
	    AS_STR_ARG(as_say_esc(o, m->host)), m->unusable_why);
	as_dane_show(m, o, f);
	as_say_advice(o, f, "%s", o->rule->advice);
	if (m->usable == 0)
		propose_seen(m, o, f);
	return AS_JUDGED_SAID;
}

void
as_check_dane_unusable(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_unusable, "Every TLSA record can be used.",
	    "no mail server has signed TLSA records");
}

static enum as_judged
judge_missing(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	if (!as_dane_need(c, o, m))
		return AS_JUDGED_SAID;
	if (m->dane != AS_DANE_USE_NO_TLSA)
		return AS_JUDGED_PASS;
	if (as_case_security(c) != AS_DNSSEC_SECURE ||
	    m->address_security != AS_DNSSEC_SECURE)
		return AS_JUDGED_SKIP; /* dnssec.* come first */
	f = as_say(o, AS_VERDICT_INFO,
	    AS_STR_FMT " could announce its certificate by DANE and does not.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "TLSA " AS_STR_FMT ": %s",
	    AS_STR_ARG(as_say_esc(o, as_dane_name(m, o))),
	    as_dns_outcome_text(m->tlsa->outcome));
	as_say_advice(o, f, "%s", o->rule->advice);
	propose_seen(m, o, f);
	return AS_JUDGED_SAID;
}

void
as_check_dane_missing(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_missing, "Every mail server has TLSA records.",
	    "DANE needs DNSSEC for the domain and its mail servers first");
}

void
as_check_dane_some_hosts_only(const struct as_case *c, struct as_say *o)
{
	struct as_list without = {.between = ", "};
	size_t with = 0;
	const struct as_mx *open = NULL;
	struct as_finding *f;

	if (!as_need_mail_in(c, o))
		return;
	for (size_t i = 0; i < c->n_mx; i++) {
		const struct as_mx *m = &c->mx[i];

		if (m->dane == AS_DANE_USE_EFFECTIVE) {
			with++;
		} else if (m->dane == AS_DANE_USE_UNKNOWN ||
		    m->dane == AS_DANE_USE_BOGUS) {
			open = open == NULL ? m : open;
		} else {
			as_list_add(o, &without, as_say_esc(o, m->host));
		}
	}
	if (with > 0 && without.n > 0) {
		f = as_say(o, AS_VERDICT_WARN,
		    "%zu of %zu mail servers have no TLSA records in force.",
		    without.n, c->n_mx);
		as_say_evidence(o, f, "without: " AS_STR_FMT,
		    AS_STR_ARG(as_list_text(o, &without)));
	} else if (open != NULL && c->n_mx > 1) {
		if (as_dane_need(c, o, open))
			as_say_unknown_answer(o, open->tlsa);
	} else if (c->mx_answer != NULL && c->mx_answer->cut) {
		as_say_unknown_answer(o, c->mx_answer);
	} else if (with > 0) {
		as_say_pass(o, "Every mail server has TLSA records in force.");
	} else {
		as_say_na(o, "no mail server has TLSA records in force");
	}
}
