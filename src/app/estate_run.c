#include "app/estate_run.h"

#include "app/cmd.h"
#include "app/store_path.h"
#include "render/estate.h"

#include "base/banned.h"

#define ESTATE_OCTETS ((size_t)2 * 1024 * 1024 * 1024)
#define PRINT_OCTETS  ((size_t)1024 * 1024 * 1024)
#define TEXT_WIDTH    100
#define MS            1000

enum as_err
as_estate_run_open(
    struct as_estate_run *r, const struct as_settings *s, struct as_why *why)
{
	struct as_clock clock = as_clock_system();

	*r = (struct as_estate_run){.settings = s,
	    .arena = as_arena_new(ESTATE_OCTETS),
	    .now = clock.wall_ms(clock.ctx) / MS};
	if (r->arena == NULL)
		return as_why_no_memory(why);
	as_estate_book_init(&r->book, r->arena);
	if (s->n_args > 0) {
		r->args = s->args + 1;
		r->n_args = s->n_args - 1;
	}
	AS_TRY(as_run_format(s, AS_FORMAT_TEXT, &r->format, why));
	return as_store_path(r->arena, s, &r->path, why);
}

void
as_estate_run_close(struct as_estate_run *r)
{
	as_store_close(r->store);
	as_estate_book_fini(&r->book);
	as_arena_free(r->arena);
	*r = (struct as_estate_run){0};
}

enum as_err
as_estate_run_store(struct as_estate_run *r, bool read_only, struct as_why *why)
{
	if (read_only && as_store_is_missing(r->path))
		return AS_OK;
	if (!read_only && r->settings->store == NULL)
		AS_TRY(as_store_folder(r->arena, r->path, why));
	AS_TRY(as_store_open(r->path, read_only, &r->store, why));
	return as_estate_book_read(&r->book, r->store, why);
}

enum as_err
as_estate_run_names(
    struct as_estate_run *r, struct as_str **out, struct as_why *why)
{
	struct as_str *names =
	    as_arena_array(r->arena, r->n_args + 1, sizeof(*names));

	if (names == NULL)
		return as_why_no_memory(why);
	if (r->n_args == 0)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "which domains?");
	for (size_t i = 0; i < r->n_args; i++)
		AS_TRY(as_cmd_domain(
		    r->arena, as_str_from(r->args[i]), &names[i], why));
	*out = names;
	return AS_OK;
}

enum as_err
as_estate_run_json(struct as_estate_run *r, json_t *doc, struct as_why *why)
{
	struct as_buf b;

	as_buf_init(&b, PRINT_OCTETS);
	as_cmd_json(&b, r->format, doc);
	return as_cmd_print(&b, why);
}

static enum as_err
plan_print(
    struct as_estate_run *r, const struct as_estate_plan *p, struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	if (r->format != AS_FORMAT_TEXT)
		return as_estate_run_json(r, as_plan_json(p), why);
	as_buf_init(&b, PRINT_OCTETS);
	as_plan_text(&t, p);
	return as_cmd_print(&b, why);
}

static enum as_err
plan_do(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	struct as_estate_writer *w;
	enum as_err err;

	AS_TRY(as_estate_writer_new(r->store, &w, why));
	err = as_planner_do(p, w, r->now, why);
	as_estate_writer_free(w);
	return err == AS_OK ? as_store_commit(r->store, why) : err;
}

enum as_err
as_estate_run_plan(struct as_estate_run *r, struct as_planner *p, bool show,
    struct as_why *why)
{
	if (!show)
		AS_TRY(plan_do(r, p, why));
	return plan_print(r, &p->plan, why);
}
