#include "store/writer_private.h"

#include "base/banned.h"

/* Text that is absent stays so. */
static bool
text(struct as_arena *a, struct as_str *s)
{
	if (as_str_is_null(*s))
		return true;
	*s = as_str_dup(a, *s);
	return !as_str_is_null(*s);
}

static bool
texts(struct as_arena *a, struct as_str *const list[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!text(a, list[i]))
			return false;
	return true;
}

#define TEXTS(a, ...) \
	texts(a, (struct as_str *const[]){__VA_ARGS__}, \
	    sizeof((struct as_str *const[]){__VA_ARGS__}) / \
		sizeof(struct as_str *))

static const struct as_str *
list_copy(struct as_arena *a, const struct as_str *list, size_t n)
{
	struct as_str *out = as_arena_array(a, n, sizeof(*out));

	for (size_t i = 0; out != NULL && i < n; i++) {
		out[i] = list[i];
		if (!text(a, &out[i]))
			return NULL;
	}
	return out;
}

static bool
reasons_copy(struct as_arena *a, struct as_report_row *r)
{
	struct as_report_reason *out =
	    as_arena_array(a, r->n_reasons, sizeof(*out));

	for (size_t i = 0; out != NULL && i < r->n_reasons; i++) {
		out[i] = r->reasons[i];
		if (!TEXTS(a, &out[i].type, &out[i].comment))
			return false;
	}
	r->reasons = out;
	return out != NULL;
}

static bool
dkims_copy(struct as_arena *a, struct as_report_row *r)
{
	struct as_report_dkim *out =
	    as_arena_array(a, r->n_dkims, sizeof(*out));

	for (size_t i = 0; out != NULL && i < r->n_dkims; i++) {
		out[i] = r->dkims[i];
		if (!TEXTS(a, &out[i].domain, &out[i].selector, &out[i].result,
			&out[i].human_result))
			return false;
	}
	r->dkims = out;
	return out != NULL;
}

static bool
spfs_copy(struct as_arena *a, struct as_report_row *r)
{
	struct as_report_spf *out = as_arena_array(a, r->n_spfs, sizeof(*out));

	for (size_t i = 0; out != NULL && i < r->n_spfs; i++) {
		out[i] = r->spfs[i];
		if (!TEXTS(a, &out[i].domain, &out[i].scope, &out[i].result,
			&out[i].human_result))
			return false;
	}
	r->spfs = out;
	return out != NULL;
}

static bool
row_copy(struct as_arena *a, struct as_report_row *r)
{
	return TEXTS(a, &r->source_ip, &r->disposition, &r->dkim, &r->spf,
		   &r->header_from, &r->envelope_from, &r->envelope_to) &&
	    reasons_copy(a, r) && dkims_copy(a, r) && spfs_copy(a, r);
}

static bool
policy_copy(struct as_arena *a, struct as_report_tls_policy *p)
{
	p->strings = list_copy(a, p->strings, p->n_strings);
	p->mx_hosts = list_copy(a, p->mx_hosts, p->n_mx_hosts);
	return TEXTS(a, &p->type, &p->domain) && p->strings != NULL &&
	    p->mx_hosts != NULL;
}

static bool
tls_copy(struct as_arena *a, struct as_report_tls_failure *f)
{
	return TEXTS(a, &f->result_type, &f->sending_mta_ip, &f->receiving_ip,
	    &f->receiving_mx_hostname, &f->receiving_mx_helo, &f->info_uri,
	    &f->reason_code);
}

static bool
failure_copy(struct as_arena *a, struct as_report_failure *f)
{
	return TEXTS(a, &f->feedback_type, &f->auth_failure,
	    &f->delivery_result, &f->identity_alignment, &f->source_ip,
	    &f->reported_domain, &f->reporting_mta, &f->arrival_date,
	    &f->original_mail_from, &f->original_rcpt_to, &f->header_from,
	    &f->subject, &f->message_id, &f->dkim_domain, &f->dkim_identity,
	    &f->dkim_selector, &f->spf_dns, &f->authentication_results);
}

struct as_event *
as_event_copy(struct as_arena *a, const struct as_event *e)
{
	struct as_event *out = AS_NEW(a, struct as_event);
	bool ok = false;

	if (out == NULL)
		return NULL;
	*out = *e;
	out->next = NULL;
	switch (e->kind) {
	case AS_EVENT_ROW: ok = row_copy(a, &out->of.row); break;
	case AS_EVENT_TLS_POLICY: ok = policy_copy(a, &out->of.policy); break;
	case AS_EVENT_TLS_FAILURE: ok = tls_copy(a, &out->of.tls); break;
	case AS_EVENT_FAILURE: ok = failure_copy(a, &out->of.failure); break;
	}
	return ok ? out : NULL;
}

enum as_err
as_head_copy(struct as_arena *a, const struct as_report_head *from,
    struct as_report_head *to)
{
	bool ok;

	*to = *from;
	to->errors = list_copy(a, from->errors, from->n_errors);
	ok = to->errors != NULL &&
	    TEXTS(a, &to->org_name, &to->email, &to->extra_contact_info,
		&to->report_id, &to->domain, &to->version, &to->generator,
		&to->adkim, &to->aspf, &to->p, &to->sp, &to->np, &to->fo,
		&to->pct, &to->testing, &to->discovery_method);
	return ok ? AS_OK : AS_ENOMEM;
}
