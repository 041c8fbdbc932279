#include "app/fleet_plan.h"

#include <stdlib.h>

#include "base/limits.h"
#include "std/dns_wire.h"

#include "base/banned.h"

struct plan {
	const struct as_domain_facts *facts;
	struct as_fleet_target *list;
	size_t n;
};

static const struct as_answer *
answer(const struct as_domain_facts *f, struct as_str name, uint16_t type)
{
	return as_answer_find(f->answers, f->n_answers, name, type);
}

static bool
is_planned(const struct plan *p, struct as_str name, struct as_str address)
{
	for (size_t i = 0; i < p->n; i++)
		if (as_str_eq(p->list[i].name, name) &&
		    as_str_eq(p->list[i].address, address))
			return true;
	return false;
}

/* MX-4, TLS-8 */
static void
addresses_plan(struct plan *p, struct as_str host, uint16_t type, size_t *left)
{
	const struct as_answer *ans = answer(p->facts, host, type);

	if (ans == NULL || ans->outcome != AS_DNS_OK)
		return;
	for (size_t i = 0; i<ans->n_addresses && * left> 0; i++) {
		if (p->n >= AS_MAX_DOMAIN_VISITS)
			return;
		if (is_planned(p, host, ans->addresses[i]))
			continue;
		p->list[p->n++] =
		    (struct as_fleet_target){host, ans->addresses[i]};
		(*left)--;
	}
}

static void
host_plan(struct plan *p, struct as_str host)
{
	size_t left = AS_MAX_HOST_ADDRESSES;

	if (host.n == 0 || as_str_is(host, "."))
		return;
	addresses_plan(p, host, AS_RR_A, &left);
	addresses_plan(p, host, AS_RR_AAAA, &left);
}

enum as_err
as_fleet_targets(struct as_arena *a, const struct as_domain_facts *facts,
    struct as_fleet_target **out, size_t *n)
{
	const struct as_answer *mx = answer(facts, facts->name, AS_RR_MX);
	struct plan p = {.facts = facts};

	p.list = as_arena_array(a, AS_MAX_DOMAIN_VISITS, sizeof(p.list[0]));
	if (p.list == NULL)
		return AS_ENOMEM;
	if (mx != NULL && mx->outcome == AS_DNS_NODATA)
		host_plan(&p, facts->name);
	for (size_t i = 0; mx != NULL && i < mx->n_mx && i < AS_MAX_MX_HOSTS;
	     i++)
		host_plan(&p, mx->mx[i].exchange);
	*out = p.list;
	*n = p.n;
	return AS_OK;
}

static bool
is_null_mx(const struct as_answer *mx)
{
	return mx != NULL && mx->outcome == AS_DNS_OK && mx->n_mx == 1 &&
	    as_str_is(mx->mx[0].exchange, ".");
}

static bool
has_record(const struct as_domain_facts *f, struct as_str prefix)
{
	for (size_t i = 0; i < f->n_answers; i++) {
		const struct as_answer *ans = &f->answers[i];
		if (ans->type == AS_RR_TXT &&
		    ans->name.n == prefix.n + f->name.n &&
		    as_str_has_prefix(ans->name, prefix.p) &&
		    as_str_has_suffix_case(ans->name, f->name))
			return !as_answer_is_none(ans);
	}
	return false;
}

bool
as_fleet_wants_policy(const struct as_domain_facts *f)
{
	const struct as_answer *mx = answer(f, f->name, AS_RR_MX);

	if (f->outcome != AS_SUBJECT_DONE)
		return false;
	if (mx != NULL && mx->outcome == AS_DNS_NXDOMAIN)
		return false;
	return !is_null_mx(mx) || has_record(f, AS_STR("_mta-sts."));
}

static int
host_cmp(const void *pa, const void *pb)
{
	const struct as_host_facts *a = pa, *b = pb;
	int d = as_str_cmp(a->name, b->name);

	return d != 0 ? d : as_str_cmp(a->address, b->address);
}

enum as_err
as_fleet_hosts(struct as_arena *a, const struct as_fleet_claim *claims,
    size_t n, struct as_host_facts **out, size_t *n_out)
{
	struct as_host_facts *list = as_arena_array(a, n, sizeof(*list));

	if (list == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++)
		as_hosts_facts(a, &claims[i].claim, &list[i]);
	qsort(list, n, sizeof(*list), host_cmp);
	*out = list;
	*n_out = n;
	return AS_OK;
}
