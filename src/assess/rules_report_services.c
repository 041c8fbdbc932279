/*
 * Rules on reports that go to services which are there no more.
 */
#include "assess/report_services.h"
#include "assess/rules_dmarc.h"
#include "std/domain.h"
#include "std/report_uri.h"

#include "base/banned.h"

static bool
is_withdrawn(
    const struct as_say *o, struct as_str host, struct as_report_service *s)
{
	const struct as_assess_options *options = o->c->options;

	return host.n > 0 &&
	    as_report_service_is_withdrawn(
		options->report_services, host, options->now_ms, s);
}

/* One address for the evidence. */
static struct as_str
told(struct as_say *o, struct as_str uri, const struct as_report_service *s)
{
	return as_say_text(o,
	    AS_STR_FMT ": " AS_STR_FMT " was withdrawn on " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, uri)),
	    AS_STR_ARG(as_say_esc(o, s->service)),
	    AS_STR_ARG(as_say_esc(o, s->since)));
}

struct lost {
	struct as_list list;
	struct as_report_service service; /* the last one */
	size_t kept;
};

/* --- DMARC --- */

bool
as_dmarc_uri_is_read(const struct as_say *o, const struct as_dmarc_uri *uri)
{
	struct as_report_service s;

	return !is_withdrawn(o, uri->host, &s);
}

bool
as_dmarc_has_reports(const struct as_say *o)
{
	const struct as_dmarc *d = o->c->dmarc_record;

	for (size_t i = 0; d != NULL && i < d->n_rua; i++)
		if (d->rua[i].usable && as_dmarc_uri_is_read(o, &d->rua[i]))
			return true;
	return false;
}

/* `counted`: those that are left matter. */
static void
uris_look(struct as_say *o, const struct as_dmarc_uri *uri, size_t n,
    bool counted, struct lost *l)
{
	for (size_t i = 0; i < n; i++) {
		if (!uri[i].usable)
			continue;
		if (is_withdrawn(o, uri[i].host, &l->service))
			as_list_add(
			    o, &l->list, told(o, uri[i].text, &l->service));
		else
			l->kept += counted;
	}
}

void
as_check_dmarc_report_service(const struct as_case *c, struct as_say *o)
{
	struct lost l = {.list = {.between = "; "}};
	struct as_dmarc_edit edit = {.keep_uri = as_dmarc_uri_is_read};
	const struct as_dmarc *d = c->dmarc_record;
	struct as_finding *f;

	if (!as_dmarc_need_policy(c, o))
		return;
	uris_look(o, d->rua, d->n_rua, true, &l);
	uris_look(o, d->ruf, d->n_ruf, false, &l);
	if (l.list.n == 0) {
		as_say_pass(
		    o, "No DMARC report goes to a service that was withdrawn.");
		return;
	}
	f = as_say(o, l.kept > 0 ? AS_VERDICT_WARN : AS_VERDICT_FAIL,
	    "%s DMARC reports go to " AS_STR_FMT ", which was withdrawn.",
	    l.kept > 0 ? "Some" : "All",
	    AS_STR_ARG(as_say_esc(o, l.service.service)));
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &l.list)));
	if (l.kept == 0 && c->receives != AS_YES) {
		as_say_advice_more(o, f,
		    "No record is proposed: the domain has no mailbox of its "
		    "own to name.");
		return;
	}
	if (l.kept == 0)
		edit.rua = as_advice_mailbox(o, "dmarc-reports");
	as_dmarc_propose(c, o, f, &edit);
}

/* --- TLS-RPT --- */

/* The host of a URI of the record, canonical; empty when it has none. */
static struct as_str
host_of(struct as_say *o, struct as_str uri)
{
	struct as_report_uri read;
	struct as_str host;
	enum as_err err;
	size_t at;

	if (as_report_uri_read(uri, &read, &at) != NULL)
		return AS_STR("");
	err = as_domain_parse(o->c->a, read.host, &host, NULL);
	if (err == AS_ENOMEM)
		o->err = err;
	return err == AS_OK ? host : AS_STR("");
}

bool
as_advice_is_withdrawn(struct as_say *o, struct as_str uri)
{
	struct as_report_service s;

	return is_withdrawn(o, host_of(o, uri), &s);
}

static void
say_tls_lost(const struct as_case *c, struct as_say *o, const struct lost *l,
    const struct as_str *kept)
{
	struct as_finding *f =
	    as_say(o, l->kept > 0 ? AS_VERDICT_INFO : AS_VERDICT_WARN,
		"%s TLS reports go to " AS_STR_FMT ", which was withdrawn.",
		l->kept > 0 ? "Some" : "All",
		AS_STR_ARG(as_say_esc(o, l->service.service)));

	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &l->list)));
	as_say_record(o, f, c->rpt_set.name, "TXT", c->rpt_set.texts[0],
	    l->kept > 0 ? as_advice_tls_rpt(o, kept, l->kept)
			: as_advice_tls_rpt_new(o));
}

void
as_check_tls_rpt_report_service(const struct as_case *c, struct as_say *o)
{
	struct lost l = {.list = {.between = "; "}};
	struct as_str *kept;

	if (!as_tls_rpt_need_answer(c, o))
		return;
	if (c->rpt == NULL) {
		as_say_na(o, "there is no TLS reporting record to follow");
		return;
	}
	kept = as_arena_array(c->a, c->rpt->n_rua, sizeof(*kept));
	if (kept == NULL) {
		o->err = AS_ENOMEM;
		return;
	}
	for (size_t i = 0; i < c->rpt->n_rua; i++) {
		struct as_str uri = c->rpt->rua[i];

		if (is_withdrawn(o, host_of(o, uri), &l.service))
			as_list_add(o, &l.list, told(o, uri, &l.service));
		else
			kept[l.kept++] = uri;
	}
	if (l.list.n > 0)
		say_tls_lost(c, o, &l, kept);
	else
		as_say_pass(
		    o, "No TLS report goes to a service that was withdrawn.");
}
