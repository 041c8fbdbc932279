#include "assess/traits.h"

#include <string.h>

#include "base/banned.h"

static const struct as_trait_info infos[] = {
#define TRAIT(fn, id, kind, values, words) {id, AS_TRAIT_##kind, values, words},
#include "assess/traits.tbl"
#undef TRAIT
};

static as_trait_fn *const functions[] = {
#define TRAIT(fn, id, kind, values, words) as_trait_##fn,
#include "assess/traits.tbl"
#undef TRAIT
};

#define N_TRAITS (sizeof(infos) / sizeof(infos[0]))

const struct as_trait_info *
as_traits(size_t *n)
{
	*n = N_TRAITS;
	return infos;
}

const struct as_trait_info *
as_trait_find(struct as_str id)
{
	for (size_t i = 0; i < N_TRAITS; i++)
		if (as_str_is(id, infos[i].id))
			return &infos[i];
	return NULL;
}

bool
as_trait_may_be(const struct as_trait_info *info, struct as_str value)
{
	struct as_str all = as_str_from(info->values);

	if (info->kind == AS_TRAIT_FREE)
		return value.n > 0;
	for (size_t at = 0; at < all.n;) {
		size_t end = as_str_find(all, ' ', at);

		if (as_str_eq(as_str_slice(all, at, end), value))
			return true;
		at = end + 1;
	}
	return false;
}

/* --- reading --- */

enum as_err
as_trait_read(const struct as_case *c, const struct as_trait_info *info,
    struct as_trait *out)
{
	/* The words of rules go to nobody but as_trait_unknown. */
	static const struct as_rule_info rule = {
	    "", "", "", "", "", "", AS_AXIS_IMPERSONATION};

	*out = (struct as_trait){.say = {.c = c, .rule = &rule}};
	out->say.tail = &out->say.head;
	out->say.result = &out->result;
	out->tail = &out->head;
	functions[info - infos](c, out);
	return out->say.err;
}

const struct as_finding *
as_trait_unknown(const struct as_trait *t)
{
	for (const struct as_said *s = t->say.head; s != NULL; s = s->next)
		if (s->f.verdict == AS_VERDICT_UNKNOWN || s->f.untested)
			return &s->f;
	return NULL;
}

struct as_trait_item *
as_trait_add(struct as_trait *t, size_t room)
{
	struct as_arena *a = t->say.c->a;
	struct as_trait_item *item = AS_NEW(a, struct as_trait_item);
	struct as_str subject = t->say.subject;

	if (item != NULL)
		item->values = as_arena_array(a, room, sizeof(*item->values));
	if (item == NULL || item->values == NULL) {
		t->say.err = AS_ENOMEM;
		memset(&t->spare, 0, sizeof(t->spare));
		return &t->spare;
	}
	item->room = room;
	item->subject =
	    as_str_slice(subject, as_str_find(subject, ':', 0) + 1, subject.n);
	*t->tail = item;
	t->tail = &item->next;
	t->n_items++;
	return item;
}

void
as_trait_value(struct as_trait_item *item, struct as_str value)
{
	as_trait_value_tri(item, value, AS_YES, AS_STR(""));
}

void
as_trait_value_tri(struct as_trait_item *item, struct as_str value,
    enum as_tri has, struct as_str why)
{
	if (item->n < item->room)
		item->values[item->n++] =
		    (struct as_trait_value){value, has, why};
}

void
as_trait_add_one(struct as_trait *t, const char *value)
{
	as_trait_value(as_trait_add(t, 1), as_str_from(value));
}

void
as_trait_add_number(struct as_trait *t, uint64_t number)
{
	as_trait_add(t, 0)->number = number;
}
