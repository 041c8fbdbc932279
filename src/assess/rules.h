/*
 * assess/rules - the catalogue: rule texts and the functions that check.
 *
 * One table a topic, rules_TOPIC.tbl, with rows
 *	RULE(function, id, title, applies, why, advice, cites, axis)
 * read twice: for the texts and for the functions.  A rule reads the case and
 * says at least one thing: one finding for a rule on the domain; for a rule on
 * mail hosts one finding for each host that does not pass, or one pass for all.
 */
#ifndef AS_ASSESS_RULES_H
#define AS_ASSESS_RULES_H

#include "assess/say.h"

typedef void as_rule_check(const struct as_case *c, struct as_say *o);

/* The function of the rule at an index of as_rules(). */
as_rule_check *as_rule_check_at(size_t index);

/* The texts of the rule at an index that go into its findings. */
struct as_rule_words {
	struct as_str id, why, advice, cites;
};
const struct as_rule_words *as_rule_words_at(size_t index);

/* Index of a rule that must exist. */
size_t as_rule_index(const char *id);

#define RULE(fn, id, title, applies, why, advice, cites, axis) \
	as_rule_check as_check_##fn;
#include "assess/rules.tbl"
#undef RULE

/* --- what most rules ask first; true: go on, false: said why not --- */

bool as_need_mail_in(const struct as_case *c, struct as_say *o);
bool as_need_sender(const struct as_case *c, struct as_say *o);
bool as_need_silent(const struct as_case *c, struct as_say *o);
bool as_need_visits(const struct as_case *c, struct as_say *o);

/* The domain takes mail, and its TLS reporting record is known. */
bool as_tls_rpt_need_answer(const struct as_case *c, struct as_say *o);

/* --- rules on visited hosts --- */

enum as_judged {
	AS_JUDGED_PASS,
	AS_JUDGED_SAID, /* a finding was made */
	AS_JUDGED_SKIP, /* the rule has nothing to judge on this host */
};

/* o->subject is set to the host before each call. */
typedef enum as_judged as_judge_visit(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h);
typedef enum as_judged as_judge_host(
    const struct as_case *c, struct as_say *o, const struct as_mx *m);

/* Judge every visit; when nothing was said, say `pass` (a sentence), or that
 * the rule does not apply for the reason `skipped`. */
void as_each_visit(const struct as_case *c, struct as_say *o,
    as_judge_visit *judge, const char *pass, const char *skipped);
/* The same of every handshake of a visit, one a kind of certificate: each is
 * h->tls once. */
void as_each_handshake(const struct as_case *c, struct as_say *o,
    as_judge_visit *judge, const char *pass, const char *skipped);
void as_each_host(const struct as_case *c, struct as_say *o,
    as_judge_host *judge, const char *pass, const char *skipped);

/* The dialogue went as far as EHLO?  Else says unknown and returns false. */
bool as_visit_spoke(struct as_say *o, const struct as_host_facts *h);

/* STARTTLS was accepted and the handshake done?  PASS: yes; else what the
 * caller returns (SKIP where another rule reports it). */
enum as_judged as_visit_encrypted(
    struct as_say *o, const struct as_host_facts *h);

/* Does it hold this address? */
bool as_answer_leads_to(const struct as_answer *ans, struct as_str address);

/* Of a line that a server said; empty when there is none. */
struct as_str as_first_word(struct as_str line);

#endif
