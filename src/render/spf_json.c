#include "base/json.h"
#include "render/spf.h"

#include "base/banned.h"

/* Set a key to a fresh value; false when either has no memory. */
static bool
put(json_t *obj, const char *key, json_t *value)
{
	return json_object_set_new(obj, key, value) == 0;
}

static bool
put_any(json_t *obj, const char *key, struct as_str s)
{
	return s.n == 0 || put(obj, key, as_json_str(s));
}

static json_t *
str_or_null(struct as_str s)
{
	return as_str_is_null(s) ? json_null() : as_json_str(s);
}

/* Of a term without a match there is a result only behind an include. */
static bool
has_result(const struct as_spf_step *s)
{
	bool follows =
	    s->term->kind == AS_SPF_INCLUDE || s->term->kind == AS_SPF_REDIRECT;

	return follows || s->outcome == AS_SPF_OUTCOME_MATCH ||
	    s->outcome == AS_SPF_OUTCOME_ERROR;
}

static json_t *
step_json(const struct as_spf_step *s)
{
	const char *outcome = as_spf_outcome_text(s->outcome);
	const char *result = as_spf_result_text(s->result);
	json_t *o = json_object();

	if (put(o, "depth", json_integer(s->depth)) &&
	    put(o, "domain", as_json_str(s->domain)) &&
	    put(o, "term", as_json_str(s->term->text)) &&
	    put(o, "outcome", json_string(outcome)) &&
	    (!has_result(s) || put(o, "result", json_string(result))) &&
	    put_any(o, "target", s->target) &&
	    put_any(o, "detail", s->detail) &&
	    put(o, "cost", json_integer(s->cost)) &&
	    put(o, "lookups", json_integer(s->lookups)) &&
	    put(o, "void_lookups", json_integer(s->voids)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *
trace_json(const struct as_spf_verdict *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->n_trace; i++)
		if (json_array_append_new(list, step_json(&v->trace[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

json_t *
as_spf_json(const struct as_spf_query *q, const struct as_spf_verdict *v)
{
	const char *result = as_spf_result_text(v->result);
	char ip[AS_IP_TEXT];
	json_t *o = json_object();

	if (put(o, "result", json_string(result)) &&
	    put(o, "problem",
		v->problem.n > 0 ? as_json_str(v->problem) : json_null()) &&
	    put(o, "explanation", str_or_null(v->explanation)) &&
	    put(o, "ip", json_string(as_ip_text(&q->ip, ip))) &&
	    put(o, "sender", as_json_str(v->sender)) &&
	    put(o, "helo", as_json_str(q->helo)) &&
	    put(o, "domain", as_json_str(v->domain)) &&
	    put(o, "record", str_or_null(v->record)) &&
	    put(o, "lookups", json_integer(v->lookups)) &&
	    put(o, "void_lookups", json_integer(v->voids)) &&
	    put(o, "took_ms", json_integer(v->took_ms)) &&
	    put(o, "trace", trace_json(v)))
		return o;
	json_decref(o);
	return NULL;
}
