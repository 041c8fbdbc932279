/*
 * What the terms of an SPF record mean (RFC 7208).  What is wrong with terms
 * that can be read is explain_spf_lint's.
 */
#include "assess/explain_spf.h"

#include <stdio.h>

#include "assess/senders.h"
#include "base/limits.h"

#include "base/banned.h"

/* What a match of this qualifier says of a server. */
static const char *
verdict(char qualifier)
{
	switch (qualifier) {
	case '-': return "may not send (fail)";
	case '~': return "should not send (softfail: suspicious)";
	case '?': return "are left open (neutral)";
	default: return "may send";
	}
}

static struct as_str
name_of(struct as_explainer *x, const struct as_spf_term *t)
{
	return t->spec.n == 0 ? AS_STR("this domain")
			      : as_explain_esc(x, t->spec);
}

/* "; Google Workspace (mailboxes)" when the name is known. */
static struct as_str
service_of(struct as_explainer *x, const struct as_spf_term *t)
{
	struct as_sender s;

	if (t->has_macro || !as_sender_find(x->senders, "spf", t->spec, &s))
		return AS_STR("");
	return as_explain_text(x, "; that is " AS_STR_FMT " (" AS_STR_FMT ")",
	    AS_STR_ARG(as_explain_esc(x, s.service)),
	    AS_STR_ARG(as_explain_esc(x, as_sender_trade(s.category))));
}

static struct as_str
all_meaning(struct as_explainer *x, const struct as_spf_term *t)
{
	(void)x;
	switch (t->qualifier) {
	case '-':
		return AS_STR("no other server may send: receivers should "
			      "refuse the mail (fail)");
	case '~':
		return AS_STR("no other server should send: the mail is "
			      "suspicious, but mostly taken (softfail)");
	case '?':
		return AS_STR("nothing is said of other servers (neutral), as "
			      "if there were no SPF");
	default:
		return AS_STR("every other server may send: anyone can pose as "
			      "this domain (pass)");
	}
}

/* "the 256 addresses of 192.0.2.0/24" */
static struct as_str
range_of(struct as_explainer *x, const struct as_prefix *p)
{
	char ip[AS_IP_TEXT];
	unsigned whole = p->ip.len == 4 ? 32 : 128;

	(void)as_ip_text(&p->ip, ip);
	if (p->bits == whole)
		return as_explain_text(x, "servers at the address %s", ip);
	if (p->ip.len == 4)
		return as_explain_text(x,
		    "servers at the %llu addresses of %s/%u",
		    1ull << (32 - p->bits), ip, p->bits);
	return as_explain_text(x, "servers in the network %s/%u", ip, p->bits);
}

/* " and their /24 networks" of a and mx. */
static struct as_str
networks_of(struct as_explainer *x, const struct as_spf_term *t)
{
	char four[8] = "", six[8] = "";

	if (t->cidr4 == 32 && t->cidr6 == 128)
		return AS_STR("");
	if (t->cidr4 != 32)
		(void)snprintf(four, sizeof(four), "/%u", t->cidr4);
	if (t->cidr6 != 128)
		(void)snprintf(six, sizeof(six), "/%u", t->cidr6);
	return as_explain_text(x, ", with the networks around them (%s%s%s),",
	    four, four[0] != 0 && six[0] != 0 ? ", " : "", six);
}

static struct as_str
modifier_meaning(struct as_explainer *x, const struct as_spf_term *t)
{
	switch (t->kind) {
	case AS_SPF_REDIRECT:
		return as_explain_text(x,
		    "what nothing above matches is decided by the record "
		    "of " AS_STR_FMT AS_STR_FMT "; one lookup",
		    AS_STR_ARG(name_of(x, t)), AS_STR_ARG(service_of(x, t)));
	case AS_SPF_EXP:
		return as_explain_text(x,
		    "senders that are refused (fail) may be shown the text "
		    "at " AS_STR_FMT,
		    AS_STR_ARG(name_of(x, t)));
	default: return AS_STR("an unknown modifier: receivers ignore it");
	}
}

static struct as_str
mechanism_meaning(struct as_explainer *x, const struct as_spf_term *t)
{
	struct as_str name = name_of(x, t);
	const char *what = verdict(t->qualifier);

	switch (t->kind) {
	case AS_SPF_INCLUDE:
		return as_explain_text(x,
		    "servers that the record of " AS_STR_FMT
		    " lets pass %s" AS_STR_FMT "; one lookup and those inside",
		    AS_STR_ARG(name), what, AS_STR_ARG(service_of(x, t)));
	case AS_SPF_A:
		return as_explain_text(x,
		    "servers at the addresses of " AS_STR_FMT AS_STR_FMT
		    " %s" AS_STR_FMT "; one lookup",
		    AS_STR_ARG(name), AS_STR_ARG(networks_of(x, t)), what,
		    AS_STR_ARG(service_of(x, t)));
	case AS_SPF_MX:
		return as_explain_text(x,
		    "the mail servers (MX) of " AS_STR_FMT AS_STR_FMT
		    " %s" AS_STR_FMT "; one lookup",
		    AS_STR_ARG(name), AS_STR_ARG(networks_of(x, t)), what,
		    AS_STR_ARG(service_of(x, t)));
	case AS_SPF_PTR:
		return as_explain_text(x,
		    "servers whose reverse name is within " AS_STR_FMT
		    " %s; one lookup",
		    AS_STR_ARG(name), what);
	default:
		return as_explain_text(x,
		    "senders for which the name " AS_STR_FMT
		    " exists %s; one lookup",
		    AS_STR_ARG(name), what);
	}
}

static struct as_str
meaning(struct as_explainer *x, const struct as_spf_term *t)
{
	if (t->faulty)
		return AS_STR("cannot be read");
	switch (t->kind) {
	case AS_SPF_ALL: return all_meaning(x, t);
	case AS_SPF_IP4:
	case AS_SPF_IP6:
		return as_explain_text(x, AS_STR_FMT " %s",
		    AS_STR_ARG(range_of(x, &t->ip)), verdict(t->qualifier));
	case AS_SPF_REDIRECT:
	case AS_SPF_EXP:
	case AS_SPF_UNKNOWN_MODIFIER: return modifier_meaning(x, t);
	default: return mechanism_meaning(x, t);
	}
}

/* Lookups that the record's own terms cost when nothing matches. */
static uint32_t
lookups_count(const struct as_spf *spf)
{
	uint32_t n = 0;

	for (size_t i = 0; i < spf->n_terms; i++)
		n += as_explain_spf_counts(spf, &spf->terms[i]);
	return n;
}

void
as_explain_spf(struct as_explainer *x)
{
	struct as_spf *spf = NULL;
	struct as_why why = {0};
	enum as_err err = as_spf_read(x->a, x->txt, &x->rd, &spf, &why);

	if (as_str_has_prefix_case(x->txt, "spf2.0"))
		as_explain_problem(x, AS_LEVEL_INFO, 0, "",
		    "this is a record of Sender ID (RFC 4406), which was "
		    "abandoned");
	if (!as_explain_read(x, err, &why, as_explain_is_like(x->txt, "spf1")))
		return;
	as_explain_part(x, AS_PART_TEXT, "v", as_str_slice(x->txt, 2, 6),
	    as_str_slice(x->txt, 0, 6), 0, AS_STR("SPF, version 1"));
	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];
		as_explain_part(x, AS_PART_ITEM, "terms", t->text, t->text,
		    t->at, meaning(x, t));
	}
	if (spf->all != NULL)
		as_explain_part(x, AS_PART_TEXT, "all",
		    (struct as_str){&spf->all->qualifier, 1}, AS_STR(""),
		    AS_WHY_NOWHERE, AS_STR(""));
	as_explain_number(x, "lookups", lookups_count(spf));
	as_explain_spf_lint(x, spf);
}
