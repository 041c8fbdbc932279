#include "app/run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/data.h"
#include "app/file.h"
#include "base/limits.h"
#include "base/tsv.h"

#include "base/banned.h"

#define SETTINGS_OCTETS ((size_t)256 * 1024 * 1024) /* zones, CA, answers */
#define MAX_SHIPPED     AS_MAX_DKIM_SELECTORS
#define MAX_SERVERS     8

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
no_memory(struct as_why *why)
{
	return as_why_set(why, AS_ENOMEM, AS_WHY_NOWHERE, "out of memory");
}

/* --- words with a meaning --- */

enum as_err
as_run_format(const struct as_settings *s, enum as_format usual,
    enum as_format *out, struct as_why *why)
{
	const char *name = s->json ? "json" : s->format;

	*out = usual;
	if (name == NULL)
		return AS_OK;
	if (strcmp(name, "text") == 0)
		*out = AS_FORMAT_TEXT;
	else if (strcmp(name, "json") == 0)
		*out = AS_FORMAT_JSON;
	else if (strcmp(name, "ndjson") == 0)
		*out = AS_FORMAT_NDJSON;
	else
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--format must be text, json or ndjson, not \"%s\"", name);
	return AS_OK;
}

static enum as_err
fail_on_read(
    struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	run->fail_on = AS_VERDICT_FAIL;
	if (s->fail_on == NULL)
		return AS_OK;
	if (strcmp(s->fail_on, "never") == 0) {
		run->fail_on = AS_VERDICT_UNKNOWN;
		return AS_OK;
	}
	for (int v = AS_VERDICT_INFO; v <= AS_VERDICT_FAIL; v++)
		if (strcmp(s->fail_on, as_verdict_text((enum as_verdict)v)) ==
		    0) {
			run->fail_on = (enum as_verdict)v;
			return AS_OK;
		}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--fail-on must be info, warn, fail or never, not \"%s\"",
	    s->fail_on);
}

static enum as_err
role_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	run->role = AS_ROLE_UNKNOWN;
	if (s->role == NULL)
		return AS_OK;
	for (int r = AS_ROLE_FULL; r <= AS_ROLE_LEGACY; r++)
		if (strcmp(s->role, as_role_text((enum as_role)r)) == 0) {
			run->role = (enum as_role)r;
			return AS_OK;
		}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--role must be full, receives-only, sends-only, parked or "
	    "legacy, not \"%s\"",
	    s->role);
}

static enum as_err
now_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	run->has_now = s->now != NULL;
	if (s->now != NULL &&
	    as_time_parse(as_str_from(s->now), &run->now_ms) != AS_OK)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--now must be a time such as 2026-11-24T17:03:04Z, not "
		    "\"%s\"",
		    s->now);
	return AS_OK;
}

static enum as_err
only_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	run->fleet.only_dns = s->only != NULL;
	if (s->only != NULL && strcmp(s->only, "dns") != 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--only must be dns, not \"%s\"", s->only);
	return AS_OK;
}

static enum as_err
words_read(struct as_run *run, const struct as_settings *s,
    enum as_format usual, struct as_why *why)
{
	run->verbose = s->verbose;
	AS_TRY(as_run_format(s, usual, &run->format, why));
	AS_TRY(fail_on_read(run, s, why));
	AS_TRY(role_read(run, s, why));
	AS_TRY(now_read(run, s, why));
	return only_read(run, s, why);
}

/* --- the prober's needs --- */

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
		return no_memory(why);
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
		if (as_ip_parse(line, &ip) == AS_OK)
			v[(*n)++] = line;
	}
	return AS_OK;
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
		struct as_str one = as_str_from(s->resolver.v[i]);
		struct as_ip ip;
		one = as_str_slice(one, 0, as_str_find(one, '@', 0));
		if (as_ip_parse(one, &ip) != AS_OK)
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--resolver must be an address, with @PORT if it "
			    "is not 53, or \"recursive\", not \"%s\"",
			    s->resolver.v[i]);
	}
	if (strs_from(run->arena, &s->resolver, &dns->servers,
		&dns->n_servers) != AS_OK)
		return no_memory(why);
	return AS_OK;
}

static enum as_err
allow_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	size_t n = s->allow_address.n;
	struct as_prefix *v = as_arena_array(run->arena, n, sizeof(*v));

	if (v == NULL)
		return no_memory(why);
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
		return no_memory(why);
	while ((columns = as_tsv_next(&tsv, cells)) > 0 && n < MAX_SHIPPED)
		if (columns >= 4 && as_str_is(cells[3], "1"))
			v[n++] = cells[0];
	run->fleet.prober.selectors = v;
	run->fleet.prober.n_selectors = n;
	return AS_OK;
}

static const char *
machine_name(struct as_arena *a)
{
	char name[256] = "localhost";

	(void)gethostname(name, sizeof(name) - 1);
	return as_arena_copy(a, name, strlen(name));
}

static enum as_err
files_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	struct as_prober_config *p = &run->fleet.prober;

	p->dns.resolver_config = s->resolver_config;
	if (s->resolver_config != NULL && access(s->resolver_config, R_OK) != 0)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "%s: cannot be read", s->resolver_config);
	if (s->trust_anchor != NULL)
		AS_TRY(as_file_read(run->arena, s->trust_anchor,
		    AS_MAX_CONFIG_OCTETS, &p->dns.trust_anchors, why));
	if (s->ca != NULL)
		AS_TRY(as_file_read(
		    run->arena, s->ca, AS_MAX_CONFIG_OCTETS, &p->ca_pem, why));
	run->psl = s->psl != NULL ? psl_load_file(s->psl) : psl_latest(NULL);
	if (s->psl != NULL && run->psl == NULL)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "%s: not a public suffix list that can be read", s->psl);
	return AS_OK;
}

static enum as_err
fleet_config(
    struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	struct as_fleet_config *f = &run->fleet;
	const char *name = machine_name(run->arena);

	if (name == NULL)
		return no_memory(why);
	f->prober_main = as_prober_main;
	f->probers = s->probers;
	f->window = s->window;
	f->prober.smtp_port = s->smtp_port != 0 ? (uint16_t)s->smtp_port : 25;
	f->prober.https_port =
	    s->https_port != 0 ? (uint16_t)s->https_port : 443;
	f->prober.ehlo_name = s->ehlo_name != NULL ? s->ehlo_name : name;
	f->prober.user_agent = "assay/" AS_VERSION;
	f->prober.vantage = as_str_from(s->vantage != NULL ? s->vantage : name);
	f->prober.clock = as_clock_system();
	f->prober.log =
	    (struct as_log){AS_LOG_WARN, STDERR_FILENO, "assay prober"};
	f->prober.memory_octets = PROBER_OCTETS;
	f->prober.dns.zone_only = s->zone_only;
	if (strs_from(run->arena, &s->selector, &f->selectors,
		&f->n_selectors) != AS_OK)
		return no_memory(why);
	AS_TRY(servers_read(run, s, why));
	AS_TRY(allow_read(run, s, why));
	AS_TRY(selectors_read(run, why));
	return files_read(run, s, why);
}

enum as_err
as_run_open(struct as_run *run, const struct as_settings *s,
    enum as_format usual, struct as_why *why)
{
	*run = (struct as_run){.arena = as_arena_new(SETTINGS_OCTETS)};
	if (run->arena == NULL)
		return no_memory(why);
	AS_TRY(words_read(run, s, usual, why));
	if (s->zone_only && s->zone.n == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--zone-only needs at least one --zone FILE");
	return fleet_config(run, s, why);
}

void
as_run_close(struct as_run *run)
{
	as_zones_free(run->fleet.prober.dns.zones);
	psl_free(run->psl);
	as_arena_free(run->arena);
	*run = (struct as_run){0};
}

enum as_err
as_run_zones(struct as_run *run, const struct as_settings *s,
    struct as_str origin, struct as_why *why)
{
	struct as_why inner = {0};
	struct as_str text;

	if (s->zone.n == 0)
		return AS_OK;
	run->fleet.prober.dns.zones = as_zones_new();
	if (run->fleet.prober.dns.zones == NULL)
		return no_memory(why);
	for (size_t i = 0; i < s->zone.n; i++) {
		enum as_err err;
		AS_TRY(as_file_read(
		    run->arena, s->zone.v[i], AS_MAX_ZONE_OCTETS, &text, why));
		err = as_zones_add(
		    run->fleet.prober.dns.zones, text, origin, &inner);
		if (err != AS_OK)
			return as_why_set(why, err, inner.at, "%s: %.180s",
			    s->zone.v[i], inner.text);
	}
	return AS_OK;
}

/* --- judging --- */

/* Facts without any answer, in place of those that are too large. */
static enum as_err
facts_cancelled(struct as_arena *a, const struct as_facts *large,
    const struct as_facts **out)
{
	struct as_facts *f = AS_NEW(a, struct as_facts);
	struct as_domain_facts *d = AS_NEW(a, struct as_domain_facts);

	if (f == NULL || d == NULL)
		return AS_ENOMEM;
	*d = (struct as_domain_facts){
	    .name = large->domain->name,
	    .outcome = AS_SUBJECT_CANCELLED,
	    .detail = AS_STR("the facts are too large to be judged"),
	    .at = large->domain->at,
	    .vantage = large->domain->vantage,
	    .only_dns = large->domain->only_dns,
	};
	*f = (struct as_facts){.schema = large->schema, .domain = d};
	*out = f;
	return AS_OK;
}

/* One domain must not end the run of the others: what does not fit into the
 * arena is judged as cancelled. */
static enum as_err
facts_judge(struct as_run *run, struct as_arena *a,
    const struct as_facts *facts, struct as_assessment **out)
{
	struct as_assess_options options = {
	    .now_ms = run->has_now ? run->now_ms : facts->domain->at,
	    .role = run->role,
	    .psl = run->psl,
	    .report_services = as_data_report_services,
	};
	enum as_err err;

	as_arena_reset(a);
	err = as_assess(a, facts, &options, out);
	if (err != AS_ENOMEM)
		return err;
	as_arena_reset(a);
	AS_TRY(facts_cancelled(a, facts, &facts));
	return as_assess(a, facts, &options, out);
}

enum as_err
as_run_judge(struct as_run *run, struct as_arena *a,
    const struct as_facts *facts, struct as_assessment **out)
{
	AS_TRY(facts_judge(run, a, facts, out));
	for (size_t i = 0; i < (*out)->n_findings; i++) {
		enum as_verdict v = (*out)->findings[i].verdict;
		if (v == AS_VERDICT_UNKNOWN)
			run->untested = true;
		else if (v >= run->fail_on)
			run->reached = true;
	}
	return AS_OK;
}

int
as_run_status(const struct as_run *run)
{
	return run->reached ? 1 : run->untested ? 3 : 0;
}

int
as_exit_status(enum as_err err)
{
	switch (err) {
	case AS_OK: return 0;
	case AS_EINVAL: return 2;
	case AS_ENOMEM:
	case AS_ESYS: return EX_OSERR;
	case AS_EIO: return EX_NOINPUT;
	case AS_ESYNTAX:
	case AS_EVERSION:
	case AS_ELIMIT: return EX_DATAERR;
	default: return EX_SOFTWARE;
	}
}

/* --- output --- */

static void
document_write(struct as_buf *b, const struct as_assessment *as,
    enum as_detail detail, const struct as_facts *facts,
    enum as_json_style style)
{
	json_t *doc = as_check_json(as, detail, facts);

	as_json_write(b, doc, style);
	as_buf_puts(b, "\n");
	json_decref(doc);
}

void
as_run_document(struct as_buf *b, const struct as_assessment *as,
    enum as_detail detail, const struct as_facts *facts,
    enum as_json_style style)
{
	document_write(b, as, detail, facts, style);
	if (as_buf_ok(b) || facts == NULL)
		return;
	as_buf_reset(b);
	document_write(b, as, detail, NULL, style);
}

struct as_term
as_run_term(struct as_buf *out, FILE *stream, unsigned most)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	struct as_term t = {out, most < 80 ? most : 80, false};
	struct winsize size;
	int fd = fileno(stream);

	if (!isatty(fd))
		return t;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		t.width = size.ws_col < most ? size.ws_col : most;
	t.colour = (no_color == NULL || no_color[0] == 0) && term != NULL &&
	    strcmp(term, "dumb") != 0;
	return t;
}

enum as_err
as_run_write(FILE *stream, struct as_buf *b)
{
	bool ok = as_buf_ok(b) && fwrite(b->p, 1, b->n, stream) == b->n &&
	    fflush(stream) == 0;

	as_buf_reset(b);
	return ok ? AS_OK : AS_EIO;
}
