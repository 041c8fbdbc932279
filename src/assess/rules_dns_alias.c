/*
 * DNS: names that mail relies on, and that are aliases of nothing (DMARC-10).
 */
#include "assess/rules.h"

#include "base/banned.h"

#define MAX_NAMES 6

struct names {
	const struct as_answer *ans[MAX_NAMES];
	size_t n;
};

static void
names_add(struct names *l, const struct as_answer *ans)
{
	if (ans != NULL)
		l->ans[l->n++] = ans;
}

/* Keys of DKIM have a rule of their own, as mail servers have. */
static struct names
names_find(const struct as_case *c)
{
	const struct as_policy_facts *p = c->policy_facts;
	struct names l = {.n = 0};

	if (c->n_steps > 0)
		names_add(&l, c->dmarc_sets[0].answer);
	names_add(&l, c->sts_set.answer);
	names_add(&l, c->rpt_set.answer);
	names_add(&l, c->bimi_set.answer);
	for (size_t i = 0; p != NULL && i < p->n_answers && l.n < MAX_NAMES;
	     i++)
		names_add(&l, &p->answers[i]);
	return l;
}

/* The name at the end of the alias does not exist: it may be free for others to
 * take.  One without the records asked for is somebody's. */
static bool
is_dangling(const struct as_answer *ans)
{
	return ans->n_chain > 0 && ans->outcome == AS_DNS_NXDOMAIN &&
	    as_case_known(ans);
}

/* Said of the same name before?  The policy host is asked for A and AAAA. */
static bool
is_repeated(const struct names *l, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (as_str_eq(l->ans[i]->name, l->ans[at]->name))
			return true;
	return false;
}

static struct as_str
alias_text(struct as_say *o, const struct as_answer *ans)
{
	return as_say_text(o, AS_STR_FMT " is an alias of " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, ans->name)),
	    AS_STR_ARG(as_say_esc(o, ans->chain[ans->n_chain - 1])));
}

static void
say_unless_open(struct as_say *o, const struct names *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!as_case_known(l->ans[i])) {
			as_say_unknown_answer(o, l->ans[i]);
			return;
		}
	if (l->n == 0)
		as_say_unknown_answer(o, NULL);
	else
		as_say_pass(
		    o, "No name that mail relies on is an alias of nothing.");
}

void
as_check_dns_alias_dangling(const struct as_case *c, struct as_say *o)
{
	struct names names = names_find(c);
	struct as_list l = {.between = ", "};
	struct as_finding *f;

	for (size_t i = 0; i < names.n; i++)
		if (is_dangling(names.ans[i]) && !is_repeated(&names, i))
			as_list_add(o, &l, alias_text(o, names.ans[i]));
	if (l.n == 0) {
		say_unless_open(o, &names);
		return;
	}
	f = as_say(o, AS_VERDICT_WARN, AS_STR_FMT ", and no such name exists.",
	    AS_STR_ARG(as_list_text(o, &l)));
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &l)));
}
