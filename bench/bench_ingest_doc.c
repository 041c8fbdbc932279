#include "bench_ingest_doc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_OCTETS ((size_t)64 * 1024 * 1024)

int
text_cmp(struct text a, struct text b)
{
	int d = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return d != 0 ? d : (a.n > b.n) - (a.n < b.n);
}

static struct row *
row_of(struct doc *d)
{
	return &d->rows[d->n_rows - 1];
}

/* --- where texts go --- */

enum type { TEXT, NUMBER };

struct place {
	const char *name;
	enum type type;
	size_t at;
};

#define HEAD(name, member) \
	{ \
		name, TEXT, offsetof(struct doc, member) \
	}
#define TIME(name, member) \
	{ \
		name, NUMBER, offsetof(struct doc, member) \
	}
static const struct place in_head[] = {HEAD("org_name", org),
    HEAD("email", email), HEAD("extra_contact_info", extra),
    HEAD("report_id", report_id), TIME("begin", begin), TIME("end", end),
    HEAD("domain", domain), HEAD("version", version), HEAD("adkim", adkim),
    HEAD("aspf", aspf), HEAD("p", p), HEAD("sp", sp), HEAD("np", np),
    HEAD("fo", fo), HEAD("pct", pct), {NULL, TEXT, 0}};

#define ROW(name, member) \
	{ \
		name, TEXT, offsetof(struct row, member) \
	}
static const struct place in_row[] = {ROW("source_ip", source),
    {"count", NUMBER, offsetof(struct row, count)},
    ROW("disposition", disposition), ROW("dkim", dkim), ROW("spf", spf),
    ROW("type", reason), ROW("comment", comment),
    ROW("header_from", header_from), ROW("envelope_from", envelope_from),
    ROW("envelope_to", envelope_to), {NULL, TEXT, 0}};

#define RESULT(name, member) \
	{ \
		name, TEXT, offsetof(struct result, member) \
	}
static const struct place in_result[] = {RESULT("domain", domain),
    RESULT("selector", word), RESULT("scope", word), RESULT("result", result),
    RESULT("human_result", human), {NULL, TEXT, 0}};

static struct text
keep(struct doc *d)
{
	const char *p = d->text;
	size_t n = d->n_text;
	char *to = d->pool + d->n_pool;

	while (n > 0 && (unsigned char)*p <= ' ') {
		p++;
		n--;
	}
	while (n > 0 && (unsigned char)p[n - 1] <= ' ')
		n--;
	if (d->n_pool + n > POOL_OCTETS)
		n = 0;
	memcpy(to, p, n);
	d->n_pool += n;
	return (struct text){to, n};
}

static void
put(struct doc *d, const struct place *places, void *base, const char *name)
{
	for (; places->name != NULL; places++) {
		char *to = (char *)base + places->at;

		if (strcmp(places->name, name) != 0)
			continue;
		d->text[d->n_text] = 0;
		if (places->type == TEXT)
			*(struct text *)(void *)to = keep(d);
		else
			*(long *)(void *)to = strtol(d->text, NULL, 10);
		return;
	}
}

/* --- events --- */

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void
row_add(struct doc *d)
{
	if (d->n_rows == d->room) {
		d->room = d->room > 0 ? 2 * d->room : 16;
		d->rows = realloc(d->rows, d->room * sizeof(*d->rows));
		if (d->rows == NULL)
			abort();
	}
	memset(&d->rows[d->n_rows++], 0, sizeof(*d->rows));
}

static void
on_start(void *ctx, const char *name, const char **attributes)
{
	struct doc *d = ctx;
	const char *parent = d->depth > 0 ? d->open[d->depth - 1] : "";

	(void)attributes;
	d->n_text = 0;
	if (is(name, "record"))
		row_add(d);
	else if (is(parent, "auth_results") && d->n_rows > 0 &&
	    is(name, "dkim") && row_of(d)->n_dkims < RESULTS)
		row_of(d)->n_dkims++;
	else if (is(parent, "auth_results") && d->n_rows > 0 &&
	    is(name, "spf") && row_of(d)->n_spfs < RESULTS)
		row_of(d)->n_spfs++;
	if (d->depth < DEPTH)
		d->open[d->depth] = name;
	d->depth++;
}

static void
on_end(void *ctx, const char *name)
{
	struct doc *d = ctx;
	const char *parent =
	    d->depth > 1 && d->depth < DEPTH ? d->open[d->depth - 2] : "";
	struct row *r = d->n_rows > 0 ? row_of(d) : NULL;

	d->depth--;
	if (r == NULL)
		put(d, in_head, d, name);
	else if (is(parent, "dkim") && r->n_dkims > 0)
		put(d, in_result, &r->dkims[r->n_dkims - 1], name);
	else if (is(parent, "spf") && r->n_spfs > 0)
		put(d, in_result, &r->spfs[r->n_spfs - 1], name);
	else if (!is(parent, "auth_results"))
		put(d, in_row, r, name);
	d->n_text = 0;
}

static void
on_text(void *ctx, const char *p, int n)
{
	struct doc *d = ctx;
	size_t k = (size_t)n, room = sizeof(d->text) - 1 - d->n_text;

	k = k < room ? k : room;
	memcpy(d->text + d->n_text, p, k);
	d->n_text += k;
}

/* --- JSON --- */

static char *
json_text(char *o, const char *key, struct text t)
{
	if (t.p == NULL)
		return o;
	if (o[-1] != '{')
		*o++ = ',';
	o += sprintf(o, "\"%s\":\"", key);
	memcpy(o, t.p, t.n);
	o += t.n;
	*o++ = '"';
	return o;
}

static char *
results_json(char *o, const struct result *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++) {
		o += sprintf(o, i > 0 ? ",{" : "{");
		o = json_text(o, "domain", list[i].domain);
		o = json_text(o, word, list[i].word);
		o = json_text(o, "result", list[i].result);
		o = json_text(o, "human", list[i].human);
		*o++ = '}';
	}
	return o;
}

struct text
auth_json(const struct row *r, char *o)
{
	char *begin = o;

	if (r->n_dkims + r->n_spfs == 0)
		return (struct text){NULL, 0};
	o += sprintf(o, "{\"dkim\":[");
	o = results_json(o, r->dkims, r->n_dkims, "selector");
	o += sprintf(o, "],\"spf\":[");
	o = results_json(o, r->spfs, r->n_spfs, "scope");
	o += sprintf(o, "]}");
	return (struct text){begin, (size_t)(o - begin)};
}

struct text
reasons_json(const struct row *r, char *o)
{
	char *begin = o;

	if (r->reason.p == NULL && r->comment.p == NULL)
		return (struct text){NULL, 0};
	o += sprintf(o, "[{");
	o = json_text(o, "type", r->reason);
	o = json_text(o, "comment", r->comment);
	o += sprintf(o, "}]");
	return (struct text){begin, (size_t)(o - begin)};
}

/* --- life --- */

void
doc_begin(struct doc *d, XML_Parser xml)
{
	struct row *rows = d->rows;
	size_t room = d->room;
	char *pool = d->pool;

	memset(d, 0, offsetof(struct doc, text));
	d->n_text = d->n_pool = 0;
	d->rows = rows;
	d->room = room;
	d->pool = pool;
	XML_SetUserData(xml, d);
	XML_SetElementHandler(xml, on_start, on_end);
	XML_SetCharacterDataHandler(xml, on_text);
}

bool
doc_init(struct doc *d)
{
	d->pool = malloc(POOL_OCTETS);
	return d->pool != NULL;
}

void
doc_fini(struct doc *d)
{
	free(d->pool);
	free(d->rows);
}
