/*
 * app/ingest - inputs go through parsers to the store.
 *
 * One parser a core.  The store takes one report after the other: while one
 * parser is inside a report, the others wait, which small reports never feel, as
 * each comes whole in one frame.  Short inputs are given ahead; when a parser
 * dies or is stuck over several, each is given again alone, and what came of it
 * is not taken twice.  So an input that no parser survives costs itself, and is
 * quarantined.
 */
#ifndef AS_APP_INGEST_H
#define AS_APP_INGEST_H

#include "app/ingest_keep.h"
#include "app/ingest_walk.h"
#include "app/mailbox.h"
#include "app/worker.h"

struct as_ingest_config {
	const char *const *paths;
	size_t n_paths;
	/* In place of paths; NULL: they count.  False: there is no more.  With one
	 * parser it is asked when that is done with what it gave before. */
	bool (*next)(void *ctx, struct as_walk_input *out);
	void *ctx;
	/* Read after these, one after the other. */
	const struct as_mailbox_config *mailboxes;
	size_t n_mailboxes;
	unsigned parsers; /* 0: one a core */
	/* as_parser_main, or another in tests. */
	int (*parser_main)(const struct as_prober_config *config, int fd);
};

/* Read all inputs into `keep`; all is committed and told on AS_OK.  AS_EIO:
 * the store; AS_ESYS: no parser can be started; AS_EOUTPUT, AS_ENOMEM. */
AS_MUST_USE enum as_err as_ingest(const struct as_ingest_config *config,
    struct as_keep *keep, struct as_why *why);

#endif
