#include "app/cmd.h"

#include <string.h>

#include "app/data.h"
#include "app/tls_documents.h"
#include "app/tls_run.h"
#include "base/limits.h"
#include "render/tls.h"

#include "base/banned.h"

#define TEXT_WIDTH     100
#define STATUS_UNKNOWN 3
#define PORT_SMTPS     465 /* RFC 8314 3 */

static const char help[] =
    "Examples:\n"
    "  assay tls mx1.example.gov      what TLS this mail server offers\n"
    "  assay tls mx1.example.gov --deep\n"
    "                                 every suite of every version\n"
    "  assay tls mail.example.gov:587 submission, with STARTTLS\n"
    "  assay tls mail.example.gov:465 TLS from the first octet\n"
    "  assay tls '[2001:db8::25]:25'  one address, without a name\n"
    "  assay tls mx1.example.gov mx2.example.gov\n"
    "                                 several, one page each\n"
    "  assay tls mx1.example.gov --json\n"
    "\n"
    "Usage: assay tls HOST[:PORT]... [OPTION...]\n"
    "\n"
    "Asks each address of a mail host, in at most 25 short connections, which\n"
    "versions, suites, groups and certificates it has, whether a command\n"
    "said before TLS is obeyed inside it, and says what to change and where\n"
    "addresses differ. assay(1) explains the page.\n"
    "\n"
    "Exit status: 0 all could be told; 3 something could not, or was left\n"
    "out; 2 usage; 64 and above: our fault.\n";

struct tls {
	struct as_run run;
	struct as_tls_run_options options;
	struct as_tls_target *targets;
	struct as_tls_report *reports; /* one a target */
};

/* --- what is asked --- */

static enum as_err
port_read(struct as_str text, uint16_t *out, struct as_why *why)
{
	uint64_t port;

	if (as_str_u64(text, UINT16_MAX, &port) != AS_OK || port == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "\"%.*s\" is not a port: a number from 1 to 65535",
		    (int)(text.n < 40 ? text.n : 40), text.p);
	*out = (uint16_t)port;
	return AS_OK;
}

/* HOST, HOST:PORT, ADDRESS, [ADDRESS] or [ADDRESS]:PORT. */
static enum as_err
target_split(struct as_str text, struct as_str *host, struct as_str *port)
{
	size_t colon = as_str_find(text, ':', 0);
	size_t end;

	*port = AS_STR_NULL;
	if (text.n > 0 && text.p[0] == '[') {
		end = as_str_find(text, ']', 0);
		*host = as_str_slice(text, 1, end);
		if (end + 1 < text.n && text.p[end + 1] == ':')
			*port = as_str_slice(text, end + 2, text.n);
		else if (end + 1 != text.n)
			return AS_EINVAL;
		return AS_OK;
	}
	*host = text;
	/* Several colons: an IPv6 address without a port. */
	if (colon < text.n && as_str_find(text, ':', colon + 1) == text.n) {
		*host = as_str_slice(text, 0, colon);
		*port = as_str_slice(text, colon + 1, text.n);
	}
	return AS_OK;
}

static enum as_err
target_read(struct tls *c, const struct as_settings *s, const char *arg,
    struct as_tls_target *t, struct as_why *why)
{
	struct as_str host, port;
	struct as_ip ip;

	if (target_split(as_str_from(arg), &host, &port) != AS_OK)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "\"%.60s\" is neither HOST:PORT nor [ADDRESS]:PORT", arg);
	t->port = c->run.fleet.prober.smtp_port;
	if (!as_str_is_null(port))
		AS_TRY(port_read(port, &t->port, why));
	t->implicit = s->implicit || t->port == PORT_SMTPS;
	t->is_address = as_ip_parse(host, &ip) == AS_OK;
	if (!t->is_address)
		return as_cmd_domain(c->run.arena, host, &t->host, why);
	t->host = as_str_dup(c->run.arena, host);
	return as_str_is_null(t->host) ? as_why_no_memory(why) : AS_OK;
}

static bool
is_known(const struct tls *c, const struct as_tls_target *t)
{
	for (size_t i = 0; i < c->options.n_targets; i++)
		if (as_str_eq(c->targets[i].host, t->host) &&
		    c->targets[i].port == t->port)
			return true;
	return false;
}

static enum as_err
options_read(struct tls *c, const struct as_settings *s, struct as_why *why)
{
	struct as_tls_run_options *o = &c->options;

	if (s->n_args == 0)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "which mail server?");
	if (s->n_args > AS_MAX_TLS_TARGETS)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "at most %d mail servers at a time, please",
		    AS_MAX_TLS_TARGETS);
	c->targets =
	    as_arena_array(c->run.arena, s->n_args, sizeof(*c->targets));
	if (c->targets == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < s->n_args; i++) {
		struct as_tls_target *t = &c->targets[o->n_targets];

		AS_TRY(target_read(c, s, s->args[i], t, why));
		if (!is_known(c, t))
			o->n_targets++;
	}
	o->targets = c->targets;
	o->deep = s->deep;
	o->pause_ms = c->run.fleet.pause_ms;
	return AS_OK;
}

/* --- the command --- */

/* Is a version or a class of suites not told, though it was asked for? */
static bool
offer_is_open(const struct as_tls_server *s)
{
	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		if (v->offered == AS_OFFER_UNKNOWN)
			return true;
		for (size_t k = 0; k < v->n_classes; k++)
			if (v->classes[k].offered == AS_OFFER_UNKNOWN)
				return true;
	}
	return s->dhe == AS_OFFER_UNKNOWN ||
	    s->command_injection == AS_OFFER_UNKNOWN;
}

/* Could an address not be asked to the end? */
static bool
server_is_open(const struct as_tls_server *s)
{
	return s->outcome != AS_SUBJECT_DONE || s->stopped.n > 0 ||
	    s->n_left_out > 0 || s->smtp == NULL ||
	    s->smtp->outcome != AS_SMTP_OK ||
	    s->smtp->starttls == AS_STARTTLS_LATER ||
	    s->smtp->starttls == AS_STARTTLS_NO_ANSWER || offer_is_open(s);
}

static bool
is_open(const struct as_tls_report *r)
{
	for (size_t i = 0; i < r->n_answers; i++)
		if (!as_answer_is_known(&r->answers[i]))
			return true;
	for (size_t i = 0; i < r->n_servers; i++)
		if (server_is_open(&r->servers[i]))
			return true;
	return r->addresses_left_out > 0 || r->n_servers == 0;
}

static bool
is_any_open(const struct tls *c)
{
	for (size_t i = 0; i < c->options.n_targets; i++)
		if (is_open(&c->reports[i]))
			return true;
	return false;
}

/* Dates are judged as of --now, else of today. */
static int64_t
now_of(const struct tls *c)
{
	const struct as_clock *clock = &c->run.fleet.prober.clock;

	if (c->run.has_now)
		return c->run.now_ms;
	return clock->wall_ms(clock->ctx);
}

static enum as_err
report_print(struct tls *c, struct as_arena *a, struct as_tls_report *report,
    struct as_why *why)
{
	struct as_tls_document documents[AS_TLS_DOCUMENTS];
	struct as_tls_judge_ask ask = {.report = report,
	    .documents = documents,
	    .n_documents = AS_TLS_DOCUMENTS,
	    .caa_issuers = as_data_caa_issuers,
	    .now_ms = now_of(c)};
	struct as_tls_judgement judgement;
	struct as_tls_page page = {
	    .report = report, .judgement = &judgement, .now_ms = ask.now_ms};
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	as_tls_documents(documents);
	if (as_tls_judge(a, &ask, &judgement) != AS_OK)
		return as_why_no_memory(why);
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (c->run.format != AS_FORMAT_TEXT) {
		as_cmd_json(&b, c->run.format, as_tls_json(&page));
	} else {
		if (report != c->reports)
			as_buf_puts(&b, "\n");
		as_tls_text(&t, &page);
	}
	return as_cmd_print(&b, why);
}

static enum as_err
print(struct tls *c, struct as_why *why)
{
	for (size_t i = 0; i < c->options.n_targets; i++) {
		struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
		enum as_err err = a != NULL
		    ? report_print(c, a, &c->reports[i], why)
		    : as_why_no_memory(why);

		as_arena_free(a);
		AS_TRY(err);
	}
	return AS_OK;
}

/* What names in a zone file without $ORIGIN end in. */
static struct as_str
origin_of(const struct tls *c)
{
	return c->options.n_targets == 1 ? c->targets[0].host : AS_STR_NULL;
}

static enum as_err
tls_run(struct tls *c, const struct as_settings *s, struct as_why *why)
{
	AS_TRY(as_run_open(&c->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(as_run_tls(&c->run, s, why));
	AS_TRY(options_read(c, s, why));
	AS_TRY(as_run_zones(&c->run, s, origin_of(c), why));
	AS_TRY(as_tls_run(
	    &c->run.fleet, &c->options, c->run.arena, &c->reports, why));
	return print(c, why);
}

int
as_cmd_tls(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_why why = {0};
	struct tls c = {.reports = NULL};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "tls", AS_FOR_TLS, help, argc, argv, &s, &status)) {
		if (tls_run(&c, &s, &why) != AS_OK)
			status = as_cmd_fail("tls", &why);
		else if (is_any_open(&c))
			status = STATUS_UNKNOWN;
		as_run_close(&c.run);
	}
	as_arena_free(a);
	return status;
}
