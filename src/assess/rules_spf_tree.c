/*
 * Rules on the whole tree of an SPF record: what it includes and redirects to.
 */
#include "assess/advice.h"
#include "assess/cause.h"
#include "assess/rules_spf.h"
#include "assess/spf_tree.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* The nodes of the tree in the order of the record, as one list. */
typedef void see_node(struct as_say *o, const struct as_spf_node *n, void *ctx);

static void
each_node(
    struct as_say *o, const struct as_spf_node *n, see_node *see, void *ctx)
{
	for (; n != NULL; n = n->next) {
		see(o, n, ctx);
		each_node(o, n->child, see, ctx);
	}
}

bool
as_spf_say_hidden(struct as_say *o)
{
	struct as_cause hidden = as_cause_spf(o);

	if (hidden.text.n > 0)
		as_say_cause(o, hidden);
	return hidden.text.n > 0;
}

/* Terms of the tree for a title: the first few, and where they stand unless that
 * is the domain's own record. */
#define TITLE_ITEMS 2

static void
name_add(struct as_say *o, struct as_list *l, const struct as_spf_term *t,
    const struct as_spf_node *n)
{
	bool own = n == o->c->cost.root;

	if (l->n++ >= TITLE_ITEMS)
		return;
	l->text = as_say_text(o, AS_STR_FMT "%s" AS_STR_FMT "%s" AS_STR_FMT,
	    AS_STR_ARG(l->text), l->n > 1 ? ", " : "",
	    AS_STR_ARG(as_say_esc(o, t->text)), own ? "" : " at ",
	    AS_STR_ARG(own ? AS_STR("") : as_say_esc(o, n->name)));
}

static struct as_str
names_text(struct as_say *o, const struct as_list *l)
{
	if (l->n <= TITLE_ITEMS)
		return l->text;
	return as_say_text(o, AS_STR_FMT " and %zu more", AS_STR_ARG(l->text),
	    l->n - TITLE_ITEMS);
}

/* --- the tree --- */

/* Terms whose mail servers are more than receivers look up (4.6.4). */
static void
see_mx_over(struct as_say *o, const struct as_spf_node *n, void *ctx)
{
	struct as_list *l = ctx;

	if (n->mx_over != NULL)
		as_list_add(o, l,
		    as_say_text(o, AS_STR_FMT " at " AS_STR_FMT,
			AS_STR_ARG(as_say_esc(o, n->mx_over->text)),
			AS_STR_ARG(as_say_esc(o, n->name))));
}

/* What a term of the domain's own record costs with all beneath it; *child is
 * the record of the next include. */
static uint32_t
branch_cost(const struct as_spf *spf, const struct as_spf_term *t,
    const struct as_spf_node **child)
{
	uint32_t cost = as_spf_term_lookups(t);

	if (cost == 0 || (t->kind == AS_SPF_REDIRECT && t != spf->redirect))
		return 0;
	if (t->kind == AS_SPF_INCLUDE && *child != NULL) {
		cost += (*child)->lookups;
		*child = (*child)->next;
	}
	return cost;
}

/* "mx 1, include:_spf.example 4": the dearest first, as far as they are
 * reached.  A redirect's record is the last child. */
static struct as_str
branches_text(struct as_say *o, const struct as_case *c)
{
	const struct as_spf *spf = c->spf;
	const struct as_spf_node *child = c->cost.root->child;
	struct as_list l = {.between = ", "};
	uint32_t most = 0;
	uint32_t *cost = as_arena_array(c->a, spf->n_terms + 1, sizeof(*cost));

	if (cost == NULL)
		return AS_STR("");
	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];

		if (spf->all != NULL && t >= spf->all)
			break;
		cost[i] = branch_cost(spf, t, &child);
	}
	for (size_t i = 0; i < spf->n_terms; i++)
		if (child != NULL && &spf->terms[i] == spf->redirect)
			cost[i] += child->lookups;
	for (size_t i = 0; i < spf->n_terms; i++)
		most = cost[i] > most ? cost[i] : most;
	for (; most > 0; most--)
		for (size_t i = 0; i < spf->n_terms; i++)
			if (cost[i] == most)
				as_list_add(o, &l,
				    as_say_text(o, AS_STR_FMT " %u",
					AS_STR_ARG(
					    as_say_esc(o, spf->terms[i].text)),
					most));
	return as_list_text(o, &l);
}

void
as_check_spf_lookup_limit(const struct as_case *c, struct as_say *o)
{
	struct as_list over = {.between = "; "};
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	each_node(o, c->cost.root, see_mx_over, &over);
	if (over.n > 0) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF leads to a name with more than ten mail "
		    "servers: " AS_STR_FMT ".",
		    AS_STR_ARG(as_list_text(o, &over)));
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &over)));
		as_say_advice(o, f,
		    "Replace the mx term by the addresses that really send.");
	} else if (c->cost.lookups > 10) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF needs %u DNS lookups; the limit is ten.",
		    c->cost.lookups);
		as_say_evidence(o, f, "lookups of each term: " AS_STR_FMT,
		    AS_STR_ARG(branches_text(o, c)));
	} else if (as_spf_say_hidden(o)) {
		return;
	} else if (c->cost.lookups >= 9) {
		f = as_say(o, AS_VERDICT_INFO,
		    "SPF needs %u of ten DNS lookups: there is hardly room "
		    "for another service.",
		    c->cost.lookups);
		as_say_evidence(o, f, "lookups of each term: " AS_STR_FMT,
		    AS_STR_ARG(branches_text(o, c)));
	} else {
		as_say_pass(
		    o, "SPF needs %u of ten DNS lookups.", c->cost.lookups);
	}
}

/* Does DNS have nothing at the name of a term (4.6.4)? */
static bool
is_void(const struct as_say *o, const struct as_spf_node *n,
    const struct as_spf_term *t)
{
	const struct as_answer *ans;
	struct as_str name;

	if (!as_spf_is_lookup(t) || t->has_macro || t->kind == AS_SPF_PTR)
		return false;
	name = as_spf_target(o->c->a, t, n->name);
	if (as_str_is_null(name) || !as_spf_is_name(name))
		return false;
	if (t->kind != AS_SPF_INCLUDE && t->kind != AS_SPF_REDIRECT)
		return as_case_spf_term(o->c, t->kind, name) == AS_SPF_VOID;
	ans = as_case_answer(o->c, name, AS_RR_TXT);
	return ans != NULL && as_answer_is_none(ans);
}

static void
see_void(struct as_say *o, const struct as_spf_node *n, void *ctx)
{
	for (size_t i = 0; n->spf != NULL && i < n->spf->n_terms; i++) {
		const struct as_spf_term *t = &n->spf->terms[i];

		if (t == n->spf->all)
			break;
		if (t->kind != AS_SPF_REDIRECT && is_void(o, n, t))
			name_add(o, ctx, t, n);
	}
	if (n->spf != NULL && n->spf->redirect != NULL &&
	    is_void(o, n, n->spf->redirect))
		name_add(o, ctx, n->spf->redirect, n);
}

/* Not a term of the root that finds nothing; an include that finds nothing is
 * the business of spf.include-broken. */
static bool
keep_answered(const struct as_say *o, const struct as_spf_term *t)
{
	return t->kind == AS_SPF_INCLUDE || t->kind == AS_SPF_REDIRECT ||
	    !is_void(o, o->c->cost.root, t);
}

/* Would it be within the limit without those of its own terms? */
static bool
is_own_void(const struct as_case *c, const struct as_say *o)
{
	uint32_t own = 0;

	for (size_t i = 0; i < c->spf->n_terms; i++) {
		if (&c->spf->terms[i] == c->spf->all)
			break;
		own += !keep_answered(o, &c->spf->terms[i]);
	}
	return c->cost.voids <= own + 2;
}

void
as_check_spf_void_lookups(const struct as_case *c, struct as_say *o)
{
	struct as_list l = {0};
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	if (c->cost.voids > 2) {
		each_node(o, c->cost.root, see_void, &l);
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF asks for %u names that have no answer; the limit is "
		    "two: " AS_STR_FMT ".",
		    c->cost.voids, AS_STR_ARG(names_text(o, &l)));
		as_spf_show(o, f);
		if (is_own_void(c, o))
			as_spf_propose(o, f,
			    &(struct as_spf_edit){.permit = keep_answered});
	} else if (as_spf_say_hidden(o)) {
		return;
	} else if (c->cost.voids + c->n_spf_unknown > 2) {
		as_say_unknown_answer(o, c->spf_unknown);
	} else {
		as_say_pass(o, "SPF asks for %u names without an answer.",
		    c->cost.voids);
	}
}

static const char *
fault_words(enum as_spf_fault fault)
{
	switch (fault) {
	case AS_SPF_FAULT_NO_RECORD: return "has no SPF record";
	case AS_SPF_FAULT_MULTIPLE: return "has several SPF records";
	case AS_SPF_FAULT_SYNTAX: return "has a record with a fault";
	default: return "leads back to itself";
	}
}

static void
see_broken(struct as_say *o, const struct as_spf_node *n, void *ctx)
{
	struct as_list *l = ctx;

	/* Too deep is where we stopped to look, not a fault of its own. */
	if (n->fault == AS_SPF_FAULT_NONE || n->fault == AS_SPF_FAULT_DEEP ||
	    n->term.n == 0)
		return;
	as_list_add(o, l,
	    as_say_text(o, AS_STR_FMT " %s%s" AS_STR_FMT,
		AS_STR_ARG(as_say_esc(o, n->term)), fault_words(n->fault),
		n->fault_text.n > 0 ? ": " : "",
		AS_STR_ARG(as_say_esc(o, n->fault_text))));
}

/* Not a term of the root whose own target is at fault. */
static bool
keep_working(const struct as_say *o, const struct as_spf_term *t)
{
	const struct as_spf_node *n = o->c->cost.root;

	for (n = n->child; n != NULL; n = n->next)
		if (n->fault != AS_SPF_FAULT_NONE &&
		    n->fault != AS_SPF_FAULT_DEEP &&
		    as_str_eq(n->term, t->text))
			return false;
	return true;
}

void
as_check_spf_include_broken(const struct as_case *c, struct as_say *o)
{
	struct as_list l = {.between = "; "};
	struct as_finding *f;
	size_t own = 0;

	if (!as_spf_need(c, o))
		return;
	each_node(o, c->cost.root, see_broken, &l);
	if (l.n > 0) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "%zu part%s of the SPF record lead%s nowhere, which breaks "
		    "all of it.",
		    l.n, l.n == 1 ? "" : "s", l.n == 1 ? "s" : "");
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &l)));
		for (const struct as_spf_node *n = c->cost.root->child;
		     n != NULL; n = n->next)
			own += n->fault != AS_SPF_FAULT_NONE &&
			    n->fault != AS_SPF_FAULT_DEEP;
		if (own == l.n && c->spf->redirect == NULL)
			as_spf_propose(o, f,
			    &(struct as_spf_edit){.permit = keep_working});
	} else if (!as_spf_say_hidden(o)) {
		as_say_pass(o, "Every include and redirect leads to a record.");
	}
}

/* --- terms --- */

static bool
is_ptr(const struct as_spf_term *t)
{
	if (t->kind == AS_SPF_PTR)
		return true;
	for (size_t i = 0; t->has_macro && i + 2 < t->spec.n; i++)
		if (t->spec.p[i] == '%' && t->spec.p[i + 1] == '{' &&
		    (t->spec.p[i + 2] | 0x20) == 'p')
			return true;
	return false;
}

static bool
keep_no_ptr(const struct as_say *o, const struct as_spf_term *t)
{
	(void)o;
	return !is_ptr(t);
}

struct ptrs {
	struct as_list l;
	struct as_list names; /* for the title */
};

static void
see_ptr(struct as_say *o, const struct as_spf_node *n, void *ctx)
{
	struct ptrs *p = ctx;

	for (size_t i = 0; n->spf != NULL && i < n->spf->n_terms; i++) {
		const struct as_spf_term *t = &n->spf->terms[i];

		if (!is_ptr(t))
			continue;
		name_add(o, &p->names, t, n);
		as_list_add(o, &p->l,
		    as_say_text(o, AS_STR_FMT " at " AS_STR_FMT,
			AS_STR_ARG(as_say_esc(o, t->text)),
			AS_STR_ARG(as_say_esc(o, n->name))));
	}
}

void
as_check_spf_ptr(const struct as_case *c, struct as_say *o)
{
	struct ptrs p = {.l = {.between = "; "}};
	struct as_finding *f;
	bool own = false;

	if (!as_spf_need(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++)
		own = own || is_ptr(&c->spf->terms[i]);
	each_node(o, c->cost.root, see_ptr, &p);
	if (p.l.n == 0) {
		if (!as_spf_say_hidden(o))
			as_say_pass(o, "SPF does not use ptr.");
		return;
	}
	f = as_say(o, own ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    "%s uses ptr: " AS_STR_FMT ".",
	    own ? "The SPF record" : "A record that SPF includes",
	    AS_STR_ARG(names_text(o, &p.names)));
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &p.l)));
	if (own)
		as_spf_propose(
		    o, f, &(struct as_spf_edit){.permit = keep_no_ptr});
}

struct wide {
	struct as_list l;
	struct as_list worst_ones; /* for the title */
	enum as_spf_width worst;
};

static void
see_wide(struct as_say *o, const struct as_spf_node *n, void *ctx)
{
	struct wide *w = ctx;

	for (size_t i = 0; n->spf != NULL && i < n->spf->n_terms; i++) {
		const struct as_spf_term *t = &n->spf->terms[i];
		enum as_spf_width width = as_spf_width_of(t);

		if (width == AS_SPF_WIDTH_FINE)
			continue;
		if (width > w->worst) {
			w->worst = width;
			w->worst_ones = (struct as_list){0};
		}
		if (width == w->worst)
			name_add(o, &w->worst_ones, t, n);
		as_list_add(o, &w->l,
		    as_say_text(o, AS_STR_FMT " at " AS_STR_FMT,
			AS_STR_ARG(as_say_esc(o, t->text)),
			AS_STR_ARG(as_say_esc(o, n->name))));
	}
}

void
as_check_spf_wide_range(const struct as_case *c, struct as_say *o)
{
	struct wide w = {.l = {.between = "; "}};
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	each_node(o, c->cost.root, see_wide, &w);
	if (w.worst == AS_SPF_WIDTH_OPEN)
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF permits a large part of the whole "
		    "internet: " AS_STR_FMT ".",
		    AS_STR_ARG(names_text(o, &w.worst_ones)));
	else if (w.worst == AS_SPF_WIDTH_WIDE)
		f = as_say(o, AS_VERDICT_WARN,
		    "SPF permits a range wider than /16 (IPv4) or /32 "
		    "(IPv6): " AS_STR_FMT ".",
		    AS_STR_ARG(names_text(o, &w.worst_ones)));
	else {
		if (!as_spf_say_hidden(o))
			as_say_pass(o, "SPF permits no wide range.");
		return;
	}
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &w.l)));
}
