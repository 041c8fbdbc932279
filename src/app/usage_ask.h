/*
 * app/usage_ask - what DNS says of those whom reports tell of: names of the
 * addresses that sent, and what the domain itself publishes now.
 *
 * Names are kept in the database (store/host_names), so that a later run asks
 * for others.  Where DNS does not answer nothing is known, and the reports are
 * shown without it.
 */
#ifndef AS_APP_USAGE_ASK_H
#define AS_APP_USAGE_ASK_H

#include "app/lookup.h"
#include "app/run.h"
#include "assess/reverse.h"
#include "assess/usage_now.h"

struct as_usage_ask {
	struct as_run *run;
	struct as_arena *arena;
	struct as_str domain;
	const char *store;   /* path */
	int64_t first, last; /* day */
	int64_t now_ms;      /* judged as of then */
	uint32_t names;      /* most addresses asked for; 0: the usual */
	const char *facts;   /* stored ones in place of a look, or NULL */
	/* What was found. */
	struct as_lookup *lookup;
	struct as_reverse *hosts;
	size_t n_hosts;
	struct as_need *authors; /* names below the domain */
	size_t n_authors;
	struct as_usage_below *below; /* those that DNS was clear about */
	size_t n_below;
	bool asked, alive;   /* DNS was, and a question was answered */
	uint64_t left;       /* addresses whose names are still to be asked */
	struct as_case *now; /* the domain; NULL: not known */
};

/* Ask for names of addresses, and keep them, and whether the names exist that
 * mail was sent as.  What DNS or the database denies is said on
 * standard error; AS_ENOMEM. */
AS_MUST_USE enum as_err as_usage_ask_names(
    struct as_usage_ask *k, struct as_why *why);

/* Look at the domain, unless DNS was found dead.  AS_EIO, AS_ESYNTAX: the facts
 * of the file; AS_ENOMEM. */
AS_MUST_USE enum as_err as_usage_ask_domain(
    struct as_usage_ask *k, struct as_why *why);

/* The facts of the domain in the file k->facts, in k->arena. */
AS_MUST_USE enum as_err as_usage_ask_facts(const struct as_usage_ask *k,
    const struct as_facts **out, struct as_why *why);

/* Ask further questions; what comes stands in k->lookup. */
AS_MUST_USE enum as_err as_usage_ask_more(struct as_usage_ask *k,
    const struct as_need *list, size_t n, struct as_why *why);

void as_usage_ask_close(struct as_usage_ask *k);

#endif
