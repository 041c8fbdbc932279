/*
 * assay reports quarantine: what gave no report.
 */
#include <string.h>
#include <unistd.h>

#include "app/file.h"
#include "app/reports_run.h"
#include "base/limits.h"

#include "base/banned.h"

#define LIST_TEXT   50
#define LIST_OTHERS 1000
#define OUTPUT      "standard output"

struct showing {
	struct as_reports_run *run;
	struct as_why *why;
	int64_t last;
};

static enum as_err
on_entry(void *ctx, const struct as_quarantined *q)
{
	struct showing *show = ctx;

	show->run->form->held_entry(&show->run->sheet, q);
	show->last = q->id;
	return as_reports_run_print(show->run, false, show->why);
}

static enum as_err
list_run(struct as_reports_run *r, struct as_why *why)
{
	struct showing show = {r, why, 0};
	struct as_reports_rest rest = {.more = false};
	int64_t after = 0;

	if (r->settings->after != NULL)
		AS_TRY(
		    as_reports_id(r->settings->after, "--after", &after, why));
	r->form->held_head(&r->sheet);
	AS_TRY(as_quarantine_list(r->store, after,
	    as_reports_limit(r, LIST_TEXT, LIST_OTHERS), on_entry, &show,
	    &rest.more, why));
	rest.after = show.last;
	r->form->held_foot(&r->sheet, &rest);
	return as_reports_run_print(r, true, why);
}

static enum as_err
show_run(struct as_reports_run *r, int64_t id, struct as_why *why)
{
	struct as_quarantined *q;

	AS_TRY(as_quarantine_find(r->store, r->arena, id, &q, why));
	r->form->held(&r->sheet, q);
	return as_reports_run_print(r, true, why);
}

/* What nobody could read is not for a terminal. */
static enum as_err
export_run(
    struct as_reports_run *r, int64_t id, const char *file, struct as_why *why)
{
	bool to_output = file == NULL || strcmp(file, "-") == 0;
	struct as_buf octets;
	enum as_err err;

	if (to_output && isatty(STDOUT_FILENO))
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "its octets may do harm to a terminal: name a FILE, or"
		    " pipe them");
	as_buf_init(&octets, AS_MAX_RAW_OCTETS);
	err = as_quarantine_octets(r->store, id, &octets, why);
	if (err == AS_OK)
		err = to_output
		    ? as_run_write(stdout, OUTPUT, &octets, why)
		    : as_file_replace(file, as_buf_str(&octets), why);
	as_buf_fini(&octets);
	return err;
}

static enum as_err
drop_run(
    struct as_reports_run *r, const int64_t *ids, size_t n, struct as_why *why)
{
	for (size_t i = 0; i < n; i++)
		AS_TRY(as_quarantine_drop(r->store, ids[i], why));
	AS_TRY(as_raw_sweep(r->store, why));
	return as_store_commit(r->store, why);
}

/* --- the command line --- */

static enum as_err
ids_read(struct as_reports_run *r, const char *const *args, size_t n,
    int64_t **out, struct as_why *why)
{
	int64_t *ids = as_arena_array(r->arena, n, sizeof(*ids));

	*out = ids;
	if (ids == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < n; i++)
		AS_TRY(as_reports_id(args[i], "an id", &ids[i], why));
	return AS_OK;
}

enum verb { LIST, SHOW, EXPORT, REPLAY, DROP, VERBS };

static const struct {
	const char *name;
	size_t least, most; /* words behind it */
	bool reads;         /* nothing is written to the database */
} verbs[VERBS] = {
    [LIST] = {"list", 0, 0, true},
    [SHOW] = {"show", 1, 1, true},
    [EXPORT] = {"export", 1, 2, true},
    [REPLAY] = {"replay", 0, SIZE_MAX, false},
    [DROP] = {"drop", 1, SIZE_MAX, false},
};

static enum as_err
verb_find(const struct as_settings *s, enum verb *out, struct as_why *why)
{
	const char *name = s->n_args > 1 ? s->args[1] : "list";
	size_t n = s->n_args > 2 ? s->n_args - 2 : 0;

	for (int v = 0; v < VERBS; v++) {
		*out = (enum verb)v;
		if (strcmp(verbs[v].name, name) != 0)
			continue;
		if (n < verbs[v].least || n > verbs[v].most)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    n < verbs[v].least ? "%s which one?"
					       : "%s takes fewer words",
			    name);
		if (v == REPLAY && s->all == (n > 0))
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "replay either ids or --all");
		return AS_OK;
	}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "quarantine \"%.80s\"?  There are list, show ID, export ID [FILE],"
	    " replay and drop ID",
	    name);
}

enum as_err
as_quarantine_run(struct as_reports_run *r, const struct as_settings *s,
    int *status, struct as_why *why)
{
	size_t n = s->n_args > 2 ? s->n_args - 2 : 0;
	int64_t *ids;
	enum verb verb;

	AS_TRY(verb_find(s, &verb, why));
	AS_TRY(as_reports_run_open(r, s, verbs[verb].reads, why));
	AS_TRY(ids_read(r, s->args + 2, verb == EXPORT ? 1 : n, &ids, why));
	switch (verb) {
	case SHOW: return show_run(r, ids[0], why);
	case EXPORT:
		return export_run(r, ids[0], n > 1 ? s->args[3] : NULL, why);
	case REPLAY: return as_replay(r, ids, n, s->all, status, why);
	case DROP: return drop_run(r, ids, n, why);
	case LIST:
	case VERBS: break;
	}
	return list_run(r, why);
}
