#include "probe/probe_dkim.h"

#include "base/limits.h"
#include "std/dkim_key.h"
#include "std/dns_wire.h"

#include "base/banned.h"

#define BATCH 10
/* Shipped selectors that are tried although an unsigned answer denies
 * `_domainkey`: some servers wrongly deny a name that only has names beneath. */
#define TRY_ANYWAY 3

/* FNV-1a, 64 bits: the same for the same name on any machine. */
static uint64_t
name_hash(struct as_str name)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < name.n; i++) {
		h ^= (uint8_t)name.p[i];
		h *= 0x100000001b3u;
	}
	return h;
}

static bool
is_listed(const struct as_probe_dkim *d, struct as_str selector)
{
	for (size_t i = 0; i < d->n_selectors; i++)
		if (as_str_eq(d->selectors[i], selector))
			return true;
	return false;
}

static enum as_err
selectors_add(struct as_probe_dkim *d, const struct as_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct as_str s = as_str_lower(d->arena, list[i]);
		if (as_str_is_null(s))
			return AS_ENOMEM;
		if (d->n_selectors >= AS_MAX_DKIM_SELECTORS)
			break;
		if (s.n > 0 && !is_listed(d, s))
			d->selectors[d->n_selectors++] = s;
	}
	return AS_OK;
}

enum as_err
as_probe_dkim_init(struct as_probe_dkim *d, struct as_arena *a,
    struct as_book *book, struct as_str domain, const struct as_str *given,
    size_t n_given, const struct as_str *shipped, size_t n_shipped)
{
	*d = (struct as_probe_dkim){.arena = a, .book = book, .domain = domain};
	d->random = as_str_printf(
	    a, "assay-%016llx", (unsigned long long)name_hash(domain));
	d->selectors =
	    as_arena_array(a, AS_MAX_DKIM_SELECTORS, sizeof(d->selectors[0]));
	d->probed =
	    as_arena_array(a, AS_MAX_DKIM_SELECTORS, sizeof(d->probed[0]));
	if (as_str_is_null(d->random) || d->selectors == NULL ||
	    d->probed == NULL)
		return AS_ENOMEM;
	AS_TRY(selectors_add(d, given, n_given));
	d->n_given = d->n_selectors;
	return selectors_add(d, shipped, n_shipped);
}

/* The name of a selector's key; AS_STR_NULL on no memory (DKIM-1). */
static struct as_str
key_name(const struct as_probe_dkim *d, struct as_str selector)
{
	return as_dkim_key_name(d->arena, selector, d->domain);
}

static struct as_str
parent_name(const struct as_probe_dkim *d)
{
	return as_dkim_keys_name(d->arena, d->domain);
}

static void
name_ask(struct as_probe_dkim *d, struct as_str name, enum as_book_keep keep)
{
	as_book_ask(d->book, name, AS_RR_TXT, keep, NULL, NULL);
}

/* --- looking at a batch --- */

static bool
is_same_txt(const struct as_answer *a, const struct as_answer *b)
{
	if (a->outcome != b->outcome || a->n_txt != b->n_txt)
		return false;
	for (size_t i = 0; i < a->n_txt; i++)
		if (!as_str_eq(a->txt[i].text, b->txt[i].text))
			return false;
	return true;
}

/* Both aliases of one name that leads nowhere? */
static bool
is_same_alias(const struct as_answer *a, const struct as_answer *b)
{
	return as_answer_is_none(a) && as_answer_is_none(b) && a->n_chain > 0 &&
	    b->n_chain > 0 && as_str_eq(a->chain[0], b->chain[0]);
}

/* Is this only what the wildcard says to any selector? */
static bool
is_wildcard_echo(const struct as_probe_dkim *d, const struct as_answer *ans)
{
	const struct as_answer *random =
	    as_book_find(d->book, key_name(d, d->random), AS_RR_TXT);

	if (random == NULL)
		return false;
	return (random->outcome == AS_DNS_OK && is_same_txt(ans, random)) ||
	    is_same_alias(ans, random);
}

/* Left out: not asked, or a guess of ours that our own deadline cut off. */
static bool
is_left_out(
    const struct as_probe_dkim *d, size_t i, const struct as_answer *ans)
{
	if (ans == NULL || ans->outcome == AS_DNS_NOT_ASKED)
		return true;
	return i >= d->n_given && ans->outcome == AS_DNS_TIMEOUT &&
	    as_book_is_over(d->book);
}

/* Note one selector; true when the search may go on after it. */
static bool
selector_judge(struct as_probe_dkim *d, size_t i)
{
	struct as_str name = key_name(d, d->selectors[i]);
	const struct as_answer *ans = as_book_find(d->book, name, AS_RR_TXT);

	if (is_left_out(d, i, ans)) {
		as_book_forget(d->book, name, AS_RR_TXT);
		/* By --zone-only: the next may be in the file. */
		return !as_book_is_over(d->book);
	}
	if (is_wildcard_echo(d, ans))
		as_book_forget(d->book, name, AS_RR_TXT);
	d->probed[d->n_probed++] = d->selectors[i];
	return as_answer_is_known(ans);
}

/* May the search go on after the batch that ends at n_tried? */
static bool
batch_judge(struct as_probe_dkim *d)
{
	size_t known = 0, asked = d->n_tried - d->batch_at;

	for (size_t i = d->batch_at; i < d->n_tried; i++)
		known += selector_judge(d, i);
	d->batch_at = d->n_tried;
	return asked == 0 || known > 0;
}

/* --- asking --- */

/* DKIM-9, DKIM-10 */
static void
guard_ask(struct as_probe_dkim *d)
{
	name_ask(d, parent_name(d), AS_BOOK_KEEP);
	name_ask(d, key_name(d, d->random), AS_BOOK_KEEP_IF_ANY);
	d->guarded = true;
}

static void
guard_judge(struct as_probe_dkim *d)
{
	const struct as_answer *parent =
	    as_book_find(d->book, parent_name(d), AS_RR_TXT);

	d->denied = parent != NULL && parent->outcome == AS_DNS_NXDOMAIN &&
	    parent->n_chain == 0;
	d->trusted = d->denied && parent->security == AS_DNSSEC_SECURE;
	d->judged = true;
}

/* How many selectors are worth trying (DKIM-9). */
static size_t
selectors_limit(const struct as_probe_dkim *d)
{
	size_t limit = d->n_selectors;

	if (d->trusted)
		limit = d->n_given;
	else if (d->denied)
		limit = d->n_given + TRY_ANYWAY;
	return limit < d->n_selectors ? limit : d->n_selectors;
}

static bool
is_any_found(const struct as_probe_dkim *d)
{
	for (size_t i = 0; i < d->n_probed; i++) {
		const struct as_answer *ans =
		    as_book_find(d->book, key_name(d, d->probed[i]), AS_RR_TXT);
		if (ans != NULL && !as_answer_is_none(ans))
			return true;
	}
	return false;
}

static bool
batch_ask(struct as_probe_dkim *d)
{
	size_t limit = selectors_limit(d), end = d->n_tried + BATCH;

	if (d->n_tried == limit && d->denied && is_any_found(d)) {
		d->denied = d->trusted = false; /* the denial was wrong */
		limit = d->n_selectors;
	}
	if (end > limit)
		end = limit;
	if (d->n_tried < end && as_book_is_over(d->book)) {
		as_book_set_reached(d->book);
		return false;
	}
	for (; d->n_tried < end; d->n_tried++)
		name_ask(d, key_name(d, d->selectors[d->n_tried]),
		    AS_BOOK_KEEP_IF_ANY);
	return d->n_tried > d->batch_at;
}

bool
as_probe_dkim_next(struct as_probe_dkim *d)
{
	if (!d->guarded) {
		guard_ask(d);
		return true;
	}
	if (!d->judged)
		guard_judge(d);
	return batch_judge(d) && batch_ask(d);
}

void
as_probe_dkim_write(
    const struct as_probe_dkim *d, struct as_domain_facts *facts)
{
	facts->selectors = d->probed;
	facts->n_selectors = d->n_probed;
	facts->no_selectors = d->denied && !is_any_found(d);
	if (d->guarded)
		facts->random_selector = d->random;
}
