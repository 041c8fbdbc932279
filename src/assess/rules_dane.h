/*
 * assess/rules_dane - what the rules on DANE share.
 */
#ifndef AS_ASSESS_RULES_DANE_H
#define AS_ASSESS_RULES_DANE_H

#include "assess/rules.h"

/* The name of the records; octets. */
struct as_str as_dane_name(const struct as_mx *m, struct as_say *o);

/* The first 64 octets. */
struct as_str as_dane_hex(struct as_say *o, struct as_str octets);
struct as_str as_dane_record_text(struct as_say *o, const struct as_rr_tlsa *t);
struct as_str as_dane_text(const struct as_mx *m, struct as_say *o);

/* All records as the evidence. */
void as_dane_show(
    const struct as_mx *m, struct as_say *o, struct as_finding *f);

/* Propose this record; AS_STR_NULL: none. */
void as_dane_propose(const struct as_mx *m, struct as_say *o,
    struct as_finding *f, struct as_str proposed);

/* Is it known whether the host has TLSA records?  Else said why not. */
bool as_dane_need_tlsa(
    const struct as_case *c, struct as_say *o, const struct as_mx *m);

/* Are the TLSA records of the host known, and valid?  Else said why not. */
bool as_dane_need(
    const struct as_case *c, struct as_say *o, const struct as_mx *m);

#endif
