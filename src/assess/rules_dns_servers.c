/*
 * DNS: what the name servers of the zone say, each for itself (MX-6).
 */
#include "assess/cause.h"
#include "assess/rules.h"
#include "base/limits.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* What is compared: one row a question.  SOA is last: it weighs least. */
enum part { PART_MX, PART_SPF, PART_DMARC, PART_SERIAL, N_PARTS };

static const struct {
	const char *shown;
	const char *prefix; /* of the name */
	uint16_t type;
} parts[N_PARTS] = {
    [PART_MX] = {"MX", "", AS_RR_MX},
    [PART_SPF] = {"SPF", "", AS_RR_TXT},
    [PART_DMARC] = {"DMARC", "_dmarc.", AS_RR_TXT},
    [PART_SERIAL] = {"serial", NULL, AS_RR_SOA},
};

/* How a server stands to the zone. */
enum standing {
	STANDS,      /* speaks for it, in all that was asked */
	STANDS_LAME, /* answers, but not for this zone; or cannot be asked */
	STANDS_DOWN, /* nobody waits there */
	STANDS_OPEN, /* some answer is missing */
};

static const char look_there[] =
    "Check again. If it stays so, see whether that server runs and whether it "
    "answers strangers, by UDP and by TCP; a firewall between it and this "
    "place shows the same.";

/* --- one server --- */

static const struct as_answer *
part_answer(
    const struct as_case *c, const struct as_server_facts *s, enum part part)
{
	for (size_t i = 0; i < s->n_answers; i++) {
		const struct as_answer *ans = &s->answers[i];
		bool at_domain = as_str_eq(ans->name, c->name);

		if (ans->type != parts[part].type)
			continue;
		if (part == PART_DMARC ? !at_domain
				       : at_domain || part == PART_SERIAL)
			return ans;
	}
	return NULL;
}

/* Did the server say yes or no, of its own authority and whole? */
static bool
is_word(const struct as_answer *ans)
{
	return as_answer_is_known(ans) && ans->authoritative && !ans->cut;
}

/* _dmarc may be a zone of its own, on other servers. */
static bool
is_lame(const struct as_answer *ans, enum part part)
{
	if (ans == NULL || part == PART_DMARC)
		return false;
	return ans->outcome == AS_DNS_REFUSED ||
	    (as_answer_is_known(ans) && !ans->authoritative);
}

static bool
is_open(const struct as_answer *ans, enum part part)
{
	if (ans == NULL || !as_answer_is_known(ans) || ans->cut)
		return true;
	return part != PART_DMARC && !ans->authoritative;
}

static enum standing
standing_of(const struct as_case *c, const struct as_server_facts *s)
{
	bool open = s->outcome != AS_SERVER_ASKED;

	if (s->outcome == AS_SERVER_NO_ADDRESS ||
	    s->outcome == AS_SERVER_FORBIDDEN)
		return STANDS_LAME;
	for (int p = 0; p < N_PARTS; p++) {
		const struct as_answer *ans = part_answer(c, s, (enum part)p);

		if (is_lame(ans, (enum part)p))
			return STANDS_LAME;
		open |= is_open(ans, (enum part)p);
	}
	if (s->outcome == AS_SERVER_REFUSED && s->n_answers == 0)
		return STANDS_DOWN;
	return open ? STANDS_OPEN : STANDS;
}

static struct as_str
server_text(struct as_say *o, const struct as_server_facts *s)
{
	if (s->address.n == 0)
		return as_say_esc(o, s->name);
	return as_say_text(o, AS_STR_FMT " (" AS_STR_FMT ")",
	    AS_STR_ARG(as_say_esc(o, s->name)),
	    AS_STR_ARG(as_say_esc(o, s->address)));
}

static const char *
outcome_words(enum as_server_outcome outcome)
{
	switch (outcome) {
	case AS_SERVER_ASKED: break;
	case AS_SERVER_NOT_ASKED: return "could not be asked";
	case AS_SERVER_NO_ADDRESS: return "has no address";
	case AS_SERVER_FORBIDDEN:
		return "has an address that the internet cannot reach";
	case AS_SERVER_REFUSED: return "does not answer";
	case AS_SERVER_UNREACHABLE: return "cannot be reached from here";
	case AS_SERVER_TIMEOUT: return "did not answer in time";
	case AS_SERVER_NO_TCP: return "does not answer by TCP";
	}
	return "did not answer for all";
}

/* "ns2.example.net (198.51.100.53) did not answer in time: MX ...". */
static struct as_str
trouble_text(
    const struct as_case *c, struct as_say *o, const struct as_server_facts *s)
{
	struct as_str who = server_text(o, s);
	struct as_str detail = as_say_esc(o, as_ms_shown(o->c->a, s->detail));

	for (int p = N_PARTS - 1; p >= 0; p--) {
		const struct as_answer *ans = part_answer(c, s, (enum part)p);

		if (is_lame(ans, (enum part)p))
			return as_say_text(o,
			    AS_STR_FMT " does not speak for the zone: %s "
				       "for %s",
			    AS_STR_ARG(who),
			    ans->outcome == AS_DNS_REFUSED
				? "refused"
				: "not authoritative",
			    as_rrtype_text(parts[p].type));
		if (ans != NULL && is_open(ans, (enum part)p))
			return as_say_text(o, AS_STR_FMT ": " AS_STR_FMT,
			    AS_STR_ARG(who), AS_STR_ARG(as_case_cause(c, ans)));
	}
	return as_say_text(o, AS_STR_FMT " %s%s" AS_STR_FMT, AS_STR_ARG(who),
	    outcome_words(s->outcome), detail.n > 0 ? ": " : "",
	    AS_STR_ARG(detail));
}

/* --- what both rules ask first --- */

static bool
need_servers(const struct as_case *c, struct as_say *o)
{
	const struct as_domain_facts *d = c->d;
	const struct as_answer *ns;

	if (d->n_servers > 0)
		return true;
	if (d->outcome != AS_SUBJECT_DONE) {
		as_say_unknown_answer(o, NULL);
		return false;
	}
	ns = d->server_zone.n > 0 ? as_case_answer(c, d->server_zone, AS_RR_NS)
				  : NULL;
	if (ns != NULL && !as_answer_is_known(ns))
		as_say_unknown_answer(o, ns);
	else if (ns != NULL)
		as_say_na(o, "the zone of the domain was not found");
	else
		as_say_na(o, "the name servers were not asked one by one");
	return false;
}

/* The first server that stands so; NULL: none. */
static const struct as_server_facts *
standing_find(const struct as_case *c, enum standing standing)
{
	for (size_t i = 0; i < c->d->n_servers; i++)
		if (standing_of(c, &c->d->servers[i]) == standing)
			return &c->d->servers[i];
	return NULL;
}

static size_t
standing_count(const struct as_case *c, enum standing standing)
{
	size_t n = 0;

	for (size_t i = 0; i < c->d->n_servers; i++)
		n += standing_of(c, &c->d->servers[i]) == standing;
	return n;
}

static void
say_open(const struct as_case *c, struct as_say *o)
{
	const struct as_server_facts *s = standing_find(c, STANDS_OPEN);

	if (s == NULL)
		s = standing_find(c, STANDS_DOWN);
	as_say_cause(o, (struct as_cause){trouble_text(c, o, s), look_there});
}

/* --- do they agree? --- */

/* The records of a part as text, in the order of the facts. */
static struct as_str
part_text(struct as_say *o, const struct as_answer *ans, enum part part)
{
	struct as_buf b;

	as_buf_init(&b, 2 * AS_MAX_SERVER_OCTETS);
	if (part == PART_SERIAL)
		as_buf_printf(&b, "%u", ans->serial);
	for (size_t i = 0; part == PART_MX && i < ans->n_mx; i++)
		as_buf_printf(&b, "%s%u " AS_STR_FMT "%s", i > 0 ? ", " : "",
		    ans->mx[i].preference, AS_STR_ARG(ans->mx[i].exchange),
		    as_str_is(ans->mx[i].exchange, ".") ? "" : ".");
	for (size_t i = 0; parts[part].type == AS_RR_TXT && i < ans->n_txt;
	     i++) {
		struct as_str txt = ans->txt[i].text;

		if (part == PART_SPF ? as_spf_is_record(txt)
				     : as_dmarc_is_like(txt))
			as_buf_printf(&b, "%s\"" AS_STR_FMT "\"",
			    b.n > 0 ? ", " : "", AS_STR_ARG(txt));
	}
	if (b.n == 0 && ans->n_chain > 0)
		as_buf_printf(
		    &b, "CNAME " AS_STR_FMT ".", AS_STR_ARG(ans->chain[0]));
	if (b.n == 0)
		as_buf_puts(&b, "none");
	return as_say_take(o, &b);
}

/* Do two servers that speak for the zone say different things? */
static bool
part_differs(const struct as_case *c, struct as_say *o, enum part part)
{
	struct as_str first = AS_STR_NULL;

	for (size_t i = 0; i < c->d->n_servers; i++) {
		const struct as_answer *ans =
		    part_answer(c, &c->d->servers[i], part);
		struct as_str text;

		if (!is_word(ans))
			continue;
		text = part_text(o, ans, part);
		if (as_str_is_null(first))
			first = text;
		else if (!as_str_eq(first, text))
			return true;
	}
	return false;
}

static void
part_show(const struct as_case *c, struct as_say *o, enum part part,
    struct as_list *l)
{
	for (size_t i = 0; i < c->d->n_servers; i++) {
		const struct as_server_facts *s = &c->d->servers[i];
		const struct as_answer *ans = part_answer(c, s, part);

		if (is_word(ans))
			as_list_add(o, l,
			    as_say_text(o, "%s at " AS_STR_FMT ": " AS_STR_FMT,
				parts[part].shown,
				AS_STR_ARG(server_text(o, s)),
				AS_STR_ARG(
				    as_say_esc(o, part_text(o, ans, part)))));
	}
}

/* The parts that matter, as "MX and SPF"; what each server says goes to the
 * list. */
static struct as_str
differences(const struct as_case *c, struct as_say *o, struct as_list *shown)
{
	struct as_list names = {.between = ", "};

	for (int p = 0; p < PART_SERIAL; p++) {
		if (!part_differs(c, o, (enum part)p))
			continue;
		as_list_add(o, &names, as_str_from(parts[p].shown));
		part_show(c, o, (enum part)p, shown);
	}
	return names.n > 0 ? as_list_text(o, &names) : AS_STR_NULL;
}

void
as_check_dns_servers_differ(const struct as_case *c, struct as_say *o)
{
	struct as_list shown = {.between = "; "};
	struct as_finding *f;
	struct as_str what;

	if (!need_servers(c, o))
		return;
	what = differences(c, o, &shown);
	if (!as_str_is_null(what)) {
		f = as_say(o, AS_VERDICT_WARN,
		    "The name servers of " AS_STR_FMT
		    " contradict each other: " AS_STR_FMT ".",
		    AS_STR_ARG(as_say_esc(o, c->d->server_zone)),
		    AS_STR_ARG(what));
	} else if (standing_find(c, STANDS_OPEN) != NULL ||
	    standing_find(c, STANDS_DOWN) != NULL) {
		say_open(c, o);
		return;
	} else if (standing_count(c, STANDS) < 2) {
		as_say_na(o, "no two name servers can be compared");
		return;
	} else if (part_differs(c, o, PART_SERIAL)) {
		part_show(c, o, PART_SERIAL, &shown);
		f = as_say(o, AS_VERDICT_INFO,
		    "The name servers have different versions of the zone, "
		    "alike in what mail needs.");
	} else {
		as_say_pass(o, "All %zu name servers that were asked agree.",
		    standing_count(c, STANDS));
		return;
	}
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &shown)));
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* --- does each speak for the zone? --- */

void
as_check_dns_server_lame(const struct as_case *c, struct as_say *o)
{
	struct as_list shown = {.between = "; "};
	bool others;
	struct as_finding *f;

	if (!need_servers(c, o))
		return;
	others = standing_find(c, STANDS) != NULL;
	for (size_t i = 0; i < c->d->n_servers; i++) {
		const struct as_server_facts *s = &c->d->servers[i];
		enum standing standing = standing_of(c, s);

		if (standing == STANDS_LAME ||
		    (standing == STANDS_DOWN && others))
			as_list_add(o, &shown, trouble_text(c, o, s));
	}
	if (shown.n > 0) {
		f = as_say(o, AS_VERDICT_WARN,
		    "%zu of the %zu name servers that were asked %s not speak "
		    "for " AS_STR_FMT ".",
		    shown.n, c->d->n_servers, shown.n == 1 ? "does" : "do",
		    AS_STR_ARG(as_say_esc(o, c->d->server_zone)));
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &shown)));
		as_say_advice(o, f, "%s", o->rule->advice);
	} else if (standing_find(c, STANDS_OPEN) != NULL ||
	    standing_find(c, STANDS_DOWN) != NULL) {
		say_open(c, o);
	} else {
		as_say_pass(
		    o, "Every name server that was asked speaks for the zone.");
	}
}

/* --- is there more than one? --- */

void
as_check_dns_single_server(const struct as_case *c, struct as_say *o)
{
	const struct as_server_facts *first, *open = NULL;
	struct as_finding *f;

	if (!need_servers(c, o))
		return;
	first = &c->d->servers[0];
	for (size_t i = 0; i < c->d->n_servers; i++) {
		const struct as_server_facts *s = &c->d->servers[i];

		if (s->address.n == 0 && s->outcome != AS_SERVER_NO_ADDRESS)
			open = s;
		if (first->address.n == 0)
			first = s;
		if (s->address.n > 0 &&
		    !as_str_eq(s->address, first->address)) {
			as_say_pass(
			    o, "The zone has more than one name server.");
			return;
		}
	}
	if (open != NULL && c->d->n_servers > 1) {
		as_say_cause(
		    o, (struct as_cause){trouble_text(c, o, open), look_there});
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    AS_STR_FMT " has one name server: " AS_STR_FMT ".",
	    AS_STR_ARG(as_say_esc(o, c->d->server_zone)),
	    AS_STR_ARG(server_text(o, first)));
	as_say_evidence(o, f, "%zu NS record%s, one address", c->d->n_servers,
	    c->d->n_servers == 1 ? "" : "s");
}
