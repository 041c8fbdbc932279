#include "probe/answer.h"

#include <string.h>

#include "base/ip.h"
#include "base/limits.h"
#include "probe/answer_rr.h"
#include "probe/answer_sig.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* What a record costs beside its text, in memory and in a document. */
#define RR_CHARGE 32

struct as_str
as_answer_hop(const struct as_answer *ans)
{
	return ans->n_chain > 0 ? ans->chain[ans->n_chain - 1] : ans->name;
}

void
as_answer_clear(struct as_answer *ans)
{
	ans->mx = NULL;
	ans->txt = NULL;
	ans->addresses = NULL;
	ans->tlsa = NULL;
	ans->caa = NULL;
	ans->names = NULL;
	ans->dnskey = NULL;
	ans->ds = NULL;
	ans->nsec3param = NULL;
	ans->rrsig = NULL;
	ans->n_mx = ans->n_txt = ans->n_addresses = 0;
	ans->n_tlsa = ans->n_caa = ans->n_names = 0;
	ans->n_dnskey = ans->n_ds = ans->n_nsec3param = ans->n_rrsig = 0;
	ans->nxname = false;
	ans->serial = 0;
	ans->ttl = 0;
}

void
as_answer_fail(struct as_arena *a, struct as_answer *ans,
    enum as_dns_outcome outcome, const char *detail)
{
	as_answer_clear(ans);
	ans->outcome = outcome;
	ans->detail = as_str_dup(a, as_str_from(detail));
	if (outcome == AS_DNS_BOGUS)
		ans->security = AS_DNSSEC_BOGUS;
}

static size_t
strs_octets(const struct as_str *list, size_t n)
{
	size_t sum = n * RR_CHARGE;

	for (size_t i = 0; i < n; i++)
		sum += list[i].n;
	return sum;
}

static size_t
dnssec_octets(const struct as_answer *ans)
{
	size_t sum = 0;

	for (size_t i = 0; i < ans->n_dnskey; i++)
		sum += ans->dnskey[i].key.n + RR_CHARGE;
	for (size_t i = 0; i < ans->n_ds; i++)
		sum += ans->ds[i].digest.n + RR_CHARGE;
	for (size_t i = 0; i < ans->n_nsec3param; i++)
		sum += ans->nsec3param[i].salt.n + RR_CHARGE;
	for (size_t i = 0; i < ans->n_rrsig; i++)
		sum += ans->rrsig[i].signer.n + RR_CHARGE;
	return sum;
}

size_t
as_answer_octets(const struct as_answer *ans)
{
	size_t sum = strs_octets(ans->chain, ans->n_chain) +
	    strs_octets(ans->addresses, ans->n_addresses) +
	    strs_octets(ans->names, ans->n_names);

	for (size_t i = 0; i < ans->n_mx; i++)
		sum += ans->mx[i].exchange.n + RR_CHARGE;
	for (size_t i = 0; i < ans->n_txt; i++)
		sum += ans->txt[i].text.n + RR_CHARGE;
	for (size_t i = 0; i < ans->n_tlsa; i++)
		sum += ans->tlsa[i].data.n + RR_CHARGE;
	for (size_t i = 0; i < ans->n_caa; i++)
		sum += ans->caa[i].tag.n + ans->caa[i].value.n + RR_CHARGE;
	return sum + dnssec_octets(ans);
}

/* --- security --- */

static enum as_dnssec
security_of(enum as_dns_security s)
{
	switch (s) {
	case AS_SECURITY_INSECURE: return AS_DNSSEC_INSECURE;
	case AS_SECURITY_SECURE: return AS_DNSSEC_SECURE;
	case AS_SECURITY_BOGUS: return AS_DNSSEC_BOGUS;
	case AS_SECURITY_INDETERMINATE: break;
	}
	return AS_DNSSEC_INDETERMINATE;
}

/* 0 is best. */
static int
badness(enum as_dnssec s)
{
	switch (s) {
	case AS_DNSSEC_SECURE: return 0;
	case AS_DNSSEC_INSECURE: return 1;
	case AS_DNSSEC_INDETERMINATE: return 2;
	case AS_DNSSEC_BOGUS: break;
	}
	return 3;
}

static void
security_join(struct as_answer *ans, enum as_dns_security s)
{
	enum as_dnssec now = security_of(s);

	if (ans->n_chain == 0 || badness(now) > badness(ans->security))
		ans->security = now;
}

/* --- the chain --- */

static bool
chain_has(const struct as_answer *ans, struct as_str name)
{
	if (as_str_eq(ans->name, name))
		return true;
	for (size_t i = 0; i < ans->n_chain; i++)
		if (as_str_eq(ans->chain[i], name))
			return true;
	return false;
}

static enum as_err
chain_add(struct as_arena *a, struct as_answer *ans, struct as_str target)
{
	struct as_str copy;

	if (ans->chain == NULL)
		ans->chain = as_arena_array(
		    a, AS_MAX_CNAME_CHAIN, sizeof(ans->chain[0]));
	copy = as_str_dup(a, target);
	if (ans->chain == NULL || as_str_is_null(copy))
		return AS_ENOMEM;
	ans->chain[ans->n_chain++] = copy;
	return AS_OK;
}

static void
ttl_join(struct as_answer *ans, uint32_t ttl)
{
	if (ans->ttl == 0 || ttl < ans->ttl)
		ans->ttl = ttl;
}

/* The CNAME record of `owner` in the list, or NULL. */
static const struct as_dns_rr *
cname_find(const struct as_rr_list *list, struct as_str owner)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->rr[i].type == AS_RR_CNAME &&
		    as_str_eq(list->rr[i].owner, owner))
			return &list->rr[i];
	return NULL;
}

/* Follow the CNAMEs of one message from the end of the chain.  AS_ELIMIT: too
 * long or a loop, the answer has failed; AS_ESYNTAX: damaged.
 * DKIM-1, DMARC-10. */
static enum as_err
chain_follow(struct as_arena *a, struct as_arena *scratch,
    const struct as_rr_list *list, struct as_answer *ans, struct as_why *why)
{
	const struct as_dns_rr *rr;

	while ((rr = cname_find(list, as_answer_hop(ans))) != NULL) {
		size_t at = rr->rdata_at;
		struct as_str target;
		AS_TRY(as_dns_read_name(scratch, list->msg, &at, &target, why));
		if (chain_has(ans, target))
			return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			    "CNAME loop at " AS_STR_FMT, AS_STR_ARG(target));
		if (ans->n_chain >= AS_MAX_CNAME_CHAIN)
			return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			    "more than %d CNAMEs in a row", AS_MAX_CNAME_CHAIN);
		AS_TRY(chain_add(a, ans, target));
		ttl_join(ans, rr->ttl);
	}
	return AS_OK;
}

/* --- one message --- */

/* The signatures of the authority section, where a denial has them.  What is
 * damaged there ends the list: the answer does not hang on it. */
static enum as_err
denial_list(
    struct as_arena *scratch, struct as_dns_msg *msg, struct as_rr_list *list)
{
	enum as_err err = as_dns_msg_authority(msg);

	while (err == AS_OK && list->n < AS_MAX_RRS_PER_ANSWER) {
		struct as_dns_rr *rr = &list->rr[list->n];
		err = as_dns_msg_next(scratch, msg, rr, NULL);
		if (err == AS_OK && rr->type == AS_RR_RRSIG && rr->class_ == 1)
			list->n++;
	}
	return err == AS_ENOMEM ? err : AS_OK;
}

/* All records of class IN of the answer section, and the signatures behind it. */
static enum as_err
records_list(struct as_arena *scratch, struct as_dns_msg *msg,
    struct as_rr_list *list, bool *cut, struct as_why *why)
{
	enum as_err err = AS_OK;

	*list = (struct as_rr_list){.msg = msg};
	list->rr =
	    as_arena_array(scratch, AS_MAX_RRS_PER_ANSWER, sizeof(list->rr[0]));
	if (list->rr == NULL)
		return AS_ENOMEM;
	while (list->n < AS_MAX_RRS_PER_ANSWER) {
		struct as_dns_rr *rr = &list->rr[list->n];
		err = as_dns_msg_next(scratch, msg, rr, why);
		if (err != AS_OK)
			break;
		if (rr->class_ == 1)
			list->n++;
	}
	if (err == AS_OK || err == AS_ELIMIT)
		*cut = msg->read < msg->answers;
	if (err == AS_EABSENT)
		return denial_list(scratch, msg, list);
	return err == AS_ELIMIT ? AS_OK : err;
}

/* RCODE 0 of a question that failed: it was not asked (--zone-only) (DNS-1). */
static enum as_dns_outcome
outcome_of_rcode(uint8_t rcode)
{
	switch (rcode) {
	case 0: return AS_DNS_NOT_ASKED;
	case 5: return AS_DNS_REFUSED;
	default: return AS_DNS_SERVFAIL;
	}
}

static void
answer_fail_rcode(struct as_arena *a, struct as_answer *ans, uint8_t rcode,
    const char *detail)
{
	as_answer_fail(a, ans, outcome_of_rcode(rcode), detail);
	if (ans->detail.n == 0 && rcode != 2 && rcode != 5)
		ans->detail = as_str_printf(a, "RCODE %u", rcode);
}

/* Records or none, and whether the chain goes on. */
static void
message_judge(struct as_arena *a, const struct as_dns_msg *msg, size_t kept,
    size_t hops_before, struct as_answer *ans, struct as_str *next)
{
	if (kept > 0 && msg->rcode == 3) {
		as_answer_fail(
		    a, ans, AS_DNS_MALFORMED, "NXDOMAIN together with records");
	} else if (kept > 0) {
		ans->outcome = AS_DNS_OK;
	} else if (msg->rcode == 3) {
		ans->outcome = AS_DNS_NXDOMAIN;
	} else {
		ans->outcome = AS_DNS_NODATA;
		if (ans->n_chain > hops_before)
			*next = as_answer_hop(ans);
	}
}

static enum as_err
message_read(struct as_arena *a, struct as_arena *scratch,
    struct as_dns_msg *msg, struct as_answer *ans, struct as_str *next,
    struct as_why *why)
{
	size_t before = ans->n_chain, kept = 0;
	struct as_rr_list list;

	AS_TRY(records_list(scratch, msg, &list, &ans->cut, why));
	AS_TRY(chain_follow(a, scratch, &list, ans, why));
	AS_TRY(as_answer_keep(a, scratch, &list, ans, &kept, why));
	AS_TRY(as_answer_keep_signatures(a, scratch, &list, ans));
	message_judge(a, msg, kept, before, ans, next);
	return AS_OK;
}

static enum as_err
packet_take(struct as_arena *a, struct as_arena *scratch,
    const struct as_dns_reply *reply, struct as_answer *ans,
    struct as_str *next)
{
	struct as_why why = {.text = ""};
	struct as_dns_msg msg;
	enum as_err err;

	err = as_dns_msg_open(reply->packet, reply->n, &msg, &why);
	if (err == AS_OK && msg.rcode != 0 && msg.rcode != 3) {
		answer_fail_rcode(a, ans, msg.rcode, reply->detail);
		return AS_OK;
	}
	if (err == AS_OK && msg.tc)
		err =
		    as_why_set(&why, AS_ESYNTAX, 2, "the answer is truncated");
	if (err == AS_OK)
		err = message_read(a, scratch, &msg, ans, next, &why);
	if (err == AS_ENOMEM)
		return err;
	if (err != AS_OK)
		as_answer_fail(a, ans,
		    err == AS_ELIMIT ? AS_DNS_CHAIN : AS_DNS_MALFORMED,
		    why.text);
	return AS_OK;
}

enum as_err
as_answer_take(struct as_arena *a, struct as_arena *scratch,
    const struct as_dns_reply *reply, struct as_answer *ans,
    struct as_str *next)
{
	enum as_err err = AS_OK;

	*next = AS_STR_NULL;
	ans->proposed |= reply->proposed;
	ans->took_ms += reply->took_ms;
	security_join(ans, reply->security);
	switch (reply->kind) {
	case AS_REPLY_PACKET:
		err = packet_take(a, scratch, reply, ans, next);
		break;
	case AS_REPLY_BOGUS:
		as_answer_fail(a, ans, AS_DNS_BOGUS, reply->detail);
		break;
	case AS_REPLY_FAILED:
		answer_fail_rcode(a, ans, reply->rcode, reply->detail);
		break;
	case AS_REPLY_TIMEOUT:
		as_answer_fail(a, ans, AS_DNS_TIMEOUT, reply->detail);
		break;
	}
	/* Whatever the kind says, forged records must not get through. */
	if (err == AS_OK && ans->security == AS_DNSSEC_BOGUS &&
	    ans->outcome != AS_DNS_BOGUS) {
		as_answer_fail(a, ans, AS_DNS_BOGUS, reply->detail);
		*next = AS_STR_NULL;
	}
	as_arena_reset(scratch);
	return err;
}
