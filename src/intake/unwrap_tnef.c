/* What is attached to a winmail.dat.  Part of intake/unwrap. */
#include "base/limits.h"
#include "intake/tnef.h"
#include "intake/unwrap_private.h"

#include "base/banned.h"

static enum as_err
attachments(struct as_unwrap *u, const struct layer *l, struct as_tnef *t,
    struct as_why *why, size_t *n)
{
	struct as_source octets;
	struct member m = {.octets = &octets, .why = &t->why};

	for (;;) {
		AS_TRY(as_tnef_next(t, &m.name, &octets, why));
		AS_TRY(as_budget_member(&u->budget, why));
		m.number = ++*n;
		AS_TRY(as_unwrap_member(u, l, &m));
	}
}

enum as_err
as_unwrap_tnef(struct as_unwrap *u, const struct layer *l)
{
	struct as_why why = {.text = "the winmail.dat is damaged"};
	struct as_tnef t;
	size_t n = 0;
	enum as_err err;

	as_tnef_init(&t, l->octets);
	err = attachments(u, l, &t, &why, &n);
	as_tnef_fini(&t);
	if (u->fatal != AS_OK)
		return u->fatal;
	if (err == AS_ENOMEM || (err == AS_EABSENT && n > 0))
		return err == AS_ENOMEM ? err : AS_OK;
	if (err == AS_EABSENT)
		(void)as_why_set(&why, err, AS_WHY_NOWHERE,
		    "it is a winmail.dat of Outlook (TNEF) without an "
		    "attachment");
	else if (why.code == AS_OK && l->why != NULL && l->why->code != AS_OK)
		why = *l->why;
	if (n == 0)
		u->hint = err == AS_EABSENT
		    ? "a winmail.dat of Outlook without an attachment"
		    : "a damaged winmail.dat of Outlook";
	/* Of octets that an attachment lacks, its own reader has told. */
	if ((l->quiet && n == 0) || t.why.code != AS_OK)
		return AS_OK;
	return as_unwrap_refuse(u, l, &why);
}
