/*
 * The sending side of a path: what proves that mail is the domain's.
 */
#include "assess/path_private.h"

#include "base/banned.h"

/* What one of the three records adds. */
enum proof {
	PROOF_NONE,
	PROOF_BROKEN, /* there, and receivers cannot use it */
	PROOF_OPEN,   /* not known */
	PROOF_THERE,
};

/* A rule of SPF that fails leaves a record that proves nothing. */
static bool
spf_has(const struct as_assessment *as, enum as_verdict verdict)
{
	for (size_t i = 0; i < as->n_findings; i++)
		if (as->findings[i].verdict == verdict &&
		    as_str_has_prefix(as->findings[i].rule, "spf."))
			return true;
	return false;
}

static enum proof
spf_proof(
    const struct as_case *c, const struct as_assessment *as, struct as_str *why)
{
	if (c->spf_set.found == AS_FOUND_UNKNOWN) {
		*why = AS_STR("not answered");
		return PROOF_OPEN;
	}
	if (c->spf_set.found == AS_FOUND_NONE) {
		*why = AS_STR("no record");
		return PROOF_NONE;
	}
	if (c->spf == NULL || spf_has(as, AS_VERDICT_FAIL)) {
		*why = AS_STR("a record that has faults: receivers cannot rely "
			      "on it");
		return PROOF_BROKEN;
	}
	if (spf_has(as, AS_VERDICT_UNKNOWN)) {
		*why = AS_STR("a record of which not all could be read now");
		return PROOF_OPEN;
	}
	*why = AS_STR("a sound record; it fails for mail that is forwarded");
	return PROOF_THERE;
}

/* A key that can be used to verify. */
static bool
is_usable(const struct as_dkim_probe *k)
{
	return k->n == 1 && k->key != NULL && !k->key->revoked &&
	    !k->key->sha1_only && k->key->for_email;
}

static enum proof
dkim_proof(struct as_say *o, struct as_str *why)
{
	const struct as_case *c = o->c;
	size_t n = 0;

	for (size_t i = 0; i < c->n_keys; i++)
		n += is_usable(&c->keys[i]);
	if (n > 0) {
		*why = as_say_text(o, "%zu key%s found", n, n == 1 ? "" : "s");
		return PROOF_THERE;
	}
	*why = as_say_text(o,
	    "no usable key under the %zu names that were tried; there may be "
	    "one under another",
	    c->n_selectors);
	return c->d->no_selectors ? PROOF_NONE : PROOF_OPEN;
}

static enum proof
dmarc_proof(struct as_say *o, struct as_str *why)
{
	const struct as_case *c = o->c;

	if (c->dmarc_record == NULL) {
		bool open = c->dmarc.unknown;

		*why = open ? AS_STR("not answered") : AS_STR("no record");
		return open ? PROOF_OPEN : PROOF_NONE;
	}
	*why = as_say_text(o, "policy %s",
	    c->dmarc_policy == AS_DMARC_ABSENT
		? "unusable"
		: as_dmarc_policy_text(c->dmarc_policy));
	return c->dmarc_policy == AS_DMARC_ABSENT ? PROOF_BROKEN : PROOF_THERE;
}

/* --- the answer --- */

#define SAID(a, text) ((struct as_path_said){(a), AS_STR(text)})

static struct as_path_said
said_provable(
    const struct as_case *c, enum proof spf, enum proof dkim, enum proof dmarc)
{
	bool any = spf == PROOF_THERE || dkim == PROOF_THERE;

	if (c->sends == AS_NO)
		return SAID(AS_PATH_NOTHING,
		    "The domain says that it sends no mail: receivers may "
		    "refuse all that comes in its name.");
	if (dmarc == PROOF_OPEN || spf == PROOF_OPEN)
		return SAID(AS_PATH_UNKNOWN,
		    "Not all of its records could be read now.");
	if (dmarc != PROOF_THERE)
		return SAID(AS_PATH_NO,
		    "Without DMARC nothing ties the sender that people see to "
		    "SPF or DKIM.");
	if (!any)
		return dkim == PROOF_OPEN
		    ? SAID(AS_PATH_UNKNOWN,
			  "SPF does not prove its mail, and no DKIM key is "
			  "known.")
		    : SAID(AS_PATH_NO, "Neither SPF nor DKIM proves its mail.");
	if (c->dmarc_policy == AS_DMARC_NONE)
		return SAID(AS_PATH_PARTLY,
		    "Genuine mail can be proved, but forged mail is delivered "
		    "too: the DMARC policy asks for nothing.");
	if (spf != PROOF_THERE || dkim != PROOF_THERE)
		return SAID(AS_PATH_PARTLY,
		    "Forged mail is stopped, but genuine mail has one proof "
		    "alone: where that fails, it is stopped too.");
	return SAID(AS_PATH_YES,
	    "SPF and DKIM prove genuine mail, and DMARC asks receivers to stop "
	    "the rest.");
}

enum as_err
as_path_send(struct as_arena *a, const struct as_facts *facts,
    const struct as_assess_options *options, struct as_path_from **out)
{
	struct as_case *c = AS_NEW(a, struct as_case);
	struct as_path_from *p = AS_NEW(a, struct as_path_from);
	struct as_assessment *as;
	struct as_say o = {.c = c};
	enum proof spf, dkim, dmarc;

	if (c == NULL || p == NULL)
		return AS_ENOMEM;
	o.tail = &o.head;
	AS_TRY(as_case_init(a, facts, options, c));
	AS_TRY(as_assess_case(c, &as));
	p->domain = c->shown;
	spf = spf_proof(c, as, &p->spf);
	dkim = dkim_proof(&o, &p->dkim);
	dmarc = dmarc_proof(&o, &p->dmarc);
	p->provable = said_provable(c, spf, dkim, dmarc);
	AS_TRY(
	    as_path_todo(a, as, AS_AXIS_IMPERSONATION, &p->todo, &p->n_todo));
	*out = p;
	return o.err;
}
