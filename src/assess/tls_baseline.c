#include "assess/tls_baseline.h"

#include <string.h>

#include "base/clock.h"
#include "base/tsv.h"

#include "base/banned.h"

enum { KIND, PATTERN, LEVEL, UNTIL, NOTE };

#define DAY_MS INT64_C(86400000)

static const char *const words[] = {
    [AS_TLS_GOOD] = "good",
    [AS_TLS_SUFFICIENT] = "sufficient",
    [AS_TLS_PHASE_OUT] = "phase-out",
    [AS_TLS_INSUFFICIENT] = "insufficient",
    [AS_TLS_UNJUDGED] = "unjudged",
};

const char *
as_tls_level_word(enum as_tls_level level)
{
	return words[level];
}

static enum as_tls_level
level_of(struct as_str word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (as_str_is(word, words[i]))
			return (enum as_tls_level)i;
	return AS_TLS_UNJUDGED;
}

static bool
same_letter(char a, char b)
{
	return as_str_eq_case((struct as_str){&a, 1}, (struct as_str){&b, 1});
}

/* Does the text fit a pattern in which "*" stands for any text?  Goes back to
 * the last star alone, which is enough. */
static bool
fits(struct as_str pattern, struct as_str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.n &&
		    same_letter(pattern.p[p], text.p[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static bool
is_over(struct as_str until, int64_t now_ms)
{
	int64_t last_ms;

	return until.n > 0 && as_time_parse(until, &last_ms) == AS_OK &&
	    now_ms >= last_ms + DAY_MS;
}

static struct as_tls_mark
mark_of(const struct as_str *cells, size_t n, int64_t now_ms)
{
	struct as_tls_mark m = {.level = level_of(cells[LEVEL]),
	    .until = n > UNTIL ? cells[UNTIL] : AS_STR(""),
	    .note = n > NOTE ? cells[NOTE] : AS_STR("")};

	if (is_over(m.until, now_ms))
		m.level = AS_TLS_INSUFFICIENT;
	return m;
}

static const struct as_tls_mark unjudged = {
    .level = AS_TLS_UNJUDGED, .until = {"", 0}, .note = {"", 0}};

struct as_tls_mark
as_tls_baseline_mark(
    struct as_str table, const char *kind, struct as_str what, int64_t now_ms)
{
	struct as_tsv t = {.text = table};
	struct as_str cells[AS_TSV_COLUMNS];
	size_t n;

	while ((n = as_tsv_next(&t, cells)) > 0)
		if (n > LEVEL && as_str_is(cells[KIND], kind) &&
		    fits(cells[PATTERN], what))
			return mark_of(cells, n, now_ms);
	return unjudged;
}

struct as_tls_mark
as_tls_baseline_mark_bits(
    struct as_str table, const char *kind, uint32_t bits, int64_t now_ms)
{
	struct as_tsv t = {.text = table};
	struct as_str cells[AS_TSV_COLUMNS];
	uint64_t least;
	size_t n;

	while ((n = as_tsv_next(&t, cells)) > 0)
		if (n > LEVEL && as_str_is(cells[KIND], kind) &&
		    as_str_u64(cells[PATTERN], UINT32_MAX, &least) == AS_OK &&
		    bits >= least)
			return mark_of(cells, n, now_ms);
	return unjudged;
}

struct as_str
as_tls_baseline_about(struct as_str table, const char *what)
{
	struct as_tsv t = {.text = table};
	struct as_str cells[AS_TSV_COLUMNS];
	size_t n;

	while ((n = as_tsv_next(&t, cells)) > 0)
		if (n > LEVEL && as_str_is(cells[KIND], "about") &&
		    as_str_is(cells[PATTERN], what))
			return cells[LEVEL];
	return AS_STR("");
}
