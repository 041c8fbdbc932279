#include "intake/mend_tag.h"

#include "base/limits.h"

#include "base/banned.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_name_start(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

static bool
is_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' ||
	    c == '.' || c == ':';
}

/* The name from w[i] on; returns its end. */
static size_t
tag_name(struct as_str w, size_t i, struct as_mend_tag *t)
{
	size_t from = i;

	for (; i < w.n && is_name(w.p[i]); i++)
		if (w.p[i] == ':')
			from = i + 1;
	t->name = as_str_slice(w, from, i);
	return i;
}

/* The attributes from w[i] on, which are passed over, and ">". */
static enum as_mend_tag_is
tag_rest(struct as_str w, size_t i, struct as_mend_tag *t)
{
	char quote = 0, last = 0;

	for (; i < w.n; i++) {
		char c = w.p[i];
		if (quote != 0) {
			quote = c == quote ? 0 : quote;
		} else if ((c == '"' || c == '\'') && last == '=') {
			quote = c;
		} else if (c == '>') {
			t->empty = last == '/';
			t->end = i + 1;
			return AS_MEND_TAG;
		} else if (c == '<') {
			t->broken = true;
			t->end = i;
			return t->closing ? AS_MEND_TAG : AS_MEND_TAG_TEXT;
		}
		if (!is_space(c))
			last = c;
	}
	return AS_MEND_TAG_PART;
}

enum as_mend_tag_is
as_mend_tag_read(struct as_str w, size_t at, struct as_mend_tag *t)
{
	size_t i = at + 1;
	enum as_mend_tag_is is;

	*t = (struct as_mend_tag){0};
	t->end = at + 1;
	if (i < w.n && w.p[i] == '/') {
		t->closing = true;
		i++;
	}
	if (i < w.n && !is_name_start(w.p[i]))
		return AS_MEND_TAG_TEXT;
	i = tag_name(w, i, t);
	t->end = i;
	if (i < w.n && !is_space(w.p[i]) && w.p[i] != '>' && w.p[i] != '/' &&
	    !(t->closing && w.p[i] == '<'))
		return AS_MEND_TAG_TEXT;
	is = tag_rest(w, i, t);
	if (is == AS_MEND_TAG_PART) {
		t->end = w.n;
		return w.n - at >= AS_MAX_REPORT_TAG ? AS_MEND_TAG_TEXT
						     : AS_MEND_TAG_PART;
	}
	if (t->name.n == 0 || t->name.n > AS_MAX_REPORT_NAME ||
	    !is_name_start(t->name.p[0]))
		return AS_MEND_TAG_TEXT;
	return is;
}
