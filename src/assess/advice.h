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

/* The record with what the plan changes; `drop`: also without the terms that
 * may permit somebody.  AS_STR_NULL: then nobody would be permitted any more. */
struct as_str as_advice_spf(
    struct as_say *o, const struct as_spf *spf, bool drop);

/* Several records as one. */
struct as_str as_advice_spf_merged(
    struct as_say *o, const struct as_txt_set *set);

/* A first record for a domain without one. */
struct as_str as_advice_spf_new(struct as_say *o);

/* --- DMARC --- */

/* The text with the edit; pct, rf, ri, sizes, addresses that cannot be used and
 * values that cannot be read go in any case. */
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
