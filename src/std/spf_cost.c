/*
 * What a record costs at worst (RFC 7208 4.6.4), walked over its whole tree.
 */
#include "base/limits.h"
#include "std/spf.h"

#include "base/banned.h"

/* The names from the root to the record being walked. */
struct path {
	const struct path *up;
	struct as_str name;
	unsigned depth;
};

struct walk {
	struct as_arena *a;
	as_spf_ask *ask;
	void *ctx;
	struct as_spf_cost *cost;
	unsigned nodes;
	unsigned asked; /* a, mx and exists */
};

static enum as_err node_walk(
    struct walk *w, struct as_spf_node *node, const struct path *path);

static bool
path_has(const struct path *path, struct as_str name)
{
	for (; path != NULL; path = path->up)
		if (as_str_eq_case(path->name, name))
			return true;
	return false;
}

static enum as_err
record_parse(struct walk *w, struct as_spf_node *node, struct as_str txt)
{
	struct as_why why;
	enum as_err err;

	if (!as_spf_is_record(txt)) {
		node->fault = AS_SPF_FAULT_NO_RECORD;
		return AS_OK;
	}
	err = as_spf_parse(w->a, txt, &node->spf, &why);
	if (err == AS_OK || err == AS_ENOMEM)
		return err;
	node->spf = NULL;
	node->fault = AS_SPF_FAULT_SYNTAX;
	node->fault_text = as_str_dup(w->a, as_str_from(why.text));
	return as_str_is_null(node->fault_text) ? AS_ENOMEM : AS_OK;
}

/* Ask for the record of a node and read it; *is_void says that DNS has nothing
 * at its name. */
static enum as_err
record_find(struct walk *w, struct as_spf_node *node, enum as_spf_kind kind,
    const struct path *path, bool *is_void)
{
	struct as_str txt = AS_STR_NULL;

	if (!as_spf_is_name(node->name)) {
		node->fault = AS_SPF_FAULT_NO_RECORD;
		return AS_OK;
	}
	if (path_has(path, node->name)) {
		node->fault = AS_SPF_FAULT_LOOP;
		return AS_OK;
	}
	if (path->depth >= AS_MAX_SPF_DEPTH || w->nodes >= AS_MAX_SPF_QUERIES) {
		node->fault = AS_SPF_FAULT_DEEP;
		return AS_OK;
	}
	w->nodes++;
	switch (w->ask(w->ctx, kind, node->name, &txt)) {
	case AS_SPF_FOUND: return record_parse(w, node, txt);
	case AS_SPF_VOID: *is_void = true; /* fallthrough */
	case AS_SPF_NONE: node->fault = AS_SPF_FAULT_NO_RECORD; break;
	case AS_SPF_TOO_MANY:
	case AS_SPF_MULTIPLE: node->fault = AS_SPF_FAULT_MULTIPLE; break;
	case AS_SPF_UNKNOWN: node->unknown = true; break;
	}
	return AS_OK;
}

/* The record that an include or redirect leads to, as last child of parent. */
static enum as_err
child_walk(struct walk *w, struct as_spf_node *parent,
    struct as_spf_node ***tail, const struct as_spf_term *term,
    const struct path *path)
{
	struct as_spf_node *node = AS_NEW(w->a, struct as_spf_node);
	bool is_void = false;

	if (node == NULL)
		return AS_ENOMEM;
	**tail = node;
	*tail = &node->next;
	node->term = term->text;
	node->unknown = term->has_macro;
	node->name = term->has_macro ? term->spec
				     : as_spf_target(w->a, term, parent->name);
	if (as_str_is_null(node->name))
		return AS_ENOMEM;
	if (!term->has_macro)
		AS_TRY(record_find(w, node, term->kind, path, &is_void));
	if (node->spf != NULL) {
		struct path down = {path, node->name, path->depth + 1};
		AS_TRY(node_walk(w, node, &down));
	}
	if (node->unknown || node->fault == AS_SPF_FAULT_DEEP)
		w->cost->incomplete = true;
	else if (node->fault != AS_SPF_FAULT_NONE)
		w->cost->broken = true;
	parent->lookups += node->lookups;
	parent->voids += node->voids + is_void;
	return AS_OK;
}

/* The answer of an a, mx or exists term. */
static enum as_err
answer_see(
    struct walk *w, struct as_spf_node *node, const struct as_spf_term *term)
{
	struct as_str name, unused = AS_STR_NULL;

	if (term->has_macro || term->kind == AS_SPF_PTR)
		return AS_OK;
	name = as_spf_target(w->a, term, node->name);
	if (as_str_is_null(name))
		return AS_ENOMEM;
	if (!as_spf_is_name(name))
		return AS_OK;
	if (w->asked >= AS_MAX_QUERIES_PER_DOMAIN) {
		w->cost->incomplete = true;
		return AS_OK;
	}
	w->asked++;
	switch (w->ask(w->ctx, term->kind, name, &unused)) {
	case AS_SPF_FOUND:
	case AS_SPF_NONE:
	case AS_SPF_MULTIPLE: break;
	case AS_SPF_VOID: node->voids++; break;
	case AS_SPF_UNKNOWN: w->cost->incomplete = true; break;
	case AS_SPF_TOO_MANY:
		w->cost->broken = true;
		if (node->mx_over == NULL)
			node->mx_over = term;
		break;
	}
	return AS_OK;
}

static enum as_err
node_walk(struct walk *w, struct as_spf_node *node, const struct path *path)
{
	const struct as_spf *spf = node->spf;
	struct as_spf_node **tail = &node->child;

	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];
		if (t == spf->all)
			break;
		if (!as_spf_is_lookup(t) || t->kind == AS_SPF_REDIRECT)
			continue;
		node->lookups += as_spf_term_lookups(t);
		if (t->kind == AS_SPF_INCLUDE)
			AS_TRY(child_walk(w, node, &tail, t, path));
		else
			AS_TRY(answer_see(w, node, t));
	}
	if (spf->redirect == NULL)
		return AS_OK;
	node->lookups += as_spf_term_lookups(spf->redirect);
	return child_walk(w, node, &tail, spf->redirect, path);
}

/* The `all` that decides when nothing matches: that of the record, or of the
 * record at the end of its redirects. */
static void
all_find(struct as_spf_cost *cost)
{
	const struct as_spf_node *node = cost->root;

	while (node->spf != NULL && node->spf->all == NULL &&
	    node->spf->redirect != NULL) {
		node = node->child;
		while (node->next != NULL)
			node = node->next;
	}
	if (node->spf == NULL)
		cost->all_unknown =
		    node->unknown || node->fault == AS_SPF_FAULT_DEEP;
	else if (node->spf->all != NULL)
		cost->all = node->spf->all->qualifier;
}

enum as_err
as_spf_cost_eval(struct as_arena *a, struct as_str domain, struct as_spf *spf,
    as_spf_ask *ask, void *ctx, struct as_spf_cost *out)
{
	struct as_spf_cost cost = {.root = AS_NEW(a, struct as_spf_node)};
	struct walk w = {.a = a, .ask = ask, .ctx = ctx, .cost = &cost};
	struct path path = {NULL, domain, 0};

	if (cost.root == NULL)
		return AS_ENOMEM;
	cost.root->name = domain;
	cost.root->spf = spf;
	AS_TRY(node_walk(&w, cost.root, &path));
	cost.lookups = cost.root->lookups;
	cost.voids = cost.root->voids;
	all_find(&cost);
	*out = cost;
	return AS_OK;
}
