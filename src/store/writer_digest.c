/*
 * A digest of what a report says, whatever it was wrapped in: each text with its
 * length before it, so that no two reports run into the same octets.
 */
#include "store/writer_private.h"

#include "base/banned.h"

static void
number(EVP_MD_CTX *md, uint64_t v)
{
	uint8_t b[8];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (56 - 8 * i));
	(void)EVP_DigestUpdate(md, b, sizeof(b));
}

static void
text(EVP_MD_CTX *md, struct as_str s)
{
	number(md, as_str_is_null(s) ? UINT64_MAX : s.n);
	if (s.n > 0)
		(void)EVP_DigestUpdate(md, s.p, s.n);
}

static void
list(EVP_MD_CTX *md, const struct as_str *s, size_t n)
{
	number(md, n);
	for (size_t i = 0; i < n; i++)
		text(md, s[i]);
}

static void
row(EVP_MD_CTX *md, const struct as_report_row *r)
{
	text(md, r->source_ip);
	number(md, r->count);
	list(md,
	    (const struct as_str[]){r->disposition, r->dkim, r->spf,
		r->header_from, r->envelope_from, r->envelope_to},
	    6);
	number(md, r->n_reasons);
	for (size_t i = 0; i < r->n_reasons; i++) {
		text(md, r->reasons[i].type);
		text(md, r->reasons[i].comment);
	}
	number(md, r->n_dkims);
	for (size_t i = 0; i < r->n_dkims; i++)
		list(md,
		    (const struct as_str[]){r->dkims[i].domain,
			r->dkims[i].selector, r->dkims[i].result,
			r->dkims[i].human_result},
		    4);
	number(md, r->n_spfs);
	for (size_t i = 0; i < r->n_spfs; i++)
		list(md,
		    (const struct as_str[]){r->spfs[i].domain, r->spfs[i].scope,
			r->spfs[i].result, r->spfs[i].human_result},
		    4);
}

static void
policy(EVP_MD_CTX *md, const struct as_report_tls_policy *p)
{
	text(md, p->type);
	text(md, p->domain);
	list(md, p->strings, p->n_strings);
	list(md, p->mx_hosts, p->n_mx_hosts);
	number(md, p->successes);
	number(md, p->failures);
}

static void
tls(EVP_MD_CTX *md, const struct as_report_tls_failure *f)
{
	list(md,
	    (const struct as_str[]){f->result_type, f->sending_mta_ip,
		f->receiving_ip, f->receiving_mx_hostname, f->receiving_mx_helo,
		f->info_uri, f->reason_code},
	    7);
	number(md, f->sessions);
}

static void
failure(EVP_MD_CTX *md, const struct as_report_failure *f)
{
	list(md,
	    (const struct as_str[]){f->feedback_type, f->auth_failure,
		f->delivery_result, f->identity_alignment, f->source_ip,
		f->reported_domain, f->reporting_mta, f->arrival_date,
		f->original_mail_from, f->original_rcpt_to, f->header_from,
		f->subject, f->message_id, f->dkim_domain, f->dkim_identity,
		f->dkim_selector, f->spf_dns, f->authentication_results},
	    18);
	number(md, f->incidents);
}

void
as_digest_event(EVP_MD_CTX *md, const struct as_event *e)
{
	number(md, e->kind);
	switch (e->kind) {
	case AS_EVENT_ROW: row(md, &e->of.row); break;
	case AS_EVENT_TLS_POLICY: policy(md, &e->of.policy); break;
	case AS_EVENT_TLS_FAILURE: tls(md, &e->of.tls); break;
	case AS_EVENT_FAILURE: failure(md, &e->of.failure); break;
	}
}

/* That of a TLS report is one of its policies', which were taken. */
void
as_digest_head(EVP_MD_CTX *md, const struct as_report_head *h)
{
	struct as_str domain =
	    h->kind == AS_REPORT_TLS ? AS_STR_NULL : h->domain;

	number(md, h->kind);
	list(md,
	    (const struct as_str[]){h->org_name, h->email,
		h->extra_contact_info, h->report_id, domain, h->version,
		h->generator, h->adkim, h->aspf, h->p, h->sp, h->np, h->fo,
		h->pct, h->testing, h->discovery_method},
	    16);
	number(md, (uint64_t)h->begin);
	number(md, (uint64_t)h->end);
	list(md, h->errors, h->n_errors);
}
