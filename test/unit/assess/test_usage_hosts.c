/*
 * What the names and the places of addresses do to sources; sources that are
 * new; bursts.
 */
#include <libpsl.h>

#include "assess/usage.h"

#include "harness.h"

#define TODAY        20000
#define WINDOW       90
#define ARENA_OCTETS ((size_t)64 * 1024 * 1024)

static const char senders_text[] =
    "dkim\tservice.example\tMail Service\tmarketing\tchecked\t\n"
    "ptr\tmta.example\tMail Service\tmarketing\tchecked\t\n";

static struct as_arena *arena;
static struct as_usage_options options;
static struct as_usage_work *work;
static struct as_usage_sink sink;
static psl_ctx_t *suffixes;

static void
begin(void)
{
	as_arena_reset(arena);
	if (!T_OK(as_usage_begin(arena, &options, &work) == AS_OK))
		exit(1);
	sink = as_usage_take(work);
}

static const char *author = "council.example";

/* Mail of one day; `dkim` NULL: nothing vouches. */
static void
row(const char *ip, int64_t day, uint64_t messages, const char *dkim)
{
	struct as_report_dkim d = {
	    as_str_from(dkim), AS_STR("s"), AS_STR("pass"), AS_STR_NULL};
	struct as_report_head head = {
	    .domain = AS_STR("council.example"), .p = AS_STR("none")};
	struct as_report_row r = {.count = messages,
	    .header_from = as_str_from(author),
	    .disposition = AS_STR("reject"),
	    .dkims = &d,
	    .n_dkims = dkim != NULL};
	struct as_usage_row u = {day, messages, AS_STR("R"), &head, &r};

	T_OK(as_ip_parse(as_str_from(ip), &r.ip) == AS_OK);
	T_OK(sink.row(sink.ctx, &u) == AS_OK);
}

static void
host(const char *ip, const char *name)
{
	struct as_usage_host h = {.name = as_str_from(name)};

	T_OK(as_ip_parse(as_str_from(ip), &h.ip) == AS_OK);
	T_OK(sink.host(sink.ctx, &h) == AS_OK);
}

static struct as_usage *
end(void)
{
	struct as_usage *u = NULL;

	if (!T_OK(as_usage_end(work, &u) == AS_OK))
		exit(1);
	return u;
}

/* --- names --- */

static const struct {
	const char *name;
	const char *host; /* NULL: not asked; "": it has none */
	const char *dkim;
	bool place;
	const char *source, *class, *evidence; /* evidence: a part of it */
} rows[] = {
    {"not asked: the network", NULL, NULL, false, "192.0.2.0/24", "foreign",
	"neither SPF nor DKIM vouches for it"},
    {"no name: the network, and it is said", "", NULL, false, "192.0.2.0/24",
	"foreign", "no name in DNS leads back to its address"},
    {"a name elsewhere: its organization", "a.b.isp.test", NULL, false,
	"isp.test", "foreign", "neither SPF nor DKIM"},
    {"a service by its name", "o1.mta.example", NULL, false, "Mail Service",
	"unknown", "a service that vouches for nothing here"},
    {"one that vouches counts before a name", "o1.mta.example", "other.test",
	false, "other.test", "foreign", "only other.test vouches"},
    {"a name of our own", "Relay.Council.Example", NULL, false,
	"council.example", "ours", "own DNS names it relay.council.example"},
    {"a service under a name of ours", "o1.council.example", "service.example",
	false, "Mail Service", "third-party", "names it o1.council.example"},
    {"mail that passes keeps its network", "a.b.isp.test", "council.example",
	true, "192.0.2.0/24", "ours", "signs with key s"},
    {"a place where there is nothing better", NULL, NULL, true,
	"AS64500 Example Net", "foreign", "neither"},
    {"a name before a place", "a.isp.test", NULL, true, "isp.test", "foreign",
	"neither"},
    {"half a label is no name of ours", "xcouncil.example", NULL, false,
	"xcouncil.example", "foreign", "neither"},
};

static void
place(void *ctx, const struct as_ip *ip, struct as_usage_place *out)
{
	(void)ctx;
	T_INT(ip->len, 4);
	out->asn = 64500;
	out->network = AS_STR("Example Net");
	memcpy(out->country, "SE", 3);
}

static void
names_check(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct as_usage_source *s;
		const struct as_usage *u;

		t_case("name: %s", rows[i].name);
		options.place = rows[i].place ? place : NULL;
		begin();
		row("192.0.2.7", TODAY, 5, rows[i].dkim);
		if (rows[i].host != NULL)
			host("192.0.2.7", rows[i].host);
		host("198.51.100.1", "never.seen.test");
		u = end();
		if (!T_INT(u->n_sources, 1))
			continue;
		s = &u->sources[0];
		T_STR(s->name, rows[i].source);
		T_STR(
		    as_str_from(as_usage_class_text(s->class)), rows[i].class);
		if (!T_OK(
			as_str_has(s->evidence, as_str_from(rows[i].evidence))))
			printf("# " AS_STR_FMT "\n", AS_STR_ARG(s->evidence));
		T_INT(s->host_asked, rows[i].host != NULL);
		T_INT(
		    s->host.n, rows[i].host != NULL ? strlen(rows[i].host) : 0);
		T_INT(s->place.asn, rows[i].place ? 64500 : 0);
		T_STR(as_str_from(s->place.country), rows[i].place ? "SE" : "");
	}
	options.place = NULL;
}

/* A name of ours on a small part of a service does not make the rest ours. */
static void
mixed_check(void)
{
	const struct as_usage *u;

	t_case("few servers under a name of ours do not stand for all");
	begin();
	row("192.0.2.7", TODAY, 5, "service.example");
	row("198.51.100.7", TODAY, 50, "service.example");
	host("192.0.2.7", "o1.council.example");
	u = end();
	T_INT(u->n_sources, 1);
	T_INT(u->sources[0].class, AS_USAGE_UNKNOWN);
	T_STR(u->sources[0].host, "o1.council.example");
}

/* A pool of addresses that come and go does not send day after day; a server in
 * it that does stands apart. */
static void
pool_check(void)
{
	for (int with = 0; with < 2; with++) {
		const struct as_usage *u;

		t_case("a pool%s",
		    with ? " that is known by its place" : " by its name");
		options.place = with ? place : NULL;
		begin();
		for (int i = 0; i < 12; i++) {
			char ip[20], name[40];

			(void)snprintf(ip, sizeof(ip), "192.0.%d.7", i);
			(void)snprintf(name, sizeof(name), "h%d.isp.test", i);
			row(ip, TODAY - i, 5, NULL);
			row("203.0.113.7", TODAY - i, 5, NULL);
			if (!with)
				host(ip, name);
		}
		if (!with)
			host("203.0.113.7", "old.isp.test");
		u = end();
		if (!T_INT(u->n_sources, 2))
			continue;
		T_STR(u->sources[0].name, "203.0.113.0/24");
		T_INT(u->sources[0].class, AS_USAGE_UNKNOWN);
		T_STR(u->sources[0].host, with ? "" : "old.isp.test");
		T_STR(u->sources[1].name,
		    with ? "AS64500 Example Net" : "isp.test");
		T_INT(u->sources[1].class, AS_USAGE_FOREIGN);
		T_INT(u->sources[1].days, 12);
	}
	options.place = NULL;
}

static void
permits_check(void)
{
	const struct as_usage_permit permit = {
	    AS_STR("Mail Service"), AS_STR("include:_spf.service.example")};
	static const struct {
		const char *name, *evidence;
		bool known;
		size_t n;
	} cases[] = {
	    {"the record was not read", "NULL", false, 0},
	    {"it names the service",
		"the SPF record names it (include:_spf.service.example)", true,
		1},
	    {"it does not", "the SPF record does not name it", true, 0},
	};

	for (size_t i = 0; i < 3; i++) {
		const struct as_usage *u;
		struct as_str e;

		t_case("SPF: %s", cases[i].name);
		options.permits = &permit;
		options.permits_known = cases[i].known;
		options.n_permits = cases[i].n;
		begin();
		row("192.0.2.7", TODAY, 5, "service.example");
		u = end();
		T_INT(u->n_sources, 1);
		T_INT(u->sources[0].class, AS_USAGE_UNKNOWN);
		e = u->sources[0].evidence;
		T_INT(as_str_has(e, AS_STR("SPF record")), cases[i].known);
		T_INT(as_str_has(e, as_str_from(cases[i].evidence)),
		    cases[i].known);
	}
	options.permits_known = false;
	options.n_permits = 0;
}

static void
ranges_check(void)
{
	struct as_usage_range range = {.term = AS_STR("ip4:192.0.2.0/29")};
	static const struct {
		const char *name, *ip, *dkim;
		enum as_usage_class class;
	} cases[] = {
	    {"an address that the record names", "192.0.2.7", NULL,
		AS_USAGE_OURS},
	    {"one beside it", "192.0.2.8", NULL, AS_USAGE_FOREIGN},
	    {"a service at such an address", "192.0.2.7", "service.example",
		AS_USAGE_THIRD_PARTY},
	    {"one that vouches for another name", "192.0.2.7", "other.test",
		AS_USAGE_OURS},
	};

	T_OK(as_prefix_parse(AS_STR("192.0.2.0/29"), &range.ip) == AS_OK);
	options.ranges = &range;
	options.n_ranges = 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_usage *u;

		t_case("SPF: %s", cases[i].name);
		begin();
		row(cases[i].ip, TODAY, 5, cases[i].dkim);
		u = end();
		T_INT(u->n_sources, 1);
		T_INT(u->sources[0].class, cases[i].class);
		T_INT(as_str_has(u->sources[0].evidence,
			  AS_STR("names its address (ip4:192.0.2.0/29)")),
		    cases[i].class != AS_USAGE_FOREIGN);
	}
	options.n_ranges = 0;
}

/* --- names below --- */

static void
below_check(void)
{
	const struct as_usage_below below[] = {
	    {AS_STR("ghost.council.example"), false},
	    {AS_STR("there.council.example"), true}};
	static const struct {
		const char *name, *author, *dkim;
		bool asked;
		enum as_usage_scope scope;
		uint64_t guessed;
	} cases[] = {
	    {"the domain itself", "council.example", NULL, true, AS_USAGE_P, 0},
	    {"one that exists, whose mail fails", "There.council.example", NULL,
		true, AS_USAGE_SP, 0},
	    {"one that does not exist, whose mail passes",
		"ghost.council.example", "council.example", true, AS_USAGE_NP,
		0},
	    {"one that DNS was not clear about, whose mail fails",
		"x.council.example", NULL, true, AS_USAGE_NP, 7},
	    {"the same, whose mail passes", "x.council.example",
		"council.example", true, AS_USAGE_SP, 7},
	    {"not asked at all", "there.council.example", NULL, false,
		AS_USAGE_NP, 7},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_usage *u;

		t_case("names below: %s", cases[i].name);
		options.below = below;
		options.n_below = cases[i].asked ? 2 : 0;
		begin();
		author = cases[i].author;
		row("192.0.2.7", TODAY, 7, cases[i].dkim);
		u = end();
		for (int s = 0; s < AS_USAGE_SCOPES; s++)
			T_INT(u->count[s].messages,
			    s == (int)cases[i].scope ? 7 : 0);
		T_INT(u->guessed, cases[i].guessed);
	}
	author = "council.example";
	options.n_below = 0;
}

/* --- days --- */

static void
new_check(void)
{
	const struct as_usage *u;

	t_case("new: first seen in the last days, but not when all are");
	begin();
	row("192.0.2.7", TODAY - 40, 5, NULL);
	row("198.51.100.7", TODAY - 13, 4, NULL);
	row("203.0.113.7", TODAY - 14, 3, NULL);
	u = end();
	T_INT(u->n_sources, 3);
	T_INT(u->sources[0].is_new, false);
	T_INT(u->sources[1].is_new, true);
	T_INT(u->sources[2].is_new, false);
	begin();
	row("198.51.100.7", TODAY - 13, 4, NULL);
	T_INT(end()->sources[0].is_new, false);

	t_case("new: since a day that was asked for");
	options.new_since = TODAY - 20;
	begin();
	row("192.0.2.7", TODAY - 40, 5, NULL);
	row("203.0.113.7", TODAY - 14, 3, NULL);
	u = end();
	T_INT(u->sources[0].is_new, false);
	T_INT(u->sources[1].is_new, true);
	options.new_since = 0;
}

static void
bursts_check(void)
{
	const struct as_usage *u;
	int64_t day;

	t_case("bursts: a wave of forged mail, and who sent most");
	begin();
	for (day = TODAY - 30; day <= TODAY; day++)
		row("192.0.2.7", day, 500, "council.example");
	row("198.51.100.1", TODAY - 9, 300, NULL);
	row("198.51.100.2", TODAY - 8, 200, NULL);
	row("203.0.113.1", TODAY - 8, 90, NULL);
	row("203.0.113.1", TODAY - 3, 49, NULL);
	u = end();
	T_INT(u->usual, 0);
	if (!T_INT(u->n_bursts, 1))
		return;
	T_INT(u->bursts[0].first, TODAY - 9);
	T_INT(u->bursts[0].last, TODAY - 8);
	T_INT(u->bursts[0].messages, 590);
	T_INT(u->bursts[0].stopped, 590);
	T_INT(u->bursts[0].sources, 2);
	T_INT(u->bursts[0].of_most, 500);
	if (T_OK(u->bursts[0].most != NULL))
		T_STR(u->bursts[0].most->name, "198.51.100.0/24");

	t_case("bursts: what is usual is none; twice and a half of it is");
	begin();
	for (day = TODAY - 30; day <= TODAY; day++) {
		char ip[20];

		/* A source a day: none is steady. */
		(void)snprintf(
		    ip, sizeof(ip), "198.51.%d.1", (int)(TODAY - day));
		row(ip, day,
		    day == TODAY - 4   ? 249
			: day == TODAY ? 250
				       : 100,
		    NULL);
	}
	u = end();
	T_INT(u->usual, 100);
	T_INT(u->n_bursts, 1);
	T_INT(u->bursts[0].first, TODAY);

	t_case(
	    "bursts: our own failing mail is none, and no more than are kept");
	begin();
	for (day = TODAY - 80; day <= TODAY; day++) {
		char ip[20];

		row("192.0.2.7", day, 500, day % 2 ? NULL : "council.example");
		(void)snprintf(
		    ip, sizeof(ip), "198.51.%d.1", (int)(TODAY - day));
		if (day % 3 == 0)
			row(ip, day, 400, NULL);
	}
	u = end();
	T_INT(u->n_bursts, AS_USAGE_BURSTS);
	T_INT(u->bursts[0].messages, 400);
}

int
main(void)
{
	const char *root = getenv("AS_SOURCE_ROOT");
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/test/vector/suffixes.dat",
	    root != NULL ? root : ".");
	suffixes = psl_load_file(path);
	arena = as_arena_new(ARENA_OCTETS);
	if (suffixes == NULL || arena == NULL)
		return 1;
	options = (struct as_usage_options){.domain = AS_STR("council.example"),
	    .from = TODAY - WINDOW + 1,
	    .to = TODAY,
	    .senders = {senders_text, sizeof(senders_text) - 1},
	    .psl = suffixes};
	names_check();
	mixed_check();
	pool_check();
	permits_check();
	ranges_check();
	below_check();
	new_check();
	bursts_check();
	as_arena_free(arena);
	psl_free(suffixes);
	return t_done();
}
