#include "render/alarm.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "render/term.h"
#include "render/told.h"

#include "base/banned.h"

AS_DEFINE_ENUM(alarm_state, AS_ALARM_STATE_MAP)

#define NAME_OCTETS 1024 /* a name takes 253, escaped four times that */
#define TEXT_OCTETS 1000 /* Nagios 3 reads 4 KiB in all */

/* --- thresholds --- */

/* "10", "10:", "~:10", "10:20", with "@" before it. */
static bool
range_parse(struct as_str s, struct as_threshold *t)
{
	size_t colon;

	t->inside = as_str_has_prefix(s, "@");
	s = as_str_slice(s, t->inside, s.n);
	colon = as_str_find(s, ':', 0);
	t->from = 0;
	t->to = UINT64_MAX;
	if (colon == s.n)
		return as_str_u64(s, UINT32_MAX, &t->to) == AS_OK;
	if (!as_str_is(as_str_slice(s, 0, colon), "~") &&
	    as_str_u64(as_str_slice(s, 0, colon), UINT32_MAX, &t->from) !=
		AS_OK)
		return false;
	return colon + 1 == s.n ||
	    (as_str_u64(as_str_slice(s, colon + 1, s.n), UINT32_MAX, &t->to) ==
		    AS_OK &&
		t->from <= t->to);
}

enum as_err
as_threshold_parse(const char *text, enum as_verdict usual,
    struct as_threshold *out, struct as_why *why)
{
	struct as_str s = as_str_from(text);
	size_t equals = as_str_find(s, '=', 0);
	bool levelled;

	*out = (struct as_threshold){.level = usual};
	if (text == NULL)
		return AS_OK;
	levelled = as_verdict_level(as_str_slice(s, 0, equals), &out->level);
	if (levelled && equals == s.n)
		return AS_OK;
	if (levelled)
		s = as_str_slice(s, equals + 1, s.n);
	if (range_parse(s, out))
		return AS_OK;
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "a threshold is info, warn or fail, or a range such as 5, 5: or "
	    "@1:5, or both, as in warn=5; not \"%.80s\"",
	    text);
}

/* Findings at or above a level. */
static uint64_t
count_from(const struct as_alarm *a, enum as_verdict level)
{
	uint64_t n = 0;

	for (int v = (int)level; v <= AS_VERDICT_FAIL; v++)
		n += a->counts[v];
	return n;
}

static bool
is_raised(const struct as_alarm *a, const struct as_threshold *t)
{
	uint64_t n = count_from(a, t->level);

	return (n >= t->from && n <= t->to) == t->inside;
}

enum as_alarm_state
as_alarm_state(const struct as_alarm *a)
{
	if (is_raised(a, &a->critical))
		return AS_ALARM_CRITICAL;
	if (is_raised(a, &a->warning))
		return AS_ALARM_WARNING;
	if (a->domains == 0 || a->counts[AS_VERDICT_UNKNOWN] > 0)
		return AS_ALARM_UNKNOWN;
	return AS_ALARM_OK;
}

/* --- the domains --- */

void
as_alarm_init(struct as_alarm *a)
{
	as_buf_init(&a->name, NAME_OCTETS);
	as_buf_init(&a->text, AS_TOLD_OCTETS);
}

void
as_alarm_fini(struct as_alarm *a)
{
	as_buf_fini(&a->name);
	as_buf_fini(&a->text);
}

/* The worst finding, which stands first. */
static enum as_verdict
worst_verdict(const struct as_assessment *as)
{
	return as->n_findings > 0 ? as->findings[0].verdict : AS_VERDICT_PASS;
}

/* How bad: what could not be tested comes behind a warning. */
static int
badness(enum as_verdict v)
{
	static const int order[] = {
	    [AS_VERDICT_NOT_APPLICABLE] = 0,
	    [AS_VERDICT_PASS] = 0,
	    [AS_VERDICT_INFO] = 1,
	    [AS_VERDICT_UNKNOWN] = 2,
	    [AS_VERDICT_WARN] = 3,
	    [AS_VERDICT_FAIL] = 4,
	};
	return order[v];
}

/* Domains come in any order: the same one is named whatever it was. */
static bool
is_worse(const struct as_alarm *a, const struct as_assessment *as,
    enum as_verdict worst, size_t n)
{
	int d = badness(worst) - badness(a->worst);

	if (a->domains == 0 || d != 0)
		return a->domains == 0 || d > 0;
	if (n != a->worst_n)
		return n > a->worst_n;
	return as_str_cmp(as->domain, as_buf_str(&a->name)) < 0;
}

static void
name_set(struct as_alarm *a, const struct as_assessment *as)
{
	as_buf_reset(&a->name);
	as_buf_reset(&a->text);
	as_buf_add_str(&a->name, as->domain);
	as_told_counts(&a->text, as);
	if (badness(a->worst) == 0)
		return;
	as_buf_puts(&a->text, "; ");
	if (a->worst == AS_VERDICT_UNKNOWN)
		as_sentence_add(&a->text, as->findings[0].evidence);
	else
		as_buf_add_str(&a->text, as->findings[0].title);
}

void
as_alarm_add(struct as_alarm *a, const struct as_assessment *as)
{
	enum as_verdict worst = worst_verdict(as);
	size_t n = as_told_count(as, worst);
	bool named = is_worse(a, as, worst, n);

	for (int v = 0; v <= AS_VERDICT_UNKNOWN; v++)
		a->counts[v] += as_told_count(as, (enum as_verdict)v);
	a->domains++;
	a->faulty += badness(worst) >= badness(AS_VERDICT_WARN);
	if (!named)
		return;
	a->worst = worst;
	a->worst_n = n;
	name_set(a, as);
}

/* --- the line --- */

/* What a terminal may see, without the octets that cut the line, or that a
 * shell or a page of the monitoring system might read as its own. */
static void
text_add(struct as_buf *b, struct as_str s)
{
	static const char special[] = "|`$<>&";
	struct as_buf safe;

	as_buf_init(&safe, AS_TOLD_OCTETS * 4);
	as_term_add(&safe, s);
	for (size_t i = 0; i < safe.n; i++) {
		if (strchr(special, safe.p[i]) != NULL)
			as_buf_printf(b, "\\x%02x", (unsigned)safe.p[i]);
		else
			as_buf_add(b, &safe.p[i], 1);
	}
	as_buf_fini(&safe);
}

/* Cut where a character begins. */
static void
text_cut(struct as_buf *b, struct as_str s)
{
	size_t n = s.n;

	if (n > TEXT_OCTETS)
		n = TEXT_OCTETS;
	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	text_add(b, as_str_slice(s, 0, n));
	if (n < s.n)
		as_buf_puts(b, " ...");
}

static void
state_add(struct as_buf *b, enum as_alarm_state state)
{
	as_buf_printf(b, "ASSAY %s - ", as_alarm_state_text(state));
}

static void
range_add(struct as_buf *b, const struct as_threshold *t)
{
	if (t->inside)
		as_buf_puts(b, "@");
	if (t->from > 0 || t->to == UINT64_MAX)
		as_buf_printf(b, "%" PRIu64 ":", t->from);
	if (t->to != UINT64_MAX)
		as_buf_printf(b, "%" PRIu64, t->to);
}

/* "label=value;warning;critical;least": findings at or above a level. */
static void
figure_add(struct as_buf *b, const struct as_alarm *a, const char *label,
    enum as_verdict level)
{
	as_buf_printf(b, "%s=%" PRIu64 ";", label, count_from(a, level));
	if (a->warning.level == level)
		range_add(b, &a->warning);
	as_buf_puts(b, ";");
	if (a->critical.level == level)
		range_add(b, &a->critical);
	as_buf_puts(b, ";0 ");
}

void
as_alarm_line(struct as_buf *b, const struct as_alarm *a)
{
	state_add(b, as_alarm_state(a));
	if (a->domains > 1)
		as_buf_printf(b, "%zu of %zu domains with faults; ", a->faulty,
		    a->domains);
	text_add(b, as_buf_str(&a->name));
	as_buf_puts(b, ": ");
	text_cut(b, as_buf_str(&a->text));
	as_buf_puts(b, " | ");
	figure_add(b, a, "findings", AS_VERDICT_INFO);
	figure_add(b, a, "faults", AS_VERDICT_WARN);
	figure_add(b, a, "failed", AS_VERDICT_FAIL);
	as_buf_printf(b, "untested=%zu;;;0 passed=%zu;;;0 domains=%zu;;;0\n",
	    a->counts[AS_VERDICT_UNKNOWN], a->counts[AS_VERDICT_PASS],
	    a->domains);
}

void
as_alarm_fault(struct as_buf *b, struct as_str text)
{
	state_add(b, AS_ALARM_UNKNOWN);
	text_cut(b, text);
	as_buf_puts(b, "\n");
}
