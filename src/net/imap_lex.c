#include "net/imap_lex.h"

#include <string.h>

#include "base/banned.h"

enum state {
	BETWEEN, /* items */
	WORD,
	QUOTED,
	ESCAPED,   /* the octet after a backslash */
	SIZE,      /* of a literal: digits */
	SIZE_END,  /* behind its brace */
	SIZE_LINE, /* behind its CR */
	LITERAL,   /* octets of one */
	TEXT,
};

void
as_imap_lex_init(
    struct as_imap_lex *l, uint64_t literal_cap, as_imap_fn *fn, void *ctx)
{
	*l = (struct as_imap_lex){
	    .fn = fn, .ctx = ctx, .literal_cap = literal_cap};
}

static enum as_err
give(struct as_imap_lex *l, enum as_imap_kind kind, struct as_str text,
    uint64_t number)
{
	struct as_imap_item item = {.kind = kind,
	    .text = text,
	    .number = number,
	    .depth = l->depth,
	    .at = l->at};

	if (kind != AS_IMAP_OCTETS && kind != AS_IMAP_WHOLE)
		l->at += l->at < UINT32_MAX;
	return l->fn(l->ctx, &item);
}

static enum as_err
keep(struct as_imap_lex *l, char c, struct as_why *why)
{
	if (l->n == sizeof(l->word))
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "a word of over %zu octets", sizeof(l->word));
	l->word[l->n++] = c;
	return AS_OK;
}

static struct as_str
kept(struct as_imap_lex *l)
{
	struct as_str s = {l->word, l->n};

	l->n = 0;
	return s;
}

/* --- the end of a word, of a response --- */

static bool
has_text(struct as_str word)
{
	static const char *const words[] = {
	    "OK", "NO", "BAD", "BYE", "PREAUTH"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (as_str_is_case(word, words[i]))
			return true;
	return false;
}

static enum as_err
word_end(struct as_imap_lex *l)
{
	struct as_str word = kept(l);

	l->state = BETWEEN;
	if (l->at == 0)
		l->text_next = as_str_is(word, "+");
	else if (l->at == 1)
		l->text_next = has_text(word);
	return give(l, l->at == 0 ? AS_IMAP_TAG : AS_IMAP_WORD, word, 0);
}

static enum as_err
line_end(struct as_imap_lex *l)
{
	enum as_err err = AS_OK;

	if (l->at > 0)
		err = give(l, AS_IMAP_END, AS_STR(""), 0);
	l->state = BETWEEN;
	l->at = l->depth = 0;
	l->text_next = false;
	return err;
}

/* --- one octet --- */

static enum as_err
nest(struct as_imap_lex *l, char c, struct as_why *why)
{
	if (c == '(') {
		if (l->depth == AS_MAX_IMAP_DEPTH)
			return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			    "parentheses deeper than %d", AS_MAX_IMAP_DEPTH);
		AS_TRY(give(l, AS_IMAP_OPEN, AS_STR("("), 0));
		l->depth++;
		return AS_OK;
	}
	if (l->depth == 0)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "a parenthesis closes what none opened");
	l->depth--;
	return give(l, AS_IMAP_CLOSE, AS_STR(")"), 0);
}

static enum as_err
between(struct as_imap_lex *l, char c, struct as_why *why)
{
	if (c == '\n')
		return line_end(l);
	if (c == '\r' || c == ' ')
		return AS_OK;
	if (l->text_next) {
		l->state = TEXT;
		return keep(l, c, why);
	}
	if (l->at > 0 && (c == '(' || c == ')'))
		return nest(l, c, why);
	if (l->at > 0 && (c == '"' || c == '{')) {
		l->state = c == '"' ? QUOTED : SIZE;
		l->left = 0;
		return AS_OK;
	}
	l->state = WORD;
	return keep(l, c, why);
}

static enum as_err
word(struct as_imap_lex *l, char c, struct as_why *why)
{
	if (c != ' ' && c != '(' && c != ')' && c != '\r' && c != '\n')
		return keep(l, c, why);
	AS_TRY(word_end(l));
	return between(l, c, why);
}

static enum as_err
quoted(struct as_imap_lex *l, char c, struct as_why *why)
{
	if (c == '\r' || c == '\n')
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "a line ends inside quotes");
	if (c == '\\') {
		l->state = ESCAPED;
		return AS_OK;
	}
	if (c != '"')
		return keep(l, c, why);
	l->state = BETWEEN;
	return give(l, AS_IMAP_STRING, kept(l), 0);
}

static enum as_err
escaped(struct as_imap_lex *l, char c, struct as_why *why)
{
	l->state = QUOTED;
	if (c == '\r' || c == '\n')
		return quoted(l, c, why);
	return keep(l, c, why);
}

static enum as_err
literal_begin(struct as_imap_lex *l)
{
	l->state = l->left > 0 ? LITERAL : BETWEEN;
	AS_TRY(give(l, AS_IMAP_LITERAL, AS_STR(""), l->left));
	return l->left > 0 ? AS_OK : give(l, AS_IMAP_WHOLE, AS_STR(""), 0);
}

static enum as_err
size(struct as_imap_lex *l, char c, struct as_why *why)
{
	if (l->state == SIZE && c >= '0' && c <= '9') {
		l->left = l->left * 10 + (uint64_t)(c - '0');
		l->n++;
		if (l->left <= l->literal_cap && l->n < 12)
			return AS_OK;
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "a literal of over %llu octets",
		    (unsigned long long)l->literal_cap);
	}
	if (l->state == SIZE && c == '}' && l->n > 0) {
		l->state = SIZE_END;
		l->n = 0;
		return AS_OK;
	}
	if (l->state == SIZE_END && c == '\r') {
		l->state = SIZE_LINE;
		return AS_OK;
	}
	if (l->state != SIZE && c == '\n')
		return literal_begin(l);
	return as_why_set(
	    why, AS_ESYNTAX, AS_WHY_NOWHERE, "a literal without a size");
}

/* Octets of the text, which is cut. */
static enum as_err
text(struct as_imap_lex *l, char c)
{
	if (c == '\n') {
		AS_TRY(give(l, AS_IMAP_TEXT, kept(l), 0));
		return line_end(l);
	}
	if (c != '\r' && l->n < AS_MAX_IMAP_TEXT)
		l->word[l->n++] = c;
	return AS_OK;
}

static enum as_err
octet(struct as_imap_lex *l, char c, struct as_why *why)
{
	switch ((enum state)l->state) {
	case BETWEEN: return between(l, c, why);
	case WORD: return word(l, c, why);
	case QUOTED: return quoted(l, c, why);
	case ESCAPED: return escaped(l, c, why);
	case SIZE:
	case SIZE_END:
	case SIZE_LINE: return size(l, c, why);
	case TEXT: return text(l, c);
	case LITERAL: break;
	}
	return AS_ESYNTAX;
}

/* As many octets of the literal as are there; *used says how many. */
static enum as_err
literal(struct as_imap_lex *l, struct as_str octets, size_t *used)
{
	*used = octets.n < l->left ? octets.n : (size_t)l->left;
	l->left -= *used;
	if (l->left == 0)
		l->state = BETWEEN;
	AS_TRY(give(l, AS_IMAP_OCTETS, as_str_slice(octets, 0, *used), 0));
	return l->left > 0 ? AS_OK : give(l, AS_IMAP_WHOLE, AS_STR(""), 0);
}

enum as_err
as_imap_lex_feed(
    struct as_imap_lex *l, struct as_str octets, struct as_why *why)
{
	size_t used;

	for (size_t at = 0; at < octets.n; at += used) {
		used = 1;
		if (l->state == LITERAL)
			AS_TRY(literal(
			    l, as_str_slice(octets, at, octets.n), &used));
		else
			AS_TRY(octet(l, octets.p[at], why));
	}
	return AS_OK;
}

bool
as_imap_code(struct as_str text, const char *word, uint32_t *out)
{
	struct as_str name = as_str_from(word), rest;
	size_t end;
	uint64_t n;

	if (!as_str_has_prefix(text, "["))
		return false;
	rest = as_str_slice(text, 1, text.n);
	if (!as_str_has_prefix_case(rest, word) || rest.n <= name.n ||
	    rest.p[name.n] != ' ')
		return false;
	rest = as_str_slice(rest, name.n + 1, rest.n);
	end = as_str_find(rest, ']', 0);
	if (end == rest.n ||
	    as_str_u64(as_str_slice(rest, 0, end), UINT32_MAX, &n) != AS_OK)
		return false;
	*out = (uint32_t)n;
	return true;
}
