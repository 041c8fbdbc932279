/*
 * The certificates of a server, as a page.
 */
#include "assess/tls_gates.h"
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

/* Certificate timestamps (RFC 6962): where they come from. */
static void
scts_words(const struct as_tls_facts *tls, bool extension, struct as_buf *b)
{
	const struct as_cert *leaf = &tls->chain[0];
	const struct {
		uint32_t n;
		const char *where;
	} all[] = {{leaf->scts, "in the certificate"},
	    {tls->scts_handshake, "in the handshake"},
	    {tls->scts_staple, "in the OCSP response"}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].n > 0)
			as_buf_printf(b, "%s%u %s", b->n > 0 ? ", " : "",
			    all[i].n, all[i].where);
	if (tls->scts_handshake == 0 && extension)
		as_buf_printf(
		    b, "%ssome in the handshake", b->n > 0 ? ", " : "");
	if (b->n == 0)
		as_buf_puts(b, "none; mail servers need none");
}

static enum as_style
staple_words(const struct as_tls_facts *tls, int64_t now_ms, struct as_buf *b)
{
	static const struct {
		const char *words;
		enum as_style style;
	} all[] = {
	    [AS_STAPLE_NONE] = {"none stapled", AS_STYLE_PLAIN},
	    [AS_STAPLE_GOOD] = {"good", AS_STYLE_GOOD},
	    [AS_STAPLE_REVOKED] = {"REVOKED", AS_STYLE_BAD},
	    [AS_STAPLE_UNKNOWN] = {"the authority does not know the "
				   "certificate",
		AS_STYLE_WARN},
	    [AS_STAPLE_MALFORMED] = {"cannot be read, or is for another "
				     "certificate",
		AS_STYLE_WARN},
	    [AS_STAPLE_FORGED] = {"not signed by the authority", AS_STYLE_WARN},
	    [AS_STAPLE_UNCHECKED] = {"cannot be checked: the certificate of "
				     "the authority was not sent",
		AS_STYLE_UNKNOWN},
	};
	char day[AS_TIME_TEXT];
	bool late = tls->staple_until != 0 && tls->staple_until < now_ms;

	as_buf_puts(b, all[tls->staple].words);
	if (tls->staple == AS_STAPLE_NONE && tls->chain[0].must_staple) {
		as_buf_puts(b, ", which the certificate demands");
		return AS_STYLE_WARN;
	}
	if (tls->staple_until != 0)
		as_buf_printf(b, ", %s %.10s",
		    late ? "but ran out on" : "until",
		    as_time_text(tls->staple_until, day));
	return late && tls->staple == AS_STAPLE_GOOD ? AS_STYLE_WARN
						     : all[tls->staple].style;
}

static const char *
dane_words(enum as_dane_outcome dane)
{
	switch (dane) {
	case AS_DANE_NONE: return "no TLSA record in force";
	case AS_DANE_MATCH: return "a TLSA record stands for it";
	case AS_DANE_MISMATCH: return "contradicts the TLSA records";
	}
	return "";
}

/* Who vouches for the chain beside its signatures. */
static void
vouchers_text(const struct as_term *t, const struct as_tls_facts *tls,
    bool extension, int64_t now_ms)
{
	enum as_style style;
	struct as_buf b;

	as_tls_row(t, "DANE",
	    tls->dane == AS_DANE_MISMATCH ? AS_STYLE_BAD : AS_STYLE_PLAIN,
	    as_str_from(dane_words(tls->dane)));
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	style = staple_words(tls, now_ms, &b);
	as_tls_row_take(t, "OCSP", style, &b);
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	scts_words(tls, extension, &b);
	as_tls_row_take(t, "SCTs", AS_STYLE_PLAIN, &b);
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

struct chain_page {
	struct as_str kind;
	uint32_t more; /* certificates that were sent and are not looked at */
	struct as_str
	    signature; /* scheme of the key exchange; empty: unknown */
	struct as_tls_facts tls;
	bool extension; /* SCTs come in the handshake */
};

static void
chain_text(const struct as_term *t, const struct chain_page *p, int64_t now_ms)
{
	struct as_buf b;

	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_buf_add_str(&b, p->tls.chain[0].subject);
	if (p->signature.n > 0)
		as_buf_printf(&b, ", key exchange signed with " AS_STR_FMT,
		    AS_STR_ARG(p->signature));
	as_term_spaces(t, AS_TLS_INDENT);
	as_term_put_padded(
	    t, AS_STYLE_BOLD, p->kind, AS_TLS_COLUMN - AS_TLS_INDENT);
	as_term_wrap(
	    t, AS_STYLE_PLAIN, AS_TLS_COLUMN, AS_TLS_COLUMN, as_buf_str(&b));
	as_buf_fini(&b);
	leaf_text(t, &p->tls.chain[0], now_ms);
	vouchers_text(t, &p->tls, p->extension, now_ms);
	others_text(t, p->tls.chain, p->tls.n_chain);
	if (p->more == 0)
		return;
	as_buf_init(&b, AS_TLS_LINE_OCTETS);
	as_buf_printf(&b, "%u more, not looked at", p->more);
	as_tls_row_take(t, "", AS_STYLE_WARN, &b);
}

static uint32_t
more_sent(const struct as_offer_chain *c)
{
	return c != NULL && c->sent > c->n_chain
	    ? c->sent - (uint32_t)c->n_chain
	    : 0;
}

/* How the chain with this leaf was come by in the hellos; NULL: it was not. */
static const struct as_offer_chain *
offer_find(const struct as_tls_server *s, const struct as_cert *leaf)
{
	for (size_t i = 0; i < s->n_chains; i++)
		if (s->chains[i].n_chain > 0 &&
		    as_str_eq(s->chains[i].chain[0].sha256, leaf->sha256))
			return &s->chains[i];
	return NULL;
}

void
as_tls_chains_text(
    const struct as_term *t, const struct as_tls_verdict *v, int64_t now_ms)
{
	const struct as_tls_server *s = v->server;

	if (v->n_shown == 0)
		return;
	as_tls_heading(t, "Certificates");
	for (size_t i = 0; i < v->n_shown; i++) {
		const struct as_offer_chain *c =
		    offer_find(s, &v->shown[i].chain[0]);
		struct chain_page p = {.kind = as_tls_shown_kind(&v->shown[i]),
		    .more = more_sent(c),
		    .signature = c != NULL ? c->signature : AS_STR(""),
		    .tls = v->shown[i],
		    .extension =
			as_tls_feature_offer(s, "sct") == AS_OFFER_YES};

		chain_text(t, &p, now_ms);
	}
	as_tls_row(t, "CAA", AS_STYLE_PLAIN, v->caa);
	as_tls_row(t, "trust", AS_STYLE_PLAIN, v->trust);
}
