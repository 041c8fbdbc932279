#include "app/places.h"

#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"

#include "base/banned.h"

#define TEXT_MOST 100 /* octets of who runs a network */

struct base {
	MMDB_s db;
	bool open;
};

struct as_places {
	struct base asn, country;
};

/* --- files --- */

static enum as_err
base_open(const char *path, struct base *b, struct as_why *why)
{
	struct stat st;
	int e;

	if (path == NULL)
		return AS_OK;
	if (stat(path, &st) != 0)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%.150s: %s",
		    path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > AS_MAX_PLACES_OCTETS)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%.150s: no file, or too large for a database of "
		    "addresses",
		    path);
	e = MMDB_open(path, MMDB_MODE_MMAP, &b->db);
	if (e != MMDB_SUCCESS)
		return as_why_set(why,
		    e == MMDB_OUT_OF_MEMORY_ERROR ? AS_ENOMEM : AS_ESYNTAX,
		    AS_WHY_NOWHERE, "%.150s: %s", path, MMDB_strerror(e));
	b->open = true;
	return AS_OK;
}

enum as_err
as_places_open(const char *asn_db, const char *country_db,
    struct as_places **out, struct as_why *why)
{
	enum as_err err;

	*out = NULL;
	if (asn_db == NULL && country_db == NULL)
		return AS_OK;
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		return as_why_no_memory(why);
	err = base_open(asn_db, &(*out)->asn, why);
	if (err == AS_OK)
		err = base_open(country_db, &(*out)->country, why);
	if (err != AS_OK) {
		as_places_close(*out);
		*out = NULL;
	}
	return err;
}

void
as_places_close(struct as_places *p)
{
	if (p == NULL)
		return;
	if (p->asn.open)
		MMDB_close(&p->asn.db);
	if (p->country.open)
		MMDB_close(&p->country.db);
	free(p);
}

/* --- records --- */

static bool
entry_find(const struct base *b, const struct as_ip *ip, MMDB_entry_s *out)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	MMDB_lookup_result_s r;
	int e = 0;

	if (!b->open || (ip->len != 4 && ip->len != 16))
		return false;
	if (ip->len == 4) {
		memcpy(&v4.sin_addr, ip->b, 4);
		r = MMDB_lookup_sockaddr(
		    &b->db, (const struct sockaddr *)&v4, &e);
	} else {
		memcpy(&v6.sin6_addr, ip->b, 16);
		r = MMDB_lookup_sockaddr(
		    &b->db, (const struct sockaddr *)&v6, &e);
	}
	*out = r.entry;
	return e == MMDB_SUCCESS && r.found_entry;
}

/* A text of the record; empty: there is none that is fit to show. */
static struct as_str
text_get(MMDB_entry_s *entry, const char *const *path)
{
	MMDB_entry_data_s d;
	struct as_str s;

	if (MMDB_aget_value(entry, &d, path) != MMDB_SUCCESS || !d.has_data ||
	    d.type != MMDB_DATA_TYPE_UTF8_STRING)
		return AS_STR("");
	s = (struct as_str){d.utf8_string, d.data_size};
	if (s.n > TEXT_MOST)
		for (s.n = TEXT_MOST; s.n > 0 && (s.p[s.n] & 0xc0) == 0x80;)
			s.n--;
	return as_utf8_is_valid(s) ? s : AS_STR("");
}

static struct as_str
text_of(MMDB_entry_s *entry, const char *a, const char *b)
{
	const char *const path[] = {a, b, NULL};

	return text_get(entry, path);
}

/* A number, or the text "AS64500". */
static uint32_t
asn_get(MMDB_entry_s *entry)
{
	static const char *const path[] = {"autonomous_system_number", NULL};
	MMDB_entry_data_s d;
	struct as_str text;
	uint64_t n = 0;

	if (MMDB_aget_value(entry, &d, path) == MMDB_SUCCESS && d.has_data &&
	    d.type == MMDB_DATA_TYPE_UINT32)
		return d.uint32;
	text = text_of(entry, "asn", NULL);
	if (as_str_has_prefix(text, "AS") &&
	    as_str_u64(as_str_slice(text, 2, text.n), UINT32_MAX, &n) != AS_OK)
		n = 0;
	return (uint32_t)n;
}

static bool
is_country(struct as_str s)
{
	return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' &&
	    s.p[1] <= 'Z';
}

/* Publishers name it differently. */
static void
country_get(MMDB_entry_s *entry, char out[3])
{
	static const char *const paths[][2] = {{"country", "iso_code"},
	    {"registered_country", "iso_code"}, {"country_code", NULL},
	    {"country", NULL}};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct as_str s = text_of(entry, paths[i][0], paths[i][1]);

		if (!is_country(s))
			continue;
		memcpy(out, s.p, 2);
		out[2] = 0;
		return;
	}
}

void
as_places_find(void *ctx, const struct as_ip *ip, struct as_usage_place *out)
{
	const struct as_places *p = ctx;
	MMDB_entry_s entry;

	if (entry_find(&p->asn, ip, &entry)) {
		out->asn = asn_get(&entry);
		out->network =
		    text_of(&entry, "autonomous_system_organization", NULL);
		if (out->network.n == 0)
			out->network = text_of(&entry, "as_name", NULL);
	}
	if (entry_find(&p->country, ip, &entry))
		country_get(&entry, out->country);
}
