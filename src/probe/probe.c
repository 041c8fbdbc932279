#include "probe/probe.h"

#include "base/banned.h"

const char *
as_probe_forbidden(
    const struct as_prober_config *config, const struct as_ip *ip)
{
	const char *range = as_ip_special(ip);

	if (range == NULL)
		return NULL;
	for (size_t i = 0; i < config->n_allow; i++)
		if (as_prefix_has(&config->allow[i], ip))
			return NULL;
	return range;
}
