/*
 * Client and sender of one check, as macros see them (RFC 7208 2.4, 4.1, 4.3,
 * 7.2).
 */
#include <inttypes.h>
#include <string.h>

#include "std/spf_run.h"

#include "base/banned.h"

/* An IPv4-mapped client is one of IPv4 (5; SPF-14). */
static struct as_ip
ip_unmap(const struct as_ip *ip)
{
	static const struct as_prefix mapped = {
	    {16, {[10] = 0xff, [11] = 0xff}}, 96};
	struct as_ip four = {.len = 4};

	if (!as_prefix_has(&mapped, ip))
		return *ip;
	for (size_t i = 0; i < 4; i++)
		four.b[i] = ip->b[12 + i];
	return four;
}

/* IPv6: all nibbles, each a part (7.3). */
static struct as_str
dotted(struct as_arena *a, const struct as_ip *ip)
{
	static const char hex[] = "0123456789abcdef";
	char text[64];

	if (ip->len == 4)
		return as_str_printf(
		    a, "%u.%u.%u.%u", ip->b[0], ip->b[1], ip->b[2], ip->b[3]);
	for (size_t i = 0; i < 16; i++) {
		text[4 * i] = hex[ip->b[i] >> 4];
		text[4 * i + 1] = '.';
		text[4 * i + 2] = hex[ip->b[i] & 15];
		text[4 * i + 3] = '.';
	}
	return as_str_dup(a, (struct as_str){text, sizeof(text) - 1});
}

/* Local part and domain of the sender; postmaster when there is no local part
 * (4.3), the HELO name when there is no sender (2.4). */
static void
sender_split(
    const struct as_spf_query *q, struct as_str *local, struct as_str *domain)
{
	size_t at = q->sender.n;

	while (at > 0 && q->sender.p[at - 1] != '@')
		at--;
	*local = as_str_slice(q->sender, 0, at > 0 ? at - 1 : 0);
	*domain = q->sender.n > 0 ? as_str_slice(q->sender, at, q->sender.n)
				  : q->helo;
	if (local->n == 0)
		*local = AS_STR("postmaster");
	if (domain->n > 0 && domain->p[domain->n - 1] == '.')
		domain->n--;
}

/* Octets, which may hold NUL. */
static struct as_str
sender_join(struct as_arena *a, struct as_str local, struct as_str domain)
{
	size_t n = local.n + 1 + domain.n;
	char *p = as_arena_alloc(a, n + 1);

	if (p == NULL)
		return AS_STR_NULL;
	memcpy(p, local.p, local.n);
	p[local.n] = '@';
	if (domain.n > 0)
		memcpy(p + local.n + 1, domain.p, domain.n);
	return (struct as_str){p, n};
}

/* SPF-19 */
enum as_err
as_spf_run_init(struct as_spf_run *run)
{
	const struct as_spf_query *q = run->query;
	struct as_spf_macros *m = &run->macros;
	char text[AS_IP_TEXT];

	run->ip = ip_unmap(&q->ip);
	sender_split(q, &m->l, &m->o);
	m->s = sender_join(run->a, m->l, m->o);
	m->i = dotted(run->a, &run->ip);
	m->v = run->ip.len == 4 ? AS_STR("in-addr") : AS_STR("ip6");
	m->h = q->helo;
	m->c = as_str_dup(run->a, as_str_from(as_ip_text(&run->ip, text)));
	m->r = q->receiver.n > 0 ? q->receiver : AS_STR("unknown");
	m->t = as_str_printf(run->a, "%" PRId64, q->now_ms / 1000);
	if (as_str_is_null(m->s) || as_str_is_null(m->i) ||
	    as_str_is_null(m->c) || as_str_is_null(m->t))
		return AS_ENOMEM;
	return AS_OK;
}
