/*
 * assess/secure_list - the domains to which TLS may be forced.
 *
 * A domain is on the list when its facts show that mail to it holds a stated
 * criterion at every address of every mail server.  What is unknown is never on
 * it: a sender that forces TLS by the list would else lose mail.
 */
#ifndef AS_ASSESS_SECURE_LIST_H
#define AS_ASSESS_SECURE_LIST_H

#include "assess/assess.h"

#define AS_SECURE_MAP(X) \
	X(AS_SECURE_ANY, "any") /* mta-sts or dane */ \
	X(AS_SECURE_MTA_STS, \
	    "mta-sts")            /* a policy in force, and servers that \
	                                   satisfy it */ \
	X(AS_SECURE_DANE, "dane") /* TLSA records in force that match */ \
	X(AS_SECURE_CERTIFICATE, \
	    "certificate")                /* of a public authority, for the \
	                                           server's name, which is sure */ \
	X(AS_SECURE_STARTTLS, "starttls") /* TLS, whoever answers */
AS_DECLARE_ENUM(secure, AS_SECURE_MAP);

struct as_secure_entry {
	struct as_str domain;
	enum as_secure by;    /* what holds, never ANY */
	bool certificate;     /* the criterion of that name holds too */
	int64_t at;           /* wall ms: when the facts were gathered */
	struct as_str *names; /* of servers to accept: MX hosts, or the
	                         patterns of the MTA-STS policy */
	size_t n_names;
};

/* What of a domain was judged. */
enum as_secure_found {
	AS_SECURE_LISTED,
	AS_SECURE_NOT,     /* the criterion does not hold */
	AS_SECURE_UNKNOWN, /* it could not be told */
};

/* Does it hold?  Fills *out with LISTED.  Memory: the arena.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_secure_judge(struct as_arena *a,
    const struct as_facts *facts, const struct as_assess_options *options,
    enum as_secure criterion, struct as_secure_entry *out,
    enum as_secure_found *found);

#endif
