/*
 * model/finding - what a rule said of stored facts, and what they add up to.
 *
 * All texts are UTF-8 fit for JSON; octets from the network inside them have
 * gone through as_str_escape.  Memory: the arena of the assessment.
 */
#ifndef AS_MODEL_FINDING_H
#define AS_MODEL_FINDING_H

#include "model/codec.h"

/* In the order of urgency, so that comparing codes compares urgency.  UNKNOWN
 * is apart: it could not be tested, which is neither good nor bad. */
#define AS_VERDICT_MAP(X) \
	X(AS_VERDICT_NOT_APPLICABLE, "not-applicable") \
	X(AS_VERDICT_PASS, "pass") \
	X(AS_VERDICT_INFO, "info") \
	X(AS_VERDICT_WARN, "warn") \
	X(AS_VERDICT_FAIL, "fail") \
	X(AS_VERDICT_UNKNOWN, "unknown")
AS_DECLARE_ENUM(verdict, AS_VERDICT_MAP);

/* A level to act from: info, warn or fail; false for anything else. */
bool as_verdict_level(struct as_str text, enum as_verdict *out);

/* What a domain is for, found from evidence (design: roles). */
#define AS_ROLE_MAP(X) \
	X(AS_ROLE_UNKNOWN, "unknown") \
	X(AS_ROLE_FULL, "full") \
	X(AS_ROLE_RECEIVES_ONLY, "receives-only") \
	X(AS_ROLE_SENDS_ONLY, "sends-only") \
	X(AS_ROLE_PARKED, "parked") \
	X(AS_ROLE_LEGACY, "legacy")
AS_DECLARE_ENUM(role, AS_ROLE_MAP);

#define AS_PHASE_MAP(X) \
	X(AS_PHASE_UNKNOWN, "unknown") \
	X(AS_PHASE_ASSESS, "assess") \
	X(AS_PHASE_DEPLOY, "deploy") \
	X(AS_PHASE_ENFORCE, "enforce") \
	X(AS_PHASE_MAINTAIN, "maintain")
AS_DECLARE_ENUM(phase, AS_PHASE_MAP);

#define AS_AXIS_MAP(X) \
	X(AS_AXIS_IMPERSONATION, "impersonation") \
	X(AS_AXIS_TRANSIT, "transit") \
	X(AS_AXIS_VISIBILITY, "visibility")
AS_DECLARE_ENUM(axis_id, AS_AXIS_MAP);
#define AS_AXES 3

/* The exact record to publish. */
struct as_record {
	struct as_str name;    /* canonical; empty: no record exists for this */
	struct as_str type;    /* "TXT" */
	struct as_str current; /* empty: none now */
	struct as_str proposed; /* empty: remove it */
};

/* The exact file to serve. */
struct as_file {
	struct as_str url;  /* empty: none */
	struct as_str text; /* lines, each ending in a line feed */
};

struct as_finding {
	struct as_str rule; /* "spf.lookup-limit" */
	enum as_verdict verdict;
	struct as_str subject;  /* "domain:example.org", "host:NAME@ADDR" */
	struct as_str title;    /* what was found, one sentence */
	struct as_str evidence; /* raw values that show it */
	struct as_str why;      /* why it matters */
	struct as_str advice;   /* next concrete step; empty with pass */
	struct as_record record;
	struct as_file file;
	struct as_str cites; /* "RFC 7208 4.6.4; RFC 7208 3.4" */
	bool untested; /* not applicable only because it was not to be tested */
};

/* The first of several citations; *rest moves behind it.  False: none is left. */
bool as_cite_next(struct as_str *rest, struct as_str *cite);

struct as_axis {
	char grade;         /* 'A' best to 'F'; '?' a gate could not be tested;
	                       '-' not applicable to this role */
	struct as_str gate; /* what blocks the next letter, one sentence; empty
	                       at 'A' */
};

/* A DKIM key that is published and can be read, so that those of several
 * domains can be joined. */
struct as_dkim_seen {
	struct as_str selector;
	struct as_str sha256; /* hexadecimal, of the SubjectPublicKeyInfo */
	struct as_str alias;  /* where the record is kept; empty: here */
};

struct as_profiles_result; /* model/profile */

struct as_assessment {
	struct as_str domain;
	int64_t checked_at; /* wall ms: when the facts were gathered */
	struct as_str rules_version;
	enum as_role role;
	struct as_str role_why; /* the evidence, one sentence */
	enum as_phase phase;
	struct as_str next_step; /* one sentence; empty when nothing is to do */
	const struct as_finding *first; /* what next_step mends; or NULL */
	struct as_axis axes[AS_AXES];
	struct as_finding *findings; /* worst first, then by rule and subject */
	size_t n_findings;
	struct as_dkim_seen *dkim_keys; /* in the order they were probed */
	size_t n_dkim_keys;
	const struct as_profiles_result *profiles; /* NULL: none asked for */
};

#endif
