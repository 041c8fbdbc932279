#include "std/tag_list.h"

#include <string.h>

#include "base/banned.h"

bool
as_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
as_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct as_split
as_split_start(struct as_str text, char separator, const char *space)
{
	return (struct as_split){
	    .text = text, .separator = separator, .space = space};
}

static bool
is_space(const struct as_split *s, size_t i)
{
	char c = s->text.p[i];

	/* No set has more than blanks and line ends. */
	return c > 0 && c <= ' ' && strchr(s->space, c) != NULL;
}

/* text[*from..*to) without white space at its ends. */
static struct as_str
part(const struct as_split *s, size_t from, size_t to, size_t *at)
{
	while (from < to && is_space(s, from))
		from++;
	while (to > from && is_space(s, to - 1))
		to--;
	*at = from;
	return as_str_slice(s->text, from, to);
}

bool
as_split_next(struct as_split *s, struct as_str *item, size_t *at)
{
	size_t end;

	if (s->ended)
		return false;
	end = as_str_find(s->text, s->separator, s->at);
	*item = part(s, s->at, end, at);
	s->ended = end >= s->text.n;
	s->at = end + 1;
	return true;
}

static void
tag_cut(const struct as_split *s, struct as_str item, struct as_tag *out)
{
	size_t equals = out->at + as_str_find(item, '=', 0);
	size_t end = out->at + item.n;
	size_t ignored;

	if (equals >= end) {
		out->name = item;
		return;
	}
	out->has_value = true;
	out->name = part(s, out->at, equals, &ignored);
	out->value = part(s, equals + 1, end, &out->value_at);
	out->space_around = out->name.n != equals - out->at ||
	    (out->value.n > 0 && out->value_at != equals + 1);
}

bool
as_tag_next(struct as_split *s, struct as_tag *out)
{
	struct as_str item;

	*out = (struct as_tag){0};
	if (!as_split_next(s, &item, &out->at))
		return false;
	if (item.n == 0 && s->ended)
		return false;
	out->value_at = out->at;
	tag_cut(s, item, out);
	return true;
}

enum as_err
as_tag_seen_add(struct as_tag_seen *s, const struct as_tag *t, bool any_case,
    struct as_why *why)
{
	for (size_t i = 0; i < s->n; i++)
		if (any_case ? as_str_eq_case(s->names[i], t->name)
			     : as_str_eq(s->names[i], t->name))
			return as_why_set(why, AS_ESYNTAX, t->at,
			    "RFC 6376 3.2: the tag \"%.*s\" occurs twice, "
			    "which makes the record invalid",
			    t->name.n < 40 ? (int)t->name.n : 40, t->name.p);
	if (s->n == AS_MAX_RECORD_TAGS)
		return as_why_set(why, AS_ELIMIT, t->at,
		    "more than %d tags in one record", AS_MAX_RECORD_TAGS);
	s->names[s->n++] = t->name;
	return AS_OK;
}

static bool
is_field_name(struct as_str name)
{
	if (name.n == 0 || name.n > 32)
		return false;
	if (!as_is_alpha(name.p[0]) && !as_is_digit(name.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!as_is_alpha(c) && !as_is_digit(c) && c != '_' &&
		    c != '-' && c != '.')
			return false;
	}
	return true;
}

static bool
is_field_value(struct as_str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] <= 0x20 || value.p[i] >= 0x7f ||
		    value.p[i] == '=' || value.p[i] == ';')
			return false;
	return value.n > 0;
}

const char *
as_tag_field_fault(const struct as_tag *t)
{
	if (t->name.n == 0 && !t->has_value)
		return "an empty field: two \";\" in a row";
	if (!t->has_value)
		return "a field without \"=\"";
	if (t->space_around)
		return "white space around \"=\" is not allowed";
	if (!is_field_name(t->name))
		return "a field name takes 1 to 32 letters, digits, \"_\", "
		       "\"-\" and \".\", a letter or digit first";
	if (!is_field_value(t->value))
		return "a field value takes 1 or more visible ASCII "
		       "characters except \"=\" and \";\"";
	return NULL;
}
