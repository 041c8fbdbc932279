/*
 * net/imap - one session with an IMAP server (RFC 3501), for reading mail.
 *
 * libcurl connects, asks for STARTTLS and does TLS, always TLS, 1.2 or newer,
 * with a certificate that is valid for the host; the dialogue behind that is
 * ours, as libcurl cannot read a mail without marking it as seen and tells
 * nothing of UIDVALIDITY (doc/decisions/imap.md).
 *
 * Blocking calls, for a process that serves nobody else.  The server may be
 * hostile: octets, literals, mails and time of every command are limited.
 */
#ifndef AS_NET_IMAP_H
#define AS_NET_IMAP_H

#include "net/tls.h"

struct as_imap;

/* How a step came out.  All but DONE and NO end the session. */
enum as_imap_end {
	AS_IMAP_DONE,
	AS_IMAP_NO,          /* the server refuses; the session goes on */
	AS_IMAP_UNREACHABLE, /* no connection */
	AS_IMAP_LOST,        /* the connection broke, or was too slow */
	AS_IMAP_TLS,         /* none to be had, or a bad certificate */
	AS_IMAP_LOGIN,       /* refused */
	AS_IMAP_BROKEN,      /* no IMAP, over a limit; or the means are ours */
};

struct as_imap_target {
	struct as_str host; /* a name, or an address */
	uint16_t port;
	bool tls;              /* from the first octet; else STARTTLS */
	const char *addresses; /* "192.0.2.1,2001:db8::1"; NULL: host is one */
	struct as_tls *trust;
};

/* Initialises curl, which reads no file afterwards: enter a sandbox then.
 * NULL: no memory. */
struct as_imap *as_imap_new(const struct as_imap_target *target) AS_MUST_USE;
void as_imap_free(struct as_imap *s); /* accepts NULL; says LOGOUT */

/* What the last step that was not DONE came to, for people. */
const char *as_imap_words(const struct as_imap *s);

/* Make a text that may be a server's fit to be told: valid UTF-8, no controls. */
void as_imap_clean(char *text);

AS_MUST_USE enum as_imap_end as_imap_connect(struct as_imap *s);

/* With a password (SASL PLAIN, RFC 4616, or LOGIN), or with a token (OAUTHBEARER,
 * RFC 7628, or XOAUTH2). */
AS_MUST_USE enum as_imap_end as_imap_login(
    struct as_imap *s, struct as_str user, struct as_str secret, bool token);

struct as_imap_folder {
	uint32_t uid_validity;
	uint32_t mails;
};

/* `folder` as as_imap_folder_write makes it.  To be read alone (EXAMINE), or
 * changed.  NO: it is not there; as_imap_words names some that are. */
AS_MUST_USE enum as_imap_end as_imap_select(struct as_imap *s,
    struct as_str folder, bool change, struct as_imap_folder *out);

/* Every mail from this UID on that is not marked as deleted; as the server
 * orders them, maybe twice. */
typedef enum as_err as_imap_uid_fn(void *ctx, uint32_t uid);
AS_MUST_USE enum as_imap_end as_imap_search(
    struct as_imap *s, uint32_t from, as_imap_uid_fn *fn, void *ctx);

struct as_imap_mail_sink {
	enum as_err (*octets)(void *ctx, struct as_str octets);
	/* Whole; `cut`: it has more octets than AS_MAX_MAIL_OCTETS. */
	enum as_err (*end)(void *ctx, uint32_t uid, bool cut);
	void *ctx;
};

/* Mails, without marking them; `set` as "1,5,7", of n mails.  One that has gone
 * meanwhile is passed over.  NO: some could not be had. */
AS_MUST_USE enum as_imap_end as_imap_fetch(struct as_imap *s, struct as_str set,
    size_t n, const struct as_imap_mail_sink *sink);

/* Move to a folder, which is made when it is not there (MOVE, RFC 6851; else
 * COPY, and \Deleted, with UID EXPUNGE of RFC 4315 where there is that). */
AS_MUST_USE enum as_imap_end as_imap_move(
    struct as_imap *s, struct as_str set, struct as_str folder);

/* Give them a flag: "\Seen", or a keyword. */
AS_MUST_USE enum as_imap_end as_imap_flag(
    struct as_imap *s, struct as_str set, struct as_str flag);

#endif
