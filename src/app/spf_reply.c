#include "app/spf_reply.h"

#include "std/dns_wire.h"

#include "base/banned.h"

static enum as_err
error_set(struct as_arena *a, struct as_spf_reply *out, const char *what,
    struct as_str detail)
{
	struct as_str words = as_str_escape(a, detail);

	out->kind = AS_SPF_REPLY_ERROR;
	out->cause = as_str_printf(a, "%s%s" AS_STR_FMT, what,
	    words.n > 0 ? ": " : "", AS_STR_ARG(words));
	return as_str_is_null(out->cause) ? AS_ENOMEM : AS_OK;
}

static enum as_err
texts_take(
    struct as_arena *a, const struct as_answer *ans, struct as_spf_reply *out)
{
	struct as_str *list = as_arena_array(a, ans->n_txt, sizeof(*list));

	if (list == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < ans->n_txt; i++) {
		if (ans->txt[i].cut)
			return error_set(a, out,
			    "a text is longer than can be read", AS_STR_NULL);
		list[i] = ans->txt[i].text;
	}
	out->list = list;
	out->n = ans->n_txt;
	return AS_OK;
}

static enum as_err
exchanges_take(
    struct as_arena *a, const struct as_answer *ans, struct as_spf_reply *out)
{
	struct as_str *list = as_arena_array(a, ans->n_mx, sizeof(*list));

	if (list == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < ans->n_mx; i++)
		list[i] = ans->mx[i].exchange;
	out->list = list;
	out->n = ans->n_mx;
	return AS_OK;
}

static enum as_err
records_take(
    struct as_arena *a, const struct as_answer *ans, struct as_spf_reply *out)
{
	out->kind = AS_SPF_REPLY_RECORDS;
	if (ans->cut)
		return error_set(
		    a, out, "more came than can be read", AS_STR_NULL);
	if (ans->type == AS_RR_TXT)
		return texts_take(a, ans, out);
	if (ans->type == AS_RR_MX)
		return exchanges_take(a, ans, out);
	out->list = ans->type == AS_RR_PTR ? ans->names : ans->addresses;
	out->n = ans->type == AS_RR_PTR ? ans->n_names : ans->n_addresses;
	return AS_OK;
}

enum as_err
as_spf_reply_make(
    struct as_arena *a, const struct as_answer *ans, struct as_spf_reply *out)
{
	*out = (struct as_spf_reply){.kind = AS_SPF_REPLY_PENDING};
	if (ans == NULL)
		return AS_OK;
	out->took_ms = ans->took_ms;
	if (ans->outcome == AS_DNS_OK)
		return records_take(a, ans, out);
	if (!as_answer_is_none(ans))
		return error_set(
		    a, out, as_dns_outcome_text(ans->outcome), ans->detail);
	out->kind = AS_SPF_REPLY_VOID;
	return AS_OK;
}
