#include "app/scan_keep.h"

#include <stdlib.h>

#include "app/store_path.h"
#include "assess/verdicts.h"
#include "base/limits.h"
#include "store/history.h"

#include "base/banned.h"

#define MS          1000
#define COMMIT_EACH 500 /* domains: others want to write, too */

struct as_scan_keep {
	struct as_store *store;
	struct as_docs *docs;
	struct as_history *history;
	struct as_arena *arena; /* of one domain */
	size_t waiting;         /* looks since the last commit */
};

enum as_err
as_scan_keep_open(struct as_arena *a, const struct as_settings *s,
    struct as_scan_keep **out, struct as_why *why)
{
	struct as_scan_keep *k = calloc(1, sizeof(*k));
	const char *path;

	*out = k;
	if (k == NULL)
		return as_why_no_memory(why);
	k->arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (k->arena == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_store_path(a, s, &path, why));
	if (s->store == NULL)
		AS_TRY(as_store_folder(a, path, why));
	AS_TRY(as_store_open(path, false, &k->store, why));
	AS_TRY(as_docs_open(k->store, &k->docs, why));
	return as_history_open(k->store, k->docs, &k->history, why);
}

void
as_scan_keep_close(struct as_scan_keep *k)
{
	if (k == NULL)
		return;
	as_history_close(k->history);
	as_docs_close(k->docs);
	as_store_close(k->store);
	as_arena_free(k->arena);
	free(k);
}

enum as_err
as_scan_keep_end(struct as_scan_keep *k, struct as_why *why)
{
	k->waiting = 0;
	return as_store_commit(k->store, why);
}

enum as_err
as_scan_keep_look(struct as_scan_keep *k, const struct as_facts *facts,
    const struct as_assessment *as, struct as_why *why)
{
	struct as_verdicts v;

	as_arena_reset(k->arena);
	if (as_verdicts_of(k->arena, as, &v) != AS_OK)
		return as_why_no_memory(why);
	AS_TRY(as_history_keep(k->history, facts, why));
	AS_TRY(as_history_judged(
	    k->history, facts->domain->name, &v, facts->domain->at / MS, why));
	if (++k->waiting < COMMIT_EACH)
		return AS_OK;
	return as_scan_keep_end(k, why);
}
