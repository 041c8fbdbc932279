#include "harness.h"

#include "base/ip.h"

struct address {
	const char *text, *canonical;
	const char *special; /* start of it; NULL: public */
};

static const struct address addresses[] = {
    {"192.0.2.1", "192.0.2.1", "documentation"},
    {"8.8.8.8", "8.8.8.8", NULL},
    {"0.0.0.0", "0.0.0.0", "this network"},
    {"10.255.255.255", "10.255.255.255", "private use"},
    {"11.0.0.0", "11.0.0.0", NULL},
    {"100.63.255.255", "100.63.255.255", NULL},
    {"100.64.0.0", "100.64.0.0", "shared"},
    {"100.127.255.255", "100.127.255.255", "shared"},
    {"100.128.0.0", "100.128.0.0", NULL},
    {"127.0.0.1", "127.0.0.1", "loopback"},
    {"127.255.255.255", "127.255.255.255", "loopback"},
    {"169.254.169.254", "169.254.169.254", "link local"},
    {"172.15.255.255", "172.15.255.255", NULL},
    {"172.16.0.0", "172.16.0.0", "private use"},
    {"172.31.255.255", "172.31.255.255", "private use"},
    {"172.32.0.0", "172.32.0.0", NULL},
    {"192.168.0.1", "192.168.0.1", "private use"},
    {"198.18.0.1", "198.18.0.1", "benchmarking"},
    {"198.20.0.1", "198.20.0.1", NULL},
    {"224.0.0.1", "224.0.0.1", "multicast"},
    {"255.255.255.255", "255.255.255.255", "reserved"},
    {"::", "::", "unspecified"},
    {"::1", "::1", "loopback"},
    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1", "documentation"},
    {"2606:4700::1111", "2606:4700::1111", NULL},
    {"fe80::1", "fe80::1", "link local"},
    {"febf::1", "febf::1", "link local"},
    {"fc00::1", "fc00::1", "unique local"},
    {"fdff::1", "fdff::1", "unique local"},
    {"ff02::1", "ff02::1", "multicast"},
    {"2001::1", "2001::1", "protocol assignments"},
    {"::ffff:127.0.0.1", "::ffff:127.0.0.1", "loopback"},
    {"::ffff:7f00:1", "::ffff:127.0.0.1", "loopback"},
    {"::ffff:8.8.8.8", "::ffff:8.8.8.8", NULL},
    {"64:ff9b::10.0.0.1", "64:ff9b::a00:1", "private use"},
    {"64:ff9b::8.8.8.8", "64:ff9b::808:808", NULL},
    {"64:ff9b:1::1", "64:ff9b:1::1", "local NAT64"},
    {"2002:7f00:1::", "2002:7f00:1::", "loopback"},
    {"2002:808:808::", "2002:808:808::", NULL},
    {"::10.0.0.1", "::10.0.0.1", "private use"},
};

static const char *const no_addresses[] = {"", "1", "1.2.3", "1.2.3.4.5",
    "256.1.1.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "0x7f.1.1.1",
    ":::", "1::2::3", "12345::", "[::1]", "fe80::1%lo", "::1/128",
    "g::", "1.2.3.4/32"};

static void
test_addresses(void)
{
	char buf[AS_IP_TEXT];
	struct as_ip ip;

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		const struct address *x = &addresses[i];
		const char *special;
		t_case("address %s", x->text);
		if (!T_INT(as_ip_parse(as_str_from(x->text), &ip), AS_OK))
			continue;
		T_STR(as_str_from(as_ip_text(&ip, buf)), x->canonical);
		special = as_ip_special(&ip);
		if (x->special == NULL)
			T_OK(special == NULL);
		else
			T_OK(special != NULL &&
			    as_str_has_prefix(
				as_str_from(special), x->special));
	}
	for (size_t i = 0; i < sizeof(no_addresses) / sizeof(no_addresses[0]);
	     i++) {
		t_case("no address: \"%s\"", no_addresses[i]);
		T_OK(as_ip_parse(as_str_from(no_addresses[i]), &ip) != AS_OK);
	}
	t_case("no address: a NUL inside");
	T_OK(as_ip_parse((struct as_str){"1.2.3.4\0", 8}, &ip) != AS_OK);
	t_case("no address has a text, too");
	ip = (struct as_ip){0};
	T_STR(as_str_from(as_ip_text(&ip, buf)), "-");
}

struct holding {
	const char *prefix, *ip;
	bool holds;
};

static const struct holding holdings[] = {
    {"192.0.2.0/24", "192.0.2.255", true},
    {"192.0.2.0/24", "192.0.3.0", false},
    {"192.0.2.99/24", "192.0.2.1", true},
    {"192.0.2.128/25", "192.0.2.127", false},
    {"192.0.2.128/25", "192.0.2.128", true},
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"0.0.0.0/0", "255.1.2.3", true},
    {"0.0.0.0/0", "::1", false},
    {"::/0", "1.2.3.4", false},
    {"2001:db8::/33", "2001:db8:7fff::", true},
    {"2001:db8::/33", "2001:db8:8000::", false},
    {"2001:db8::1/128", "2001:db8::1", true},
    {"2001:db8::1/127", "2001:db8::2", false},
};

static void
test_prefixes(void)
{
	static const char *const none[] = {"", "/", "1.2.3.4/", "1.2.3.4/33",
	    "::/129", "1.2.3.4/-1", "1.2.3.4/8/8", "1.2.3/8", "1.2.3.4/ 8"};
	struct as_prefix p;
	struct as_ip ip;

	for (size_t i = 0; i < sizeof(holdings) / sizeof(holdings[0]); i++) {
		const struct holding *h = &holdings[i];
		t_case(
		    "%s %s %s", h->prefix, h->holds ? "holds" : "lacks", h->ip);
		T_INT(as_prefix_parse(as_str_from(h->prefix), &p), AS_OK);
		T_INT(as_ip_parse(as_str_from(h->ip), &ip), AS_OK);
		T_INT(as_prefix_has(&p, &ip), h->holds);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		t_case("no prefix: \"%s\"", none[i]);
		T_OK(as_prefix_parse(as_str_from(none[i]), &p) != AS_OK);
	}
}

int
main(void)
{
	test_addresses();
	test_prefixes();
	return t_done();
}
