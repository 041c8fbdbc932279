/* assess/explain and render/record: the first octet chooses the type, the rest
 * is the record.  Whatever it is, nothing of it leaves raw, places lie inside,
 * and a refusal has an error that says why. */
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "must.h"
#include "render/record.h"

#include "assess/explain.h"
#include "base/banned.h"

static void
check_problems(const struct as_record_view *v, size_t n)
{
	MUST(v->n_problems <= AS_MAX_RECORD_PROBLEMS);
	MUST(v->status == AS_RECORD_VALID ||
	    (v->n_problems > 0 && v->problems[0].level == AS_LEVEL_ERROR));
	for (size_t i = 0; i < v->n_problems; i++) {
		const struct as_record_problem *p = &v->problems[i];
		MUST(p->at <= n || p->at == AS_WHY_NOWHERE);
		MUST(p->text.n > 0 && as_utf8_is_valid(p->text));
		MUST(i == 0 || p[-1].level >= p->level);
	}
}

static void
check_parts(const struct as_record_view *v, size_t n)
{
	MUST(v->n_parts <= AS_MAX_RECORD_PARTS);
	for (size_t i = 0; i < v->n_parts; i++) {
		const struct as_record_part *p = &v->parts[i];
		MUST(p->at <= n || p->at == AS_WHY_NOWHERE);
		MUST(strlen(p->name.p) == p->name.n);
	}
}

static void
check_text(const struct as_record_view *v)
{
	struct as_buf b;
	struct as_term t = {&b, 80, false};

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	as_record_text(&t, v);
	MUST(as_buf_ok(&b));
	for (size_t i = 0; i < b.n; i++)
		MUST(b.p[i] == '\n' || (b.p[i] >= 0x20 && b.p[i] < 0x7f));
	as_buf_fini(&b);
}

static void
check_json(const struct as_record_view *v)
{
	json_t *doc = as_record_json(v), *again = NULL;
	struct as_buf b;

	MUST(doc != NULL);
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	as_json_write(&b, doc, AS_JSON_COMPACT);
	MUST(as_buf_ok(&b));
	MUST(as_json_parse(as_buf_str(&b), b.n, &again, NULL) == AS_OK);
	MUST(json_equal(doc, again));
	json_decref(again);
	json_decref(doc);
	as_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a;
	struct as_explain_input in = {
	    .senders = AS_STR("spf\ta.example\tA\tmailbox\tchecked\t\n")};
	struct as_record_view *v = NULL;

	if (n == 0 || n > AS_MAX_RECORD_OCTETS)
		return 0;
	a = as_arena_new(AS_EXPLAIN_OCTETS);
	in.type = (enum as_record_type)(p[0] % as_names_record_type.n);
	in.text = (struct as_str){(const char *)p + 1, n - 1};
	MUST(a != NULL && as_explain(a, &in, &v) == AS_OK);
	check_problems(v, n - 1);
	check_parts(v, n - 1);
	check_text(v);
	check_json(v);
	as_arena_free(a);
	return 0;
}
