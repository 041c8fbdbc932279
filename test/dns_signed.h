/*
 * test/dns_signed - zones signed with a key of their own, for test/dns_peer.
 */
#ifndef AS_TEST_DNS_SIGNED_H
#define AS_TEST_DNS_SIGNED_H

#include <ldns/ldns.h>
#include <time.h>

#include "dns_peer.h"

struct signed_zone {
	char name[64];
	ldns_rr_list *rrs;
	char anchor[600]; /* its DNSKEY as text; "" when not signed */
};

#define DAY (24 * 60 * 60)

/* Records of `text`, one a line, every name whole. */
static inline ldns_rr_list *
zone_rrs(const char *text)
{
	ldns_rr_list *rrs = ldns_rr_list_new();
	char line[512];

	while (*text != 0) {
		size_t n = strcspn(text, "\n");
		ldns_rr *rr = NULL;

		(void)snprintf(line, sizeof(line), "%.*s", (int)n, text);
		if (ldns_rr_new_frm_str(&rr, line, 300, NULL, NULL) !=
			LDNS_STATUS_OK ||
		    !ldns_rr_list_push_rr(rrs, rr))
			abort();
		text += n + (text[n] == '\n');
	}
	return rrs;
}

static inline ldns_key *
zone_key_new(const char *name, int64_t from, int64_t to)
{
	ldns_key *key =
	    ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256);

	if (key == NULL)
		abort();
	ldns_key_set_pubkey_owner(
	    key, ldns_rdf_new_frm_str(LDNS_RDF_TYPE_DNAME, name));
	ldns_key_set_flags(key, LDNS_KEY_ZONE_KEY | LDNS_KEY_SEP_KEY);
	ldns_key_set_inception(key, (uint32_t)(time(NULL) + from));
	ldns_key_set_expiration(key, (uint32_t)(time(NULL) + to));
	return key;
}

/* Sign with a new key; valid from `from` to `to` seconds from now. */
static inline void
zone_sign(struct signed_zone *z, int64_t from, int64_t to)
{
	ldns_key *key = zone_key_new(z->name, from, to);
	ldns_key_list *keys = ldns_key_list_new();
	ldns_dnssec_zone *zone = ldns_dnssec_zone_new();
	ldns_rr_list *made = ldns_rr_list_new();
	ldns_rr *dnskey = ldns_key2rr(key);
	char *text = ldns_rr2str(dnskey);

	(void)snprintf(z->anchor, sizeof(z->anchor), "%.*s",
	    (int)strcspn(text, ";\n"), text);
	free(text);
	ldns_key_list_push_key(keys, key);
	ldns_rr_set_ttl(dnskey, 300);
	ldns_key_set_keytag(key, ldns_calc_keytag(dnskey));
	ldns_rr_list_push_rr(z->rrs, dnskey);
	for (size_t i = 0; i < ldns_rr_list_rr_count(z->rrs); i++)
		if (ldns_dnssec_zone_add_rr(zone, ldns_rr_list_rr(z->rrs, i)) !=
		    LDNS_STATUS_OK)
			abort();
	if (ldns_dnssec_zone_sign(zone, made, keys,
		ldns_dnssec_default_add_to_signatures, NULL) != LDNS_STATUS_OK)
		abort();
	ldns_rr_list_cat(z->rrs, made);
	ldns_rr_list_free(made);
	ldns_dnssec_zone_free(zone);
	ldns_key_list_free(keys);
}

static inline void
zone_free(struct signed_zone *z)
{
	ldns_rr_list_deep_free(z->rrs);
}

struct signed_zones {
	struct signed_zone *zone;
	size_t n;
};

static inline bool
name_within(const char *name, const char *top)
{
	size_t n = strlen(name), t = strlen(top);

	return n >= t && strcmp(name + n - t, top) == 0 &&
	    (n == t || name[n - t - 1] == '.');
}

static inline const struct signed_zone *
zone_of(const struct signed_zones *all, const struct peer_question *q)
{
	const struct signed_zone *best = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct signed_zone *z = &all->zone[i];

		if (!name_within(q->name, z->name) ||
		    (q->type == 43 /* DS */ && strcmp(q->name, z->name) == 0))
			continue;
		if (best == NULL || strlen(z->name) > strlen(best->name))
			best = z;
	}
	return best;
}

static inline bool
rr_is(const ldns_rr *rr, ldns_rdf *owner, uint16_t type)
{
	if (owner != NULL && ldns_dname_compare(ldns_rr_owner(rr), owner) != 0)
		return false;
	if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG)
		return ldns_rdf2native_int16(ldns_rr_rrsig_typecovered(rr)) ==
		    type;
	return ldns_rr_get_type(rr) == type;
}

/* Append those of (owner or anyone, type) with signatures; returns how many. */
static inline unsigned
put_rrs(const struct signed_zone *z, ldns_rdf *owner, uint16_t type,
    uint8_t *out, size_t *at)
{
	unsigned count = 0;

	for (size_t i = 0; i < ldns_rr_list_rr_count(z->rrs); i++) {
		ldns_rr *rr = ldns_rr_list_rr(z->rrs, i);
		uint8_t *wire;
		size_t n;

		if (!rr_is(rr, owner, type))
			continue;
		if (ldns_rr2wire(&wire, rr, LDNS_SECTION_ANSWER, &n) !=
		    LDNS_STATUS_OK)
			abort();
		memcpy(out + *at, wire, n);
		*at += n;
		count++;
		free(wire);
	}
	return count;
}

static inline bool
name_in_zone(const struct signed_zone *z, const ldns_rdf *owner)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(z->rrs); i++)
		if (ldns_dname_compare(
			ldns_rr_owner(ldns_rr_list_rr(z->rrs, i)), owner) == 0)
			return true;
	return false;
}

/* A peer_script; ctx is a struct signed_zones.  REFUSED outside of them. */
static inline size_t
signed_script(void *ctx, const struct peer_question *q, uint8_t *out)
{
	static const uint8_t opt[] = {0, 0, 41, 4, 208, 0, 0, 0x80, 0, 0, 0};
	const struct signed_zone *z = zone_of(ctx, q);
	size_t at = peer_begin(q, z == NULL ? 5 : 0, out);
	ldns_rdf *owner;

	if (z == NULL)
		return at;
	owner = ldns_rdf_new_frm_str(LDNS_RDF_TYPE_DNAME, q->name);
	if (owner == NULL)
		return 0;
	out[7] = (uint8_t)put_rrs(z, owner, q->type, out, &at);
	if (out[7] == 0) {
		if (!name_in_zone(z, owner))
			out[3] |= 3;
		out[9] = (uint8_t)(put_rrs(z, NULL, 6, out, &at) +
		    put_rrs(z, NULL, 47, out, &at));
	}
	ldns_rdf_deep_free(owner);
	memcpy(out + at, opt, sizeof(opt));
	out[11] = 1;
	return at + sizeof(opt);
}

#endif
