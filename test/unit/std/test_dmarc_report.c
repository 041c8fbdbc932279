#include "base/limits.h"
#include "harness.h"
#include "std/dmarc_report.h"

static struct as_arena *arena;

static const struct {
	const char *what, *texts[3];
	bool cut;
	enum as_dmarc_report kind;
	enum as_dmarc_consent consent;
} reads[] = {
    {"no text", {NULL}, false, AS_DMARC_RUA, AS_DMARC_CONSENT_REFUSED},
    {"other texts", {"hello", "v=spf1 -all"}, false, AS_DMARC_RUA,
	AS_DMARC_CONSENT_REFUSED},
    {"the version alone", {"v=DMARC1"}, false, AS_DMARC_RUA,
	AS_DMARC_CONSENT_GIVEN},
    {"with a semicolon", {"v=DMARC1;"}, false, AS_DMARC_RUF,
	AS_DMARC_CONSENT_GIVEN},
    {"among other texts", {"hello", "v=DMARC1"}, false, AS_DMARC_RUA,
	AS_DMARC_CONSENT_GIVEN},
    {"two records", {"v=DMARC1", "v=DMARC1;"}, false, AS_DMARC_RUA,
	AS_DMARC_CONSENT_GIVEN},
    {"a record with a fault", {"v=DMARC1; p=none; p=none"}, false, AS_DMARC_RUA,
	AS_DMARC_CONSENT_GIVEN},
    {"cut, nothing in it", {NULL}, true, AS_DMARC_RUA,
	AS_DMARC_CONSENT_UNKNOWN},
    {"cut, one record is enough", {"v=DMARC1"}, true, AS_DMARC_RUA,
	AS_DMARC_CONSENT_GIVEN},
    {"another address there", {"v=DMARC1; rua=mailto:x@host.example"}, false,
	AS_DMARC_RUA, AS_DMARC_CONSENT_MOVED},
    {"in capitals", {"v=DMARC1; rua=mailto:x@HOST.example"}, false,
	AS_DMARC_RUA, AS_DMARC_CONSENT_MOVED},
    {"another host", {"v=DMARC1; rua=mailto:x@other.example"}, false,
	AS_DMARC_RUA, AS_DMARC_CONSENT_ELSEWHERE},
    {"one of two at another host",
	{"v=DMARC1; rua=mailto:x@host.example,mailto:x@other.example"}, false,
	AS_DMARC_RUA, AS_DMARC_CONSENT_ELSEWHERE},
    {"rua is not for ruf", {"v=DMARC1; rua=mailto:x@other.example"}, false,
	AS_DMARC_RUF, AS_DMARC_CONSENT_GIVEN},
    {"ruf", {"v=DMARC1; ruf=mailto:x@host.example"}, false, AS_DMARC_RUF,
	AS_DMARC_CONSENT_MOVED},
    {"an address that cannot be used", {"v=DMARC1; rua=x"}, false, AS_DMARC_RUA,
	AS_DMARC_CONSENT_GIVEN},
    {"of two the strictest",
	{"v=DMARC1; rua=mailto:x@other.example", "v=DMARC1"}, false,
	AS_DMARC_RUA, AS_DMARC_CONSENT_ELSEWHERE},
    {"of two the strictest, in the other order",
	{"v=DMARC1", "v=DMARC1; rua=mailto:x@host.example"}, false,
	AS_DMARC_RUA, AS_DMARC_CONSENT_MOVED},
};

/* EXT-1, EXT-3 */
static void
test_reads(void)
{
	for (size_t i = 0; i < sizeof(reads) / sizeof(*reads); i++) {
		enum as_dmarc_consent got;
		const struct as_dmarc *instead;
		struct as_str texts[3];
		size_t n = 0;

		t_case("consent: %s", reads[i].what);
		for (; n < 3 && reads[i].texts[n] != NULL; n++)
			texts[n] = as_str_from(reads[i].texts[n]);
		T_INT(
		    as_dmarc_consent_read(arena, texts, n, reads[i].cut,
			reads[i].kind, AS_STR("host.example"), &got, &instead),
		    AS_OK);
		T_STR(as_str_from(as_dmarc_consent_text(got)),
		    as_dmarc_consent_text(reads[i].consent));
		T_INT(instead != NULL, got == AS_DMARC_CONSENT_MOVED);
		T_INT(as_dmarc_consent_is_given(got),
		    got == AS_DMARC_CONSENT_GIVEN ||
			got == AS_DMARC_CONSENT_MOVED);
	}
}

/* EXT-2 */
static void
test_names(void)
{
	char label[200];
	struct as_str long_name = {label, sizeof(label)}, out;
	struct as_arena *tiny = as_arena_new(4);

	t_case("consent: its name");
	T_INT(as_dmarc_consent_name(
		  arena, AS_STR("a.example"), AS_STR("b.example"), &out),
	    AS_OK);
	T_STR(out, "a.example._report._dmarc.b.example");
	t_case("consent: the longest name that may be");
	memset(label, 'a', sizeof(label));
	T_INT(as_dmarc_consent_name(arena, long_name,
		  as_str_slice(long_name, 0, AS_MAX_NAME_OCTETS - 200 - 16),
		  &out),
	    AS_OK);
	T_INT(out.n, AS_MAX_NAME_OCTETS);
	t_case("consent: one octet too long");
	T_INT(as_dmarc_consent_name(arena, long_name,
		  as_str_slice(long_name, 0, AS_MAX_NAME_OCTETS - 200 - 15),
		  &out),
	    AS_ELIMIT);
	t_case("consent: no memory");
	T_INT(as_dmarc_consent_name(
		  tiny, AS_STR("a.example"), AS_STR("b.example"), &out),
	    AS_ENOMEM);
	as_arena_free(tiny);
}

static void
test_memory(void)
{
	struct as_arena *tiny = as_arena_new(8);
	struct as_str text = AS_STR("v=DMARC1; rua=mailto:a@b.example");
	enum as_dmarc_consent got;
	const struct as_dmarc *instead;

	t_case("consent: no memory for the record");
	T_INT(as_dmarc_consent_read(tiny, &text, 1, false, AS_DMARC_RUA,
		  AS_STR("b.example"), &got, &instead),
	    AS_ENOMEM);
	as_arena_free(tiny);
}

int
main(void)
{
	arena = as_arena_new((size_t)4 * 1024 * 1024);
	test_reads();
	test_names();
	test_memory();
	as_arena_free(arena);
	return t_done();
}
