/*
 * The results of a row, from the database.
 */
#include "base/json.h"
#include "base/limits.h"
#include "store/usage_private.h"

#include "base/banned.h"

/* A member, copied; absent when it is not there. */
static struct as_str
member(struct as_arena *a, const json_t *o, const char *key, bool *ok)
{
	struct as_str s = as_json_get_str(json_object_get(o, key)), copy;

	if (as_str_is_null(s))
		return s;
	copy = as_str_dup(a, s);
	*ok = *ok && !as_str_is_null(copy);
	return copy;
}

static bool
dkims_read(struct as_arena *a, const json_t *list, struct as_report_row *row)
{
	size_t n = json_array_size(list);
	struct as_report_dkim *v = as_arena_array(a, n, sizeof(*v));
	bool ok = v != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		const json_t *o = json_array_get(list, i);

		v[i].domain = member(a, o, "domain", &ok);
		v[i].selector = member(a, o, "selector", &ok);
		v[i].result = member(a, o, "result", &ok);
		v[i].human_result = member(a, o, "human", &ok);
	}
	row->dkims = v;
	row->n_dkims = ok ? n : 0;
	return ok;
}

static bool
spfs_read(struct as_arena *a, const json_t *list, struct as_report_row *row)
{
	size_t n = json_array_size(list);
	struct as_report_spf *v = as_arena_array(a, n, sizeof(*v));
	bool ok = v != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		const json_t *o = json_array_get(list, i);

		v[i].domain = member(a, o, "domain", &ok);
		v[i].scope = member(a, o, "scope", &ok);
		v[i].result = member(a, o, "result", &ok);
		v[i].human_result = member(a, o, "human", &ok);
	}
	row->spfs = v;
	row->n_spfs = ok ? n : 0;
	return ok;
}

static bool
reasons_read(struct as_arena *a, const json_t *list, struct as_report_row *row)
{
	size_t n = json_array_size(list);
	struct as_report_reason *v = as_arena_array(a, n, sizeof(*v));
	bool ok = v != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		const json_t *o = json_array_get(list, i);

		v[i].type = member(a, o, "type", &ok);
		v[i].comment = member(a, o, "comment", &ok);
	}
	row->reasons = v;
	row->n_reasons = ok ? n : 0;
	return ok;
}

enum as_err
as_usage_auth_read(struct as_arena *a, struct as_str auth,
    struct as_str reasons, struct as_report_row *row, struct as_why *why)
{
	json_t *doc = NULL;
	bool ok = true;

	if (auth.n > 0) {
		AS_TRY(
		    as_json_parse(auth, AS_MAX_REPORT_JSON_OCTETS, &doc, why));
		ok = dkims_read(a, json_object_get(doc, "dkim"), row) &&
		    spfs_read(a, json_object_get(doc, "spf"), row);
		json_decref(doc);
	}
	if (ok && reasons.n > 0) {
		AS_TRY(as_json_parse(
		    reasons, AS_MAX_REPORT_JSON_OCTETS, &doc, why));
		ok = reasons_read(a, doc, row);
		json_decref(doc);
	}
	return ok ? AS_OK : as_why_no_memory(why);
}
