#include "assess/fix_spf.h"

#include <stdlib.h>

#include "std/domain.h"
#include "std/spf_eval.h"

#include "base/banned.h"

#define LABEL_MOST 20

static bool
is_fault(const struct as_spf_row *r)
{
	return r->state == AS_SPF_TREE_DEAD || r->state == AS_SPF_TREE_VOID;
}

static bool
is_shown(const struct as_spf_row *r)
{
	return r->state != AS_SPF_TREE_UNREACHED &&
	    (is_fault(r) || (r->depth == 0 && r->lookups > 0));
}

static bool
is_needed(const struct as_case *c, const struct as_spf_tree *tree)
{
	if (c->cost.lookups > AS_SPF_LOOKUPS || c->cost.voids > AS_SPF_VOIDS)
		return true;
	for (size_t i = 0; i < tree->n_rows; i++)
		if (tree->rows[i].state == AS_SPF_TREE_DEAD)
			return true;
	return false;
}

/* --- who could move --- */

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Letters and digits of a text, lowered. */
static struct as_str
label_of(struct as_arena *a, struct as_str s)
{
	struct as_str low = as_str_lower(a, as_str_slice(s, 0, 64));
	char *p = as_arena_alloc(a, LABEL_MOST + 1);
	size_t n = 0;

	if (p == NULL || as_str_is_null(low))
		return AS_STR_NULL;
	for (size_t i = 0; i < low.n && n < LABEL_MOST; i++)
		if (is_alnum(low.p[i]))
			p[n++] = low.p[i];
	return (struct as_str){p, n};
}

/* What the included name is known by: not "_spf", not its top. */
static struct as_str
label_of_name(struct as_arena *a, struct as_str spec)
{
	struct as_str best = AS_STR("mail");

	for (size_t at = 0; at < spec.n;) {
		size_t end = as_str_find(spec, '.', at);
		struct as_str label = as_str_slice(spec, at, end);

		if (end < spec.n && label.n > 1 && label.p[0] != '_' &&
		    !as_str_is_case(label, "spf"))
			return label_of(a, label);
		at = end + 1;
	}
	return best;
}

static bool
is_taken(const struct as_fix_spf *f, struct as_str name)
{
	for (size_t i = 0; i < f->n_parts; i++)
		if (f->parts[i].move && as_str_eq(f->parts[i].name, name))
			return true;
	return false;
}

static enum as_err
move(const struct as_case *c, struct as_fix_spf *f, struct as_fix_spf_part *p)
{
	const struct as_spf_row *r = p->row;
	struct as_str label = r->sender.service.n > 0
	    ? label_of(c->a, r->sender.service)
	    : label_of_name(c->a, r->term->spec);
	struct as_str name;

	if (label.n == 0)
		label = AS_STR("mail");
	name = as_str_printf(c->a, AS_STR_FMT "." AS_STR_FMT, AS_STR_ARG(label),
	    AS_STR_ARG(c->name));
	if (!as_str_is_null(name) && is_taken(f, name))
		name = as_str_printf(c->a, AS_STR_FMT "%zu." AS_STR_FMT,
		    AS_STR_ARG(label), (size_t)(p - f->parts) + 1,
		    AS_STR_ARG(c->name));
	p->record = as_str_printf(
	    c->a, "v=spf1 " AS_STR_FMT " -all", AS_STR_ARG(r->term->text));
	if (as_str_is_null(name) || as_str_is_null(p->record))
		return AS_ENOMEM;
	p->name = name;
	p->move = true;
	return AS_OK;
}

/* Mail of people carries the domain itself. */
static bool
is_of_people(const struct as_fix_spf_part *p)
{
	return as_str_is(p->row->sender.category, "mailbox") ||
	    as_str_is(p->row->sender.category, "gateway");
}

/* A sender that can be told to use another return path: an include whose name
 * does not hang on the mail. */
static bool
may_move(const struct as_fix_spf_part *p)
{
	return !is_of_people(p) && p->row->depth == 0 &&
	    p->row->term->kind == AS_SPF_INCLUDE &&
	    p->row->term->qualifier == '+' && !p->row->term->has_macro &&
	    p->row->state == AS_SPF_TREE_FINE && !p->move;
}

static struct as_fix_spf_part *
next_to_move(struct as_fix_spf *f)
{
	struct as_fix_spf_part *best = NULL;

	for (size_t i = 0; i < f->n_parts; i++)
		if (may_move(&f->parts[i]) &&
		    (best == NULL ||
			f->parts[i].row->lookups > best->row->lookups))
			best = &f->parts[i];
	return best;
}

static enum as_err
moves_find(const struct as_case *c, struct as_fix_spf *f)
{
	struct as_fix_spf_part *p;

	f->lookups_after = f->lookups;
	while (f->lookups_after > AS_SPF_LOOKUPS &&
	    (p = next_to_move(f)) != NULL) {
		AS_TRY(move(c, f, p));
		f->lookups_after -= p->row->lookups;
	}
	return AS_OK;
}

/* --- the parts --- */

static void
parts_add(struct as_fix_spf *f, const struct as_spf_tree *tree)
{
	struct as_str top = AS_STR("");

	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct as_spf_row *r = &tree->rows[i];

		if (r->depth == 0)
			top = r->term->text;
		if (is_shown(r) && f->n_parts < AS_FIX_SPF_PARTS)
			f->parts[f->n_parts++] = (struct as_fix_spf_part){
			    .row = r, .under = r->depth > 0 ? top : AS_STR("")};
	}
}

enum as_err
as_fix_spf_make(const struct as_case *c, struct as_fix_spf *out)
{
	struct as_spf_tree_ask ask = {.domain = c->name,
	    .senders = c->options->senders,
	    .answers = c->d->answers,
	    .n_answers = c->d->n_answers,
	    .last = true};
	struct as_spf_tree *tree = AS_NEW(c->a, struct as_spf_tree);

	*out = (struct as_fix_spf){.needed = false};
	if (tree == NULL)
		return AS_ENOMEM;
	if (c->spf == NULL)
		return AS_OK;
	AS_TRY(as_spf_tree_make(c->a, &ask, tree));
	if (tree->n_needs > 0 || tree->c->spf == NULL ||
	    !is_needed(tree->c, tree))
		return AS_OK;
	out->parts =
	    as_arena_array(c->a, AS_FIX_SPF_PARTS, sizeof(*out->parts));
	if (out->parts == NULL)
		return AS_ENOMEM;
	out->needed = true;
	out->strict = c->dmarc_record != NULL && c->dmarc_record->aspf == 's';
	out->lookups = tree->c->cost.lookups;
	out->voids = tree->c->cost.voids;
	parts_add(out, tree);
	return moves_find(c, out);
}
