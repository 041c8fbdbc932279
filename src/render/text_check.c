#include "render/check.h"

#include "base/utf8.h"
#include "render/face.h"
#include "render/profile.h"
#include "render/told.h"

#include "base/banned.h"

#define INDENT      2
#define TEXT_INDENT 12 /* behind the word of the verdict */
#define LABEL_WIDTH 38
#define VALUE_WIDTH 10 /* "publish   " */

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
		as_term_puts(t, AS_STYLE_DIM, as_role_words(as->role));
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
		as_term_put_padded(t, AS_STYLE_PLAIN,
		    as_str_from(as_axis_question((enum as_axis_id)i)),
		    LABEL_WIDTH);
		as_grade_put(t, axis->grade, axis->gate.n > 0 ? 3 : 0);
		as_term_wrap(t, AS_STYLE_PLAIN, column, column, axis->gate);
	}
	as_term_newline(t);
}

static void
summary_text(const struct as_term *t, const struct as_assessment *as)
{
	as_term_spaces(t, INDENT);
	as_told_counts(t->out, as);
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

/* A labelled line of what one of the functions of render/told says. */
static void
told_text(const struct as_term *t, enum as_style style, const char *label,
    void (*say)(struct as_buf *b, const struct as_told *told),
    const struct as_told *told)
{
	struct as_buf b;

	as_buf_init(&b, AS_TOLD_OCTETS);
	say(&b, told);
	labelled_text(t, style, label, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
head_line(const struct as_term *t, const struct as_finding *f)
{
	as_term_spaces(t, INDENT);
	as_term_put_padded(t, as_verdict_style(f->verdict),
	    as_str_from(as_verdict_word(f->verdict)), TEXT_INDENT - INDENT);
}

static void
finding_text(const struct as_term *t, const struct as_told *told, bool verbose)
{
	const struct as_finding *f = told->f;
	bool full = f->verdict >= AS_VERDICT_WARN;

	head_line(t, f);
	as_term_wrap(t, full ? AS_STYLE_BOLD : AS_STYLE_PLAIN, TEXT_INDENT,
	    TEXT_INDENT, f->title);
	if (f->verdict >= AS_VERDICT_INFO) {
		told_text(t, AS_STYLE_PLAIN, "At ", as_told_places, told);
		told_text(t, AS_STYLE_PLAIN, "The same goes for ",
		    as_told_others, told);
		if (full || verbose)
			labelled_text(t, AS_STYLE_PLAIN, "", f->why);
		labelled_text(t, AS_STYLE_PLAIN, "What to do: ", f->advice);
		if (told->record_shown)
			labelled_text(t, AS_STYLE_PLAIN, "",
			    AS_STR("The record proposed above mends this "
				   "too."));
		else
			record_text(t, &f->record);
		file_text(t, &f->file);
	}
	for (size_t i = 0; verbose && i < told->n; i++)
		if (i == 0 || !as_str_eq(f[i].evidence, f[i - 1].evidence))
			labelled_text(
			    t, AS_STYLE_PLAIN, "Seen: ", f[i].evidence);
	if (verbose)
		told_text(t, AS_STYLE_DIM, "Rule ", as_told_sources, told);
}

/* One cause of unknown, with all that it hid. */
static void
cause_text(const struct as_term *t, const struct as_told *told, bool verbose)
{
	const struct as_finding *f = told->f;

	head_line(t, f);
	as_term_sentence(
	    t, AS_STYLE_BOLD, TEXT_INDENT, TEXT_INDENT, f->evidence);
	told_text(t, AS_STYLE_PLAIN,
	    "Not tested because of it: ", as_told_untested, told);
	if (!told->advice_shown)
		labelled_text(t, AS_STYLE_PLAIN, "What to do: ", f->advice);
	if (verbose)
		told_text(t, AS_STYLE_DIM, "Rules: ", as_told_sources, told);
}

void
as_check_text(
    const struct as_term *t, const struct as_assessment *as, bool verbose)
{
	struct as_told told = {0};
	bool listed = false; /* a line that needs none before it */

	head_text(t, as, verbose);
	axes_text(t, as);
	summary_text(t, as);
	while (as_told_next(as, &told)) {
		bool small = told.f->verdict < AS_VERDICT_INFO;

		if (small && !verbose)
			continue;
		if (!small || !listed)
			as_term_newline(t);
		listed = small;
		if (told.f->verdict == AS_VERDICT_UNKNOWN)
			cause_text(t, &told, verbose);
		else
			finding_text(t, &told, verbose);
	}
	as_term_newline(t);
	if (as->profiles != NULL)
		as_standings_text(t, as->profiles, verbose);
}
