/*
 * The receiving side of a path.
 */
#include "assess/path_private.h"

#include "base/banned.h"

/* --- servers --- */

/* A host that was not visited leaves every way open, but for one that nobody
 * can deliver to. */
static void
unvisited(struct as_say *o, const struct as_mx *m, struct as_path_server *out)
{
	*out = (struct as_path_server){.host = as_say_esc(o, m->host),
	    .address = AS_STR(""),
	    .preference = m->preference,
	    .why = AS_STR("it was not visited")};
}

static enum as_err
servers_fill(struct as_say *o, struct as_path_to *out)
{
	const struct as_case *c = o->c;

	out->servers =
	    as_arena_array(c->a, c->n_visits + c->n_mx, sizeof(*out->servers));
	if (out->servers == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < c->n_mx; i++) {
		const struct as_mx *m = &c->mx[i];

		for (size_t k = 0; k < m->n_visits; k++)
			as_path_see(o, m, m->visits[k],
			    &out->servers[out->n_servers++]);
		if (m->n_visits == 0 && m->has_address != AS_NO)
			unvisited(o, m, &out->servers[out->n_servers++]);
	}
	return AS_OK;
}

/* --- one way over all servers --- */

struct count {
	size_t of[AS_WAY_STUCK + 1];
};

static struct count
count_ways(const struct as_path_to *p, enum as_path_sender sender)
{
	struct count n = {{0}};

	for (size_t i = 0; i < p->n_servers; i++)
		n.of[p->servers[i].ways[sender]]++;
	return n;
}

/* What a sender passes over does not matter while another server is left; what
 * is not known does. */
static enum as_path_way
way_of(const struct count *n, bool incomplete)
{
	size_t safe = n->of[AS_WAY_ENCRYPTED] + n->of[AS_WAY_PROTECTED];

	if (n->of[AS_WAY_CLEAR] > 0)
		return safe > 0 || n->of[AS_WAY_UNKNOWN] > 0 || incomplete
		    ? AS_WAY_MIXED
		    : AS_WAY_CLEAR;
	if (n->of[AS_WAY_UNKNOWN] > 0 || incomplete)
		return AS_WAY_UNKNOWN;
	if (n->of[AS_WAY_ENCRYPTED] > 0)
		return AS_WAY_ENCRYPTED;
	return n->of[AS_WAY_PROTECTED] > 0 ? AS_WAY_PROTECTED : AS_WAY_STUCK;
}

static const char *
way_words(enum as_path_way way)
{
	switch (way) {
	case AS_WAY_CLEAR: return "Anyone on the way can read the mail.";
	case AS_WAY_MIXED:
		return "Through some of the mail servers anyone on the way can "
		       "read the mail.";
	case AS_WAY_ENCRYPTED:
		return "The mail is encrypted, but somebody on the way can "
		       "switch that off, or pose as the mail server.";
	case AS_WAY_PROTECTED:
		return "The mail is encrypted, and goes only to a server that "
		       "has proved its name.";
	case AS_WAY_STUCK:
		return "The sender trusts none of the mail servers: the mail "
		       "waits, and comes back after some days.";
	case AS_WAY_NONE: return "The domain takes no mail.";
	default: return "It could not be told now.";
	}
}

/* Why the sender does no better than one that takes what there is. */
static const char *
same_words(const struct as_case *c, enum as_path_sender sender)
{
	if (sender == AS_PATH_MTA_STS && c->sts_enforces == AS_NO)
		return " There is no MTA-STS policy in force.";
	if (sender == AS_PATH_DANE && c->dane_enforces == AS_NO)
		return " There are no TLSA records in force at every mail "
		       "server.";
	return "";
}

static void
line_fill(struct as_say *o, struct as_path_to *p, enum as_path_sender sender)
{
	const struct as_case *c = o->c;
	struct count n = count_ways(p, sender);
	struct as_path_line *line = &p->lines[sender];
	size_t over = n.of[AS_WAY_STUCK];
	bool cut = c->mx_answer != NULL && c->mx_answer->cut;

	if (c->receives == AS_NO)
		line->way = AS_WAY_NONE;
	else if (c->receives == AS_YES && p->n_servers > 0)
		line->way = way_of(&n, cut);
	line->why = as_say_text(o, "%s%s", way_words(line->way),
	    line->way == AS_WAY_ENCRYPTED || line->way == AS_WAY_MIXED ||
		    line->way == AS_WAY_CLEAR
		? same_words(c, sender)
		: "");
	if (over > 0 && over < p->n_servers)
		line->why = as_say_text(o,
		    AS_STR_FMT " It passes over %zu of %zu addresses.",
		    AS_STR_ARG(line->why), over, p->n_servers);
}

enum as_err
as_path_ways(struct as_say *o, struct as_path_to *out)
{
	AS_TRY(servers_fill(o, out));
	for (int i = 0; i < AS_PATH_SENDERS; i++)
		line_fill(o, out, (enum as_path_sender)i);
	return o->err;
}

/* --- the two answers --- */

static struct as_path_said
said_encrypted(const struct as_path_to *p)
{
	const struct as_path_line *open = &p->lines[AS_PATH_OPPORTUNISTIC];
	static const enum as_path_answer answers[] = {
	    [AS_WAY_UNKNOWN] = AS_PATH_UNKNOWN,
	    [AS_WAY_NONE] = AS_PATH_NOTHING,
	    [AS_WAY_CLEAR] = AS_PATH_NO,
	    [AS_WAY_MIXED] = AS_PATH_PARTLY,
	    [AS_WAY_ENCRYPTED] = AS_PATH_YES,
	    [AS_WAY_PROTECTED] = AS_PATH_YES,
	    [AS_WAY_STUCK] = AS_PATH_NO,
	};
	static const char *const words[] = {
	    [AS_PATH_UNKNOWN] = "Not every mail server could be tested.",
	    [AS_PATH_YES] = ("Every address of every mail server takes TLS, "
			     "which nearly all senders use."),
	    [AS_PATH_PARTLY] =
		"Some addresses of its mail servers take no TLS.",
	    [AS_PATH_NO] = "Its mail servers take no TLS.",
	    [AS_PATH_NOTHING] = "The domain takes no mail.",
	};
	enum as_path_answer answer = answers[open->way];

	return (struct as_path_said){answer, as_str_from(words[answer])};
}

static bool
has_way(const struct as_path_to *p, enum as_path_way way)
{
	return p->lines[AS_PATH_MTA_STS].way == way ||
	    p->lines[AS_PATH_DANE].way == way;
}

static const char *
who(const struct as_path_to *p, enum as_path_way way)
{
	bool sts = p->lines[AS_PATH_MTA_STS].way == way,
	     dane = p->lines[AS_PATH_DANE].way == way;

	return sts && dane ? "MTA-STS or DANE" : sts ? "MTA-STS" : "DANE";
}

static struct as_path_said
said_verified(struct as_say *o, const struct as_path_to *p)
{
	if (p->lines[AS_PATH_OPPORTUNISTIC].way == AS_WAY_NONE)
		return (struct as_path_said){
		    AS_PATH_NOTHING, AS_STR("The domain takes no mail.")};
	if (has_way(p, AS_WAY_STUCK))
		return (struct as_path_said){AS_PATH_NO,
		    as_say_text(o,
			"Senders that honour %s do not deliver at all.",
			who(p, AS_WAY_STUCK))};
	if (has_way(p, AS_WAY_PROTECTED))
		return (struct as_path_said){AS_PATH_YES,
		    as_say_text(o,
			"Senders that honour %s deliver to nobody else.",
			who(p, AS_WAY_PROTECTED))};
	if (has_way(p, AS_WAY_UNKNOWN))
		return (struct as_path_said){AS_PATH_UNKNOWN,
		    AS_STR("It could not be told now whether MTA-STS or DANE "
			   "holds.")};
	return (struct as_path_said){AS_PATH_NO,
	    AS_STR("Neither MTA-STS nor DANE holds for every mail server, so a "
		   "sender cannot tell the right server from another.")};
}

enum as_err
as_path_receive(struct as_arena *a, const struct as_facts *facts,
    const struct as_assess_options *options, struct as_path_to **out)
{
	struct as_case *c = AS_NEW(a, struct as_case);
	struct as_path_to *p = AS_NEW(a, struct as_path_to);
	struct as_assessment *as;
	struct as_say o = {.c = c};

	if (c == NULL || p == NULL)
		return AS_ENOMEM;
	o.tail = &o.head;
	AS_TRY(as_case_init(a, facts, options, c));
	AS_TRY(as_assess_case(c, &as));
	p->domain = c->shown;
	AS_TRY(as_path_ways(&o, p));
	p->encrypted = said_encrypted(p);
	p->verified = said_verified(&o, p);
	AS_TRY(as_path_todo(a, as, AS_AXIS_TRANSIT, &p->todo, &p->n_todo));
	*out = p;
	return o.err;
}
