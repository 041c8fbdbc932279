#include <string.h>

#include "base/utf8.h"
#include "render/dmarc.h"

#include "base/banned.h"

#define INDENT      2
#define LABEL_WIDTH 14
#define WORD_WIDTH  12 /* a policy */
#define LINE_OCTETS 4096

struct face {
	const char *word;
	enum as_style style;
	const char *sentence; /* "%" is the domain */
};

static const struct face faces[] = {
    [AS_DMARC_ABSENT] = {"NO DMARC", AS_STYLE_BAD,
	"the record that applies to % leads to no DMARC"},
    [AS_DMARC_NONE] = {"NONE", AS_STYLE_WARN,
	"mail that fails as % is delivered as usual"},
    [AS_DMARC_QUARANTINE] = {"QUARANTINE", AS_STYLE_GOOD,
	"mail that fails as % goes to the spam folder"},
    [AS_DMARC_REJECT] = {"REJECT", AS_STYLE_GOOD,
	"mail that fails as % is refused"},
};

static const struct face face_no_policy = {
    "NO POLICY", AS_STYLE_BAD, "nothing is asked for mail that fails as %"};
static const struct face face_unknown = {"UNKNOWN", AS_STYLE_UNKNOWN,
    "it cannot be told now which policy applies to %"};

/* --- lines --- */

/* A text that is built and then shown; the buffer is freed. */
static void
wrap_buf(const struct as_term *t, enum as_style style, size_t column,
    size_t indent, struct as_buf *b)
{
	as_term_wrap(t, style, column, indent, as_buf_str(b));
	as_buf_fini(b);
}

static void
label_text(const struct as_term *t, const char *label)
{
	size_t n = strlen(label);

	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_DIM, label);
	as_term_spaces(t, n < LABEL_WIDTH ? LABEL_WIDTH - n : 1);
}

/* A label, and a text that is built; the buffer is freed. */
static void
line_text(const struct as_term *t, const char *label, struct as_buf *b)
{
	label_text(t, label);
	wrap_buf(
	    t, AS_STYLE_PLAIN, INDENT + LABEL_WIDTH, INDENT + LABEL_WIDTH, b);
}

static void
put_padded(const struct as_term *t, enum as_style style, struct as_str s,
    size_t columns)
{
	size_t width = as_term_width(s);

	as_term_put(t, style, s);
	as_term_spaces(t, width < columns ? columns - width : 2);
}

static void
head_text(const struct as_term *t, const char *text)
{
	as_term_newline(t);
	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_DIM, text);
	as_term_newline(t);
}

/* --- the verdict --- */

static const struct face *
face_of(bool unknown, bool there, enum as_dmarc_policy p)
{
	if (unknown)
		return &face_unknown;
	return there ? &faces[p] : &face_no_policy;
}

static const struct face *
new_face(const struct as_dmarc_view *v)
{
	return face_of(
	    v->result.unknown, v->result.policy != NULL, v->result.applied);
}

static const struct face *
old_face(const struct as_dmarc_7489 *r)
{
	return face_of(r->unknown, r->policy != NULL, r->declared);
}

static void
verdict_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	const struct face *f = new_face(v), *old = old_face(&v->old.result);
	size_t column = strlen(f->word) + INDENT;
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	for (const char *p = f->sentence; *p != 0; p++)
		if (*p == '%')
			as_buf_add_str(&b, v->domain);
		else
			as_buf_add(&b, p, 1);
	if (old != f)
		as_buf_printf(&b, "; at older receivers: %s", old->word);
	as_term_puts(t, f->style, f->word);
	as_term_spaces(t, INDENT);
	wrap_buf(t, AS_STYLE_BOLD, column, column, &b);
}

/* --- the generations of receivers --- */

/* Takes the buffer. */
static void
receiver_text(const struct as_term *t, const char *who, const struct face *f,
    struct as_buf *why)
{
	label_text(t, who);
	if (why->n == 0) {
		as_term_puts(t, f->style, f->word);
		as_term_newline(t);
		return;
	}
	put_padded(t, f->style, as_str_from(f->word), WORD_WIDTH);
	wrap_buf(t, AS_STYLE_PLAIN, INDENT + LABEL_WIDTH + WORD_WIDTH,
	    INDENT + LABEL_WIDTH + WORD_WIDTH, why);
}

static void
tag_add(struct as_buf *b, const char *tag, const struct as_dmarc_step *policy)
{
	as_buf_printf(
	    b, "%s of _dmarc." AS_STR_FMT, tag, AS_STR_ARG(policy->name));
}

static void
new_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	const struct as_dmarc_result *r = &v->result;
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	if (r->policy != NULL)
		tag_add(&b, v->tag, r->policy);
	if (r->declared != r->applied)
		as_buf_printf(&b, ": %s, one step lower with t=y",
		    as_dmarc_policy_text(r->declared));
	receiver_text(t, "RFC 9989", new_face(v), &b);
}

static void
old_text(
    const struct as_term *t, const char *who, const struct as_dmarc_7489 *r)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	if (r->policy != NULL)
		tag_add(&b, r->tag, r->policy);
	if (r->pct < 100)
		as_buf_printf(&b, ", for %u %% of it; %s for the others",
		    r->pct, as_dmarc_policy_text(r->rest));
	if (r->stopped != NULL)
		as_buf_printf(&b, "more than one record at _dmarc." AS_STR_FMT,
		    AS_STR_ARG(r->stopped->name));
	receiver_text(
	    t, who, face_of(r->unknown, r->policy != NULL, r->declared), &b);
}

static bool
is_same(const struct as_dmarc_7489 *a, const struct as_dmarc_7489 *b)
{
	return a->unknown == b->unknown && a->declared == b->declared &&
	    a->policy == b->policy && a->stopped == b->stopped;
}

static void
receivers_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	head_text(t, "At receivers that follow");
	new_text(t, v);
	old_text(t, "RFC 7489", &v->old.result);
	if (!is_same(&v->old.result, &v->suffix_old.result))
		old_text(t, "and RFC 9091", &v->suffix_old.result);
}

/* --- the record --- */

static void
record_text(const struct as_term *t, const struct as_dmarc_step *s)
{
	struct as_buf b;

	if (s == NULL)
		return;
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "_dmarc." AS_STR_FMT, AS_STR_ARG(s->name));
	line_text(t, "Record", &b);
	label_text(t, "");
	as_term_put(t, AS_STYLE_BOLD, s->record->text);
	as_term_newline(t);
}

static const char *
mode_text(char mode)
{
	return mode == 's' ? "the same name" : "the same organization";
}

static void
organization_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	struct as_str walk = v->result.organizational;
	struct as_str list = v->list_organization;
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(&b, walk.n > 0 ? walk : AS_STR("not known"));
	if (walk.n == 0 || !as_str_eq(walk, list)) {
		as_buf_puts(&b, " by the walk, ");
		as_buf_add_str(&b, list.n > 0 ? list : AS_STR("not known"));
		as_buf_puts(&b, " by the public suffix list");
	}
	line_text(t, "Organization", &b);
}

static void
alignment_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	struct as_buf b;

	if (v->result.policy == NULL)
		return;
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "SPF needs %s, DKIM %s",
	    mode_text(v->result.policy->record->aspf),
	    mode_text(v->result.policy->record->adkim));
	line_text(t, "Alignment", &b);
}

/* --- the walk --- */

static void
made_add(struct as_buf *b, const struct as_dmarc_query *q)
{
	const struct as_answer *ans = q->set->answer;

	switch (q->made) {
	case AS_DMARC_MADE_UNKNOWN:
		as_buf_printf(
		    b, "no answer: %s", as_dns_outcome_text(ans->outcome));
		break;
	case AS_DMARC_MADE_NO_RECORD: as_buf_puts(b, "no record"); break;
	case AS_DMARC_MADE_UNUSABLE: as_buf_puts(b, "no usable record"); break;
	case AS_DMARC_MADE_DISCARDED:
		as_buf_printf(b, "%zu records, all discarded", q->set->n);
		break;
	case AS_DMARC_MADE_KEPT: as_buf_puts(b, "a record"); break;
	case AS_DMARC_MADE_ENDS:
		as_buf_printf(b, "a record with psd=%c, the walk ends",
		    q->step->record->psd);
		break;
	}
}

static void
query_text(const struct as_term *t, const struct as_dmarc_view *v, size_t i,
    size_t column)
{
	const struct as_dmarc_query *q = &v->queries[i];
	struct as_buf b;

	as_term_spaces(t, INDENT);
	as_buf_printf(t->out, "%zu  ", i + 1);
	put_padded(t, AS_STYLE_PLAIN, q->set->name, column);
	as_buf_init(&b, LINE_OCTETS);
	made_add(&b, q);
	if (q->step == v->result.policy)
		as_buf_puts(&b, "; it applies");
	if (q->made != AS_DMARC_MADE_UNKNOWN)
		as_buf_printf(
		    &b, " (%s)", as_dnssec_text(q->set->answer->security));
	wrap_buf(t, q->step->record != NULL ? AS_STYLE_BOLD : AS_STYLE_PLAIN,
	    INDENT + 3 + column, INDENT + 3 + column, &b);
}

static void
walk_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	size_t column = 0;

	for (size_t i = 0; i < v->n_queries; i++) {
		size_t width = as_term_width(v->queries[i].set->name) + 2;
		if (width > column && width < t->width - 30)
			column = width;
	}
	head_text(t, "The walk");
	for (size_t i = 0; i < v->n_queries; i++)
		query_text(t, v, i, column);
}

/* --- reports --- */

static enum as_style
consent_add(struct as_buf *b, const struct as_dmarc_target *t)
{
	bool external = t->external != AS_NO;

	switch (t->consent) {
	case AS_DMARC_CONSENT_GIVEN:
		as_buf_puts(b, external ? "has agreed" : "its own");
		return AS_STYLE_GOOD;
	case AS_DMARC_CONSENT_MOVED:
		as_buf_puts(b, "has agreed, and names ");
		as_buf_add_str(b,
		    t->kind == AS_DMARC_RUA ? t->instead->rua[0].text
					    : t->instead->ruf[0].text);
		return AS_STYLE_GOOD;
	case AS_DMARC_CONSENT_REFUSED:
		as_buf_puts(b, "has not agreed, nothing is sent: no TXT at ");
		as_buf_add_str(b, t->consent_name);
		return AS_STYLE_BAD;
	case AS_DMARC_CONSENT_ELSEWHERE:
		as_buf_puts(
		    b, "names another host, nothing is sent to either: ");
		as_buf_add_str(b, t->consent_name);
		return AS_STYLE_BAD;
	case AS_DMARC_CONSENT_IMPOSSIBLE:
		as_buf_puts(b,
		    "cannot agree: the name to ask is longer than names may "
		    "be");
		return AS_STYLE_BAD;
	case AS_DMARC_CONSENT_UNKNOWN: break;
	}
	as_buf_puts(b, "whether it has agreed is not known");
	return AS_STYLE_UNKNOWN;
}

static enum as_style
mail_add(struct as_buf *b, enum as_mail mail, enum as_style style)
{
	const char *fault = NULL;

	switch (mail) {
	case AS_MAIL_NULL: fault = "takes no mail (null MX)"; break;
	case AS_MAIL_NONE: fault = "takes no mail (no MX, no address)"; break;
	case AS_MAIL_NO_NAME: fault = "does not exist"; break;
	case AS_MAIL_UNKNOWN:
		as_buf_puts(b, "; whether it takes mail is not known");
		return style == AS_STYLE_GOOD ? AS_STYLE_UNKNOWN : style;
	default: return style;
	}
	as_buf_printf(b, "; %s", fault);
	return AS_STYLE_BAD;
}

static void
target_text(const struct as_term *t, const struct as_dmarc_target *target)
{
	enum as_style style = AS_STYLE_BAD;
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_term_spaces(t, INDENT);
	as_term_puts(
	    t, AS_STYLE_DIM, target->kind == AS_DMARC_RUA ? "rua  " : "ruf  ");
	as_term_put(t, AS_STYLE_PLAIN, target->uri->text);
	as_term_newline(t);
	as_term_spaces(t, INDENT + 5);
	if (target->uri->usable) {
		style = consent_add(&b, target);
		style = mail_add(&b, target->mail, style);
	} else {
		as_buf_puts(&b, "cannot be used");
	}
	if (target->withdrawn.n > 0) {
		as_buf_printf(&b,
		    "; " AS_STR_FMT " was withdrawn on " AS_STR_FMT,
		    AS_STR_ARG(target->withdrawn), AS_STR_ARG(target->since));
		style = AS_STYLE_BAD;
	}
	wrap_buf(t, style, INDENT + 5, INDENT + 5, &b);
}

static void
targets_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	if (v->n_targets == 0)
		return;
	head_text(t, "Reports");
	for (size_t i = 0; i < v->n_targets; i++)
		target_text(t, &v->targets[i]);
}

/* --- alignment of what was asked --- */

static const char *
aligned_word(enum as_dmarc_alignment a)
{
	static const char *const words[] = {
	    [AS_DMARC_ALIGNED_NO] = "not aligned",
	    [AS_DMARC_ALIGNED_YES] = "aligned",
	    [AS_DMARC_ALIGNED_UNKNOWN] = "not known",
	};
	return words[a];
}

static void
identifier_text(const struct as_term *t, const struct as_dmarc_identifier *id)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "SPF %s, DKIM %s", aligned_word(id->spf),
	    aligned_word(id->dkim));
	if (id->old_spf != id->spf || id->old_dkim != id->dkim)
		as_buf_printf(&b, "; at older receivers SPF %s, DKIM %s",
		    aligned_word(id->old_spf), aligned_word(id->old_dkim));
	as_buf_printf(&b, " (organization " AS_STR_FMT ")",
	    AS_STR_ARG(id->organizational.n > 0 ? id->organizational
						: AS_STR("not known")));
	as_term_spaces(t, INDENT);
	put_padded(t, AS_STYLE_PLAIN, id->domain, 0);
	wrap_buf(t, AS_STYLE_PLAIN, INDENT + as_term_width(id->domain) + 2,
	    INDENT + 2, &b);
}

static void
identifiers_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	if (v->n_identifiers == 0)
		return;
	head_text(t, "Mail that passes as");
	for (size_t i = 0; i < v->n_identifiers; i++)
		identifier_text(t, &v->identifiers[i]);
}

static void
notes_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	if (v->n_notes == 0)
		return;
	head_text(t, "Notes");
	for (size_t i = 0; i < v->n_notes; i++) {
		as_term_spaces(t, INDENT);
		as_term_puts(t, AS_STYLE_PLAIN, "- ");
		as_term_wrap(
		    t, AS_STYLE_PLAIN, INDENT + 2, INDENT + 2, v->notes[i]);
	}
}

void
as_dmarc_text(const struct as_term *t, const struct as_dmarc_view *v)
{
	verdict_text(t, v);
	receivers_text(t, v);
	as_term_newline(t);
	record_text(t, v->result.policy);
	organization_text(t, v);
	alignment_text(t, v);
	walk_text(t, v);
	targets_text(t, v);
	identifiers_text(t, v);
	notes_text(t, v);
}
