#include "assess/senders.h"

#include "base/tsv.h"

#include "base/banned.h"

enum { EVIDENCE, SUFFIX, SERVICE, CATEGORY, BASIS, NOTE, COLUMNS };

/* Is `name` equal to `top` or below it? */
static bool
is_within(struct as_str name, struct as_str top)
{
	if (top.n == 0 || !as_str_has_suffix_case(name, top))
		return false;
	return name.n == top.n || name.p[name.n - top.n - 1] == '.';
}

bool
as_sender_find(struct as_str table, const char *evidence, struct as_str name,
    struct as_sender *out)
{
	struct as_tsv t = {.text = table};
	struct as_str cells[AS_TSV_COLUMNS];
	size_t n, best = 0;

	if (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	while ((n = as_tsv_next(&t, cells)) > 0) {
		if (n <= CATEGORY || cells[SUFFIX].n <= best ||
		    !as_str_is(cells[EVIDENCE], evidence) ||
		    !is_within(name, cells[SUFFIX]))
			continue;
		best = cells[SUFFIX].n;
		*out = (struct as_sender){.service = cells[SERVICE],
		    .category = cells[CATEGORY],
		    .note = n > NOTE ? cells[NOTE] : AS_STR("")};
	}
	return best > 0;
}

static const struct trade {
	const char *category;
	const char *words;
} trades[] = {
    {"business", "business software"},
    {"commerce", "shop and payment mail"},
    {"crm", "customer relations"},
    {"forwarding", "mail forwarding"},
    {"gateway", "mail filter"},
    {"hosting", "web and mail hosting"},
    {"hr", "personnel and applications"},
    {"mailbox", "mailboxes"},
    {"marketing", "newsletters and marketing"},
    {"platform", "website platform"},
    {"security", "security service"},
    {"spf-manager", "SPF record kept by a service"},
    {"support", "helpdesk"},
    {"survey", "surveys"},
    {"transactional", "mail sent by programs"},
};

struct as_str
as_sender_trade(struct as_str category)
{
	for (size_t i = 0; i < sizeof(trades) / sizeof(trades[0]); i++)
		if (as_str_is(category, trades[i].category))
			return as_str_from(trades[i].words);
	return category;
}
