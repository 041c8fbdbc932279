#include "probe/visit_facts.h"

#include "base/limits.h"
#include "probe/cert_facts.h"
#include "std/dane.h"

#include "base/banned.h"

static enum as_smtp_outcome
smtp_outcome(enum as_visit_end end)
{
	switch (end) {
	case AS_VISIT_OK: return AS_SMTP_OK;
	case AS_VISIT_REFUSED: return AS_SMTP_REFUSED;
	case AS_VISIT_UNREACHABLE: return AS_SMTP_UNREACHABLE;
	case AS_VISIT_TIMEOUT: return AS_SMTP_TIMEOUT;
	case AS_VISIT_CLOSED: return AS_SMTP_CLOSED;
	case AS_VISIT_BUSY: return AS_SMTP_BUSY;
	case AS_VISIT_REJECTED: return AS_SMTP_REJECTED;
	case AS_VISIT_MALFORMED: return AS_SMTP_MALFORMED;
	case AS_VISIT_TOO_LONG: return AS_SMTP_TOO_LONG;
	}
	return AS_SMTP_NOT_TRIED;
}

static enum as_starttls
starttls_of(enum as_visit_starttls s)
{
	switch (s) {
	case AS_VISIT_TLS_NOT_REACHED: return AS_STARTTLS_NOT_REACHED;
	case AS_VISIT_TLS_NOT_OFFERED: return AS_STARTTLS_NOT_OFFERED;
	case AS_VISIT_TLS_ACCEPTED: return AS_STARTTLS_ACCEPTED;
	case AS_VISIT_TLS_REFUSED: return AS_STARTTLS_REFUSED;
	case AS_VISIT_TLS_LATER: return AS_STARTTLS_LATER;
	case AS_VISIT_TLS_NO_ANSWER: return AS_STARTTLS_NO_ANSWER;
	}
	return AS_STARTTLS_NOT_REACHED;
}

static enum as_tls_outcome
tls_outcome(enum as_visit_handshake s)
{
	switch (s) {
	case AS_VISIT_SHAKE_NOT_TRIED: return AS_TLS_NOT_TRIED;
	case AS_VISIT_SHAKE_OK: return AS_TLS_OK;
	case AS_VISIT_SHAKE_ALERT: return AS_TLS_ALERT;
	case AS_VISIT_SHAKE_CLOSED: return AS_TLS_CLOSED;
	case AS_VISIT_SHAKE_TIMEOUT: return AS_TLS_TIMEOUT;
	case AS_VISIT_SHAKE_FAILED: return AS_TLS_FAILED;
	case AS_VISIT_SHAKE_READ: return AS_TLS_NOT_TRIED; /* no hello here */
	}
	return AS_TLS_NOT_TRIED;
}

static enum as_dane_outcome
dane_outcome(enum as_tls_dane d)
{
	switch (d) {
	case AS_TLS_DANE_NOT_CHECKED: return AS_DANE_NONE;
	case AS_TLS_DANE_MATCH: return AS_DANE_MATCH;
	case AS_TLS_DANE_MISMATCH: return AS_DANE_MISMATCH;
	}
	return AS_DANE_NONE;
}

static enum as_staple
staple_of(enum as_tls_staple s)
{
	switch (s) {
	case AS_TLS_STAPLE_NONE: return AS_STAPLE_NONE;
	case AS_TLS_STAPLE_GOOD: return AS_STAPLE_GOOD;
	case AS_TLS_STAPLE_REVOKED: return AS_STAPLE_REVOKED;
	case AS_TLS_STAPLE_UNKNOWN: return AS_STAPLE_UNKNOWN;
	case AS_TLS_STAPLE_MALFORMED: return AS_STAPLE_MALFORMED;
	case AS_TLS_STAPLE_FORGED: return AS_STAPLE_FORGED;
	case AS_TLS_STAPLE_UNCHECKED: return AS_STAPLE_UNCHECKED;
	}
	return AS_STAPLE_NONE;
}

struct as_smtp_facts *
as_visit_smtp_facts(struct as_arena *a, const struct as_smtp_view *v)
{
	struct as_smtp_facts *f = AS_NEW(a, struct as_smtp_facts);

	if (f == NULL)
		return NULL;
	*f = (struct as_smtp_facts){
	    .outcome = smtp_outcome(v->end),
	    .detail = v->detail,
	    .banner_code = v->banner_code,
	    .banner = v->banner,
	    .ehlo_code = v->ehlo_code,
	    .ehlo = v->ehlo,
	    .n_ehlo = v->n_ehlo,
	    .helo_only = v->helo_only,
	    .starttls = starttls_of(v->starttls),
	    .starttls_code = v->starttls_code,
	    .starttls_text = v->starttls_text,
	    .unoffered_code = v->unoffered_code,
	    .injected = v->injected,
	    .inside_code = v->inside_code,
	    .inside_detail = v->inside_detail,
	    .inside_ehlo = v->inside_ehlo,
	    .n_inside_ehlo = v->n_inside_ehlo,
	};
	return f;
}

/* A server that takes what came in the clear for a record of TLS, or refuses
 * STARTTLS with a command behind it, has not obeyed. */
enum as_slipped
as_visit_slipped(const struct as_smtp_view *v)
{
	if (v->end != AS_VISIT_OK)
		return AS_SLIPPED_NO_ANSWER;
	if (v->obeyed)
		return AS_SLIPPED_OBEYED;
	if (v->starttls == AS_VISIT_TLS_REFUSED ||
	    v->handshake == AS_VISIT_SHAKE_ALERT ||
	    v->handshake == AS_VISIT_SHAKE_FAILED)
		return AS_SLIPPED_DROPPED;
	return v->inside == AS_VISIT_INSIDE_ANSWERED ? AS_SLIPPED_DROPPED
						     : AS_SLIPPED_NO_ANSWER;
}

bool
as_tls_view_facts(
    struct as_arena *a, const struct as_tls_view *t, struct as_tls_facts *f)
{
	f->version = t->version;
	f->cipher = t->cipher;
	f->group = t->group;
	f->forward_secrecy = t->forward_secrecy;
	f->trusted = t->trusted;
	f->verify_code = t->verify_code;
	f->verify_text = t->verify_text;
	f->name_matches = t->name_matches;
	f->dane = dane_outcome(t->dane);
	f->dane_path = t->dane_path;
	f->chain = as_cert_facts(a, t->chain, t->n_chain);
	f->n_chain = t->n_chain;
	f->chain_cut = t->chain_cut;
	f->staple = staple_of(t->staple);
	f->staple_from = t->staple_from;
	f->staple_until = t->staple_until;
	f->scts_handshake = t->scts_handshake;
	f->scts_staple = t->scts_staple;
	return f->chain != NULL || f->n_chain == 0;
}

struct as_tls_facts *
as_visit_tls_facts(struct as_arena *a, const struct as_smtp_view *v)
{
	struct as_tls_facts *f = AS_NEW(a, struct as_tls_facts);

	if (f == NULL)
		return NULL;
	f->outcome = tls_outcome(v->handshake);
	f->detail = v->handshake_detail;
	f->alert = v->alert;
	if (v->handshake == AS_VISIT_SHAKE_OK &&
	    !as_tls_view_facts(a, &v->tls, f))
		return NULL;
	return f;
}

bool
as_visit_tlsa_set(struct as_arena *a, const struct as_rr_tlsa *list, size_t n,
    struct as_smtp_target *target)
{
	struct as_tls_tlsa *out = as_arena_array(a, n, sizeof(*out));

	if (out == NULL)
		return false;
	target->tlsa = out;
	for (size_t i = 0; i < n && target->n_tlsa < AS_MAX_TLSA_RECORDS; i++) {
		struct as_dns_tlsa t = {(uint8_t)list[i].usage,
		    (uint8_t)list[i].selector, (uint8_t)list[i].matching,
		    list[i].data};

		if (as_dane_unusable(&t) == NULL)
			out[target->n_tlsa++] = (struct as_tls_tlsa){
			    t.usage, t.selector, t.matching, t.data};
	}
	return true;
}
