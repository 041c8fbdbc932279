#include "std/caa.h"

#include "base/limits.h"
#include "std/report_uri.h"

#include "base/banned.h"

static const char *const property_names[] = {
#define PROPERTY_NAME(code, text) text,
    AS_CAA_PROPERTY_MAP(PROPERTY_NAME)
#undef PROPERTY_NAME
};

enum as_caa_property
as_caa_property_find(struct as_str tag)
{
	size_t i = 0;

	while (i < AS_CAA_OTHER && !as_str_is_case(tag, property_names[i]))
		i++;
	return (enum as_caa_property)i;
}

static bool
is_alnum(char c)
{
	return as_is_alpha(c) || as_is_digit(c);
}

/* Letters, digits and inner hyphens: a label, and a parameter's name. */
static bool
is_label(struct as_str s)
{
	if (s.n == 0 || !is_alnum(s.p[0]) || !is_alnum(s.p[s.n - 1]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* --- issue and its kin --- */

static enum as_err
issuer_read(
    struct as_str item, size_t at, struct as_caa_issue *c, struct as_why *why)
{
	struct as_split labels = as_split_start(item, '.', "");
	struct as_str label;
	size_t label_at;

	if (item.n == 0)
		return AS_OK;
	while (as_split_next(&labels, &label, &label_at))
		if (!is_label(label))
			return as_why_set(why, AS_ESYNTAX, at + label_at,
			    "RFC 8659 4.2: the issuer is not a domain name, so "
			    "nobody may issue");
	if (item.n > AS_MAX_NAME_OCTETS)
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 8659 4.2: the issuer is longer than a domain name can "
		    "be");
	c->issuer = item;
	return AS_OK;
}

static size_t
param_count(const struct as_caa_issue *c, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_params; i++)
		n += as_str_is_case(c->params[i].name, name);
	return n;
}

/* RFC 8657 3, 4: each once; methods are labels with commas between. */
static enum as_err
known_param_check(
    const struct as_caa_issue *c, const struct as_tag *t, struct as_why *why)
{
	struct as_split methods = as_split_start(t->value, ',', "");
	struct as_str method;
	size_t at;

	if (as_str_is_case(t->name, "accounturi")) {
		if (param_count(c, "accounturi") > 1)
			return as_why_set(why, AS_ESYNTAX, t->at,
			    "RFC 8657 3: a second accounturi, so nobody may "
			    "issue");
		return AS_OK;
	}
	if (!as_str_is_case(t->name, "validationmethods"))
		return AS_OK;
	if (param_count(c, "validationmethods") > 1)
		return as_why_set(why, AS_ESYNTAX, t->at,
		    "RFC 8657 4: a second validationmethods, so nobody may "
		    "issue");
	while (t->value.n > 0 && as_split_next(&methods, &method, &at))
		if (!is_label(method))
			return as_why_set(why, AS_ESYNTAX, t->value_at + at,
			    "RFC 8657 4: a validation method takes letters, "
			    "digits and inner hyphens");
	return AS_OK;
}

static enum as_err
param_read(struct as_caa_issue *c, const struct as_tag *t, struct as_why *why)
{
	if (t->name.n == 0 && !t->has_value)
		return as_why_set(why, AS_ESYNTAX, t->at,
		    "RFC 8659 4.2: nothing between two \";\"");
	if (!t->has_value)
		return as_why_set(why, AS_ESYNTAX, t->at,
		    "RFC 8659 4.2: a parameter without \"=\"");
	if (!is_label(t->name))
		return as_why_set(why, AS_ESYNTAX, t->at,
		    "RFC 8659 4.2: a parameter's name takes letters, digits "
		    "and inner hyphens");
	for (size_t i = 0; i < t->value.n; i++)
		if (t->value.p[i] < 0x21 || t->value.p[i] > 0x7e)
			return as_why_set(why, AS_ESYNTAX, t->value_at + i,
			    "RFC 8659 4.2: a parameter's value takes visible "
			    "ASCII characters without blanks");
	if (c->n_params == AS_MAX_RECORD_TAGS)
		return as_why_set(why, AS_ELIMIT, t->at,
		    "RFC 8659 4.2: more than %d parameters",
		    AS_MAX_RECORD_TAGS);
	c->params[c->n_params++] = *t;
	return known_param_check(c, t, why);
}

/* CAA-1 */
enum as_err
as_caa_issue_parse(struct as_arena *a, struct as_str value,
    struct as_caa_issue **out, struct as_why *why)
{
	struct as_split list = as_split_start(value, ';', AS_WSP);
	struct as_caa_issue *c = AS_NEW(a, struct as_caa_issue);
	struct as_str issuer;
	struct as_tag t;
	size_t at;

	if (c != NULL)
		c->params =
		    as_arena_raw(a, AS_MAX_RECORD_TAGS * sizeof(*c->params));
	if (c == NULL || c->params == NULL)
		return as_why_no_memory(why);
	c->issuer = AS_STR("");
	(void)as_split_next(&list, &issuer, &at);
	AS_TRY(issuer_read(issuer, at, c, why));
	while (as_tag_next(&list, &t))
		AS_TRY(param_read(c, &t, why));
	*out = c;
	return AS_OK;
}

/* --- iodef --- */

enum as_err
as_caa_iodef_check(struct as_str value, struct as_why *why)
{
	struct as_report_uri uri;
	size_t at;
	const char *fault = as_report_uri_read(value, &uri, &at);

	if (fault != NULL)
		return as_why_set(
		    why, AS_ESYNTAX, at, "RFC 8659 4.4: iodef: %s", fault);
	if (uri.scheme == AS_URI_OTHER &&
	    !as_str_has_prefix_case(value, "http:"))
		return as_why_set(why, AS_ESYNTAX, 0,
		    "RFC 8659 4.4: iodef takes mailto:, https: and http:");
	return AS_OK;
}

/* --- any property --- */

static enum as_err
tag_check(struct as_str tag, size_t at, struct as_why *why)
{
	if (tag.n == 0)
		return as_why_set(
		    why, AS_ESYNTAX, at, "RFC 8659 4.1: the tag is missing");
	for (size_t i = 0; i < tag.n; i++)
		if (!is_alnum(tag.p[i]))
			return as_why_set(why, AS_ESYNTAX, at + i,
			    "RFC 8659 4.1: a tag takes letters and digits "
			    "only");
	if (tag.n > 255)
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 8659 4.1: a tag has 255 octets at most");
	return AS_OK;
}

static enum as_err
value_check(struct as_arena *a, const struct as_dns_caa *rr,
    struct as_caa_issue **issue, struct as_why *why)
{
	switch (as_caa_property_find(rr->tag)) {
	case AS_CAA_ISSUE:
	case AS_CAA_ISSUEWILD:
	case AS_CAA_ISSUEMAIL:
	case AS_CAA_ISSUEVMC:
		return as_caa_issue_parse(a, rr->value, issue, why);
	case AS_CAA_IODEF: return as_caa_iodef_check(rr->value, why);
	case AS_CAA_CONTACTEMAIL:
	case AS_CAA_CONTACTPHONE: return AS_OK;
	case AS_CAA_OTHER: break;
	}
	if ((rr->flags & AS_CAA_CRITICAL) != 0)
		return as_why_set(why, AS_EUNSUPPORTED, AS_WHY_NOWHERE,
		    "RFC 8659 4.5: critical, and of a kind that is not known: "
		    "no authority that does not know it may issue");
	return AS_OK;
}

/* CAA-1 */
enum as_err
as_caa_check(struct as_arena *a, const struct as_dns_caa *rr,
    struct as_caa_issue **issue, struct as_why *why)
{
	*issue = NULL;
	AS_TRY(tag_check(rr->tag, 0, why));
	return value_check(a, rr, issue, why);
}
