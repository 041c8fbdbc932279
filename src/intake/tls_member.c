/*
 * Members of the objects of a TLS report.
 */
#include <stdio.h>

#include "base/limits.h"
#include "intake/tls_private.h"
#include "intake/value.h"
#include "std/domain.h"

#include "base/banned.h"

void
as_tls_fail(struct as_tls_reader *t, enum as_err err)
{
	if (t->err == AS_OK)
		t->err = err;
}

void
as_tls_note(struct as_tls_reader *t, const char *code, const char *name,
    const char *text)
{
	char where[96];

	if (t->policy > 0)
		(void)snprintf(
		    where, sizeof(where), "policy %zu, %s", t->policy, name);
	else
		(void)snprintf(where, sizeof(where), "%s", name);
	as_tls_fail(
	    t, as_notes_tell(&t->notes, code, as_str_from(where), text));
}

/* A string as it is kept: without blanks around it, within its cap. */
static struct as_str
fit_text(struct as_tls_reader *t, struct as_str s, const char *name)
{
	s = as_value_trim(s);
	if (s.n <= AS_MAX_REPORT_TEXT)
		return s;
	as_tls_note(t, "text-cut", name, "longer than what is kept of a text");
	s.n = AS_MAX_REPORT_TEXT;
	while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return s;
}

struct as_str
as_tls_get_text(struct as_tls_reader *t, const json_t *obj, const char *name)
{
	const json_t *v = json_object_get(obj, name);

	if (v == NULL || json_is_null(v))
		return AS_STR_NULL;
	if (!json_is_string(v)) {
		as_tls_note(t, "member-unread", name, "no string");
		return AS_STR_NULL;
	}
	return fit_text(t, as_json_get_str(v), name);
}

/* The first of two names of one member. */
struct as_str
as_tls_get_text_of(struct as_tls_reader *t, const json_t *obj, const char *name,
    const char *other)
{
	struct as_str s = as_tls_get_text(t, obj, name);

	return as_str_is_null(s) ? as_tls_get_text(t, obj, other) : s;
}

/* A word of the standard in its case; another one as it stood. */
struct as_str
as_tls_get_word(struct as_tls_reader *t, const json_t *obj, const char *name,
    enum as_words words)
{
	struct as_str s = as_tls_get_text(t, obj, name);
	struct as_str word = as_value_word(words, s);

	if (!as_str_is_null(word) || s.n == 0)
		return as_str_is_null(word) ? s : word;
	as_tls_note(t, "word-unknown", name,
	    "no word of the standard; kept as it stood");
	return s;
}

/* Strings of a list, or the one string that stands in its place. */
const struct as_str *
as_tls_get_texts(
    struct as_tls_reader *t, const json_t *v, const char *name, size_t *n)
{
	size_t all = json_is_array(v) ? json_array_size(v) : 1;
	struct as_str *list;

	*n = 0;
	if (v == NULL || json_is_null(v))
		return NULL;
	if (all > AS_MAX_REPORT_STRINGS) {
		as_tls_note(t, "list-cut", name, "more strings than are kept");
		all = AS_MAX_REPORT_STRINGS;
	}
	list = as_arena_array(t->arena, all, sizeof(*list));
	if (list == NULL) {
		as_tls_fail(t, as_why_no_memory(t->why));
		return NULL;
	}
	for (size_t i = 0; i < all; i++) {
		const json_t *s = json_is_array(v) ? json_array_get(v, i) : v;
		if (json_is_string(s))
			list[(*n)++] = fit_text(t, as_json_get_str(s), name);
		else
			as_tls_note(t, "member-unread", name, "no string");
	}
	return list;
}

/* A number that is none, like 1e3 or "5", is one all the same. */
static enum as_value
read_count(const json_t *v, uint64_t *count)
{
	double real;

	*count = AS_REPORT_NO_COUNT;
	if (json_is_string(v)) {
		enum as_value is =
		    as_value_count(as_value_trim(as_json_get_str(v)), count);
		return is == AS_VALUE_OK ? AS_VALUE_REPAIRED : is;
	}
	if (json_is_integer(v)) {
		json_int_t i = json_integer_value(v);
		if (i < 0 || (uint64_t)i > AS_MAX_REPORT_SESSIONS)
			return AS_VALUE_UNREAD;
		*count = (uint64_t)i;
		return AS_VALUE_OK;
	}
	real = json_is_real(v) ? json_real_value(v) : -1;
	if (real < 0 || real > (double)AS_MAX_REPORT_SESSIONS ||
	    (double)(uint64_t)real < real)
		return AS_VALUE_UNREAD;
	*count = (uint64_t)real;
	return AS_VALUE_REPAIRED;
}

uint64_t
as_tls_get_count(struct as_tls_reader *t, const json_t *obj, const char *name)
{
	const json_t *v = json_object_get(obj, name);
	uint64_t count;

	if (v == NULL) {
		as_tls_note(t, "count-missing", name, "it is not there");
		return AS_REPORT_NO_COUNT;
	}
	switch (read_count(v, &count)) {
	case AS_VALUE_OK: break;
	case AS_VALUE_REPAIRED:
		as_tls_note(t, "count-repaired", name,
		    "a number in another form than digits");
		break;
	case AS_VALUE_UNREAD:
		as_tls_note(t, "count-unread", name, "no number of sessions");
		break;
	}
	return count;
}

/* RFC 3339; without its zone it is taken for UTC, as the day of a report is. */
int64_t
as_tls_get_time(struct as_tls_reader *t, const json_t *range, const char *name)
{
	struct as_str s = as_tls_get_text(t, range, name);
	char zoned[64];
	int64_t time;
	enum as_value is;
	int n;

	if (as_str_is_null(s))
		return AS_REPORT_NO_TIME;
	if (as_str_find(s, '-', 0) < s.n &&
	    as_value_time(s, &time) != AS_VALUE_UNREAD)
		return time;
	n = snprintf(zoned, sizeof(zoned), AS_STR_FMT "Z", AS_STR_ARG(s));
	is = AS_VALUE_UNREAD;
	if (n > 0 && (size_t)n < sizeof(zoned))
		is = as_value_time(as_str_from(zoned), &time);
	if (is == AS_VALUE_UNREAD)
		is = as_value_time(s, &time);
	as_tls_note(t, is == AS_VALUE_UNREAD ? "time-unread" : "time-repaired",
	    name,
	    is == AS_VALUE_UNREAD ? "no time of RFC 3339"
				  : "a time without its zone, or in seconds");
	return time;
}

struct as_str
as_tls_get_domain(struct as_tls_reader *t, const json_t *policy)
{
	struct as_str s = as_tls_get_text(t, policy, "policy-domain"), name;
	enum as_err err;

	if (s.n == 0) {
		as_tls_note(t, "domain-missing", "policy-domain",
		    "the policy does not say whose it is");
		return s;
	}
	err = as_domain_parse(t->arena, s, &name, NULL);
	if (err == AS_OK)
		return name;
	if (err == AS_ENOMEM)
		as_tls_fail(t, as_why_no_memory(t->why));
	else
		as_tls_note(
		    t, "domain-unread", "policy-domain", "no domain name");
	return s;
}
