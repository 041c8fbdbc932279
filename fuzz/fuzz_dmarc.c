/* std/dmarc: a record that is read stays within its caps, points into its own
 * text, and says the same when its tags are spelled in upper case. */
#include "base/limits.h"
#include "must.h"
#include "readings.h"
#include "std/dmarc.h"

#include "base/banned.h"

static void
check_places(const struct as_dmarc *d, size_t n)
{
	MUST(d->n_notes <= AS_MAX_RECORD_NOTES);
	for (size_t i = 0; i < d->n_notes; i++) {
		MUST(d->notes[i].at <= n);
		MUST(d->notes[i].text.n > 0);
	}
}

static void
check_uris(const struct as_dmarc_uri *u, size_t n)
{
	MUST(n <= AS_MAX_REPORT_URIS);
	for (size_t i = 0; i < n; i++) {
		MUST(u[i].usable == (u[i].host.n > 0));
		MUST(u[i].host.n <= AS_MAX_NAME_OCTETS);
	}
}

static void
check_values(const struct as_dmarc *d)
{
	MUST(d->psd == 'y' || d->psd == 'n' || d->psd == 'u');
	MUST(d->adkim == 'r' || d->adkim == 's');
	MUST(d->aspf == 'r' || d->aspf == 's');
	MUST(d->pct <= 100);
	MUST(!d->p_invalid || d->p == AS_DMARC_ABSENT);
	MUST(!d->sp_invalid || d->sp == AS_DMARC_ABSENT);
	MUST(!d->np_invalid || d->np == AS_DMARC_ABSENT);
	MUST(as_dmarc_applied(d, as_dmarc_sub_policy(d)) <=
	    as_dmarc_sub_policy(d));
	MUST((as_dmarc_own_policy(d) == AS_DMARC_ABSENT) ==
	    (as_dmarc_np_policy(d) == AS_DMARC_ABSENT));
}

/* All but the version in upper case. */
static struct as_str
raise(struct as_arena *a, struct as_str txt)
{
	char *up = as_arena_copy(a, txt.p, txt.n);

	for (size_t i = as_str_find(txt, ';', 0); i < txt.n; i++)
		if (up[i] >= 'a' && up[i] <= 'z')
			up[i] -= 32;
	return (struct as_str){up, txt.n};
}

static void
check_case(struct as_arena *a, const struct as_dmarc *d)
{
	struct as_dmarc *up = NULL;

	MUST(as_dmarc_parse(a, raise(a, d->text), &up, NULL) == AS_OK);
	MUST(up->p == d->p && up->sp == d->sp && up->np == d->np);
	MUST(up->testing == d->testing && up->psd == d->psd);
	MUST(up->adkim == d->adkim && up->aspf == d->aspf);
	MUST(up->fo.n == d->fo.n && up->pct == d->pct);
	MUST(up->n_rua == d->n_rua && up->n_ruf == d->n_ruf);
	MUST(up->n_notes == d->n_notes);
	for (size_t i = 0; i < d->n_rua; i++)
		MUST(as_str_eq(up->rua[i].host, d->rua[i].host));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_str txt = {(const char *)p, n};
	struct as_dmarc *d = NULL;
	struct as_why why = {0};
	enum as_err err;

	if (a == NULL || n > AS_MAX_TXT_OCTETS) {
		as_arena_free(a);
		return 0;
	}
	err = as_dmarc_parse(a, txt, &d, &why);
	if (err == AS_OK) {
		MUST(as_dmarc_is_like(txt));
		check_places(d, n);
		check_uris(d->rua, d->n_rua);
		check_uris(d->ruf, d->n_ruf);
		check_values(d);
		check_case(a, d);
	} else {
		must_explain(&why, err, n);
	}
	MUST_READ_ALIKE(dmarc, as_dmarc, txt);
	as_arena_free(a);
	return 0;
}
