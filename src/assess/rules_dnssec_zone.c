/*
 * How the zone is signed: keys, DS at the parent, NSEC3, the end of signatures.
 */
#include "assess/rules.h"
#include "base/clock.h"
#include "std/dns_wire.h"
#include "std/dnssec_lint.h"
#include "std/domain.h"

#include "base/banned.h"

/* --- what the rules ask first --- */

/* The zone is known?  Its signatures name it, so what is not signed has none.
 * Says why not. */
static bool
need_zone(const struct as_case *c, struct as_say *o)
{
	if (c->zone.name.n > 0)
		return true;
	if (!as_case_known(c->mx_answer) && !as_case_known(c->spf_set.answer)) {
		as_say_unknown_answer(o, c->mx_answer);
		return false;
	}
	switch (as_case_security(c)) {
	case AS_DNSSEC_INSECURE:
		as_say_na(o, "the domain is not signed");
		break;
	case AS_DNSSEC_SECURE:
		if (c->mx_answer != NULL && c->mx_answer->proposed)
			as_say_na(o, "a proposed zone has no signatures");
		else
			as_say_unknown(o,
			    AS_STR("the keys of the zone were not asked for"));
		break;
	case AS_DNSSEC_BOGUS:
		as_say_unknown_answer(o,
		    as_case_is_bogus(c->mx_answer) ? c->mx_answer
						   : c->spf_set.answer);
		break;
	default:
		as_say_unknown(o, AS_STR("the answers could not be validated"));
		break;
	}
	return false;
}

static bool
need_answer(struct as_say *o, const struct as_answer *ans)
{
	if (as_case_known(ans) && !ans->cut)
		return true;
	as_say_unknown_answer(o, ans);
	return false;
}

static bool
need_keys(const struct as_case *c, struct as_say *o)
{
	if (!need_zone(c, o) || !need_answer(o, c->zone.dnskey))
		return false;
	if (c->zone.dnskey->n_dnskey > 0)
		return true;
	as_say_na(o, "the zone has no keys");
	return false;
}

static bool
need_ds(const struct as_case *c, struct as_say *o)
{
	if (!need_zone(c, o) || !need_answer(o, c->zone.ds))
		return false;
	if (c->zone.ds->n_ds > 0)
		return true;
	as_say_na(o, "the parent has no DS record of the zone");
	return false;
}

/* --- records --- */

static struct as_dns_dnskey
key_of(const struct as_rr_dnskey *rr)
{
	return (struct as_dns_dnskey){.flags = (uint16_t)rr->flags,
	    .protocol = (uint8_t)rr->protocol,
	    .algorithm = (uint8_t)rr->algorithm,
	    .key = rr->key};
}

static struct as_dns_ds
ds_of(const struct as_rr_ds *rr)
{
	return (struct as_dns_ds){.key_tag = (uint16_t)rr->key_tag,
	    .algorithm = (uint8_t)rr->algorithm,
	    .digest_type = (uint8_t)rr->digest_type,
	    .digest = rr->digest};
}

/* "key 60485: RSASHA1 (5), 1024 bits" */
static struct as_str
key_text(struct as_say *o, const struct as_dns_dnskey *k)
{
	uint32_t bits = as_dnssec_key_bits(k);
	struct as_str text =
	    as_say_text(o, "key %u: %s (%u)", as_dnssec_key_tag(k),
		as_dnssec_algorithm(k->algorithm)->name, k->algorithm);

	if (bits > 0)
		text = as_say_text(
		    o, AS_STR_FMT ", %u bits", AS_STR_ARG(text), bits);
	return text;
}

/* "DS 60485 5 1 (RSASHA1, SHA-1)" */
static struct as_str
ds_text(struct as_say *o, const struct as_rr_ds *ds)
{
	return as_say_text(o, "DS %u %u %u (%s, %s)", ds->key_tag,
	    ds->algorithm, ds->digest_type,
	    as_dnssec_algorithm(ds->algorithm)->name,
	    as_dnssec_digest(ds->digest_type)->name);
}

/* What a set of keys, or of DS records, is made of. */
struct ranks {
	size_t good, rare, old;
	struct as_list bad; /* all but the good ones */
};

static void
ranks_add(struct as_say *o, struct ranks *r, enum as_dnssec_rank rank,
    struct as_str text)
{
	switch (rank) {
	case AS_DNSSEC_RANK_GOOD:
	case AS_DNSSEC_RANK_USABLE: r->good++; return;
	case AS_DNSSEC_RANK_RARE: r->rare++; break;
	case AS_DNSSEC_RANK_SHA1:
	case AS_DNSSEC_RANK_BROKEN: r->old++; break;
	}
	as_list_add(o, &r->bad, text);
}

/* --- keys --- */

static void
say_algorithm(struct as_say *o, const struct ranks *r)
{
	struct as_finding *f;

	if (r->good > 0)
		f = as_say(o, AS_VERDICT_WARN,
		    "Some keys of the zone are of an algorithm that should "
		    "not be used.");
	else if (r->old > 0)
		f = as_say(o, AS_VERDICT_FAIL,
		    "The zone is signed only with algorithms that must no "
		    "longer be used.");
	else
		f = as_say(o, AS_VERDICT_WARN,
		    "The zone is signed only with algorithms that few "
		    "resolvers know.");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &r->bad)));
}

/* DNSSEC-4 */
void
as_check_dnssec_algorithm(const struct as_case *c, struct as_say *o)
{
	struct ranks r = {.bad = {.between = "; "}};
	struct as_list names = {.between = "; "};

	if (!need_keys(c, o))
		return;
	for (size_t i = 0; i < c->zone.dnskey->n_dnskey; i++) {
		struct as_dns_dnskey k = key_of(&c->zone.dnskey->dnskey[i]);
		struct as_str text;

		if (!as_dnssec_key_signs(&k))
			continue;
		text = key_text(o, &k);
		as_list_add(o, &names, text);
		ranks_add(o, &r, as_dnssec_algorithm(k.algorithm)->rank, text);
	}
	if (names.n == 0)
		as_say_na(o, "no key of the zone is for signing it");
	else if (r.bad.n == 0)
		as_say_pass(o,
		    "The zone is signed with good algorithms: " AS_STR_FMT ".",
		    AS_STR_ARG(as_list_text(o, &names)));
	else
		say_algorithm(o, &r);
}

/* DNSSEC-4 */
void
as_check_dnssec_key_size(const struct as_case *c, struct as_say *o)
{
	struct as_list weak = {.between = "; "};
	size_t tiny = 0;
	struct as_finding *f;

	if (!need_keys(c, o))
		return;
	for (size_t i = 0; i < c->zone.dnskey->n_dnskey; i++) {
		struct as_dns_dnskey k = key_of(&c->zone.dnskey->dnskey[i]);
		uint32_t bits = as_dnssec_key_bits(&k);

		if (!as_dnssec_key_signs(&k) ||
		    !as_dnssec_is_rsa(k.algorithm) ||
		    bits >= AS_DNSSEC_RSA_BITS)
			continue;
		tiny += bits < 1024;
		as_list_add(o, &weak, key_text(o, &k));
	}
	if (weak.n == 0) {
		as_say_pass(o, "No key of the zone is too short.");
		return;
	}
	f = as_say(o, tiny > 0 ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    "%zu key%s of the zone %s too short.", weak.n,
	    weak.n == 1 ? "" : "s", weak.n == 1 ? "is" : "are");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &weak)));
}

/* --- DS --- */

/* "60485 13 2 D4B7...": what the parent should publish for a key. */
static struct as_str
ds_make(
    const struct as_case *c, struct as_say *o, const struct as_dns_dnskey *k)
{
	uint8_t hash[AS_DS_SHA256_OCTETS];
	struct as_str text;

	if (!as_dnssec_ds_sha256(c->zone.name, k, hash))
		return AS_STR_NULL;
	text = as_say_text(o, "%u %u 2 ", as_dnssec_key_tag(k), k->algorithm);
	for (size_t i = 0; i < sizeof(hash); i++)
		text = as_say_text(
		    o, AS_STR_FMT "%02X", AS_STR_ARG(text), hash[i]);
	return text;
}

/* Propose a DS record for the key that signs the keys, when there is one of
 * that kind, and one only. */
static void
ds_propose(const struct as_case *c, struct as_say *o, struct as_finding *f)
{
	const struct as_answer *ans = c->zone.dnskey;
	struct as_dns_dnskey sep = {.flags = 0};
	size_t n = 0;

	for (size_t i = 0; as_case_known(ans) && i < ans->n_dnskey; i++) {
		struct as_dns_dnskey k = key_of(&ans->dnskey[i]);

		if (!as_dnssec_key_signs(&k) || (k.flags & AS_DNSKEY_SEP) == 0)
			continue;
		sep = k;
		n++;
	}
	if (n == 1)
		as_say_record(
		    o, f, c->zone.name, "DS", AS_STR(""), ds_make(c, o, &sep));
}

/* DNSSEC-4 */
void
as_check_dnssec_ds_digest(const struct as_case *c, struct as_say *o)
{
	struct ranks r = {.bad = {.between = "; "}};
	struct as_finding *f;

	if (!need_ds(c, o))
		return;
	for (size_t i = 0; i < c->zone.ds->n_ds; i++) {
		const struct as_rr_ds *ds = &c->zone.ds->ds[i];

		ranks_add(o, &r, as_dnssec_digest(ds->digest_type)->rank,
		    ds_text(o, ds));
	}
	if (r.bad.n == 0) {
		as_say_pass(o, "Every DS record has a good digest.");
		return;
	}
	if (r.good > 0)
		f = as_say(o, AS_VERDICT_INFO,
		    "An outdated DS record stands beside a good one.");
	else
		f = as_say(o, r.old > 0 ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
		    r.old > 0
			? "Every DS record has a digest that must no longer "
			  "be used."
			: "Every DS record has a digest that few resolvers "
			  "know.");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &r.bad)));
	as_say_advice(o, f, "%s", o->rule->advice);
	if (r.good == 0)
		ds_propose(c, o, f);
}

static enum as_ds_fit
ds_fit(const struct as_case *c, const struct as_rr_ds *rr)
{
	struct as_dns_ds ds = ds_of(rr);
	enum as_ds_fit best = AS_DS_DIFFERS;

	for (size_t i = 0; i < c->zone.dnskey->n_dnskey; i++) {
		struct as_dns_dnskey k = key_of(&c->zone.dnskey->dnskey[i]);
		enum as_ds_fit fit = as_dnssec_ds_fit(c->zone.name, &ds, &k);

		if (fit == AS_DS_FITS)
			return fit;
		if (fit == AS_DS_UNSURE)
			best = fit;
	}
	return best;
}

/* DNSSEC-2 */
void
as_check_dnssec_ds_match(const struct as_case *c, struct as_say *o)
{
	struct as_list stray = {.between = "; "};
	struct as_finding *f;
	size_t n;

	if (!need_ds(c, o) || !need_keys(c, o))
		return;
	n = c->zone.ds->n_ds;
	for (size_t i = 0; i < n; i++)
		if (ds_fit(c, &c->zone.ds->ds[i]) == AS_DS_DIFFERS)
			as_list_add(o, &stray, ds_text(o, &c->zone.ds->ds[i]));
	if (stray.n == 0) {
		as_say_pass(o, "Every DS record names a key of the zone.");
		return;
	}
	f = as_say(o, stray.n == n ? AS_VERDICT_FAIL : AS_VERDICT_INFO,
	    "%zu of %zu DS records name%s no key of the zone.", stray.n, n,
	    stray.n == 1 ? "s" : "");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &stray)));
	as_say_advice(o, f, "%s", o->rule->advice);
}

void
as_check_dnssec_no_ds(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_keys(c, o) || !need_answer(o, c->zone.ds))
		return;
	if (c->zone.ds->n_ds > 0 || as_case_security(c) == AS_DNSSEC_SECURE) {
		as_say_pass(o, "The parent vouches for the keys of the zone.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "The zone is signed, but its parent does not say so.");
	as_say_evidence(o, f, "DNSKEY " AS_STR_FMT ": %zu keys; DS: %s",
	    AS_STR_ARG(as_say_esc(o, c->zone.name)), c->zone.dnskey->n_dnskey,
	    as_dns_outcome_text(c->zone.ds->outcome));
	ds_propose(c, o, f);
}

/* --- NSEC3 --- */

/* DNSSEC-3 */
void
as_check_dnssec_nsec3_iterations(const struct as_case *c, struct as_say *o)
{
	uint32_t most = 0;
	bool salted = false;
	struct as_finding *f;

	if (!need_zone(c, o) || !need_answer(o, c->zone.nsec3param))
		return;
	for (size_t i = 0; i < c->zone.nsec3param->n_nsec3param; i++) {
		const struct as_rr_nsec3param *p =
		    &c->zone.nsec3param->nsec3param[i];

		most = p->iterations > most ? p->iterations : most;
		salted |= p->salt.n > 0;
	}
	if (most == 0 && !salted) {
		as_say_pass(o,
		    c->zone.nsec3param->n_nsec3param > 0
			? "NSEC3 has no extra iterations and no salt."
			: "The zone does without NSEC3.");
		return;
	}
	f = as_say(o,
	    most > AS_NSEC3_ITERATIONS ? AS_VERDICT_FAIL
		: most > 0             ? AS_VERDICT_WARN
				       : AS_VERDICT_INFO,
	    most > 0 ? "NSEC3 asks resolvers for %u extra iterations."
		     : "NSEC3 has a salt.",
	    most);
	as_say_evidence(o, f, "NSEC3PARAM " AS_STR_FMT ": %u iterations, %s",
	    AS_STR_ARG(as_say_esc(o, c->zone.name)), most,
	    salted ? "a salt" : "no salt");
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* --- signatures --- */

/* Of the signatures on one RRset, the one that lasts longest: one is enough. */
static const struct as_rr_rrsig *
lasting_find(const struct as_case *c, const struct as_answer *ans, size_t i)
{
	const struct as_rr_rrsig *best = &ans->rrsig[i];

	if (!as_str_eq(best->signer, c->zone.name))
		return NULL;
	for (size_t k = 0; k < ans->n_rrsig; k++) {
		const struct as_rr_rrsig *sig = &ans->rrsig[k];

		if (sig->covers != best->covers ||
		    !as_str_eq(sig->signer, best->signer))
			continue;
		if (k < i)
			return NULL; /* this RRset was looked at */
		if (sig->expiration > best->expiration)
			best = sig;
	}
	return best;
}

struct ends {
	struct as_list soon;
	int64_t first; /* of all that were looked at; 0: none */
};

static struct as_str
end_text(struct as_say *o, const struct as_answer *ans,
    const struct as_rr_rrsig *sig)
{
	const char *type = as_rrtype_text((uint16_t)sig->covers);
	char from[AS_TIME_TEXT], to[AS_TIME_TEXT];

	return as_say_text(o, "%s " AS_STR_FMT ": valid from %s to %s",
	    type != NULL ? type : "records",
	    AS_STR_ARG(as_say_esc(o, ans->name)),
	    as_time_text(sig->inception, from),
	    as_time_text(sig->expiration, to));
}

static void
answer_look(const struct as_case *c, struct as_say *o,
    const struct as_answer *ans, struct ends *e)
{
	for (size_t i = 0; i < ans->n_rrsig; i++) {
		const struct as_rr_rrsig *sig = lasting_find(c, ans, i);

		if (sig == NULL)
			continue;
		if (e->first == 0 || sig->expiration < e->first)
			e->first = sig->expiration;
		if (as_dnssec_ends_soon(
			sig->inception, sig->expiration, c->options->now_ms))
			as_list_add(o, &e->soon, end_text(o, ans, sig));
	}
}

/* DNSSEC-2 */
void
as_check_dnssec_signature_expires_soon(
    const struct as_case *c, struct as_say *o)
{
	struct ends e = {.soon = {.between = "; "}};
	char day[AS_TIME_TEXT];
	struct as_finding *f;

	if (!need_zone(c, o))
		return;
	for (size_t i = 0; i < c->d->n_answers; i++)
		if (as_case_known(&c->d->answers[i]))
			answer_look(c, o, &c->d->answers[i], &e);
	if (e.first == 0) {
		as_say_unknown(o, AS_STR("no signature was recorded"));
		return;
	}
	(void)as_time_text(e.first, day);
	if (e.soon.n == 0) {
		as_say_pass(o, "No signature ends before %.10s.", day);
		return;
	}
	f = as_say(o, AS_VERDICT_WARN, "Signatures of the zone %s on %.10s.",
	    e.first < c->options->now_ms ? "ended" : "end", day);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &e.soon)));
}
