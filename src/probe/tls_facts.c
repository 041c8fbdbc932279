#include "probe/tls_facts.h"

#include "net/tls.h"
#include "probe/visit_facts.h"
#include "std/dh_prime.h"

#include "base/banned.h"

struct filler {
	struct as_arena *a;
	const struct as_tls_book *book;
	const struct as_tls_map *map;
	const struct as_tls_facts_ask *ask;
	struct as_tls_server *out;
};

static enum as_offer
offer_of(enum as_tls_seen seen)
{
	switch (seen) {
	case AS_TLS_SEEN_NOT_ASKED: return AS_OFFER_NOT_ASKED;
	case AS_TLS_SEEN_YES: return AS_OFFER_YES;
	case AS_TLS_SEEN_NO: return AS_OFFER_NO;
	case AS_TLS_SEEN_OPEN: return AS_OFFER_UNKNOWN;
	}
	return AS_OFFER_UNKNOWN;
}

static enum as_offer_order
order_of(enum as_tls_order order)
{
	switch (order) {
	case AS_TLS_ORDER_UNKNOWN: return AS_OFFER_ORDER_UNKNOWN;
	case AS_TLS_ORDER_SERVER: return AS_OFFER_ORDER_SERVER;
	case AS_TLS_ORDER_CLIENT: return AS_OFFER_ORDER_CLIENT;
	}
	return AS_OFFER_ORDER_UNKNOWN;
}

/* --- names; AS_STR_NULL: no memory --- */

static struct as_str
suite_name(const struct filler *f, uint16_t code)
{
	const struct as_tls_suite *s = as_tls_suite_find(f->book, code);

	return s != NULL ? s->name
			 : as_str_printf(f->a, "0x%04X", (unsigned)code);
}

static struct as_str
group_name(const struct filler *f, uint16_t code)
{
	const struct as_tls_group *g = as_tls_group_find(f->book, code);

	if (code == 0)
		return AS_STR("");
	return g != NULL ? g->name
			 : as_str_printf(f->a, "0x%04X", (unsigned)code);
}

static struct as_str
signature_name(const struct filler *f, uint16_t code)
{
	const struct as_tls_signature *s = as_tls_signature_find(f->book, code);

	if (code == 0)
		return AS_STR("");
	return s != NULL ? s->name
			 : as_str_printf(f->a, "0x%04X", (unsigned)code);
}

static struct as_str
refusal_of(const struct filler *f, const struct as_tls_map_version *v)
{
	const char *alert = as_tls_alert_name(v->alert);

	if (v->seen != AS_TLS_SEEN_NO)
		return AS_STR("");
	if (v->closed)
		return v->reset ? AS_STR("reset") : AS_STR("closed");
	if (v->alert == 0)
		return AS_STR("");
	return alert != NULL
	    ? as_str_from(alert)
	    : as_str_printf(f->a, "alert %u", (unsigned)v->alert);
}

/* --- versions --- */

static enum as_err
classes_fill(const struct filler *f, const struct as_tls_map_version *v,
    struct as_offer_version *out)
{
	out->classes =
	    as_arena_array(f->a, AS_SUITE_CLASSES, sizeof(*out->classes));
	if (out->classes == NULL)
		return AS_ENOMEM;
	for (int c = 0; c < AS_SUITE_CLASSES; c++) {
		struct as_offer_class *to = &out->classes[out->n_classes];

		if (v->classes[c] == AS_TLS_SEEN_NOT_ASKED)
			continue;
		to->class =
		    as_str_from(as_suite_class_name((enum as_suite_class)c));
		to->offered = offer_of(v->classes[c]);
		if (v->classes[c] == AS_TLS_SEEN_YES)
			to->first = suite_name(f, v->first[c]);
		if (v->classes[c] == AS_TLS_SEEN_YES &&
		    as_str_is_null(to->first))
			return AS_ENOMEM;
		out->n_classes++;
	}
	return AS_OK;
}

static enum as_err
version_fill(const struct filler *f, enum as_tls_version_index at,
    struct as_offer_version *out)
{
	const struct as_tls_map_version *v = &f->map->versions[at];

	out->version = as_str_from(as_tls_version_name(as_tls_version_at(at)));
	out->offered = offer_of(v->seen);
	out->order = order_of(v->order);
	out->complete = v->complete;
	out->refusal = refusal_of(f, v);
	out->suites = as_arena_array(f->a, v->n_suites, sizeof(*out->suites));
	if (out->suites == NULL || as_str_is_null(out->refusal))
		return AS_ENOMEM;
	for (size_t i = 0; i < v->n_suites; i++) {
		out->suites[i] = suite_name(f, v->suites[i]);
		if (as_str_is_null(out->suites[i]))
			return AS_ENOMEM;
		out->n_suites++;
	}
	return classes_fill(f, v, out);
}

static enum as_err
versions_fill(const struct filler *f)
{
	struct as_offer_version *list =
	    as_arena_array(f->a, AS_TLS_VERSIONS, sizeof(*list));

	if (list == NULL)
		return AS_ENOMEM;
	f->out->versions = list;
	for (int at = AS_TLS_AT_1_3; at >= AS_TLS_AT_SSL2; at--)
		AS_TRY(version_fill(f, (enum as_tls_version_index)at,
		    &list[f->out->n_versions++]));
	return AS_OK;
}

/* --- groups --- */

static enum as_err
groups_fill(const struct filler *f)
{
	const struct as_tls_map *m = f->map;
	struct as_offer_group *list =
	    as_arena_array(f->a, m->n_groups, sizeof(*list));

	if (list == NULL)
		return AS_ENOMEM;
	f->out->groups = list;
	for (size_t i = 0; i < m->n_groups; i++) {
		const struct as_tls_group *g =
		    as_tls_group_find(f->book, m->groups[i].code);

		if (m->groups[i].seen == AS_TLS_SEEN_NOT_ASKED || g == NULL)
			continue;
		list[f->out->n_groups++] =
		    (struct as_offer_group){.name = g->name,
			.class = as_str_from(as_group_class_name(g->class)),
			.offered = offer_of(m->groups[i].seen)};
	}
	f->out->group = group_name(f, m->group);
	f->out->groups_complete = m->groups_complete;
	return as_str_is_null(f->out->group) ? AS_ENOMEM : AS_OK;
}

static void
dhe_fill(const struct filler *f, struct as_str primes)
{
	const struct as_tls_map *m = f->map;
	struct as_dh_prime prime;

	f->out->dhe = offer_of(m->dhe);
	f->out->dhe_bits = m->dhe_bits;
	if (m->dhe != AS_TLS_SEEN_YES || m->dhe_prime.n == 0)
		return;
	f->out->dhe_class = AS_STR("own");
	if (!as_dh_prime_find(primes, m->dhe_prime, &prime))
		return;
	f->out->dhe_prime = prime.name;
	f->out->dhe_class = as_str_from(as_dh_class_name(prime.class));
}

/* --- chains --- */

static void
judged_fill(const struct as_tls_facts *f, struct as_offer_chain *out)
{
	out->chain = f->chain;
	out->n_chain = f->n_chain;
	out->trusted = f->trusted;
	out->verify_code = f->verify_code;
	out->verify_text = f->verify_text;
	out->name_matches = f->name_matches;
	out->dane = f->dane;
	out->dane_path = f->dane_path;
	out->staple = f->staple;
	out->staple_from = f->staple_from;
	out->staple_until = f->staple_until;
	out->scts_staple = f->scts_staple;
}

static enum as_err
chain_fill(
    const struct filler *f, const char *kind, const struct as_tls_map_chain *c)
{
	struct as_offer_chain *out = &f->out->chains[f->out->n_chains];
	const struct as_smtp_target *target = f->ask->target;
	struct as_tls_flight flight = {.host = target->host,
	    .base = target->base,
	    .der = c->certificates,
	    .n_der = c->n_certificates,
	    .ocsp = c->ocsp,
	    .tlsa = target->tlsa,
	    .n_tlsa = target->n_tlsa,
	    .now_ms = f->ask->now_ms};
	struct as_tls_facts facts = {0};
	struct as_tls_view view;

	if (c->seen == AS_TLS_SEEN_NOT_ASKED)
		return AS_OK;
	out->kind = as_str_from(kind);
	out->offered = offer_of(c->seen);
	out->sent = (uint32_t)c->sent;
	out->stapled = c->ocsp.n > 0;
	out->signature = signature_name(f, c->signature);
	if (as_str_is_null(out->signature))
		return AS_ENOMEM;
	AS_TRY(as_tls_look_flight(f->ask->tls, f->a, &flight, &view));
	if (!as_tls_view_facts(f->a, &view, &facts))
		return AS_ENOMEM;
	judged_fill(&facts, out);
	f->out->n_chains++;
	return AS_OK;
}

/* --- the rest --- */

static enum as_err
features_fill(const struct filler *f)
{
	const struct as_tls_map *m = f->map;
	const struct {
		const char *name;
		enum as_tls_seen seen;
	} all[] = {
	    {"extended-master-secret", m->ems},
	    {"encrypt-then-mac", m->etm},
	    {"secure-renegotiation", m->renegotiation},
	    {"compression", m->compression},
	    {"session-ticket", m->ticket},
	    {"heartbeat", m->heartbeat},
	    {"sct", m->sct},
	    {"sha1-signature", m->sha1_signature},
	    {"big-hello", m->big_hello},
	};
	size_t n = sizeof(all) / sizeof(all[0]);

	f->out->features = as_arena_array(f->a, n, sizeof(*f->out->features));
	if (f->out->features == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (all[i].seen != AS_TLS_SEEN_NOT_ASKED)
			f->out->features[f->out->n_features++] =
			    (struct as_offer_feature){
				.name = as_str_from(all[i].name),
				.offered = offer_of(all[i].seen)};
	return AS_OK;
}

/* "the suite TLS_RSA_WITH_AES_128_CBC_SHA, in answer to TLS 1.3" */
static struct as_str
violation_text(const struct filler *f, const struct as_tls_violation *v)
{
	const char *what = "compression";
	struct as_str name = AS_STR_NULL;

	switch (v->kind) {
	case AS_TLS_VIOLATES_VERSION:
		what = "version";
		name = as_str_from(as_tls_version_name(v->code));
		break;
	case AS_TLS_VIOLATES_SUITE:
		what = "suite";
		name = suite_name(f, v->code);
		break;
	case AS_TLS_VIOLATES_GROUP:
		what = "group";
		name = group_name(f, v->code);
		break;
	case AS_TLS_VIOLATES_SIGNATURE:
		what = "signature scheme";
		name = signature_name(f, v->code);
		break;
	case AS_TLS_VIOLATES_COMPRESSION: break;
	}
	if (as_str_is_null(name))
		name = as_str_printf(f->a, "0x%04X", (unsigned)v->code);
	return as_str_printf(f->a, "%s " AS_STR_FMT " to a hello of %s", what,
	    AS_STR_ARG(name), as_tls_version_name(v->asked));
}

static enum as_err
violations_fill(const struct filler *f)
{
	const struct as_tls_map *m = f->map;

	f->out->violations =
	    as_arena_array(f->a, m->n_violations, sizeof(*f->out->violations));
	if (f->out->violations == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < m->n_violations; i++) {
		struct as_str text = violation_text(f, &m->violations[i]);

		if (as_str_is_null(text))
			return AS_ENOMEM;
		f->out->violations[f->out->n_violations++] = text;
	}
	return AS_OK;
}

static enum as_err
left_out_fill(const struct filler *f)
{
	const struct as_tls_map *m = f->map;

	f->out->left_out =
	    as_arena_array(f->a, m->n_left_out, sizeof(*f->out->left_out));
	if (f->out->left_out == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < m->n_left_out; i++)
		f->out->left_out[f->out->n_left_out++] =
		    as_str_from(m->left_out[i]);
	return AS_OK;
}

enum as_err
as_tls_facts_fill(struct as_arena *a, const struct as_tls_facts_ask *ask,
    struct as_tls_server *out)
{
	const struct as_tls_map *map = ask->map;
	struct filler f = {a, ask->config->tls_book, map, ask, out};

	out->connections += map->connections;
	if (map->stopped != NULL)
		out->stopped = as_str_from(map->stopped);
	out->chains = as_arena_array(a, 2, sizeof(*out->chains));
	if (out->chains == NULL)
		return AS_ENOMEM;
	dhe_fill(&f, ask->config->dh_primes);
	AS_TRY(versions_fill(&f));
	AS_TRY(groups_fill(&f));
	AS_TRY(chain_fill(&f, "RSA", &map->rsa));
	AS_TRY(chain_fill(&f, "ECDSA", &map->ecdsa));
	AS_TRY(features_fill(&f));
	AS_TRY(violations_fill(&f));
	return left_out_fill(&f);
}
