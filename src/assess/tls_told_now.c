/*
 * What a failure means, and whether the prober sees it now.
 */
#include "assess/tls_told_private.h"

#include "base/banned.h"

static const struct result {
	const char *name, *means, *rules, *step;
} results[] = {
#define RESULT(name, means, rules, step) {name, means, rules, step},
#include "assess/tls_told.tbl"
#undef RESULT
};
#define RESULTS (sizeof(results) / sizeof(results[0]))

static const struct result *
result_find(struct as_str name)
{
	for (size_t i = 0; i < RESULTS; i++)
		if (as_str_is(name, results[i].name))
			return &results[i];
	return NULL;
}

/* Is the rule in a list of words? */
static bool
is_listed(const char *list, struct as_str rule)
{
	struct as_str words = as_str_from(list);

	for (size_t at = 0; at < words.n;) {
		size_t end = as_str_find(words, ' ', at);

		if (as_str_eq(as_str_slice(words, at, end), rule))
			return true;
		at = end + 1;
	}
	return false;
}

static const struct as_mx *
mx_find(const struct as_case *c, struct as_str host)
{
	for (size_t i = 0; i < c->n_mx; i++)
		if (as_str_eq_case(c->mx[i].host, host))
			return &c->mx[i];
	return NULL;
}

/* Of this mail server, or of no mail server: "host:NAME" and "host:NAME@ADDR"
 * are the subjects of mail servers. */
static bool
is_about(const struct as_finding *f, const struct as_mx *mx)
{
	struct as_str s = f->subject;

	if (!as_str_has_prefix(s, "host:") || mx == NULL)
		return true;
	return s.n >= mx->subject.n &&
	    as_str_eq(as_str_slice(s, 0, mx->subject.n), mx->subject) &&
	    (s.n == mx->subject.n || s.p[mx->subject.n] == '@');
}

/* The worst that the rules of this result say now. */
static void
findings_join(const struct as_assessment *seen, const struct result *r,
    const struct as_mx *mx, struct as_tls_fault *f)
{
	bool unknown = false, passed = false;

	for (size_t i = 0; i < seen->n_findings; i++) {
		const struct as_finding *x = &seen->findings[i];

		if (!is_listed(r->rules, x->rule) || !is_about(x, mx))
			continue;
		unknown =
		    unknown || x->verdict == AS_VERDICT_UNKNOWN || x->untested;
		passed = passed || x->verdict == AS_VERDICT_PASS;
		if (x->verdict >= AS_VERDICT_WARN &&
		    x->verdict <= AS_VERDICT_FAIL &&
		    (f->finding == NULL || x->verdict > f->finding->verdict))
			f->finding = x;
	}
	f->now = f->finding != NULL ? AS_TLS_NOW_SAME
	    : unknown               ? AS_TLS_NOW_UNKNOWN
	    : passed                ? AS_TLS_NOW_GONE
				    : AS_TLS_NOW_NOTHING;
}

static void
now_find(const struct as_case *c, const struct as_assessment *seen,
    const struct result *r, struct as_tls_fault *f)
{
	const struct as_mx *mx = mx_find(c, f->mx);

	if (c->mail == AS_MAIL_UNKNOWN) {
		f->now = AS_TLS_NOW_UNKNOWN;
		return;
	}
	/* Failures of the policy file name no server, or any. */
	if (f->mx.n > 0 && mx == NULL &&
	    !as_str_has_prefix(f->result, "sts-policy") &&
	    !as_str_has_prefix(f->result, "sts-webpki")) {
		f->now = AS_TLS_NOW_NO_MX;
		return;
	}
	findings_join(seen, r, mx, f);
}

static struct as_str
next_of(
    struct as_arena *a, const struct result *r, const struct as_tls_fault *f)
{
	switch (f->now) {
	case AS_TLS_NOW_SAME:
		return f->finding->advice.n > 0 ? f->finding->advice
						: as_str_from(r->step);
	case AS_TLS_NOW_NO_MX:
		return AS_STR(
		    "the server is in no MX record of the domain now: "
		    "nothing to do, unless the MTA-STS policy or a "
		    "sender's cache still names it");
	case AS_TLS_NOW_NOTHING:
		return AS_STR("what the senders spoke of is not there now: see "
			      "whether it was taken away on purpose");
	case AS_TLS_NOW_UNKNOWN:
		return as_str_printf(
		    a, "look again later; meanwhile: %s", r->step);
	case AS_TLS_NOW_GONE:
	case AS_TLS_NOW_NOT_ASKED: break;
	}
	return as_str_from(r->step);
}

enum as_err
as_tls_fault_judge(struct as_arena *a, const struct as_case *c,
    const struct as_assessment *seen, struct as_tls_fault *f)
{
	const struct result *r = result_find(f->result);

	f->known = r != NULL;
	if (r == NULL) {
		f->means = AS_STR("RFC 8460 does not know this result");
		f->next = AS_STR("ask the reporter what it means");
		return AS_OK;
	}
	f->means = as_str_from(r->means);
	if (c != NULL && seen != NULL)
		now_find(c, seen, r, f);
	f->next = next_of(a, r, f);
	return as_str_is_null(f->next) ? AS_ENOMEM : AS_OK;
}
