#include "assess/spf_tree.h"

#include "assess/rules_spf.h"
#include "base/ip.h"
#include "std/dns_wire.h"

#include "base/banned.h"

AS_DEFINE_ENUM(spf_tree_state, AS_SPF_TREE_MAP)

/* Answers looked at for one tree, whatever it asks for. */
#define ANSWERS_MOST (2 * AS_MAX_QUERIES_PER_DOMAIN)

struct maker {
	struct as_arena *a;
	const struct as_spf_tree_ask *ask;
	struct as_case *c;
	struct as_spf_tree *out;
};

enum as_spf_width
as_spf_width_of(const struct as_spf_term *t)
{
	uint8_t open = 8, wide = 16, bits;

	switch (t->kind) {
	case AS_SPF_IP4: bits = t->ip.bits; break;
	case AS_SPF_A:
	case AS_SPF_MX: bits = t->cidr4; break;
	case AS_SPF_IP6:
		bits = t->ip.bits;
		open = 16;
		wide = 32;
		break;
	default: return AS_SPF_WIDTH_FINE;
	}
	if (t->qualifier == '-' || bits >= wide)
		return AS_SPF_WIDTH_FINE;
	return bits < open ? AS_SPF_WIDTH_OPEN : AS_SPF_WIDTH_WIDE;
}

/* --- what must be known --- */

static void
need_add(struct maker *m, struct as_str name, uint16_t type)
{
	struct as_spf_tree *out = m->out;

	if (as_case_answer(m->c, name, type) != NULL ||
	    out->n_needs == AS_SPF_TREE_NEEDS ||
	    m->ask->n_answers + out->n_needs >= ANSWERS_MOST ||
	    as_need_is_listed(out->needs, out->n_needs, name, type))
		return;
	out->needs[out->n_needs++] = (struct as_need){name, type};
}

static enum as_err
need_term(
    struct maker *m, const struct as_spf_node *n, const struct as_spf_term *t)
{
	struct as_str name;

	if (t->has_macro || t->kind == AS_SPF_PTR)
		return AS_OK;
	name = as_spf_target(m->a, t, n->name);
	if (as_str_is_null(name))
		return AS_ENOMEM;
	if (!as_spf_is_name(name))
		return AS_OK;
	switch (t->kind) {
	case AS_SPF_INCLUDE:
	case AS_SPF_REDIRECT: need_add(m, name, AS_RR_TXT); break;
	case AS_SPF_MX: need_add(m, name, AS_RR_MX); break;
	case AS_SPF_A: need_add(m, name, AS_RR_AAAA); /* fallthrough */
	case AS_SPF_EXISTS: need_add(m, name, AS_RR_A); break;
	default: break;
	}
	return AS_OK;
}

/* Is a term never evaluated: behind all, or a redirect beside one? */
static bool
is_unreached(const struct as_spf *spf, const struct as_spf_term *t)
{
	if (t->kind == AS_SPF_REDIRECT)
		return t != spf->redirect;
	return spf->all != NULL && t > spf->all && t->kind != AS_SPF_EXP &&
	    t->kind != AS_SPF_UNKNOWN_MODIFIER;
}

static enum as_err
needs_find(struct maker *m, const struct as_spf_node *n)
{
	for (; n != NULL; n = n->next) {
		for (size_t i = 0; n->spf != NULL && i < n->spf->n_terms; i++)
			if (!is_unreached(n->spf, &n->spf->terms[i]))
				AS_TRY(need_term(m, n, &n->spf->terms[i]));
		AS_TRY(needs_find(m, n->child));
	}
	return AS_OK;
}

/* --- rows --- */

static void
row_set(struct as_spf_row *r, enum as_spf_tree_state state, const char *words)
{
	r->state = state;
	r->detail = as_str_from(words);
}

/* An include or redirect, by the record that it leads to. */
static void
record_see(struct as_spf_row *r, const struct as_spf_node *n)
{
	r->lookups += n->lookups;
	r->voids += n->voids;
	switch (n->fault) {
	case AS_SPF_FAULT_NO_RECORD:
		row_set(r, AS_SPF_TREE_DEAD, "there is no SPF record");
		return;
	case AS_SPF_FAULT_MULTIPLE:
		row_set(r, AS_SPF_TREE_DEAD, "there are several SPF records");
		return;
	case AS_SPF_FAULT_SYNTAX:
		row_set(r, AS_SPF_TREE_DEAD, "");
		r->detail = n->fault_text;
		return;
	case AS_SPF_FAULT_LOOP:
		row_set(r, AS_SPF_TREE_DEAD, "it leads back to itself");
		return;
	case AS_SPF_FAULT_DEEP:
		row_set(r, AS_SPF_TREE_UNKNOWN,
		    "not followed: the tree is too large");
		return;
	case AS_SPF_FAULT_NONE: break;
	}
	if (r->term->has_macro)
		row_set(r, AS_SPF_TREE_DEPENDS, "it differs with each mail");
	else if (n->unknown)
		row_set(r, AS_SPF_TREE_UNKNOWN, "DNS did not tell");
}

/* The name of an include that DNS does not know is void as well as dead. */
static void
void_see(const struct maker *m, struct as_spf_row *r, struct as_str name)
{
	const struct as_answer *ans = as_case_answer(m->c, name, AS_RR_TXT);

	if (ans == NULL || !as_answer_is_none(ans))
		return;
	r->voids++;
	if (ans->outcome == AS_DNS_NXDOMAIN)
		r->detail = AS_STR("the name does not exist");
}

static void
target_see(const struct maker *m, struct as_spf_row *r, struct as_str name)
{
	if (r->term->has_macro) {
		row_set(r, AS_SPF_TREE_DEPENDS, "it differs with each mail");
		return;
	}
	if (!as_spf_is_name(name)) {
		row_set(r, AS_SPF_TREE_VOID, "DNS cannot hold this name");
		return;
	}
	switch (as_case_spf_term(m->c, r->term->kind, name)) {
	case AS_SPF_VOID:
		row_set(r, AS_SPF_TREE_VOID,
		    r->term->kind == AS_SPF_MX
			? "no mail server is listed there"
			: "there is no address");
		r->voids++;
		break;
	case AS_SPF_UNKNOWN:
		row_set(r, AS_SPF_TREE_UNKNOWN, "DNS did not tell");
		break;
	case AS_SPF_TOO_MANY:
		row_set(r, AS_SPF_TREE_DEAD, "more than ten mail servers");
		break;
	default: break;
	}
}

static void
range_see(struct as_spf_row *r)
{
	const struct as_spf_term *t = r->term;

	r->width = as_spf_width_of(t);
	if (t->kind == AS_SPF_ALL && t->qualifier == '+')
		r->width = AS_SPF_WIDTH_OPEN;
	if (t->kind == AS_SPF_IP4 || t->kind == AS_SPF_IP6)
		r->special = as_prefix_special(&t->ip);
}

/* The whole of a row; `n` is the node of an include or redirect, else NULL. */
static enum as_err
row_fill(const struct maker *m, const struct as_spf_node *parent,
    const struct as_spf_node *n, struct as_spf_row *r)
{
	struct as_str name = as_spf_target(m->a, r->term, parent->name);

	if (as_str_is_null(name) && !r->term->has_macro)
		return AS_ENOMEM;
	if (is_unreached(parent->spf, r->term)) {
		row_set(r, AS_SPF_TREE_UNREACHED,
		    r->term->kind == AS_SPF_REDIRECT
			? "ignored beside all"
			: "never reached: it stands behind all");
		return AS_OK;
	}
	r->lookups = as_spf_term_lookups(r->term);
	range_see(r);
	if (n != NULL) {
		record_see(r, n);
		if (as_spf_is_open(n))
			r->width = AS_SPF_WIDTH_OPEN;
		if (!r->term->has_macro) {
			void_see(m, r, name);
			(void)as_sender_find(
			    m->ask->senders, "spf", name, &r->sender);
		}
	} else if (r->term->kind == AS_SPF_PTR) {
		row_set(r, AS_SPF_TREE_DEPENDS, "it differs with each client");
	} else if (as_spf_is_lookup(r->term)) {
		target_see(m, r, name);
	}
	return AS_OK;
}

static enum as_err
rows_add(struct maker *m, const struct as_spf_node *parent, unsigned depth)
{
	const struct as_spf_node *child = parent->child;
	struct as_spf_tree *out = m->out;

	for (size_t i = 0; i < parent->spf->n_terms; i++) {
		const struct as_spf_term *t = &parent->spf->terms[i];
		const struct as_spf_node *n = NULL;

		if (out->n_rows == AS_SPF_TREE_ROWS) {
			out->cut = true;
			return AS_OK;
		}
		/* The redirect's record comes last, wherever the term stands. */
		if (child != NULL && t->kind == AS_SPF_INCLUDE &&
		    !is_unreached(parent->spf, t)) {
			n = child;
			child = child->next;
		} else if (t == parent->spf->redirect) {
			for (n = parent->child; n->next != NULL;)
				n = n->next;
		}
		out->rows[out->n_rows] =
		    (struct as_spf_row){.depth = depth, .term = t};
		AS_TRY(row_fill(m, parent, n, &out->rows[out->n_rows++]));
		if (n != NULL && n->spf != NULL)
			AS_TRY(rows_add(m, n, depth + 1));
	}
	return AS_OK;
}

/* --- the tree --- */

static enum as_err
case_make(struct maker *m, struct as_facts *facts,
    const struct as_assess_options *options)
{
	struct as_case *c = AS_NEW(m->a, struct as_case);

	if (c == NULL)
		return AS_ENOMEM;
	c->a = m->a;
	c->facts = facts;
	c->d = facts->domain;
	c->options = options;
	c->name = m->ask->domain;
	c->shown = as_str_escape(m->a, c->name);
	m->c = c;
	m->out->c = c;
	return as_str_is_null(c->shown) ? AS_ENOMEM : as_case_spf(c);
}

enum as_err
as_spf_tree_make(struct as_arena *a, const struct as_spf_tree_ask *ask,
    struct as_spf_tree *out)
{
	struct as_facts *facts = AS_NEW(a, struct as_facts);
	struct as_domain_facts *d = AS_NEW(a, struct as_domain_facts);
	struct as_assess_options *options = AS_NEW(a, struct as_assess_options);
	struct maker m = {.a = a, .ask = ask, .out = out};

	*out = (struct as_spf_tree){
	    .needs = as_arena_array(a, AS_SPF_TREE_NEEDS, sizeof(*out->needs)),
	    .rows = as_arena_array(a, AS_SPF_TREE_ROWS, sizeof(*out->rows))};
	if (facts == NULL || d == NULL || options == NULL ||
	    out->needs == NULL || out->rows == NULL)
		return AS_ENOMEM;
	d->name = ask->domain;
	d->answers = (struct as_answer *)ask->answers;
	d->n_answers = ask->n_answers;
	facts->domain = d;
	AS_TRY(case_make(&m, facts, options));
	need_add(&m, ask->domain, AS_RR_TXT);
	if (m.c->spf == NULL)
		return AS_OK;
	AS_TRY(needs_find(&m, m.c->cost.root));
	if (ask->last)
		out->n_needs = 0;
	return out->n_needs > 0 ? AS_OK : rows_add(&m, m.c->cost.root, 0);
}
