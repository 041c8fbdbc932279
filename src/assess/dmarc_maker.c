#include "assess/dmarc_maker.h"

#include "std/dns_wire.h"

#include "base/banned.h"

/* --- what must be known --- */

const struct as_answer *
as_dmarc_answer(
    const struct as_dmarc_maker *m, struct as_str name, uint32_t type)
{
	return as_answer_find(m->ask->answers, m->ask->n_answers, name, type);
}

void
as_dmarc_need_add(struct as_dmarc_maker *m, struct as_str name, uint16_t type)
{
	struct as_dmarc_view *v = m->v;

	if (as_dmarc_answer(m, name, type) != NULL)
		return;
	if (v->n_needs < AS_DMARC_NEEDS &&
	    !as_need_is_listed(v->needs, v->n_needs, name, type))
		v->needs[v->n_needs++] = (struct as_need){name, type};
}

void
as_dmarc_need_mail(struct as_dmarc_maker *m, struct as_str name)
{
	as_dmarc_need_add(m, name, AS_RR_MX);
	as_dmarc_need_add(m, name, AS_RR_A);
	as_dmarc_need_add(m, name, AS_RR_AAAA);
}

/* --- walks --- */

enum as_err
as_dmarc_case_new(
    struct as_dmarc_maker *m, struct as_str name, struct as_case **out)
{
	struct as_case *c = AS_NEW(m->a, struct as_case);

	if (c == NULL)
		return AS_ENOMEM;
	c->a = m->a;
	c->facts = &m->facts;
	c->d = &m->domain_facts;
	c->options = m->ask->options;
	c->name = name;
	c->shown = as_str_escape(m->a, name);
	*out = c;
	return as_str_is_null(c->shown) ? AS_ENOMEM : AS_OK;
}

/* The walk from a name, as far as it is known. */
enum as_err
as_dmarc_walk_make(
    struct as_dmarc_maker *m, struct as_str name, struct as_case **out)
{
	AS_TRY(as_dmarc_case_new(m, name, out));
	AS_TRY(as_case_dmarc(*out));
	for (size_t i = 0; i < (*out)->n_steps; i++)
		as_dmarc_need_add(m, (*out)->dmarc_sets[i].name, AS_RR_TXT);
	return AS_OK;
}

/* Empty when it is not known. */
enum as_err
as_dmarc_organization_find(
    struct as_dmarc_maker *m, struct as_str name, struct as_str *out)
{
	struct as_case *c;

	if (as_str_eq(name, m->author.domain)) {
		*out = m->author.organizational;
		return AS_OK;
	}
	AS_TRY(as_dmarc_walk_make(m, name, &c));
	*out = c->dmarc.organizational;
	return AS_OK;
}
