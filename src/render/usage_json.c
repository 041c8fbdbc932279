#include "base/json.h"
#include "render/usage.h"

#include "base/banned.h"

#define SCHEMA "assay.sources/1"

json_t *
as_day_json(int64_t day)
{
	char text[AS_DAY_TEXT];

	return json_string(as_day_text(day, text));
}

json_t *
as_number_json(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static json_t *
count_json(const struct as_usage_count *c)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "messages", as_number_json(c->messages)) &&
		as_json_put(o, "pass", as_number_json(c->passed)) &&
		as_json_put(o, "dkim", as_number_json(c->dkim)) &&
		as_json_put(o, "spf", as_number_json(c->spf)) &&
		as_json_put(o, "stopped", as_number_json(c->stopped)));
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
			as_json_put(
			    o, "messages", as_number_json(v->messages)));
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
		as_json_put(o, "first", as_day_json(s->first)) &&
		as_json_put(o, "last", as_day_json(s->last)) &&
		as_json_put(o, "days", json_integer(s->days)) &&
		as_json_put(o, "gap", json_integer(s->gap)) &&
		as_json_put(o, "addresses", as_number_json(s->addresses)) &&
		as_json_put(o, "some_addresses", addresses_json(s)) &&
		as_json_put(o, "forwarded", as_number_json(s->forwarded)) &&
		as_json_put(o, "broken", as_number_json(s->broken)) &&
		as_json_put(o, "all", count_json(&s->all)) &&
		as_json_put(o, "scopes", counts_json(s->count)) &&
		as_json_put(o, "vouches", vouches_json(s)));
}

static json_t *
sources_json(const struct as_sources_view *v)
{
	const struct as_usage *u = v->usage;
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < u->n_sources; i++)
		if (as_source_is_shown(v, &u->sources[i]))
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
			as_json_put(o, "first", as_day_json(r->first)) &&
			as_json_put(o, "last", as_day_json(r->last)) &&
			as_json_put(o, "days", as_number_json(r->days)) &&
			as_json_put(o, "gap", json_integer(r->gap)) &&
			as_json_put(o, "reports", as_number_json(r->reports)) &&
			as_json_put(
			    o, "messages", as_number_json(r->messages)));
		ok = as_json_add(all, o);
	}
	return as_json_done(all, ok);
}

/* What DNS has of it. */
static bool
key_dns_put(json_t *o, const struct as_key_use *k)
{
	if (!as_json_put(o, "dns", json_string(as_key_state_text(k->state))))
		return false;
	if (k->bits > 0 && !as_json_put(o, "bits", json_integer(k->bits)))
		return false;
	return as_json_put_any(o, "algorithm", k->alg) &&
	    as_json_put(o, "testing", json_boolean(k->testing)) &&
	    as_json_put_any(o, "service", k->service) &&
	    as_json_put(o, "act", json_boolean(k->act)) &&
	    as_json_put_any(o, "text", k->text);
}

static json_t *
key_json(const struct as_key_use *k)
{
	json_t *o = json_object();
	bool seen = k->first <= k->last;

	return as_json_done(o,
	    as_json_put(o, "domain", as_json_str(k->signer)) &&
		as_json_put(o, "selector", as_json_str(k->selector)) &&
		as_json_put(o, "own", json_boolean(k->own)) &&
		as_json_put(o, "messages", as_number_json(k->messages)) &&
		as_json_put(o, "pass", as_number_json(k->passed)) &&
		as_json_put(
		    o, "first", seen ? as_day_json(k->first) : json_null()) &&
		as_json_put(
		    o, "last", seen ? as_day_json(k->last) : json_null()) &&
		key_dns_put(o, k));
}

static json_t *
keys_json(const struct as_key_uses *keys)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < keys->n; i++)
		ok = as_json_add(all, key_json(&keys->list[i]));
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
		    as_json_put(o, "first", as_day_json(x->first)) &&
			as_json_put(o, "last", as_day_json(x->last)) &&
			as_json_put(
			    o, "messages", as_number_json(x->messages)) &&
			as_json_put(o, "stopped", as_number_json(x->stopped)) &&
			as_json_put(o, "sources", as_number_json(x->sources)) &&
			as_json_put_any(o, "most", most) &&
			as_json_put(o, "of_most", as_number_json(x->of_most)));
		ok = as_json_add(all, o);
	}
	return as_json_done(all, ok);
}

json_t *
as_sources_json(const struct as_sources_view *v)
{
	const struct as_usage *u = v->usage;
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "schema", json_string(SCHEMA)) &&
		as_json_put(o, "domain", as_json_str(u->domain)) &&
		as_json_put(o, "from", as_day_json(u->from)) &&
		as_json_put(o, "to", as_day_json(u->to)) &&
		as_json_put(o, "days", json_integer(u->days)) &&
		as_json_put(o, "gap", json_integer(u->gap)) &&
		as_json_put(o, "names_unasked", as_number_json(v->unasked)) &&
		as_json_put(o, "all", count_json(&u->all)) &&
		as_json_put(o, "scopes", counts_json(u->count)) &&
		as_json_put(o, "new_since", as_day_json(u->new_since)) &&
		as_json_put(o, "sources", sources_json(v)) &&
		as_json_put(o, "usual", as_number_json(u->usual)) &&
		as_json_put(o, "bursts", bursts_json(u)) &&
		as_json_put(o, "reporters", reporters_json(u)) &&
		as_json_put(o, "keys", keys_json(v->keys)));
}
