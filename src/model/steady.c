#include "model/steady.h"

#include <string.h>

#include "base/banned.h"

/* Members that change from look to look, wherever they stand. */
static bool
is_passing(const struct as_field *f)
{
	static const char *const names[] = {
	    "at", "took_ms", "ttl", "queries", "vantage", "connections"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(f->name, names[i]) == 0)
			return true;
	return false;
}

static void
value_clear(const struct as_field *f, char *m)
{
	if (f->kind == AS_KIND_TIME)
		*(int64_t *)(void *)m = 0;
	else if (f->kind == AS_KIND_U32)
		*(uint32_t *)(void *)m = 0;
	else if (f->kind == AS_KIND_TEXT)
		*(struct as_str *)(void *)m = AS_STR_NULL;
}

/* ONE and LIST nest as deep as the shapes do. */
static void
clear(const struct as_shape *shape, char *v)
{
	const struct as_field *fields = shape->fields();

	for (size_t i = 0; i < shape->n; i++) {
		const struct as_field *f = &fields[i];
		char *m = v + f->at, *items;
		size_t n = 1;

		if (is_passing(f))
			value_clear(f, m);
		if (f->kind != AS_KIND_ONE && f->kind != AS_KIND_LIST)
			continue;
		items = *(char **)(void *)m;
		if (f->kind == AS_KIND_LIST)
			n = *(size_t *)(void *)(v + f->n_at);
		for (size_t k = 0; items != NULL && k < n; k++)
			clear(f->shape, items + k * f->shape->size);
	}
}

/* The random selector, in the name of what a wildcard answers, too. */
static bool
random_rename(struct as_arena *a, struct as_domain_facts *d)
{
	struct as_str random = d->random_selector, name;

	if (random.n == 0)
		return true;
	d->random_selector = AS_STR("random");
	name = as_str_printf(a, AS_STR_FMT "._domainkey." AS_STR_FMT,
	    AS_STR_ARG(random), AS_STR_ARG(d->name));
	if (as_str_is_null(name))
		return false;
	for (size_t i = 0; i < d->n_answers; i++) {
		struct as_answer *ans = &d->answers[i];

		if (!as_str_eq(ans->name, name))
			continue;
		ans->name = as_str_printf(
		    a, "random._domainkey." AS_STR_FMT, AS_STR_ARG(d->name));
		if (as_str_is_null(ans->name))
			return false;
	}
	return true;
}

static void
banner_cut(struct as_host_facts *h)
{
	if (h->smtp != NULL)
		h->smtp->banner = as_str_slice(
		    h->smtp->banner, 0, as_str_find(h->smtp->banner, ' ', 0));
}

struct as_facts *
as_facts_steady(struct as_arena *a, const struct as_facts *facts)
{
	struct as_facts *copy = as_codec_copy(a, &as_shape_facts, facts);

	if (copy == NULL)
		return NULL;
	clear(&as_shape_facts, (char *)copy);
	if (copy->domain != NULL && !random_rename(a, copy->domain))
		return NULL;
	for (size_t i = 0; i < copy->n_hosts; i++)
		banner_cut(&copy->hosts[i]);
	return copy;
}

void
as_facts_date(struct as_facts *facts, int64_t at_ms)
{
	if (facts->domain != NULL)
		facts->domain->at = at_ms;
	for (size_t i = 0; i < facts->n_hosts; i++)
		facts->hosts[i].at = at_ms;
	if (facts->policy != NULL)
		facts->policy->at = at_ms;
}
