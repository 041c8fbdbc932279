/*
 * assess/rules_tls_matrix - what the rules on all the TLS of a mail server share
 * (rules_tls_matrix.c, rules_tls_keys.c).
 *
 * A rule asks one question of the matrix.  What a table says of a part decides
 * how grave it is: insufficient is worth a warning, to be phased out a note, for
 * in mail a sender that finds nothing it can use sends in the clear.
 */
#ifndef AS_ASSESS_RULES_TLS_MATRIX_H
#define AS_ASSESS_RULES_TLS_MATRIX_H

#include "assess/rules.h"
#include "assess/tls_gates.h"

struct as_matrix {
	const struct as_case *c;
	const struct as_tls_server *s;
};

/* What a question found.  Neither: all is well. */
struct as_matrix_found {
	enum as_verdict verdict; /* of the worst part; PASS: none */
	bool open;               /* not all could be told */
	struct as_buf seen;      /* the parts, escaped */
};

typedef void as_matrix_ask(
    const struct as_matrix *x, struct as_matrix_found *f);

/* A part is there that is as bad as that; `where` may be NULL. */
void as_matrix_fault(struct as_matrix_found *f, enum as_verdict verdict,
    const char *where, struct as_str what, struct as_str note);

struct as_matrix_part {
	const char *kind; /* of the table */
	struct as_str what;
	const char *shown; /* NULL: as the table names it */
	const char *where; /* a version, or NULL */
	enum as_verdict most;
};

/* The same, as bad as the table says, but not worse than `most`. */
void as_matrix_mark(const struct as_matrix *x, struct as_matrix_found *f,
    const struct as_matrix_part *part);

/* The table that rules go by: that of RFC 9325 and RFC 8996; nothing, when the
 * options do not hold it: then little is held against a server. */
struct as_str as_matrix_table(const struct as_matrix *x);

/* Yes, no, or it was not told: one that was not asked for want of connections,
 * or because the search ended early. */
enum as_tri as_matrix_told(const struct as_matrix *x, enum as_offer offer);

/* Is a version accepted that is not newer than this, and not SSL?  Whether parts
 * that are TLS 1.2's and older ones' are there to be asked for. */
enum as_tri as_matrix_has_old(const struct as_matrix *x);

/* Ask it of each visited mail server.  `fault` goes on from its name: "accepts
 * SSL, which is broken". */
enum as_judged as_matrix_judge(struct as_say *o, const struct as_host_facts *h,
    as_matrix_ask *ask, const char *fault);
void as_matrix_check(const struct as_case *c, struct as_say *o,
    as_judge_visit *judge, const char *pass);

/* A rule and its question. */
#define AS_MATRIX_RULE(name, fault, pass) \
	static enum as_judged judge_##name(const struct as_case *c, \
	    struct as_say *o, const struct as_mx *m, \
	    const struct as_host_facts *h) \
	{ \
		(void)c; \
		(void)m; \
		return as_matrix_judge(o, h, ask_##name, fault); \
	} \
	void as_check_tls_##name(const struct as_case *c, struct as_say *o) \
	{ \
		as_matrix_check(c, o, judge_##name, pass); \
	}

#endif
