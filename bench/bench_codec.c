/*
 * bench_codec: how many fact documents a second are printed, read and copied;
 * a scanned domain is printed and read once between prober and parent, and
 * printed once more for the user.
 *
 *	bench_codec FACTS.json [SECONDS]
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "model/facts.h"

#include "base/banned.h"

struct work {
	struct as_arena *a; /* emptied by each round */
	struct as_str text;
	const struct as_facts *facts;
	struct as_buf out;
};

typedef bool step_fn(struct work *w);

static bool
step_print(struct work *w)
{
	as_buf_reset(&w->out);
	as_codec_print(&w->out, &as_shape_facts, w->facts, AS_JSON_COMPACT);
	return as_buf_ok(&w->out);
}

static bool
step_read(struct work *w)
{
	void *v;

	as_arena_reset(w->a);
	return as_codec_parse(w->a, &as_shape_facts, w->text, w->text.n, &v,
		   NULL) == AS_OK;
}

static bool
step_copy(struct work *w)
{
	as_arena_reset(w->a);
	return as_codec_copy(w->a, &as_shape_facts, w->facts) != NULL;
}

static bool
measure(const char *name, step_fn *step, struct work *w, int64_t ms)
{
	struct as_clock clock = as_clock_system();
	int64_t start = clock.mono_ms(clock.ctx), took = 0;
	unsigned long n = 0;

	while (took < ms) {
		for (int i = 0; i < 100; i++, n++)
			if (!step(w))
				return false;
		took = clock.mono_ms(clock.ctx) - start;
	}
	printf("%-6s %8.0f documents/s %8.1f MB/s\n", name,
	    (double)n * 1000 / (double)took,
	    (double)n * (double)w->text.n / 1000 / (double)took);
	return true;
}

static struct as_str
file_read(struct as_arena *a, const char *path)
{
	char *p = as_arena_alloc(a, AS_MAX_JOB_OCTETS / 4);
	FILE *f = fopen(path, "rb");
	size_t n;

	if (p == NULL || f == NULL)
		return AS_STR_NULL;
	n = fread(p, 1, AS_MAX_JOB_OCTETS / 4, f);
	(void)fclose(f);
	return (struct as_str){p, n};
}

static bool
run(struct work *w, struct as_arena *keep, const char *path, int64_t ms)
{
	struct as_why why = {.text = "not readable"};
	struct as_str text = file_read(keep, path);
	void *v;

	if (as_str_is_null(text) ||
	    as_codec_parse(keep, &as_shape_facts, text, text.n, &v, &why) !=
		AS_OK) {
		(void)fprintf(stderr, "%s: %s\n", path, why.text);
		return false;
	}
	w->facts = v;
	as_codec_print(&w->out, &as_shape_facts, v, AS_JSON_COMPACT);
	w->text = as_str_dup(keep, as_buf_str(&w->out));
	printf("one document: %zu octets\n", w->text.n);
	return measure("print", step_print, w, ms) &&
	    measure("read", step_read, w, ms) &&
	    measure("copy", step_copy, w, ms);
}

int
main(int argc, char **argv)
{
	struct as_arena *keep = as_arena_new(AS_MAX_JOB_OCTETS);
	struct work w = {.a = as_arena_new(AS_MAX_JOB_OCTETS)};
	int64_t ms = argc > 2 ? strtol(argv[2], NULL, 10) * 1000 : 2000;
	bool ok;

	if (argc < 2 || keep == NULL || w.a == NULL)
		return 2;
	as_buf_init(&w.out, AS_MAX_FACTS_OCTETS);
	ok = run(&w, keep, argv[1], ms);
	as_buf_fini(&w.out);
	as_arena_free(w.a);
	as_arena_free(keep);
	return ok ? 0 : 1;
}
