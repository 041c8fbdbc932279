/* std/mta_sts: what was read, written again, reads the same; as a record and as
 * a policy. */
#include "base/buf.h"
#include "base/limits.h"
#include "must.h"
#include "readings.h"
#include "std/mta_sts.h"

#include "base/banned.h"

static void
check_record(struct as_arena *a, struct as_str txt)
{
	struct as_mta_sts *m = NULL, *again = NULL;
	struct as_why why = {0};
	enum as_err err = as_mta_sts_parse(a, txt, &m, &why);
	struct as_str text;

	if (err != AS_OK) {
		must_explain(&why, err, txt.n);
		return;
	}
	MUST(as_mta_sts_is_record(txt));
	MUST(m->id.n > 0 && m->id.n <= 32);
	text =
	    as_str_printf(a, "v=STSv1; id=" AS_STR_FMT ";", AS_STR_ARG(m->id));
	MUST(as_mta_sts_parse(a, text, &again, NULL) == AS_OK);
	MUST(as_str_eq(again->id, m->id));
}

static void
policy_write(struct as_buf *b, const struct as_mta_sts_policy *p)
{
	as_buf_printf(b, "version: STSv1\r\nmode: %s\r\nmax_age: %u\r\n",
	    as_mta_sts_mode_text(p->mode), p->max_age);
	for (size_t i = 0; i < p->n_mx; i++)
		as_buf_printf(
		    b, "mx: " AS_STR_FMT "\r\n", AS_STR_ARG(p->mx[i]));
}

static void
check_match(struct as_arena *a, struct as_str pattern)
{
	struct as_str host = pattern;

	if (pattern.p[0] == '*')
		host = as_str_printf(a, "mx" AS_STR_FMT,
		    AS_STR_ARG(as_str_slice(pattern, 1, pattern.n)));
	MUST(as_mta_sts_mx_match(pattern, host));
	host = as_str_printf(a, "a.b." AS_STR_FMT, AS_STR_ARG(pattern));
	MUST(!as_mta_sts_mx_match(pattern, host));
}

static void
check_policy(struct as_arena *a, struct as_str body)
{
	struct as_mta_sts_policy *p = NULL, *again = NULL;
	struct as_why why = {0};
	enum as_err err = as_mta_sts_policy_parse(a, body, &p, &why);
	struct as_buf b;

	if (err != AS_OK) {
		must_explain(&why, err, body.n);
		return;
	}
	MUST(p->n_mx <= AS_MAX_POLICY_MX);
	MUST(p->n_mx > 0 || p->mode == AS_MTA_STS_NONE);
	as_buf_init(&b, body.n * 2 + 256);
	policy_write(&b, p);
	MUST(as_mta_sts_policy_parse(a, as_buf_str(&b), &again, NULL) == AS_OK);
	MUST(again->mode == p->mode && again->max_age == p->max_age);
	MUST(again->n_mx == p->n_mx);
	for (size_t i = 0; i < p->n_mx; i++) {
		MUST(as_str_eq(again->mx[i], p->mx[i]));
		check_match(a, p->mx[i]);
	}
	as_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)4 << 20);
	struct as_str text = {(const char *)p, n};

	if (a == NULL)
		return 0;
	check_record(a, text);
	check_policy(a, text);
	MUST_READ_ALIKE(mta_sts, as_mta_sts, text);
	MUST_READ_ALIKE(mta_sts_policy, as_mta_sts_policy, text);
	as_arena_free(a);
	return 0;
}
