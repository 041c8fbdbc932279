/*
 * Names of addresses: which are due, and what is kept of an answer.
 */
#include "place.h"

#include "store/host_names.h"
#include "store/usage_read.h"

#define DAY INT64_C(20000)
#define NOW (DAY * 86400)

static struct as_store *store;
static struct as_why why;

static void
sent_as(uint8_t ip, int64_t day, uint64_t messages, const char *domain,
    const char *author)
{
	uint8_t octets[] = {192, 0, 2, ip};
	struct as_query *q = NULL;

	T_OK(as_sql_prepare(store,
		 "INSERT INTO daily(domain, day, ip, dkim, spf, disposition,"
		 " header_from, messages)"
		 " VALUES(?1, ?2, ?3, '', '', '', ?5, ?4)",
		 &q, &why) == AS_OK);
	as_sql_bind_text(q, 1, as_str_from(domain));
	as_sql_bind_int(q, 2, day);
	as_sql_bind_blob(q, 3, octets, ip == 0 ? 0 : sizeof(octets));
	as_sql_bind_count(q, 4, messages);
	as_sql_bind_text(q, 5, as_str_from(author));
	T_OK(as_sql_run(q, &why) == AS_OK);
	as_sql_free(q);
}

static void
sent(uint8_t ip, int64_t day, uint64_t messages, const char *domain)
{
	sent_as(ip, day, messages, domain, "");
}

static void
keep(uint8_t ip, struct as_str name, int64_t due)
{
	struct as_ip a = {4, {192, 0, 2, ip}};

	T_OK(as_host_name_keep(store, &a, name, NOW, due, &why) == AS_OK);
}

/* The last octets of those that are due: "3 1". */
static const char *
due(int64_t now, size_t room, uint64_t *all)
{
	struct as_host_names_ask ask = {
	    AS_STR("council.example"), DAY - 10, DAY, now};
	static char text[80];
	struct as_ip out[8];
	size_t n = 0;

	T_OK(as_host_names_due(store, &ask, out, room, &n, all, &why) == AS_OK);
	text[0] = 0;
	for (size_t i = 0; i < n; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s%d", i > 0 ? " " : "", out[i].b[3]);
	return text;
}

/* --- what a reader gets --- */

struct got {
	char text[200];
	size_t n;
};

static enum as_err
on_row(void *ctx, const struct as_usage_row *row)
{
	(void)ctx;
	(void)row;
	return AS_OK;
}

static enum as_err
on_reporter(void *ctx, const struct as_usage_reporter *r)
{
	struct got *g = ctx;

	T_STR(r->org, "R");
	T_INT(r->days, 3);
	T_INT(r->gap, 5);
	g->n++;
	return AS_OK;
}

static enum as_err
on_key(void *ctx, const struct as_usage_key *k)
{
	(void)ctx;
	(void)k;
	return AS_OK;
}

static enum as_err
on_word(void *ctx, const struct as_usage_word *w)
{
	(void)ctx;
	(void)w;
	return AS_OK;
}

static enum as_err
on_host(void *ctx, const struct as_usage_host *h)
{
	struct got *g = ctx;
	size_t at = strlen(g->text);

	(void)snprintf(g->text + at, sizeof(g->text) - at, "%d=" AS_STR_FMT " ",
	    h->ip.b[3], AS_STR_ARG(h->name));
	return AS_OK;
}

static void
reader_check(void)
{
	struct got g = {{0}, 0};
	struct as_usage_sink sink = {
	    &g, on_row, on_reporter, on_key, on_word, on_host};

	t_case("a reader gets the names that DNS gave, of those that sent");
	T_OK(as_usage_read(store, AS_STR("council.example"), DAY - 10, DAY,
		 &sink, &why) == AS_OK);
	T_STR(as_str_from(g.text), "1=a.example 3= ");
	T_INT(g.n, 1);
}

/* --- authors --- */

static enum as_err
on_author(void *ctx, struct as_str name)
{
	struct got *g = ctx;
	size_t at = strlen(g->text);

	(void)snprintf(g->text + at, sizeof(g->text) - at, AS_STR_FMT " ",
	    AS_STR_ARG(name));
	return ++g->n == 2 ? AS_ELIMIT : AS_OK;
}

static void
authors_check(void)
{
	struct as_host_names_ask ask = {
	    AS_STR("authors.example"), DAY - 10, DAY, NOW};
	struct got g = {{0}, 0};

	t_case("authors below the domain, most messages first");
	sent_as(0, DAY, 2, "authors.example", "a.authors.example");
	sent_as(0, DAY - 1, 2, "authors.example", "a.authors.example");
	sent_as(0, DAY, 3, "authors.example", "b.authors.example");
	sent_as(0, DAY, 9, "authors.example", "authors.example");
	sent_as(0, DAY, 9, "authors.example", "");
	sent_as(0, DAY - 20, 9, "authors.example", "c.authors.example");
	sent_as(0, DAY, 9, "authors.test", "d.authors.example");
	T_OK(as_authors_read(store, &ask, 1, on_author, &g, &why) == AS_OK);
	T_STR(as_str_from(g.text), "a.authors.example ");
	g = (struct got){{0}, 0};
	T_OK(as_authors_read(store, &ask, 9, on_author, &g, &why) == AS_ELIMIT);
	T_STR(as_str_from(g.text), "a.authors.example b.authors.example ");
}

static void
names_check(void)
{
	uint64_t all = 0;

	sent(1, DAY, 5, "council.example");
	sent(1, DAY - 1, 5, "council.example");
	sent(2, DAY, 3, "council.example");
	sent(3, DAY, 50, "council.example");
	sent(4, DAY - 11, 500, "council.example");
	sent(5, DAY, 500, "other.example");
	sent(0, DAY, 500, "council.example");
	T_OK(as_sql_exec(store,
		 "INSERT INTO reporter_daily(domain, day, org, kind, reports,"
		 " messages) VALUES('council.example', 20000, 'R', 0, 1, 9),"
		 " ('council.example', 19995, 'R', 0, 1, 9),"
		 " ('council.example', 19994, 'R', 0, 1, 9),"
		 " ('council.example', 19990, 'R', 2, 1, 9)",
		 &why) == AS_OK);

	t_case(
	    "due: never asked, most messages first, of this domain and days");
	T_STR(as_str_from(due(NOW, 8, &all)), "3 1 2");
	T_INT(all, 3);
	T_STR(as_str_from(due(NOW, 2, &all)), "3 1");
	T_INT(all, 3);

	t_case("due: not what was asked, until its time");
	keep(1, AS_STR("a.example"), NOW + 100);
	keep(2, AS_STR_NULL, NOW + 10);
	keep(3, AS_STR(""), NOW + 100);
	keep(5, AS_STR("other.example"), NOW + 100);
	T_STR(as_str_from(due(NOW, 8, &all)), "");
	T_INT(all, 0);
	T_STR(as_str_from(due(NOW + 10, 8, &all)), "2");
	T_STR(as_str_from(due(NOW + 100, 8, &all)), "3 1 2");

	reader_check();
	t_case("no answer does not take away what was known");
	keep(1, AS_STR_NULL, NOW + 200);
	reader_check();
	t_case("a new answer does");
	keep(1, AS_STR("b.example"), NOW + 200);
	keep(1, AS_STR("a.example"), NOW + 200);
	reader_check();
	T_OK(as_store_commit(store, &why) == AS_OK);
}

int
main(void)
{
	path_new();
	if (!T_OK(as_store_open(path, false, &store, &why) == AS_OK))
		return 1;
	names_check();
	authors_check();
	as_store_close(store);
	path_drop();
	return t_done();
}
