/* The rows of a plan, in the order of a client.  Part of std/tls_plan. */
#include "std/tls_plan.h"

#include "base/banned.h"

static enum as_tls_group_kind
kind_of(const struct as_tls_group *g)
{
	switch (g->class) {
	case AS_GROUP_PQ:
	case AS_GROUP_PQ_HYBRID:
	case AS_GROUP_PQ_HYBRID_NATIONAL: return AS_TLS_GROUP_PQ;
	case AS_GROUP_PQ_OBSOLETE: return AS_TLS_GROUP_KYBER;
	case AS_GROUP_GOOD:
	case AS_GROUP_OK:
		return g->finite_field ? AS_TLS_GROUP_FF : AS_TLS_GROUP_EC;
	default: return AS_TLS_GROUP_OLD;
	}
}

/* Hybrids first, then what is good, and so on; within a class as in the book. */
static const enum as_group_class group_order[] = {AS_GROUP_PQ_HYBRID,
    AS_GROUP_GOOD, AS_GROUP_OK, AS_GROUP_PQ, AS_GROUP_LEGACY,
    AS_GROUP_PQ_HYBRID_NATIONAL, AS_GROUP_PQ_OBSOLETE, AS_GROUP_NATIONAL,
    AS_GROUP_WEAK, AS_GROUP_OBSOLETE, AS_GROUP_FORBIDDEN};

enum as_err
as_tls_plan_tables_make(struct as_arena *a, const struct as_tls_book *book,
    struct as_tls_plan_tables *out)
{
	struct as_tls_suite_row *suites =
	    as_arena_array(a, book->n_suites, sizeof(*suites));
	struct as_tls_group_row *groups =
	    as_arena_array(a, book->n_groups, sizeof(*groups));

	*out = (struct as_tls_plan_tables){.suites = suites, .groups = groups};
	if (suites == NULL || groups == NULL)
		return AS_ENOMEM;
	for (int c = 0; c < AS_SUITE_SIGNAL; c++)
		for (size_t i = 0; i < book->n_suites; i++)
			if (book->suites[i].class == (enum as_suite_class)c)
				suites[out->n_suites++] =
				    (struct as_tls_suite_row){
					book->suites[i].code,
					book->suites[i].class};
	for (size_t o = 0; o < sizeof(group_order) / sizeof(group_order[0]);
	     o++)
		for (size_t i = 0; i < book->n_groups; i++)
			if (book->groups[i].class == group_order[o])
				groups[out->n_groups++] =
				    (struct as_tls_group_row){
					book->groups[i].code,
					kind_of(&book->groups[i])};
	return AS_OK;
}
