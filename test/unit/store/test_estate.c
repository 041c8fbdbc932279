/*
 * The estate in the database: domains with their tags, what may belong to it, and
 * what reports say of names.
 */
#include "place.h"
#include "store/estate.h"
#include "store/sql.h"

static struct as_arena *arena;
static struct as_store *store;
static struct as_buf trace;

static void
begin(void)
{
	path_new();
	if (as_store_open(path, false, &store, NULL) != AS_OK)
		abort();
}

static void
end(void)
{
	as_store_close(store);
	path_drop();
}

static enum as_err
on_entry(void *ctx, const struct as_estate_entry *e)
{
	(void)ctx;
	as_buf_printf(&trace, AS_STR_FMT, AS_STR_ARG(e->name));
	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		if (e->text[i].n > 0)
			as_buf_printf(
			    &trace, " " AS_STR_FMT, AS_STR_ARG(e->text[i]));
	for (size_t i = 0; i < e->n_tags; i++)
		as_buf_printf(&trace, " #" AS_STR_FMT, AS_STR_ARG(e->tags[i]));
	as_buf_printf(&trace, " %s %lld\n", as_estate_source_text(e->source),
	    (long long)e->added);
	return AS_OK;
}

static struct as_str
listed(void)
{
	as_buf_reset(&trace);
	T_INT(as_estate_each(store, on_entry, NULL, NULL), AS_OK);
	return as_buf_str(&trace);
}

static void
put(struct as_estate_writer *w, const char *name, const char *owner,
    const char *tags, int64_t now)
{
	struct as_estate_entry e = {
	    .name = as_str_from(name), .source = AS_ESTATE_IMPORTED};

	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		e.text[i] = AS_STR("");
	e.text[AS_ESTATE_OWNER] = as_str_from(owner);
	T_INT(as_estate_tags(arena, as_str_from(tags), &e, NULL), AS_OK);
	T_INT(as_estate_put(w, &e, now, NULL), AS_OK);
}

static void
test_domains(void)
{
	struct as_estate_writer *w;

	begin();
	t_case("domains come in the order of names, with their tags");
	T_INT(as_estate_writer_new(store, &w, NULL), AS_OK);
	put(w, "b.test", "B \xe2\x82\xac", "", 10);
	put(w, "a.test", "A", "x, web", 10);
	put(w, "a-b.test", "", "x", 10);
	T_INT(as_store_commit(store, NULL), AS_OK);
	T_STR(listed(),
	    "a-b.test #x imported 10\n"
	    "a.test A #web #x imported 10\n"
	    "b.test B \xe2\x82\xac imported 10\n");

	t_case("one that is put again is changed, and stays as old as it is");
	T_INT(as_sql_begin(store, NULL), AS_OK);
	put(w, "a.test", "C", "y", 20);
	T_INT(as_store_commit(store, NULL), AS_OK);
	T_STR(listed(),
	    "a-b.test #x imported 10\na.test C #y imported 10\n"
	    "b.test B \xe2\x82\xac imported 10\n");

	t_case("one that is removed is not read, and begins anew");
	T_INT(as_sql_begin(store, NULL), AS_OK);
	T_INT(as_estate_drop(w, AS_STR("a.test"), 30, NULL), AS_OK);
	T_INT(as_estate_drop(w, AS_STR("a.test"), 30, NULL), AS_EABSENT);
	T_INT(as_estate_drop(w, AS_STR("never.test"), 30, NULL), AS_EABSENT);
	T_STR(listed(),
	    "a-b.test #x imported 10\nb.test B \xe2\x82\xac imported 10\n");
	put(w, "a.test", "", "", 40);
	T_STR(listed(),
	    "a-b.test #x imported 10\na.test imported 40\n"
	    "b.test B \xe2\x82\xac imported 10\n");
	as_estate_writer_free(w);

	t_case("what was not committed is not there");
	as_store_rollback(store);
	T_STR(listed(),
	    "a-b.test #x imported 10\na.test C #y imported 10\n"
	    "b.test B \xe2\x82\xac imported 10\n");
	end();
}

static enum as_err
on_hint(void *ctx, const struct as_estate_hint *h)
{
	(void)ctx;
	as_buf_printf(&trace, AS_STR_FMT " %s " AS_STR_FMT " %lld-%lld %s\n",
	    AS_STR_ARG(h->name), as_hint_kind_text(h->kind),
	    AS_STR_ARG(h->evidence), (long long)h->first, (long long)h->last,
	    as_hint_state_text(h->state));
	return AS_OK;
}

static void
test_hints(void)
{
	struct as_estate_hint h = {.name = AS_STR("n.test"),
	    .kind = AS_HINT_CERTIFICATE,
	    .evidence = AS_STR("in a certificate"),
	    .first = 20,
	    .last = 30};
	struct as_estate_writer *w;

	begin();
	t_case("a suggestion keeps its times and what was decided");
	T_INT(as_estate_writer_new(store, &w, NULL), AS_OK);
	T_INT(as_hint_put(w, &h, NULL), AS_OK);
	T_INT(as_hint_decide(w, h.name, AS_HINT_REFUSED, NULL), AS_OK);
	T_INT(as_hint_decide(w, AS_STR("x.test"), AS_HINT_ACCEPTED, NULL),
	    AS_EABSENT);
	h.kind = AS_HINT_REPORT;
	h.evidence = AS_STR("in reports");
	h.first = 10;
	h.last = 25;
	T_INT(as_hint_put(w, &h, NULL), AS_OK);
	as_estate_writer_free(w);
	as_buf_reset(&trace);
	T_INT(as_hint_each(store, on_hint, NULL, NULL), AS_OK);
	T_STR(as_buf_str(&trace), "n.test report in reports 10-30 refused\n");
	end();
}

static enum as_err
on_heard(void *ctx, const struct as_estate_heard *h)
{
	(void)ctx;
	as_buf_printf(&trace, "%s" AS_STR_FMT " %lld-%lld %llu/%llu\n",
	    h->reported ? "*" : "", AS_STR_ARG(h->name), (long long)h->first,
	    (long long)h->last, (unsigned long long)h->passed,
	    (unsigned long long)h->messages);
	return AS_OK;
}

static void
day_put(const char *domain, int64_t day, const char *dkim, const char *from,
    int64_t messages)
{
	struct as_query *q = NULL;

	T_INT(as_sql_prepare(store,
		  "INSERT INTO daily(domain, day, ip, dkim, spf, disposition,"
		  " header_from, messages)"
		  " VALUES(?1, ?2, ?3, ?4, 'fail', 'none', ?5, ?6)",
		  &q, NULL),
	    AS_OK);
	as_sql_bind_text(q, 1, as_str_from(domain));
	as_sql_bind_int(q, 2, day);
	as_sql_bind_blob(q, 3, "\300\0\2\1", 4);
	as_sql_bind_text(q, 4, as_str_from(dkim));
	as_sql_bind_text(q, 5, as_str_from(from));
	as_sql_bind_int(q, 6, messages);
	T_INT(as_sql_run(q, NULL), AS_OK);
	as_sql_free(q);
}

static void
test_heard(void)
{
	begin();
	t_case(
	    "names of reports: those they are about, those mail was sent as");
	T_INT(as_sql_begin(store, NULL), AS_OK);
	day_put("a.test", 5, "pass", "n.a.test", 3);
	day_put("a.test", 6, "fail", "n.a.test", 4);
	day_put("a.test", 7, "fail", "", 5);
	as_buf_reset(&trace);
	T_INT(as_heard_each(store, on_heard, NULL, NULL), AS_OK);
	T_STR(as_buf_str(&trace), "*a.test 5-7 3/12\nn.a.test 5-6 3/7\n");
	end();
}

int
main(void)
{
	arena = as_arena_new((size_t)1024 * 1024);
	as_buf_init(&trace, 65536);
	test_domains();
	test_hints();
	test_heard();
	as_buf_fini(&trace);
	as_arena_free(arena);
	return t_done();
}
