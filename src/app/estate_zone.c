#include "app/estate_zone.h"

#include <string.h>

#include "net/zone.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

#define LOOKED_AT      ((size_t)64 * 1024) /* octets, for what a file is */
#define WILDCARD       "\\042."            /* "*.", as net/zone writes it */
#define SHOWN          4                   /* wildcards that are named */
#define SCRATCH_OCTETS ((size_t)64 * 1024)

struct zone_walk {
	struct as_planner *p;
	struct as_arena *scratch;
	struct as_estate_book hosts; /* names with addresses */
	size_t wildcards;
};

/* --- what a file is --- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
line_has_soa(struct as_str line)
{
	for (size_t i = 1; i + 3 < line.n; i++)
		if (as_str_is_case(as_str_slice(line, i, i + 3), "SOA") &&
		    is_blank(line.p[i - 1]) && is_blank(line.p[i + 3]))
			return true;
	return false;
}

bool
as_estate_is_zone(struct as_str text)
{
	text = as_str_slice(text, 0, LOOKED_AT);
	for (size_t at = 0, end; at < text.n; at = end + 1) {
		struct as_str line;

		end = as_str_find(text, '\n', at);
		line = as_str_slice(text, at, end);
		if (as_str_has_prefix_case(line, "$ORIGIN") ||
		    as_str_has_prefix_case(line, "$TTL") || line_has_soa(line))
			return true;
	}
	return false;
}

/* --- which names are domains --- */

/* First character-string of a TXT record (RFC 1035 3.3.14). */
static struct as_str
first_string(struct as_str rdata)
{
	size_t n = rdata.n > 0 ? (unsigned char)rdata.p[0] : 0;

	return as_str_slice(rdata, 1, 1 + n);
}

/* The domain that a name below it speaks for: of SELECTOR._domainkey.DOMAIN and of
 * _dmarc.DOMAIN; AS_STR_NULL: none. */
static struct as_str
spoken_for(struct as_str name)
{
	static const struct as_str key = {"._domainkey.", 12};

	if (as_str_has_prefix(name, "_dmarc."))
		return as_str_slice(name, 7, name.n);
	for (size_t i = 1; i + key.n < name.n; i++)
		if (memcmp(name.p + i, key.p, key.n) == 0)
			return as_str_slice(name, i + key.n, name.n);
	return AS_STR_NULL;
}

/* The domain that a record is of; AS_STR_NULL: it tells of none. */
static struct as_str
domain_of(const struct as_zone_record *r)
{
	struct as_str owner = spoken_for(r->name);

	switch (r->type) {
	case AS_RR_SOA:
	case AS_RR_NS:
	case AS_RR_MX: return r->name;
	case AS_RR_CNAME: return owner;
	case AS_RR_TXT: break;
	default: return AS_STR_NULL;
	}
	if (!as_str_is_null(owner))
		return owner;
	return as_str_has_prefix_case(first_string(r->rdata), "v=spf1")
	    ? r->name
	    : AS_STR_NULL;
}

static bool
is_reverse(struct as_str name)
{
	return as_domain_within(name, AS_STR("in-addr.arpa")) ||
	    as_domain_within(name, AS_STR("ip6.arpa"));
}

static enum as_err
wildcard_tell(struct zone_walk *w, struct as_str name)
{
	struct as_str shown = as_str_printf(w->scratch, "*." AS_STR_FMT,
	    AS_STR_ARG(as_str_slice(name, sizeof(WILDCARD) - 1, name.n)));

	if (as_str_is_null(shown))
		return AS_ENOMEM;
	if (w->wildcards++ >= SHOWN)
		return AS_OK;
	return as_planner_tell(w->p, 0, shown,
	    AS_STR("is a wildcard: the names below cannot be listed"), false);
}

static enum as_err
domain_want(struct zone_walk *w, struct as_str name)
{
	struct as_estate_entry e = {0};

	if (as_str_has_prefix(name, WILDCARD))
		return wildcard_tell(w, name);
	if (is_reverse(name) ||
	    as_domain_parse(w->scratch, name, &e.name, NULL) != AS_OK ||
	    as_domain_labels(e.name) < 2)
		return AS_OK;
	return as_planner_want(w->p, &e, 0);
}

/* Names that services use are neither. */
static enum as_err
host_note(struct zone_walk *w, struct as_str name)
{
	struct as_estate_entry e = {.name = name};

	if (as_str_find(name, '_', 0) < name.n ||
	    as_str_find(name, '\\', 0) < name.n || is_reverse(name))
		return AS_OK;
	return as_estate_book_add(&w->hosts, &e);
}

static enum as_err
on_record(void *ctx, const struct as_zone_record *r)
{
	struct zone_walk *w = ctx;
	struct as_str domain = domain_of(r);

	as_arena_reset(w->scratch);
	if (!as_str_is_null(domain))
		return domain_want(w, domain);
	if (r->type == AS_RR_A || r->type == AS_RR_AAAA)
		return host_note(w, r->name);
	return AS_OK;
}

/* How many names with addresses are no domains? */
static enum as_err
hosts_tell(struct zone_walk *w)
{
	struct as_str last = AS_STR_NULL, text;
	size_t n = 0;

	as_estate_book_sort(&w->p->wanted);
	as_estate_book_sort(&w->hosts);
	for (size_t i = 0; i < w->hosts.n; i++) {
		struct as_str name = w->hosts.list[i].name;

		n += !as_str_eq(name, last) &&
		    as_estate_book_find(&w->p->wanted, name) == NULL;
		last = name;
	}
	if (n == 0)
		return AS_OK;
	text = as_str_printf(w->p->arena,
	    "%zu name%s with an address alone %s left out: no MX, SPF, DMARC "
	    "or DKIM",
	    n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
	if (as_str_is_null(text))
		return AS_ENOMEM;
	return as_planner_tell(w->p, 0, AS_STR_NULL, text, false);
}

static enum as_err
zone_take(struct zone_walk *w, const struct as_zones *z, struct as_why *why)
{
	enum as_err err = as_zones_each(z, on_record, w);

	if (err == AS_OK)
		err = hosts_tell(w);
	return err == AS_ENOMEM ? as_why_no_memory(why) : err;
}

enum as_err
as_estate_zone(struct as_planner *p, struct as_str text, struct as_str origin,
    struct as_why *why)
{
	struct zone_walk w = {.p = p, .scratch = as_arena_new(SCRATCH_OCTETS)};
	struct as_zones *z = as_zones_new();
	enum as_err err = AS_ENOMEM;

	as_estate_book_init(&w.hosts, p->arena);
	if (z != NULL && w.scratch != NULL)
		err = as_zones_add(z, text, origin, why);
	else
		(void)as_why_no_memory(why);
	if (err == AS_OK)
		err = zone_take(&w, z, why);
	as_estate_book_fini(&w.hosts);
	as_arena_free(w.scratch);
	as_zones_free(z);
	return err;
}
