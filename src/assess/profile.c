/*
 * Reading a profile's file.
 */
#include "assess/profile.h"

#include "assess/traits.h"
#include "base/tsv.h"
#include "base/utf8.h"

#include "base/banned.h"

enum { KIND, KEY, VALUE, ABOUT_CELLS };
enum { ID = 1, LEVEL, WHOM, TESTS, SOURCE, WORDS, NOTE, REQUIRE_CELLS };

#define NAME_OCTETS 80 /* of the file, in a message */
#define WORD_OCTETS 40 /* of a word that is not understood */
#define ID_OCTETS   60

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* some editors put it first */

struct reader {
	struct as_arena *a;
	const char *name;
	struct as_tsv tsv;
	struct as_profile *profile;
	size_t room; /* for requirements */
	struct as_why *why;
};

#define REFUSE(r, err, ...) \
	as_why_set((r)->why, (err), AS_WHY_NOWHERE, __VA_ARGS__)
#define LINE_FMT    "%.*s, line %zu: "
#define LINE_ARG(r) NAME_OCTETS, (r)->name, (r)->tsv.line
#define WORD_FMT    "\"%.*s\""
#define WORD_ARG(s) \
	(int)((s).n < WORD_OCTETS ? (s).n : WORD_OCTETS), \
	    (s).p != NULL ? (s).p : ""

static enum as_err
no_memory(struct reader *r)
{
	return as_why_no_memory(r->why);
}

/* --- words of a table --- */

/* The index of a word of an enum; names->n when it has none. */
static size_t
word_find(const struct as_names *names, struct as_str word)
{
	size_t i = 0;

	while (i < names->n && !as_str_is(word, names->texts[i]))
		i++;
	return i;
}

static bool
is_id(struct as_str s, const char *more)
{
	if (s.n == 0 || s.n > ID_OCTETS)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		bool plain = (ch >= 'a' && ch <= 'z') ||
		    (ch >= '0' && ch <= '9') || ch == '-' || ch == '.';

		if (!plain &&
		    !as_str_has(as_str_from(more), (struct as_str){&ch, 1}))
			return false;
	}
	return true;
}

static bool
is_url(struct as_str s)
{
	return as_str_has_prefix(s, "https://") ||
	    as_str_has_prefix(s, "http://");
}

/* --- about --- */

static enum as_err
about_read(struct reader *r, const struct as_str *cells, size_t n)
{
	const struct {
		const char *key;
		struct as_str *out;
	} keys[] = {
	    {"id", &r->profile->id},
	    {"title", &r->profile->title},
	    {"publisher", &r->profile->publisher},
	    {"edition", &r->profile->edition},
	    {"source", &r->profile->source},
	    {"levels", &r->profile->levels},
	    {"basis", &r->profile->basis},
	};

	if (n != ABOUT_CELLS || cells[VALUE].n == 0)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "about has a key and a text, with tabs between",
		    LINE_ARG(r));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!as_str_is(cells[KEY], keys[i].key))
			continue;
		if (keys[i].out->n > 0)
			return REFUSE(r, AS_ESYNTAX,
			    LINE_FMT "%s is given twice", LINE_ARG(r),
			    keys[i].key);
		*keys[i].out = cells[VALUE];
		return AS_OK;
	}
	return REFUSE(r, AS_ESYNTAX,
	    LINE_FMT "about has no " WORD_FMT
		     "; it has id, title, publisher, edition, source, levels "
		     "and basis",
	    LINE_ARG(r), WORD_ARG(cells[KEY]));
}

/* --- tests --- */

static enum as_err
floor_read(struct reader *r, struct as_str word, enum as_verdict *out)
{
	size_t i = word_find(&as_names_verdict, word);

	if (i < AS_VERDICT_INFO || i > AS_VERDICT_FAIL)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "after a rule's \":\" comes info, warn or fail, "
			     "not " WORD_FMT,
		    LINE_ARG(r), WORD_ARG(word));
	*out = (enum as_verdict)i;
	return AS_OK;
}

static enum as_err
rule_read(struct reader *r, struct as_test *t)
{
	size_t colon = as_str_find(t->text, ':', 0);

	t->kind = AS_TEST_RULE;
	t->name = as_str_slice(t->text, 0, colon);
	t->floor = AS_VERDICT_WARN;
	if (as_rule_find(t->name) == NULL)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "there is no rule " WORD_FMT
			     "; \"assay rules\" lists them",
		    LINE_ARG(r), WORD_ARG(t->name));
	if (colon == t->text.n)
		return AS_OK;
	return floor_read(
	    r, as_str_slice(t->text, colon + 1, t->text.n), &t->floor);
}

/* How often it stands in the text. */
static size_t
count_of(struct as_str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static enum as_err
values_read(struct reader *r, struct as_str list,
    const struct as_trait_info *info, struct as_test *t)
{
	size_t room = count_of(list, '|') + 1;

	t->values = as_arena_array(r->a, room, sizeof(*t->values));
	if (t->values == NULL)
		return no_memory(r);
	for (size_t at = 0; t->n_values < room;) {
		size_t end = as_str_find(list, '|', at);
		struct as_str value = as_str_slice(list, at, end);

		if (!as_trait_may_be(info, value))
			return REFUSE(r, AS_ESYNTAX,
			    LINE_FMT "%s is never " WORD_FMT "%s%s",
			    LINE_ARG(r), info->id, WORD_ARG(value),
			    info->values[0] != 0 ? "; it may be " : "",
			    info->values);
		t->values[t->n_values++] = value;
		at = end + 1;
	}
	return AS_OK;
}

/* From the sign on: "=", "!=", ">=" or "<=". */
static enum as_err
wanted_read(struct reader *r, struct as_str rest,
    const struct as_trait_info *info, struct as_test *t)
{
	bool two = rest.p[0] != '=';
	struct as_str value = as_str_slice(rest, two ? 2 : 1, rest.n);

	if (two && (rest.n < 2 || rest.p[1] != '='))
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "a trait is followed by =, !=, >= or <=",
		    LINE_ARG(r));
	if ((rest.p[0] == '<' || rest.p[0] == '>') !=
	    (info->kind == AS_TRAIT_NUMBER))
		return REFUSE(r, AS_ESYNTAX, LINE_FMT "%s is followed by %s",
		    LINE_ARG(r), info->id,
		    info->kind == AS_TRAIT_NUMBER ? ">= or <=" : "= or !=");
	switch (rest.p[0]) {
	case '<': t->kind = AS_TEST_MOST; break;
	case '>': t->kind = AS_TEST_LEAST; break;
	case '!': t->kind = AS_TEST_NOT; break;
	default: t->kind = AS_TEST_IS; break;
	}
	if (info->kind != AS_TRAIT_NUMBER)
		return values_read(r, value, info, t);
	if (as_str_u64(value, UINT32_MAX, &t->number) != AS_OK)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT WORD_FMT " is not a number", LINE_ARG(r),
		    WORD_ARG(value));
	return AS_OK;
}

static size_t
sign_find(struct as_str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] != '=' && s.p[i] != '!' && s.p[i] != '<' &&
	    s.p[i] != '>')
		i++;
	return i;
}

static enum as_err
test_read(struct reader *r, struct as_test *t)
{
	size_t sign = sign_find(t->text);
	const struct as_trait_info *info;

	if (sign == t->text.n)
		return rule_read(r, t);
	t->name = as_str_slice(t->text, 0, sign);
	info = as_trait_find(t->name);
	if (info == NULL)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "there is no trait " WORD_FMT
			     "; \"assay profiles --help\" lists them",
		    LINE_ARG(r), WORD_ARG(t->name));
	return wanted_read(r, as_str_slice(t->text, sign, t->text.n), info, t);
}

static enum as_err
tests_read(struct reader *r, struct as_str cell, struct as_requirement *req)
{
	req->tests =
	    as_arena_array(r->a, count_of(cell, ' ') + 1, sizeof(*req->tests));
	if (req->tests == NULL)
		return no_memory(r);
	for (size_t at = 0; at < cell.n;) {
		size_t end = as_str_find(cell, ' ', at);
		struct as_str text = as_str_slice(cell, at, end);

		at = end + 1;
		if (text.n == 0)
			continue;
		if (req->n_tests == AS_MAX_PROFILE_TESTS)
			return REFUSE(r, AS_ELIMIT,
			    LINE_FMT "more than %d tests", LINE_ARG(r),
			    AS_MAX_PROFILE_TESTS);
		req->tests[req->n_tests].text = text;
		AS_TRY(test_read(r, &req->tests[req->n_tests]));
		req->n_tests++;
	}
	if (req->n_tests == 0)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "no tests: name rules, or say outside or later",
		    LINE_ARG(r));
	return AS_OK;
}

/* --- require --- */

static enum as_err
words_read(
    struct reader *r, const struct as_str *cells, struct as_requirement *req)
{
	size_t level = word_find(&as_names_demand, cells[LEVEL]);
	size_t whom = word_find(&as_names_whom, cells[WHOM]);
	size_t sight = word_find(&as_names_sight, cells[TESTS]);

	if (level == as_names_demand.n)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "the level is must, should or may, not " WORD_FMT,
		    LINE_ARG(r), WORD_ARG(cells[LEVEL]));
	if (whom == as_names_whom.n)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "it is for all, senders, receivers, silent or "
			     "parked, not " WORD_FMT,
		    LINE_ARG(r), WORD_ARG(cells[WHOM]));
	req->level = (enum as_demand)level;
	req->whom = (enum as_whom)whom;
	req->sight = sight == AS_SIGHT_OUTSIDE || sight == AS_SIGHT_LATER
	    ? (enum as_sight)sight
	    : AS_SIGHT_TESTS;
	return AS_OK;
}

static enum as_err
source_read(struct reader *r, struct as_str cell, struct as_requirement *req)
{
	req->source = as_str_is(cell, "-") ? r->profile->source : cell;
	if (is_url(req->source))
		return AS_OK;
	if (as_str_is(cell, "-"))
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "\"-\" stands for the source of the profile, "
			     "which must be named above",
		    LINE_ARG(r));
	return REFUSE(r, AS_ESYNTAX,
	    LINE_FMT "the source is a URL or \"-\", not " WORD_FMT, LINE_ARG(r),
	    WORD_ARG(cell));
}

static bool
is_taken(const struct as_profile *p, struct as_str id)
{
	for (size_t i = 0; i < p->n_requirements; i++)
		if (as_str_eq(p->requirements[i].id, id))
			return true;
	return false;
}

static enum as_err
id_read(struct reader *r, struct as_str cell, struct as_requirement *req)
{
	if (!is_id(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ/_:()"))
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT WORD_FMT " is no id: letters, digits and "
				      "-./_:() only, at most %d",
		    LINE_ARG(r), WORD_ARG(cell), ID_OCTETS);
	if (is_taken(r->profile, cell))
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "the id " WORD_FMT " is taken", LINE_ARG(r),
		    WORD_ARG(cell));
	req->id = cell;
	return AS_OK;
}

static enum as_err
require_read(struct reader *r, const struct as_str *cells, size_t n)
{
	struct as_profile *p = r->profile;
	struct as_requirement *req;

	if (n != REQUIRE_CELLS && n != NOTE)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "%zu cells; require has id, level, whom, tests, "
			     "source, words and perhaps a note, with tabs "
			     "between",
		    LINE_ARG(r), n);
	if (p->n_requirements == r->room)
		return REFUSE(r, AS_ELIMIT,
		    LINE_FMT "more than %d requirements", LINE_ARG(r),
		    AS_MAX_PROFILE_REQUIREMENTS);
	req = &p->requirements[p->n_requirements];
	*req = (struct as_requirement){
	    .words = cells[WORDS], .note = n > NOTE ? cells[NOTE] : AS_STR("")};
	AS_TRY(id_read(r, cells[ID], req));
	AS_TRY(words_read(r, cells, req));
	AS_TRY(source_read(r, cells[SOURCE], req));
	if (req->words.n == 0)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "no words: what is "
			     "required?",
		    LINE_ARG(r));
	if (req->sight == AS_SIGHT_TESTS)
		AS_TRY(tests_read(r, cells[TESTS], req));
	else if (req->note.n == 0)
		return REFUSE(r, AS_ESYNTAX,
		    LINE_FMT "%s wants a note that says why", LINE_ARG(r),
		    as_sight_text(req->sight));
	p->n_requirements++;
	return AS_OK;
}

/* --- the whole --- */

static enum as_err
cells_check(struct reader *r, struct as_str *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cells[i] = as_str_trim(cells[i]);
		if (cells[i].n > AS_MAX_PROFILE_TEXT)
			return REFUSE(r, AS_ELIMIT,
			    LINE_FMT "a cell of over %d octets", LINE_ARG(r),
			    AS_MAX_PROFILE_TEXT);
		if (!as_utf8_is_valid(cells[i]))
			return REFUSE(
			    r, AS_ESYNTAX, LINE_FMT "not UTF-8", LINE_ARG(r));
	}
	return AS_OK;
}

static enum as_err
row_read(struct reader *r, struct as_str *cells, size_t n)
{
	AS_TRY(cells_check(r, cells, n));
	if (as_str_is(cells[KIND], "about"))
		return about_read(r, cells, n);
	if (as_str_is(cells[KIND], "require"))
		return require_read(r, cells, n);
	return REFUSE(r, AS_ESYNTAX,
	    LINE_FMT "a row starts with about or require, and a tab, not "
		     "with " WORD_FMT,
	    LINE_ARG(r), WORD_ARG(cells[KIND]));
}

static enum as_err
whole_check(struct reader *r)
{
	const struct as_profile *p = r->profile;

	if (!is_id(p->id, ""))
		return REFUSE(r, AS_ESYNTAX,
		    "%.*s: it needs a row \"about\", \"id\" and an id of a-z, "
		    "0-9, - and .",
		    NAME_OCTETS, r->name);
	if (p->title.n == 0)
		return REFUSE(r, AS_ESYNTAX,
		    "%.*s: it needs a row \"about\", \"title\" and a title",
		    NAME_OCTETS, r->name);
	if (p->n_requirements == 0)
		return REFUSE(r, AS_ESYNTAX, "%.*s: it requires nothing",
		    NAME_OCTETS, r->name);
	return AS_OK;
}

enum as_err
as_profile_parse(struct as_arena *a, const char *name, struct as_str text,
    struct as_profile **out, struct as_why *why)
{
	struct reader r = {.a = a,
	    .name = name,
	    .tsv = {.text = text},
	    .profile = AS_NEW(a, struct as_profile),
	    .why = why};
	struct as_str cells[AS_TSV_COLUMNS];
	size_t n;

	if (r.profile == NULL)
		return no_memory(&r);
	if (text.n > AS_MAX_PROFILE_OCTETS)
		return REFUSE(&r, AS_ELIMIT, "%.*s: over %zu octets",
		    NAME_OCTETS, name, AS_MAX_PROFILE_OCTETS);
	r.room = count_of(text, '\n') + 1; /* a row each, at most */
	if (r.room > AS_MAX_PROFILE_REQUIREMENTS)
		r.room = AS_MAX_PROFILE_REQUIREMENTS;
	r.profile->requirements =
	    as_arena_array(a, r.room, sizeof(*r.profile->requirements));
	if (r.profile->requirements == NULL)
		return no_memory(&r);
	if (as_str_has_prefix(text, BYTE_ORDER_MARK))
		r.tsv.at = sizeof(BYTE_ORDER_MARK) - 1;
	while ((n = as_tsv_next(&r.tsv, cells)) > 0)
		AS_TRY(row_read(&r, cells, n));
	AS_TRY(whole_check(&r));
	*out = r.profile;
	return AS_OK;
}
