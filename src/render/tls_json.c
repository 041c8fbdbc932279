#include "base/json.h"
#include "render/tls.h"

#include "base/banned.h"

/* --- the verdict --- */

static json_t *
remark_json(const struct as_tls_remark *r)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "id", json_string(r->id)) &&
		as_json_put(
		    o, "weight", json_string(as_tls_weight_text(r->weight))) &&
		as_json_put(o, "title", json_string(r->title)) &&
		as_json_put(o, "seen", as_json_str(r->seen)) &&
		as_json_put(o, "why", json_string(r->why)) &&
		as_json_put(o, "cite", json_string(r->cite)));
}

static json_t *
change_json(const struct as_tls_change *c)
{
	json_t *o = json_object(), *steps = json_array();
	bool ok = as_json_put(o, "steps", steps) &&
	    as_json_put(o, "product", json_string(c->product)) &&
	    as_json_put(o, "named_by_banner", json_boolean(c->named));

	for (size_t i = 0; ok && i < c->n_steps; i++) {
		json_t *s = json_object();

		ok = as_json_add(steps, s) &&
		    as_json_put(s, "text", json_string(c->steps[i].words)) &&
		    as_json_put(s, "lines", as_json_str(c->steps[i].lines));
	}
	return as_json_done(o, ok);
}

static bool
compared_add(json_t *o, const struct as_tls_verdict *v)
{
	json_t *differs;
	bool ok;

	if (v->beside == NULL)
		return true;
	differs = json_array();
	ok = as_json_put(o, "differs", differs) &&
	    as_json_put(o, "compared_with", as_json_str(v->beside->address)) &&
	    as_json_put(o, "same", json_boolean(v->same));
	for (size_t i = 0; ok && i < v->n_differs; i++)
		ok = as_json_add(differs, as_json_str(v->differs[i]));
	return ok;
}

static json_t *
verdict_json(const struct as_tls_verdict *v)
{
	json_t *o = json_object(), *remarks = json_array(),
	       *changes = json_array();
	bool ok =
	    as_json_put(o, "grade", json_string(as_tls_grade_text(v->grade))) &&
	    as_json_put(o, "sentence", as_json_str(v->sentence)) &&
	    as_json_put(o, "not_told", as_json_str(v->open)) &&
	    as_json_put(o, "trust", as_json_str(v->trust)) &&
	    as_json_put(o, "caa", as_json_str(v->caa));

	ok = as_json_put(o, "findings", remarks) && ok;
	ok = as_json_put(o, "changes", changes) && ok;
	for (size_t i = 0; ok && i < v->n_remarks; i++)
		ok = as_json_add(remarks, remark_json(&v->remarks[i]));
	for (size_t i = 0; ok && i < v->n_changes; i++)
		ok = as_json_add(changes, change_json(&v->changes[i]));
	ok = ok && compared_add(o, v);
	return as_json_done(o, ok);
}

/* --- the documents --- */

static json_t *
objection_json(const struct as_tls_objection *ob)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "kind", json_string(ob->kind)) &&
		as_json_put(o, "what", as_json_str(ob->what)) &&
		as_json_put(o, "level",
		    json_string(as_tls_level_word(ob->mark.level))) &&
		(ob->mark.until.n == 0 ||
		    as_json_put(o, "until", as_json_str(ob->mark.until))) &&
		(ob->mark.note.n == 0 ||
		    as_json_put(o, "note", as_json_str(ob->mark.note))));
}

static json_t *
reading_json(const struct as_tls_reading *r)
{
	json_t *o = json_object(), *against = json_array();
	bool ok = as_json_put(o, "id", json_string(r->id)) &&
	    as_json_put(o, "title", as_json_str(r->title)) &&
	    as_json_put(o, "publisher", as_json_str(r->publisher)) &&
	    as_json_put(o, "edition", as_json_str(r->edition)) &&
	    as_json_put(o, "source", as_json_str(r->source)) &&
	    as_json_put(
		o, "verdict", json_string(as_tls_meets_text(r->meets))) &&
	    as_json_put(o, "complete", json_boolean(r->complete)) &&
	    (r->untold.n == 0 ||
		as_json_put(o, "not_told", as_json_str(r->untold)));

	ok = as_json_put(o, "against", against) && ok;
	for (size_t i = 0; ok && i < r->n_objections; i++)
		ok = as_json_add(against, objection_json(&r->objections[i]));
	return as_json_done(o, ok);
}

static json_t *
readings_json(const struct as_tls_verdict *v)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n_readings; i++)
		ok = as_json_add(list, reading_json(&v->readings[i]));
	return as_json_done(list, ok);
}

/* --- the whole --- */

/* The codec leaves empty lists out; here their readers count on them. */
static bool
list_have(json_t *o, const char *key)
{
	return json_object_get(o, key) != NULL ||
	    as_json_put(o, key, json_array());
}

static bool
server_add(json_t *server, const struct as_tls_verdict *v)
{
	bool ok = list_have(server, "versions");
	json_t *versions = json_object_get(server, "versions"), *version;
	size_t i;

	json_array_foreach(versions, i, version) ok =
	    ok && list_have(version, "suites");
	return ok && as_json_put(server, "verdict", verdict_json(v)) &&
	    as_json_put(server, "documents", readings_json(v));
}

json_t *
as_tls_json(const struct as_tls_page *p)
{
	json_t *o = as_codec_write(&as_shape_tls_report, p->report);
	bool ok = o != NULL && list_have(o, "servers");
	json_t *servers = json_object_get(o, "servers");

	for (size_t i = 0; ok && i < p->judgement->n_servers; i++)
		ok = server_add(
		    json_array_get(servers, i), &p->judgement->servers[i]);
	return as_json_done(o, ok);
}
