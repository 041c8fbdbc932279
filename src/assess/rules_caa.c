#include "assess/rules_caa.h"
#include "assess/caa_issuer.h"
#include "std/caa.h"
#include "std/domain.h"

#include "base/banned.h"

#define MTA_STS "mta-sts."

/* --- the climb (CAA-1) --- */

enum as_found
as_caa_set_find(
    const struct as_case *c, struct as_str name, const struct as_answer **out)
{
	return as_caa_set_in(c->d->answers, c->d->n_answers, name, out);
}

static bool
need_domain(const struct as_case *c, struct as_say *o)
{
	if (c->mail == AS_MAIL_NO_NAME)
		as_say_na(o, "the domain does not exist");
	return c->mail != AS_MAIL_NO_NAME;
}

void
as_check_caa_missing(const struct as_case *c, struct as_say *o)
{
	const struct as_answer *ans = NULL;
	struct as_finding *f;

	if (!need_domain(c, o))
		return;
	switch (as_caa_set_find(c, c->name, &ans)) {
	case AS_FOUND_UNKNOWN: as_say_unknown_answer(o, ans); return;
	case AS_FOUND_NONE: break;
	default:
		as_say_pass(o,
		    "CAA says who may issue certificates, at " AS_STR_FMT ".",
		    AS_STR_ARG(as_say_esc(o, ans->name)));
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "Any authority may issue certificates for " AS_STR_FMT ".",
	    AS_STR_ARG(c->shown));
	as_say_evidence(o, f,
	    "no CAA records from " AS_STR_FMT " up to the top",
	    AS_STR_ARG(c->shown));
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* --- the records --- */

/* What a look at several sets came to. */
struct look {
	const struct as_answer *open; /* an answer that is not known */
	bool hidden;                  /* something was not known */
	size_t sets;
	struct as_list faults;
	size_t n;
	const struct as_answer *last; /* set looked at */
};

static void
record_look(struct as_say *o, const struct as_answer *ans,
    const struct as_rr_caa *rr, struct look *l)
{
	struct as_dns_caa caa = {(uint8_t)rr->flags, rr->tag, rr->value};
	struct as_caa_issue *issue;
	struct as_why why = {0};
	enum as_err err = as_caa_check(o->c->a, &caa, &issue, &why);

	if (err == AS_ENOMEM)
		o->err = err;
	if (err == AS_ENOMEM || err == AS_OK)
		return;
	l->n++;
	as_list_add(o, &l->faults,
	    as_say_text(o,
		AS_STR_FMT ": %u " AS_STR_FMT " \"" AS_STR_FMT "\" (%s)",
		AS_STR_ARG(as_say_esc(o, ans->name)), rr->flags,
		AS_STR_ARG(as_say_esc(o, rr->tag)),
		AS_STR_ARG(as_say_esc(o, rr->value)), why.text));
}

/* Names in a row mostly share a set; it is looked at once. */
static void
name_look(const struct as_case *c, struct as_say *o, struct as_str name,
    struct look *l)
{
	const struct as_answer *ans = NULL;
	enum as_found found = as_caa_set_find(c, name, &ans);

	if (found == AS_FOUND_UNKNOWN) {
		l->hidden = true;
		l->open = ans;
	}
	if (found != AS_FOUND_ONE || ans == l->last)
		return;
	l->last = ans;
	l->sets++;
	for (size_t i = 0; i < ans->n_caa; i++)
		record_look(o, ans, &ans->caa[i], l);
}

/* The domain, its policy host, and those of its mail servers that are its own:
 * the names whose certificates decide over mail. */
static void
names_look(const struct as_case *c, struct as_say *o, struct look *l)
{
	name_look(c, o, c->name, l);
	if (c->sts_set.found == AS_FOUND_ONE)
		name_look(c, o,
		    as_say_text(o, MTA_STS AS_STR_FMT, AS_STR_ARG(c->name)), l);
	for (size_t i = 0; i < c->n_mx; i++)
		if (as_domain_within(c->mx[i].host, c->name))
			name_look(c, o, c->mx[i].host, l);
}

void
as_check_caa_syntax(const struct as_case *c, struct as_say *o)
{
	struct look l = {.faults = {.between = "; "}};
	struct as_finding *f;

	if (!need_domain(c, o))
		return;
	names_look(c, o, &l);
	if (l.n > 0) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "%zu CAA record%s that authorities cannot act on: they "
		    "must not issue.",
		    l.n, l.n == 1 ? "" : "s");
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &l.faults)));
	} else if (l.hidden) {
		as_say_unknown_answer(o, l.open);
	} else if (l.sets == 0) {
		as_say_na(o, "there are no CAA records");
	} else {
		as_say_pass(o, "The CAA records can be read.");
	}
}
