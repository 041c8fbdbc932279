/*
 * Documents by content, what is kept of a domain, and its events.
 */
#include "place.h"

#include "base/limits.h"
#include "store/watched.h"

#define NOW INT64_C(1795600000)

static struct as_store *store;
static struct as_docs *docs;
static struct as_watched_table *table;
static struct as_arena *arena;
static struct as_why why;

static void
open_new(void)
{
	path_new();
	T_INT(as_store_open(path, false, &store, &why), AS_OK);
	T_INT(as_docs_open(store, &docs, &why), AS_OK);
	T_INT(as_watched_open(store, docs, &table, &why), AS_OK);
	arena = as_arena_new((size_t)8 * 1024 * 1024);
	T_OK(arena != NULL);
}

static void
close_all(void)
{
	as_watched_close(table);
	as_docs_close(docs);
	as_store_close(store);
	as_arena_free(arena);
	path_drop();
}

static struct as_str
name_str(const uint8_t name[AS_DOC_OCTETS])
{
	return (struct as_str){(const char *)name, AS_DOC_OCTETS};
}

static void
test_docs(void)
{
	uint8_t a[AS_DOC_OCTETS], b[AS_DOC_OCTETS];
	struct as_str out;
	char long_text[100000];

	t_case("equal octets are kept once, and small");
	memset(long_text, 'x', sizeof(long_text));
	T_INT(as_docs_put(
		  docs, (struct as_str){long_text, sizeof(long_text)}, a, &why),
	    AS_OK);
	T_INT(as_docs_put(
		  docs, (struct as_str){long_text, sizeof(long_text)}, b, &why),
	    AS_OK);
	T_OK(memcmp(a, b, sizeof(a)) == 0);
	T_INT(number(store, "SELECT count(*) FROM doc"), 1);
	T_OK(number(store, "SELECT length(octets) FROM doc") < 1000);
	T_INT(as_docs_get(
		  docs, arena, name_str(a), sizeof(long_text), &out, &why),
	    AS_OK);
	T_INT(out.n, sizeof(long_text));
	T_OK(out.n > 0 && memcmp(out.p, long_text, out.n) == 0);
	t_case("an empty document");
	T_INT(as_docs_put(docs, AS_STR(""), b, &why), AS_OK);
	T_INT(as_docs_get(docs, arena, name_str(b), 10, &out, &why), AS_OK);
	T_INT(out.n, 0);
	t_case("none of this name; longer than the reader takes");
	b[0] ^= 1;
	T_INT(
	    as_docs_get(docs, arena, name_str(b), 10, &out, &why), AS_EABSENT);
	T_INT(
	    as_docs_get(docs, arena, name_str(a), 10, &out, &why), AS_ESYNTAX);
	T_INT(as_docs_get(docs, arena, AS_STR("short"), 10, &out, &why),
	    AS_ESYNTAX);
	t_case("a damaged document is no document");
	T_INT(as_sql_exec(
		  store, "UPDATE doc SET octets = substr(octets, 1, 20)", &why),
	    AS_OK);
	T_INT(as_docs_get(
		  docs, arena, name_str(a), sizeof(long_text), &out, &why),
	    AS_ESYNTAX);
	T_INT(as_sql_exec(store,
		  "UPDATE doc SET octets = (SELECT octets FROM doc WHERE"
		  " size = 0), size = 0",
		  &why),
	    AS_OK);
	T_INT(as_docs_get(
		  docs, arena, name_str(a), sizeof(long_text), &out, &why),
	    AS_ESYNTAX);
}

static void
test_watched(void)
{
	struct as_watched w = {.domain = AS_STR("a.example"),
	    .looked = NOW,
	    .known = AS_STR("{\"schema\":\"assay.facts/1\"}"),
	    .verdicts = AS_STR("{}"),
	    .judged_ms = NOW * 1000};
	struct as_watched got;

	t_case("what is kept of a domain");
	T_INT(as_watched_get(table, arena, w.domain, &got, &why), AS_EABSENT);
	T_INT(as_watched_put(table, &w, &why), AS_OK);
	T_INT(as_watched_get(table, arena, w.domain, &got, &why), AS_OK);
	T_INT(got.looked, NOW);
	T_STR(got.known, w.known.p);
	T_STR(got.verdicts, "{}");
	T_INT(got.judged_ms, NOW * 1000);
	T_INT(got.pending.n, 0);
	w.pending = AS_STR("{\"pending\":1}");
	w.looks = 2;
	w.looked = NOW + 60;
	T_INT(as_watched_put(table, &w, &why), AS_OK);
	T_INT(as_watched_get(table, arena, w.domain, &got, &why), AS_OK);
	T_STR(got.pending, w.pending.p);
	T_INT(got.looks, 2);
	T_INT(got.looked, NOW + 60);
	T_INT(as_watched_drop(table, w.domain, &why), AS_OK);
	T_INT(as_watched_get(table, arena, w.domain, &got, &why), AS_EABSENT);
}

static char seen[512];

static enum as_err
see(void *ctx, const struct as_event_row *row)
{
	size_t n = strlen(seen);

	(void)ctx;
	(void)snprintf(seen + n, sizeof(seen) - n,
	    "%lld " AS_STR_FMT " %s " AS_STR_FMT ";",
	    (long long)(row->at - NOW), AS_STR_ARG(row->domain),
	    as_event_kind_text(row->event->kind),
	    AS_STR_ARG(row->event->after));
	return AS_OK;
}

static const char *
read_all(struct as_event_filter filter, enum as_err want)
{
	seen[0] = 0;
	if (filter.most == 0)
		filter.most = 10;
	T_INT(as_events_read(store, &filter, see, NULL, &why), want);
	return seen;
}

static void
test_events(void)
{
	struct as_event e = {.kind = AS_EVENT_POLICY_MOVED,
	    .turn = AS_EVENT_WORSE,
	    .after = AS_STR("none")};
	int64_t id[3] = {0};

	t_case("events, the newest first");
	T_INT(as_event_put(table, AS_STR("a.example"), NOW, &e, &id[0], &why),
	    AS_OK);
	T_INT(
	    as_event_put(table, AS_STR("b.example"), NOW + 1, &e, &id[1], &why),
	    AS_OK);
	e.after = AS_STR("reject");
	T_INT(
	    as_event_put(table, AS_STR("a.example"), NOW + 2, &e, &id[2], &why),
	    AS_OK);
	T_OK(id[0] < id[1] && id[1] < id[2]);
	T_STR(as_str_from(read_all((struct as_event_filter){0}, AS_OK)),
	    "2 a.example policy-moved reject;1 b.example policy-moved none;"
	    "0 a.example policy-moved none;");
	T_STR(as_str_from(read_all(
		  (struct as_event_filter){
		      .domain = AS_STR("a.example"), .most = 1},
		  AS_OK)),
	    "2 a.example policy-moved reject;");
	T_STR(as_str_from(read_all(
		  (struct as_event_filter){.below = id[2], .from = NOW + 1},
		  AS_OK)),
	    "1 b.example policy-moved none;");
	t_case("a row that is no event names its place");
	T_INT(as_sql_exec(
		  store, "UPDATE event SET body = '{\"kind\":\"x\"}'", &why),
	    AS_OK);
	(void)read_all((struct as_event_filter){0}, AS_ESYNTAX);
	T_OK(strstr(why.text, "table event, id ") != NULL);
}

int
main(void)
{
	t_case("open");
	open_new();
	test_docs();
	test_watched();
	test_events();
	close_all();
	return t_done();
}
