#include "app/tls_names.h"

#include "base/limits.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

/* --- questions --- */

static struct as_str
tlsa_name(struct as_arena *a, uint32_t port, struct as_str host)
{
	return as_str_printf(
	    a, "_%u._tcp." AS_STR_FMT, (unsigned)port, AS_STR_ARG(host));
}

/* The first alias that is signed; A and AAAA follow the same ones. */
static struct as_str
alias_of(const struct as_tls_report *r)
{
	struct as_str alias = AS_STR("");

	for (size_t i = 0; i < r->n_answers && alias.n == 0; i++)
		alias = as_answer_alias(&r->answers[i]);
	return alias;
}

struct questions {
	struct as_need list[AS_MAX_QUERIES_PER_DOMAIN];
	size_t n;
	bool full, no_memory;
};

static void
question_add(struct questions *q, struct as_str name, uint16_t type)
{
	if (as_str_is_null(name))
		q->no_memory = true;
	else if (q->n < AS_MAX_QUERIES_PER_DOMAIN)
		q->list[q->n++] = (struct as_need){name, type};
	else
		q->full = true;
}

/* TLSA of the host, TLSA of what it is an alias of, then CAA from the host
 * upwards (RFC 8659 3).  An address has neither. */
static void
questions_add(
    struct as_arena *a, const struct as_tls_report *r, struct questions *q)
{
	struct as_str alias = alias_of(r), name;

	if (r->n_answers == 0)
		return;
	question_add(q, tlsa_name(a, r->port, r->host), AS_RR_TLSA);
	if (alias.n > 0)
		question_add(q, tlsa_name(a, r->port, alias), AS_RR_TLSA);
	for (name = r->host; as_domain_labels(name) > 0;
	     name = as_domain_drop(name, 1))
		question_add(q, name, AS_RR_CAA);
}

/* As many reports as fit into one batch, one at least; *n of them. */
static enum as_err
batch_ask(struct as_lookup *l, struct as_arena *a,
    const struct as_tls_report *reports, size_t *n, struct as_why *why)
{
	struct questions q = {.n = 0};
	size_t most = *n, asked = 0;

	for (*n = 0; *n < most; (*n)++) {
		questions_add(a, &reports[*n], &q);
		if (q.full && *n > 0)
			break;
		asked = q.n;
	}
	if (q.no_memory)
		return as_why_no_memory(why);
	return asked > 0 ? as_lookup_ask(l, q.list, asked, why) : AS_OK;
}

/* --- answers --- */

static enum as_err
answers_take(
    const struct as_lookup *l, struct as_arena *a, struct as_tls_report *r)
{
	struct questions q = {.n = 0};

	questions_add(a, r, &q);
	r->tlsa = as_arena_array(a, q.n, sizeof(*r->tlsa));
	r->caa = as_arena_array(a, q.n, sizeof(*r->caa));
	if (q.no_memory || r->tlsa == NULL || r->caa == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < q.n; i++) {
		const struct as_answer *ans =
		    as_lookup_find(l, q.list[i].name, q.list[i].type);
		const struct as_answer *copy = ans == NULL
		    ? NULL
		    : as_codec_copy(a, &as_shape_answer, ans);

		if (copy == NULL)
			return AS_ENOMEM;
		if (q.list[i].type == AS_RR_TLSA)
			r->tlsa[r->n_tlsa++] = *copy;
		else
			r->caa[r->n_caa++] = *copy;
	}
	return AS_OK;
}

enum as_err
as_tls_names_ask(struct as_lookup *l, struct as_arena *a,
    struct as_tls_report *reports, size_t n, struct as_why *why)
{
	for (size_t at = 0, some; at < n; at += some) {
		some = n - at;
		AS_TRY(batch_ask(l, a, &reports[at], &some, why));
	}
	for (size_t i = 0; i < n; i++)
		if (answers_take(l, a, &reports[i]) != AS_OK)
			return as_why_no_memory(why);
	return AS_OK;
}

/* --- the records in force --- */

const struct as_answer *
as_tls_names_tlsa(const struct as_tls_report *report, struct as_str *base)
{
	const struct as_answer *alias =
	    report->n_tlsa > 1 ? &report->tlsa[1] : NULL;
	const struct as_answer *ans;

	*base = AS_STR("");
	for (size_t i = 0; i < report->n_answers; i++)
		if (report->answers[i].security != AS_DNSSEC_SECURE)
			return NULL;
	if (report->n_tlsa == 0)
		return NULL;
	ans = as_answer_tlsa(&report->tlsa[0], alias);
	if (ans == NULL || ans->outcome != AS_DNS_OK ||
	    ans->security != AS_DNSSEC_SECURE)
		return NULL;
	*base = ans == alias ? alias_of(report) : report->host;
	return ans;
}
