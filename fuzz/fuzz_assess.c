/*
 * Any octets as stored facts: what can be read can be judged; every rule says
 * something, the texts are printable, and twice gives the same.
 */
#include <libpsl.h>

#include "assess/assess.h"
#include "assess/tls_verdict.h"
#include "must.h"

#include "base/banned.h"

#define INPUT_OCTETS ((size_t)256 * 1024)
#define ARENA_OCTETS (INPUT_OCTETS * 1024)
#define NOW_MS       INT64_C(1795521600000) /* 2026-11-24 */

static void
check_text(struct as_str s)
{
	MUST(!as_str_is_null(s));
	for (size_t i = 0; i < s.n; i++)
		MUST(s.p[i] >= 0x20 && s.p[i] < 0x7f);
}

static void
check_finding(const struct as_finding *f)
{
	MUST(as_rule_find(f->rule) != NULL);
	MUST(f->verdict <= AS_VERDICT_UNKNOWN);
	MUST(f->cites.n > 0);
	check_text(f->subject);
	check_text(f->title);
	check_text(f->evidence);
	check_text(f->advice);
	check_text(f->record.name);
	check_text(f->record.current);
	check_text(f->record.proposed);
}

static void
check_same(const struct as_assessment *x, const struct as_assessment *y)
{
	MUST(x->n_findings == y->n_findings);
	for (size_t i = 0; i < x->n_findings; i++) {
		MUST(x->findings[i].verdict == y->findings[i].verdict);
		MUST(as_str_eq(x->findings[i].title, y->findings[i].title));
		MUST(as_str_eq(
		    x->findings[i].evidence, y->findings[i].evidence));
	}
	for (size_t i = 0; i < AS_AXES; i++)
		MUST(x->axes[i].grade == y->axes[i].grade);
}

static void
judge(struct as_arena *a, const struct as_facts *facts)
{
	const struct as_tls_document rfc9325 = {"rfc9325",
	    AS_STR("version\tTLS 1.*\tinsufficient\t\tX\n"
		   "suite\t*\tinsufficient\t\t\n"
		   "group\t*\tphase-out\t2020-01-01\t\n"
		   "dh\t0\tinsufficient\t\t\n")};
	struct as_assess_options options = {.now_ms = NOW_MS,
	    .psl = psl_builtin(),
	    .report_services = AS_STR("a.b\tX\twithdrawn\t2000-01-01\t\n"),
	    .senders = AS_STR("dkim-cname\ta.b\tX\tmailbox\tchecked\t\n"),
	    .tls_documents = &rfc9325,
	    .n_tls_documents = 1};
	struct as_assessment *as, *again;

	if (as_assess(a, facts, &options, &as) != AS_OK ||
	    as_assess(a, facts, &options, &again) != AS_OK)
		return; /* memory is capped */
	check_text(as->domain);
	check_text(as->role_why);
	check_text(as->next_step);
	for (size_t i = 0; i < AS_AXES; i++)
		check_text(as->axes[i].gate);
	for (size_t i = 0; i < as->n_findings; i++)
		check_finding(&as->findings[i]);
	check_same(as, again);
	for (int role = 0; role <= AS_ROLE_LEGACY; role++) {
		options.role = (enum as_role)role;
		if (as_assess(a, facts, &options, &as) != AS_OK)
			return;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	struct as_str text = {(const char *)p, n};
	struct as_facts *facts;

	if (a == NULL)
		return 0;
	if (n <= INPUT_OCTETS && as_facts_read(a, text, &facts, NULL) == AS_OK)
		judge(a, facts);
	as_arena_free(a);
	return 0;
}
