#include "app/ingest_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"

#include "base/banned.h"

#define PATH_OCTETS ((size_t)64 * 1024)

struct as_walk {
	const char *const *paths;
	size_t n, at;
	FTS *tree; /* of paths[at - 1]; NULL: none is open */
};

/* By name, but new before cur: a mail that its server moves from one to the
 * other meanwhile is met in one of them at least. */
static int
by_name(const FTSENT **a, const FTSENT **b)
{
	const char *x = (*a)->fts_name, *y = (*b)->fts_name;

	if (strcmp(x, "new") == 0 && strcmp(y, "cur") == 0)
		return -1;
	if (strcmp(x, "cur") == 0 && strcmp(y, "new") == 0)
		return 1;
	return strcmp(x, y);
}

static bool
has_folder(const FTSENT *e, const char *name)
{
	struct stat st;
	struct as_arena *a = as_arena_new(PATH_OCTETS);
	struct as_str path = a != NULL
	    ? as_str_printf(a, "%s/%s", e->fts_accpath, name)
	    : AS_STR_NULL;
	bool has = !as_str_is_null(path) && stat(path.p, &st) == 0 &&
	    S_ISDIR(st.st_mode);

	as_arena_free(a);
	return has;
}

/* fts_number of a folder: is it a Maildir? */
static void
folder_enter(struct as_walk *w, FTSENT *e)
{
	if (e->fts_level > FTS_ROOTLEVEL && e->fts_parent->fts_number != 0 &&
	    strcmp(e->fts_name, "tmp") == 0) /* mails being delivered */
		(void)fts_set(w->tree, e, FTS_SKIP);
	e->fts_number = has_folder(e, "cur") && has_folder(e, "new");
}

/* Is it one to read?  Beside the mails, a Maildir holds files of its server. */
static bool
entry_take(struct as_walk *w, FTSENT *e, struct as_walk_input *out)
{
	bool named = e->fts_level == FTS_ROOTLEVEL;

	*out = (struct as_walk_input){.path = e->fts_path, .listed = !named};
	switch (e->fts_info) {
	case FTS_D: folder_enter(w, e); return false;
	case FTS_F: return named || e->fts_parent->fts_number == 0;
	case FTS_DEFAULT: return named; /* a pipe */
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS: out->fault = e->fts_errno; return true;
	case FTS_SLNONE: out->fault = ENOENT; return named;
	default: return false;
	}
}

static bool
tree_open(struct as_walk *w)
{
	char *const one[] = {(char *)(uintptr_t)w->paths[w->at], NULL};

	w->tree =
	    fts_open(one, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	return w->tree != NULL;
}

static bool
tree_next(struct as_walk *w, struct as_walk_input *out)
{
	FTSENT *e;

	while ((e = fts_read(w->tree)) != NULL)
		if (entry_take(w, e, out))
			return true;
	(void)fts_close(w->tree);
	w->tree = NULL;
	return false;
}

bool
as_walk_next(struct as_walk *w, struct as_walk_input *out)
{
	for (;;) {
		if (w->tree != NULL && tree_next(w, out))
			return true;
		if (w->at == w->n)
			return false;
		*out = (struct as_walk_input){.path = w->paths[w->at]};
		if (strcmp(out->path, "-") == 0 || !tree_open(w)) {
			if (strcmp(out->path, "-") != 0)
				out->fault = errno;
			w->at++;
			return true;
		}
		w->at++;
	}
}

struct as_walk *
as_walk_new(const char *const *paths, size_t n)
{
	struct as_walk *w = calloc(1, sizeof(*w));

	if (w != NULL)
		*w = (struct as_walk){.paths = paths, .n = n};
	return w;
}

void
as_walk_free(struct as_walk *w)
{
	if (w != NULL && w->tree != NULL)
		(void)fts_close(w->tree);
	free(w);
}
