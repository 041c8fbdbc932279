#include "render/secure_list.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "render/csv.h"

#include "base/banned.h"

#define SCHEMA "assay.secure-list/1"
#define DAY_MS INT64_C(86400000)

AS_DEFINE_ENUM(secure_format, AS_SECURE_FORMAT_MAP)

static int64_t
age_days(const struct as_secure_list *list, const struct as_secure_entry *e)
{
	return list->now > e->at ? (list->now - e->at) / DAY_MS : 0;
}

/* --- postfix --- */

/* "*.example" of a policy is ".example" to Postfix. */
static void
match_add(struct as_buf *b, struct as_str name)
{
	as_buf_add_str(b,
	    as_str_has_prefix(name, "*.") ? as_str_slice(name, 1, name.n)
					  : name);
}

static void
postfix_add(struct as_buf *b, const struct as_secure_entry *e)
{
	as_buf_add_str(b, e->domain);
	if (e->by == AS_SECURE_DANE) {
		as_buf_puts(b, " dane-only\n");
		return;
	}
	if (e->by == AS_SECURE_STARTTLS) {
		as_buf_puts(b, " encrypt\n");
		return;
	}
	as_buf_puts(b, " secure match=");
	for (size_t i = 0; i < e->n_names; i++) {
		if (i > 0)
			as_buf_puts(b, ":");
		match_add(b, e->names[i]);
	}
	as_buf_puts(b, " servername=hostname\n");
}

static void
postfix_write(struct as_buf *b, const struct as_secure_list *list)
{
	as_buf_printf(b,
	    "# smtp_tls_policy_maps: domains to which TLS may be forced.\n"
	    "# Criterion %s.  Run postmap on this file where the table type "
	    "asks for it.\n",
	    as_secure_text(list->criterion));
	for (size_t i = 0; i < list->n; i++)
		postfix_add(b, &list->entries[i]);
}

/* --- exchange --- */

/* A connector knows nothing of TLSA records, and checks one name: with several
 * it asks for the certificate's authority alone. */
static void
exchange_add(struct as_buf *b, const struct as_secure_entry *e)
{
	bool named = e->certificate && e->n_names == 1;
	struct as_str settings = !e->certificate ? AS_STR("EncryptionOnly")
	    : named                              ? AS_STR("DomainValidation")
		    : AS_STR("CertificateValidation");

	as_csv_cell(b, e->domain);
	as_csv_cell(b, e->domain);
	as_csv_cell(b, settings);
	as_csv_cell(b, named ? e->names[0] : AS_STR(""));
	as_csv_end(b);
}

static void
exchange_write(struct as_buf *b, const struct as_secure_list *list)
{
	as_buf_puts(b, "Name,RecipientDomains,TlsSettings,TlsDomain\r\n");
	for (size_t i = 0; i < list->n; i++)
		exchange_add(b, &list->entries[i]);
}

/* --- json --- */

static json_t *
entry_json(const struct as_secure_list *list, const struct as_secure_entry *e)
{
	json_t *o = json_object(), *names = json_array();
	bool ok = names != NULL;
	char at[AS_TIME_TEXT];

	for (size_t i = 0; ok && i < e->n_names; i++)
		ok = as_json_add(names, as_json_str(e->names[i]));
	names = as_json_done(names, ok);
	return as_json_done(o,
	    as_json_put(o, "names", names) &&
		as_json_put(o, "domain", as_json_str(e->domain)) &&
		as_json_put(o, "by", json_string(as_secure_text(e->by))) &&
		as_json_put(
		    o, "checked_at", json_string(as_time_text(e->at, at))) &&
		as_json_put(o, "age_days", json_integer(age_days(list, e))));
}

static json_t *
list_json(const struct as_secure_list *list)
{
	json_t *o = json_object(), *all = json_array();
	bool ok = all != NULL;

	for (size_t i = 0; ok && i < list->n; i++)
		ok = as_json_add(all, entry_json(list, &list->entries[i]));
	all = as_json_done(all, ok);
	return as_json_done(o,
	    as_json_put(o, "domains", all) &&
		as_json_put(o, "schema", json_string(SCHEMA)) &&
		as_json_put(o, "criterion",
		    json_string(as_secure_text(list->criterion))) &&
		as_json_put(
		    o, "left_out", json_integer((json_int_t)list->left_out)) &&
		as_json_put(
		    o, "unknown", json_integer((json_int_t)list->unknown)) &&
		as_json_put(
		    o, "too_old", json_integer((json_int_t)list->too_old)));
}

static void
json_write(struct as_buf *b, const struct as_secure_list *list)
{
	json_t *doc = list_json(list);

	as_json_write(b, doc, AS_JSON_PRETTY);
	as_buf_puts(b, "\n");
	json_decref(doc);
}

void
as_secure_write(struct as_buf *b, enum as_secure_format format,
    const struct as_secure_list *list)
{
	const char *after = format == AS_SECURE_COMMA ? "," : "\n";

	switch (format) {
	case AS_SECURE_POSTFIX: postfix_write(b, list); return;
	case AS_SECURE_EXCHANGE: exchange_write(b, list); return;
	case AS_SECURE_JSON: json_write(b, list); return;
	default: break;
	}
	for (size_t i = 0; i < list->n; i++) {
		as_buf_add_str(b, list->entries[i].domain);
		as_buf_puts(b, i + 1 < list->n ? after : "\n");
	}
}

/* --- a list of before --- */

/* The domain of one line or word. */
static struct as_str
domain_of(enum as_secure_format format, struct as_str line)
{
	if (format == AS_SECURE_POSTFIX)
		return as_str_slice(line, 0, as_str_find(line, ' ', 0));
	if (format != AS_SECURE_EXCHANGE)
		return line;
	line = as_str_slice(line, 0, as_str_find(line, ',', 0));
	return line.n > 1 && line.p[0] == '"'
	    ? as_str_slice(line, 1, line.n - 1)
	    : line;
}

static bool
is_domain_line(enum as_secure_format format, struct as_str line, bool first)
{
	if (line.n == 0 || line.p[0] == '#')
		return false;
	return format != AS_SECURE_EXCHANGE || !first;
}

static enum as_err
lines_read(struct as_arena *a, enum as_secure_format format, struct as_str text,
    struct as_str **out, size_t *n)
{
	char between = format == AS_SECURE_COMMA ? ',' : '\n';
	size_t most = 1;

	for (size_t i = 0; i < text.n; i++)
		most += text.p[i] == between;
	*out = as_arena_array(a, most, sizeof(**out));
	if (*out == NULL)
		return AS_ENOMEM;
	for (size_t at = 0; at < text.n;) {
		size_t end = as_str_find(text, between, at);
		struct as_str line = as_str_slice(text, at, end);

		while (line.n > 0 &&
		    (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n'))
			line.n--;
		if (is_domain_line(format, line, at == 0))
			(*out)[(*n)++] = domain_of(format, line);
		at = end + 1;
	}
	return AS_OK;
}

static enum as_err
json_read(struct as_arena *a, struct as_str text, struct as_str **out,
    size_t *n, struct as_why *why)
{
	const json_t *list, *e;
	enum as_err err = AS_OK;
	json_t *doc;
	size_t i;

	AS_TRY(as_json_parse(text, AS_MAX_ZONE_OCTETS, &doc, why));
	list = json_object_get(doc, "domains");
	*out = as_arena_array(a, json_array_size(list) + 1, sizeof(**out));
	if (*out == NULL)
		err = as_why_no_memory(why);
	else if (!json_is_array(list))
		err = as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "it is no list of domains (" SCHEMA ")");
	for (i = 0; err == AS_OK && i < json_array_size(list); i++) {
		e = json_object_get(json_array_get(list, i), "domain");
		(*out)[*n] = as_str_dup(a, as_json_get_str(e));
		*n += (*out)[*n].n > 0;
	}
	json_decref(doc);
	return err;
}

enum as_err
as_secure_read(struct as_arena *a, enum as_secure_format format,
    struct as_str text, struct as_str **out, size_t *n, struct as_why *why)
{
	*n = 0;
	if (format == AS_SECURE_JSON)
		return json_read(a, text, out, n, why);
	return lines_read(a, format, text, out, n) == AS_OK
	    ? AS_OK
	    : as_why_no_memory(why);
}
