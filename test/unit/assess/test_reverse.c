#include "assess/reverse.h"

#include "base/limits.h"
#include "std/dns_wire.h"

#include "harness.h"

#define MOST 8

/* A world: one PTR answer and answers at its names; outcome -1: not asked. */
static const struct {
	const char *name, *ip;
	int ptr; /* outcome */
	const char *names[6];
	int forward[6]; /* outcome; OK leads back where `back` says */
	unsigned back;  /* bits */
	bool ptr_cut, bogus;
	enum as_reverse_state state;
	const char *found;
	size_t needs;
} rows[] = {
    {"not asked", "192.0.2.1", -1, {0}, {0}, 0, false, false, AS_REVERSE_OPEN,
	"", 1},
    {"no name", "192.0.2.1", AS_DNS_NXDOMAIN, {0}, {0}, 0, false, false,
	AS_REVERSE_NONE, "", 0},
    {"a server that fails is not no name", "192.0.2.1", AS_DNS_SERVFAIL, {0},
	{0}, 0, false, false, AS_REVERSE_UNKNOWN, "", 0},
    {"a name to be asked", "192.0.2.1", AS_DNS_OK, {"a.example"}, {-1}, 0,
	false, false, AS_REVERSE_OPEN, "", 1},
    {"it leads back", "192.0.2.1", AS_DNS_OK, {"a.example"}, {AS_DNS_OK}, 1,
	false, false, AS_REVERSE_NAMED, "a.example", 0},
    {"IPv6, too", "2001:db8::1", AS_DNS_OK, {"a.example"}, {AS_DNS_OK}, 1,
	false, false, AS_REVERSE_NAMED, "a.example", 0},
    {"it leads elsewhere", "192.0.2.1", AS_DNS_OK, {"google.com"}, {AS_DNS_OK},
	0, false, false, AS_REVERSE_NONE, "", 0},
    {"it does not exist", "192.0.2.1", AS_DNS_OK, {"a.example"},
	{AS_DNS_NXDOMAIN}, 0, false, false, AS_REVERSE_NONE, "", 0},
    {"it times out", "192.0.2.1", AS_DNS_OK, {"a.example"}, {AS_DNS_TIMEOUT}, 0,
	false, false, AS_REVERSE_UNKNOWN, "", 0},
    {"the second leads back, the first times out", "192.0.2.1", AS_DNS_OK,
	{"a.example", "b.example"}, {AS_DNS_TIMEOUT, AS_DNS_OK}, 2, false,
	false, AS_REVERSE_NAMED, "b.example", 0},
    {"the first leads back: the second is not asked", "192.0.2.1", AS_DNS_OK,
	{"a.example", "b.example"}, {AS_DNS_OK, -1}, 1, false, false,
	AS_REVERSE_NAMED, "a.example", 0},
    {"the second leads back: the first is not asked any more", "192.0.2.1",
	AS_DNS_OK, {"a.example", "b.example"}, {-1, AS_DNS_OK}, 2, false, false,
	AS_REVERSE_NAMED, "b.example", 0},
    {"two to be asked", "192.0.2.1", AS_DNS_OK, {"a.example", "b.example"},
	{-1, -1}, 0, false, false, AS_REVERSE_OPEN, "", 2},
    {"open counts more than unknown", "192.0.2.1", AS_DNS_OK,
	{"a.example", "b.example"}, {AS_DNS_TIMEOUT, -1}, 0, false, false,
	AS_REVERSE_OPEN, "", 1},
    {"more names than are followed", "192.0.2.1", AS_DNS_OK,
	{"a.example", "b.example", "c.example", "d.example", "e.example"},
	{AS_DNS_NXDOMAIN, AS_DNS_NXDOMAIN, AS_DNS_NXDOMAIN, AS_DNS_NXDOMAIN,
	    AS_DNS_OK},
	16, false, false, AS_REVERSE_UNKNOWN, "", 0},
    {"names were left out", "192.0.2.1", AS_DNS_OK, {"a.example"},
	{AS_DNS_NXDOMAIN}, 0, true, false, AS_REVERSE_UNKNOWN, "", 0},
    {"an answer that was forged", "192.0.2.1", AS_DNS_OK, {"a.example"},
	{AS_DNS_OK}, 1, false, true, AS_REVERSE_UNKNOWN, "", 0},
};

static void
row_check(struct as_arena *a, size_t i)
{
	struct as_answer list[MOST] = {0};
	struct as_str names[MOST], back = as_str_from(rows[i].ip);
	struct as_need needs[1 + AS_MAX_REVERSE_NAMES];
	struct as_reverse r = {0};
	size_t n = 0, n_needs = 0, n_names = 0;
	char text[AS_IP_REVERSE];

	T_OK(as_ip_parse(back, &r.ip) == AS_OK);
	while (n_names < 6 && rows[i].names[n_names] != NULL) {
		names[n_names] = as_str_from(rows[i].names[n_names]);
		n_names++;
	}
	if (rows[i].ptr >= 0)
		list[n++] = (struct as_answer){
		    .name = as_str_from(as_ip_reverse(&r.ip, text)),
		    .type = AS_RR_PTR,
		    .outcome = (enum as_dns_outcome)rows[i].ptr,
		    .cut = rows[i].ptr_cut,
		    .names = names,
		    .n_names = n_names,
		    .ttl = 300};
	for (size_t k = 0; k < n_names; k++)
		if (rows[i].forward[k] >= 0)
			list[n++] = (struct as_answer){.name = names[k],
			    .type = r.ip.len == 4 ? AS_RR_A : AS_RR_AAAA,
			    .outcome = (enum as_dns_outcome)rows[i].forward[k],
			    .security = rows[i].bogus ? AS_DNSSEC_BOGUS
						      : AS_DNSSEC_INSECURE,
			    .addresses = &back,
			    .n_addresses = rows[i].back >> k & 1,
			    .ttl = 60};
	T_OK(as_reverse_judge(a, list, n, &r, needs, &n_needs) == AS_OK);
	T_INT(r.state, rows[i].state);
	T_STR(r.name, rows[i].found);
	T_INT(n_needs, rows[i].needs);
	if (r.state == AS_REVERSE_NAMED)
		T_INT(r.ttl, 60);
	if (rows[i].ptr < 0 && n_needs == 1)
		T_STR(needs[0].name, "1.2.0.192.in-addr.arpa");
}

int
main(void)
{
	struct as_arena *a = as_arena_new(1 << 20);

	if (a == NULL)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_case("%s", rows[i].name);
		row_check(a, i);
		as_arena_reset(a);
	}
	as_arena_free(a);
	return t_done();
}
