/*
 * std/dmarc - the DMARC policy record and its discovery (RFC 9989).
 */
#ifndef AS_STD_DMARC_H
#define AS_STD_DMARC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "std/reading.h"

enum as_dmarc_policy {
	AS_DMARC_ABSENT, /* tag not there, or its value not usable */
	AS_DMARC_NONE,
	AS_DMARC_QUARANTINE,
	AS_DMARC_REJECT,
};
const char *as_dmarc_policy_text(enum as_dmarc_policy p); /* "reject" */

struct as_dmarc_uri {
	struct as_str text; /* as written, without a !size suffix */
	struct as_str host; /* of a mailto: URI, canonical; else empty */
	bool usable;        /* mailto: with a host */
	bool has_size;      /* "!10m": obsolete (RFC 9989) */
};

/* A deviation that does not make the record unusable. */
struct as_dmarc_note {
	struct as_str tag;
	size_t at;
	struct as_str text;
};

struct as_dmarc {
	struct as_str text;
	enum as_dmarc_policy p, sp, np; /* as declared; ABSENT when unusable */
	bool p_invalid, sp_invalid, np_invalid; /* present, value unknown */
	bool testing;                           /* t=y */
	char psd;                               /* 'y', 'n' or 'u' */
	char adkim, aspf;                       /* 'r' or 's' */
	struct as_str fo;                       /* empty when absent */
	struct as_dmarc_uri *rua;
	size_t n_rua;
	struct as_dmarc_uri *ruf;
	size_t n_ruf;
	bool has_pct, has_rf, has_ri; /* historic tags */
	uint32_t pct;                 /* 100 when absent or unusable */
	struct as_dmarc_note *notes;
	size_t n_notes;
};

/* Does this TXT set out to be DMARC ("v", WSP, "=", WSP, "DMARC1" in any
 * case)?  Such a text that as_dmarc_parse refuses deserves a finding. */
bool as_dmarc_is_like(struct as_str txt);

/*
 * Parse one TXT.  AS_EVERSION: not a DMARC record, discard it (why says so if
 * it is only like one); AS_ESYNTAX: discarded for its grammar, which only a tag
 * that occurs twice does; AS_ELIMIT: more than AS_MAX_RECORD_TAGS tags.  *out
 * only on AS_OK.  DMARC-2: bad values fall back to defaults and leave a note;
 * the first AS_MAX_RECORD_NOTES are kept.
 */
AS_MUST_USE enum as_err as_dmarc_parse(struct as_arena *a, struct as_str txt,
    struct as_dmarc **out, struct as_why *why);

/* The same for people (std/reading; notes stay in the record): *out comes with
 * faults too, as far as it was read, but for AS_EVERSION and AS_ENOMEM. */
AS_MUST_USE enum as_err as_dmarc_read(struct as_arena *a, struct as_str txt,
    struct as_reading *rd, struct as_dmarc **out, struct as_why *why);

/* The policy that the record itself declares for its own name: p; with p
 * absent or invalid, or sp or np invalid, a usable rua makes it none (DMARC-5),
 * else AS_DMARC_ABSENT: the record leads to no DMARC processing.  The other two
 * policies follow the same rule. */
enum as_dmarc_policy as_dmarc_own_policy(const struct as_dmarc *d);

/* sp with its fallback to p; np with its fallbacks to sp and p (DMARC-4). */
enum as_dmarc_policy as_dmarc_sub_policy(const struct as_dmarc *d);
enum as_dmarc_policy as_dmarc_np_policy(const struct as_dmarc *d);

/* One step lower under t=y (DMARC-6). */
enum as_dmarc_policy as_dmarc_applied(
    const struct as_dmarc *d, enum as_dmarc_policy declared);

/* --- discovery: the DNS tree walk (RFC 9989 4.10) --- */

/* The names `_dmarc.X` that a walk from `domain` may query, in order; at most
 * AS_MAX_DMARC_QUERIES.  out[i] is X, a slice of `domain`. */
size_t as_dmarc_walk_names(
    struct as_str domain, struct as_str out[], size_t room);

enum as_dmarc_known {
	AS_DMARC_KNOWN_NONE,     /* answered: no (single) DMARC record here */
	AS_DMARC_KNOWN_RECORD,   /* exactly one */
	AS_DMARC_KNOWN_MULTIPLE, /* two or more: all discarded (DMARC-3) */
	AS_DMARC_KNOWN_UNKNOWN,  /* not answered */
};

struct as_dmarc_step {
	struct as_str name; /* X of _dmarc.X */
	enum as_dmarc_known known;
	struct as_dmarc *record; /* with KNOWN_RECORD */
};

/* What the TXT texts at one step say; step->name is set already.  Texts that are
 * no DMARC records do not count, records that cannot be read do: two at one
 * name are both discarded.  `cut`: some texts, or their ends, are not at hand.
 * AS_ENOMEM; the step is unknown then, as with a record past our limits. */
AS_MUST_USE enum as_err as_dmarc_step_read(struct as_arena *a,
    const struct as_str *texts, size_t n, bool cut, struct as_dmarc_step *step);

struct as_dmarc_result {
	size_t n_used; /* steps that the walk reached before it stopped */
	struct as_str organizational; /* empty when an unknown step hides it */
	const struct as_dmarc_step *policy; /* NULL: no record applies */
	enum as_dmarc_policy declared; /* p, or sp when inherited (not np) */
	enum as_dmarc_policy applied;  /* after t=y */
	bool inherited;
	bool unknown; /* whether a record applies could not be told: a step that
	                 matters to the policy was not answered */
};

/* Judge the steps of as_dmarc_walk_names, in the same order (TREE-1 to 4).
 * Steps past the end of the walk need not be given; ones that the walk would
 * reach and that are not given count as unanswered.  With the domain's own
 * record at hand an unanswered step leaves the policy known and hides the
 * organizational domain only. */
void as_dmarc_discover(struct as_str domain, const struct as_dmarc_step *steps,
    size_t n, struct as_dmarc_result *out);

/* The author domain does not exist (NXDOMAIN, DMARC-22): what it inherits is np
 * and not sp. */
void as_dmarc_result_absent(struct as_dmarc_result *r);

/* How many names between the author domain and the next one that is queried the
 * walk leaves out: with nine labels or more, a record there is never found
 * (TREE-6). */
size_t as_dmarc_walk_gap(struct as_str domain);

/* --- identifier alignment (RFC 9989 4.10.2) --- */

enum as_dmarc_alignment {
	AS_DMARC_ALIGNED_NO,
	AS_DMARC_ALIGNED_YES,
	AS_DMARC_ALIGNED_UNKNOWN,
};

/* A domain with its organizational domain, found by a walk of its own; empty
 * when that is not known. */
struct as_dmarc_identity {
	struct as_str domain;
	struct as_str organizational;
};

/* Does a domain that SPF or DKIM vouches for align with the author domain?
 * `mode` is aspf or adkim: under 's' the names must be equal, under 'r' their
 * organizational domains.  Equal names need no walk (TREE-5). */
enum as_dmarc_alignment as_dmarc_align(char mode,
    const struct as_dmarc_identity *author, const struct as_dmarc_identity *id);

#endif
