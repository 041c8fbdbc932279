/*
 * The certificates of a server, as a page.
 */
#include "base/clock.h"
#include "render/tls_parts.h"

#include "base/banned.h"

#define DAY_MS      INT64_C(86400000)
#define SHOWN_NAMES 6

static enum as_style
dates_words(const struct as_cert *c, int64_t now_ms, struct as_buf *b)
{
	char buf[AS_TIME_TEXT];
	int64_t days = (c->not_after - now_ms) / DAY_MS;
	const char *s = days == 1 || days == -1 ? "" : "s";

	if (now_ms < c->not_before) {
		as_buf_printf(b, "valid only from %.10s",
		    as_time_text(c->not_before, buf));
		return AS_STYLE_BAD;
	}
	(void)as_time_text(c->not_after, buf);
	if (now_ms > c->not_after) {
		as_buf_printf(b, "ran out on %.10s, %lld day%s ago", buf,
		    (long long)-days, s);
		return AS_STYLE_BAD;
	}
	as_buf_printf(
	    b, "valid to %.10s, %lld day%s left", buf, (long long)days, s);
	return days < 14 ? AS_STYLE_WARN : AS_STYLE_PLAIN;
}

static void
key_words(const struct as_cert *c, struct as_buf *b)
{
	as_buf_add_str(b, c->key_type);
	if (c->key_bits > 0)
		as_buf_printf(b, " %u bits", c->key_bits);
	as_buf_printf(b, ", signed with " AS_STR_FMT, AS_STR_ARG(c->signature));
}

static void
names_words(const struct as_cert *c, struct as_buf *b)
{
	for (size_t i = 0; i < c->n_names && i < SHOWN_NAMES; i++)
		as_tls_join(b, ", ", c->names[i]);
	if (c->n_names > SHOWN_NAMES)
		as_buf_printf(b, " and %zu more", c->n_names - SHOWN_NAMES);
	if (c->n_names == 0)
		as_buf_puts(b, "none");
}

static void
leaf_text(const struct as_term *t, const struct as_cert *c, int64_t now_ms)
{
	enum as_style style;
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	names_words(c, &b);
	as_tls_row_take(t, "names", AS_STYLE_PLAIN, &b);
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	key_words(c, &b);
	as_tls_row_take(t, "key", AS_STYLE_PLAIN, &b);
	as_tls_row(t, "issuer", AS_STYLE_PLAIN, c->issuer);
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	style = dates_words(c, now_ms, &b);
	as_tls_row_take(t, "dates", style, &b);
}

/* The certificates behind the leaf, each with its key. */
static void
others_text(const struct as_term *t, const struct as_cert *chain, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct as_buf b;

		as_buf_init(&b, AS_TLS_LINE_OCTETS);
		as_buf_add_str(&b, chain[i].subject);
		as_buf_puts(&b, ", ");
		key_words(&chain[i], &b);
		if (!as_str_eq(chain[i - 1].issuer, chain[i].subject))
			as_buf_puts(&b, "; out of order");
		as_tls_row_take(t, i == 1 ? "then" : "", AS_STYLE_DIM, &b);
	}
}

static void
chain_text(
    const struct as_term *t, const struct as_offer_chain *c, int64_t now_ms)
{
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_buf_add_str(&b, c->chain[0].subject);
	if (c->stapled)
		as_buf_puts(&b, ", with an OCSP response");
	if (c->signature.n > 0)
		as_buf_printf(&b, ", key exchange signed with " AS_STR_FMT,
		    AS_STR_ARG(c->signature));
	as_term_spaces(t, AS_TLS_INDENT);
	as_term_put_padded(
	    t, AS_STYLE_BOLD, c->kind, AS_TLS_COLUMN - AS_TLS_INDENT);
	as_term_wrap(
	    t, AS_STYLE_PLAIN, AS_TLS_COLUMN, AS_TLS_COLUMN, as_buf_str(&b));
	as_buf_fini(&b);
	leaf_text(t, &c->chain[0], now_ms);
	others_text(t, c->chain, c->n_chain);
}

static bool
is_listed(const struct as_tls_server *s, const struct as_cert *leaf)
{
	for (size_t i = 0; i < s->n_chains; i++)
		if (s->chains[i].n_chain > 0 &&
		    as_str_eq(s->chains[i].chain[0].sha256, leaf->sha256))
			return true;
	return false;
}

void
as_tls_chains_text(
    const struct as_term *t, const struct as_tls_verdict *v, int64_t now_ms)
{
	const struct as_tls_server *s = v->server;
	bool shaken = s->tls != NULL && s->tls->n_chain > 0;
	bool any = shaken;

	for (size_t i = 0; i < s->n_chains; i++)
		any = any || s->chains[i].n_chain > 0;
	if (!any)
		return;
	as_tls_heading(t, "Certificates");
	/* What a sender of today gets, unless it comes below anyway. */
	if (shaken && !is_listed(s, &s->tls->chain[0])) {
		struct as_offer_chain first = {.kind = AS_STR("first"),
		    .chain = s->tls->chain,
		    .n_chain = s->tls->n_chain};

		chain_text(t, &first, now_ms);
	}
	for (size_t i = 0; i < s->n_chains; i++)
		if (s->chains[i].n_chain > 0)
			chain_text(t, &s->chains[i], now_ms);
	as_tls_row(t, "trust", AS_STYLE_PLAIN, v->trust);
}
