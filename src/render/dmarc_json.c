#include "base/json.h"
#include "render/dmarc.h"

#include "base/banned.h"

static json_t *
word_or_null(const char *word)
{
	return word == NULL ? json_null() : json_string(word);
}

static json_t *
tri_json(enum as_tri tri)
{
	return tri == AS_UNSURE ? json_null() : json_boolean(tri == AS_YES);
}

static json_t *
strs_json(const struct as_str *v, size_t n)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < n; i++)
		ok = as_json_add(list, as_json_str(v[i]));
	return as_json_done(list, ok);
}

/* --- the walk --- */

static json_t *
query_json(const struct as_dmarc_query *q)
{
	const struct as_answer *ans = q->set->answer;
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "name", as_json_str(q->set->name)) &&
		as_json_put(o, "outcome",
		    json_string(as_dns_outcome_text(ans->outcome))) &&
		as_json_put(o, "security",
		    json_string(as_dnssec_text(ans->security))) &&
		as_json_put(
		    o, "records", strs_json(q->set->texts, q->set->n)) &&
		as_json_put(
		    o, "walk", json_string(as_dmarc_made_text(q->made))) &&
		(q->fault.n == 0 ||
		    as_json_put(o, "fault", as_json_str(q->fault))) &&
		(ans->n_chain == 0 ||
		    as_json_put(
			o, "alias_of", strs_json(ans->chain, ans->n_chain))) &&
		(ans->detail.n == 0 ||
		    as_json_put(o, "detail", as_json_str(ans->detail))));
}

static json_t *
queries_json(const struct as_dmarc_view *v)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n_queries; i++)
		ok = as_json_add(list, query_json(&v->queries[i]));
	return as_json_done(list, ok);
}

/* --- what receivers find --- */

static json_t *
policy_json(bool there, enum as_dmarc_policy p)
{
	return there ? json_string(as_dmarc_policy_text(p)) : json_null();
}

static const char *
state_of(const struct as_dmarc_result *r)
{
	if (r->unknown)
		return "unknown";
	return r->policy != NULL ? "policy" : "none";
}

static const char *
old_state(const struct as_dmarc_7489 *r)
{
	if (r->unknown)
		return "unknown";
	if (r->stopped != NULL)
		return "stopped";
	return r->policy != NULL ? "policy" : "none";
}

/* `place`: what stands at `name`, the organization or the suffix. */
static json_t *
old_json(const struct as_dmarc_old *old, const char *place, struct as_str name)
{
	const struct as_dmarc_7489 *r = &old->result;
	bool there = r->policy != NULL;
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, place, as_json_str_or_null(name)) &&
		as_json_put(o, "state", json_string(old_state(r))) &&
		as_json_put(o, "policy_domain",
		    as_json_str_or_null(old->policy_domain)) &&
		as_json_put(o, "record",
		    there ? as_json_str(r->policy->record->text)
			  : json_null()) &&
		as_json_put(o, "tag", word_or_null(r->tag)) &&
		as_json_put(o, "declared", policy_json(there, r->declared)) &&
		as_json_put(
		    o, "pct", there ? json_integer(r->pct) : json_null()) &&
		as_json_put(o, "rest", policy_json(there, r->rest)));
}

/* --- reports --- */

static const char *
mail_text(enum as_mail mail)
{
	switch (mail) {
	case AS_MAIL_UNKNOWN: return "unknown";
	case AS_MAIL_LISTED:
	case AS_MAIL_NULL_MIXED:
	case AS_MAIL_IMPLICIT: return "taken";
	case AS_MAIL_NULL: return "null-mx";
	case AS_MAIL_NONE: return "none";
	case AS_MAIL_NO_NAME: return "no-such-name";
	}
	return "unknown";
}

static bool
consent_put(json_t *o, const struct as_dmarc_target *t)
{
	return as_json_put(o, "consent",
		   json_string(as_dmarc_consent_text(t->consent))) &&
	    as_json_put(
		o, "consent_name", as_json_str_or_null(t->consent_name)) &&
	    as_json_put(o, "mail", json_string(mail_text(t->mail))) &&
	    as_json_put(o, "withdrawn", as_json_str_or_null(t->withdrawn)) &&
	    (t->withdrawn.n == 0 ||
		as_json_put(o, "since", as_json_str(t->since)));
}

static json_t *
target_json(const struct as_dmarc_target *t)
{
	const char *kind = t->kind == AS_DMARC_RUA ? "rua" : "ruf";
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "kind", json_string(kind)) &&
		as_json_put(o, "uri", as_json_str(t->uri->text)) &&
		as_json_put(o, "usable", json_boolean(t->uri->usable)) &&
		(!t->uri->usable ||
		    (as_json_put(o, "external", tri_json(t->external)) &&
			consent_put(o, t))));
}

static json_t *
targets_json(const struct as_dmarc_view *v)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n_targets; i++)
		ok = as_json_add(list, target_json(&v->targets[i]));
	return as_json_done(list, ok);
}

/* --- alignment --- */

static json_t *
aligned_json(enum as_dmarc_alignment a)
{
	if (a == AS_DMARC_ALIGNED_UNKNOWN)
		return json_null();
	return json_boolean(a == AS_DMARC_ALIGNED_YES);
}

static json_t *
identifier_json(const struct as_dmarc_identifier *id)
{
	json_t *o = json_object(), *old = json_object();

	return as_json_done(o,
	    as_json_put(o, "rfc7489", old) &&
		as_json_put(o, "domain", as_json_str(id->domain)) &&
		as_json_put(o, "organizational_domain",
		    as_json_str_or_null(id->organizational)) &&
		as_json_put(o, "spf", aligned_json(id->spf)) &&
		as_json_put(o, "dkim", aligned_json(id->dkim)) &&
		as_json_put(old, "organizational_domain",
		    as_json_str_or_null(id->list_organizational)) &&
		as_json_put(old, "spf", aligned_json(id->old_spf)) &&
		as_json_put(old, "dkim", aligned_json(id->old_dkim)));
}

static json_t *
alignment_json(const struct as_dmarc_view *v)
{
	const struct as_dmarc *d =
	    v->result.policy != NULL ? v->result.policy->record : NULL;
	json_t *o = json_object(), *list = json_array();
	bool ok = as_json_put(o, "identifiers", list) &&
	    as_json_put(o, "spf",
		word_or_null(d == NULL   ? NULL
			: d->aspf == 's' ? "strict"
					 : "relaxed")) &&
	    as_json_put(o, "dkim",
		word_or_null(d == NULL    ? NULL
			: d->adkim == 's' ? "strict"
					  : "relaxed"));

	for (size_t i = 0; ok && i < v->n_identifiers; i++)
		ok = as_json_add(list, identifier_json(&v->identifiers[i]));
	return as_json_done(o, ok);
}

/* --- the whole --- */

static bool
result_put(json_t *o, const struct as_dmarc_view *v)
{
	const struct as_dmarc_result *r = &v->result;
	bool there = r->policy != NULL;

	return as_json_put(o, "state", json_string(state_of(r))) &&
	    as_json_put(o, "policy_domain",
		there ? as_json_str(r->policy->name) : json_null()) &&
	    as_json_put(o, "organizational_domain",
		as_json_str_or_null(r->organizational)) &&
	    as_json_put(o, "record",
		there ? as_json_str(r->policy->record->text) : json_null()) &&
	    as_json_put(o, "inherited", json_boolean(r->inherited)) &&
	    as_json_put(o, "tag", word_or_null(v->tag)) &&
	    as_json_put(o, "declared", policy_json(there, r->declared)) &&
	    as_json_put(o, "applied", policy_json(there, r->applied));
}

json_t *
as_dmarc_json(const struct as_dmarc_view *v)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "domain", as_json_str(v->domain)) &&
		as_json_put(o, "exists", tri_json(v->exists)) &&
		as_json_put(o, "queries", queries_json(v)) &&
		result_put(o, v) &&
		as_json_put(o, "rfc7489",
		    old_json(&v->old, "organizational_domain",
			v->list_organization)) &&
		as_json_put(o, "rfc9091",
		    old_json(&v->suffix_old, "public_suffix", v->suffix)) &&
		as_json_put(o, "alignment", alignment_json(v)) &&
		as_json_put(o, "reports", targets_json(v)) &&
		as_json_put(o, "notes", strs_json(v->notes, v->n_notes)) &&
		as_json_put(o, "unknown", json_boolean(v->unknown)));
}
