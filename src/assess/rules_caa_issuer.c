/* The authorities that CAA names, and those that issued what the mail servers
 * show. */
#include "assess/caa_issuer.h"
#include "assess/dane_seen.h"
#include "assess/rules.h"
#include "std/domain.h"

#include "base/banned.h"

/* Records of today say nothing of the day of issue: nobody is at fault. */
static void
say_not_named(struct as_say *o, const struct as_mx *m,
    const struct as_cert *leaf, const struct as_caa_compared *got)
{
	struct as_finding *f = as_say(o, AS_VERDICT_INFO,
	    "CAA does not name " AS_STR_FMT
	    ", which issued the certificate of " AS_STR_FMT ".",
	    AS_STR_ARG(as_say_esc(o, got->organization)),
	    AS_STR_ARG(as_say_esc(o, m->host)));

	as_say_evidence(o, f,
	    "at " AS_STR_FMT ": " AS_STR_FMT " may issue; issuer " AS_STR_FMT
	    ", in CAA records: " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, got->set->name)),
	    AS_STR_ARG(got->named.n > 0 ? got->named : AS_STR("nobody")),
	    AS_STR_ARG(as_say_esc(o, leaf->issuer)), AS_STR_ARG(got->names));
	as_say_advice(o, f, "%s", o->rule->advice);
}

static enum as_judged
judge_leaf(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_cert *leaf)
{
	struct as_caa_compare_ask ask = {.leaf = leaf,
	    .host = m->host,
	    .answers = c->d->answers,
	    .n_answers = c->d->n_answers,
	    .table = c->options->caa_issuers};
	struct as_caa_compared got;

	if (as_caa_compare(c->a, &ask, &got) != AS_OK) {
		o->err = AS_ENOMEM;
		return AS_JUDGED_SAID;
	}
	switch (got.match) {
	case AS_CAA_NAMED: return AS_JUDGED_PASS;
	case AS_CAA_UNTOLD:
		as_say_unknown_answer(o, got.set);
		return AS_JUDGED_SAID;
	case AS_CAA_NOT_NAMED:
		say_not_named(o, m, leaf, &got);
		return AS_JUDGED_SAID;
	default: return AS_JUDGED_SKIP;
	}
}

/* Of servers within the domain: the records of others are not asked for. */
static enum as_judged
judge_issuer(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged all = AS_JUDGED_SKIP, got;
	const struct as_tls_facts *tls;

	if (!as_domain_within(m->host, c->name))
		return AS_JUDGED_SKIP;
	got = as_visit_encrypted(o, h);
	if (got != AS_JUDGED_PASS)
		return got;
	for (size_t n = 0; (tls = as_visit_handshake(h, n)) != NULL; n++) {
		if (tls->n_chain == 0)
			continue;
		got = judge_leaf(c, o, m, &tls->chain[0]);
		if (all != AS_JUDGED_SAID && got != AS_JUDGED_SKIP)
			all = got;
	}
	return all;
}

void
as_check_caa_issuer(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_issuer,
	    "CAA names the authorities that issued the certificates.",
	    "there is no certificate that CAA records and a known authority "
	    "can "
	    "be compared for");
}
