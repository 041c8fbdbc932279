#include <string.h>

#include "render/path.h"

#include "base/banned.h"

#define INDENT       2
#define ANSWER_WIDTH 13 /* "NOT DELIVERED" and a space less */
#define SENDER_WIDTH 34
#define TODO_INDENT  4
#define MAX_SERVERS  20 /* shown; all of them with --json */

struct face {
	const char *word;
	enum as_style style;
};

static struct face
answer_face(enum as_path_answer a)
{
	switch (a) {
	case AS_PATH_YES: return (struct face){"YES", AS_STYLE_GOOD};
	case AS_PATH_PARTLY: return (struct face){"PARTLY", AS_STYLE_WARN};
	case AS_PATH_NO: return (struct face){"NO", AS_STYLE_BAD};
	case AS_PATH_NOTHING: return (struct face){"NO MAIL", AS_STYLE_DIM};
	default: return (struct face){"UNKNOWN", AS_STYLE_UNKNOWN};
	}
}

static struct face
way_face(enum as_path_way way)
{
	switch (way) {
	case AS_WAY_PROTECTED: return (struct face){"PROTECTED", AS_STYLE_GOOD};
	case AS_WAY_ENCRYPTED: return (struct face){"ENCRYPTED", AS_STYLE_WARN};
	case AS_WAY_MIXED: return (struct face){"PARTLY CLEAR", AS_STYLE_BAD};
	case AS_WAY_CLEAR: return (struct face){"CLEAR", AS_STYLE_BAD};
	case AS_WAY_STUCK: return (struct face){"NOT DELIVERED", AS_STYLE_BAD};
	case AS_WAY_NONE: return (struct face){"NO MAIL", AS_STYLE_DIM};
	default: return (struct face){"UNKNOWN", AS_STYLE_UNKNOWN};
	}
}

static void
word_put(const struct as_term *t, struct face f)
{
	as_term_spaces(t, INDENT);
	as_term_put_padded(t, f.style, as_str_from(f.word), ANSWER_WIDTH + 1);
}

static void
head_put(const struct as_term *t, const char *text)
{
	as_term_newline(t);
	as_term_puts(t, AS_STYLE_BOLD, text);
	as_term_newline(t);
}

static void
said_put(
    const struct as_term *t, const char *question, const struct as_path_said *s)
{
	size_t column = INDENT + ANSWER_WIDTH + 1;

	word_put(t, answer_face(s->answer));
	as_term_puts(t, AS_STYLE_BOLD, question);
	as_term_newline(t);
	as_term_spaces(t, column);
	as_term_wrap(t, AS_STYLE_PLAIN, column, column, s->why);
}

/* --- ways of sending --- */

static const char *const senders[AS_PATH_SENDERS] = {
    [AS_PATH_OPPORTUNISTIC] = "A sender that takes what there is",
    [AS_PATH_MTA_STS] = "A sender that honours MTA-STS",
    [AS_PATH_DANE] = "A sender that honours DANE",
    [AS_PATH_FORCED] = "A rule that forces TLS and checks the certificate",
};

static bool
is_same(const struct as_path_line *a, const struct as_path_line *b)
{
	return a->way == b->way && as_str_eq(a->why, b->why);
}

/* What is said of several ways is said once, after the last. */
static void
lines_put(const struct as_term *t, const struct as_path_to *to)
{
	size_t column = INDENT + ANSWER_WIDTH + 1;

	if (to->lines[AS_PATH_OPPORTUNISTIC].way == AS_WAY_NONE)
		return;
	head_put(t, "What the sending server decides");
	for (int i = 0; i < AS_PATH_SENDERS; i++) {
		const struct as_path_line *line = &to->lines[i];

		word_put(t, way_face(line->way));
		as_term_puts(t, AS_STYLE_PLAIN, senders[i]);
		as_term_newline(t);
		if (i + 1 < AS_PATH_SENDERS && is_same(line, line + 1))
			continue;
		as_term_spaces(t, column);
		as_term_wrap(t, AS_STYLE_DIM, column, column, line->why);
	}
}

/* --- servers --- */

static bool
is_decided(enum as_path_way way)
{
	return way == AS_WAY_STUCK || way == AS_WAY_PROTECTED;
}

/* What MTA-STS or DANE decide of a server, else what everybody meets. */
static enum as_path_way
server_way(const struct as_path_server *s)
{
	enum as_path_way sts = s->ways[AS_PATH_MTA_STS],
			 dane = s->ways[AS_PATH_DANE];

	if (sts == AS_WAY_STUCK || dane == AS_WAY_STUCK)
		return AS_WAY_STUCK;
	if (is_decided(sts) || is_decided(dane))
		return AS_WAY_PROTECTED;
	return s->ways[AS_PATH_OPPORTUNISTIC];
}

static void
server_put(const struct as_term *t, const struct as_path_server *s)
{
	size_t column = INDENT + ANSWER_WIDTH + 1;

	word_put(t, way_face(server_way(s)));
	as_term_put(t, AS_STYLE_PLAIN, s->host);
	if (s->address.n > 0) {
		as_term_puts(t, AS_STYLE_DIM, " at ");
		as_term_put(t, AS_STYLE_DIM, s->address);
	}
	as_term_newline(t);
	if (s->why.n == 0)
		return;
	as_term_spaces(t, column);
	as_term_sentence(t, AS_STYLE_PLAIN, column, column, s->why);
}

static void
servers_put(const struct as_term *t, const struct as_path_to *to)
{
	if (to->n_servers == 0)
		return;
	as_term_newline(t);
	as_term_puts(t, AS_STYLE_BOLD, "The mail servers of ");
	as_term_put(t, AS_STYLE_BOLD, to->domain);
	as_term_newline(t);
	for (size_t i = 0; i < to->n_servers && i < MAX_SERVERS; i++)
		server_put(t, &to->servers[i]);
	if (to->n_servers > MAX_SERVERS) {
		as_term_spaces(t, INDENT);
		as_term_puts(t, AS_STYLE_DIM, "More stand in --json.");
		as_term_newline(t);
	}
}

/* --- the sending domain --- */

static void
record_put(const struct as_term *t, const char *name, struct as_str text)
{
	as_term_spaces(t, INDENT);
	as_term_put_padded(
	    t, AS_STYLE_DIM, as_str_from(name), ANSWER_WIDTH + 1);
	as_term_sentence(t, AS_STYLE_PLAIN, INDENT + ANSWER_WIDTH + 1,
	    INDENT + ANSWER_WIDTH + 1, text);
}

static void
from_put(const struct as_term *t, const struct as_path_from *f)
{
	as_term_newline(t);
	as_term_puts(t, AS_STYLE_BOLD, "What proves the mail of ");
	as_term_put(t, AS_STYLE_BOLD, f->domain);
	as_term_newline(t);
	if (f->provable.answer == AS_PATH_NOTHING) {
		as_term_spaces(t, INDENT);
		as_term_puts(t, AS_STYLE_PLAIN, "Nothing: it sends none.");
		as_term_newline(t);
		return;
	}
	record_put(t, "SPF", f->spf);
	record_put(t, "DKIM", f->dkim);
	record_put(t, "DMARC", f->dmarc);
	record_put(t, "Not seen",
	    AS_STR("whether the receiver checks any of them, and whether the "
		   "sender honours MTA-STS or DANE"));
}

/* --- who must do what --- */

static void
todo_put(const struct as_term *t, struct as_str domain, const char *task,
    const struct as_finding *const *list, size_t n)
{
	as_term_newline(t);
	as_term_put(t, AS_STYLE_BOLD, domain);
	as_term_puts(t, AS_STYLE_BOLD, task);
	as_term_newline(t);
	if (n == 0) {
		as_term_spaces(t, INDENT);
		as_term_puts(
		    t, AS_STYLE_GOOD, "Nothing that matters to this mail.");
		as_term_newline(t);
	}
	for (size_t i = 0; i < n; i++) {
		as_term_spaces(t, INDENT);
		as_term_wrap(
		    t, AS_STYLE_PLAIN, INDENT, TODO_INDENT, list[i]->title);
		if (list[i]->advice.n == 0)
			continue;
		as_term_spaces(t, TODO_INDENT);
		as_term_wrap(
		    t, AS_STYLE_DIM, TODO_INDENT, TODO_INDENT, list[i]->advice);
	}
}

void
as_path_text(const struct as_term *t, const struct as_path_view *v)
{
	as_term_puts(t, AS_STYLE_BOLD, "Mail from ");
	as_term_put(t, AS_STYLE_BOLD, v->from->domain);
	as_term_puts(t, AS_STYLE_BOLD, " to ");
	as_term_put(t, AS_STYLE_BOLD, v->to->domain);
	as_term_newline(t);
	as_term_newline(t);
	said_put(t, "Will it be encrypted on the way?", &v->to->encrypted);
	said_put(t, "Will it reach the right server only?", &v->to->verified);
	said_put(
	    t, "Can the receiver tell that it is genuine?", &v->from->provable);
	lines_put(t, v->to);
	servers_put(t, v->to);
	from_put(t, v->from);
	todo_put(t, v->to->domain,
	    ", which receives, should mend:", v->to->todo, v->to->n_todo);
	todo_put(t, v->from->domain,
	    ", which sends, should mend:", v->from->todo, v->from->n_todo);
}
