/*
 * Where reports go, whether they may, and whether somebody is there.
 */
#include "assess/dmarc_maker.h"
#include "assess/report_services.h"
#include "std/dns_wire.h"

#include "base/banned.h"

static enum as_err
consent_find(
    struct as_dmarc_maker *m, struct as_dmarc_target *t, struct as_str policy)
{
	const struct as_answer *ans;
	struct as_str *texts;
	enum as_err err =
	    as_dmarc_consent_name(m->a, policy, t->uri->host, &t->consent_name);

	t->consent = err == AS_ELIMIT ? AS_DMARC_CONSENT_IMPOSSIBLE
				      : AS_DMARC_CONSENT_UNKNOWN;
	if (err != AS_OK)
		return err == AS_ELIMIT ? AS_OK : err;
	as_dmarc_need_add(m, t->consent_name, AS_RR_TXT);
	ans = as_dmarc_answer(m, t->consent_name, AS_RR_TXT);
	if (!as_case_known(ans))
		return AS_OK;
	texts = as_arena_array(m->a, ans->n_txt, sizeof(*texts));
	if (texts == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < ans->n_txt; i++)
		texts[i] = ans->txt[i].text;
	return as_dmarc_consent_read(m->a, texts, ans->n_txt, ans->cut, t->kind,
	    t->uri->host, &t->consent, &t->instead);
}

/* EXT-5 */
static enum as_err
mail_find(struct as_dmarc_maker *m, struct as_dmarc_target *t)
{
	struct as_case *c;

	as_dmarc_need_mail(m, t->uri->host);
	AS_TRY(as_dmarc_case_new(m, t->uri->host, &c));
	AS_TRY(as_case_mail(c));
	t->mail = c->mail;
	return AS_OK;
}

static enum as_tri
differs(struct as_str a, struct as_str b)
{
	if (a.n == 0 || b.n == 0)
		return AS_UNSURE;
	return as_str_eq(a, b) ? AS_NO : AS_YES;
}

/* `own` is the organizational domain of the policy domain. */
static enum as_err
target_make(
    struct as_dmarc_maker *m, struct as_dmarc_target *t, struct as_str own)
{
	const struct as_assess_options *options = m->ask->options;
	struct as_str policy = m->v->reporting->name, theirs;
	struct as_report_service s;

	t->consent_name = t->withdrawn = t->since = AS_STR("");
	if (!t->uri->usable)
		return AS_OK;
	if (as_report_service_is_withdrawn(
		options->report_services, t->uri->host, options->now_ms, &s)) {
		t->withdrawn = s.service;
		t->since = s.since;
	}
	AS_TRY(mail_find(m, t));
	t->external = AS_NO;
	if (!as_str_eq(t->uri->host, policy)) {
		AS_TRY(as_dmarc_organization_find(m, t->uri->host, &theirs));
		t->external = differs(own, theirs);
	}
	if (t->external == AS_NO) {
		t->consent = AS_DMARC_CONSENT_GIVEN;
		return AS_OK;
	}
	AS_TRY(consent_find(m, t, policy));
	/* No word is needed, maybe. */
	if (t->external == AS_UNSURE && !as_dmarc_consent_is_given(t->consent))
		t->consent = AS_DMARC_CONSENT_UNKNOWN;
	return AS_OK;
}

static void
targets_add(struct as_dmarc_view *v, enum as_dmarc_report kind,
    const struct as_dmarc_uri *uri, size_t n)
{
	for (size_t i = 0; i < n && v->n_targets < AS_MAX_REPORT_URIS; i++)
		v->targets[v->n_targets++] =
		    (struct as_dmarc_target){.kind = kind, .uri = &uri[i]};
}

enum as_err
as_dmarc_targets_make(struct as_dmarc_maker *m)
{
	struct as_dmarc_view *v = m->v;
	const struct as_dmarc *d;
	struct as_str own;

	v->reporting =
	    v->result.policy != NULL ? v->result.policy : v->old.result.policy;
	if (v->reporting == NULL)
		return AS_OK;
	d = v->reporting->record;
	v->targets =
	    as_arena_array(m->a, AS_MAX_REPORT_URIS, sizeof(*v->targets));
	if (v->targets == NULL)
		return AS_ENOMEM;
	targets_add(v, AS_DMARC_RUA, d->rua, d->n_rua);
	targets_add(v, AS_DMARC_RUF, d->ruf, d->n_ruf);
	AS_TRY(as_dmarc_organization_find(m, v->reporting->name, &own));
	for (size_t i = 0; i < v->n_targets; i++)
		AS_TRY(target_make(m, &v->targets[i], own));
	return AS_OK;
}
