/*
 * TLSA records against what the visits of a mail server saw.
 */
#include "assess/cause.h"
#include "assess/dane_seen.h"
#include "assess/rules_dane.h"

#include "base/banned.h"

/* DANE in force at the host?  SKIP or SAID when not. */
static enum as_judged
in_force(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	if (!as_dane_need(c, o, m))
		return AS_JUDGED_SAID;
	return m->dane == AS_DANE_USE_EFFECTIVE ? AS_JUDGED_PASS
						: AS_JUDGED_SKIP;
}

/* --- records and certificate --- */

/* Is another certificate of this host one that the records stand for?  Where:
 * the visit, or NULL. */
static const struct as_host_facts *
matched_elsewhere(const struct as_case *c, const struct as_mx *m,
    const struct as_tls_facts *but)
{
	const struct as_tls_facts *tls;

	for (size_t k = 0; k < m->n_visits; k++)
		for (size_t n = 0;
		     (tls = as_visit_handshake(m->visits[k], n)) != NULL; n++)
			if (tls != but &&
			    as_dane_see(c, m, tls) == AS_DANE_SEEN_MATCH)
				return m->visits[k];
	return NULL;
}

static struct as_str
names_text(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_str names[3];
	size_t n = as_dane_names(c, m, names);

	return as_list_of(o, " or ", names, n);
}

/* What more the title says than that no record stands for it. */
static struct as_str
fault_words(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h, const struct as_tls_facts *tls,
    enum as_dane_seen seen)
{
	const struct as_host_facts *other;

	if (seen == AS_DANE_SEEN_OUTRANKED)
		return AS_STR("; only a SHA-256 digest matches, and senders go "
			      "by the SHA-512 digest beside it");
	if (seen == AS_DANE_SEEN_NAME)
		return as_say_text(o,
		    "; a record of usage 2 vouches for its authority, but it "
		    "is not for " AS_STR_FMT,
		    AS_STR_ARG(names_text(c, o, m)));
	other = matched_elsewhere(c, m, tls);
	if (other == NULL)
		return AS_STR("");
	if (other == h)
		return AS_STR("; another certificate of the same server is");
	return as_say_text(o, "; the one at " AS_STR_FMT " is",
	    AS_STR_ARG(as_say_esc(o, other->address)));
}

/* The record that would stand for this certificate; AS_STR_NULL: not known. */
static struct as_str
record_for(
    struct as_say *o, const struct as_tls_facts *tls, enum as_dane_seen seen)
{
	const struct as_cert *leaf = &tls->chain[0];

	if (tls->n_chain == 0)
		return AS_STR_NULL;
	if (seen == AS_DANE_SEEN_OUTRANKED)
		return leaf->spki_sha512.n != 64
		    ? AS_STR_NULL
		    : as_say_text(o, "3 1 2 " AS_STR_FMT,
			  AS_STR_ARG(as_dane_hex(o, leaf->spki_sha512)));
	return leaf->spki_sha256.n != 32
	    ? AS_STR_NULL
	    : as_say_text(o, "3 1 1 " AS_STR_FMT,
		  AS_STR_ARG(as_dane_hex(o, leaf->spki_sha256)));
}

static const char *
mismatch_advice(enum as_dane_seen seen)
{
	switch (seen) {
	case AS_DANE_SEEN_OUTRANKED:
		return "Publish both digests of each key, or SHA-256 alone: "
		       "take the SHA-512 record of the old key out, or put "
		       "the proposed one beside it.";
	case AS_DANE_SEEN_NAME:
		return "Get a certificate of the same authority that holds "
		       "the name of the mail server, or publish the proposed "
		       "record, which asks for no name.";
	default:
		return "If the certificate in use is yours, publish the "
		       "proposed TLSA record beside the old ones. If you do "
		       "not know it, find out first who answers in your "
		       "server's place.";
	}
}

static void
say_mismatch(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h, const struct as_tls_facts *tls,
    enum as_dane_seen seen)
{
	bool kinds = h->n_tls_more > 0 && tls->n_chain > 0;
	bool many = m->n_visits > 1;
	struct as_finding *f = as_say(o, AS_VERDICT_FAIL,
	    "The " AS_STR_FMT "%scertificate of " AS_STR_FMT "%s" AS_STR_FMT
	    " is not the one its TLSA records announce" AS_STR_FMT ".",
	    AS_STR_ARG(
		kinds ? as_say_esc(o, tls->chain[0].key_type) : AS_STR("")),
	    kinds ? " " : "", AS_STR_ARG(as_say_esc(o, m->host)),
	    many ? " at " : "",
	    AS_STR_ARG(many ? as_say_esc(o, h->address) : AS_STR("")),
	    AS_STR_ARG(fault_words(c, o, m, h, tls, seen)));

	as_dane_show(m, o, f);
	as_say_advice(o, f, "%s", mismatch_advice(seen));
	as_dane_propose(m, o, f, record_for(o, tls, seen));
}

static enum as_judged
judge_handshake(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h,
    const struct as_tls_facts *tls)
{
	enum as_dane_seen seen = as_dane_see(c, m, tls);

	switch (seen) {
	case AS_DANE_SEEN_MATCH: return AS_JUDGED_PASS;
	case AS_DANE_SEEN_CUT:
		as_say_cause(o, as_cause_answer(o, m->tlsa));
		return AS_JUDGED_SAID;
	case AS_DANE_SEEN_OPEN:
		as_say_unknown(o,
		    AS_STR("the records were not compared with the "
			   "certificate"));
		return AS_JUDGED_SAID;
	default: say_mismatch(c, o, m, h, tls, seen); return AS_JUDGED_SAID;
	}
}

static enum as_judged
judge_mismatch(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got = in_force(c, o, m), all = AS_JUDGED_PASS;
	const struct as_tls_facts *tls;

	if (got != AS_JUDGED_PASS)
		return got;
	got = as_visit_encrypted(o, h);
	if (got != AS_JUDGED_PASS)
		return got;
	for (size_t n = 0; (tls = as_visit_handshake(h, n)) != NULL; n++)
		if (judge_handshake(c, o, m, h, tls) != AS_JUDGED_PASS)
			all = AS_JUDGED_SAID;
	return all;
}

void
as_check_dane_mismatch(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_mismatch,
	    "Every certificate is one that its TLSA records announce.",
	    "no visited mail server has TLSA records in force");
}

/* --- STARTTLS --- */

static enum as_judged
judge_no_starttls(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	enum as_judged got = in_force(c, o, m);
	struct as_finding *f;

	if (got != AS_JUDGED_PASS)
		return got;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (h->smtp->starttls != AS_STARTTLS_NOT_OFFERED && !h->smtp->helo_only)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_FAIL,
	    AS_STR_FMT " has TLSA records but offers no STARTTLS.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_dane_show(m, o, f);
	return AS_JUDGED_SAID;
}

void
as_check_dane_no_starttls(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_no_starttls,
	    "Every mail server with TLSA records offers STARTTLS.",
	    "no visited mail server has TLSA records in force");
}

/* --- the next key --- */

/* Is the next key announced, or one that outlasts this one?  With several
 * records it takes the visits to say. */
static enum as_tri
is_prepared(const struct as_mx *m)
{
	enum as_tri all = AS_NO;
	bool seen_all;

	if (m->tlsa->cut)
		return AS_YES;
	for (size_t i = 0; i < m->usable; i++) {
		enum as_tri used;

		if (m->records[i].usage == 2)
			return AS_YES; /* any key of that authority will do */
		used = m->usable == 1 ? AS_YES : as_dane_record_used(m, i);
		if (used == AS_NO)
			return AS_YES;
		if (used == AS_UNSURE)
			all = AS_UNSURE;
	}
	if (m->usable > 1 && as_dane_keys_seen(m, &seen_all) > 1)
		return AS_YES;
	return all;
}

static enum as_judged
judge_rollover(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	enum as_judged got = in_force(c, o, m);
	struct as_finding *f;

	if (got != AS_JUDGED_PASS)
		return got;
	switch (is_prepared(m)) {
	case AS_YES: return AS_JUDGED_PASS;
	case AS_UNSURE:
		as_say_unknown(
		    o, AS_STR("not every certificate of the server was seen"));
		return AS_JUDGED_SAID;
	default: break;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "The TLSA records of " AS_STR_FMT " announce one key alone.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_dane_show(m, o, f);
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_dane_rollover(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_rollover,
	    "The TLSA records leave room for the next key.",
	    "no mail server has TLSA records in force");
}

/* --- records that stand for nothing --- */

struct usage_count {
	size_t used, unsure;
	struct as_list idle, brief;
};

/* Enough of a record to find it by. */
static struct as_str
brief_text(struct as_say *o, const struct as_dns_tlsa *t)
{
	struct as_str start = as_str_slice(t->data, 0, 8);

	return as_say_text(o, "%u %u %u " AS_STR_FMT "...", t->usage,
	    t->selector, t->matching, AS_STR_ARG(as_dane_hex(o, start)));
}

static void
records_count(struct as_say *o, const struct as_mx *m, struct usage_count *out)
{
	*out = (struct usage_count){
	    .idle = {.between = ", "}, .brief = {.between = ", "}};
	for (size_t i = 0; i < m->usable; i++) {
		const struct as_dns_tlsa *t = &m->records[i];
		struct as_rr_tlsa rr = {
		    t->usage, t->selector, t->matching, t->data};

		switch (as_dane_record_used(m, i)) {
		case AS_YES: out->used++; break;
		case AS_UNSURE: out->unsure++; break;
		default:
			as_list_add(o, &out->idle, as_dane_record_text(o, &rr));
			as_list_add(o, &out->brief, brief_text(o, t));
		}
	}
}

static enum as_judged
judge_idle(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	enum as_judged got = in_force(c, o, m);
	struct usage_count n;
	struct as_finding *f;

	if (got != AS_JUDGED_PASS)
		return got;
	if (m->usable < 2)
		return AS_JUDGED_SKIP;
	records_count(o, m, &n);
	if (n.unsure > 0) {
		as_say_unknown(
		    o, AS_STR("not every certificate of the server was seen"));
		return AS_JUDGED_SAID;
	}
	if (n.used == 0)
		return AS_JUDGED_SKIP; /* dane.mismatch tells */
	if (n.idle.n == 0)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_INFO,
	    "Of the TLSA records of " AS_STR_FMT
	    " %zu match%s no certificate that it showed: " AS_STR_FMT ".",
	    AS_STR_ARG(as_say_esc(o, m->host)), n.idle.n,
	    n.idle.n == 1 ? "es" : "", AS_STR_ARG(as_list_text(o, &n.brief)));
	as_say_evidence(o, f, "TLSA " AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, as_dane_name(m, o))),
	    AS_STR_ARG(as_list_text(o, &n.idle)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_dane_idle_record(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_idle,
	    "Every TLSA record matches a certificate in use.",
	    "no mail server has several TLSA records, one of them in use");
}
