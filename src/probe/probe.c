#include "probe/probe.h"

#include "base/banned.h"

static bool
is_allowed(const struct as_prober_config *config, const struct as_ip *ip)
{
	for (size_t i = 0; i < config->n_allow; i++)
		if (as_prefix_has(&config->allow[i], ip))
			return true;
	return false;
}

const char *
as_probe_forbidden(
    const struct as_prober_config *config, const struct as_ip *ip)
{
	return is_allowed(config, ip) ? NULL : as_ip_special(ip);
}

bool
as_probe_is_own(const struct as_prober_config *config, const struct as_ip *ip)
{
	struct as_ip inner = as_ip_inner(ip);

	if (is_allowed(config, ip))
		return false;
	for (size_t i = 0; i < config->n_own; i++)
		if (as_ip_eq(&config->own[i], ip) ||
		    as_ip_eq(&config->own[i], &inner))
			return true;
	return false;
}
