/*
 * The table of a scan.
 */
#include "render/check.h"

#include "render/face.h"

#include "base/banned.h"

#define DOMAIN_WIDTH 30
#define ROLE_WIDTH   14
#define TEXT_COLUMN  (DOMAIN_WIDTH + ROLE_WIDTH + 8 + 9 + 10)
#define TEXT_LEAST   30 /* columns; with fewer the text goes below */
#define TEXT_INDENT  4

static bool
has_room(const struct as_term *t)
{
	return t->width >= TEXT_COLUMN + TEXT_LEAST;
}

void
as_check_row_head(const struct as_term *t)
{
	as_term_put_padded(t, AS_STYLE_BOLD, AS_STR("Domain"), DOMAIN_WIDTH);
	as_term_put_padded(t, AS_STYLE_BOLD, AS_STR("Role"), ROLE_WIDTH);
	as_term_puts(t, AS_STYLE_BOLD, "Posing  Reading  Noticing");
	if (has_room(t))
		as_term_puts(t, AS_STYLE_BOLD, "  What first");
	as_term_newline(t);
}

static void
first_text(
    const struct as_term *t, const struct as_assessment *as, size_t column)
{
	const struct as_finding *f = as->first;

	for (size_t i = 0; f == NULL && i < as->n_findings; i++)
		if (as->findings[i].verdict == AS_VERDICT_UNKNOWN)
			f = &as->findings[i];
	if (f == NULL)
		as_term_wrap(
		    t, AS_STYLE_GOOD, column, column, AS_STR("Nothing to do."));
	else if (f->verdict == AS_VERDICT_UNKNOWN)
		as_term_sentence(
		    t, AS_STYLE_UNKNOWN, column, column, f->evidence);
	else
		as_term_wrap(
		    t, as_verdict_style(f->verdict), column, column, f->title);
}

void
as_check_row(const struct as_term *t, const struct as_assessment *as)
{
	size_t widths[AS_AXES] = {8, 9, has_room(t) ? 10 : 0};

	as_term_put_padded(t, AS_STYLE_PLAIN, as->domain, DOMAIN_WIDTH);
	as_term_put_padded(
	    t, AS_STYLE_DIM, as_str_from(as_role_text(as->role)), ROLE_WIDTH);
	for (size_t i = 0; i < AS_AXES; i++)
		as_grade_put(t, as->axes[i].grade, widths[i]);
	if (!has_room(t)) {
		as_term_newline(t);
		as_term_spaces(t, TEXT_INDENT);
	}
	first_text(t, as, has_room(t) ? TEXT_COLUMN : TEXT_INDENT);
}
