#include "assess/secure_list.h"

#include "assess/path_private.h"

#include "base/banned.h"

AS_DEFINE_ENUM(secure, AS_SECURE_MAP)

/* The way of sending that shows whether a criterion holds, and what it must
 * meet. */
static const struct {
	enum as_path_sender sender;
	enum as_path_way way;
} wanted[] = {
    [AS_SECURE_MTA_STS] = {AS_PATH_MTA_STS, AS_WAY_PROTECTED},
    [AS_SECURE_DANE] = {AS_PATH_DANE, AS_WAY_PROTECTED},
    [AS_SECURE_CERTIFICATE] = {AS_PATH_FORCED, AS_WAY_PROTECTED},
    [AS_SECURE_STARTTLS] = {AS_PATH_OPPORTUNISTIC, AS_WAY_ENCRYPTED},
};

/* At every address: one that such a sender passes over today may be the only one
 * tomorrow. */
static enum as_secure_found
holds(const struct as_path_to *p, enum as_secure by)
{
	enum as_path_sender sender = wanted[by].sender;
	enum as_secure_found found = AS_SECURE_LISTED;

	if (p->lines[sender].way == AS_WAY_NONE)
		return AS_SECURE_NOT;
	for (size_t i = 0; i < p->n_servers; i++) {
		enum as_path_way way = p->servers[i].ways[sender];

		if (way == AS_WAY_UNKNOWN)
			found = AS_SECURE_UNKNOWN;
		else if (way != wanted[by].way)
			return AS_SECURE_NOT;
	}
	/* Also when not all servers are known. */
	return p->lines[sender].way == wanted[by].way ? found
						      : AS_SECURE_UNKNOWN;
}

static enum as_secure_found
judge(const struct as_path_to *p, enum as_secure criterion, enum as_secure *by)
{
	enum as_secure_found dane, sts;

	*by = criterion;
	if (criterion != AS_SECURE_ANY)
		return holds(p, criterion);
	dane = holds(p, AS_SECURE_DANE);
	*by = AS_SECURE_DANE;
	if (dane == AS_SECURE_LISTED)
		return dane;
	sts = holds(p, AS_SECURE_MTA_STS);
	*by = AS_SECURE_MTA_STS;
	return sts == AS_SECURE_NOT ? dane : sts;
}

static enum as_err
names_fill(
    struct as_arena *a, const struct as_case *c, struct as_secure_entry *out)
{
	bool by_policy = out->by == AS_SECURE_MTA_STS && c->policy != NULL;
	size_t n = by_policy ? c->policy->n_mx : c->n_mx;

	out->names = as_arena_array(a, n, sizeof(*out->names));
	if (out->names == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		out->names[i] = as_str_escape(
		    a, by_policy ? c->policy->mx[i] : c->mx[i].host);
		if (as_str_is_null(out->names[i]))
			return AS_ENOMEM;
	}
	out->n_names = n;
	return AS_OK;
}

enum as_err
as_secure_judge(struct as_arena *a, const struct as_facts *facts,
    const struct as_assess_options *options, enum as_secure criterion,
    struct as_secure_entry *out, enum as_secure_found *found)
{
	struct as_case *c = AS_NEW(a, struct as_case);
	struct as_path_to p = {0};
	struct as_say o = {.c = c};

	if (c == NULL)
		return AS_ENOMEM;
	o.tail = &o.head;
	AS_TRY(as_case_init(a, facts, options, c));
	AS_TRY(as_path_ways(&o, &p));
	*found = judge(&p, criterion, &out->by);
	out->domain = c->shown;
	out->at = c->d->at;
	out->certificate = holds(&p, AS_SECURE_CERTIFICATE) == AS_SECURE_LISTED;
	return *found == AS_SECURE_LISTED ? names_fill(a, c, out) : AS_OK;
}
