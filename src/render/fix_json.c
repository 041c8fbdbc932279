#include "assess/profile.h"
#include "base/clock.h"
#include "base/json.h"
#include "render/check.h"
#include "render/fix_private.h"

#include "base/banned.h"

#define TEXT_OCTETS ((size_t)1024 * 1024)

static json_t *
data_json(const struct as_fix_step *step, const struct as_fix_rr *rr)
{
	struct as_buf b;
	json_t *v;

	as_buf_init(&b, TEXT_OCTETS);
	as_fix_put_data(&b, step, rr);
	v = as_buf_ok(&b) ? as_json_str(as_buf_str(&b)) : NULL;
	as_buf_fini(&b);
	return v;
}

static json_t *
set_json(const struct as_fix_step *step, const struct as_fix_set *set)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < set->n; i++)
		ok = as_json_add(list, data_json(step, &set->rr[i]));
	return as_json_done(list, ok);
}

static json_t *
finding_json(const struct as_finding *f)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "rule", as_json_str(f->rule)) &&
		as_json_put(
		    o, "verdict", json_string(as_verdict_text(f->verdict))) &&
		as_json_put(o, "subject", as_json_str(f->subject)) &&
		as_json_put(o, "title", as_json_str(f->title)) &&
		as_json_put(o, "advice", as_json_str_or_null(f->advice)));
}

static json_t *
findings_json(const struct as_finding *const *v, size_t n, bool who)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		json_t *f = finding_json(v[i]);

		ok = as_json_add(list, f) &&
		    (!who ||
			as_json_put(f, "who", json_string(as_fix_who(v[i]))));
	}
	return as_json_done(list, ok);
}

static bool
put_sets(json_t *o, const struct as_fix_step *step)
{
	if (step->by == AS_FIX_WEB)
		return as_json_put(o, "url", as_json_str(step->url)) &&
		    as_json_put(o, "file", as_json_str(step->file));
	return as_json_put(o, "name", as_json_str(step->name)) &&
	    as_json_put(o, "type", as_json_str(step->type)) &&
	    as_json_put(o, "zone", as_json_str_or_null(step->zone)) &&
	    as_json_put_any(o, "alias", step->alias) &&
	    as_json_put(o, "ttl", json_integer(AS_FIX_TTL)) &&
	    as_json_put(o, "remove", set_json(step, &step->gone)) &&
	    as_json_put(o, "publish", set_json(step, &step->added)) &&
	    as_json_put(o, "keep", set_json(step, &step->kept));
}

static json_t *
steps_json(const struct as_fix *fix)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < fix->n_steps; i++) {
		const struct as_fix_step *step = &fix->steps[i];
		json_t *o = json_object();

		ok = as_json_add(list, o) &&
		    as_json_put(
			o, "by", json_string(as_fix_by_text(step->by))) &&
		    as_json_put(
			o, "check_first", json_boolean(step->check_first)) &&
		    put_sets(o, step) &&
		    as_json_put(o, "mends",
			findings_json(step->mends, step->n_mends, false));
	}
	return as_json_done(list, ok);
}

static json_t *
part_json(const struct as_fix_spf_part *p)
{
	const struct as_spf_row *r = p->row;
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "term", as_json_str(r->term->text)) &&
		as_json_put_any(o, "under", p->under) &&
		as_json_put(o, "state",
		    json_string(as_spf_tree_state_text(r->state))) &&
		as_json_put_any(o, "detail", r->detail) &&
		as_json_put(o, "lookups", json_integer(r->lookups)) &&
		as_json_put_any(o, "service", r->sender.service) &&
		as_json_put_any(o, "move_to", p->name) &&
		as_json_put_any(o, "record", p->record));
}

static json_t *
spf_json(const struct as_fix_spf *spf)
{
	json_t *o, *parts;
	bool ok;

	if (!spf->needed)
		return json_null();
	o = json_object();
	parts = json_array();
	ok = as_json_put(o, "lookups", json_integer(spf->lookups)) &&
	    as_json_put(o, "void_lookups", json_integer(spf->voids)) &&
	    as_json_put(o, "lookups_after", json_integer(spf->lookups_after)) &&
	    as_json_put(o, "parts", parts);
	for (size_t i = 0; ok && i < spf->n_parts; i++)
		ok = as_json_add(parts, part_json(&spf->parts[i]));
	return as_json_done(o, ok);
}

static json_t *
letters_json(const struct as_assessment *as)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (size_t i = 0; ok && i < AS_AXES; i++) {
		struct as_str grade = {&as->axes[i].grade, 1};

		ok = as_json_put(
		    o, as_axis_id_text((enum as_axis_id)i), as_json_str(grade));
	}
	return as_json_done(o, ok);
}

static json_t *
zone_json(const struct as_fix *fix)
{
	struct as_buf b;
	json_t *v;

	as_buf_init(&b, TEXT_OCTETS);
	as_fix_records(fix, &b);
	v = as_buf_ok(&b) ? as_json_str(as_buf_str(&b)) : NULL;
	as_buf_fini(&b);
	return v;
}

static json_t *
profiles_json(const struct as_assessment *now, const struct as_assessment *then)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && now->profiles != NULL &&
	     then->profiles != NULL && i < now->profiles->n_profiles;
	     i++) {
		const struct as_profile_result *was =
		    &now->profiles->profiles[i];
		size_t before = as_profile_count(was, AS_STANDING_NOT_MET);
		size_t after = as_profile_count(
		    &then->profiles->profiles[i], AS_STANDING_NOT_MET);
		json_t *o = json_object();

		ok = as_json_add(list, o) &&
		    as_json_put(o, "id", as_json_str(was->profile->id)) &&
		    as_json_put(o, "not_met_before",
			json_integer((json_int_t)before)) &&
		    as_json_put(
			o, "not_met_after", json_integer((json_int_t)after));
	}
	return as_json_done(list, ok);
}

static bool
put_verdict(json_t *o, const struct as_fix *fix, const struct as_fix_verdict *v)
{
	return as_json_put(o, "before", letters_json(fix->before)) &&
	    as_json_put(o, "after", letters_json(v->after)) &&
	    as_json_put(o, "profiles", profiles_json(fix->before, v->after)) &&
	    as_json_put(
		o, "mended", findings_json(v->mended.v, v->mended.n, false)) &&
	    as_json_put(
		o, "worse", findings_json(v->worse.v, v->worse.n, false)) &&
	    as_json_put(o, "unknown",
		findings_json(v->unknown.v, v->unknown.n, false)) &&
	    as_json_put(o, "left", findings_json(v->left.v, v->left.n, true));
}

json_t *
as_fix_json(const struct as_fix *fix, const struct as_fix_verdict *v)
{
	char when[AS_TIME_TEXT];
	json_t *o = json_object();

	as_time_text(fix->before->checked_at, when);
	return as_json_done(o,
	    as_json_put(o, "schema", json_string(AS_FIX_SCHEMA)) &&
		as_json_put(o, "domain", as_json_str(fix->before->domain)) &&
		as_json_put(o, "checked_at", json_string(when)) &&
		as_json_put(o, "rules_version",
		    as_json_str(fix->before->rules_version)) &&
		as_json_put(
		    o, "role", json_string(as_role_text(fix->before->role))) &&
		as_json_put(o, "steps", steps_json(fix)) &&
		as_json_put(o, "spf", spf_json(&fix->spf)) &&
		put_verdict(o, fix, v) &&
		as_json_put(o, "zone", zone_json(fix)));
}
