#include "assess/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "assess/rules.h"

#include "base/banned.h"

static struct as_str
text_v(struct as_say *o, const char *fmt, va_list ap)
{
	struct as_str s;

	if (strchr(fmt, '%') == NULL) /* lives as long as the program */
		return as_str_from(fmt);
	s = as_str_vprintf(o->c->a, fmt, ap);

	if (!as_str_is_null(s))
		return s;
	o->err = AS_ENOMEM;
	return AS_STR("");
}

struct as_str
as_say_text(struct as_say *o, const char *fmt, ...)
{
	struct as_str s;
	va_list ap;

	va_start(ap, fmt);
	s = text_v(o, fmt, ap);
	va_end(ap);
	return s;
}

struct as_str
as_say_esc(struct as_say *o, struct as_str s)
{
	struct as_str e = as_case_shown(o->c->a, s);

	if (!as_str_is_null(e))
		return e;
	o->err = AS_ENOMEM;
	return AS_STR("");
}

struct as_str
as_say_take(struct as_say *o, struct as_buf *b)
{
	struct as_str text = AS_STR_NULL;

	if (as_buf_ok(b)) {
		text = as_str_dup(o->c->a, as_buf_str(b));
		if (as_str_is_null(text))
			o->err = AS_ENOMEM;
	}
	as_buf_fini(b);
	return text;
}

static struct as_said *
said_new(struct as_say *o)
{
	struct as_said *s = AS_NEW(o->c->a, struct as_said);

	if (s == NULL) {
		o->err = AS_ENOMEM;
		memset(&o->spare, 0, sizeof(o->spare));
		return &o->spare;
	}
	*o->tail = s;
	o->tail = &s->next;
	o->n++;
	return s;
}

/* "domain:example.org", made once. */
static struct as_str
domain_subject(struct as_say *o)
{
	if (o->whole.n == 0)
		o->whole = as_say_text(
		    o, "domain:" AS_STR_FMT, AS_STR_ARG(o->c->shown));
	return o->whole;
}

static struct as_finding *
finding_new(struct as_say *o, enum as_verdict verdict, struct as_str title)
{
	struct as_said *s = said_new(o);
	const struct as_rule_words *words = as_rule_words_at(o->index);
	struct as_finding *f = &s->f;

	s->rule = o->index;
	f->rule = words->id;
	f->verdict = verdict;
	f->subject = o->subject.n > 0 ? o->subject : domain_subject(o);
	f->title = title;
	f->evidence = AS_STR("");
	f->why = words->why;
	f->advice = AS_STR("");
	f->record.name = f->record.type = AS_STR("");
	f->record.current = f->record.proposed = AS_STR("");
	f->cites = words->cites;
	o->result->said[verdict] = true;
	if (o->result->first[verdict] == NULL)
		o->result->first[verdict] = f;
	return f;
}

struct as_finding *
as_say(struct as_say *o, enum as_verdict verdict, const char *fmt, ...)
{
	struct as_finding *f;
	struct as_str title;
	va_list ap;

	va_start(ap, fmt);
	title = text_v(o, fmt, ap);
	va_end(ap);
	f = finding_new(o, verdict, title);
	if (verdict == AS_VERDICT_WARN || verdict == AS_VERDICT_FAIL)
		f->advice = as_rule_words_at(o->index)->advice;
	return f;
}

void
as_say_evidence(struct as_say *o, struct as_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	f->evidence = text_v(o, fmt, ap);
	va_end(ap);
}

void
as_say_advice(struct as_say *o, struct as_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	f->advice = text_v(o, fmt, ap);
	va_end(ap);
}

struct as_str
as_say_whole(struct as_say *o, struct as_str s)
{
	struct as_str e = as_str_escape(o->c->a, s);

	if (as_str_is_null(e)) {
		o->err = AS_ENOMEM;
		return AS_STR("");
	}
	return e;
}

void
as_say_record(struct as_say *o, struct as_finding *f, struct as_str name,
    const char *type, struct as_str current, struct as_str proposed)
{
	if (as_str_is_null(proposed))
		return;
	f->record.name = as_say_whole(o, name);
	f->record.type = as_str_from(type);
	f->record.current = as_say_whole(o, current);
	f->record.proposed = as_say_whole(o, proposed);
}

void
as_say_waits(struct as_finding *f, enum as_plan_part part)
{
	((struct as_said *)f)->waits = part; /* f is its first member */
}

void
as_say_advice_more(struct as_say *o, struct as_finding *f, const char *sentence)
{
	f->advice = as_say_text(o, AS_STR_FMT "%s%s", AS_STR_ARG(f->advice),
	    f->advice.n > 0 ? " " : "", sentence);
}

bool
as_say_is_none(struct as_say *o, const struct as_txt_set *set, const char *pass)
{
	if (set->found == AS_FOUND_UNKNOWN)
		as_say_unknown_answer(o, set->answer);
	else if (set->found != AS_FOUND_NONE)
		as_say_pass(o, "%s", pass);
	return set->found == AS_FOUND_NONE;
}

static struct as_finding *
finding_na(struct as_say *o, const char *reason)
{
	struct as_finding *f = as_say(
	    o, AS_VERDICT_NOT_APPLICABLE, "Does not apply: %s", o->rule->title);

	f->evidence = as_str_from(reason);
	return f;
}

void
as_say_na(struct as_say *o, const char *reason)
{
	(void)finding_na(o, reason);
}

void
as_say_untested(struct as_say *o)
{
	finding_na(o, "not tested: --only dns")->untested = true;
	o->result->untested = true;
}

void
as_say_pass(struct as_say *o, const char *fmt, ...)
{
	struct as_str title;
	va_list ap;

	va_start(ap, fmt);
	title = text_v(o, fmt, ap);
	va_end(ap);
	(void)finding_new(o, AS_VERDICT_PASS, title);
}

void
as_list_add(struct as_say *o, struct as_list *l, struct as_str item)
{
	if (l->n++ < AS_SHOWN_ITEMS)
		l->text = as_say_text(o, AS_STR_FMT "%s" AS_STR_FMT,
		    AS_STR_ARG(l->text), l->n > 1 ? l->between : "",
		    AS_STR_ARG(item));
}

struct as_str
as_list_text(struct as_say *o, const struct as_list *l)
{
	if (l->n == 0)
		return AS_STR("none");
	if (l->n <= AS_SHOWN_ITEMS)
		return l->text;
	return as_say_text(o, AS_STR_FMT " and %zu more", AS_STR_ARG(l->text),
	    l->n - AS_SHOWN_ITEMS);
}

struct as_str
as_list_of(
    struct as_say *o, const char *between, const struct as_str *v, size_t n)
{
	struct as_list l = {.between = between};

	for (size_t i = 0; i < n; i++)
		as_list_add(o, &l,
		    i < AS_SHOWN_ITEMS ? as_say_esc(o, v[i]) : AS_STR(""));
	return as_list_text(o, &l);
}
