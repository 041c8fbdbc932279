#include "app/data.h"
#include "app/run.h"

#include "base/banned.h"

#define PAUSE_MS 200

/* What a hello may hold, before any prober is forked. */
enum as_err
as_run_tls(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	const struct as_tls_tables text = {
	    as_data_tls_ciphers, as_data_tls_groups, as_data_tls_signatures};
	struct as_prober_config *config = &run->fleet.prober;
	struct as_tls_plan_tables *tables =
	    AS_NEW(run->arena, struct as_tls_plan_tables);
	struct as_tls_book *book;

	if (tables == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_tls_book_parse(run->arena, &text, &book, why));
	if (as_tls_plan_tables_make(run->arena, book, tables) != AS_OK)
		return as_why_no_memory(why);
	config->tls_book = book;
	config->tls_tables = tables;
	config->dh_primes = as_data_dh_primes;
	run->fleet.pause_ms = s->pause != 0 ? s->pause : PAUSE_MS;
	return AS_OK;
}

enum as_err
as_run_tls_matrix(struct as_run *run, const struct as_settings *s, bool wanted,
    struct as_why *why)
{
	run->fleet.tls_matrix = wanted;
	return wanted ? as_run_tls(run, s, why) : AS_OK;
}
