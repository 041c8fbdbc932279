#include "base/clock.h"
#include "base/json.h"
#include "render/history.h"

#include "base/banned.h"

#define MS 1000

static json_t *
time_json(int64_t seconds)
{
	char text[AS_TIME_TEXT];

	return json_string(as_time_text(seconds * MS, text));
}

static json_t *
count_json(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static json_t *
run_json(const struct as_verdict_run *r)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "from", time_json(r->run.first)) &&
		as_json_put(o, "to", time_json(r->run.last)) &&
		as_json_put(o, "looks", count_json(r->run.looks)) &&
		as_json_put(
		    o, "rules_version", as_json_str(r->rules_version)) &&
		as_json_put(o, "grades", as_json_str(r->grades)) &&
		as_json_put(o, "role", json_string(as_role_text(r->role))) &&
		as_json_put(o, "phase", json_string(as_phase_text(r->phase))) &&
		as_json_put(o, "fail", count_json(r->fails)) &&
		as_json_put(o, "warn", count_json(r->warns)) &&
		as_json_put(o, "unknown", count_json(r->unknowns)));
}

json_t *
as_history_json(const struct as_history_view *v)
{
	json_t *o = json_object(), *runs = json_array();
	bool ok = runs != NULL;

	for (size_t i = 0; ok && i < v->n_runs; i++)
		ok = as_json_add(runs, run_json(&v->runs[i]));
	runs = as_json_done(runs, ok);
	ok = as_json_put(o, "schema", json_string("assay.history/1")) &&
	    as_json_put(o, "domain", as_json_str(v->domain));
	return as_json_done(o, as_json_put(o, "runs", runs) && ok);
}
