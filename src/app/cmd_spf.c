#include "app/cmd.h"

#include "app/lookup.h"
#include "app/spf_reply.h"
#include "base/limits.h"
#include "render/spf.h"

#include "base/banned.h"

#define TEXT_WIDTH       100
#define STATUS_TEMPERROR 3

static const char help[] =
    "Examples:\n"
    "  assay spf example.gov          what its record leads to, term by term\n"
    "  assay spf --ip 192.0.2.1 --from news@example.gov\n"
    "                                 may this server send as "
    "news@example.gov?\n"
    "  assay spf --ip 2001:db8::1 example.gov\n"
    "                                 for any sender of the domain\n"
    "  assay spf --ip 192.0.2.1 --from '<>' --helo mx.example.gov\n"
    "                                 a bounce: the HELO name is checked\n"
    "  assay spf --ip 192.0.2.1 example.gov --zone new.zone\n"
    "                                 as if new.zone were published\n"
    "  assay spf --ip 192.0.2.1 example.gov --json\n"
    "\n"
    "Usage: assay spf DOMAIN [OPTION...]\n"
    "       assay spf --ip ADDRESS [--from ADDRESS] [--helo NAME] [DOMAIN] "
    "[OPTION...]\n"
    "\n"
    "With --ip: the verdict that a receiver would reach (RFC 7208), and which\n"
    "terms led to it at what cost.  With a domain alone: all that its record\n"
    "leads to, what each part costs at worst, which lead nowhere, and whose "
    "they\n"
    "are.\n"
    "\n"
    "Exit status: 0 all could be told; 3 DNS did not answer, or the tree is\n"
    "too large; 2 usage; 64 and above: our fault.\n";

struct spf {
	struct as_run run;
	struct as_lookup *lookup;
	struct as_spf_query query;
	struct as_spf_verdict verdict;
	struct as_arena *arena; /* of one evaluation */
	enum as_err err;        /* of a lookup */
};

/* --- what is asked --- */

static bool
is_ascii(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Without "<>", and with A-labels (RFC 7208 4.3).  A domain that is none is
 * for the evaluation to judge. */
static enum as_err
sender_read(struct spf *c, const char *text, struct as_why *why)
{
	struct as_str s = as_str_trim(as_str_from(text)), domain;
	size_t at = s.n;

	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		s = as_str_slice(s, 1, s.n - 1);
	while (at > 0 && s.p[at - 1] != '@')
		at--;
	domain = as_str_slice(s, at, s.n);
	if (!is_ascii(domain)) {
		AS_TRY(as_cmd_domain(c->run.arena, domain, &domain, why));
		s = as_str_printf(c->run.arena, AS_STR_FMT AS_STR_FMT,
		    AS_STR_ARG(as_str_slice(s, 0, at)), AS_STR_ARG(domain));
		if (as_str_is_null(s))
			return as_why_no_memory(why);
	}
	c->query.sender = s;
	return AS_OK;
}

/* DOMAIN alone stands for any sender there. */
static enum as_err
domain_read(struct spf *c, const struct as_settings *s, struct as_why *why)
{
	struct as_spf_query *q = &c->query;

	AS_TRY(as_cmd_domain(
	    c->run.arena, as_str_from(s->args[0]), &q->domain, why));
	if (s->from != NULL)
		return AS_OK;
	q->sender = as_str_printf(
	    c->run.arena, "postmaster@" AS_STR_FMT, AS_STR_ARG(q->domain));
	return as_str_is_null(q->sender) ? as_why_no_memory(why) : AS_OK;
}

/* Whose record it is: that of the first lookup. */
static struct as_str
domain_checked(const struct as_spf_query *q)
{
	size_t at = q->sender.n;

	if (!as_str_is_null(q->domain))
		return q->domain;
	while (at > 0 && q->sender.p[at - 1] != '@')
		at--;
	return q->sender.n > 0 ? as_str_slice(q->sender, at, q->sender.n)
			       : q->helo;
}

static enum as_err
query_read(struct spf *c, const struct as_settings *s, struct as_why *why)
{
	const struct as_clock *clock = &c->run.fleet.prober.clock;
	struct as_spf_query *q = &c->query;

	*q = (struct as_spf_query){
	    .helo = as_str_from(s->helo),
	    .receiver = as_str_from(s->receiver),
	    .now_ms = clock->wall_ms(clock->ctx),
	    .void_limit = s->void_limit != 0 ? s->void_limit : AS_SPF_VOIDS,
	    .time_limit_ms = AS_SPF_TIME_MS,
	};
	if (s->ip == NULL || as_ip_parse(as_str_from(s->ip), &q->ip) != AS_OK)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--ip must be the address of a server%s%.60s%s",
		    s->ip != NULL ? ", not \"" : "", s->ip != NULL ? s->ip : "",
		    s->ip != NULL ? "\"" : "");
	if (s->n_args > 1)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "one domain at a time, please");
	if (s->from != NULL)
		AS_TRY(sender_read(c, s->from, why));
	if (s->n_args == 1)
		AS_TRY(domain_read(c, s, why));
	if (domain_checked(q).n == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "whose policy?  Give --from, --helo or a domain");
	if (q->helo.n == 0)
		q->helo = domain_checked(q);
	return AS_OK;
}

/* --- the evaluation --- */

static struct as_spf_reply
known_find(void *ctx, struct as_str name, uint16_t type)
{
	struct spf *c = ctx;
	struct as_spf_reply r;
	enum as_err err = as_spf_reply_make(
	    c->arena, as_lookup_find(c->lookup, name, type), &r);

	if (err != AS_OK)
		c->err = err;
	return r;
}

/* Each round asks something new, and no evaluation needs much (4.6.4). */
static enum as_err
evaluate(struct spf *c, struct as_why *why)
{
	for (;;) {
		as_arena_reset(c->arena);
		if (as_spf_eval(c->arena, &c->query, known_find, c,
			&c->verdict) != AS_OK ||
		    c->err != AS_OK)
			return as_why_no_memory(why);
		if (c->verdict.n_needs == 0)
			return AS_OK;
		AS_TRY(as_lookup_ask(
		    c->lookup, c->verdict.needs, c->verdict.n_needs, why));
	}
}

/* --- the command --- */

static enum as_err
print(struct spf *c, struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (c->run.format == AS_FORMAT_TEXT)
		as_spf_text(&t, &c->query, &c->verdict);
	else
		as_cmd_json(
		    &b, c->run.format, as_spf_json(&c->query, &c->verdict));
	return as_cmd_print(&b, why);
}

static enum as_err
spf_run(struct spf *c, const struct as_settings *s, struct as_why *why)
{
	AS_TRY(as_run_open(&c->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(query_read(c, s, why));
	AS_TRY(as_run_zones(&c->run, s, domain_checked(&c->query), why));
	c->arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (c->arena == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_lookup_new(&c->run.fleet, &c->lookup, why));
	AS_TRY(evaluate(c, why));
	return print(c, why);
}

int
as_cmd_spf(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_why why = {0};
	struct spf c = {.err = AS_OK};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "spf", AS_FOR_SPF, help, argc, argv, &s, &status)) {
		if (s.n_args == 1 && s.ip == NULL && s.from == NULL &&
		    s.helo == NULL)
			status = as_cmd_spf_tree(&s);
		else if (spf_run(&c, &s, &why) != AS_OK)
			status = as_cmd_fail("spf", &why);
		else if (c.verdict.result == AS_SPF_RESULT_TEMPERROR)
			status = STATUS_TEMPERROR;
		as_lookup_free(c.lookup);
		as_arena_free(c.arena);
		as_run_close(&c.run);
	}
	as_arena_free(a);
	return status;
}
