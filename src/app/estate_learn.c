/*
 * Names that may belong to the estate: met in reports and in certificates.
 *
 * Who writes a name into the From of a mail need not own it.  So a name that
 * nobody reports to us about is suggested only when it belongs to an organization
 * of the estate and some of its mail passed.
 */
#include <stdlib.h>
#include <string.h>

#include "app/cmd.h"
#include "app/estate_run.h"
#include "app/psl.h"
#include "app/stored.h"
#include "assess/suffix.h"
#include "assess/usage.h"
#include "model/facts.h"
#include "render/estate.h"
#include "std/domain.h"

#include "base/banned.h"

#define DAY          INT64_C(86400)
#define MS           1000
#define PRINT_OCTETS ((size_t)256 * 1024 * 1024)
#define TEXT_WIDTH   100
#define MOST_HINTS   100000

struct learning {
	struct as_estate_run *r;
	psl_ctx_t *psl;
	struct as_estate_book orgs; /* of the estate */
	struct as_estate_hint *list;
	size_t n, room;
};

/* --- what is known --- */

static struct as_str
organization_of(const struct learning *l, struct as_str name)
{
	struct as_str org = as_suffix_organization(l->psl, name);

	return as_str_is_null(org) ? name : org;
}

static enum as_err
orgs_read(struct learning *l)
{
	for (size_t i = 0; i < l->r->book.n; i++) {
		struct as_estate_entry e = {
		    .name = organization_of(l, l->r->book.list[i].name)};

		AS_TRY(as_estate_book_add(&l->orgs, &e));
	}
	as_estate_book_sort(&l->orgs);
	return AS_OK;
}

static bool
is_ours(const struct learning *l, struct as_str name)
{
	return as_estate_book_find(&l->orgs, organization_of(l, name)) != NULL;
}

static enum as_err
hint_add(struct learning *l, const struct as_estate_hint *h)
{
	if (l->n == MOST_HINTS)
		return AS_OK;
	if (l->n == l->room) {
		size_t room = l->room == 0 ? 64 : 2 * l->room;
		struct as_estate_hint *list =
		    realloc(l->list, room * sizeof(*list));

		if (list == NULL)
			return AS_ENOMEM;
		l->list = list;
		l->room = room;
	}
	l->list[l->n] = *h;
	l->list[l->n].name = as_str_dup(l->r->arena, h->name);
	l->list[l->n].evidence = as_str_dup(l->r->arena, h->evidence);
	if (as_str_is_null(l->list[l->n].name) ||
	    as_str_is_null(l->list[l->n].evidence))
		return AS_ENOMEM;
	l->n++;
	return AS_OK;
}

/* --- reports --- */

static enum as_err
heard_add(
    struct learning *l, const struct as_estate_heard *heard, struct as_str name)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_estate_hint h = {.name = name,
	    .kind = AS_HINT_REPORT,
	    .first = heard->first * DAY,
	    .last = heard->last * DAY};

	h.evidence = as_str_printf(l->r->arena,
	    "%s: %llu messages from %s to %s, of which %llu passed",
	    heard->reported ? "reports about it reach you"
			    : "mail was sent as it",
	    (unsigned long long)heard->messages,
	    as_day_text(heard->first, first), as_day_text(heard->last, last),
	    (unsigned long long)heard->passed);
	return as_str_is_null(h.evidence) ? AS_ENOMEM : hint_add(l, &h);
}

static enum as_err
on_heard(void *ctx, const struct as_estate_heard *heard)
{
	struct learning *l = ctx;
	struct as_str name;

	if (as_domain_parse(l->r->arena, heard->name, &name, NULL) != AS_OK ||
	    as_domain_labels(name) < 2 ||
	    as_estate_book_find(&l->r->book, name) != NULL)
		return AS_OK;
	if (!heard->reported && (heard->passed == 0 || !is_ours(l, name)))
		return AS_OK;
	return heard_add(l, heard, name);
}

/* --- certificates --- */

/* The domain behind a name that only services of mail and its clients use;
 * AS_STR_NULL: it is no such name. */
static struct as_str
service_base(struct as_str name)
{
	static const char *const services[] = {
	    "mta-sts.", "autodiscover.", "autoconfig."};

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (as_str_has_prefix(name, services[i]))
			return as_str_slice(name, strlen(services[i]), name.n);
	return AS_STR_NULL;
}

/* What a name in a certificate of ours tells of: a domain with services of mail,
 * or an organization. */
static struct as_str
domain_told(const struct learning *l, struct as_str name)
{
	struct as_str base;

	if (as_str_has_prefix(name, "*."))
		name = as_str_slice(name, 2, name.n);
	base = service_base(name);
	return as_str_is_null(base) ? organization_of(l, name) : base;
}

static enum as_err
name_learn(
    struct learning *l, struct as_str raw, struct as_str beside, int64_t at)
{
	struct as_estate_hint h = {
	    .kind = AS_HINT_CERTIFICATE, .first = at, .last = at};
	struct as_str name = as_str_lower(l->r->arena, raw);

	if (as_str_is_null(name))
		return AS_ENOMEM;
	name = domain_told(l, name);
	if (as_domain_parse(l->r->arena, name, &h.name, NULL) != AS_OK ||
	    as_domain_labels(h.name) < 2 || as_suffix_is(l->psl, h.name) ||
	    as_estate_book_find(&l->r->book, h.name) != NULL)
		return AS_OK;
	h.evidence = as_str_printf(l->r->arena,
	    "a certificate for " AS_STR_FMT " names " AS_STR_FMT " as well",
	    AS_STR_ARG(beside), AS_STR_ARG(raw));
	return as_str_is_null(h.evidence) ? AS_ENOMEM : hint_add(l, &h);
}

/* A name of ours in it vouches for the others. */
static enum as_err
cert_learn(struct learning *l, const struct as_cert *c, int64_t at)
{
	struct as_str ours = AS_STR_NULL;

	for (size_t i = 0; i < c->n_names && as_str_is_null(ours); i++)
		if (is_ours(l, c->names[i]))
			ours = c->names[i];
	for (size_t i = 0; i < c->n_names && !as_str_is_null(ours); i++)
		AS_TRY(name_learn(l, c->names[i], ours, at));
	return AS_OK;
}

static enum as_err
on_facts(void *ctx, const struct as_facts *facts, struct as_why *why)
{
	struct learning *l = ctx;

	for (size_t i = 0; i < facts->n_hosts; i++) {
		const struct as_host_facts *h = &facts->hosts[i];

		if (h->tls != NULL && h->tls->n_chain > 0 &&
		    cert_learn(l, &h->tls->chain[0], h->at / MS) != AS_OK)
			return as_why_no_memory(why);
	}
	if (facts->policy != NULL && facts->policy->n_chain > 0 &&
	    cert_learn(l, &facts->policy->chain[0], facts->policy->at / MS) !=
		AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

/* --- all of them --- */

static int
hint_cmp(const void *pa, const void *pb)
{
	const struct as_estate_hint *a = pa, *b = pb;
	int d = as_str_cmp(a->name, b->name);

	return d != 0 ? d : as_str_cmp(a->evidence, b->evidence);
}

/* One a name: that reports reach us says more than that mail was sent, and that
 * more than a certificate; by their first letters that is the last. */
static void
hints_unique(struct learning *l)
{
	size_t n = 0;

	if (l->n > 0)
		qsort(l->list, l->n, sizeof(*l->list), hint_cmp);
	for (size_t i = 0; i < l->n; i++) {
		if (i + 1 < l->n &&
		    as_str_eq(l->list[i].name, l->list[i + 1].name))
			continue;
		l->list[n++] = l->list[i];
	}
	l->n = n;
}

static enum as_err
gather(struct learning *l, struct as_why *why)
{
	const char *path = l->r->settings->facts;

	AS_TRY(as_psl_open(l->r->settings->psl, &l->psl, why));
	if (orgs_read(l) != AS_OK)
		return as_why_no_memory(why);
	AS_TRY(as_heard_each(l->r->store, on_heard, l, why));
	if (path != NULL)
		AS_TRY(as_stored_each(path, on_facts, l, why));
	hints_unique(l);
	return AS_OK;
}

static enum as_err
hints_keep(struct learning *l, struct as_why *why)
{
	struct as_estate_writer *w;
	enum as_err err;

	AS_TRY(as_estate_writer_new(l->r->store, &w, why));
	err = AS_OK;
	for (size_t i = 0; i < l->n && err == AS_OK; i++)
		err = as_hint_put(w, &l->list[i], why);
	as_estate_writer_free(w);
	return err == AS_OK ? as_store_commit(l->r->store, why) : err;
}

/* Those of the store that nobody has decided on. */
static enum as_err
on_hint(void *ctx, const struct as_estate_hint *h)
{
	struct learning *l = ctx;

	if (h->state != AS_HINT_NEW ||
	    as_estate_book_find(&l->r->book, h->name) != NULL)
		return AS_OK;
	return hint_add(l, h);
}

static enum as_err
hints_print(struct learning *l, struct as_why *why)
{
	struct as_hints_view view = {l->list, l->n};
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	if (l->r->format != AS_FORMAT_TEXT)
		return as_estate_run_json(l->r, as_hints_json(&view), why);
	as_buf_init(&b, PRINT_OCTETS);
	as_hints_text(&t, &view);
	return as_cmd_print(&b, why);
}

static void
learning_fini(struct learning *l)
{
	as_estate_book_fini(&l->orgs);
	psl_free(l->psl);
	free(l->list);
}

static enum as_err
suggest(struct learning *l, struct as_why *why)
{
	AS_TRY(gather(l, why));
	AS_TRY(hints_keep(l, why));
	l->n = 0;
	AS_TRY(as_hint_each(l->r->store, on_hint, l, why));
	return hints_print(l, why);
}

enum as_err
as_estate_suggestions(
    struct as_estate_run *r, struct as_planner *p, struct as_why *why)
{
	struct learning l = {.r = r};
	enum as_err err;

	(void)p;
	if (r->n_args > 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "suggestions takes no argument");
	AS_TRY(as_estate_run_store(r, false, why));
	as_estate_book_init(&l.orgs, r->arena);
	err = suggest(&l, why);
	learning_fini(&l);
	return err == AS_ENOMEM ? as_why_no_memory(why) : err;
}

/* --- decisions --- */

static enum as_err
names_decide(struct as_estate_run *r, const struct as_str *names,
    enum as_hint_state state, struct as_why *why)
{
	struct as_estate_writer *w;
	enum as_err err;

	AS_TRY(as_estate_writer_new(r->store, &w, why));
	err = AS_OK;
	for (size_t i = 0; i < r->n_args && err == AS_OK; i++)
		err = as_hint_decide(w, names[i], state, why);
	as_estate_writer_free(w);
	return err;
}

/* --- of those that were decided --- */

struct picked {
	struct learning l;
	const struct as_str *names;
};

static enum as_err
on_picked(void *ctx, const struct as_estate_hint *h)
{
	struct picked *p = ctx;

	for (size_t i = 0; i < p->l.r->n_args; i++)
		if (as_str_eq(p->names[i], h->name))
			return hint_add(&p->l, h);
	return AS_OK;
}

static enum as_err
picked_print(
    struct as_estate_run *r, const struct as_str *names, struct as_why *why)
{
	struct picked p = {.l = {.r = r}, .names = names};
	enum as_err err = as_hint_each(r->store, on_picked, &p, why);

	if (err == AS_OK)
		err = hints_print(&p.l, why);
	learning_fini(&p.l);
	return err == AS_ENOMEM ? as_why_no_memory(why) : err;
}

enum as_err
as_estate_decide(struct as_estate_run *r, struct as_planner *p,
    enum as_hint_state state, struct as_why *why)
{
	struct as_estate_entry said;
	struct as_str *names;

	AS_TRY(as_estate_run_names(r, &names, why));
	AS_TRY(as_estate_said(r, &said, why));
	AS_TRY(as_estate_run_store(r, false, why));
	AS_TRY(names_decide(r, names, state, why));
	if (state == AS_HINT_REFUSED) {
		AS_TRY(as_store_commit(r->store, why));
		return picked_print(r, names, why);
	}
	p->source = AS_ESTATE_SUGGESTED;
	for (size_t i = 0; i < r->n_args; i++) {
		said.name = names[i];
		if (as_planner_want(p, &said, 0) != AS_OK)
			return as_why_no_memory(why);
	}
	AS_TRY(as_planner_make(p, &r->book, AS_ESTATE_FILL, false, why));
	return as_estate_run_plan(r, p, false, why);
}
