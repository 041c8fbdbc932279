/*
 * Statements: both engines give back what they were given.
 */
#include "place.h"

#include "store/postgres.h"

static struct as_store *s;
static struct as_why why;

static bool
store_new(void)
{
	path_new();
	return T_OK(as_store_open(path, false, &s, &why) == AS_OK);
}

static void
store_drop(void)
{
	as_store_close(s);
	s = NULL;
	path_drop();
}

static struct as_query *
query(const char *sql)
{
	struct as_query *q = NULL;

	if (!T_OK(as_sql_prepare(s, sql, &q, &why) == AS_OK))
		printf("# %s: %s\n", sql, why.text);
	return q;
}

static bool
row(struct as_query *q)
{
	bool found = false;

	if (!T_OK(as_sql_row(q, &found, &why) == AS_OK))
		printf("# %s\n", why.text);
	return found;
}

/* --- values --- */

static void
raw_add(const char *hash, const void *octets, size_t n)
{
	struct as_query *q = query("INSERT INTO raw VALUES(?1, ?2)");

	as_sql_bind_blob(q, 1, hash, strlen(hash));
	as_sql_bind_blob(q, 2, octets, n);
	T_OK(as_sql_begin(s, &why) == AS_OK);
	T_OK(as_sql_run(q, &why) == AS_OK);
	as_sql_free(q);
	T_OK(as_store_commit(s, &why) == AS_OK);
}

static void
word_add(struct as_str domain, struct as_str source, int64_t said)
{
	struct as_query *q =
	    query("INSERT INTO source_class(domain, source, class, said)"
		  " VALUES(?1, ?2, 'ours', ?3)");

	as_sql_bind_text(q, 1, domain);
	as_sql_bind_text(q, 2, source);
	as_sql_bind_int(q, 3, said);
	T_OK(as_sql_begin(s, &why) == AS_OK);
	T_OK(as_sql_run(q, &why) == AS_OK);
	as_sql_free(q);
	if (!T_OK(as_store_commit(s, &why) == AS_OK))
		printf("# %s\n", why.text);
}

static void
test_values(void)
{
	static const char octets[] = "\0\xff\\x'\n";
	struct as_query *q;

	t_case("octets come back as they were");
	if (!store_new())
		return;
	raw_add("a", octets, sizeof(octets));
	raw_add("b", "", 0);
	q = query("SELECT octets, NULL FROM raw ORDER BY hash");
	T_OK(row(q));
	T_OK(as_str_eq(
	    as_sql_column_blob(q, 0), (struct as_str){octets, sizeof(octets)}));
	T_OK(as_sql_column_is_null(q, 1));
	T_OK(as_str_is_null(as_sql_column_text(q, 1)));
	T_OK(row(q));
	T_OK(!as_sql_column_is_null(q, 0));
	T_INT(as_sql_column_blob(q, 0).n, 0);
	T_OK(!row(q));
	as_sql_free(q);

	t_case("texts and numbers do, too, and stand in the order of octets");
	word_add(AS_STR("b"), AS_STR("Zoe \xc3\xa9"), INT64_MAX);
	word_add(AS_STR("B"), AS_STR(""), INT64_MIN);
	word_add(AS_STR("-"), AS_STR("?1 '$1' \"x\""), 0);
	q = query("SELECT domain, source, said FROM source_class"
		  " ORDER BY domain");
	T_OK(row(q));
	T_STR(as_sql_column_text(q, 1), "?1 '$1' \"x\"");
	T_INT(as_sql_column_int(q, 2), 0);
	T_OK(row(q));
	T_STR(as_sql_column_text(q, 0), "B");
	T_OK(as_sql_column_int(q, 2) == INT64_MIN);
	T_INT(as_sql_column_count(q, 2), 0);
	T_OK(row(q));
	T_STR(as_sql_column_text(q, 1), "Zoe \xc3\xa9");
	T_OK(as_sql_column_int(q, 2) == INT64_MAX);
	as_sql_free(q);

	t_case("a sum is a number");
	T_INT(
	    number(s, "SELECT sum(said) FROM source_class WHERE said = 0"), 0);
	T_INT(number(s,
		  "SELECT sum(n) FROM (SELECT 123456789012 AS n UNION ALL"
		  " SELECT -3456789012) x"),
	    120000000000);
	T_INT(number(s, "SELECT sum(n) FROM (SELECT -70001 AS n) x"), -70001);
	store_drop();
}

static void
test_no_utf8(void)
{
	struct as_query *q;

	t_case("text that is no UTF-8 does not end the transaction");
	if (!store_new())
		return;
	word_add(AS_STR("d"), AS_STR("a\xff\xc3z\0b"), 1);
	q = query("SELECT source FROM source_class");
	T_OK(row(q));
	if (place_server() != NULL)
		T_STR(as_sql_column_text(q, 0),
		    "a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd"
		    "b");
	else
		T_OK(as_str_eq(
		    as_sql_column_text(q, 0), AS_STR("a\xff\xc3z\0b")));
	as_sql_free(q);
	store_drop();
}

/* --- transactions --- */

static void
test_errors(void)
{
	struct as_query *q;
	enum as_err err;

	t_case("an error takes back all since the last commit");
	if (!store_new())
		return;
	word_add(AS_STR("d"), AS_STR("one"), 1);
	q = query("INSERT INTO source_class VALUES(?1, ?2, 'ours', 1)");
	T_OK(as_sql_begin(s, &why) == AS_OK);
	as_sql_bind_text(q, 1, AS_STR("d"));
	as_sql_bind_text(q, 2, AS_STR("two"));
	T_OK(as_sql_run(q, &why) == AS_OK);
	as_sql_bind_text(q, 2, AS_STR("one"));
	err = as_sql_run(q, &why);
	if (err == AS_OK)
		err = as_store_commit(s, &why);
	T_OK(err == (place_server() != NULL ? AS_EAGAIN : AS_EIO));
	T_OK(!as_sql_is_begun(s));
	T_INT(number(s, "SELECT count(*) FROM source_class"), 1);

	t_case("and the store goes on");
	T_OK(as_sql_begin(s, &why) == AS_OK);
	as_sql_bind_text(q, 2, AS_STR("three"));
	T_OK(as_sql_run(q, &why) == AS_OK);
	T_OK(as_store_commit(s, &why) == AS_OK);
	as_sql_free(q);
	T_INT(number(s, "SELECT count(*) FROM source_class"), 2);

	t_case("a statement that is none is told");
	T_OK(as_sql_prepare(s, "SELEKT 1", &q, &why) == AS_EIO);
	T_OK(q == NULL && why.text[0] != 0);
	store_drop();
}

static void
test_changes(void)
{
	struct as_query *q, *more;
	uint64_t n;

	t_case("how many rows were changed");
	if (!store_new())
		return;
	word_add(AS_STR("d"), AS_STR("one"), 1);
	word_add(AS_STR("d"), AS_STR("two"), 1);
	q = query("UPDATE source_class SET said = 2 WHERE domain = ?1");
	more = query("DELETE FROM source_class WHERE source = ?1");
	T_OK(as_sql_begin(s, &why) == AS_OK);
	as_sql_bind_text(q, 1, AS_STR("d"));
	T_OK(as_sql_run(q, &why) == AS_OK);
	T_OK(as_sql_changes(q, &n, &why) == AS_OK);
	T_INT(n, 2);
	as_sql_bind_text(more, 1, AS_STR("one"));
	T_OK(as_sql_run(more, &why) == AS_OK);
	T_OK(as_sql_changes(more, &n, &why) == AS_OK);
	T_INT(n, 1);
	as_sql_bind_text(q, 1, AS_STR("nobody"));
	T_OK(as_sql_run(q, &why) == AS_OK);
	T_OK(as_sql_changes(q, &n, &why) == AS_OK);
	T_INT(n, 0);
	as_store_rollback(s);
	T_INT(number(s, "SELECT count(*) FROM source_class"), 2);
	as_sql_free(q);
	as_sql_free(more);
	store_drop();
}

/* --- several at once --- */

static void
test_between(void)
{
	struct as_query *q, *w;
	char text[16];
	size_t n = 0;

	t_case("rows are read while others are written");
	if (!store_new())
		return;
	w = query("INSERT INTO source_class VALUES(?1, ?2, 'ours', ?3)");
	T_OK(as_sql_begin(s, &why) == AS_OK);
	as_sql_bind_text(w, 1, AS_STR("a"));
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(text, sizeof(text), "%04d", i);
		as_sql_bind_text(w, 2, as_str_from(text));
		as_sql_bind_int(w, 3, i);
		T_OK(as_sql_run(w, &why) == AS_OK);
	}
	T_OK(as_store_commit(s, &why) == AS_OK);
	q = query("SELECT source FROM source_class WHERE domain = 'a'"
		  " ORDER BY source");
	T_OK(as_sql_begin(s, &why) == AS_OK);
	as_sql_bind_text(w, 1, AS_STR("b"));
	for (; row(q); n++) {
		as_sql_bind_text(w, 2, as_sql_column_text(q, 0));
		as_sql_bind_int(w, 3, 1);
		T_OK(as_sql_run(w, &why) == AS_OK);
	}
	T_INT(n, 1000);
	T_OK(as_store_commit(s, &why) == AS_OK);
	T_INT(number(s, "SELECT count(*) FROM source_class"), 2000);

	t_case("what is left of a reading is left");
	T_OK(row(q));
	as_sql_reset(q);
	T_INT(number(s, "SELECT count(*) FROM source_class"), 2000);
	T_OK(row(q));
	T_STR(as_sql_column_text(q, 0), "0000");
	as_sql_free(q);
	as_sql_free(w);
	store_drop();
}

static void
test_ids(void)
{
	int64_t a = 0, b = 0;

	t_case("numbers of new rows are told apart");
	if (!store_new())
		return;
	T_OK(as_sql_next_id(s, "report", &a, &why) == AS_OK);
	T_OK(a > 0);
	T_OK(as_sql_next_id(s, "report", &b, &why) == AS_OK);
	T_OK(b == a + (place_server() != NULL));
	as_store_rollback(s);
	store_drop();
}

/* What a sum may be there. */
static void
test_numeric(void)
{
	static const struct {
		const char *sql;
		int64_t want;
	} rows[] = {
	    {"SELECT 9223372036854775807::numeric", INT64_MAX},
	    {"SELECT 9223372036854775808::numeric", INT64_MAX},
	    {"SELECT 1e30::numeric", INT64_MAX},
	    {"SELECT -1e30::numeric", -INT64_MAX},
	    {"SELECT 10000::numeric", 10000},
	    {"SELECT 100000000::numeric", 100000000},
	    {"SELECT -12345.999::numeric", -12345},
	    {"SELECT 0.5::numeric", 0},
	    {"SELECT 0::numeric", 0},
	    {"SELECT 'NaN'::numeric", 0},
	    {"SELECT true", 1},
	    {"SELECT (-7)::smallint", -7},
	    {"SELECT (-70000)::int", -70000},
	    {"SELECT '42'::text", 42},
	    {"SELECT '2026-11-25'::date", 0},
	};

	if (!store_new())
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_case("a number: %s", rows[i].sql);
		T_INT(number(s, rows[i].sql), rows[i].want);
	}
	store_drop();
}

/* Of PostgreSQL: the server ends the connection. */
static void
test_lost(void)
{
	struct as_query *q, *more;
	enum as_err err;

	t_case("a lost connection takes the transaction along");
	if (!store_new())
		return;
	word_add(AS_STR("d"), AS_STR("one"), 1);
	q = query("INSERT INTO source_class VALUES(?1, ?2, 'ours', 1)");
	more = query("SELECT count(*) FROM source_class WHERE domain = ?1");
	as_sql_bind_text(q, 1, AS_STR("d"));
	as_sql_bind_text(q, 2, AS_STR("two"));
	as_sql_bind_text(more, 1, AS_STR("d"));
	T_OK(as_sql_begin(s, &why) == AS_OK);
	T_OK(as_sql_run(q, &why) == AS_OK);
	place_say("DO $$ BEGIN PERFORM pg_terminate_backend(pid, 10000) FROM"
		  " pg_stat_activity WHERE pid <> pg_backend_pid() AND"
		  " application_name = 'assay'; END $$");
	err = as_store_commit(s, &why);
	T_OK(err == AS_EIO && !as_sql_is_begun(s));

	t_case("which can be tried again, with the same statements");
	T_OK(as_sql_begin(s, &why) == AS_OK);
	T_OK(as_sql_run(q, &why) == AS_OK);
	T_OK(as_store_commit(s, &why) == AS_OK);
	T_OK(row(more));
	T_INT(as_sql_column_int(more, 0), 2);
	as_sql_free(q);
	as_sql_free(more);
	store_drop();
}

/* --- words for PostgreSQL --- */

static void
test_words(void)
{
	static const struct {
		const char *ours, *theirs;
		int params;
	} rows[] = {
	    {"SELECT ?1, ?2", "SELECT $1, $2", 2},
	    {"VALUES(?, ?, ?)", "VALUES($1, $2, $3)", 3},
	    {"SELECT '?1' || \"a?\" || ?3", "SELECT '?1' || \"a?\" || $3", 3},
	    {"SELECT 'it''s ?', ?1", "SELECT 'it''s ?', $1", 1},
	    {"SELECT 1", "SELECT 1", 0},
	};
	static const struct {
		const char *ours, *theirs;
	} tables[] = {
	    {"CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b BLOB) STRICT;",
		"CREATE TABLE t(id BIGINT GENERATED BY DEFAULT AS IDENTITY"
		" PRIMARY KEY, a TEXT COLLATE \"C\", b BYTEA);"},
	    {"CREATE TABLE t(n INTEGER NOT NULL, PRIMARY KEY(n)) STRICT,"
	     " WITHOUT ROWID;CREATE INDEX i ON t(n);",
		"CREATE TABLE t(n BIGINT NOT NULL, PRIMARY KEY(n));"
		"CREATE INDEX i ON t(n);"},
	    {"UPDATE t SET a = CAST(b AS TEXT); ALTER TABLE t ADD c TEXT",
		"UPDATE t SET a = CAST(b AS TEXT); ALTER TABLE t ADD c TEXT"
		" COLLATE \"C\""},
	    {"CREATE TABLE t(TEXTS TEXT DEFAULT 'TEXT', \"BLOB\" INTEGER)",
		"CREATE TABLE t(TEXTS TEXT COLLATE \"C\" DEFAULT 'TEXT',"
		" \"BLOB\" BIGINT)"},
	};
	struct as_buf b;
	int n;

	as_buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_case("a statement: %s", rows[i].ours);
		as_buf_reset(&b);
		as_pg_statement(&b, rows[i].ours, &n);
		T_STR(as_buf_str(&b), rows[i].theirs);
		T_INT(n, rows[i].params);
	}
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		t_case("a table: %s", tables[i].ours);
		as_buf_reset(&b);
		as_pg_definition(&b, tables[i].ours);
		T_STR(as_buf_str(&b), tables[i].theirs);
	}
	as_buf_fini(&b);
}

int
main(void)
{
	test_values();
	test_no_utf8();
	test_errors();
	test_changes();
	test_between();
	test_ids();
	test_words();
	if (place_server() != NULL) {
		test_numeric();
		test_lost();
	}
	return t_done();
}
