#include "assess/explainer.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"

#include "base/banned.h"

/* --- texts --- */

static struct as_str
text_v(struct as_explainer *x, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	p = n < 0 ? NULL : as_arena_alloc(x->a, (size_t)n + 1);
	if (p == NULL) {
		x->err = AS_ENOMEM;
		return AS_STR("");
	}
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (struct as_str){p, (size_t)n};
}

struct as_str
as_explain_text(struct as_explainer *x, const char *fmt, ...)
{
	struct as_str s;
	va_list ap;

	va_start(ap, fmt);
	s = text_v(x, fmt, ap);
	va_end(ap);
	return s;
}

static struct as_str
escape(struct as_explainer *x, struct as_str s)
{
	struct as_str e = as_str_escape(x->a, s);

	if (!as_str_is_null(e))
		return e;
	x->err = AS_ENOMEM;
	return AS_STR("");
}

struct as_str
as_explain_esc(struct as_explainer *x, struct as_str s)
{
	struct as_str e = escape(x, as_str_slice(s, 0, AS_SAID_OCTETS));

	return s.n <= AS_SAID_OCTETS
	    ? e
	    : as_explain_text(x, AS_STR_FMT "...", AS_STR_ARG(e));
}

/* --- parts --- */

void
as_explain_part(struct as_explainer *x, enum as_part_kind kind,
    const char *name, struct as_str value, struct as_str shown, size_t at,
    struct as_str meaning)
{
	struct as_record_view *v = x->view;

	if (v->n_parts == AS_MAX_RECORD_PARTS)
		return;
	v->parts[v->n_parts++] = (struct as_record_part){
	    .name = as_str_from(name),
	    .value = escape(x, value),
	    .kind = kind,
	    .shown = escape(x, shown),
	    .meaning = meaning,
	    .at = at,
	};
}

void
as_explain_tag(
    struct as_explainer *x, const struct as_tag *t, struct as_str meaning)
{
	size_t end =
	    t->has_value ? t->value_at + t->value.n : t->at + t->name.n;

	as_explain_part(x, AS_PART_TEXT, escape(x, t->name).p, t->value,
	    as_str_slice(x->txt, t->at, end), t->at, meaning);
}

void
as_explain_number(struct as_explainer *x, const char *name, uint32_t n)
{
	as_explain_part(x, AS_PART_NUMBER, name, as_explain_text(x, "%u", n),
	    AS_STR(""), AS_WHY_NOWHERE, AS_STR(""));
}

const struct as_tag *
as_explain_find(const struct as_explainer *x, const char *name, bool any_case)
{
	for (size_t i = 0; i < x->rd.n_tags; i++) {
		struct as_str one = x->rd.tags[i].name;
		if (any_case ? as_str_is_case(one, name) : as_str_is(one, name))
			return &x->rd.tags[i];
	}
	return NULL;
}

bool
as_explain_is_again(
    const struct as_explainer *x, const struct as_tag *t, bool any_case)
{
	for (const struct as_tag *b = x->rd.tags; b < t; b++)
		if (any_case ? as_str_eq_case(b->name, t->name)
			     : as_str_eq(b->name, t->name))
			return true;
	return false;
}

/* --- problems --- */

static void
problem_add(struct as_explainer *x, enum as_level level, size_t at,
    struct as_str cite, struct as_str text)
{
	struct as_record_view *v = x->view;

	if (v->n_problems < AS_MAX_RECORD_PROBLEMS)
		v->problems[v->n_problems++] =
		    (struct as_record_problem){level, at, text, cite};
}

void
as_explain_problem(struct as_explainer *x, enum as_level level, size_t at,
    const char *cite, const char *fmt, ...)
{
	struct as_str text;
	va_list ap;

	va_start(ap, fmt);
	text = text_v(x, fmt, ap);
	va_end(ap);
	problem_add(x, level, at, as_str_from(cite), text);
}

void
as_explain_unusable(
    struct as_explainer *x, size_t at, const char *cite, const char *fmt, ...)
{
	struct as_str text;
	va_list ap;

	va_start(ap, fmt);
	text = text_v(x, fmt, ap);
	va_end(ap);
	problem_add(x, AS_LEVEL_ERROR, at, as_str_from(cite), text);
	if (x->view->status == AS_RECORD_VALID)
		x->view->status = AS_RECORD_UNUSABLE;
}

/* Octets of the clause before ": "; 0 when there is none. */
static size_t
cite_span(struct as_str text)
{
	size_t end = as_str_find(text, ':', 0);

	if (!as_str_has_prefix(text, "RFC ") &&
	    !as_str_has_prefix(text, "draft-"))
		return 0;
	return end + 1 < text.n && text.p[end + 1] == ' ' ? end : 0;
}

void
as_explain_fault(
    struct as_explainer *x, enum as_level level, size_t at, struct as_str text)
{
	size_t end = cite_span(text);
	struct as_str copy =
	    escape(x, as_str_slice(text, end > 0 ? end + 2 : 0, text.n));

	problem_add(x, level, at, as_str_slice(text, 0, end), copy);
}

static void
faults_keep(struct as_explainer *x)
{
	const struct as_reading *rd = &x->rd;

	for (size_t i = 0; i < rd->n_faults; i++)
		as_explain_fault(x,
		    rd->faults[i].fatal ? AS_LEVEL_ERROR : AS_LEVEL_WARN,
		    rd->faults[i].at, rd->faults[i].text);
	if (rd->n_more > 0)
		as_explain_problem(x, AS_LEVEL_ERROR, AS_WHY_NOWHERE, "",
		    "there are %zu more faults than are shown", rd->n_more);
}

bool
as_explain_read(struct as_explainer *x, enum as_err err,
    const struct as_why *why, bool like)
{
	if (err == AS_ENOMEM)
		x->err = err;
	if (err == AS_ENOMEM || x->err != AS_OK)
		return false;
	faults_keep(x);
	if (err == AS_OK)
		return true;
	x->view->status = AS_RECORD_UNUSABLE;
	if (x->rd.first.code == AS_OK) /* refused before it was read */
		as_explain_fault(x, AS_LEVEL_ERROR, why->at,
		    as_explain_text(x, "%s", why->text));
	if (x->rd.first.code == AS_OK && err == AS_EVERSION && !like)
		x->view->status = AS_RECORD_NOT_THIS_TYPE;
	return x->rd.first.code != AS_OK;
}

static bool
is_blank_or_quote(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"' ||
	    c == '\'';
}

bool
as_explain_is_like(struct as_str txt, const char *version)
{
	size_t i = 0;

	while (i < txt.n && is_blank_or_quote(txt.p[i]))
		i++;
	if (i == txt.n || (txt.p[i] | 0x20) != 'v')
		return false;
	for (i++; i < txt.n && (txt.p[i] == ' ' || txt.p[i] == '\t');)
		i++;
	if (i == txt.n || txt.p[i] != '=')
		return false;
	return as_str_has_prefix_case(
	    as_str_trim(as_str_slice(txt, i + 1, txt.n)), version);
}
