/*
 * test/harness - a small TAP producer.
 *
 *	int main(void)
 *	{
 *		t_case("empty input");
 *		T_OK(f("") == 0);
 *		T_STR(g(), "text");
 *		T_INT(h(), 3);
 *		return t_done();
 *	}
 *
 * A case passes when each of its checks holds; it must make at least one.
 */
#ifndef AS_TEST_HARNESS_H
#define AS_TEST_HARNESS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static struct {
	char name[200];
	bool open, failed;
	unsigned checks, cases, failures;
} t_state;

static inline void
t_close(void)
{
	if (!t_state.open)
		return;
	if (t_state.checks == 0) {
		printf("# no check was made\n");
		t_state.failed = true;
	}
	t_state.cases++;
	t_state.failures += t_state.failed;
	printf("%s %u - %s\n", t_state.failed ? "not ok" : "ok", t_state.cases,
	    t_state.name);
	(void)fflush(stdout); /* a stuck or crashed case is the next one */
	t_state.open = false;
}

__attribute__((format(printf, 1, 2))) static inline void
t_case(const char *fmt, ...)
{
	va_list ap;

	t_close();
	va_start(ap, fmt);
	(void)vsnprintf(t_state.name, sizeof(t_state.name), fmt, ap);
	va_end(ap);
	for (char *p = t_state.name; *p != 0; p++)
		if (*p == '#' || *p == '\n' || *p == '\\')
			*p = ' ';
	t_state.open = true;
	t_state.failed = false;
	t_state.checks = 0;
}

static inline bool
t_check(bool ok, const char *text, const char *file, int line)
{
	t_state.checks++;
	if (!ok) {
		t_state.failed = true;
		printf("# %s:%d: %s\n", file, line, text);
	}
	return ok;
}

static inline bool
t_str(struct as_str got, struct as_str want, const char *text, const char *file,
    int line)
{
	bool ok = as_str_eq(got, want);

	if (!t_check(ok, text, file, line))
		printf("# got  \"" AS_STR_FMT "\"\n# want \"" AS_STR_FMT "\"\n",
		    AS_STR_ARG(got), AS_STR_ARG(want));
	return ok;
}

static inline bool
t_int(
    long long got, long long want, const char *text, const char *file, int line)
{
	if (!t_check(got == want, text, file, line))
		printf("# got %lld, want %lld\n", got, want);
	return got == want;
}

static inline int
t_done(void)
{
	t_close();
	printf("1..%u\n", t_state.cases);
	return t_state.failures == 0 ? 0 : 1;
}

#define T_OK(x) t_check((x), #x, __FILE__, __LINE__)
#define T_STR(got, want) \
	t_str((got), as_str_from(want), #got, __FILE__, __LINE__)
#define T_INT(got, want) \
	t_int((long long)(got), (long long)(want), #got, __FILE__, __LINE__)

#endif
