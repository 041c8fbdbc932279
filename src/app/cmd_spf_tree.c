/* assay spf DOMAIN: what its record leads to. */
#include "app/cmd.h"
#include "app/data.h"
#include "app/lookup.h"
#include "base/limits.h"
#include "render/spf_tree.h"

#include "base/banned.h"

#define TEXT_WIDTH     100
#define STATUS_UNKNOWN 3
#define MAX_ROUNDS     40 /* a tree is at most AS_MAX_SPF_DEPTH deep */

struct view {
	struct as_run run;
	struct as_lookup *lookup;
	struct as_spf_tree_ask ask;
	struct as_spf_tree tree;
	struct as_arena *arena; /* of one tree */
};

static enum as_err
tree_make(struct view *v, struct as_why *why)
{
	for (unsigned round = 0; round < MAX_ROUNDS; round++) {
		as_arena_reset(v->arena);
		v->ask.answers =
		    as_lookup_answers(v->lookup, &v->ask.n_answers);
		if (as_spf_tree_make(v->arena, &v->ask, &v->tree) != AS_OK)
			return as_why_no_memory(why);
		if (v->tree.n_needs == 0)
			return AS_OK;
		AS_TRY(as_lookup_ask(
		    v->lookup, v->tree.needs, v->tree.n_needs, why));
	}
	return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
	    "the questions do not come to an end");
}

static enum as_err
print(struct view *v, struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (v->run.format == AS_FORMAT_TEXT)
		as_spf_tree_text(&t, &v->tree);
	else
		as_cmd_json(&b, v->run.format, as_spf_tree_json(&v->tree));
	return as_cmd_print(&b, why);
}

static enum as_err
view_run(struct view *v, const struct as_settings *s, struct as_why *why)
{
	AS_TRY(as_run_open(&v->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(as_cmd_domain(
	    v->run.arena, as_str_from(s->args[0]), &v->ask.domain, why));
	AS_TRY(as_run_zones(&v->run, s, v->ask.domain, why));
	v->ask.senders = as_data_senders;
	v->arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (v->arena == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_lookup_new(&v->run.fleet, &v->lookup, why));
	AS_TRY(tree_make(v, why));
	return print(v, why);
}

int
as_cmd_spf_tree(const struct as_settings *s)
{
	struct view v = {.arena = NULL};
	struct as_why why = {0};
	int status = 0;

	if (view_run(&v, s, &why) != AS_OK)
		status = as_cmd_fail("spf", &why);
	else if (as_spf_tree_is_open(&v.tree))
		status = STATUS_UNKNOWN;
	as_lookup_free(v.lookup);
	as_arena_free(v.arena);
	as_run_close(&v.run);
	return status;
}
