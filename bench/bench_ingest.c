/*
 * bench_ingest: what reading reports into SQLite costs at least.
 *
 *	bench_ingest [-b REPORTS] DATABASE PATH...
 *
 * One process and one thread: read a file, find the base64 part of the mail,
 * inflate gzip or zip, expat, and insert into the tables of the store: the head,
 * the rows, the octets as they came, and the sums of each transaction, merged
 * and ordered.  No limits, no repairs, no check of what is there already, no
 * digest (random octets stand in its place): a bar, no program to use.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <fts.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench_ingest_doc.h"
#include "bench_ingest_unpack.h"
#include "store/store.h"

#define BATCH      10000 /* reports in a transaction */
#define SUM_OCTETS ((size_t)256 * 1024 * 1024)
#define SUMS       2000000
#define KEYS       6

struct sum {
	struct text keys[KEYS]; /* domain first */
	long day;
	unsigned char table;
	unsigned char n_keys;
	long n, reports;
};

struct bare {
	sqlite3 *db;
	sqlite3_stmt *report, *row, *raw, *sums[3];
	XML_Parser xml;
	struct unpack unpack;
	char *file; /* as read */
	struct doc doc;
	struct sum *held;
	size_t n_held;
	char *pool; /* keys of the sums */
	size_t n_pool;
	char *json;
	long id, reports, rows, messages, failed, batch;
};

static void
die(struct bare *b, const char *what)
{
	fprintf(stderr, "bench_ingest: %s: %s\n", what,
	    b->db != NULL ? sqlite3_errmsg(b->db) : strerror(errno));
	exit(1);
}

static void
sql(struct bare *b, const char *text)
{
	if (sqlite3_exec(b->db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(b, text);
}

static sqlite3_stmt *
prepared(struct bare *b, const char *text)
{
	sqlite3_stmt *q;

	if (sqlite3_prepare_v3(b->db, text, -1, SQLITE_PREPARE_PERSISTENT, &q,
		NULL) != SQLITE_OK)
		die(b, text);
	return q;
}

static void
run(struct bare *b, sqlite3_stmt *q)
{
	if (sqlite3_step(q) != SQLITE_DONE)
		die(b, "insert");
	sqlite3_reset(q);
}

static void
text_bind(sqlite3_stmt *q, int at, struct text t)
{
	if (t.p == NULL)
		sqlite3_bind_null(q, at);
	else
		sqlite3_bind_text(q, at, t.p, (int)t.n, SQLITE_STATIC);
}

/* --- sums --- */

static struct text
pooled(struct bare *b, struct text t)
{
	char *p = b->pool + b->n_pool;

	memcpy(p, t.p != NULL ? t.p : "", t.n);
	b->n_pool += t.n;
	return (struct text){p, t.n};
}

static void
sum_add(struct bare *b, unsigned char table, const struct text *keys,
    unsigned char n_keys, long day, long reports, long n)
{
	struct sum *s = &b->held[b->n_held++];

	*s = (struct sum){.table = table, .n_keys = n_keys, .day = day};
	for (size_t i = 0; i < n_keys; i++)
		s->keys[i] = pooled(b, keys[i]);
	s->reports = reports;
	s->n = n;
}

static int
sum_cmp(const void *pa, const void *pb)
{
	const struct sum *a = pa, *b = pb;
	int d = a->table - b->table;

	if (d == 0)
		d = text_cmp(a->keys[0], b->keys[0]);
	if (d == 0)
		d = (a->day > b->day) - (a->day < b->day);
	for (size_t i = 1; d == 0 && i < a->n_keys; i++)
		d = text_cmp(a->keys[i], b->keys[i]);
	return d;
}

static void
sums_write(struct bare *b)
{
	qsort(b->held, b->n_held, sizeof(*b->held), sum_cmp);
	for (size_t i = 0; i < b->n_held;) {
		struct sum s = b->held[i++];
		sqlite3_stmt *q = b->sums[s.table];
		int at = 1;

		for (; i < b->n_held && sum_cmp(&s, &b->held[i]) == 0; i++) {
			s.n += b->held[i].n;
			s.reports += b->held[i].reports;
		}
		text_bind(q, at++, s.keys[0]);
		sqlite3_bind_int64(q, at++, s.day);
		for (size_t k = 1; k < s.n_keys; k++, at++)
			if (s.table == 0 && k == 1)
				sqlite3_bind_blob(q, at, s.keys[k].p,
				    (int)s.keys[k].n, SQLITE_STATIC);
			else
				text_bind(q, at, s.keys[k]);
		if (s.table == 2)
			sqlite3_bind_int64(q, at++, s.reports);
		sqlite3_bind_int64(q, at, s.n);
		run(b, q);
	}
	b->n_held = b->n_pool = 0;
}

/* --- a report --- */

static struct text
address(struct text source, unsigned char ip[16])
{
	char t[64];

	if (source.n == 0 || source.n >= sizeof(t))
		return source;
	memcpy(t, source.p, source.n);
	t[source.n] = 0;
	if (inet_pton(AF_INET, t, ip) == 1)
		return (struct text){(const char *)ip, 4};
	if (inet_pton(AF_INET6, t, ip) == 1)
		return (struct text){(const char *)ip, 16};
	return source;
}

static void
row_insert(struct bare *b, const struct row *r, long n, long day)
{
	sqlite3_stmt *q = b->row;
	unsigned char ip[16];
	struct text from = address(r->source, ip);
	struct text auth = auth_json(r, b->json);
	const struct text keys[] = {b->doc.domain, from, r->dkim, r->spf,
	    r->disposition, r->header_from};

	sqlite3_bind_int64(q, 1, b->id);
	sqlite3_bind_int64(q, 2, n);
	sqlite3_bind_blob(q, 3, from.p, (int)from.n, SQLITE_STATIC);
	sqlite3_bind_null(q, 4);
	sqlite3_bind_int64(q, 5, r->count);
	text_bind(q, 6, r->disposition);
	text_bind(q, 7, r->dkim);
	text_bind(q, 8, r->spf);
	text_bind(q, 9, r->header_from);
	text_bind(q, 10, r->envelope_from);
	text_bind(q, 11, r->envelope_to);
	text_bind(q, 12, reasons_json(r, b->json + auth.n));
	text_bind(q, 13, auth);
	run(b, q);
	sum_add(b, 0, keys, 6, day, 0, r->count);
	for (size_t i = 0; i < r->n_dkims; i++) {
		const struct text of[] = {b->doc.domain, r->dkims[i].domain,
		    r->dkims[i].word, r->dkims[i].result};

		sum_add(b, 1, of, 4, day, 0, r->count);
	}
	b->messages += r->count;
}

static void
blob_unlike_others(unsigned char out[32], long n)
{
	for (int i = 0; i < 32; i += 8) {
		unsigned long long z =
		    (unsigned long long)n * 0x9e3779b97f4a7c15ULL + (unsigned)i;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
		z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
		memcpy(out + i, &z, 8);
	}
}

static void
report_insert(struct bare *b, const char *path, struct text raw)
{
	const struct doc *d = &b->doc;
	const struct text words[] = {d->version, {NULL, 0}, d->adkim, d->aspf,
	    d->p, d->sp, d->np, d->fo, d->pct};
	const struct text who[] = {d->domain, {"0", 1}, d->org};
	unsigned char digest[32], hash[32];
	sqlite3_stmt *q = b->report;
	long day = (d->begin + (d->end - d->begin) / 2) / 86400, before;

	b->id++;
	before = b->messages;
	for (size_t i = 0; i < d->n_rows; i++)
		row_insert(b, &d->rows[i], (long)i, day);
	sum_add(b, 2, who, 3, day, 1, b->messages - before);
	blob_unlike_others(digest, 2 * b->id);
	blob_unlike_others(hash, 2 * b->id + 1);
	if (raw.n <= 16 * 1024 * 1024) {
		sqlite3_bind_blob(b->raw, 1, hash, 32, SQLITE_STATIC);
		sqlite3_bind_blob(b->raw, 2, raw.p, (int)raw.n, SQLITE_STATIC);
		run(b, b->raw);
	}
	sqlite3_bind_int64(q, 1, b->id);
	sqlite3_bind_int(q, 2, 0);
	text_bind(q, 3, d->org);
	text_bind(q, 4, d->email);
	text_bind(q, 5, d->extra);
	text_bind(q, 6, d->report_id);
	text_bind(q, 7, d->domain);
	sqlite3_bind_int64(q, 8, d->begin);
	sqlite3_bind_int64(q, 9, d->end);
	for (int i = 0; i < 9; i++)
		text_bind(q, 10 + i, words[i]);
	sqlite3_bind_int64(q, 22, (sqlite3_int64)d->n_rows);
	sqlite3_bind_int64(q, 23, b->messages - before);
	sqlite3_bind_int(q, 24, 0);
	sqlite3_bind_int(q, 25, 0);
	sqlite3_bind_int(q, 27, 0);
	sqlite3_bind_blob(q, 28, digest, 32, SQLITE_STATIC);
	sqlite3_bind_blob(q, 29, hash, 32, SQLITE_STATIC);
	sqlite3_bind_text(q, 30, path, -1, SQLITE_STATIC);
	sqlite3_bind_int64(q, 35, 1767225600);
	run(b, q);
	b->rows += (long)d->n_rows;
}

static void
commit(struct bare *b)
{
	sums_write(b);
	sql(b, "COMMIT");
	sql(b, "BEGIN IMMEDIATE");
}

static void
document(struct bare *b, const char *path, struct text xml, struct text raw)
{
	XML_ParserReset(b->xml, NULL);
	doc_begin(&b->doc, b->xml);
	if (XML_Parse(b->xml, xml.p, (int)xml.n, 1) != XML_STATUS_OK) {
		b->failed++;
		return;
	}
	report_insert(b, path, raw);
	if (++b->reports % b->batch == 0)
		commit(b);
}

/* --- files --- */

static void
packed(struct bare *b, const char *path, struct text in)
{
	struct text xml = unpacked(&b->unpack, in);

	if (xml.p != NULL)
		document(b, path, xml, in);
	else
		b->failed++;
}

static void
mail(struct bare *b, const char *path, struct text in)
{
	struct text octets = base64_part(&b->unpack, in);

	if (octets.p != NULL)
		packed(b, path, octets);
	else
		b->failed++;
}

static void
file(struct bare *b, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0, len = strlen(path);
	ssize_t got = 1;

	while (fd >= 0 && got > 0 && n < FILE_OCTETS) {
		got = read(fd, b->file + n, FILE_OCTETS - n);
		n += got > 0 ? (size_t)got : 0;
	}
	if (fd < 0 || got < 0)
		die(b, path);
	close(fd);
	if (len > 4 && strcmp(path + len - 4, ".eml") == 0)
		mail(b, path, (struct text){b->file, n});
	else
		packed(b, path, (struct text){b->file, n});
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
walk(struct bare *b, char **paths)
{
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;

	while (tree != NULL && (e = fts_read(tree)) != NULL)
		if (e->fts_info == FTS_F)
			file(b, e->fts_path);
	if (tree == NULL)
		die(b, paths[0]);
	fts_close(tree);
}

/* --- life --- */

static void
database_open(struct bare *b, const char *path)
{
	struct as_store *store;
	struct as_why why = {.text = ""};

	if (as_store_open(path, false, &store, &why) != AS_OK) {
		fprintf(stderr, "bench_ingest: %s\n", why.text);
		exit(1);
	}
	as_store_close(store);
	if (sqlite3_open(path, &b->db) != SQLITE_OK)
		die(b, path);
	sql(b, "PRAGMA synchronous=FULL; PRAGMA cache_size=-65536");
	b->report = prepared(b,
	    "INSERT INTO report VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
	    "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	b->row = prepared(
	    b, "INSERT INTO aggregate_row VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
	b->raw = prepared(b, "INSERT INTO raw VALUES(?,?)");
	b->sums[0] = prepared(b,
	    "INSERT INTO daily(domain, day, ip, dkim, spf, disposition,"
	    " header_from, messages) VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO"
	    " UPDATE SET messages = messages + excluded.messages");
	b->sums[1] = prepared(b,
	    "INSERT INTO dkim_daily(domain, day, signer, selector, result,"
	    " messages) VALUES(?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
	    " messages = messages + excluded.messages");
	b->sums[2] = prepared(b,
	    "INSERT INTO reporter_daily(domain, day, kind, org, reports,"
	    " messages) VALUES(?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
	    " reports = reports + excluded.reports,"
	    " messages = messages + excluded.messages");
}

static void
database_close(struct bare *b)
{
	sqlite3_finalize(b->report);
	sqlite3_finalize(b->row);
	sqlite3_finalize(b->raw);
	for (int i = 0; i < 3; i++)
		sqlite3_finalize(b->sums[i]);
	sqlite3_close(b->db);
}

static void
memory_take(struct bare *b)
{
	b->file = malloc(FILE_OCTETS);
	b->json = malloc(1024 * 1024);
	b->held = malloc(SUMS * sizeof(*b->held));
	b->pool = malloc(SUM_OCTETS);
	b->xml = XML_ParserCreate(NULL);
	if (b->file == NULL || b->json == NULL || b->held == NULL ||
	    b->pool == NULL || b->xml == NULL || !doc_init(&b->doc) ||
	    !unpack_init(&b->unpack))
		die(b, "memory");
}

static void
memory_give(struct bare *b)
{
	free(b->file);
	free(b->json);
	free(b->held);
	free(b->pool);
	XML_ParserFree(b->xml);
	doc_fini(&b->doc);
	unpack_fini(&b->unpack);
}

int
main(int argc, char **argv)
{
	struct bare b = {.batch = BATCH};
	int at = 1;

	if (argc > 2 && strcmp(argv[1], "-b") == 0) {
		b.batch = strtol(argv[2], NULL, 10);
		at = 3;
	}
	if (argc < at + 2 || b.batch < 1) {
		fputs("usage: bench_ingest [-b REPORTS] DATABASE PATH...\n",
		    stderr);
		return 2;
	}
	memory_take(&b);
	database_open(&b, argv[at]);
	sql(&b, "BEGIN IMMEDIATE");
	walk(&b, argv + at + 1);
	sums_write(&b);
	sql(&b, "COMMIT");
	database_close(&b);
	memory_give(&b);
	printf("%ld reports, %ld rows, %ld messages; %ld were not read\n",
	    b.reports, b.rows, b.messages, b.failed);
	return 0;
}
