#include "assess/caa_issuer.h"

#include "base/buf.h"
#include "base/tsv.h"
#include "std/caa.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

#define NAMED_OCTETS 600 /* of the names that one remark shows */

enum { ORGANIZATION, NAMES, SOURCE };

/* --- the set (CAA-1) --- */

enum as_found
as_caa_set_in(const struct as_answer *list, size_t n, struct as_str name,
    const struct as_answer **out)
{
	for (; as_domain_labels(name) > 0; name = as_domain_drop(name, 1)) {
		*out = as_answer_find(list, n, name, AS_RR_CAA);
		if (!as_case_known(*out))
			return AS_FOUND_UNKNOWN;
		if ((*out)->n_caa > 0)
			return AS_FOUND_ONE;
		if ((*out)->cut)
			return AS_FOUND_UNKNOWN;
	}
	return AS_FOUND_NONE;
}

/* --- the issuer --- */

/* The value of O in a name of RFC 2253, its escapes undone; empty: none.  A
 * value with octets that are no text is of no use here. */
static enum as_err
organization_find(struct as_arena *a, struct as_str name, struct as_str *out)
{
	struct as_buf b;
	size_t at = 0;

	*out = AS_STR("");
	while (at < name.n &&
	    !as_str_has_prefix(as_str_slice(name, at, name.n), "O=")) {
		while (at < name.n && name.p[at] != ',' && name.p[at] != '+')
			at += name.p[at] == '\\' ? 2 : 1;
		at++;
	}
	if (at >= name.n)
		return AS_OK;
	as_buf_init(&b, name.n + 1);
	for (at += 2; at < name.n && name.p[at] != ',' && name.p[at] != '+';
	     at++) {
		if (name.p[at] == '\\')
			at++;
		if (at < name.n)
			as_buf_add(&b, &name.p[at], 1);
	}
	if (b.n > 0)
		*out = as_str_dup(a, as_buf_str(&b));
	as_buf_fini(&b);
	return as_str_is_null(*out) ? AS_ENOMEM : AS_OK;
}

static struct as_str
names_find(struct as_str table, struct as_str organization)
{
	struct as_tsv t = {.text = table};
	struct as_str cells[AS_TSV_COLUMNS];
	size_t n;

	while (organization.n > 0 && (n = as_tsv_next(&t, cells)) > 0)
		if (n > NAMES &&
		    as_str_eq_case(cells[ORGANIZATION], organization))
			return cells[NAMES];
	return AS_STR("");
}

static bool
is_among(struct as_str names, struct as_str name)
{
	struct as_split all = as_split_start(names, ' ', "");
	struct as_str one;
	size_t at;

	while (as_split_next(&all, &one, &at))
		if (one.n > 0 && as_str_eq_case(one, name))
			return true;
	return false;
}

/* --- the certificate --- */

/* By which of its names is it for the host, and is that a wildcard?  The name
 * where the search for records starts; empty: it is for others. */
static struct as_str
start_find(const struct as_cert *leaf, struct as_str host, bool *wild)
{
	*wild = false;
	for (size_t i = 0; i < leaf->n_names; i++)
		if (as_str_eq_case(leaf->names[i], host))
			return host;
	*wild = true;
	for (size_t i = 0; i < leaf->n_names; i++)
		if (as_str_has_prefix(leaf->names[i], "*.") &&
		    as_str_eq_case(
			as_str_slice(leaf->names[i], 2, leaf->names[i].n),
			as_domain_drop(host, 1)))
			return as_domain_drop(host, 1);
	return AS_STR("");
}

/* --- the records --- */

static bool
has_property(const struct as_answer *set, enum as_caa_property p)
{
	for (size_t i = 0; i < set->n_caa; i++)
		if (as_caa_property_find(set->caa[i].tag) == p)
			return true;
	return false;
}

/* Those of one property: does one name the authority?  What cannot be read
 * names nobody (RFC 8659 4.2). */
static enum as_err
set_match(struct as_arena *a, enum as_caa_property p, struct as_buf *named,
    struct as_caa_compared *out)
{
	for (size_t i = 0; i < out->set->n_caa; i++) {
		const struct as_rr_caa *rr = &out->set->caa[i];
		struct as_caa_issue *issue = NULL;
		enum as_err err;

		if (as_caa_property_find(rr->tag) != p)
			continue;
		err = as_caa_issue_parse(a, rr->value, &issue, NULL);
		if (err == AS_ENOMEM)
			return err;
		if (err != AS_OK || issue->issuer.n == 0)
			continue;
		if (is_among(out->names, issue->issuer))
			out->match = AS_CAA_NAMED;
		as_buf_puts(named, named->n > 0 ? ", " : "");
		as_buf_add_str(named, issue->issuer);
	}
	return AS_OK;
}

/* RFC 8659 4.3: issuewild has the last word for wildcards, where there is one. */
static enum as_err
set_compare(struct as_arena *a, bool wild, struct as_caa_compared *out)
{
	enum as_caa_property p =
	    wild && has_property(out->set, AS_CAA_ISSUEWILD) ? AS_CAA_ISSUEWILD
							     : AS_CAA_ISSUE;
	struct as_buf named;
	enum as_err err;

	if (!has_property(out->set, p)) {
		out->match = AS_CAA_NO_LIMIT;
		return AS_OK;
	}
	out->match = out->names.n == 0 ? AS_CAA_STRANGER : AS_CAA_NOT_NAMED;
	as_buf_init(&named, NAMED_OCTETS);
	err = set_match(a, p, &named, out);
	out->named =
	    as_str_escape(a, named.n > 0 ? as_buf_str(&named) : AS_STR(""));
	as_buf_fini(&named);
	return err != AS_OK || as_str_is_null(out->named) ? AS_ENOMEM : AS_OK;
}

enum as_err
as_caa_compare(struct as_arena *a, const struct as_caa_compare_ask *ask,
    struct as_caa_compared *out)
{
	bool wild;
	struct as_str start = start_find(ask->leaf, ask->host, &wild);

	*out = (struct as_caa_compared){.match = AS_CAA_NO_NAME,
	    .organization = AS_STR(""),
	    .names = AS_STR(""),
	    .named = AS_STR("")};
	AS_TRY(organization_find(a, ask->leaf->issuer, &out->organization));
	out->names = names_find(ask->table, out->organization);
	if (start.n == 0)
		return AS_OK;
	switch (as_caa_set_in(ask->answers, ask->n_answers, start, &out->set)) {
	case AS_FOUND_UNKNOWN: out->match = AS_CAA_UNTOLD; return AS_OK;
	case AS_FOUND_NONE: out->match = AS_CAA_NO_LIMIT; return AS_OK;
	default: return set_compare(a, wild, out);
	}
}
