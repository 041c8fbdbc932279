/*
 * std/tls_plan - which hellos to send to learn what TLS a server offers, and
 * what their answers add up to.
 *
 * Pure: it yields one hello after the other and takes the answers; connections,
 * pacing and time are the caller's.  Every hello is one connection, because an
 * alert ends it.  The default depth asks for every version, the suite preferred
 * in each, whose order rules, the first suite of every class, the groups, both
 * kinds of certificate, the DHE size and a hello over one packet; the deep one
 * asks for every suite of every version too.  What the budget left out is said.
 *
 * A server that closes in place of an answer may say no, or may have had enough
 * of us: a close counts as a no once the server has answered another hello, for
 * which one that it knows is repeated where none is due.  What a server chooses
 * without having been offered it is a violation, and no fact.
 */
#ifndef AS_STD_TLS_PLAN_H
#define AS_STD_TLS_PLAN_H

#include "std/hello.h"
#include "std/tls_book.h"

enum as_tls_group_kind {
	AS_TLS_GROUP_EC,    /* curves in use */
	AS_TLS_GROUP_FF,    /* RFC 7919 */
	AS_TLS_GROUP_PQ,    /* hybrid or pure ML-KEM */
	AS_TLS_GROUP_KYBER, /* drafts before ML-KEM */
	AS_TLS_GROUP_OLD,   /* obsolete, weak, national, explicit */
};

struct as_tls_suite_row {
	uint16_t code;
	enum as_suite_class class;
};

struct as_tls_group_row {
	uint16_t code;
	enum as_tls_group_kind kind;
};

#define AS_TLS_PLAN_SUITES 256
#define AS_TLS_PLAN_GROUPS 64

/* What the hellos are made of; must outlive the plan.  In the order in which a
 * client would prefer them. */
struct as_tls_plan_tables {
	const struct as_tls_suite_row *suites; /* 0x13xx: of TLS 1.3 */
	size_t n_suites;                       /* at most AS_TLS_PLAN_SUITES */
	const struct as_tls_group_row *groups;
	size_t n_groups; /* at most AS_TLS_PLAN_GROUPS */
};

/* The tables of a book: its suites by class, its groups with the post-quantum
 * ones first.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_plan_tables_make(struct as_arena *a,
    const struct as_tls_book *book, struct as_tls_plan_tables *out);

struct as_tls_plan_options {
	bool deep;
	uint32_t budget; /* connections; 0: the default of the depth */
	struct as_str server_name; /* empty: no SNI */
};

#define AS_TLS_PLAN_BUDGET      25
#define AS_TLS_PLAN_BUDGET_DEEP 400

enum as_tls_seen {
	AS_TLS_SEEN_NOT_ASKED,
	AS_TLS_SEEN_YES,
	AS_TLS_SEEN_NO,   /* refused: an alert, another version, or closed by
	                     a server that answered afterwards */
	AS_TLS_SEEN_OPEN, /* asked, and the server did not tell */
};

enum as_tls_order {
	AS_TLS_ORDER_UNKNOWN, /* not asked, or one suite only */
	AS_TLS_ORDER_SERVER,
	AS_TLS_ORDER_CLIENT,
};

enum as_tls_version_index {
	AS_TLS_AT_SSL2,
	AS_TLS_AT_SSL3,
	AS_TLS_AT_1_0,
	AS_TLS_AT_1_1,
	AS_TLS_AT_1_2,
	AS_TLS_AT_1_3,
	AS_TLS_VERSIONS,
};

/* AS_TLS_1_2 and so on. */
uint16_t as_tls_version_at(enum as_tls_version_index at);

struct as_tls_map_version {
	enum as_tls_seen seen;
	bool closed;   /* without an alert; NO only as above */
	bool reset;    /* with closed: by a reset */
	uint8_t alert; /* with NO: the alert, 0 for none */
	uint16_t suites[AS_TLS_PLAN_SUITES]; /* seen, in the order seen */
	size_t n_suites;
	bool complete; /* every suite of the tables was tried */
	enum as_tls_order order;
	/* Of each class: is a suite accepted, and which comes first. */
	enum as_tls_seen classes[AS_SUITE_CLASSES];
	uint16_t first[AS_SUITE_CLASSES];
};

struct as_tls_map_group {
	uint16_t code;
	enum as_tls_seen seen;
};

/* The chain that a server shows with one kind of signature. */
struct as_tls_map_chain {
	enum as_tls_seen seen;
	const struct as_str *certificates; /* DER, as sent */
	size_t n_certificates;
	size_t sent;
	struct as_str ocsp; /* stapled; empty: none */
	uint16_t signature; /* scheme of its key exchange; 0: none */
};

/* What a server chose although it was not on offer. */
enum as_tls_violation_kind {
	AS_TLS_VIOLATES_VERSION,
	AS_TLS_VIOLATES_SUITE,
	AS_TLS_VIOLATES_GROUP,
	AS_TLS_VIOLATES_SIGNATURE,
	AS_TLS_VIOLATES_COMPRESSION,
};

struct as_tls_violation {
	enum as_tls_violation_kind kind;
	uint16_t asked; /* version that was asked for */
	uint16_t code;  /* what it chose */
};

#define AS_TLS_PLAN_VIOLATIONS 8

struct as_tls_map {
	struct as_tls_map_version versions[AS_TLS_VERSIONS];
	struct as_tls_map_group groups[AS_TLS_PLAN_GROUPS]; /* of the tables */
	size_t n_groups;
	uint16_t group; /* preferred under the highest version; 0: none seen */
	bool groups_complete;
	enum as_tls_seen dhe;
	uint32_t dhe_bits;
	struct as_str dhe_prime; /* with dhe YES; empty: longer than we keep */
	struct as_tls_map_chain rsa, ecdsa; /* up to TLS 1.2 */
	/* Up to TLS 1.2. */
	enum as_tls_seen ems, renegotiation, compression, ticket, heartbeat;
	enum as_tls_seen etm; /* asked beside CBC alone */
	enum as_tls_seen sct; /* in the hello */
	enum as_tls_seen sha1_signature;
	/* A hello over one packet: NO when it is not answered and a small one
	 * is. */
	enum as_tls_seen big_hello;

	struct as_tls_violation
	    violations[AS_TLS_PLAN_VIOLATIONS]; /* each once,
	                                                  the first ones */
	size_t n_violations;

	uint32_t connections;
	uint32_t budget;
	const char *left_out[16]; /* what the budget did not allow, in words */
	size_t n_left_out;
	const char
	    *stopped; /* why it ended before its time; NULL: it did not */
};

struct as_tls_plan;

/* NULL: no memory.  Everything lives in the arena. */
struct as_tls_plan *as_tls_plan_new(struct as_arena *a,
    const struct as_tls_plan_tables *tables,
    const struct as_tls_plan_options *options) AS_MUST_USE;

struct as_tls_ask {
	struct as_hello hello; /* points into the plan, until the next call */
	bool keep;             /* certificates are of interest */
	const char *what;      /* "TLS 1.2", for the log */
};

/* The next hello; false: all is asked, or the budget is spent.  Each is followed
 * by as_tls_plan_take. */
bool as_tls_plan_next(struct as_tls_plan *p, struct as_tls_ask *out);

/* The answer to the last hello.  What is of interest in it is copied. */
void as_tls_plan_take(struct as_tls_plan *p, const struct as_hello_answer *an);

/* No answer could be had any more, and why (static words). */
void as_tls_plan_stop(struct as_tls_plan *p, const char *why);

const struct as_tls_map *as_tls_plan_map(const struct as_tls_plan *p);

#endif
