#include "assess/tls_compare.h"

#include <string.h>

#include "assess/tls_gates.h"

#include "base/banned.h"

struct comparer {
	struct as_arena *a;
	const struct as_tls_server *here, *there;
	struct as_tls_verdict *v;
	bool open; /* something is known of one of them alone */
	bool no_memory;
};

/* "TLS 1.0: yes here, no there" */
static void
differ(struct comparer *c, struct as_str what, struct as_str here,
    struct as_str there)
{
	struct as_str text;

	if (c->v->n_differs == AS_TLS_MOST_DIFFERENCES)
		return;
	text = as_str_printf(c->a,
	    AS_STR_FMT ": " AS_STR_FMT " here, " AS_STR_FMT " there",
	    AS_STR_ARG(what), AS_STR_ARG(here), AS_STR_ARG(there));
	if (as_str_is_null(text))
		c->no_memory = true;
	else
		c->v->differs[c->v->n_differs++] = text;
}

/* Two texts, empty where they are not known. */
static void
texts_compare(struct comparer *c, struct as_str what, struct as_str here,
    struct as_str there)
{
	if (as_str_eq(here, there))
		return;
	if (here.n > 0 && there.n > 0)
		differ(c, what, here, there);
	else
		c->open = true;
}

static bool
is_told(enum as_offer o)
{
	return o == AS_OFFER_YES || o == AS_OFFER_NO;
}

static void
offers_compare(struct comparer *c, struct as_str what, enum as_offer here,
    enum as_offer there)
{
	texts_compare(c, what,
	    is_told(here) ? as_str_from(as_offer_text(here)) : AS_STR(""),
	    is_told(there) ? as_str_from(as_offer_text(there)) : AS_STR(""));
}

/* A name made of two words; no memory: the first. */
static struct as_str
words(struct comparer *c, const char *first, struct as_str second)
{
	struct as_str s =
	    as_str_printf(c->a, "%s" AS_STR_FMT, first, AS_STR_ARG(second));

	if (!as_str_is_null(s))
		return s;
	c->no_memory = true;
	return as_str_from(first);
}

/* --- versions and suites --- */

static bool
has_suite(const struct as_offer_version *v, struct as_str suite)
{
	for (size_t i = 0; i < v->n_suites; i++)
		if (as_str_eq(v->suites[i], suite))
			return true;
	return false;
}

/* Suites of one that the other has not; all of both were tried. */
static void
suites_compare(struct comparer *c, const struct as_offer_version *has,
    const struct as_offer_version *lacks, bool here)
{
	for (size_t i = 0; i < has->n_suites; i++)
		if (!has_suite(lacks, has->suites[i]))
			differ(c, has->suites[i],
			    here ? AS_STR("yes") : AS_STR("no"),
			    here ? AS_STR("no") : AS_STR("yes"));
}

static enum as_offer
class_offer(const struct as_offer_version *v, struct as_str class)
{
	for (size_t i = 0; i < v->n_classes; i++)
		if (as_str_eq(v->classes[i].class, class))
			return v->classes[i].offered;
	return AS_OFFER_NOT_ASKED;
}

static void
classes_compare(struct comparer *c, const char *version,
    const struct as_offer_version *here, const struct as_offer_version *there)
{
	for (size_t i = 0; i < here->n_classes; i++) {
		const struct as_offer_class *k = &here->classes[i];
		struct as_str what =
		    as_str_printf(c->a, "%s, suites of class " AS_STR_FMT,
			version, AS_STR_ARG(k->class));

		if (as_str_is_null(what)) {
			c->no_memory = true;
			return;
		}
		offers_compare(
		    c, what, k->offered, class_offer(there, k->class));
	}
}

static struct as_str
order_text(enum as_offer_order order)
{
	return order == AS_OFFER_ORDER_UNKNOWN
	    ? AS_STR("")
	    : as_str_from(as_offer_order_text(order));
}

static void
version_compare(struct comparer *c, const struct as_offer_version *here,
    const struct as_offer_version *there)
{
	const char *name = as_tls_version_words(here->version);

	offers_compare(c, as_str_from(name), here->offered, there->offered);
	if (here->offered != AS_OFFER_YES || there->offered != AS_OFFER_YES)
		return;
	texts_compare(c, words(c, name, AS_STR(", order ruled by")),
	    order_text(here->order), order_text(there->order));
	if (here->n_suites > 0 && there->n_suites > 0)
		texts_compare(c, words(c, name, AS_STR(", preferred suite")),
		    here->suites[0], there->suites[0]);
	if (here->complete && there->complete) {
		suites_compare(c, here, there, true);
		suites_compare(c, there, here, false);
	} else {
		classes_compare(c, name, here, there);
	}
}

static void
versions_compare(struct comparer *c)
{
	if (c->here->n_versions != c->there->n_versions) {
		c->open = true;
		return;
	}
	for (size_t i = 0; i < c->here->n_versions; i++)
		version_compare(
		    c, &c->here->versions[i], &c->there->versions[i]);
}

/* --- groups and features --- */

static enum as_offer
group_offer(const struct as_tls_server *s, struct as_str name)
{
	for (size_t i = 0; i < s->n_groups; i++)
		if (as_str_eq(s->groups[i].name, name))
			return s->groups[i].offered;
	return AS_OFFER_NOT_ASKED;
}

static void
groups_compare(struct comparer *c)
{
	const struct as_tls_server *here = c->here, *there = c->there;

	texts_compare(c, AS_STR("preferred group"), here->group, there->group);
	for (size_t i = 0; i < here->n_groups; i++)
		offers_compare(c, words(c, "group ", here->groups[i].name),
		    here->groups[i].offered,
		    group_offer(there, here->groups[i].name));
	offers_compare(c, AS_STR("DHE"), here->dhe, there->dhe);
	if (here->dhe == AS_OFFER_YES && there->dhe == AS_OFFER_YES &&
	    here->dhe_bits != there->dhe_bits) {
		struct as_str a =
		    as_str_printf(c->a, "%u bits", (unsigned)here->dhe_bits);
		struct as_str b =
		    as_str_printf(c->a, "%u bits", (unsigned)there->dhe_bits);
		texts_compare(c, AS_STR("DHE prime"), a, b);
	}
}

static enum as_offer
feature_offer(const struct as_tls_server *s, struct as_str name)
{
	for (size_t i = 0; i < s->n_features; i++)
		if (as_str_eq(s->features[i].name, name))
			return s->features[i].offered;
	return AS_OFFER_NOT_ASKED;
}

static void
features_compare(struct comparer *c)
{
	for (size_t i = 0; i < c->here->n_features; i++) {
		const struct as_offer_feature *f = &c->here->features[i];

		offers_compare(
		    c, f->name, f->offered, feature_offer(c->there, f->name));
	}
	offers_compare(c, AS_STR("command injection"),
	    c->here->command_injection, c->there->command_injection);
}

/* --- the dialogue and the certificate --- */

static struct as_str
starttls_text(const struct as_tls_server *s)
{
	if (s->implicit || s->smtp == NULL || s->smtp->outcome != AS_SMTP_OK)
		return AS_STR("");
	switch (s->smtp->starttls) {
	case AS_STARTTLS_NOT_OFFERED: return AS_STR("not offered");
	case AS_STARTTLS_ACCEPTED: return AS_STR("accepted");
	case AS_STARTTLS_REFUSED: return AS_STR("refused");
	default: return AS_STR("");
	}
}

/* The leaf of one kind; NULL: none was shown. */
static const struct as_cert *
leaf_of(const struct as_tls_server *s, struct as_str kind)
{
	for (size_t i = 0; i < s->n_chains; i++)
		if (as_str_eq(s->chains[i].kind, kind) &&
		    s->chains[i].n_chain > 0)
			return &s->chains[i].chain[0];
	return NULL;
}

static void
leaves_compare(struct comparer *c, const char *what, const struct as_cert *here,
    const struct as_cert *there)
{
	if (here == NULL || there == NULL)
		c->open = c->open || here != there;
	else if (!as_str_eq(here->sha256, there->sha256))
		differ(c, as_str_from(what), here->subject,
		    as_str_eq(here->subject, there->subject)
			? AS_STR("another of that name")
			: there->subject);
}

static void
certificates_compare(struct comparer *c)
{
	static const char *const kinds[] = {"RSA", "ECDSA"};

	leaves_compare(c, "certificate of the first handshake",
	    as_tls_leaf(c->here), as_tls_leaf(c->there));
	for (size_t i = 0; i < 2; i++)
		leaves_compare(c,
		    i == 0 ? "RSA certificate" : "ECDSA certificate",
		    leaf_of(c->here, as_str_from(kinds[i])),
		    leaf_of(c->there, as_str_from(kinds[i])));
}

static bool
same_remarks(const struct as_tls_verdict *a, const struct as_tls_verdict *b)
{
	if (a->n_remarks != b->n_remarks)
		return false;
	for (size_t i = 0; i < a->n_remarks; i++)
		if (strcmp(a->remarks[i].id, b->remarks[i].id) != 0 ||
		    !as_str_eq(a->remarks[i].seen, b->remarks[i].seen))
			return false;
	return true;
}

enum as_err
as_tls_compare(struct as_arena *a, const struct as_tls_verdict *beside,
    struct as_tls_verdict *v)
{
	struct comparer c = {
	    .a = a, .here = v->server, .there = beside->server, .v = v};

	v->beside = beside->server;
	v->differs =
	    as_arena_array(a, AS_TLS_MOST_DIFFERENCES, sizeof(*v->differs));
	if (v->differs == NULL)
		return AS_ENOMEM;
	texts_compare(&c, AS_STR("STARTTLS"), starttls_text(c.here),
	    starttls_text(c.there));
	versions_compare(&c);
	groups_compare(&c);
	features_compare(&c);
	certificates_compare(&c);
	v->same = v->n_differs == 0 && !c.open && same_remarks(v, beside);
	return c.no_memory ? AS_ENOMEM : AS_OK;
}
