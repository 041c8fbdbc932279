/*
 * The gates of tls_gates.tbl that look at who vouches for the certificates: TLSA
 * records, the authority's stapled response, and CAA.
 */
#include "assess/caa_issuer.h"
#include "assess/rules_cert.h"
#include "assess/tls_gates.h"
#include "base/clock.h"

#include "base/banned.h"

/* --- DANE --- */

static bool
dane_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	(void)l;
	if (tls->dane != AS_DANE_MISMATCH)
		return false;
	as_buf_puts(seen,
	    tls->dane_path ? "a record stands for its authority, but the "
			     "certificate does not name this host"
			   : "no record stands for it");
	return true;
}

bool
as_tls_check_dane(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, dane_check, seen);
}

/* --- the stapled response --- */

static void
until_add(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	char buf[AS_TIME_TEXT];

	if (tls->staple_until != 0)
		as_buf_printf(seen, "; it %s until %.10s",
		    tls->staple_until < l->now_ms ? "counted" : "counts",
		    as_time_text(tls->staple_until, buf));
}

static bool
revoked_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	if (tls->staple != AS_STAPLE_REVOKED)
		return false;
	as_buf_puts(seen, "so says the response that is stapled to it");
	until_add(l, tls, seen);
	return true;
}

bool
as_tls_check_revoked(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, revoked_check, seen);
}

static bool
staple_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	const char *fault = as_cert_staple_fault(tls, l->now_ms);

	if (tls->staple == AS_STAPLE_REVOKED || fault == NULL)
		return false;
	as_buf_puts(seen, fault);
	until_add(l, tls, seen);
	return true;
}

bool
as_tls_check_staple(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, staple_check, seen);
}

/* --- CAA --- */

static bool
caa_check(const struct as_tls_look *l, const struct as_tls_facts *tls,
    struct as_buf *seen)
{
	const struct as_caa_compared *got = &l->caa[tls - l->shown];

	if (got->match != AS_CAA_NOT_NAMED)
		return false;
	as_tls_seen_add(seen, got->organization);
	as_buf_puts(seen, " issued it; the records at ");
	as_tls_seen_put(seen, got->set->name);
	as_buf_puts(seen, " name ");
	as_buf_add_str(seen, got->named.n > 0 ? got->named : AS_STR("nobody"));
	return true;
}

bool
as_tls_check_caa(const struct as_tls_look *l, struct as_buf *seen)
{
	return as_tls_any_chain(l, caa_check, seen);
}

void
as_tls_caa_words(const struct as_caa_compared *got, struct as_buf *b)
{
	switch (got->match) {
	case AS_CAA_UNTOLD:
		as_buf_puts(b, "the records could not be had");
		return;
	case AS_CAA_NO_LIMIT:
		as_buf_puts(b, "no record: any authority may issue");
		return;
	case AS_CAA_NO_NAME:
		as_buf_puts(
		    b, "not compared: the certificate is not for this host");
		return;
	default: break;
	}
	as_buf_add_str(b, got->named.n > 0 ? got->named : AS_STR("nobody"));
	as_buf_puts(b, " may issue, by the records at ");
	as_tls_seen_put(b, got->set->name);
	if (got->match == AS_CAA_NAMED)
		as_buf_puts(b, "; its authority is among them");
	else if (got->match == AS_CAA_NOT_NAMED)
		as_buf_puts(b, "; its authority is not among them");
	else
		as_buf_puts(b,
		    "; cannot be compared: by which name its authority goes "
		    "in such records is not known here");
}
