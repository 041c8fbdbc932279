#include "base/json.h"
#include "render/usage.h"

#include "base/banned.h"

#define SCHEMA "assay.enforce/1"

static json_t *
step_json(const struct as_enforce_step *step)
{
	json_t *o = json_object(), *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < step->n_reasons; i++) {
		const struct as_enforce_reason *r = &step->reasons[i];
		json_t *one = json_object();
		struct as_str source =
		    r->source != NULL ? r->source->name : AS_STR("");

		one = as_json_done(one,
		    as_json_put(one, "want",
			json_string(as_enforce_want_text(r->want))) &&
			as_json_put_any(one, "source", source) &&
			as_json_put(one, "text", as_json_str(r->text)));
		ok = as_json_add(all, one);
	}
	all = as_json_done(all, ok);
	ok = as_json_put(o, "ready", json_boolean(step->ready));
	return as_json_done(o, as_json_put(o, "against", all) && ok);
}

static json_t *
replay_json(const struct as_enforce_scope *s)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (int i = 0; ok && i < AS_USAGE_CLASSES; i++) {
		const struct as_enforce_replay *r = &s->replay[i];
		json_t *one = json_object();

		one = as_json_done(one,
		    as_json_put(one, "messages", as_number_json(r->messages)) &&
			as_json_put(
			    one, "failing", as_number_json(r->failing)) &&
			as_json_put(one, "stopped_already",
			    as_number_json(r->stopped)));
		ok = as_json_put(
		    o, as_usage_class_text((enum as_usage_class)i), one);
	}
	return as_json_done(o, ok);
}

/* Who loses, and who is stopped. */
static json_t *
failing_json(const struct as_usage *u, enum as_usage_scope scope)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < u->n_sources; i++) {
		const struct as_usage_source *s = &u->sources[i];
		const struct as_usage_count *c = &s->count[scope];
		json_t *o;

		if (c->messages == c->passed)
			continue;
		o = json_object();
		o = as_json_done(o,
		    as_json_put(o, "source", as_json_str(s->name)) &&
			as_json_put(o, "class",
			    json_string(as_usage_class_text(s->class))) &&
			as_json_put(
			    o, "messages", as_number_json(c->messages)) &&
			as_json_put(o, "failing",
			    as_number_json(c->messages - c->passed)));
		ok = as_json_add(all, o);
	}
	return as_json_done(all, ok);
}

static json_t *
scope_json(const struct as_enforce *e, const struct as_enforce_scope *s)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(
		o, "answer", json_string(as_enforce_answer_text(s->answer))) &&
		as_json_put(o, "why", as_json_str(s->why)) &&
		as_json_put(o, "policy", as_json_str_or_null(s->policy)) &&
		as_json_put(o, "reported", as_json_str_or_null(s->reported)) &&
		as_json_put(o, "inherited", json_boolean(s->inherited)) &&
		as_json_put(
		    o, "legitimate", as_number_json(s->good.messages)) &&
		as_json_put(
		    o, "legitimate_pass", as_number_json(s->good.passed)) &&
		as_json_put(
		    o, "legitimate_dkim", as_number_json(s->good.dkim)) &&
		as_json_put(o, "bound_95", json_real(s->bound)) &&
		as_json_put(o, "quarantine", step_json(&s->quarantine)) &&
		as_json_put(o, "reject", step_json(&s->reject)) &&
		as_json_put(o, "replay", replay_json(s)) &&
		as_json_put(o, "failing", failing_json(e->usage, s->scope)));
}

static json_t *
notes_json(const struct as_enforce *e)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < e->n_notes; i++)
		ok = as_json_add(all, as_json_str(e->notes[i]));
	return as_json_done(all, ok);
}

/* What DNS has now; null: not known. */
static json_t *
published_json(const struct as_policy_now *now)
{
	json_t *o;

	if (!now->known)
		return json_null();
	o = json_object();
	return as_json_done(o,
	    as_json_put(o, "record", json_boolean(now->there)) &&
		as_json_put(o, "p", as_json_str_or_null(now->p)) &&
		as_json_put(o, "sp", as_json_str_or_null(now->sp)) &&
		as_json_put(o, "np", as_json_str_or_null(now->np)) &&
		as_json_put(o, "testing", json_boolean(now->testing)));
}

json_t *
as_enforce_json(const struct as_enforce *e)
{
	const struct as_usage *u = e->usage;
	json_t *o = json_object(), *scopes = json_object();
	bool ok = scopes != NULL;

	for (int i = 0; ok && i < AS_USAGE_SCOPES; i++)
		ok = as_json_put(scopes,
		    as_usage_scope_text((enum as_usage_scope)i),
		    scope_json(e, &e->scopes[i]));
	scopes = as_json_done(scopes, ok);
	ok = as_json_put(o, "schema", json_string(SCHEMA)) &&
	    as_json_put(o, "domain", as_json_str(u->domain)) &&
	    as_json_put(o, "from", as_day_json(u->from)) &&
	    as_json_put(o, "to", as_day_json(u->to)) &&
	    as_json_put(o, "reporters", as_number_json(u->n_reporters)) &&
	    as_json_put(o, "messages", as_number_json(u->all.messages)) &&
	    as_json_put(o, "lists", json_boolean(e->lists)) &&
	    as_json_put(o, "published", published_json(&e->now));
	ok = as_json_put(o, "scopes", scopes) && ok;
	return as_json_done(o, as_json_put(o, "notes", notes_json(e)) && ok);
}
