#include "render/check.h"

#include "base/clock.h"

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
axes_json(const struct as_assessment *as)
{
	json_t *axes = json_object();
	bool ok = axes != NULL;

	for (size_t i = 0; ok && i < AS_AXES; i++) {
		struct as_str grade = {&as->axes[i].grade, 1};
		json_t *axis = json_object();
		ok = put(axes, as_axis_id_text((enum as_axis_id)i), axis) &&
		    put(axis, "grade", as_json_str(grade)) &&
		    put(axis, "gate", str_or_null(as->axes[i].gate));
	}
	if (ok)
		return axes;
	json_decref(axes);
	return NULL;
}

static bool
put_record(json_t *advice, const struct as_record *r)
{
	json_t *record = json_object();

	return put(advice, "record", record) &&
	    put(record, "name", as_json_str(r->name)) &&
	    put(record, "type", as_json_str(r->type)) &&
	    put(record, "current", str_or_null(r->current)) &&
	    put(record, "proposed", str_or_null(r->proposed));
}

static bool
put_file(json_t *advice, const struct as_file *f)
{
	json_t *file = json_object();

	return put(advice, "file", file) &&
	    put(file, "url", as_json_str(f->url)) &&
	    put(file, "text", as_json_str(f->text));
}

static json_t *
advice_json(const struct as_finding *f)
{
	json_t *advice;

	if (f->advice.n == 0)
		return json_null();
	advice = json_object();
	if (put(advice, "text", as_json_str(f->advice)) &&
	    (f->record.name.n == 0 || put_record(advice, &f->record)) &&
	    (f->file.url.n == 0 || put_file(advice, &f->file)))
		return advice;
	json_decref(advice);
	return NULL;
}

static json_t *
cites_json(const struct as_finding *f)
{
	json_t *cites = json_array();

	for (size_t i = 0; i < f->n_cites; i++)
		if (json_array_append_new(cites, as_json_str(f->cites[i])) != 0)
			goto fail;
	return cites;
fail:
	json_decref(cites);
	return NULL;
}

static bool
is_brief(const struct as_finding *f, enum as_detail detail)
{
	return detail == AS_DETAIL_BRIEF && f->verdict <= AS_VERDICT_PASS;
}

static json_t *
finding_json(const struct as_finding *f, enum as_detail detail)
{
	json_t *o = json_object();

	if (!put(o, "rule", as_json_str(f->rule)) ||
	    !put(o, "verdict", json_string(as_verdict_text(f->verdict))) ||
	    !put(o, "subject", as_json_str(f->subject)))
		goto fail;
	if (is_brief(f, detail))
		return o;
	if (put(o, "title", as_json_str(f->title)) &&
	    put(o, "evidence", as_json_str(f->evidence)) &&
	    put(o, "why", as_json_str(f->why)) &&
	    put(o, "advice", advice_json(f)) && put(o, "cites", cites_json(f)))
		return o;
fail:
	json_decref(o);
	return NULL;
}

static json_t *
findings_json(const struct as_assessment *as, enum as_detail detail)
{
	json_t *list = json_array();

	for (size_t i = 0; i < as->n_findings; i++)
		if (json_array_append_new(
			list, finding_json(&as->findings[i], detail)) != 0)
			goto fail;
	return list;
fail:
	json_decref(list);
	return NULL;
}

static json_t *
dkim_key_json(const struct as_dkim_seen *k)
{
	json_t *o = json_object();

	if (put(o, "selector", as_json_str(k->selector)) &&
	    put(o, "sha256", as_json_str(k->sha256)) &&
	    put(o, "alias", str_or_null(k->alias)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *
dkim_keys_json(const struct as_assessment *as)
{
	json_t *list = json_array();

	for (size_t i = 0; i < as->n_dkim_keys; i++)
		if (json_array_append_new(
			list, dkim_key_json(&as->dkim_keys[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

json_t *
as_check_json(const struct as_assessment *as, enum as_detail detail,
    const struct as_facts *facts)
{
	char when[AS_TIME_TEXT];
	json_t *o = json_object();

	as_time_text(as->checked_at, when);
	if (put(o, "schema", json_string(AS_CHECK_SCHEMA)) &&
	    put(o, "domain", as_json_str(as->domain)) &&
	    put(o, "checked_at", json_string(when)) &&
	    put(o, "rules_version", as_json_str(as->rules_version)) &&
	    put(o, "role", json_string(as_role_text(as->role))) &&
	    put(o, "role_why", as_json_str(as->role_why)) &&
	    put(o, "phase", json_string(as_phase_text(as->phase))) &&
	    put(o, "next_step", str_or_null(as->next_step)) &&
	    put(o, "axes", axes_json(as)) &&
	    put(o, "findings", findings_json(as, detail)) &&
	    put(o, "dkim_keys", dkim_keys_json(as)) &&
	    put(o, "profiles", json_array()) &&
	    (facts == NULL ||
		put(o, "facts", as_codec_write(&as_shape_facts, facts))))
		return o;
	json_decref(o);
	return NULL;
}
