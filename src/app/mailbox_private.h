/*
 * app/mailbox_private - what the files of app/mailbox share: mailbox.c (the
 * mails and the store), mailbox_fetcher.c (the fetcher and what it says).
 */
#ifndef AS_APP_MAILBOX_PRIVATE_H
#define AS_APP_MAILBOX_PRIVATE_H

#include "app/mail_list.h"
#include "app/mailbox.h"
#include "app/worker.h"
#include "base/log.h"
#include "store/mailboxes.h"

#define QUEUE_MAILS  64
#define QUEUE_OCTETS ((uint64_t)64 * 1024 * 1024)

/* A mail that no parser has yet. */
struct queued {
	size_t at; /* in the list */
	int fd;
	uint64_t octets;
};

enum mailbox_command {
	COMMAND_NONE,
	COMMAND_OPEN, /* the fetcher starts */
	COMMAND_SEARCH,
	COMMAND_FETCH,
	COMMAND_SETTLE,
};

struct as_mailbox {
	const struct as_mailbox_config *config;
	struct as_mailbox_place place;
	struct as_clock clock;
	struct as_log log;
	/* the fetcher */
	struct as_worker worker;
	bool running;
	enum mailbox_command command; /* that it is at */
	bool opened;                  /* the folder was open once */
	bool searched;                /* the list is made */
	size_t alone;                 /* so many are asked for one by one */
	bool stopped;                 /* no more is asked for */
	unsigned tries;               /* in a row that brought nothing */
	int64_t moved_ms, again_ms;   /* last sign of life; start anew then */
	int64_t began_ms;
	/* the mail that comes */
	int fd;
	uint64_t octets;
	/* mails */
	struct as_mail_list list;
	struct queued queue[QUEUE_MAILS];
	size_t queue_at, queue_n;
	uint64_t queue_octets;
	char name[AS_MAX_IMAP_URL * 4]; /* of the mail that was given last */
	struct as_mailbox_row row;      /* as in the store */
	bool unsaved;                   /* something is to be saved */
	uint64_t left;                  /* over what one run reads */
	uint64_t told, untold;
	char settle_why[600]; /* why the server would not */
	enum as_err err;      /* of ours */
	struct as_why why;
};

static inline bool
as_mailbox_acts(const struct as_mailbox *m)
{
	return !as_str_is_null(m->config->move) ||
	    !as_str_is_null(m->config->flag);
}

/* An error of ours ends the run. */
void as_mailbox_fail(struct as_mailbox *m, enum as_err err, const char *text);

/* What could not be read, of the mailbox, or of one mail of it (uid not 0). */
void as_mailbox_tell(struct as_mailbox *m, uint32_t uid, const char *cause);

/* The list of UIDs is whole. */
void as_mailbox_listed(struct as_mailbox *m);

/* The folder is open; false: what was read before counts no more, and more was
 * read in this run. */
bool as_mailbox_opened(struct as_mailbox *m, uint32_t uid_validity);

/* The mail is whole: its octets are in m->fd. */
void as_mailbox_arrived(struct as_mailbox *m, size_t at, bool cut);

/* --- mailbox_fetcher.c --- */

void as_mailbox_start(struct as_mailbox *m);

/* No more of the fetcher. */
void as_mailbox_end_fetcher(struct as_mailbox *m);

/* Take what it said, give it something to do. */
void as_mailbox_serve(struct as_mailbox *m);

/* Look for a fetcher that is stuck, and start one anew that is due. */
void as_mailbox_watch(struct as_mailbox *m);

#endif
