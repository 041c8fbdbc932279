/*
 * Copies into both engines, and what long and odd texts do to them.
 */
#include "place.h"

#include "store/copy.h"
#include "store/docs.h"
#include "store/reports.h"
#include "store/verify.h"

#define DAY   INT64_C(86400)
#define TEXTS 4096

static struct as_why why;
static char source[64];
static uint64_t added, changed, dropped;

static bool
fine(enum as_err err)
{
	if (!T_OK(err == AS_OK))
		printf("# %s: %s\n", as_err_name(err), why.text);
	return err == AS_OK;
}

/* Letters that do not shrink. */
static struct as_str
noise(char out[TEXTS], unsigned seed)
{
	for (size_t i = 0; i < TEXTS; i++) {
		seed = seed * 1103515245 + 12345;
		out[i] = (char)('!' + (seed >> 16) % 90);
	}
	return (struct as_str){out, TEXTS};
}

/* A report with texts as long as intake gives them, and one thing that is none. */
static void
fill(struct as_store *s, bool odd)
{
	char texts[6][TEXTS];
	struct as_report_dkim dkim = {.domain = noise(texts[0], 1),
	    .selector = noise(texts[1], 2),
	    .result = AS_STR("pass")};
	struct as_report_row row = {.source_ip = noise(texts[2], 3),
	    .count = 5,
	    .dkim = AS_STR("pass"),
	    .header_from = noise(texts[3], 4),
	    .dkims = &dkim,
	    .n_dkims = 1};
	struct as_report_head head = {.kind = AS_REPORT_AGGREGATE,
	    .org_name = odd ? AS_STR("a\xff\0b") : AS_STR("org"),
	    .report_id = noise(texts[4], 5),
	    .domain = noise(texts[5], 6),
	    .begin = 100 * DAY,
	    .end = 104 * DAY,
	    .rows = 1,
	    .messages = 5};
	struct as_store_origin o = {.path = noise(texts[2], 7),
	    .raw = AS_STR("octets \0 \xff"),
	    .received = 1};
	struct as_store_writer *w = NULL;
	struct as_report_sink sink;
	enum as_stored got;

	if (!fine(as_store_writer_new(s, &w, &why)))
		return;
	sink = as_store_sink(w);
	fine(sink.begin(sink.ctx, AS_REPORT_AGGREGATE));
	fine(sink.row(sink.ctx, &row));
	fine(sink.end(sink.ctx, &head));
	fine(as_store_keep(w, &o, &got, &why));
	fine(as_store_quarantine(s, &o, AS_STR("nothing"), &why));
	fine(as_store_flush(w, &why));
	fine(as_store_commit(s, &why));
	as_store_writer_free(w);
}

static void
test_long(void)
{
	struct as_verified v;
	struct as_store *s = NULL;

	t_case("texts as long as they come fit into the tables");
	path_new();
	if (!fine(as_store_open(path, false, &s, &why)))
		return;
	fill(s, true);
	fine(as_store_verify_all(s, &v, &why));
	T_INT(v.reports, 1);
	T_INT(v.octets, 1);
	T_INT(number(s, "SELECT sum(messages) FROM daily"), 5);
	as_store_close(s);
	path_drop();
}

static bool
finds(struct as_store *s, const char *words)
{
	struct as_verified v;
	bool found = as_store_verify_all(s, &v, &why) == AS_ESYNTAX &&
	    strstr(why.text, words) != NULL;

	if (!found)
		printf("# %s\n", why.text);
	return T_OK(found);
}

static void
test_documents(void)
{
	uint8_t name[AS_DOC_OCTETS];
	struct as_docs *docs = NULL;
	struct as_verified v;
	struct as_query *q = NULL;
	struct as_store *s = NULL;

	t_case("documents are looked at, too");
	path_new();
	if (!fine(as_store_open(path, false, &s, &why)))
		return;
	fine(as_docs_open(s, &docs, &why));
	fine(as_docs_put(docs, AS_STR("a document"), name, &why));
	fine(as_sql_prepare(s,
	    "INSERT INTO watched(domain, looked, known, verdicts, judged_ms,"
	    " looks) VALUES('a.example', 1, ?1, ?1, 1, 1)",
	    &q, &why));
	as_sql_bind_blob(q, 1, name, sizeof(name));
	fine(as_sql_run(q, &why));
	fine(as_store_commit(s, &why));
	fine(as_store_verify_all(s, &v, &why));
	T_INT(v.octets, 1);
	fine(as_sql_exec(s, "UPDATE doc SET size = 3", &why));
	finds(s, "doc: octets do not have");
	fine(as_sql_exec(s, "DELETE FROM doc", &why));
	finds(s, "of domain a.example");
	fine(as_sql_exec(s,
	    "DELETE FROM watched; INSERT INTO tag VALUES('b.example', 'x')",
	    &why));
	finds(s, "not there: b.example");
	as_sql_free(q);
	as_docs_close(docs);
	as_store_close(s);
	path_drop();
}

/* --- copies --- */

static enum as_err
table(void *ctx, const struct as_copy_table *t)
{
	(void)ctx;
	added += t->added;
	changed += t->changed;
	dropped += t->dropped;
	return AS_OK;
}

static const struct as_copy_sink sink = {.table = table};

static enum as_err
copy(bool *resumed)
{
	added = changed = dropped = 0;
	return as_store_copy(source, path, &sink, resumed, &why);
}

static void
source_drop(void)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char more[80];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(more, sizeof(more), "%s%s", source, ends[i]);
		(void)unlink(more);
	}
}

static bool
source_new(void)
{
	struct as_store *s = NULL;
	int fd;

	(void)snprintf(source, sizeof(source), "/tmp/assay-source-XXXXXX");
	fd = mkstemp(source);
	if (fd >= 0)
		(void)close(fd);
	if (!fine(as_store_open(source, false, &s, &why)))
		return false;
	fill(s, true);
	fine(as_sql_exec(s,
	    "INSERT INTO source_class VALUES('a', 'x', 'ours', 1),"
	    " ('a', 'y', 'ours', 2), ('b', 'x', 'ours', 3)",
	    &why));
	as_store_close(s);
	return true;
}

/* What a copy that was killed may have left, and more. */
static void
spoil(void)
{
	struct as_store *s = NULL;
	struct as_query *q = NULL;

	if (!fine(as_store_open(path, false, &s, &why)))
		return;
	fine(as_sql_begin(s, &why));
	fine(s->engine->define(
	    s, "CREATE TABLE copying(source TEXT PRIMARY KEY) STRICT", &why));
	fine(as_sql_prepare(s, "INSERT INTO copying VALUES(?1)", &q, &why));
	as_sql_bind_text(q, 1, as_str_from(source));
	fine(as_sql_run(q, &why));
	as_sql_free(q);
	fine(as_sql_exec(s,
	    "DELETE FROM source_class WHERE source = 'y';"
	    "UPDATE source_class SET said = 9 WHERE domain = 'b';"
	    "INSERT INTO source_class VALUES('c', 'z', 'ours', 1);"
	    "DELETE FROM report",
	    &why));
	fine(as_store_commit(s, &why));
	as_store_close(s);
}

static void
test_copy(void)
{
	struct as_verified v;
	struct as_store *s = NULL;
	int64_t id = 0;
	bool resumed;

	t_case("a copy is equal, whatever the texts are");
	path_new();
	if (!source_new())
		return;
	fine(copy(&resumed));
	T_OK(!resumed);
	T_OK(added > 9 && changed == 0 && dropped == 0);

	t_case("what is there already is not copied again");
	T_OK(copy(&resumed) == AS_EINVAL);

	t_case("one that is unfinished is finished, and becomes equal");
	spoil();
	fine(copy(&resumed));
	T_OK(resumed);
	T_INT(added, 2);
	T_INT(changed, 1);
	T_INT(dropped, 1);
	if (fine(as_store_open(path, false, &s, &why))) {
		fine(as_store_verify_all(s, &v, &why));
		T_INT(number(s, "SELECT sum(said) FROM source_class"), 6);
		fine(as_sql_next_id(s, "report", &id, &why));
		T_INT(id, 2);
	}
	as_store_close(s);
	source_drop();
	path_drop();
}

int
main(void)
{
	test_long();
	test_documents();
	test_copy();
	return t_done();
}
