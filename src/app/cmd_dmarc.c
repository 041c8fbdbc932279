#include "app/cmd.h"

#include "app/data.h"
#include "app/lookup.h"
#include "base/limits.h"
#include "render/dmarc.h"

#include "base/banned.h"

#define TEXT_WIDTH     100
#define STATUS_UNKNOWN 3
#define MAX_ROUNDS     16 /* walks, reports, consents; more is a fault of ours */

static const char help[] =
    "Examples:\n"
    "  assay dmarc example.gov        what mail that fails as example.gov "
    "meets\n"
    "  assay dmarc invented.example.gov\n"
    "                                 as a name that does not exist\n"
    "  assay dmarc example.gov --align news.example.gov\n"
    "                                 does this sender count as example.gov?\n"
    "  assay dmarc example.gov --zone new.zone\n"
    "                                 as if new.zone were published\n"
    "  assay dmarc example.gov --json\n"
    "\n"
    "Usage: assay dmarc DOMAIN [OPTION...]\n"
    "\n"
    "Walks up the DNS as RFC 9989 says, and shows beside it what receivers of\n"
    "RFC 7489 find, and who takes the reports.\n"
    "\n"
    "Exit status: 0 all could be told; 3 something could not; 2 usage; 64 and\n"
    "above: our fault.\n";

struct dmarc {
	struct as_run run;
	struct as_lookup *lookup;
	struct as_assess_options options;
	struct as_dmarc_ask ask;
	struct as_dmarc_view view;
	struct as_arena *arena; /* of one view */
};

static enum as_err
domain_read(
    struct dmarc *c, const char *text, struct as_str *out, struct as_why *why)
{
	AS_TRY(as_cmd_domain(c->run.arena, as_str_from(text), out, why));
	if (as_str_is(*out, "."))
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "the root has no DMARC: name a domain");
	return AS_OK;
}

static enum as_err
ask_read(struct dmarc *c, const struct as_settings *s, struct as_why *why)
{
	const struct as_clock *clock = &c->run.fleet.prober.clock;
	struct as_str *list =
	    as_arena_array(c->run.arena, s->align.n, sizeof(*list));

	if (list == NULL)
		return as_why_no_memory(why);
	if (s->n_args != 1)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    s->n_args == 0 ? "which domain?"
				   : "one domain at a time, please");
	AS_TRY(domain_read(c, s->args[0], &c->ask.domain, why));
	for (size_t i = 0; i < s->align.n; i++)
		AS_TRY(domain_read(c, s->align.v[i], &list[i], why));
	c->ask.identifiers = list;
	c->ask.n_identifiers = s->align.n;
	c->options = (struct as_assess_options){.now_ms = c->run.has_now
		? c->run.now_ms
		: clock->wall_ms(clock->ctx),
	    .psl = c->run.psl,
	    .report_services = as_data_report_services};
	c->ask.options = &c->options;
	return AS_OK;
}

/* --- the view --- */

static enum as_err
view_make(struct dmarc *c, struct as_why *why)
{
	for (unsigned round = 0; round < MAX_ROUNDS; round++) {
		as_arena_reset(c->arena);
		c->ask.answers =
		    as_lookup_answers(c->lookup, &c->ask.n_answers);
		if (as_dmarc_view_make(c->arena, &c->ask, &c->view) != AS_OK)
			return as_why_no_memory(why);
		if (c->view.n_needs == 0)
			return AS_OK;
		AS_TRY(as_lookup_ask(
		    c->lookup, c->view.needs, c->view.n_needs, why));
	}
	return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
	    "the questions do not come to an end");
}

/* --- the command --- */

static enum as_err
print(struct dmarc *c, struct as_why *why)
{
	struct as_buf b;
	struct as_term t;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	t = as_run_term(&b, stdout, TEXT_WIDTH);
	if (c->run.format == AS_FORMAT_TEXT)
		as_dmarc_text(&t, &c->view);
	else
		as_cmd_json(&b, c->run.format, as_dmarc_json(&c->view));
	return as_cmd_print(&b, why);
}

static enum as_err
dmarc_run(struct dmarc *c, const struct as_settings *s, struct as_why *why)
{
	AS_TRY(as_run_open(&c->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(ask_read(c, s, why));
	AS_TRY(as_run_zones(&c->run, s, c->ask.domain, why));
	c->arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (c->arena == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_lookup_new(&c->run.fleet, &c->lookup, why));
	AS_TRY(view_make(c, why));
	return print(c, why);
}

int
as_cmd_dmarc(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_why why = {0};
	struct dmarc c = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "dmarc", AS_FOR_DMARC, help, argc, argv, &s, &status)) {
		if (dmarc_run(&c, &s, &why) != AS_OK)
			status = as_cmd_fail("dmarc", &why);
		else if (c.view.unknown)
			status = STATUS_UNKNOWN;
		as_lookup_free(c.lookup);
		as_arena_free(c.arena);
		as_run_close(&c.run);
	}
	as_arena_free(a);
	return status;
}
