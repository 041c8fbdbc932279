#include "assess/advice.h"
#include "assess/role.h"
#include "assess/rules.h"

#include "base/banned.h"

/* --- what the rules share --- */

/* Exactly one record, parsed?  Else the rule has nothing to judge. */
static bool
need_spf(const struct as_case *c, struct as_say *o)
{
	switch (c->spf_set.found) {
	case AS_FOUND_UNKNOWN:
		as_say_unknown_answer(o, c->spf_set.answer);
		return false;
	case AS_FOUND_NONE:
		as_say_na(o, "there is no SPF record");
		return false;
	case AS_FOUND_MANY:
		as_say_na(o, "there are several SPF records");
		return false;
	default: break;
	}
	if (c->spf == NULL)
		as_say_na(o, "the SPF record cannot be read");
	return c->spf != NULL;
}

static void
propose(struct as_say *o, struct as_finding *f, struct as_str proposed)
{
	struct as_str current = AS_STR("");

	if (o->c->spf_set.n == 1)
		current = o->c->spf_set.texts[0];
	as_say_record(o, f, o->c->name, "TXT", current, proposed);
}

static void
show_record(struct as_say *o, struct as_finding *f)
{
	as_say_evidence(o, f, AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, o->c->spf_set.texts[0])));
}

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

/* Add to a list for the evidence, at most eight entries. */
struct list {
	struct as_str text;
	unsigned n;
};

#define LIST_SHOWN 8

static void
list_add(struct as_say *o, struct list *l, struct as_str item)
{
	if (l->n++ >= LIST_SHOWN)
		return;
	l->text = as_say_text(o, AS_STR_FMT "%s" AS_STR_FMT,
	    AS_STR_ARG(l->text), l->n > 1 ? "; " : "", AS_STR_ARG(item));
}

/* --- presence --- */

void
as_check_spf_missing(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (c->spf_set.found == AS_FOUND_UNKNOWN) {
		as_say_unknown_answer(o, c->spf_set.answer);
		return;
	}
	if (c->spf_set.found != AS_FOUND_NONE) {
		as_say_pass(o, "An SPF record is published.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL, AS_STR_FMT " publishes no SPF record.",
	    AS_STR_ARG(c->shown));
	as_say_evidence(o, f, "TXT " AS_STR_FMT ": %s", AS_STR_ARG(c->shown),
	    as_answer_is_none(c->spf_set.answer) ? "no records"
						 : "no text with v=spf1");
	if (c->sends == AS_NO)
		as_say_advice(o, f,
		    "Publish a record that refuses everyone, "
		    "as the domain sends no mail.");
	else
		as_say_advice(o, f,
		    "Publish a first record that names your "
		    "mail servers. Add an include for each service that "
		    "sends for you before you change ~all to -all.");
	propose(o, f, as_advice_spf_new(o));
}

void
as_check_spf_multiple(const struct as_case *c, struct as_say *o)
{
	struct list l = {AS_STR(""), 0};
	struct as_finding *f;

	if (c->spf_set.found == AS_FOUND_UNKNOWN) {
		as_say_unknown_answer(o, c->spf_set.answer);
		return;
	}
	if (c->spf_set.found == AS_FOUND_NONE) {
		as_say_na(o, "there is no SPF record");
		return;
	}
	if (c->spf_set.found == AS_FOUND_ONE) {
		as_say_pass(o, "There is one SPF record.");
		return;
	}
	for (size_t i = 0; i < c->spf_set.n; i++)
		list_add(o, &l, as_say_esc(o, c->spf_set.texts[i]));
	f = as_say(o, AS_VERDICT_FAIL,
	    "There are %zu SPF records; receivers discard them all.",
	    c->spf_set.n);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(l.text));
	as_say_advice(o, f,
	    "Remove all SPF records but one. The proposed "
	    "record joins what they permit; drop senders you no longer use.");
	propose(o, f, as_advice_spf_merged(o, &c->spf_set));
	if (f->record.name.n > 0)
		f->record.current = l.text;
}

void
as_check_spf_syntax(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (c->spf_set.found != AS_FOUND_ONE || c->spf != NULL) {
		if (need_spf(c, o))
			as_say_pass(o, "The SPF record can be read.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "The SPF record has a fault and is discarded: %s", c->spf_why.text);
	if (c->spf_why.at != AS_WHY_NOWHERE)
		as_say_evidence(o, f, AS_STR_FMT " (at octet %zu)",
		    AS_STR_ARG(as_say_esc(o, c->spf_set.texts[0])),
		    c->spf_why.at + 1);
	else
		show_record(o, f);
}

void
as_check_spf_deny_all(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_silent(c, o))
		return;
	if (c->spf_set.found == AS_FOUND_NONE) {
		as_say_na(o, "there is no SPF record; see spf.missing");
		return;
	}
	switch (as_role_spf_denies(c)) {
	case AS_YES: as_say_pass(o, "SPF refuses every server."); return;
	case AS_UNSURE:
		if (c->spf_set.found == AS_FOUND_UNKNOWN)
			as_say_unknown_answer(o, c->spf_set.answer);
		else
			as_say_unknown(
			    o, AS_STR("SPF could not be followed to its end"));
		return;
	default: break;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "The domain sends no mail, yet its SPF "
	    "does not refuse everyone.");
	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, c->spf_set.texts[0])));
	propose(o, f, AS_STR("v=spf1 -all"));
}

/* --- the tree --- */

void
as_check_spf_lookup_limit(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_spf(c, o))
		return;
	if (c->cost.lookups > 10) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF needs %u DNS lookups; the limit is ten.",
		    c->cost.lookups);
		show_record(o, f);
	} else if (c->cost.incomplete) {
		as_say_unknown(o,
		    as_say_text(o,
			"at least %u lookups; a part of the record's tree "
			"could not be read",
			c->cost.lookups));
	} else if (c->cost.lookups >= 9) {
		f = as_say(o, AS_VERDICT_INFO,
		    "SPF needs %u of ten DNS lookups: there is hardly room "
		    "for another service.",
		    c->cost.lookups);
		show_record(o, f);
	} else {
		as_say_pass(
		    o, "SPF needs %u of ten DNS lookups.", c->cost.lookups);
	}
}

void
as_check_spf_void_lookups(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_spf(c, o))
		return;
	if (c->cost.voids > 2) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF asks for %u names that have no answer; the limit is "
		    "two.",
		    c->cost.voids);
		show_record(o, f);
	} else if (c->cost.incomplete) {
		as_say_unknown(o,
		    AS_STR("a part of the record's tree could "
			   "not be read"));
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
	case AS_SPF_FAULT_LOOP: return "leads back to itself";
	default: return "is nested too deep";
	}
}

static void
see_broken(struct as_say *o, const struct as_spf_node *n, void *ctx)
{
	struct list *l = ctx;

	if (n->fault == AS_SPF_FAULT_NONE || n->term.n == 0)
		return;
	list_add(o, l,
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
	struct list l = {AS_STR(""), 0};
	struct as_str fixed;
	struct as_finding *f;

	if (!need_spf(c, o))
		return;
	each_node(o, c->cost.root, see_broken, &l);
	if (l.n > 0) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "%u part%s of the SPF record lead%s nowhere, which breaks "
		    "all of it.",
		    l.n, l.n == 1 ? "" : "s", l.n == 1 ? "s" : "");
		as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(l.text));
		fixed = as_advice_spf(o, c->spf, keep_working, c->cost.root, 0);
		if (!as_str_eq(fixed, c->spf_set.texts[0]) &&
		    c->spf->redirect == NULL)
			propose(o, f, fixed);
	} else if (c->cost.incomplete) {
		as_say_unknown(o,
		    AS_STR("a part of the record's tree could "
			   "not be read"));
	} else {
		as_say_pass(o, "Every include and redirect leads to a record.");
	}
}

/* --- the end of the record --- */

/* Is the qualifier at the end known?  Else said unknown. */
static bool
need_end(const struct as_case *c, struct as_say *o)
{
	if (!need_spf(c, o))
		return false;
	if (c->cost.all_unknown)
		as_say_unknown(
		    o, AS_STR("the redirect target could not be read"));
	return !c->cost.all_unknown;
}

void
as_check_spf_plus_all(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_end(c, o))
		return;
	if (c->cost.all != '+') {
		as_say_pass(o, "SPF does not let the whole world send.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "SPF ends in +all: anyone may send as " AS_STR_FMT ".",
	    AS_STR_ARG(c->shown));
	show_record(o, f);
	if (c->spf->all != NULL)
		propose(o, f,
		    as_advice_spf(
			o, c->spf, NULL, NULL, c->sends == AS_NO ? '-' : '~'));
}

void
as_check_spf_no_all(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_end(c, o))
		return;
	if (c->cost.all != '?' && c->cost.all != 0) {
		as_say_pass(o, "SPF ends in %call.", c->cost.all);
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    c->cost.all == '?'
		? "SPF ends in ?all: no opinion on servers it does not name."
		: "SPF ends without all: no opinion on servers it does not "
		  "name.");
	show_record(o, f);
	if (c->spf->redirect == NULL)
		propose(o, f,
		    as_advice_spf(
			o, c->spf, NULL, NULL, c->sends == AS_NO ? '-' : '~'));
}

void
as_check_spf_softfail(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_end(c, o))
		return;
	if (c->cost.all == '-') {
		as_say_pass(o, "SPF ends in -all.");
		return;
	}
	if (c->cost.all != '~') {
		as_say_na(o, "the record does not end in ~all or -all");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "SPF ends in ~all: unknown servers are suspected, not refused.");
	show_record(o, f);
	as_say_advice(o, f, "%s", o->rule->advice);
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
	struct list *l = ctx;

	for (size_t i = 0; n->spf != NULL && i < n->spf->n_terms; i++)
		if (is_ptr(&n->spf->terms[i]))
			list_add(o, l,
			    as_say_text(o, AS_STR_FMT " at " AS_STR_FMT,
				AS_STR_ARG(
				    as_say_esc(o, n->spf->terms[i].text)),
				AS_STR_ARG(as_say_esc(o, n->name))));
}

void
as_check_spf_ptr(const struct as_case *c, struct as_say *o)
{
	struct list l = {AS_STR(""), 0};
	struct as_finding *f;
	bool own = false;

	if (!need_spf(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++)
		own = own || is_ptr(&c->spf->terms[i]);
	each_node(o, c->cost.root, see_ptr, &l);
	if (l.n == 0 && c->cost.incomplete) {
		as_say_unknown(o,
		    AS_STR("a part of the record's tree could "
			   "not be read"));
		return;
	}
	if (l.n == 0) {
		as_say_pass(o, "SPF does not use ptr.");
		return;
	}
	f = as_say(o, own ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    own ? "The SPF record uses ptr."
		: "A record that SPF includes uses ptr.");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(l.text));
	if (own)
		propose(o, f, as_advice_spf(o, c->spf, keep_no_ptr, NULL, 0));
}

/* What a range is too wide for: 0 fine, 1 to be looked at, 2 as good as +all. */
static int
range_width(const struct as_spf_term *t)
{
	if (t->qualifier == '-')
		return 0;
	if (t->kind == AS_SPF_IP4)
		return t->ip.bits < 8 ? 2 : t->ip.bits < 16 ? 1 : 0;
	if (t->kind == AS_SPF_IP6)
		return t->ip.bits < 16 ? 2 : t->ip.bits < 32 ? 1 : 0;
	if (t->kind == AS_SPF_A || t->kind == AS_SPF_MX)
		return t->cidr4 < 8 ? 2 : t->cidr4 < 16 ? 1 : 0;
	return 0;
}

struct wide {
	struct list l;
	int worst;
};

static void
see_wide(struct as_say *o, const struct as_spf_node *n, void *ctx)
{
	struct wide *w = ctx;

	for (size_t i = 0; n->spf != NULL && i < n->spf->n_terms; i++) {
		const struct as_spf_term *t = &n->spf->terms[i];
		int width = range_width(t);

		if (width == 0)
			continue;
		if (width > w->worst)
			w->worst = width;
		list_add(o, &w->l,
		    as_say_text(o, AS_STR_FMT " at " AS_STR_FMT,
			AS_STR_ARG(as_say_esc(o, t->text)),
			AS_STR_ARG(as_say_esc(o, n->name))));
	}
}

void
as_check_spf_wide_range(const struct as_case *c, struct as_say *o)
{
	struct wide w = {{AS_STR(""), 0}, 0};
	struct as_finding *f;

	if (!need_spf(c, o))
		return;
	each_node(o, c->cost.root, see_wide, &w);
	if (w.worst == 2)
		f = as_say(o, AS_VERDICT_FAIL,
		    "SPF permits a large part of the whole internet.");
	else if (w.worst == 1)
		f = as_say(o, AS_VERDICT_WARN,
		    "SPF permits more than 65,536 addresses in one term.");
	else if (c->cost.incomplete) {
		as_say_unknown(o,
		    AS_STR("a part of the record's tree could "
			   "not be read"));
		return;
	} else {
		as_say_pass(o, "SPF permits no wide range.");
		return;
	}
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(w.l.text));
}

static bool
keep_no_redirect(
    const struct as_say *o, const struct as_spf_term *t, const void *ctx)
{
	(void)o;
	(void)ctx;
	return t->kind != AS_SPF_REDIRECT;
}

void
as_check_spf_redirect_with_all(const struct as_case *c, struct as_say *o)
{
	bool redirect = false;
	struct as_finding *f;

	if (!need_spf(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++)
		redirect = redirect || c->spf->terms[i].kind == AS_SPF_REDIRECT;
	if (!redirect || c->spf->all == NULL) {
		as_say_pass(o, "SPF holds at most one of redirect and all.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "SPF holds redirect and all; the redirect is ignored.");
	show_record(o, f);
	propose(o, f, as_advice_spf(o, c->spf, keep_no_redirect, NULL, 0));
}

void
as_check_spf_terms_after_all(const struct as_case *c, struct as_say *o)
{
	const struct as_spf_term *late = NULL;
	struct as_finding *f;

	if (!need_spf(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++) {
		const struct as_spf_term *t = &c->spf->terms[i];

		if (c->spf->all != NULL && t > c->spf->all &&
		    t->kind != AS_SPF_REDIRECT && t->kind != AS_SPF_EXP &&
		    t->kind != AS_SPF_UNKNOWN_MODIFIER && late == NULL)
			late = t;
	}
	if (late == NULL) {
		as_say_pass(o, "No mechanism stands behind all.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "SPF lists " AS_STR_FMT " behind all, where it never counts.",
	    AS_STR_ARG(as_say_esc(o, late->text)));
	show_record(o, f);
	propose(
	    o, f, as_advice_spf(o, c->spf, NULL, NULL, c->spf->all->qualifier));
}

#define SPF_SIZE_MAX 450 /* name and text, RFC 7208 3.4 */

void
as_check_spf_record_size(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	size_t size;

	if (!need_spf(c, o))
		return;
	size = c->name.n + c->spf_set.texts[0].n;
	if (size <= SPF_SIZE_MAX) {
		as_say_pass(o, "Name and SPF record take %zu octets.", size);
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "Name and SPF record take %zu octets; over %d the answer may not "
	    "fit one packet.",
	    size, SPF_SIZE_MAX);
	show_record(o, f);
	as_say_advice(o, f, "%s", o->rule->advice);
}
