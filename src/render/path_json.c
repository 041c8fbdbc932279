#include "assess/assess.h"
#include "base/json.h"
#include "render/path.h"

#include "base/banned.h"

#define SCHEMA "assay.path/1"

static json_t *
said_json(const struct as_path_said *s)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(
		o, "answer", json_string(as_path_answer_text(s->answer))) &&
		as_json_put(o, "why", as_json_str(s->why)));
}

static json_t *
line_json(const struct as_path_to *to, int i)
{
	const struct as_path_line *line = &to->lines[i];
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "sender",
		json_string(as_path_sender_text((enum as_path_sender)i))) &&
		as_json_put(
		    o, "way", json_string(as_path_way_text(line->way))) &&
		as_json_put(o, "why", as_json_str(line->why)));
}

static json_t *
server_json(const struct as_path_server *s)
{
	json_t *o = json_object(), *ways = json_object();
	bool ok = ways != NULL;

	for (int i = 0; ok && i < AS_PATH_SENDERS; i++)
		ok = as_json_put(ways,
		    as_path_sender_text((enum as_path_sender)i),
		    json_string(as_path_way_text(s->ways[i])));
	ways = as_json_done(ways, ok);
	return as_json_done(o,
	    as_json_put(o, "ways", ways) &&
		as_json_put(o, "host", as_json_str(s->host)) &&
		as_json_put(o, "address", as_json_str(s->address)) &&
		as_json_put(o, "preference", json_integer(s->preference)) &&
		as_json_put_any(o, "why", s->why));
}

static json_t *
todo_json(const struct as_finding *const *list, size_t n)
{
	json_t *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		const char *verdict = as_verdict_text(list[i]->verdict);
		json_t *o = json_object();

		o = as_json_done(o,
		    as_json_put(o, "rule", as_json_str(list[i]->rule)) &&
			as_json_put(o, "verdict", json_string(verdict)) &&
			as_json_put(
			    o, "subject", as_json_str(list[i]->subject)) &&
			as_json_put(o, "title", as_json_str(list[i]->title)) &&
			as_json_put(o, "advice", as_json_str(list[i]->advice)));
		ok = as_json_add(all, o);
	}
	return as_json_done(all, ok);
}

static json_t *
from_json(const struct as_path_from *f)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "domain", as_json_str(f->domain)) &&
		as_json_put(o, "spf", as_json_str(f->spf)) &&
		as_json_put(o, "dkim", as_json_str(f->dkim)) &&
		as_json_put(o, "dmarc", as_json_str(f->dmarc)) &&
		as_json_put(o, "todo", todo_json(f->todo, f->n_todo)));
}

static json_t *
to_json(const struct as_path_to *to)
{
	json_t *o = json_object(), *lines = json_array(), *all = json_array();
	bool ok = lines != NULL, each = all != NULL;

	for (int i = 0; ok && i < AS_PATH_SENDERS; i++)
		ok = as_json_add(lines, line_json(to, i));
	for (size_t i = 0; each && i < to->n_servers; i++)
		each = as_json_add(all, server_json(&to->servers[i]));
	lines = as_json_done(lines, ok);
	all = as_json_done(all, each);
	ok = as_json_put(o, "senders", lines);
	ok = as_json_put(o, "servers", all) && ok;
	return as_json_done(o,
	    ok && as_json_put(o, "domain", as_json_str(to->domain)) &&
		as_json_put(o, "todo", todo_json(to->todo, to->n_todo)));
}

json_t *
as_path_json(const struct as_path_view *v)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "schema", json_string(SCHEMA)) &&
		as_json_put(
		    o, "rules_version", json_string(as_rules_version())) &&
		as_json_put(o, "encrypted", said_json(&v->to->encrypted)) &&
		as_json_put(o, "verified", said_json(&v->to->verified)) &&
		as_json_put(o, "provable", said_json(&v->from->provable)) &&
		as_json_put(o, "from", from_json(v->from)) &&
		as_json_put(o, "to", to_json(v->to)));
}
