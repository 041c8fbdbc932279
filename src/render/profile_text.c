/*
 * Profiles as text for people: the list, and one spelled out.
 */
#include "render/profile.h"

#include "base/banned.h"

#define ID_WIDTH    20
#define LABEL_WIDTH 12
#define INDENT      2
#define LINE_OCTETS 65536

static size_t
count_of(const struct as_profile *p, enum as_sight sight)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_requirements; i++)
		n += p->requirements[i].sight == sight;
	return n;
}

void
as_profiles_text(
    const struct as_term *t, const struct as_profile *const *profiles, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct as_profile *p = profiles[i];

		as_term_put_padded(t, AS_STYLE_BOLD, p->id, ID_WIDTH);
		as_term_wrap(t, AS_STYLE_PLAIN, ID_WIDTH, ID_WIDTH, p->title);
		as_term_spaces(t, ID_WIDTH);
		as_buf_printf(t->out, "%zu requirements, %zu measured\n",
		    p->n_requirements, count_of(p, AS_SIGHT_TESTS));
	}
}

/* --- one --- */

static void
part_text(
    const struct as_term *t, size_t indent, const char *label, struct as_str s)
{
	if (s.n == 0)
		return;
	as_term_spaces(t, indent);
	as_term_put_padded(t, AS_STYLE_DIM, as_str_from(label), LABEL_WIDTH);
	as_term_wrap(
	    t, AS_STYLE_PLAIN, indent + LABEL_WIDTH, indent + LABEL_WIDTH, s);
}

static void
test_add(struct as_buf *b, const struct as_test *test)
{
	static const char *const words[] = {
	    [AS_TEST_IS] = " is ",
	    [AS_TEST_NOT] = " is not ",
	    [AS_TEST_LEAST] = " is at least ",
	    [AS_TEST_MOST] = " is at most ",
	};

	as_buf_add_str(b, test->name);
	if (test->kind == AS_TEST_RULE) {
		as_buf_printf(b, " (%s)", as_verdict_text(test->floor));
		return;
	}
	as_buf_puts(b, words[test->kind]);
	if (test->kind == AS_TEST_LEAST || test->kind == AS_TEST_MOST)
		as_buf_printf(b, "%llu", (unsigned long long)test->number);
	for (size_t i = 0; i < test->n_values; i++) {
		as_buf_puts(b, i > 0 ? " or " : "");
		as_buf_add_str(b, test->values[i]);
	}
}

static void
tests_text(const struct as_term *t, const struct as_requirement *r)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	for (size_t i = 0; i < r->n_tests; i++) {
		as_buf_puts(&b, i > 0 ? ", " : "");
		test_add(&b, &r->tests[i]);
	}
	part_text(t, INDENT, "Decided by", as_buf_str(&b));
	as_buf_fini(&b);
}

static const char *
whom_words(enum as_whom whom)
{
	switch (whom) {
	case AS_WHOM_SENDERS: return "domains that send mail";
	case AS_WHOM_RECEIVERS: return "domains that receive mail";
	case AS_WHOM_SILENT: return "domains that send no mail";
	case AS_WHOM_PARKED: return "domains that neither send nor receive";
	default: return "every domain";
	}
}

static void
requirement_text(const struct as_term *t, const struct as_requirement *r)
{
	as_term_newline(t);
	as_term_put(t, AS_STYLE_BOLD, r->id);
	as_buf_printf(t->out, "  %s; for %s\n", as_demand_text(r->level),
	    whom_words(r->whom));
	as_term_spaces(t, INDENT);
	as_term_wrap(t, AS_STYLE_PLAIN, INDENT, INDENT, r->words);
	switch (r->sight) {
	case AS_SIGHT_OUTSIDE:
		part_text(t, INDENT, "Decided by",
		    AS_STR("nothing: not measurable from outside"));
		break;
	case AS_SIGHT_LATER:
		part_text(t, INDENT, "Decided by",
		    AS_STR("nothing: not measured by Assay yet"));
		break;
	default: tests_text(t, r);
	}
	part_text(t, INDENT, "Note", r->note);
	part_text(t, INDENT, "Source", r->source);
}

void
as_profile_text(const struct as_term *t, const struct as_profile *p)
{
	as_term_put(t, AS_STYLE_BOLD, p->id);
	as_term_newline(t);
	part_text(t, 0, "Title", p->title);
	part_text(t, 0, "Publisher", p->publisher);
	part_text(t, 0, "Edition", p->edition);
	part_text(t, 0, "Source", p->source);
	part_text(t, 0, "Levels", p->levels);
	part_text(t, 0, "Basis", p->basis);
	as_buf_printf(t->out,
	    "\n%zu requirements: %zu measured, %zu not measurable from "
	    "outside, %zu not measured yet.\nIn brackets: a requirement is not "
	    "met from that verdict of the rule on.\n",
	    p->n_requirements, count_of(p, AS_SIGHT_TESTS),
	    count_of(p, AS_SIGHT_OUTSIDE), count_of(p, AS_SIGHT_LATER));
	for (size_t i = 0; i < p->n_requirements; i++)
		requirement_text(t, &p->requirements[i]);
}
