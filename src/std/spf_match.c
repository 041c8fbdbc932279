/*
 * The mechanisms (RFC 7208 5.3 to 5.7).
 */
#include <stdio.h>

#include "std/dns_wire.h"
#include "std/domain.h"
#include "std/spf_run.h"

#include "base/banned.h"

#define SHOWN 4 /* addresses told of in a detail */

struct match {
	struct as_spf_run *run;
	const struct as_spf_scope *scope;
	const struct as_spf_term *term;
	struct as_spf_step *step;
	enum as_spf_hit *hit;
	uint16_t type; /* A, or AAAA for a client with IPv6 (5.3) */
};

/* --- words --- */

static enum as_err
detail_set(const struct match *m, struct as_str text)
{
	m->step->detail = text;
	return as_str_is_null(text) ? AS_ENOMEM : AS_OK;
}

static enum as_err
detail_void(const struct match *m, struct as_str name, uint16_t type)
{
	return detail_set(m,
	    as_str_printf(m->run->a, AS_STR_FMT " has no %s record",
		AS_STR_ARG(name), as_rrtype_text(type)));
}

static enum as_err
detail_no_name(const struct match *m)
{
	return detail_set(m, AS_STR("not a name that DNS can hold"));
}

/* "mail.example: 192.0.2.1, 192.0.2.2 and 3 more" */
static enum as_err
detail_list(
    const struct match *m, struct as_str name, const struct as_spf_reply *r)
{
	struct as_str text =
	    as_str_printf(m->run->a, AS_STR_FMT ":", AS_STR_ARG(name));

	for (size_t i = 0; i < r->n && i < SHOWN && !as_str_is_null(text); i++)
		text = as_str_printf(m->run->a, AS_STR_FMT "%s " AS_STR_FMT,
		    AS_STR_ARG(text), i > 0 ? "," : "", AS_STR_ARG(r->list[i]));
	if (r->n > SHOWN && !as_str_is_null(text))
		text = as_str_printf(m->run->a, AS_STR_FMT " and %zu more",
		    AS_STR_ARG(text), r->n - SHOWN);
	return detail_set(m, text);
}

/* "mail.example: 192.0.2.0/24" */
static enum as_err
detail_hit(const struct match *m, struct as_str name, struct as_str address)
{
	bool four = m->run->ip.len == 4;
	unsigned bits = four ? m->term->cidr4 : m->term->cidr6;
	char tail[8] = "";

	if (bits < (four ? 32 : 128))
		(void)snprintf(tail, sizeof(tail), "/%u", bits);
	return detail_set(m,
	    as_str_printf(m->run->a, AS_STR_FMT ": " AS_STR_FMT "%s",
		AS_STR_ARG(name), AS_STR_ARG(address), tail));
}

/* What was said of another name before, and what is said now. */
static enum as_err
detail_join(const struct match *m, struct as_str before)
{
	if (before.n == 0)
		return AS_OK;
	return detail_set(m,
	    as_str_printf(m->run->a, AS_STR_FMT "; " AS_STR_FMT,
		AS_STR_ARG(before), AS_STR_ARG(m->step->detail)));
}

/* --- addresses --- */

static bool
address_matches(const struct match *m, struct as_str text)
{
	const struct as_ip *ip = &m->run->ip;
	struct as_prefix p = {
	    .bits = ip->len == 4 ? m->term->cidr4 : m->term->cidr6};

	return as_ip_parse(text, &p.ip) == AS_OK && as_prefix_has(&p, ip);
}

/* Ask for the addresses of a name and compare them with the client's. */
static enum as_err
name_match(const struct match *m, struct as_str name)
{
	struct as_spf_reply r;

	AS_TRY(as_spf_run_term_ask(m->run, name, m->type, &r, m->hit));
	if (*m->hit != AS_SPF_HIT_NO)
		return AS_OK;
	if (r.kind == AS_SPF_REPLY_VOID)
		return detail_void(m, name, m->type);
	for (size_t i = 0; i < r.n; i++) {
		if (!address_matches(m, r.list[i]))
			continue;
		*m->hit = AS_SPF_HIT_YES;
		return detail_hit(m, name, r.list[i]);
	}
	return detail_list(m, name, &r);
}

/* Name what else the exchanges behind `from` need, so that all of it is asked
 * at once. */
static enum as_err
exchanges_need(
    const struct match *m, const struct as_spf_reply *mx, size_t from)
{
	struct as_spf_reply r;

	for (size_t i = from; i < mx->n; i++)
		if (as_spf_is_name(mx->list[i]) &&
		    as_spf_run_ask(m->run, mx->list[i], m->type, &r) ==
			AS_ENOMEM)
			return AS_ENOMEM;
	return AS_EABSENT;
}

static enum as_err
exchanges_match(const struct match *m, const struct as_spf_reply *mx)
{
	for (size_t i = 0; i < mx->n && *m->hit == AS_SPF_HIT_NO; i++) {
		struct as_str before = m->step->detail;
		enum as_err err;
		if (!as_spf_is_name(mx->list[i]))
			continue; /* null MX (RFC 7505) among others */
		err = name_match(m, mx->list[i]);
		if (err == AS_EABSENT)
			return exchanges_need(m, mx, i + 1);
		if (err != AS_OK)
			return err;
		if (*m->hit == AS_SPF_HIT_NO)
			AS_TRY(detail_join(m, before));
	}
	return AS_OK;
}

/* Without MX records there is no match: the name itself is no exchange (5.4).
 * SPF-6, SPF-15.
 */
static enum as_err
mx_match(const struct match *m, struct as_str name)
{
	struct as_spf_reply mx;

	AS_TRY(as_spf_run_term_ask(m->run, name, AS_RR_MX, &mx, m->hit));
	if (*m->hit != AS_SPF_HIT_NO)
		return AS_OK;
	if (mx.kind == AS_SPF_REPLY_VOID)
		return detail_void(m, name, AS_RR_MX);
	if (mx.n > AS_SPF_MX_NAMES) {
		*m->hit = AS_SPF_HIT_PERMERROR;
		return as_spf_run_problem(m->run,
		    "RFC 7208 4.6.4: " AS_STR_FMT " has more than %d exchanges",
		    AS_STR_ARG(name), AS_SPF_MX_NAMES);
	}
	return exchanges_match(m, &mx);
}

/* The type is A for every client (5.7; SPF-15). */
static enum as_err
exists_match(const struct match *m, struct as_str name)
{
	struct as_spf_reply r;

	AS_TRY(as_spf_run_term_ask(m->run, name, AS_RR_A, &r, m->hit));
	if (*m->hit != AS_SPF_HIT_NO)
		return AS_OK;
	if (r.kind == AS_SPF_REPLY_VOID)
		return detail_void(m, name, AS_RR_A);
	*m->hit = AS_SPF_HIT_YES;
	return detail_list(m, name, &r);
}

/* No error of DNS is one of the mechanism (5.5), but what is void counts. */
static enum as_err
ptr_match(const struct match *m, struct as_str name)
{
	struct as_spf_names names;

	AS_TRY(as_spf_run_names(m->run, &names));
	if (names.found_void)
		AS_TRY(as_spf_run_void(m->run, m->hit));
	for (size_t i = 0; *m->hit == AS_SPF_HIT_NO && i < names.n; i++) {
		if (!as_domain_within(names.list[i], name))
			continue;
		*m->hit = AS_SPF_HIT_YES;
		return detail_set(m,
		    as_str_printf(m->run->a, "the client is " AS_STR_FMT,
			AS_STR_ARG(names.list[i])));
	}
	if (*m->hit == AS_SPF_HIT_NO && names.n == 0)
		return detail_set(
		    m, AS_STR("the client has no validated name"));
	return AS_OK;
}

static enum as_err
ip_match(const struct match *m)
{
	if (as_prefix_has(&m->term->ip, &m->run->ip))
		*m->hit = AS_SPF_HIT_YES;
	return AS_OK;
}

enum as_err
as_spf_run_match(struct as_spf_run *run, const struct as_spf_scope *scope,
    struct as_spf_step *step, enum as_spf_hit *hit)
{
	const struct as_spf_term *t = step->term;
	struct match m = {
	    run, scope, t, step, hit, run->ip.len == 4 ? AS_RR_A : AS_RR_AAAA};
	struct as_str domain, name;

	if (t->kind == AS_SPF_IP4 || t->kind == AS_SPF_IP6)
		return ip_match(&m);
	AS_TRY(as_spf_run_target(run, scope, t->spec, &domain, &name));
	if (as_str_is_null(name))
		return detail_no_name(&m);
	step->target = name;
	switch (t->kind) {
	case AS_SPF_A: return name_match(&m, name);
	case AS_SPF_MX: return mx_match(&m, name);
	case AS_SPF_EXISTS: return exists_match(&m, name);
	case AS_SPF_PTR: return ptr_match(&m, name);
	default: return AS_OK;
	}
}
