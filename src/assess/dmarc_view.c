#include "assess/dmarc_maker.h"
#include "assess/suffix.h"
#include "model/shape.h"
#include "std/dns_wire.h"

#include "base/banned.h"

AS_DEFINE_ENUM(dmarc_made, AS_DMARC_MADE_MAP)

/* --- the author domain --- */

static bool
is_denied(const struct as_answer *ans)
{
	/* With a chain the name is there, and its target is not. */
	return ans->outcome == AS_DNS_NXDOMAIN && ans->n_chain == 0;
}

/* DMARC-22: the name exists when anything, or nothing of a type, is there. */
static void
exists_find(struct as_dmarc_maker *m)
{
	static const uint32_t types[] = {AS_RR_MX, AS_RR_A, AS_RR_AAAA};
	bool there = false, denied = false, signed_ = false;
	const struct as_answer *ans;

	m->v->exists = AS_UNSURE;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		ans = as_dmarc_answer(m, m->ask->domain, types[i]);
		if (!as_case_known(ans))
			continue;
		denied |= is_denied(ans);
		there |= !is_denied(ans);
		signed_ |= ans->outcome == AS_DNS_NODATA &&
		    ans->security == AS_DNSSEC_SECURE;
	}
	if (there || denied)
		m->v->exists = denied ? AS_NO : AS_YES;
	if (denied || !signed_)
		return;
	as_dmarc_need_add(m, m->ask->domain, AS_RR_NSEC);
	ans = as_dmarc_answer(m, m->ask->domain, AS_RR_NSEC);
	m->v->nxname = as_case_known(ans) && ans->nxname;
	if (m->v->nxname)
		m->v->exists = AS_NO;
}

/* RFC 9091 2.7: neither A, AAAA nor MX. */
static enum as_tri
is_absent_9091(const struct as_dmarc_maker *m)
{
	static const uint32_t types[] = {AS_RR_MX, AS_RR_A, AS_RR_AAAA};
	enum as_tri absent = AS_YES;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const struct as_answer *ans =
		    as_dmarc_answer(m, m->ask->domain, types[i]);
		if (!as_case_known(ans))
			absent = AS_UNSURE;
		else if (!as_answer_is_none(ans))
			return AS_NO;
	}
	return absent;
}

static enum as_dmarc_made
made_of(const struct as_txt_set *set, const struct as_dmarc_step *s)
{
	switch (s->known) {
	case AS_DMARC_KNOWN_UNKNOWN: return AS_DMARC_MADE_UNKNOWN;
	case AS_DMARC_KNOWN_MULTIPLE: return AS_DMARC_MADE_DISCARDED;
	case AS_DMARC_KNOWN_RECORD:
		return s->record->psd == 'u' ? AS_DMARC_MADE_KEPT
					     : AS_DMARC_MADE_ENDS;
	case AS_DMARC_KNOWN_NONE: break;
	}
	return set->n > 0 ? AS_DMARC_MADE_UNUSABLE : AS_DMARC_MADE_NO_RECORD;
}

static enum as_err
query_make(struct as_dmarc_maker *m, const struct as_case *c, size_t i,
    struct as_dmarc_query *q)
{
	struct as_why why = {.text = ""};
	struct as_dmarc *d;

	*q = (struct as_dmarc_query){.set = &c->dmarc_sets[i],
	    .step = &c->steps[i],
	    .made = made_of(&c->dmarc_sets[i], &c->steps[i]),
	    .fault = AS_STR("")};
	if (q->made != AS_DMARC_MADE_UNUSABLE)
		return AS_OK;
	if (as_dmarc_parse(m->a, q->set->texts[0], &d, &why) == AS_ENOMEM)
		return AS_ENOMEM;
	q->fault = as_str_printf(m->a, "%s", why.text);
	return as_str_is_null(q->fault) ? AS_ENOMEM : AS_OK;
}

/* The tag that decides, where the record is not degraded to none (DMARC-5). */
static const char *
tag_find(const struct as_dmarc_result *r, bool absent)
{
	const struct as_dmarc *d;

	if (r->policy == NULL)
		return NULL;
	d = r->policy->record;
	if (!r->inherited || d->p == AS_DMARC_ABSENT || d->sp_invalid ||
	    d->np_invalid)
		return "p";
	if (absent && d->np != AS_DMARC_ABSENT)
		return "np";
	return d->sp != AS_DMARC_ABSENT ? "sp" : "p";
}

static enum as_err
author_make(struct as_dmarc_maker *m)
{
	struct as_dmarc_view *v = m->v;
	struct as_case *c;

	as_dmarc_need_mail(m, m->ask->domain);
	exists_find(m);
	AS_TRY(as_dmarc_walk_make(m, m->ask->domain, &c));
	v->walk = c;
	v->result = c->dmarc;
	if (v->exists == AS_NO)
		as_dmarc_result_absent(&v->result);
	v->tag = tag_find(&v->result, v->exists == AS_NO);
	m->author = (struct as_dmarc_identity){
	    m->ask->domain, v->result.organizational};
	v->n_queries = v->result.n_used;
	v->queries = as_arena_array(m->a, v->n_queries, sizeof(*v->queries));
	if (v->queries == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < v->n_queries; i++)
		AS_TRY(query_make(m, c, i, &v->queries[i]));
	return AS_OK;
}

/* --- older receivers --- */

static enum as_err
step_find(struct as_dmarc_maker *m, struct as_str name,
    const struct as_dmarc_step **out)
{
	struct as_case *c;

	*out = &m->v->walk->steps[0];
	if (as_str_eq(name, m->ask->domain))
		return AS_OK;
	AS_TRY(as_dmarc_walk_make(m, name, &c));
	*out = &c->steps[0];
	return AS_OK;
}

static void
old_read(struct as_dmarc_7489_tree *tree, enum as_tri absent,
    struct as_dmarc_old *out)
{
	struct as_dmarc_7489 other;

	tree->absent = true;
	as_dmarc_7489_discover(tree, &other);
	tree->absent = absent == AS_YES;
	as_dmarc_7489_discover(tree, &out->result);
	if (absent == AS_UNSURE && other.declared != out->result.declared)
		out->result =
		    (struct as_dmarc_7489){.unknown = true, .pct = 100};
	out->policy_domain =
	    out->result.policy != NULL ? out->result.policy->name : AS_STR("");
}

static enum as_err
old_make(struct as_dmarc_maker *m)
{
	const void *list = m->ask->options->psl;
	struct as_dmarc_view *v = m->v;
	struct as_dmarc_7489_tree tree = {.author = &v->walk->steps[0]};

	v->list_organization = as_suffix_organization(list, m->ask->domain);
	v->suffix = as_suffix_of(list, m->ask->domain);
	if (!as_str_is_null(v->list_organization))
		AS_TRY(step_find(m, v->list_organization, &tree.organization));
	old_read(&tree, AS_NO, &v->old);
	tree.asks_suffix = !as_str_is_null(v->suffix);
	if (tree.asks_suffix)
		AS_TRY(step_find(m, v->suffix, &tree.suffix));
	old_read(&tree, is_absent_9091(m), &v->suffix_old);
	return AS_OK;
}

/* --- alignment --- */

static void
old_align(struct as_dmarc_maker *m, struct as_dmarc_identifier *id)
{
	const void *list = m->ask->options->psl;
	const struct as_dmarc_step *policy = m->v->old.result.policy;
	struct as_dmarc_identity author = {
	    m->ask->domain, as_suffix_organization(list, m->ask->domain)};
	struct as_dmarc_identity theirs = {
	    id->domain, as_suffix_organization(list, id->domain)};
	const struct as_dmarc *d = policy != NULL ? policy->record : NULL;

	id->list_organizational =
	    list != NULL ? theirs.organizational : AS_STR("");
	id->old_spf =
	    as_dmarc_align(d != NULL ? d->aspf : 'r', &author, &theirs);
	id->old_dkim =
	    as_dmarc_align(d != NULL ? d->adkim : 'r', &author, &theirs);
}

static enum as_err
identifiers_make(struct as_dmarc_maker *m)
{
	const struct as_dmarc_step *policy = m->v->result.policy;
	const struct as_dmarc *d = policy != NULL ? policy->record : NULL;
	struct as_dmarc_view *v = m->v;

	v->identifiers = as_arena_array(
	    m->a, m->ask->n_identifiers, sizeof(*v->identifiers));
	if (v->identifiers == NULL)
		return AS_ENOMEM;
	for (; v->n_identifiers < m->ask->n_identifiers; v->n_identifiers++) {
		struct as_dmarc_identifier *id =
		    &v->identifiers[v->n_identifiers];
		struct as_dmarc_identity theirs;

		id->domain = m->ask->identifiers[v->n_identifiers];
		AS_TRY(as_dmarc_organization_find(
		    m, id->domain, &id->organizational));
		theirs =
		    (struct as_dmarc_identity){id->domain, id->organizational};
		id->spf = as_dmarc_align(
		    d != NULL ? d->aspf : 'r', &m->author, &theirs);
		id->dkim = as_dmarc_align(
		    d != NULL ? d->adkim : 'r', &m->author, &theirs);
		old_align(m, id);
	}
	return AS_OK;
}

/* --- the whole --- */

/* Would np tell another policy, if the name were not there? */
static bool
existence_matters(const struct as_dmarc_view *v)
{
	struct as_dmarc_result absent = v->result;

	as_dmarc_result_absent(&absent);
	return absent.declared != v->result.declared;
}

static bool
is_unknown(const struct as_dmarc_view *v)
{
	bool unknown = v->result.unknown || v->result.organizational.n == 0 ||
	    v->old.result.unknown || v->suffix_old.result.unknown ||
	    as_str_is_null(v->list_organization) ||
	    (v->exists == AS_UNSURE && existence_matters(v));

	for (size_t i = 0; i < v->n_targets; i++) {
		const struct as_dmarc_target *t = &v->targets[i];
		unknown |= t->uri->usable &&
		    (t->consent == AS_DMARC_CONSENT_UNKNOWN ||
			t->mail == AS_MAIL_UNKNOWN);
	}
	if (v->reporting != NULL)
		unknown |=
		    v->reporting->record->n_rua + v->reporting->record->n_ruf >
		    v->n_targets;
	for (size_t i = 0; i < v->n_identifiers; i++)
		unknown |= v->identifiers[i].spf == AS_DMARC_ALIGNED_UNKNOWN ||
		    v->identifiers[i].dkim == AS_DMARC_ALIGNED_UNKNOWN;
	return unknown;
}

enum as_err
as_dmarc_view_make(struct as_arena *a, const struct as_dmarc_ask *ask,
    struct as_dmarc_view *out)
{
	struct as_dmarc_maker *m = AS_NEW(a, struct as_dmarc_maker);

	*out = (struct as_dmarc_view){.domain = ask->domain};
	out->needs = as_arena_array(a, AS_DMARC_NEEDS, sizeof(*out->needs));
	if (m == NULL || out->needs == NULL)
		return AS_ENOMEM;
	*m = (struct as_dmarc_maker){.a = a, .ask = ask, .v = out};
	m->domain_facts.name = ask->domain;
	m->domain_facts.answers = (struct as_answer *)ask->answers;
	m->domain_facts.n_answers = ask->n_answers;
	m->facts.domain = &m->domain_facts;
	AS_TRY(author_make(m));
	AS_TRY(old_make(m));
	AS_TRY(as_dmarc_targets_make(m));
	AS_TRY(identifiers_make(m));
	out->unknown = is_unknown(out);
	return as_dmarc_notes_make(m);
}
