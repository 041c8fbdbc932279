/*
 * Reports that wait to go to the database in the order of domain and day, so that
 * neighbours there are neighbours in the indexes too.
 */
#include <stdlib.h>
#include <string.h>

#include "store/writer_private.h"

#include "base/banned.h"

static uint64_t
hash_add(uint64_t h, const void *p, size_t n)
{
	const uint8_t *octets = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ octets[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
	return h;
}

static uint64_t
name_hash(const struct as_report_head *h)
{
	const struct as_str texts[] = {h->domain, h->org_name, h->report_id};
	const int64_t times[] = {h->begin, h->end};
	uint64_t hash =
	    hash_add(UINT64_C(0xcbf29ce484222325), times, sizeof(times));

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		hash = hash_add(hash, texts[i].p, texts[i].n);
	return hash;
}

static uint64_t
digest_start(const uint8_t digest[AS_DIGEST_OCTETS])
{
	uint64_t n;

	memcpy(&n, digest, sizeof(n));
	return n;
}

/* What is absent is not what is empty. */
static bool
is_same(struct as_str a, struct as_str b)
{
	return as_str_is_null(a) == as_str_is_null(b) && as_str_eq(a, b);
}

static bool
is_namesake(const struct as_report_head *a, const struct as_report_head *b)
{
	return a->begin == b->begin && a->end == b->end &&
	    is_same(a->domain, b->domain) &&
	    is_same(a->org_name, b->org_name) &&
	    is_same(a->report_id, b->report_id);
}

bool
as_batch_has(const struct as_batch *b, const uint8_t digest[AS_DIGEST_OCTETS])
{
	uint64_t start = digest_start(digest);

	for (size_t i = 0; i < b->n; i++)
		if (b->digests[i] == start &&
		    memcmp(b->kept[i]->digest, digest, AS_DIGEST_OCTETS) == 0)
			return true;
	return false;
}

bool
as_batch_mark(struct as_batch *b, const struct as_report_head *h)
{
	uint64_t name = name_hash(h);
	bool found = false;

	for (size_t i = 0; i < b->n; i++)
		if (b->names[i] == name && is_namesake(&b->kept[i]->head, h))
			b->kept[i]->conflict = found = true;
	return found;
}

void
as_batch_add(struct as_batch *b, struct as_kept *k)
{
	k->day = as_days_of(&k->head).first;
	k->at = b->n;
	b->digests[b->n] = digest_start(k->digest);
	b->names[b->n] = name_hash(&k->head);
	b->kept[b->n++] = k;
}

static int
kept_cmp(const void *pa, const void *pb)
{
	const struct as_kept *a = *(struct as_kept *const *)pa;
	const struct as_kept *b = *(struct as_kept *const *)pb;
	int d = as_str_cmp(a->head.domain, b->head.domain);

	if (d == 0)
		d = (a->day > b->day) - (a->day < b->day);
	return d != 0 ? d : (a->at > b->at) - (a->at < b->at);
}

/* The arrays beside are of no use after it: the batch is written. */
void
as_batch_sort(struct as_batch *b)
{
	qsort(b->kept, b->n, sizeof(*b->kept), kept_cmp);
}
