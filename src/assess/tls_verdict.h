/*
 * assess/tls_verdict - is the TLS of a mail server fit for mail, what do the
 * documents say of it, and what should be changed?
 *
 * Pure: facts (model/tls_report), tables (assess/tls_baseline) and the time go
 * in.  Judged as mail needs it: a sender that finds no TLS it can use sends in
 * the clear, so that old TLS is worse than new but better than none.  What was
 * not asked or could not be told counts neither for nor against a server.
 */
#ifndef AS_ASSESS_TLS_VERDICT_H
#define AS_ASSESS_TLS_VERDICT_H

#include "assess/tls_baseline.h"
#include "model/tls_report.h"

/* The worst first, UNKNOWN apart.  BROKEN: senders of today cannot use it.
 * WEAK: mail can be read or changed on the way where both sides agree on the
 * worst.  FIT: works, with old parts.  GOOD: nothing to change. */
#define AS_TLS_GRADE_MAP(X) \
	X(AS_TLS_GRADE_BROKEN, "broken") \
	X(AS_TLS_GRADE_WEAK, "weak") \
	X(AS_TLS_GRADE_FIT, "fit") \
	X(AS_TLS_GRADE_GOOD, "good") \
	X(AS_TLS_GRADE_UNKNOWN, "unknown")
AS_DECLARE_ENUM(tls_grade, AS_TLS_GRADE_MAP);

#define AS_TLS_WEIGHT_MAP(X) \
	X(AS_TLS_NOTE, "note") \
	X(AS_TLS_WARNING, "warning") \
	X(AS_TLS_FAULT, "fault")
AS_DECLARE_ENUM(tls_weight, AS_TLS_WEIGHT_MAP);

#define AS_TLS_MEETS_MAP(X) \
	X(AS_TLS_MET, "met") \
	X(AS_TLS_NOT_MET, "not-met") \
	X(AS_TLS_UNTOLD, "unknown")
AS_DECLARE_ENUM(tls_meets, AS_TLS_MEETS_MAP);

/* A row of tls_gates.tbl that fits the server. */
struct as_tls_remark {
	const char *id; /* "version.old", stable */
	enum as_tls_weight weight;
	enum as_tls_grade grade; /* the best that it leaves */
	const char *title;       /* one sentence */
	struct as_str seen;      /* octets of the network are escaped */
	const char *why;
	const char *cite; /* "RFC 8996 4; RFC 9325 3.1.1" */
};

/* A document as it goes in. */
struct as_tls_document {
	const char *id;
	struct as_str table;
};

/* A part of the server's TLS that a document wants to see gone. */
struct as_tls_objection {
	const char *kind;        /* "version", "suite", "group", "dh", ... */
	struct as_str what;      /* "TLS 1.0", "RSA 1024 bits" */
	struct as_tls_mark mark; /* phase-out or insufficient */
};

struct as_tls_reading {
	const char *id;
	struct as_str title, publisher, edition, source;
	enum as_tls_meets meets; /* NOT_MET: something is insufficient */
	bool complete; /* with MET: every suite and group was asked for */
	struct as_tls_objection *objections; /* insufficient ones first */
	size_t n_objections;
	size_t n_insufficient;
	struct as_str untold; /* with UNTOLD: what is not known */
};

/* Lines to copy into the configuration, and what they are for. */
struct as_tls_step {
	const char *words;   /* one sentence */
	struct as_str lines; /* each ends in a line feed; empty: none */
};

struct as_tls_change {
	const char *product; /* "Postfix" */
	bool named;          /* the server's banner names it */
	bool general;        /* steps for whatever product it is */
	struct as_tls_step *steps;
	size_t n_steps;
};

struct as_tls_verdict {
	const struct as_tls_server *server;
	enum as_tls_grade grade;
	struct as_str sentence; /* what the grade comes from */
	struct as_str open;     /* what could not be told; empty: nothing */
	struct as_str trust;    /* the certificate to senders that check it by
	                           MTA-STS, and to those that go by DANE */
	struct as_tls_facts *shown; /* the chains that senders are shown, each
	                               leaf once; what only a handshake tells is
	                               told of the first alone */
	size_t n_shown;
	struct as_str caa; /* who may issue its certificate; empty: none was
	                           seen */
	struct as_tls_remark *remarks; /* the worst first */
	size_t n_remarks;
	struct as_tls_reading *readings; /* one a document */
	size_t n_readings;
	struct as_tls_change *changes; /* one a product; none: nothing to do */
	size_t n_changes;
	/* Another address of the host that it is compared with, the first whose
	 * TLS could be seen; NULL: this is it, or there is none. */
	const struct as_tls_server *beside;
	struct as_str *differs; /* "TLS 1.0: yes here, no there" */
	size_t n_differs;
	bool same; /* nothing differs, and all was told of both */
};

struct as_tls_judgement {
	struct as_tls_verdict *servers; /* as in the report */
	size_t n_servers;
	enum as_tls_grade grade; /* the worst of them; UNKNOWN: one could not be
	                            told, and none of the others is BROKEN */
};

struct as_tls_judge_ask {
	const struct as_tls_report *report;
	const struct as_tls_document *documents;
	size_t n_documents;
	struct as_str caa_issuers; /* data/caa-issuers.tsv, or nothing */
	int64_t now_ms;
};

/* AS_OK or AS_ENOMEM.  The judgement points into the report and the tables. */
AS_MUST_USE enum as_err as_tls_judge(struct as_arena *a,
    const struct as_tls_judge_ask *ask, struct as_tls_judgement *out);

#endif
