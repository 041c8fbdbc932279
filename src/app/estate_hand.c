/*
 * Domains that are named on the command line: taken in, tagged, taken out.
 */
#include "app/estate_run.h"
#include "base/limits.h"
#include "model/finding.h"

#include "base/banned.h"

/* --- what the options say --- */

static enum as_err
texts_read(
    struct as_estate_run *r, struct as_estate_entry *e, struct as_why *why)
{
	const struct as_settings *s = r->settings;
	const char *texts[AS_ESTATE_TEXTS] = {
	    [AS_ESTATE_ORGANISATION] = s->organisation,
	    [AS_ESTATE_GROUP] = s->group,
	    [AS_ESTATE_OWNER] = s->owner,
	    [AS_ESTATE_CONTACT] = s->contact,
	    [AS_ESTATE_ROLE] = s->role,
	    [AS_ESTATE_NOTES] = s->notes};

	for (int i = 0; i < AS_ESTATE_TEXTS; i++) {
		if (texts[i] == NULL)
			continue;
		e->text[i] = as_estate_clean(r->arena, as_str_from(texts[i]));
		if (as_str_is_null(e->text[i]))
			return as_why_no_memory(why);
		if (e->text[i].n > AS_MAX_ESTATE_TEXT)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--%s: more than %d octets",
			    as_estate_text_text((enum as_estate_text)i),
			    AS_MAX_ESTATE_TEXT);
	}
	if (s->role == NULL ||
	    as_names_find(&as_names_role, e->text[AS_ESTATE_ROLE]) >
		AS_ROLE_UNKNOWN)
		return AS_OK;
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--role must be full, receives-only, sends-only, parked or "
	    "legacy, not \"%.40s\"",
	    s->role);
}

/* Tags of a repeated option. */
enum as_err
as_estate_tags_read(struct as_estate_run *r, const struct as_list *list,
    struct as_estate_entry *e, struct as_why *why)
{
	struct as_buf all;
	struct as_str text;
	enum as_err err = AS_OK;

	if (list->n == 0)
		return AS_OK;
	as_buf_init(&all, AS_MAX_CONFIG_OCTETS);
	for (size_t i = 0; i < list->n; i++)
		as_buf_printf(&all, "%s,", list->v[i]);
	text = as_estate_clean(r->arena, as_buf_str(&all));
	if (!as_buf_ok(&all) || as_str_is_null(text))
		err = as_why_no_memory(why);
	as_buf_fini(&all);
	return err == AS_OK ? as_estate_tags(r->arena, text, e, why) : err;
}

/* Empty texts were said, too: they clear. */
enum as_err
as_estate_said(
    struct as_estate_run *r, struct as_estate_entry *e, struct as_why *why)
{
	*e = (struct as_estate_entry){0};
	AS_TRY(texts_read(r, e, why));
	return as_estate_tags_read(r, &r->settings->tag, e, why);
}

/* --- add, remove, tag --- */

/* Domains are to be in the estate; with tags that they have and are to keep. */
static enum as_err
wants_add(struct as_estate_run *r, struct as_planner *p,
    const struct as_str *names, const struct as_estate_entry *said,
    struct as_why *why)
{
	for (size_t i = 0; i < r->n_args; i++) {
		const struct as_estate_entry *was =
		    as_estate_book_find(&r->book, names[i]);
		struct as_estate_entry e = *said, all;
		unsigned changed;

		e.name = names[i];
		AS_TRY(as_estate_merge(
		    r->arena, was, said, AS_ESTATE_FILL, &all, &changed, why));
		e.tags = all.tags;
		e.n_tags = all.n_tags;
		e.has_tags = true;
		if (as_planner_want(p, &e, 0) != AS_OK)
			return as_why_no_memory(why);
	}
	return AS_OK;
}

enum as_err
as_estate_add(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	struct as_estate_entry said;
	struct as_str *names;

	AS_TRY(as_estate_run_names(r, &names, why));
	AS_TRY(as_estate_said(r, &said, why));
	AS_TRY(as_estate_run_store(r, false, why));
	AS_TRY(wants_add(r, p, names, &said, why));
	AS_TRY(as_planner_make(p, &r->book, AS_ESTATE_SET, false, why));
	return as_estate_run_plan(r, p, false, why);
}

enum as_err
as_estate_absent(struct as_str name, struct as_why *why)
{
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    AS_STR_FMT " is not in the estate", AS_STR_ARG(name));
}

/* What the names have without the tags of --untag, and with those of --tag. */
static enum as_err
tags_change(struct as_estate_run *r, const struct as_estate_entry *was,
    const struct as_estate_entry *more, const struct as_estate_entry *less,
    struct as_estate_entry *out, struct as_why *why)
{
	struct as_str *tags =
	    as_arena_array(r->arena, was->n_tags + 1, sizeof(*tags));
	struct as_estate_entry left = {.tags = tags, .has_tags = true};
	unsigned changed;

	if (tags == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < was->n_tags; i++)
		if (!as_estate_has_tag(less, was->tags[i]))
			tags[left.n_tags++] = was->tags[i];
	AS_TRY(as_estate_merge(
	    r->arena, &left, more, AS_ESTATE_FILL, out, &changed, why));
	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		out->text[i] = AS_STR_NULL;
	out->name = was->name;
	out->has_tags = true;
	return AS_OK;
}

enum as_err
as_estate_tag(struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	struct as_estate_entry more = {0}, less = {0}, e;
	struct as_str *names;

	AS_TRY(as_estate_run_names(r, &names, why));
	AS_TRY(as_estate_tags_read(r, &r->settings->tag, &more, why));
	AS_TRY(as_estate_tags_read(r, &r->settings->untag, &less, why));
	if (more.n_tags + less.n_tags == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "which tag?  Say --tag NAME or --untag NAME");
	AS_TRY(as_estate_run_store(r, false, why));
	for (size_t i = 0; i < r->n_args; i++) {
		const struct as_estate_entry *was =
		    as_estate_book_find(&r->book, names[i]);

		if (was == NULL)
			return as_estate_absent(names[i], why);
		AS_TRY(tags_change(r, was, &more, &less, &e, why));
		if (as_planner_want(p, &e, 0) != AS_OK)
			return as_why_no_memory(why);
	}
	AS_TRY(as_planner_make(p, &r->book, AS_ESTATE_SET, false, why));
	return as_estate_run_plan(r, p, false, why);
}

/* Want all but the names. */
enum as_err
as_estate_remove(
    struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	struct as_estate_book gone;
	struct as_str *names;
	enum as_err err = AS_OK;

	AS_TRY(as_estate_run_names(r, &names, why));
	AS_TRY(as_estate_run_store(r, false, why));
	as_estate_book_init(&gone, r->arena);
	for (size_t i = 0; i < r->n_args && err == AS_OK; i++) {
		struct as_estate_entry e = {.name = names[i]};

		err = as_estate_book_find(&r->book, names[i]) == NULL
		    ? as_estate_absent(names[i], why)
		    : as_estate_book_add(&gone, &e);
	}
	as_estate_book_sort(&gone);
	for (size_t i = 0; i < r->book.n && err == AS_OK; i++)
		if (as_estate_book_find(&gone, r->book.list[i].name) == NULL)
			err = as_planner_want(p, &r->book.list[i], 0);
	as_estate_book_fini(&gone);
	if (err == AS_ENOMEM)
		return as_why_no_memory(why);
	AS_TRY(err);
	AS_TRY(as_planner_make(p, &r->book, AS_ESTATE_FILL, true, why));
	return as_estate_run_plan(r, p, false, why);
}
