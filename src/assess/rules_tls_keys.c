/*
 * Key exchange and extensions, of all the TLS that a mail server accepts.
 */
#include "assess/rules_tls_matrix.h"

#include "base/banned.h"

/* --- finite-field Diffie-Hellman (TLS-4) --- */

static enum as_verdict prime_verdict(struct as_str class)
{
	if (as_str_is(class, "weak") || as_str_is(class, "subgroup"))
		return AS_VERDICT_WARN;
	return as_str_is(class, "shared") ? AS_VERDICT_INFO : AS_VERDICT_PASS;
}

static const char *prime_words(struct as_str class)
{
	if (as_str_is(class, "subgroup"))
		return "not a safe prime";
	if (as_str_is(class, "weak"))
		return "shared by many, and too short";
	return "it came with a program and is shared by many";
}

static void
prime_judge(const struct as_matrix *x, struct as_matrix_found *f)
{
	const struct as_tls_server *s = x->s;
	struct as_tls_mark mark = as_tls_baseline_mark_bits(
	    as_matrix_table(x), "dh", s->dhe_bits, x->c->options->now_ms);
	enum as_verdict known = prime_verdict(s->dhe_class);
	char bits[32];

	(void)snprintf(bits, sizeof(bits), "%u bits", s->dhe_bits);
	if (mark.level == AS_TLS_INSUFFICIENT)
		as_matrix_fault(
		    f, AS_VERDICT_WARN, NULL, as_str_from(bits), mark.note);
	else if (mark.level == AS_TLS_PHASE_OUT)
		as_matrix_fault(
		    f, AS_VERDICT_INFO, NULL, as_str_from(bits), mark.note);
	if (known != AS_VERDICT_PASS)
		as_matrix_fault(f, known, NULL, s->dhe_prime,
		    as_str_from(prime_words(s->dhe_class)));
}

static void
ask_dh_prime(const struct as_matrix *x, struct as_matrix_found *f)
{
	enum as_tri got = as_matrix_told(x, x->s->dhe);

	if (as_matrix_has_old(x) == AS_NO)
		return;
	f->open = got == AS_UNSURE || (got == AS_YES && x->s->dhe_bits == 0);
	if (got == AS_YES && x->s->dhe_bits > 0)
		prime_judge(x, f);
}

AS_MATRIX_RULE(dh_prime, "uses a Diffie-Hellman prime that is not good enough",
    "Every Diffie-Hellman prime in use is long enough.")

/* --- groups --- */

static bool is_weak_class(struct as_str class)
{
	return as_str_is(class, "legacy") || as_str_is(class, "weak") ||
	    as_str_is(class, "obsolete") || as_str_is(class, "forbidden");
}

static void
group_mark(const struct as_matrix *x, struct as_matrix_found *f,
    const struct as_offer_group *g, enum as_verdict most)
{
	struct as_matrix_part part = {
	    .kind = "group", .what = g->name, .most = most};

	as_matrix_mark(x, f, &part);
}

static void
ask_weak_group(const struct as_matrix *x, struct as_matrix_found *f)
{
	bool asked = false;

	for (size_t i = 0; i < x->s->n_groups; i++) {
		const struct as_offer_group *g = &x->s->groups[i];

		if (!is_weak_class(g->class))
			continue;
		asked = true;
		f->open = f->open || g->offered == AS_OFFER_UNKNOWN;
		if (g->offered == AS_OFFER_YES)
			group_mark(x, f, g, AS_VERDICT_WARN);
	}
	if (!asked && as_matrix_has_old(x) != AS_NO)
		f->open = as_matrix_told(x, AS_OFFER_NOT_ASKED) == AS_UNSURE;
}

AS_MATRIX_RULE(weak_group, "accepts weak or obsolete curves",
    "No mail server accepts a weak curve.")

/* Is a group of the class accepted? */
static enum as_tri
group_told(const struct as_matrix *x, const char *class)
{
	enum as_tri any = AS_NO;
	bool asked = false;

	for (size_t i = 0; i < x->s->n_groups; i++) {
		const struct as_offer_group *g = &x->s->groups[i];

		if (!as_str_is(g->class, class))
			continue;
		asked = true;
		if (g->offered == AS_OFFER_YES)
			return AS_YES;
		if (g->offered != AS_OFFER_NO)
			any = AS_UNSURE;
	}
	return asked ? any : as_matrix_told(x, AS_OFFER_NOT_ASKED);
}

/* TLS-9 */
static void
ask_post_quantum(const struct as_matrix *x, struct as_matrix_found *f)
{
	enum as_tri new =
	    as_matrix_told(x, as_tls_version_offer(x->s, "TLSv1.3"));
	enum as_tri got = group_told(x, "pq-hybrid");

	f->open = new == AS_UNSURE || (new == AS_YES &&got == AS_UNSURE);
	if (new == AS_NO)
		as_matrix_fault(f, AS_VERDICT_INFO, NULL,
		    AS_STR("it has no TLS 1.3, which that needs"), AS_STR(""));
	else if (new == AS_YES && got == AS_NO)
		as_matrix_fault(f, AS_VERDICT_INFO, NULL,
		    AS_STR("none of X25519MLKEM768, SecP256r1MLKEM768 and "
			   "SecP384r1MLKEM1024 is accepted"),
		    AS_STR(""));
}

AS_MATRIX_RULE(post_quantum, "has no post-quantum key exchange",
    "Every mail server has a post-quantum key exchange.")

static void
ask_kyber(const struct as_matrix *x, struct as_matrix_found *f)
{
	f->open =
	    as_matrix_told(x, as_tls_version_offer(x->s, "TLSv1.3")) != AS_NO &&
	    group_told(x, "pq-obsolete") == AS_UNSURE;
	for (size_t i = 0; i < x->s->n_groups; i++) {
		const struct as_offer_group *g = &x->s->groups[i];

		if (as_str_is(g->class, "pq-obsolete") &&
		    g->offered == AS_OFFER_YES)
			group_mark(x, f, g, AS_VERDICT_INFO);
	}
}

AS_MATRIX_RULE(kyber, "accepts Kyber, a draft of post-quantum key exchange",
    "No mail server accepts drafts of post-quantum key exchange.")

/* --- extensions and signatures --- */

/* Of one that there is up to TLS 1.2 alone. */
static enum as_tri
feature_told(const struct as_matrix *x, const char *name)
{
	enum as_offer offer = as_tls_feature_offer(x->s, name);

	if (offer == AS_OFFER_NOT_ASKED && as_matrix_has_old(x) == AS_NO)
		return AS_NO;
	return as_matrix_told(x, offer);
}

/* A feature that is missing, where the server could have it. */
static void
ask_missing(const struct as_matrix *x, struct as_matrix_found *f,
    const char *name, const struct as_matrix_part *without)
{
	f->open = feature_told(x, name) == AS_UNSURE;
	if (as_tls_feature_offer(x->s, name) == AS_OFFER_NO)
		as_matrix_mark(x, f, without);
}

/* One that is there. */
static void
ask_present(const struct as_matrix *x, struct as_matrix_found *f,
    const char *name, const struct as_matrix_part *part)
{
	enum as_tri got = feature_told(x, name);

	f->open = got == AS_UNSURE;
	if (got == AS_YES)
		as_matrix_mark(x, f, part);
}

/* TLS-5 */
static void
ask_renegotiation(const struct as_matrix *x, struct as_matrix_found *f)
{
	static const struct as_matrix_part part = {.kind = "feature",
	    .what = {"no-secure-renegotiation", 23},
	    .shown = "no renegotiation_info in its answer",
	    .most = AS_VERDICT_WARN};

	ask_missing(x, f, "secure-renegotiation", &part);
}

AS_MATRIX_RULE(renegotiation, "lacks secure renegotiation",
    "Every mail server renegotiates securely.")

static void
ask_extended_master_secret(const struct as_matrix *x, struct as_matrix_found *f)
{
	static const struct as_matrix_part part = {.kind = "feature",
	    .what = {"no-extended-master-secret", 25},
	    .shown = "no extended_master_secret in its answer",
	    .most = AS_VERDICT_WARN};

	ask_missing(x, f, "extended-master-secret", &part);
}

AS_MATRIX_RULE(extended_master_secret, "lacks the extended master secret",
    "Every mail server has the extended master secret.")

static void
ask_compression(const struct as_matrix *x, struct as_matrix_found *f)
{
	static const struct as_matrix_part part = {.kind = "feature",
	    .what = {"compression", 11},
	    .shown = "DEFLATE was chosen",
	    .most = AS_VERDICT_WARN};

	ask_present(x, f, "compression", &part);
}

AS_MATRIX_RULE(compression, "compresses before it encrypts",
    "No mail server compresses before it encrypts.")

/* No sender of today asks for it: a note. */
static void
ask_sha1_signature(const struct as_matrix *x, struct as_matrix_found *f)
{
	static const struct as_matrix_part part = {.kind = "signature",
	    .what = {"rsa_pkcs1_sha1", 14},
	    .shown = "a hello with SHA-1 alone was answered",
	    .most = AS_VERDICT_INFO};

	ask_present(x, f, "sha1-signature", &part);
}

AS_MATRIX_RULE(sha1_signature, "signs its key exchange with SHA-1 on demand",
    "No mail server signs its key exchange with SHA-1.")

static void
ask_big_hello(const struct as_matrix *x, struct as_matrix_found *f)
{
	enum as_offer offer = as_tls_feature_offer(x->s, "big-hello");

	if (offer == AS_OFFER_NO)
		as_matrix_fault(f, AS_VERDICT_WARN, NULL,
		    AS_STR("a hello of 1800 octets gets no answer, the same "
			   "one without padding does"),
		    AS_STR(""));
	else
		f->open = as_matrix_told(x, offer) == AS_UNSURE &&
		    as_tls_newest(x->s) != NULL;
}

AS_MATRIX_RULE(big_hello, "does not answer a hello over one packet",
    "Every mail server answers a hello over one packet.")
