#include "probe/prober_open.h"

#include <sys/resource.h>

#include "base/limits.h"

#include "base/banned.h"

#define SCRATCH_OCTETS  ((size_t)4 * 1024 * 1024)
#define MAX_DESCRIPTORS 8192
#define MAX_CAPACITY    1000 /* under 64 KiB each: bench_hosts */

/* The loop, the parent, the log, curl, and some that are about to close. */
#define SPARE_DESCRIPTORS 16

/* As many descriptors as this system lets us have, up to a cap. */
uint64_t
as_prober_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_max > MAX_DESCRIPTORS)
		return MAX_DESCRIPTORS;
	return r.rlim_max;
}

/* Half of the descriptors are for jobs, one each; the resolver takes a quarter
 * for UDP and, at most, as much for TCP as for questions; name servers that are
 * asked one by one take a sixteenth. */
unsigned
as_prober_capacity(void)
{
	uint64_t jobs = as_prober_descriptors() / 2;

	if (jobs < SPARE_DESCRIPTORS + 4)
		return 4;
	jobs -= SPARE_DESCRIPTORS;
	return jobs > MAX_CAPACITY ? MAX_CAPACITY : (unsigned)jobs;
}

static enum as_err
dns_open(struct as_probe *s, struct as_why *why)
{
	struct as_dns_config dns = s->config->dns;
	uint64_t window = as_prober_descriptors() / 16;

	if (dns.window == 0)
		dns.window = AS_DNS_WINDOW;
	if (dns.window > window)
		dns.window = window > 0 ? (uint32_t)window : 1;
	return as_dns_new(s->loop, &dns, &s->dns, why);
}

static enum as_err
direct_open(struct as_probe *s, struct as_why *why)
{
	struct as_direct_config config = {.window = AS_DIRECT_WINDOW};
	uint64_t window = as_prober_descriptors() / 16;

	if (config.window > window)
		config.window = window > 0 ? (uint32_t)window : 1;
	s->direct = as_direct_new(s->loop, &config);
	if (s->direct == NULL)
		return as_why_no_memory(why);
	return AS_OK;
}

static enum as_err
tls_open(struct as_probe *s, struct as_why *why)
{
	struct as_why inner = {.text = "out of memory"};
	enum as_err err = as_tls_new(s->config->ca_pem, &s->tls, &inner);
	const char *name = s->config->ca_name;

	if (err == AS_OK)
		return AS_OK;
	return as_why_set(why, err, AS_WHY_NOWHERE, "%.120s%s%.100s",
	    name != NULL ? name : "", name != NULL ? ": " : "", inner.text);
}

enum as_err
as_prober_open(struct as_probe *s, struct as_why *why)
{
	s->scratch = as_arena_new(SCRATCH_OCTETS);
	s->loop = as_loop_new();
	if (s->scratch == NULL || s->loop == NULL)
		return as_why_no_memory(why);
	AS_TRY(dns_open(s, why));
	AS_TRY(direct_open(s, why));
	AS_TRY(tls_open(s, why));
	return as_https_new(s->loop, s->tls, &s->https);
}

void
as_prober_close(struct as_probe *s)
{
	if (s->https != NULL)
		as_https_free(s->https);
	if (s->tls != NULL)
		as_tls_free(s->tls);
	as_direct_free(s->direct);
	if (s->dns != NULL)
		as_dns_free(s->dns);
	as_loop_free(s->loop);
	as_arena_free(s->scratch);
}
