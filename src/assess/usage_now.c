#include "assess/usage_now.h"

#include "assess/senders.h"
#include "assess/spf_tree.h"

#include "base/banned.h"

#define MAX_PERMITS ((size_t)64)

struct permits {
	struct as_arena *a;
	struct as_str senders;
	struct as_usage_permit *list;
	size_t n;
};

static enum as_err
node_take(struct permits *p, const struct as_spf_node *node)
{
	struct as_usage_permit *to = &p->list[p->n];
	struct as_sender sender;

	if (p->n == MAX_PERMITS || node->term.n == 0 ||
	    !as_sender_find(p->senders, "spf", node->name, &sender))
		return AS_OK;
	for (size_t i = 0; i < p->n; i++)
		if (as_str_eq(p->list[i].service, sender.service))
			return AS_OK;
	*to = (struct as_usage_permit){
	    sender.service, as_case_shown(p->a, node->term)};
	p->n++;
	return as_str_is_null(to->term) ? AS_ENOMEM : AS_OK;
}

/* No deeper than the tree was walked: AS_MAX_SPF_DEPTH. */
static enum as_err
tree_take(struct permits *p, const struct as_spf_node *node)
{
	for (; node != NULL; node = node->next) {
		AS_TRY(node_take(p, node));
		AS_TRY(tree_take(p, node->child));
	}
	return AS_OK;
}

/* Only what the domain wrote itself: those behind an include serve others, too. */
static enum as_err
ranges_find(struct as_arena *a, const struct as_case *c,
    struct as_usage_options *options)
{
	size_t n = 0;
	struct as_usage_range *list =
	    as_arena_array(a, c->spf->n_terms, sizeof(*list));

	if (list == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < c->spf->n_terms; i++) {
		const struct as_spf_term *t = &c->spf->terms[i];

		if ((t->kind != AS_SPF_IP4 && t->kind != AS_SPF_IP6) ||
		    t->qualifier != '+' ||
		    as_spf_width_of(t) != AS_SPF_WIDTH_FINE)
			continue;
		list[n] =
		    (struct as_usage_range){t->ip, as_case_shown(a, t->text)};
		if (as_str_is_null(list[n++].term))
			return AS_ENOMEM;
	}
	options->ranges = list;
	options->n_ranges = n;
	return AS_OK;
}

enum as_err
as_usage_permits_find(struct as_arena *a, const struct as_case *c,
    struct as_str senders, struct as_usage_options *options)
{
	struct permits p = {
	    a, senders, as_arena_array(a, MAX_PERMITS, sizeof(*p.list)), 0};

	if (p.list == NULL)
		return AS_ENOMEM;
	if (c->spf != NULL) {
		AS_TRY(tree_take(&p, c->cost.root));
		AS_TRY(ranges_find(a, c, options));
	}
	options->permits = p.list;
	options->n_permits = p.n;
	options->permits_known = c->spf_set.found == AS_FOUND_NONE ||
	    (c->spf != NULL && !c->cost.incomplete);
	return AS_OK;
}

/* --- DMARC --- */

static struct as_str
tag(enum as_dmarc_policy p)
{
	return p == AS_DMARC_ABSENT ? AS_STR("")
				    : as_str_from(as_dmarc_policy_text(p));
}

struct as_policy_now
as_policy_now_find(const struct as_case *c)
{
	struct as_policy_now now = {
	    .p = AS_STR(""), .sp = AS_STR(""), .np = AS_STR("")};
	const struct as_dmarc_step *own = c->n_steps > 0 ? &c->steps[0] : NULL;

	/* The walk begins at the domain itself. */
	if (own == NULL || own->known == AS_DMARC_KNOWN_UNKNOWN)
		return now;
	now.known = true;
	if (own->known != AS_DMARC_KNOWN_RECORD || own->record == NULL)
		return now;
	now.p = tag(as_dmarc_own_policy(own->record));
	now.there = now.p.n > 0;
	now.sp = tag(own->record->sp);
	now.np = tag(own->record->np);
	now.has_pct = own->record->has_pct;
	now.testing = own->record->testing;
	return now;
}
