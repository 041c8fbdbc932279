#include "render/json_members.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "render/reports.h"

#include "base/banned.h"

/* null when it was absent. */
void
as_member_text(struct as_json_out *o, const char *name, struct as_str s)
{
	as_json_out_name(o, name);
	if (as_str_is_null(s))
		as_json_out_word(o, "null");
	else
		as_json_out_str(o, s);
}

void
as_number_out(struct as_json_out *o, uint64_t n)
{
	char text[24];

	if (n > INT64_MAX)
		n = INT64_MAX;
	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	as_json_out_word(o, text);
}

void
as_member_number(struct as_json_out *o, const char *name, uint64_t n)
{
	as_json_out_name(o, name);
	as_number_out(o, n);
}

/* null when it was not given. */
void
as_member_count(struct as_json_out *o, const char *name, uint64_t n)
{
	as_json_out_name(o, name);
	if (n == AS_REPORT_NO_COUNT)
		as_json_out_word(o, "null");
	else
		as_number_out(o, n);
}

void
as_member_flag(struct as_json_out *o, const char *name, bool v)
{
	as_json_out_name(o, name);
	as_json_out_word(o, v ? "true" : "false");
}

/* null when there is none, or none that a calendar has. */
void
as_member_time(struct as_json_out *o, const char *name, int64_t t)
{
	char text[AS_TIME_TEXT];
	struct as_str s = as_str_from(as_seconds_text(t, text));

	as_member_text(o, name, as_str_is(s, "-") ? AS_STR_NULL : s);
}

void
as_member_texts(struct as_json_out *o, const char *name,
    const struct as_str *list, size_t n)
{
	as_json_out_name(o, name);
	as_json_out_open(o, '[');
	for (size_t i = 0; i < n; i++)
		as_json_out_str(o, list[i]);
	as_json_out_close(o, ']');
}
