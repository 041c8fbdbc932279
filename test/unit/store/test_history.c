/*
 * Looks at a domain, kept and read again: what changes by itself makes no
 * document, what changed does, and both come back as they were.
 */
#include "base/limits.h"
#include "model/volatile.h"
/* before place.h: each has a path of its own */
#include "source_file.h"

#include "place.h"
#include "std/dns_wire.h"
#include "store/history.h"

#define DAY_MS INT64_C(86400000)
#define DAY    INT64_C(86400)

static struct as_arena *arena, *scratch;
static struct as_store *store;
static struct as_docs *docs;
static struct as_history *history;
static struct as_facts *facts; /* of a whole look */

static void
begin(void)
{
	path_new();
	if (as_store_open(path, false, &store, NULL) != AS_OK ||
	    as_docs_open(store, &docs, NULL) != AS_OK ||
	    as_history_open(store, docs, &history, NULL) != AS_OK)
		abort();
}

static void
end(void)
{
	as_history_close(history);
	as_docs_close(docs);
	as_store_close(store);
	path_drop();
}

static struct as_str
printed(const struct as_facts *f)
{
	struct as_buf b;
	struct as_str s;

	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	as_codec_print(&b, &as_shape_facts, f, AS_JSON_COMPACT);
	s = as_str_dup(arena, as_buf_str(&b));
	as_buf_fini(&b);
	return s;
}

static struct as_answer *
answer_of(struct as_facts *f, uint32_t type)
{
	for (size_t i = 0; i < f->domain->n_answers; i++)
		if (f->domain->answers[i].type == type)
			return &f->domain->answers[i];
	return NULL;
}

/* The same look, `days` later: all that changes by itself has changed. */
static struct as_facts *
later(int days)
{
	struct as_facts *f = as_codec_copy(arena, &as_shape_facts, facts);
	int64_t by = days * DAY_MS;

	for (size_t i = 0; days % 2 == 1 && i < f->domain->n_answers / 2; i++) {
		struct as_answer *far =
		    &f->domain->answers[f->domain->n_answers - 1 - i];
		struct as_answer was = f->domain->answers[i];

		f->domain->answers[i] = *far;
		*far = was;
	}
	f->domain->at += by;
	f->domain->took_ms += (unsigned)days;
	f->domain->queries += (unsigned)days;
	for (size_t i = 0; i < f->domain->n_answers; i++) {
		struct as_answer *ans = &f->domain->answers[i];

		ans->at += by;
		ans->ttl += 7u * (unsigned)days;
		for (size_t k = 0; k < ans->n_rrsig; k++)
			ans->rrsig[k].expiration += by;
	}
	for (size_t i = 0; i < f->n_hosts; i++) {
		f->hosts[i].at += by;
		if (f->hosts[i].smtp != NULL)
			f->hosts[i].smtp->banner =
			    as_str_printf(arena, "mx ESMTP %d", days);
	}
	if (f->policy != NULL)
		f->policy->at += by;
	return f;
}

/* A copy with its answers in the order in which they are kept. */
static struct as_facts *
ordered(const struct as_facts *want)
{
	struct as_facts *f = as_codec_copy(arena, &as_shape_facts, want);
	struct as_buf side;

	as_buf_init(&side, 1 << 20);
	as_volatile_take(&side, &as_shape_facts, f);
	if (as_volatile_put(&as_shape_facts, f,
		as_str_dup(arena, as_buf_str(&side)), NULL) != AS_OK)
		abort();
	as_buf_fini(&side);
	return f;
}

static bool
is_same_at(int64_t at, const struct as_facts *want)
{
	struct as_facts *got;
	struct as_history_run run;
	struct as_why why = {0};
	bool same;

	as_arena_reset(scratch);
	if (as_history_facts(history, scratch, want->domain->name, at, &got,
		&run, &why) != AS_OK) {
		printf("# %s\n", why.text);
		return false;
	}
	same = as_str_eq(printed(got), printed(ordered(want)));
	return same && run.first <= at;
}

static enum as_err
run_note(void *ctx, const struct as_history_run *r)
{
	as_buf_printf(ctx, "%lld+%lld x%llu ",
	    (long long)(r->first - facts->domain->at / 1000) / DAY,
	    (long long)(r->last - r->first) / DAY,
	    (unsigned long long)r->looks);
	return AS_OK;
}

static void
test_facts(void)
{
	int64_t t0 = facts->domain->at / 1000;
	struct as_facts *changed, *got;
	struct as_history_run run;
	struct as_buf b;
	int64_t first_docs;

	begin();
	t_case("a look comes back as it was");
	T_INT(as_history_keep(history, facts, NULL), AS_OK);
	T_INT(as_store_commit(store, NULL), AS_OK);
	T_OK(is_same_at(t0, facts));
	T_OK(is_same_at(t0 + 1000 * DAY, facts));
	T_INT(as_history_facts(history, scratch, facts->domain->name, t0 - 1,
		  &got, &run, NULL),
	    AS_EABSENT);
	T_INT(as_history_facts(history, scratch, AS_STR("nobody.test"), t0,
		  &got, &run, NULL),
	    AS_EABSENT);

	t_case("one that sees the same costs no document, and is the last");
	first_docs = number(store, "SELECT count(*) FROM doc");
	T_OK(first_docs > 0);
	for (int day = 1; day <= 5; day++)
		T_INT(as_history_keep(history, later(day), NULL), AS_OK);
	T_INT(number(store, "SELECT count(*) FROM doc"), first_docs);
	T_INT(number(store, "SELECT count(*) FROM run"),
	    2 + (int64_t)facts->n_hosts);
	T_OK(is_same_at(t0 + 5 * DAY, later(5)));

	t_case("one that sees something else begins a run");
	changed = later(6);
	answer_of(changed, AS_RR_TXT)->txt[0].text = AS_STR("v=spf1 +all");
	T_INT(as_history_keep(history, changed, NULL), AS_OK);
	T_INT(number(store, "SELECT count(*) FROM doc"), first_docs + 1);
	T_OK(is_same_at(t0 + 7 * DAY, changed));
	got = later(5);
	got->hosts = changed->hosts;
	got->policy = changed->policy;
	T_OK(is_same_at(t0 + 5 * DAY, got));

	t_case("one that is older than the last is not kept");
	T_INT(as_history_keep(history, later(3), NULL), AS_OK);
	T_OK(is_same_at(t0 + 7 * DAY, changed));
	as_buf_init(&b, 1000);
	T_INT(as_history_runs(
		  history, AS_STR("domain:good.gov.test"), run_note, &b, NULL),
	    AS_OK);
	T_STR(as_buf_str(&b), "0+5 x6 6+0 x1 ");
	as_buf_fini(&b);
	end();
}

static void
test_volatile(void)
{
	struct as_facts *a = as_codec_copy(arena, &as_shape_facts, facts);
	struct as_facts *b = later(3);
	struct as_buf side, other;
	struct as_why why = {0};

	t_case("the same rest is the same octets in any order, and is made "
	       "whole again");
	as_buf_init(&side, 1 << 20);
	as_buf_init(&other, 1 << 20);
	as_volatile_take(&side, &as_shape_facts, a);
	as_volatile_take(&other, &as_shape_facts, b);
	T_OK(as_str_eq(printed(a), printed(b)));
	T_OK(side.n > 0 && side.n < printed(facts).n / 8);
	T_INT(as_volatile_put(&as_shape_facts, a, as_buf_str(&side), &why),
	    AS_OK);
	T_OK(as_str_eq(printed(a), printed(facts)));
	T_INT(as_volatile_put(&as_shape_facts, b, as_buf_str(&other), &why),
	    AS_OK);
	T_OK(as_str_eq(printed(b), printed(ordered(later(3)))));

	t_case("what is cut, longer or of another is told from it");
	for (size_t n = 0; n < side.n; n++)
		T_INT(as_volatile_put(&as_shape_facts, a,
			  as_str_slice(as_buf_str(&side), 0, n), &why),
		    AS_ESYNTAX);
	as_buf_puts(&side, "x");
	T_INT(as_volatile_put(&as_shape_facts, a, as_buf_str(&side), &why),
	    AS_ESYNTAX);
	as_buf_fini(&side);
	as_buf_fini(&other);
}

/* --- verdicts --- */

static struct as_verdicts
verdicts_of(const char *domain, const char *version, enum as_verdict spf)
{
	static struct as_verdict_line lines[2];

	lines[0] = (struct as_verdict_line){.rule = AS_STR("dmarc.missing"),
	    .subject = as_str_printf(arena, "domain:%s", domain),
	    .verdict = AS_VERDICT_PASS};
	lines[1] = (struct as_verdict_line){.rule = AS_STR("spf.all"),
	    .subject = lines[0].subject,
	    .verdict = spf};
	return (struct as_verdicts){.rules_version = as_str_from(version),
	    .role = AS_ROLE_FULL,
	    .phase = AS_PHASE_DEPLOY,
	    .grades = spf == AS_VERDICT_FAIL ? AS_STR("EAA") : AS_STR("AAA"),
	    .lines = lines,
	    .n_lines = 2};
}

static void
judged(const char *domain, const char *version, enum as_verdict spf, int64_t at)
{
	struct as_verdicts v = verdicts_of(domain, version, spf);

	T_INT(as_history_judged(history, as_str_from(domain), &v, at, NULL),
	    AS_OK);
}

static enum as_err
overview_note(void *ctx, const struct as_overview_row *r)
{
	as_buf_printf(ctx, AS_STR_FMT " %s %llu/%llu ", AS_STR_ARG(r->grades),
	    as_phase_text(r->phase), (unsigned long long)r->failing,
	    (unsigned long long)r->domains);
	return AS_OK;
}

static enum as_err
verdict_note(void *ctx, const struct as_verdict_run *r)
{
	as_buf_printf(ctx, "%lld-%lld " AS_STR_FMT " " AS_STR_FMT " ",
	    (long long)r->run.first, (long long)r->run.last,
	    AS_STR_ARG(r->rules_version), AS_STR_ARG(r->grades));
	return AS_OK;
}

static enum as_err
state_note(void *ctx, const struct as_state *s)
{
	as_buf_printf(ctx, AS_STR_FMT "@%lld " AS_STR_FMT " ",
	    AS_STR_ARG(s->domain), (long long)s->checked,
	    AS_STR_ARG(s->first_fail));
	return AS_OK;
}

static void
test_verdicts(void)
{
	struct as_verdicts *v;
	struct as_verdict_run run;
	struct as_buf b;

	begin();
	as_buf_init(&b, 1000);
	t_case("verdicts that are alike are one document for all domains");
	judged("a.test", "1", AS_VERDICT_PASS, 100);
	judged("b.test", "1", AS_VERDICT_PASS, 100);
	judged("a.test", "1", AS_VERDICT_PASS, 200);
	T_INT(number(store, "SELECT count(*) FROM doc"), 1);
	judged("a.test", "1", AS_VERDICT_FAIL, 300);
	judged("a.test", "2", AS_VERDICT_FAIL, 400);
	judged("a.test", "2", AS_VERDICT_PASS, 350);
	T_INT(number(store, "SELECT count(*) FROM doc"), 2);
	T_INT(as_history_verdict_runs(
		  history, AS_STR("a.test"), verdict_note, &b, NULL),
	    AS_OK);
	T_STR(as_buf_str(&b), "100-200 1 AAA 300-300 1 EAA 400-400 2 EAA ");

	t_case("and come back as those of their domain");
	T_INT(as_history_verdicts(
		  history, arena, AS_STR("a.test"), 399, &v, &run, NULL),
	    AS_OK);
	T_STR(v->lines[1].subject, "domain:a.test");
	T_INT(v->lines[1].verdict, AS_VERDICT_FAIL);
	T_STR(v->rules_version, "1");
	T_INT(run.fails, 1);
	T_INT(as_history_verdicts(
		  history, arena, AS_STR("a.test"), 99, &v, &run, NULL),
	    AS_EABSENT);

	t_case("how domains stand");
	as_buf_reset(&b);
	T_INT(as_history_overview(history, overview_note, &b, NULL), AS_OK);
	T_STR(as_buf_str(&b), "AAA deploy 0/1 EAA deploy 1/1 ");
	as_buf_reset(&b);
	T_INT(as_history_states(history, state_note, &b, NULL), AS_OK);
	T_STR(as_buf_str(&b), "a.test@400 spf.all b.test@100  ");
	as_buf_fini(&b);
	end();
}

static void
test_damage(void)
{
	struct as_facts *got;
	struct as_history_run run;
	struct as_why why = {0};
	int64_t t0 = facts->domain->at / 1000;

	begin();
	t_case("a part that is missing or damaged is told");
	T_INT(as_history_keep(history, facts, NULL), AS_OK);
	T_INT(
	    as_sql_exec(store,
		"DELETE FROM subject WHERE substr(name, 1, 5) = 'host:'", NULL),
	    AS_OK);
	T_INT(as_history_facts(
		  history, scratch, facts->domain->name, t0, &got, &run, &why),
	    AS_ESYNTAX);
	T_STR(as_str_from(why.text),
	    "of the history of good.gov.test a part is missing");
	as_store_rollback(store);
	T_INT(as_history_keep(history, facts, NULL), AS_OK);
	T_INT(as_sql_exec(store, "UPDATE run SET side = doc", NULL), AS_OK);
	T_INT(as_history_facts(
		  history, scratch, facts->domain->name, t0, &got, &run, &why),
	    AS_ESYNTAX);
	end();
}

int
main(void)
{
	struct as_str text;

	arena = as_arena_new((size_t)256 * 1024 * 1024);
	scratch = as_arena_new((size_t)64 * 1024 * 1024);
	text = t_source_file(arena, "bench/facts.json");
	if (as_facts_read(arena, text, &facts, NULL) != AS_OK)
		return 1;
	facts = ordered(facts);
	test_volatile();
	test_facts();
	test_verdicts();
	test_damage();
	as_arena_free(arena);
	as_arena_free(scratch);
	return t_done();
}
