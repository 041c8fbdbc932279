#include "assess/reverse.h"

#include "assess/rules.h"

#include "base/limits.h"
#include "std/dns_wire.h"

#include "base/banned.h"

static bool
is_clear(const struct as_answer *ans)
{
	return as_answer_is_known(ans) && ans->security != AS_DNSSEC_BOGUS;
}

static void
ttl_take(struct as_reverse *r, const struct as_answer *ans)
{
	if (ans->ttl < r->ttl)
		r->ttl = ans->ttl;
}

/* One of its names: does it lead back? */
static void
name_judge(const struct as_answer *answers, size_t n_answers,
    struct as_str name, struct as_reverse *r, struct as_need *needs,
    size_t *n_needs)
{
	uint16_t type = r->ip.len == 4 ? AS_RR_A : AS_RR_AAAA;
	const struct as_answer *ans =
	    as_answer_find(answers, n_answers, name, type);
	char text[AS_IP_TEXT];

	if (ans == NULL) {
		needs[(*n_needs)++] = (struct as_need){name, type};
		r->state = AS_REVERSE_OPEN;
		return;
	}
	ttl_take(r, ans);
	if (is_clear(ans) &&
	    as_answer_leads_to(ans, as_str_from(as_ip_text(&r->ip, text)))) {
		r->state = AS_REVERSE_NAMED;
		r->name = name;
	} else if ((!is_clear(ans) || ans->cut) && r->state == AS_REVERSE_NONE)
		r->state = AS_REVERSE_UNKNOWN;
}

enum as_err
as_reverse_judge(struct as_arena *a, const struct as_answer *answers,
    size_t n_answers, struct as_reverse *r, struct as_need *needs,
    size_t *n_needs)
{
	char text[AS_IP_REVERSE];
	struct as_str at = as_str_from(as_ip_reverse(&r->ip, text));
	const struct as_answer *ptr =
	    as_answer_find(answers, n_answers, at, AS_RR_PTR);
	size_t before = *n_needs;

	r->name = AS_STR("");
	r->ttl = UINT32_MAX;
	r->state = AS_REVERSE_OPEN;
	if (ptr == NULL) {
		at = as_str_dup(a, at);
		needs[(*n_needs)++] = (struct as_need){at, AS_RR_PTR};
		return as_str_is_null(at) ? AS_ENOMEM : AS_OK;
	}
	ttl_take(r, ptr);
	r->state =
	    !is_clear(ptr) || ptr->cut || ptr->n_names > AS_MAX_REVERSE_NAMES
	    ? AS_REVERSE_UNKNOWN
	    : AS_REVERSE_NONE;
	for (size_t i = 0; is_clear(ptr) && i < ptr->n_names &&
	     i < AS_MAX_REVERSE_NAMES && r->state != AS_REVERSE_NAMED;
	     i++)
		name_judge(
		    answers, n_answers, ptr->names[i], r, needs, n_needs);
	/* Open only as long as none was found. */
	if (r->state == AS_REVERSE_NAMED)
		*n_needs = before;
	return AS_OK;
}
