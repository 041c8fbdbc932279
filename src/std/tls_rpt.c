#include "std/tls_rpt.h"

#include "base/limits.h"
#include "std/report_uri.h"
#include "std/tag_list.h"

#include "base/banned.h"

bool
as_tls_rpt_is_record(struct as_str txt)
{
	return as_str_has_prefix(txt, "v=TLSRPTv1;") ||
	    as_str_is(txt, "v=TLSRPTv1");
}

static enum as_err
uri_add(struct as_tls_rpt *r, struct as_str item, size_t at, struct as_why *why)
{
	struct as_report_uri uri;
	size_t fault_at;
	const char *fault = as_report_uri_read(item, &uri, &fault_at);

	if (item.n == 0)
		return as_why_set(
		    why, AS_ESYNTAX, at, "RFC 8460 3: an empty URI in rua");
	if (fault != NULL)
		return as_why_set(why, AS_ESYNTAX, at + fault_at,
		    "RFC 8460 3: rua: %s", fault);
	if (uri.scheme == AS_URI_OTHER)
		return AS_OK;
	if (r->n_rua == AS_MAX_REPORT_URIS)
		return as_why_set(why, AS_ELIMIT, at,
		    "RFC 8460 3: more than %d URIs in rua", AS_MAX_REPORT_URIS);
	r->rua[r->n_rua++] = item;
	return AS_OK;
}

static enum as_err
rua_read(struct as_arena *a, const struct as_tag *t, struct as_tls_rpt *r,
    struct as_why *why)
{
	struct as_split list = as_split_start(t->value, ',', AS_WSP);
	struct as_str item;
	size_t at;

	r->rua = as_arena_array(a, AS_MAX_REPORT_URIS, sizeof(*r->rua));
	if (r->rua == NULL)
		return as_why_set(
		    why, AS_ENOMEM, AS_WHY_NOWHERE, "out of memory");
	while (as_split_next(&list, &item, &at))
		AS_TRY(uri_add(r, item, t->value_at + at, why));
	if (r->n_rua == 0)
		return as_why_set(why, AS_ESYNTAX, t->value_at,
		    "RFC 8460 3: rua holds no mailto: or https: URI");
	return AS_OK;
}

static enum as_err
field_read(struct as_arena *a, const struct as_tag *t, struct as_tls_rpt *r,
    struct as_why *why)
{
	const char *fault;

	if (t->has_value && !t->space_around && as_str_is(t->name, "rua"))
		return r->rua != NULL ? AS_OK : rua_read(a, t, r, why);
	fault = as_tag_field_fault(t);
	if (fault != NULL)
		return as_why_set(
		    why, AS_ESYNTAX, t->at, "RFC 8460 3: %s", fault);
	return AS_OK;
}

enum as_err
as_tls_rpt_parse(struct as_arena *a, struct as_str txt, struct as_tls_rpt **out,
    struct as_why *why)
{
	struct as_tls_rpt *r;
	struct as_split list = as_split_start(txt, ';', AS_WSP);
	struct as_tag t;

	if (!as_tls_rpt_is_record(txt))
		return as_why_set(why, AS_EVERSION, 0,
		    "RFC 8460 3: does not start with \"v=TLSRPTv1;\"");
	r = AS_NEW(a, struct as_tls_rpt);
	if (r == NULL)
		return as_why_set(
		    why, AS_ENOMEM, AS_WHY_NOWHERE, "out of memory");
	(void)as_tag_next(&list, &t); /* the version */
	while (as_tag_next(&list, &t))
		AS_TRY(field_read(a, &t, r, why));
	if (r->rua == NULL)
		return as_why_set(why, AS_ESYNTAX, txt.n,
		    "RFC 8460 3: no rua field (its name is lower case)");
	*out = r;
	return AS_OK;
}
