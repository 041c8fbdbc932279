/*
 * The DKIM keys found, and the aliases of selectors that lead to none.
 */
#include <string.h>

#include "assess/case.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* The first key record of the answer, and how many there are; p->n stays 0 when
 * there is none.  A key that was cut is not read: what is missing would look
 * like a fault of it.  DKIM-1. */
static enum as_err
probe_fill(struct as_case *c, struct as_dkim_probe *p)
{
	const struct as_answer *ans = p->answer;
	bool whole = true;
	struct as_why why;
	enum as_err err;

	if (ans == NULL || ans->outcome != AS_DNS_OK)
		return AS_OK;
	for (size_t i = 0; i < ans->n_txt; i++) {
		if (!as_dkim_key_is_like(ans->txt[i].text) || p->n++ > 0)
			continue;
		p->text = ans->txt[i].text;
		whole = !ans->txt[i].cut;
	}
	p->cut = p->n > 0 && (ans->cut || !whole);
	if (p->n == 0 || !whole)
		return AS_OK;
	err = as_dkim_key_parse(c->a, p->text, &p->key, &why);
	if (err == AS_OK || err == AS_ENOMEM)
		return err;
	p->key = NULL;
	p->why = as_str_dup(c->a, as_str_from(why.text));
	return as_str_is_null(p->why) ? AS_ENOMEM : AS_OK;
}

/* Its last target has no such name, or no TXT. */
static bool
is_dangling(const struct as_answer *ans)
{
	return ans->n_chain > 0 && as_answer_is_none(ans);
}

/* What the wildcard says to any selector? */
static bool
is_same_alias(const struct as_answer *a, const struct as_answer *b)
{
	return b != NULL && a->n_chain > 0 && b->n_chain > 0 &&
	    as_str_eq(a->chain[0], b->chain[0]);
}

static bool
may_hide_key(const struct as_dkim_probe *p)
{
	return !as_case_known(p->answer) || (p->n == 0 && p->answer->cut);
}

static enum as_err
wildcard_find(struct as_case *c)
{
	struct as_dkim_probe *w;
	struct as_str name;

	if (c->d->random_selector.n == 0)
		return AS_OK;
	w = AS_NEW(c->a, struct as_dkim_probe);
	name = as_dkim_key_name(c->a, c->d->random_selector, c->name);
	if (w == NULL || as_str_is_null(name))
		return AS_ENOMEM;
	w->selector = AS_STR("*");
	w->answer = as_case_answer(c, name, AS_RR_TXT);
	if (w->answer == NULL)
		return AS_OK;
	AS_TRY(probe_fill(c, w));
	if (may_hide_key(w))
		c->random_open = w->answer;
	else if (w->n > 0)
		c->wildcard = w;
	else if (is_dangling(w->answer))
		c->dangling[c->n_dangling++] = *w;
	return AS_OK;
}

/* Only what the wildcard says, which is told of it alone? */
static bool
is_echo(const struct as_case *c, const struct as_dkim_probe *p)
{
	if (p->n > 0)
		return c->wildcard != NULL &&
		    as_str_eq(p->text, c->wildcard->text);
	return c->n_dangling > 0 && as_str_is(c->dangling[0].selector, "*") &&
	    is_same_alias(p->answer, c->dangling[0].answer);
}

static enum as_err
key_add(struct as_case *c, struct as_str selector)
{
	struct as_dkim_probe *p = &c->keys[c->n_keys];
	struct as_str name = as_dkim_key_name(c->a, selector, c->name);

	if (as_str_is_null(name))
		return AS_ENOMEM;
	memset(p, 0, sizeof(*p));
	p->selector = selector;
	p->answer = as_case_answer(c, name, AS_RR_TXT);
	if (p->answer == NULL)
		return AS_OK;
	AS_TRY(probe_fill(c, p));
	if (may_hide_key(p)) {
		c->n_key_unknown++;
		c->key_unknown = p->answer;
	} else if (is_echo(c, p)) {
		return AS_OK;
	} else if (p->n > 0) {
		c->n_keys++;
	} else if (is_dangling(p->answer)) {
		c->dangling[c->n_dangling++] = *p;
	}
	return AS_OK;
}

static enum as_err
keys_alloc(struct as_case *c)
{
	size_t most = c->d->n_selectors + 1;

	/* Each is filled as it is found, which few are. */
	c->keys = as_arena_raw(c->a, most * sizeof(*c->keys));
	c->dangling = as_arena_raw(c->a, most * sizeof(*c->dangling));
	return c->keys == NULL || c->dangling == NULL ? AS_ENOMEM : AS_OK;
}

enum as_err
as_case_dkim(struct as_case *c)
{
	const struct as_domain_facts *d = c->d;
	struct as_str parent = as_dkim_keys_name(c->a, c->name);

	if (as_str_is_null(parent))
		return AS_ENOMEM;
	AS_TRY(keys_alloc(c));
	AS_TRY(wildcard_find(c));
	c->domainkey = as_case_answer(c, parent, AS_RR_TXT);
	c->n_selectors = d->n_selectors;
	if (d->n_selectors == 0)
		c->key_unknown = c->domainkey;
	for (size_t i = 0; i < d->n_selectors; i++)
		AS_TRY(key_add(c, d->selectors[i]));
	return AS_OK;
}

static enum as_err
seen_fill(
    struct as_arena *a, const struct as_dkim_probe *p, struct as_dkim_seen *out)
{
	const struct as_answer *ans = p->answer;

	out->selector = as_str_escape(a, p->selector);
	out->sha256 = as_dkim_key_hash_text(a, p->key);
	out->alias = ans->n_chain == 0
	    ? AS_STR("")
	    : as_str_escape(a, ans->chain[ans->n_chain - 1]);
	return as_str_is_null(out->selector) || as_str_is_null(out->sha256) ||
		as_str_is_null(out->alias)
	    ? AS_ENOMEM
	    : AS_OK;
}

/* DKIM-11 */
enum as_err
as_case_dkim_seen(const struct as_case *c, struct as_assessment *out)
{
	out->dkim_keys =
	    as_arena_array(c->a, c->n_keys, sizeof(*out->dkim_keys));
	if (out->dkim_keys == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < c->n_keys; i++) {
		const struct as_dkim_key *k = c->keys[i].key;

		if (k == NULL || k->bits == 0)
			continue;
		AS_TRY(seen_fill(
		    c->a, &c->keys[i], &out->dkim_keys[out->n_dkim_keys]));
		out->n_dkim_keys++;
	}
	return AS_OK;
}
