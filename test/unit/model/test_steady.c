/*
 * Facts without what passes: two looks give the same.
 */
#include "harness.h"

#include "base/json.h"
#include "model/steady.h"

static const char first[] =
    "{\"schema\":\"assay.facts/1\",\"domain\":{\"name\":\"a.example\","
    "\"at\":\"2026-11-24T12:00:00Z\",\"took_ms\":17,\"vantage\":\"here\","
    "\"queries\":31,\"random_selector\":\"x7f3\",\"answers\":["
    "{\"name\":\"x7f3._domainkey.a.example\",\"type\":\"TXT\","
    "\"outcome\":\"ok\",\"txt\":[{\"text\":\"v=DKIM1; p=\"}],\"ttl\":299,"
    "\"at\":\"2026-11-24T12:00:01Z\",\"took_ms\":4}]},"
    "\"hosts\":[{\"name\":\"mx.example\",\"address\":\"192.0.2.1\","
    "\"at\":\"2026-11-24T12:00:02Z\",\"took_ms\":90,\"smtp\":{\"banner\":"
    "\"mx.example ESMTP a1b2\",\"banner_code\":220}}]}";
static const char second[] =
    "{\"schema\":\"assay.facts/1\",\"domain\":{\"name\":\"a.example\","
    "\"at\":\"2026-11-25T12:00:00Z\",\"took_ms\":21,\"vantage\":\"there\","
    "\"queries\":33,\"random_selector\":\"q0zz\",\"answers\":["
    "{\"name\":\"q0zz._domainkey.a.example\",\"type\":\"TXT\","
    "\"outcome\":\"ok\",\"txt\":[{\"text\":\"v=DKIM1; p=\"}],\"ttl\":12,"
    "\"at\":\"2026-11-25T12:00:01Z\",\"took_ms\":3}]},"
    "\"hosts\":[{\"name\":\"mx.example\",\"address\":\"192.0.2.1\","
    "\"at\":\"2026-11-25T12:00:02Z\",\"took_ms\":70,\"smtp\":{\"banner\":"
    "\"mx.example ESMTP c3d4\",\"banner_code\":220}}]}";

static struct as_arena *arena;

static struct as_facts *
read_facts(const char *text)
{
	struct as_facts *facts = NULL;

	T_INT(as_facts_read(arena, as_str_from(text), &facts, NULL), AS_OK);
	return facts;
}

static struct as_str
text_of(const struct as_facts *facts)
{
	struct as_buf b;
	struct as_str text;

	as_buf_init(&b, 65536);
	as_codec_print(&b, &as_shape_facts, facts, AS_JSON_COMPACT);
	text = as_str_dup(arena, as_buf_str(&b));
	as_buf_fini(&b);
	return text;
}

int
main(void)
{
	struct as_facts *a, *b, *dated;
	struct as_str before;

	arena = as_arena_new((size_t)4 * 1024 * 1024);
	t_case("two looks at what has not changed are equal");
	a = read_facts(first);
	before = text_of(a);
	b = as_facts_steady(arena, read_facts(second));
	dated = as_facts_steady(arena, a);
	if (T_OK(b != NULL && dated != NULL)) {
		T_OK(as_str_eq(text_of(dated), text_of(b)));
		T_OK(as_str_has(text_of(b), AS_STR("\"random._domainkey.")));
		T_OK(as_str_has(
		    text_of(b), AS_STR("\"banner\":\"mx.example\"")));
		T_OK(!as_str_has(text_of(b), AS_STR("2026")));
	}
	t_case("the facts themselves stay as they are");
	T_OK(as_str_eq(text_of(a), before));
	t_case("a change shows");
	a->domain->answers[0].outcome = AS_DNS_TIMEOUT;
	T_OK(!as_str_eq(text_of(as_facts_steady(arena, a)), text_of(b)));
	t_case("and a date can be put back");
	as_facts_date(dated, INT64_C(1795600000000));
	T_INT(dated->domain->at, INT64_C(1795600000000));
	T_INT(dated->hosts[0].at, INT64_C(1795600000000));
	as_arena_free(arena);
	return t_done();
}
