/*
 * test/unit/std/sweep - one reader of std, on a good record cut and damaged.
 *
 * A record grows octet by octet from nothing, and has NUL put in, and in place
 * of an octet, at every position.  Each such text is read twice: alone in
 * memory of its exact size, and with more octets behind it.  Both must give
 * the same, and an error must be one that the header names, with a place in
 * the text and a reason, and without a result.
 */
#ifndef AS_TEST_SWEEP_H
#define AS_TEST_SWEEP_H

#include <stdbool.h>

#include "base/buf.h"
#include "harness.h"

/* What reading came to; `got` says all of a result in one line. */
struct outcome {
	enum as_err err;
	bool given; /* *out was set */
	struct as_why why;
	struct as_buf got;
};

#define SAY(o, ...) as_buf_printf(&(o)->got, __VA_ARGS__)

static inline void
say_str(struct outcome *o, struct as_str s)
{
	SAY(o, "[%zu:", s.n);
	as_buf_add_str(&o->got, s);
	SAY(o, "]");
}

static inline void
say_list(struct outcome *o, const struct as_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		say_str(o, list[i]);
}

/* For those whose verdict is a text alone: NULL, or what is wrong. */
static inline void
say_verdict(struct outcome *o, const char *fault, size_t at)
{
	o->given = fault == NULL;
	o->err = AS_OK;
	if (fault != NULL)
		o->err = as_why_set(&o->why, AS_ESYNTAX, at, "%s", fault);
}

typedef void reader(struct as_arena *a, struct as_str text, struct outcome *o);

struct sweep {
	const char *name;
	reader *read;
	unsigned errors; /* bits of enum as_err */
};

#define SYNTAX  (1u << AS_ESYNTAX)
#define VERSION (1u << AS_EVERSION)

/* --- one text --- */

#define ROOM ((size_t)1 << 20)

static inline void
outcome_init(struct outcome *o)
{
	memset(o, 0, sizeof(*o));
	as_buf_init(&o->got, ROOM);
}

/* Read a copy of `text` with `behind` after it. */
static inline void
read_copy(
    reader *read, struct as_str text, const char *behind, struct outcome *o)
{
	struct as_arena *a = as_arena_new(ROOM);
	size_t more = strlen(behind);
	char *copy = malloc(text.n + more);

	outcome_init(o);
	if (a == NULL || (copy == NULL && text.n + more > 0))
		exit(1);
	for (size_t i = 0; i < text.n + more; i++)
		copy[i] = i < text.n ? text.p[i] : behind[i - text.n];
	read(a, (struct as_str){copy, text.n}, o);
	free(copy);
	as_arena_free(a);
}

static inline bool
same(const struct outcome *a, const struct outcome *b)
{
	return a->err == b->err && a->given == b->given &&
	    a->why.at == b->why.at && strcmp(a->why.text, b->why.text) == 0 &&
	    as_str_eq(as_buf_str(&a->got), as_buf_str(&b->got));
}

/* NULL, or what is not clean about an error. */
static inline const char *
unclean(const struct outcome *o, size_t n, unsigned errors)
{
	if (!as_buf_ok(&o->got))
		return "the result is too long";
	if (o->err == AS_OK)
		return o->given ? NULL : "no error and no result";
	if ((errors & 1u << o->err) == 0)
		return "an error that the header does not name";
	if (o->given)
		return "an error and a result";
	if (o->why.code != o->err || o->why.text[0] == 0)
		return "no reason";
	if (o->why.at > n && o->why.at != AS_WHY_NOWHERE)
		return "the place is outside";
	return NULL;
}

/* Octets that carry on with whatever stands before them. */
static const char *const BEHIND = "1a=.mAQA;p=reject 0123456789\n-all";

/* True when all is well; what it came to in *err. */
static inline bool
check_text(const struct sweep *s, struct as_str text, enum as_err *err)
{
	struct outcome alone, followed;
	const char *fault;

	read_copy(s->read, text, "", &alone);
	read_copy(s->read, text, BEHIND, &followed);
	fault = unclean(&alone, text.n, s->errors);
	if (fault == NULL && !same(&alone, &followed))
		fault = "octets behind the text make a difference";
	if (fault != NULL)
		printf("# %s: %s: %s\n# text: " AS_STR_FMT "\n", fault,
		    as_err_name(alone.err), alone.why.text, AS_STR_ARG(text));
	*err = alone.err;
	as_buf_fini(&alone.got);
	as_buf_fini(&followed.got);
	return fault == NULL;
}

static inline void
sweep_prefixes(const struct sweep *s, struct as_str text)
{
	enum as_err err = AS_EINVAL;

	t_case("%s: every prefix", s->name);
	for (size_t n = 0; n <= text.n; n++)
		T_OK(check_text(s, as_str_slice(text, 0, n), &err));
	T_INT(err, AS_OK); /* of the whole */
}

static inline void
sweep_nul(const struct sweep *s, struct as_str text)
{
	char *bad = malloc(text.n + 1);
	enum as_err err;

	if (bad == NULL)
		exit(1);
	t_case("%s: NUL in place of every octet", s->name);
	memcpy(bad, text.p, text.n);
	for (size_t at = 0; at < text.n; at++) {
		bad[at] = 0;
		T_OK(check_text(s, (struct as_str){bad, text.n}, &err));
		bad[at] = text.p[at];
	}
	t_case("%s: NUL put in at every position", s->name);
	for (size_t at = 0; at <= text.n; at++) {
		memcpy(bad, text.p, at);
		bad[at] = 0;
		memcpy(bad + at + 1, text.p + at, text.n - at);
		T_OK(check_text(s, (struct as_str){bad, text.n + 1}, &err));
	}
	free(bad);
}

/* Three cases; the whole text must be read without an error. */
static inline void
sweep(const struct sweep *s, struct as_str text)
{
	sweep_prefixes(s, text);
	sweep_nul(s, text);
}

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

#endif
