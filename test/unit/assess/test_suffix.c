#include "assess/suffix.h"

#include "harness.h"
#include "vectors.h"

static const struct {
	const char *name;
	const char *organization;
	const char *suffix;
	bool is_suffix;
} rows[] = {
    {"example.org", "example.org", "org", false},
    {"a.b.example.org", "example.org", "org", false},
    {"org", "org", "org", true},
    {"dept.gov.test", "dept.gov.test", "gov.test", false},
    {"a.dept.gov.test", "dept.gov.test", "gov.test", false},
    {"gov.test", "gov.test", "gov.test", true},
    {"com.test", "com.test", "test", false},
    {"a.unlisted", "a.unlisted", "unlisted", false},
    {"unlisted", "unlisted", "unlisted", true},
    {"xn--bcher-kva.org", "xn--bcher-kva.org", "org", false},
};

static void
check_rows(const psl_ctx_t *list)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct as_str name = as_str_from(rows[i].name);

		t_case("suffix: %s", rows[i].name);
		T_STR(as_suffix_organization(list, name), rows[i].organization);
		T_STR(as_suffix_of(list, name), rows[i].suffix);
		T_INT(as_suffix_is(list, name), rows[i].is_suffix);
		T_OK(as_suffix_organization(list, name).p >= name.p &&
		    as_suffix_organization(list, name).p <= name.p + name.n);
		T_OK(as_str_is_null(as_suffix_organization(NULL, name)));
		T_OK(as_str_is_null(as_suffix_of(NULL, name)));
		T_OK(!as_suffix_is(NULL, name));
	}
}

/* Octets from stored facts. */
static void
check_odd(const psl_ctx_t *list)
{
	static char long_name[400];
	const struct as_str odd[] = {AS_STR(""), AS_STR("."), AS_STR(".."),
	    AS_STR("a..org"), AS_STR("a\0b.org"), AS_STR("\\000.org"),
	    AS_STR("\xff\xfe.org"), {long_name, sizeof(long_name)}};

	memset(long_name, 'a', sizeof(long_name));
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		struct as_str organization, suffix;

		t_case("suffix: odd name %zu", i);
		organization = as_suffix_organization(list, odd[i]);
		suffix = as_suffix_of(list, odd[i]);
		T_OK(as_str_has_suffix_case(odd[i], organization));
		T_OK(as_str_is_null(suffix) ||
		    as_str_has_suffix_case(odd[i], suffix));
		(void)as_suffix_is(list, odd[i]);
	}
}

int
main(void)
{
	psl_ctx_t *list = t_suffixes();

	t_case("the list of the vectors");
	if (T_OK(list != NULL)) {
		check_rows(list);
		check_odd(list);
	}
	psl_free(list);
	return t_done();
}
