#include "render/check.h"

#include "base/utf8.h"

#include "base/banned.h"

#define INDENT       2
#define TEXT_INDENT  12 /* behind the word of the verdict */
#define LABEL_WIDTH  38
#define DOMAIN_WIDTH 30
#define ROLE_WIDTH   14

struct verdict_face {
	const char *word; /* at most nine columns */
	enum as_style style;
};

static const struct verdict_face faces[] = {
    [AS_VERDICT_NOT_APPLICABLE] = {"n/a", AS_STYLE_DIM},
    [AS_VERDICT_PASS] = {"ok", AS_STYLE_GOOD},
    [AS_VERDICT_INFO] = {"note", AS_STYLE_PLAIN},
    [AS_VERDICT_WARN] = {"WARNING", AS_STYLE_WARN},
    [AS_VERDICT_FAIL] = {"FAIL", AS_STYLE_BAD},
    [AS_VERDICT_UNKNOWN] = {"UNKNOWN", AS_STYLE_UNKNOWN},
};

static const char *const questions[AS_AXES] = {
    [AS_AXIS_IMPERSONATION] = "Can others pose as this domain?",
    [AS_AXIS_TRANSIT] = "Can mail to it be read or diverted?",
    [AS_AXIS_VISIBILITY] = "Would its owner notice?",
};

size_t
as_check_count(const struct as_assessment *as, enum as_verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < as->n_findings; i++)
		n += as->findings[i].verdict == verdict;
	return n;
}

static enum as_style
grade_style(char grade)
{
	switch (grade) {
	case 'A':
	case 'B': return AS_STYLE_GOOD;
	case 'C':
	case 'D': return AS_STYLE_WARN;
	case '-': return AS_STYLE_DIM;
	case '?': return AS_STYLE_UNKNOWN;
	default: return AS_STYLE_BAD;
	}
}

static void
put_padded(const struct as_term *t, enum as_style style, struct as_str s,
    size_t columns)
{
	size_t width = as_term_width(s);

	as_term_put(t, style, s);
	as_term_spaces(t, width < columns ? columns - width : 1);
}

static void
head_text(const struct as_term *t, const struct as_assessment *as)
{
	as_term_put(t, AS_STYLE_BOLD, as->domain);
	as_buf_puts(t->out, "  ");
	as_term_puts(t, AS_STYLE_DIM, as_role_text(as->role));
	if (as->role_why.n > 0) {
		as_term_puts(t, AS_STYLE_DIM, ": ");
		as_term_wrap(t, AS_STYLE_DIM,
		    as_term_width(as->domain) + 4 +
			as_term_width(as_str_from(as_role_text(as->role))),
		    INDENT, as->role_why);
	} else {
		as_term_newline(t);
	}
	as_term_newline(t);
}

static void
axes_text(const struct as_term *t, const struct as_assessment *as)
{
	for (size_t i = 0; i < AS_AXES; i++) {
		const struct as_axis *axis = &as->axes[i];
		struct as_str grade = {&axis->grade, 1};

		as_term_spaces(t, INDENT);
		put_padded(
		    t, AS_STYLE_PLAIN, as_str_from(questions[i]), LABEL_WIDTH);
		as_term_put(t, grade_style(axis->grade), grade);
		as_buf_puts(t->out, "  ");
		as_term_wrap(t, AS_STYLE_PLAIN, INDENT + LABEL_WIDTH + 3,
		    INDENT + LABEL_WIDTH + 3, axis->gate);
	}
	as_term_newline(t);
}

static void
count_text(const struct as_term *t, const struct as_assessment *as,
    enum as_verdict verdict, const char *one, const char *many)
{
	size_t n = as_check_count(as, verdict);

	if (n == 0)
		return;
	if (t->out->n > 0 && t->out->p[t->out->n - 1] != ' ')
		as_buf_puts(t->out, ", ");
	as_buf_printf(t->out, "%zu %s", n, n == 1 ? one : many);
}

static void
summary_text(const struct as_term *t, const struct as_assessment *as)
{
	as_term_spaces(t, INDENT);
	count_text(t, as, AS_VERDICT_FAIL, "failed", "failed");
	count_text(t, as, AS_VERDICT_WARN, "warning", "warnings");
	count_text(t, as, AS_VERDICT_UNKNOWN, "could not be tested",
	    "could not be tested");
	count_text(t, as, AS_VERDICT_INFO, "note", "notes");
	count_text(t, as, AS_VERDICT_PASS, "passed", "passed");
	as_buf_printf(t->out, ".  Phase: %s.\n", as_phase_text(as->phase));
	if (as->next_step.n == 0)
		return;
	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_BOLD, "Next step: ");
	as_term_wrap(t, AS_STYLE_PLAIN, INDENT + 11, INDENT, as->next_step);
}

/* "  now       value": a record's value stays on one line, to be copied. */
static void
value_text(const struct as_term *t, const char *label, struct as_str value,
    enum as_style style)
{
	as_term_spaces(t, TEXT_INDENT + 2);
	put_padded(t, AS_STYLE_DIM, as_str_from(label), 10);
	as_term_put(t, style, value);
	as_term_newline(t);
}

static void
record_text(const struct as_term *t, const struct as_record *r)
{
	if (r->name.n == 0)
		return;
	as_term_spaces(t, TEXT_INDENT);
	as_term_put(t, AS_STYLE_PLAIN, r->name);
	as_buf_puts(t->out, ". ");
	as_term_put(t, AS_STYLE_PLAIN, r->type);
	as_term_newline(t);
	value_text(t, "now", r->current.n > 0 ? r->current : AS_STR("(none)"),
	    AS_STYLE_PLAIN);
	value_text(t, "publish",
	    r->proposed.n > 0 ? r->proposed : AS_STR("(remove it)"),
	    AS_STYLE_BOLD);
}

static void
labelled_text(const struct as_term *t, enum as_style style, const char *label,
    struct as_str s)
{
	size_t width = as_term_width(as_str_from(label));

	if (s.n == 0)
		return;
	as_term_spaces(t, TEXT_INDENT);
	as_term_puts(t, AS_STYLE_DIM, label);
	as_term_wrap(t, style, TEXT_INDENT + width, TEXT_INDENT, s);
}

static void
cites_text(const struct as_term *t, const struct as_finding *f)
{
	as_term_spaces(t, TEXT_INDENT);
	as_term_puts(t, AS_STYLE_DIM, "Rule ");
	as_term_put(t, AS_STYLE_DIM, f->rule);
	for (size_t i = 0; i < f->n_cites; i++) {
		as_term_puts(t, AS_STYLE_DIM, i == 0 ? "; see " : ", ");
		as_term_put(t, AS_STYLE_DIM, f->cites[i]);
	}
	as_term_newline(t);
}

/* Is a finding about something else than the domain as a whole? */
static bool
has_own_subject(const struct as_finding *f)
{
	return f->subject.n > 0 && !as_str_has_prefix(f->subject, "domain:");
}

static void
finding_head(const struct as_term *t, const struct as_finding *f)
{
	const struct verdict_face *face = &faces[f->verdict];

	as_term_spaces(t, INDENT);
	put_padded(
	    t, face->style, as_str_from(face->word), TEXT_INDENT - INDENT);
	as_term_wrap(t,
	    f->verdict >= AS_VERDICT_WARN ? AS_STYLE_BOLD : AS_STYLE_PLAIN,
	    TEXT_INDENT, TEXT_INDENT, f->title);
}

/* The same fault leaves many rules without an answer: told once. */
static bool
is_same_fault(const struct as_finding *a, const struct as_finding *b)
{
	return a->verdict == AS_VERDICT_UNKNOWN && a->verdict == b->verdict &&
	    as_str_eq(a->subject, b->subject) &&
	    as_str_eq(a->evidence, b->evidence);
}

static bool
is_told(const struct as_assessment *as, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_same_fault(&as->findings[k], &as->findings[i]))
			return true;
	return false;
}

/* Did an earlier fault have the same advice? */
static bool
is_advised(const struct as_assessment *as, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (as->findings[k].verdict == AS_VERDICT_UNKNOWN &&
		    as_str_eq(as->findings[k].advice, as->findings[i].advice))
			return true;
	return false;
}

/* "mx.example@192.0.2.1" of "host:mx.example@192.0.2.1". */
static struct as_str
subject_name(const struct as_finding *f)
{
	return as_str_slice(
	    f->subject, as_str_find(f->subject, ':', 0) + 1, f->subject.n);
}

static void
fault_text(const struct as_term *t, const struct as_assessment *as, size_t i,
    bool verbose)
{
	const struct as_finding *f = &as->findings[i];
	const struct verdict_face *face = &faces[f->verdict];
	size_t n = 0;

	for (size_t k = i; k < as->n_findings; k++)
		n += is_same_fault(f, &as->findings[k]);
	as_term_newline(t);
	as_term_spaces(t, INDENT);
	put_padded(
	    t, face->style, as_str_from(face->word), TEXT_INDENT - INDENT);
	as_term_wrap(t, AS_STYLE_BOLD, TEXT_INDENT, TEXT_INDENT, f->evidence);
	as_term_spaces(t, TEXT_INDENT);
	as_buf_printf(t->out, "So %zu check%s of ", n, n == 1 ? "" : "s");
	as_term_put(t, AS_STYLE_PLAIN, subject_name(f));
	as_buf_puts(t->out, n == 1 ? " says nothing.\n" : " say nothing.\n");
	if (!is_advised(as, i))
		labelled_text(t, AS_STYLE_PLAIN, "What to do: ", f->advice);
	for (size_t k = i; verbose && k < as->n_findings; k++)
		if (is_same_fault(f, &as->findings[k]))
			labelled_text(t, AS_STYLE_DIM,
			    "Not tested: ", as->findings[k].rule);
}

static void
finding_text(const struct as_term *t, const struct as_finding *f, bool verbose)
{
	bool full = f->verdict >= AS_VERDICT_WARN;

	if (full)
		as_term_newline(t);
	finding_head(t, f);
	if (has_own_subject(f) && (full || verbose))
		labelled_text(t, AS_STYLE_PLAIN, "On ",
		    as_str_slice(f->subject,
			as_str_find(f->subject, ':', 0) + 1, f->subject.n));
	if (full)
		labelled_text(t, AS_STYLE_PLAIN, "", f->why);
	if (full || (verbose && f->verdict == AS_VERDICT_INFO)) {
		labelled_text(t, AS_STYLE_PLAIN, "What to do: ", f->advice);
		record_text(t, &f->record);
	}
	if (verbose)
		labelled_text(t, AS_STYLE_PLAIN, "Seen: ", f->evidence);
	if (verbose)
		cites_text(t, f);
}

void
as_check_text(
    const struct as_term *t, const struct as_assessment *as, bool verbose)
{
	bool listed = false;

	head_text(t, as);
	axes_text(t, as);
	summary_text(t, as);
	for (size_t i = 0; i < as->n_findings; i++) {
		const struct as_finding *f = &as->findings[i];
		bool small = f->verdict < AS_VERDICT_WARN;
		if (!verbose && f->verdict < AS_VERDICT_INFO)
			continue;
		if (f->verdict == AS_VERDICT_UNKNOWN) {
			if (!is_told(as, i))
				fault_text(t, as, i, verbose);
			continue;
		}
		if (small && !listed)
			as_term_newline(t);
		listed = listed || small;
		finding_text(t, f, verbose);
	}
	as_term_newline(t);
}

void
as_check_row_head(const struct as_term *t)
{
	put_padded(t, AS_STYLE_BOLD, AS_STR("Domain"), DOMAIN_WIDTH);
	put_padded(t, AS_STYLE_BOLD, AS_STR("Role"), ROLE_WIDTH);
	as_term_puts(t, AS_STYLE_BOLD, "Posing  Reading  Noticing  What first");
	as_term_newline(t);
}

struct first_words {
	struct as_str text;
	enum as_style style;
};

static struct first_words
first_words(const struct as_assessment *as)
{
	const struct as_finding *f = as->first;

	if (f != NULL)
		return (struct first_words){f->title, faces[f->verdict].style};
	for (size_t i = 0; i < as->n_findings; i++) {
		f = &as->findings[i];
		if (f->verdict == AS_VERDICT_UNKNOWN)
			return (struct first_words){
			    f->evidence, AS_STYLE_UNKNOWN};
	}
	return (struct first_words){AS_STR("nothing to do"), AS_STYLE_GOOD};
}

void
as_check_row(const struct as_term *t, const struct as_assessment *as)
{
	static const size_t widths[AS_AXES] = {8, 9, 10};
	struct first_words first = first_words(as);
	size_t column = DOMAIN_WIDTH + ROLE_WIDTH + 8 + 9 + 10;

	put_padded(t, AS_STYLE_PLAIN, as->domain, DOMAIN_WIDTH);
	put_padded(
	    t, AS_STYLE_DIM, as_str_from(as_role_text(as->role)), ROLE_WIDTH);
	for (size_t i = 0; i < AS_AXES; i++) {
		struct as_str grade = {&as->axes[i].grade, 1};
		put_padded(t, grade_style(as->axes[i].grade), grade, widths[i]);
	}
	as_term_wrap(t, first.style, column, column, first.text);
}
