#include <string.h>

#include "base/utf8.h"
#include "render/spf.h"

#include "base/banned.h"

#define INDENT        2
#define LABEL_WIDTH   13 /* of the lines above the trace */
#define OUTCOME_WIDTH 12
#define COST_WIDTH    12
#define LINE_OCTETS   4096

struct face {
	const char *word;
	enum as_style style;
	const char *sentence; /* "@" is the address, "%" the domain */
};

static const struct face faces[] = {
    [AS_SPF_RESULT_NONE] = {"NONE", AS_STYLE_WARN,
	"% does not say who may send for it"},
    [AS_SPF_RESULT_NEUTRAL] = {"NEUTRAL", AS_STYLE_WARN,
	"% leaves open whether @ may send for it"},
    [AS_SPF_RESULT_PASS] = {"PASS", AS_STYLE_GOOD, "@ may send for %"},
    [AS_SPF_RESULT_FAIL] = {"FAIL", AS_STYLE_BAD, "@ may not send for %"},
    [AS_SPF_RESULT_SOFTFAIL] = {"SOFTFAIL", AS_STYLE_WARN,
	"@ should not send for %"},
    [AS_SPF_RESULT_TEMPERROR] = {"TEMPERROR", AS_STYLE_UNKNOWN,
	"it cannot be told now whether @ may send for %"},
    [AS_SPF_RESULT_PERMERROR] = {"PERMERROR", AS_STYLE_BAD,
	"the policy of % is broken: it does not tell whether @ may send"},
};

/* --- the verdict --- */

static void
sentence_add(struct as_buf *b, const char *text, struct as_str address,
    struct as_str domain)
{
	for (; *text != 0; text++)
		if (*text == '@')
			as_buf_add_str(b, address);
		else if (*text == '%')
			as_buf_add_str(b, domain);
		else
			as_buf_add(b, text, 1);
}

static void
verdict_text(const struct as_term *t, const struct as_spf_query *q,
    const struct as_spf_verdict *v)
{
	const struct face *f = &faces[v->result];
	size_t column = strlen(f->word) + INDENT;
	char ip[AS_IP_TEXT];
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	sentence_add(
	    &b, f->sentence, as_str_from(as_ip_text(&q->ip, ip)), v->domain);
	as_term_puts(t, f->style, f->word);
	as_term_spaces(t, INDENT);
	as_term_wrap(t, AS_STYLE_BOLD, column, column, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
line_text(const struct as_term *t, const char *label, struct as_str s)
{
	if (s.n == 0)
		return;
	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_DIM, label);
	as_term_spaces(t, LABEL_WIDTH - strlen(label));
	as_term_wrap(
	    t, AS_STYLE_PLAIN, INDENT + LABEL_WIDTH, INDENT + LABEL_WIDTH, s);
}

static void
lookups_text(const struct as_term *t, const struct as_spf_query *q,
    const struct as_spf_verdict *v)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b,
	    "%u, of %d allowed; %u that found nothing, of %u allowed",
	    v->lookups, AS_SPF_LOOKUPS, v->voids, q->void_limit);
	line_text(t, "Lookups", as_buf_str(&b));
	as_buf_fini(&b);
}

/* --- the trace --- */

/* The next cell of a row starts at `column`, or one space behind the last. */
static void
cell_text(const struct as_term *t, enum as_style style, size_t column,
    struct as_str s, size_t *at)
{
	size_t gap = column > *at ? column - *at : 1;

	if (s.n == 0)
		return;
	as_term_spaces(t, gap);
	as_term_put(t, style, s);
	*at += gap + as_term_width(s);
}

/* What became of a term: "no match", or the result that it leads to. */
static const char *
outcome_word(const struct as_spf_step *s)
{
	switch (s->outcome) {
	case AS_SPF_OUTCOME_NO_MATCH: return "no match";
	case AS_SPF_OUTCOME_MATCH:
	case AS_SPF_OUTCOME_ERROR: return as_spf_result_text(s->result);
	case AS_SPF_OUTCOME_USED:
		return s->term->kind == AS_SPF_EXP
		    ? "used"
		    : as_spf_result_text(s->result);
	case AS_SPF_OUTCOME_IGNORED: return "ignored";
	}
	return "";
}

static enum as_style
outcome_style(const struct as_spf_step *s)
{
	bool decides = s->outcome == AS_SPF_OUTCOME_MATCH ||
	    s->outcome == AS_SPF_OUTCOME_ERROR ||
	    s->term->kind == AS_SPF_REDIRECT;

	return decides ? faces[s->result].style : AS_STYLE_DIM;
}

static struct as_str
cost_word(const struct as_spf_step *s, struct as_buf *b)
{
	if (s->cost > 0)
		as_buf_printf(
		    b, "%u lookup%s", s->cost, s->cost == 1 ? "" : "s");
	return as_buf_str(b);
}

/* The detail of a step; that of an include: what its record gave. */
static struct as_str
detail_words(const struct as_spf_step *s, struct as_buf *b)
{
	if (s->term->kind == AS_SPF_INCLUDE &&
	    s->outcome != AS_SPF_OUTCOME_ERROR)
		as_buf_printf(b, "it gives %s",
		    s->outcome == AS_SPF_OUTCOME_MATCH
			? "pass"
			: as_spf_result_text(s->result));
	else
		as_buf_add_str(b, s->detail);
	return as_buf_str(b);
}

static size_t
step_indent(const struct as_spf_step *s)
{
	return INDENT + INDENT * s->depth;
}

static void
detail_text(const struct as_term *t, const struct as_spf_step *s, size_t column,
    struct as_str words, size_t at)
{
	size_t indent = step_indent(s) + 2 * INDENT;

	if (words.n == 0) {
		as_term_newline(t);
		return;
	}
	if (at >= column || column + as_term_width(words) > t->width) {
		as_term_newline(t);
		at = 0;
		column = indent;
	}
	as_term_spaces(t, column - at);
	as_term_wrap(t, AS_STYLE_DIM, column, indent, words);
}

/* `column`: where outcomes stand. */
static void
step_text(const struct as_term *t, const struct as_spf_step *s, size_t column)
{
	struct as_buf cost, detail;
	size_t at = 0;

	as_buf_init(&cost, LINE_OCTETS);
	as_buf_init(&detail, LINE_OCTETS);
	cell_text(t, AS_STYLE_PLAIN, step_indent(s), s->term->text, &at);
	cell_text(
	    t, outcome_style(s), column, as_str_from(outcome_word(s)), &at);
	cell_text(t, AS_STYLE_PLAIN, column + OUTCOME_WIDTH,
	    cost_word(s, &cost), &at);
	detail_text(t, s, column + OUTCOME_WIDTH + COST_WIDTH,
	    detail_words(s, &detail), at);
	as_buf_fini(&cost);
	as_buf_fini(&detail);
}

/* Behind the longest term that leaves room for what follows. */
static size_t
outcome_column(const struct as_term *t, const struct as_spf_verdict *v)
{
	size_t most = t->width - OUTCOME_WIDTH - COST_WIDTH;
	size_t column = 0;

	for (size_t i = 0; i < v->n_trace; i++) {
		const struct as_spf_step *s = &v->trace[i];
		size_t end = step_indent(s) + as_term_width(s->term->text) + 2;
		if (end > column && end <= most)
			column = end;
	}
	return column;
}

void
as_spf_text(const struct as_term *t, const struct as_spf_query *q,
    const struct as_spf_verdict *v)
{
	size_t column = outcome_column(t, v);

	verdict_text(t, q, v);
	as_term_newline(t);
	line_text(t, "Why", v->problem);
	line_text(t, "Explanation", v->explanation);
	line_text(t, "Sender", v->sender);
	line_text(t, "HELO", q->helo);
	line_text(t, "Record", v->record);
	if (v->n_trace == 0)
		return;
	lookups_text(t, q, v);
	as_term_newline(t);
	for (size_t i = 0; i < v->n_trace; i++)
		step_text(t, &v->trace[i], column);
}
