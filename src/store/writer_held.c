/*
 * Sums that wait: one entry a key, found by a hash.  Keys that fall together more
 * often than chance has it (somebody meant them to) get an entry each; who writes
 * them adds up equal neighbours.
 */
#include <stdlib.h>
#include <string.h>

#include "store/writer_private.h"

#include "base/banned.h"

#define PROBES 32

static uint64_t
hash_add(uint64_t h, const char *p, size_t n)
{
	uint64_t part;

	for (; n >= sizeof(part); n -= sizeof(part), p += sizeof(part)) {
		memcpy(&part, p, sizeof(part));
		h = (h ^ part) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	part = n;
	if (n > 0)
		memcpy(&part, p, n);
	h = (h ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

static uint64_t
hash_of(const struct as_sum_key *k)
{
	uint64_t h = (uint64_t)k->day * 31 + k->table;

	for (size_t i = 0; i < k->n; i++)
		h = hash_add(h, k->texts[i].p, k->texts[i].n);
	return h;
}

static bool
is_key(const struct as_sum *s, const struct as_sum_key *k)
{
	const char *p = s->octets;

	if (s->table != k->table || s->day != k->day || s->n_keys != k->n)
		return false;
	for (size_t i = 0; i < k->n; i++) {
		if (s->lengths[i] != k->texts[i].n)
			return false;
		if (memcmp(p, k->texts[i].p, k->texts[i].n) != 0)
			return false;
		p += k->texts[i].n;
	}
	return true;
}

static uint64_t
plus(uint64_t a, uint64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

void
as_sum_add(struct as_sum *s, const uint64_t counts[2])
{
	s->counts[0] = plus(s->counts[0], counts[0]);
	s->counts[1] = plus(s->counts[1], counts[1]);
}

struct as_str
as_sum_text(const struct as_sum *s, size_t i)
{
	size_t at = 0;

	for (size_t k = 0; k < i; k++)
		at += s->lengths[k];
	return (struct as_str){s->octets + at, s->lengths[i]};
}

/* --- adding --- */

static enum as_err
entry_add(
    struct as_held *h, const struct as_sum_key *k, const uint64_t counts[2])
{
	struct as_sum *s = &h->list[h->n];
	size_t n = 0;
	char *p;

	for (size_t i = 0; i < k->n; i++)
		n += k->texts[i].n;
	p = as_arena_alloc(h->a, n);
	if (p == NULL)
		return AS_ENOMEM;
	*s = (struct as_sum){.octets = p,
	    .table = k->table,
	    .n_keys = (uint8_t)k->n,
	    .day = k->day,
	    .counts = {counts[0], counts[1]}};
	for (size_t i = 0; i < k->n; i++) {
		s->lengths[i] = (uint32_t)k->texts[i].n;
		memcpy(p, k->texts[i].p, k->texts[i].n);
		p += k->texts[i].n;
	}
	h->n++;
	return AS_OK;
}

bool
as_held_is_full(const struct as_held *h)
{
	return h->n == h->max || as_arena_used(h->a) > h->octets;
}

enum as_err
as_held_add(
    struct as_held *h, const struct as_sum_key *k, const uint64_t counts[2])
{
	size_t mask = 2 * h->max - 1, at = (size_t)hash_of(k) & mask;

	for (int i = 0; i < PROBES && h->slots[at] != 0; i++) {
		struct as_sum *s = &h->list[h->slots[at] - 1];

		if (is_key(s, k)) {
			as_sum_add(s, counts);
			return AS_OK;
		}
		at = (at + 1) & mask;
	}
	AS_TRY(entry_add(h, k, counts));
	if (h->slots[at] == 0)
		h->slots[at] = (uint32_t)h->n;
	return AS_OK;
}

/* --- order --- */

int
as_sum_cmp(const void *pa, const void *pb)
{
	const struct as_sum *a = pa, *b = pb;
	int d = (a->table > b->table) - (a->table < b->table);

	if (d == 0)
		d = as_str_cmp(as_sum_text(a, 0), as_sum_text(b, 0));
	if (d == 0)
		d = (a->day > b->day) - (a->day < b->day);
	for (size_t i = 1; d == 0 && i < a->n_keys; i++)
		d = as_str_cmp(as_sum_text(a, i), as_sum_text(b, i));
	return d;
}

/* It is of no use to as_held_add then. */
void
as_held_sort(struct as_held *h)
{
	qsort(h->list, h->n, sizeof(*h->list), as_sum_cmp);
}

void
as_held_reset(struct as_held *h)
{
	if (h->n > 0)
		memset(h->slots, 0, 2 * h->max * sizeof(*h->slots));
	h->n = 0;
	if (h->a != NULL)
		as_arena_reset(h->a);
}

/* --- life --- */

bool
as_held_init(struct as_held *h, size_t max, size_t octets)
{
	*h = (struct as_held){.max = max, .octets = octets};
	h->a = as_arena_new(octets + octets / 4);
	h->list = malloc(max * sizeof(*h->list));
	h->slots = calloc(2 * max, sizeof(*h->slots));
	return h->a != NULL && h->list != NULL && h->slots != NULL;
}

void
as_held_fini(struct as_held *h)
{
	as_arena_free(h->a);
	free(h->list);
	free(h->slots);
}
