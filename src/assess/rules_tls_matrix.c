/*
 * Versions, suites and their order, of all that a mail server accepts.
 */
#include "assess/rules_tls_matrix.h"

#include <string.h>

#include "assess/cause.h"

#include "base/banned.h"

/* --- what a question finds --- */

void
as_matrix_fault(struct as_matrix_found *f, enum as_verdict verdict,
    const char *where, struct as_str what, struct as_str note)
{
	if (verdict > f->verdict)
		f->verdict = verdict;
	as_tls_seen_add(&f->seen, where != NULL ? as_str_from(where) : what);
	if (where != NULL) {
		as_buf_puts(&f->seen, ": ");
		as_tls_seen_put(&f->seen, what);
	}
	if (note.n > 0)
		as_buf_printf(&f->seen, " (" AS_STR_FMT ")", AS_STR_ARG(note));
}

struct as_str
as_matrix_table(const struct as_matrix *x)
{
	const struct as_assess_options *options = x->c->options;

	for (size_t i = 0; i < options->n_tls_documents; i++)
		if (strcmp(options->tls_documents[i].id, "rfc9325") == 0)
			return options->tls_documents[i].table;
	return AS_STR("");
}

static enum as_verdict
verdict_of(enum as_tls_level level)
{
	switch (level) {
	case AS_TLS_INSUFFICIENT: return AS_VERDICT_WARN;
	case AS_TLS_PHASE_OUT: return AS_VERDICT_INFO;
	default: return AS_VERDICT_PASS;
	}
}

void
as_matrix_mark(const struct as_matrix *x, struct as_matrix_found *f,
    const struct as_matrix_part *part)
{
	struct as_tls_mark mark = as_tls_baseline_mark(
	    as_matrix_table(x), part->kind, part->what, x->c->options->now_ms);
	enum as_verdict verdict = verdict_of(mark.level);
	struct as_str shown =
	    part->shown != NULL ? as_str_from(part->shown) : part->what;

	if (verdict != AS_VERDICT_PASS)
		as_matrix_fault(f, verdict < part->most ? verdict : part->most,
		    part->where, shown, mark.note);
}

enum as_tri
as_matrix_told(const struct as_matrix *x, enum as_offer offer)
{
	switch (offer) {
	case AS_OFFER_YES: return AS_YES;
	case AS_OFFER_NO: return AS_NO;
	case AS_OFFER_UNKNOWN: return AS_UNSURE;
	case AS_OFFER_NOT_ASKED: break;
	}
	return x->s->stopped.n > 0 || x->s->n_left_out > 0 ? AS_UNSURE : AS_NO;
}

static enum as_tri
version_told(const struct as_matrix *x, const char *version)
{
	return as_matrix_told(x, as_tls_version_offer(x->s, version));
}

enum as_tri
as_matrix_has_old(const struct as_matrix *x)
{
	static const char *const old[] = {"TLSv1.2", "TLSv1.1", "TLSv1"};
	enum as_tri any = AS_NO;

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
		enum as_tri got = version_told(x, old[i]);

		if (got == AS_YES)
			return AS_YES;
		if (got == AS_UNSURE)
			any = AS_UNSURE;
	}
	return any;
}

/* --- a host --- */

static struct as_str
open_cause(struct as_say *o, const struct as_tls_server *s)
{
	if (s->stopped.n > 0)
		return as_say_text(o,
		    "the search for its TLS ended early: " AS_STR_FMT,
		    AS_STR_ARG(as_say_esc(o, s->stopped)));
	if (s->n_left_out > 0)
		return as_say_text(o,
		    "more connections would be needed than are made: left out "
		    "were " AS_STR_FMT,
		    AS_STR_ARG(
			as_list_of(o, ", ", s->left_out, s->n_left_out)));
	return AS_STR("its answers do not tell");
}

/* No matrix: what the visit came to. */
static enum as_judged
judge_without(struct as_say *o, const struct as_host_facts *h)
{
	enum as_judged got = as_visit_encrypted(o, h);

	if (got != AS_JUDGED_PASS)
		return got;
	as_say_unknown(o, AS_STR("it was not asked for all of its TLS"));
	return AS_JUDGED_SAID;
}

static enum as_judged
conclude(struct as_say *o, const struct as_host_facts *h,
    const struct as_matrix_found *f, const char *fault)
{
	struct as_finding *said;

	if (f->verdict != AS_VERDICT_PASS) {
		said = as_say(o, f->verdict, AS_STR_FMT " %s.",
		    AS_STR_ARG(as_say_esc(o, h->name)), fault);
		as_say_evidence(
		    o, said, AS_STR_FMT, AS_STR_ARG(as_buf_str(&f->seen)));
		return AS_JUDGED_SAID;
	}
	if (!f->open)
		return AS_JUDGED_PASS;
	as_say_unknown(o, open_cause(o, h->matrix));
	return AS_JUDGED_SAID;
}

enum as_judged
as_matrix_judge(struct as_say *o, const struct as_host_facts *h,
    as_matrix_ask *ask, const char *fault)
{
	struct as_matrix x = {o->c, h->matrix};
	struct as_matrix_found f = {.verdict = AS_VERDICT_PASS};
	enum as_judged got;

	if (h->matrix == NULL)
		return judge_without(o, h);
	if (h->matrix->outcome != AS_SUBJECT_DONE) {
		as_say_unknown(o,
		    as_say_text(o,
			"the search for its TLS did not end: " AS_STR_FMT,
			AS_STR_ARG(as_say_esc(o, h->matrix->detail))));
		return AS_JUDGED_SAID;
	}
	as_buf_init(&f.seen, AS_SHOWN_OCTETS);
	ask(&x, &f);
	got = conclude(o, h, &f, fault);
	as_buf_fini(&f.seen);
	return got;
}

static bool
has_matrix(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_mx; i++)
		for (size_t k = 0; k < c->mx[i].n_visits; k++)
			if (c->mx[i].visits[k]->matrix != NULL)
				return true;
	return false;
}

void
as_matrix_check(const struct as_case *c, struct as_say *o,
    as_judge_visit *judge, const char *pass)
{
	static const char none[] = "no mail server was asked for all of its "
				   "TLS";

	if (has_matrix(c))
		as_each_visit(c, o, judge, pass, none);
	else if (as_need_visits(c, o))
		as_say_na(o, none);
}

/* --- versions --- */

static void
version_mark(
    const struct as_matrix *x, struct as_matrix_found *f, const char *version)
{
	struct as_matrix_part part = {.kind = "version",
	    .what = as_str_from(as_tls_version_words(as_str_from(version))),
	    .most = AS_VERDICT_WARN};

	as_matrix_mark(x, f, &part);
}

/* TLS-2 */
static void
ask_ssl(const struct as_matrix *x, struct as_matrix_found *f)
{
	static const char *const ssl[] = {"SSLv2", "SSLv3"};

	for (size_t i = 0; i < 2; i++) {
		enum as_tri got = version_told(x, ssl[i]);

		f->open = f->open || got == AS_UNSURE;
		if (got != AS_YES)
			continue;
		version_mark(x, f, ssl[i]);
		/* Newer versions with the same key fall with it. */
		if (i == 0 && f->verdict == AS_VERDICT_WARN)
			f->verdict = AS_VERDICT_FAIL;
	}
}

AS_MATRIX_RULE(ssl, "accepts SSL, which is broken",
    "No mail server accepts SSL 2.0 or 3.0.")

/* Where nothing newer is there, tls.version tells. */
static bool
has_new(const struct as_matrix *x)
{
	return version_told(x, "TLSv1.2") != AS_NO ||
	    version_told(x, "TLSv1.3") != AS_NO;
}

static void
ask_old_version(const struct as_matrix *x, struct as_matrix_found *f)
{
	static const char *const old[] = {"TLSv1", "TLSv1.1"};

	for (size_t i = 0; i < 2 && has_new(x); i++) {
		enum as_tri got = version_told(x, old[i]);

		f->open = f->open || got == AS_UNSURE;
		if (got == AS_YES)
			version_mark(x, f, old[i]);
	}
}

AS_MATRIX_RULE(old_version, "still accepts outdated versions of TLS",
    "No mail server accepts TLS 1.0 or 1.1 beside newer ones.")

static void
ask_version_gap(const struct as_matrix *x, struct as_matrix_found *f)
{
	enum as_tri got = version_told(x, "TLSv1.2");

	if (version_told(x, "TLSv1.3") != AS_YES)
		return;
	if (got == AS_NO)
		as_matrix_fault(f, AS_VERDICT_WARN, NULL,
		    AS_STR("TLS 1.3 is accepted, TLS 1.2 is not"), AS_STR(""));
	f->open = got == AS_UNSURE;
}

AS_MATRIX_RULE(version_gap, "accepts TLS 1.3 alone",
    "Every mail server with TLS 1.3 accepts TLS 1.2, too.")

/* --- suites --- */

/* One that is not named in a version has none for it, or was told of above. */
static enum as_tri
class_told(const struct as_matrix *x, const struct as_offer_version *v,
    const char *class, struct as_str *first)
{
	for (size_t i = 0; i < v->n_classes; i++)
		if (as_str_is(v->classes[i].class, class)) {
			*first = v->classes[i].first;
			return as_matrix_told(x, v->classes[i].offered);
		}
	return v->complete ? AS_NO : as_matrix_told(x, AS_OFFER_NOT_ASKED);
}

/* TLS-3 */
static void
ask_class(const struct as_matrix *x, struct as_matrix_found *f,
    const char *class, enum as_verdict most)
{
	struct as_matrix_part part = {.kind = "suite", .most = most};

	for (size_t i = 0; i < x->s->n_versions; i++) {
		const struct as_offer_version *v = &x->s->versions[i];
		enum as_tri got = as_matrix_told(x, v->offered);
		struct as_str first = AS_STR("");

		/* TLS 1.3 has none of them; SSL 2.0 has none that are told. */
		if (as_str_is(v->version, "TLSv1.3") ||
		    as_str_is(v->version, "SSLv2") || got == AS_NO)
			continue;
		if (got == AS_YES)
			got = class_told(x, v, class, &first);
		f->open = f->open || got == AS_UNSURE;
		part.where = as_tls_version_words(v->version);
		part.what = first;
		if (got == AS_YES)
			as_matrix_mark(x, f, &part);
	}
}

static void
ask_forbidden_suites(const struct as_matrix *x, struct as_matrix_found *f)
{
	ask_class(x, f, "forbidden", AS_VERDICT_WARN);
}

AS_MATRIX_RULE(forbidden_suites, "accepts encryption that does not protect",
    "No mail server accepts NULL, EXPORT, RC4 or DES.")

static void
ask_weak_suites(const struct as_matrix *x, struct as_matrix_found *f)
{
	ask_class(x, f, "weak", AS_VERDICT_WARN);
}

AS_MATRIX_RULE(weak_suites, "accepts weak encryption",
    "No mail server accepts 3DES or its like.")

/* Senders that check take none of them, those that do not lose nothing. */
static void
ask_anonymous(const struct as_matrix *x, struct as_matrix_found *f)
{
	ask_class(x, f, "anonymous", AS_VERDICT_INFO);
}

AS_MATRIX_RULE(anonymous, "accepts encryption without a certificate",
    "No mail server accepts encryption without a certificate.")

static void
ask_static_rsa(const struct as_matrix *x, struct as_matrix_found *f)
{
	ask_class(x, f, "legacy-no-fs", AS_VERDICT_WARN);
}

AS_MATRIX_RULE(static_rsa, "accepts encryption without forward secrecy",
    "No mail server accepts encryption without forward secrecy.")

static void
ask_cbc(const struct as_matrix *x, struct as_matrix_found *f)
{
	ask_class(x, f, "legacy-cbc", AS_VERDICT_WARN);
}

AS_MATRIX_RULE(
    cbc, "accepts suites in CBC mode", "No mail server accepts CBC mode.")

/* --- the order --- */

/* The first lesser class that is accepted; empty: none. */
static struct as_str
lesser_suite(const struct as_offer_version *v)
{
	for (size_t i = 0; i < v->n_classes; i++)
		if (v->classes[i].offered == AS_OFFER_YES &&
		    !as_str_is(v->classes[i].class, "recommended") &&
		    !as_str_is(v->classes[i].class, "ok"))
			return v->classes[i].first;
	return AS_STR("");
}

/* TLS-7: among good suites alone the order does not matter. */
static void
ask_server_order(const struct as_matrix *x, struct as_matrix_found *f)
{
	for (size_t i = 0; i < x->s->n_versions; i++) {
		const struct as_offer_version *v = &x->s->versions[i];
		struct as_str lesser = lesser_suite(v);

		if (v->offered != AS_OFFER_YES || lesser.n == 0)
			continue;
		if (v->order == AS_OFFER_ORDER_CLIENT)
			as_matrix_fault(f, AS_VERDICT_INFO,
			    as_tls_version_words(v->version), lesser,
			    AS_STR("to who asks for it first"));
		else if (v->order == AS_OFFER_ORDER_UNKNOWN &&
		    x->s->stopped.n > 0)
			f->open = true;
	}
}

AS_MATRIX_RULE(server_order, "lets the sender choose lesser encryption",
    "Every mail server prefers its best encryption.")
