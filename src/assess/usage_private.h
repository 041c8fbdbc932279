/*
 * assess/usage_private - the parts of the reading of usage.
 */
#ifndef AS_ASSESS_USAGE_PRIVATE_H
#define AS_ASSESS_USAGE_PRIVATE_H

#include "assess/usage.h"

#define AS_USAGE_DAY_WORDS ((AS_USAGE_DAYS + 63) / 64)

/* An author domain. */
struct as_usage_from {
	struct as_str name;
	bool below;         /* the domain whose policy it is */
	bool asked, exists; /* what DNS says, once asked */
	uint64_t passed;
	struct as_usage_from *next;
};

/* Mail of one address as one author domain. */
struct as_usage_cell {
	const struct as_usage_from *from;
	struct as_usage_count count;
	struct as_usage_cell *next;
};

struct as_usage_voucher {
	struct as_usage_vouch v;
	struct as_usage_voucher *next;
};

/* Mail of one address on one day that passes nothing. */
struct as_usage_failing {
	int64_t day;
	uint64_t messages, stopped;
	struct as_usage_failing *next;
};

struct as_usage_address {
	struct as_ip ip; /* len 0: `text` says what it was */
	struct as_str text;
	struct as_str host; /* forward-confirmed, or empty */
	bool host_asked;
	struct as_usage_failing *failing;
	struct as_usage_group *group; /* once it is known */
	struct as_usage_cell *cells;
	struct as_usage_voucher *vouchers;
	size_t n_vouchers;
	uint64_t forwarded, broken, messages, passed;
	uint64_t days[AS_USAGE_DAY_WORDS];
	struct as_usage_address *next, *same_hash;
};

/* What a row comes to. */
struct as_usage_judged {
	bool known;     /* it has results of its own */
	bool dkim, spf; /* aligned */
	bool passed;    /* what counts */
	bool disputed;  /* the receiver says otherwise */
	bool forwarded; /* the receiver says so */
	bool broken;    /* a signature of ours failed, another passed */
	bool stopped;
};

#define AS_USAGE_BUCKETS ((size_t)65536)

struct as_usage_work {
	struct as_arena *a;
	struct as_usage_options options;
	struct as_usage *u;
	struct as_usage_address *addresses, *buckets[AS_USAGE_BUCKETS];
	size_t n_addresses;
	struct as_usage_from *froms;
	size_t n_froms;
	struct as_usage_address beyond;
	struct as_usage_word *words;
	size_t n_words;
	size_t room_reporters, room_keys, room_words;
	/* newest policy that was seen, day by day */
	int64_t policy_day, changed_day;
	struct as_str disputer;
	uint64_t disputer_messages;
};

/* --- one row (usage_row) --- */

struct as_usage_judged as_usage_judge(
    const struct as_usage_work *w, const struct as_usage_row *row);

/* Does `name` align with the author domain? */
bool as_usage_aligns(const struct as_usage_work *w, struct as_str mode,
    struct as_str author, struct as_str name);

/* --- sources (usage_name, usage_group, usage_class) --- */

/* A source that nobody vouches for and that keeps sending may be a server of
 * ours that was forgotten; forgers come and go. */
#define AS_USAGE_STEADY_DAYS     7
#define AS_USAGE_STEADY_MESSAGES 10

/* What an address counts under. */
struct as_usage_name {
	struct as_str text, category;
	bool service; /* it is in the table of senders */
	bool by_host; /* and only the name of the address says so */
	bool pooled;  /* with all of an operator's that come and go */
	bool own;     /* the address is named in the domain's organization */
	const struct as_usage_word *word;
	const struct as_usage_range *range; /* that holds it, or NULL */
	struct as_usage_place place;
};

/* `text` is absent on no memory. */
struct as_usage_name as_usage_name_of(
    const struct as_usage_work *w, const struct as_usage_address *x);

/* The domain that vouches for most and is not ours, or NULL. */
const struct as_usage_voucher *as_usage_other_find(
    const struct as_usage_voucher *list);

struct as_usage_group {
	struct as_usage_source s;
	uint64_t days[AS_USAGE_DAY_WORDS];
	struct as_usage_voucher *vouchers;
	bool service;    /* it is in the table of senders */
	bool by_host;    /* and only names of addresses say so */
	bool pooled;     /* no address of it keeps sending */
	uint64_t ranged; /* messages of addresses that the SPF record names */
	const struct as_usage_range *range; /* one of these */
	uint64_t own; /* messages of addresses named in our organization */
	uint64_t busiest, busiest_host; /* messages of one address */
	uint64_t burst;  /* messages of the burst that is being counted */
	bool mixed;      /* addresses that were not told apart */
	bool origin_key; /* it uses a key of one whom SPF lets send */
	const struct as_usage_voucher *key;   /* that key, or its own */
	const struct as_usage_voucher *other; /* who vouches that is not us */
	const struct as_usage_word *word;
	struct as_usage_group *next, *same_hash;
};

/* Its class and evidence.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_usage_class_judge(
    const struct as_usage_work *w, struct as_usage_group *g);

/* Bursts, once all sources stand in w->u->sources in their final order. */
AS_MUST_USE enum as_err as_usage_bursts_find(struct as_usage_work *w);

/* Days as bits: how many, first, last and widest gap. */
void as_usage_days_read(
    const struct as_usage_work *w, struct as_usage_group *g);

#endif
