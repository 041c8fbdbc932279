/*
 * What a server offers, as a page: versions, suites, groups, features.
 */
#include "assess/tls_gates.h"
#include "render/tls_parts.h"
#include "std/tls_book.h"

#include "base/banned.h"

static const char *
version_words(struct as_str version)
{
	const char *words = as_tls_version_find(version);

	return words != NULL ? words : "another";
}

static bool
is_old(struct as_str version)
{
	return !as_str_is(version, "TLSv1.2") && !as_str_is(version, "TLSv1.3");
}

static const char *class_words(struct as_str class)
{
	for (int c = 0; c < AS_SUITE_CLASSES; c++)
		if (as_str_is(
			class, as_suite_class_name((enum as_suite_class)c)))
			return as_suite_class_text((enum as_suite_class)c);
	return "other";
}

/* --- versions --- */

static void
version_text(const struct as_term *t, const struct as_offer_version *v)
{
	const char *label = version_words(v->version);
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	switch (v->offered) {
	case AS_OFFER_YES:
		as_buf_puts(&b, "yes");
		if (v->n_suites > 0)
			as_tls_join(&b, ", ", v->suites[0]);
		if (v->order == AS_OFFER_ORDER_SERVER)
			as_buf_puts(&b, ", the server's order rules");
		else if (v->order == AS_OFFER_ORDER_CLIENT)
			as_buf_puts(&b, ", the client's order rules");
		as_tls_row_take(t, label,
		    is_old(v->version) ? AS_STYLE_WARN : AS_STYLE_PLAIN, &b);
		return;
	case AS_OFFER_NO:
		as_buf_puts(&b, "no");
		if (v->refusal.n > 0)
			as_buf_printf(
			    &b, " (" AS_STR_FMT ")", AS_STR_ARG(v->refusal));
		as_tls_row_take(t, label, AS_STYLE_DIM, &b);
		return;
	case AS_OFFER_NOT_ASKED: as_buf_puts(&b, "not asked"); break;
	case AS_OFFER_UNKNOWN: as_buf_puts(&b, "could not be told"); break;
	}
	as_tls_row_take(t, label, AS_STYLE_UNKNOWN, &b);
}

/* --- suites --- */

static enum as_style class_style(struct as_str class)
{
	if (as_str_is(class, "forbidden"))
		return AS_STYLE_BAD;
	if (as_str_is(class, "weak") || as_str_has_prefix(class, "legacy"))
		return AS_STYLE_WARN;
	return AS_STYLE_PLAIN;
}

/* Signals and suites that mail has no use for are no news when missing. */
static bool is_of_use(struct as_str class)
{
	return !as_str_is(class, "signal") && !as_str_is(class, "not-for-smtp");
}

/* Of each class: the suite that comes first; none of these: in one line. */
static void
classes_text(const struct as_term *t, const struct as_offer_version *v)
{
	const char *label = version_words(v->version);
	struct as_buf none, b;

	as_buf_init(&none, AS_TLS_LINE_OCTETS);
	for (size_t i = 0; i < v->n_classes; i++) {
		const struct as_offer_class *c = &v->classes[i];
		const char *words = class_words(c->class);

		if (c->offered != AS_OFFER_YES && !is_of_use(c->class))
			continue;
		if (c->offered == AS_OFFER_NO) {
			as_tls_join(&none, ", ", as_str_from(words));
			continue;
		}
		as_buf_init(&b, AS_TLS_LINE_OCTETS);
		as_buf_printf(&b, "%s: " AS_STR_FMT, words,
		    AS_STR_ARG(c->offered == AS_OFFER_YES
			    ? c->first
			    : AS_STR("could not be told")));
		as_tls_row_take(t, label,
		    c->offered == AS_OFFER_YES ? class_style(c->class)
					       : AS_STYLE_UNKNOWN,
		    &b);
		label = "";
	}
	if (none.n > 0) {
		as_buf_init(&b, AS_TLS_LINE_OCTETS);
		as_buf_puts(&b, "none of: ");
		as_buf_add_str(&b, as_buf_str(&none));
		as_tls_row_take(t, label, AS_STYLE_DIM, &b);
	}
	as_buf_fini(&none);
}

/* Names alone, one a line, so that they can be copied and compared. */
static void
all_suites_text(const struct as_term *t, const struct as_offer_version *v)
{
	for (size_t i = 0; i < v->n_suites; i++)
		as_tls_row(t, i == 0 ? version_words(v->version) : "",
		    AS_STYLE_PLAIN, v->suites[i]);
	if (!v->complete)
		as_tls_row(t, "", AS_STYLE_UNKNOWN,
		    AS_STR("not every suite was tried"));
}

static void
suites_text(const struct as_term *t, const struct as_tls_server *s)
{
	bool headed = false;

	for (size_t i = 0; i < s->n_versions; i++) {
		const struct as_offer_version *v = &s->versions[i];

		if (v->offered != AS_OFFER_YES ||
		    (v->n_classes == 0 && v->n_suites == 0))
			continue;
		if (!headed)
			as_tls_heading(t,
			    s->deep ? "Suites" : "Suites, the first of a kind");
		headed = true;
		if (s->deep || v->n_classes == 0)
			all_suites_text(t, v);
		else
			classes_text(t, v);
	}
}

/* --- groups and DHE --- */

static bool is_post_quantum(struct as_str class)
{
	return as_str_has_prefix(class, "pq");
}

static struct as_str
group_class(const struct as_tls_server *s, struct as_str name)
{
	for (size_t i = 0; i < s->n_groups; i++)
		if (as_str_eq(s->groups[i].name, name))
			return s->groups[i].class;
	return AS_STR("");
}

/* Groups that were answered so; post-quantum ones or the others. */
static void
groups_add(struct as_buf *b, const struct as_tls_server *s, enum as_offer offer,
    bool post_quantum)
{
	for (size_t i = 0; i < s->n_groups; i++) {
		const struct as_offer_group *g = &s->groups[i];

		if (g->offered != offer ||
		    is_post_quantum(g->class) != post_quantum)
			continue;
		as_tls_join(b, ", ", g->name);
		if (as_str_is(g->class, "pq-obsolete") ||
		    as_str_is(g->class, "weak") ||
		    as_str_is(g->class, "obsolete"))
			as_buf_printf(
			    b, " (" AS_STR_FMT ")", AS_STR_ARG(g->class));
	}
}

static bool
asked_post_quantum(const struct as_tls_server *s)
{
	for (size_t i = 0; i < s->n_groups; i++)
		if (is_post_quantum(s->groups[i].class) &&
		    s->groups[i].offered == AS_OFFER_NO)
			return true;
	return false;
}

/* The words for a server that showed no such group. */
static const char *
no_post_quantum(const struct as_tls_server *s, enum as_style *style)
{
	*style = AS_STYLE_DIM;
	for (size_t i = 0; i < s->n_versions; i++)
		if (as_str_is(s->versions[i].version, "TLSv1.3") &&
		    s->versions[i].offered == AS_OFFER_NO)
			return "none, it needs TLS 1.3";
	if (asked_post_quantum(s))
		return "none";
	*style = AS_STYLE_UNKNOWN;
	return "could not be told";
}

static void
post_quantum_text(const struct as_term *t, const struct as_tls_server *s)
{
	enum as_style style = AS_STYLE_GOOD;
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	groups_add(&b, s, AS_OFFER_YES, true);
	if (b.n == 0)
		as_buf_puts(&b, no_post_quantum(s, &style));
	as_tls_row_take(t, "post-quantum", style, &b);
}

static void
dhe_text(const struct as_term *t, const struct as_tls_server *s)
{
	struct as_buf b;

	if (s->dhe != AS_OFFER_YES)
		return;
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_buf_printf(&b, "%u bits: ", s->dhe_bits);
	if (s->dhe_prime.n > 0)
		as_buf_printf(&b, AS_STR_FMT " (" AS_STR_FMT ")",
		    AS_STR_ARG(s->dhe_prime), AS_STR_ARG(s->dhe_class));
	else if (as_str_is(s->dhe_class, "own"))
		as_buf_puts(&b, "a prime of its own");
	else
		as_buf_puts(&b, "a prime too long to be looked up");
	as_tls_row_take(
	    t, "DHE", s->dhe_bits < 2048 ? AS_STYLE_WARN : AS_STYLE_PLAIN, &b);
}

static void
groups_text(const struct as_term *t, const struct as_tls_server *s)
{
	struct as_buf b;

	if (s->n_groups == 0 && s->group.n == 0 && s->dhe != AS_OFFER_YES)
		return;
	as_tls_heading(t, "Key exchange");
	if (s->group.n > 0) {
		as_buf_init(&b, AS_TLS_LINE_OCTETS);
		as_buf_add_str(&b, s->group);
		if (is_post_quantum(group_class(s, s->group)))
			as_buf_puts(&b, ", post-quantum");
		as_tls_row_take(t, "preferred", AS_STYLE_PLAIN, &b);
	}
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	groups_add(&b, s, AS_OFFER_YES, false);
	if (b.n > 0)
		as_tls_row_take(t, "groups", AS_STYLE_PLAIN, &b);
	as_buf_fini(&b);
	post_quantum_text(t, s);
	dhe_text(t, s);
}

/* --- features --- */

/* Words for the names in the facts. */
static struct as_str
feature_words(struct as_str name)
{
	static const struct {
		const char *name;
		const char *words;
	} all[] = {
	    {"extended-master-secret", "extended master secret"},
	    {"encrypt-then-mac", "encrypt-then-MAC"},
	    {"secure-renegotiation", "secure renegotiation"},
	    {"session-ticket", "session tickets"},
	    {"sct", "certificate timestamps in the hello"},
	    {"sha1-signature", "SHA-1 signatures for who asks"},
	    {"big-hello", "hellos over one packet"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (as_str_is(name, all[i].name))
			return as_str_from(all[i].words);
	return name;
}

static void
features_row(const struct as_term *t, const struct as_tls_server *s,
    enum as_offer offer, const char *label, enum as_style style)
{
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	for (size_t i = 0; i < s->n_features; i++)
		if (s->features[i].offered == offer)
			as_tls_join(
			    &b, ", ", feature_words(s->features[i].name));
	if (s->command_injection == offer)
		as_tls_join(
		    &b, ", ", AS_STR("commands from before TLS obeyed"));
	if (b.n > 0)
		as_tls_row_take(t, label, style, &b);
	as_buf_fini(&b);
}

static bool
is_asked(const struct as_tls_server *s)
{
	for (size_t i = 0; i < s->n_versions; i++)
		if (s->versions[i].offered != AS_OFFER_NOT_ASKED)
			return true;
	return false;
}

void
as_tls_offer_text(const struct as_term *t, const struct as_tls_server *s)
{
	/* Of a server that was not met there is nothing to show. */
	if (!is_asked(s))
		return;
	if (s->n_versions > 0)
		as_tls_heading(t, "Versions, and the suite preferred");
	for (size_t i = 0; i < s->n_versions; i++)
		version_text(t, &s->versions[i]);
	suites_text(t, s);
	groups_text(t, s);
	if (s->n_features == 0 && s->command_injection == AS_OFFER_NOT_ASKED)
		return;
	as_tls_heading(t, "Features");
	features_row(t, s, AS_OFFER_YES, "yes", AS_STYLE_PLAIN);
	features_row(t, s, AS_OFFER_NO, "no", AS_STYLE_DIM);
	features_row(t, s, AS_OFFER_UNKNOWN, "not told", AS_STYLE_UNKNOWN);
}
