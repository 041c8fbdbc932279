/*
 * The explanation of a fail (RFC 7208 6.2).
 */
#include "std/dns_wire.h"
#include "std/spf_run.h"

#include "base/banned.h"

/* The text, or why there is none in step->detail. */
static enum as_err
text_expand(struct as_spf_run *run, const struct as_spf_scope *scope,
    struct as_spf_step *step, struct as_str text)
{
	struct as_spf_slip slip = {0};
	struct as_spf_macros m;
	struct as_str out;
	enum as_err err;

	if (!as_spf_explanation_check(text, &slip)) {
		step->detail = as_str_printf(
		    run->a, "RFC 7208 %s: %s", slip.clause, slip.what);
		return as_str_is_null(step->detail) ? AS_ENOMEM : AS_OK;
	}
	AS_TRY(as_spf_run_macros(run, scope, text, &m));
	err = as_spf_expand(run->a, text, &m, &out);
	if (err == AS_ELIMIT) {
		step->detail = AS_STR("the text is too long");
		return AS_OK;
	}
	if (err != AS_OK)
		return err;
	run->v->explanation = out;
	step->outcome = AS_SPF_OUTCOME_USED;
	return AS_OK;
}

/* SPF-12 */
enum as_err
as_spf_run_explain(struct as_spf_run *run, const struct as_spf_scope *scope,
    struct as_spf_step *step)
{
	struct as_str domain, name;
	struct as_spf_reply txt;

	AS_TRY(as_spf_run_target(run, scope, step->term->spec, &domain, &name));
	if (as_str_is_null(name)) {
		step->detail = AS_STR("not a name that DNS can hold");
		return AS_OK;
	}
	step->target = name;
	AS_TRY(as_spf_run_ask(run, name, AS_RR_TXT, &txt));
	if (txt.kind == AS_SPF_REPLY_ERROR)
		step->detail = txt.cause;
	else if (txt.kind == AS_SPF_REPLY_VOID)
		step->detail = AS_STR("there is no TXT record");
	else if (txt.n > 1)
		step->detail = AS_STR("there are several TXT records");
	else
		return text_expand(run, scope, step, txt.list[0]);
	return AS_OK;
}
