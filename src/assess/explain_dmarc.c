/*
 * What a DMARC policy record means (RFC 9989).
 */
#include "assess/explainer.h"
#include "std/dmarc.h"

#include "base/banned.h"

/* --- meanings --- */

/* What receivers are asked to do, by the value of p, sp and np. */
static const char *
wish(enum as_dmarc_policy p)
{
	switch (p) {
	case AS_DMARC_NONE:
		return "mail that fails is delivered as usual; only reports "
		       "are asked for";
	case AS_DMARC_QUARANTINE:
		return "mail that fails is to be treated as suspicious, "
		       "usually put into the spam folder";
	case AS_DMARC_REJECT: return "mail that fails is to be refused";
	case AS_DMARC_ABSENT: break;
	}
	return "not a policy; it counts as if the tag were not there";
}

static struct as_str
policy_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	if (as_str_is_case(t->name, "p"))
		return as_str_from(wish(d->p));
	if (as_str_is_case(t->name, "sp"))
		return as_explain_text(
		    x, "subdomains without a record: %s", wish(d->sp));
	return as_explain_text(
	    x, "subdomains that do not exist: %s", wish(d->np));
}

static struct as_str
align_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	bool dkim = as_str_is_case(t->name, "adkim");
	bool strict = (dkim ? d->adkim : d->aspf) == 's';

	return as_explain_text(x, "%s counts if it passed for %s",
	    dkim ? "DKIM" : "SPF",
	    strict ? "exactly the domain in From"
		   : "a domain of the same organization as that in From");
}

static struct as_str
t_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	(void)x;
	(void)t;
	return d->testing ? AS_STR("test mode: receivers apply the next weaker "
				   "policy")
			  : AS_STR("not a test: the policy is meant");
}

static struct as_str
psd_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	(void)x;
	(void)t;
	switch (d->psd) {
	case 'y':
		return AS_STR("a public suffix: the names below belong to "
			      "others");
	case 'n':
		return AS_STR("the top of an organization: the search for its "
			      "domain ends here");
	default: return AS_STR("not said whether this is a public suffix");
	}
}

static bool
has_option(struct as_str fo, char option)
{
	for (size_t i = 0; i < fo.n; i++)
		if ((fo.p[i] | 0x20) == (option | 0x20))
			return true;
	return false;
}

static struct as_str
fo_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	static const struct {
		char option;
		const char *words;
	} options[] = {
	    {'0', "neither DKIM nor SPF passed for the domain"},
	    {'1', "DKIM or SPF did not pass for the domain"},
	    {'d', "a DKIM signature failed"},
	    {'s', "SPF failed"},
	};
	struct as_str all = AS_STR("");

	(void)t;
	if (d->fo.n == 0)
		return AS_STR("cannot be read; 0 is assumed");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (has_option(d->fo, options[i].option))
			all = as_explain_text(x, AS_STR_FMT "%s%s",
			    AS_STR_ARG(all), all.n > 0 ? ", or " : "",
			    options[i].words);
	return as_explain_text(
	    x, "failure reports are wanted when " AS_STR_FMT, AS_STR_ARG(all));
}

static struct as_str
uris_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	bool rua = as_str_is_case(t->name, "rua");
	const struct as_dmarc_uri *u = rua ? d->rua : d->ruf;
	size_t n = rua ? d->n_rua : d->n_ruf;
	struct as_str all = AS_STR("");

	for (size_t i = 0; i < n; i++)
		if (u[i].usable)
			all = as_explain_text(x, AS_STR_FMT "%s" AS_STR_FMT,
			    AS_STR_ARG(all), all.n > 0 ? ", " : "",
			    AS_STR_ARG(as_explain_esc(
				x, as_str_slice(u[i].text, 7, u[i].text.n))));
	return as_explain_text(x, "%s go to " AS_STR_FMT,
	    rua ? "aggregate reports (who sent as this domain, mostly daily)"
		: "failure reports (single messages; few receivers send them)",
	    AS_STR_ARG(all.n > 0 ? all
				 : AS_STR("nobody: no address is "
					  "usable")));
}

static struct as_str
pct_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	(void)t;
	return as_explain_text(x,
	    "abolished; receivers that follow RFC 7489 apply the policy to %u "
	    "of 100 failing messages",
	    d->pct);
}

static struct as_str
historic_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	(void)x;
	(void)d;
	return as_str_is_case(t->name, "rf")
	    ? AS_STR("abolished: the format of failure reports")
	    : AS_STR("abolished: seconds between aggregate reports");
}

static struct as_str
v_meaning(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	(void)x;
	(void)d;
	(void)t;
	return AS_STR("DMARC, version 1");
}

static const struct tag_row {
	const char *name;
	struct as_str (*meaning)(struct as_explainer *x,
	    const struct as_dmarc *d, const struct as_tag *t);
} rows[] = {
    {"v", v_meaning},
    {"p", policy_meaning},
    {"sp", policy_meaning},
    {"np", policy_meaning},
    {"t", t_meaning},
    {"psd", psd_meaning},
    {"adkim", align_meaning},
    {"aspf", align_meaning},
    {"fo", fo_meaning},
    {"rua", uris_meaning},
    {"ruf", uris_meaning},
    {"pct", pct_meaning},
    {"rf", historic_meaning},
    {"ri", historic_meaning},
};

static void
tag_explain(
    struct as_explainer *x, const struct as_dmarc *d, const struct as_tag *t)
{
	struct as_str meaning = AS_STR("an unknown tag; receivers ignore it");

	if (as_explain_is_again(x, t, true)) {
		as_explain_tag(x, t, AS_STR("the same tag once more"));
		return;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (as_str_is_case(t->name, rows[i].name))
			meaning = rows[i].meaning(x, d, t);
	as_explain_tag(x, t, meaning);
}

/* --- what is wrong --- */

static size_t
place_of(const struct as_explainer *x, const char *name)
{
	const struct as_tag *t = as_explain_find(x, name, true);

	return t != NULL ? t->at : AS_WHY_NOWHERE;
}

static bool
is_policy_tag(struct as_str name)
{
	return as_str_is_case(name, "p") || as_str_is_case(name, "sp") ||
	    as_str_is_case(name, "np");
}

static void
check_notes(struct as_explainer *x, const struct as_dmarc *d)
{
	for (size_t i = 0; i < d->n_notes; i++)
		as_explain_fault(x,
		    is_policy_tag(d->notes[i].tag) ? AS_LEVEL_ERROR
						   : AS_LEVEL_WARN,
		    d->notes[i].at, d->notes[i].text);
}

static void
check_policy(struct as_explainer *x, const struct as_dmarc *d)
{
	enum as_dmarc_policy own = as_dmarc_own_policy(d);

	if (own == AS_DMARC_ABSENT) {
		as_explain_unusable(x, x->txt.n, "RFC 9989 4.7",
		    "without a valid policy, and without an address for "
		    "reports, receivers act as if there were no record");
		return;
	}
	if (d->p == AS_DMARC_ABSENT && !d->p_invalid)
		as_explain_problem(x, AS_LEVEL_WARN, x->txt.n, "RFC 9989 4.7",
		    "no p: receivers act as with p=none");
	else if (d->p_invalid || d->sp_invalid || d->np_invalid)
		as_explain_problem(x, AS_LEVEL_WARN,
		    place_of(x,
			d->p_invalid        ? "p"
			    : d->sp_invalid ? "sp"
					    : "np"),
		    "RFC 9989 4.7",
		    "because of the invalid policy receivers act as with "
		    "p=none");
	else if (d->p == AS_DMARC_NONE)
		as_explain_problem(x, AS_LEVEL_INFO, place_of(x, "p"),
		    "RFC 9989 4.7",
		    "p=none protects nobody: forged mail is delivered; once "
		    "the reports are clean, go on to quarantine");
	if (d->testing && own != AS_DMARC_NONE)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "t"),
		    "RFC 9989 4.7", "test mode: p=%s is applied as %s",
		    as_dmarc_policy_text(own),
		    as_dmarc_policy_text(as_dmarc_applied(d, own)));
}

static void
check_weaker(struct as_explainer *x, const struct as_dmarc *d)
{
	if (d->sp != AS_DMARC_ABSENT && d->sp < d->p)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "sp"),
		    "RFC 9989 4.7",
		    "subdomains are less protected than the domain (sp=%s, "
		    "p=%s)",
		    as_dmarc_policy_text(d->sp), as_dmarc_policy_text(d->p));
	if (d->np != AS_DMARC_ABSENT && d->np < as_dmarc_sub_policy(d))
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "np"),
		    "RFC 9989 4.7",
		    "names that do not exist are less protected than those "
		    "that do (np=%s)",
		    as_dmarc_policy_text(d->np));
	if (d->psd == 'y')
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "psd"),
		    "RFC 9989 4.7",
		    "psd=y is for operators of public suffixes only; "
		    "elsewhere it breaks the alignment of all names below");
}

static void
check_historic(struct as_explainer *x, const struct as_dmarc *d)
{
	if (d->has_pct && d->pct < 100)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "pct"),
		    "RFC 9989 4.7",
		    "pct was abolished: new receivers ignore it, old ones "
		    "spare a part of the forged mail; use t=y for a test");
	else if (d->has_pct)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "pct"),
		    "RFC 9989 4.7", "pct was abolished; leave it out");
	if (d->has_rf)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "rf"),
		    "RFC 9989 4.7", "rf was abolished; leave it out");
	if (d->has_ri)
		as_explain_problem(x, AS_LEVEL_WARN, place_of(x, "ri"),
		    "RFC 9989 4.7", "ri was abolished; leave it out");
}

static bool
has_usable(const struct as_dmarc_uri *u, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (u[i].usable)
			return true;
	return false;
}

static void
check_reports(struct as_explainer *x, const struct as_dmarc *d)
{
	if (!has_usable(d->rua, d->n_rua) &&
	    as_dmarc_own_policy(d) != AS_DMARC_ABSENT)
		as_explain_problem(x, AS_LEVEL_WARN,
		    d->n_rua > 0 ? place_of(x, "rua") : x->txt.n,
		    "RFC 9989 4.7",
		    "nobody gets aggregate reports; add rua=mailto: with an "
		    "address that is read");
	if (as_explain_find(x, "fo", true) != NULL && d->n_ruf == 0)
		as_explain_problem(x, AS_LEVEL_INFO, place_of(x, "fo"),
		    "RFC 9989 4.7", "fo has no effect without ruf");
}

void
as_explain_dmarc(struct as_explainer *x)
{
	struct as_dmarc *d = NULL;
	struct as_why why = {0};
	enum as_err err = as_dmarc_read(x->a, x->txt, &x->rd, &d, &why);

	if (!as_explain_read(
		x, err, &why, as_explain_is_like(x->txt, "DMARC1")))
		return;
	for (size_t i = 0; i < x->rd.n_tags; i++)
		tag_explain(x, d, &x->rd.tags[i]);
	check_notes(x, d);
	check_weaker(x, d);
	check_historic(x, d);
	if (x->view->status != AS_RECORD_VALID)
		return; /* the rest depends on what it would be when mended */
	check_policy(x, d);
	check_reports(x, d);
}
