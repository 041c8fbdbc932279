/*
 * profiles-doc - prints doc/profiles.md from the shipped profiles and from the
 * table of traits.
 */
#include <stdio.h>

#include "app/profiles.h"
#include "assess/traits.h"

#include "base/banned.h"

#define PROFILE_OCTETS ((size_t)16 * 1024 * 1024)

static const char intro[] =
    "# Profiles\n"
    "\n"
    "<!-- Made by tools/profiles-doc; change profiles/*.tsv or"
    " src/assess/traits.tbl, then run `make doc`. -->\n"
    "\n"
    "A profile is what a body requires of a domain, a requirement a line."
    " `assay check --profile ID DOMAIN` says of each whether\n"
    "it is met, with the findings that decide; several profiles may be named,"
    " and requirements that contradict each other are shown.\n"
    "`assay profiles ID` prints one as it stands here.\n"
    "\n"
    "| verdict | when |\n"
    "|---|---|\n"
    "| met | all its tests hold, and at least one applies |\n"
    "| not met | a test fails |\n"
    "| unknown | no test fails, and something that one needs could not be"
    " told |\n"
    "| not applicable | it is not made of such a domain, or there is nothing"
    " that it could be about |\n"
    "| not measurable | nobody can tell from outside, or Assay does not look"
    " yet; the note says which and why |\n"
    "\n"
    "With `--profile` the exit status counts a requirement that is not met"
    " as a finding: must as fail, should as warn, may as info.\n"
    "\n"
    "In JSON `profiles` is a list of `id`, `title` and `requirements`, each"
    " with `id`, `level`, `verdict` (met, not-met, unknown, not-applicable,"
    " not-measurable), `words`, `source`, `note`,\n"
    "`rules` (rules and tests of traits) and `decided_by`: `text` with `rule`"
    " and `subject` of a finding, or with `trait`. `conflicts` is a list of"
    " `between` (two of `profile`, `requirement`, `level`) and `text`.\n"
    "`scan` keeps of each requirement `id`, `level` and `verdict`.\n"
    "\n"
    "A profile is not a certificate: it restates a text in our words, and"
    " shows what can be seen from outside.\n";

static const char own[] =
    "\n## A profile of your own\n"
    "\n"
    "Name a file instead of an id: `assay check --profile ./mine.tsv`;"
    " `assay profiles ./mine.tsv` says whether it can be read.\n"
    "It is a table with tabs between the cells; a line that starts with `#`"
    " is a comment.\n"
    "\n"
    "    about\tid\tmine\n"
    "    about\ttitle\tWhat we ask of our own domains\n"
    "    about\tsource\thttps://intranet.example.gov/mail\n"
    "    require\tM-1\tmust\tall\tdmarc.missing dmarc.p=reject\t-\tEvery domain"
    " has DMARC at reject.\n"
    "    require\tM-2\tshould\treceivers\toutside\t-\tMail is scanned."
    "\tHappens inside.\n"
    "\n"
    "- `about`: `id` and `title` must be there; `publisher`, `edition`,"
    " `source`, `levels` and `basis` may be.\n"
    "- `require`: id, level (must, should, may), for whom (all, senders,"
    " receivers, silent, parked), tests, source (a URL, or `-` for that of the"
    " profile), words, and perhaps a note.\n"
    "- Tests must all hold; a space stands between them. `RULE` holds when the"
    " rule finds nothing at warn or worse, `RULE:fail` when nothing at fail;"
    " `TRAIT=A|B` when the trait is A or B, `TRAIT!=A` when it is not,"
    " `TRAIT>=N` and `TRAIT<=N` compare numbers.\n"
    "- `outside` in place of tests: nobody can tell from outside; `later`:"
    " Assay does not look yet. Both want a note.\n"
    "\n"
    "### Traits\n"
    "\n"
    "| trait | is | values |\n"
    "|---|---|---|\n";

static void
print_text(struct as_str s)
{
	(void)fwrite(s.p, 1, s.n, stdout);
}

static void
print_cell(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		(void)printf("%s%c", s.p[i] == '|' ? "\\" : "", s.p[i]);
}

static void
print_tests(const struct as_requirement *r)
{
	if (r->sight == AS_SIGHT_OUTSIDE)
		(void)printf("not measurable from outside");
	else if (r->sight == AS_SIGHT_LATER)
		(void)printf("not measured yet");
	for (size_t i = 0; i < r->n_tests; i++) {
		(void)printf("%s`", i > 0 ? " " : "");
		print_cell(r->tests[i].text);
		(void)printf("`");
	}
}

static void
print_requirement(const struct as_requirement *r)
{
	(void)printf("| ");
	print_cell(r->id);
	(void)printf(
	    " | %s | %s | ", as_demand_text(r->level), as_whom_text(r->whom));
	print_cell(r->words);
	if (r->note.n > 0) {
		(void)printf(" *");
		print_cell(r->note);
		(void)printf("*");
	}
	(void)printf(" | ");
	print_tests(r);
	(void)printf(" | [source](");
	print_cell(r->source);
	(void)printf(") |\n");
}

static void
print_about(const char *label, struct as_str s)
{
	if (s.n == 0)
		return;
	(void)printf("- %s: ", label);
	print_text(s);
	(void)printf("\n");
}

static void
print_profile(const struct as_profile *p)
{
	(void)printf("\n## " AS_STR_FMT "\n\n", AS_STR_ARG(p->id));
	print_text(p->title);
	(void)printf("\n\n");
	print_about("Publisher", p->publisher);
	print_about("Edition", p->edition);
	print_about("Source", p->source);
	print_about("Levels", p->levels);
	print_about("Basis", p->basis);
	(void)printf(
	    "\n| id | level | for | requirement | decided by | source |\n"
	    "|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < p->n_requirements; i++)
		print_requirement(&p->requirements[i]);
}

static void
print_traits(void)
{
	size_t n;
	const struct as_trait_info *t = as_traits(&n);

	for (size_t i = 0; i < n; i++)
		(void)printf("| `%s` | %s | %s |\n", t[i].id, t[i].words,
		    t[i].kind == AS_TRAIT_NUMBER     ? "a number"
			: t[i].kind == AS_TRAIT_FREE ? "any, in lower case"
						     : t[i].values);
}

int
main(void)
{
	const struct as_profile *all[AS_PROFILES_SHIPPED];
	struct as_arena *a = as_arena_new(PROFILE_OCTETS);
	struct as_why why = {0};

	if (a == NULL || as_profiles_shipped(a, all, &why) != AS_OK) {
		(void)fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	(void)fputs(intro, stdout);
	(void)printf("\n| id | title | requirements |\n|---|---|---|\n");
	for (size_t i = 0; i < AS_PROFILES_SHIPPED; i++)
		(void)printf("| [" AS_STR_FMT "](#" AS_STR_FMT ") | " AS_STR_FMT
			     " | %zu |\n",
		    AS_STR_ARG(all[i]->id), AS_STR_ARG(all[i]->id),
		    AS_STR_ARG(all[i]->title), all[i]->n_requirements);
	(void)fputs(own, stdout);
	print_traits();
	for (size_t i = 0; i < AS_PROFILES_SHIPPED; i++)
		print_profile(all[i]);
	as_arena_free(a);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
