/*
 * facts-schema - prints schema/facts.json, a JSON Schema of the fact document
 * and of the TLS report, from the shapes that the codec walks.
 */
#include <stdio.h>

#include "base/json.h"
#include "base/limits.h"
#include "model/facts.h"
#include "model/tls_report.h"

#include "base/banned.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

/* What assay tls adds to a shape when it prints it. */
static const struct {
	const struct as_shape *shape;
	const char *member;
	const char *schema;
} added[] = {
    {&as_shape_tls_server, "verdict", "tls.json#/$defs/verdict"},
    {&as_shape_tls_server, "documents", "tls.json#/$defs/documents"},
};

static json_t *
ref_json(const char *name)
{
	return json_pack("{s:s+}", "$ref", "#/$defs/", name);
}

static json_t *
text_json(const char *pattern)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

static json_t *
list_json(json_t *item)
{
	return json_pack("{s:s, s:i, s:o}", "type", "array", "maxItems",
	    AS_MAX_LIST_ITEMS, "items", item);
}

static json_t *
enum_json(const struct as_names *names)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < names->n; i++)
		ok = as_json_add(list, json_string(names->texts[i]));
	return json_pack("{s:o}", "enum", as_json_done(list, ok));
}

static json_t *
kind_json(const struct as_field *f)
{
	switch (f->kind) {
	case AS_KIND_BOOL: return json_pack("{s:s}", "type", "boolean");
	case AS_KIND_U32:
		return json_pack("{s:s, s:i, s:I}", "type", "integer",
		    "minimum", 0, "maximum", (json_int_t)UINT32_MAX);
	case AS_KIND_TIME:
		return text_json("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}"
				 ":[0-9]{2}(\\.[0-9]{3})?Z$");
	case AS_KIND_TEXT: return json_pack("{s:s}", "type", "string");
	case AS_KIND_OCTETS: return text_json("^[ -~]*$");
	case AS_KIND_HEX: return text_json("^([0-9a-f]{2})*$");
	case AS_KIND_RRTYPE: return text_json("^[A-Z][A-Z0-9]*$");
	case AS_KIND_STRS: return list_json(text_json("^[ -~]*$"));
	case AS_KIND_ENUM: return enum_json(f->names);
	case AS_KIND_ONE: return ref_json(f->shape->name);
	case AS_KIND_LIST: return list_json(ref_json(f->shape->name));
	}
	return NULL;
}

/* A member, with what is said of it. */
static bool
member_put(json_t *members, const struct as_field *f)
{
	json_t *member = kind_json(f);

	return as_json_put(members, f->name, member) &&
	    as_json_put_any(member, "description", as_str_from(f->doc));
}

/* An enum is written always. */
static json_t *
shape_json(const struct as_shape *shape)
{
	const struct as_field *fields = shape->fields();
	json_t *members = json_object(), *required = json_array();
	bool ok = members != NULL && required != NULL;

	for (size_t i = 0; ok && i < shape->n; i++)
		ok = member_put(members, &fields[i]) &&
		    (fields[i].kind != AS_KIND_ENUM ||
			as_json_add(required, json_string(fields[i].name)));
	for (size_t i = 0; ok && i < sizeof(added) / sizeof(added[0]); i++)
		ok = added[i].shape != shape ||
		    as_json_put(members, added[i].member,
			json_pack("{s:s}", "$ref", added[i].schema));
	return json_pack("{s:s, s:o, s:o}", "type", "object", "properties",
	    as_json_done(members, ok), "required", as_json_done(required, ok));
}

/* The shape and all that it leads to, each once. */
static bool
shapes_put(json_t *defs, const struct as_shape *shape)
{
	const struct as_field *fields = shape->fields();
	bool ok = json_object_get(defs, shape->name) != NULL ||
	    as_json_put(defs, shape->name, shape_json(shape));

	for (size_t i = 0; ok && i < shape->n; i++)
		ok = fields[i].shape == NULL ||
		    json_object_get(defs, fields[i].shape->name) != NULL ||
		    shapes_put(defs, fields[i].shape);
	return ok;
}

int
main(void)
{
	json_t *defs = json_object(), *doc;
	bool ok = shapes_put(defs, &as_shape_facts) &&
	    shapes_put(defs, &as_shape_tls_report);
	struct as_buf b;

	doc = json_pack("{s:s, s:s, s:s, s:s, s:o}", "$schema", DIALECT,
	    "title", AS_FACTS_SCHEMA, "$comment",
	    "Made by tools/facts-schema from src/model; run make doc.", "$ref",
	    "#/$defs/facts", "$defs", as_json_done(defs, ok));
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	as_json_write(&b, doc, AS_JSON_PRETTY);
	as_buf_puts(&b, "\n");
	ok = as_buf_ok(&b) && fwrite(b.p, 1, b.n, stdout) == b.n &&
	    fflush(stdout) == 0;
	as_buf_fini(&b);
	json_decref(doc);
	return ok ? 0 : 1;
}
