#include "net/resolver.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unbound-event.h>
#include <unbound.h>
#include <unistd.h>

#include "base/ip.h"
#include "base/limits.h"
#include "net/dns.h"

#include "base/banned.h"

#undef dprintf /* ldns means something else by it */

/*
 * What we ask of libunbound before the operator's file may change it.  Sizes
 * are per prober, of which there is one a core.
 */
static const char resolver_options[] =
    "server:\n"
    "module-config: \"validator iterator\"\n"
    /* DNS flag day 2020: no fragments; larger answers come by TCP. */
    "edns-buffer-size: 1232\n"
    "qname-minimisation: yes\n"
    "minimal-responses: yes\n"
    "rrset-roundrobin: no\n" /* the same facts in the same order */
    "aggressive-nsec: yes\n"
    "harden-glue: yes\n"
    "harden-dnssec-stripped: yes\n"
    "harden-below-nxdomain: yes\n"
    "harden-referral-path: no\n"
    "trust-anchor-signaling: no\n"
    "msg-cache-size: 8m\n"
    "rrset-cache-size: 16m\n"
    "key-cache-size: 8m\n"
    "neg-cache-size: 2m\n"
    "infra-host-ttl: 300\n"
    "infra-keep-probing: yes\n"
    "tcp-reuse-timeout: 3000\n";

/* A server that we are told to ask knows its own special names best; the root
 * does not (RFC 6761, RFC 6303), so without one these stay shut. */
static const char forward_options[] = "unblock-lan-zones: yes\n"
				      "local-zone: \"test.\" nodefault\n"
				      "local-zone: \"invalid.\" nodefault\n"
				      "local-zone: \"onion.\" nodefault\n"
				      "local-zone: \"home.arpa.\" nodefault\n";

/* The root's key signing keys, from IANA's root-anchors.xml: KSK-2017 and
 * KSK-2024 (DNSSEC-5). */
static const char root_anchors[] =
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D084"
    "58E880409BBC683457104237C7F8EC8D\n"
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219"
    "298D0A450D612C483AF444A4C0FB2B16\n";

/* A monitor wants news: an hour at most, and absence for less. */
#define CACHE_S             3600
#define CACHE_NONE_S        300
#define MAX_ANCHORS         1000
#define MAX_ANCHOR_OCTETS   4096 /* a DNSKEY of 16384 bits in base64 */
#define MAX_SERVER_OCTETS   64
#define UDP_SOCKETS_A_QUERY 4 /* retries to several servers overlap */
#define MAX_UDP_SOCKETS     1024
#define MAX_TCP_SOCKETS     64

/* libunbound's own log, kept only while it is set up. */
struct log_tap {
	FILE *f;
	char *text;
	size_t n;
};

static bool
tap_open(struct log_tap *tap, struct ub_ctx *ub)
{
	*tap = (struct log_tap){NULL, NULL, 0};
	tap->f = open_memstream(&tap->text, &tap->n);
	if (tap->f == NULL)
		return false;
	(void)ub_ctx_debugout(ub, tap->f);
	return true;
}

/* From here on libunbound logs nowhere: its lines would carry names from the
 * network past our terminal filter. */
static void
tap_close(struct log_tap *tap, struct ub_ctx *ub)
{
	(void)ub_ctx_debugout(ub, NULL);
	if (tap->f != NULL)
		(void)fclose(tap->f);
	free(tap->text);
}

/* The first "error:" that was logged, or "". */
static struct as_str
tap_error(struct log_tap *tap)
{
	static const char mark[] = " error: ";
	const char *at;

	(void)fflush(tap->f);
	at = tap->text != NULL ? strstr(tap->text, mark) : NULL;
	if (at == NULL)
		return AS_STR("");
	at += sizeof(mark) - 1;
	return (struct as_str){at, strcspn(at, "\n")};
}

static enum as_err
fail(struct log_tap *tap, struct as_why *why, const char *what, int code)
{
	struct as_str log = tap_error(tap);

	if (code == UB_NOMEM)
		return as_why_set(why, AS_ENOMEM, AS_WHY_NOWHERE, "%s", what);
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE, "%s: %s%s" AS_STR_FMT,
	    what, ub_strerror(code), log.n > 0 ? ": " : "", AS_STR_ARG(log));
}

static bool
is_loopback(const struct as_ip *ip)
{
	static const uint8_t six[16] = {[15] = 1};

	return ip->len == 4 ? ip->b[0] == 127 : memcmp(ip->b, six, 16) == 0;
}

/* "ADDR" or "ADDR@PORT". */
static enum as_err
server_parse(struct as_str text, struct as_ip *ip, struct as_why *why)
{
	size_t at = as_str_find(text, '@', 0);
	uint64_t port;

	if (text.n >= MAX_SERVER_OCTETS ||
	    as_ip_parse(as_str_slice(text, 0, at), ip) != AS_OK)
		return as_why_set(why, AS_ESYNTAX, 0,
		    "\"%.60s\": a resolver is ADDRESS or ADDRESS@PORT",
		    text.p != NULL ? text.p : "");
	if (at == text.n)
		return AS_OK;
	if (as_str_u64(as_str_slice(text, at + 1, text.n), 65535, &port) !=
		AS_OK ||
	    port == 0)
		return as_why_set(why, AS_ESYNTAX, at + 1,
		    "a resolver's port is a number from 1 to 65535");
	return AS_OK;
}

static enum as_err
add_servers(struct as_resolver *r, const struct as_dns_config *config,
    struct log_tap *tap, struct as_why *why)
{
	char text[MAX_SERVER_OCTETS];
	struct as_ip ip;
	int code;

	for (size_t i = 0; i < config->n_servers; i++) {
		AS_TRY(server_parse(config->servers[i], &ip, why));
		(void)snprintf(text, sizeof(text), AS_STR_FMT,
		    AS_STR_ARG(config->servers[i]));
		code = ub_ctx_set_fwd(r->ub, text);
		if (code == 0 && is_loopback(&ip))
			code = ub_ctx_set_option(
			    r->ub, "do-not-query-localhost:", "no");
		if (code != 0)
			return fail(tap, why, text, code);
	}
	return AS_OK;
}

/* Hand over our options as a file that is none. */
static enum as_err
add_options(struct as_resolver *r, const struct as_dns_config *config,
    struct log_tap *tap, struct as_why *why)
{
	uint32_t window = config->window != 0 ? config->window : AS_DNS_WINDOW;
	uint32_t sockets = window * UDP_SOCKETS_A_QUERY;
	uint32_t tcp = window < MAX_TCP_SOCKETS ? window : MAX_TCP_SOCKETS;
	uint32_t cache = config->cache_s != 0 ? config->cache_s : CACHE_S;
	char path[32];
	int fd, code = UB_NOMEM;

	if (window > MAX_UDP_SOCKETS / UDP_SOCKETS_A_QUERY)
		sockets = MAX_UDP_SOCKETS;
	fd = memfd_create("resolver", MFD_CLOEXEC);
	if (fd < 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE, "memfd_create");
	/* An open forwarder on our own loopback is not a target for others'
	 * delegations; add_servers lifts it for servers that we are told. */
	if (dprintf(fd,
		"%sdo-not-query-localhost: yes\noutgoing-range: %u\n"
		"outgoing-num-tcp: %u\ncache-max-ttl: %u\n"
		"cache-max-negative-ttl: %u\n%s",
		resolver_options, sockets, tcp, cache,
		cache < CACHE_NONE_S ? cache : CACHE_NONE_S,
		config->n_servers > 0 ? forward_options : "") > 0) {
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		code = ub_ctx_config(r->ub, path);
	}
	(void)close(fd);
	if (code != 0)
		return fail(tap, why, "the resolver's options", code);
	if (config->resolver_config == NULL)
		return AS_OK;
	code = ub_ctx_config(r->ub, config->resolver_config);
	if (code != 0)
		return fail(tap, why, config->resolver_config, code);
	return AS_OK;
}

/* Value of an option into *text, for the caller to free; NULL when empty. */
static enum as_err
option_get(struct as_resolver *r, const char *name, char **text)
{
	*text = NULL;
	if (ub_ctx_get_option(r->ub, name, text) != 0 || *text == NULL)
		return AS_ENOMEM;
	if ((*text)[strspn(*text, " \n")] == 0) {
		free(*text);
		*text = NULL;
	}
	return AS_OK;
}

static enum as_err
anchor_keep(struct as_resolver *r, ldns_rr *rr)
{
	char *name = ldns_rdf2str(ldns_rr_owner(rr));
	size_t n;

	if (name == NULL)
		return AS_ENOMEM;
	r->anchors[r->n_anchors++] = name;
	n = strlen(name);
	if (n > 0 && name[n - 1] == '.')
		name[n - 1] = 0;
	for (char *p = name; *p != 0; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 'a' - 'A');
	return AS_OK;
}

static enum as_err
anchor_fault(const char *file, unsigned number, enum as_err err,
    const char *what, struct as_why *why)
{
	return as_why_set(why, err, AS_WHY_NOWHERE, "%.120s: line %u: %s",
	    file != NULL ? file : "trust anchors", number, what);
}

/* One line, comments cut off: a DS or DNSKEY in presentation format. */
static enum as_err
anchor_add(struct as_resolver *r, struct as_str line, unsigned number,
    const char *file, struct as_why *why)
{
	char text[MAX_ANCHOR_OCTETS];
	ldns_rr *rr = NULL;
	enum as_err err = AS_OK;
	ldns_status status;

	if (line.n >= sizeof(text) || memchr(line.p, 0, line.n) != NULL ||
	    r->n_anchors == MAX_ANCHORS)
		return anchor_fault(
		    file, number, AS_ELIMIT, "too long, or too many", why);
	(void)snprintf(text, sizeof(text), AS_STR_FMT, AS_STR_ARG(line));
	status = ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL);
	if (status != LDNS_STATUS_OK)
		return anchor_fault(file, number, AS_ESYNTAX,
		    ldns_get_errorstr_by_id(status), why);
	if (rr == NULL)
		return AS_ENOMEM;
	if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_DS &&
	    ldns_rr_get_type(rr) != LDNS_RR_TYPE_DNSKEY)
		err = anchor_fault(
		    file, number, AS_ESYNTAX, "neither DS nor DNSKEY", why);
	else if (file != NULL && ub_ctx_add_ta(r->ub, text) != 0)
		err = AS_ENOMEM;
	else
		err = anchor_keep(r, rr);
	ldns_rr_free(rr);
	return err;
}

/* `file`: what they stand in, to be added.  NULL: the operator's resolver
 * configuration has brought them already, and libunbound, which reads more kinds
 * of lines, will judge them. */
static enum as_err
anchors_add(struct as_resolver *r, struct as_str text, const char *file,
    struct as_why *why)
{
	unsigned number = 0;
	enum as_err err;

	for (size_t at = 0; at < text.n;) {
		size_t end = as_str_find(text, '\n', at);
		struct as_str line = as_str_slice(text, at, end);

		number++;
		at = end + 1;
		line = as_str_slice(line, 0, as_str_find(line, ';', 0));
		line = as_str_slice(line, 0, as_str_find(line, '\r', 0));
		line = as_str_trim(line);
		if (line.n == 0)
			continue;
		err = anchor_add(r, line, number, file, why);
		if (err == AS_ESYNTAX && file == NULL)
			r->anchors_elsewhere = true;
		else if (err != AS_OK)
			return err;
	}
	return AS_OK;
}

static enum as_err
anchors_of_file(struct as_resolver *r, struct as_why *why)
{
	static const char *const files[] = {
	    "trust-anchor-file", "auto-trust-anchor-file", "trusted-keys-file"};
	enum as_err err;
	char *text;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		AS_TRY(option_get(r, files[i], &text));
		r->anchors_elsewhere |= text != NULL;
		free(text);
	}
	AS_TRY(option_get(r, "trust-anchor", &text));
	err = anchors_add(r, as_str_from(text), NULL, why);
	free(text);
	return err;
}

static enum as_err
add_anchors(struct as_resolver *r, const struct as_dns_config *config,
    struct as_why *why)
{
	const char *file = config->trust_anchors_name != NULL
	    ? config->trust_anchors_name
	    : "trust anchors";
	size_t before;
	char *modules;

	r->anchors = calloc(MAX_ANCHORS, sizeof(*r->anchors));
	if (r->anchors == NULL)
		return AS_ENOMEM;
	AS_TRY(option_get(r, "module-config", &modules));
	r->validates = modules != NULL && strstr(modules, "validator") != NULL;
	free(modules);
	AS_TRY(anchors_of_file(r, why));
	before = r->n_anchors;
	if (!as_str_is_null(config->trust_anchors)) {
		AS_TRY(anchors_add(r, config->trust_anchors, file, why));
		if (r->n_anchors == before)
			return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
			    "%.120s: no DS or DNSKEY in it", file);
		return AS_OK;
	}
	if (r->n_anchors > 0 || r->anchors_elsewhere)
		return AS_OK;
	return anchors_add(r, as_str_from(root_anchors), file, why);
}

static void
on_first(void *ctx, int rcode, void *packet, int n, int security,
    char *why_bogus, int limited)
{
	(void)rcode;
	(void)packet;
	(void)n;
	(void)security;
	(void)why_bogus;
	(void)limited;
	*(bool *)ctx = true;
}

/* The first question finalises libunbound: files are read, keys set up.  It is
 * answered from a built-in zone without a packet being sent. */
static enum as_err
finalise(struct as_resolver *r, struct log_tap *tap, struct as_why *why)
{
	bool answered = false;
	int code, id = 0;

	code = ub_resolve_event(
	    r->ub, "localhost.", 1, 1, &answered, on_first, &id);
	if (code == 0 && !answered)
		(void)ub_cancel(r->ub, id);
	if (code != 0)
		return fail(tap, why, "the resolver", code);
	return AS_OK;
}

enum as_err
as_resolver_new(struct event_base *base, const struct as_dns_config *config,
    struct as_resolver *out, struct as_why *why)
{
	struct log_tap tap;
	enum as_err err;

	*out = (struct as_resolver){.ub = ub_ctx_create_event(base)};
	if (out->ub == NULL)
		return AS_ENOMEM;
	if (!tap_open(&tap, out->ub))
		err = AS_ENOMEM;
	else if ((err = add_options(out, config, &tap, why)) == AS_OK &&
	    (err = add_servers(out, config, &tap, why)) == AS_OK &&
	    (err = add_anchors(out, config, why)) == AS_OK)
		err = finalise(out, &tap, why);
	tap_close(&tap, out->ub);
	if (err != AS_OK)
		as_resolver_fini(out);
	return err;
}

void
as_resolver_fini(struct as_resolver *r)
{
	if (r->ub != NULL)
		ub_ctx_delete(r->ub);
	for (size_t i = 0; i < r->n_anchors; i++)
		free(r->anchors[i]);
	free(r->anchors);
	*r = (struct as_resolver){.ub = NULL};
}

/* Whole labels; an escaped dot ("\046") holds no dot, so octets will do. */
bool
as_resolver_covers(const struct as_resolver *r, struct as_str name)
{
	if (!r->validates)
		return false;
	if (r->anchors_elsewhere)
		return true;
	for (size_t i = 0; i < r->n_anchors; i++) {
		struct as_str top = as_str_from(r->anchors[i]);

		if (top.n == 0 || as_str_eq_case(name, top))
			return true;
		if (name.n > top.n && name.p[name.n - top.n - 1] == '.' &&
		    as_str_has_suffix_case(name, top))
			return true;
	}
	return false;
}
