/* intake/mend beside expat: of a document that expat takes and mend had nothing
 * to repair in, both tell the same elements and texts; whatever comes, elements
 * nest, and the split of the octets changes nothing. */
#include <expat.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "intake/mend.h"
#include "must.h"

#include "base/banned.h"

#define TEXT_OCTETS ((size_t)64 << 20)

/* What was told, as text: "<name", the text until the next tag, ">". */
struct told {
	struct as_buf all, text;
	size_t depth;
	bool mended, cut, rooted;
};

static void
told_init(struct told *t)
{
	*t = (struct told){.depth = 0};
	as_buf_init(&t->all, TEXT_OCTETS);
	as_buf_init(&t->text, TEXT_OCTETS);
}

static void
told_fini(struct told *t)
{
	as_buf_fini(&t->all);
	as_buf_fini(&t->text);
}

/* White space at the start of a text is left out by mend. */
static void
text_end(struct told *t)
{
	struct as_str s = as_buf_str(&t->text);

	while (s.n > 0 &&
	    (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\n' ||
		s.p[0] == '\r'))
		s = as_str_slice(s, 1, s.n);
	as_buf_add_str(&t->all, s);
	as_buf_reset(&t->text);
}

/* --- mend --- */

static enum as_err
on_start(void *ctx, struct as_str name)
{
	struct told *t = ctx;

	MUST(t->depth > 0 || !t->rooted);
	MUST(name.n > 0 && name.n <= AS_MAX_REPORT_NAME);
	t->rooted = true;
	t->depth++;
	text_end(t);
	as_buf_puts(&t->all, "<");
	as_buf_add_str(&t->all, name);
	as_buf_puts(&t->all, "\n");
	return AS_OK;
}

static enum as_err
on_text(void *ctx, struct as_str text)
{
	struct told *t = ctx;

	MUST(t->depth > 0 && text.n > 0 && as_utf8_is_valid(text));
	as_buf_add_str(&t->text, text);
	return AS_OK;
}

static enum as_err
on_end(void *ctx)
{
	struct told *t = ctx;

	MUST(t->depth-- > 0);
	text_end(t);
	as_buf_puts(&t->all, ">\n");
	return AS_OK;
}

static enum as_err
on_mended(void *ctx, enum as_mend_kind kind, struct as_str name)
{
	struct told *t = ctx;

	(void)kind, (void)name;
	t->mended = true;
	return AS_OK;
}

static enum as_err
on_cut(void *ctx, struct as_why *why)
{
	struct told *t = ctx;

	(void)why;
	t->cut = true;
	return AS_OK;
}

static enum as_err
mend_read(struct as_str octets, size_t step, struct told *t)
{
	const struct as_mend_sink sink = {.ctx = t,
	    .start = on_start,
	    .text = on_text,
	    .end = on_end,
	    .mended = on_mended,
	    .cut = on_cut};
	struct as_why why = {.text = ""};
	struct as_mend m;
	enum as_err err = AS_OK;

	as_mend_init(&m, &sink);
	for (size_t at = 0; err == AS_OK && at < octets.n; at += step)
		err =
		    as_mend_feed(&m, as_str_slice(octets, at, at + step), &why);
	if (err == AS_OK)
		err = as_mend_end(&m, &why);
	if (err == AS_OK)
		MUST(t->depth == 0);
	else
		must_explain(&why, err, octets.n);
	return err;
}

/* --- expat --- */

static void XMLCALL
expat_start(void *ctx, const char *name, const char **attributes)
{
	const char *colon = strrchr(name, ':');

	(void)attributes;
	(void)on_start(ctx, as_str_from(colon != NULL ? colon + 1 : name));
}

static void XMLCALL
expat_end(void *ctx, const char *name)
{
	(void)name;
	(void)on_end(ctx);
}

static void XMLCALL
expat_text(void *ctx, const char *p, int n)
{
	(void)on_text(ctx, (struct as_str){p, (size_t)n});
}

static bool
expat_read(struct as_str octets, struct told *t)
{
	XML_Parser x = XML_ParserCreate(NULL);
	bool ok;

	MUST(x != NULL);
	XML_SetUserData(x, t);
	XML_SetElementHandler(x, expat_start, expat_end);
	XML_SetCharacterDataHandler(x, expat_text);
	ok = XML_Parse(x, octets.p, (int)octets.n, 1) == XML_STATUS_OK;
	XML_ParserFree(x);
	return ok;
}

/* expat takes longer names than mend does. */
static bool
has_long_name(struct as_str octets)
{
	size_t run = 0;

	for (size_t i = 0; i < octets.n; i++) {
		char c = octets.p[i];

		run = c > ' ' && c != '<' && c != '>' ? run + 1 : 0;
		if (run > AS_MAX_REPORT_NAME)
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_str octets = {(const char *)p, n};
	struct told whole, steps, other;
	enum as_err err;

	told_init(&whole);
	told_init(&steps);
	told_init(&other);
	err = mend_read(octets, n > 0 ? n : 1, &whole);
	MUST(mend_read(octets, n % 7 + 1, &steps) == err);
	MUST(err != AS_OK ||
	    as_str_eq(as_buf_str(&whole.all), as_buf_str(&steps.all)));
	if (err == AS_OK && !whole.mended && !whole.cut && whole.rooted &&
	    !has_long_name(octets) && expat_read(octets, &other))
		MUST(as_str_eq(as_buf_str(&whole.all), as_buf_str(&other.all)));
	told_fini(&whole);
	told_fini(&steps);
	told_fini(&other);
	return 0;
}
