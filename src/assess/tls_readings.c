/*
 * What the documents say of a server, part for part.
 */
#include "assess/rules_cert.h"
#include "assess/tls_gates.h"
#include "assess/tls_parts.h"

#include "base/banned.h"

#define MAX_CERTS 24

struct reader {
	struct as_arena *a;
	const struct as_tls_server *s;
	struct as_str table;
	int64_t now_ms;
	struct as_tls_reading *out;
	size_t room;
};

static void
object(struct reader *r, const char *kind, struct as_str what,
    struct as_tls_mark mark)
{
	struct as_tls_reading *out = r->out;

	if (mark.level != AS_TLS_PHASE_OUT && mark.level != AS_TLS_INSUFFICIENT)
		return;
	for (size_t i = 0; i < out->n_objections; i++)
		if (as_str_eq(out->objections[i].what, what))
			return;
	if (out->n_objections == r->room)
		return;
	out->objections[out->n_objections++] =
	    (struct as_tls_objection){kind, what, mark};
	out->n_insufficient += mark.level == AS_TLS_INSUFFICIENT;
}

static void
mark(struct reader *r, const char *kind, struct as_str what)
{
	object(r, kind, what,
	    as_tls_baseline_mark(r->table, kind, what, r->now_ms));
}

static enum as_err
mark_bits(struct reader *r, const char *kind, const char *words, uint32_t bits)
{
	struct as_str what;

	if (bits == 0)
		return AS_OK;
	what = as_str_printf(r->a, "%s of %u bits", words, bits);
	if (as_str_is_null(what))
		return AS_ENOMEM;
	object(r, kind, what,
	    as_tls_baseline_mark_bits(r->table, kind, bits, r->now_ms));
	return AS_OK;
}

/* --- the parts --- */

static void
versions_read(struct reader *r)
{
	for (size_t i = 0; i < r->s->n_versions; i++)
		if (r->s->versions[i].offered == AS_OFFER_YES)
			mark(r, "version",
			    as_str_from(as_tls_version_words(
				r->s->versions[i].version)));
}

/* SSLv2 has kinds, not suites; the version tells enough. */
static void
suites_read(struct reader *r)
{
	for (size_t i = 0; i < r->s->n_versions; i++) {
		const struct as_offer_version *v = &r->s->versions[i];

		for (size_t k = 0; k < v->n_suites; k++)
			if (as_str_has_prefix(v->suites[k], "TLS_"))
				mark(r, "suite", v->suites[k]);
		for (size_t k = 0; k < v->n_classes; k++)
			if (as_str_has_prefix(v->classes[k].first, "TLS_"))
				mark(r, "suite", v->classes[k].first);
	}
}

/* A prime of RFC 7919 is a group, any other one has bits only. */
static enum as_err
groups_read(struct reader *r)
{
	const struct as_tls_server *s = r->s;

	for (size_t i = 0; i < s->n_groups; i++)
		if (s->groups[i].offered == AS_OFFER_YES)
			mark(r, "group", s->groups[i].name);
	if (s->dhe != AS_OFFER_YES)
		return AS_OK;
	if (as_str_has_prefix(s->dhe_prime, "ffdhe")) {
		mark(r, "group", s->dhe_prime);
		return AS_OK;
	}
	return mark_bits(r, "dh", "DHE prime", s->dhe_bits);
}

/* Certificates have names of their own for signatures; tables those of the TLS
 * registry.  Of RSA-PSS the certificate's name does not tell the hash: it is not
 * judged. */
static struct as_str
signature_name(struct reader *r, struct as_str of)
{
	const char *rsa = "WithRSAEncryption";

	if (as_str_is_case(of, "rsassaPss"))
		return AS_STR("");
	if (as_str_has_suffix_case(of, as_str_from(rsa)))
		return as_str_printf(r->a, "rsa_pkcs1_" AS_STR_FMT,
		    AS_STR_ARG(as_str_slice(of, 0, as_str_find(of, 'W', 0))));
	return of;
}

static enum as_err
certs_read(struct reader *r)
{
	const struct as_cert *all[MAX_CERTS];
	size_t n = as_tls_certs(r->s, all, MAX_CERTS);

	for (size_t i = 0; i < n; i++) {
		const struct as_cert *c = all[i];
		struct as_str how = signature_name(r, c->signature);

		if (as_str_has_prefix(c->key_type, "RSA"))
			AS_TRY(mark_bits(r, "rsa", "RSA key", c->key_bits));
		else if (as_str_is(c->key_type, "EC"))
			AS_TRY(mark_bits(r, "ec", "EC key", c->key_bits));
		if (as_str_is_null(how) && c->signature.n > 0)
			return AS_ENOMEM;
		if (how.n > 0 && !as_cert_is_self_issued(c))
			mark(r, "signature", how);
	}
	for (size_t i = 0; i < r->s->n_chains; i++)
		if (r->s->chains[i].signature.n > 0)
			mark(r, "signature", r->s->chains[i].signature);
	return AS_OK;
}

static void
features_read(struct reader *r)
{
	static const struct {
		const char *name, *without;
	} all[] = {
	    {"extended-master-secret", "no-extended-master-secret"},
	    {"secure-renegotiation", "no-secure-renegotiation"},
	    {"compression", NULL},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		enum as_offer got = as_tls_feature_offer(r->s, all[i].name);

		if (got == AS_OFFER_YES)
			mark(r, "feature", as_str_from(all[i].name));
		else if (got == AS_OFFER_NO && all[i].without != NULL)
			mark(r, "feature", as_str_from(all[i].without));
	}
}

/* --- what comes of it --- */

static size_t
room_for(const struct as_tls_server *s)
{
	size_t n = s->n_versions + s->n_groups + s->n_chains + 4 +
	    2 * (size_t)MAX_CERTS;

	for (size_t i = 0; i < s->n_versions; i++)
		n += s->versions[i].n_suites + s->versions[i].n_classes;
	return n;
}

/* Insufficient ones first, each kind in its order. */
static void
sort(struct as_tls_reading *out, struct as_tls_objection *spare)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n_objections; i++)
		if (out->objections[i].mark.level == AS_TLS_INSUFFICIENT)
			spare[n++] = out->objections[i];
	for (size_t i = 0; i < out->n_objections; i++)
		if (out->objections[i].mark.level != AS_TLS_INSUFFICIENT)
			spare[n++] = out->objections[i];
	out->objections = spare;
}

/* Versions that the document refuses, and that could not be told. */
static void
untold_find(const struct reader *r, struct as_buf *b)
{
	for (size_t i = 0; i < r->s->n_versions; i++) {
		const struct as_offer_version *v = &r->s->versions[i];
		struct as_str words =
		    as_str_from(as_tls_version_words(v->version));
		struct as_tls_mark m =
		    as_tls_baseline_mark(r->table, "version", words, r->now_ms);

		if (m.level == AS_TLS_INSUFFICIENT &&
		    (v->offered == AS_OFFER_UNKNOWN ||
			v->offered == AS_OFFER_NOT_ASKED))
			as_tls_seen_add(b, words);
	}
}

static bool
is_complete(const struct as_tls_server *s)
{
	for (size_t i = 0; i < s->n_versions; i++)
		if (s->versions[i].offered == AS_OFFER_YES &&
		    !s->versions[i].complete)
			return false;
	return s->groups_complete;
}

static enum as_err
meets_find(struct reader *r)
{
	struct as_tls_reading *out = r->out;
	struct as_buf b;

	out->complete = is_complete(r->s);
	out->untold = AS_STR("");
	if (out->n_insufficient > 0) {
		out->meets = AS_TLS_NOT_MET;
		return AS_OK;
	}
	as_buf_init(&b, AS_TLS_SEEN_OCTETS);
	if (as_tls_newest(r->s) == NULL)
		as_buf_puts(&b, "what it offers");
	else
		untold_find(r, &b);
	out->meets = b.n > 0 ? AS_TLS_UNTOLD : AS_TLS_MET;
	if (b.n > 0)
		out->untold = as_str_dup(r->a, as_buf_str(&b));
	as_buf_fini(&b);
	return as_str_is_null(out->untold) ? AS_ENOMEM : AS_OK;
}

static enum as_err
reading_make(struct as_arena *a, const struct as_tls_judge_ask *ask,
    const struct as_tls_document *d, const struct as_tls_server *s,
    struct as_tls_reading *out)
{
	size_t room = room_for(s);
	struct as_tls_objection *spare =
	    as_arena_array(a, room, sizeof(*spare));
	struct reader r = {a, s, d->table, ask->now_ms, out, room};

	*out = (struct as_tls_reading){.id = d->id,
	    .title = as_tls_baseline_about(d->table, "title"),
	    .publisher = as_tls_baseline_about(d->table, "publisher"),
	    .edition = as_tls_baseline_about(d->table, "edition"),
	    .source = as_tls_baseline_about(d->table, "source"),
	    .objections = as_arena_array(a, room, sizeof(*spare))};
	if (spare == NULL || out->objections == NULL)
		return AS_ENOMEM;
	versions_read(&r);
	suites_read(&r);
	AS_TRY(groups_read(&r));
	AS_TRY(certs_read(&r));
	features_read(&r);
	sort(out, spare);
	return meets_find(&r);
}

enum as_err
as_tls_readings_make(struct as_arena *a, const struct as_tls_judge_ask *ask,
    struct as_tls_verdict *v)
{
	v->readings = as_arena_array(a, ask->n_documents, sizeof(*v->readings));
	if (v->readings == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < ask->n_documents; i++) {
		AS_TRY(reading_make(
		    a, ask, &ask->documents[i], v->server, &v->readings[i]));
		v->n_readings++;
	}
	return AS_OK;
}
