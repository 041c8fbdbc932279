#include "render/check.h"

#include "base/clock.h"
#include "base/json.h"
#include "render/profile.h"

#include "base/banned.h"

static json_t *
axes_json(const struct as_assessment *as)
{
	json_t *axes = json_object();
	bool ok = axes != NULL;

	for (size_t i = 0; ok && i < AS_AXES; i++) {
		struct as_str grade = {&as->axes[i].grade, 1};
		json_t *axis = json_object();
		ok = as_json_put(
			 axes, as_axis_id_text((enum as_axis_id)i), axis) &&
		    as_json_put(axis, "grade", as_json_str(grade)) &&
		    as_json_put(
			axis, "gate", as_json_str_or_null(as->axes[i].gate));
	}
	return as_json_done(axes, ok);
}

static bool
put_record(json_t *advice, const struct as_record *r)
{
	json_t *record = json_object();

	return as_json_put(advice, "record", record) &&
	    as_json_put(record, "name", as_json_str(r->name)) &&
	    as_json_put(record, "type", as_json_str(r->type)) &&
	    as_json_put(record, "current", as_json_str_or_null(r->current)) &&
	    as_json_put(record, "proposed", as_json_str_or_null(r->proposed));
}

static bool
put_file(json_t *advice, const struct as_file *f)
{
	json_t *file = json_object();

	return as_json_put(advice, "file", file) &&
	    as_json_put(file, "url", as_json_str(f->url)) &&
	    as_json_put(file, "text", as_json_str(f->text));
}

static json_t *
advice_json(const struct as_finding *f)
{
	json_t *advice;

	if (f->advice.n == 0)
		return json_null();
	advice = json_object();
	return as_json_done(advice,
	    as_json_put(advice, "text", as_json_str(f->advice)) &&
		(f->record.name.n == 0 || put_record(advice, &f->record)) &&
		(f->file.url.n == 0 || put_file(advice, &f->file)));
}

static json_t *
cites_json(const struct as_finding *f)
{
	json_t *cites = json_array();
	bool ok = cites != NULL;

	for (size_t i = 0; ok && i < f->n_cites; i++)
		ok = as_json_add(cites, as_json_str(f->cites[i]));
	return as_json_done(cites, ok);
}

static bool
is_brief(const struct as_finding *f, enum as_detail detail)
{
	return detail == AS_DETAIL_BRIEF && f->verdict <= AS_VERDICT_PASS;
}

static json_t *
finding_json(const struct as_finding *f, enum as_detail detail)
{
	const char *verdict = as_verdict_text(f->verdict);
	json_t *o = json_object();
	bool ok = as_json_put(o, "rule", as_json_str(f->rule)) &&
	    as_json_put(o, "verdict", json_string(verdict)) &&
	    as_json_put(o, "subject", as_json_str(f->subject));

	if (ok && !is_brief(f, detail))
		ok = as_json_put(o, "title", as_json_str(f->title)) &&
		    as_json_put(o, "evidence", as_json_str(f->evidence)) &&
		    as_json_put(o, "why", as_json_str(f->why)) &&
		    as_json_put(o, "advice", advice_json(f)) &&
		    as_json_put(o, "cites", cites_json(f));
	return as_json_done(o, ok);
}

static json_t *
findings_json(const struct as_assessment *as, enum as_detail detail)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < as->n_findings; i++)
		ok = as_json_add(list, finding_json(&as->findings[i], detail));
	return as_json_done(list, ok);
}

static json_t *
dkim_key_json(const struct as_dkim_seen *k)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "selector", as_json_str(k->selector)) &&
		as_json_put(o, "sha256", as_json_str(k->sha256)) &&
		as_json_put(o, "alias", as_json_str_or_null(k->alias)));
}

static json_t *
dkim_keys_json(const struct as_assessment *as)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < as->n_dkim_keys; i++)
		ok = as_json_add(list, dkim_key_json(&as->dkim_keys[i]));
	return as_json_done(list, ok);
}

json_t *
as_check_json(const struct as_assessment *as, enum as_detail detail,
    const struct as_facts *facts)
{
	char when[AS_TIME_TEXT];
	json_t *o = json_object();

	as_time_text(as->checked_at, when);
	return as_json_done(o,
	    as_json_put(o, "schema", json_string(AS_CHECK_SCHEMA)) &&
		as_json_put(o, "domain", as_json_str(as->domain)) &&
		as_json_put(o, "checked_at", json_string(when)) &&
		as_json_put(
		    o, "rules_version", as_json_str(as->rules_version)) &&
		as_json_put(o, "role", json_string(as_role_text(as->role))) &&
		as_json_put(o, "role_why", as_json_str(as->role_why)) &&
		as_json_put(
		    o, "phase", json_string(as_phase_text(as->phase))) &&
		as_json_put(
		    o, "next_step", as_json_str_or_null(as->next_step)) &&
		as_json_put(o, "axes", axes_json(as)) &&
		as_json_put(o, "findings", findings_json(as, detail)) &&
		as_json_put(o, "dkim_keys", dkim_keys_json(as)) &&
		as_standings_json(o, as->profiles, detail == AS_DETAIL_BRIEF) &&
		(facts == NULL ||
		    as_json_put(
			o, "facts", as_codec_write(&as_shape_facts, facts))));
}
