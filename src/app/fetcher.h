/*
 * app/fetcher - the process that reads one mailbox over IMAP.
 *
 * Forked by the parent, never exec'd.  It looks up the server's address, enters
 * the sandbox, logs in, and does what the parent says; it decides nothing and
 * keeps nothing.  A server that takes it over gains the password that the server
 * is told anyway, and this mailbox.
 */
#ifndef AS_APP_FETCHER_H
#define AS_APP_FETCHER_H

#include "net/imap_url.h"
#include "probe/prober.h"

/* Parent to fetcher: search from a UID ("17"); fetch a set ("1,5,7"); move or
 * flag a set. */
#define AS_FRAME_SEARCH 'S'
#define AS_FRAME_FETCH  'F'
#define AS_FRAME_SETTLE 'A'

/* Fetcher to parent: the folder is open ("UIDVALIDITY"); UIDs found, four octets
 * each, network order; octets of a mail; the mail is whole ("UID", or "UID cut");
 * the last command is done (empty, or why the server refused); the session is at
 * its end: one letter of AS_FETCHER_*, and why. */
#define AS_FRAME_OPENED   'o'
#define AS_FRAME_UIDS     'u'
#define AS_FRAME_MAIL     'm'
#define AS_FRAME_MAIL_END 'e'
#define AS_FRAME_COMMAND  'd'
#define AS_FRAME_SESSION  'x'

#define AS_FETCHER_AGAIN 'a' /* another session may go better */
#define AS_FETCHER_NEVER 'n'

/* What it is to do; reached by as_prober_config.errand. */
struct as_fetcher_config {
	struct as_imap_url url;
	struct as_str ca_pem; /* AS_STR_NULL: system store */
	struct as_str secret;
	bool token;         /* the secret is one */
	struct as_str move; /* folder, as the server wants it; or AS_STR_NULL */
	struct as_str flag; /* or AS_STR_NULL */
};

/* Serve commands on fd until end of file; returns the exit status of the process
 * (0 fine, sysexits else). */
int as_fetcher_main(const struct as_prober_config *config, int fd) AS_MUST_USE;

#endif
