/*
 * Verdicts, grades and the role.
 */
#include "assess/assess.h"
#include "assess/change_private.h"
#include "assess/verdicts.h"

#include "base/banned.h"

struct pair {
	struct as_change *ch;
	enum as_event_cause cause;
};

static bool
is_bad(enum as_verdict v)
{
	return v == AS_VERDICT_WARN || v == AS_VERDICT_FAIL;
}

static struct as_event *
add(const struct pair *p, enum as_event_kind kind, enum as_event_turn turn,
    struct as_str subject)
{
	struct as_event *e = as_change_add(p->ch, kind, turn, subject);

	e->cause = p->cause;
	return e;
}

/* --- findings --- */

static enum as_event_kind
kind_of(enum as_verdict was, enum as_verdict is)
{
	if (is_bad(was) && is_bad(is))
		return AS_EVENT_FINDING_MOVED;
	return is_bad(is) ? AS_EVENT_FINDING_OPENED : AS_EVENT_FINDING_CLOSED;
}

static void
finding_say(const struct pair *p, const struct as_verdict_line *line,
    enum as_verdict was, enum as_verdict is)
{
	struct as_event *e = add(p, kind_of(was, is),
	    is_bad(is) && is > was ? AS_EVENT_WORSE : AS_EVENT_BETTER,
	    line->subject);

	e->rule = line->rule;
	e->before = as_str_from(as_verdict_text(was));
	e->after = as_str_from(as_verdict_text(is));
	e->severity = is_bad(is) && (!is_bad(was) || is > was) ? is : was;
}

static void
line_compare(const struct pair *p, const struct as_verdict_line *was,
    const struct as_verdict_line *is)
{
	enum as_verdict before =
	    was != NULL ? was->verdict : AS_VERDICT_NOT_APPLICABLE;
	enum as_verdict after =
	    is != NULL ? is->verdict : AS_VERDICT_NOT_APPLICABLE;

	if (before == AS_VERDICT_UNKNOWN || after == AS_VERDICT_UNKNOWN ||
	    before == after || (!is_bad(before) && !is_bad(after)))
		return;
	finding_say(p, is != NULL ? is : was, before, after);
}

static void
lines_compare(const struct pair *p, const struct as_verdicts *before,
    const struct as_verdicts *after)
{
	for (size_t i = 0; i < after->n_lines; i++) {
		const struct as_verdict_line *is = &after->lines[i];

		line_compare(
		    p, as_verdicts_find(before, is->rule, is->subject), is);
	}
	/* A server that is gone takes its findings along. */
	for (size_t i = 0; i < before->n_lines; i++) {
		const struct as_verdict_line *was = &before->lines[i];

		if (as_verdicts_find(after, was->rule, was->subject) == NULL)
			line_compare(p, was, NULL);
	}
}

/* --- grades and the role --- */

static bool
is_letter(char c)
{
	return c >= 'A' && c <= 'F';
}

static struct as_str
grade_at(const struct as_verdicts *v, size_t axis)
{
	return as_str_slice(v->grades, axis, axis + 1);
}

static void
grades_compare(const struct pair *p, const struct as_verdicts *before,
    const struct as_verdicts *after, struct as_str domain)
{
	for (size_t i = 0; i < AS_AXES; i++) {
		struct as_str was = grade_at(before, i);
		struct as_str is = grade_at(after, i);
		struct as_event *e;

		if (was.n == 0 || is.n == 0 || !is_letter(was.p[0]) ||
		    !is_letter(is.p[0]) || was.p[0] == is.p[0])
			continue;
		e = add(p, AS_EVENT_GRADE_MOVED,
		    is.p[0] > was.p[0] ? AS_EVENT_WORSE : AS_EVENT_BETTER,
		    domain);
		e->rule = as_str_from(as_axis_id_text((enum as_axis_id)i));
		e->before = was;
		e->after = is;
	}
}

static void
role_compare(const struct pair *p, const struct as_verdicts *before,
    const struct as_verdicts *after, struct as_str domain)
{
	struct as_event *e;

	if (before->role == AS_ROLE_UNKNOWN || after->role == AS_ROLE_UNKNOWN ||
	    before->role == after->role)
		return;
	e = add(p, AS_EVENT_ROLE_MOVED, AS_EVENT_NEITHER, domain);
	e->before = as_str_from(as_role_text(before->role));
	e->after = as_str_from(as_role_text(after->role));
}

enum as_err
as_change_verdicts(struct as_arena *a, struct as_str domain,
    const struct as_verdicts *before, const struct as_verdicts *after,
    enum as_event_cause cause, struct as_events *out)
{
	struct as_change ch = {.a = a, .out = out};
	struct pair p = {&ch, cause};
	struct as_str subject = as_change_subject(&ch, "domain", domain);

	lines_compare(&p, before, after);
	grades_compare(&p, before, after, subject);
	role_compare(&p, before, after, subject);
	return ch.err;
}
