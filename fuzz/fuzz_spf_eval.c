/*
 * std/spf_eval: check_host() on scripted answers.  Lines of the input: client
 * address, sender, HELO name, then one answer for each new question: "-" finds
 * nothing, "!" is an error, else the records, parted by tabs.  When the lines
 * run out, they begin again.
 */
#include <string.h>

#include "base/limits.h"
#include "must.h"
#include "std/dns_wire.h"
#include "std/spf_eval.h"

#include "base/banned.h"

#define ASKED_MAX   256
#define RECORDS_MAX 16

struct answer {
	struct as_need need;
	struct as_spf_reply reply;
};

struct script {
	struct as_arena *a;
	struct as_str text;
	size_t at, start; /* of the answers */
	struct answer answers[ASKED_MAX];
	size_t n;
};

static struct as_str
line_take(struct script *s)
{
	size_t end = as_str_find(s->text, '\n', s->at);
	struct as_str line = as_str_slice(s->text, s->at, end);

	s->at = end < s->text.n ? end + 1 : s->start;
	return line;
}

static struct as_spf_reply
reply_make(struct script *s)
{
	struct as_str line = line_take(s);
	struct as_str *list = as_arena_array(s->a, RECORDS_MAX, sizeof(*list));
	struct as_spf_reply r = {.kind = AS_SPF_REPLY_RECORDS, .list = list};

	MUST(list != NULL);
	r.took_ms = (uint32_t)line.n;
	if (line.n > 0 && line.p[0] == '-')
		r.kind = AS_SPF_REPLY_VOID;
	if (line.n > 0 && line.p[0] == '!')
		r.kind = AS_SPF_REPLY_ERROR;
	for (size_t at = 0; at < line.n && r.n < RECORDS_MAX;) {
		size_t end = as_str_find(line, '\t', at);
		list[r.n++] = as_str_slice(line, at, end);
		at = end + 1;
	}
	return r;
}

static const struct answer *
answer_find(const struct script *s, struct as_str name, uint16_t type)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->answers[i].need.type == type &&
		    as_str_eq(s->answers[i].need.name, name))
			return &s->answers[i];
	return NULL;
}

static struct as_spf_reply
script_lookup(void *ctx, struct as_str name, uint16_t type)
{
	const struct answer *known = answer_find(ctx, name, type);

	MUST(as_spf_is_name(name) && as_rrtype_text(type) != NULL);
	if (known == NULL)
		return (struct as_spf_reply){.kind = AS_SPF_REPLY_PENDING};
	return known->reply;
}

static void
needs_answer(struct script *s, const struct as_spf_verdict *v)
{
	MUST(v->n_needs <= AS_SPF_NEEDS);
	for (size_t i = 0; i < v->n_needs; i++) {
		MUST(
		    answer_find(s, v->needs[i].name, v->needs[i].type) == NULL);
		MUST(s->n < ASKED_MAX);
		s->answers[s->n++] =
		    (struct answer){v->needs[i], reply_make(s)};
	}
}

static void
check_verdict(const struct as_spf_query *q, const struct as_spf_verdict *v)
{
	bool error = v->result == AS_SPF_RESULT_TEMPERROR ||
	    v->result == AS_SPF_RESULT_PERMERROR;

	MUST(as_spf_result_text(v->result)[0] != 0);
	MUST(!error || v->problem.n > 0);
	MUST(as_str_is_null(v->explanation) || v->result == AS_SPF_RESULT_FAIL);
	MUST(v->lookups <= AS_SPF_LOOKUPS + 2);
	MUST(v->lookups <= AS_SPF_LOOKUPS || error);
	MUST(v->voids <= q->void_limit + 1 || error);
	MUST(error || v->took_ms <= q->time_limit_ms ||
	    v->result == AS_SPF_RESULT_FAIL);
	for (size_t i = 0; i < v->n_trace; i++) {
		const struct as_spf_step *s = &v->trace[i];
		MUST(s->depth <= AS_SPF_LOOKUPS + 1);
		MUST(s->cost <= s->lookups && s->lookups <= v->lookups);
		MUST(i > 0 || s->depth == 0);
		MUST(i == 0 || s->depth <= v->trace[i - 1].depth + 1);
	}
}

/* Once all is known, one run gives the same as the last of many. */
static void
check_again(struct as_arena *a, const struct as_spf_query *q, struct script *s,
    const struct as_spf_verdict *v)
{
	struct as_spf_verdict again;

	if (as_spf_eval(a, q, script_lookup, s, &again) != AS_OK)
		return;
	MUST(again.n_needs == 0 && again.result == v->result);
	MUST(again.lookups == v->lookups && again.voids == v->voids);
	MUST(again.took_ms == v->took_ms && again.n_trace == v->n_trace);
	MUST(as_str_eq(again.problem, v->problem));
	MUST(as_str_eq(again.explanation, v->explanation));
}

static void
evaluate(struct as_arena *a, const struct as_spf_query *q, struct script *s)
{
	struct as_spf_verdict v;

	do {
		if (as_spf_eval(a, q, script_lookup, s, &v) != AS_OK)
			return; /* out of memory */
		needs_answer(s, &v);
	} while (v.n_needs > 0);
	check_verdict(q, &v);
	check_again(a, q, s, &v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct script s;
	struct as_spf_query q = {
	    .void_limit = AS_SPF_VOIDS, .time_limit_ms = AS_SPF_TIME_MS};
	struct as_arena *answers = as_arena_new((size_t)8 << 20);
	struct as_arena *a = as_arena_new((size_t)48 << 20);

	if (a == NULL || answers == NULL)
		abort();
	memset(&s, 0, sizeof(s));
	s.a = answers;
	s.text = (struct as_str){(const char *)p, n};
	if (as_ip_parse(line_take(&s), &q.ip) != AS_OK)
		(void)!as_ip_parse(AS_STR("192.0.2.1"), &q.ip);
	q.sender = line_take(&s);
	q.helo = line_take(&s);
	s.start = s.at;
	evaluate(a, &q, &s);
	as_arena_free(a);
	as_arena_free(answers);
	return 0;
}
