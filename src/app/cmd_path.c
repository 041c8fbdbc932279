#include "app/cmd.h"

#include "app/look.h"
#include "app/stored.h"
#include "base/limits.h"
#include "render/path.h"

#include "base/banned.h"

#define TEXT_WIDTH     100
#define STATUS_NOT_ALL 1
#define STATUS_UNKNOWN 3

static const char help[] =
    "Examples:\n"
    "  assay path council.example hospital.example\n"
    "                                 will this mail be encrypted, to the\n"
    "                                 right server, and provable?\n"
    "  assay path council.example hospital.example --zone new.zone\n"
    "                                 as if new.zone were published\n"
    "  assay path a.example b.example --facts stored.json\n"
    "                                 from what scan or check --json stored\n"
    "  assay path a.example b.example --json\n"
    "\n"
    "Usage: assay path FROM TO [OPTION...]\n"
    "\n"
    "Asks the DNS about FROM, and visits the mail servers of TO.  How the\n"
    "servers of FROM deliver cannot be seen from outside, so each known way\n"
    "of sending gets an answer of its own.\n"
    "\n"
    "Exit status: 0 yes to all three; 1 not; 2 usage; 3 something could not\n"
    "be tested; 64 and above: our fault.\n";

struct path {
	struct as_run run;
	struct as_str from, to;
	struct as_arena *arena; /* of both sides */
	struct as_path_from *send;
	struct as_path_to *receive;
};

/* Facts of either domain become its side. */
static enum as_err
side_make(struct path *p, const struct as_facts *facts)
{
	struct as_assess_options options = as_run_options(&p->run, facts);

	if (p->send == NULL && as_str_eq(facts->domain->name, p->from))
		AS_TRY(as_path_send(p->arena, facts, &options, &p->send));
	if (p->receive == NULL && !facts->domain->only_dns &&
	    as_str_eq(facts->domain->name, p->to))
		AS_TRY(as_path_receive(p->arena, facts, &options, &p->receive));
	return AS_OK;
}

/* --- from the net --- */

static enum as_err
look(struct path *p, struct as_str domain, bool only_dns, struct as_why *why)
{
	struct as_fleet_config fleet = p->run.fleet;
	struct as_facts *facts;

	fleet.only_dns = only_dns;
	AS_TRY(as_look(&fleet, domain, p->arena, &facts, why));
	return side_make(p, facts) == AS_OK ? AS_OK : as_why_no_memory(why);
}

static enum as_err
look_live(struct path *p, const struct as_settings *s, struct as_why *why)
{
	AS_TRY(as_run_zones(&p->run, s, AS_STR_NULL, why));
	p->run.fleet.prober.both_kinds = true;
	AS_TRY(look(p, p->to, false, why));
	return p->send != NULL ? AS_OK : look(p, p->from, true, why);
}

/* --- from stored facts --- */

static enum as_err
take(void *ctx, const struct as_facts *facts, struct as_why *why)
{
	return side_make(ctx, facts) == AS_OK ? AS_OK : as_why_no_memory(why);
}

static enum as_err
look_stored(struct path *p, const char *file, struct as_why *why)
{
	AS_TRY(as_stored_each(file, take, p, why));
	if (p->send == NULL)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%.80s holds no facts of " AS_STR_FMT, file,
		    AS_STR_ARG(p->from));
	if (p->receive == NULL)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%.80s holds no facts of " AS_STR_FMT
		    " with its mail servers",
		    file, AS_STR_ARG(p->to));
	return AS_OK;
}

/* --- the command --- */

static enum as_err
domains_read(struct path *p, const struct as_settings *s, struct as_why *why)
{
	if (s->n_args != 2)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "name two domains: who sends, and who receives");
	AS_TRY(as_cmd_domain(
	    p->run.arena, as_str_from(s->args[0]), &p->from, why));
	return as_cmd_domain(
	    p->run.arena, as_str_from(s->args[1]), &p->to, why);
}

static enum as_err
print(struct path *p, struct as_why *why)
{
	struct as_path_view v = {p->send, p->receive};
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (p->run.format == AS_FORMAT_TEXT)
		as_path_text(&t, &v);
	else
		as_cmd_json(&b, p->run.format, as_path_json(&v));
	return as_cmd_print(&b, why);
}

static enum as_err
path_run(struct path *p, const struct as_settings *s, struct as_why *why)
{
	AS_TRY(as_run_open(&p->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(domains_read(p, s, why));
	/* Two domains as large as one job may be. */
	p->arena = as_arena_new(4 * AS_MAX_JOB_OCTETS);
	if (p->arena == NULL)
		return as_why_no_memory(why);
	AS_TRY(s->facts != NULL ? look_stored(p, s->facts, why)
				: look_live(p, s, why));
	return print(p, why);
}

static int
status_of(const struct path *p)
{
	enum as_path_answer answers[] = {p->receive->encrypted.answer,
	    p->receive->verified.answer, p->send->provable.answer};
	int status = 0;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (answers[i] != AS_PATH_YES && answers[i] != AS_PATH_UNKNOWN)
			return STATUS_NOT_ALL;
		else if (answers[i] == AS_PATH_UNKNOWN)
			status = STATUS_UNKNOWN;
	return status;
}

int
as_cmd_path(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_why why = {0};
	struct path p = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "path", AS_FOR_PATH, help, argc, argv, &s, &status)) {
		status = path_run(&p, &s, &why) == AS_OK
		    ? status_of(&p)
		    : as_cmd_fail("path", &why);
		as_arena_free(p.arena);
		as_run_close(&p.run);
	}
	as_arena_free(a);
	return status;
}
