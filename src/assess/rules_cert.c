#include <string.h>

#include "assess/rules_cert.h"
#include "base/clock.h"

#include "base/banned.h"

#define DAY_MS INT64_C(86400000)

const struct as_cert *
as_cert_leaf(
    struct as_say *o, const struct as_host_facts *h, enum as_judged *got)
{
	*got = as_visit_encrypted(o, h);
	if (*got != AS_JUDGED_PASS)
		return NULL;
	if (h->tls->n_chain == 0) {
		as_say_unknown(o, AS_STR("no certificate was recorded"));
		*got = AS_JUDGED_SAID;
		return NULL;
	}
	return &h->tls->chain[0];
}

const char *
as_cert_kind(const struct as_host_facts *h)
{
	if (h->n_tls_more == 0 || h->tls->n_chain == 0)
		return "";
	return as_str_has_prefix(h->tls->chain[0].key_type, "RSA") ? "RSA "
								   : "ECDSA ";
}

struct as_str
as_cert_day(struct as_say *o, int64_t ms)
{
	char buf[AS_TIME_TEXT];

	return as_say_text(o, "%.10s", as_time_text(ms, buf));
}

bool
as_cert_dane_vouches(const struct as_mx *m, const struct as_host_facts *h)
{
	if (m->dane != AS_DANE_USE_EFFECTIVE || h->tls->dane != AS_DANE_MATCH)
		return false;
	for (size_t i = 0; i < m->tlsa->n_tlsa; i++)
		if (m->tlsa->tlsa[i].usage == 2)
			return false;
	return true;
}

/* --- dates --- */

static enum as_judged
judge_expired(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = as_cert_leaf(o, h, &got);
	int64_t now = c->options->now_ms;
	struct as_finding *f;
	bool late;

	if (leaf == NULL)
		return got;
	late = now > leaf->not_after;
	if (!late && now >= leaf->not_before)
		return AS_JUDGED_PASS;
	f = as_say(o,
	    as_cert_dane_vouches(m, h) ? AS_VERDICT_INFO : AS_VERDICT_FAIL,
	    "The %scertificate of " AS_STR_FMT " %s on " AS_STR_FMT ".",
	    as_cert_kind(h), AS_STR_ARG(as_say_esc(o, m->host)),
	    late ? "ran out" : "becomes valid only",
	    AS_STR_ARG(
		as_cert_day(o, late ? leaf->not_after : leaf->not_before)));
	as_say_evidence(o, f, "valid from " AS_STR_FMT " to " AS_STR_FMT "%s",
	    AS_STR_ARG(as_cert_day(o, leaf->not_before)),
	    AS_STR_ARG(as_cert_day(o, leaf->not_after)),
	    as_cert_dane_vouches(m, h) ? "; DANE vouches for it all the same"
				       : "");
	if (!late)
		as_say_advice(o, f,
		    "Put the former certificate back until then, or get one "
		    "that is valid now, and check the clock of the machine "
		    "that made this one.");
	return AS_JUDGED_SAID;
}

void
as_check_cert_expired(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_expired,
	    "Every certificate is within its dates.",
	    "no mail server could be met over TLS");
}

/* In days, or in parts of a short life: some authorities issue for days. */
static const struct {
	int64_t days, part;
} steps[] = {
    [AS_CERT_MONTH] = {30, 3},
    [AS_CERT_FORTNIGHT] = {14, 4},
    [AS_CERT_WEEK] = {7, 8},
};

bool
as_cert_ends_within(
    const struct as_cert *leaf, int64_t now_ms, enum as_cert_step step)
{
	int64_t life = leaf->not_after - leaf->not_before;
	int64_t part = life / steps[step].part,
		days = steps[step].days * DAY_MS;

	return leaf->not_after - now_ms < (part < days ? part : days);
}

/* Where a policy makes senders check, a certificate that runs out stops the
 * mail. */
static enum as_verdict
soon_verdict(const struct as_case *c, const struct as_cert *leaf)
{
	int64_t now = c->options->now_ms;

	if (as_cert_ends_within(leaf, now, AS_CERT_WEEK) &&
	    c->sts_enforces == AS_YES)
		return AS_VERDICT_FAIL;
	return as_cert_ends_within(leaf, now, AS_CERT_FORTNIGHT)
	    ? AS_VERDICT_WARN
	    : AS_VERDICT_INFO;
}

static enum as_judged
judge_soon(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = as_cert_leaf(o, h, &got);
	int64_t left;
	struct as_finding *f;

	if (leaf == NULL)
		return got;
	if (leaf->not_after < c->options->now_ms ||
	    leaf->not_before > leaf->not_after)
		return AS_JUDGED_SKIP; /* cert.expired tells */
	left = leaf->not_after - c->options->now_ms;
	if (!as_cert_ends_within(leaf, c->options->now_ms, AS_CERT_MONTH))
		return AS_JUDGED_PASS;
	f = as_say(o, soon_verdict(c, leaf),
	    "The %scertificate of " AS_STR_FMT " runs out on " AS_STR_FMT
	    ", in %lld day%s.",
	    as_cert_kind(h), AS_STR_ARG(as_say_esc(o, m->host)),
	    AS_STR_ARG(as_cert_day(o, leaf->not_after)),
	    (long long)(left / DAY_MS), left / DAY_MS == 1 ? "" : "s");
	as_say_evidence(o, f, "valid from " AS_STR_FMT " to " AS_STR_FMT,
	    AS_STR_ARG(as_cert_day(o, leaf->not_before)),
	    AS_STR_ARG(as_cert_day(o, leaf->not_after)));
	return AS_JUDGED_SAID;
}

void
as_check_cert_expires_soon(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_soon, "No certificate runs out soon.",
	    "no valid certificate was seen");
}

/* --- name and trust --- */

static enum as_judged
judge_name(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = as_cert_leaf(o, h, &got);
	struct as_finding *f;

	(void)c;
	if (leaf == NULL || h->tls->name_matches)
		return got;
	f = as_say(o,
	    as_cert_dane_vouches(m, h) ? AS_VERDICT_INFO : AS_VERDICT_WARN,
	    "The %scertificate of " AS_STR_FMT " is for another name.",
	    as_cert_kind(h), AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "names in it: " AS_STR_FMT "%s",
	    AS_STR_ARG(as_list_of(o, ", ", leaf->names, leaf->n_names)),
	    as_cert_dane_vouches(m, h) ? "; DANE vouches for it all the same"
				       : "");
	return AS_JUDGED_SAID;
}

void
as_check_cert_name(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_name,
	    "Every certificate carries the name of its mail server.",
	    "no mail server could be met over TLS");
}

static enum as_judged
judge_trust(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = as_cert_leaf(o, h, &got);
	struct as_finding *f;

	(void)c;
	if (leaf == NULL || h->tls->trusted)
		return got;
	if (as_cert_is_alone(h->tls))
		return AS_JUDGED_SKIP; /* cert.incomplete tells */
	f = as_say(o,
	    as_cert_dane_vouches(m, h) ? AS_VERDICT_INFO : AS_VERDICT_WARN,
	    "No public authority vouches for the %scertificate of " AS_STR_FMT
	    ".",
	    as_cert_kind(h), AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, AS_STR_FMT "; issuer " AS_STR_FMT "%s",
	    AS_STR_ARG(as_say_esc(o, h->tls->verify_text)),
	    AS_STR_ARG(as_say_esc(o, leaf->issuer)),
	    as_cert_dane_vouches(m, h) ? "; DANE vouches for it all the same"
				       : "");
	return AS_JUDGED_SAID;
}

void
as_check_cert_trust(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_trust,
	    "Every certificate comes from a public authority.",
	    "no mail server could be met over TLS");
}

/* --- strength --- */

uint32_t
as_cert_bits_wanted(const struct as_cert *cert)
{
	if (as_str_is_case(cert->key_type, "RSA") ||
	    as_str_is_case(cert->key_type, "RSA-PSS") ||
	    as_str_is_case(cert->key_type, "DSA") ||
	    as_str_is_case(cert->key_type, "DH"))
		return 2048;
	return as_str_is_case(cert->key_type, "EC") ? 224 : 0;
}

static enum as_judged
judge_key(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = as_cert_leaf(o, h, &got);
	struct as_finding *f;

	(void)c;
	if (leaf == NULL)
		return got;
	for (size_t i = 0; i < h->tls->n_chain; i++) {
		const struct as_cert *cert = &h->tls->chain[i];
		uint32_t wanted = as_cert_bits_wanted(cert);

		if (cert->key_bits == 0 || cert->key_bits >= wanted)
			continue;
		f = as_say(o, AS_VERDICT_FAIL,
		    "A certificate of " AS_STR_FMT " has a key of only %u "
		    "bits.",
		    AS_STR_ARG(as_say_esc(o, m->host)), cert->key_bits);
		as_say_evidence(o, f,
		    AS_STR_FMT ", %u bits, " AS_STR_FMT
			       "; at least %u are expected",
		    AS_STR_ARG(as_say_esc(o, cert->key_type)), cert->key_bits,
		    AS_STR_ARG(as_say_esc(o, cert->subject)), wanted);
		return AS_JUDGED_SAID;
	}
	return AS_JUDGED_PASS;
}

void
as_check_cert_weak_key(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_key,
	    "Every certificate key is long enough.",
	    "no mail server could be met over TLS");
}

bool
as_cert_is_self_issued(const struct as_cert *cert)
{
	return as_str_eq(cert->subject, cert->issuer);
}

/* "sha1WithRSAEncryption", "ecdsa-with-SHA1", "RSA-MD5": case differs. */
bool
as_cert_can_be_forged(const struct as_cert *cert)
{
	struct as_str how = cert->signature;

	/* Nobody relies on the signature of a self-signed one. */
	if (as_cert_is_self_issued(cert))
		return false;
	return as_str_has_case(how, "sha1") || as_str_has_case(how, "md5") ||
	    as_str_has_case(how, "md2") || as_str_has_case(how, "md4");
}

static enum as_judged
judge_signature(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	enum as_judged got;
	struct as_finding *f;

	(void)c;
	if (as_cert_leaf(o, h, &got) == NULL)
		return got;
	for (size_t i = 0; i < h->tls->n_chain; i++) {
		const struct as_cert *cert = &h->tls->chain[i];

		if (!as_cert_can_be_forged(cert))
			continue;
		f = as_say(o, AS_VERDICT_FAIL,
		    "A certificate of " AS_STR_FMT " is signed with an "
		    "algorithm that can be forged.",
		    AS_STR_ARG(as_say_esc(o, m->host)));
		as_say_evidence(o, f, AS_STR_FMT ": " AS_STR_FMT,
		    AS_STR_ARG(as_say_esc(o, cert->subject)),
		    AS_STR_ARG(as_say_esc(o, cert->signature)));
		return AS_JUDGED_SAID;
	}
	return AS_JUDGED_PASS;
}

void
as_check_cert_weak_signature(const struct as_case *c, struct as_say *o)
{
	as_each_handshake(c, o, judge_signature,
	    "Every certificate is signed with a sound algorithm.",
	    "no mail server could be met over TLS");
}
