/*
 * The fail-once sweep: the n-th allocation fails, for every n until none is
 * left to fail.  Each run must end in an error or in the right result, and
 * (under ASan, or by the count kept here) leak nothing.
 *
 * malloc and its kin are wrapped by the linker in our own code; jansson, a
 * shared library, is told to allocate through the same wrappers.  Its reader
 * ends the process (base/json.c) and is tested apart.
 */
#include "harness.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/limits.h"
#include "full.h"
#include "model/facts.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

/* The wrappers have no context to be handed. */
static struct {
	bool on;
	unsigned long fail_at; /* 1-based */
	unsigned long count;
	long live; /* blocks */
} sweep;

static bool
fails(void)
{
	return sweep.on && ++sweep.count == sweep.fail_at;
}

static void *
counted(void *p)
{
	if (sweep.on && p != NULL)
		sweep.live++;
	return p;
}

void *
__wrap_malloc(size_t n)
{
	return fails() ? NULL : counted(__real_malloc(n));
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : counted(__real_calloc(n, size));
}

void *
__wrap_realloc(void *p, size_t n)
{
	void *q = fails() ? NULL : __real_realloc(p, n);

	return p == NULL ? counted(q) : q;
}

void
__wrap_free(void *p)
{
	if (sweep.on && p != NULL)
		sweep.live--;
	__real_free(p);
}

/* One step under test.  AS_OK: it did what it should, checked by itself. */
typedef enum as_err step_fn(const void *ctx);

static void
sweep_run(const char *name, step_fn *step, const void *ctx)
{
	enum as_err err = AS_ENOMEM;
	unsigned long n = 0;

	t_case("%s survives each failed allocation", name);
	while (err != AS_OK && n < 1000000) {
		sweep.fail_at = ++n;
		sweep.count = 0;
		sweep.live = 0;
		sweep.on = true;
		err = step(ctx);
		sweep.on = false;
		if (sweep.live != 0)
			printf("# %ld blocks lost, allocation %lu\n",
			    sweep.live, n);
		T_INT(sweep.live, 0);
		if (err != AS_OK)
			T_INT(err, AS_ENOMEM);
	}
	/* The step that saw no failure made fewer than n allocations. */
	T_INT(err, AS_OK);
	T_OK(sweep.count < n);
	T_OK(n > 2);
}

struct doc {
	const struct as_facts *facts;
	struct as_str text;
};

static enum as_err
step_read(const void *ctx)
{
	const struct doc *d = ctx;
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	enum as_err err = AS_ENOMEM;
	struct as_why why;
	void *v;

	if (a != NULL)
		err = as_codec_parse(
		    a, &as_shape_facts, d->text, d->text.n, &v, &why);
	if (err == AS_OK && !full_same(&as_shape_facts, d->facts, v))
		err = AS_EIO;
	as_arena_free(a);
	return err;
}

static enum as_err
step_print(const void *ctx)
{
	const struct doc *d = ctx;
	enum as_err err = AS_ENOMEM;
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	as_codec_print(&b, &as_shape_facts, d->facts, AS_JSON_COMPACT);
	if (as_buf_ok(&b))
		err = as_str_eq(as_buf_str(&b), d->text) ? AS_OK : AS_EIO;
	as_buf_fini(&b);
	return err;
}

static enum as_err
step_copy(const void *ctx)
{
	const struct doc *d = ctx;
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	enum as_err err = AS_ENOMEM;
	void *v = NULL;

	if (a != NULL)
		v = as_codec_copy(a, &as_shape_facts, d->facts);
	if (v != NULL)
		err = full_same(&as_shape_facts, d->facts, v) ? AS_OK : AS_EIO;
	as_arena_free(a);
	return err;
}

static enum as_err
step_frames(const void *ctx)
{
	const struct doc *d = ctx;
	enum as_err err = AS_ENOMEM;
	struct as_frame f;
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	for (uint8_t i = 0; i < 3; i++)
		as_frame_write(&b, i, d->text);
	for (uint8_t i = 0; i < 3 && as_buf_ok(&b); i++) {
		err = as_frame_read(&b, &f);
		if (err == AS_OK &&
		    (f.type != i || !as_str_eq(f.payload, d->text)))
			err = AS_EIO;
		if (err != AS_OK)
			break;
		as_frame_drop(&b, &f);
	}
	as_buf_fini(&b);
	return err;
}

/* In a child: parse while allocation n fails.  Exit 0: parsed right. */
static void
parse_in_child(unsigned long n)
{
	struct as_str text = AS_STR("{\"name\":\"0123456789abcdef\\\\032\"}");
	json_t *doc = NULL;
	enum as_err err;

	(void)close(STDERR_FILENO);
	sweep.count = 0;
	sweep.fail_at = n;
	sweep.on = true;
	err = as_json_parse(text, text.n, &doc, NULL);
	sweep.on = false;
	if (err != AS_OK ||
	    !as_str_is(as_json_get_str(json_object_get(doc, "name")),
		"0123456789abcdef\\032"))
		_exit(1);
	_exit(0);
}

static void
test_parse_ends(void)
{
	unsigned long n = 0;
	int status = -1;

	t_case("JSON is read whole or the process ends, never in part");
	while (status != 0 && n < 1000) {
		pid_t pid;
		n++;
		(void)fflush(stdout);
		pid = fork();
		if (pid == 0)
			parse_in_child(n);
		if (!T_OK(pid > 0 && waitpid(pid, &status, 0) == pid))
			return;
		T_OK(status == 0 ||
		    (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
	}
	T_INT(status, 0);
	T_OK(n > 5);
}

int
main(void)
{
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	struct as_facts *f = a != NULL ? AS_NEW(a, struct as_facts) : NULL;
	struct as_buf b;
	struct doc d;
	unsigned seed = 0;

	if (f == NULL)
		return 99;
	full_fill(a, &as_shape_facts, f, &seed);
	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	as_codec_print(&b, &as_shape_facts, f, AS_JSON_COMPACT);
	d = (struct doc){f, as_buf_str(&b)};
	test_parse_ends();
	sweep_run("reading facts", step_read, &d);
	json_set_alloc_funcs(__wrap_malloc, __wrap_free);
	sweep_run("printing facts", step_print, &d);
	sweep_run("copying facts", step_copy, &d);
	sweep_run("frames", step_frames, &d);
	as_buf_fini(&b);
	as_arena_free(a);
	return t_done();
}
