/* The hello of a question.  Part of std/tls_plan. */
#include "std/tls_plan_private.h"

#include "base/banned.h"

#define BIG_HELLO 1800 /* octets: over one packet of 1500 */

/* What is offered to prove a key exchange with, the best first (RFC 8446
 * 4.2.3; those of RFC 5246 7.4.1.4.1 behind them). */
static const uint16_t signatures[] = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808,
    0x081a, 0x081b, 0x081c, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
    0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0202,
    0x0101};
static const uint16_t signatures_sha1[] = {0x0203, 0x0201, 0x0202};

/* --- suites --- */

/* Is a suite of interest to the question? */
static bool
is_wanted(const struct as_tls_plan *p, const struct as_tls_suite_row *row)
{
	const struct as_tls_map_version *v = &p->map.versions[p->now.at];
	struct as_tls_exchange x = as_tls_exchange_get(row->code);

	switch (p->now.question) {
	case AS_TLS_Q_CLASSES:
	case AS_TLS_Q_OLD_CLASSES:
		return v->classes[row->class] != AS_TLS_SEEN_YES &&
		    !as_tls_plan_told_above(p, row->class);
	case AS_TLS_Q_SECOND:
		return row->class == as_tls_plan_class(p, v->suites[0]) &&
		    row->code != v->suites[0];
	case AS_TLS_Q_SUITES: return !as_tls_plan_has_suite(v, row->code);
	case AS_TLS_Q_CERTIFICATE: return x.auth == p->now.auth;
	case AS_TLS_Q_DHE: return x.kx == AS_TLS_KX_DHE;
	case AS_TLS_Q_SHA1:
		return (x.kx == AS_TLS_KX_DHE || x.kx == AS_TLS_KX_ECDHE) &&
		    x.auth != AS_TLS_AUTH_NONE;
	case AS_TLS_Q_OLD_GROUPS:
	case AS_TLS_Q_GROUPS:
		return p->now.at == AS_TLS_AT_1_3 || x.kx == AS_TLS_KX_ECDHE;
	default: return true;
	}
}

static size_t
suites_fill(struct as_tls_plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->tables.n_suites; i++) {
		const struct as_tls_suite_row *row = &p->tables.suites[i];
		bool of_13 = as_tls_plan_is_13(row->code);

		if (of_13 != (p->now.at == AS_TLS_AT_1_3))
			continue;
		if (row->class == AS_SUITE_NOT_FOR_SMTP && !p->deep)
			continue;
		if (is_wanted(p, row) && n < AS_TLS_PLAN_SUITES)
			p->suites[n++] = row->code;
	}
	if (p->now.question != AS_TLS_Q_ORDER)
		return n;
	for (size_t i = 0; i < n / 2; i++) {
		uint16_t swap = p->suites[i];

		p->suites[i] = p->suites[n - 1 - i];
		p->suites[n - 1 - i] = swap;
	}
	return n;
}

/* --- groups --- */

static bool
is_post_quantum(enum as_tls_group_kind kind)
{
	return kind == AS_TLS_GROUP_PQ || kind == AS_TLS_GROUP_KYBER;
}

static bool
group_wanted(const struct as_tls_plan *p, size_t i)
{
	enum as_tls_group_kind kind = p->tables.groups[i].kind;
	bool seen = p->map.groups[i].seen == AS_TLS_SEEN_YES;

	if (p->now.at != AS_TLS_AT_1_3 && is_post_quantum(kind))
		return false;
	switch (p->now.question) {
	case AS_TLS_Q_POST_QUANTUM: return is_post_quantum(kind) && !seen;
	case AS_TLS_Q_GROUPS:
		if (p->now.at != AS_TLS_AT_1_3 && kind == AS_TLS_GROUP_FF)
			return false;
		if (kind == AS_TLS_GROUP_OLD && p->old_groups_done)
			return false;
		return !is_post_quantum(kind) && !seen;
	case AS_TLS_Q_OLD_GROUPS: return kind == AS_TLS_GROUP_OLD && !seen;
	default: return true;
	}
}

static const uint16_t certificate_curves[] = {23, 24, 25};

#define CURVES (sizeof(certificate_curves) / sizeof(certificate_curves[0]))

bool
as_tls_plan_of_certificate(uint16_t group)
{
	for (size_t i = 0; i < CURVES; i++)
		if (certificate_curves[i] == group)
			return true;
	return false;
}

static size_t
groups_fill(struct as_tls_plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->tables.n_groups; i++)
		if (group_wanted(p, i) && n < AS_TLS_PLAN_GROUPS)
			p->groups[n++] = p->tables.groups[i].code;
	if (p->now.question != AS_TLS_Q_OLD_GROUPS || n == 0 ||
	    !as_tls_plan_hides_groups(p))
		return n;
	for (size_t i = 0; i < CURVES && n < AS_TLS_PLAN_GROUPS; i++)
		p->groups[n++] = certificate_curves[i];
	return n;
}

/* --- the hello --- */

/* Unlike from one hello to the next; nothing rests on it. */
static void
random_fill(struct as_tls_plan *p, struct as_hello *h)
{
	uint32_t x = ++p->serial * 2654435761u;

	for (size_t i = 0; i < sizeof(h->random); i++) {
		x = x * 1664525u + 1013904223u;
		h->random[i] = (uint8_t)(x >> 24);
	}
}

static void
extensions_fill(struct as_tls_plan *p, struct as_hello *h)
{
	bool sha1 = p->now.question == AS_TLS_Q_SHA1;

	h->server_name = p->server_name;
	h->status_request = true;
	h->sct = true;
	if (p->now.at >= AS_TLS_AT_1_2) {
		p->signatures.v = sha1 ? signatures_sha1 : signatures;
		p->signatures.n = sha1
		    ? sizeof(signatures_sha1) / sizeof(signatures_sha1[0])
		    : sizeof(signatures) / sizeof(signatures[0]);
		h->signatures = p->signatures;
	}
	if (p->now.at == AS_TLS_AT_1_3) {
		h->versions.v = &p->version;
		h->versions.n = 1;
		h->key_share = true;
		h->psk_modes = true;
		return;
	}
	p->compressions = (struct as_str){"\x01\x00", 2};
	h->compressions = p->compressions;
	h->ems = true;
	h->etm = true;
	h->renegotiation = true;
	h->ticket = true;
	h->point_formats = true;
	h->heartbeat = true;
}

static void
ssl2_fill(struct as_hello *h)
{
	h->form = AS_HELLO_FORM_SSL2;
	h->version = AS_TLS_SSL2;
	h->kinds = as_ssl2_kinds();
	h->n_kinds = AS_SSL2_KINDS;
}

bool
as_tls_plan_offer(struct as_tls_plan *p, struct as_tls_ask *out)
{
	struct as_hello *h = &out->hello;

	*out = (struct as_tls_ask){
	    .what = as_tls_version_name(as_tls_version_at(p->now.at)),
	    .keep = as_tls_plan_lacks_chain(p)};
	random_fill(p, h);
	p->n_groups = 0;
	p->signatures = (struct as_hello_codes){NULL, 0};
	p->compressions = AS_STR_NULL;
	if (p->now.at == AS_TLS_AT_SSL2) {
		ssl2_fill(h);
		return true;
	}
	p->version = as_tls_version_at(p->now.at);
	h->version = p->now.at == AS_TLS_AT_1_3 ? AS_TLS_1_2 : p->version;
	p->n_suites = suites_fill(p);
	h->suites = (struct as_hello_codes){p->suites, p->n_suites};
	if (p->now.at == AS_TLS_AT_SSL3) {
		h->scsv = true;
		return h->suites.n > 0;
	}
	p->n_groups = groups_fill(p);
	h->groups = (struct as_hello_codes){p->groups, p->n_groups};
	extensions_fill(p, h);
	if (p->now.question == AS_TLS_Q_BIG)
		h->pad_to = BIG_HELLO;
	return h->suites.n > 0 && h->groups.n > 0;
}
