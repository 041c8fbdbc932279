/*
 * Assessed domains as one page that needs nothing else: no script, no font, no
 * picture, on a screen and on paper.
 */
#include <string.h>

#include "base/clock.h"
#include "render/face.h"
#include "render/form_private.h"
#include "render/html.h"
#include "render/profile.h"
#include "render/told.h"

#include "assess/assess.h"
#include "base/banned.h"

/* --- the head --- */

/* The letter that says most: '?' only where nothing worse is known. */
static const struct as_axis *
worst_axis(const struct as_assessment *as)
{
	static const char order[] = "-A?BCDEF";
	const struct as_axis *worst = &as->axes[0];

	for (size_t i = 1; i < AS_AXES; i++)
		if (strchr(order, as->axes[i].grade) >
		    strchr(order, worst->grade))
			worst = &as->axes[i];
	return worst;
}

static const char *
verdict_words(char grade)
{
	switch (grade) {
	case 'A': return "Well protected.";
	case 'B': return "Well protected, with one thing left to do.";
	case 'C': return "Protected, with a gap.";
	case 'D': return "Protected in part only.";
	case 'E': return "Hardly protected.";
	case 'F': return "Not protected.";
	case '?': return "Not all could be tested.";
	default: return "There is nothing to protect.";
	}
}

static void
lead(struct as_buf *b, const struct as_assessment *as)
{
	const struct as_axis *worst = worst_axis(as);

	as_buf_puts(b, "<p class=\"lead\">");
	as_buf_puts(b, verdict_words(worst->grade));
	if (worst->gate.n > 0) {
		as_buf_puts(b, " ");
		as_html_add(b, worst->gate);
	}
	as_buf_puts(b, "</p>\n");
}

static void
origin(struct as_buf *b, const struct as_assessment *as)
{
	char when[AS_TIME_TEXT] = "";

	as_time_text(as->checked_at, when);
	as_buf_puts(b, "<p class=\"origin\">");
	if (as->role == AS_ROLE_UNKNOWN) {
		as_buf_puts(b, "Its role is unknown: ");
	} else {
		as_buf_printf(b, "It %s: ", as_role_words(as->role));
	}
	as_html_add(b, as->role_why);
	as_buf_printf(b,
	    "<br>Looked at on <time datetime=\"%s\">%.10s at %.5s UTC</time>, "
	    "judged by the rules of version ",
	    when, when, when + 11);
	as_html_add(b, as->rules_version);
	as_buf_puts(b, ".</p>\n");
}

/* --- three letters, the next step --- */

static const char *
grade_class(char grade)
{
	switch (as_grade_style(grade)) {
	case AS_STYLE_GOOD: return "good";
	case AS_STYLE_WARN: return "warn";
	case AS_STYLE_BAD: return "fail";
	case AS_STYLE_UNKNOWN: return "unknown";
	default: return "none";
	}
}

/* A letter as it is read aloud. */
static void
letter(struct as_buf *b, char grade)
{
	struct as_str text = {&grade, 1};

	as_buf_printf(b, "<p class=\"letter %s\">", grade_class(grade));
	if (grade == '?')
		as_buf_puts(b,
		    "<span aria-hidden=\"true\">?</span>"
		    "<span class=\"aloud\">Not known</span>");
	else if (grade == '-')
		as_buf_puts(b,
		    "<span aria-hidden=\"true\">&#8211;</span>"
		    "<span class=\"aloud\">Does not apply</span>");
	else {
		as_buf_puts(b, "<span class=\"aloud\">Grade </span>");
		as_html_add(b, text);
	}
	as_buf_puts(b, "</p>\n");
}

static struct as_str
axis_text(const struct as_axis *axis)
{
	if (axis->gate.n > 0)
		return axis->gate;
	return axis->grade == '-' ? AS_STR("Does not apply to this domain.")
				  : AS_STR("Nothing stands in the way.");
}

static void
axes(struct as_buf *b, const struct as_assessment *as)
{
	as_buf_puts(b,
	    "<section>\n<h2>Three questions</h2>\n"
	    "<ul class=\"axes\">\n");
	for (size_t i = 0; i < AS_AXES; i++) {
		const struct as_axis *axis = &as->axes[i];
		as_buf_puts(b, "<li>");
		as_html_element(b, "h3", NULL,
		    as_str_from(as_axis_question((enum as_axis_id)i)));
		letter(b, axis->grade);
		as_html_element(b, "p", NULL, axis_text(axis));
		as_buf_puts(b, "</li>\n");
	}
	as_buf_puts(b, "</ul>\n</section>\n");
}

static void
phases(struct as_buf *b, enum as_phase now)
{
	as_buf_puts(b, "<ol class=\"phases\">\n");
	for (int p = AS_PHASE_ASSESS; p <= AS_PHASE_MAINTAIN; p++)
		as_buf_printf(b, "<li%s>%s</li>\n",
		    p == (int)now ? " aria-current=\"step\"" : "",
		    as_phase_text((enum as_phase)p));
	as_buf_puts(b, "</ol>\n");
}

static void
next_step(struct as_buf *b, const struct as_assessment *as)
{
	as_buf_puts(b, "<section class=\"next\">\n<h2>Next step</h2>\n");
	as_html_element(b, "p", NULL,
	    as->next_step.n > 0 ? as->next_step : AS_STR("Nothing to do."));
	phases(b, as->phase);
	as_buf_puts(b, "</section>\n");
}

/* --- findings --- */

static const char *const verdict_classes[] = {
    [AS_VERDICT_NOT_APPLICABLE] = "none",
    [AS_VERDICT_PASS] = "good",
    [AS_VERDICT_INFO] = "info",
    [AS_VERDICT_WARN] = "warn",
    [AS_VERDICT_FAIL] = "fail",
    [AS_VERDICT_UNKNOWN] = "unknown",
};

/* <p class=CLASS><strong>LABEL</strong> text</p>; nothing for an empty text. */
static void
labelled(
    struct as_buf *b, const char *class, const char *label, struct as_str text)
{
	if (text.n == 0)
		return;
	as_buf_printf(b, "<p class=\"%s\"><strong>%s</strong> ", class, label);
	as_html_add(b, text);
	as_buf_puts(b, "</p>\n");
}

/* The same with what a function of render/told says. */
static void
told(struct as_buf *b, const char *class, const char *label,
    void (*say)(struct as_buf *b, const struct as_told *t),
    const struct as_told *t)
{
	struct as_buf text;

	as_buf_init(&text, AS_TOLD_OCTETS);
	say(&text, t);
	labelled(b, class, label, as_buf_str(&text));
	as_buf_fini(&text);
}

/* A value to copy: one click takes it whole. */
static void
value(
    struct as_buf *b, const char *label, struct as_str text, const char *empty)
{
	as_buf_printf(b, "<dt>%s</dt>\n<dd>", label);
	as_html_element(b, text.n > 0 ? "code" : "em", NULL,
	    text.n > 0 ? text : as_str_from(empty));
	as_buf_puts(b, "</dd>\n");
}

static void
record(struct as_buf *b, const struct as_record *r)
{
	if (r->name.n == 0)
		return;
	as_buf_puts(b, "<dl class=\"record\">\n<dt>Record</dt>\n<dd><code>");
	as_html_add(b, r->name);
	as_buf_puts(b, ".</code> <span>");
	as_html_add(b, r->type);
	as_buf_puts(b, "</span></dd>\n");
	value(b, "Now", r->current, "none");
	value(b, "Publish", r->proposed, "remove it");
	as_buf_puts(b, "</dl>\n");
}

static void
file(struct as_buf *b, const struct as_file *f)
{
	if (f->url.n == 0)
		return;
	as_buf_puts(b, "<dl class=\"record\">\n<dt>File</dt>\n<dd><code>");
	as_html_add(b, f->url);
	as_buf_puts(b, "</code></dd>\n<dt>Serve</dt>\n<dd><pre>");
	for (size_t at = 0; at < f->text.n;) {
		size_t end = as_str_find(f->text, '\n', at);
		as_html_add(b, as_str_slice(f->text, at, end));
		as_buf_puts(b, "\n");
		at = end + 1;
	}
	as_buf_puts(b, "</pre></dd>\n</dl>\n");
}

static void
evidence(struct as_buf *b, const struct as_told *t)
{
	as_buf_puts(b, "<div class=\"proof\">\n");
	for (size_t i = 0; i < t->n; i++)
		if (i == 0 ||
		    !as_str_eq(t->f[i].evidence, t->f[i - 1].evidence))
			labelled(b, "seen", "Seen", t->f[i].evidence);
	told(b, "rule", "Rule", as_told_sources, t);
	as_buf_puts(b, "</div>\n");
}

static void
finding_open(struct as_buf *b, const struct as_finding *f, struct as_str title)
{
	as_buf_printf(b,
	    "<li class=\"finding %s\">\n<h3><span class=\"tag\">%s</span> ",
	    verdict_classes[f->verdict], as_verdict_word(f->verdict));
	as_html_add(b, title);
	as_buf_puts(b, "</h3>\n");
}

static void
finding(struct as_buf *b, const struct as_told *t)
{
	const struct as_finding *f = t->f;

	finding_open(b, f, f->title);
	told(b, "at", "At", as_told_places, t);
	told(b, "at", "The same goes for", as_told_others, t);
	as_html_element(b, "p", "why", f->why);
	labelled(b, "do", "What to do:", f->advice);
	if (t->record_shown)
		as_html_element(b, "p", NULL,
		    AS_STR("The record proposed above mends this too."));
	else
		record(b, &f->record);
	file(b, &f->file);
	evidence(b, t);
	as_buf_puts(b, "</li>\n");
}

/* One cause of unknown, with all that it hid. */
static void
cause(struct as_buf *b, const struct as_told *t)
{
	struct as_buf title;

	as_buf_init(&title, AS_TOLD_OCTETS);
	as_sentence_add(&title, t->f->evidence);
	finding_open(b, t->f, as_buf_str(&title));
	as_buf_fini(&title);
	told(b, "at", "Not tested because of it:", as_told_untested, t);
	labelled(b, "do", "What to do:", t->f->advice);
	as_buf_puts(b, "<div class=\"proof\">\n");
	told(b, "rule", "Rules", as_told_sources, t);
	as_buf_puts(b, "</div>\n</li>\n");
}

static void
findings(struct as_buf *b, const struct as_assessment *as)
{
	struct as_told t = {0};
	struct as_buf counts;

	as_buf_init(&counts, AS_TOLD_OCTETS);
	as_told_counts(&counts, as);
	as_buf_puts(b, "<section>\n<h2>What was found</h2>\n<p>");
	as_html_add(b, as_buf_str(&counts));
	as_buf_puts(b, ".</p>\n");
	as_buf_fini(&counts);
	if (as->n_findings > 0 && as->findings[0].verdict >= AS_VERDICT_INFO) {
		as_buf_puts(b, "<ol class=\"findings\">\n");
		while (
		    as_told_next(as, &t) && t.f->verdict >= AS_VERDICT_INFO) {
			if (t.f->verdict == AS_VERDICT_UNKNOWN)
				cause(b, &t);
			else
				finding(b, &t);
		}
		as_buf_puts(b, "</ol>\n");
	}
	as_buf_puts(b, "</section>\n");
}

/* What passed, or what does not apply: a line each. */
static void
quiet(const struct as_sheet *s, const struct as_assessment *as,
    enum as_verdict verdict, const char *words)
{
	struct as_buf *b = s->term.out;
	size_t n = as_told_count(as, verdict);

	if (n == 0)
		return;
	as_buf_printf(b,
	    "<details%s>\n<summary>%zu %s</summary>\n<ul class=\"quiet\">\n",
	    s->verbose ? " open" : "", n, words);
	for (size_t i = 0; i < as->n_findings; i++) {
		if (as->findings[i].verdict != verdict)
			continue;
		as_buf_puts(b, "<li>");
		as_html_add(b, as->findings[i].title);
		as_buf_puts(b, " <code>");
		as_html_add(b, as->findings[i].rule);
		as_buf_puts(b, "</code></li>\n");
	}
	as_buf_puts(b, "</ul>\n</details>\n");
}

/* --- the page --- */

static void
domain(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	struct as_buf *b = s->term.out;

	(void)facts;
	as_buf_puts(b, "<article>\n<header>\n<h1>");
	as_html_add(b, as->domain);
	as_buf_puts(b, "</h1>\n");
	lead(b, as);
	origin(b, as);
	as_buf_puts(b, "</header>\n");
	axes(b, as);
	next_step(b, as);
	findings(b, as);
	quiet(s, as, AS_VERDICT_PASS, "passed");
	quiet(s, as, AS_VERDICT_NOT_APPLICABLE, "did not apply");
	if (as->profiles != NULL)
		as_standings_html(b, as->profiles, s->verbose);
	as_buf_puts(b, "</article>\n");
}

static void
head(const struct as_sheet *s)
{
	struct as_buf title;

	as_buf_init(&title, AS_TOLD_OCTETS);
	as_buf_puts(&title, "Email security");
	if (s->about.n > 0) {
		as_buf_puts(&title, " of ");
		as_buf_add_str(&title, s->about);
	}
	as_html_head(s->term.out, as_buf_str(&title));
	as_buf_puts(s->term.out, "<main>\n");
	as_buf_fini(&title);
}

static void
foot(const struct as_sheet *s)
{
	as_buf_puts(s->term.out,
	    "</main>\n<footer>Made by Assay " AS_VERSION
	    ". A letter names the first thing that stands in the way of the "
	    "next one; what could not be tested never counts against a "
	    "domain.</footer>\n");
	as_html_foot(s->term.out);
}

const struct as_form as_form_html = {
    .head = head, .domain = domain, .between = "", .foot = foot};
