/*
 * assess/path - will mail from one domain to another travel encrypted, to a
 * server that proved who it is, and be provable as the sender's?
 *
 * Joins how the receiving domain takes mail, at every address of every mail
 * server, with what the sending domain publishes of itself.  How the sender's
 * own servers deliver cannot be seen from outside, so each known way of sending
 * gets an answer of its own.  Pure, as assess/assess.
 */
#ifndef AS_ASSESS_PATH_H
#define AS_ASSESS_PATH_H

#include "assess/assess.h"

/* How a mail server that sends may treat TLS. */
#define AS_PATH_SENDER_MAP(X) \
	X(AS_PATH_OPPORTUNISTIC, \
	    "opportunistic")          /* RFC 7435: takes what is there */ \
	X(AS_PATH_MTA_STS, "mta-sts") /* RFC 8461 */ \
	X(AS_PATH_DANE, "dane")       /* RFC 7672 */ \
	X(AS_PATH_FORCED, \
	    "forced") /* a rule: TLS, and a valid certificate for \
	                               the mail server's name */
AS_DECLARE_ENUM(path_sender, AS_PATH_SENDER_MAP);
#define AS_PATH_SENDERS 4

/* What becomes of the mail, the worst that is known. */
#define AS_PATH_WAY_MAP(X) \
	X(AS_WAY_UNKNOWN, "unknown") \
	X(AS_WAY_NONE, "no-mail") /* the domain takes none */ \
	X(AS_WAY_CLEAR, "clear") \
	X(AS_WAY_MIXED, \
	    "mixed") /* clear to some servers, encrypted to others */ \
	X(AS_WAY_ENCRYPTED, \
	    "encrypted") /* unless somebody on the way interferes */ \
	X(AS_WAY_PROTECTED, \
	    "protected") /* encrypted, and the server is proven */ \
	X(AS_WAY_STUCK, \
	    "not-delivered") /* the sender trusts no server: it waits, \
	                                    then returns the mail */
AS_DECLARE_ENUM(path_way, AS_PATH_WAY_MAP);

/* Answer to one of the three questions. */
#define AS_PATH_ANSWER_MAP(X) \
	X(AS_PATH_UNKNOWN, "unknown") \
	X(AS_PATH_YES, "yes") \
	X(AS_PATH_PARTLY, "partly") \
	X(AS_PATH_NO, "no") \
	X(AS_PATH_NOTHING, "not-applicable") /* there is no such mail */
AS_DECLARE_ENUM(path_answer, AS_PATH_ANSWER_MAP);

struct as_path_line {
	enum as_path_way way;
	struct as_str why; /* one sentence */
};

struct as_path_said {
	enum as_path_answer answer;
	struct as_str why; /* one sentence or two */
};

/* One address of one mail server. */
struct as_path_server {
	struct as_str host, address; /* escaped; address empty: not visited */
	uint32_t preference;
	enum as_path_way ways[AS_PATH_SENDERS];
	struct as_str why; /* what stands against it, one clause; or empty */
};

/* The receiving side. */
struct as_path_to {
	struct as_str domain;
	struct as_path_said encrypted, verified;
	struct as_path_line lines[AS_PATH_SENDERS];
	struct as_path_server *servers;
	size_t n_servers;
	const struct as_finding **todo; /* what the receiver must mend */
	size_t n_todo;
};

/* The sending side. */
struct as_path_from {
	struct as_str domain;
	struct as_path_said provable;
	struct as_str spf, dkim, dmarc; /* what each adds, one clause */
	const struct as_finding **todo;
	size_t n_todo;
};

/* Facts of the receiver, or of the sender, become their side.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_path_receive(struct as_arena *a,
    const struct as_facts *facts, const struct as_assess_options *options,
    struct as_path_to **out);
AS_MUST_USE enum as_err as_path_send(struct as_arena *a,
    const struct as_facts *facts, const struct as_assess_options *options,
    struct as_path_from **out);

#endif
