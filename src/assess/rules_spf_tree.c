/*
 * Rules on the whole tree of an SPF record: what it includes and redirects to.
 */
#include "assess/advice.h"
#include "assess/cause.h"
#include "assess/rules_spf.h"
#include "assess/spf_tree.h"

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

/* Is a record of the tree hidden, so that its terms are not known?  Then that
 * is said. */
static bool
say_hidden(struct as_say *o)
{
	struct as_cause hidden = as_cause_spf(o);

	if (hidden.text.n > 0)
		as_say_cause(o, hidden);
	return hidden.text.n > 0;
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
		as_spf_show(o, f);
	} else if (say_hidden(o)) {
		return;
	} else if (c->cost.lookups >= 9) {
		f = as_say(o, AS_VERDICT_INFO,
		    "SPF needs %u of ten DNS lookups: there is hardly room "
		    "for another service.",
		    c->cost.lookups);
		as_spf_show(o, f);
	} else {
		as_say_pass(
		    o, "SPF needs %u of ten DNS lookups.", c->cost.lookups);
	}
}

void
as_check_spf_void_lookups(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	if (c->cost.voids > 2) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF asks for %u names that have no answer; the limit is "
		    "two.",
		    c->cost.voids);
		as_spf_show(o, f);
	} else if (say_hidden(o)) {
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
keep_working(
    const struct as_say *o, const struct as_spf_term *t, const void *ctx)
{
	const struct as_spf_node *n = ctx;

	(void)o;
	for (n = n->child; n != NULL; n = n->next)
		if (n->fault != AS_SPF_FAULT_NONE &&
		    as_str_eq(n->term, t->text))
			return false;
	return true;
}

void
as_check_spf_include_broken(const struct as_case *c, struct as_say *o)
{
	struct as_list l = {.between = "; "};
	struct as_str fixed;
	struct as_finding *f;

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
		fixed = as_advice_spf(o, c->spf, keep_working, c->cost.root, 0);
		if (!as_str_eq(fixed, c->spf_set.texts[0]) &&
		    c->spf->redirect == NULL)
			as_spf_propose(o, f, fixed);
	} else if (!say_hidden(o)) {
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
keep_no_ptr(
    const struct as_say *o, const struct as_spf_term *t, const void *ctx)
{
	(void)o;
	(void)ctx;
	return !is_ptr(t);
}

static void
see_ptr(struct as_say *o, const struct as_spf_node *n, void *ctx)
{
	struct as_list *l = ctx;

	for (size_t i = 0; n->spf != NULL && i < n->spf->n_terms; i++)
		if (is_ptr(&n->spf->terms[i]))
			as_list_add(o, l,
			    as_say_text(o, AS_STR_FMT " at " AS_STR_FMT,
				AS_STR_ARG(
				    as_say_esc(o, n->spf->terms[i].text)),
				AS_STR_ARG(as_say_esc(o, n->name))));
}

void
as_check_spf_ptr(const struct as_case *c, struct as_say *o)
{
	struct as_list l = {.between = "; "};
	struct as_finding *f;
	bool own = false;

	if (!as_spf_need(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++)
		own = own || is_ptr(&c->spf->terms[i]);
	each_node(o, c->cost.root, see_ptr, &l);
	if (l.n == 0) {
		if (!say_hidden(o))
			as_say_pass(o, "SPF does not use ptr.");
		return;
	}
	f = as_say(o, own ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    own ? "The SPF record uses ptr."
		: "A record that SPF includes uses ptr.");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &l)));
	if (own)
		as_spf_propose(
		    o, f, as_advice_spf(o, c->spf, keep_no_ptr, NULL, 0));
}

struct wide {
	struct as_list l;
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
		if (width > w->worst)
			w->worst = width;
		as_list_add(o, &w->l,
		    as_say_text(o, AS_STR_FMT " at " AS_STR_FMT,
			AS_STR_ARG(as_say_esc(o, t->text)),
			AS_STR_ARG(as_say_esc(o, n->name))));
	}
}

void
as_check_spf_wide_range(const struct as_case *c, struct as_say *o)
{
	struct wide w = {{.between = "; "}, AS_SPF_WIDTH_FINE};
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	each_node(o, c->cost.root, see_wide, &w);
	if (w.worst == AS_SPF_WIDTH_OPEN)
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF permits a large part of the whole internet.");
	else if (w.worst == AS_SPF_WIDTH_WIDE)
		f = as_say(o, AS_VERDICT_WARN,
		    "SPF permits a range wider than /16 (IPv4) or /32 (IPv6).");
	else {
		if (!say_hidden(o))
			as_say_pass(o, "SPF permits no wide range.");
		return;
	}
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &w.l)));
}
