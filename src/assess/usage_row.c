/*
 * What one row comes to: alignment anew, and the receiver's word beside it.
 */
#include "assess/suffix.h"
#include "assess/usage_private.h"
#include "base/limits.h"
#include "std/dmarc.h"

#include "base/banned.h"

/* Lower case, without the final dot; empty when it is no name. */
static struct as_str
plain(struct as_str name, char buf[AS_MAX_NAME_OCTETS])
{
	if (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	if (name.n > AS_MAX_NAME_OCTETS)
		return AS_STR("");
	for (size_t i = 0; i < name.n; i++)
		buf[i] = name.p[i] >= 'A' && name.p[i] <= 'Z'
		    ? (char)(name.p[i] - 'A' + 'a')
		    : name.p[i];
	return (struct as_str){buf, name.n};
}

static bool
is_within(struct as_str name, struct as_str domain)
{
	return as_str_eq_case(name, domain) ||
	    (name.n > domain.n && name.p[name.n - domain.n - 1] == '.' &&
		as_str_has_suffix_case(name, domain));
}

/* The organization of a name: by the list; without it, the domain whose policy
 * the reporter applied stands for all below it. */
static struct as_str
organization(const struct as_usage_work *w, struct as_str name)
{
	if (w->options.psl != NULL)
		return as_suffix_organization(w->options.psl, name);
	return is_within(name, w->options.domain) ? w->options.domain
						  : AS_STR_NULL;
}

bool
as_usage_aligns(const struct as_usage_work *w, struct as_str mode,
    struct as_str author, struct as_str name)
{
	struct as_dmarc_identity from, id;
	char author_buf[AS_MAX_NAME_OCTETS], name_buf[AS_MAX_NAME_OCTETS];
	char m = as_str_is_case(mode, "s") ? 's' : 'r';

	author = plain(author, author_buf);
	name = plain(name, name_buf);
	if (author.n == 0 || name.n == 0)
		return false;
	from = (struct as_dmarc_identity){author, organization(w, author)};
	id = (struct as_dmarc_identity){name, organization(w, name)};
	return as_dmarc_align(m, &from, &id) == AS_DMARC_ALIGNED_YES;
}

static bool
is_pass(struct as_str word)
{
	return as_report_verdict(word) == AS_REPORT_VERDICT_PASS;
}

static struct as_str
author_of(const struct as_usage_work *w, const struct as_report_row *row)
{
	return row->header_from.n > 0 ? row->header_from : w->options.domain;
}

static void
dkim_judge(const struct as_usage_work *w, const struct as_usage_row *u,
    struct as_usage_judged *j)
{
	bool failed = false, other = false;

	for (size_t i = 0; i < u->row->n_dkims; i++) {
		const struct as_report_dkim *d = &u->row->dkims[i];
		bool ours = as_usage_aligns(
		    w, u->head->adkim, author_of(w, u->row), d->domain);

		if (as_report_verdict(d->result) != AS_REPORT_VERDICT_UNKNOWN)
			j->known = true;
		if (is_pass(d->result) && ours)
			j->dkim = true;
		else if (is_pass(d->result))
			other = true;
		else if (ours && !as_str_is_case(d->result, "none"))
			failed = true;
	}
	j->broken = failed && !j->dkim && other;
}

static void
spf_judge(const struct as_usage_work *w, const struct as_usage_row *u,
    struct as_usage_judged *j)
{
	for (size_t i = 0; i < u->row->n_spfs; i++) {
		const struct as_report_spf *s = &u->row->spfs[i];
		bool pass = is_pass(s->result);
		bool ours = as_usage_aligns(
		    w, u->head->aspf, author_of(w, u->row), s->domain);

		if (as_report_verdict(s->result) != AS_REPORT_VERDICT_UNKNOWN)
			j->known = true;
		if (pass && ours)
			j->spf = true;
	}
}

/* A mailing list also vouches by SPF alone. */
static bool
spf_vouches_elsewhere(
    const struct as_usage_work *w, const struct as_usage_row *u)
{
	for (size_t i = 0; i < u->row->n_spfs; i++)
		if (is_pass(u->row->spfs[i].result) &&
		    !as_usage_aligns(w, u->head->aspf, author_of(w, u->row),
			u->row->spfs[i].domain))
			return true;
	return false;
}

static bool
own_signature_failed(
    const struct as_usage_work *w, const struct as_usage_row *u)
{
	for (size_t i = 0; i < u->row->n_dkims; i++) {
		const struct as_report_dkim *d = &u->row->dkims[i];

		if (as_report_verdict(d->result) == AS_REPORT_VERDICT_FAIL &&
		    d->selector.n > 0 &&
		    as_usage_aligns(
			w, u->head->adkim, author_of(w, u->row), d->domain))
			return true;
	}
	return false;
}

/* RFC 7489 and RFC 9990 name these; an authenticated chain stands in comments of
 * local policy alone. */
static bool
is_forwarded(const struct as_report_row *row)
{
	for (size_t i = 0; i < row->n_reasons; i++) {
		struct as_str type = row->reasons[i].type;

		if (as_str_is_case(type, "forwarded") ||
		    as_str_is_case(type, "mailing_list") ||
		    as_str_is_case(type, "trusted_forwarder"))
			return true;
		if (as_str_is_case(type, "local_policy") &&
		    as_str_has(row->reasons[i].comment, AS_STR("arc=pass")))
			return true;
	}
	return false;
}

struct as_usage_judged
as_usage_judge(const struct as_usage_work *w, const struct as_usage_row *u)
{
	struct as_usage_judged j = {0};
	bool their_dkim = is_pass(u->row->dkim),
	     their_spf = is_pass(u->row->spf);
	bool they = their_dkim || their_spf;
	bool they_said = u->row->dkim.n + u->row->spf.n > 0;

	dkim_judge(w, u, &j);
	spf_judge(w, u, &j);
	if (!j.known) {
		/* Without results there is only their word. */
		j.dkim = their_dkim;
		j.spf = their_spf;
	}
	if (!j.dkim && !j.broken)
		j.broken =
		    own_signature_failed(w, u) && spf_vouches_elsewhere(w, u);
	/* Mail passes when nobody doubts it. */
	j.disputed = j.known && they_said && (j.dkim || j.spf) != they;
	j.passed = (j.dkim || j.spf) && !j.disputed;
	j.forwarded = is_forwarded(u->row);
	j.stopped = as_str_is_case(u->row->disposition, "quarantine") ||
	    as_str_is_case(u->row->disposition, "reject");
	return j;
}
