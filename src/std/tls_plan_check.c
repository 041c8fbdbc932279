/*
 * Was it offered?  A client ends the handshake where it was not (RFC 8446 4.1.3,
 * 4.2.8; RFC 5246 7.4.1.3), so that such an answer shows a fault and nothing
 * else.  Part of std/tls_plan.
 */
#include "std/tls_plan_private.h"

#include "base/banned.h"

/* Note it, once. */
static bool
violated(struct as_tls_plan *p, enum as_tls_violation_kind kind, uint16_t code)
{
	struct as_tls_map *m = &p->map;
	uint16_t asked = as_tls_version_at(p->now.at);

	for (size_t i = 0; i < m->n_violations; i++)
		if (m->violations[i].kind == kind &&
		    m->violations[i].asked == asked &&
		    m->violations[i].code == code)
			return false;
	if (m->n_violations < AS_TLS_PLAN_VIOLATIONS)
		m->violations[m->n_violations++] =
		    (struct as_tls_violation){kind, asked, code};
	return false;
}

static bool
is_in(const uint16_t *list, size_t n, uint16_t code)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == code)
			return true;
	return false;
}

bool
as_tls_plan_check_version(struct as_tls_plan *p, uint16_t got)
{
	return violated(p, AS_TLS_VIOLATES_VERSION, got);
}

/* A lower version is on offer too (RFC 8446 D.1), and one without
 * supported_versions is the answer of a server that does not know it; but TLS is
 * not SSLv2. */
bool
as_tls_plan_check_choice(struct as_tls_plan *p,
    const struct as_hello_answer *an, enum as_tls_version_index got)
{
	if (got > p->now.at ||
	    (got == AS_TLS_AT_SSL2 && p->now.at != AS_TLS_AT_SSL2))
		return as_tls_plan_check_version(p, as_tls_version_at(got));
	if (got == AS_TLS_AT_SSL2)
		return true;
	if (!is_in(p->suites, p->n_suites, an->suite) ||
	    as_tls_plan_is_13(an->suite) != (got == AS_TLS_AT_1_3))
		return violated(p, AS_TLS_VIOLATES_SUITE, an->suite);
	return true;
}

/* Without a list the choice is the server's (RFC 8422 4). */
bool
as_tls_plan_check_group(struct as_tls_plan *p, uint16_t group)
{
	if (group == 0)
		return false;
	if (p->n_groups == 0 || is_in(p->groups, p->n_groups, group))
		return true;
	return violated(p, AS_TLS_VIOLATES_GROUP, group);
}

bool
as_tls_plan_check_signature(struct as_tls_plan *p, uint16_t scheme)
{
	if (is_in(p->signatures.v, p->signatures.n, scheme))
		return true;
	return violated(p, AS_TLS_VIOLATES_SIGNATURE, scheme);
}

bool
as_tls_plan_check_compression(struct as_tls_plan *p, uint8_t method)
{
	if (method == 0 ||
	    as_str_find(p->compressions, (char)method, 0) < p->compressions.n)
		return true;
	return violated(p, AS_TLS_VIOLATES_COMPRESSION, method);
}
