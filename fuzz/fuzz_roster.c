/* A list of domains: the first octet says how it is read. */
#include "base/utf8.h"
#include "intake/csv.h"
#include "intake/roster.h"
#include "must.h"
#include "std/domain.h"

struct seen {
	size_t line, length;
	struct as_arena *a;
};

/* A text is clean, and stays as it is when it is cleaned again. */
static void
text_check(struct seen *s, struct as_str text)
{
	struct as_str again = as_estate_clean(s->a, text);

	MUST(as_utf8_is_valid(text));
	MUST(as_str_eq(again, text));
}

static enum as_err
domain(void *ctx, const struct as_roster_line *line)
{
	struct seen *s = ctx;
	struct as_str again;

	as_arena_reset(s->a);
	MUST(line->line >= s->line && line->line >= 1);
	s->line = line->line;
	MUST(as_domain_parse(s->a, line->entry.name, &again, NULL) == AS_OK);
	MUST(as_str_eq(again, line->entry.name));
	for (size_t i = 0; i < AS_ESTATE_TEXTS; i++)
		if (!as_str_is_null(line->entry.text[i]))
			text_check(s, line->entry.text[i]);
	for (size_t i = 0; i < line->entry.n_tags; i++)
		MUST(line->entry.tags[i].n > 0);
	return AS_OK;
}

static enum as_err
refused(void *ctx, size_t line, struct as_str typed, const struct as_why *why)
{
	struct seen *s = ctx;

	(void)typed;
	MUST(line >= s->line);
	s->line = line;
	MUST(why->text[0] != 0);
	return AS_OK;
}

static enum as_err
note(void *ctx, size_t line, struct as_str text)
{
	(void)ctx;
	MUST(line >= 1 && text.n > 0);
	return AS_OK;
}

static void
csv_walk(struct as_str text, struct as_arena *a)
{
	struct as_csv c;
	struct as_csv_record r;
	size_t line = 0, records = 0;
	enum as_err err;

	as_csv_init(&c, text);
	while ((err = as_csv_next(&c, a, &r, NULL)) != AS_EABSENT) {
		MUST(r.line > line);
		line = r.line;
		MUST(err != AS_OK || r.n > 0);
		MUST(++records <= text.n);
		as_arena_reset(a);
	}
	MUST(c.at == text.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct as_str charsets[] = {{NULL, 0}, {"utf-8", 5},
	    {"windows-1252", 12}, {"windows-1251", 12}};
	struct seen s = {.a = as_arena_new((size_t)64 * 1024 * 1024)};
	struct as_roster_sink sink = {&s, domain, refused, note};
	struct as_why why = {0};
	struct as_str text;

	if (n == 0 || s.a == NULL) {
		as_arena_free(s.a);
		return 0;
	}
	text = (struct as_str){(const char *)p + 1, n - 1};
	csv_walk(text, s.a);
	if (as_roster_read(text, charsets[p[0] % 4], &sink, &why) != AS_OK)
		MUST(why.text[0] != 0);
	as_arena_free(s.a);
	return 0;
}
