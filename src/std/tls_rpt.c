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

/* What reading one record needs at hand. */
struct reader {
	struct as_arena *a;
	struct as_tls_rpt *r;
	bool has_rua; /* also one that cannot be read */
	struct as_reading *rd;
	struct as_why *why;
};

static enum as_err
uri_add(const struct reader *x, struct as_str item, size_t at)
{
	struct as_tls_rpt *r = x->r;
	struct as_report_uri uri;
	size_t fault_at;
	const char *fault = as_report_uri_read(item, &uri, &fault_at);

	if (item.n == 0)
		return as_why_set(
		    x->why, AS_ESYNTAX, at, "RFC 8460 3: an empty URI in rua");
	if (fault != NULL)
		return as_why_set(x->why, AS_ESYNTAX, at + fault_at,
		    "RFC 8460 3: rua: %s", fault);
	if (uri.scheme == AS_URI_OTHER)
		return as_reading_note(x->rd, at,
		    "RFC 8460 3: only mailto: and https: are known here; the "
		    "URI is ignored");
	if (r->n_rua == AS_MAX_REPORT_URIS)
		return as_why_set(x->why, AS_ELIMIT, at,
		    "RFC 8460 3: more than %d URIs in rua", AS_MAX_REPORT_URIS);
	r->rua[r->n_rua++] = item;
	return AS_OK;
}

static bool
has_fault(const struct as_reading *rd)
{
	return rd != NULL && rd->first.code != AS_OK;
}

/* RPT-2 */
static enum as_err
rua_read(const struct reader *x, const struct as_tag *t)
{
	struct as_split list = as_split_start(t->value, ',', AS_WSP);
	struct as_str item;
	size_t at;

	x->r->rua = as_arena_array(x->a, AS_MAX_REPORT_URIS, sizeof(item));
	if (x->r->rua == NULL)
		return as_why_no_memory(x->why);
	while (as_split_next(&list, &item, &at))
		AS_TRY(as_reading_keep(
		    x->rd, uri_add(x, item, t->value_at + at), x->why));
	if (x->r->n_rua == 0 && !has_fault(x->rd))
		return as_why_set(x->why, AS_ESYNTAX, t->value_at,
		    "RFC 8460 3: rua holds no mailto: or https: URI");
	return AS_OK;
}

static enum as_err
field_read(struct reader *x, const struct as_tag *t)
{
	const char *fault;

	x->has_rua = x->has_rua || as_str_is(t->name, "rua");
	if (t->has_value && !t->space_around && as_str_is(t->name, "rua"))
		return x->r->rua != NULL ? AS_OK : rua_read(x, t);
	fault = as_tag_field_fault(t);
	if (fault != NULL)
		return as_why_set(
		    x->why, AS_ESYNTAX, t->at, "RFC 8460 3: %s", fault);
	return AS_OK;
}

static enum as_err
fields_read(struct reader *x, struct as_str txt)
{
	struct as_split list = as_split_start(txt, ';', AS_WSP);
	struct as_tag t;

	(void)as_tag_next(&list, &t); /* the version */
	as_reading_tag(x->rd, &t);
	while (as_tag_next(&list, &t)) {
		as_reading_tag(x->rd, &t);
		AS_TRY(as_reading_keep(x->rd, field_read(x, &t), x->why));
	}
	if (x->has_rua)
		return AS_OK;
	return as_reading_keep(x->rd,
	    as_why_set(x->why, AS_ESYNTAX, txt.n,
		"RFC 8460 3: no rua field (its name is lower case)"),
	    x->why);
}

enum as_err
as_tls_rpt_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_tls_rpt **out, struct as_why *why)
{
	struct as_why own = {0};
	struct reader x = {.a = a, .rd = rd, .why = why != NULL ? why : &own};
	enum as_err err;

	if (!as_tls_rpt_is_record(txt))
		return as_why_set(why, AS_EVERSION, 0,
		    "RFC 8460 3: does not start with \"v=TLSRPTv1;\"");
	x.r = AS_NEW(a, struct as_tls_rpt);
	if (x.r == NULL)
		return as_why_no_memory(why);
	err = fields_read(&x, txt);
	if (err == AS_OK || rd != NULL)
		*out = x.r;
	return as_reading_end(rd, err, why);
}

enum as_err
as_tls_rpt_parse(struct as_arena *a, struct as_str txt, struct as_tls_rpt **out,
    struct as_why *why)
{
	return as_tls_rpt_read(a, txt, NULL, out, why);
}
