#include "base/json.h"
#include "render/dmarc.h"

#include "base/banned.h"

/* Set a key to a fresh value; false when either has no memory. */
static bool
put(json_t *obj, const char *key, json_t *value)
{
	return json_object_set_new(obj, key, value) == 0;
}

static json_t *
str_or_null(struct as_str s)
{
	return s.n == 0 ? json_null() : as_json_str(s);
}

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

/* Takes `item`. */
static bool
append(json_t *list, json_t *item)
{
	return json_array_append_new(list, item) == 0;
}

static json_t *
list_or_null(json_t *list, bool ok)
{
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *
strs_json(const struct as_str *v, size_t n)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < n; i++)
		ok = append(list, as_json_str(v[i]));
	return list_or_null(list, ok);
}

/* --- the walk --- */

static json_t *
query_json(const struct as_dmarc_query *q)
{
	const struct as_answer *ans = q->set->answer;
	json_t *o = json_object();

	if (put(o, "name", as_json_str(q->set->name)) &&
	    put(o, "outcome", json_string(as_dns_outcome_text(ans->outcome))) &&
	    put(o, "security", json_string(as_dnssec_text(ans->security))) &&
	    put(o, "records", strs_json(q->set->texts, q->set->n)) &&
	    put(o, "walk", json_string(as_dmarc_made_text(q->made))) &&
	    (q->fault.n == 0 || put(o, "fault", as_json_str(q->fault))) &&
	    (ans->n_chain == 0 ||
		put(o, "alias_of", strs_json(ans->chain, ans->n_chain))) &&
	    (ans->detail.n == 0 || put(o, "detail", as_json_str(ans->detail))))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *
queries_json(const struct as_dmarc_view *v)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n_queries; i++)
		ok = append(list, query_json(&v->queries[i]));
	return list_or_null(list, ok);
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

	if (put(o, place, str_or_null(name)) &&
	    put(o, "state", json_string(old_state(r))) &&
	    put(o, "policy_domain", str_or_null(old->policy_domain)) &&
	    put(o, "record",
		there ? as_json_str(r->policy->record->text) : json_null()) &&
	    put(o, "tag", word_or_null(r->tag)) &&
	    put(o, "declared", policy_json(there, r->declared)) &&
	    put(o, "pct", there ? json_integer(r->pct) : json_null()) &&
	    put(o, "rest", policy_json(there, r->rest)))
		return o;
	json_decref(o);
	return NULL;
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
	return put(o, "consent",
		   json_string(as_dmarc_consent_text(t->consent))) &&
	    put(o, "consent_name", str_or_null(t->consent_name)) &&
	    put(o, "mail", json_string(mail_text(t->mail))) &&
	    put(o, "withdrawn", str_or_null(t->withdrawn)) &&
	    (t->withdrawn.n == 0 || put(o, "since", as_json_str(t->since)));
}

static json_t *
target_json(const struct as_dmarc_target *t)
{
	const char *kind = t->kind == AS_DMARC_RUA ? "rua" : "ruf";
	json_t *o = json_object();

	if (put(o, "kind", json_string(kind)) &&
	    put(o, "uri", as_json_str(t->uri->text)) &&
	    put(o, "usable", json_boolean(t->uri->usable)) &&
	    (!t->uri->usable ||
		(put(o, "external", tri_json(t->external)) &&
		    consent_put(o, t))))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *
targets_json(const struct as_dmarc_view *v)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n_targets; i++)
		ok = append(list, target_json(&v->targets[i]));
	return list_or_null(list, ok);
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

	if (put(o, "rfc7489", old) &&
	    put(o, "domain", as_json_str(id->domain)) &&
	    put(o, "organizational_domain", str_or_null(id->organizational)) &&
	    put(o, "spf", aligned_json(id->spf)) &&
	    put(o, "dkim", aligned_json(id->dkim)) &&
	    put(old, "organizational_domain",
		str_or_null(id->list_organizational)) &&
	    put(old, "spf", aligned_json(id->old_spf)) &&
	    put(old, "dkim", aligned_json(id->old_dkim)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *
alignment_json(const struct as_dmarc_view *v)
{
	const struct as_dmarc *d =
	    v->result.policy != NULL ? v->result.policy->record : NULL;
	json_t *o = json_object(), *list = json_array();
	bool ok = put(o, "identifiers", list) &&
	    put(o, "spf",
		word_or_null(d == NULL   ? NULL
			: d->aspf == 's' ? "strict"
					 : "relaxed")) &&
	    put(o, "dkim",
		word_or_null(d == NULL    ? NULL
			: d->adkim == 's' ? "strict"
					  : "relaxed"));

	for (size_t i = 0; ok && i < v->n_identifiers; i++)
		ok = append(list, identifier_json(&v->identifiers[i]));
	return list_or_null(o, ok);
}

/* --- the whole --- */

static bool
result_put(json_t *o, const struct as_dmarc_view *v)
{
	const struct as_dmarc_result *r = &v->result;
	bool there = r->policy != NULL;

	return put(o, "state", json_string(state_of(r))) &&
	    put(o, "policy_domain",
		there ? as_json_str(r->policy->name) : json_null()) &&
	    put(o, "organizational_domain", str_or_null(r->organizational)) &&
	    put(o, "record",
		there ? as_json_str(r->policy->record->text) : json_null()) &&
	    put(o, "inherited", json_boolean(r->inherited)) &&
	    put(o, "tag", word_or_null(v->tag)) &&
	    put(o, "declared", policy_json(there, r->declared)) &&
	    put(o, "applied", policy_json(there, r->applied));
}

json_t *
as_dmarc_json(const struct as_dmarc_view *v)
{
	json_t *o = json_object();

	if (put(o, "domain", as_json_str(v->domain)) &&
	    put(o, "exists", tri_json(v->exists)) &&
	    put(o, "queries", queries_json(v)) && result_put(o, v) &&
	    put(o, "rfc7489",
		old_json(
		    &v->old, "organizational_domain", v->list_organization)) &&
	    put(o, "rfc9091",
		old_json(&v->suffix_old, "public_suffix", v->suffix)) &&
	    put(o, "alignment", alignment_json(v)) &&
	    put(o, "reports", targets_json(v)) &&
	    put(o, "notes", strs_json(v->notes, v->n_notes)) &&
	    put(o, "unknown", json_boolean(v->unknown)))
		return o;
	json_decref(o);
	return NULL;
}
