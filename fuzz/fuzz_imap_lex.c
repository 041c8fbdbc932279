/* net/imap_lex: the same octets, whole and one by one, give equal items and the
 * same end; no item is over its cap. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/imap_lex.h"

#include "base/banned.h"

#define LITERAL_CAP 1000

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct outcome {
	struct as_buf b;
	uint64_t left; /* of a literal */
	bool open;
};

static enum as_err
on_item(void *ctx, const struct as_imap_item *item)
{
	struct outcome *o = ctx;

	if (item->text.n > AS_MAX_IMAP_STRING && item->kind != AS_IMAP_OCTETS)
		abort();
	if (item->depth > AS_MAX_IMAP_DEPTH || item->number > LITERAL_CAP)
		abort();
	if (o->open !=
	    (item->kind == AS_IMAP_OCTETS || item->kind == AS_IMAP_WHOLE))
		abort();
	if (item->kind == AS_IMAP_LITERAL) {
		o->left = item->number;
		o->open = true;
	}
	if (item->text.n > o->left && item->kind == AS_IMAP_OCTETS)
		abort();
	if (item->kind == AS_IMAP_OCTETS)
		o->left -= item->text.n;
	if (item->kind == AS_IMAP_WHOLE && o->left != 0)
		abort();
	if (item->kind == AS_IMAP_WHOLE)
		o->open = false;
	if (item->kind != AS_IMAP_OCTETS)
		as_buf_printf(
		    &o->b, "\n%d %u %u ", item->kind, item->depth, item->at);
	as_buf_add_str(&o->b, item->text);
	return AS_OK;
}

static enum as_err
run(const uint8_t *p, size_t n, size_t step, struct outcome *o)
{
	struct as_imap_lex l;
	struct as_why why;
	enum as_err err = AS_OK;

	*o = (struct outcome){.open = false};
	as_buf_init(&o->b, (size_t)16 << 20);
	as_imap_lex_init(&l, LITERAL_CAP, on_item, o);
	for (size_t at = 0; err == AS_OK && at < n; at += step)
		err = as_imap_lex_feed(&l,
		    (struct as_str){
			(const char *)p + at, step < n - at ? step : n - at},
		    &why);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct outcome whole, octets;
	enum as_err a = run(p, n, n + 1, &whole);
	enum as_err b = run(p, n, 1, &octets);

	if (a != b || !as_str_eq(as_buf_str(&whole.b), as_buf_str(&octets.b)))
		abort();
	as_buf_fini(&whole.b);
	as_buf_fini(&octets.b);
	return 0;
}
