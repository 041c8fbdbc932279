#include "assess/key_use.h"

#include <stdlib.h>

#include "assess/key_use_private.h"
#include "assess/suffix.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

AS_DEFINE_ENUM(key_state, AS_KEY_STATE_MAP)

struct work {
	struct as_arena *a;
	const struct as_key_use_ask *ask;
	struct as_key_uses *out;
};

/* --- what reports tell --- */

static bool
is_own(const struct work *w, struct as_str signer)
{
	struct as_str domain = w->ask->usage->domain;
	struct as_str ours = as_suffix_organization(w->ask->psl, domain);
	struct as_str theirs = as_suffix_organization(w->ask->psl, signer);

	return ours.n == 0 ? as_domain_within(signer, domain)
			   : as_str_eq_case(ours, theirs);
}

static struct as_key_use *
use_find(const struct work *w, struct as_str signer, struct as_str selector)
{
	for (size_t i = 0; i < w->out->n; i++) {
		struct as_key_use *k = &w->out->list[i];

		if (as_str_eq_case(k->signer, signer) &&
		    as_str_eq_case(k->selector, selector))
			return k;
	}
	return NULL;
}

static struct as_key_use *
use_add(struct work *w, struct as_str signer, struct as_str selector)
{
	struct as_key_use *k = &w->out->list[w->out->n++];

	*k = (struct as_key_use){.signer = signer,
	    .selector = selector,
	    .last = -1,
	    .alg = AS_STR(""),
	    .service = AS_STR(""),
	    .text = AS_STR("")};
	return k;
}

static void
usage_take(struct work *w)
{
	const struct as_usage *u = w->ask->usage;

	for (size_t i = 0; i < u->n_keys; i++) {
		const struct as_usage_key *from = &u->keys[i];
		struct as_key_use *k =
		    use_find(w, from->signer, from->selector);

		if (k == NULL) {
			k = use_add(w, from->signer, from->selector);
			k->own = is_own(w, from->signer);
			k->first = from->first;
			k->last = from->last;
		}
		k->messages += from->messages;
		if (as_report_verdict(from->result) == AS_REPORT_VERDICT_PASS)
			k->passed += from->messages;
		if (from->first < k->first)
			k->first = from->first;
		if (from->last > k->last)
			k->last = from->last;
	}
}

/* Those that the look at the domain found, and no report tells of. */
static enum as_err
found_take(struct work *w)
{
	const struct as_case *c = w->ask->now;

	for (size_t i = 0; c != NULL && i < c->n_keys; i++) {
		struct as_str selector =
		    as_str_escape(w->a, c->keys[i].selector);

		if (as_str_is_null(selector))
			return AS_ENOMEM;
		if (use_find(w, w->ask->usage->domain, selector) == NULL)
			use_add(w, w->ask->usage->domain, selector)->own = true;
	}
	return AS_OK;
}

/* --- what DNS says --- */

/* AS_STR_NULL: DNS cannot hold such a name, or no memory. */
static struct as_str
name_of(const struct work *w, const struct as_key_use *k)
{
	struct as_str name = as_dkim_key_name(w->a, k->selector, k->signer);
	struct as_why why;

	if (k->selector.n == 0 || as_str_is_null(name) ||
	    as_domain_parse(w->a, name, &name, &why) != AS_OK)
		return AS_STR_NULL;
	return name;
}

static const struct as_answer *
answer_of(const struct work *w, struct as_str name)
{
	const struct as_answer *ans =
	    as_answer_find(w->ask->answers, w->ask->n_answers, name, AS_RR_TXT);

	return ans != NULL || w->ask->now == NULL
	    ? ans
	    : as_case_answer(w->ask->now, name, AS_RR_TXT);
}

/* A probed selector that has no answer among the facts had none in DNS
 * (model/facts). */
static bool
was_probed(const struct work *w, const struct as_key_use *k)
{
	const struct as_case *c = w->ask->now;

	if (c == NULL || !as_str_eq_case(k->signer, c->name))
		return false;
	for (size_t i = 0; i < c->d->n_selectors; i++)
		if (as_str_eq_case(c->d->selectors[i], k->selector))
			return true;
	return false;
}

static void
need_add(struct work *w, struct as_str name)
{
	if (w->out->n_needs < AS_KEY_USES_ASKED)
		w->out->needs[w->out->n_needs++] =
		    (struct as_need){name, AS_RR_TXT};
}

static enum as_err
dns_join(struct work *w, struct as_key_use *k)
{
	struct as_str name = name_of(w, k);
	const struct as_answer *ans;

	if (as_str_is_null(name))
		return AS_OK;
	ans = answer_of(w, name);
	if (ans != NULL)
		return as_key_use_read(w->a, w->ask->senders, ans, k);
	if (was_probed(w, k))
		k->state = AS_KEY_ABSENT;
	else
		need_add(w, name);
	return AS_OK;
}

/* --- the list --- */

static int
use_cmp(const void *a, const void *b)
{
	const struct as_key_use *x = a, *y = b;
	int c;

	if (x->own != y->own)
		return x->own ? -1 : 1;
	if (x->messages != y->messages)
		return x->messages < y->messages ? 1 : -1;
	c = as_str_cmp(x->signer, y->signer);
	return c != 0 ? c : as_str_cmp(x->selector, y->selector);
}

enum as_err
as_key_uses_make(struct as_arena *a, const struct as_key_use_ask *ask,
    struct as_key_uses *out)
{
	struct work w = {a, ask, out};
	size_t most =
	    ask->usage->n_keys + (ask->now != NULL ? ask->now->n_keys : 0);

	*out = (struct as_key_uses){
	    .list = as_arena_array(a, most, sizeof(*out->list)),
	    .needs = as_arena_array(a, AS_KEY_USES_ASKED, sizeof(*out->needs))};
	if (out->list == NULL || out->needs == NULL)
		return AS_ENOMEM;
	usage_take(&w);
	AS_TRY(found_take(&w));
	qsort(out->list, out->n, sizeof(*out->list), use_cmp);
	for (size_t i = 0; i < out->n; i++) {
		out->others += !out->list[i].own;
		if (out->list[i].own)
			AS_TRY(dns_join(&w, &out->list[i]));
		AS_TRY(as_key_use_say(a, ask->usage, &out->list[i]));
	}
	return AS_OK;
}
