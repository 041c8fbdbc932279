#include "probe/answer_rr.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "base/limits.h"
#include "probe/answer.h"
#include "std/dnssec_rr.h"

#include "base/banned.h"

/* The records of one answer on their way from the message to the arena. */
struct keep {
	struct as_arena *a;
	struct as_arena *scratch;
	const struct as_dns_msg *msg;
	struct as_answer *ans;
	size_t left; /* octets of text that may still be kept */
	struct as_why *why;
};

static enum as_err
text_keep(struct keep *k, struct as_str s, struct as_str *out)
{
	if (s.n > k->left)
		return AS_ELIMIT;
	*out = as_str_dup(k->a, s);
	if (as_str_is_null(*out))
		return AS_ENOMEM;
	k->left -= s.n;
	return AS_OK;
}

static enum as_err
mx_keep(struct keep *k, const struct as_dns_rr *rr)
{
	struct as_rr_mx *mx = &k->ans->mx[k->ans->n_mx];
	struct as_str name;
	uint16_t preference;

	AS_TRY(
	    as_dns_read_mx(k->scratch, k->msg, rr, &preference, &name, k->why));
	AS_TRY(text_keep(k, name, &mx->exchange));
	mx->preference = preference;
	k->ans->n_mx++;
	return AS_OK;
}

/* The start of a TXT that is over AS_MAX_TXT_OCTETS; its strings are known to
 * be whole. */
static enum as_err
txt_start(struct keep *k, const struct as_dns_rr *rr, struct as_str *out,
    uint16_t *strings)
{
	const uint8_t *p = k->msg->p + rr->rdata_at;
	char *text = as_arena_alloc(k->scratch, AS_MAX_TXT_OCTETS);
	size_t used = 0;

	*strings = 0;
	if (text == NULL)
		return AS_ENOMEM;
	for (size_t at = 0; at < rr->rdata_n; at += p[at] + 1u) {
		size_t n = p[at];
		(*strings)++;
		if (n > AS_MAX_TXT_OCTETS - used)
			n = AS_MAX_TXT_OCTETS - used;
		memcpy(text + used, p + at + 1, n);
		used += n;
	}
	*out = (struct as_str){text, used};
	return AS_OK;
}

/* All strings but the last are full, and it is not empty: then the text alone
 * tells the parts. */
static bool
is_evenly_parted(struct as_str lengths)
{
	for (size_t i = 0; i + 1 < lengths.n; i++)
		if ((uint8_t)lengths.p[i] != AS_MAX_STRING_OCTETS)
			return false;
	return lengths.p[lengths.n - 1] != 0;
}

static enum as_err
txt_lengths_keep(
    struct keep *k, const struct as_dns_rr *rr, struct as_rr_txt *txt)
{
	struct as_str lengths;

	if (txt->cut || txt->strings < 2)
		return AS_OK;
	AS_TRY(
	    as_dns_read_txt_lengths(k->scratch, k->msg, rr, &lengths, k->why));
	return is_evenly_parted(lengths) ? AS_OK
					 : text_keep(k, lengths, &txt->lengths);
}

static enum as_err
txt_keep(struct keep *k, const struct as_dns_rr *rr)
{
	struct as_rr_txt *txt = &k->ans->txt[k->ans->n_txt];
	struct as_str text;
	uint16_t strings;
	enum as_err err;

	err = as_dns_read_txt(k->scratch, k->msg, rr, &text, &strings, k->why);
	if (err == AS_ELIMIT) {
		txt->cut = true;
		k->ans->cut = true;
		err = txt_start(k, rr, &text, &strings);
	}
	AS_TRY(err);
	AS_TRY(text_keep(k, text, &txt->text));
	txt->strings = strings;
	AS_TRY(txt_lengths_keep(k, rr, txt));
	k->ans->n_txt++;
	return AS_OK;
}

static enum as_err
address_keep(struct keep *k, const struct as_dns_rr *rr)
{
	char text[AS_IP_TEXT];
	struct as_ip ip;

	AS_TRY(as_dns_read_ip(k->msg, rr, &ip, k->why));
	AS_TRY(text_keep(k, as_str_from(as_ip_text(&ip, text)),
	    &k->ans->addresses[k->ans->n_addresses]));
	k->ans->n_addresses++;
	return AS_OK;
}

static enum as_err
tlsa_keep(struct keep *k, const struct as_dns_rr *rr)
{
	struct as_rr_tlsa *to = &k->ans->tlsa[k->ans->n_tlsa];
	struct as_dns_tlsa tlsa;

	AS_TRY(as_dns_read_tlsa(k->scratch, k->msg, rr, &tlsa, k->why));
	AS_TRY(text_keep(k, tlsa.data, &to->data));
	to->usage = tlsa.usage;
	to->selector = tlsa.selector;
	to->matching = tlsa.matching;
	k->ans->n_tlsa++;
	return AS_OK;
}

static enum as_err
caa_keep(struct keep *k, const struct as_dns_rr *rr)
{
	struct as_rr_caa *to = &k->ans->caa[k->ans->n_caa];
	struct as_dns_caa caa;

	AS_TRY(as_dns_read_caa(k->scratch, k->msg, rr, &caa, k->why));
	AS_TRY(text_keep(k, caa.tag, &to->tag));
	AS_TRY(text_keep(k, caa.value, &to->value));
	to->flags = caa.flags;
	k->ans->n_caa++;
	return AS_OK;
}

static enum as_err
dnskey_keep(struct keep *k, const struct as_dns_rr *rr)
{
	struct as_rr_dnskey *to = &k->ans->dnskey[k->ans->n_dnskey];
	struct as_dns_dnskey key;

	AS_TRY(as_dns_read_dnskey(k->scratch, k->msg, rr, &key, k->why));
	AS_TRY(text_keep(k, key.key, &to->key));
	to->flags = key.flags;
	to->protocol = key.protocol;
	to->algorithm = key.algorithm;
	k->ans->n_dnskey++;
	return AS_OK;
}

static enum as_err
ds_keep(struct keep *k, const struct as_dns_rr *rr)
{
	struct as_rr_ds *to = &k->ans->ds[k->ans->n_ds];
	struct as_dns_ds ds;

	AS_TRY(as_dns_read_ds(k->scratch, k->msg, rr, &ds, k->why));
	AS_TRY(text_keep(k, ds.digest, &to->digest));
	to->key_tag = ds.key_tag;
	to->algorithm = ds.algorithm;
	to->digest_type = ds.digest_type;
	k->ans->n_ds++;
	return AS_OK;
}

static enum as_err
nsec3param_keep(struct keep *k, const struct as_dns_rr *rr)
{
	struct as_rr_nsec3param *to = &k->ans->nsec3param[k->ans->n_nsec3param];
	struct as_dns_nsec3param param;

	AS_TRY(as_dns_read_nsec3param(k->scratch, k->msg, rr, &param, k->why));
	AS_TRY(text_keep(k, param.salt, &to->salt));
	to->hash = param.hash;
	to->flags = param.flags;
	to->iterations = param.iterations;
	k->ans->n_nsec3param++;
	return AS_OK;
}

static enum as_err
name_keep(struct keep *k, const struct as_dns_rr *rr)
{
	size_t at = rr->rdata_at;
	struct as_str name;

	AS_TRY(as_dns_read_name(k->scratch, k->msg, &at, &name, k->why));
	AS_TRY(text_keep(k, name, &k->ans->names[k->ans->n_names]));
	k->ans->n_names++;
	return AS_OK;
}

/* Only what shows whether the name is there. */
static enum as_err
nsec_keep(struct keep *k, const struct as_dns_rr *rr)
{
	bool listed;

	AS_TRY(as_dns_read_nsec(
	    k->scratch, k->msg, rr, AS_RR_NXNAME, &listed, k->why));
	k->ans->nxname |= listed;
	return AS_OK;
}

/* That it is there tells enough, also when its data is damaged. */
static enum as_err
soa_keep(struct keep *k, const struct as_dns_rr *rr)
{
	enum as_err err =
	    as_dns_read_soa(k->scratch, k->msg, rr, &k->ans->serial, NULL);

	return err == AS_ENOMEM ? err : AS_OK;
}

static enum as_err
nothing_keep(struct keep *k, const struct as_dns_rr *rr)
{
	(void)k;
	(void)rr;
	return AS_OK;
}

/* --- order --- */

static int
num_cmp(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int
mx_cmp(const void *pa, const void *pb)
{
	const struct as_rr_mx *a = pa, *b = pb;
	int d = num_cmp(a->preference, b->preference);

	return d != 0 ? d : as_str_cmp(a->exchange, b->exchange);
}

static int
txt_cmp(const void *pa, const void *pb)
{
	const struct as_rr_txt *a = pa, *b = pb;
	int d = as_str_cmp(a->text, b->text);

	return d != 0 ? d : num_cmp(a->strings, b->strings);
}

static int
str_cmp(const void *pa, const void *pb)
{
	const struct as_str *a = pa, *b = pb;

	return as_str_cmp(*a, *b);
}

static int
tlsa_cmp(const void *pa, const void *pb)
{
	const struct as_rr_tlsa *a = pa, *b = pb;
	int d = num_cmp(a->usage, b->usage);

	if (d == 0)
		d = num_cmp(a->selector, b->selector);
	if (d == 0)
		d = num_cmp(a->matching, b->matching);
	return d != 0 ? d : as_str_cmp(a->data, b->data);
}

static int
caa_cmp(const void *pa, const void *pb)
{
	const struct as_rr_caa *a = pa, *b = pb;
	int d = as_str_cmp(a->tag, b->tag);

	if (d == 0)
		d = as_str_cmp(a->value, b->value);
	return d != 0 ? d : num_cmp(a->flags, b->flags);
}

static int
dnskey_cmp(const void *pa, const void *pb)
{
	const struct as_rr_dnskey *a = pa, *b = pb;
	int d = num_cmp(a->flags, b->flags);

	if (d == 0)
		d = num_cmp(a->algorithm, b->algorithm);
	if (d == 0)
		d = num_cmp(a->protocol, b->protocol);
	return d != 0 ? d : as_str_cmp(a->key, b->key);
}

static int
ds_cmp(const void *pa, const void *pb)
{
	const struct as_rr_ds *a = pa, *b = pb;
	int d = num_cmp(a->key_tag, b->key_tag);

	if (d == 0)
		d = num_cmp(a->algorithm, b->algorithm);
	if (d == 0)
		d = num_cmp(a->digest_type, b->digest_type);
	return d != 0 ? d : as_str_cmp(a->digest, b->digest);
}

static int
nsec3param_cmp(const void *pa, const void *pb)
{
	const struct as_rr_nsec3param *a = pa, *b = pb;
	int d = num_cmp(a->hash, b->hash);

	if (d == 0)
		d = num_cmp(a->iterations, b->iterations);
	if (d == 0)
		d = num_cmp(a->flags, b->flags);
	return d != 0 ? d : as_str_cmp(a->salt, b->salt);
}

/* --- the types --- */

struct type_row {
	uint16_t type;
	enum as_err (*keep)(struct keep *k, const struct as_dns_rr *rr);
	size_t list_at; /* the list in struct as_answer, and its count */
	size_t n_at;
	size_t size; /* of one item; 0: no list */
	int (*cmp)(const void *a, const void *b);
};

#define TYPE_ROW(type, keep, list, cmp) \
	{ \
		AS_RR_##type, keep, offsetof(struct as_answer, list), \
		    offsetof(struct as_answer, n_##list), \
		    sizeof(*((struct as_answer *)0)->list), cmp \
	}

static const struct type_row types[] = {
    TYPE_ROW(MX, mx_keep, mx, mx_cmp),
    TYPE_ROW(TXT, txt_keep, txt, txt_cmp),
    TYPE_ROW(A, address_keep, addresses, str_cmp),
    TYPE_ROW(AAAA, address_keep, addresses, str_cmp),
    TYPE_ROW(TLSA, tlsa_keep, tlsa, tlsa_cmp),
    TYPE_ROW(CAA, caa_keep, caa, caa_cmp),
    TYPE_ROW(NS, name_keep, names, str_cmp),
    TYPE_ROW(PTR, name_keep, names, str_cmp),
    TYPE_ROW(DNSKEY, dnskey_keep, dnskey, dnskey_cmp),
    TYPE_ROW(DS, ds_keep, ds, ds_cmp),
    TYPE_ROW(NSEC3PARAM, nsec3param_keep, nsec3param, nsec3param_cmp),
};

static const struct type_row nsec = {AS_RR_NSEC, nsec_keep, 0, 0, 0, NULL};
static const struct type_row soa = {AS_RR_SOA, soa_keep, 0, 0, 0, NULL};
static const struct type_row no_list = {0, nothing_keep, 0, 0, 0, NULL};

static const struct type_row *
type_find(uint32_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type)
			return &types[i];
	if (type == AS_RR_SOA)
		return &soa;
	return type == AS_RR_NSEC ? &nsec : &no_list;
}

static size_t
wanted_count(const struct as_rr_list *list, const struct as_answer *ans)
{
	struct as_str owner = as_answer_hop(ans);
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->rr[i].type == ans->type &&
		    as_str_eq(list->rr[i].owner, owner);
	return n;
}

static enum as_err
records_keep(
    struct keep *k, const struct as_rr_list *list, const struct type_row *row)
{
	struct as_str owner = as_answer_hop(k->ans);

	for (size_t i = 0; i < list->n; i++) {
		const struct as_dns_rr *rr = &list->rr[i];
		enum as_err err;
		if (rr->type != k->ans->type || !as_str_eq(rr->owner, owner))
			continue;
		if (k->ans->ttl == 0 || rr->ttl < k->ans->ttl)
			k->ans->ttl = rr->ttl;
		err = row->keep(k, rr);
		if (err == AS_ELIMIT)
			k->ans->cut = true;
		else if (err != AS_OK)
			return err;
	}
	return AS_OK;
}

enum as_err
as_answer_keep(struct as_arena *a, struct as_arena *scratch,
    const struct as_rr_list *list, struct as_answer *ans, size_t *found,
    struct as_why *why)
{
	const struct type_row *row = type_find(ans->type);
	struct keep k = {.a = a,
	    .scratch = scratch,
	    .msg = list->msg,
	    .ans = ans,
	    .left = AS_MAX_ANSWER_OCTETS,
	    .why = why};
	void **items = (void **)((char *)ans + row->list_at);

	*found = wanted_count(list, ans);
	if (*found == 0)
		return AS_OK;
	if (row->size == 0)
		return records_keep(&k, list, row);
	*items = as_arena_array(a, *found, row->size);
	if (*items == NULL)
		return AS_ENOMEM;
	AS_TRY(records_keep(&k, list, row));
	qsort(
	    *items, *(size_t *)((char *)ans + row->n_at), row->size, row->cmp);
	return AS_OK;
}
