#include "std/tls_book.h"

#include "base/tsv.h"

#include "base/banned.h"

enum { CODE, NAME, CLASS, COLUMNS };

static const struct word {
	const char *word, *text;
} suite_words[] =
    {
#define WORD(code, word, text) [AS_SUITE_##code] = {(word), (text)},
	AS_SUITE_CLASS_MAP(WORD)
#undef WORD
},
  group_words[] =
      {
#define WORD(code, word, text) [AS_GROUP_##code] = {(word), (text)},
	  AS_GROUP_CLASS_MAP(WORD)
#undef WORD
},
  signature_words[] = {
#define WORD(code, word, text) [AS_SIGNATURE_##code] = {(word), (text)},
      AS_SIGNATURE_CLASS_MAP(WORD)
#undef WORD
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
as_suite_class_name(enum as_suite_class c)
{
	return suite_words[c].word;
}

const char *
as_suite_class_text(enum as_suite_class c)
{
	return suite_words[c].text;
}

const char *
as_group_class_name(enum as_group_class c)
{
	return group_words[c].word;
}

const char *
as_group_class_text(enum as_group_class c)
{
	return group_words[c].text;
}

const char *
as_signature_class_name(enum as_signature_class c)
{
	return signature_words[c].word;
}

const char *
as_signature_class_text(enum as_signature_class c)
{
	return signature_words[c].text;
}

/* Names tell: AEAD and the hashes of SHA-2 came with TLS 1.2 (RFC 5246), curves
 * with TLS 1.0 (RFC 8422). */
static void
date_suite(struct as_tls_suite *s)
{
	enum as_tls_kx kx = s->exchange.kx;
	bool aead = as_str_has(s->name, AS_STR("_GCM_")) ||
	    as_str_has(s->name, AS_STR("_CCM")) ||
	    as_str_has(s->name, AS_STR("_CHACHA20_"));

	s->from = AS_TLS_SSL3;
	s->to = AS_TLS_1_2;
	if (s->class == AS_SUITE_SIGNAL)
		s->to = AS_TLS_1_3;
	else if (kx == AS_TLS_KX_TLS13)
		s->from = s->to = AS_TLS_1_3;
	else if (aead || as_str_has_suffix_case(s->name, AS_STR("_SHA256")) ||
	    as_str_has_suffix_case(s->name, AS_STR("_SHA384")))
		s->from = AS_TLS_1_2;
	else if (kx == AS_TLS_KX_ECDHE || kx == AS_TLS_KX_ECDH)
		s->from = AS_TLS_1_0;
}

/* Codes that came with TLS 1.3 are of no use before it, and those that RFC 8446
 * 4.2.7 left out are of none in it. */
static void
date_group(struct as_tls_group *g)
{
	bool old = g->code <= 0x1e &&
	    !((g->code >= 0x17 && g->code <= 0x19) || g->code >= 0x1d);
	bool explicit_curve = g->code >= 0xff01;
	bool both = (g->code >= 0x17 && g->code <= 0x19) || g->code == 0x1d ||
	    g->code == 0x1e || (g->code >= 0x22 && g->code <= 0x28) ||
	    (g->code >= 0x100 && g->code <= 0x104);

	g->finite_field = g->code >= 0x100 && g->code <= 0x1ff;
	g->from = both || old || explicit_curve ? AS_TLS_1_0 : AS_TLS_1_3;
	g->to = old || explicit_curve ? AS_TLS_1_2 : AS_TLS_1_3;
}

static enum as_tls_auth
signature_auth(struct as_str name)
{
	if (as_str_has_prefix(name, "rsa_"))
		return AS_TLS_AUTH_RSA;
	if (as_str_has_prefix(name, "dsa_"))
		return AS_TLS_AUTH_DSS;
	if (as_str_has_prefix(name, "ecdsa_") ||
	    as_str_has_prefix(name, "ed")) /* RFC 8422 5.10 */
		return AS_TLS_AUTH_ECDSA;
	return AS_TLS_AUTH_TLS13;
}

static bool
read_code(struct as_str s, uint16_t *out)
{
	uint32_t v = 0;

	if (s.n != 6 || !as_str_has_prefix_case(s, "0x"))
		return false;
	for (size_t i = 2; i < s.n; i++) {
		char c = s.p[i];
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
		    : c >= 'A' && c <= 'F'            ? (unsigned)(c - 'A' + 10)
		    : c >= 'a' && c <= 'f'            ? (unsigned)(c - 'a' + 10)
						      : 16;
		if (digit == 16)
			return false;
		v = v << 4 | digit;
	}
	*out = (uint16_t)v;
	return true;
}

/* One row of any of the tables. */
struct row {
	uint16_t code;
	struct as_str name;
	unsigned class;
};

/* One table being read: its words, and where its rows go. */
struct table {
	struct as_str text;
	const struct word *words;
	size_t n_words;
	size_t size; /* octets of an element */
	void (*fill)(void *element, const struct row *row);
};

static bool
read_row(const struct table *t, const struct as_str cells[], struct row *row)
{
	if (!read_code(cells[CODE], &row->code) || cells[NAME].n == 0)
		return false;
	row->name = cells[NAME];
	for (row->class = 0; row->class < t->n_words; row->class ++)
		if (as_str_is(cells[CLASS], t->words[row->class].word))
			return true;
	return false;
}

static void
fill_suite(void *element, const struct row *row)
{
	struct as_tls_suite *s = element;

	*s = (struct as_tls_suite){.code = row->code,
	    .name = row->name,
	    .class = (enum as_suite_class)row->class,
	    .exchange = as_tls_exchange_get(row->code)};
	date_suite(s);
}

static void
fill_group(void *element, const struct row *row)
{
	struct as_tls_group *g = element;

	*g = (struct as_tls_group){.code = row->code,
	    .name = row->name,
	    .class = (enum as_group_class)row->class};
	date_group(g);
}

static void
fill_signature(void *element, const struct row *row)
{
	*(struct as_tls_signature *)element =
	    (struct as_tls_signature){.code = row->code,
		.name = row->name,
		.class = (enum as_signature_class)row->class,
		.auth = signature_auth(row->name)};
}

static size_t
count_rows(struct as_str text)
{
	struct as_tsv t = {.text = text};
	struct as_str cells[AS_TSV_COLUMNS];
	size_t n = 0;

	while (as_tsv_next(&t, cells) > 0)
		n++;
	return n;
}

static enum as_err
read_table(struct as_arena *a, const struct table *t, void **out, size_t *n,
    struct as_why *why)
{
	struct as_tsv tsv = {.text = t->text};
	struct as_str cells[AS_TSV_COLUMNS];
	char *all = as_arena_array(a, count_rows(t->text), t->size);
	size_t columns;

	if (all == NULL)
		return as_why_no_memory(why);
	*n = 0;
	while ((columns = as_tsv_next(&tsv, cells)) > 0) {
		struct row row = {0};

		if (columns < COLUMNS || !read_row(t, cells, &row))
			return as_why_set(why, AS_ESYNTAX, tsv.line,
			    "not a code, a name and a class");
		t->fill(all + (*n)++ * t->size, &row);
	}
	*out = all;
	return AS_OK;
}

enum as_err
as_tls_book_parse(struct as_arena *a, const struct as_tls_tables *tables,
    struct as_tls_book **out, struct as_why *why)
{
	const struct table suites = {tables->ciphers, suite_words,
	    COUNT(suite_words), sizeof(struct as_tls_suite), fill_suite};
	const struct table groups = {tables->groups, group_words,
	    COUNT(group_words), sizeof(struct as_tls_group), fill_group};
	const struct table signatures = {tables->signatures, signature_words,
	    COUNT(signature_words), sizeof(struct as_tls_signature),
	    fill_signature};
	struct as_tls_book *b = AS_NEW(a, struct as_tls_book);
	void *rows;

	if (b == NULL)
		return as_why_no_memory(why);
	AS_TRY(read_table(a, &suites, &rows, &b->n_suites, why));
	b->suites = rows;
	AS_TRY(read_table(a, &groups, &rows, &b->n_groups, why));
	b->groups = rows;
	AS_TRY(read_table(a, &signatures, &rows, &b->n_signatures, why));
	b->signatures = rows;
	*out = b;
	return AS_OK;
}

const struct as_tls_suite *
as_tls_suite_find(const struct as_tls_book *b, uint16_t code)
{
	for (size_t i = 0; i < b->n_suites; i++)
		if (b->suites[i].code == code)
			return &b->suites[i];
	return NULL;
}

const struct as_tls_group *
as_tls_group_find(const struct as_tls_book *b, uint16_t code)
{
	for (size_t i = 0; i < b->n_groups; i++)
		if (b->groups[i].code == code)
			return &b->groups[i];
	return NULL;
}

const struct as_tls_signature *
as_tls_signature_find(const struct as_tls_book *b, uint16_t code)
{
	for (size_t i = 0; i < b->n_signatures; i++)
		if (b->signatures[i].code == code)
			return &b->signatures[i];
	return NULL;
}

bool
as_tls_suite_fits(const struct as_tls_suite *s, uint16_t version)
{
	return version >= s->from && version <= s->to;
}

bool
as_tls_group_fits(const struct as_tls_group *g, uint16_t version)
{
	return version >= g->from && version <= g->to;
}

const uint32_t *
as_ssl2_kinds(void)
{
	static const uint32_t kinds[AS_SSL2_KINDS] = {
#define KIND(code, name) (code),
	    AS_SSL2_KIND_MAP(KIND)
#undef KIND
	};

	return kinds;
}

const char *
as_ssl2_kind_name(uint32_t kind)
{
	switch (kind) {
#define KIND(code, name) \
	case (code): return (name);
		AS_SSL2_KIND_MAP(KIND)
#undef KIND
	default: return NULL;
	}
}
