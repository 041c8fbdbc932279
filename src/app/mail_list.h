/*
 * app/mail_list - the mails of one mailbox that a run reads, and how far each is.
 * Pure bookkeeping: no socket, no store.
 *
 *   LISTED -> ASKED -> HERE -> ENDED -> KEEPING -> KEPT -> TELLING -> TOLD -> DONE
 *
 * What was asked for and did not come is LISTED again.  Without anything to tell
 * the server, KEEPING leads to DONE.
 */
#ifndef AS_APP_MAIL_LIST_H
#define AS_APP_MAIL_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum as_mail_state {
	AS_MAIL_LISTED,  /* the server has it */
	AS_MAIL_ASKED,   /* it was asked for */
	AS_MAIL_HERE,    /* all of it came; a parser has it, or will */
	AS_MAIL_ENDED,   /* what came of it is in the open transaction */
	AS_MAIL_KEEPING, /* and that it is to be told */
	AS_MAIL_KEPT,    /* committed */
	AS_MAIL_TELLING, /* the server is to move or flag it */
	AS_MAIL_TOLD,    /* it did */
	AS_MAIL_MISSED,  /* the server did not give it: next time */
	AS_MAIL_LEFT,    /* gone, or not to be read */
	AS_MAIL_DONE,    /* nothing more to do in this run */
	AS_MAIL_STATES
};

struct as_mail {
	uint32_t uid;
	uint8_t state;  /* enum as_mail_state */
	bool is_stored; /* there is a row of it (store/mailboxes) */
};

struct as_mail_list {
	struct as_mail *v;
	size_t n, room;
	size_t first;  /* before it all are DONE */
	size_t listed; /* before it none is LISTED */
	size_t count[AS_MAIL_STATES];
};

void as_mail_list_init(struct as_mail_list *l);
void as_mail_list_fini(struct as_mail_list *l);

/* Add one.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_mail_list_add(
    struct as_mail_list *l, struct as_mail mail);

/* All are added: put them in order, each once (a stored one before one that is
 * not), and drop those over `most`, the newest; returns how many these were. */
size_t as_mail_list_settle(struct as_mail_list *l, size_t most);

/* The place of a UID; l->n: none. */
size_t as_mail_list_find(const struct as_mail_list *l, uint32_t uid);

void as_mail_list_set(
    struct as_mail_list *l, size_t at, enum as_mail_state state);

/* All of one state get another. */
void as_mail_list_turn(
    struct as_mail_list *l, enum as_mail_state from, enum as_mail_state to);

/* Up to `most` of one state get another, and their UIDs are written as "1,5,7";
 * returns how many. */
size_t as_mail_list_take(struct as_mail_list *l, enum as_mail_state from,
    enum as_mail_state to, size_t most, struct as_buf *set);

/* The lowest UID that the next run has to look at, if the open transaction is
 * committed: that of the first mail that has not ended, or one above all. */
uint32_t as_mail_list_next(const struct as_mail_list *l, uint32_t at_least);

#endif
