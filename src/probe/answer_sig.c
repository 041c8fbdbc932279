#include "probe/answer_sig.h"

#include <stdlib.h>

#include "base/limits.h"
#include "probe/answer.h"
#include "std/dnssec_rr.h"
#include "std/domain.h"

#include "base/banned.h"

static int
num_cmp(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
rrsig_cmp(const void *pa, const void *pb)
{
	const struct as_rr_rrsig *a = pa, *b = pb;
	int d = num_cmp(a->covers, b->covers);

	if (d == 0)
		d = as_str_cmp(a->signer, b->signer);
	if (d == 0)
		d = num_cmp(a->key_tag, b->key_tag);
	if (d == 0)
		d = num_cmp(a->algorithm, b->algorithm);
	if (d == 0)
		d = num_cmp(a->expiration, b->expiration);
	return d != 0 ? d : num_cmp(a->inception, b->inception);
}

static bool
is_of_chain(const struct as_answer *ans, struct as_str owner)
{
	if (as_str_eq(ans->name, owner))
		return true;
	for (size_t i = 0; i < ans->n_chain; i++)
		if (as_str_eq(ans->chain[i], owner))
			return true;
	return false;
}

/* Does it sign what this answer rests on? */
static bool
is_wanted(const struct as_answer *ans, struct as_str owner,
    const struct as_dns_rrsig *sig)
{
	if (!as_domain_within(owner, sig->signer))
		return false;
	if (sig->covered == AS_RR_SOA)
		return as_domain_within(as_answer_hop(ans), owner);
	return (sig->covered == ans->type || sig->covered == AS_RR_CNAME) &&
	    is_of_chain(ans, owner);
}

static enum as_err
rrsig_add(
    struct as_arena *a, struct as_answer *ans, const struct as_dns_rrsig *sig)
{
	struct as_rr_rrsig *to;

	if (ans->n_rrsig >= AS_MAX_SIGNATURES)
		return AS_OK;
	if (ans->rrsig == NULL)
		ans->rrsig =
		    as_arena_array(a, AS_MAX_SIGNATURES, sizeof(ans->rrsig[0]));
	if (ans->rrsig == NULL)
		return AS_ENOMEM;
	to = &ans->rrsig[ans->n_rrsig];
	to->signer = as_str_dup(a, sig->signer);
	if (as_str_is_null(to->signer))
		return AS_ENOMEM;
	to->covers = sig->covered;
	to->algorithm = sig->algorithm;
	to->key_tag = sig->key_tag;
	to->inception = as_dns_rrsig_ms(sig->inception, ans->at);
	to->expiration = as_dns_rrsig_ms(sig->expiration, ans->at);
	ans->n_rrsig++;
	return AS_OK;
}

enum as_err
as_answer_keep_signatures(struct as_arena *a, struct as_arena *scratch,
    const struct as_rr_list *list, struct as_answer *ans)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct as_dns_rr *rr = &list->rr[i];
		struct as_dns_rrsig sig;
		enum as_err err;

		if (rr->type != AS_RR_RRSIG)
			continue;
		err = as_dns_read_rrsig(scratch, list->msg, rr, &sig, NULL);
		if (err == AS_ENOMEM)
			return err;
		if (err == AS_OK && is_wanted(ans, rr->owner, &sig))
			AS_TRY(rrsig_add(a, ans, &sig));
	}
	if (ans->n_rrsig > 1)
		qsort(
		    ans->rrsig, ans->n_rrsig, sizeof(ans->rrsig[0]), rrsig_cmp);
	return AS_OK;
}
