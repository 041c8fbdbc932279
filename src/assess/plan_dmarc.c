#include "assess/advice.h"
#include "assess/rules_dmarc.h"

#include <string.h>

#include "base/banned.h"

/* --- joining --- */

/* The names of the policies sort from the weakest to the strictest. */
static const char *
stricter(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == NULL ? b : a;
	return strcmp(a, b) > 0 ? a : b;
}

static void
edit_join(struct as_dmarc_edit *to, const struct as_dmarc_edit *e)
{
	if (to->base.n == 0)
		to->base = e->base;
	to->inherit |= e->inherit;
	to->p = stricter(to->p, e->p);
	to->sp = stricter(to->sp, e->sp);
	to->np = stricter(to->np, e->np);
	to->no_testing |= e->no_testing;
	to->no_psd |= e->no_psd;
	if (e->keep_uri != NULL)
		to->keep_uri = e->keep_uri;
	if (e->rua.n > 0)
		to->rua = e->rua;
}

void
as_dmarc_propose_own(
    struct as_say *o, struct as_finding *f, const struct as_dmarc_edit *edit)
{
	edit_join(&o->plan.dmarc, edit);
	as_say_waits(f, AS_PLAN_DMARC);
}

void
as_dmarc_propose(const struct as_case *c, struct as_say *o,
    struct as_finding *f, const struct as_dmarc_edit *edit)
{
	if (!c->dmarc.inherited)
		as_dmarc_propose_own(o, f, edit);
}

/* --- the text to start from --- */

/* A record of the domain's own that asks for what it inherits. */
static struct as_str
inherited(struct as_say *o)
{
	const struct as_case *c = o->c;
	const struct as_dmarc *d = c->dmarc_record;
	bool any = false;
	struct as_buf b;

	as_buf_init(&b, AS_MAX_TXT_OCTETS);
	as_buf_puts(&b, "v=DMARC1; p=none");
	if (d->adkim == 's')
		as_buf_puts(&b, "; adkim=s");
	if (d->aspf == 's')
		as_buf_puts(&b, "; aspf=s");
	for (size_t i = 0; i < d->n_rua; i++) {
		if (!d->rua[i].usable || !as_dmarc_uri_is_read(o, &d->rua[i]))
			continue;
		as_buf_puts(&b, any ? "," : "; rua=");
		as_buf_add_str(&b, d->rua[i].text);
		any = true;
	}
	if (!any && c->receives == AS_YES) {
		as_buf_puts(&b, "; rua=");
		as_buf_add_str(&b, as_advice_mailbox(o, "dmarc-reports"));
	}
	return as_say_take(o, &b);
}

static struct as_str
base_of(struct as_say *o)
{
	const struct as_case *c = o->c;
	const struct as_dmarc_edit *e = &o->plan.dmarc;

	if (c->n_steps == 0 || c->dmarc_sets[0].found == AS_FOUND_UNKNOWN)
		return AS_STR_NULL;
	if (c->steps[0].known == AS_DMARC_KNOWN_RECORD)
		return c->steps[0].record->text;
	if (e->base.n > 0)
		return e->base;
	if (e->inherit && c->dmarc_sets[0].found == AS_FOUND_NONE)
		return inherited(o);
	return AS_STR_NULL;
}

/* --- what must not get weaker --- */

static const char *
policy_or_none(enum as_dmarc_policy p)
{
	return as_dmarc_policy_text(p == AS_DMARC_ABSENT ? AS_DMARC_NONE : p);
}

/* The names below follow a policy that rises where they are the domain's, and
 * keep what they have where they belong to others. */
static void
below_guard(struct as_say *o, const struct as_dmarc *d, struct as_dmarc_edit *e)
{
	enum as_dmarc_policy own = as_dmarc_own_policy(d);

	if (e->p == NULL)
		return;
	if (as_dmarc_is_suffix(o->c)) {
		if (d->sp == AS_DMARC_ABSENT)
			e->sp = policy_or_none(as_dmarc_sub_policy(d));
	} else if (own >= AS_DMARC_QUARANTINE && d->sp >= own &&
	    strcmp(policy_or_none(d->sp), e->p) < 0) {
		e->sp = "";
	}
}

/* A record in a new place stands in front of what is inherited today. */
static void
inherited_guard(
    struct as_say *o, const struct as_dmarc *d, struct as_dmarc_edit *e)
{
	const struct as_case *c = o->c;
	enum as_dmarc_policy np;

	e->p = stricter(e->p, policy_or_none(as_dmarc_own_policy(d)));
	if (c->dmarc_record == NULL || !c->dmarc.inherited)
		return;
	e->p = stricter(e->p, policy_or_none(c->dmarc.declared));
	e->no_testing |= c->dmarc.applied >= AS_DMARC_QUARANTINE;
	np = as_dmarc_np_policy(c->dmarc_record);
	if (as_str_eq(c->dmarc.organizational, c->name) &&
	    strcmp(policy_or_none(np), e->p) > 0)
		e->np = stricter(e->np, as_dmarc_policy_text(np));
}

/* --- reports that come today must not end --- */

/* The addresses of a record that can be used and are read; of none: empty. */
static struct as_str
rua_of(struct as_say *o, const struct as_dmarc *d)
{
	struct as_buf b;

	as_buf_init(&b, AS_MAX_TXT_OCTETS);
	for (size_t i = 0; i < d->n_rua; i++) {
		if (!d->rua[i].usable || !as_dmarc_uri_is_read(o, &d->rua[i]))
			continue;
		as_buf_puts(&b, b.n > 0 ? "," : "");
		as_buf_add_str(&b, d->rua[i].text);
	}
	return as_say_take(o, &b);
}

/* Where reports go when the proposed record names nobody: to those whom the
 * records in its place name, else to those of the one that is inherited, else to
 * the domain itself. */
static struct as_str
rua_kept(struct as_say *o)
{
	const struct as_case *c = o->c;
	struct as_str rua = AS_STR("");
	struct as_dmarc *d;

	for (size_t i = 0; i < c->dmarc_sets[0].n && rua.n == 0; i++)
		if (as_dmarc_parse(c->a, c->dmarc_sets[0].texts[i], &d, NULL) ==
		    AS_OK)
			rua = rua_of(o, d);
	if (rua.n == 0 && c->dmarc_record != NULL)
		rua = rua_of(o, c->dmarc_record);
	if (rua.n == 0 && c->receives == AS_YES)
		rua = as_advice_mailbox(o, "dmarc-reports");
	return rua;
}

/* A record that works and asks nobody is what dmarc.no-rua speaks of. */
static bool
is_silent(struct as_say *o, struct as_str text, struct as_dmarc **out)
{
	return o->c->steps[0].known != AS_DMARC_KNOWN_RECORD &&
	    !as_str_is_null(text) &&
	    as_dmarc_parse(o->c->a, text, out, NULL) == AS_OK &&
	    rua_of(o, *out).n == 0;
}

/* np=reject says nothing where the others come to the same. */
static struct as_str
without_np(struct as_say *o, struct as_str base, struct as_dmarc_edit e)
{
	struct as_str text;
	struct as_dmarc *d;

	if (e.np == NULL || strcmp(e.np, "reject") != 0)
		return AS_STR_NULL;
	e.np = "";
	text = as_advice_dmarc(o, base, &e);
	if (as_str_is_null(text) ||
	    as_dmarc_parse(o->c->a, text, &d, NULL) != AS_OK ||
	    as_dmarc_np_policy(d) != AS_DMARC_REJECT)
		return AS_STR_NULL;
	return text;
}

static struct as_str
text_make(struct as_say *o, struct as_dmarc **out)
{
	struct as_dmarc_edit e = o->plan.dmarc;
	struct as_str base = base_of(o), text;
	struct as_dmarc *d = NULL;

	if (as_str_is_null(base))
		return base;
	if (o->c->steps[0].known == AS_DMARC_KNOWN_RECORD)
		below_guard(o, o->c->steps[0].record, &e);
	else if (as_dmarc_parse(o->c->a,
		     as_advice_dmarc(o, base, &(struct as_dmarc_edit){0}), &d,
		     NULL) == AS_OK)
		inherited_guard(o, d, &e);
	text = without_np(o, base, e);
	if (as_str_is_null(text))
		text = as_advice_dmarc(o, base, &e);
	if (is_silent(o, text, out)) {
		e.rua = rua_kept(o);
		e.p = e.sp = e.np = NULL; /* they stand in the text already */
		if (e.rua.n > 0)
			text = as_advice_dmarc(o, text, &e);
	}
	if (!as_str_is_null(text) &&
	    as_dmarc_parse(o->c->a, text, out, NULL) != AS_OK)
		text = AS_STR_NULL;
	return text;
}

/* --- the findings --- */

static struct as_str
current_of(struct as_say *o)
{
	const struct as_txt_set *set = &o->c->dmarc_sets[0];

	if (set->n == 0)
		return AS_STR("");
	if (set->n == 1)
		return as_say_whole(o, set->texts[0]);
	return as_list_of(o, " | ", set->texts, set->n);
}

void
as_plan_dmarc_finish(struct as_say *o)
{
	struct as_dmarc *d = NULL;
	struct as_str text = AS_STR_NULL, current = AS_STR("");
	bool made = false;

	for (struct as_said *s = o->head; s != NULL; s = s->next) {
		if (s->waits != AS_PLAN_DMARC &&
		    s->waits != AS_PLAN_DMARC_CLEAN)
			continue;
		if (!made) {
			text = text_make(o, &d);
			current = current_of(o);
			made = true;
		}
		if (s->waits == AS_PLAN_DMARC_CLEAN &&
		    (d == NULL || d->n_notes > 0))
			continue;
		if (as_str_is_null(text)) {
			as_say_advice_more(o, &s->f,
			    "No record is proposed: what the present one is "
			    "to say cannot be told.");
			continue;
		}
		as_say_record(
		    o, &s->f, as_dmarc_own_name(o->c), "TXT", AS_STR(""), text);
		s->f.record.current = current;
	}
}
