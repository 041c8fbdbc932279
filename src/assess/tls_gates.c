#include "assess/tls_gates.h"

#include "base/banned.h"

static void
seen_puts(struct as_buf *seen, const char *words)
{
	as_tls_seen_add(seen, as_str_from(words));
}

/* Of every suite seen, also one that is only named as the first of a class. */
typedef bool suite_kind(struct as_str suite);

/* Is a suite of the kind seen?  Adds the first few to `seen`, which
 * may be NULL. */
static bool
suites_seen(
    const struct as_tls_server *s, suite_kind *kind, struct as_buf *seen)
{
	const struct as_str *told[4];
	size_t n = 0;

	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		for (size_t k = 0; k < v->n_suites + v->n_classes; k++) {
			const struct as_str *name = k < v->n_suites
			    ? &v->suites[k]
			    : &v->classes[k - v->n_suites].first;
			size_t t = 0;

			while (t < n && !as_str_eq(*told[t], *name))
				t++;
			if (t < n || name->n == 0 || !kind(*name))
				continue;
			if (n == sizeof(told) / sizeof(told[0])) {
				as_tls_seen_add(seen, AS_STR("and more"));
				return true;
			}
			told[n++] = name;
			as_tls_seen_add(seen, *name);
		}
	}
	return n > 0;
}

/* --- broken --- */

static bool
is_reached(const struct as_tls_server *s)
{
	return s->implicit ||
	    (s->smtp != NULL && s->smtp->starttls == AS_STARTTLS_ACCEPTED);
}

static bool
check_not_offered(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_smtp_facts *smtp = l->s->smtp;

	if (l->s->implicit || smtp == NULL || smtp->outcome != AS_SMTP_OK ||
	    smtp->starttls != AS_STARTTLS_NOT_OFFERED)
		return false;
	as_buf_printf(seen, "%s: %zu lines, none of them STARTTLS",
	    smtp->helo_only ? "HELO" : "EHLO", smtp->n_ehlo);
	return true;
}

static bool
check_refused(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_smtp_facts *smtp = l->s->smtp;

	if (l->s->implicit || smtp == NULL ||
	    smtp->starttls != AS_STARTTLS_REFUSED)
		return false;
	as_buf_printf(seen, "%u", smtp->starttls_code);
	as_tls_seen_add(seen, smtp->starttls_text);
	return true;
}

static bool
check_no_version(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_tls_server *s = l->s;
	size_t no = 0;

	if (!is_reached(s) || s->stopped.n > 0 ||
	    (s->tls != NULL && s->tls->outcome == AS_TLS_OK))
		return false;
	for (size_t i = 0; i < s->n_versions; i++) {
		if (s->versions[i].offered != AS_OFFER_NO)
			return false;
		no++;
	}
	as_buf_printf(seen, "%zu versions asked, none accepted", no);
	return no > 0;
}

static bool
check_only_ssl(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_offer_version *v = as_tls_newest(l->s);

	/* Versions not told could be newer. */
	if (v == NULL || !as_str_has_prefix(v->version, "SSL"))
		return false;
	for (const struct as_offer_version *i = l->s->versions; i < v; i++)
		if (i->offered != AS_OFFER_NO)
			return false;
	seen_puts(seen, as_tls_version_words(v->version));
	return true;
}

static bool
check_only_forbidden(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_tls_server *s = l->s;
	bool forbidden = false;

	/* Better suites were perhaps never asked for. */
	if (s->stopped.n > 0 || s->n_left_out > 0)
		return false;
	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		if (v->offered == AS_OFFER_UNKNOWN ||
		    (v->offered == AS_OFFER_YES && v->n_classes == 0))
			return false;
		for (size_t k = 0; k < v->n_classes; k++) {
			struct as_str class = v->classes[k].class;
			bool f = as_str_is(class, "forbidden") ||
			    as_str_is(class, "anonymous");

			if (!f && v->classes[k].offered != AS_OFFER_NO &&
			    v->offered == AS_OFFER_YES)
				return false;
			if (f && v->classes[k].offered == AS_OFFER_YES) {
				if (!forbidden)
					as_tls_seen_add(
					    seen, v->classes[k].first);
				forbidden = true;
			}
		}
	}
	return forbidden;
}

/* --- weak --- */

static bool
check_injected(const struct as_tls_look *l, struct as_buf *seen)
{
	if (l->s->smtp == NULL || l->s->smtp->injected == 0)
		return false;
	as_buf_printf(seen, "%u octets", l->s->smtp->injected);
	return true;
}

static bool
check_command_injection(const struct as_tls_look *l, struct as_buf *seen)
{
	if (l->s->command_injection != AS_OFFER_YES)
		return false;
	seen_puts(seen, "EHLO behind STARTTLS in the clear was answered");
	return true;
}

static bool
check_outdated(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_offer_version *v = as_tls_newest(l->s);

	if (v == NULL || as_str_has_prefix(v->version, "SSL") ||
	    as_tls_version_offer(l->s, "TLSv1.2") != AS_OFFER_NO ||
	    as_tls_version_offer(l->s, "TLSv1.3") != AS_OFFER_NO)
		return false;
	seen_puts(seen, as_tls_version_words(v->version));
	return true;
}

static bool
versions_seen(const struct as_tls_server *s, const char *a, const char *b,
    struct as_buf *seen)
{
	const char *names[] = {a, b};

	for (size_t i = 0; i < 2; i++)
		if (as_tls_version_offer(s, names[i]) == AS_OFFER_YES)
			seen_puts(
			    seen, as_tls_version_words(as_str_from(names[i])));
	return seen->n > 0;
}

static bool
check_ssl(const struct as_tls_look *l, struct as_buf *seen)
{
	return versions_seen(l->s, "SSLv2", "SSLv3", seen);
}

/* Names of SSLv2 kinds are told by the version. */
static bool
is_forbidden(struct as_str suite)
{
	return as_str_has_prefix(suite, "TLS_") &&
	    (as_str_has(suite, AS_STR("_NULL_")) ||
		as_str_has(suite, AS_STR("EXPORT")) ||
		as_str_has(suite, AS_STR("_RC4_")) ||
		as_str_has(suite, AS_STR("_DES_")) ||
		as_str_has(suite, AS_STR("_DES40_")) ||
		as_str_has(suite, AS_STR("_RC2_")));
}

static bool
check_forbidden(const struct as_tls_look *l, struct as_buf *seen)
{
	return suites_seen(l->s, is_forbidden, seen);
}

static bool
has_secrecy(struct as_str suite)
{
	return as_str_has_prefix(suite, "TLS_ECDHE_") ||
	    as_str_has_prefix(suite, "TLS_DHE_") ||
	    as_str_has(suite, AS_STR("_anon_")) ||
	    (as_str_has_prefix(suite, "TLS_") &&
		!as_str_has(suite, AS_STR("_WITH_")));
}

static bool
lacks_secrecy(struct as_str suite)
{
	return as_str_has_prefix(suite, "TLS_") && !has_secrecy(suite);
}

static bool
check_no_secrecy(const struct as_tls_look *l, struct as_buf *seen)
{
	static const char *const with[] = {"recommended", "ok", "legacy-cbc"};
	struct as_str first;

	if (as_tls_version_offer(l->s, "TLSv1.3") != AS_OFFER_NO ||
	    suites_seen(l->s, has_secrecy, NULL))
		return false;
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		if (as_tls_class_offer(l->s, with[i], &first) != AS_OFFER_NO)
			return false;
	return suites_seen(l->s, lacks_secrecy, seen);
}

static bool
dhe_between(
    const struct as_tls_server *s, uint32_t from, uint32_t to, struct as_buf *b)
{
	if (s->dhe != AS_OFFER_YES || s->dhe_bits == 0 || s->dhe_bits < from ||
	    s->dhe_bits >= to)
		return false;
	as_buf_printf(b, "%u bits", s->dhe_bits);
	as_tls_seen_add(b, s->dhe_prime);
	return true;
}

static bool
check_dhe_broken(const struct as_tls_look *l, struct as_buf *seen)
{
	return dhe_between(l->s, 1, 1024, seen);
}

/* --- fit --- */

static bool
check_big_hello(const struct as_tls_look *l, struct as_buf *seen)
{
	if (as_tls_feature_offer(l->s, "big-hello") != AS_OFFER_NO)
		return false;
	seen_puts(seen, "the same hello without padding is answered");
	return true;
}

static bool
check_violations(const struct as_tls_look *l, struct as_buf *seen)
{
	for (size_t i = 0; i < l->s->n_violations; i++)
		as_tls_seen_add(seen, l->s->violations[i]);
	return seen->n > 0;
}

static bool
check_dhe_short(const struct as_tls_look *l, struct as_buf *seen)
{
	return dhe_between(l->s, 1024, 2048, seen);
}

static bool
dhe_class_is(
    const struct as_tls_server *s, const char *class, struct as_buf *seen)
{
	return as_str_is(s->dhe_class, class) &&
	    dhe_between(s, 2048, UINT32_MAX, seen);
}

static bool
check_dhe_subgroup(const struct as_tls_look *l, struct as_buf *seen)
{
	return dhe_class_is(l->s, "subgroup", seen);
}

static bool
check_dhe_shared(const struct as_tls_look *l, struct as_buf *seen)
{
	return dhe_class_is(l->s, "shared", seen);
}

static bool
is_weak(struct as_str suite)
{
	return !as_str_has(suite, AS_STR("_anon_")) && !is_forbidden(suite) &&
	    (as_str_has(suite, AS_STR("_3DES_")) ||
		as_str_has(suite, AS_STR("_IDEA_")) ||
		as_str_has(suite, AS_STR("_SEED_")) ||
		as_str_has(suite, AS_STR("_DSS_")));
}

static bool
check_weak_suites(const struct as_tls_look *l, struct as_buf *seen)
{
	return suites_seen(l->s, is_weak, seen);
}

static bool
check_weak_groups(const struct as_tls_look *l, struct as_buf *seen)
{
	for (size_t i = 0; i < l->s->n_groups; i++) {
		const struct as_offer_group *g = &l->s->groups[i];

		if (g->offered == AS_OFFER_YES &&
		    (as_str_is(g->class, "weak") ||
			as_str_is(g->class, "obsolete") ||
			as_str_is(g->class, "forbidden")))
			as_tls_seen_add(seen, g->name);
	}
	return seen->n > 0;
}

static bool
feature_is(const struct as_tls_look *l, const char *name, enum as_offer offer,
    const char *words, struct as_buf *seen)
{
	if (as_tls_feature_offer(l->s, name) != offer)
		return false;
	seen_puts(seen, words);
	return true;
}

static bool
check_renegotiation(const struct as_tls_look *l, struct as_buf *seen)
{
	return feature_is(l, "secure-renegotiation", AS_OFFER_NO,
	    "no renegotiation_info in the answer", seen);
}

static bool
check_compression(const struct as_tls_look *l, struct as_buf *seen)
{
	return feature_is(l, "compression", AS_OFFER_YES,
	    "a method other than null was chosen", seen);
}

static bool
check_no_ems(const struct as_tls_look *l, struct as_buf *seen)
{
	return feature_is(l, "extended-master-secret", AS_OFFER_NO,
	    "no extended_master_secret in the answer", seen);
}

static bool
check_sha1(const struct as_tls_look *l, struct as_buf *seen)
{
	return feature_is(l, "sha1-signature", AS_OFFER_YES,
	    "a hello with SHA-1 alone was answered", seen);
}

static bool
check_old_version(const struct as_tls_look *l, struct as_buf *seen)
{
	return versions_seen(l->s, "TLSv1", "TLSv1.1", seen);
}

static bool
version_is_missing(
    const struct as_tls_look *l, const char *version, struct as_buf *seen)
{
	const struct as_offer_version *newest = as_tls_newest(l->s);

	if (newest == NULL ||
	    as_tls_version_offer(l->s, version) != AS_OFFER_NO)
		return false;
	as_buf_printf(
	    seen, "the newest is %s", as_tls_version_words(newest->version));
	return true;
}

static bool
check_no_12(const struct as_tls_look *l, struct as_buf *seen)
{
	return version_is_missing(l, "TLSv1.2", seen);
}

static bool
check_no_13(const struct as_tls_look *l, struct as_buf *seen)
{
	return version_is_missing(l, "TLSv1.3", seen);
}

static bool
is_static(struct as_str suite)
{
	return lacks_secrecy(suite) && !is_forbidden(suite) && !is_weak(suite);
}

static bool
check_static_rsa(const struct as_tls_look *l, struct as_buf *seen)
{
	return suites_seen(l->s, is_static, seen);
}

static bool
is_anonymous(struct as_str suite)
{
	return as_str_has(suite, AS_STR("_anon_")) && !is_forbidden(suite);
}

static bool
check_anonymous(const struct as_tls_look *l, struct as_buf *seen)
{
	return suites_seen(l->s, is_anonymous, seen);
}

static bool
is_cbc(struct as_str suite)
{
	return as_str_has(suite, AS_STR("_CBC_")) && has_secrecy(suite) &&
	    !is_forbidden(suite) && !is_weak(suite) && !is_anonymous(suite);
}

static bool
check_cbc(const struct as_tls_look *l, struct as_buf *seen)
{
	return suites_seen(l->s, is_cbc, seen);
}

/* --- the table --- */

#define check_key_broken     as_tls_check_key_broken
#define check_dates          as_tls_check_dates
#define check_key_short      as_tls_check_key_short
#define check_cert_signature as_tls_check_cert_signature
#define check_dates_week     as_tls_check_dates_week
#define check_dates_soon     as_tls_check_dates_soon
#define check_dates_month    as_tls_check_dates_month
#define check_incomplete     as_tls_check_incomplete
#define check_cert_purpose   as_tls_check_cert_purpose
#define check_dane           as_tls_check_dane
#define check_revoked        as_tls_check_revoked
#define check_staple         as_tls_check_staple
#define check_caa            as_tls_check_caa
#define check_untrusted      as_tls_check_untrusted
#define check_cert_name      as_tls_check_cert_name
#define check_cert_order     as_tls_check_cert_order

const struct as_tls_gate *
as_tls_gates(size_t *n)
{
	static const struct as_tls_gate all[] = {
#define TLS_GATE(name, id, grade, weight, title, why, cite) \
	{id, AS_TLS_GRADE_##grade, AS_TLS_##weight, title, why, cite, \
	    check_##name},
#include "assess/tls_gates.tbl"
#undef TLS_GATE
	};

	*n = sizeof(all) / sizeof(all[0]);
	return all;
}
