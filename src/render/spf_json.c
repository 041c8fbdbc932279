#include "base/json.h"
#include "render/spf.h"

#include "base/banned.h"

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

	return as_json_done(o,
	    as_json_put(o, "depth", json_integer(s->depth)) &&
		as_json_put(o, "domain", as_json_str(s->domain)) &&
		as_json_put(o, "term", as_json_str(s->term->text)) &&
		as_json_put(o, "outcome", json_string(outcome)) &&
		(!has_result(s) ||
		    as_json_put(o, "result", json_string(result))) &&
		as_json_put_any(o, "target", s->target) &&
		as_json_put_any(o, "detail", s->detail) &&
		as_json_put(o, "cost", json_integer(s->cost)) &&
		as_json_put(o, "lookups", json_integer(s->lookups)) &&
		as_json_put(o, "void_lookups", json_integer(s->voids)));
}

static json_t *
trace_json(const struct as_spf_verdict *v)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < v->n_trace; i++)
		ok = as_json_add(list, step_json(&v->trace[i]));
	return as_json_done(list, ok);
}

json_t *
as_spf_json(const struct as_spf_query *q, const struct as_spf_verdict *v)
{
	const char *result = as_spf_result_text(v->result);
	char ip[AS_IP_TEXT];
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "result", json_string(result)) &&
		as_json_put(o, "problem", as_json_str_or_null(v->problem)) &&
		as_json_put(o, "explanation", str_or_null(v->explanation)) &&
		as_json_put(o, "ip", json_string(as_ip_text(&q->ip, ip))) &&
		as_json_put(o, "sender", as_json_str(v->sender)) &&
		as_json_put(o, "helo", as_json_str(q->helo)) &&
		as_json_put(o, "domain", as_json_str(v->domain)) &&
		as_json_put(o, "record", str_or_null(v->record)) &&
		as_json_put(o, "lookups", json_integer(v->lookups)) &&
		as_json_put(o, "void_lookups", json_integer(v->voids)) &&
		as_json_put(o, "took_ms", json_integer(v->took_ms)) &&
		as_json_put(o, "trace", trace_json(v)));
}
