/*
 * assess/advice - the exact record to publish, built from the present one.
 *
 * Each function changes only what must change and keeps the rest as written.
 * A result is checked with the parser of std before it is handed out; AS_STR_NULL:
 * there is no safe proposal (or no memory, noted in o).  Never proposes pct.
 */
#ifndef AS_ASSESS_ADVICE_H
#define AS_ASSESS_ADVICE_H

#include "assess/say.h"

/* --- SPF --- */

/* May a term stay in the proposed record? */
typedef bool as_spf_keep(
    const struct as_say *o, const struct as_spf_term *t, const void *ctx);

/* The record with the terms that `keep` (NULL: all) lets stay; when `all` is
 * not 0, ending in that qualifier and "all". */
struct as_str as_advice_spf(struct as_say *o, const struct as_spf *spf,
    as_spf_keep *keep, const void *ctx, char all);

/* Several records as one. */
struct as_str as_advice_spf_merged(
    struct as_say *o, const struct as_txt_set *set);

/* A first record for a domain without one. */
struct as_str as_advice_spf_new(struct as_say *o);

/* --- DMARC --- */

struct as_dmarc_edit {
	const char *p;    /* new value; NULL: as it is */
	const char *sp;   /* "": drop the tag */
	const char *np;   /* "": drop the tag */
	bool no_testing;  /* drop t */
	bool no_psd;      /* drop psd */
	bool no_historic; /* drop rf, ri (pct goes in any case) */
	bool clean_uris;  /* drop sizes and addresses that cannot be used */
	/* with clean_uris: drop also those that it refuses; NULL: none */
	bool (*keep_uri)(
	    const struct as_say *o, const struct as_dmarc_uri *uri);
	struct as_str rua; /* new value; empty: as it is */
};

struct as_str as_advice_dmarc(
    struct as_say *o, struct as_str text, const struct as_dmarc_edit *edit);

/* A first record: watching for a domain that sends, p=reject for others. */
struct as_str as_advice_dmarc_new(struct as_say *o);

/* mailto: address for reports at the domain itself. */
struct as_str as_advice_mailbox(struct as_say *o, const char *local_part);

/* --- transport --- */

struct as_str as_advice_tls_rpt_new(struct as_say *o);

/* The record with these addresses. */
struct as_str as_advice_tls_rpt(
    struct as_say *o, const struct as_str *rua, size_t n);
struct as_str as_advice_mta_sts_new(struct as_say *o);

/* The policy file for the present mail hosts, each line in quotes. */
struct as_str as_advice_policy(struct as_say *o, const char *mode);

/* One TLS reporting record in place of several. */
struct as_str as_advice_tls_rpt_merged(
    struct as_say *o, const struct as_txt_set *set);

/* Does a report address lead to a service that is there no more? */
bool as_advice_is_withdrawn(struct as_say *o, struct as_str uri);

#endif
