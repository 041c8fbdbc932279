/*
 * Assessed domains as one log of SARIF 2.1.0: the catalogue of rules, then a
 * result a finding.  Clauses are of the OASIS standard.
 */
#include "base/json.h"
#include "render/form_private.h"

#include "assess/assess.h"
#include "base/banned.h"

#define SCHEMA \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/" \
	"sarif-schema-2.1.0.json"
#define TEXT_OCTETS 65536

static json_t *
text_json(struct as_str s)
{
	json_t *o = json_object();

	return as_json_done(o, as_json_put(o, "text", as_json_str(s)));
}

static void
json_add(struct as_buf *b, json_t *v)
{
	as_json_write(b, v, AS_JSON_COMPACT);
	json_decref(v);
}

/* --- the catalogue --- */

/* What to do, then where it is written. */
static json_t *
help_json(const struct as_rule_info *r)
{
	struct as_buf b;
	json_t *v;

	as_buf_init(&b, TEXT_OCTETS);
	as_buf_printf(&b, "%s See %s.", r->advice, r->cites);
	v = text_json(as_buf_str(&b));
	as_buf_fini(&b);
	return v;
}

static json_t *
rule_json(const struct as_rule_info *r)
{
	const char *axis = as_axis_id_text(r->axis);
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "id", json_string(r->id)) &&
		as_json_put(
		    o, "shortDescription", text_json(as_str_from(r->title))) &&
		as_json_put(
		    o, "fullDescription", text_json(as_str_from(r->why))) &&
		as_json_put(o, "help", help_json(r)) &&
		as_json_put(o, "properties",
		    json_pack("{s:[s, s], s:s}", "tags", "email-security", axis,
			"applies", r->applies)));
}

static json_t *
rules_json(void)
{
	size_t n;
	const struct as_rule_info *rules = as_rules(&n);
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < n; i++)
		ok = as_json_add(list, rule_json(&rules[i]));
	return as_json_done(list, ok);
}

static json_t *
tool_json(void)
{
	return json_pack("{s:{s:s, s:s, s:s, s:s, s:{s:s}, s:o}}", "driver",
	    "name", "Assay", "version", AS_VERSION, "semanticVersion",
	    AS_VERSION, "fullName", "Assay, an email-security monitor",
	    "properties", "rules_version", as_rules_version(), "rules",
	    rules_json());
}

static void
head(const struct as_sheet *s)
{
	struct as_buf *b = s->term.out;

	as_buf_puts(b,
	    "{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\","
	    "\"runs\":[{\"tool\":");
	json_add(b, tool_json());
	as_buf_puts(b, ",\"results\":[\n");
}

static void
foot(const struct as_sheet *s)
{
	as_buf_puts(s->term.out, "\n]}]}\n");
}

/* --- results --- */

/* 3.27.9 and 3.27.10: a level is for what fails only. */
static const struct {
	const char *kind, *level;
} kinds[] = {
    [AS_VERDICT_NOT_APPLICABLE] = {"notApplicable", "none"},
    [AS_VERDICT_PASS] = {"pass", "none"},
    [AS_VERDICT_INFO] = {"fail", "note"},
    [AS_VERDICT_WARN] = {"fail", "warning"},
    [AS_VERDICT_FAIL] = {"fail", "error"},
    [AS_VERDICT_UNKNOWN] = {"open", "none"},
};

/* What was found, then what to do about it. */
static json_t *
message_json(const struct as_finding *f)
{
	struct as_buf b;
	json_t *v;

	as_buf_init(&b, TEXT_OCTETS);
	if (f->verdict == AS_VERDICT_UNKNOWN) {
		as_buf_puts(&b, "It could not be tested: ");
		as_buf_add_str(&b, f->evidence);
	} else {
		as_buf_add_str(&b, f->title);
	}
	if (f->advice.n > 0) {
		as_buf_puts(&b, " What to do: ");
		as_buf_add_str(&b, f->advice);
	}
	v = text_json(as_buf_str(&b));
	as_buf_fini(&b);
	return v;
}

/* "host:mx.example@192.0.2.1" of a.example: the name is what follows the kind,
 * the whole name is below that of the domain (3.33). */
static json_t *
place_json(const struct as_assessment *as, const struct as_finding *f)
{
	size_t colon = as_str_find(f->subject, ':', 0);
	struct as_str kind = as_str_slice(f->subject, 0, colon);
	struct as_str name = as_str_slice(f->subject, colon + 1, f->subject.n);
	json_t *o = json_object();
	struct as_buf whole;
	bool ok;

	as_buf_init(&whole, TEXT_OCTETS);
	as_buf_add_str(&whole, as->domain);
	if (!as_str_eq(name, as->domain)) {
		as_buf_puts(&whole, "/");
		as_buf_add_str(&whole, name);
	}
	ok = as_json_put(o, "name", as_json_str(name)) &&
	    as_json_put(
		o, "fullyQualifiedName", as_json_str(as_buf_str(&whole))) &&
	    as_json_put(o, "kind", as_json_str(kind));
	as_buf_fini(&whole);
	return as_json_done(o, ok);
}

static json_t *
places_json(const struct as_assessment *as, const struct as_finding *f)
{
	return json_pack("[{s:[o]}]", "logicalLocations", place_json(as, f));
}

/* How many findings before it are of the same rule and subject. */
static size_t
ordinal(const struct as_assessment *as, const struct as_finding *f)
{
	size_t n = 0;

	for (const struct as_finding *e = as->findings; e < f; e++)
		n += as_str_eq(e->rule, f->rule) &&
		    as_str_eq(e->subject, f->subject);
	return n;
}

/* Its place in the catalogue. */
static json_t *
index_json(const struct as_finding *f)
{
	size_t n;
	const struct as_rule_info *rules = as_rules(&n);

	return json_integer((json_int_t)(as_rule_find(f->rule) - rules));
}

/* The same finding in another run: rule, domain and subject, whatever the
 * title counts (3.27.17). */
static json_t *
fingerprint_json(const struct as_assessment *as, const struct as_finding *f)
{
	struct as_buf b;
	json_t *v;

	as_buf_init(&b, TEXT_OCTETS);
	as_buf_add_str(&b, f->rule);
	as_buf_puts(&b, " ");
	as_buf_add_str(&b, as->domain);
	as_buf_puts(&b, " ");
	as_buf_add_str(&b, f->subject);
	as_buf_printf(&b, " %zu", ordinal(as, f));
	v = json_object();
	v = as_json_done(
	    v, as_json_put(v, "assay/v1", as_json_str(as_buf_str(&b))));
	as_buf_fini(&b);
	return v;
}

static json_t *
properties_json(const struct as_finding *f)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(
		o, "verdict", json_string(as_verdict_text(f->verdict))) &&
		as_json_put_any(o, "evidence", f->evidence) &&
		as_json_put_any(o, "recordName", f->record.name) &&
		as_json_put_any(o, "recordType", f->record.type) &&
		as_json_put_any(o, "recordCurrent", f->record.current) &&
		as_json_put_any(o, "recordProposed", f->record.proposed));
}

static json_t *
result_json(const struct as_assessment *as, const struct as_finding *f)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "ruleId", as_json_str(f->rule)) &&
		as_json_put(o, "ruleIndex", index_json(f)) &&
		as_json_put(o, "kind", json_string(kinds[f->verdict].kind)) &&
		as_json_put(o, "level", json_string(kinds[f->verdict].level)) &&
		as_json_put(o, "message", message_json(f)) &&
		as_json_put(o, "locations", places_json(as, f)) &&
		as_json_put(
		    o, "partialFingerprints", fingerprint_json(as, f)) &&
		as_json_put(o, "properties", properties_json(f)));
}

static void
domain(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	struct as_buf *b = s->term.out;

	(void)facts;
	for (size_t i = 0; i < as->n_findings; i++) {
		const struct as_finding *f = &as->findings[i];
		if (f->verdict < AS_VERDICT_INFO && !s->verbose)
			continue;
		if (b->n > 0)
			as_buf_puts(b, ",\n");
		json_add(b, result_json(as, f));
	}
}

const struct as_form as_form_sarif = {
    .head = head, .domain = domain, .between = ",\n", .foot = foot};
