#include "app/cmd.h"

#include "app/run.h"
#include "app/store_path.h"
#include "assess/change.h"
#include "base/limits.h"
#include "render/changes.h"
#include "store/watched.h"

#include "base/banned.h"

#define TEXT_WIDTH     100
#define PRINT_OCTETS   ((size_t)64 * 1024 * 1024)
#define USUAL_LIMIT    100
#define STATUS_NOTHING 3

static const char help[] =
    "Examples:\n"
    "  assay changes                        what changed lately\n"
    "  assay changes council.example        of one domain\n"
    "  assay changes --since 2026-11-01 --format csv\n"
    "\n"
    "Usage: assay changes [DOMAIN] [OPTION...]\n"
    "\n"
    "Shows what \"assay serve\" saw change, the newest first: records, "
    "policies,\n"
    "mail servers, certificates, and what is found since or no longer.  A\n"
    "change is kept once a second look agreed.\n"
    "\n"
    "Exit status: 0; 2 usage; 3 nothing changed; 64 and above: our fault.\n";

struct changes {
	struct as_arena *arena; /* settings and the domain */
	struct as_arena *one;   /* of one event */
	enum as_format format;
	struct as_buf b;
	struct as_term term;
	json_t *list;
	size_t n;
};

static enum as_err
take(void *ctx, const struct as_event_row *row)
{
	struct changes *c = ctx;
	struct as_change_shown shown = {.id = row->id,
	    .at = row->at,
	    .domain = row->domain,
	    .event = row->event};

	as_arena_reset(c->one);
	shown.title = as_change_title(c->one, row->event);
	if (as_str_is_null(shown.title))
		return AS_ENOMEM;
	c->n++;
	if (c->format == AS_FORMAT_TEXT)
		as_change_text(&c->term, &shown);
	else if (c->format == AS_FORMAT_CSV)
		as_change_csv(&c->b, &shown);
	else if (c->format == AS_FORMAT_NDJSON)
		as_cmd_json(&c->b, c->format, as_change_json(&shown));
	else if (!as_json_add(c->list, as_change_json(&shown)))
		return AS_ENOMEM;
	return AS_OK;
}

static enum as_err
print(struct changes *c, struct as_why *why)
{
	json_t *doc;

	if (c->format == AS_FORMAT_TEXT && c->n == 0)
		as_buf_puts(&c->b,
		    "No change is known. \"assay serve\" watches the domains "
		    "of the estate.\n");
	if (c->format == AS_FORMAT_JSON) {
		doc = json_object();
		if (doc != NULL &&
		    !as_json_put(
			doc, "schema", json_string("assay.changes/1"))) {
			json_decref(doc);
			doc = NULL;
		}
		if (doc != NULL && !as_json_put(doc, "changes", c->list)) {
			json_decref(doc);
			doc = NULL;
		}
		as_cmd_json(&c->b, c->format, doc);
	}
	return as_cmd_print(&c->b, why);
}

static enum as_err
filter_read(struct changes *c, const struct as_settings *s,
    struct as_event_filter *f, struct as_why *why)
{
	*f = (struct as_event_filter){
	    .most = s->limit != 0 ? s->limit : USUAL_LIMIT};
	if (s->n_args > 1)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "one domain at a time, please");
	if (s->n_args == 1)
		AS_TRY(as_cmd_domain(
		    c->arena, as_str_from(s->args[0]), &f->domain, why));
	AS_TRY(as_cmd_time(s->since, "since", false, &f->from, why));
	return as_cmd_time(s->until, "until", true, &f->to, why);
}

static enum as_err
events_print(struct changes *c, const char *path,
    const struct as_event_filter *f, struct as_why *why)
{
	struct as_store *store;
	enum as_err err;

	if (as_store_is_missing(path))
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "nothing was watched yet: %.150s is missing", path);
	AS_TRY(as_store_open(path, true, &store, why));
	if (c->format == AS_FORMAT_CSV)
		as_changes_csv_head(&c->b);
	err = as_events_read(store, f, take, c, why);
	as_store_close(store);
	AS_TRY(err);
	return print(c, why);
}

static enum as_err
changes_run(struct changes *c, const struct as_settings *s, int *status,
    struct as_why *why)
{
	struct as_event_filter f;
	const char *path;

	AS_TRY(as_run_format(s, AS_FORMAT_TEXT, &c->format, why));
	AS_TRY(filter_read(c, s, &f, why));
	AS_TRY(as_store_path(c->arena, s, &path, why));
	c->one = as_arena_new(AS_MAX_EVENT_OCTETS * 4);
	c->list = json_array();
	as_buf_init(&c->b, PRINT_OCTETS);
	c->term = as_run_term(&c->b, stdout, TEXT_WIDTH);
	if (c->one == NULL || c->list == NULL)
		return as_why_no_memory(why);
	AS_TRY(events_print(c, path, &f, why));
	*status = c->n == 0 ? STATUS_NOTHING : 0;
	return AS_OK;
}

int
as_cmd_changes(int argc, char **argv)
{
	struct changes c = {.arena = as_arena_new(AS_MAX_CONFIG_OCTETS)};
	struct as_why why = {.text = ""};
	struct as_settings s;
	int status;

	if (as_cmd_settings(c.arena, "changes", AS_FOR_CHANGES, help, argc,
		argv, &s, &status) &&
	    changes_run(&c, &s, &status, &why) != AS_OK)
		status = as_cmd_fail("changes", &why);
	as_arena_free(c.one);
	as_arena_free(c.arena);
	return status;
}
