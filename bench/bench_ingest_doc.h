/*
 * bench_ingest_doc: one aggregate report in memory, filled by expat.
 *
 * Elements are told apart by name and parent alone; texts are copied into one
 * pool, which is emptied for each report.
 */
#ifndef AS_BENCH_INGEST_DOC_H
#define AS_BENCH_INGEST_DOC_H

#include <expat.h>
#include <stdbool.h>
#include <stddef.h>

#define RESULTS 16
#define DEPTH   32

struct text {
	const char *p;
	size_t n;
};

struct result {
	struct text domain, word, result, human; /* word: selector, or scope */
};

struct row {
	struct text source, disposition, dkim, spf, reason, comment;
	struct text header_from, envelope_from, envelope_to;
	long count;
	struct result dkims[RESULTS], spfs[RESULTS];
	size_t n_dkims, n_spfs;
};

struct doc {
	struct text org, email, extra, report_id, domain, version;
	struct text adkim, aspf, p, sp, np, fo, pct;
	long begin, end;
	struct row *rows;
	size_t n_rows, room;
	/* While it is read. */
	const char *open[DEPTH];
	int depth;
	char text[4096];
	size_t n_text;
	char *pool;
	size_t n_pool;
};

bool doc_init(struct doc *d);
void doc_fini(struct doc *d);
void doc_begin(struct doc *d, XML_Parser xml);
/* What the store keeps in JSON, written to `o`. */
struct text auth_json(const struct row *r, char *o);
struct text reasons_json(const struct row *r, char *o);

int text_cmp(struct text a, struct text b);

#endif
