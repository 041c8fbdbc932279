#include "render/spf_tree.h"

#include "base/json.h"
#include "base/utf8.h"
#include "std/spf_eval.h"

#include "base/banned.h"

#define INDENT      2
#define COST_WIDTH  12
#define LINE_OCTETS 4096
#define ALIKE_EACH  4 /* shown of rows that stand together */

bool
as_spf_tree_is_open(const struct as_spf_tree *tree)
{
	const struct as_case *c = tree->c;

	return c->spf_set.found == AS_FOUND_UNKNOWN ||
	    (c->spf != NULL && c->cost.incomplete) || tree->cut;
}

/* --- the head --- */

static const char *
status_text(const struct as_case *c)
{
	switch (c->spf_set.found) {
	case AS_FOUND_UNKNOWN: return "unknown";
	case AS_FOUND_NONE: return "none";
	case AS_FOUND_MANY: return "multiple";
	case AS_FOUND_ONE: break;
	}
	return c->spf != NULL ? "found" : "unusable";
}

static void
no_tree_text(const struct as_term *t, const struct as_case *c)
{
	struct as_str cause = AS_STR("");

	as_term_put(t, AS_STYLE_BOLD, c->name);
	switch (c->spf_set.found) {
	case AS_FOUND_UNKNOWN:
		as_term_puts(
		    t, AS_STYLE_UNKNOWN, "  DNS did not tell its SPF record: ");
		if (c->spf_set.answer != NULL)
			cause = as_answer_cause(c->a, c->spf_set.answer);
		as_term_put(t, AS_STYLE_PLAIN, cause);
		break;
	case AS_FOUND_NONE:
		as_term_puts(t, AS_STYLE_BAD, "  has no SPF record");
		break;
	case AS_FOUND_MANY:
		as_term_puts(t, AS_STYLE_BAD,
		    "  has several SPF records, which breaks them all");
		break;
	case AS_FOUND_ONE:
		as_term_puts(
		    t, AS_STYLE_BAD, "  has a record that cannot be read: ");
		as_term_puts(t, AS_STYLE_PLAIN, c->spf_why.text);
		break;
	}
	as_term_newline(t);
	for (size_t i = 0; i < c->spf_set.n; i++) {
		as_term_spaces(t, INDENT);
		as_term_put(t, AS_STYLE_PLAIN, c->spf_set.texts[i]);
		as_term_newline(t);
	}
}

static const char *
all_words(const struct as_spf_cost *cost)
{
	switch (cost->all) {
	case '+': return "Everyone else may send, too.";
	case '-': return "Everyone else is refused.";
	case '~': return "Everyone else is suspect.";
	case '?': return "Of everyone else it says nothing.";
	default:
		return cost->all_unknown
		    ? "What it says of everyone else is not known."
		    : "Of everyone else it says nothing.";
	}
}

static enum as_style
limit_style(uint32_t n, uint32_t most)
{
	return n > most ? AS_STYLE_BAD : AS_STYLE_PLAIN;
}

/* Does the record let everyone send, by +all or by what it leads to? */
static bool
is_for_everyone(const struct as_spf_tree *tree)
{
	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct as_spf_row *r = &tree->rows[i];

		if (r->depth == 0 && r->width == AS_SPF_WIDTH_OPEN &&
		    (r->term->kind == AS_SPF_ALL ||
			r->term->kind == AS_SPF_INCLUDE ||
			r->term->kind == AS_SPF_REDIRECT))
			return true;
	}
	return false;
}

static void
head_text(const struct as_term *t, const struct as_spf_tree *tree)
{
	const struct as_case *c = tree->c;
	const struct as_spf_cost *cost = &c->cost;
	char text[80];

	as_term_put(t, AS_STYLE_BOLD, c->name);
	(void)snprintf(text, sizeof(text), "  %s%u lookup%s (%d allowed)",
	    cost->incomplete ? "at least " : "", (unsigned)cost->lookups,
	    cost->lookups == 1 ? "" : "s", AS_SPF_LOOKUPS);
	as_term_puts(t, limit_style(cost->lookups, AS_SPF_LOOKUPS), text);
	(void)snprintf(text, sizeof(text),
	    ", %u without an answer (%d allowed)", (unsigned)cost->voids,
	    AS_SPF_VOIDS);
	as_term_puts(t, limit_style(cost->voids, AS_SPF_VOIDS), text);
	as_term_newline(t);
	as_term_spaces(t, INDENT);
	as_term_put(t, AS_STYLE_PLAIN, c->spf_set.texts[0]);
	as_term_newline(t);
	as_term_spaces(t, INDENT);
	if (cost->broken)
		as_term_puts(t, AS_STYLE_BAD,
		    "A part of it is dead: receivers that come to it give up "
		    "on the whole record.");
	else if (cost->lookups > AS_SPF_LOOKUPS || cost->voids > AS_SPF_VOIDS)
		as_term_puts(t, AS_STYLE_BAD,
		    "Over the limit: receivers that come to it give up on the "
		    "whole record.");
	else if (is_for_everyone(tree))
		as_term_puts(t, AS_STYLE_BAD,
		    "It lets the whole internet send as the domain.");
	else
		as_term_puts(t, AS_STYLE_DIM, all_words(cost));
	as_buf_puts(t->out, "\n\n");
}

/* --- the rows --- */

static size_t
row_indent(const struct as_spf_row *r)
{
	return INDENT + INDENT * r->depth;
}

static enum as_style
row_style(const struct as_spf_row *r)
{
	switch (r->state) {
	case AS_SPF_TREE_DEAD: return AS_STYLE_BAD;
	case AS_SPF_TREE_VOID: return AS_STYLE_WARN;
	case AS_SPF_TREE_UNKNOWN: return AS_STYLE_UNKNOWN;
	case AS_SPF_TREE_UNREACHED: return AS_STYLE_DIM;
	default: break;
	}
	if (r->width == AS_SPF_WIDTH_OPEN)
		return AS_STYLE_BAD;
	return r->width == AS_SPF_WIDTH_WIDE || r->special != NULL
	    ? AS_STYLE_WARN
	    : AS_STYLE_PLAIN;
}

static void
words_add(struct as_buf *b, struct as_str s)
{
	if (s.n == 0)
		return;
	if (b->n > 0)
		as_buf_puts(b, "; ");
	as_buf_add_str(b, s);
}

static const char *
open_words(enum as_spf_kind kind)
{
	switch (kind) {
	case AS_SPF_ALL: return "lets the whole internet send";
	case AS_SPF_INCLUDE:
	case AS_SPF_REDIRECT: return "open: it lets the whole internet send";
	default: return "a large part of the internet";
	}
}

static void
row_words(const struct as_spf_row *r, struct as_buf *b)
{
	words_add(b, r->sender.service);
	words_add(
	    b, r->state == AS_SPF_TREE_DEAD ? AS_STR("dead: ") : AS_STR(""));
	if (r->state == AS_SPF_TREE_DEAD)
		as_buf_add_str(b, r->detail);
	else
		words_add(b, r->detail);
	if (r->width == AS_SPF_WIDTH_OPEN)
		words_add(b, as_str_from(open_words(r->term->kind)));
	if (r->width == AS_SPF_WIDTH_WIDE)
		words_add(b, AS_STR("a wide range"));
	if (r->special != NULL)
		words_add(b, as_str_from(r->special));
}

static void
row_text(const struct as_term *t, const struct as_spf_row *r, size_t column)
{
	size_t at = row_indent(r) + as_term_width(r->term->text);
	char cost[32] = "";
	struct as_buf words;

	as_buf_init(&words, LINE_OCTETS);
	row_words(r, &words);
	as_term_spaces(t, row_indent(r));
	as_term_put(t, row_style(r), r->term->text);
	if (r->lookups > 0)
		(void)snprintf(cost, sizeof(cost), "%u lookup%s",
		    (unsigned)r->lookups, r->lookups == 1 ? "" : "s");
	if (cost[0] != 0 || words.n > 0)
		as_term_spaces(t, at < column ? column - at : 1);
	if (words.n == 0 || at >= column) {
		as_term_puts(t, AS_STYLE_PLAIN, cost);
		at = row_indent(r) + INDENT;
		if (words.n > 0) {
			as_term_newline(t);
			as_term_spaces(t, at);
		}
	} else {
		as_term_put_padded(
		    t, AS_STYLE_PLAIN, as_str_from(cost), COST_WIDTH);
		at = column + COST_WIDTH;
	}
	as_term_wrap(t, row_style(r), at, at, as_buf_str(&words));
	as_buf_fini(&words);
}

static bool
is_plain_range(const struct as_spf_row *r)
{
	return (r->term->kind == AS_SPF_IP4 || r->term->kind == AS_SPF_IP6) &&
	    row_style(r) == AS_STYLE_PLAIN;
}

/* Ranges that need no word, or branches that one cause hides: the first few
 * tell all. */
static bool
is_alike(const struct as_spf_row *a, const struct as_spf_row *b)
{
	if (a->depth != b->depth)
		return false;
	if (a->state == AS_SPF_TREE_UNKNOWN)
		return b->state == AS_SPF_TREE_UNKNOWN &&
		    as_str_eq(a->detail, b->detail);
	return is_plain_range(a) && is_plain_range(b);
}

/* Behind the last of the rows that stand together from rows[from] and are
 * alike. */
static size_t
alike_end(const struct as_spf_tree *tree, size_t from)
{
	size_t to = from + 1;

	while (
	    to < tree->n_rows && is_alike(&tree->rows[from], &tree->rows[to]))
		to++;
	return to;
}

/* Where costs stand: behind the longest term that leaves room for the rest. */
static size_t
cost_column(const struct as_term *t, const struct as_spf_tree *tree)
{
	size_t most = t->width * 3 / 5, column = 0;

	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct as_spf_row *r = &tree->rows[i];
		size_t end =
		    row_indent(r) + as_term_width(r->term->text) + INDENT;

		if ((r->lookups > 0 || row_style(r) != AS_STYLE_PLAIN) &&
		    end > column && end <= most)
			column = end;
	}
	return column;
}

/* Rows from `at`, one or those that are alike; returns what comes next. */
static size_t
rows_text(const struct as_term *t, const struct as_spf_tree *tree, size_t at,
    size_t column)
{
	size_t end = alike_end(tree, at);
	size_t shown = end - at;

	if (shown > ALIKE_EACH)
		shown = ALIKE_EACH - 1;
	for (size_t i = 0; i < shown; i++)
		row_text(t, &tree->rows[at + i], column);
	if (end <= at + shown)
		return end;
	as_term_spaces(t, row_indent(&tree->rows[at]));
	as_buf_printf(t->out, "... and %zu more %s\n", end - at - shown,
	    is_plain_range(&tree->rows[at]) ? "ranges" : "like these");
	return end;
}

void
as_spf_tree_text(const struct as_term *t, const struct as_spf_tree *tree)
{
	size_t column = cost_column(t, tree);

	if (tree->c->spf == NULL) {
		no_tree_text(t, tree->c);
		return;
	}
	head_text(t, tree);
	for (size_t i = 0; i < tree->n_rows;)
		i = rows_text(t, tree, i, column);
	if (tree->cut)
		as_term_puts(t, AS_STYLE_DIM, "  ... and more\n");
}

/* --- JSON --- */

static const char *const widths[] = {
    [AS_SPF_WIDTH_FINE] = "",
    [AS_SPF_WIDTH_WIDE] = "wide",
    [AS_SPF_WIDTH_OPEN] = "open",
};

static json_t *
row_json(const struct as_spf_row *r)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "depth", json_integer(r->depth)) &&
		as_json_put(o, "term", as_json_str(r->term->text)) &&
		as_json_put(o, "state",
		    json_string(as_spf_tree_state_text(r->state))) &&
		as_json_put_any(o, "detail", r->detail) &&
		as_json_put(o, "lookups", json_integer(r->lookups)) &&
		as_json_put(o, "void_lookups", json_integer(r->voids)) &&
		as_json_put_any(o, "service", r->sender.service) &&
		as_json_put_any(o, "category", r->sender.category) &&
		as_json_put_any(o, "width", as_str_from(widths[r->width])) &&
		(r->special == NULL ||
		    as_json_put(o, "special", json_string(r->special))));
}

static json_t *
rows_json(const struct as_spf_tree *tree)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < tree->n_rows; i++)
		ok = as_json_add(list, row_json(&tree->rows[i]));
	return as_json_done(list, ok);
}

/* What is known only of a record that can be read. */
static bool
put_cost(json_t *o, const struct as_spf_tree *tree)
{
	const struct as_spf_cost *cost = &tree->c->cost;
	char all[2] = {cost->all, 0};

	return tree->c->spf == NULL ||
	    (as_json_put(o, "lookups", json_integer(cost->lookups)) &&
		as_json_put(o, "void_lookups", json_integer(cost->voids)) &&
		as_json_put(o, "all",
		    cost->all != 0 ? json_string(all) : json_null()) &&
		as_json_put(o, "broken", json_boolean(cost->broken)));
}

json_t *
as_spf_tree_json(const struct as_spf_tree *tree)
{
	const struct as_case *c = tree->c;
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "domain", as_json_str(c->name)) &&
		as_json_put(o, "status", json_string(status_text(c))) &&
		as_json_put(o, "record",
		    c->spf_set.n == 1 ? as_json_str(c->spf_set.texts[0])
				      : json_null()) &&
		(c->spf_set.found != AS_FOUND_ONE || c->spf != NULL ||
		    as_json_put(o, "problem", json_string(c->spf_why.text))) &&
		put_cost(o, tree) &&
		as_json_put(
		    o, "complete", json_boolean(!as_spf_tree_is_open(tree))) &&
		as_json_put(o, "terms", rows_json(tree)));
}
