#include "render/told.h"

#include "base/banned.h"

#define SHOWN_PLACES 4
#define SHOWN_HOSTS  8

static const char *const questions[AS_AXES] = {
    [AS_AXIS_IMPERSONATION] = "Can others pose as this domain?",
    [AS_AXIS_TRANSIT] = "Can mail to it be read or diverted?",
    [AS_AXIS_VISIBILITY] = "Would its owner notice?",
};

static const char *const role_words[] = {
    [AS_ROLE_UNKNOWN] = "",
    [AS_ROLE_FULL] = "sends and receives mail",
    [AS_ROLE_RECEIVES_ONLY] = "receives mail and sends none",
    [AS_ROLE_SENDS_ONLY] = "sends mail and receives none",
    [AS_ROLE_PARKED] = "neither sends nor receives mail",
    [AS_ROLE_LEGACY] = "on its way out",
};

const char *
as_axis_question(enum as_axis_id id)
{
	return questions[id];
}

const char *
as_role_words(enum as_role role)
{
	return role_words[role];
}

/* --- findings that are alike --- */

/* "mx.example" of "host:mx.example@192.0.2.1"; null for another subject. */
static struct as_str
host_of(const struct as_finding *f)
{
	if (!as_str_has_prefix(f->subject, "host:"))
		return AS_STR_NULL;
	return as_str_slice(f->subject, 5, as_str_find(f->subject, '@', 0));
}

static bool
stands_at(struct as_str s, size_t at, struct as_str part)
{
	return part.n > 0 && as_str_eq(as_str_slice(s, at, at + part.n), part);
}

/* Are two texts equal, when for each host its own name stands? */
static bool
is_text_alike(struct as_str a, struct as_str host_a, struct as_str b,
    struct as_str host_b)
{
	size_t i = 0, k = 0;

	while (i < a.n && k < b.n) {
		if (stands_at(a, i, host_a) && stands_at(b, k, host_b)) {
			i += host_a.n;
			k += host_b.n;
		} else if (a.p[i++] != b.p[k++]) {
			return false;
		}
	}
	return i == a.n && k == b.n;
}

bool
as_told_is_alike(const struct as_finding *a, const struct as_finding *b)
{
	struct as_str host_a = host_of(a), host_b = host_of(b);

	return a->verdict == b->verdict && as_str_eq(a->rule, b->rule) &&
	    is_text_alike(a->title, host_a, b->title, host_b) &&
	    is_text_alike(a->advice, host_a, b->advice, host_b);
}

void
as_told_hosts_begin(
    struct as_told_hosts *h, struct as_buf *b, const struct as_finding *first)
{
	*h = (struct as_told_hosts){b, host_of(first), 0};
}

void
as_told_hosts_add(struct as_told_hosts *h, const struct as_finding *f)
{
	struct as_str host = host_of(f);

	if (as_str_eq(host, h->last))
		return;
	h->last = host;
	if (h->n++ >= SHOWN_HOSTS)
		return;
	as_buf_puts(h->b, h->n > 1 ? ", " : "");
	as_buf_add_str(h->b, host);
}

void
as_told_hosts_end(struct as_told_hosts *h)
{
	if (h->n > SHOWN_HOSTS)
		as_buf_printf(h->b, " and %zu more", h->n - SHOWN_HOSTS);
}

/* --- what is told once --- */

/* Findings that stand together and say the same: one cause that left several
 * rules without an answer, or one fault at several addresses or hosts. */
static bool
is_same(const struct as_finding *a, const struct as_finding *b)
{
	if (a->verdict != b->verdict || a->verdict < AS_VERDICT_INFO)
		return false;
	if (a->verdict == AS_VERDICT_UNKNOWN)
		return as_str_eq(a->evidence, b->evidence);
	return as_told_is_alike(a, b) && as_str_eq(a->advice, b->advice) &&
	    as_str_eq(a->record.name, b->record.name) &&
	    as_str_eq(a->record.proposed, b->record.proposed);
}

static size_t
group_size(const struct as_assessment *as, const struct as_finding *f)
{
	const struct as_finding *end = as->findings + as->n_findings;
	size_t n = 1;

	while (f + n < end && is_same(f, f + n))
		n++;
	return n;
}

/* Does a finding above it show the same record? */
static bool
is_record_shown(const struct as_assessment *as, const struct as_finding *f)
{
	if (f->record.name.n == 0)
		return false;
	for (const struct as_finding *e = as->findings; e < f; e++)
		if (e->verdict >= AS_VERDICT_INFO &&
		    as_str_eq(e->record.name, f->record.name) &&
		    as_str_eq(e->record.type, f->record.type) &&
		    as_str_eq(e->record.proposed, f->record.proposed))
			return true;
	return false;
}

bool
as_told_next(const struct as_assessment *as, struct as_told *t)
{
	if (as->n_findings == 0)
		return false;
	if (t->f != NULL && t->f->verdict == AS_VERDICT_UNKNOWN)
		t->advice = t->f->advice;
	t->f = t->f == NULL ? as->findings : t->f + t->n;
	if (t->f == as->findings + as->n_findings)
		return false;
	t->n = group_size(as, t->f);
	t->record_shown = is_record_shown(as, t->f);
	t->advice_shown = t->f->verdict == AS_VERDICT_UNKNOWN &&
	    !as_str_is_null(t->advice) && as_str_eq(t->advice, t->f->advice);
	return true;
}

size_t
as_told_count(const struct as_assessment *as, enum as_verdict verdict)
{
	struct as_told t = {0};
	size_t n = 0;

	while (as_told_next(as, &t))
		if (t.f->verdict == verdict)
			n += verdict == AS_VERDICT_UNKNOWN ? t.n : 1;
	return n;
}

/* --- texts --- */

void
as_told_counts(struct as_buf *b, const struct as_assessment *as)
{
	static const struct {
		enum as_verdict verdict;
		const char *one, *many;
	} words[] = {
	    {AS_VERDICT_FAIL, "failed", "failed"},
	    {AS_VERDICT_WARN, "warning", "warnings"},
	    {AS_VERDICT_UNKNOWN, "could not be tested", "could not be tested"},
	    {AS_VERDICT_INFO, "note", "notes"},
	    {AS_VERDICT_PASS, "passed", "passed"},
	};
	const char *before = "";

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = as_told_count(as, words[i].verdict);
		if (n == 0)
			continue;
		as_buf_printf(b, "%s%zu %s", before, n,
		    n == 1 ? words[i].one : words[i].many);
		before = ", ";
	}
}

/* "mx.example@192.0.2.1" of "host:mx.example@192.0.2.1". */
static struct as_str
subject_name(const struct as_finding *f)
{
	return as_str_slice(
	    f->subject, as_str_find(f->subject, ':', 0) + 1, f->subject.n);
}

void
as_told_places(struct as_buf *b, const struct as_told *t)
{
	struct as_str name = subject_name(t->f), host = host_of(t->f);
	bool visited = as_str_find(name, '@', 0) < name.n;
	size_t n = 0;

	if (as_str_is_null(host))
		return;
	if (!visited && as_str_has(t->f->title, name))
		return;
	while (n < t->n && as_str_eq(host_of(&t->f[n]), host))
		n++;
	for (size_t i = 0; i < n && i < SHOWN_PLACES; i++) {
		name = subject_name(&t->f[i]);
		if (i > 0)
			as_buf_puts(b, ", ");
		as_buf_add_str(b,
		    visited ? as_str_slice(
				  name, as_str_find(name, '@', 0) + 1, name.n)
			    : name);
	}
	if (n > SHOWN_PLACES)
		as_buf_printf(b, " and %zu more", n - SHOWN_PLACES);
}

void
as_told_others(struct as_buf *b, const struct as_told *t)
{
	struct as_told_hosts h;

	as_told_hosts_begin(&h, b, t->f);
	for (size_t i = 1; i < t->n; i++)
		as_told_hosts_add(&h, &t->f[i]);
	as_told_hosts_end(&h);
}

void
as_told_untested(struct as_buf *b, const struct as_told *t)
{
	const struct as_finding *f = t->f;
	size_t subjects = 0;

	for (size_t i = 0, end; i < t->n; i = end) {
		for (end = i + 1;
		     end < t->n && as_str_eq(f[i].subject, f[end].subject);)
			end++;
		if (++subjects > SHOWN_PLACES)
			continue;
		as_buf_printf(b, "%s%zu check%s of ", i > 0 ? "; " : "",
		    end - i, end - i == 1 ? "" : "s");
		if (as_str_has_prefix(f[i].subject, "policy:"))
			as_buf_puts(b, "the MTA-STS policy");
		else
			as_buf_add_str(b, subject_name(&f[i]));
	}
	if (subjects > SHOWN_PLACES)
		as_buf_printf(b, "; and of %zu more", subjects - SHOWN_PLACES);
}

void
as_told_sources(struct as_buf *b, const struct as_told *t)
{
	struct as_str rest, cite;

	as_buf_add_str(b, t->f->rule);
	if (t->f->verdict == AS_VERDICT_UNKNOWN) {
		for (size_t i = 1; i < t->n; i++) {
			as_buf_puts(b, ", ");
			as_buf_add_str(b, t->f[i].rule);
		}
		return;
	}
	rest = t->f->cites;
	for (size_t i = 0; as_cite_next(&rest, &cite); i++) {
		as_buf_puts(b, i == 0 ? "; see " : ", ");
		as_buf_add_str(b, cite);
	}
}
