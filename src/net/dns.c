#include "net/dns.h"

#include <stdlib.h>
#include <string.h>

#include "net/dns_flight.h"
#include "net/wire_name.h"

#include "base/banned.h"

enum as_err
as_dns_new(struct as_loop *loop, const struct as_dns_config *config,
    struct as_dns **out, struct as_why *why)
{
	struct as_dns *dns = calloc(1, sizeof(*dns));
	enum as_err err;

	*out = NULL;
	if (dns == NULL)
		return AS_ENOMEM;
	dns->clock = as_clock_system();
	dns->zones = config->zones;
	dns->zone_only = config->zone_only;
	err = as_dns_flight_init(dns, loop, config);
	if (err == AS_OK && !dns->zone_only)
		err = as_resolver_new(
		    as_loop_base(loop), config, &dns->resolver, why);
	if (err != AS_OK) {
		as_dns_free(dns);
		return err;
	}
	*out = dns;
	return AS_OK;
}

void
as_dns_free(struct as_dns *dns)
{
	if (dns == NULL)
		return;
	if (dns->calling) {
		dns->dead = true;
		return;
	}
	as_resolver_fini(&dns->resolver);
	as_dns_flight_fini(dns);
	as_proposal_apexes_fini(&dns->apexes);
	free(dns);
}

static struct as_dns_query *
query_new(struct as_dns *dns, struct as_str name, uint16_t type)
{
	struct as_dns_query *q;

	if (name.n > 1 && name.p[name.n - 1] == '.' &&
	    name.p[name.n - 2] != '\\')
		name.n--;
	q = calloc(1, sizeof(*q) + name.n + 1);
	if (q == NULL)
		return NULL;
	memcpy(q->name, name.p, name.n);
	q->dns = dns;
	q->asked_type = type;
	q->state = QUERY_NEW;
	return q;
}

static void
not_asked(struct as_dns_query *q)
{
	q->outcome.detail = strdup("not asked (--zone-only)");
	as_dns_flight_settle(q, AS_REPLY_FAILED, 0);
}

struct as_dns_query *
as_dns_ask(struct as_dns *dns, struct as_str name, uint16_t type, as_dns_fn *fn,
    void *ctx)
{
	uint8_t wire[AS_WIRE_NAME_OCTETS];
	struct as_dns_query *q;
	enum as_err err = AS_EABSENT;

	if (as_wire_name_parse(name, wire) == 0 ||
	    (q = query_new(dns, name, type)) == NULL)
		return NULL;
	q->fn = fn;
	q->ctx = ctx;
	if (dns->zones != NULL)
		err = as_proposal_new(dns->zones, &dns->apexes, name, type,
		    !dns->zone_only, &q->proposal);
	if (err == AS_EABSENT && dns->zone_only) {
		not_asked(q);
	} else if (err == AS_OK || err == AS_EABSENT) {
		as_dns_flight_ask(q);
	} else {
		free(q);
		return NULL;
	}
	return q;
}

void
as_dns_cancel(struct as_dns_query *q)
{
	if (q->state != QUERY_CALLED)
		as_dns_flight_drop(q);
}
