#include "assess/dkim_uses.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static int
use_cmp(const void *pa, const void *pb)
{
	const struct as_dkim_use *a = pa, *b = pb;
	int d = memcmp(a->sha256, b->sha256, sizeof(a->sha256));

	if (d == 0)
		d = as_str_cmp(a->domain, b->domain);
	return d != 0 ? d : as_str_cmp(a->selector, b->selector);
}

void
as_dkim_uses_sort(struct as_dkim_use *v, size_t n)
{
	if (n > 1)
		qsort(v, n, sizeof(*v), use_cmp);
}

static size_t
run_length(const struct as_dkim_use *v, size_t n)
{
	size_t i = 1;

	while (
	    i < n && memcmp(v[i].sha256, v[0].sha256, sizeof(v[0].sha256)) == 0)
		i++;
	return i;
}

size_t
as_dkim_uses_next(const struct as_dkim_use *v, size_t n, size_t *at)
{
	while (*at < n) {
		size_t run = run_length(v + *at, n - *at);

		if (run > 1)
			return run;
		*at += run;
	}
	return 0;
}

size_t
as_dkim_uses_domains(const struct as_dkim_use *v, size_t n)
{
	size_t domains = n > 0;

	for (size_t i = 1; i < n; i++)
		domains += !as_str_eq(v[i].domain, v[i - 1].domain);
	return domains;
}
