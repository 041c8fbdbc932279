#include "assess/dane_seen.h"

#include "base/banned.h"

const struct as_tls_facts *
as_visit_handshake(const struct as_host_facts *h, size_t n)
{
	if (h->tls != NULL && h->tls->outcome == AS_TLS_OK && n-- == 0)
		return h->tls;
	for (size_t i = 0; i < h->n_tls_more; i++)
		if (h->tls_more[i].outcome == AS_TLS_OK && n-- == 0)
			return &h->tls_more[i];
	return NULL;
}

struct as_dane_cert
as_dane_cert_of(const struct as_cert *cert)
{
	return (struct as_dane_cert){
	    cert->sha256, cert->sha512, cert->spki_sha256, cert->spki_sha512};
}

/* --- names --- */

size_t
as_dane_names(
    const struct as_case *c, const struct as_mx *m, struct as_str names[3])
{
	size_t n = 0;

	names[n++] = m->tlsa_base;
	if (!as_str_eq(c->name, m->tlsa_base))
		names[n++] = c->name;
	if (c->mx_answer != NULL && c->mx_answer->n_chain > 0)
		names[n++] = c->mx_answer->chain[c->mx_answer->n_chain - 1];
	return n;
}

/* RFC 9525 6.3: a whole left-most label may be "*"; not above a lone label. */
static bool
name_matches(struct as_str pattern, struct as_str name)
{
	size_t dot;

	if (!as_str_has_prefix(pattern, "*."))
		return as_str_eq_case(pattern, name);
	dot = as_str_find(name, '.', 0);
	pattern = as_str_slice(pattern, 2, pattern.n);
	return dot > 0 && dot < name.n &&
	    as_str_find(pattern, '.', 0) < pattern.n &&
	    as_str_eq_case(pattern, as_str_slice(name, dot + 1, name.n));
}

static bool
leaf_names(
    const struct as_case *c, const struct as_mx *m, const struct as_cert *leaf)
{
	struct as_str names[3];
	size_t n = as_dane_names(c, m, names);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < leaf->n_names; k++)
			if (name_matches(leaf->names[k], names[i]))
				return true;
	return false;
}

/* --- one record --- */

/* Where in the chain a record of this usage looks (RFC 7672 3.1). */
static bool
record_is_of(const struct as_dns_tlsa *t, const struct as_tls_facts *tls)
{
	size_t from = t->usage == 3 ? 0 : 1,
	       to = t->usage == 3 ? 1 : tls->n_chain;

	for (size_t i = from; i < to && i < tls->n_chain; i++) {
		struct as_dane_cert cert = as_dane_cert_of(&tls->chain[i]);

		if (as_dane_is_of(t, &cert))
			return true;
	}
	return false;
}

static bool
any_usage_2(const struct as_mx *m)
{
	for (size_t i = 0; i < m->usable; i++)
		if (m->records[i].usage == 2)
			return true;
	return false;
}

/* --- one handshake --- */

/* Does the match hold whatever the records are that were not kept?  They might
 * have outranked a SHA-256 digest. */
static bool
holds_when_cut(const struct as_mx *m, const struct as_tls_facts *tls)
{
	for (size_t i = 0; i < m->usable; i++)
		if (m->records[i].matching != 1 &&
		    record_is_of(&m->records[i], tls))
			return true;
	return false;
}

static bool
matches(const struct as_case *c, const struct as_mx *m,
    const struct as_tls_facts *tls)
{
	struct as_dane_cert leaf;

	if (tls->dane == AS_DANE_MATCH)
		return true;
	if (tls->n_chain == 0)
		return false;
	leaf = as_dane_cert_of(&tls->chain[0]);
	return as_dane_ee_match(m->records, m->usable, &leaf) ||
	    (tls->dane_path && leaf_names(c, m, &tls->chain[0]));
}

/* What does not match: in which way? */
static enum as_dane_seen
fault_of(const struct as_mx *m, const struct as_tls_facts *tls)
{
	if (tls->dane == AS_DANE_NONE)
		return AS_DANE_SEEN_OPEN;
	if (tls->dane_path)
		return tls->n_chain > 0 && tls->chain[0].names_cut
		    ? AS_DANE_SEEN_OPEN
		    : AS_DANE_SEEN_NAME;
	/* The visit compared no more certificates and records than these. */
	if (any_usage_2(m) &&
	    (tls->chain_cut || m->usable > AS_MAX_TLSA_RECORDS))
		return AS_DANE_SEEN_OPEN;
	for (size_t i = 0; i < m->usable; i++)
		if (as_dane_outranked(m->records, m->usable, i) &&
		    record_is_of(&m->records[i], tls))
			return AS_DANE_SEEN_OUTRANKED;
	return AS_DANE_SEEN_OTHER;
}

enum as_dane_seen
as_dane_see(const struct as_case *c, const struct as_mx *m,
    const struct as_tls_facts *tls)
{
	bool match = matches(c, m, tls);

	if (m->tlsa->cut && !(match && holds_when_cut(m, tls)))
		return AS_DANE_SEEN_CUT;
	return match ? AS_DANE_SEEN_MATCH : fault_of(m, tls);
}

/* --- all visits of a host --- */

static size_t
addresses(const struct as_answer *ans)
{
	return ans != NULL ? ans->n_addresses : 0;
}

/* Was a certificate seen at every address? */
static bool
all_seen(const struct as_mx *m)
{
	for (size_t i = 0; i < m->n_visits; i++) {
		const struct as_tls_facts *tls =
		    as_visit_handshake(m->visits[i], 0);

		if (tls == NULL || tls->n_chain == 0)
			return false;
	}
	return m->n_visits > 0 && as_case_known(m->a) &&
	    as_case_known(m->aaaa) && !m->a->cut && !m->aaaa->cut &&
	    m->n_visits >= addresses(m->a) + addresses(m->aaaa);
}

enum as_tri
as_dane_record_used(const struct as_mx *m, size_t i)
{
	const struct as_dns_tlsa *t = &m->records[i];
	const struct as_tls_facts *tls;
	bool cut = false;

	for (size_t k = 0; k < m->n_visits; k++)
		for (size_t n = 0;
		     (tls = as_visit_handshake(m->visits[k], n)) != NULL; n++) {
			if (record_is_of(t, tls))
				return AS_YES;
			cut |= t->usage == 2 && tls->chain_cut;
		}
	/* The anchor itself need not be sent when the record holds it whole
	 * (RFC 7671 5.2). */
	if (cut || (t->usage == 2 && t->matching == 0))
		return AS_UNSURE;
	return all_seen(m) ? AS_NO : AS_UNSURE;
}

size_t
as_dane_keys_seen(const struct as_mx *m, bool *all)
{
	const struct as_tls_facts *tls;
	struct as_str first = AS_STR("");
	size_t n = 0;

	*all = all_seen(m);
	for (size_t k = 0; k < m->n_visits; k++)
		for (size_t i = 0;
		     (tls = as_visit_handshake(m->visits[k], i)) != NULL; i++) {
			if (tls->n_chain == 0)
				continue;
			if (n > 0 &&
			    !as_str_eq(first, tls->chain[0].spki_sha256))
				return 2;
			first = tls->chain[0].spki_sha256;
			n = 1;
		}
	return n;
}
