#include "app/cmd.h"

#include <string.h>
#include <sysexits.h>

#include "app/estate_run.h"
#include "app/estate_zone.h"
#include "app/file.h"
#include "base/limits.h"
#include "render/estate.h"

#include "base/banned.h"

#define PRINT_OCTETS  ((size_t)1024 * 1024 * 1024)
#define TEXT_WIDTH    160
#define USUAL_PERCENT 10

static const char help[] =
    "Examples:\n"
    "  assay estate import domains.csv --preview   what a list would bring\n"
    "  assay estate import domains.csv             a spreadsheet, saved as "
    "CSV\n"
    "  assay estate import council.example.zone    the domains of a zone file\n"
    "  assay estate add council.example --owner \"IT\" --tag critical\n"
    "  assay estate list --tag critical\n"
    "  assay estate list --format csv > estate.csv\n"
    "                                   to be changed and applied again\n"
    "  assay estate apply estate.csv --plan        what would change\n"
    "  assay estate apply estate.csv               the list is all there is\n"
    "  assay estate suggestions                    names met in reports\n"
    "\n"
    "Usage: assay estate VERB [ARGUMENT...] [OPTION...]\n"
    "\n"
    "  add DOMAIN...       take domains in, with what the options say of them\n"
    "  import FILE|-       take in a list or a zone file; lines that cannot "
    "be\n"
    "                      read are told, the others are taken\n"
    "  apply FILE|-        have the estate be what the list says: others are\n"
    "                      removed; with a faulty line nothing is done\n"
    "  remove DOMAIN...    take domains out\n"
    "  tag DOMAIN...       give --tag, take --untag\n"
    "  list                all domains, or those with --tag, --organisation,\n"
    "                      --group\n"
    "  show DOMAIN         what is known of one\n"
    "  suggestions         names that may be yours, by reports and, with\n"
    "                      --facts FILE, certificates\n"
    "  accept NAME...      take such a name in\n"
    "  refuse NAME...      suggest it no more\n"
    "\n"
    "Exit status: 0; 2 usage; 65 lines were refused; other values from 64:\n"
    "our fault.\n";

/* --- lists --- */

/* Is the file a zone?  By --form, else by its lines. */
static enum as_err
form_find(const struct as_estate_run *r, struct as_str text, bool *zone,
    struct as_why *why)
{
	const char *form = r->settings->form;

	*zone =
	    form != NULL ? strcmp(form, "zone") == 0 : as_estate_is_zone(text);
	if (form == NULL || *zone || strcmp(form, "list") == 0)
		return AS_OK;
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--form must be list or zone, not \"%.40s\"", form);
}

static enum as_err
file_want(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	const char *path = r->n_args > 0 ? r->args[0] : NULL;
	struct as_str text, origin = AS_STR_NULL;
	struct as_why inner = {0};
	enum as_err err;
	bool zone;

	if (r->n_args != 1)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "which list?  Name one file; - is standard input");
	AS_TRY(as_file_read(r->arena, path, AS_MAX_ROSTER_OCTETS, &text, why));
	AS_TRY(form_find(r, text, &zone, why));
	if (r->settings->origin != NULL)
		AS_TRY(as_cmd_domain(
		    r->arena, as_str_from(r->settings->origin), &origin, why));
	if (zone)
		p->source = AS_ESTATE_ZONE;
	err = zone ? as_estate_zone(p, text, origin, &inner)
		   : as_planner_list(p, text, r->settings->charset, &inner);
	p->plan.list = as_str_from(path);
	if (err == AS_OK)
		return AS_OK;
	return as_why_set(
	    why, err, AS_WHY_NOWHERE, "%.120s: %.100s", path, inner.text);
}

/* Each domain of the list gets the tags of --tag. */
static enum as_err
tags_give(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	struct as_estate_entry more = {0};

	AS_TRY(as_estate_tags_read(r, &r->settings->tag, &more, why));
	for (size_t i = 0; more.n_tags > 0 && i < p->wanted.n; i++) {
		struct as_estate_entry *e = &p->wanted.list[i], joined;
		unsigned changed;

		AS_TRY(as_estate_merge(r->arena, &more, e, AS_ESTATE_FILL,
		    &joined, &changed, why));
		e->tags = joined.tags;
		e->n_tags = joined.n_tags;
		e->has_tags = true;
	}
	return AS_OK;
}

static enum as_err
import(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	bool show = r->settings->preview || r->settings->plan;

	AS_TRY(file_want(r, p, why));
	AS_TRY(tags_give(r, p, why));
	AS_TRY(as_estate_run_store(r, show, why));
	AS_TRY(as_planner_make(p, &r->book, AS_ESTATE_FILL, false, why));
	if (p->plan.n_refused > 0)
		r->status = EX_DATAERR;
	return as_estate_run_plan(r, p, show, why);
}

/* "25" or "10%" of what is there. */
static enum as_err
most_removed(const struct as_estate_run *r, size_t *out, struct as_why *why)
{
	struct as_str text = as_str_from(r->settings->max_remove);
	bool percent = text.n > 0 && text.p[text.n - 1] == '%';
	uint64_t n = USUAL_PERCENT;

	if (as_str_is_null(text)) {
		*out = r->book.n * n / 100;
		*out += *out == 0;
		return AS_OK;
	}
	if (as_str_u64(as_str_slice(text, 0, text.n - percent),
		percent ? 100 : UINT32_MAX, &n) != AS_OK)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--max-remove must be a number or a percentage, not "
		    "\"%.40s\"",
		    r->settings->max_remove);
	*out = percent ? (size_t)(r->book.n * n / 100) : (size_t)n;
	return AS_OK;
}

/* A list that is not whole must not empty the estate. */
static enum as_err
apply_allow(
    struct as_estate_run *r, const struct as_estate_plan *p, struct as_why *why)
{
	size_t most = 0;

	AS_TRY(most_removed(r, &most, why));
	if (p->n_refused > 0)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%zu lines were refused, so the list was not applied",
		    p->n_refused);
	if (p->counts[AS_PLAN_REMOVE] > most)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "the list would remove %zu of %zu domains, more than the "
		    "%zu that may go; if that is meant, say --max-remove %zu",
		    p->counts[AS_PLAN_REMOVE], r->book.n, most,
		    p->counts[AS_PLAN_REMOVE]);
	return AS_OK;
}

static enum as_err
apply(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	bool show = r->settings->plan || r->settings->preview;
	struct as_why refusal = {0};

	p->source = AS_ESTATE_DECLARED;
	AS_TRY(file_want(r, p, why));
	AS_TRY(as_estate_run_store(r, show, why));
	AS_TRY(as_planner_make(p, &r->book, AS_ESTATE_SET, true, why));
	if (apply_allow(r, &p->plan, &refusal) == AS_OK)
		return as_estate_run_plan(r, p, show, why);
	/* What it would have done says why it was not. */
	AS_TRY(as_estate_run_plan(r, p, true, why));
	*why = refusal;
	return refusal.code;
}

/* --- list, show --- */

static enum as_err
list(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	const struct as_settings *s = r->settings;
	struct as_estate_filter filter = {
	    s->tag.v, s->tag.n, s->organisation, s->group};
	struct as_estate_view view;
	size_t of;
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	(void)p;
	if (r->n_args > 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "list takes no argument; \"show\" tells of one domain");
	AS_TRY(as_estate_run_store(r, true, why));
	of = r->book.n;
	as_estate_book_keep(&r->book, &filter);
	view = (struct as_estate_view){r->book.list, r->book.n, of};
	if (r->format == AS_FORMAT_JSON || r->format == AS_FORMAT_NDJSON)
		return as_estate_run_json(r, as_estate_json(&view), why);
	as_buf_init(&b, PRINT_OCTETS);
	if (r->format == AS_FORMAT_CSV)
		as_estate_csv(&b, &view);
	else
		as_estate_text(&t, &view);
	return as_cmd_print(&b, why);
}

static enum as_err
show(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	const struct as_estate_entry *e;
	struct as_str *names;
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	(void)p;
	AS_TRY(as_estate_run_names(r, &names, why));
	AS_TRY(as_estate_run_store(r, true, why));
	as_buf_init(&b, PRINT_OCTETS);
	for (size_t i = 0; i < r->n_args; i++) {
		struct as_estate_view view;

		e = as_estate_book_find(&r->book, names[i]);
		if (e == NULL) {
			as_buf_fini(&b);
			return as_estate_absent(names[i], why);
		}
		view = (struct as_estate_view){e, 1, r->book.n};
		if (r->format == AS_FORMAT_TEXT)
			as_estate_show(&t, e);
		else if (r->format == AS_FORMAT_CSV)
			as_estate_csv(&b, &view);
		else
			as_cmd_json(&b, r->format, as_estate_json(&view));
	}
	return as_cmd_print(&b, why);
}

/* --- suggestions --- */

static enum as_err
accept_verb(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	return as_estate_decide(r, p, AS_HINT_ACCEPTED, why);
}

static enum as_err
refuse_verb(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	return as_estate_decide(r, p, AS_HINT_REFUSED, why);
}

/* --- verbs --- */

static const struct {
	const char *name;
	enum as_err (*run)(
	    struct as_estate_run *r, struct as_planner *p, struct as_why *why);
	bool csv; /* prints that, too */
} verbs[] = {
    {"add", as_estate_add, false},
    {"import", import, false},
    {"apply", apply, false},
    {"remove", as_estate_remove, false},
    {"tag", as_estate_tag, false},
    {"list", list, true},
    {"show", show, true},
    {"suggestions", as_estate_suggestions, false},
    {"accept", accept_verb, false},
    {"refuse", refuse_verb, false},
};

static enum as_err
verb_run(struct as_estate_run *r, struct as_why *why)
{
	const char *verb =
	    r->settings->n_args > 0 ? r->settings->args[0] : NULL;
	struct as_planner p;
	enum as_err err;

	for (size_t i = 0; verb != NULL && i < sizeof(verbs) / sizeof(verbs[0]);
	     i++) {
		if (strcmp(verb, verbs[i].name) != 0)
			continue;
		if (r->format == AS_FORMAT_CSV && !verbs[i].csv)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "%s prints no csv; list and show do", verb);
		as_planner_init(&p, r->arena,
		    strcmp(verb, "add") == 0 ? AS_ESTATE_ADDED
					     : AS_ESTATE_IMPORTED);
		err = verbs[i].run(r, &p, why);
		as_planner_fini(&p);
		return err;
	}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "what to do with the estate?  add, import, apply, remove, tag, "
	    "list, show, suggestions, accept or refuse");
}

int
as_cmd_estate(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_estate_run r = {0};
	struct as_why why = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "estate", AS_FOR_ESTATE, help, argc, argv, &s, &status)) {
		if (as_estate_run_open(&r, &s, &why) != AS_OK ||
		    verb_run(&r, &why) != AS_OK)
			status = as_cmd_fail("estate", &why);
		else
			status = r.status;
		as_estate_run_close(&r);
	}
	as_arena_free(a);
	return status;
}
