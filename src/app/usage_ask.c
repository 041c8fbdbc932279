#include "app/usage_ask.h"

#include <stdio.h>

#include "app/look.h"
#include "app/stored.h"
#include "base/limits.h"
#include "std/dns_wire.h"
#include "std/domain.h"
#include "store/host_names.h"

#include "base/banned.h"

#define USUAL_NAMES 200
#define MOST_BELOW  100 /* names below the domain */
#define HOUR        INT64_C(3600)
#define DAY         (24 * HOUR)
#define NAMED_MOST  (30 * DAY)
#define NONE_MOST   (7 * DAY)

/* The reports are shown all the same. */
static void
complain(const char *what, const struct as_why *why)
{
	(void)fprintf(stderr, "assay: %s: %s\n", what, why->text);
}

/* --- which addresses --- */

/* What cannot be a name is in no zone, and is left to its mail. */
static enum as_err
author_take(void *ctx, struct as_str name)
{
	struct as_usage_ask *k = ctx;
	struct as_need need = {.type = AS_RR_A};
	struct as_why why;
	enum as_err err = as_domain_parse(k->arena, name, &need.name, &why);

	if (err == AS_ENOMEM)
		return err;
	if (err == AS_OK && as_domain_within(need.name, k->domain) &&
	    !as_need_is_listed(k->authors, k->n_authors, need.name, need.type))
		k->authors[k->n_authors++] = need;
	return AS_OK;
}

static enum as_err
hosts_due(struct as_usage_ask *k, struct as_store *s, struct as_why *why)
{
	struct as_host_names_ask ask = {
	    k->domain, k->first, k->last, k->now_ms / 1000};
	size_t room = k->names > 0 ? k->names : USUAL_NAMES;
	struct as_ip *list = as_arena_array(k->arena, room, sizeof(*list));
	uint64_t all;

	k->hosts = as_arena_array(k->arena, room, sizeof(*k->hosts));
	k->authors = as_arena_array(k->arena, MOST_BELOW, sizeof(*k->authors));
	if (list == NULL || k->hosts == NULL || k->authors == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_authors_read(s, &ask, MOST_BELOW, author_take, k, why));
	AS_TRY(as_host_names_due(s, &ask, list, room, &k->n_hosts, &all, why));
	for (size_t i = 0; i < k->n_hosts; i++)
		k->hosts[i].ip = list[i];
	k->left = all - k->n_hosts;
	return AS_OK;
}

static enum as_err
hosts_find(struct as_usage_ask *k, struct as_why *why)
{
	struct as_store *s;
	enum as_err err;

	AS_TRY(as_store_open(k->store, true, &s, why));
	err = hosts_due(k, s, why);
	as_store_close(s);
	return err;
}

/* --- asking --- */

static bool
one_is_known(const struct as_usage_ask *k, const struct as_need *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct as_answer *ans =
		    as_lookup_find(k->lookup, list[i].name, list[i].type);

		if (ans != NULL && as_answer_is_known(ans))
			return true;
	}
	return false;
}

/* As many at a time as a prober takes, until none of them is answered. */
static enum as_err
needs_ask(struct as_usage_ask *k, const struct as_need *list, size_t n,
    struct as_why *why)
{
	bool known = true;

	for (size_t at = 0; at < n && known;) {
		size_t part = n - at < AS_MAX_QUERIES_PER_DOMAIN
		    ? n - at
		    : AS_MAX_QUERIES_PER_DOMAIN;

		AS_TRY(as_lookup_ask(k->lookup, list + at, part, why));
		known = one_is_known(k, list + at, part);
		k->asked = true;
		k->alive = k->alive || known;
		at += part;
	}
	return AS_OK;
}

/* One round: what is open, and whether anything was asked. */
static enum as_err
round_make(struct as_usage_ask *k, struct as_need *needs, size_t *n)
{
	size_t answers;
	const struct as_answer *list = as_lookup_answers(k->lookup, &answers);

	*n = 0;
	for (size_t i = 0; i < k->n_hosts; i++)
		if (k->hosts[i].state == AS_REVERSE_OPEN)
			AS_TRY(as_reverse_judge(
			    k->arena, list, answers, &k->hosts[i], needs, n));
	return AS_OK;
}

static enum as_err
hosts_ask(struct as_usage_ask *k, struct as_why *why)
{
	struct as_need *needs = as_arena_array(
	    k->arena, k->n_hosts * (1 + AS_MAX_REVERSE_NAMES), sizeof(*needs));
	size_t n;

	if (needs == NULL)
		return as_why_no_memory(why);
	/* PTR, then what leads back; the third time all is known. */
	for (int round = 0; round < 3; round++) {
		if (round_make(k, needs, &n) != AS_OK)
			return as_why_no_memory(why);
		if (n == 0 || (k->asked && !k->alive))
			return AS_OK;
		/* Whose answer tells a dead resolver from dead zones. */
		if (round == 0)
			needs[n++] = (struct as_need){k->domain, AS_RR_TXT};
		AS_TRY(needs_ask(k, needs, n, why));
	}
	return AS_OK;
}

/* As receivers tell names that do not exist (RFC 9989 4.7). */
static enum as_err
below_ask(struct as_usage_ask *k, struct as_why *why)
{
	k->below = as_arena_array(k->arena, k->n_authors, sizeof(*k->below));
	if (k->below == NULL)
		return as_why_no_memory(why);
	AS_TRY(needs_ask(k, k->authors, k->n_authors, why));
	for (size_t i = 0; i < k->n_authors; i++) {
		struct as_str name = k->authors[i].name;
		const struct as_answer *ans =
		    as_lookup_find(k->lookup, name, AS_RR_A);

		if (ans != NULL && as_answer_is_known(ans) &&
		    ans->security != AS_DNSSEC_BOGUS)
			k->below[k->n_below++] = (struct as_usage_below){
			    name, ans->outcome != AS_DNS_NXDOMAIN};
	}
	return AS_OK;
}

/* --- keeping --- */

static int64_t
due_of(const struct as_reverse *r, int64_t now)
{
	int64_t most = r->state == AS_REVERSE_NAMED ? NAMED_MOST : NONE_MOST;
	int64_t ttl = (int64_t)r->ttl;

	if (r->state == AS_REVERSE_UNKNOWN)
		return now + HOUR;
	return now + (ttl < DAY ? DAY : ttl > most ? most : ttl);
}

static enum as_err
hosts_write(struct as_usage_ask *k, struct as_store *s, struct as_why *why)
{
	int64_t now = k->now_ms / 1000;

	for (size_t i = 0; i < k->n_hosts; i++) {
		const struct as_reverse *r = &k->hosts[i];
		struct as_str name =
		    r->state == AS_REVERSE_UNKNOWN ? AS_STR_NULL : r->name;

		if (r->state != AS_REVERSE_OPEN)
			AS_TRY(as_host_name_keep(
			    s, &r->ip, name, now, due_of(r, now), why));
	}
	return as_store_commit(s, why);
}

static enum as_err
hosts_keep(struct as_usage_ask *k, struct as_why *why)
{
	struct as_store *s;
	enum as_err err;

	AS_TRY(as_store_open(k->store, false, &s, why));
	err = hosts_write(k, s, why);
	as_store_close(s);
	return err;
}

static enum as_err
lookup_open(struct as_usage_ask *k, struct as_why *why)
{
	return k->lookup != NULL
	    ? AS_OK
	    : as_lookup_new(&k->run->fleet, &k->lookup, why);
}

enum as_err
as_usage_ask_names(struct as_usage_ask *k, struct as_why *why)
{
	struct as_why inner = {0};
	enum as_err err;

	AS_TRY(hosts_find(k, why));
	if (k->n_hosts + k->n_authors == 0)
		return AS_OK;
	AS_TRY(lookup_open(k, why));
	err = hosts_ask(k, &inner);
	if (err == AS_OK)
		err = below_ask(k, &inner);
	if (err == AS_ENOMEM)
		return as_why_no_memory(why);
	if (err != AS_OK)
		complain("names of addresses could not be asked", &inner);
	else if (k->n_hosts > 0 && hosts_keep(k, &inner) != AS_OK)
		complain("names of addresses are not kept", &inner);
	return AS_OK;
}

/* --- the domain --- */

/* The first facts of the domain in a file. */
struct taking {
	const struct as_usage_ask *k;
	const struct as_facts *facts;
};

static enum as_err
facts_take(void *ctx, const struct as_facts *facts, struct as_why *why)
{
	struct taking *t = ctx;

	if (t->facts != NULL || !as_str_eq(facts->domain->name, t->k->domain))
		return AS_OK;
	t->facts = as_codec_copy(t->k->arena, &as_shape_facts, facts);
	return t->facts != NULL ? AS_OK : as_why_no_memory(why);
}

enum as_err
as_usage_ask_facts(const struct as_usage_ask *k, const struct as_facts **out,
    struct as_why *why)
{
	struct taking t = {k, NULL};

	AS_TRY(as_stored_each(k->facts, facts_take, &t, why));
	if (t.facts == NULL)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%.120s: no facts of " AS_STR_FMT, k->facts,
		    AS_STR_ARG(k->domain));
	*out = t.facts;
	return AS_OK;
}

static enum as_err
look(struct as_usage_ask *k, const struct as_facts **out, struct as_why *why)
{
	struct as_fleet_config fleet = k->run->fleet;
	struct as_facts *facts = NULL;
	struct as_why inner = {0};
	enum as_err err;

	if (k->asked && !k->alive) {
		(void)fputs("assay: DNS does not answer: the reports are shown "
			    "without it (--offline does not ask)\n",
		    stderr);
		return AS_OK;
	}
	fleet.only_dns = true;
	fleet.each_server = false;
	err = as_look(&fleet, k->domain, k->arena, &facts, &inner);
	if (err == AS_ENOMEM)
		return as_why_no_memory(why);
	if (err != AS_OK)
		complain("DNS could not be asked", &inner);
	*out = facts;
	return AS_OK;
}

enum as_err
as_usage_ask_domain(struct as_usage_ask *k, struct as_why *why)
{
	struct as_assess_options *options =
	    AS_NEW(k->arena, struct as_assess_options);
	const struct as_facts *facts = NULL;

	if (options == NULL)
		return as_why_no_memory(why);
	AS_TRY(k->facts != NULL ? as_usage_ask_facts(k, &facts, why)
				: look(k, &facts, why));
	k->now = NULL;
	if (facts == NULL)
		return AS_OK;
	*options = as_run_options(k->run, facts);
	k->now = AS_NEW(k->arena, struct as_case);
	if (k->now == NULL ||
	    as_case_init(k->arena, facts, options, k->now) != AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

enum as_err
as_usage_ask_more(struct as_usage_ask *k, const struct as_need *list, size_t n,
    struct as_why *why)
{
	struct as_why inner = {0};
	enum as_err err;

	AS_TRY(lookup_open(k, why));
	err = needs_ask(k, list, n, &inner);
	if (err == AS_ENOMEM)
		return as_why_no_memory(why);
	if (err != AS_OK)
		complain("DNS could not be asked", &inner);
	return AS_OK;
}

void
as_usage_ask_close(struct as_usage_ask *k)
{
	as_lookup_free(k->lookup);
	k->lookup = NULL;
}
