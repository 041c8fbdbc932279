/*
 * bench_judge: how many domains a second one core judges again from stored
 * facts, beside the bare decoding of the same octets by a JSON library.
 *
 *	bench_judge FACTS.ndjson [SECONDS]
 *
 * A line holds facts, or a document with them (scan --with-facts).  Times are
 * those of the processor, so that a busy machine changes little.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <libpsl.h>

#include "app/data.h"
#include "assess/assess.h"
#include "base/limits.h"
#include "render/check.h"

#include "base/banned.h"

#define MAX_DOCUMENTS 100000

struct work {
	struct as_arena *facts_arena; /* both emptied by each document */
	struct as_arena *arena;
	struct as_str docs[MAX_DOCUMENTS];
	size_t n;
	size_t octets;
	const struct as_facts *facts;
	struct as_assessment *as;
	struct as_buf out;
	psl_ctx_t *psl;
};

typedef bool step_fn(struct work *w, struct as_str doc);

static bool
step_decode(struct work *w, struct as_str doc)
{
	json_error_t e;
	json_t *v = json_loadb(doc.p, doc.n, 0, &e);

	(void)w;
	json_decref(v);
	return v != NULL;
}

static bool
step_read(struct work *w, struct as_str doc)
{
	struct as_facts *f;
	struct as_why why;

	as_arena_reset(w->facts_arena);
	if (as_facts_read(w->facts_arena, doc, &f, &why) != AS_OK)
		return false;
	w->facts = f;
	return true;
}

static bool
step_judge(struct work *w, struct as_str doc)
{
	struct as_assess_options options = {
	    .psl = w->psl,
	    .report_services = as_data_report_services,
	    .senders = as_data_senders,
	};

	if (!step_read(w, doc))
		return false;
	options.now_ms = w->facts->domain->at;
	as_arena_reset(w->arena);
	return as_assess(w->arena, w->facts, &options, &w->as) == AS_OK;
}

static bool
step_print(struct work *w, struct as_str doc)
{
	if (!step_judge(w, doc))
		return false;
	as_buf_reset(&w->out);
	as_check_json(&w->out, w->as, AS_DETAIL_BRIEF, NULL, AS_JSON_COMPACT);
	return as_buf_ok(&w->out);
}

static double
cpu_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool
measure(const char *name, step_fn *step, struct work *w, double seconds)
{
	double start = cpu_s(), took = 0;
	size_t n = 0;

	for (; took < seconds; took = cpu_s() - start, n += w->n)
		for (size_t i = 0; i < w->n; i++)
			if (!step(w, w->docs[i]))
				return false;
	printf("%-26s %8.0f domains/s a core %8.1f MB/s\n", name,
	    (double)n / took,
	    (double)n / (double)w->n * (double)w->octets / 1e6 / took);
	return true;
}

/* The facts of every line, compact, one after the other in one text. */
static bool
docs_load(struct work *w, struct as_arena *keep, struct as_str text)
{
	struct as_why why = {0};
	enum as_err err;
	size_t at = 0;
	json_t *doc;

	while ((err = as_json_parse_next(text, &at, &doc, &why)) == AS_OK) {
		const json_t *inner = json_object_get(doc, "facts");
		as_buf_reset(&w->out);
		as_json_write(
		    &w->out, inner != NULL ? inner : doc, AS_JSON_COMPACT);
		json_decref(doc);
		if (w->n == MAX_DOCUMENTS)
			break;
		w->docs[w->n] = as_str_dup(keep, as_buf_str(&w->out));
		w->octets += w->docs[w->n++].n;
	}
	if (err != AS_EABSENT && err != AS_OK)
		(void)fprintf(stderr, "document %zu: %s\n", w->n + 1, why.text);
	return err == AS_EABSENT && w->n > 0;
}

static struct as_str
file_read(struct as_arena *a, const char *path)
{
	char *p = as_arena_alloc(a, AS_MAX_FACTS_OCTETS);
	FILE *f = fopen(path, "rb");
	size_t n;

	if (p == NULL || f == NULL)
		return AS_STR_NULL;
	n = fread(p, 1, AS_MAX_FACTS_OCTETS, f);
	(void)fclose(f);
	return (struct as_str){p, n};
}

static bool
run(struct work *w, struct as_arena *keep, const char *path, double seconds)
{
	struct as_str text = file_read(keep, path);

	if (as_str_is_null(text) || !docs_load(w, keep, text))
		return false;
	printf(
	    "%zu domains, %zu octets of facts each\n", w->n, w->octets / w->n);
	return measure("bare decoding (jansson)", step_decode, w, seconds) &&
	    measure("decoding to facts", step_read, w, seconds) &&
	    measure("and judging", step_judge, w, seconds) &&
	    measure("and printing a line", step_print, w, seconds);
}

int
main(int argc, char **argv)
{
	struct as_arena *keep = as_arena_new(AS_MAX_FACTS_OCTETS * 3);
	struct work *w = calloc(1, sizeof(*w));
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 2;
	bool ok;

	if (argc < 2 || keep == NULL || w == NULL)
		return 2;
	w->facts_arena = as_arena_new(AS_MAX_FACTS_OCTETS);
	w->arena = as_arena_new(AS_MAX_JOB_OCTETS);
	w->psl = psl_latest(NULL);
	as_buf_init(&w->out, AS_MAX_FACTS_OCTETS);
	ok = w->facts_arena != NULL && w->arena != NULL &&
	    run(w, keep, argv[1], seconds);
	as_buf_fini(&w->out);
	psl_free(w->psl);
	as_arena_free(w->arena);
	as_arena_free(w->facts_arena);
	as_arena_free(keep);
	free(w);
	return ok ? 0 : 1;
}
