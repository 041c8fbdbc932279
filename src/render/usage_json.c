#include "base/json.h"
#include "render/usage.h"

#include "base/banned.h"

#define SCHEMA "assay.sources/1"

static json_t *
day_json(int64_t day)
{
	char text[AS_DAY_TEXT];

	return json_string(as_day_text(day, text));
}

static json_t *
number_json(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static json_t *
count_json(const struct as_usage_count *c)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "messages", number_json(c->messages)) &&
		as_json_put(o, "pass", number_json(c->passed)) &&
		as_json_put(o, "dkim", number_json(c->dkim)) &&
		as_json_put(o, "spf", number_json(c->spf)) &&
		as_json_put(o, "stopped", number_json(c->stopped)));
}

static json_t *
counts_json(const struct as_usage_count counts[AS_USAGE_SCOPES])
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (int i = 0; ok && i < AS_USAGE_SCOPES; i++)
		ok = as_json_put(o, as_usage_scope_text((enum as_usage_scope)i),
		    count_json(&counts[i]));
	return as_json_done(o, ok);
}

static json_t *
vouches_json(const struct as_usage_source *s)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < s->n_vouches; i++) {
		const struct as_usage_vouch *v = &s->vouches[i];
		json_t *o = json_object();

		o = as_json_done(o,
		    as_json_put(
			o, "by", json_string(v->by_dkim ? "dkim" : "spf")) &&
			as_json_put(o, "domain", as_json_str(v->domain)) &&
			as_json_put_any(o, "selector", v->selector) &&
			as_json_put(o, "aligned", json_boolean(v->aligned)) &&
			as_json_put(o, "pass", json_boolean(v->passed)) &&
			as_json_put(o, "messages", number_json(v->messages)));
		ok = as_json_add(all, o);
	}
	return as_json_done(all, ok);
}

static json_t *
addresses_json(const struct as_usage_source *s)
{
	json_t *all = json_array();
	char text[AS_IP_TEXT];
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < s->n_shown; i++)
		ok = as_json_add(
		    all, json_string(as_ip_text(&s->shown[i], text)));
	return as_json_done(all, ok);
}

static bool
place_put(json_t *o, const struct as_usage_place *p)
{
	if (p->asn > 0 && !as_json_put(o, "asn", json_integer(p->asn)))
		return false;
	return as_json_put_any(o, "network", p->network) &&
	    as_json_put_any(o, "country", as_str_from(p->country));
}

static json_t *
source_json(const struct as_usage_source *s)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "source", as_json_str(s->name)) &&
		as_json_put(
		    o, "class", json_string(as_usage_class_text(s->class))) &&
		as_json_put(o, "origin",
		    json_string(s->said ? "operator" : "observed")) &&
		as_json_put(o, "evidence", as_json_str(s->evidence)) &&
		as_json_put_any(o, "category", s->category) &&
		as_json_put(o, "host", as_json_str_or_null(s->host)) &&
		as_json_put(o, "host_asked", json_boolean(s->host_asked)) &&
		place_put(o, &s->place) &&
		as_json_put(o, "new", json_boolean(s->is_new)) &&
		as_json_put(o, "first", day_json(s->first)) &&
		as_json_put(o, "last", day_json(s->last)) &&
		as_json_put(o, "days", json_integer(s->days)) &&
		as_json_put(o, "gap", json_integer(s->gap)) &&
		as_json_put(o, "addresses", number_json(s->addresses)) &&
		as_json_put(o, "some_addresses", addresses_json(s)) &&
		as_json_put(o, "forwarded", number_json(s->forwarded)) &&
		as_json_put(o, "broken", number_json(s->broken)) &&
		as_json_put(o, "all", count_json(&s->all)) &&
		as_json_put(o, "scopes", counts_json(s->count)) &&
		as_json_put(o, "vouches", vouches_json(s)));
}

static json_t *
sources_json(const struct as_usage *u)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < u->n_sources; i++)
		ok = as_json_add(all, source_json(&u->sources[i]));
	return as_json_done(all, ok);
}

static json_t *
reporters_json(const struct as_usage *u)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < u->n_reporters; i++) {
		const struct as_usage_reporter *r = &u->reporters[i];
		json_t *o = json_object();

		o = as_json_done(o,
		    as_json_put(o, "reporter", as_json_str(r->org)) &&
			as_json_put(o, "first", day_json(r->first)) &&
			as_json_put(o, "last", day_json(r->last)) &&
			as_json_put(o, "days", number_json(r->days)) &&
			as_json_put(o, "reports", number_json(r->reports)) &&
			as_json_put(o, "messages", number_json(r->messages)));
		ok = as_json_add(all, o);
	}
	return as_json_done(all, ok);
}

static json_t *
keys_json(const struct as_usage *u)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < u->n_keys; i++) {
		const struct as_usage_key *k = &u->keys[i];
		json_t *o = json_object();

		o = as_json_done(o,
		    as_json_put(o, "domain", as_json_str(k->signer)) &&
			as_json_put(o, "selector", as_json_str(k->selector)) &&
			as_json_put(o, "result", as_json_str(k->result)) &&
			as_json_put(o, "first", day_json(k->first)) &&
			as_json_put(o, "last", day_json(k->last)) &&
			as_json_put(o, "messages", number_json(k->messages)));
		ok = as_json_add(all, o);
	}
	return as_json_done(all, ok);
}

static json_t *
bursts_json(const struct as_usage *u)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < u->n_bursts; i++) {
		const struct as_usage_burst *x = &u->bursts[i];
		struct as_str most =
		    x->most != NULL ? x->most->name : AS_STR("");
		json_t *o = json_object();

		o = as_json_done(o,
		    as_json_put(o, "first", day_json(x->first)) &&
			as_json_put(o, "last", day_json(x->last)) &&
			as_json_put(o, "messages", number_json(x->messages)) &&
			as_json_put(o, "stopped", number_json(x->stopped)) &&
			as_json_put(o, "sources", number_json(x->sources)) &&
			as_json_put_any(o, "most", most) &&
			as_json_put(o, "of_most", number_json(x->of_most)));
		ok = as_json_add(all, o);
	}
	return as_json_done(all, ok);
}

json_t *
as_sources_json(const struct as_usage *u)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "schema", json_string(SCHEMA)) &&
		as_json_put(o, "domain", as_json_str(u->domain)) &&
		as_json_put(o, "from", day_json(u->from)) &&
		as_json_put(o, "to", day_json(u->to)) &&
		as_json_put(o, "all", count_json(&u->all)) &&
		as_json_put(o, "scopes", counts_json(u->count)) &&
		as_json_put(o, "new_since", day_json(u->new_since)) &&
		as_json_put(o, "sources", sources_json(u)) &&
		as_json_put(o, "usual", number_json(u->usual)) &&
		as_json_put(o, "bursts", bursts_json(u)) &&
		as_json_put(o, "reporters", reporters_json(u)) &&
		as_json_put(o, "keys", keys_json(u)));
}
