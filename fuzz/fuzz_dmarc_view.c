/*
 * assess/dmarc_view: a domain on the first line, then a pool of answers, a line
 * each, from which every question gets one: "?" is a failure, "!" NXDOMAIN, ""
 * NODATA, anything else TXT, with texts separated by "|".  The questions come
 * to an end, none is asked twice, and what is found stays within its bounds.
 */
#include <libpsl.h>

#include "assess/dmarc_view.h"
#include "base/limits.h"
#include "must.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

#define ANSWERS 1000
#define ROUNDS  8
#define POOL    32
#define TEXTS   6

struct world {
	struct as_arena *a;
	struct as_str pool[POOL];
	size_t n_pool;
	struct as_answer *answers;
	size_t n;
};

static void
texts_split(struct world *w, struct as_str line, struct as_answer *ans)
{
	ans->outcome = AS_DNS_OK;
	ans->txt = as_arena_array(w->a, TEXTS, sizeof(*ans->txt));
	MUST(ans->txt != NULL);
	for (size_t at = 0; at < line.n && ans->n_txt < TEXTS;) {
		size_t end = as_str_find(line, '|', at);
		ans->txt[ans->n_txt++].text = as_str_slice(line, at, end);
		at = end + 1;
	}
}

static void
mx_set(struct world *w, struct as_str line, struct as_answer *ans)
{
	ans->outcome = AS_DNS_OK;
	ans->mx = AS_NEW(w->a, struct as_rr_mx);
	MUST(ans->mx != NULL);
	ans->mx[0].exchange = line.n % 2 ? AS_STR(".") : AS_STR("mx.example");
	ans->n_mx = 1;
}

static void
world_answer(struct world *w, const struct as_need *need)
{
	struct as_answer *ans = &w->answers[w->n++];
	struct as_str line = AS_STR("");
	size_t hash = need->type;

	MUST(w->n <= ANSWERS);
	MUST(need->name.n > 0 &&
	    need->name.n <= AS_MAX_NAME_OCTETS + sizeof("_dmarc"));
	for (size_t i = 0; i < need->name.n; i++)
		hash = hash * 31 + (unsigned char)need->name.p[i];
	if (w->n_pool > 0)
		line = w->pool[hash % w->n_pool];
	*ans = (struct as_answer){.name = as_str_dup(w->a, need->name),
	    .type = need->type,
	    .outcome = AS_DNS_NODATA,
	    .security = hash % 5 < 4 ? AS_DNSSEC_SECURE : AS_DNSSEC_INSECURE,
	    .nxname = need->type == AS_RR_NSEC && hash % 3 == 0};
	if (as_str_is(line, "?"))
		ans->outcome = AS_DNS_SERVFAIL;
	else if (as_str_is(line, "!"))
		ans->outcome = AS_DNS_NXDOMAIN;
	else if (line.n > 0 && need->type == AS_RR_TXT)
		texts_split(w, line, ans);
	else if (line.n > 0 && need->type == AS_RR_MX)
		mx_set(w, line, ans);
}

static void
check_old(const struct as_dmarc_view *v, const struct as_dmarc_old *old)
{
	const struct as_dmarc_7489 *r = &old->result;

	MUST((r->policy != NULL) + (r->stopped != NULL) + r->unknown <= 1);
	MUST(r->pct <= 100 && r->rest <= r->declared);
	MUST(r->policy == NULL ||
	    as_domain_within(v->domain, old->policy_domain));
	MUST(!r->unknown || v->unknown);
}

static void
check_view(const struct as_dmarc_view *v)
{
	MUST(v->n_queries >= 1 && v->n_queries <= AS_MAX_DMARC_QUERIES);
	MUST(v->result.applied <= v->result.declared);
	MUST((v->tag != NULL) == (v->result.policy != NULL));
	MUST(!v->result.unknown || v->unknown);
	MUST(v->result.organizational.n > 0 || v->unknown);
	MUST(v->n_targets <= AS_MAX_REPORT_URIS);
	for (size_t i = 0; i < v->n_targets; i++)
		MUST(v->targets[i].consent != AS_DMARC_CONSENT_UNKNOWN ||
		    !v->targets[i].uri->usable || v->unknown);
	check_old(v, &v->old);
	check_old(v, &v->suffix_old);
	for (size_t i = 0; i < v->n_notes; i++)
		for (size_t k = 0; k < v->notes[i].n; k++)
			MUST(v->notes[i].p[k] >= 0x20 &&
			    v->notes[i].p[k] < 0x7f);
}

static bool
world_read(struct world *w, struct as_str in, struct as_str *domain)
{
	size_t at = as_str_find(in, '\n', 0);

	if (as_domain_parse(w->a, as_str_slice(in, 0, at), domain, NULL) !=
		AS_OK ||
	    as_str_is(*domain, "."))
		return false;
	while (at < in.n && w->n_pool < POOL) {
		size_t end = as_str_find(in, '\n', at + 1);
		w->pool[w->n_pool++] = as_str_slice(in, at + 1, end);
		at = end;
	}
	w->answers = as_arena_array(w->a, ANSWERS, sizeof(*w->answers));
	return w->answers != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct world w = {.a = as_arena_new((size_t)256 << 20)};
	struct as_str id = AS_STR("mail.example.org");
	struct as_assess_options options = {.now_ms = INT64_MAX,
	    .psl = psl_builtin(),
	    .report_services = AS_STR("b.example\tX\twithdrawn\t2000-01-01")};
	struct as_dmarc_ask ask = {
	    .options = &options, .identifiers = &id, .n_identifiers = 1};
	struct as_dmarc_view v = {.n_needs = 1};
	unsigned rounds = 0;

	if (w.a != NULL && n <= 8192 &&
	    world_read(&w, (struct as_str){(const char *)p, n}, &ask.domain)) {
		while (v.n_needs > 0) {
			MUST(rounds++ < ROUNDS);
			ask.answers = w.answers;
			ask.n_answers = w.n;
			MUST(as_dmarc_view_make(w.a, &ask, &v) == AS_OK);
			for (size_t i = 0; i < v.n_needs; i++)
				world_answer(&w, &v.needs[i]);
		}
		check_view(&v);
	}
	as_arena_free(w.a);
	return 0;
}
