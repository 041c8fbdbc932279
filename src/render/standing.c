/*
 * What all formats tell of how a domain stands to a profile.
 */
#include "render/profile.h"

#include "base/banned.h"

static size_t
musts_count(const struct as_profile_result *p, enum as_standing standing)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_stands; i++)
		n += p->stands[i].standing == standing &&
		    p->stands[i].requirement->level == AS_DEMAND_MUST;
	return n;
}

void
as_standing_counts(struct as_buf *b, const struct as_profile_result *p)
{
	static const struct {
		enum as_standing standing;
		const char *words;
	} rest[] = {
	    {AS_STANDING_NOT_MET, "not met"},
	    {AS_STANDING_UNKNOWN, "unknown"},
	    {AS_STANDING_NOT_APPLICABLE, "do not apply here"},
	    {AS_STANDING_NOT_MEASURABLE, "not measured"},
	};

	as_buf_printf(b, "%zu met", as_profile_count(p, AS_STANDING_MET));
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
		size_t n = as_profile_count(p, rest[i].standing);

		if (n > 0)
			as_buf_printf(b, ", %zu %s", n, rest[i].words);
	}
	as_buf_puts(b, ".");
}

void
as_standing_musts(struct as_buf *b, const struct as_profile_result *p)
{
	size_t failed = musts_count(p, AS_STANDING_NOT_MET);
	size_t open = musts_count(p, AS_STANDING_UNKNOWN);
	size_t met = musts_count(p, AS_STANDING_MET);

	if (failed > 0)
		as_buf_printf(b, "Of what must be, %zu of %zu %s not met.",
		    failed, failed + open + met, failed == 1 ? "is" : "are");
	else if (open > 0)
		as_buf_printf(b,
		    "Of what must be, %zu of %zu could not be told.", open,
		    open + met);
	else if (met > 0)
		as_buf_printf(b,
		    "All that must be, and can be measured, is met (%zu).",
		    met);
	else
		as_buf_puts(b, "Nothing that must be could be measured.");
}

bool
as_ground_is_repeated(const struct as_stand *s, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (as_str_eq(s->grounds[i].text, s->grounds[at].text))
			return true;
	return false;
}
