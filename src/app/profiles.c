#include "app/profiles.h"

#include <string.h>

#include "app/data.h"
#include "app/file.h"
#include "base/limits.h"

#include "base/banned.h"

/* Symbol of app/data behind as_data_profile_, id; in the order of the ids. */
#define PROFILE_MAP(X) \
	X(au_ism, "au-ism") \
	X(bod_18_01, "bod-18-01") \
	X(bulk_senders, "bulk-senders") \
	X(ca_itsp_40_065, "ca-itsp-40-065") \
	X(cz_nukib, "cz-nukib") \
	X(de_tr_03108, "de-tr-03108") \
	X(de_tr_03182, "de-tr-03182") \
	X(nl_internet, "nl-internet") \
	X(nl_ncsc_tls_2025, "nl-ncsc-tls-2025") \
	X(nz_sge, "nz-sge") \
	X(pci_dss_5_4_1, "pci-dss-5-4-1") \
	X(uk_gds_2016, "uk-gds-2016") \
	X(uk_gov, "uk-gov") \
	X(uk_mailcheck_2022, "uk-mailcheck-2022") \
	X(uk_parked, "uk-parked") \
	X(us_nist_800_177, "us-nist-800-177")

struct shipped {
	const char *id;
	struct as_str text;
};

/* The texts are variables of another file, which no static table may copy. */
static void
shipped_list(struct shipped out[AS_PROFILES_SHIPPED])
{
	size_t n = 0;

#define PROFILE(symbol, id) \
	out[n++] = (struct shipped){id, as_data_profile_##symbol};
	PROFILE_MAP(PROFILE)
#undef PROFILE
}

static enum as_err
shipped_parse(struct as_arena *a, const struct shipped *s,
    const struct as_profile **out, struct as_why *why)
{
	struct as_profile *p;

	AS_TRY(as_profile_parse(a, s->id, s->text, &p, why));
	*out = p;
	return AS_OK;
}

enum as_err
as_profiles_shipped(struct as_arena *a,
    const struct as_profile *out[AS_PROFILES_SHIPPED], struct as_why *why)
{
	struct shipped list[AS_PROFILES_SHIPPED];

	shipped_list(list);
	for (size_t i = 0; i < AS_PROFILES_SHIPPED; i++)
		AS_TRY(shipped_parse(a, &list[i], &out[i], why));
	return AS_OK;
}

static bool
is_file(const char *word)
{
	return strchr(word, '/') != NULL ||
	    as_str_has_suffix_case(as_str_from(word), AS_STR(".tsv"));
}

static enum as_err
file_parse(struct as_arena *a, const char *path, const struct as_profile **out,
    struct as_why *why)
{
	struct as_profile *p;
	struct as_str text;

	AS_TRY(as_file_read(a, path, AS_MAX_PROFILE_OCTETS, &text, why));
	AS_TRY(as_profile_parse(a, path, text, &p, why));
	*out = p;
	return AS_OK;
}

enum as_err
as_profile_find(struct as_arena *a, const char *word,
    const struct as_profile **out, struct as_why *why)
{
	struct shipped list[AS_PROFILES_SHIPPED];

	if (is_file(word))
		return file_parse(a, word, out, why);
	shipped_list(list);
	for (size_t i = 0; i < AS_PROFILES_SHIPPED; i++)
		if (strcmp(list[i].id, word) == 0)
			return shipped_parse(a, &list[i], out, why);
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "there is no profile \"%.80s\"; \"assay profiles\" lists them, and "
	    "a file of your own is named with a / or .tsv",
	    word);
}

static bool
is_taken(const struct as_profile *const *list, size_t n, struct as_str id)
{
	for (size_t i = 0; i < n; i++)
		if (as_str_eq(list[i]->id, id))
			return true;
	return false;
}

enum as_err
as_profiles_find(struct as_arena *a, const char *const *words, size_t n,
    const struct as_profile *const **out, struct as_why *why)
{
	const struct as_profile **list =
	    as_arena_array(a, n, sizeof(struct as_profile *));

	if (list == NULL)
		return as_why_no_memory(why);
	if (n > AS_MAX_PROFILES)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "more than %d profiles at once", AS_MAX_PROFILES);
	for (size_t i = 0; i < n; i++) {
		AS_TRY(as_profile_find(a, words[i], &list[i], why));
		if (is_taken(list, i, list[i]->id))
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "two profiles with the id \"" AS_STR_FMT "\"",
			    AS_STR_ARG(list[i]->id));
	}
	*out = (const struct as_profile *const *)list;
	return AS_OK;
}
