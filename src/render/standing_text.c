/*
 * How a domain stands to profiles, as text for people.
 */
#include "render/profile.h"

#include "base/utf8.h"

#include "base/banned.h"

#define INDENT      2
#define WORD_WIDTH  14 /* "not measured  " */
#define TEXT_INDENT (INDENT + WORD_WIDTH)
#define LINE_OCTETS 65536

static const struct {
	const char *word;
	enum as_style style;
} faces[AS_STANDINGS] = {
    [AS_STANDING_NOT_MET] = {"NOT MET", AS_STYLE_BAD},
    [AS_STANDING_UNKNOWN] = {"unknown", AS_STYLE_UNKNOWN},
    [AS_STANDING_MET] = {"met", AS_STYLE_GOOD},
    [AS_STANDING_NOT_APPLICABLE] = {"n/a", AS_STYLE_DIM},
    [AS_STANDING_NOT_MEASURABLE] = {"not measured", AS_STYLE_DIM},
};

/* --- the head --- */

static void
head_text(const struct as_term *t, const struct as_profile_result *p)
{
	as_term_puts(t, AS_STYLE_BOLD, "Profile ");
	as_term_put(t, AS_STYLE_BOLD, p->profile->id);
	as_buf_puts(t->out, "  ");
	as_term_wrap(t, AS_STYLE_PLAIN, 10 + as_term_width(p->profile->id),
	    INDENT, p->profile->title);
	as_term_spaces(t, INDENT);
	as_standing_counts(t->out, p);
	as_buf_puts(t->out, "\n");
	as_term_spaces(t, INDENT);
	as_standing_musts(t->out, p);
	as_buf_puts(t->out, "\n\n");
}

/* --- one requirement --- */

static void
ground_text(const struct as_term *t, const struct as_ground *g, bool verbose)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(&b, g->text);
	if (g->finding != NULL && (verbose || g->unknown)) {
		as_buf_puts(&b, " (");
		as_buf_add_str(&b, g->finding->rule);
		as_buf_puts(&b, ")");
	}
	as_term_spaces(t, TEXT_INDENT);
	as_buf_puts(t->out, "- ");
	if (g->unknown)
		as_term_sentence(t, AS_STYLE_PLAIN, TEXT_INDENT + 2,
		    TEXT_INDENT + 2, as_buf_str(&b));
	else
		as_term_wrap(t, AS_STYLE_PLAIN, TEXT_INDENT + 2,
		    TEXT_INDENT + 2, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
note_text(const struct as_term *t, struct as_str note)
{
	as_term_spaces(t, TEXT_INDENT);
	as_term_wrap(t, AS_STYLE_DIM, TEXT_INDENT, TEXT_INDENT, note);
}

/* "met *" has a note on how far it is. */
static const char *
word_of(const struct as_stand *s)
{
	if (s->standing == AS_STANDING_MET && s->requirement->note.n > 0)
		return "met *";
	return faces[s->standing].word;
}

/* The mark is explained where it stands and the notes do not. */
static void
mark_text(const struct as_term *t, const struct as_profile_result *p)
{
	bool marked = false;

	for (size_t i = 0; i < p->n_stands; i++)
		marked |=
		    as_str_is(as_str_from(word_of(&p->stands[i])), "met *");
	if (!marked)
		return;
	as_term_spaces(t, INDENT);
	as_term_wrap(t, AS_STYLE_DIM, INDENT, INDENT,
	    AS_STR("* As far as it shows from outside; --verbose and \"assay "
		   "profiles\" tell how far that is."));
}

static void
stand_text(const struct as_term *t, const struct as_stand *s, bool verbose)
{
	const struct as_requirement *r = s->requirement;
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(&b, r->id);
	as_buf_printf(&b, " (%s) ", as_demand_text(r->level));
	as_buf_add_str(&b, r->words);
	as_term_spaces(t, INDENT);
	as_term_put_padded(
	    t, faces[s->standing].style, as_str_from(word_of(s)), WORD_WIDTH);
	as_term_wrap(
	    t, AS_STYLE_PLAIN, TEXT_INDENT, TEXT_INDENT, as_buf_str(&b));
	as_buf_fini(&b);
	for (size_t i = 0; i < s->n_grounds; i++)
		if (!as_ground_is_repeated(s, i))
			ground_text(t, &s->grounds[i], verbose);
	if (r->note.n > 0 && (verbose || s->standing == AS_STANDING_NOT_MET))
		note_text(t, r->note);
	if (verbose)
		note_text(t, r->source);
}

/* --- all --- */

/* The ids of one standing, on a line or two. */
static void
ids_text(const struct as_term *t, const struct as_profile_result *p,
    enum as_standing standing)
{
	struct as_buf b;

	if (as_profile_count(p, standing) == 0)
		return;
	as_buf_init(&b, LINE_OCTETS);
	for (size_t i = 0; i < p->n_stands; i++)
		if (p->stands[i].standing == standing) {
			as_buf_puts(&b, b.n > 0 ? ", " : "");
			as_buf_add_str(&b, p->stands[i].requirement->id);
		}
	as_term_spaces(t, INDENT);
	as_term_put_padded(t, faces[standing].style,
	    as_str_from(faces[standing].word), WORD_WIDTH);
	as_term_wrap(t, AS_STYLE_DIM, TEXT_INDENT, TEXT_INDENT, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
stands_text(const struct as_term *t, const struct as_profile_result *p,
    enum as_standing standing, enum as_demand level, bool verbose)
{
	for (size_t i = 0; i < p->n_stands; i++)
		if (p->stands[i].standing == standing &&
		    p->stands[i].requirement->level == level)
			stand_text(t, &p->stands[i], verbose);
}

static void
profile_text(
    const struct as_term *t, const struct as_profile_result *p, bool verbose)
{
	head_text(t, p);
	for (int standing = 0; standing < AS_STANDINGS; standing++) {
		if (standing >= AS_STANDING_NOT_APPLICABLE && !verbose) {
			ids_text(t, p, (enum as_standing)standing);
			continue;
		}
		for (int level = 0; level < AS_DEMANDS; level++)
			stands_text(t, p, (enum as_standing)standing,
			    (enum as_demand)level, verbose);
	}
	if (!verbose)
		mark_text(t, p);
	as_term_newline(t);
}

static void
side_text(const struct as_term *t, const struct as_conflict *f, size_t side)
{
	const struct as_requirement *r = f->requirement[side];
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(&b, r->id);
	as_buf_puts(&b, " (");
	as_buf_add_str(&b, f->profile[side]->id);
	as_buf_printf(&b, ", %s) ", as_demand_text(r->level));
	as_buf_add_str(&b, r->words);
	as_term_spaces(t, INDENT);
	as_term_put_padded(t, AS_STYLE_BAD,
	    as_str_from(side == 0 ? "CONFLICT" : "with"), WORD_WIDTH);
	as_term_wrap(
	    t, AS_STYLE_PLAIN, TEXT_INDENT, TEXT_INDENT, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
conflicts_text(const struct as_term *t, const struct as_profiles_result *r)
{
	if (r->n_conflicts == 0)
		return;
	as_term_puts(t, AS_STYLE_BOLD,
	    "These requirements contradict each other; nothing meets both:");
	as_buf_puts(t->out, "\n\n");
	for (size_t i = 0; i < r->n_conflicts; i++) {
		side_text(t, &r->conflicts[i], 0);
		side_text(t, &r->conflicts[i], 1);
		as_term_spaces(t, TEXT_INDENT);
		as_term_wrap(t, AS_STYLE_DIM, TEXT_INDENT, TEXT_INDENT,
		    r->conflicts[i].text);
	}
	if (r->conflicts_cut)
		as_buf_puts(t->out, "  And more.\n");
	as_term_newline(t);
}

void
as_standings_text(
    const struct as_term *t, const struct as_profiles_result *r, bool verbose)
{
	for (size_t i = 0; i < r->n_profiles; i++)
		profile_text(t, &r->profiles[i], verbose);
	conflicts_text(t, r);
}
