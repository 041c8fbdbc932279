#include "app/run.h"

#include <string.h>

#include "base/banned.h"

enum as_err
as_run_each_server(struct as_run *run, const struct as_settings *s, bool usual,
    struct as_why *why)
{
	const char *word = s->each_name_server;

	if (word != NULL && strcmp(word, "yes") != 0 && strcmp(word, "no") != 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--each-name-server must be yes or no, not \"%s\"", word);
	if (word != NULL)
		usual = strcmp(word, "yes") == 0;
	run->fleet.each_server = usual && !s->zone_only;
	return AS_OK;
}
