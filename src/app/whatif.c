#include "app/whatif.h"

#include "base/limits.h"
#include "net/dns.h"
#include "probe/answer.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

struct whatif {
	struct as_arena *a;
	struct as_arena *scratch; /* of one message */
	const struct as_fix *fix;
	struct as_zones *zones;
	struct as_buf packet;
	struct as_facts *facts;
};

/* --- one answer --- */

static enum as_dns_security
security_of(enum as_dnssec s)
{
	switch (s) {
	case AS_DNSSEC_INSECURE: return AS_SECURITY_INSECURE;
	case AS_DNSSEC_SECURE: return AS_SECURITY_SECURE;
	case AS_DNSSEC_BOGUS: return AS_SECURITY_BOGUS;
	case AS_DNSSEC_INDETERMINATE: break;
	}
	return AS_SECURITY_INDETERMINATE;
}

/* Take an answer from the packet, in place of what the net said. */
static enum as_err
packet_take(struct whatif *w, struct as_answer *ans)
{
	struct as_dns_reply reply = {.kind = AS_REPLY_PACKET,
	    .security = security_of(ans->security),
	    .packet = (const uint8_t *)w->packet.p,
	    .n = w->packet.n,
	    .detail = "",
	    .proposed = true};
	struct as_answer taken = {
	    .name = ans->name, .type = ans->type, .at = ans->at};
	struct as_str next;

	AS_TRY(as_answer_take(w->a, w->scratch, &reply, &taken, &next));
	taken.rrsig = ans->rrsig;
	taken.n_rrsig = ans->n_rrsig;
	*ans = taken;
	return AS_OK;
}

/* A name that a published one stands below is there, too (RFC 8020 2). */
static bool
is_above_step(const struct as_fix *fix, struct as_str name)
{
	for (size_t i = 0; i < fix->n_steps; i++) {
		const struct as_fix_step *step = &fix->steps[i];

		if (step->by == AS_FIX_ZONE && step->added.n > 0 &&
		    as_domain_within(step->name, name))
			return true;
	}
	return false;
}

/* Ask the zones for `name` and let that be the answer. */
static enum as_err
answer_ask(struct whatif *w, struct as_str name, struct as_answer *ans)
{
	struct as_str apex, leaves;

	if (as_zones_find(w->zones, name, (uint16_t)ans->type, &w->packet,
		&apex, &leaves) == AS_ZONE_ANSWER)
		return packet_take(w, ans);
	if (ans->outcome == AS_DNS_NXDOMAIN && ans->n_chain == 0 &&
	    is_above_step(w->fix, ans->name))
		ans->outcome = AS_DNS_NODATA;
	return AS_OK;
}

static enum as_err
answer_again(struct whatif *w, struct as_answer *ans)
{
	return ans == NULL ? AS_OK : answer_ask(w, ans->name, ans);
}

/* --- the domain --- */

/* Room for n answers more. */
static enum as_err
answers_grow(struct whatif *w, size_t n)
{
	struct as_domain_facts *d = w->facts->domain;
	struct as_answer *list =
	    as_arena_array(w->a, d->n_answers + n, sizeof(*list));

	if (list == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < d->n_answers; i++)
		list[i] = d->answers[i];
	d->answers = list;
	return AS_OK;
}

/* What a wildcard that the fix publishes says to a selector that nobody has;
 * the answer for it is kept only where there is one. */
static enum as_err
wildcard_take(struct whatif *w)
{
	struct as_domain_facts *d = w->facts->domain;
	struct as_str wild = as_str_printf(
	    w->a, "*._domainkey." AS_STR_FMT, AS_STR_ARG(d->name));
	struct as_answer ans = {.type = AS_RR_TXT,
	    .outcome = AS_DNS_NXDOMAIN,
	    .security = AS_DNSSEC_INDETERMINATE};

	if (d->random_selector.n == 0)
		return AS_OK;
	ans.name = as_str_printf(w->a, AS_STR_FMT "._domainkey." AS_STR_FMT,
	    AS_STR_ARG(d->random_selector), AS_STR_ARG(d->name));
	if (as_str_is_null(wild) || as_str_is_null(ans.name))
		return AS_ENOMEM;
	if (as_answer_find(d->answers, d->n_answers, ans.name, ans.type) !=
	    NULL)
		return AS_OK;
	AS_TRY(answer_ask(w, wild, &ans));
	if (ans.proposed)
		d->answers[d->n_answers++] = ans;
	return AS_OK;
}

static enum as_err
more_take(struct whatif *w, const struct as_domain_facts *more)
{
	struct as_domain_facts *d = w->facts->domain;

	for (size_t i = 0; i < more->n_answers; i++) {
		const struct as_answer *ans = &more->answers[i];

		if (as_answer_find(
			d->answers, d->n_answers, ans->name, ans->type) == NULL)
			d->answers[d->n_answers++] = *ans;
	}
	return AS_OK;
}

static enum as_err
domain_again(struct whatif *w, const struct as_domain_facts *more)
{
	struct as_domain_facts *d = w->facts->domain;

	AS_TRY(answers_grow(w, (more != NULL ? more->n_answers : 0) + 1));
	for (size_t i = 0; i < d->n_answers; i++)
		AS_TRY(answer_again(w, &d->answers[i]));
	if (more != NULL)
		AS_TRY(more_take(w, more));
	return wildcard_take(w);
}

/* --- hosts and policy --- */

static enum as_err
hosts_again(struct whatif *w)
{
	for (size_t i = 0; i < w->facts->n_hosts; i++) {
		AS_TRY(answer_again(w, w->facts->hosts[i].tlsa));
		AS_TRY(answer_again(w, w->facts->hosts[i].tlsa_alias));
	}
	return AS_OK;
}

/* The file is served as it should be. */
static enum as_err
policy_again(struct whatif *w)
{
	const struct as_fix *fix = w->fix;
	struct as_policy_facts *p = w->facts->policy;

	for (size_t i = 0; i < fix->n_steps; i++) {
		if (fix->steps[i].by != AS_FIX_WEB)
			continue;
		if (p == NULL)
			p = w->facts->policy =
			    AS_NEW(w->a, struct as_policy_facts);
		if (p == NULL)
			return AS_ENOMEM;
		p->name = w->facts->domain->name;
		p->host = as_str_printf(w->a, "mta-sts." AS_STR_FMT,
		    AS_STR_ARG(w->facts->domain->name));
		p->outcome = AS_SUBJECT_DONE;
		p->fetch = AS_FETCH_OK;
		p->status = 200;
		p->body = fix->steps[i].file;
		if (as_str_is_null(p->host))
			return AS_ENOMEM;
	}
	return AS_OK;
}

static enum as_err
facts_again(struct whatif *w, const struct as_domain_facts *more)
{
	AS_TRY(domain_again(w, more));
	AS_TRY(hosts_again(w));
	return policy_again(w);
}

enum as_err
as_whatif_make(struct as_arena *a, const struct as_facts *facts,
    const struct as_fix *fix, struct as_zones *zones,
    const struct as_domain_facts *more, struct as_facts **out)
{
	struct whatif w = {.a = a, .fix = fix, .zones = zones};
	enum as_err err = AS_ENOMEM;

	w.facts = as_codec_copy(a, &as_shape_facts, facts);
	w.scratch = as_arena_new(AS_MAX_JOB_OCTETS);
	as_buf_init(&w.packet, AS_MAX_DNS_MESSAGE_OCTETS);
	if (w.facts != NULL && w.scratch != NULL)
		err = facts_again(&w, more);
	as_buf_fini(&w.packet);
	as_arena_free(w.scratch);
	*out = w.facts;
	return err;
}
