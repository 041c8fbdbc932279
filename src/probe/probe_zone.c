#include "probe/probe_zone.h"

#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

/* Any of these at the domain itself tells; most have a SOA or a denial of it. */
static const uint16_t told_by[] = {
    AS_RR_SOA, AS_RR_MX, AS_RR_TXT, AS_RR_A, AS_RR_AAAA, AS_RR_NS};

static const uint16_t asked[] = {AS_RR_DNSKEY, AS_RR_DS, AS_RR_NSEC3PARAM};

#define N(list) (sizeof(list) / sizeof((list)[0]))

/* The signer of an answer about the domain itself; an alias leads elsewhere, and
 * what does not exist has no zone worth a look.  AS_STR_NULL: none. */
static struct as_str
signer_find(const struct as_answer *ans, struct as_str domain)
{
	if (ans == NULL || ans->n_chain > 0 || ans->outcome == AS_DNS_NXDOMAIN)
		return AS_STR_NULL;
	for (size_t i = 0; i < ans->n_rrsig; i++) {
		struct as_str signer = ans->rrsig[i].signer;

		if (!as_str_is(signer, ".") && as_domain_within(domain, signer))
			return signer;
	}
	return AS_STR_NULL;
}

struct as_str
as_probe_zone_ask(struct as_book *book, struct as_str domain)
{
	struct as_str zone = AS_STR_NULL;

	for (size_t i = 0; i < N(told_by) && as_str_is_null(zone); i++)
		zone =
		    signer_find(as_book_find(book, domain, told_by[i]), domain);
	for (size_t i = 0; i < N(asked) && !as_str_is_null(zone); i++)
		as_book_ask(book, zone, asked[i], AS_BOOK_KEEP, NULL, NULL);
	return zone;
}
