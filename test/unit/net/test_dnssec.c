#include "net/dns.h"

#include "dns_ask.h"
#include "dns_peer.h"
#include "dns_signed.h"
#include "harness.h"

enum { TXT = 16, MX = 15 };

enum {
	Z_SECURE,
	Z_CHILD, /* delegated from secure.example without a DS */
	Z_TAMPERED,
	Z_EXPIRED,
	Z_OTHER_KEY,
	Z_STRIPPED,
	Z_COUNT
};

static void
zone_open(struct signed_zone *z, const char *name, const char *more)
{
	char text[600];

	(void)snprintf(z->name, sizeof(z->name), "%s", name);
	(void)snprintf(text, sizeof(text),
	    "%s. SOA ns.%s. root.%s. 1 2 3 4 60\n%s. NS ns.%s.\n"
	    "txt.%s. TXT \"%s\"\n%s",
	    name, name, name, name, name, name, name, more);
	z->rrs = zone_rrs(text);
	z->anchor[0] = 0;
}

static void
zone_tamper(struct signed_zone *z)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(z->rrs); i++) {
		ldns_rr *rr = ldns_rr_list_rr(z->rrs, i);

		if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_TXT)
			continue;
		ldns_rdf_deep_free(ldns_rr_set_rdf(
		    rr, ldns_rdf_new_frm_str(LDNS_RDF_TYPE_STR, "forged"), 0));
	}
}

/* All signatures gone, the anchor stays. */
static void
zone_strip(struct signed_zone *z)
{
	ldns_rr_list *rest = ldns_rr_list_new();

	for (size_t i = 0; i < ldns_rr_list_rr_count(z->rrs); i++) {
		ldns_rr *rr = ldns_rr_list_rr(z->rrs, i);

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG)
			ldns_rr_free(rr);
		else
			ldns_rr_list_push_rr(rest, rr);
	}
	ldns_rr_list_free(z->rrs);
	z->rrs = rest;
}

static void
zones_open(struct signed_zone z[Z_COUNT])
{
	struct signed_zone spare;

	zone_open(&z[Z_SECURE], "secure.example",
	    "child.secure.example. NS ns.child.secure.example.\n");
	zone_open(&z[Z_CHILD], "child.secure.example", "");
	zone_open(&z[Z_TAMPERED], "tampered.example", "");
	zone_open(&z[Z_EXPIRED], "expired.example", "");
	zone_open(&z[Z_OTHER_KEY], "otherkey.example", "");
	zone_open(&z[Z_STRIPPED], "stripped.example", "");
	zone_sign(&z[Z_SECURE], -DAY, DAY);
	zone_sign(&z[Z_TAMPERED], -DAY, DAY);
	zone_sign(&z[Z_EXPIRED], -9 * DAY, -2 * DAY);
	zone_sign(&z[Z_OTHER_KEY], -DAY, DAY);
	zone_sign(&z[Z_STRIPPED], -DAY, DAY);
	zone_tamper(&z[Z_TAMPERED]);
	zone_strip(&z[Z_STRIPPED]);
	/* The anchor of a key that never signed. */
	zone_open(&spare, "otherkey.example", "");
	zone_sign(&spare, -DAY, DAY);
	memcpy(z[Z_OTHER_KEY].anchor, spare.anchor, sizeof(spare.anchor));
	zone_free(&spare);
}

struct row {
	const char *what, *name;
	uint16_t type;
	enum as_dns_reply_kind kind;
	enum as_dns_security security;
	const char *want; /* text of the answer, or in the detail */
};

static const struct row live_rows[] = {
    {"a signed answer", "txt.secure.example", TXT, AS_REPLY_PACKET,
	AS_SECURITY_SECURE, "0: TXT \"secure.example\""},
    {"a signed denial of the type", "txt.secure.example", MX, AS_REPLY_PACKET,
	AS_SECURITY_SECURE, "0:"},
    {"a signed denial of the name", "absent.secure.example", TXT,
	AS_REPLY_PACKET, AS_SECURITY_SECURE, "3:"},
    {"a child without DS", "txt.child.secure.example", TXT, AS_REPLY_PACKET,
	AS_SECURITY_INSECURE, "0: TXT \"child.secure.example\""},
    {"data changed after signing", "txt.tampered.example", TXT, AS_REPLY_BOGUS,
	AS_SECURITY_BOGUS, "verification failed"},
    {"the same again, from the cache", "txt.tampered.example", TXT,
	AS_REPLY_BOGUS, AS_SECURITY_BOGUS, "validation failure"},
    {"signatures that ended", "txt.expired.example", TXT, AS_REPLY_BOGUS,
	AS_SECURITY_BOGUS, "expired"},
    {"signed by another key", "txt.otherkey.example", TXT, AS_REPLY_BOGUS,
	AS_SECURITY_BOGUS, "trust anchor"},
    {"signatures that are missing", "txt.stripped.example", TXT, AS_REPLY_BOGUS,
	AS_SECURITY_BOGUS, "signature"},
};

/* DNSSEC-1, DNSSEC-2 */
static void
run_live(struct bench *b)
{
	for (size_t i = 0; i < sizeof(live_rows) / sizeof(live_rows[0]); i++) {
		const struct row *r = &live_rows[i];
		struct got g;

		t_case("%s", r->what);
		ask_one(b, &g, r->name, r->type);
		T_INT(g.kind, r->kind);
		T_INT(g.security, r->security);
		T_OK(g.calls == 1 && !g.proposed);
		if (r->kind == AS_REPLY_PACKET) {
			T_STR(as_str_from(g.text), r->want);
			continue;
		}
		T_INT(g.n, 0);
		T_OK(as_str_has_prefix(
		    as_str_from(g.detail), "validation failure"));
		if (!T_OK(strstr(g.detail, r->want) != NULL))
			printf("# got %s\n", g.detail);
	}
}

static const char proposed_text[] =
    "secure.example. SOA ns. root. 2 2 3 4 60\n"
    "child.secure.example. NS ns.child.secure.example.\n"
    "new.secure.example. TXT \"proposed\"\n"
    "out.secure.example. CNAME txt.child.secure.example.\n"
    "far.secure.example. CNAME txt.tampered.example.\n"
    "lost.secure.example. CNAME absent.child.secure.example.\n"
    "spin.secure.example. CNAME spin.secure.example.\n";

static const char fragment_text[] =
    "txt.child.secure.example. TXT \"fragment\"\n"
    "txt.expired.example. TXT \"fragment\"\n"
    "frag.tampered.example. CNAME new.secure.example.\n";

static const struct row proposed_rows[] = {
    {"a proposed answer has the security of the live zone",
	"new.secure.example", TXT, AS_REPLY_PACKET, AS_SECURITY_SECURE,
	"0: TXT \"proposed\""},
    {"what the proposed zone lacks is gone", "txt.secure.example", TXT,
	AS_REPLY_PACKET, AS_SECURITY_SECURE, "3:"},
    {"a CNAME that leaves is followed; the weaker security counts",
	"out.secure.example", MX, AS_REPLY_PACKET, AS_SECURITY_INSECURE,
	"0: CNAME txt.child.secure.example."},
    {"and finds a fragment", "out.secure.example", TXT, AS_REPLY_PACKET,
	AS_SECURITY_SECURE,
	"0: CNAME txt.child.secure.example.|TXT \"fragment\""},
    {"a CNAME to a bogus answer is bogus", "far.secure.example", TXT,
	AS_REPLY_BOGUS, AS_SECURITY_BOGUS,
	"CNAME target txt.tampered.example: validation failure"},
    {"a CNAME to nothing", "lost.secure.example", TXT, AS_REPLY_PACKET,
	AS_SECURITY_INSECURE, "3: CNAME absent.child.secure.example."},
    {"a loop is a failure", "spin.secure.example", TXT, AS_REPLY_FAILED,
	AS_SECURITY_INDETERMINATE, "loop"},
    {"a fragment has the security of the same question",
	"txt.child.secure.example", TXT, AS_REPLY_PACKET, AS_SECURITY_INSECURE,
	"0: TXT \"fragment\""},
    {"bogus now, bogus still", "txt.expired.example", TXT, AS_REPLY_PACKET,
	AS_SECURITY_BOGUS, "0: TXT \"fragment\""},
};

static void
run_proposed(struct bench *b, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct got g;

		t_case("%s", rows[i].what);
		ask_one(b, &g, rows[i].name, rows[i].type);
		T_INT(g.kind, rows[i].kind);
		T_INT(g.security, rows[i].security);
		T_OK(g.calls == 1 && !g.early && g.proposed);
		if (rows[i].kind == AS_REPLY_PACKET)
			T_STR(as_str_from(g.text), rows[i].want);
		else if (!T_OK(strstr(g.detail, rows[i].want) != NULL))
			printf("# got %s\n", g.detail);
	}
}

static void
run_zone_only(struct bench *b)
{
	static const struct row rows[] = {
	    {"--zone-only: in the zone", "new.secure.example", TXT,
		AS_REPLY_PACKET, AS_SECURITY_INDETERMINATE,
		"0: TXT \"proposed\""},
	    {"--zone-only: a CNAME that leaves", "far.secure.example", TXT,
		AS_REPLY_FAILED, AS_SECURITY_INDETERMINATE, "not asked"},
	};
	struct got g;

	run_proposed(b, rows, sizeof(rows) / sizeof(rows[0]));
	t_case("--zone-only: not in the zone");
	ask_one(b, &g, "txt.tampered.example", TXT);
	T_INT(g.kind, AS_REPLY_FAILED);
	T_INT(g.rcode, 0);
	T_STR(as_str_from(g.detail), "not asked (--zone-only)");
	T_OK(!g.proposed && !g.early);
}

static void
run_all(struct as_dns_config *config)
{
	struct as_zones *zones = as_zones_new();
	struct bench b;

	t_case("a resolver with five anchors");
	T_OK(bench_open(&b, config));
	run_live(&b);
	bench_close(&b);

	t_case("proposed zones");
	T_INT(
	    as_zones_add(zones, as_str_from(proposed_text), AS_STR_NULL, NULL),
	    AS_OK);
	T_INT(
	    as_zones_add(zones, as_str_from(fragment_text), AS_STR_NULL, NULL),
	    AS_OK);
	config->zones = zones;
	T_OK(bench_open(&b, config));
	run_proposed(&b, proposed_rows,
	    sizeof(proposed_rows) / sizeof(proposed_rows[0]));
	bench_close(&b);

	config->zone_only = true;
	T_OK(bench_open(&b, config));
	run_zone_only(&b);
	bench_close(&b);
	as_zones_free(zones);
}

/* With a libunbound file of the operator's instead of trust anchors. */
static bool
bench_open_file(
    struct bench *b, struct as_dns_config config, struct as_str text)
{
	char path[] = "/tmp/assay-test-dnssec-XXXXXX";
	int fd = mkstemp(path);
	bool ok;

	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n)
		return false;
	(void)close(fd);
	config.trust_anchors = AS_STR_NULL;
	config.resolver_config = path;
	ok = bench_open(b, &config);
	(void)unlink(path);
	return ok;
}

static void
check_one(struct bench *b, const char *name, enum as_dns_reply_kind kind,
    enum as_dns_security security)
{
	struct got g;

	ask_one(b, &g, name, TXT);
	T_INT(g.kind, kind);
	T_INT(g.security, security);
}

static void
test_file(const struct as_dns_config *config, const struct signed_zone *z)
{
	struct as_buf text;
	struct bench b;

	as_buf_init(&text, 10000);
	t_case("anchors of the operator's file, and a domain left out by it");
	as_buf_printf(&text,
	    "server:\n  trust-anchor: \"%s\"\n  trust-anchor: \"%s\"\n"
	    "  domain-insecure: \"txt.tampered.example\"\n",
	    z[Z_SECURE].anchor, z[Z_TAMPERED].anchor);
	T_OK(bench_open_file(&b, *config, as_buf_str(&text)));
	check_one(
	    &b, "txt.secure.example", AS_REPLY_PACKET, AS_SECURITY_SECURE);
	check_one(
	    &b, "txt.tampered.example", AS_REPLY_PACKET, AS_SECURITY_INSECURE);
	check_one(&b, "txt.expired.example", AS_REPLY_PACKET,
	    AS_SECURITY_INDETERMINATE);
	bench_close(&b);

	t_case("without a validator nothing is known");
	as_buf_puts(&text, "  module-config: \"iterator\"\n");
	T_OK(bench_open_file(&b, *config, as_buf_str(&text)));
	check_one(&b, "txt.secure.example", AS_REPLY_PACKET,
	    AS_SECURITY_INDETERMINATE);
	bench_close(&b);
	as_buf_fini(&text);
}

/* DNSSEC-5 */
static void
test_root_anchors(struct as_dns_config config)
{
	struct bench b;

	t_case("without the root's keys nothing is known of any name");
	config.trust_anchors = AS_STR_NULL;
	T_OK(bench_open(&b, &config));
	check_one(&b, "txt.secure.example", AS_REPLY_FAILED,
	    AS_SECURITY_INDETERMINATE);
	bench_close(&b);
}

int
main(void)
{
	struct signed_zone zone[Z_COUNT];
	struct signed_zones zones = {zone, Z_COUNT};
	struct as_dns_config config = {.n_servers = 1};
	struct as_str server;
	struct as_buf anchors;
	struct peer peer;

	zones_open(zone);
	as_buf_init(&anchors, 10000);
	for (size_t i = 0; i < Z_COUNT; i++)
		as_buf_printf(&anchors, "%s\n", zone[i].anchor);
	t_case("a server of signed zones");
	if (T_OK(peer_start(&peer, signed_script, &zones))) {
		server = as_str_from(peer.address);
		config.servers = &server;
		config.trust_anchors = as_buf_str(&anchors);
		test_file(&config, zone);
		test_root_anchors(config);
		run_all(&config);
		peer_stop(&peer);
	}
	for (size_t i = 0; i < Z_COUNT; i++)
		zone_free(&zone[i]);
	as_buf_fini(&anchors);
	return t_done();
}
