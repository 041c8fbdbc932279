/*
 * The gates of tls_gates.tbl that look at certificates.
 */
#include "assess/tls_gates.h"
#include "base/clock.h"

#include "base/banned.h"

#define DAY_MS    INT64_C(86400000)
#define SOON_MS   (30 * DAY_MS)
#define MAX_CERTS 24

const struct as_cert *
as_tls_leaf(const struct as_tls_server *s)
{
	if (s->tls != NULL && s->tls->n_chain > 0)
		return &s->tls->chain[0];
	for (size_t i = 0; i < s->n_chains; i++)
		if (s->chains[i].n_chain > 0)
			return &s->chains[i].chain[0];
	return NULL;
}

bool
as_tls_self_issued(const struct as_cert *c)
{
	return as_str_eq(c->subject, c->issuer);
}

static size_t
chain_add(const struct as_cert *chain, size_t n, const struct as_cert **out,
    size_t had, size_t room)
{
	for (size_t i = 0; i < n && had < room; i++) {
		size_t k = 0;

		while (k < had && !as_str_eq(out[k]->sha256, chain[i].sha256))
			k++;
		if (k == had)
			out[had++] = &chain[i];
	}
	return had;
}

size_t
as_tls_certs(
    const struct as_tls_server *s, const struct as_cert **out, size_t room)
{
	size_t n = 0;

	if (s->tls != NULL)
		n = chain_add(s->tls->chain, s->tls->n_chain, out, n, room);
	for (size_t i = 0; i < s->n_chains; i++)
		n = chain_add(
		    s->chains[i].chain, s->chains[i].n_chain, out, n, room);
	return n;
}

/* --- keys and signatures --- */

static bool
key_is_under(
    const struct as_tls_look *l, uint32_t from, uint32_t to, struct as_buf *b)
{
	const struct as_cert *all[MAX_CERTS];
	size_t n = as_tls_certs(l->s, all, MAX_CERTS);

	for (size_t i = 0; i < n; i++)
		if (as_str_has_prefix(all[i]->key_type, "RSA") &&
		    all[i]->key_bits >= from && all[i]->key_bits < to) {
			as_buf_printf(b, "RSA, %u bits: ", all[i]->key_bits);
			as_buf_add_str(
			    b, as_str_slice(all[i]->subject, 0, 200));
			return true;
		}
	return false;
}

bool
as_tls_check_key_broken(const struct as_tls_look *l, struct as_buf *seen)
{
	return key_is_under(l, 1, 1024, seen);
}

bool
as_tls_check_key_short(const struct as_tls_look *l, struct as_buf *seen)
{
	return key_is_under(l, 1024, 2048, seen);
}

/* The signature of one that vouches for itself protects nothing. */
bool
as_tls_check_cert_signature(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_cert *all[MAX_CERTS];
	size_t n = as_tls_certs(l->s, all, MAX_CERTS);

	for (size_t i = 0; i < n; i++) {
		struct as_str how = all[i]->signature;

		if (as_tls_self_issued(all[i]) ||
		    !(as_str_has_prefix_case(how, "sha1") ||
			as_str_has_prefix_case(how, "md5") ||
			as_str_has(how, AS_STR("SHA1")) ||
			as_str_has(how, AS_STR("MD5"))))
			continue;
		as_buf_add_str(seen, as_str_slice(how, 0, 100));
		as_buf_puts(seen, ": ");
		as_buf_add_str(seen, as_str_slice(all[i]->subject, 0, 200));
		return true;
	}
	return false;
}

/* --- dates --- */

static void
day_add(struct as_buf *b, const char *words, int64_t ms)
{
	char buf[AS_TIME_TEXT];

	as_buf_printf(b, "%s%.10s", words, as_time_text(ms, buf));
}

/* DANE vouches for the certificate itself: dates, names and authorities are of
 * no account (RFC 7672 3.1.1). */
static bool
dane_vouches(const struct as_tls_server *s)
{
	return s->tls != NULL && s->tls->dane == AS_DANE_MATCH &&
	    !s->tls->dane_path;
}

bool
as_tls_check_dates(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_cert *leaf = as_tls_leaf(l->s);

	if (leaf == NULL || dane_vouches(l->s) || leaf->not_after == 0)
		return false;
	if (l->now_ms > leaf->not_after)
		day_add(seen, "ran out on ", leaf->not_after);
	else if (l->now_ms < leaf->not_before)
		day_add(seen, "valid only from ", leaf->not_before);
	return seen->n > 0;
}

/* A month, or a quarter of a short life: some authorities issue for days. */
bool
as_tls_check_dates_soon(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_cert *leaf = as_tls_leaf(l->s);
	int64_t left, soon;

	if (leaf == NULL || dane_vouches(l->s) || l->now_ms > leaf->not_after)
		return false;
	left = leaf->not_after - l->now_ms;
	soon = (leaf->not_after - leaf->not_before) / 4;
	if (left >= (soon < SOON_MS ? soon : SOON_MS))
		return false;
	as_buf_printf(seen, "in %lld day%s, ", (long long)(left / DAY_MS),
	    left / DAY_MS == 1 ? "" : "s");
	day_add(seen, "on ", leaf->not_after);
	return true;
}

/* --- trust, name and order --- */

static const struct as_tls_facts *
shaken(const struct as_tls_server *s)
{
	return s->tls != NULL && s->tls->outcome == AS_TLS_OK &&
		s->tls->n_chain > 0
	    ? s->tls
	    : NULL;
}

bool
as_tls_check_untrusted(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_tls_facts *tls = shaken(l->s);

	if (tls == NULL || tls->trusted || dane_vouches(l->s))
		return false;
	as_tls_seen_add(seen, tls->verify_text);
	return true;
}

bool
as_tls_check_cert_name(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_tls_facts *tls = shaken(l->s);
	const struct as_cert *leaf = as_tls_leaf(l->s);

	if (tls == NULL || tls->name_matches || dane_vouches(l->s))
		return false;
	for (size_t i = 0; i < leaf->n_names && i < 4; i++)
		as_tls_seen_add(seen, leaf->names[i]);
	if (leaf->n_names == 0)
		as_buf_puts(seen, "no names in subjectAltName");
	else if (leaf->n_names > 4)
		as_buf_printf(seen, " and %zu more", leaf->n_names - 4);
	return true;
}

bool
as_tls_check_cert_order(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_tls_facts *tls = shaken(l->s);

	for (size_t i = 1; tls != NULL && i < tls->n_chain; i++)
		if (!as_str_eq(
			tls->chain[i - 1].issuer, tls->chain[i].subject)) {
			as_buf_printf(seen,
			    "certificate %zu is not the issuer of the one "
			    "before it",
			    i + 1);
			return true;
		}
	return false;
}
