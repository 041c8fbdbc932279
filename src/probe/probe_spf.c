#include "probe/probe_spf.h"

#include "base/limits.h"
#include "std/dns_wire.h"
#include "std/spf.h"

#include "base/banned.h"

/* One record of the tree, waiting for its TXT. */
struct node {
	struct as_probe_spf *s;
	struct as_str name;
	unsigned depth;
};

bool
as_probe_spf_find(const struct as_answer *ans, struct as_str *txt)
{
	size_t n = 0;

	if (ans == NULL || ans->outcome != AS_DNS_OK)
		return false;
	for (size_t i = 0; i < ans->n_txt; i++) {
		if (ans->txt[i].cut || !as_spf_is_record(ans->txt[i].text))
			continue;
		*txt = ans->txt[i].text;
		n++;
	}
	return n == 1;
}

static void
target_ask(struct as_probe_spf *s, struct as_str name, uint16_t type,
    as_book_fn *fn, void *ctx)
{
	if (!as_book_has(s->book, name, type)) {
		if (s->queries >= AS_MAX_SPF_QUERIES) {
			as_book_set_reached(s->book);
			return;
		}
		s->queries++;
	}
	as_book_ask(s->book, name, type, AS_BOOK_KEEP, fn, ctx);
}

static void on_record(void *ctx, const struct as_answer *ans);

/* The record of an include or redirect target, once: a name that was asked as
 * a record before is a loop, or a repetition. */
static void
record_ask(struct as_probe_spf *s, struct as_str name, unsigned depth)
{
	struct node *node;

	if (as_book_has(s->book, name, AS_RR_TXT))
		return;
	if (depth > AS_MAX_SPF_DEPTH) {
		as_book_set_reached(s->book);
		return;
	}
	node = AS_NEW(s->arena, struct node);
	if (node == NULL) {
		as_book_fail(s->book);
		return;
	}
	*node = (struct node){s, name, depth};
	target_ask(s, name, AS_RR_TXT, on_record, node);
}

static void
term_ask(const struct node *node, const struct as_spf *spf,
    const struct as_spf_term *term)
{
	struct as_probe_spf *s = node->s;
	struct as_str name = as_spf_target(s->arena, term, node->name);

	if (as_str_is_null(name))
		return;
	switch (term->kind) {
	case AS_SPF_REDIRECT:
		if (term != spf->redirect)
			break;
		record_ask(s, name, node->depth + 1);
		break;
	case AS_SPF_INCLUDE: record_ask(s, name, node->depth + 1); break;
	case AS_SPF_A:
		target_ask(s, name, AS_RR_A, NULL, NULL);
		target_ask(s, name, AS_RR_AAAA, NULL, NULL);
		break;
	case AS_SPF_MX: target_ask(s, name, AS_RR_MX, NULL, NULL); break;
	case AS_SPF_EXISTS: target_ask(s, name, AS_RR_A, NULL, NULL); break;
	default: break;
	}
}

static void
on_record(void *ctx, const struct as_answer *ans)
{
	const struct node *node = ctx;
	struct as_str txt;
	struct as_spf *spf;
	enum as_err err;

	if (!as_probe_spf_find(ans, &txt))
		return;
	err = as_spf_parse(node->s->arena, txt, &spf, NULL);
	if (err == AS_ENOMEM)
		as_book_fail(node->s->book);
	if (err != AS_OK)
		return;
	for (size_t i = 0; i < spf->n_terms; i++)
		term_ask(node, spf, &spf->terms[i]);
}

void
as_probe_spf_start(struct as_probe_spf *s, struct as_arena *a,
    struct as_book *book, struct as_str domain)
{
	struct node *root = AS_NEW(a, struct node);

	*s = (struct as_probe_spf){.arena = a, .book = book};
	if (root == NULL) {
		as_book_fail(book);
		return;
	}
	*root = (struct node){s, domain, 0};
	as_book_ask(book, domain, AS_RR_TXT, AS_BOOK_KEEP, on_record, root);
}
