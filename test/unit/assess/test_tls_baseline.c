#include "assess/tls_baseline.h"

#include "base/clock.h"
#include "base/tsv.h"
#include "harness.h"

static char text[32768];

/* A table of the data folder; valid until the next one is read. */
static struct as_str
table_read(const char *name)
{
	char path[512];
	struct as_str all = {text, 0};
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/data/tls/%s.tsv",
	    getenv("AS_SOURCE_ROOT"), name);
	f = fopen(path, "rb");
	if (!T_OK(f != NULL))
		return all;
	all.n = fread(text, 1, sizeof(text), f);
	(void)fclose(f);
	T_OK(all.n > 0 && all.n < sizeof(text));
	return all;
}

static int64_t
day_of(struct as_str day)
{
	int64_t ms = 0;

	T_OK(as_time_parse(day, &ms) == AS_OK);
	return ms;
}

static const char *const names[] = {"rfc9325", "ncsc-nl-2025-05",
    "bsi-tr-02102-2", "nist-sp-800-52r2", "itsp-40-062", "mailcheck-2022",
    "ncsc-uk-tls"};

/* What each document is known to say, spelled out. */
static const struct {
	const char *table, *kind, *what, *level;
} said[] = {
    {"rfc9325", "version", "TLS 1.1", "insufficient"},
    {"rfc9325", "version", "SSLv3", "insufficient"},
    {"rfc9325", "suite", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "good"},
    {"rfc9325", "suite", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "phase-out"},
    {"rfc9325", "suite", "TLS_RSA_WITH_AES_128_GCM_SHA256", "phase-out"},
    {"rfc9325", "suite", "TLS_RSA_WITH_RC4_128_SHA", "insufficient"},
    {"rfc9325", "suite", "TLS_RSA_WITH_NULL_SHA", "insufficient"},
    {"rfc9325", "suite", "TLS_DH_anon_WITH_AES_128_CBC_SHA", "insufficient"},
    {"rfc9325", "suite", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", "insufficient"},
    {"ncsc-nl-2025-05", "version", "TLS 1.2", "sufficient"},
    {"ncsc-nl-2025-05", "version", "TLS 1.1", "insufficient"},
    {"ncsc-nl-2025-05", "suite", "TLS_AES_256_GCM_SHA384", "good"},
    {"ncsc-nl-2025-05", "suite", "TLS_AES_128_GCM_SHA256", "sufficient"},
    {"ncsc-nl-2025-05", "suite", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
	"phase-out"},
    {"ncsc-nl-2025-05", "suite", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
	"insufficient"},
    {"ncsc-nl-2025-05", "suite", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
	"insufficient"},
    {"ncsc-nl-2025-05", "suite", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
	"phase-out"},
    {"ncsc-nl-2025-05", "suite", "TLS_RSA_WITH_AES_128_GCM_SHA256",
	"insufficient"},
    {"ncsc-nl-2025-05", "group", "ffdhe2048", "insufficient"},
    {"ncsc-nl-2025-05", "group", "X25519", "good"},
    {"bsi-tr-02102-2", "group", "x25519", "insufficient"},
    {"bsi-tr-02102-2", "group", "brainpoolP256r1tls13", "good"},
    {"bsi-tr-02102-2", "suite", "TLS_CHACHA20_POLY1305_SHA256", "insufficient"},
    {"bsi-tr-02102-2", "suite", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
	"sufficient"},
    {"nist-sp-800-52r2", "version", "TLS 1.1", "phase-out"},
    {"nist-sp-800-52r2", "suite", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "good"},
    {"nist-sp-800-52r2", "suite", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
	"insufficient"},
    {"nist-sp-800-52r2", "suite", "TLS_DH_anon_WITH_AES_128_CBC_SHA",
	"insufficient"},
    {"itsp-40-062", "suite", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "phase-out"},
    {"itsp-40-062", "suite", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
	"sufficient"},
    {"itsp-40-062", "group", "secp224r1", "phase-out"},
    {"mailcheck-2022", "suite", "TLS_CHACHA20_POLY1305_SHA256", "phase-out"},
    {"mailcheck-2022", "version", "TLS 1.0", "unjudged"},
    {"ncsc-uk-tls", "suite", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "good"},
    {"ncsc-uk-tls", "version", "SSLv3", "insufficient"},
    {"ncsc-uk-tls", "version", "TLS 1.0", "phase-out"},
    {"rfc9325", "no such kind", "x", "unjudged"},
};

static const struct {
	const char *table, *kind;
	uint32_t bits;
	const char *level;
} sizes[] = {
    {"rfc9325", "rsa", 2048, "good"},
    {"rfc9325", "rsa", 2047, "insufficient"},
    {"rfc9325", "dh", 1024, "insufficient"},
    {"ncsc-nl-2025-05", "rsa", 2048, "phase-out"},
    {"ncsc-nl-2025-05", "rsa", 3072, "good"},
    {"ncsc-nl-2025-05", "rsa", 1024, "insufficient"},
    {"bsi-tr-02102-2", "rsa", 2048, "insufficient"},
    {"bsi-tr-02102-2", "ec", 256, "good"},
    {"nist-sp-800-52r2", "rsa", 2048, "good"},
    {"nist-sp-800-52r2", "ec", 0, "insufficient"},
    {"mailcheck-2022", "rsa", 1024, "unjudged"},
};

/* A table names itself, says nothing but known words, and each row can win. */
static void
check_shape(const char *name)
{
	static const char *const abouts[] = {
	    "title", "publisher", "edition", "source", "basis"};
	struct as_str table, cells[AS_TSV_COLUMNS];
	struct as_tsv t;
	size_t n;

	t_case("the table %s", name);
	table = table_read(name);
	for (size_t i = 0; i < sizeof(abouts) / sizeof(abouts[0]); i++)
		T_OK(as_tls_baseline_about(table, abouts[i]).n > 0);
	t = (struct as_tsv){.text = table};
	while ((n = as_tsv_next(&t, cells)) > 0) {
		bool known = false;
		T_OK(n >= 3);
		for (int l = AS_TLS_GOOD; l <= AS_TLS_UNJUDGED; l++)
			known |= as_str_is(
			    cells[2], as_tls_level_word((enum as_tls_level)l));
		T_OK(known || as_str_is(cells[0], "about"));
		if (n > 3 && cells[3].n > 0)
			T_OK(day_of(AS_STR("2020-01-01")) < day_of(cells[3]));
	}
}

static void
check_days(void)
{
	struct as_str table;
	struct as_str suite = AS_STR("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256");
	struct as_tls_mark m;

	t_case("a level ends with its last day");
	table = table_read("bsi-tr-02102-2");
	m = as_tls_baseline_mark(
	    table, "suite", suite, day_of(AS_STR("2029-12-31")));
	T_INT(m.level, AS_TLS_SUFFICIENT);
	T_STR(m.until, "2029-12-31");
	m = as_tls_baseline_mark(
	    table, "suite", suite, day_of(AS_STR("2030-01-01")));
	T_INT(m.level, AS_TLS_INSUFFICIENT);
}

static void
check_stars(void)
{
	struct as_str table = AS_STR("suite\ta*b*c\tgood\n"
				     "suite\t**\tsufficient\n"
				     "rsa\tmany\tgood\n"
				     "half a row\n");

	t_case("stars stand for any text");
	T_INT(as_tls_baseline_mark(table, "suite", AS_STR("abc"), 0).level,
	    AS_TLS_GOOD);
	T_INT(as_tls_baseline_mark(table, "suite", AS_STR("axbxbxc"), 0).level,
	    AS_TLS_GOOD);
	T_INT(as_tls_baseline_mark(table, "suite", AS_STR("axbxcx"), 0).level,
	    AS_TLS_SUFFICIENT);
	T_INT(as_tls_baseline_mark(table, "suite", AS_STR(""), 0).level,
	    AS_TLS_SUFFICIENT);
	T_INT(as_tls_baseline_mark_bits(table, "rsa", 4096, 0).level,
	    AS_TLS_UNJUDGED);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		check_shape(names[i]);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		t_case("%s on %s", said[i].table, said[i].what);
		T_STR(
		    as_str_from(as_tls_level_word(as_tls_baseline_mark(
			table_read(said[i].table), said[i].kind,
			as_str_from(said[i].what), day_of(AS_STR("2026-11-25")))
						      .level)),
		    said[i].level);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		t_case("%s on %s of %u bits", sizes[i].table, sizes[i].kind,
		    sizes[i].bits);
		T_STR(as_str_from(as_tls_level_word(as_tls_baseline_mark_bits(
			  table_read(sizes[i].table), sizes[i].kind,
			  sizes[i].bits, day_of(AS_STR("2026-11-25")))
							.level)),
		    sizes[i].level);
	}
	check_days();
	check_stars();
	return t_done();
}
