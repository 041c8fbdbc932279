/*
 * base/ip: addresses, prefixes, and the ranges that are not for us.
 */
#include "base/ip.h"

#include "harness.h"

#include "base/banned.h"

struct text_case {
	const char *text;
	const char *canonical; /* NULL: not an address */
};

/* RFC 5952 4 and what people write. */
static const struct text_case text_cases[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"2001:DB8::A", "2001:db8::a"},
    {"2001:0db8:0:0:0:0:0:0001", "2001:db8::1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
    {"::FFFF:c000:0201", "::ffff:192.0.2.1"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"", NULL},
    {"192.0.2", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2.01", NULL},
    {"192.0.2.1.", NULL},
    {"0xc0.0.2.1", NULL},
    {"3221225985", NULL},
    {" 192.0.2.1", NULL},
    {"192.0.2.1 ", NULL},
    {"192.0.2.1/32", NULL},
    {"[2001:db8::1]", NULL},
    {"fe80::1%eth0", NULL},
    {"1::2::3", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {":1", NULL},
    {"12345::", NULL},
    {"::192.0.2.1.5", NULL},
    {"0000000000000000000000000000000000000000000000000001::", NULL},
    {"localhost", NULL},
};

static void
test_text(void)
{
	struct as_ip ip;
	char text[AS_IP_TEXT];

	for (size_t i = 0; i < sizeof(text_cases) / sizeof(text_cases[0]);
	     i++) {
		const struct text_case *c = &text_cases[i];

		t_case("address: \"%s\"", c->text);
		T_INT(as_ip_parse(as_str_from(c->text), &ip),
		    c->canonical == NULL ? AS_ESYNTAX : AS_OK);
		if (c->canonical == NULL)
			continue;
		T_STR(as_str_from(as_ip_text(&ip, text)), c->canonical);
	}

	t_case("address: NUL inside, and no address");
	T_INT(as_ip_parse(AS_STR("192.0.2.1\0"), &ip), AS_ESYNTAX);
	T_INT(as_ip_parse(AS_STR_NULL, &ip), AS_ESYNTAX);
	ip = (struct as_ip){0};
	T_STR(as_str_from(as_ip_text(&ip, text)), "-");
}

static void
test_reverse(void)
{
	struct as_ip ip;
	char text[AS_IP_REVERSE];

	t_case("names of addresses (RFC 1035 3.5, RFC 3596 2.5)");
	T_INT(as_ip_parse(AS_STR("192.0.2.255"), &ip), AS_OK);
	T_STR(
	    as_str_from(as_ip_reverse(&ip, text)), "255.2.0.192.in-addr.arpa");
	T_INT(as_ip_parse(AS_STR("2001:db8::1"), &ip), AS_OK);
	T_STR(as_str_from(as_ip_reverse(&ip, text)),
	    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
	    "ip6.arpa");
}

static struct as_ip
must_ip(const char *text)
{
	struct as_ip ip = {0};

	if (as_ip_parse(as_str_from(text), &ip) != AS_OK)
		T_STR(as_str_from(text), "an address");
	return ip;
}

static void
test_equal(void)
{
	struct as_ip a = must_ip("192.0.2.1"), b = must_ip("192.0.2.2");
	struct as_ip mapped = must_ip("::ffff:192.0.2.1"), none = {0};

	t_case("equal addresses");
	T_OK(as_ip_eq(&a, &a));
	T_OK(!as_ip_eq(&a, &b));
	T_OK(!as_ip_eq(&a, &mapped));
	T_OK(!as_ip_eq(&a, &none));
}

struct prefix_case {
	const char *prefix;
	const char *in;  /* an address inside, or NULL: not a prefix */
	const char *out; /* an address outside, or NULL */
};

static const struct prefix_case prefix_cases[] = {
    {"192.0.2.0/24", "192.0.2.255", "192.0.3.0"},
    {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
    {"192.0.2.77/25", "192.0.2.0", "192.0.2.128"}, /* host bits set */
    {"192.0.2.1", "192.0.2.1", "192.0.2.0"},
    {"192.0.2.1/32", "192.0.2.1", "192.0.2.3"},
    {"0.0.0.0/0", "255.0.0.1", "::"},
    {"128.0.0.0/1", "255.0.0.1", "127.255.255.255"},
    {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
    {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
    {"2001:db8::1", "2001:db8::1", "2001:db8::"},
    {"2001:db8::1/127", "2001:db8::", "2001:db8::2"},
    {"::/0", "ffff::", "192.0.2.1"},
    {"192.0.2.0/33", NULL, NULL},
    {"2001:db8::/129", NULL, NULL},
    {"192.0.2.0/", NULL, NULL},
    {"192.0.2.0/-1", NULL, NULL},
    {"192.0.2.0/24/24", NULL, NULL},
    {"192.0.2/24", NULL, NULL},
    {"/24", NULL, NULL},
    {"", NULL, NULL},
};

static void
test_prefix(void)
{
	for (size_t i = 0; i < sizeof(prefix_cases) / sizeof(prefix_cases[0]);
	     i++) {
		const struct prefix_case *c = &prefix_cases[i];
		struct as_prefix p;
		struct as_ip ip;
		enum as_err err;

		t_case("prefix: \"%s\"", c->prefix);
		err = as_prefix_parse(as_str_from(c->prefix), &p);
		T_INT(err == AS_OK, c->in != NULL);
		if (err != AS_OK || c->in == NULL)
			continue;
		ip = must_ip(c->in);
		T_OK(as_prefix_has(&p, &ip));
		ip = must_ip(c->out);
		T_OK(!as_prefix_has(&p, &ip));
	}
}

struct special_case {
	const char *ip;
	const char *name; /* starts so; NULL: public */
};

/* First and last address of each range, and their neighbours. */
static const struct special_case special_cases[] = {
    {"0.0.0.0", "this network"},
    {"0.255.255.255", "this network"},
    {"1.0.0.0", NULL},
    {"9.255.255.255", NULL},
    {"10.0.0.0", "private use"},
    {"10.255.255.255", "private use"},
    {"11.0.0.0", NULL},
    {"100.63.255.255", NULL},
    {"100.64.0.0", "shared address space"},
    {"100.127.255.255", "shared address space"},
    {"100.128.0.0", NULL},
    {"126.255.255.255", NULL},
    {"127.0.0.0", "loopback"},
    {"127.255.255.255", "loopback"},
    {"128.0.0.0", NULL},
    {"169.253.255.255", NULL},
    {"169.254.0.0", "link local"},
    {"169.254.255.255", "link local"},
    {"169.255.0.0", NULL},
    {"172.15.255.255", NULL},
    {"172.16.0.0", "private use"},
    {"172.31.255.255", "private use"},
    {"172.32.0.0", NULL},
    {"191.255.255.255", NULL},
    {"192.0.0.0", "protocol assignments"},
    {"192.0.0.255", "protocol assignments"},
    {"192.0.1.0", NULL},
    {"192.0.2.0", "documentation"},
    {"192.0.2.255", "documentation"},
    {"192.0.3.0", NULL},
    {"192.31.195.255", NULL},
    {"192.31.196.0", "AS112"},
    {"192.31.196.255", "AS112"},
    {"192.31.197.0", NULL},
    {"192.52.192.255", NULL},
    {"192.52.193.0", "AMT"},
    {"192.52.193.255", "AMT"},
    {"192.52.194.0", NULL},
    {"192.88.98.255", NULL},
    {"192.88.99.0", "6to4 relay anycast"},
    {"192.88.99.255", "6to4 relay anycast"},
    {"192.88.100.0", NULL},
    {"192.167.255.255", NULL},
    {"192.168.0.0", "private use"},
    {"192.168.255.255", "private use"},
    {"192.169.0.0", NULL},
    {"192.175.47.255", NULL},
    {"192.175.48.0", "AS112"},
    {"192.175.48.255", "AS112"},
    {"192.175.49.0", NULL},
    {"198.17.255.255", NULL},
    {"198.18.0.0", "benchmarking"},
    {"198.19.255.255", "benchmarking"},
    {"198.20.0.0", NULL},
    {"198.51.99.255", NULL},
    {"198.51.100.0", "documentation"},
    {"198.51.100.255", "documentation"},
    {"198.51.101.0", NULL},
    {"203.0.112.255", NULL},
    {"203.0.113.0", "documentation"},
    {"203.0.113.255", "documentation"},
    {"203.0.114.0", NULL},
    {"223.255.255.255", NULL},
    {"224.0.0.0", "multicast"},
    {"239.255.255.255", "multicast"},
    {"240.0.0.0", "reserved"},
    {"255.255.255.255", "reserved"},

    {"::", "unspecified"},
    {"::1", "loopback"},
    {"::2", "this network"}, /* compatible: 0.0.0.2 */
    {"::127.0.0.1", "loopback"},
    {"::8.8.8.8", "reserved by IETF"},
    {"::1:0:0:0", "reserved by IETF"},
    {"::ffff:127.0.0.1", "loopback"},
    {"::ffff:10.1.2.3", "private use"},
    {"::ffff:8.8.8.8", NULL},
    {"::ffff:0:127.0.0.1", "reserved by IETF"}, /* IPv4-translated */
    {"64:ff9b::10.1.2.3", "private use"},
    {"64:ff9b::127.0.0.1", "loopback"},
    {"64:ff9b::8.8.8.8", NULL},
    {"64:ff9b::1:0:0", "reserved by IETF"},
    {"64:ff9b:1::", "local NAT64"},
    {"64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "local NAT64"},
    {"64:ff9b:2::", "reserved by IETF"},
    {"100::", "discard only"},
    {"100::ffff:ffff:ffff:ffff", "discard only"},
    {"100:0:0:1::", "dummy prefix"},
    {"100:0:0:1:ffff:ffff:ffff:ffff", "dummy prefix"},
    {"100:0:0:2::", "reserved by IETF"},
    {"1fff:ffff::", "reserved by IETF"},
    {"2000::", NULL},
    {"2000:ffff::", NULL},
    {"2001::", "protocol assignments"},
    {"2001:1ff:ffff::", "protocol assignments"},
    {"2001:200::", NULL},
    {"2001:db7:ffff::", NULL},
    {"2001:db8::", "documentation"},
    {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"},
    {"2001:db9::", NULL},
    {"2002::", "this network"},
    {"2002:0a00:0001::1", "private use"},
    {"2002:7f00:1::", "loopback"},
    {"2002:808:808::1", NULL},
    {"2003::", NULL},
    {"2620:4f:7fff:ffff::", NULL},
    {"2620:4f:8000::", "AS112"},
    {"2620:4f:8000:ffff:ffff:ffff:ffff:ffff", "AS112"},
    {"2620:4f:8001::", NULL},
    {"2a00::1", NULL},
    {"3ffe:ffff::", NULL},
    {"3fff::", "documentation"},
    {"3fff:fff:ffff::", "documentation"},
    {"3fff:1000::", NULL},
    {"4000::", "reserved by IETF"},
    {"5eff:ffff::", "reserved by IETF"},
    {"5f00::", "segment routing"},
    {"5f00:ffff::", "segment routing"},
    {"5f01::", "reserved by IETF"},
    {"fbff:ffff::", "reserved by IETF"},
    {"fc00::", "unique local"},
    {"fdff:ffff::", "unique local"},
    {"fe00::", "reserved by IETF"},
    {"fe7f:ffff::", "reserved by IETF"},
    {"fe80::", "link local"},
    {"febf:ffff::", "link local"},
    {"fec0::", "site local"},
    {"feff:ffff::", "site local"},
    {"ff00::", "multicast"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast"},
};

static void
test_special(void)
{
	for (size_t i = 0; i < sizeof(special_cases) / sizeof(special_cases[0]);
	     i++) {
		const struct special_case *c = &special_cases[i];
		struct as_ip ip;
		const char *name;

		t_case("special: %s is %s", c->ip,
		    c->name != NULL ? c->name : "public");
		ip = must_ip(c->ip);
		name = as_ip_special(&ip);
		T_INT(name != NULL, c->name != NULL);
		if (name != NULL && c->name != NULL &&
		    !T_OK(as_str_has_prefix(as_str_from(name), c->name)))
			printf("# got %s\n", name);
	}
}

static const struct whole_case {
	const char *prefix;
	const char *name; /* NULL: some of it is public */
} whole_cases[] = {
    {"10.0.0.0/8", "private use (RFC 1918)"},
    {"10.1.2.3/9", "private use (RFC 1918)"},
    {"10.1.2.3/32", "private use (RFC 1918)"},
    {"10.0.0.0/7", NULL},
    {"11.0.0.0/7", NULL},
    {"0.0.0.0/0", NULL},
    {"0.0.0.0/1", NULL},
    {"128.0.0.0/1", NULL},
    {"192.168.0.0/15", NULL},
    {"224.0.0.0/4", "multicast (RFC 1112)"},
    {"224.0.0.0/3", NULL},
    {"8.8.8.0/24", NULL},
    {"::/0", NULL},
    {"::/2", NULL},
    {"2000::/3", NULL},
    {"2001::/16", NULL},
    {"2001:db8::/32", "documentation (RFC 3849)"},
    {"fc00::/7", "unique local (RFC 4193)"},
    {"4000::/2", "reserved by IETF (RFC 4291)"},
    {"::ffff:10.0.0.0/104", "private use (RFC 1918)"},
};

static void
test_prefix_special(void)
{
	for (size_t i = 0; i < sizeof(whole_cases) / sizeof(whole_cases[0]);
	     i++) {
		const struct whole_case *c = &whole_cases[i];
		const char *name;
		struct as_prefix p;

		t_case("special: all of %s is %s", c->prefix,
		    c->name == NULL ? "not" : c->name);
		T_OK(as_prefix_parse(as_str_from(c->prefix), &p) == AS_OK);
		name = as_prefix_special(&p);
		T_STR(as_str_from(name == NULL ? "" : name),
		    c->name == NULL ? "" : c->name);
	}
}

int
main(void)
{
	test_text();
	test_reverse();
	test_equal();
	test_prefix();
	test_special();
	test_prefix_special();
	return t_done();
}
