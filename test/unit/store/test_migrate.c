/*
 * From every earlier version of the schema, with data in it, to this one.
 */
#include "place.h"

#include "base/buf.h"
#include "store/verify.h"
#include "store/writer_private.h"

/* Data as version 1 had them, in words of both engines; sums as they were kept
 * then: of TLS reports without a domain. */
static const char data[] =
    "INSERT INTO report(id, kind, org, report_id, domain, begin, \"end\", rows,"
    " messages, unread, cut, conflict, digest, received) VALUES"
    "(1, 0, 'Receiver', 'r1', 'example.org', 8640000, 8726400, 2, 12, 0, 0, 0,"
    " CAST('one' AS BLOB), 8800000),"
    "(2, 0, 'Receiver', 'r2', 'example.org', 8640000, 8899200, 1, 30, 0, 0, 0,"
    " CAST('two' AS BLOB), 8900000),"
    "(7, 2, 'Tls', 't1', NULL, 8640000, 8726399, 1, 100, 0, 0, 0,"
    " CAST('tls' AS BLOB), 8800000);"
    "INSERT INTO aggregate_row(report, n, ip, messages, dkim, spf, header_from,"
    " auth) VALUES"
    "(1, 0, CAST('abcd' AS BLOB), 5, 'pass', 'fail', 'example.org',"
    " '{\"dkim\":[{\"domain\":\"example.org\",\"selector\":\"s1\","
    "\"result\":\"pass\"}],\"spf\":[]}'),"
    "(1, 1, CAST('abce' AS BLOB), 7, 'fail', 'fail', 'example.org', NULL),"
    "(2, 0, CAST('abcd' AS BLOB), 30, 'pass', 'pass', 'example.org', NULL);"
    "INSERT INTO tls_policy(report, n, type, domain, successes, failures)"
    " VALUES(7, 0, 'sts', 'example.org', 90, 10);"
    "INSERT INTO daily VALUES('example.org', 100, CAST('abcd' AS BLOB), 'pass',"
    " 'fail', '', 'example.org', 5);"
    "INSERT INTO reporter_daily(domain, day, org, kind, reports, messages)"
    " VALUES('', 100, 'Tls', 2, 1, 100);";

#define TLS_DOMAINS 5 /* the version since which TLS reports have a domain */
#define NEW_SUMS    8 /* and sums are as they are now */

static struct as_why why;

/* PostgreSQL's word for the octets of a text. */
static bool
fill(struct as_store *s)
{
	static const char ours[] = "AS BLOB)", theirs[] = "AS BYTEA)";
	struct as_buf b;
	const char *p = data, *at;
	bool ok;

	as_buf_init(&b, 16384);
	for (; (at = strstr(p, ours)) != NULL; p = at + strlen(ours)) {
		as_buf_add(&b, p, (size_t)(at - p));
		as_buf_puts(&b, place_server() != NULL ? theirs : ours);
	}
	as_buf_puts(&b, p);
	as_buf_add(&b, "", 1);
	ok = as_sql_begin(s, &why) == AS_OK &&
	    as_sql_exec(s, b.p, &why) == AS_OK &&
	    as_store_commit(s, &why) == AS_OK;
	if (!ok)
		printf("# %s\n", why.text);
	as_buf_fini(&b);
	return ok;
}

static bool
earlier(int version)
{
	struct as_store *s;
	bool ok = as_store_connect(path, false, &s, &why) == AS_OK &&
	    as_schema_migrate_to(s, version, &why) == AS_OK && fill(s);

	if (ok && version >= TLS_DOMAINS)
		ok = as_sql_exec(s,
			 "UPDATE report SET domain = 'example.org' WHERE"
			 " kind = 2",
			 &why) == AS_OK;
	if (ok && version >= NEW_SUMS)
		ok = as_sql_exec(s,
			 "DELETE FROM daily; DELETE FROM reporter_daily;",
			 &why) == AS_OK &&
		    as_sums_make(s, &why) == AS_OK &&
		    as_store_commit(s, &why) == AS_OK;
	if (!ok)
		printf("# %s\n", why.text);
	as_store_close(s);
	return ok;
}

static void
test_version(int version)
{
	struct as_verified v;
	struct as_store *s;
	int from, to;

	t_case("from version %d", version);
	path_new();
	T_OK(earlier(version));
	T_OK(as_store_open(path, true, &s, &why) == AS_EVERSION);
	if (!T_OK(as_store_migrate(path, &from, &to, &why) == AS_OK))
		printf("# %s\n", why.text);
	T_INT(from, version);
	T_INT(to, as_schema_version());
	T_OK(as_store_migrate(path, &from, &to, &why) == AS_OK);
	T_INT(from, to);
	T_OK(as_store_open(path, true, &s, &why) == AS_OK);
	T_INT(number(s,
		  "SELECT count(*) FROM report WHERE domain ="
		  " 'example.org'"),
	    3);
	T_INT(number(s, "SELECT sum(messages) FROM daily"), 42);
	T_INT(number(s, "SELECT count(DISTINCT day) FROM daily"), 3);
	T_INT(number(s, "SELECT sum(messages) FROM dkim_daily"), 5);
	T_INT(number(s, "SELECT sum(failures) FROM tls_daily"), 10);
	T_INT(number(s,
		  "SELECT messages FROM reporter_daily WHERE kind = 2 AND"
		  " domain = 'example.org'"),
	    100);
	if (!T_OK(as_store_verify_all(s, &v, &why) == AS_OK))
		printf("# %s\n", why.text);
	T_INT(v.reports, 3);
	as_store_close(s);
	path_drop();
}

int
main(void)
{
	for (int v = 1; v < as_schema_version(); v++)
		test_version(v);
	return t_done();
}
