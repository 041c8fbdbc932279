/*
 * app/mailbox_settings - mailboxes on the command line of ingest.
 */
#ifndef AS_APP_MAILBOX_SETTINGS_H
#define AS_APP_MAILBOX_SETTINGS_H

#include "app/ingest.h"
#include "app/settings.h"

/* Part the arguments into paths and mailboxes of `out`.  AS_EINVAL: one is
 * malformed, or an option is missing or does not fit; AS_EIO: --ca; AS_ENOMEM. */
AS_MUST_USE enum as_err as_mailbox_settings(struct as_arena *a,
    const struct as_settings *s, struct as_ingest_config *out,
    struct as_why *why);

#endif
