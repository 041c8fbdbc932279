/*
 * store/mailboxes - how far mailboxes have been read.
 *
 * All mails below `next` are in the store, but for those of rows that are missed.
 * The server is told of a mail (it is moved or flagged) after the commit; until
 * it has been, there is a row of it, so that a run that was killed in between is
 * made good by the next.  UIDs mean something under one UIDVALIDITY only (RFC
 * 3501 2.3.1.1).
 */
#ifndef AS_STORE_MAILBOXES_H
#define AS_STORE_MAILBOXES_H

#include "store/store.h"

struct as_mailbox_row {
	uint32_t uid_validity; /* 0: never read */
	uint32_t next;         /* the lowest UID that was not read */
};

enum as_mailbox_mail {
	AS_MAILBOX_TO_TELL, /* is stored; the server is to be told */
	AS_MAILBOX_MISSED,  /* the server did not give it */
};

typedef enum as_err as_mailbox_mail_fn(
    void *ctx, uint32_t uid, enum as_mailbox_mail what);

/* What is known of a mailbox, by its canonical address; fn is called for its
 * mails that have rows.  One that was never read is all zeros. */
AS_MUST_USE enum as_err as_mailbox_read(struct as_store *s, struct as_str name,
    struct as_mailbox_row *out, as_mailbox_mail_fn *fn, void *ctx,
    struct as_why *why);

/* In the open transaction, or a new one. */
AS_MUST_USE enum as_err as_mailbox_keep(struct as_store *s, struct as_str name,
    const struct as_mailbox_row *row, struct as_why *why);
AS_MUST_USE enum as_err as_mailbox_mail_keep(struct as_store *s,
    struct as_str name, uint32_t uid, enum as_mailbox_mail what,
    struct as_why *why);
AS_MUST_USE enum as_err as_mailbox_mail_drop(
    struct as_store *s, struct as_str name, uint32_t uid, struct as_why *why);

/* Another UIDVALIDITY: forget what its mails were. */
AS_MUST_USE enum as_err as_mailbox_forget(
    struct as_store *s, struct as_str name, struct as_why *why);

#endif
