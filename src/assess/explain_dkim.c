/*
 * What a DKIM key record means (RFC 6376 3.6.1, RFC 8301, RFC 8463).
 */
#include "assess/explainer.h"
#include "std/dkim_key.h"

#include "base/banned.h"

/* --- meanings --- */

static struct as_str
v_meaning(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	(void)x;
	(void)k;
	(void)t;
	return AS_STR("DKIM key, version 1");
}

static struct as_str
p_meaning(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	if (t->value.n == 0)
		return AS_STR("no key: it was revoked, signatures with this "
			      "selector fail");
	if (k->bits == 0)
		return AS_STR("the public key; it cannot be read");
	if (k->alg == AS_DKIM_ED25519)
		return AS_STR("the public key: Ed25519; verifiers that know "
			      "only RSA need a second signature");
	return as_explain_text(x, "the public key: RSA of %u bits", k->bits);
}

static struct as_str
k_meaning(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	(void)x;
	(void)k;
	if (as_str_is(t->value, "rsa"))
		return AS_STR("the key is for RSA");
	if (as_str_is(t->value, "ed25519"))
		return AS_STR("the key is for Ed25519 (RFC 8463)");
	return AS_STR("a kind of key that is not known");
}

static struct as_str
h_meaning(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	(void)k;
	return as_explain_text(x,
	    "only signatures with these hashes count: " AS_STR_FMT,
	    AS_STR_ARG(as_explain_esc(x, t->value)));
}

static struct as_str
s_meaning(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	(void)x;
	(void)t;
	if (k->for_email && k->for_tlsrpt)
		return AS_STR("for every use");
	if (k->for_email)
		return AS_STR("for e-mail");
	return k->for_tlsrpt
	    ? AS_STR("for TLS reports only, not for other mail (RFC 8460)")
	    : AS_STR("for uses that are not e-mail");
}

static struct as_str
t_meaning(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	(void)x;
	(void)t;
	if (k->testing && k->strict)
		return AS_STR("test mode: a signed mail is treated as an "
			      "unsigned one; no signing for subdomains");
	if (k->testing)
		return AS_STR("test mode: a signed mail is treated as an "
			      "unsigned one");
	return k->strict
	    ? AS_STR("strict: the signing identity (i=) is this very domain, "
		     "no subdomain")
	    : AS_STR("flags that receivers ignore");
}

static struct as_str
n_meaning(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	(void)x;
	(void)k;
	(void)t;
	return AS_STR("a note for people; receivers ignore it");
}

static struct as_str
g_meaning(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	(void)x;
	(void)k;
	(void)t;
	return AS_STR("abolished: the local parts the key was for (RFC 4871)");
}

static const struct tag_row {
	const char *name;
	struct as_str (*meaning)(struct as_explainer *x,
	    const struct as_dkim_key *k, const struct as_tag *t);
} rows[] = {
    {"v", v_meaning},
    {"p", p_meaning},
    {"k", k_meaning},
    {"h", h_meaning},
    {"s", s_meaning},
    {"t", t_meaning},
    {"n", n_meaning},
    {"g", g_meaning},
};

static void
tag_explain(
    struct as_explainer *x, const struct as_dkim_key *k, const struct as_tag *t)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (as_str_is(t->name, rows[i].name)) {
			as_explain_tag(x, t, rows[i].meaning(x, k, t));
			return;
		}
	as_explain_tag(x, t, AS_STR("an unknown tag; receivers ignore it"));
	if (t->has_value && t->name.n > 0)
		as_explain_problem(x, AS_LEVEL_INFO, t->at, "RFC 6376 3.2",
		    "an unknown tag, ignored (names are lower case)");
}

/* --- what is wrong --- */

static size_t
place_of(const struct as_explainer *x, const char *name)
{
	const struct as_tag *t = as_explain_find(x, name, false);

	return t != NULL ? t->value_at : AS_WHY_NOWHERE;
}

static void
check_rsa(struct as_explainer *x, const struct as_dkim_key *k)
{
	size_t at = place_of(x, "p");

	if (k->bits < 1024)
		as_explain_unusable(x, at, "RFC 8301 3.2",
		    "RSA of %u bits: under 1024 verifiers must not accept it",
		    k->bits);
	else if (k->bits < 2048)
		as_explain_problem(x, AS_LEVEL_WARN, at, "RFC 8301 3.2",
		    "RSA of %u bits is weak; use 2048", k->bits);
	else if (k->bits > 4096)
		as_explain_problem(x, AS_LEVEL_WARN, at, "RFC 8301 3.2",
		    "RSA of %u bits: verifiers need not handle more than 4096",
		    k->bits);
	if (k->exponent == 1)
		as_explain_problem(x, AS_LEVEL_ERROR, at, "RFC 8017 3.1",
		    "the exponent is 1: anyone can make such signatures");
	if (k->weak != NULL)
		as_explain_problem(x, AS_LEVEL_ERROR, at, "RFC 8301 3.2",
		    "the key can be computed by others: %s", k->weak);
	if (k->pkcs1)
		as_explain_problem(x, AS_LEVEL_INFO, at, "RFC 6376 3.6.1",
		    "a bare RSAPublicKey: some verifiers read a "
		    "SubjectPublicKeyInfo only");
}

static void
check_hashes(struct as_explainer *x, const struct as_dkim_key *k)
{
	const struct as_tag *t = as_explain_find(x, "h", false);
	struct as_split list;
	struct as_str item;
	size_t at;

	if (t == NULL)
		return;
	if (k->sha1_only) {
		as_explain_unusable(x, t->value_at, "RFC 8301 3.1",
		    "h does not name sha256, and rsa-sha1 must no longer be "
		    "accepted: no signature counts");
		return;
	}
	list = as_split_start(t->value, ':', AS_FWS);
	while (as_split_next(&list, &item, &at))
		if (as_str_is(item, "sha1"))
			as_explain_problem(x, AS_LEVEL_INFO, t->value_at + at,
			    "RFC 8301 3.1", "sha1 must no longer be used");
}

static void
check_use(struct as_explainer *x, const struct as_dkim_key *k)
{
	if (k->testing)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "t"),
		    "RFC 6376 3.6.1",
		    "test mode: receivers treat signed mail as unsigned");
	if (!k->for_email)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "s"),
		    k->for_tlsrpt ? "RFC 8460 3" : "RFC 6376 3.6.1",
		    "signatures of ordinary mail do not count with this key");
	if (k->has_g)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "g"),
		    "RFC 6376 3.2",
		    k->g.n == 0
			? "g was abolished; to old verifiers an empty one "
			  "fits no address at all"
			: "g was abolished; old verifiers may still refuse by "
			  "it");
}

static void
check_key(struct as_explainer *x, const struct as_dkim_key *k)
{
	if (k->revoked)
		as_explain_problem(x, AS_LEVEL_INFO, place_of(x, "p"),
		    "RFC 6376 3.6.1",
		    "the key is revoked: nothing may sign with it any more");
	if (k->alg == AS_DKIM_OTHER)
		as_explain_unusable(x, place_of(x, "k"), "RFC 6376 3.6.1",
		    "a kind of key that verifiers must ignore; they know rsa "
		    "and ed25519");
	else if (k->alg == AS_DKIM_RSA && k->bits > 0)
		check_rsa(x, k);
	check_hashes(x, k);
	check_use(x, k);
	if (as_explain_find(x, "v", false) == NULL)
		as_explain_problem(x, AS_LEVEL_INFO, 0, "RFC 6376 3.6.1",
		    "v=DKIM1 is recommended as the first tag");
}

void
as_explain_dkim(struct as_explainer *x)
{
	struct as_dkim_key *k = NULL;
	struct as_why why = {0};
	enum as_err err;

	if (!as_dkim_key_is_like(x->txt)) {
		x->view->status = AS_RECORD_NOT_THIS_TYPE;
		as_explain_problem(x, AS_LEVEL_ERROR, 0, "RFC 6376 3.6.1",
		    "not a DKIM key: it has neither v=DKIM1 nor a tag p");
		return;
	}
	err = as_dkim_key_read(x->a, x->txt, &x->rd, &k, &why);
	if (!as_explain_read(x, err, &why, true))
		return;
	for (size_t i = 0; i < x->rd.n_tags; i++)
		tag_explain(x, k, &x->rd.tags[i]);
	if (k->bits > 0) {
		as_explain_number(x, "bits", k->bits);
		as_explain_part(x, AS_PART_TEXT, "sha256",
		    as_dkim_key_hash_text(x->a, k), AS_STR(""), AS_WHY_NOWHERE,
		    AS_STR(""));
	}
	check_key(x, k);
}
