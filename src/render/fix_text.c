#include "render/fix.h"

#include <stdio.h>

#include "assess/profile.h"
#include "base/utf8.h"
#include "render/face.h"
#include "render/fix_private.h"
#include "render/told.h"
#include "std/spf_eval.h"

#include "base/banned.h"

#define INDENT      2
#define STEP_INDENT 6
#define LABEL_WIDTH 10 /* "publish   " */
#define TEXT_INDENT (STEP_INDENT + LABEL_WIDTH)
#define AXIS_WIDTH  38
#define LINE_OCTETS 65536
#define KEPT_SHOWN  3

/* --- pieces --- */

static void
label_put(const struct as_term *t, enum as_style style, const char *label)
{
	as_term_spaces(t, STEP_INDENT);
	as_term_put_padded(t, style, as_str_from(label), LABEL_WIDTH);
}

static void
labelled(const struct as_term *t, const char *label, struct as_str s)
{
	if (s.n == 0)
		return;
	label_put(t, AS_STYLE_DIM, label);
	as_term_wrap(t, AS_STYLE_PLAIN, TEXT_INDENT, TEXT_INDENT, s);
}

/* Data stays on one line, to be copied. */
static void
data_line(const struct as_term *t, const char *label, enum as_style style,
    const struct as_fix_step *step, const struct as_fix_rr *rr)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_fix_put_data(&b, step, rr);
	label_put(t, AS_STYLE_DIM, label);
	as_term_put(t, style, as_buf_str(&b));
	as_term_newline(t);
	as_buf_fini(&b);
}

static void
set_lines(const struct as_term *t, const char *label, enum as_style style,
    const struct as_fix_step *step, const struct as_fix_set *set, size_t most)
{
	size_t n = set->n <= most ? set->n : most - 1;

	for (size_t i = 0; i < n; i++)
		data_line(t, i == 0 ? label : "", style, step, &set->rr[i]);
	if (n == set->n)
		return;
	label_put(t, AS_STYLE_DIM, "");
	as_buf_printf(t->out, "and %zu more\n", set->n - n);
}

/* --- one step --- */

static const char *
verb(const struct as_fix_step *step)
{
	if (step->kept.n + step->gone.n == 0)
		return "Publish";
	return step->kept.n + step->added.n == 0 ? "Remove" : "Change";
}

static void
step_head(const struct as_term *t, const struct as_fix *fix,
    const struct as_fix_step *step)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	if (step->by == AS_FIX_WEB)
		as_buf_printf(&b, "Serve " AS_STR_FMT, AS_STR_ARG(step->url));
	else
		as_buf_printf(&b, "%s " AS_STR_FMT " at " AS_STR_FMT,
		    verb(step), AS_STR_ARG(step->type), AS_STR_ARG(step->name));
	if (step->by == AS_FIX_ALIAS)
		as_buf_printf(&b,
		    ", which is an alias: change it at " AS_STR_FMT
		    ", or put the record in its place",
		    AS_STR_ARG(step->alias));
	else if (step->by != AS_FIX_ZONE && step->by != AS_FIX_WEB)
		as_buf_printf(&b, ", %s", as_fix_by_words(step->by));
	as_buf_puts(&b, ".");
	as_term_spaces(t, INDENT);
	as_buf_printf(t->out, "%2zu. ", (size_t)(step - fix->steps) + 1);
	as_term_wrap(
	    t, AS_STYLE_BOLD, STEP_INDENT, STEP_INDENT, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
file_lines(const struct as_term *t, const struct as_fix_step *step)
{
	for (size_t at = 0; at < step->file.n;) {
		size_t end = as_str_find(step->file, '\n', at);

		label_put(t, AS_STYLE_DIM, at == 0 ? "serve" : "");
		as_term_put(
		    t, AS_STYLE_BOLD, as_str_slice(step->file, at, end));
		as_term_newline(t);
		at = end + 1;
	}
	labelled(t, "",
	    AS_STR("as text/plain, without a redirect, with a certificate for "
		   "that host; before the record is published."));
}

/* Is the finding told with one before it, of another host or address? */
static bool
is_told(const struct as_finding *const *v, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (as_told_is_alike(v[k], v[i]))
			return true;
	return false;
}

/* One finding for all that are alike. */
static void
finding_lines(
    const struct as_term *t, const struct as_finding *const *v, size_t n)
{
	struct as_told_hosts hosts;
	struct as_buf b;

	label_put(
	    t, as_verdict_style(v[0]->verdict), as_verdict_word(v[0]->verdict));
	as_term_wrap(t, AS_STYLE_PLAIN, TEXT_INDENT, TEXT_INDENT, v[0]->title);
	as_buf_init(&b, LINE_OCTETS);
	as_buf_puts(&b, "The same goes for ");
	as_told_hosts_begin(&hosts, &b, v[0]);
	for (size_t i = 1; i < n; i++)
		if (as_told_is_alike(v[0], v[i]))
			as_told_hosts_add(&hosts, v[i]);
	as_told_hosts_end(&hosts);
	if (hosts.n > 0)
		labelled(t, "", as_buf_str(&b));
	as_buf_fini(&b);
}

static void
mends_lines(const struct as_term *t, const struct as_fix *fix,
    const struct as_fix_step *step)
{
	for (size_t i = 0; i < step->n_mends; i++) {
		const struct as_finding *f = step->mends[i];

		if (is_told(step->mends, i))
			continue;
		finding_lines(t, &step->mends[i], step->n_mends - i);
		if (!as_fix_is_advised(fix, step, i))
			labelled(t, "", f->advice);
	}
	if (step->n_mends == 0)
		labelled(t, "why",
		    AS_STR("It makes the records of a parked name complete: "
			   "no selector can be used for a signature."));
}

static void
step_text(const struct as_term *t, const struct as_fix *fix,
    const struct as_fix_step *step)
{
	step_head(t, fix, step);
	mends_lines(t, fix, step);
	if (step->check_first)
		labelled(t, "first",
		    AS_STR("look at what is said above: mail may hang on it."));
	if (step->by == AS_FIX_WEB) {
		file_lines(t, step);
	} else {
		set_lines(t, "remove", AS_STYLE_PLAIN, step, &step->gone,
		    step->gone.n);
		set_lines(t, "publish", AS_STYLE_BOLD, step, &step->added,
		    step->added.n);
		set_lines(
		    t, "keep", AS_STYLE_DIM, step, &step->kept, KEPT_SHOWN);
	}
	as_term_newline(t);
}

/* --- SPF --- */

static void
spf_part(const struct as_term *t, const struct as_fix_spf_part *p)
{
	const struct as_spf_row *r = p->row;
	struct as_buf b;
	char cost[32] = "";

	as_buf_init(&b, LINE_OCTETS);
	if (r->lookups > 0)
		(void)snprintf(cost, sizeof(cost), "%u", (unsigned)r->lookups);
	as_term_spaces(t, STEP_INDENT);
	as_term_put_padded(t, AS_STYLE_PLAIN, as_str_from(cost), 4);
	as_buf_add_str(&b, r->term->text);
	if (p->under.n > 0)
		as_buf_printf(&b, " in " AS_STR_FMT, AS_STR_ARG(p->under));
	if (r->sender.service.n > 0)
		as_buf_printf(
		    &b, " (" AS_STR_FMT ")", AS_STR_ARG(r->sender.service));
	if (r->state == AS_SPF_TREE_DEAD)
		as_buf_puts(&b, ": dead");
	if (r->detail.n > 0)
		as_buf_printf(&b, ": " AS_STR_FMT, AS_STR_ARG(r->detail));
	as_term_wrap(t,
	    r->state == AS_SPF_TREE_DEAD ? AS_STYLE_BAD : AS_STYLE_PLAIN,
	    STEP_INDENT + 4, STEP_INDENT + 4, as_buf_str(&b));
	as_buf_fini(&b);
}

static void
spf_move(const struct as_term *t, const struct as_fix_spf_part *p)
{
	struct as_fix_step step = {.type = AS_STR("TXT")};
	struct as_fix_rr rr = {.data = p->record};
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b,
	    "Have the sender behind " AS_STR_FMT " use a return path at a "
	    "subdomain, and take its include out of the record then.",
	    AS_STR_ARG(p->row->term->text));
	labelled(t, "move", as_buf_str(&b));
	as_buf_reset(&b);
	as_buf_printf(&b, AS_STR_FMT ". TXT ", AS_STR_ARG(p->name));
	as_fix_put_data(&b, &step, &rr);
	label_put(t, AS_STYLE_DIM, "publish");
	as_term_put(t, AS_STYLE_BOLD, as_buf_str(&b));
	as_term_newline(t);
	as_buf_fini(&b);
}

static void
spf_moves(const struct as_term *t, const struct as_fix_spf *spf)
{
	for (size_t i = 0; i < spf->n_parts; i++)
		if (spf->parts[i].move)
			spf_move(t, &spf->parts[i]);
	if (spf->lookups_after < spf->lookups && spf->strict)
		labelled(t, "mind",
		    AS_STR("DMARC asks for the very same domain in SPF "
			   "(aspf=s): a subdomain counts only without it, or "
			   "with a DKIM signature of the domain."));
}

static void
spf_text(const struct as_term *t, const struct as_fix_spf *spf)
{
	if (!spf->needed)
		return;
	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_BOLD, "SPF: what costs, and what is dead");
	as_buf_printf(t->out,
	    "  (%u lookups, %d allowed; %u without an answer, %d allowed)\n",
	    (unsigned)spf->lookups, AS_SPF_LOOKUPS, (unsigned)spf->voids,
	    AS_SPF_VOIDS);
	for (size_t i = 0; i < spf->n_parts; i++)
		spf_part(t, &spf->parts[i]);
	spf_moves(t, spf);
	if (spf->lookups_after < spf->lookups) {
		as_term_spaces(t, STEP_INDENT);
		as_buf_printf(t->out, "With that, SPF %s %u lookups.\n",
		    spf->lookups_after > AS_SPF_LOOKUPS ? "still takes"
							: "takes",
		    (unsigned)spf->lookups_after);
	}
	as_term_newline(t);
}

/* --- the verdict --- */

static void
letters_text(const struct as_term *t, const struct as_fix *fix,
    const struct as_fix_verdict *v)
{
	as_term_spaces(t, INDENT);
	as_term_put_padded(t, AS_STYLE_BOLD,
	    AS_STR("Judged as if it were published"), AXIS_WIDTH + 2);
	as_term_puts(t, AS_STYLE_BOLD, "now  then");
	as_term_newline(t);
	for (size_t i = 0; i < AS_AXES; i++) {
		const struct as_axis *then = &v->after->axes[i];
		size_t column = INDENT + AXIS_WIDTH + 2 + 5 + 6;

		as_term_spaces(t, INDENT + 2);
		as_term_put_padded(t, AS_STYLE_PLAIN,
		    as_str_from(as_axis_question((enum as_axis_id)i)),
		    AXIS_WIDTH);
		as_grade_put(t, fix->before->axes[i].grade, 5);
		as_grade_put(t, then->grade, then->gate.n > 0 ? 6 : 0);
		as_term_wrap(t, AS_STYLE_DIM, column, column, then->gate);
	}
}

static void
list_line(const struct as_term *t, const char *label, enum as_style style,
    const struct as_fix_findings *l)
{
	size_t indent = INDENT + LABEL_WIDTH;
	struct as_buf b;
	size_t n = 0;

	as_buf_init(&b, LINE_OCTETS);
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0 && as_str_eq(l->v[i]->rule, l->v[i - 1]->rule))
			continue;
		as_buf_puts(&b, n++ > 0 ? ", " : "");
		as_buf_add_str(&b, l->v[i]->rule);
	}
	if (n > 0) {
		as_term_spaces(t, INDENT);
		as_term_put_padded(t, style, as_str_from(label), LABEL_WIDTH);
		as_term_wrap(t, AS_STYLE_PLAIN, indent, indent, as_buf_str(&b));
	}
	as_buf_fini(&b);
}

static size_t
not_met(const struct as_assessment *as, size_t i)
{
	return as_profile_count(
	    &as->profiles->profiles[i], AS_STANDING_NOT_MET);
}

static void
profiles_text(const struct as_term *t, const struct as_fix *fix,
    const struct as_fix_verdict *v)
{
	const struct as_assessment *now = fix->before, *then = v->after;

	if (now->profiles == NULL || then->profiles == NULL)
		return;
	for (size_t i = 0; i < now->profiles->n_profiles; i++) {
		const struct as_profile *p = now->profiles->profiles[i].profile;

		as_term_spaces(t, INDENT + 2);
		as_term_put(t, AS_STYLE_PLAIN, p->id);
		as_buf_printf(t->out,
		    ": %zu requirement%s not met now, %zu then\n",
		    not_met(now, i), not_met(now, i) == 1 ? "" : "s",
		    not_met(then, i));
	}
}

static void
verdict_text(const struct as_term *t, const struct as_fix *fix,
    const struct as_fix_verdict *v)
{
	letters_text(t, fix, v);
	profiles_text(t, fix, v);
	list_line(t, "Mended", AS_STYLE_GOOD, &v->mended);
	list_line(t, "Worse", AS_STYLE_BAD, &v->worse);
	list_line(t, "Unknown", AS_STYLE_UNKNOWN, &v->unknown);
	if (v->worse.n > 0 || v->letter_fell) {
		as_term_spaces(t, INDENT);
		as_term_wrap(t, AS_STYLE_BAD, INDENT, INDENT,
		    AS_STR("This proposal would make something worse: do not "
			   "publish it as it is."));
	}
	as_term_newline(t);
}

/* Of two that stand together; then it is given behind both. */
static bool
is_advice_same(const struct as_finding *a, const struct as_finding *b)
{
	return as_str_eq(a->rule, b->rule) && as_str_eq(a->advice, b->advice);
}

static void
left_text(const struct as_term *t, const struct as_fix_verdict *v)
{
	struct as_buf b;
	const struct as_finding *const *left = v->left.v;

	if (v->left.n == 0)
		return;
	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_BOLD, "What is left, and who can mend it");
	as_term_newline(t);
	for (size_t i = 0; i < v->left.n; i++) {
		const struct as_finding *f = left[i];

		if (!is_told(left, i))
			finding_lines(t, &left[i], v->left.n - i);
		if (i + 1 < v->left.n && is_advice_same(f, left[i + 1]))
			continue;
		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(&b, "Who: %s. " AS_STR_FMT, as_fix_who(f),
		    AS_STR_ARG(f->advice));
		labelled(t, "", as_buf_str(&b));
		as_buf_fini(&b);
	}
	as_term_newline(t);
}

static void
untested_text(const struct as_term *t, const struct as_fix_verdict *v)
{
	struct as_str cause;
	size_t n = as_fix_untested(v->after, &cause);
	struct as_buf b;

	if (n == 0)
		return;
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b,
	    "%zu check%s could not be tested, and of what is not known nothing "
	    "is proposed: " AS_STR_FMT ".",
	    n, n == 1 ? "" : "s", AS_STR_ARG(cause));
	as_term_spaces(t, INDENT);
	as_term_wrap(t, AS_STYLE_UNKNOWN, INDENT, INDENT, as_buf_str(&b));
	as_term_newline(t);
	as_buf_fini(&b);
}

static void
head_text(const struct as_term *t, const struct as_fix *fix)
{
	as_term_put(t, AS_STYLE_BOLD, fix->before->domain);
	if (fix->n_steps == 0)
		as_buf_puts(t->out, "  No record is to be published.\n\n");
	else
		as_buf_printf(t->out, "  %zu step%s\n\n", fix->n_steps,
		    fix->n_steps == 1 ? "" : "s, in this order");
}

void
as_fix_text(const struct as_term *t, const struct as_fix *fix,
    const struct as_fix_verdict *v)
{
	head_text(t, fix);
	for (size_t i = 0; i < fix->n_steps; i++)
		step_text(t, fix, &fix->steps[i]);
	spf_text(t, &fix->spf);
	if (fix->n_steps > 0)
		verdict_text(t, fix, v);
	left_text(t, v);
	untested_text(t, v);
}
