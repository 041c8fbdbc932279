/*
 * std/spf - the SPF record (RFC 7208): parsing, and what a record costs.
 *
 * Pure: a walk over a record's tree asks the caller for TXT texts and void
 * answers through one function and never looks anything up itself.
 */
#ifndef AS_STD_SPF_H
#define AS_STD_SPF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/ip.h"
#include "base/str.h"
#include "std/reading.h"

#define AS_SPF_KIND_MAP(X) \
	X(ALL, "all") \
	X(INCLUDE, "include") \
	X(A, "a") \
	X(MX, "mx") \
	X(PTR, "ptr") \
	X(IP4, "ip4") \
	X(IP6, "ip6") \
	X(EXISTS, "exists") \
	X(REDIRECT, "redirect") \
	X(EXP, "exp") \
	X(UNKNOWN_MODIFIER, "")

enum as_spf_kind {
#define AS_SPF_ENUM(code, text) AS_SPF_##code,
	AS_SPF_KIND_MAP(AS_SPF_ENUM)
#undef AS_SPF_ENUM
};

struct as_spf_term {
	enum as_spf_kind kind;
	char qualifier;      /* '+', '-', '~', '?'; '+' for modifiers */
	struct as_str text;  /* the whole term as written */
	struct as_str name;  /* mechanism or modifier name as written */
	struct as_str spec;  /* domain-spec as written, empty when absent */
	bool has_macro;      /* spec needs expansion: "%" inside */
	struct as_prefix ip; /* ip4, ip6 */
	uint8_t cidr4;       /* a, mx: 32 when absent */
	uint8_t cidr6;       /* a, mx: 128 when absent */
	size_t at;           /* octet in the record */
	bool faulty;         /* as_spf_read only: it could not be read */
};

struct as_spf {
	struct as_str text;
	struct as_spf_term *terms; /* in order */
	size_t n_terms;
	const struct as_spf_term *all;      /* first, or NULL */
	const struct as_spf_term *redirect; /* NULL, also when `all` exists */
};

/* Is this TXT an SPF record?  "v=spf1" (any case), then space or end (4.5). */
bool as_spf_is_record(struct as_str txt);

/*
 * Parse a record for which as_spf_is_record holds.  AS_ESYNTAX: permerror by
 * 4.6 (why: position, clause, and the likely cause, such as "redirect:" for
 * "redirect="); AS_ELIMIT: more than AS_MAX_SPF_TERMS terms; AS_EVERSION: not
 * an SPF record after all.  The record is copied into the arena.
 */
AS_MUST_USE enum as_err as_spf_parse(struct as_arena *a, struct as_str txt,
    struct as_spf **out, struct as_why *why);

/* The same for people (std/reading): *out comes with faulty terms too, which
 * are marked, but for AS_EVERSION, AS_ENOMEM and AS_ELIMIT. */
AS_MUST_USE enum as_err as_spf_read(struct as_arena *a, struct as_str txt,
    struct as_reading *rd, struct as_spf **out, struct as_why *why);

/* Terms that cost a lookup (4.6.4): include, a, mx, ptr, exists, redirect. */
bool as_spf_is_lookup(const struct as_spf_term *t);

/* How many: 1 for such a term, and 1 more for its %{p}, whose PTR query counts
 * too. */
uint32_t as_spf_term_lookups(const struct as_spf_term *t);

/* Exactly "v=spf1 -all" in meaning: authorises nobody. */
bool as_spf_is_deny_all(const struct as_spf *spf);

/* The name a term points at: its spec without a final dot, lower case, unusual
 * octets as \DDD (std/dns_wire), or `domain` when it has none; AS_STR_NULL when
 * it holds a macro, or on no memory.  DNS may be unable to hold the name: see
 * as_spf_is_name. */
struct as_str as_spf_target(
    struct as_arena *a, const struct as_spf_term *t, struct as_str domain);

/* Can DNS hold this name (a target)?  Not with an empty label, a label over 63
 * octets or over AS_MAX_NAME_OCTETS in all (4.3). */
bool as_spf_is_name(struct as_str target);

/* What the caller knows about one lookup of the tree. */
enum as_spf_known {
	AS_SPF_FOUND, /* TXT: exactly one SPF record, in *txt; else: answered */
	AS_SPF_NONE,  /* TXT: answered, no SPF record among them */
	AS_SPF_MULTIPLE, /* TXT: several SPF records */
	AS_SPF_VOID,     /* NXDOMAIN or NODATA (4.6.4) */
	AS_SPF_UNKNOWN,  /* SERVFAIL, timeout, bogus, or not asked */
	AS_SPF_TOO_MANY, /* MX: more than ten exchange names (4.6.4) */
};

/*
 * Asked for TXT of include and redirect targets (kind INCLUDE or REDIRECT)
 * and for the answers of a, mx and exists terms.  Never for names with macros
 * or names that DNS cannot hold.
 */
typedef enum as_spf_known as_spf_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt);

enum as_spf_fault {
	AS_SPF_FAULT_NONE,
	AS_SPF_FAULT_NO_RECORD, /* include or redirect target without record, or
	                           a name that DNS cannot hold */
	AS_SPF_FAULT_MULTIPLE,
	AS_SPF_FAULT_SYNTAX,
	AS_SPF_FAULT_LOOP,
	AS_SPF_FAULT_DEEP, /* past AS_MAX_SPF_DEPTH, or too many nodes: cut */
};

/* One record of the tree; the root is the domain's own. */
struct as_spf_node {
	struct as_str name; /* as written when it holds a macro */
	struct as_str term; /* as written in the parent; empty for the root */
	struct as_spf *spf; /* NULL when there is a fault or it is unknown */
	enum as_spf_fault fault;
	struct as_str fault_text; /* of a syntax fault */
	bool unknown;             /* not answered, or the name holds a macro */
	const struct as_spf_term *mx_over; /* first mx with more than ten names,
	                                      a permerror (4.6.4), or NULL */
	uint32_t lookups; /* terms of this node and all beneath (worst path) */
	uint32_t voids;   /* likewise; that of its own TXT is its parent's */
	struct as_spf_node *child; /* first */
	struct as_spf_node *next;  /* sibling */
};

struct as_spf_cost {
	struct as_spf_node *root;
	uint32_t lookups; /* nothing matches: the worst path */
	uint32_t voids;   /* of include, redirect, a, mx and exists; whether ptr
	                     and macros find something is up to the client */
	bool incomplete;  /* some answer was unknown, or the tree was cut */
	bool broken; /* an include or redirect beneath has a fault, or an mx
	                    more than ten names: permerror when reached */
	char all;    /* qualifier that decides at the end: '+', '-', '~', '?';
	             0 when neither all nor a redirect target's all is reached */
	bool all_unknown; /* the redirect target could not be read */
};

/*
 * Walk the tree of `spf`, the record of `domain`.  Counts each term that costs
 * a lookup as often as an evaluation reaches it when no mechanism but a final
 * `all` matches: nothing behind the first `all` of a record, a redirect only
 * without `all`, the terms of an include besides the include itself.  AS_OK
 * also for trees with faults; AS_ENOMEM otherwise.
 */
AS_MUST_USE enum as_err as_spf_cost_eval(struct as_arena *a,
    struct as_str domain, struct as_spf *spf, as_spf_ask *ask, void *ctx,
    struct as_spf_cost *out);

#endif
