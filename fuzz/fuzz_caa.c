/* std/caa: what was read, written again with every octet escaped, reads the
 * same; the octets of a value stand where as_caa_place says. */
#include "base/buf.h"
#include "readings.h"
#include "std/caa.h"

#include "base/banned.h"

static void
check_again(struct as_arena *a, const struct as_caa *c)
{
	struct as_caa *again = NULL;
	struct as_buf b;

	as_buf_init(&b, c->rr.value.n * 4 + c->rr.tag.n + 64);
	as_buf_printf(&b, "%u ", c->rr.flags);
	as_buf_add_str(&b, c->rr.tag);
	as_buf_puts(&b, " \"");
	for (size_t i = 0; i < c->rr.value.n; i++)
		as_buf_printf(&b, "\\%03u", (unsigned char)c->rr.value.p[i]);
	as_buf_puts(&b, "\"");
	MUST(as_caa_parse(a, as_buf_str(&b), &again, NULL) == AS_OK);
	MUST(again->rr.flags == c->rr.flags);
	MUST(as_str_eq(again->rr.tag, c->rr.tag));
	MUST(as_str_eq(again->rr.value, c->rr.value));
	MUST(as_caa_place(again, 1) ==
	    again->value_at + (c->rr.value.n > 0 ? 4 : 0));
	as_buf_fini(&b);
}

static void
check_issue(const struct as_caa *c, size_t n)
{
	const struct as_caa_issue *issue = c->issue;
	size_t end = as_caa_place(c, c->rr.value.n);

	MUST(end == c->value_at + c->written.n && end <= n);
	if (issue == NULL)
		return;
	MUST(issue->n_params <= AS_MAX_RECORD_TAGS);
	for (size_t i = 0; i < issue->n_params; i++) {
		const struct as_tag *t = &issue->params[i];
		MUST(t->value_at + t->value.n <= c->rr.value.n);
		MUST(as_caa_place(c, t->at) <= end);
	}
}

/* From the wire a value is any octets. */
static void
check_value(struct as_arena *a, struct as_str octets)
{
	struct as_dns_caa rr = {0, AS_STR("issue"), octets};
	struct as_caa_issue *issue;
	struct as_why why = {0};
	enum as_err err = as_caa_check(a, &rr, &issue, &why);

	if (err != AS_OK)
		must_explain(&why, err, octets.n);
	rr.tag = AS_STR("iodef");
	err = as_caa_check(a, &rr, &issue, &why);
	if (err != AS_OK)
		must_explain(&why, err, octets.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)4 << 20);
	struct as_str txt = {(const char *)p, n};
	struct as_caa *c = NULL;

	if (a == NULL)
		return 0;
	if (as_caa_parse(a, txt, &c, NULL) == AS_OK) {
		check_issue(c, n);
		check_again(a, c);
	}
	check_value(a, txt);
	MUST_READ_ALIKE(caa, as_caa, txt);
	as_arena_free(a);
	return 0;
}
