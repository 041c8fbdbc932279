/*
 * rules-doc - prints doc/rules.md from the catalogue of assess and from the
 * gates, so that the paper cannot say other than the program does.
 */
#include <stdio.h>
#include <string.h>

#include "assess/assess.h"
#include "assess/axes.h"

#include "base/banned.h"

static const char intro[] =
    "# The rules\n"
    "\n"
    "<!-- Made by tools/rules-doc; change src/assess/rules_*.tbl or"
    " gates.tbl, then run `make doc`. -->\n"
    "\n"
    "Version %s, %zu rules. A rule id is public and stable. How verdicts"
    " become letters: [grading.md](grading.md).\n"
    "`assay rules ID` shows the same text.\n";

static const char *
axis_words(enum as_axis_id axis)
{
	switch (axis) {
	case AS_AXIS_IMPERSONATION: return "can others pose as us";
	case AS_AXIS_TRANSIT: return "can mail to us be read or diverted";
	default: return "would we notice";
	}
}

/* The letters of the gates that a rule can shut: "C, F". */
static void
print_gates(const char *id)
{
	const char *between = "";
	size_t n;
	const struct as_gate *g = as_gates(&n);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; g[i].rules[k] != NULL; k++)
			if (strcmp(g[i].rules[k], id) == 0) {
				(void)printf("%s%c at %s", between, g[i].grade,
				    as_verdict_text(g[i].floor));
				between = ", ";
			}
	if (between[0] == 0)
		(void)printf("none");
}

static void
print_index(const struct as_rule_info *r, size_t n)
{
	(void)printf("\n| rule | tests that | holds a letter down |\n"
		     "|---|---|---|\n");
	for (size_t i = 0; i < n; i++) {
		(void)printf(
		    "| [`%s`](#%s) | %s | ", r[i].id, r[i].id, r[i].title);
		print_gates(r[i].id);
		(void)printf(" |\n");
	}
}

static void
print_rule(const struct as_rule_info *r)
{
	(void)printf("\n## <a id=\"%s\"></a>%s\n\n", r->id, r->id);
	(void)printf("Tests that %s.\n\n", r->title);
	(void)printf("- Question: %s\n", axis_words(r->axis));
	(void)printf("- Applies to: %s\n", r->applies);
	(void)printf("- Why: %s\n", r->why);
	(void)printf("- What to do: %s\n", r->advice);
	(void)printf("- Source: %s\n", r->cites);
}

int
main(void)
{
	size_t n;
	const struct as_rule_info *r = as_rules(&n);

	(void)printf(intro, as_rules_version(), n);
	print_index(r, n);
	for (size_t i = 0; i < n; i++)
		print_rule(&r[i]);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
