/*
 * app/keeper_look - one look goes into the database: what is known now, what
 * changed, and when to look again.
 */
#ifndef AS_APP_KEEPER_LOOK_H
#define AS_APP_KEEPER_LOOK_H

#include "app/keeper.h"
#include "store/history.h"
#include "store/jobs.h"
#include "store/watched.h"

/* What the keeper holds open. */
struct as_desk {
	const struct as_keeper_config *config;
	struct as_store *store;
	struct as_docs *docs;
	struct as_watched_table *watched;
	struct as_history *history;
	struct as_arena *arena; /* of one look */
};

/* AS_OK also when the look came too late and changed nothing; an error is one of
 * the database, or of memory.  To be committed. */
AS_MUST_USE enum as_err as_desk_look(struct as_desk *d,
    const struct as_facts *facts, int64_t attempt, enum as_role role,
    int64_t now, struct as_why *why);

#endif
