/*
 * assess/rules_spf - what the rules on SPF share.
 */
#ifndef AS_ASSESS_RULES_SPF_H
#define AS_ASSESS_RULES_SPF_H

#include "assess/rules.h"

/* Exactly one record, and it can be read?  Else said why not. */
bool as_spf_need(const struct as_case *c, struct as_say *o);

/* The record as evidence. */
void as_spf_show(struct as_say *o, struct as_finding *f);

/* Is a record of the tree hidden, so that its terms are not known?  Then that
 * is said. */
bool as_spf_say_hidden(struct as_say *o);

/* Does an include or redirect pass everyone: does its record, or one that it
 * leads to by terms that pass, end in +all? */
bool as_spf_is_open(const struct as_spf_node *n);

/* That a record beneath lets the whole world send; or that none does. */
void as_spf_say_open(struct as_say *o, const struct as_spf_node *root);

/* Add to what is proposed for the domain's name. */
void as_spf_propose(
    struct as_say *o, struct as_finding *f, const struct as_spf_edit *edit);

#endif
