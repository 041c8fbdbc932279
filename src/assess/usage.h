/*
 * assess/usage - who sends mail as a domain, from what reports tell.
 *
 * Pure: rows come in one at a time (model/usage), and memory depends on how many
 * addresses sent, not on how many rows there are.  Alignment is computed anew
 * from the results in each row and the published modes (RFC 9989 4.10.2), and
 * compared with what the receiver made of it.
 */
#ifndef AS_ASSESS_USAGE_H
#define AS_ASSESS_USAGE_H

#include "base/arena.h"
#include "model/usage.h"

/* The policy that speaks for a message, by its author domain. */
#define AS_USAGE_SCOPE_MAP(X) \
	X(AS_USAGE_P, "p") /* the domain itself */ \
	X(AS_USAGE_SP, \
	    "sp") /* names below that exist; where DNS was not asked: \
	                        some of whose mail passed */ \
	X(AS_USAGE_NP, "np") /* names below that do not; or none of it did */
AS_DECLARE_ENUM(usage_scope, AS_USAGE_SCOPE_MAP);
#define AS_USAGE_SCOPES 3

struct as_usage_count {
	uint64_t messages;
	uint64_t passed;    /* DMARC: aligned by DKIM or SPF */
	uint64_t dkim, spf; /* aligned by that */
	uint64_t stopped;   /* the receiver quarantined or rejected it */
};

/* Who vouches for the mail of a source. */
struct as_usage_vouch {
	bool by_dkim; /* else SPF */
	bool aligned;
	bool passed;
	struct as_str domain, selector;
	uint64_t messages;
};

#define AS_USAGE_VOUCHES 8 /* kept of a source, most messages first */
#define AS_USAGE_SHOWN   4 /* addresses of it */

struct as_usage_source {
	struct as_str name;     /* service, domain, or network */
	struct as_str category; /* of a service: "marketing" */
	struct as_str host;     /* forward-confirmed, of its busiest address
	                           that has such a name; or empty */
	bool host_asked; /* DNS answered for an address of it, at least */
	struct as_usage_place place; /* of its busiest address */
	enum as_usage_class class;
	bool said;              /* by the operator */
	struct as_str evidence; /* a sentence */
	struct as_usage_count count[AS_USAGE_SCOPES];
	struct as_usage_count all;
	uint64_t forwarded; /* the receiver says so */
	uint64_t broken;    /* a signature of the domain did not survive */
	size_t addresses;
	struct as_ip shown[AS_USAGE_SHOWN];
	size_t n_shown;
	struct as_usage_vouch vouches[AS_USAGE_VOUCHES];
	size_t n_vouches;
	int64_t first, last; /* day */
	unsigned days;       /* on which it sent */
	unsigned gap;        /* most days from one to the next */
	bool is_new;         /* see as_usage_options */
};

/* Days on which others than the domain's own sources sent far more mail as it
 * than they usually do. */
struct as_usage_burst {
	int64_t first, last; /* day */
	uint64_t messages, stopped;
	size_t sources;
	const struct as_usage_source *most; /* of these */
	uint64_t of_most;
};
#define AS_USAGE_BURSTS 16 /* told */

/* What the records said, as reporters saw them. */
struct as_usage_policy {
	struct as_str p, sp, np, pct, testing;
	int64_t since; /* day since which nothing else was seen */
};

struct as_usage {
	struct as_str domain;
	int64_t from, to;    /* the window: days, both inside */
	int64_t first, last; /* days with mail; first > last: none */
	unsigned days, gap;  /* with mail; most from one to the next */
	struct as_usage_source *sources; /* most messages first */
	size_t n_sources;
	struct as_usage_count count[AS_USAGE_SCOPES], all;
	struct as_usage_reporter *reporters;
	size_t n_reporters;
	struct as_usage_key *keys;
	size_t n_keys;
	struct as_usage_policy policy; /* p empty: not told */
	/* The receiver's word against ours, in messages. */
	uint64_t we_pass, they_pass;
	struct as_str disputes; /* who reported most of these; or empty */
	uint64_t beyond; /* messages of addresses past our cap, among them */
	struct as_usage_burst *bursts; /* in the order of days */
	size_t n_bursts;
	uint64_t
	    guessed; /* messages of names below that DNS was not clear about */
	uint64_t usual;    /* foreign mail that fails on a middling day */
	int64_t new_since; /* day */
};

/* A service that the domain's SPF record lets send, as DNS has it now. */
struct as_usage_permit {
	struct as_str service, term; /* "Mail Ltd", "include:spf.example" */
};

/* Addresses that the SPF record itself names. */
struct as_usage_range {
	struct as_prefix ip;
	struct as_str term; /* "ip4:192.0.2.0/24" */
};

/* A name below the domain that mail was sent as. */
struct as_usage_below {
	struct as_str name; /* canonical */
	bool exists;        /* in DNS: sp speaks for it, else np */
};

struct as_usage_options {
	struct as_str domain; /* canonical */
	int64_t from, to;
	struct as_str senders; /* data/senders.tsv */
	const void *psl;       /* psl_ctx_t, or NULL */
	/* A source is new when it was first seen on this day or later, and
	 * reports go back further; 0: AS_USAGE_NEW_DAYS before the end. */
	int64_t new_since;
	/* Names that DNS was clear about; of others only their mail tells. */
	const struct as_usage_below *below;
	size_t n_below;
	bool permits_known; /* the record could be read */
	const struct as_usage_permit *permits;
	size_t n_permits;
	const struct as_usage_range *ranges;
	size_t n_ranges;
	/* Where an address is, or NULL; what it does not know it leaves. */
	void (*place)(
	    void *ctx, const struct as_ip *ip, struct as_usage_place *out);
	void *place_ctx;
};

#define AS_USAGE_DAYS     366 /* most of a window */
#define AS_USAGE_NEW_DAYS 14

/* Begin.  AS_ERANGE: the window; AS_ENOMEM. */
struct as_usage_work;
AS_MUST_USE enum as_err as_usage_begin(struct as_arena *a,
    const struct as_usage_options *options, struct as_usage_work **out);

/* Where rows go. */
struct as_usage_sink as_usage_take(struct as_usage_work *w);

/* All rows were given: group and class them.  Lives in the arena. */
AS_MUST_USE enum as_err as_usage_end(
    struct as_usage_work *w, struct as_usage **out);

/* Does this source send what the domain wants sent? */
bool as_usage_is_legitimate(const struct as_usage_source *s);

#define AS_DAY_TEXT 11
/* "2026-11-24"; returns buf. */
const char *as_day_text(int64_t day, char buf[AS_DAY_TEXT]);

#endif
