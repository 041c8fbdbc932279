#include "app/run_probers.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "app/data.h"
#include "app/file.h"
#include "base/limits.h"
#include "base/tsv.h"
#include "std/domain.h"

#include "base/banned.h"

#define MAX_SHIPPED AS_MAX_DKIM_SELECTORS
#define MAX_SERVERS 8

#if defined(__SANITIZE_ADDRESS__)
#define PROBER_OCTETS 0 /* the sanitizer maps far more than it uses */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PROBER_OCTETS 0
#endif
#endif
#ifndef PROBER_OCTETS
#define PROBER_OCTETS ((uint64_t)4 << 30)
#endif

static enum as_err
strs_from(struct as_arena *a, const struct as_list *list,
    const struct as_str **out, size_t *n)
{
	struct as_str *v = as_arena_array(a, list->n, sizeof(*v));

	if (v == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < list->n; i++)
		v[i] = as_str_from(list->v[i]);
	*out = v;
	*n = list->n;
	return AS_OK;
}

/* The name servers of resolv.conf(5); none is no error. */
static enum as_err
resolv_conf_read(struct as_arena *a, const struct as_str **out, size_t *n,
    struct as_why *why)
{
	struct as_str text, *v = as_arena_array(a, MAX_SERVERS, sizeof(*v));

	if (v == NULL)
		return as_why_no_memory(why);
	*out = v;
	if (as_file_read(a, "/etc/resolv.conf", AS_MAX_CONFIG_OCTETS, &text,
		NULL) != AS_OK)
		return AS_OK;
	for (size_t at = 0; at < text.n && *n < MAX_SERVERS;) {
		size_t end = as_str_find(text, '\n', at);
		struct as_str line = as_str_trim(as_str_slice(text, at, end));
		struct as_ip ip;
		at = end + 1;
		if (!as_str_has_prefix(line, "nameserver"))
			continue;
		line = as_str_trim(as_str_slice(line, 10, line.n));
		line = as_str_slice(line, 0, strcspn(line.p, " \t#;\r\n"));
		if (as_ip_parse(line, &ip) == AS_OK)
			v[(*n)++] = line;
	}
	return AS_OK;
}

/* "ADDR" or "ADDR@PORT". */
static bool
is_server(struct as_str text)
{
	size_t at = as_str_find(text, '@', 0);
	struct as_ip ip;
	uint64_t port;

	if (as_ip_parse(as_str_slice(text, 0, at), &ip) != AS_OK)
		return false;
	return at == text.n ||
	    (as_str_u64(as_str_slice(text, at + 1, text.n), 65535, &port) ==
		    AS_OK &&
		port > 0);
}

/* Which servers to ask: those given; none when a resolver configuration or
 * "recursive" decides; else the system's. */
static enum as_err
servers_read(
    struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	struct as_dns_config *dns = &run->fleet.prober.dns;

	if (s->resolver.n == 1 && strcmp(s->resolver.v[0], "recursive") == 0)
		return AS_OK;
	if (s->resolver.n == 0 && s->resolver_config != NULL)
		return AS_OK;
	if (s->resolver.n == 0)
		return resolv_conf_read(
		    run->arena, &dns->servers, &dns->n_servers, why);
	for (size_t i = 0; i < s->resolver.n; i++) {
		if (strcmp(s->resolver.v[i], "recursive") == 0)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--resolver: \"recursive\" stands alone, without "
			    "addresses");
		if (!is_server(as_str_from(s->resolver.v[i])))
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--resolver must be an address, with @PORT (1 to "
			    "65535) if it is not 53, or \"recursive\", not "
			    "\"%.60s\"",
			    s->resolver.v[i]);
	}
	if (strs_from(run->arena, &s->resolver, &dns->servers,
		&dns->n_servers) != AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

static enum as_err
allow_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	size_t n = s->allow_address.n;
	struct as_prefix *v = as_arena_array(run->arena, n, sizeof(*v));

	if (v == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < n; i++)
		if (as_prefix_parse(
			as_str_from(s->allow_address.v[i]), &v[i]) != AS_OK)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--allow-address must be a prefix such as "
			    "10.0.0.0/8, not \"%s\"",
			    s->allow_address.v[i]);
	run->fleet.prober.allow = v;
	run->fleet.prober.n_allow = n;
	return AS_OK;
}

/* The shipped selectors that every check probes (priority 1). */
static enum as_err
selectors_read(struct as_run *run, struct as_why *why)
{
	struct as_tsv tsv = {.text = as_data_dkim_selectors};
	struct as_str cells[AS_TSV_COLUMNS];
	struct as_str *v = as_arena_array(run->arena, MAX_SHIPPED, sizeof(*v));
	size_t n = 0, columns;

	if (v == NULL)
		return as_why_no_memory(why);
	while ((columns = as_tsv_next(&tsv, cells)) > 0 && n < MAX_SHIPPED)
		if (columns >= 4 && as_str_is(cells[3], "1"))
			v[n++] = cells[0];
	run->fleet.prober.selectors = v;
	run->fleet.prober.n_selectors = n;
	return AS_OK;
}

static bool
ip_of(const struct sockaddr *sa, struct as_ip *out)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (sa != NULL && sa->sa_family == AF_INET) {
		memcpy(&four, sa, sizeof(four));
		out->len = 4;
		memcpy(out->b, &four.sin_addr, 4);
		return true;
	}
	if (sa != NULL && sa->sa_family == AF_INET6) {
		memcpy(&six, sa, sizeof(six));
		out->len = 16;
		memcpy(out->b, &six.sin6_addr, 16);
		return true;
	}
	return false;
}

/* The addresses of this machine, which a domain must not aim us at. */
static enum as_err
own_read(struct as_run *run, struct as_why *why)
{
	struct ifaddrs *list = NULL;
	struct as_ip *own;
	size_t n = 0;

	if (getifaddrs(&list) != 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
		    "the addresses of this machine: %s", strerror(errno));
	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
		n++;
	own = as_arena_array(run->arena, n, sizeof(*own));
	n = 0;
	for (const struct ifaddrs *i = list; own != NULL && i != NULL;
	     i = i->ifa_next)
		n += ip_of(i->ifa_addr, &own[n]);
	freeifaddrs(list);
	run->fleet.prober.own = own;
	run->fleet.prober.n_own = n;
	return own != NULL ? AS_OK : as_why_no_memory(why);
}

/* A name that this machine has and that can stand behind EHLO. */
static const char *
machine_name(struct as_arena *a)
{
	char name[256] = "localhost";
	struct as_str domain;

	if (gethostname(name, sizeof(name) - 1) != 0 ||
	    as_domain_parse(a, as_str_from(name), &domain, NULL) != AS_OK)
		domain = AS_STR("localhost");
	return as_arena_copy(a, domain.p, domain.n);
}

/* What stands behind EHLO: a domain or an address literal (RFC 5321 4.1.1.1).
 */
static bool
is_ehlo_name(struct as_arena *a, struct as_str name)
{
	struct as_str domain;
	struct as_ip ip;

	if (name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']') {
		name = as_str_slice(name, 1, name.n - 1);
		if (as_str_has_prefix_case(name, "IPv6:"))
			name = as_str_slice(name, 5, name.n);
		return as_ip_parse(name, &ip) == AS_OK;
	}
	return as_domain_parse(a, name, &domain, NULL) == AS_OK &&
	    as_str_eq_case(domain, name);
}

static enum as_err
names_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	const char *name = machine_name(run->arena);
	struct as_prober_config *p = &run->fleet.prober;

	if (name == NULL)
		return as_why_no_memory(why);
	if (s->ehlo_name != NULL &&
	    !is_ehlo_name(run->arena, as_str_from(s->ehlo_name)))
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--ehlo-name must be a domain name or an address in "
		    "brackets, not \"%.60s\"",
		    s->ehlo_name);
	p->ehlo_name = s->ehlo_name != NULL ? s->ehlo_name : name;
	p->user_agent = "assay/" AS_VERSION;
	p->vantage = as_str_from(s->vantage != NULL ? s->vantage : name);
	return AS_OK;
}

/* Selectors of the user: one or more labels each (RFC 6376 3.1). */
static enum as_err
given_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	for (size_t i = 0; i < s->selector.n; i++) {
		struct as_str name = as_str_printf(
		    run->arena, "%s._domainkey", s->selector.v[i]);
		struct as_why inner = {0};
		if (as_str_is_null(name))
			return as_why_no_memory(why);
		if (as_domain_parse(run->arena, name, &name, &inner) != AS_OK)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--selector \"%.60s\" cannot be part of a domain "
			    "name: %.120s",
			    s->selector.v[i], inner.text);
	}
	if (strs_from(run->arena, &s->selector, &run->fleet.selectors,
		&run->fleet.n_selectors) != AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

static enum as_err
files_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	struct as_prober_config *p = &run->fleet.prober;

	p->dns.resolver_config = s->resolver_config;
	if (s->resolver_config != NULL && access(s->resolver_config, R_OK) != 0)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%s: %s",
		    s->resolver_config, strerror(errno));
	if (s->trust_anchor != NULL)
		AS_TRY(as_file_read(run->arena, s->trust_anchor,
		    AS_MAX_CONFIG_OCTETS, &p->dns.trust_anchors, why));
	p->dns.trust_anchors_name = s->trust_anchor;
	if (s->ca != NULL)
		AS_TRY(as_file_read(
		    run->arena, s->ca, AS_MAX_CONFIG_OCTETS, &p->ca_pem, why));
	p->ca_name = s->ca;
	run->psl = s->psl != NULL ? psl_load_file(s->psl) : psl_latest(NULL);
	if (s->psl != NULL && run->psl == NULL)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "%s: not a public suffix list that can be read", s->psl);
	if (s->psl != NULL && psl_suffix_count(run->psl) == 0)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%s: no public suffix in it", s->psl);
	run->fleet.psl = run->psl;
	return AS_OK;
}

enum as_err
as_run_probers(
    struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	struct as_fleet_config *f = &run->fleet;

	f->prober_main = as_prober_main;
	f->probers = s->probers;
	f->window = s->window;
	f->prober.smtp_port = s->smtp_port != 0 ? (uint16_t)s->smtp_port : 25;
	f->prober.try_injection = s->try_injection;
	f->prober.https_port =
	    s->https_port != 0 ? (uint16_t)s->https_port : 443;
	f->prober.clock = as_clock_system();
	f->prober.log =
	    (struct as_log){AS_LOG_WARN, STDERR_FILENO, "assay prober"};
	f->prober.memory_octets = PROBER_OCTETS;
	f->prober.dns.zone_only = s->zone_only;
	AS_TRY(names_read(run, s, why));
	AS_TRY(given_read(run, s, why));
	AS_TRY(servers_read(run, s, why));
	AS_TRY(allow_read(run, s, why));
	AS_TRY(own_read(run, why));
	AS_TRY(selectors_read(run, why));
	return files_read(run, s, why);
}
