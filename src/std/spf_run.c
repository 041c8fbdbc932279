/*
 * What the terms of one evaluation share: answers, their time, void lookups, and
 * macros with the names of the client (RFC 7208 4.6.4, 5.5, 7.3).
 */
#include "std/spf_run.h"

#include <stdarg.h>
#include <stdio.h>

#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

struct as_spf_seen {
	struct as_spf_seen *next;
	struct as_str name;
	uint16_t type;
};

enum as_err
as_spf_run_problem(struct as_spf_run *run, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	run->v->problem = as_str_dup(run->a, as_str_from(text));
	return as_str_is_null(run->v->problem) ? AS_ENOMEM : AS_OK;
}

/* --- answers --- */

static enum as_err
need_add(struct as_spf_run *run, struct as_str name, uint16_t type)
{
	struct as_spf_verdict *v = run->v;
	struct as_str copy;

	if (as_need_is_listed(v->needs, v->n_needs, name, type))
		return AS_EABSENT;
	copy = as_str_dup(run->a, name);
	if (as_str_is_null(copy))
		return AS_ENOMEM;
	if (v->n_needs < AS_SPF_NEEDS)
		v->needs[v->n_needs++] = (struct as_need){copy, type};
	return AS_EABSENT;
}

/* Each question takes its time once: a resolver remembers (SPF-8). */
static enum as_err
time_charge(
    struct as_spf_run *run, struct as_str name, uint16_t type, uint32_t took_ms)
{
	struct as_spf_verdict *v = run->v;
	struct as_spf_seen *s;

	for (s = run->seen; s != NULL; s = s->next)
		if (s->type == type && as_str_eq(s->name, name))
			return AS_OK;
	s = AS_NEW(run->a, struct as_spf_seen);
	if (s == NULL)
		return AS_ENOMEM;
	s->name = as_str_dup(run->a, name);
	s->type = type;
	s->next = run->seen;
	run->seen = s;
	v->took_ms = took_ms < UINT32_MAX - v->took_ms ? v->took_ms + took_ms
						       : UINT32_MAX;
	if (run->query->time_limit_ms != 0 &&
	    v->took_ms > run->query->time_limit_ms)
		run->late = true;
	return as_str_is_null(s->name) ? AS_ENOMEM : AS_OK;
}

enum as_err
as_spf_run_ask(struct as_spf_run *run, struct as_str name, uint16_t type,
    struct as_spf_reply *out)
{
	*out = run->lookup(run->ctx, name, type);
	if (out->kind == AS_SPF_REPLY_PENDING)
		return need_add(run, name, type);
	if (out->kind == AS_SPF_REPLY_RECORDS && out->n == 0)
		out->kind = AS_SPF_REPLY_VOID;
	return time_charge(run, name, type, out->took_ms);
}

/* SPF-7 */
enum as_err
as_spf_run_void(struct as_spf_run *run, enum as_spf_hit *hit)
{
	if (run->term_void)
		return AS_OK;
	run->term_void = true;
	if (++run->v->voids <= run->query->void_limit)
		return AS_OK;
	*hit = AS_SPF_HIT_PERMERROR;
	return as_spf_run_problem(run,
	    "RFC 7208 4.6.4: more than %u terms find nothing in DNS",
	    run->query->void_limit);
}

enum as_err
as_spf_run_term_ask(struct as_spf_run *run, struct as_str name, uint16_t type,
    struct as_spf_reply *out, enum as_spf_hit *hit)
{
	const char *text = as_rrtype_text(type);

	AS_TRY(as_spf_run_ask(run, name, type, out));
	if (out->kind == AS_SPF_REPLY_VOID)
		return as_spf_run_void(run, hit);
	if (out->kind != AS_SPF_REPLY_ERROR)
		return AS_OK;
	*hit = AS_SPF_HIT_TEMPERROR;
	return as_spf_run_problem(run,
	    "RFC 7208 5: no answer for %s of " AS_STR_FMT ": " AS_STR_FMT, text,
	    AS_STR_ARG(name), AS_STR_ARG(out->cause));
}

/* --- the names of the client --- */

/* Do the addresses of a name hold the client's? */
static bool
addresses_have(const struct as_spf_run *run, const struct as_spf_reply *r)
{
	struct as_ip ip;

	for (size_t i = 0; r->kind == AS_SPF_REPLY_RECORDS && i < r->n; i++)
		if (as_ip_parse(r->list[i], &ip) == AS_OK &&
		    as_ip_eq(&ip, &run->ip))
			return true;
	return false;
}

/* Those of the first ten names whose addresses hold the client's.  A name that
 * DNS gives an error for is passed over; so is one that DNS cannot hold. */
static enum as_err
names_validate(struct as_spf_run *run, const struct as_spf_reply *ptr,
    struct as_spf_names *out)
{
	uint16_t type = run->ip.len == 4 ? AS_RR_A : AS_RR_AAAA;
	size_t n = ptr->n < AS_SPF_PTR_NAMES ? ptr->n : AS_SPF_PTR_NAMES;
	enum as_err pending = AS_OK;

	for (size_t i = 0; i < n; i++) {
		struct as_spf_reply r;
		enum as_err err;
		if (!as_spf_is_name(ptr->list[i]))
			continue;
		err = as_spf_run_ask(run, ptr->list[i], type, &r);
		if (err == AS_EABSENT) {
			pending = err;
			continue;
		}
		if (err != AS_OK)
			return err;
		out->found_void |= r.kind == AS_SPF_REPLY_VOID;
		if (addresses_have(run, &r))
			out->list[out->n++] = ptr->list[i];
	}
	return pending;
}

/* SPF-6 */
enum as_err
as_spf_run_names(struct as_spf_run *run, struct as_spf_names *out)
{
	char reverse[AS_IP_REVERSE];
	struct as_spf_reply ptr;

	*out = (struct as_spf_names){.n = 0};
	AS_TRY(as_spf_run_ask(run,
	    as_str_from(as_ip_reverse(&run->ip, reverse)), AS_RR_PTR, &ptr));
	out->found_void = ptr.kind == AS_SPF_REPLY_VOID;
	if (ptr.kind == AS_SPF_REPLY_RECORDS)
		return names_validate(run, &ptr, out);
	return AS_OK;
}

/* --- macros --- */

/* The domain itself, or a name beneath it, or any (7.3). */
static enum as_err
p_find(struct as_spf_run *run, const struct as_spf_scope *scope,
    struct as_str *out)
{
	struct as_str best = AS_STR_NULL;
	struct as_spf_names names;
	int rank = 0;

	AS_TRY(as_spf_run_names(run, &names));
	for (size_t i = 0; i < names.n; i++) {
		int r = as_str_eq(names.list[i], scope->name)      ? 3
		    : as_domain_within(names.list[i], scope->name) ? 2
								   : 1;
		if (r > rank)
			best = names.list[i];
		rank = r > rank ? r : rank;
	}
	*out = AS_STR("unknown");
	if (rank > 0 && as_str_unescape(run->a, best, out, NULL) == AS_ENOMEM)
		return AS_ENOMEM;
	return AS_OK;
}

enum as_err
as_spf_run_macros(struct as_spf_run *run, const struct as_spf_scope *scope,
    struct as_str text, struct as_spf_macros *out)
{
	*out = run->macros;
	out->d = scope->domain;
	if (as_spf_macro_has(text, 'p'))
		return p_find(run, scope, &out->p);
	return AS_OK;
}

enum as_err
as_spf_run_target(struct as_spf_run *run, const struct as_spf_scope *scope,
    struct as_str spec, struct as_str *domain, struct as_str *name)
{
	struct as_spf_macros m;
	enum as_err err;

	*domain = scope->domain;
	*name = scope->name;
	if (spec.n == 0)
		return AS_OK;
	AS_TRY(as_spf_run_macros(run, scope, spec, &m));
	err = as_spf_expand(run->a, spec, &m, domain);
	if (err == AS_ENOMEM)
		return err;
	*domain = err == AS_OK ? as_spf_expand_trim(*domain) : spec;
	*name = as_spf_name_write(run->a, *domain);
	if (as_str_is_null(*name))
		return AS_ENOMEM;
	if (err != AS_OK || !as_spf_is_name(*name))
		*name = AS_STR_NULL;
	return AS_OK;
}
