/*
 * app/mailbox - one mailbox, from its server to the parsers, and back to its
 * server once the store has committed.
 *
 * It owns a fetcher (app/fetcher) and tells it what to do; what the fetcher says
 * is checked here, for a server may have taken it over.  A connection that is
 * lost is made anew while that gets on.  What went wrong is told as an input that
 * could not be read.
 */
#ifndef AS_APP_MAILBOX_H
#define AS_APP_MAILBOX_H

#include "app/fetcher.h"
#include "app/ingest_keep.h"
#include "app/ingest_walk.h"
#include "app/progress.h"

struct as_mailbox_config {
	struct as_imap_url url;
	struct as_str ca_pem;      /* AS_STR_NULL: system store */
	const char *password_file; /* or NULL */
	const char *token_command; /* or NULL */
	struct as_str move;        /* as struct as_fetcher_config */
	struct as_str flag;
	uint32_t most; /* mails of one run; 0: AS_MAX_IMAP_MAILS */
};

struct as_mailbox;

struct as_mailbox_place {
	struct as_loop *loop;
	struct as_keep *keep;
	struct as_progress *progress;
	const struct as_prober_config *child; /* limits of the fetcher */
	void (*news)(void *ctx); /* something is to be done: look again */
	void *ctx;
};

/* Start reading.  The errors of a server come later; AS_ENOMEM, AS_EIO,
 * AS_ESYNTAX: ours. */
AS_MUST_USE enum as_err as_mailbox_open(const struct as_mailbox_config *config,
    const struct as_mailbox_place *place, struct as_mailbox **out,
    struct as_why *why);
void as_mailbox_close(struct as_mailbox *m); /* accepts NULL */

/* The next mail, whole; false: none is here now. */
bool as_mailbox_next(struct as_mailbox *m, struct as_walk_input *out);

/* Something came of it: all that is to be kept of the mail is in the open
 * transaction.  `mail` as in struct as_walk_input. */
void as_mailbox_ended(struct as_mailbox *m, size_t mail);

/* Put how far it is into the open transaction; it was committed. */
AS_MUST_USE enum as_err as_mailbox_save(
    struct as_mailbox *m, struct as_why *why);
void as_mailbox_saved(struct as_mailbox *m);

/* It waits for a commit. */
bool as_mailbox_wants_commit(const struct as_mailbox *m);

/* All is read, saved and told, or will not be. */
bool as_mailbox_is_over(const struct as_mailbox *m);

/* Called a few times a second; an error of the store or of memory. */
AS_MUST_USE enum as_err as_mailbox_tick(
    struct as_mailbox *m, struct as_why *why);

#endif
