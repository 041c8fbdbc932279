/*
 * What a TLSA record means for a mail server (RFC 6698, RFC 7671, RFC 7672).
 */
#include "assess/explainer.h"
#include "std/tlsa.h"

#include "base/banned.h"

#define OF_ONE_NUMBER 4

static const char *const meanings[][OF_ONE_NUMBER] = {
    [AS_TLSA_USAGE] =
	{
	    "PKIX-TA: an authority that the usual trust store knows; not for "
	    "mail",
	    "PKIX-EE: a certificate that the usual trust store vouches for; "
	    "not for mail",
	    "DANE-TA: the certificate of an authority, which the server must "
	    "send in its chain",
	    "DANE-EE: the server's own certificate; its names and dates do "
	    "not count",
	},
    [AS_TLSA_SELECTOR] =
	{
	    "Cert: the whole certificate; it changes with each renewal",
	    "SPKI: the public key only; it stays while the key is kept",
	},
    [AS_TLSA_MATCHING] =
	{
	    "Full: the thing itself",
	    "SHA2-256: its digest",
	    "SHA2-512: its digest",
	},
};

static const char *const names[] = {
    [AS_TLSA_USAGE] = "usage",
    [AS_TLSA_SELECTOR] = "selector",
    [AS_TLSA_MATCHING] = "matching",
};

static void
number_explain(struct as_explainer *x, const struct as_tlsa *t,
    enum as_tlsa_part part, unsigned n)
{
	const char *meaning = n < OF_ONE_NUMBER ? meanings[part][n] : NULL;
	struct as_str value = as_explain_text(x, "%u", n);

	if (!t->has[part])
		return;
	as_explain_part(x, AS_PART_NUMBER, names[part], value,
	    as_explain_text(x, "%s %u", names[part], n), t->at[part],
	    as_str_from(meaning != NULL ? meaning : "not assigned"));
}

static struct as_str
hex_of(struct as_explainer *x, struct as_str octets)
{
	static const char digits[] = "0123456789abcdef";
	char *p = as_arena_alloc(x->a, octets.n * 2 + 1);

	if (p == NULL) {
		x->err = AS_ENOMEM;
		return AS_STR("");
	}
	for (size_t i = 0; i < octets.n; i++) {
		unsigned char c = (unsigned char)octets.p[i];
		p[2 * i] = digits[c >> 4];
		p[2 * i + 1] = digits[c & 15];
	}
	return (struct as_str){p, octets.n * 2};
}

static void
data_explain(struct as_explainer *x, const struct as_tlsa *t)
{
	const struct as_dns_tlsa *rr = &t->rr;
	struct as_str hex;

	if (!t->has[AS_TLSA_DATA])
		return;
	hex = hex_of(x, rr->data);
	as_explain_part(x, AS_PART_TEXT, "data", hex, hex, t->at[AS_TLSA_DATA],
	    as_explain_text(x,
		"%zu octets to compare with what the server "
		"shows",
		rr->data.n));
}

static void
check(struct as_explainer *x, const struct as_tlsa *t)
{
	enum as_tlsa_part part = AS_TLSA_USAGE;
	const char *fault = as_dane_fault(&t->rr, &part);

	if (fault != NULL) {
		as_explain_fault(
		    x, AS_LEVEL_ERROR, t->at[part], as_str_from(fault));
		x->view->status = AS_RECORD_UNUSABLE;
		return;
	}
	if (t->rr.matching == 0)
		as_explain_problem(x, AS_LEVEL_WARN, t->at[AS_TLSA_MATCHING],
		    "RFC 7671 10.1",
		    "the whole thing makes a large answer that some networks "
		    "lose; use matching type 1");
	if (t->rr.usage == 3 && t->rr.selector == 0)
		as_explain_problem(x, AS_LEVEL_INFO, t->at[AS_TLSA_SELECTOR],
		    "RFC 7671 5.1",
		    "it must be published anew before each renewal of the "
		    "certificate; 3 1 1 is recommended");
	if (t->rr.usage == 2)
		as_explain_problem(x, AS_LEVEL_INFO, t->at[AS_TLSA_USAGE],
		    "RFC 7672 3.1.2",
		    "the server must send the authority's certificate as "
		    "well, and its own must name the host");
}

void
as_explain_tlsa(struct as_explainer *x)
{
	struct as_tlsa *t = NULL;
	struct as_why why = {0};
	enum as_err err = as_tlsa_read(x->a, x->txt, &x->rd, &t, &why);

	if (!as_explain_read(x, err, &why, false))
		return;
	number_explain(x, t, AS_TLSA_USAGE, t->rr.usage);
	number_explain(x, t, AS_TLSA_SELECTOR, t->rr.selector);
	number_explain(x, t, AS_TLSA_MATCHING, t->rr.matching);
	data_explain(x, t);
	if (err == AS_OK)
		check(x, t);
}
