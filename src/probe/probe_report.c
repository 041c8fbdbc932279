#include "probe/probe_report.h"

#include "base/limits.h"
#include "std/dmarc_report.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

/* The targets that are to be verified. */
struct targets {
	struct as_arena *arena;
	struct as_book *book;
	struct as_str policy_domain;
	struct as_str organization; /* targets within it need no word */
	size_t n;
};

/* What one answer says in the walk. */
static enum as_err
step_read(
    struct as_arena *a, const struct as_answer *ans, struct as_dmarc_step *step)
{
	struct as_str *texts;

	step->known = AS_DMARC_KNOWN_UNKNOWN;
	if (!as_answer_is_known(ans))
		return AS_OK;
	texts = as_arena_array(a, ans->n_txt, sizeof(*texts));
	if (texts == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < ans->n_txt; i++)
		texts[i] = ans->txt[i].text;
	return as_dmarc_step_read(a, texts, ans->n_txt, ans->cut, step);
}

static void
target_ask(struct targets *t, const struct as_dmarc_uri *uri)
{
	struct as_str name;
	enum as_err err;

	if (!uri->usable || as_domain_within(uri->host, t->organization))
		return;
	err =
	    as_dmarc_consent_name(t->arena, t->policy_domain, uri->host, &name);
	if (err == AS_ENOMEM)
		as_book_fail(t->book);
	if (err != AS_OK || as_book_has(t->book, name, AS_RR_TXT))
		return;
	if (t->n >= AS_MAX_REPORT_URIS) {
		as_book_set_reached(t->book);
		return;
	}
	t->n++;
	as_book_ask(t->book, name, AS_RR_TXT, AS_BOOK_KEEP, NULL, NULL);
}

void
as_probe_report_ask(
    struct as_arena *a, struct as_book *book, struct as_str domain)
{
	struct as_str walk[AS_MAX_DMARC_QUERIES];
	struct as_dmarc_step steps[AS_MAX_DMARC_QUERIES];
	struct as_dmarc_result result;
	struct targets t = {.arena = a, .book = book};
	size_t n = as_dmarc_walk_names(domain, walk, AS_MAX_DMARC_QUERIES);

	for (size_t i = 0; i < n; i++) {
		struct as_str name =
		    as_str_printf(a, "_dmarc." AS_STR_FMT, AS_STR_ARG(walk[i]));
		steps[i] = (struct as_dmarc_step){.name = walk[i]};
		if (as_str_is_null(name) ||
		    step_read(a, as_book_find(book, name, AS_RR_TXT),
			&steps[i]) != AS_OK) {
			as_book_fail(book);
			return;
		}
	}
	as_dmarc_discover(domain, steps, n, &result);
	if (result.policy == NULL || result.policy->record == NULL)
		return;
	t.policy_domain = result.policy->name;
	t.organization = result.organizational.n > 0 ? result.organizational
						     : t.policy_domain;
	for (size_t i = 0; i < result.policy->record->n_rua; i++)
		target_ask(&t, &result.policy->record->rua[i]);
	for (size_t i = 0; i < result.policy->record->n_ruf; i++)
		target_ask(&t, &result.policy->record->ruf[i]);
}
