#include "render/check.h"

#include "base/utf8.h"
#include "render/face.h"
#include "render/profile.h"

#include "base/banned.h"

#define INDENT       2
#define TEXT_INDENT  12 /* behind the word of the verdict */
#define LABEL_WIDTH  38
#define VALUE_WIDTH  10 /* "publish   " */
#define SHOWN_PLACES 4
#define LINE_OCTETS  65536

static const char *const questions[AS_AXES] = {
    [AS_AXIS_IMPERSONATION] = "Can others pose as this domain?",
    [AS_AXIS_TRANSIT] = "Can mail to it be read or diverted?",
    [AS_AXIS_VISIBILITY] = "Would its owner notice?",
};

static const char *const role_words[] = {
    [AS_ROLE_UNKNOWN] = "",
    [AS_ROLE_FULL] = "sends and receives mail",
    [AS_ROLE_RECEIVES_ONLY] = "receives mail and sends none",
    [AS_ROLE_SENDS_ONLY] = "sends mail and receives none",
    [AS_ROLE_PARKED] = "neither sends nor receives mail",
    [AS_ROLE_LEGACY] = "on its way out",
};

size_t
as_check_count(const struct as_assessment *as, enum as_verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < as->n_findings; i++)
		n += as->findings[i].verdict == verdict;
	return n;
}

/* --- what is told once --- */

/* Findings that stand together and say the same: one cause that left several
 * rules without an answer, or one fault at several addresses of a host. */
static bool
is_same(const struct as_finding *a, const struct as_finding *b)
{
	if (a->verdict != b->verdict || a->verdict < AS_VERDICT_INFO)
		return false;
	if (a->verdict == AS_VERDICT_UNKNOWN)
		return as_str_eq(a->evidence, b->evidence);
	return as_str_eq(a->rule, b->rule) && as_str_eq(a->title, b->title) &&
	    as_str_eq(a->advice, b->advice) &&
	    as_str_eq(a->record.proposed, b->record.proposed);
}

/* Behind the last of the findings that say the same as findings[from]. */
static size_t
group_end(const struct as_assessment *as, size_t from)
{
	size_t to = from + 1;

	while (to < as->n_findings &&
	    is_same(&as->findings[from], &as->findings[to]))
		to++;
	return to;
}

/* "mx.example@192.0.2.1" of "host:mx.example@192.0.2.1". */
static struct as_str
subject_name(const struct as_finding *f)
{
	return as_str_slice(
	    f->subject, as_str_find(f->subject, ':', 0) + 1, f->subject.n);
}

/* --- the head --- */

static void
head_text(const struct as_term *t, const struct as_assessment *as, bool verbose)
{
	const char *role = as_role_text(as->role);

	as_term_put(t, AS_STYLE_BOLD, as->domain);
	as_buf_puts(t->out, "  ");
	if (as->role == AS_ROLE_UNKNOWN) {
		as_term_puts(t, AS_STYLE_DIM, "role unknown: ");
		as_term_wrap(t, AS_STYLE_DIM,
		    as_term_width(as->domain) + 2 + 14, INDENT, as->role_why);
	} else {
		as_term_puts(t, AS_STYLE_DIM, role_words[as->role]);
		as_term_puts(t, AS_STYLE_DIM, " (role ");
		as_term_puts(t, AS_STYLE_DIM, role);
		as_term_puts(t, AS_STYLE_DIM, ")");
		as_term_newline(t);
	}
	if (verbose && as->role != AS_ROLE_UNKNOWN) {
		as_term_spaces(t, INDENT);
		as_term_puts(t, AS_STYLE_DIM, "Seen: ");
		as_term_wrap(t, AS_STYLE_DIM, INDENT + 6, INDENT, as->role_why);
	}
	as_term_newline(t);
}

static void
axes_text(const struct as_term *t, const struct as_assessment *as)
{
	for (size_t i = 0; i < AS_AXES; i++) {
		const struct as_axis *axis = &as->axes[i];
		size_t column = INDENT + LABEL_WIDTH + 3;

		as_term_spaces(t, INDENT);
		as_term_put_padded(
		    t, AS_STYLE_PLAIN, as_str_from(questions[i]), LABEL_WIDTH);
		as_grade_put(t, axis->grade, axis->gate.n > 0 ? 3 : 0);
		as_term_wrap(t, AS_STYLE_PLAIN, column, column, axis->gate);
	}
	as_term_newline(t);
}

static void
count_text(const struct as_term *t, const struct as_assessment *as,
    enum as_verdict verdict, const char *one, const char *many)
{
	size_t n = 0;

	for (size_t i = 0; i < as->n_findings;) {
		size_t end =
		    verdict == AS_VERDICT_UNKNOWN ? i + 1 : group_end(as, i);

		n += as->findings[i].verdict == verdict;
		i = end;
	}
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

/* --- one finding --- */

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

/* "  now       value": a value stays on one line, to be copied. */
static void
value_text(const struct as_term *t, const char *label, struct as_str value,
    enum as_style style)
{
	as_term_spaces(t, TEXT_INDENT + 2);
	as_term_put_padded(t, AS_STYLE_DIM, as_str_from(label), VALUE_WIDTH);
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
file_text(const struct as_term *t, const struct as_file *f)
{
	if (f->url.n == 0)
		return;
	as_term_spaces(t, TEXT_INDENT);
	as_term_put(t, AS_STYLE_PLAIN, f->url);
	as_term_newline(t);
	for (size_t at = 0; at < f->text.n;) {
		size_t end = as_str_find(f->text, '\n', at);

		value_text(t, at == 0 ? "serve" : "",
		    as_str_slice(f->text, at, end), AS_STYLE_BOLD);
		at = end + 1;
	}
}

static void
cites_text(const struct as_term *t, const struct as_finding *f)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(&b, f->rule);
	for (size_t i = 0; i < f->n_cites; i++) {
		as_buf_puts(&b, i == 0 ? "; see " : ", ");
		as_buf_add_str(&b, f->cites[i]);
	}
	labelled_text(t, AS_STYLE_DIM, "Rule ", as_buf_str(&b));
	as_buf_fini(&b);
}

/* Where it was found, as far as the title does not say it. */
static void
places_text(const struct as_term *t, const struct as_finding *f, size_t n)
{
	struct as_str name = subject_name(f);
	bool visited = as_str_find(name, '@', 0) < name.n;
	struct as_buf b;

	if (!as_str_has_prefix(f->subject, "host:"))
		return;
	if (!visited && as_str_has(f->title, name))
		return;
	as_buf_init(&b, LINE_OCTETS);
	for (size_t i = 0; i < n && i < SHOWN_PLACES; i++) {
		name = subject_name(&f[i]);
		if (i > 0)
			as_buf_puts(&b, ", ");
		as_buf_add_str(&b,
		    visited ? as_str_slice(
				  name, as_str_find(name, '@', 0) + 1, name.n)
			    : name);
	}
	if (n > SHOWN_PLACES)
		as_buf_printf(&b, " and %zu more", n - SHOWN_PLACES);
	labelled_text(t, AS_STYLE_PLAIN, "At ", as_buf_str(&b));
	as_buf_fini(&b);
}

static void
head_line(const struct as_term *t, const struct as_finding *f)
{
	as_term_spaces(t, INDENT);
	as_term_put_padded(t, as_verdict_style(f->verdict),
	    as_str_from(as_verdict_word(f->verdict)), TEXT_INDENT - INDENT);
}

/* Does a finding above it show the same record? */
static bool
is_record_shown(const struct as_assessment *as, const struct as_finding *f)
{
	for (const struct as_finding *e = as->findings; e < f; e++)
		if (e->verdict >= AS_VERDICT_INFO && f->record.name.n > 0 &&
		    as_str_eq(e->record.name, f->record.name) &&
		    as_str_eq(e->record.type, f->record.type) &&
		    as_str_eq(e->record.proposed, f->record.proposed))
			return true;
	return false;
}

static void
finding_text(const struct as_term *t, const struct as_assessment *as,
    const struct as_finding *f, size_t n, bool verbose)
{
	bool full = f->verdict >= AS_VERDICT_WARN;

	head_line(t, f);
	as_term_wrap(t, full ? AS_STYLE_BOLD : AS_STYLE_PLAIN, TEXT_INDENT,
	    TEXT_INDENT, f->title);
	if (f->verdict >= AS_VERDICT_INFO) {
		places_text(t, f, n);
		if (full || verbose)
			labelled_text(t, AS_STYLE_PLAIN, "", f->why);
		labelled_text(t, AS_STYLE_PLAIN, "What to do: ", f->advice);
		if (is_record_shown(as, f))
			labelled_text(t, AS_STYLE_PLAIN, "",
			    AS_STR("The record proposed above mends this "
				   "too."));
		else
			record_text(t, &f->record);
		file_text(t, &f->file);
	}
	for (size_t i = 0; verbose && i < n; i++)
		if (i == 0 || !as_str_eq(f[i].evidence, f[i - 1].evidence))
			labelled_text(
			    t, AS_STYLE_PLAIN, "Seen: ", f[i].evidence);
	if (verbose)
		cites_text(t, f);
}

/* --- one cause of unknown --- */

/* "15 checks of mx.example@192.0.2.1; 1 check of example.org" */
static void
untested_text(const struct as_term *t, const struct as_finding *f, size_t n)
{
	size_t subjects = 0;
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1;
		     end < n && as_str_eq(f[i].subject, f[end].subject);)
			end++;
		if (++subjects > SHOWN_PLACES)
			continue;
		as_buf_printf(&b, "%s%zu check%s of ", i > 0 ? "; " : "",
		    end - i, end - i == 1 ? "" : "s");
		if (as_str_has_prefix(f[i].subject, "policy:"))
			as_buf_puts(&b, "the MTA-STS policy");
		else
			as_buf_add_str(&b, subject_name(&f[i]));
	}
	if (subjects > SHOWN_PLACES)
		as_buf_printf(&b, "; and of %zu more", subjects - SHOWN_PLACES);
	labelled_text(
	    t, AS_STYLE_PLAIN, "Not tested because of it: ", as_buf_str(&b));
	as_buf_fini(&b);
}

static void
rules_text(const struct as_term *t, const struct as_finding *f, size_t n)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			as_buf_puts(&b, ", ");
		as_buf_add_str(&b, f[i].rule);
	}
	labelled_text(t, AS_STYLE_DIM, "Rules: ", as_buf_str(&b));
	as_buf_fini(&b);
}

static void
cause_text(const struct as_term *t, const struct as_finding *f, size_t n,
    bool advised, bool verbose)
{
	head_line(t, f);
	as_term_sentence(
	    t, AS_STYLE_BOLD, TEXT_INDENT, TEXT_INDENT, f->evidence);
	untested_text(t, f, n);
	if (!advised)
		labelled_text(t, AS_STYLE_PLAIN, "What to do: ", f->advice);
	if (verbose)
		rules_text(t, f, n);
}

void
as_check_text(
    const struct as_term *t, const struct as_assessment *as, bool verbose)
{
	struct as_str advised = AS_STR("");
	bool listed = false; /* a line that needs none before it */
	size_t end;

	head_text(t, as, verbose);
	axes_text(t, as);
	summary_text(t, as);
	for (size_t i = 0; i < as->n_findings; i = end) {
		const struct as_finding *f = &as->findings[i];
		bool small = f->verdict < AS_VERDICT_INFO;

		end = group_end(as, i);
		if (small && !verbose)
			continue;
		if (!small || !listed)
			as_term_newline(t);
		listed = small;
		if (f->verdict != AS_VERDICT_UNKNOWN) {
			finding_text(t, as, f, end - i, verbose);
			continue;
		}
		cause_text(
		    t, f, end - i, as_str_eq(advised, f->advice), verbose);
		advised = f->advice;
	}
	as_term_newline(t);
	if (as->profiles != NULL)
		as_standings_text(t, as->profiles, verbose);
}
