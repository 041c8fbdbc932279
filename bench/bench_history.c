/*
 * bench_history - years of an estate in the store: how large, how fast to read.
 *
 *	bench_history FACTS DATABASE DOMAINS ROUNDS
 *
 * Looks are made of the facts of one domain: each domain has its own names, each
 * round its own times, and one domain in a hundred publishes another SPF record.
 * Passes when the database is under 2 GiB, a domain's history is read in 50 ms and
 * the overview in 150 ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "model/volatile.h"
#include "store/history.h"
#include "store/sql.h"

#include "base/banned.h"

#define DAY         INT64_C(86400)
#define MS          1000
#define CHANGE_EACH 100 /* one domain in so many, a round */
#define COMMIT_EACH 20000
#define ASKED       300 /* domains whose history is read */
#define MOST_OCTETS (INT64_C(2) * 1024 * 1024 * 1024)
#define MOST_DOMAIN 0.050
#define MOST_ESTATE 0.150
#define VERDICTS    90 /* lines, as the rules of today make */
#define MARK        "v=spf1"
#define MARK_OCTETS (sizeof(MARK) - 1)
#define MOST_MARKS  1000
#define SPF_OCTETS  32

struct bench {
	struct as_arena *arena;
	struct as_store *store;
	struct as_docs *docs;
	struct as_history *history;
	struct as_facts *facts;
	struct
	    as_str template; /* the document of the domain, of names its own */
	struct {
		size_t at;
		bool spf;
	} marks[MOST_MARKS];
	size_t n_marks;
	struct as_buf doc, side;
	uint32_t *versions; /* of each domain's SPF record */
	unsigned domains, rounds;
	uint64_t random;
	struct as_verdict_line lines[VERDICTS];
};

static double
seconds(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t
next_random(struct bench *b)
{
	b->random = b->random * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(b->random >> 33);
}

static void
must(enum as_err err, const struct as_why *why)
{
	if (err == AS_OK)
		return;
	(void)fprintf(
	    stderr, "bench_history: %s: %s\n", as_err_name(err), why->text);
	exit(1);
}

static struct as_str
file_read(struct as_arena *a, const char *path)
{
	char *text = as_arena_alloc(a, AS_MAX_FRAME_OCTETS);
	FILE *f = fopen(path, "rbe");
	size_t n;

	if (f == NULL || text == NULL)
		exit(1);
	n = fread(text, 1, AS_MAX_FRAME_OCTETS, f);
	(void)fclose(f);
	return (struct as_str){text, n};
}

/* --- looks --- */

/* What changes by itself, as of a round. */
static struct as_facts *
facts_of(struct bench *b, unsigned round)
{
	struct as_facts *f = as_codec_copy(b->arena, &as_shape_facts, b->facts);

	if (f == NULL)
		exit(1);
	f->domain->at += (int64_t)round * DAY * MS;
	for (size_t i = 0; i < f->domain->n_answers; i++) {
		f->domain->answers[i].at = f->domain->at + (int64_t)i * 3;
		f->domain->answers[i].took_ms = next_random(b) % 90;
		f->domain->answers[i].ttl = next_random(b) % 3600;
	}
	return f;
}

/* Where the template names its domain or its SPF record. */
static void
marks_find(struct bench *b)
{
	struct as_str was = b->facts->domain->name, t = b->template;

	for (size_t at = 0; at + was.n <= t.n; at++) {
		bool mark = memcmp(t.p + at, MARK, MARK_OCTETS) == 0;

		if (!mark && memcmp(t.p + at, was.p, was.n) != 0)
			continue;
		if (b->n_marks == MOST_MARKS)
			exit(1);
		b->marks[b->n_marks].at = at;
		b->marks[b->n_marks++].spf = mark;
	}
}

/* The document of a domain, without its hosts, and the side of this round. */
static void
round_begin(struct bench *b, unsigned round)
{
	struct as_facts *f = facts_of(b, round);
	struct as_history_domain d = {.domain = f->domain};

	as_buf_reset(&b->side);
	as_volatile_take(&b->side, &as_shape_history_domain, &d);
	if (round > 0)
		return;
	as_buf_reset(&b->doc);
	as_codec_print(&b->doc, &as_shape_history_domain, &d, AS_JSON_COMPACT);
	b->template = as_str_dup(b->arena, as_buf_str(&b->doc));
	marks_find(b);
}

/* The template with another name, and an SPF record of its version. */
static void
doc_make(struct bench *b, struct as_str name, uint32_t version)
{
	struct as_str t = b->template;
	char spf[SPF_OCTETS];
	size_t from = 0;

	(void)snprintf(spf, sizeof(spf), MARK " ip4:10.%u.%u.%u",
	    version >> 16 & 255, version >> 8 & 255, version & 255);
	as_buf_reset(&b->doc);
	for (size_t i = 0; i < b->n_marks; i++) {
		bool mark = b->marks[i].spf;

		as_buf_add(&b->doc, t.p + from, b->marks[i].at - from);
		if (mark)
			as_buf_puts(&b->doc, spf);
		else
			as_buf_add_str(&b->doc, name);
		from = b->marks[i].at +
		    (mark ? MARK_OCTETS : b->facts->domain->name.n);
	}
	as_buf_add(&b->doc, t.p + from, t.n - from);
}

static struct as_str
name_of(unsigned i, char room[32])
{
	(void)snprintf(room, 32, "d%06u.gov.test", i);
	return as_str_from(room);
}

/* Most stand alike; each version of a record moves one verdict. */
static void
verdicts_make(struct bench *b, struct as_str subject, uint32_t version,
    struct as_verdicts *v)
{
	for (size_t i = 0; i < VERDICTS; i++) {
		b->lines[i].subject = subject;
		b->lines[i].verdict = AS_VERDICT_PASS;
	}
	b->lines[version % VERDICTS].verdict =
	    version % 3 == 0 ? AS_VERDICT_WARN : AS_VERDICT_FAIL;
	*v = (struct as_verdicts){.rules_version = AS_STR("1"),
	    .role = AS_ROLE_FULL,
	    .phase = AS_PHASE_DEPLOY,
	    .grades = version % 3 == 0 ? AS_STR("BAA") : AS_STR("EAA"),
	    .lines = b->lines,
	    .n_lines = VERDICTS};
}

static void
look(struct bench *b, unsigned i, unsigned round)
{
	int64_t at = b->facts->domain->at / MS + (int64_t)round * DAY;
	char name_room[32], subject_room[40];
	struct as_str name = name_of(i, name_room);
	struct as_verdicts v;
	struct as_why why = {0};

	(void)snprintf(
	    subject_room, sizeof(subject_room), "domain:%s", name_room);
	if (round == 0 || next_random(b) % CHANGE_EACH == 0)
		b->versions[i] = next_random(b) & 0xffffff;
	doc_make(b, name, b->versions[i]);
	must(as_history_look(b->history, as_str_from(subject_room),
		 as_buf_str(&b->doc), as_buf_str(&b->side), at, &why),
	    &why);
	verdicts_make(b, as_str_from(subject_room), b->versions[i], &v);
	must(as_history_judged(b->history, name, &v, at, &why), &why);
	if (i % COMMIT_EACH == COMMIT_EACH - 1)
		must(as_store_commit(b->store, &why), &why);
}

static void
fill(struct bench *b)
{
	double wall = seconds(CLOCK_MONOTONIC);
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), looks;
	struct as_why why = {0};

	for (unsigned round = 0; round < b->rounds; round++) {
		round_begin(b, round);
		for (unsigned i = 0; i < b->domains; i++)
			look(b, i, round);
		must(as_store_commit(b->store, &why), &why);
	}
	looks = (double)b->domains * b->rounds;
	(void)printf(
	    "looks      %.0f (%u domains, %u rounds, 1 in %d changes), "
	    "%.0f s, %.0f us of CPU each\n",
	    looks, b->domains, b->rounds, CHANGE_EACH,
	    seconds(CLOCK_MONOTONIC) - wall,
	    (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e6 / looks);
}

/* --- what it holds --- */

static void
rows_print(struct bench *b)
{
	static const char *const tables[] = {
	    "doc", "subject", "run", "verdict_run", "state"};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct as_query *q = NULL;
		struct as_why why = {0};
		char sql[64];
		bool found;

		(void)snprintf(
		    sql, sizeof(sql), "SELECT count(*) FROM %s", tables[i]);
		must(as_sql_prepare(b->store, sql, &q, &why), &why);
		must(as_sql_row(q, &found, &why), &why);
		(void)printf("rows       %-12s %lld\n", tables[i],
		    (long long)as_sql_column_int(q, 0));
		as_sql_free(q);
	}
}

static bool
size_print(const char *path)
{
	struct stat st = {0};

	(void)stat(path, &st);
	(void)printf(
	    "database   %.1f MiB\n", (double)st.st_size / (1024.0 * 1024.0));
	return st.st_size < MOST_OCTETS;
}

/* --- how fast it is read --- */

static enum as_err
on_run(void *ctx, const struct as_verdict_run *r)
{
	*(uint64_t *)ctx += r->run.looks;
	return AS_OK;
}

static enum as_err
on_row(void *ctx, const struct as_overview_row *r)
{
	*(uint64_t *)ctx += r->domains;
	return AS_OK;
}

/* All verdicts of a domain, and its facts at the start, midway and now. */
static double
domain_read(struct bench *b, unsigned i)
{
	double start = seconds(CLOCK_MONOTONIC);
	int64_t first = b->facts->domain->at / MS;
	char room[32];
	struct as_str name = name_of(i, room);
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	struct as_why why = {0};
	uint64_t looks = 0;

	if (a == NULL)
		exit(1);
	must(as_history_verdict_runs(b->history, name, on_run, &looks, &why),
	    &why);
	for (int k = 0; k < 3; k++) {
		int64_t at = first + (b->rounds - 1) * DAY * k / 2;
		struct as_history_run run;
		struct as_facts *facts;

		must(as_history_facts(
			 b->history, a, name, at, &facts, &run, &why),
		    &why);
		if (!as_str_eq(facts->domain->name, name))
			exit(1);
	}
	as_arena_free(a);
	if (looks != b->rounds)
		exit(1);
	return seconds(CLOCK_MONOTONIC) - start;
}

static int
double_cmp(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return (d > 0) - (d < 0);
}

static bool
domains_print(struct bench *b)
{
	static double times[ASKED];

	for (size_t i = 0; i < ASKED; i++)
		times[i] = domain_read(b, next_random(b) % b->domains);
	qsort(times, ASKED, sizeof(times[0]), double_cmp);
	(void)printf("domain     history of one: median %.2f ms, "
		     "95 in 100 %.2f ms (at most %.0f)\n",
	    times[ASKED / 2] * MS, times[ASKED * 95 / 100] * MS,
	    MOST_DOMAIN * MS);
	return times[ASKED * 95 / 100] < MOST_DOMAIN;
}

static bool
overview_print(struct bench *b)
{
	double times[9];

	for (size_t i = 0; i < 9; i++) {
		double start = seconds(CLOCK_MONOTONIC);
		struct as_why why = {0};
		uint64_t domains = 0;

		must(as_history_overview(b->history, on_row, &domains, &why),
		    &why);
		times[i] = seconds(CLOCK_MONOTONIC) - start;
		if (domains != b->domains)
			exit(1);
	}
	qsort(times, 9, sizeof(times[0]), double_cmp);
	(void)printf("overview   of the estate: median %.1f ms, worst %.1f ms "
		     "(at most %.0f)\n",
	    times[4] * MS, times[8] * MS, MOST_ESTATE * MS);
	return times[4] < MOST_ESTATE;
}

static void
bench_open(struct bench *b, const char *facts, const char *path)
{
	struct as_why why = {0};

	b->arena = as_arena_new((size_t)512 * 1024 * 1024);
	if (b->arena == NULL)
		exit(1);
	must(as_facts_read(
		 b->arena, file_read(b->arena, facts), &b->facts, &why),
	    &why);
	as_buf_init(&b->doc, AS_MAX_FRAME_OCTETS);
	as_buf_init(&b->side, AS_MAX_FRAME_OCTETS);
	b->versions = calloc(b->domains, sizeof(*b->versions));
	for (size_t i = 0; i < VERDICTS; i++)
		b->lines[i].rule =
		    as_str_printf(b->arena, "area%zu.rule-%zu", i / 9, i);
	must(as_store_open(path, false, &b->store, &why), &why);
	must(as_docs_open(b->store, &b->docs, &why), &why);
	must(as_history_open(b->store, b->docs, &b->history, &why), &why);
}

static void
bench_close(struct bench *b)
{
	as_history_close(b->history);
	as_docs_close(b->docs);
	as_store_close(b->store);
	free(b->versions);
	as_buf_fini(&b->doc);
	as_buf_fini(&b->side);
	as_arena_free(b->arena);
}

int
main(int argc, char **argv)
{
	static struct bench b = {.random = 1};
	bool ok;

	if (argc != 5)
		return 2;
	b.domains = (unsigned)strtoul(argv[3], NULL, 10);
	b.rounds = (unsigned)strtoul(argv[4], NULL, 10);
	if (b.domains == 0 || b.rounds == 0)
		return 2;
	bench_open(&b, argv[1], argv[2]);
	fill(&b);
	rows_print(&b);
	ok = domains_print(&b);
	ok = overview_print(&b) && ok;
	bench_close(&b);
	ok = size_print(argv[2]) && ok;
	return ok ? 0 : 1;
}
