/*
 * The gates of tls_gates.tbl that look at certificates.
 */
#include "assess/rules_cert.h"
#include "assess/tls_gates.h"
#include "base/clock.h"

#include "base/banned.h"

#define DAY_MS    INT64_C(86400000)
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

/* RSA of 829 bits has been factored in public; a curve of 160 bits is about as
 * hard as RSA of 1024. */
static bool
is_broken(const struct as_cert *c)
{
	return c->key_bits < (as_cert_bits_wanted(c) == 224 ? 160 : 1024);
}

static bool
key_is_short(const struct as_tls_look *l, bool broken, struct as_buf *b)
{
	const struct as_cert *all[MAX_CERTS];
	size_t n = as_tls_certs(l->s, all, MAX_CERTS);

	for (size_t i = 0; i < n; i++)
		if (all[i]->key_bits > 0 &&
		    all[i]->key_bits < as_cert_bits_wanted(all[i]) &&
		    is_broken(all[i]) == broken) {
			as_buf_add_str(
			    b, as_str_slice(all[i]->key_type, 0, 20));
			as_buf_printf(b, ", %u bits: ", all[i]->key_bits);
			as_buf_add_str(
			    b, as_str_slice(all[i]->subject, 0, 200));
			return true;
		}
	return false;
}

bool
as_tls_check_key_broken(const struct as_tls_look *l, struct as_buf *seen)
{
	return key_is_short(l, true, seen);
}

bool
as_tls_check_key_short(const struct as_tls_look *l, struct as_buf *seen)
{
	return key_is_short(l, false, seen);
}

bool
as_tls_check_cert_signature(const struct as_tls_look *l, struct as_buf *seen)
{
	const struct as_cert *all[MAX_CERTS];
	size_t n = as_tls_certs(l->s, all, MAX_CERTS);

	for (size_t i = 0; i < n; i++) {
		if (!as_cert_can_be_forged(all[i]))
			continue;
		as_buf_add_str(seen, as_str_slice(all[i]->signature, 0, 100));
		as_buf_puts(seen, ": ");
		as_buf_add_str(seen, as_str_slice(all[i]->subject, 0, 200));
		return true;
	}
	return false;
}

/* --- what senders are shown --- */

static void
shown_add(const struct as_tls_facts *tls, struct as_tls_facts *out, size_t *n)
{
	if (tls->n_chain == 0 || *n == AS_TLS_MOST_SHOWN)
		return;
	for (size_t i = 0; i < *n; i++)
		if (as_str_eq(out[i].chain[0].sha256, tls->chain[0].sha256))
			return;
	out[(*n)++] = *tls;
}

static size_t
shown_find(const struct as_tls_server *s, struct as_tls_facts *out)
{
	size_t n = 0;

	if (s->tls != NULL && s->tls->outcome == AS_TLS_OK)
		shown_add(s->tls, out, &n);
	for (size_t i = 0; i < s->n_chains; i++) {
		const struct as_offer_chain *c = &s->chains[i];
		struct as_tls_facts tls = {.outcome = AS_TLS_OK,
		    .trusted = c->trusted,
		    .verify_code = c->verify_code,
		    .verify_text = c->verify_text,
		    .name_matches = c->name_matches,
		    .dane = c->dane,
		    .dane_path = c->dane_path,
		    .chain = c->chain,
		    .n_chain = c->n_chain,
		    .chain_cut = c->n_chain < c->sent,
		    .staple = c->staple,
		    .staple_from = c->staple_from,
		    .staple_until = c->staple_until,
		    .scts_staple = c->scts_staple};

		shown_add(&tls, out, &n);
	}
	return n;
}

struct as_str
as_tls_shown_kind(const struct as_tls_facts *tls)
{
	struct as_str type = tls->chain[0].key_type;

	return as_str_is(type, "EC") ? AS_STR("ECDSA") : type;
}

/* DANE vouches for the certificate itself: dates, names and authorities are of
 * no account (RFC 7672 3.1.1). */
static bool
dane_vouches(const struct as_tls_facts *tls)
{
	return tls->dane == AS_DANE_MATCH && !tls->dane_path;
}

enum as_err
as_tls_look_init(struct as_arena *a, const struct as_tls_judge_ask *ask,
    const struct as_tls_server *s, struct as_tls_look *l)
{
	*l = (struct as_tls_look){.s = s, .now_ms = ask->now_ms};
	l->n_shown = shown_find(s, l->shown);
	for (size_t i = 0; i < l->n_shown; i++) {
		struct as_caa_compare_ask compare = {
		    .leaf = &l->shown[i].chain[0],
		    .host = ask->report->host,
		    .answers = ask->report->caa,
		    .n_answers = ask->report->n_caa,
		    .table = ask->caa_issuers};

		AS_TRY(as_caa_compare(a, &compare, &l->caa[i]));
	}
	return AS_OK;
}

/* Where there are several, each remark says whose it is. */
bool
as_tls_any_chain(
    const struct as_tls_look *l, as_tls_chain_check *check, struct as_buf *seen)
{
	struct as_buf one;
	bool any = false;

	as_buf_init(&one, AS_TLS_SEEN_OCTETS);
	for (size_t i = 0; i < l->n_shown; i++) {
		as_buf_reset(&one);
		if (!check(l, &l->shown[i], &one))
			continue;
		if (any)
			as_buf_puts(seen, "; ");
		if (l->n_shown > 1)
			as_buf_printf(seen, AS_STR_FMT ": ",
			    AS_STR_ARG(as_tls_shown_kind(&l->shown[i])));
		if (one.n > 0)
			as_buf_add_str(seen, as_buf_str(&one));
		any = true;
	}
	as_buf_fini(&one);
	return any;
}

/* --- dates --- */

static void
day_add(struct as_buf *b, const char *words, int64_t ms)
{
	char buf[AS_TIME_TEXT];

	as_buf_printf(b, "%s%.10s", words, as_time_text(ms, buf));
}

bool
as_tls_is_out_of_date(const struct as_tls_facts *tls, int64_t now_ms)
{
	const struct as_cert *leaf = &tls->chain[0];

	return now_ms > leaf->not_after || now_ms < leaf->not_before;
}

static bool
dates_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	const struct as_cert *leaf = &tls->chain[0];

	if (dane_vouches(tls) || !as_tls_is_out_of_date(tls, l->now_ms))
		return false;
	if (l->now_ms > leaf->not_after)
		day_add(seen, "ran out on ", leaf->not_after);
	else
		day_add(seen, "valid only from ", leaf->not_before);
	return true;
}

bool
as_tls_check_dates(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, dates_check, seen);
}

/* Ends within `step`, but not within the next one, which has a row of its
 * own. */
static bool
ends_within(const struct as_tls_look *l, const struct as_tls_facts *tls,
    enum as_cert_step step, struct as_buf *seen)
{
	const struct as_cert *leaf = &tls->chain[0];
	int64_t days = (leaf->not_after - l->now_ms) / DAY_MS;

	if (dane_vouches(tls) || l->now_ms > leaf->not_after ||
	    !as_cert_ends_within(leaf, l->now_ms, step) ||
	    (step != AS_CERT_WEEK &&
		as_cert_ends_within(leaf, l->now_ms, step + 1)))
		return false;
	as_buf_printf(
	    seen, "in %lld day%s, ", (long long)days, days == 1 ? "" : "s");
	day_add(seen, "on ", leaf->not_after);
	return true;
}

static bool
week_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	return ends_within(l, tls, AS_CERT_WEEK, seen);
}

static bool
fortnight_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	return ends_within(l, tls, AS_CERT_FORTNIGHT, seen);
}

static bool
month_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	return ends_within(l, tls, AS_CERT_MONTH, seen);
}

bool
as_tls_check_dates_week(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, week_check, seen);
}

bool
as_tls_check_dates_soon(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, fortnight_check, seen);
}

bool
as_tls_check_dates_month(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, month_check, seen);
}

/* --- trust, name, purpose and order --- */

static bool
untrusted_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	(void)l;
	if (tls->trusted || as_cert_is_alone(tls) || dane_vouches(tls))
		return false;
	as_tls_seen_add(seen, tls->verify_text);
	return true;
}

bool
as_tls_check_untrusted(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, untrusted_check, seen);
}

static bool
incomplete_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	(void)l;
	if (tls->trusted || !as_cert_is_alone(tls) || dane_vouches(tls))
		return false;
	as_buf_puts(seen, "not sent, and no root that is known: ");
	as_tls_seen_put(seen, tls->chain[0].issuer);
	return true;
}

bool
as_tls_check_incomplete(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, incomplete_check, seen);
}

static bool
name_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	const struct as_cert *leaf = &tls->chain[0];

	(void)l;
	if (tls->name_matches || dane_vouches(tls))
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
as_tls_check_cert_name(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, name_check, seen);
}

static bool
purpose_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	const struct as_cert *leaf = &tls->chain[0];
	bool servers = as_cert_is_for_servers(leaf);

	(void)l;
	if ((servers && (!leaf->ca || as_cert_is_self_issued(leaf))) ||
	    dane_vouches(tls))
		return false;
	if (servers)
		as_buf_puts(seen, "that of an authority");
	for (size_t i = 0; !servers && i < leaf->n_purposes; i++)
		as_tls_seen_add(seen, leaf->purposes[i]);
	return true;
}

bool
as_tls_check_cert_purpose(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, purpose_check, seen);
}

static bool
order_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	(void)l;
	for (size_t i = 1; i < tls->n_chain; i++)
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

bool
as_tls_check_cert_order(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, order_check, seen);
}
