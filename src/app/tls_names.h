/*
 * app/tls_names - what DNS says of the certificates of mail hosts: TLSA, which
 * announces them, and CAA, which says who may issue them.
 */
#ifndef AS_APP_TLS_NAMES_H
#define AS_APP_TLS_NAMES_H

#include "app/lookup.h"
#include "model/tls_report.h"

/* Ask for the hosts and ports of the reports, whose `answers` are there, and
 * fill their `tlsa` and `caa`; those of an address alone stay empty.  AS_ESYS: no
 * prober can be started; AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_names_ask(struct as_lookup *l,
    struct as_arena *a, struct as_tls_report *reports, size_t n,
    struct as_why *why);

/* The TLSA records in force, of a host whose addresses are signed, too (RFC
 * 7672 2.2), and in *base the name that they are for; NULL: none. */
const struct as_answer *as_tls_names_tlsa(
    const struct as_tls_report *report, struct as_str *base);

#endif
