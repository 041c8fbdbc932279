#include <inttypes.h>

#include "render/usage.h"

#include "base/banned.h"

#define INDENT      2
#define LINE_OCTETS 4096
#define MOST_SHOWN  8 /* sources of a class */
#define CLASS_WIDTH 30
#define TAG_SHOWN   20 /* octets of a value that a reporter gave */

static const struct {
	const char *word;
	enum as_style style;
} faces[] = {
    [AS_ENFORCE_NO_REPORTS] = {"NO REPORTS", AS_STYLE_UNKNOWN},
    [AS_ENFORCE_NOTHING] = {"NOTHING TO DO", AS_STYLE_GOOD},
    [AS_ENFORCE_NOT_YET] = {"NOT YET", AS_STYLE_WARN},
    [AS_ENFORCE_MEND] = {"MEND", AS_STYLE_BAD},
    [AS_ENFORCE_QUARANTINE] = {"QUARANTINE", AS_STYLE_GOOD},
    [AS_ENFORCE_REJECT] = {"REJECT", AS_STYLE_GOOD},
    [AS_ENFORCE_REJECT_AT_ONCE] = {"REJECT AT ONCE", AS_STYLE_GOOD},
};

static const struct {
	enum as_usage_class class;
	const char *name, *fate;
} rows[] = {
    {AS_USAGE_OURS, "yours", "lost"},
    {AS_USAGE_THIRD_PARTY, "services that send for you", "lost"},
    {AS_USAGE_FORWARDER, "forwarders, mailing lists", "lost"},
    {AS_USAGE_UNKNOWN, "not known", "stopped, or lost"},
    {AS_USAGE_FOREIGN, "others that use the name", "stopped"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* "- " and a sentence. */
static void
item(const struct as_term *t, struct as_str text)
{
	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_PLAIN, "- ");
	as_term_sentence(t, AS_STYLE_PLAIN, 2 * INDENT, 2 * INDENT, text);
}

static void
answer_text(const struct as_term *t, const struct as_enforce_scope *s)
{
	as_term_puts(t, faces[s->answer].style, faces[s->answer].word);
	as_term_puts(t, AS_STYLE_PLAIN, "  ");
	as_term_put(t, AS_STYLE_PLAIN, s->why);
	as_term_newline(t);
}

/* --- replay --- */

/* Which sources, worst first: "News Ltd (120), 192.0.2.0/24 (3)". */
static void
names_add(struct as_buf *b, const struct as_enforce *e,
    enum as_usage_scope scope, enum as_usage_class class)
{
	const struct as_usage *u = e->usage;
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < u->n_sources; i++) {
		const struct as_usage_count *c = &u->sources[i].count[scope];

		if (u->sources[i].class != class || c->messages == c->passed)
			continue;
		if (shown == MOST_SHOWN) {
			more++;
			continue;
		}
		as_buf_puts(b, shown++ > 0 ? ", " : "");
		as_buf_add_str(b, u->sources[i].name);
		as_buf_printf(b, " (%" PRIu64 ")", c->messages - c->passed);
	}
	if (more > 0)
		as_buf_printf(b, " and %zu more", more);
}

static void
replay_text(const struct as_term *t, const struct as_enforce *e,
    const struct as_enforce_scope *s)
{
	struct as_buf b;

	for (size_t i = 0; i < ROWS; i++) {
		const struct as_enforce_replay *r = &s->replay[rows[i].class];

		if (r->messages == 0)
			continue;
		as_term_spaces(t, INDENT);
		as_term_put_padded(
		    t, AS_STYLE_PLAIN, as_str_from(rows[i].name), CLASS_WIDTH);
		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(&b, "%" PRIu64 " messages, %" PRIu64 " %s",
		    r->messages, r->failing, rows[i].fate);
		if (r->stopped > 0)
			as_buf_printf(
			    &b, " (%" PRIu64 " are already)", r->stopped);
		as_term_put(t, AS_STYLE_PLAIN, as_buf_str(&b));
		as_term_newline(t);
		as_buf_reset(&b);
		names_add(&b, e, s->scope, rows[i].class);
		if (b.n > 0)
			as_usage_paragraph(t, AS_STYLE_DIM, 2 * INDENT, &b);
		else
			as_buf_fini(&b);
	}
}

static void
good_text(const struct as_term *t, const struct as_enforce_scope *s)
{
	char share[AS_SHARE_TEXT], sure[AS_SHARE_TEXT], dkim[AS_SHARE_TEXT];
	const struct as_usage_count *c = &s->good;
	struct as_buf b;

	if (c->messages == 0)
		return;
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b,
	    "Of your mail %s %% passes (with 95 %% confidence %s %% or more), "
	    "%s %% by DKIM, which survives forwarding.",
	    as_share_text((double)c->passed / (double)c->messages, share),
	    as_share_text(s->bound, sure),
	    as_share_text((double)c->dkim / (double)c->messages, dkim));
	as_usage_paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
}

/* --- what would change it --- */

static void
step_text(const struct as_term *t, const char *title,
    const struct as_enforce_step *step)
{
	as_usage_head(t, title);
	for (size_t i = 0; i < step->n_reasons; i++)
		item(t, step->reasons[i].text);
	if (step->ready)
		item(t, AS_STR("nothing"));
}

/* Reasons against reject; of those that stand above already, that they do. */
static void
reject_text(
    const struct as_term *t, const struct as_enforce_scope *s, bool above)
{
	bool both = false;

	as_usage_head(t, "Against reject");
	for (size_t i = 0; i < s->reject.n_reasons; i++) {
		bool known = false;

		for (size_t k = 0; above && k < s->quarantine.n_reasons; k++)
			known = known ||
			    as_str_eq(s->reject.reasons[i].text,
				s->quarantine.reasons[k].text);
		both = both || known;
		if (!known)
			item(t, s->reject.reasons[i].text);
	}
	if (s->reject.ready)
		item(t, AS_STR("nothing"));
	else if (both)
		item(t, AS_STR("what stands against quarantine"));
}

static const char *
below_head(const struct as_enforce *e, enum as_usage_scope scope)
{
	if (scope == AS_USAGE_SP)
		return "Names below that exist (sp)";
	return e->usage->guessed > 0
	    ? "Names below that do not exist, or none of whose mail passed (np)"
	    : "Names below that do not exist (np)";
}

static void
scope_text(const struct as_term *t, const struct as_enforce *e,
    const struct as_enforce_scope *s)
{
	bool above = !as_str_is(s->policy, "quarantine") &&
	    !as_str_is(s->policy, "reject");

	if (s->scope != AS_USAGE_P) {
		as_usage_head(t, below_head(e, s->scope));
		as_term_spaces(t, INDENT);
		answer_text(t, s);
	}
	if (s->scope == AS_USAGE_P && e->usage->all.messages > 0)
		as_usage_head(t, "Had it been enforced in these days");
	replay_text(t, e, s);
	good_text(t, s);
	if (s->answer == AS_ENFORCE_NO_REPORTS ||
	    s->answer == AS_ENFORCE_NOTHING ||
	    s->answer == AS_ENFORCE_REJECT_AT_ONCE)
		return;
	if (s->scope != AS_USAGE_P && s->silent)
		return;
	if (above)
		step_text(t, "Against quarantine", &s->quarantine);
	reject_text(t, s, above);
}

/* " p=none sp=reject" */
static void
tags_add(struct as_buf *b, struct as_str p, struct as_str sp, struct as_str np)
{
	const struct {
		const char *tag;
		struct as_str value;
	} tags[] = {{" p=", p}, {" sp=", sp}, {" np=", np}};

	for (size_t i = 0; i < 3; i++) {
		if (tags[i].value.n == 0)
			continue;
		as_buf_puts(b, tags[i].tag);
		as_buf_add_str(b, as_str_slice(tags[i].value, 0, TAG_SHOWN));
	}
}

static void
window_text(const struct as_term *t, const struct as_enforce *e)
{
	const struct as_usage *u = e->usage;
	char from[AS_DAY_TEXT], to[AS_DAY_TEXT];
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "%s to %s: %" PRIu64 " messages, %zu reporter%s",
	    as_day_text(u->from, from), as_day_text(u->to, to), u->all.messages,
	    u->n_reporters, u->n_reporters == 1 ? "" : "s");
	if (u->policy.p.n > 0) {
		as_buf_puts(&b, "; policy as they saw it last:");
		tags_add(&b, u->policy.p, u->policy.sp, u->policy.np);
	}
	if (e->now.known && e->now.there) {
		as_buf_puts(&b, "; in DNS now:");
		tags_add(&b, e->now.p, e->now.sp, e->now.np);
	} else {
		as_buf_puts(&b,
		    e->now.known ? "; in DNS now: no policy"
				 : "; what DNS has now is not known");
	}
	as_usage_paragraph(t, AS_STYLE_DIM, INDENT, &b);
}

void
as_enforce_text(const struct as_term *t, const struct as_enforce *e)
{
	as_term_put(t, AS_STYLE_BOLD, e->usage->domain);
	as_term_puts(t, AS_STYLE_PLAIN, ": ");
	answer_text(t, &e->scopes[AS_USAGE_P]);
	window_text(t, e);
	if (e->scopes[AS_USAGE_P].answer == AS_ENFORCE_NO_REPORTS)
		return;
	for (int i = 0; i < AS_USAGE_SCOPES; i++)
		scope_text(t, e, &e->scopes[i]);
	if (e->n_notes > 0)
		as_usage_head(t, "Notes");
	for (size_t i = 0; i < e->n_notes; i++)
		item(t, e->notes[i]);
}
