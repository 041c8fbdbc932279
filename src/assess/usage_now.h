/*
 * assess/usage_now - what DNS has now of a domain whose reports are read: which
 * services its SPF record lets send, and the policy that it publishes.
 */
#ifndef AS_ASSESS_USAGE_NOW_H
#define AS_ASSESS_USAGE_NOW_H

#include "assess/case.h"
#include "assess/usage.h"

/* The policy of the domain's own record, as receivers should read it; with
 * `known` false nothing else counts. */
struct as_policy_now {
	bool known;
	bool there;      /* a record at _dmarc.DOMAIN that can be used */
	struct as_str p; /* "none", "quarantine", "reject"; empty: !there */
	struct as_str sp, np; /* as the record has them; empty: it has not */
	bool has_pct, testing;
};

/* Services that the SPF record and those it includes name, and addresses that it
 * names itself, in ranges that are no wider than fits one owner: into the
 * options. */
AS_MUST_USE enum as_err as_usage_permits_find(struct as_arena *a,
    const struct as_case *c, struct as_str senders,
    struct as_usage_options *options);

struct as_policy_now as_policy_now_find(const struct as_case *c);

#endif
