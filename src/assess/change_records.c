/*
 * Records that came, went or say something else.
 */
#include "assess/change_private.h"
#include "model/rr_text.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* The data of one set of records, as texts. */
struct set {
	bool known;
	struct as_str *v;
	size_t n;
};

/* --- which records --- */

static bool
is_key_name(struct as_str name)
{
	return as_str_has(name, AS_STR("._domainkey."));
}

/* Not tokens of web services and the like, that come and go at the same name. */
static bool
is_of_mail(struct as_str name, struct as_str txt)
{
	return as_spf_is_record(txt) || as_dmarc_is_like(txt) ||
	    as_mta_sts_is_record(txt) || as_tls_rpt_is_record(txt) ||
	    as_bimi_is_record(txt) || is_key_name(name);
}

static bool
is_watched(const struct as_answer *ans)
{
	switch (ans->type) {
	case AS_RR_TXT:
	case AS_RR_MX:
	case AS_RR_NS:
	case AS_RR_CAA:
	case AS_RR_DS: return true;
	default: return false;
	}
}

/* A TXT whose start alone was kept is not known. */
static bool
is_whole(const struct as_answer *ans)
{
	for (size_t i = 0; i < ans->n_txt; i++)
		if (ans->txt[i].cut)
			return false;
	return as_case_known(ans) && !ans->cut;
}

/* A selector that was probed without an answer to keep has no key. */
static bool
is_probed(const struct as_case *c, struct as_str name)
{
	for (size_t i = 0; i < c->d->n_selectors; i++) {
		struct as_str selector = c->d->selectors[i];

		if (as_str_eq(as_str_slice(name, 0, selector.n), selector) &&
		    as_str_has_prefix(
			as_str_slice(name, selector.n, name.n), "._domainkey."))
			return true;
	}
	return false;
}

/* --- their data --- */

static void
add(struct as_change *ch, struct set *set, struct as_str data)
{
	if (as_str_is_null(data))
		ch->err = AS_ENOMEM;
	else
		set->v[set->n++] = data;
}

static void
fill(struct as_change *ch, const struct as_answer *ans, struct set *set)
{
	set->v = as_arena_array(ch->a,
	    ans->n_txt + ans->n_mx + ans->n_names + ans->n_caa + ans->n_ds +
		ans->n_tlsa,
	    sizeof(*set->v));
	if (set->v == NULL) {
		ch->err = AS_ENOMEM;
		return;
	}
	for (size_t i = 0; i < ans->n_txt; i++)
		if (is_of_mail(ans->name, ans->txt[i].text))
			add(ch, set, ans->txt[i].text);
	for (size_t i = 0; i < ans->n_mx; i++)
		add(ch, set, as_rr_mx_text(ch->a, &ans->mx[i]));
	for (size_t i = 0; i < ans->n_names; i++)
		add(ch, set, ans->names[i]);
	for (size_t i = 0; i < ans->n_caa; i++)
		add(ch, set, as_rr_caa_text(ch->a, &ans->caa[i]));
	for (size_t i = 0; i < ans->n_ds; i++)
		add(ch, set, as_rr_ds_text(ch->a, &ans->ds[i]));
	for (size_t i = 0; i < ans->n_tlsa; i++)
		add(ch, set, as_rr_tlsa_text(ch->a, &ans->tlsa[i]));
}

static struct set
set_of(struct as_change *ch, const struct as_answer *ans)
{
	struct set set = {0};

	if (ans == NULL || !is_whole(ans))
		return set;
	set.known = true;
	fill(ch, ans, &set);
	return set;
}

static struct set
set_find(struct as_change *ch, const struct as_case *c, struct as_str name,
    uint32_t type)
{
	const struct as_answer *ans = as_case_answer(c, name, type);
	struct set set = set_of(ch, ans);

	if (ans == NULL && type == AS_RR_TXT && is_key_name(name) &&
	    c->d->outcome == AS_SUBJECT_DONE && is_probed(c, name))
		set.known = true;
	return set;
}

static bool
has(const struct set *set, struct as_str data)
{
	for (size_t i = 0; i < set->n; i++)
		if (as_str_eq(set->v[i], data))
			return true;
	return false;
}

/* Those of `set` that `other` lacks. */
static struct set
without(struct as_change *ch, const struct set *set, const struct set *other)
{
	struct set rest = {.known = true};

	rest.v = as_arena_array(ch->a, set->n, sizeof(*rest.v));
	for (size_t i = 0; rest.v != NULL && i < set->n; i++)
		if (!has(other, set->v[i]))
			rest.v[rest.n++] = set->v[i];
	if (rest.v == NULL)
		ch->err = AS_ENOMEM;
	return rest;
}

/* --- what to say --- */

/* Of a set that came or went as a whole. */
static enum as_event_turn
turn_of(uint32_t type, bool whole, bool came)
{
	if (!whole ||
	    (type != AS_RR_TXT && type != AS_RR_DS && type != AS_RR_TLSA &&
		type != AS_RR_CAA))
		return AS_EVENT_NEITHER;
	return came ? AS_EVENT_BETTER : AS_EVENT_WORSE;
}

struct place {
	struct as_str subject, name;
	uint32_t type;
};

static void
say(struct as_change *ch, const struct place *at, enum as_event_kind kind,
    enum as_event_turn turn, struct as_str before, struct as_str after)
{
	struct as_event *e = as_change_add(ch, kind, turn, at->subject);

	e->name = as_change_shown(ch, at->name);
	e->type = as_str_from(as_rrtype_text((uint16_t)at->type));
	if (!as_str_is_null(before))
		e->before = as_change_shown(ch, before);
	if (!as_str_is_null(after))
		e->after = as_change_shown(ch, after);
}

static enum as_event_kind
kind_of(uint32_t type, bool came)
{
	if (type == AS_RR_MX)
		return came ? AS_EVENT_MX_ADDED : AS_EVENT_MX_REMOVED;
	return came ? AS_EVENT_RECORD_ADDED : AS_EVENT_RECORD_REMOVED;
}

static void
compare(struct as_change *ch, const struct place *at, const struct set *was,
    const struct set *is)
{
	struct set gone, come;

	if (!was->known || !is->known || ch->err != AS_OK)
		return;
	gone = without(ch, was, is);
	come = without(ch, is, was);
	/* One in place of another is one change, of an MX too. */
	if (gone.n == 1 && come.n == 1) {
		say(ch, at, AS_EVENT_RECORD_CHANGED, AS_EVENT_NEITHER,
		    gone.v[0], come.v[0]);
		return;
	}
	for (size_t i = 0; i < gone.n; i++)
		say(ch, at, kind_of(at->type, false),
		    turn_of(at->type, is->n == 0, false), gone.v[i],
		    AS_STR_NULL);
	for (size_t i = 0; i < come.n; i++)
		say(ch, at, kind_of(at->type, true),
		    turn_of(at->type, was->n == 0, true), AS_STR_NULL,
		    come.v[i]);
}

static void
answer_compare(struct as_change *ch, const struct as_answer *ans)
{
	struct place at = {as_change_subject(ch, "domain", ch->after->name),
	    ans->name, ans->type};
	struct set was = set_find(ch, ch->before, ans->name, ans->type);
	struct set is = set_find(ch, ch->after, ans->name, ans->type);

	compare(ch, &at, &was, &is);
}

/* --- TLSA, which stand with the visits --- */

static const struct as_answer *
tlsa_of(const struct as_case *c, struct as_str host)
{
	for (size_t i = 0; i < c->n_mx; i++)
		if (as_str_eq(c->mx[i].host, host))
			return c->mx[i].tlsa;
	return NULL;
}

static void
tlsa_compare(struct as_change *ch, const struct as_mx *m)
{
	const struct as_answer *old = tlsa_of(ch->before, m->host);
	struct place at = {
	    as_change_subject(ch, "host", m->host), .type = AS_RR_TLSA};
	struct set was = set_of(ch, old), is = set_of(ch, m->tlsa);

	if (old == NULL || m->tlsa == NULL)
		return;
	at.name = m->tlsa->name;
	compare(ch, &at, &was, &is);
}

void
as_change_records(struct as_change *ch)
{
	const struct as_domain_facts *was = ch->before->d, *is = ch->after->d;

	for (size_t i = 0; i < is->n_answers; i++)
		if (is_watched(&is->answers[i]))
			answer_compare(ch, &is->answers[i]);
	/* A selector whose key is gone has no answer any more. */
	for (size_t i = 0; i < was->n_answers; i++)
		if (is_watched(&was->answers[i]) &&
		    as_case_answer(ch->after, was->answers[i].name,
			was->answers[i].type) == NULL)
			answer_compare(ch, &was->answers[i]);
	for (size_t i = 0; i < ch->after->n_mx; i++)
		tlsa_compare(ch, &ch->after->mx[i]);
}
