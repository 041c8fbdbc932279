#include "assess/usage.h"
#include "base/json.h"
#include "render/tls_told.h"
#include "render/usage.h"

#include "base/banned.h"

#define SCHEMA "assay.tls-reports/1"

static json_t *
who_json(const struct as_tls_fault *f)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < f->reporters && i < AS_TLS_TOLD_NAMES; i++)
		ok = as_json_add(all, as_json_str(f->who[i]));
	return as_json_done(all, ok);
}

/* What the prober sees. */
static json_t *
finding_json(const struct as_finding *f)
{
	json_t *o;

	if (f == NULL)
		return json_null();
	o = json_object();
	return as_json_done(o,
	    as_json_put(o, "rule", as_json_str(f->rule)) &&
		as_json_put(
		    o, "verdict", json_string(as_verdict_text(f->verdict))) &&
		as_json_put(o, "subject", as_json_str(f->subject)) &&
		as_json_put(o, "title", as_json_str(f->title)) &&
		as_json_put(o, "evidence", as_json_str(f->evidence)));
}

static json_t *
fault_json(const struct as_tls_fault *f)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "result", as_json_str(f->result)) &&
		as_json_put(o, "known", json_boolean(f->known)) &&
		as_json_put(o, "mx", as_json_str_or_null(f->mx)) &&
		as_json_put(o, "sessions", as_number_json(f->sessions)) &&
		as_json_put(o, "reporters", as_number_json(f->reporters)) &&
		as_json_put(o, "some_reporters", who_json(f)) &&
		as_json_put(o, "first", as_day_json(f->first)) &&
		as_json_put(o, "last", as_day_json(f->last)) &&
		as_json_put_any(o, "policy", f->policy) &&
		as_json_put_any(o, "ip", f->ip) &&
		as_json_put_any(o, "reason", f->reason) &&
		as_json_put(o, "means", as_json_str(f->means)) &&
		as_json_put(o, "now", json_string(as_tls_now_text(f->now))) &&
		as_json_put(o, "finding", finding_json(f->finding)) &&
		as_json_put(o, "next", as_json_str(f->next)));
}

static json_t *
total_json(const struct as_tls_told_total *x)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "reporter", as_json_str(x->org)) &&
		as_json_put(o, "successes", as_number_json(x->successes)) &&
		as_json_put(o, "failures", as_number_json(x->failures)) &&
		as_json_put(o, "days", as_number_json(x->days)) &&
		as_json_put(o, "first", as_day_json(x->first)) &&
		as_json_put(o, "last", as_day_json(x->last)));
}

json_t *
as_tls_told_json(const struct as_tls_told *told)
{
	json_t *o = json_object(), *faults = json_array(),
	       *totals = json_array();
	bool ok = faults != NULL, fine = totals != NULL;

	for (size_t i = 0; ok && i < told->n; i++)
		ok = as_json_add(faults, fault_json(&told->faults[i]));
	for (size_t i = 0; fine && i < told->n_totals; i++)
		fine = as_json_add(totals, total_json(&told->totals[i]));
	faults = as_json_done(faults, ok);
	totals = as_json_done(totals, fine);
	ok = as_json_put(o, "schema", json_string(SCHEMA)) &&
	    as_json_put(o, "domain", as_json_str(told->domain)) &&
	    as_json_put(o, "from", as_day_json(told->from)) &&
	    as_json_put(o, "to", as_day_json(told->to)) &&
	    as_json_put(o, "successes", as_number_json(told->successes)) &&
	    as_json_put(o, "failures", as_number_json(told->failures)) &&
	    as_json_put(o, "told", as_number_json(told->told));
	ok = as_json_put(o, "faults", faults) && ok;
	return as_json_done(o, as_json_put(o, "reporters", totals) && ok);
}
