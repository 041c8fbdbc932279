/*
 * SPF: records beneath the domain's own that let everyone in.
 */
#include "assess/rules_spf.h"

#include "base/banned.h"

/* Does an include match where its record passes?  A redirect hands its record's
 * word on as it is. */
static bool
is_passing(struct as_str term)
{
	return term.n > 0 && term.p[0] != '-' && term.p[0] != '~' &&
	    term.p[0] != '?';
}

static const struct as_spf_node *open_find(const struct as_spf_node *n);

/* The node itself, or one beneath; or NULL. */
static const struct as_spf_node *
open_from(const struct as_spf_node *k)
{
	if (!is_passing(k->term))
		return NULL;
	if (k->spf != NULL && k->spf->all != NULL &&
	    k->spf->all->qualifier == '+')
		return k;
	return open_find(k);
}

bool
as_spf_is_open(const struct as_spf_node *n)
{
	return open_from(n) != NULL;
}

/* A record beneath that ends in +all, by terms that pass on the way to it: then
 * every server passes, whatever stands behind; or NULL. */
static const struct as_spf_node *
open_find(const struct as_spf_node *n)
{
	for (const struct as_spf_node *k = n->child; k != NULL; k = k->next) {
		const struct as_spf_node *open = open_from(k);

		if (open != NULL)
			return open;
	}
	return NULL;
}

void
as_spf_say_open(struct as_say *o, const struct as_spf_node *root)
{
	const struct as_spf_node *n = open_find(root);
	struct as_finding *f;

	if (n == NULL) {
		if (!as_spf_say_hidden(o))
			as_say_pass(
			    o, "SPF does not let the whole world send.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "SPF leads to a record that lets anyone send as " AS_STR_FMT
	    ": " AS_STR_FMT ".",
	    AS_STR_ARG(o->c->shown), AS_STR_ARG(as_say_esc(o, n->term)));
	as_say_evidence(o, f, AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, n->name)),
	    AS_STR_ARG(as_say_esc(o, n->spf->text)));
	as_say_advice(o, f,
	    "Have the owner of " AS_STR_FMT " end its record in -all or ~all; "
	    "until then take the term that leads there out of yours.",
	    AS_STR_ARG(as_say_esc(o, n->name)));
}
