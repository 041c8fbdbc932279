/*
 * assess/vectors - the rule vectors of test/vector/rules.
 *
 * base.json holds whole fact documents by name.  Every other file is a list of
 * cases, each a base with changes and the verdict that one rule must reach:
 *
 *	rule, name, expect     what is tried
 *	base                   "full" when absent
 *	txt                    {NAME: [TEXTS]}: the TXT answer, [] is nodata
 *	fault                  {"TYPE NAME": OUTCOME}: the answer is this instead
 *	answers                answers that replace those of their name and type
 *	drop                   ["TYPE NAME"]: never asked
 *	domain, host, host2, policy   merged into the part (RFC 7396)
 *	role                   override
 *	list                   false: no public suffix list is at hand; else it is
 *	                       test/vector/suffixes.dat
 *	now                    judged as of then
 *	proposed               the record that must be proposed; "" for none
 *	says                   must be in the title or the evidence
 */
#ifndef AS_TEST_VECTORS_H
#define AS_TEST_VECTORS_H

#include <jansson.h>
#include <libpsl.h>

#include "assess/assess.h"

#define T_NOW "2026-11-24T12:00:00Z"

struct t_vectors {
	json_t *base;
	json_t *cases; /* all files, one list */
};

/* The cases of test/vector/FOLDER. */
bool t_vectors_load(struct t_vectors *v, const char *folder);
void t_vectors_free(struct t_vectors *v);

/* The fact document of a case; NULL when it cannot be made. */
json_t *t_vector_facts(const struct t_vectors *v, const json_t *one);

/* Publish a text: it replaces the SPF records, or the DMARC records, that the
 * facts hold at the name. */
void t_facts_publish(json_t *facts, struct as_str name, struct as_str text);

/* The role, list, tables and time of a case (NULL: the usual ones); to be freed
 * also when it is false, that they cannot be had. */
bool t_options(
    struct as_arena *a, const json_t *one, struct as_assess_options *out);
void t_options_free(const struct as_assess_options *options);

/* As as_facts_read, from a tree. */
enum as_err t_facts_read(struct as_arena *a, const json_t *facts,
    struct as_facts **out, struct as_why *why);

/* Judge a fact document under the role, list and time of its case (NULL: the
 * usual ones); NULL on any error. */
struct as_assessment *t_judge(
    struct as_arena *a, const json_t *facts, const json_t *one);

/* The worst finding of a rule: fail, warn, unknown, info, pass, n/a. */
const struct as_finding *t_worst(
    const struct as_assessment *as, struct as_str rule);

enum as_role t_role(struct as_str text);

/* The tables data/report-services.tsv and data/senders.tsv, in the arena. */
struct as_str t_report_services(struct as_arena *a);
struct as_str t_senders(struct as_arena *a);

/* The list test/vector/suffixes.dat; the caller frees it (psl_free). */
psl_ctx_t *t_suffixes(void);

/* All of an assessment as JSON, for comparing. */
json_t *t_assessment_json(const struct as_assessment *as);

#endif
