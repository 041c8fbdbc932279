#include "dmarc_world.h"

#include "std/dns_wire.h"
#include "std/domain.h"
#include "vectors.h"

#include "base/banned.h"

#define ROUNDS 8

struct line {
	struct as_str name, type, data;
};

static struct line
line_read(const char *text)
{
	struct as_str s = as_str_from(text);
	size_t a = as_str_find(s, ' ', 0), b = as_str_find(s, ' ', a + 1);

	return (struct line){as_str_slice(s, 0, a), as_str_slice(s, a + 1, b),
	    as_str_slice(s, b + 1, s.n)};
}

static void
outcome_set(struct as_answer *ans, struct as_str word)
{
	for (size_t i = 0; i < as_names_dns_outcome.n; i++)
		if (as_str_is(word, as_names_dns_outcome.texts[i]))
			ans->outcome = (enum as_dns_outcome)i;
	if (ans->outcome == AS_DNS_BOGUS)
		ans->security = AS_DNSSEC_BOGUS;
}

static void
data_add(struct as_answer *ans, struct as_str data)
{
	static struct as_rr_mx mx[2];

	ans->outcome = AS_DNS_OK;
	if (ans->type == AS_RR_TXT) {
		ans->txt[ans->n_txt++] =
		    (struct as_rr_txt){.text = data, .strings = 1};
	} else if (ans->type == AS_RR_MX) {
		mx[0].exchange = AS_STR("mx.example");
		mx[1].exchange = AS_STR(".");
		ans->mx = &mx[as_str_is(data, ".") ? 1 : 0];
		ans->n_mx = 1;
	} else if (ans->type == AS_RR_NSEC) {
		ans->nxname = as_str_is(data, "nxname");
	}
}

static void
line_apply(struct t_world *w, const struct line *l, struct as_answer *ans)
{
	uint16_t type = 0;

	if (as_domain_within(l->name, ans->name) &&
	    !as_str_has_prefix(l->data, ">") && ans->outcome == AS_DNS_NXDOMAIN)
		ans->outcome = AS_DNS_NODATA;
	if (!as_str_eq(l->name, ans->name) ||
	    as_rrtype_parse(l->type, &type) != AS_OK || type != ans->type)
		return;
	if (as_str_has_prefix(l->data, "!")) {
		outcome_set(ans, as_str_slice(l->data, 1, l->data.n));
	} else if (as_str_has_prefix(l->data, ">")) {
		ans->chain = AS_NEW(w->a, struct as_str);
		ans->chain[0] = as_str_slice(l->data, 1, l->data.n);
		ans->n_chain = 1;
	} else {
		data_add(ans, l->data);
	}
}

static void
world_answer(struct t_world *w, const struct as_need *need)
{
	struct as_answer *ans = &w->answers[w->n++];

	*ans = (struct as_answer){.name = as_str_dup(w->a, need->name),
	    .type = need->type,
	    .outcome = AS_DNS_NXDOMAIN,
	    .security = AS_DNSSEC_SECURE};
	ans->txt = as_arena_array(w->a, 4, sizeof(*ans->txt));
	for (size_t i = 0; w->lines[i] != NULL; i++) {
		struct line l = line_read(w->lines[i]);
		line_apply(w, &l, ans);
	}
}

struct t_world *
t_world_new(struct as_arena *a, const char *const *lines)
{
	struct t_world *w = AS_NEW(a, struct t_world);

	w->a = a;
	w->lines = lines;
	return w;
}

struct as_dmarc_view
t_world_view(struct t_world *w, const char *domain, const struct as_str *ids,
    size_t n_ids, const psl_ctx_t *list)
{
	struct as_assess_options options = {.now_ms = INT64_C(1795521600000),
	    .psl = list,
	    .report_services = t_report_services(w->a)};
	struct as_dmarc_ask ask = {.domain = as_str_from(domain),
	    .identifiers = ids,
	    .n_identifiers = n_ids,
	    .options = &options};
	struct as_dmarc_view v = {.n_needs = 1};

	for (w->rounds = 0; v.n_needs > 0 && w->rounds < ROUNDS; w->rounds++) {
		ask.answers = w->answers;
		ask.n_answers = w->n;
		if (as_dmarc_view_make(w->a, &ask, &v) != AS_OK)
			return (struct as_dmarc_view){.n_needs = 1};
		for (size_t i = 0; i < v.n_needs && w->n < T_ANSWERS; i++)
			world_answer(w, &v.needs[i]);
	}
	return v;
}
