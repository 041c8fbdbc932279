/*
 * How a domain stands to profiles, as sections of its page.
 */
#include "render/html.h"
#include "render/profile.h"
#include "render/told.h"

#include "base/banned.h"

/* How a requirement that is not met looks, by its level. */
static const char *const demand_classes[] = {
    [AS_DEMAND_MUST] = "fail",
    [AS_DEMAND_SHOULD] = "warn",
    [AS_DEMAND_MAY] = "info",
};

/* "UK-3a (must) Publish SPF ..." */
static void
requirement(struct as_buf *b, const struct as_requirement *r)
{
	as_buf_puts(b, "<code>");
	as_html_add(b, r->id);
	as_buf_printf(b, "</code> (%s) ", as_demand_text(r->level));
	as_html_add(b, r->words);
}

static void
ground(struct as_buf *b, const struct as_ground *g)
{
	struct as_buf text;

	as_buf_init(&text, AS_TOLD_OCTETS);
	if (g->unknown)
		as_sentence_add(&text, g->text);
	else
		as_buf_add_str(&text, g->text);
	as_html_element(b, "p", NULL, as_buf_str(&text));
	as_buf_fini(&text);
}

static void
source(struct as_buf *b, const struct as_requirement *r)
{
	as_buf_puts(b, "<div class=\"proof\">\n");
	as_html_element(b, "p", NULL, r->note);
	as_buf_puts(b, "<p class=\"rule\"><strong>Source</strong> ");
	as_html_add(b, r->source);
	as_buf_puts(b, "</p>\n</div>\n");
}

/* One that is not met or not known. */
static void
card(struct as_buf *b, const struct as_stand *s)
{
	bool unknown = s->standing == AS_STANDING_UNKNOWN;

	as_buf_printf(b,
	    "<li class=\"finding %s\">\n<h4><span class=\"tag\">%s</span> ",
	    unknown ? "unknown" : demand_classes[s->requirement->level],
	    unknown ? "unknown" : "not met");
	requirement(b, s->requirement);
	as_buf_puts(b, "</h4>\n");
	for (size_t i = 0; i < s->n_grounds; i++)
		if (!as_ground_is_repeated(s, i))
			ground(b, &s->grounds[i]);
	source(b, s->requirement);
	as_buf_puts(b, "</li>\n");
}

static void
cards(struct as_buf *b, const struct as_profile_result *p)
{
	if (as_profile_count(p, AS_STANDING_NOT_MET) +
		as_profile_count(p, AS_STANDING_UNKNOWN) ==
	    0)
		return;
	as_buf_puts(b, "<ol class=\"findings\">\n");
	for (int standing = 0; standing <= AS_STANDING_UNKNOWN; standing++)
		for (int level = 0; level < AS_DEMANDS; level++)
			for (size_t i = 0; i < p->n_stands; i++)
				if ((int)p->stands[i].standing == standing &&
				    (int)p->stands[i].requirement->level ==
					level)
					card(b, &p->stands[i]);
	as_buf_puts(b, "</ol>\n");
}

static void
quiet(struct as_buf *b, const struct as_profile_result *p,
    enum as_standing standing, const char *words, bool open)
{
	size_t n = as_profile_count(p, standing);

	if (n == 0)
		return;
	as_buf_printf(b,
	    "<details%s>\n<summary>%zu %s</summary>\n<ul class=\"quiet\">\n",
	    open ? " open" : "", n, words);
	for (size_t i = 0; i < p->n_stands; i++) {
		const struct as_requirement *r = p->stands[i].requirement;

		if (p->stands[i].standing != standing)
			continue;
		as_buf_puts(b, "<li>");
		requirement(b, r);
		if (r->note.n > 0) {
			as_buf_puts(b, " <em>");
			as_html_add(b, r->note);
			as_buf_puts(b, "</em>");
		}
		as_buf_puts(b, "</li>\n");
	}
	as_buf_puts(b, "</ul>\n</details>\n");
}

static void
profile(struct as_buf *b, const struct as_profile_result *p, bool verbose)
{
	as_buf_puts(b, "<section>\n<h3>");
	as_html_add(b, p->profile->title);
	as_buf_puts(b, " <code>");
	as_html_add(b, p->profile->id);
	as_buf_puts(b, "</code></h3>\n<p>");
	as_standing_musts(b, p);
	as_buf_puts(b, " ");
	as_standing_counts(b, p);
	as_buf_puts(b, "</p>\n");
	cards(b, p);
	quiet(b, p, AS_STANDING_MET, "met", verbose);
	quiet(b, p, AS_STANDING_NOT_APPLICABLE, "do not apply here", verbose);
	quiet(b, p, AS_STANDING_NOT_MEASURABLE, "not measured", verbose);
	as_buf_puts(b, "</section>\n");
}

static void
conflict(struct as_buf *b, const struct as_conflict *f)
{
	as_buf_puts(b,
	    "<li class=\"finding fail\">\n<h4><span class=\"tag\">conflict"
	    "</span> ");
	requirement(b, f->requirement[0]);
	as_buf_puts(b, "</h4>\n<p>");
	requirement(b, f->requirement[1]);
	as_buf_puts(b, "</p>\n");
	as_html_element(b, "p", NULL, f->text);
	as_buf_puts(b, "</li>\n");
}

void
as_standings_html(
    struct as_buf *b, const struct as_profiles_result *r, bool verbose)
{
	as_buf_puts(b, "<section>\n<h2>What others require</h2>\n");
	for (size_t i = 0; i < r->n_profiles; i++)
		profile(b, &r->profiles[i], verbose);
	if (r->n_conflicts > 0) {
		as_buf_puts(b,
		    "<section>\n<h3>These requirements contradict each other; "
		    "nothing meets both</h3>\n<ol class=\"findings\">\n");
		for (size_t i = 0; i < r->n_conflicts; i++)
			conflict(b, &r->conflicts[i]);
		as_buf_puts(b, "</ol>\n</section>\n");
	}
	as_buf_puts(b, "</section>\n");
}
