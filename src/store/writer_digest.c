/*
 * A digest of what a report says, whatever it was wrapped in: each text with its
 * length before it, so that no two reports run into the same octets.
 */
#include <string.h>

#include "store/writer_private.h"

#include "base/banned.h"

static void
flush(struct as_digest *d)
{
	(void)EVP_DigestUpdate(d->md, d->octets, d->n);
	d->n = 0;
}

static void
octets(struct as_digest *d, const void *p, size_t n)
{
	if (n > sizeof(d->octets) - d->n)
		flush(d);
	if (n > sizeof(d->octets)) {
		(void)EVP_DigestUpdate(d->md, p, n);
		return;
	}
	if (n > 0)
		memcpy(d->octets + d->n, p, n);
	d->n += n;
}

static void
number(struct as_digest *d, uint64_t v)
{
	uint8_t b[8];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (56 - 8 * i));
	octets(d, b, sizeof(b));
}

static void
text(struct as_digest *d, struct as_str s)
{
	number(d, as_str_is_null(s) ? UINT64_MAX : s.n);
	octets(d, s.p, s.n);
}

static void
list(struct as_digest *d, const struct as_str *s, size_t n)
{
	number(d, n);
	for (size_t i = 0; i < n; i++)
		text(d, s[i]);
}

static void
row(struct as_digest *d, const struct as_report_row *r)
{
	text(d, r->source_ip);
	number(d, r->count);
	list(d,
	    (const struct as_str[]){r->disposition, r->dkim, r->spf,
		r->header_from, r->envelope_from, r->envelope_to},
	    6);
	number(d, r->n_reasons);
	for (size_t i = 0; i < r->n_reasons; i++) {
		text(d, r->reasons[i].type);
		text(d, r->reasons[i].comment);
	}
	number(d, r->n_dkims);
	for (size_t i = 0; i < r->n_dkims; i++)
		list(d,
		    (const struct as_str[]){r->dkims[i].domain,
			r->dkims[i].selector, r->dkims[i].result,
			r->dkims[i].human_result},
		    4);
	number(d, r->n_spfs);
	for (size_t i = 0; i < r->n_spfs; i++)
		list(d,
		    (const struct as_str[]){r->spfs[i].domain, r->spfs[i].scope,
			r->spfs[i].result, r->spfs[i].human_result},
		    4);
}

static void
policy(struct as_digest *d, const struct as_report_tls_policy *p)
{
	text(d, p->type);
	text(d, p->domain);
	list(d, p->strings, p->n_strings);
	list(d, p->mx_hosts, p->n_mx_hosts);
	number(d, p->successes);
	number(d, p->failures);
}

static void
tls(struct as_digest *d, const struct as_report_tls_failure *f)
{
	list(d,
	    (const struct as_str[]){f->result_type, f->sending_mta_ip,
		f->receiving_ip, f->receiving_mx_hostname, f->receiving_mx_helo,
		f->info_uri, f->reason_code},
	    7);
	number(d, f->sessions);
}

static void
failure(struct as_digest *d, const struct as_report_failure *f)
{
	list(d,
	    (const struct as_str[]){f->feedback_type, f->auth_failure,
		f->delivery_result, f->identity_alignment, f->source_ip,
		f->reported_domain, f->reporting_mta, f->arrival_date,
		f->original_mail_from, f->original_rcpt_to, f->header_from,
		f->subject, f->message_id, f->dkim_domain, f->dkim_identity,
		f->dkim_selector, f->spf_dns, f->authentication_results},
	    18);
	number(d, f->incidents);
}

void
as_digest_event(struct as_digest *d, const struct as_event *e)
{
	number(d, e->kind);
	switch (e->kind) {
	case AS_EVENT_ROW: row(d, &e->of.row); break;
	case AS_EVENT_TLS_POLICY: policy(d, &e->of.policy); break;
	case AS_EVENT_TLS_FAILURE: tls(d, &e->of.tls); break;
	case AS_EVENT_FAILURE: failure(d, &e->of.failure); break;
	}
}

/* That of a TLS report is one of its policies', which were taken. */
void
as_digest_head(struct as_digest *d, const struct as_report_head *h)
{
	struct as_str domain =
	    h->kind == AS_REPORT_TLS ? AS_STR_NULL : h->domain;

	number(d, h->kind);
	list(d,
	    (const struct as_str[]){h->org_name, h->email,
		h->extra_contact_info, h->report_id, domain, h->version,
		h->generator, h->adkim, h->aspf, h->p, h->sp, h->np, h->fo,
		h->pct, h->testing, h->discovery_method},
	    16);
	number(d, (uint64_t)h->begin);
	number(d, (uint64_t)h->end);
	list(d, h->errors, h->n_errors);
}

bool
as_digest_begin(struct as_digest *d)
{
	d->n = 0;
	return EVP_DigestInit_ex(d->md, EVP_sha256(), NULL) == 1;
}

bool
as_digest_end(struct as_digest *d, uint8_t out[AS_DIGEST_OCTETS])
{
	flush(d);
	return EVP_DigestFinal_ex(d->md, out, NULL) == 1;
}
