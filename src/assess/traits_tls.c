/*
 * The traits of what TLS a mail server offers, from the matrix of its visit.
 */
#include "assess/rules.h"
#include "assess/tls_gates.h"
#include "assess/tls_parts.h"
#include "assess/traits.h"

#include "base/banned.h"

/* Why a search came to nothing: ", cause", or empty. */
static struct as_str
search_detail(struct as_say *o, const struct as_tls_server *s)
{
	struct as_str cause = s->stopped.n > 0 ? s->stopped : s->detail;

	if (cause.n == 0)
		return cause;
	return as_say_text(
	    o, ", " AS_STR_FMT, AS_STR_ARG(as_say_esc(o, cause)));
}

/* What it offers, with its handshake; false: said why it is not known. */
static bool
server_of(struct as_say *o, const struct as_host_facts *h,
    struct as_tls_server *out, enum as_judged *got)
{
	*got = as_visit_encrypted(o, h);
	if (*got != AS_JUDGED_PASS)
		return false;
	if (h->matrix != NULL && h->matrix->n_versions > 0) {
		*out = *h->matrix;
		out->tls = h->tls;
		return true;
	}
	if (h->matrix == NULL)
		as_say_unknown(o, AS_STR("what TLS it offers was not asked"));
	else
		as_say_unknown(o,
		    as_say_text(o,
			"what TLS it offers could not be told: %s" AS_STR_FMT,
			as_subject_outcome_text(h->matrix->outcome),
			AS_STR_ARG(search_detail(o, h->matrix))));
	*got = AS_JUDGED_SAID;
	return false;
}

static enum as_tri
tri_of(enum as_offer offer)
{
	switch (offer) {
	case AS_OFFER_YES: return AS_YES;
	case AS_OFFER_NO: return AS_NO;
	default: return AS_UNSURE;
	}
}

typedef void read_server(struct as_trait *t, const struct as_tls_server *s);

/* Read each server whose offers are known. */
static enum as_judged
judge_with(struct as_say *o, const struct as_host_facts *h, read_server *read)
{
	struct as_tls_server s;
	enum as_judged got;

	if (server_of(o, h, &s, &got))
		read((struct as_trait *)o, &s);
	return got;
}

#define READ_EACH(name) \
	static enum as_judged judge_##name(const struct as_case *c, \
	    struct as_say *o, const struct as_mx *m, \
	    const struct as_host_facts *h) \
	{ \
		(void)c; \
		(void)m; \
		return judge_with(o, h, read_##name); \
	} \
	void as_trait_tls_##name(const struct as_case *c, struct as_trait *t) \
	{ \
		as_each_visit(c, &t->say, judge_##name, "", \
		    "no mail server could be met over TLS"); \
	}

/* --- versions --- */

static const char *const versions[][2] = {
    {"ssl2", "SSLv2"},
    {"ssl3", "SSLv3"},
    {"1.0", "TLSv1"},
    {"1.1", "TLSv1.1"},
    {"1.2", "TLSv1.2"},
    {"1.3", "TLSv1.3"},
};

#define N_VERSIONS (sizeof(versions) / sizeof(versions[0]))

static void
read_versions(struct as_trait *t, const struct as_tls_server *s)
{
	struct as_trait_item *item = as_trait_add(t, N_VERSIONS);

	for (size_t i = 0; i < N_VERSIONS; i++)
		as_trait_value_tri(item, as_str_from(versions[i][0]),
		    tri_of(as_tls_version_offer(s, versions[i][1])),
		    AS_STR(""));
}
READ_EACH(versions)

/* Does it speak any version up to TLS 1.2? */
static enum as_tri
speaks_old(const struct as_tls_server *s)
{
	enum as_tri got = AS_NO;

	for (size_t i = 0; i < N_VERSIONS - 1; i++) {
		enum as_offer offer = as_tls_version_offer(s, versions[i][1]);

		if (offer == AS_OFFER_YES)
			return AS_YES;
		if (offer != AS_OFFER_NO)
			got = AS_UNSURE;
	}
	return got;
}

/* --- suites --- */

static const struct {
	const char *value, *mark, *class;
} ciphers[] = {
    {"rc4", "_RC4_", "forbidden"},
    {"3des", "_3DES_", "weak"},
    {"null", "_NULL_", "forbidden"},
    {"export", "EXPORT", "forbidden"},
    {"anonymous", "_anon_", "anonymous"},
    {"static", NULL, "legacy-no-fs"},
};

#define N_CIPHERS (sizeof(ciphers) / sizeof(ciphers[0]))

/* A suite whose name holds the mark; empty: none was seen. */
static struct as_str
suite_with(const struct as_tls_server *s, struct as_str mark)
{
	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		for (size_t k = 0; k < v->n_suites; k++)
			if (as_str_has(v->suites[k], mark))
				return v->suites[k];
	}
	return AS_STR("");
}

/* A class with one suite accepted may hold others: only one that is refused
 * tells that there is none.  TLS 1.3 has none of them. */
static enum as_tri
cipher_find(const struct as_tls_server *s, size_t i, struct as_str *seen)
{
	struct as_str first;
	enum as_offer offer = as_tls_class_offer(s, ciphers[i].class, &first);

	*seen = AS_STR("");
	if (ciphers[i].mark != NULL)
		*seen = suite_with(s, as_str_from(ciphers[i].mark));
	else if (offer == AS_OFFER_YES)
		*seen = first;
	if (seen->n > 0)
		return AS_YES;
	if (offer == AS_OFFER_NO || speaks_old(s) == AS_NO)
		return AS_NO;
	return AS_UNSURE;
}

static void
read_ciphers(struct as_trait *t, const struct as_tls_server *s)
{
	struct as_trait_item *item = as_trait_add(t, N_CIPHERS);

	for (size_t i = 0; i < N_CIPHERS; i++) {
		struct as_str seen, why = AS_STR("");
		enum as_tri has = cipher_find(s, i, &seen);

		if (has == AS_YES)
			why = as_say_text(&t->say, "It accepts " AS_STR_FMT ".",
			    AS_STR_ARG(as_say_esc(&t->say, seen)));
		as_trait_value_tri(
		    item, as_str_from(ciphers[i].value), has, why);
	}
}
READ_EACH(ciphers)

/* Of TLS 1.2 and 1.3 each. */
static void
read_first(struct as_trait *t, const struct as_tls_server *s)
{
	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		if (v->offered == AS_OFFER_YES && v->n_suites > 0 &&
		    (as_str_is(v->version, "TLSv1.2") ||
			as_str_is(v->version, "TLSv1.3")))
			as_trait_value(as_trait_add(t, 1), v->suites[0]);
	}
}
READ_EACH(first)

static void
read_order(struct as_trait *t, const struct as_tls_server *s)
{
	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		if (v->offered != AS_OFFER_YES ||
		    !as_str_is(v->version, "TLSv1.2"))
			continue;
		if (v->order == AS_OFFER_ORDER_UNKNOWN)
			as_say_unknown(&t->say,
			    AS_STR("whose order of suites rules could not be "
				   "told"));
		else
			as_trait_add_one(t, as_offer_order_text(v->order));
	}
}
READ_EACH(order)

/* --- groups and features --- */

static void
read_groups(struct as_trait *t, const struct as_tls_server *s)
{
	struct as_trait_item *item = as_trait_add(t, s->n_groups);

	for (size_t i = 0; i < s->n_groups; i++)
		as_trait_value_tri(item, s->groups[i].name,
		    tri_of(s->groups[i].offered), AS_STR(""));
}
READ_EACH(groups)

/* They belong to TLS up to 1.2: a server of 1.3 alone has no need of them. */
static void
read_features(struct as_trait *t, const struct as_tls_server *s)
{
	static const char *const names[] = {"extended-master-secret",
	    "encrypt-then-mac", "secure-renegotiation", "compression"};
	struct as_trait_item *item;

	if (speaks_old(s) == AS_NO)
		return;
	item = as_trait_add(t, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		as_trait_value_tri(item, as_str_from(names[i]),
		    tri_of(as_tls_feature_offer(s, names[i])), AS_STR(""));
}
READ_EACH(features)

/* --- documents --- */

/* The part that an objection is to. */
static const char *
part_of(const char *kind)
{
	static const char *const parts[][2] = {
	    {"version", "versions"},
	    {"suite", "suites"},
	    {"group", "groups"},
	    {"dh", "groups"},
	    {"feature", "features"},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (as_str_is(as_str_from(kind), parts[i][0]))
			return parts[i][1];
	return "certificates";
}

/* What the document objects to in a part, as a list. */
static struct as_str
objections_text(struct as_trait *t, const struct as_tls_reading *r,
    const char *part, bool well)
{
	struct as_list list = {.between = ", "};

	for (size_t i = 0; i < r->n_objections; i++) {
		const struct as_tls_objection *o = &r->objections[i];

		if (as_str_is(as_str_from(part_of(o->kind)), part) &&
		    (well || o->mark.level == AS_TLS_INSUFFICIENT))
			as_list_add(
			    &t->say, &list, as_say_esc(&t->say, o->what));
	}
	return list.n > 0 ? as_list_text(&t->say, &list) : AS_STR("");
}

static void
part_add(struct as_trait *t, struct as_trait_item *item,
    const struct as_tls_reading *r, const char *part, bool well)
{
	struct as_str against = objections_text(t, r, part, well);
	struct as_str value = as_say_text(&t->say, "%s/%s", r->id, part);
	bool open = r->untold.n > 0 && as_str_is(AS_STR("versions"), part);
	struct as_str why = AS_STR("");

	if (against.n > 0)
		why = as_say_text(&t->say, "%s: " AS_STR_FMT ".",
		    well ? "To be phased out, or worse" : "Insufficient",
		    AS_STR_ARG(against));
	else if (open)
		why = as_say_esc(&t->say, r->untold);
	as_trait_value_tri(item, value,
	    against.n > 0 ? AS_NO
		: open    ? AS_UNSURE
			  : AS_YES,
	    why);
}

static void
read_documents(struct as_trait *t, const struct as_tls_server *s, bool well)
{
	static const char *const parts[] = {
	    "versions", "suites", "groups", "certificates", "features"};
	const struct as_assess_options *options = t->say.c->options;
	const struct as_tls_judge_ask ask = {
	    .documents = options->tls_documents,
	    .n_documents = options->n_tls_documents,
	    .now_ms = options->now_ms};
	struct as_tls_verdict v = {.server = s};
	struct as_trait_item *item;

	if (as_tls_readings_make(t->say.c->a, &ask, &v) != AS_OK) {
		t->say.err = AS_ENOMEM;
		return;
	}
	item =
	    as_trait_add(t, v.n_readings * (sizeof(parts) / sizeof(parts[0])));
	for (size_t i = 0; i < v.n_readings; i++)
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
			part_add(t, item, &v.readings[i], parts[k], well);
}

static void
read_fits(struct as_trait *t, const struct as_tls_server *s)
{
	read_documents(t, s, false);
}
READ_EACH(fits)

static void
read_fits_well(struct as_trait *t, const struct as_tls_server *s)
{
	read_documents(t, s, true);
}
READ_EACH(fits_well)
