/*
 * Why a term of an SPF record is probably wrong: guesses for people, made from
 * the mistakes that are published most.  Only terms that the parser refused
 * come here.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "std/spf_parts.h"

#include "base/banned.h"

struct term {
	struct as_str record;
	size_t end;         /* where the term ends in the record */
	struct as_str text; /* with its qualifier */
	struct as_str body; /* without */
	struct as_str name; /* letters, digits, "-", "_", "." from the start */
	char sep;           /* what follows the name; 0 at the end */
	struct as_str value;
	enum as_spf_kind kind;
};

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool
is_qualifier(char c)
{
	return c == '+' || c == '-' || c == '~' || c == '?';
}

static struct term
term_split(struct as_str record, size_t at, size_t n)
{
	struct term t = {.record = record, .end = at + n};
	size_t i = 0;

	t.text = as_str_slice(record, at, at + n);
	if (n > 0 && is_qualifier(t.text.p[0]))
		i = 1;
	t.body = as_str_slice(t.text, i, n);
	for (i = 0; i < t.body.n && is_name_char(t.body.p[i]);)
		i++;
	t.name = as_str_slice(t.body, 0, i);
	t.sep = i < t.body.n ? t.body.p[i] : 0;
	t.value = as_str_slice(t.body, i + 1, t.body.n);
	t.kind = as_spf_kind_find(t.name);
	return t;
}

/* One guess: writes its sentence and returns true when it applies. */
typedef bool guess_fn(const struct term *t, char buf[AS_SPF_CAUSE]);

static bool
say(char buf[AS_SPF_CAUSE], const char *text)
{
	(void)snprintf(buf, AS_SPF_CAUSE, "%s", text);
	return true;
}

struct oddity {
	const char *octets;
	const char *sentence;
};

/* What word processors and web forms put in place of plain characters. */
static const struct oddity oddities[] = {
    {"\xe2\x80\x93", "a typographic dash stands for \"-\""},
    {"\xe2\x80\x94", "a typographic dash stands for \"-\""},
    {"\xe2\x80\x9c", "a quotation mark is part of the record"},
    {"\xe2\x80\x9d", "a quotation mark is part of the record"},
    {"\xc2\xa0", "a no-break space stands for a space"},
    {"\xe2\x80\x8b", "an invisible space is part of the record"},
    {"\xef\xbb\xbf", "an invisible mark (BOM) is part of the record"},
    {"\"", "a quotation mark is part of the record"},
    {"\t", "a tab stands for a space"},
    {"\r", "a line break stands for a space"},
    {"\n", "a line break stands for a space"},
    {"\\", "a backslash is part of the record"},
};

static bool
guess_oddity(const struct term *t, char buf[AS_SPF_CAUSE])
{
	for (size_t i = 0; i < sizeof(oddities) / sizeof(oddities[0]); i++)
		if (as_str_has(t->text, as_str_from(oddities[i].octets)))
			return say(buf, oddities[i].sentence);
	if (!as_utf8_is_valid(t->text) && as_str_has(t->text, AS_STR("\x96")))
		return say(buf, "a typographic dash stands for \"-\"");
	return false;
}

static bool
guess_lone_qualifier(const struct term *t, char buf[AS_SPF_CAUSE])
{
	if (t->body.n > 0)
		return false;
	return say(buf, "no space may follow a qualifier: write \"-all\"");
}

static bool
guess_list_mark(const struct term *t, char buf[AS_SPF_CAUSE])
{
	char mark = as_str_has(t->body, AS_STR(",")) ? ',' : ';';

	if (mark == ';' && !as_str_has(t->body, AS_STR(";")))
		return false;
	(void)snprintf(buf, AS_SPF_CAUSE,
	    "terms are separated by spaces, not by \"%c\"", mark);
	return true;
}

static bool
guess_modifier(const struct term *t, char buf[AS_SPF_CAUSE])
{
	const char *name = t->kind == AS_SPF_REDIRECT ? "redirect" : "exp";

	if (t->kind != AS_SPF_REDIRECT && t->kind != AS_SPF_EXP)
		return false;
	if (t->sep == ':')
		(void)snprintf(buf, AS_SPF_CAUSE,
		    "write \"%s=\", with an equals sign", name);
	else if (t->body.n < t->text.n)
		(void)snprintf(
		    buf, AS_SPF_CAUSE, "\"%s\" takes no qualifier", name);
	else
		return false;
	return true;
}

/* "include:a.example-all" */
static bool
guess_glued_all(const struct term *t, char buf[AS_SPF_CAUSE])
{
	struct as_str tail = as_str_slice(
	    t->body, t->body.n < 4 ? t->body.n : t->body.n - 4, t->body.n);

	if (tail.n != 4 || t->body.n == 4 || !is_qualifier(tail.p[0]) ||
	    !as_str_is_case(as_str_slice(tail, 1, 4), "all"))
		return false;
	(void)snprintf(buf, AS_SPF_CAUSE, "a space is missing before \"%call\"",
	    tail.p[0]);
	return true;
}

/* "ip4:192.0.2.1ip4:192.0.2.2", "include:ip4:192.0.2.1" */
static bool
guess_glued_term(const struct term *t, char buf[AS_SPF_CAUSE])
{
	static const char *const heads[] = {
	    "ip4:", "ip6:", "include:", "exists:", "redirect=", "mx:"};

	if (t->sep != ':' && t->sep != '=')
		return false;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (!as_str_has(t->value, as_str_from(heads[i])))
			continue;
		if (as_str_has_prefix(t->value, heads[i]))
			(void)snprintf(buf, AS_SPF_CAUSE,
			    "\"%s\" is a term of its own: leave out what "
			    "stands before it",
			    heads[i]);
		else
			(void)snprintf(buf, AS_SPF_CAUSE,
			    "a space is missing before \"%s\"", heads[i]);
		return true;
	}
	return false;
}

static bool
guess_address(const struct term *t, char buf[AS_SPF_CAUSE])
{
	struct as_prefix p;
	bool alone = as_prefix_parse(t->body, &p) == AS_OK;

	if (!alone &&
	    (t->sep == 0 || as_prefix_parse(t->value, &p) != AS_OK ||
		(t->kind == AS_SPF_IP4 && p.ip.len == 4) ||
		(t->kind == AS_SPF_IP6 && p.ip.len == 16)))
		return false;
	(void)snprintf(buf, AS_SPF_CAUSE, "write \"ip%c:\" before this address",
	    p.ip.len == 4 ? '4' : '6');
	return true;
}

static bool
has_letter(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] >= 'a' && s.p[i] <= 'z') ||
		    (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return true;
	return false;
}

static size_t
count(struct as_str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static bool
guess_ip4_value(const struct term *t, char buf[AS_SPF_CAUSE])
{
	if (t->kind != AS_SPF_IP4 || t->sep != ':' || t->value.n == 0)
		return false;
	if (t->value.p[0] == ':')
		return say(buf, "one colon too many");
	if (as_str_has(t->value, AS_STR("*")))
		return say(
		    buf, "write a block, such as 192.0.2.0/24, for \"*\"");
	if (as_str_has(t->value, AS_STR("/255.")))
		return say(
		    buf, "write a prefix length, such as /24, for the mask");
	if (has_letter(t->value) && count(t->value, ':') < 2)
		return say(
		    buf, "ip4 takes an address; a host name wants \"a:\"");
	if (as_str_has(t->value, AS_STR("-")))
		return say(buf, "a range is written as blocks, 192.0.2.0/24");
	if (count(t->value, ':') == 1)
		return say(buf, "a port has no place here");
	if (count(t->value, '.') < 3)
		return say(buf, "an IPv4 address has four numbers");
	return false;
}

static bool
guess_space_after(const struct term *t, char buf[AS_SPF_CAUSE])
{
	if ((t->sep != ':' && t->sep != '=') || t->value.n > 0 ||
	    t->end >= t->record.n)
		return false;
	(void)snprintf(buf, AS_SPF_CAUSE, "no space may follow \"%c\"", t->sep);
	return true;
}

static bool
guess_prefix_length(const struct term *t, char buf[AS_SPF_CAUSE])
{
	size_t slash = as_str_find(t->value, '/', 0);
	uint64_t bits;

	if ((t->kind != AS_SPF_INCLUDE && t->kind != AS_SPF_EXISTS &&
		t->kind != AS_SPF_PTR && t->kind != AS_SPF_REDIRECT) ||
	    as_str_u64(as_str_slice(t->value, slash + 1, t->value.n), 128,
		&bits) != AS_OK)
		return false;
	(void)snprintf(buf, AS_SPF_CAUSE,
	    "\"" AS_STR_FMT "\" takes no prefix length", AS_STR_ARG(t->name));
	return true;
}

static char
fold(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

#define TYPO_OCTETS 12

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap of neighbours) that lead from s to
 * word. */
static size_t
edits(struct as_str s, const char *word)
{
	size_t d[TYPO_OCTETS + 1][TYPO_OCTETS + 1] = {0};
	size_t n = strlen(word);

	for (size_t i = 0; i <= s.n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= s.n; i++) {
		for (size_t j = 1; j <= n; j++) {
			size_t cost = fold(s.p[i - 1]) != word[j - 1];
			d[i][j] = least(d[i - 1][j - 1] + cost,
			    least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && fold(s.p[i - 1]) == word[j - 2] &&
			    fold(s.p[i - 2]) == word[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[s.n][n];
}

/* The family of the address behind a mistyped "ip4" settles which it is. */
static const char *
typo_settle(const struct term *t, const char *word)
{
	struct as_prefix p;

	if (word == NULL || strncmp(word, "ip", 2) != 0 ||
	    as_prefix_parse(t->value, &p) != AS_OK)
		return word;
	return p.ip.len == 4 ? "ip4" : "ip6";
}

static bool
guess_typo(const struct term *t, char buf[AS_SPF_CAUSE])
{
	static const char *const words[] = {
	    "include", "redirect", "exists", "ip4", "ip6", "all", "ptr"};
	const char *best = NULL;
	size_t best_edits = 3;

	if (t->kind != AS_SPF_UNKNOWN_MODIFIER || t->name.n < 2 ||
	    t->name.n > TYPO_OCTETS)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = edits(t->name, words[i]);
		size_t most = strlen(words[i]) < 6 ? 1 : 2;
		if (n > most || n >= best_edits)
			continue;
		best = words[i];
		best_edits = n;
	}
	best = typo_settle(t, best);
	if (best == NULL)
		return false;
	(void)snprintf(buf, AS_SPF_CAUSE, "did you mean \"%s\"?", best);
	return true;
}

static bool
guess_all(const struct term *t, char buf[AS_SPF_CAUSE])
{
	if (!as_str_has_prefix_case(t->body, "all") ||
	    (t->body.n > 3 && has_letter(as_str_slice(t->body, 3, 4))))
		return false;
	return say(buf, "nothing may follow \"all\"");
}

static bool
guess_bare_domain(const struct term *t, char buf[AS_SPF_CAUSE])
{
	if (t->kind != AS_SPF_UNKNOWN_MODIFIER || t->sep == ':' ||
	    t->sep == '=' || count(t->name, '.') == 0 || !has_letter(t->name))
		return false;
	return say(buf, "a domain wants \"include:\" or \"a:\" before it");
}

const char *
as_spf_cause_find(
    struct as_str record, size_t at, size_t n, char buf[AS_SPF_CAUSE])
{
	static guess_fn *const guesses[] = {guess_oddity, guess_lone_qualifier,
	    guess_list_mark, guess_modifier, guess_glued_all, guess_glued_term,
	    guess_all, guess_typo, guess_address, guess_ip4_value,
	    guess_space_after, guess_prefix_length, guess_bare_domain};
	struct term t = term_split(record, at, n);

	buf[0] = 0;
	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++)
		if (guesses[i](&t, buf))
			break;
	return buf;
}
