/*
 * std/spf: parse, then walk the tree with scripted answers.  The first line of
 * the input is the record; each further line answers one question: its first
 * character says what is known, the rest is the TXT.  Answers run out and start
 * again.
 */
#include "base/limits.h"
#include "readings.h"
#include "std/spf.h"

#include "base/banned.h"

struct script {
	struct as_str text;
	size_t at;
	unsigned asked, records;
};

static enum as_spf_known
script_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt)
{
	struct script *s = ctx;
	struct as_str line;
	size_t end;

	MUST(as_spf_is_name(name));
	MUST(as_str_find(name, '%', 0) == name.n);
	s->asked++;
	s->records += kind == AS_SPF_INCLUDE || kind == AS_SPF_REDIRECT;
	if (s->at >= s->text.n)
		s->at = 0;
	end = as_str_find(s->text, '\n', s->at);
	line = as_str_slice(s->text, s->at, end);
	s->at = end + 1;
	if (line.n == 0)
		return AS_SPF_VOID;
	*txt = as_str_slice(line, 1, line.n);
	return (enum as_spf_known)(
	    (unsigned char)line.p[0] % (AS_SPF_TOO_MANY + 1u));
}

static void
check_terms(struct as_arena *a, const struct as_spf *spf)
{
	bool all = false;

	MUST(spf->n_terms <= AS_MAX_SPF_TERMS);
	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];
		struct as_str target = as_spf_target(a, t, AS_STR("a.test"));
		MUST(t->text.p == spf->text.p + t->at && t->text.n > 0);
		MUST(t->name.n > 0 && strchr("+-~?", t->qualifier) != NULL);
		MUST(as_str_is_null(target) == t->has_macro);
		MUST(t->cidr4 <= 32 && t->cidr6 <= 128 && t->ip.bits <= 128);
		all = all || t->kind == AS_SPF_ALL;
	}
	MUST(all == (spf->all != NULL));
	MUST(!all || spf->redirect == NULL);
}

static void
check_tree(const struct as_spf_node *node)
{
	uint32_t below = 0;

	for (const struct as_spf_node *c = node->child; c; c = c->next) {
		check_tree(c);
		below += c->lookups;
	}
	MUST(node->lookups >= below);
	MUST(node->spf == NULL || node->fault == AS_SPF_FAULT_NONE);
	MUST(node->spf != NULL || node->child == NULL);
	MUST(node->spf != NULL || node->unknown ||
	    node->fault != AS_SPF_FAULT_NONE);
}

static void
walk(struct as_arena *a, struct as_spf *spf, struct as_str rest)
{
	struct script s = {.text = rest};
	struct as_spf_cost cost;
	enum as_err err =
	    as_spf_cost_eval(a, AS_STR("a.test"), spf, script_ask, &s, &cost);

	MUST(err == AS_OK || err == AS_ENOMEM);
	MUST(s.records <= AS_MAX_SPF_QUERIES);
	MUST(s.asked - s.records <= AS_MAX_QUERIES_PER_DOMAIN);
	if (err != AS_OK)
		return;
	MUST(cost.voids <= s.asked && cost.voids <= cost.lookups);
	MUST(!cost.all_unknown || (cost.incomplete && cost.all == 0));
	check_tree(cost.root);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)16 << 20);
	struct as_str text = {(const char *)p, n};
	size_t end = as_str_find(text, '\n', 0);
	struct as_spf *spf = NULL;
	struct as_why why = {0};
	enum as_err err;

	if (a == NULL)
		return 0;
	err = as_spf_parse(a, as_str_slice(text, 0, end), &spf, &why);
	if (err == AS_OK) {
		check_terms(a, spf);
		(void)as_spf_is_deny_all(spf);
		walk(a, spf, as_str_slice(text, end + 1, n));
	} else {
		MUST(spf == NULL && why.code == err && why.text[0] != 0);
		MUST(err != AS_ESYNTAX || why.at <= end);
	}
	MUST_READ_ALIKE(spf, as_spf, as_str_slice(text, 0, end));
	as_arena_free(a);
	return 0;
}
