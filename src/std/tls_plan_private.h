/*
 * std/tls_plan_private - what the files of std/tls_plan share: tls_plan.c (what
 * to ask next), tls_plan_offer.c (the hello of a question), tls_plan_learn.c
 * (what an answer tells), tls_plan_check.c (was it offered), tls_plan_close.c
 * (what a close tells).
 */
#ifndef AS_STD_TLS_PLAN_PRIVATE_H
#define AS_STD_TLS_PLAN_PRIVATE_H

#include "std/tls_plan.h"

/* One row a kind of question: constant, words for what was left out. */
#define AS_TLS_QUESTION_MAP(X) \
	X(AS_TLS_Q_VERSION, "which versions are accepted") \
	X(AS_TLS_Q_ORDER, "whose order of suites rules") \
	X(AS_TLS_Q_CLASSES, "suites of the lesser classes") \
	X(AS_TLS_Q_SUITES, "every suite") \
	X(AS_TLS_Q_SECOND, "a second suite of the preferred class") \
	X(AS_TLS_Q_POST_QUANTUM, "post-quantum groups") \
	X(AS_TLS_Q_CERTIFICATE, "a certificate of the other kind") \
	X(AS_TLS_Q_DHE, "the size of the DHE group") \
	X(AS_TLS_Q_SHA1, "signatures with SHA-1") \
	X(AS_TLS_Q_BIG, "a hello over one packet") \
	X(AS_TLS_Q_OLD_CLASSES, "suites of the older versions") \
	X(AS_TLS_Q_OLD_GROUPS, "weak and obsolete groups") \
	X(AS_TLS_Q_GROUPS, "the remaining groups") \
	X(AS_TLS_Q_CONTROL, "whether a close was a no")

enum as_tls_question {
#define AS_TLS_Q_ENUM(code, text) code,
	AS_TLS_QUESTION_MAP(AS_TLS_Q_ENUM)
#undef AS_TLS_Q_ENUM
	    AS_TLS_QUESTIONS,
};

struct as_tls_asked {
	enum as_tls_question question;
	enum as_tls_version_index at;
	enum as_tls_auth auth; /* of CERTIFICATE */
};

#define AS_TLS_MOST_CLOSES 8 /* waiting for an answer: one a version, mostly */

struct as_tls_plan {
	struct as_arena *a;
	struct as_tls_plan_tables tables;
	bool deep;
	struct as_str server_name;
	struct as_tls_map map;

	struct as_tls_asked now; /* the question under way */

	/* What was asked already. */
	bool order_asked[AS_TLS_VERSIONS];
	bool order_told[AS_TLS_VERSIONS], same_choice[AS_TLS_VERSIONS];
	bool classes_done[AS_TLS_VERSIONS], second_done[AS_TLS_VERSIONS];
	bool post_quantum_done, groups_done, old_groups_done;
	bool rsa_asked, ecdsa_asked;
	unsigned silent; /* answers in a row that told nothing */
	struct as_tls_asked closes[AS_TLS_MOST_CLOSES]; /* since an answer */
	size_t n_closes;
	bool alerted;       /* it has refused with an alert */
	bool closes_for_no; /* it has closed, and answered afterwards */
	bool again;         /* the question is one that was closed on before */
	unsigned closed;    /* times in a row */
	bool finished;
	bool no_memory;

	/* The lists that a hello points into. */
	uint16_t suites[AS_TLS_PLAN_SUITES];
	size_t n_suites;
	uint16_t groups[AS_TLS_PLAN_GROUPS];
	size_t n_groups;
	struct as_hello_codes signatures;
	struct as_str compressions;
	uint16_t version;
	uint32_t serial;
};

/* --- tls_plan.c --- */

/* The highest version up to TLS 1.2 that is accepted; false: none. */
bool as_tls_plan_top(
    const struct as_tls_plan *p, enum as_tls_version_index *at);

/* The class of a suite of the tables; NOT_FOR_SMTP when it is not there. */
enum as_suite_class as_tls_plan_class(
    const struct as_tls_plan *p, uint16_t suite);

bool as_tls_plan_has_suite(const struct as_tls_map_version *v, uint16_t suite);

/* The version that groups are asked in; false: none. */
bool as_tls_plan_group_version(
    const struct as_tls_plan *p, enum as_tls_version_index *at);

/* Groups that stand behind the curve of an ECDSA certificate, which a hello below
 * TLS 1.3 must name (RFC 8422 5.1.1), cannot be seen: is there no other? */
bool as_tls_plan_hides_groups(const struct as_tls_plan *p);

/* Is a class accepted in a version above, so that the older ones are not asked
 * for it again? */
bool as_tls_plan_told_above(
    const struct as_tls_plan *p, enum as_suite_class class);

/* Are the certificates of an answer of interest? */
bool as_tls_plan_lacks_chain(const struct as_tls_plan *p);

/* Is a suite one of TLS 1.3 alone? */
bool as_tls_plan_is_13(uint16_t suite);

/* --- tls_plan_offer.c --- */

/* Is it a curve that ECDSA certificates are made with? */
bool as_tls_plan_of_certificate(uint16_t group);

/* The hello of the question under way; false: there is nothing to offer. */
bool as_tls_plan_offer(struct as_tls_plan *p, struct as_tls_ask *out);

/* --- tls_plan_learn.c --- */

void as_tls_plan_learn(struct as_tls_plan *p, const struct as_hello_answer *an);

/* The question under way found nothing (more): no, or not told. */
void as_tls_plan_refuse(struct as_tls_plan *p, enum as_tls_seen seen);

/* --- tls_plan_check.c --- */

/* Are version and suite of an answer among what was offered?  If not, that is
 * noted, as by the others below. */
bool as_tls_plan_check_choice(struct as_tls_plan *p,
    const struct as_hello_answer *an, enum as_tls_version_index got);
bool as_tls_plan_check_version(struct as_tls_plan *p, uint16_t got);
bool as_tls_plan_check_group(struct as_tls_plan *p, uint16_t group);
bool as_tls_plan_check_signature(struct as_tls_plan *p, uint16_t scheme);
bool as_tls_plan_check_compression(struct as_tls_plan *p, uint8_t method);

/* --- tls_plan_close.c --- */

/* The server closed, or reset, in place of an answer. */
void as_tls_plan_closed(struct as_tls_plan *p, bool reset);

/* The server answered: closes before were a no. */
void as_tls_plan_answered(struct as_tls_plan *p);

/* Has a hello that it knows to be repeated, to see whether a close was a no?
 * Then that is the question under way.  `last`: none comes after it. */
bool as_tls_plan_wants_control(struct as_tls_plan *p, bool last);

#endif
