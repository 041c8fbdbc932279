#include "vectors.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assess/tls_verdict.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "std/dmarc.h"
#include "std/dns_wire.h"
#include "std/spf.h"

#include "base/banned.h"

/* --- files --- */

static void
path_set(char *out, size_t room, const char *folder, const char *file)
{
	const char *root = getenv("AS_SOURCE_ROOT");

	(void)snprintf(out, room, "%s/test/vector/%s/%s",
	    root != NULL ? root : ".", folder, file);
}

static json_t *
file_read(const char *folder, const char *file)
{
	char path[4096];
	json_error_t err;
	json_t *doc;

	path_set(path, sizeof(path), folder, file);
	doc = json_load_file(path, JSON_REJECT_DUPLICATES, &err);
	if (doc == NULL)
		printf("# %s: line %d: %s\n", path, err.line, err.text);
	return doc;
}

static int
is_vector_file(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".json") == 0 &&
	    strcmp(e->d_name, "base.json") != 0;
}

bool
t_vectors_load(struct t_vectors *v, const char *folder)
{
	char path[4096];
	struct dirent **list;
	bool ok;
	int n;

	v->base = file_read("rules", "base.json");
	v->cases = json_array();
	path_set(path, sizeof(path), folder, "");
	n = scandir(path, &list, is_vector_file, alphasort);
	ok = v->base != NULL && v->cases != NULL && n > 0;
	for (int i = 0; i < n; i++) {
		json_t *doc = file_read(folder, list[i]->d_name);
		ok = ok && json_array_extend(v->cases, doc) == 0;
		json_decref(doc);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return ok;
}

void
t_vectors_free(struct t_vectors *v)
{
	json_decref(v->base);
	json_decref(v->cases);
}

/* --- changes --- */

static void
merge(json_t *target, const json_t *patch)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)patch, key, value)
	{
		json_t *old = json_object_get(target, key);

		if (json_is_null(value))
			(void)json_object_del(target, key);
		else if (json_is_object(value) && json_is_object(old))
			merge(old, value);
		else
			(void)json_object_set_new(
			    target, key, json_deep_copy(value));
	}
}

/* Index of the answer for "TYPE NAME"; the length of the list if not there. */
static size_t
answer_index(const json_t *answers, const char *type, const char *name)
{
	for (size_t i = 0; i < json_array_size(answers); i++) {
		const json_t *ans = json_array_get(answers, i);

		if (strcmp(json_string_value(json_object_get(ans, "type")),
			type) == 0 &&
		    strcmp(json_string_value(json_object_get(ans, "name")),
			name) == 0)
			return i;
	}
	return json_array_size(answers);
}

/* Takes `ans`. */
static void
answer_put(json_t *answers, json_t *ans)
{
	size_t i = answer_index(answers,
	    json_string_value(json_object_get(ans, "type")),
	    json_string_value(json_object_get(ans, "name")));

	if (i < json_array_size(answers))
		(void)json_array_set_new(answers, i, ans);
	else
		(void)json_array_append_new(answers, ans);
}

static void
txt_put(json_t *answers, const char *name, const json_t *texts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(texts); i++)
		(void)json_array_append_new(list,
		    json_pack("{s:O, s:i}", "text", json_array_get(texts, i),
			"strings", 1));
	answer_put(answers,
	    json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", name, "type", "TXT",
		"outcome", json_array_size(texts) > 0 ? "ok" : "nodata",
		"security", "secure", "txt", list));
}

/* "TXT example.org" in two; false when there is no space. */
static bool
key_split(const char *key, char type[16], const char **name)
{
	const char *space = strchr(key, ' ');

	if (space == NULL || space - key >= 16)
		return false;
	memcpy(type, key, (size_t)(space - key));
	type[space - key] = 0;
	*name = space + 1;
	return true;
}

static void
fault_put(json_t *answers, const char *key, const char *outcome)
{
	const char *name;
	char type[16];

	if (key_split(key, type, &name))
		answer_put(answers,
		    json_pack("{s:s, s:s, s:s, s:s}", "name", name, "type",
			type, "outcome", outcome, "security",
			strcmp(outcome, "bogus") == 0 ? "bogus"
						      : "indeterminate"));
}

static void
answers_change(json_t *answers, const json_t *one)
{
	const char *key, *name;
	char type[16];
	json_t *value;
	size_t i;

	json_object_foreach(json_object_get(one, "txt"), key, value)
	    txt_put(answers, key, value);
	json_object_foreach(json_object_get(one, "fault"), key, value)
	    fault_put(answers, key, json_string_value(value));
	json_array_foreach(json_object_get(one, "answers"), i, value)
	    answer_put(answers, json_deep_copy(value));
	json_array_foreach(json_object_get(one, "drop"), i, value)
	{
		if (key_split(json_string_value(value), type, &name))
			(void)json_array_remove(
			    answers, answer_index(answers, type, name));
	}
}

/* Members of a list of objects by their name, or `key`: changed, or added. */
static void
named_change(json_t *list, const char *key, const json_t *changes)
{
	const char *name;
	json_t *change;

	json_object_foreach((json_t *)changes, name, change)
	{
		size_t i = 0, n = json_array_size(list);
		json_t *item;

		while (i < n &&
		    strcmp(json_string_value(
			       json_object_get(json_array_get(list, i), key)),
			name) != 0)
			i++;
		if (i == n)
			(void)json_array_append_new(
			    list, json_pack("{s:s}", key, name));
		item = json_array_get(list, i);
		if (json_is_string(change))
			(void)json_object_set(item, "offered", change);
		else
			merge(item, change);
	}
}

/* "matrix" in short: {} for a good one; versions, groups and features by name;
 * classes by version, then class, with the suite that comes first. */
static void
matrix_put(json_t *host, const json_t *good, const json_t *change)
{
	json_t *m = json_deep_copy(good);
	json_t *rest = json_deep_copy(change);
	json_t *versions = json_object_get(m, "versions");
	const char *version, *class;
	json_t *classes, *suite;

	named_change(versions, "version", json_object_get(rest, "versions"));
	named_change(json_object_get(m, "groups"), "name",
	    json_object_get(rest, "groups"));
	named_change(json_object_get(m, "features"), "name",
	    json_object_get(rest, "features"));
	json_object_foreach(json_object_get(rest, "classes"), version, classes)
	{
		json_t *list = json_array();

		json_object_foreach(classes, class, suite)(void)
		    json_array_append_new(list,
			json_pack("{s:s, s:s, s:O}", "class", class, "offered",
			    json_string_length(suite) > 0 ? "yes" : "no",
			    "first", suite));
		classes = json_pack("{s:{s:s, s:o}}", version, "offered", "yes",
		    "classes", list);
		named_change(versions, "version", classes);
		json_decref(classes);
	}
	(void)json_object_del(rest, "versions");
	(void)json_object_del(rest, "groups");
	(void)json_object_del(rest, "features");
	(void)json_object_del(rest, "classes");
	merge(m, rest);
	json_decref(rest);
	(void)json_object_set_new(host, "matrix", m);
}

json_t *
t_vector_facts(const struct t_vectors *v, const json_t *one)
{
	const json_t *matrix = json_object_get(one, "matrix");
	const char *base = json_string_value(json_object_get(one, "base"));
	json_t *facts = json_deep_copy(
	    json_object_get(v->base, base != NULL ? base : "full"));
	json_t *domain = json_object_get(facts, "domain");
	json_t *hosts = json_object_get(facts, "hosts");
	json_t *policy = json_object_get(one, "policy");

	if (domain == NULL)
		return NULL;
	answers_change(json_object_get(domain, "answers"), one);
	merge(domain, json_object_get(one, "domain"));
	for (size_t i = 0; matrix != NULL && i < json_array_size(hosts); i++)
		matrix_put(json_array_get(hosts, i),
		    json_object_get(v->base, "matrix"), matrix);
	merge(json_array_get(hosts, 0), json_object_get(one, "host"));
	merge(json_array_get(hosts, 1), json_object_get(one, "host2"));
	if (json_is_null(policy))
		(void)json_object_del(facts, "policy");
	else
		merge(json_object_get(facts, "policy"), policy);
	if (json_object_get(one, "hosts") != NULL)
		(void)json_object_set(
		    facts, "hosts", json_object_get(one, "hosts"));
	return facts;
}

static bool
is_replaced(struct as_str old, struct as_str text)
{
	return as_spf_is_record(text) ? as_spf_is_record(old)
				      : as_dmarc_is_like(old);
}

void
t_facts_publish(json_t *facts, struct as_str name, struct as_str text)
{
	json_t *answers =
	    json_object_get(json_object_get(facts, "domain"), "answers");
	json_t *texts = json_pack("[o]", as_json_str(text));
	json_t *key = as_json_str(name);
	json_t *ans = json_array_get(
	    answers, answer_index(answers, "TXT", json_string_value(key)));
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(ans, "txt"), i, one)
	{
		json_t *old = json_object_get(one, "text");

		if (!is_replaced(as_json_get_str(old), text))
			(void)json_array_append(texts, old);
	}
	txt_put(answers, json_string_value(key), texts);
	json_decref(texts);
	json_decref(key);
}

/* --- judging --- */

enum as_role
t_role(struct as_str text)
{
	for (size_t i = 0; i < as_names_role.n; i++)
		if (as_str_is(text, as_names_role.texts[i]))
			return (enum as_role)i;
	return AS_ROLE_UNKNOWN;
}

static struct as_str
table_read(struct as_arena *a, const char *name)
{
	char path[4096], text[32768];
	size_t n;
	FILE *f;

	path_set(path, sizeof(path), "../../data", name);
	f = fopen(path, "rb");
	if (f == NULL)
		return AS_STR_NULL;
	n = fread(text, 1, sizeof(text), f);
	(void)fclose(f);
	return as_str_dup(a, (struct as_str){text, n});
}

struct as_str
t_report_services(struct as_arena *a)
{
	return table_read(a, "report-services.tsv");
}

struct as_str
t_senders(struct as_arena *a)
{
	return table_read(a, "senders.tsv");
}

static struct as_str
caa_issuers(struct as_arena *a)
{
	return table_read(a, "caa-issuers.tsv");
}

psl_ctx_t *
t_suffixes(void)
{
	char path[4096];

	path_set(path, sizeof(path), "", "suffixes.dat");
	return psl_load_file(path);
}

enum as_err
t_facts_read(struct as_arena *a, const json_t *facts, struct as_facts **out,
    struct as_why *why)
{
	enum as_err err;
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	as_json_write(&b, facts, AS_JSON_COMPACT);
	err = as_facts_read(a, as_buf_str(&b), out, why);
	as_buf_fini(&b);
	return err;
}

static struct as_assessment *
judge_under(struct as_arena *a, const json_t *facts,
    const struct as_assess_options *options)
{
	struct as_assessment *as = NULL;
	struct as_facts *f;
	struct as_why why = {0};

	if (t_facts_read(a, facts, &f, &why) != AS_OK) {
		printf("# the facts cannot be read: %s\n", why.text);
		return NULL;
	}
	return as_assess(a, f, options, &as) == AS_OK ? as : NULL;
}

bool
t_options(struct as_arena *a, const json_t *one, struct as_assess_options *out)
{
	struct as_str now = as_json_get_str(json_object_get(one, "now"));
	struct as_tls_document *rfc9325 = AS_NEW(a, struct as_tls_document);

	if (rfc9325 == NULL)
		return false;
	*rfc9325 = (struct as_tls_document){
	    "rfc9325", table_read(a, "tls/rfc9325.tsv")};
	*out = (struct as_assess_options){
	    .role = t_role(as_json_get_str(json_object_get(one, "role"))),
	    .report_services = t_report_services(a),
	    .senders = t_senders(a),
	    .tls_documents = rfc9325,
	    .n_tls_documents = 1,
	    .caa_issuers = caa_issuers(a),
	};
	if (!json_is_false(json_object_get(one, "list"))) {
		out->psl = t_suffixes();
		if (out->psl == NULL)
			return false;
	}
	return as_time_parse(as_str_is_null(now) ? AS_STR(T_NOW) : now,
		   &out->now_ms) == AS_OK;
}

void
t_options_free(const struct as_assess_options *options)
{
	union {
		const void *given;
		psl_ctx_t *list;
	} psl = {.given = options->psl};

	psl_free(psl.list);
}

struct as_assessment *
t_judge(struct as_arena *a, const json_t *facts, const json_t *one)
{
	struct as_assess_options options;
	struct as_assessment *as = NULL;

	if (t_options(a, one, &options))
		as = judge_under(a, facts, &options);
	t_options_free(&options);
	return as;
}

const struct as_finding *
t_worst(const struct as_assessment *as, struct as_str rule)
{
	/* as_assess sorts them: fail, warn, unknown, info, pass, n/a. */
	for (size_t i = 0; i < as->n_findings; i++)
		if (as_str_eq(as->findings[i].rule, rule))
			return &as->findings[i];
	return NULL;
}

static json_t *
finding_json(const struct as_finding *f)
{
	struct as_str rest = f->cites, cite;
	json_t *cites = json_array();

	while (as_cite_next(&rest, &cite))
		(void)json_array_append_new(cites, as_json_str(cite));
	return json_pack("{s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:[o, o, o, o], "
			 "s:o}",
	    "rule", as_json_str(f->rule), "verdict", (int)f->verdict, "subject",
	    as_json_str(f->subject), "title", as_json_str(f->title), "evidence",
	    as_json_str(f->evidence), "why", as_json_str(f->why), "advice",
	    as_json_str(f->advice), "record", as_json_str(f->record.name),
	    as_json_str(f->record.type), as_json_str(f->record.current),
	    as_json_str(f->record.proposed), "cites", cites);
}

json_t *
t_assessment_json(const struct as_assessment *as)
{
	json_t *findings = json_array(), *axes = json_array();

	for (size_t i = 0; i < as->n_findings; i++)
		(void)json_array_append_new(
		    findings, finding_json(&as->findings[i]));
	for (size_t i = 0; i < AS_AXES; i++)
		(void)json_array_append_new(axes,
		    json_pack("[i, o]", (int)as->axes[i].grade,
			as_json_str(as->axes[i].gate)));
	return json_pack("{s:o, s:I, s:i, s:o, s:i, s:o, s:o, s:o}", "domain",
	    as_json_str(as->domain), "at", (json_int_t)as->checked_at, "role",
	    (int)as->role, "role_why", as_json_str(as->role_why), "phase",
	    (int)as->phase, "next", as_json_str(as->next_step), "axes", axes,
	    "findings", findings);
}
