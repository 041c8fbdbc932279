/*
 * Octets in quarantine are read once more, by the same parser and the same way as
 * when they came; what gives a report now leaves the quarantine with the commit
 * that stores it.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/ingest.h"
#include "app/parser.h"
#include "app/reports_run.h"
#include "base/limits.h"

#include "base/banned.h"

#define STATUS_QUARANTINED 1

struct replay {
	struct as_store *store; /* to read; the keeper has another */
	struct as_arena *arena; /* of the one at hand */
	const int64_t *ids;
	size_t n, at;
	bool all;
	int64_t id, last; /* of all */
	uint64_t left;    /* out: their octets were not kept */
	enum as_err err;
	struct as_why why;
};

/* The next id; 0: there is no more. */
static enum as_err
id_next(struct replay *r, int64_t *out)
{
	*out = 0;
	if (!r->all) {
		if (r->at < r->n)
			*out = r->ids[r->at++];
		return AS_OK;
	}
	AS_TRY(as_quarantine_next(r->store, r->id, out, &r->why));
	if (*out > r->last)
		*out = 0;
	r->id = *out;
	return AS_OK;
}

/* A file without a name, as a source that can be read again. */
static enum as_err
octets_open(struct as_str octets, int *fd, struct as_why *why)
{
	size_t at = 0;

	*fd = memfd_create("quarantine", MFD_CLOEXEC);
	while (*fd >= 0 && at < octets.n) {
		ssize_t n = write(*fd, octets.p + at, octets.n - at);

		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	if (*fd >= 0 && at == octets.n && lseek(*fd, 0, SEEK_SET) == 0)
		return AS_OK;
	(void)as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
	    "memory for the octets: %s", strerror(errno));
	if (*fd >= 0)
		(void)close(*fd);
	return AS_ESYS;
}

static enum as_err
item_open(struct replay *r, int64_t id, struct as_walk_input *out)
{
	struct as_quarantined *held;
	struct as_buf octets;
	enum as_err err;

	as_arena_reset(r->arena);
	AS_TRY(as_quarantine_find(r->store, r->arena, id, &held, &r->why));
	as_buf_init(&octets, AS_MAX_RAW_OCTETS);
	err = as_quarantine_octets(r->store, id, &octets, &r->why);
	if (err == AS_OK)
		err = octets_open(as_buf_str(&octets), &out->fd, &r->why);
	as_buf_fini(&octets);
	out->held = held;
	out->path = held->from.input.p != NULL ? held->from.input.p : "-";
	return err;
}

/* Of all of them, those whose octets were not kept are left alone. */
static enum as_err
next(struct replay *r, struct as_walk_input *out, bool *found)
{
	enum as_err err;
	int64_t id;

	do {
		*out = (struct as_walk_input){.path = NULL};
		AS_TRY(id_next(r, &id));
		*found = id != 0;
		if (!*found)
			return AS_OK;
		err = item_open(r, id, out);
		r->left += err == AS_EABSENT;
	} while (r->all && err == AS_EABSENT);
	return err;
}

static bool
on_next(void *ctx, struct as_walk_input *out)
{
	struct replay *r = ctx;
	bool found = false;

	if (r->err == AS_OK)
		r->err = next(r, out, &found);
	return r->err == AS_OK && found;
}

/* Through the parser, into the store. */
static enum as_err
items_read(struct replay *r, const char *path, enum as_format format,
    int *status, struct as_why *why)
{
	struct as_ingest_config config = {.next = on_next,
	    .ctx = r,
	    .parsers = 1,
	    .parser_main = as_parser_main};
	struct as_keep *keep;
	enum as_err err;

	(void)signal(SIGXFSZ, SIG_IGN);
	AS_TRY(as_keep_new(path, format, &keep, why));
	err = as_ingest(&config, keep, why);
	if (as_keep_counts(keep)->quarantined > 0)
		*status = STATUS_QUARANTINED;
	as_keep_free(keep);
	if (err == AS_OK && r->err != AS_OK)
		return as_why_set(
		    why, r->err, AS_WHY_NOWHERE, "%s", r->why.text);
	return err;
}

/* Are they all there, with their octets? */
static enum as_err
ids_check(struct replay *r, struct as_why *why)
{
	for (size_t i = 0; i < r->n; i++) {
		struct as_quarantined *q;

		as_arena_reset(r->arena);
		AS_TRY(
		    as_quarantine_find(r->store, r->arena, r->ids[i], &q, why));
		if (!q->from.kept)
			return as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
			    "the octets of %" PRId64
			    " were too many to be kept: ingest it anew",
			    q->id);
	}
	return AS_OK;
}

enum as_err
as_replay(struct as_reports_run *run, const int64_t *ids, size_t n, bool all,
    int *status, struct as_why *why)
{
	struct replay r = {.store = run->store, .ids = ids, .n = n, .all = all};
	enum as_err err;

	r.arena = as_arena_new(AS_MAX_CONFIG_OCTETS);
	if (r.arena == NULL)
		return as_why_no_memory(why);
	err = ids_check(&r, why);
	if (err == AS_OK)
		err = as_quarantine_last(run->store, &r.last, why);
	if (err == AS_OK)
		err = items_read(&r, run->path, run->format, status, why);
	as_arena_free(r.arena);
	if (err == AS_OK)
		err = as_raw_sweep(run->store, why);
	if (err == AS_OK)
		err = as_store_commit(run->store, why);
	if (err == AS_OK && r.left > 0)
		(void)fprintf(stderr,
		    "assay reports: of %llu the octets were too many to be"
		    " kept: ingest them anew\n",
		    (unsigned long long)r.left);
	return err;
}
