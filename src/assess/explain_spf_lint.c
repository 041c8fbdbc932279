#include "assess/explain_spf.h"

#include "base/limits.h"

#include "base/banned.h"

#define LOOKUPS_MOST  10  /* RFC 7208 4.6.4 */
#define RECORD_OCTETS 450 /* RFC 7208 3.4: name and text, to fit one packet */

bool
as_explain_spf_counts(const struct as_spf *spf, const struct as_spf_term *t)
{
	if (t->faulty || !as_spf_is_lookup(t))
		return false;
	if (t->kind == AS_SPF_REDIRECT)
		return spf->all == NULL;
	return spf->all == NULL || t->at < spf->all->at;
}

/* --- the end --- */

static void
check_end(struct as_explainer *x, const struct as_spf *spf)
{
	const struct as_spf_term *all = spf->all;

	if (all == NULL && spf->redirect == NULL) {
		as_explain_problem(x, AS_LEVEL_WARN, x->txt.n, "RFC 7208 4.7",
		    "no all and no redirect: nothing is said of servers that "
		    "are not named (neutral); end with -all or ~all");
		return;
	}
	if (all == NULL)
		return;
	if (all->qualifier == '+')
		as_explain_problem(x, AS_LEVEL_ERROR, all->at, "RFC 7208 5.1",
		    "anyone may send as this domain; end with -all or ~all");
	if (all->qualifier == '?')
		as_explain_problem(x, AS_LEVEL_WARN, all->at, "RFC 7208 5.1",
		    "?all says nothing of servers that are not named; end "
		    "with -all or ~all");
}

/* Does receiving end at `all` before this term? */
static bool
is_behind(const struct as_spf *spf, const struct as_spf_term *t)
{
	return spf->all != NULL && t->at > spf->all->at;
}

static void
check_behind(struct as_explainer *x, const struct as_spf *spf,
    const struct as_spf_term *t)
{
	switch (t->kind) {
	case AS_SPF_EXP:
	case AS_SPF_UNKNOWN_MODIFIER: return;
	case AS_SPF_REDIRECT:
		if (spf->all != NULL)
			as_explain_problem(x, AS_LEVEL_WARN, t->at,
			    "RFC 7208 6.1",
			    "redirect is ignored, as there is an all");
		return;
	default: break;
	}
	if (is_behind(spf, t))
		as_explain_problem(x, AS_LEVEL_WARN, t->at, "RFC 7208 5.1",
		    "behind all nothing is looked at: this term has no "
		    "effect");
}

/* --- one term --- */

static void
check_modifier(struct as_explainer *x, const struct as_spf_term *t)
{
	static const char *const mechanisms[] = {
	    "all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"};
	static const char *const reports[] = {"ra", "rp", "rr"};

	if (t->kind != AS_SPF_UNKNOWN_MODIFIER)
		return;
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
		if (as_str_is_case(t->name, mechanisms[i])) {
			as_explain_problem(x, AS_LEVEL_ERROR, t->at + t->name.n,
			    "RFC 7208 6",
			    "\"%s=\" is ignored as an unknown modifier; write "
			    "\"%s%s\"",
			    mechanisms[i], mechanisms[i], i == 0 ? "" : ":");
			return;
		}
	for (size_t i = 0; i < sizeof(reports) / sizeof(*reports); i++)
		if (as_str_is_case(t->name, reports[i]))
			return; /* RFC 6652 3 */
	as_explain_problem(x, AS_LEVEL_INFO, t->at, "RFC 7208 6",
	    "an unknown modifier, ignored");
}

/* Does the spec hold the macro p? */
static size_t
macro_p_find(struct as_str spec)
{
	for (size_t i = 0; i + 2 < spec.n; i++)
		if (spec.p[i] == '%' && spec.p[i + 1] == '{' &&
		    (spec.p[i + 2] | 0x20) == 'p')
			return i;
	return spec.n;
}

static void
check_ptr(struct as_explainer *x, const struct as_spf_term *t)
{
	size_t macro = macro_p_find(t->spec);

	if (t->kind == AS_SPF_PTR)
		as_explain_problem(x, AS_LEVEL_WARN, t->at, "RFC 7208 5.5",
		    "ptr is slow and unreliable, and should not be "
		    "published; name the addresses");
	if (macro < t->spec.n)
		as_explain_problem(x, AS_LEVEL_WARN,
		    (size_t)(t->spec.p - t->text.p) + t->at + macro,
		    "RFC 7208 7.2",
		    "the macro p is slow and unreliable, and should not be "
		    "used");
}

static void
check_name(struct as_explainer *x, const struct as_spf_term *t)
{
	struct as_str name;

	if (t->spec.n == 0 || t->has_macro ||
	    t->kind == AS_SPF_UNKNOWN_MODIFIER)
		return;
	name = as_spf_target(x->a, t, AS_STR("."));
	if (as_str_is_null(name))
		x->err = AS_ENOMEM;
	else if (!as_spf_is_name(name))
		as_explain_problem(x, AS_LEVEL_WARN,
		    (size_t)(t->spec.p - t->text.p) + t->at, "RFC 7208 4.3",
		    "DNS cannot hold this name: an empty or too long part");
}

/* --- addresses --- */

/* 0 fine, 1 wide, 2 as good as +all; as spf.wide-range has it. */
static int
width_of(const struct as_spf_term *t)
{
	unsigned four = 32, six = 128;

	if (t->qualifier == '-')
		return 0;
	if (t->kind == AS_SPF_IP4)
		four = t->ip.bits;
	else if (t->kind == AS_SPF_IP6)
		six = t->ip.bits;
	else if (t->kind == AS_SPF_A || t->kind == AS_SPF_MX) {
		four = t->cidr4;
		six = t->cidr6;
	}
	if (four < 8 || six < 16)
		return 2;
	return four < 16 || six < 32 ? 1 : 0;
}

static void
check_width(struct as_explainer *x, const struct as_spf_term *t)
{
	int width = width_of(t);

	if (width == 0)
		return;
	as_explain_problem(x, width == 2 ? AS_LEVEL_ERROR : AS_LEVEL_WARN,
	    t->at,
	    t->kind == AS_SPF_A        ? "RFC 7208 5.3"
		: t->kind == AS_SPF_MX ? "RFC 7208 5.4"
				       : "RFC 7208 5.6",
	    "a very wide range: everyone who rents a machine in it may send "
	    "as this domain");
}

/* Are there bits behind the prefix? */
static bool
has_host_bits(const struct as_prefix *p)
{
	for (unsigned bit = p->bits; bit < p->ip.len * 8u; bit++)
		if ((p->ip.b[bit / 8] >> (7 - bit % 8) & 1) != 0)
			return true;
	return false;
}

static void
check_address(struct as_explainer *x, const struct as_spf_term *t)
{
	const char *range;

	if (t->kind != AS_SPF_IP4 && t->kind != AS_SPF_IP6)
		return;
	range = width_of(t) < 2 ? as_prefix_special(&t->ip) : NULL;
	/* Documentation ranges are for examples; this may be one. */
	if (range != NULL && !as_str_has_prefix(as_str_from(range), "doc"))
		as_explain_problem(x, AS_LEVEL_WARN, t->at, "RFC 7208 5.6",
		    "no mail comes from here over the internet: %s", range);
	if (has_host_bits(&t->ip))
		as_explain_problem(x, AS_LEVEL_INFO, t->at, "RFC 7208 5.6",
		    "only the first %u bits of this address count", t->ip.bits);
}

/* --- terms that say the same --- */

static bool
is_covered(const struct as_spf_term *by, const struct as_spf_term *t)
{
	return (t->kind == AS_SPF_IP4 || t->kind == AS_SPF_IP6) &&
	    by->kind == t->kind && by->ip.bits <= t->ip.bits &&
	    as_prefix_has(&by->ip, &t->ip.ip);
}

static bool
is_same(const struct as_spf_term *by, const struct as_spf_term *t)
{
	return by->kind == t->kind && t->kind != AS_SPF_ALL &&
	    as_str_eq_case(by->name, t->name) &&
	    as_str_eq_case(by->spec, t->spec) && by->cidr4 == t->cidr4 &&
	    by->cidr6 == t->cidr6 && by->ip.bits == t->ip.bits &&
	    as_ip_eq(&by->ip.ip, &t->ip.ip);
}

static void
check_again(struct as_explainer *x, const struct as_spf *spf,
    const struct as_spf_term *t)
{
	for (const struct as_spf_term *b = spf->terms; b < t; b++) {
		if (b->faulty || t->faulty)
			continue;
		if (is_same(b, t)) {
			as_explain_problem(x, AS_LEVEL_WARN, t->at,
			    "RFC 7208 4.6.2",
			    "stands here a second time, without effect%s",
			    as_spf_is_lookup(t) ? ", at the cost of a lookup"
						: "");
			return;
		}
		if (is_covered(b, t)) {
			as_explain_problem(x, AS_LEVEL_INFO, t->at,
			    "RFC 7208 4.6.2",
			    "an earlier term covers this one: " AS_STR_FMT,
			    AS_STR_ARG(as_explain_esc(x, b->text)));
			return;
		}
	}
}

/* --- the whole --- */

static void
check_lookups(struct as_explainer *x, const struct as_spf *spf)
{
	uint32_t n = 0;

	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];
		if (!as_explain_spf_counts(spf, t) || ++n != LOOKUPS_MOST + 1)
			continue;
		as_explain_problem(x, AS_LEVEL_ERROR, t->at, "RFC 7208 4.6.4",
		    "the eleventh lookup: receivers that get here give up on "
		    "the record (permerror)");
	}
}

/* SPF-20, SPF-3 */
void
as_explain_spf_lint(struct as_explainer *x, const struct as_spf *spf)
{
	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];
		if (t->faulty)
			continue;
		check_behind(x, spf, t);
		check_modifier(x, t);
		check_ptr(x, t);
		check_name(x, t);
		check_width(x, t);
		check_address(x, t);
		check_again(x, spf, t);
	}
	check_lookups(x, spf);
	if (x->view->status == AS_RECORD_VALID)
		check_end(x, spf);
	if (x->txt.n > RECORD_OCTETS)
		as_explain_problem(x, AS_LEVEL_WARN, RECORD_OCTETS,
		    "RFC 7208 3.4",
		    "%zu octets: the answer may not fit one packet; over %d "
		    "some receivers see no record",
		    x->txt.n, RECORD_OCTETS);
}
