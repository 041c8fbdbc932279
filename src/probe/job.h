/*
 * probe/job - what the parent asks of a prober, and what it gets back.
 *
 * A job is one subject, or a list of DNS questions.  Parent to prober: a frame
 * of type AS_FRAME_JOB holding a struct as_job as JSON.  Prober to parent:
 * AS_FRAME_DONE holding a struct as_job_done with the facts of that job.  The
 * order of answers is free.  Both sides treat the other's frames as hostile.
 */
#ifndef AS_PROBE_JOB_H
#define AS_PROBE_JOB_H

#include "model/facts.h"
#include "model/tls_report.h"

#define AS_FRAME_JOB  'J'
#define AS_FRAME_DONE 'D'
/* Prober to parent, once.  READY: the sandbox is entered; payload: a line for
 * the log.  FAILED, instead: it ends; payload: '1' when another try with the
 * same settings is in vain, else '0', and why. */
#define AS_FRAME_READY  'R'
#define AS_FRAME_FAILED 'F'

#define AS_JOB_KIND_MAP(X) \
	X(AS_JOB_DOMAIN, "domain") \
	X(AS_JOB_HOST, "host") \
	X(AS_JOB_POLICY, "policy") \
	X(AS_JOB_LOOKUP, "lookup") \
	X(AS_JOB_TLS, "tls")
AS_DECLARE_ENUM(job_kind, AS_JOB_KIND_MAP);

/* One question of a LOOKUP, and what comes of all of them: one answer a
 * question, in their order; none when the outcome is not DONE. */
#define AS_QUESTION_FIELDS(F) \
	F(OCTETS, name, , "lower case, no final dot") \
	F(RRTYPE, type, , "")
AS_DECLARE(question, AS_QUESTION_FIELDS);

#define AS_LOOKUP_FACTS_FIELDS(F) \
	F(ENUM, outcome, subject_outcome, "did the prober finish") \
	F(TEXT, detail, , "cause when it did not") \
	F(LIST, answers, answer, "")
AS_DECLARE(lookup_facts, AS_LOOKUP_FACTS_FIELDS);

#define AS_JOB_FIELDS(F) \
	F(U32, id, , "of the parent's choosing, unique among those in flight") \
	F(ENUM, kind, job_kind, "") \
	F(OCTETS, name, , "domain, or mail host; canonical") \
	F(OCTETS, address, , "HOST, TLS: the address to visit") \
	F(BOOL, only_dns, , \
	    "DOMAIN: recorded in the facts; POLICY: look the host up, fetch " \
	    "nothing") \
	F(STRS, addresses, , \
	    "POLICY: fetch from the first of these that answers, ask nothing") \
	F(BOOL, each_server, , "DOMAIN: ask its name servers one by one") \
	F(STRS, selectors, , \
	    "DOMAIN: DKIM selectors to probe beside the shipped ones") \
	F(LIST, questions, question, "LOOKUP: at least one") \
	F(U32, port, , "TLS: to visit") \
	F(BOOL, implicit, , "TLS: from the first octet") \
	F(BOOL, deep, , "TLS: every suite") \
	F(U32, pause_ms, , "TLS: between visits") \
	F(BOOL, inject, , \
	    "TLS: one more visit, that tries to inject a command: for who " \
	    "asks for this very host") \
	F(U32, made, , \
	    "TLS: connections that a HOST job made already; 0: the first " \
	    "visit " \
	    "is still to be made") \
	F(LIST, tlsa, rr_tlsa, "TLS: records in force, to compare with") \
	F(OCTETS, base, , "TLS: the name that they are for")
AS_DECLARE(job, AS_JOB_FIELDS);

#define AS_JOB_DONE_FIELDS(F) \
	F(U32, id, , "") \
	F(ONE, domain, domain_facts, "") \
	F(ONE, host, host_facts, "") \
	F(ONE, policy, policy_facts, "") \
	F(ONE, lookup, lookup_facts, "") \
	F(ONE, tls, tls_server, "")
AS_DECLARE(job_done, AS_JOB_DONE_FIELDS);

/* The longest that a prober takes over a job of this kind; the parent adds
 * AS_JOB_GRACE_MS before it calls the prober stuck. */
uint32_t as_job_limit_ms(enum as_job_kind kind);

#endif
