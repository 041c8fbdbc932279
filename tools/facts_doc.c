/*
 * facts-doc - prints doc/facts.md from the shapes of model/facts, so that the
 * paper cannot say other than the program does.
 */
#include <stdbool.h>
#include <stdio.h>

#include "base/limits.h"
#include "model/facts.h"

#include "base/banned.h"

#define MAX_SHAPES 64

/* Shapes in the order in which they are met. */
struct shapes {
	const struct as_shape *list[MAX_SHAPES];
	size_t n;
};

static const char intro[] =
    "# The fact document, `" AS_FACTS_SCHEMA "`\n"
    "\n"
    "<!-- Made by tools/facts-doc; change src/model/facts.h, then run"
    " `make doc`. -->\n"
    "\n"
    "Facts are what the world answered, and nothing else: no verdict stands"
    " in them.\n"
    "`assay check --json` shows them as `facts`, `assay check --facts FILE`"
    " judges stored ones.\n"
    "A document is one JSON object, described by `facts` below.\n"
    "\n"
    "- A member that is false, 0, absent or empty is left out; one that is"
    " left out reads as such.\n"
    "  One with listed values is always written; where it is missing, the"
    " first of them is meant.\n"
    "- Members come in the order of the tables, so equal facts give equal"
    " octets.\n"
    "- Unknown members are skipped: an older program reads a newer"
    " document. An unknown *value* of a\n"
    "  member that is known here is an error, for it might change a"
    " verdict.\n"
    "- A list has at most %d items.\n"
    "- What could not be learnt is said: `timeout`, `servfail` and their"
    " like are never \"no record\".\n"
    "\n"
    "| kind | in JSON |\n"
    "|---|---|\n"
    "| true | `true` |\n"
    "| number | an integer from 0 to 4294967295 |\n"
    "| time | RFC 3339 in UTC, with milliseconds if they are not 0 |\n"
    "| text | a string |\n"
    "| octets | a string; printable ASCII as it is, a backslash as `\\\\`,"
    " any other octet as `\\DDD` (decimal) |\n"
    "| hex | a string of lower case hexadecimal digits |\n"
    "| type | a DNS type: its mnemonic, or `TYPE123` (RFC 3597 5) |\n"
    "| octets, list | a list of such strings |\n"
    "| a name in `code` | an object of that name, described below |\n";

static void
meet(struct shapes *met, const struct as_shape *shape)
{
	const struct as_field *fields = shape->fields();

	for (size_t i = 0; i < met->n; i++)
		if (met->list[i] == shape)
			return;
	if (met->n == MAX_SHAPES)
		return;
	met->list[met->n++] = shape;
	for (size_t i = 0; i < shape->n; i++)
		if (fields[i].shape != NULL)
			meet(met, fields[i].shape);
}

static const char *
kind_words(enum as_kind kind)
{
	switch (kind) {
	case AS_KIND_BOOL: return "true";
	case AS_KIND_U32: return "number";
	case AS_KIND_TIME: return "time";
	case AS_KIND_TEXT: return "text";
	case AS_KIND_OCTETS: return "octets";
	case AS_KIND_HEX: return "hex";
	case AS_KIND_RRTYPE: return "type";
	case AS_KIND_STRS: return "octets, list";
	case AS_KIND_ENUM: return "one of these";
	case AS_KIND_ONE:
	case AS_KIND_LIST: break;
	}
	return "";
}

static void
print_kind(const struct as_field *f)
{
	if (f->shape == NULL)
		(void)printf("%s", kind_words(f->kind));
	else
		(void)printf("[`%s`](#%s)%s", f->shape->name, f->shape->name,
		    f->kind == AS_KIND_LIST ? ", list" : "");
}

/* A "|" would end the cell. */
static void
print_cell(const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '|')
			(void)putchar('\\');
		(void)putchar(*text);
	}
}

static void
print_values(const struct as_names *names, bool after_text)
{
	if (after_text)
		(void)printf(": ");
	for (size_t i = 0; i < names->n; i++)
		(void)printf("%s`%s`", i > 0 ? ", " : "", names->texts[i]);
}

static void
print_shape(const struct as_shape *shape)
{
	const struct as_field *fields = shape->fields();

	(void)printf("\n## %s\n\n| member | kind | what |\n|---|---|---|\n",
	    shape->name);
	for (size_t i = 0; i < shape->n; i++) {
		const struct as_field *f = &fields[i];
		(void)printf("| `%s` | ", f->name);
		print_kind(f);
		(void)printf(" | ");
		print_cell(f->doc);
		if (f->names != NULL)
			print_values(f->names, f->doc[0] != 0);
		(void)printf(" |\n");
	}
}

int
main(void)
{
	struct shapes met = {.n = 0};

	meet(&met, &as_shape_facts);
	(void)printf(intro, AS_MAX_LIST_ITEMS);
	for (size_t i = 0; i < met.n; i++)
		print_shape(met.list[i]);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
