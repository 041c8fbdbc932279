/*
 * Whose mail a source sends.
 */
#include <inttypes.h>

#include "assess/senders.h"
#include "assess/usage_private.h"

#include "base/banned.h"

static enum as_err
judge(
    struct as_usage_group *g, enum as_usage_class class, struct as_str evidence)
{
	g->s.class = class;
	g->s.evidence = evidence;
	return as_str_is_null(evidence) ? AS_ENOMEM : AS_OK;
}

/* "key s1 of example.org" */
static struct as_str
key_text(struct as_arena *a, const struct as_usage_voucher *key)
{
	if (key == NULL)
		return AS_STR("a key of the domain");
	if (key->v.selector.n == 0)
		return as_str_printf(
		    a, "a key of " AS_STR_FMT, AS_STR_ARG(key->v.domain));
	return as_str_printf(a, "key " AS_STR_FMT " of " AS_STR_FMT,
	    AS_STR_ARG(key->v.selector), AS_STR_ARG(key->v.domain));
}

static struct as_str
trade_text(struct as_arena *a, const struct as_usage_group *g)
{
	struct as_str trade = as_sender_trade(g->s.category);

	if (!g->service)
		return AS_STR("");
	return as_str_printf(
	    a, " (a service: " AS_STR_FMT ")", AS_STR_ARG(trade));
}

/* The SPF record of the domain lets it send. */
static enum as_err
permitted_judge(const struct as_usage_work *w, struct as_usage_group *g)
{
	bool mailbox = as_str_is(g->s.category, "mailbox") ||
	    as_str_is(g->s.category, "gateway");

	return judge(g,
	    g->service && !mailbox ? AS_USAGE_THIRD_PARTY : AS_USAGE_OURS,
	    as_str_printf(w->a,
		"the SPF record lets it send: %" PRIu64 " of %" PRIu64
		" messages align by SPF, %" PRIu64 " by DKIM" AS_STR_FMT,
		g->s.all.spf, g->s.all.messages, g->s.all.dkim,
		AS_STR_ARG(trade_text(w->a, g))));
}

/* It passes DMARC by a signature alone. */
static enum as_err
signed_judge(const struct as_usage_work *w, struct as_usage_group *g)
{
	struct as_str key = key_text(w->a, g->key);

	if (g->origin_key)
		return judge(g, AS_USAGE_FORWARDER,
		    as_str_printf(w->a,
			"passes on mail signed elsewhere: " AS_STR_FMT
			" is used by servers that the SPF record lets send, "
			"this one it does not",
			AS_STR_ARG(key)));
	if (g->service || g->other != NULL)
		return judge(g, AS_USAGE_THIRD_PARTY,
		    as_str_printf(w->a,
			"signs with " AS_STR_FMT
			", which no server of the SPF record uses" AS_STR_FMT,
			AS_STR_ARG(key), AS_STR_ARG(trade_text(w->a, g))));
	return judge(g, AS_USAGE_OURS,
	    as_str_printf(w->a,
		"signs with " AS_STR_FMT
		"; the SPF record does not let it send",
		AS_STR_ARG(key)));
}

/* What the domain's SPF record says of the service now: a permission is not
 * proof of use, and other customers of the service have it too. */
static struct as_str
permit_text(const struct as_usage_work *w, const struct as_usage_group *g)
{
	for (size_t i = 0; i < w->options.n_permits; i++)
		if (as_str_eq(w->options.permits[i].service, g->s.name))
			return as_str_printf(w->a,
			    "; the SPF record names it (" AS_STR_FMT ")",
			    AS_STR_ARG(w->options.permits[i].term));
	return w->options.permits_known
	    ? AS_STR("; the SPF record does not name it")
	    : AS_STR("");
}

/* None of its mail passes, but it is a service. */
static enum as_err
service_judge(const struct as_usage_work *w, struct as_usage_group *g)
{
	return judge(g, AS_USAGE_UNKNOWN,
	    as_str_printf(w->a,
		"%s" AS_STR_FMT AS_STR_FMT ": somebody of yours may use it",
		g->by_host ? "its servers are those of a service that vouches "
			     "for nothing here"
			   : "a service that vouches for its own name only",
		AS_STR_ARG(trade_text(w->a, g)),
		AS_STR_ARG(permit_text(w, g))));
}

/* None of its mail passes, but its addresses are named as ours are: the zone
 * of the domain says so itself. */
static enum as_err
named_judge(const struct as_usage_work *w, struct as_usage_group *g)
{
	return judge(g, g->service ? AS_USAGE_THIRD_PARTY : AS_USAGE_OURS,
	    as_str_printf(w->a,
		"the domain's own DNS names it " AS_STR_FMT
		", but neither SPF nor DKIM vouches for its mail as that of "
		"the domain" AS_STR_FMT,
		AS_STR_ARG(g->s.host), AS_STR_ARG(trade_text(w->a, g))));
}

/* None of its mail passes, but the domain's SPF record itself names its
 * addresses: the envelope has another domain, or none. */
static enum as_err
ranged_judge(const struct as_usage_work *w, struct as_usage_group *g)
{
	return judge(g, g->service ? AS_USAGE_THIRD_PARTY : AS_USAGE_OURS,
	    as_str_printf(w->a,
		"the SPF record names its address (" AS_STR_FMT
		"), but its mail does not align" AS_STR_FMT
		": let its envelope have a name of the domain, and let it sign",
		AS_STR_ARG(g->range->term), AS_STR_ARG(trade_text(w->a, g))));
}

/* None of its mail passes. */
static enum as_err
failed_judge(const struct as_usage_work *w, struct as_usage_group *g)
{
	bool steady = !g->pooled && g->s.days >= AS_USAGE_STEADY_DAYS &&
	    g->s.all.messages >= AS_USAGE_STEADY_MESSAGES;
	const char *but = steady ? ", but it sends day after day" : "";

	if (g->s.broken * 2 >= g->s.all.messages && g->origin_key)
		return judge(g, AS_USAGE_FORWARDER,
		    as_str_printf(w->a,
			"changes mail on its way, as mailing lists do: the "
			"signature by " AS_STR_FMT
			" no longer fits, and it vouches for itself",
			AS_STR_ARG(key_text(w->a, g->key))));
	if (g->own * 2 >= g->s.all.messages && g->own > 0)
		return named_judge(w, g);
	if (g->ranged * 2 >= g->s.all.messages && g->ranged > 0)
		return ranged_judge(w, g);
	if (g->service)
		return service_judge(w, g);
	if (g->other != NULL)
		return judge(g, steady ? AS_USAGE_UNKNOWN : AS_USAGE_FOREIGN,
		    as_str_printf(w->a, "only " AS_STR_FMT " vouches for it%s",
			AS_STR_ARG(g->other->v.domain), but));
	return judge(g, steady ? AS_USAGE_UNKNOWN : AS_USAGE_FOREIGN,
	    as_str_printf(w->a, "neither SPF nor DKIM vouches for it%s%s",
		g->s.host_asked && g->s.host.n == 0
		    ? ", and no name in DNS leads back to its address"
		    : "",
		but));
}

enum as_err
as_usage_class_judge(const struct as_usage_work *w, struct as_usage_group *g)
{
	const struct as_usage_count *c = &g->s.all;

	if (g->word != NULL) {
		g->s.said = true;
		return judge(g, g->word->class, AS_STR("the operator says so"));
	}
	if (g->mixed)
		return judge(g, AS_USAGE_UNKNOWN,
		    AS_STR("more addresses than are told apart"));
	if (c->spf > 0)
		return permitted_judge(w, g);
	if (as_str_is(g->s.category, "forwarding"))
		return judge(g, AS_USAGE_FORWARDER,
		    AS_STR("a service that forwards mail"));
	if (g->s.forwarded * 2 >= c->messages && c->messages > 0)
		return judge(g, AS_USAGE_FORWARDER,
		    as_str_printf(w->a,
			"receivers say of %" PRIu64 " of %" PRIu64
			" messages that they were forwarded",
			g->s.forwarded, c->messages));
	return c->dkim > 0 ? signed_judge(w, g) : failed_judge(w, g);
}
