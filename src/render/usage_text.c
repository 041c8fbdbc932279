#include <inttypes.h>

#include "render/usage.h"

#include "base/banned.h"

#define INDENT      2
#define LINE_OCTETS 4096
#define MOST_SHOWN  20 /* sources of a class */
#define MOST_KEYS   12

static const struct {
	enum as_usage_class class;
	const char *head;
	enum as_style style;
} parts[] = {
    {AS_USAGE_OURS, "Yours", AS_STYLE_GOOD},
    {AS_USAGE_THIRD_PARTY, "Services that send for you", AS_STYLE_GOOD},
    {AS_USAGE_FORWARDER, "Forwarders and mailing lists", AS_STYLE_PLAIN},
    {AS_USAGE_UNKNOWN, "Not known: yours?", AS_STYLE_UNKNOWN},
    {AS_USAGE_FOREIGN, "Others that use the name", AS_STYLE_BAD},
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

void
as_vouch_add(struct as_buf *b, const struct as_usage_vouch *v)
{
	as_buf_puts(b, v->by_dkim ? "dkim " : "spf ");
	if (v->selector.n > 0)
		as_buf_printf(b, AS_STR_FMT " ", AS_STR_ARG(v->selector));
	as_buf_add_str(b, v->domain);
	if (!v->passed)
		as_buf_puts(b, " (fails)");
}

void
as_addresses_add(struct as_buf *b, const struct as_usage_source *s)
{
	char text[AS_IP_TEXT];

	for (size_t i = 0; i < s->n_shown; i++)
		as_buf_printf(b, "%s%s", i > 0 ? ", " : "",
		    as_ip_text(&s->shown[i], text));
	if (s->addresses > s->n_shown)
		as_buf_printf(b, "%s%zu %s", s->n_shown > 0 ? " and " : "",
		    s->addresses - s->n_shown, s->n_shown > 0 ? "more" : "");
}

static void
paragraph(const struct as_term *t, enum as_style style, size_t indent,
    struct as_buf *b)
{
	as_term_spaces(t, indent);
	as_term_wrap(t, style, indent, indent, as_buf_str(b));
	as_buf_fini(b);
}

static void
vouches_add(struct as_buf *b, const struct as_usage_source *s)
{
	for (size_t i = 0; i < s->n_vouches && i < 3; i++) {
		as_buf_puts(b, i > 0 ? ", " : "; ");
		as_vouch_add(b, &s->vouches[i]);
	}
}

/* Its name, and where it is. */
static void
host_add(struct as_buf *b, const struct as_usage_source *s)
{
	if (s->host.n > 0)
		as_buf_puts(b, "; name: ");
	as_buf_add_str(b, s->host);
	if (s->host.n == 0 && s->host_asked)
		as_buf_puts(b, "; no name leads back to it");
	if (s->place.asn > 0)
		as_buf_printf(b, "; AS%u ", (unsigned)s->place.asn);
	as_buf_add_str(b, s->place.network);
	if (s->place.country[0] != 0)
		as_buf_printf(b, "; %.2s", s->place.country);
}

static void
source_text(const struct as_term *t, const struct as_usage_source *s,
    enum as_style style)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf b;

	as_term_spaces(t, INDENT);
	as_term_put(t, style, s->name);
	if (s->is_new)
		as_term_puts(t, AS_STYLE_WARN, "  new");
	as_term_newline(t);
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "%" PRIu64 " messages, %" PRIu64 " pass",
	    s->all.messages, s->all.passed);
	if (s->all.passed > 0)
		as_buf_printf(&b, " (%" PRIu64 " by DKIM, %" PRIu64 " by SPF)",
		    s->all.dkim, s->all.spf);
	as_buf_printf(&b, "; %u day%s, %s to %s", s->days,
	    s->days == 1 ? "" : "s", as_day_text(s->first, first),
	    as_day_text(s->last, last));
	paragraph(t, AS_STYLE_PLAIN, 2 * INDENT, &b);
	as_buf_init(&b, LINE_OCTETS);
	as_addresses_add(&b, s);
	host_add(&b, s);
	vouches_add(&b, s);
	paragraph(t, AS_STYLE_DIM, 2 * INDENT, &b);
	as_buf_init(&b, LINE_OCTETS);
	as_sentence_add(&b, s->evidence);
	paragraph(t, AS_STYLE_PLAIN, 2 * INDENT, &b);
}

static void
part_text(const struct as_term *t, const struct as_usage *u, size_t part)
{
	size_t n = 0;
	uint64_t messages = 0;

	for (size_t i = 0; i < u->n_sources; i++) {
		const struct as_usage_source *s = &u->sources[i];

		if (s->class != parts[part].class)
			continue;
		if (n == 0) {
			as_term_newline(t);
			as_term_puts(t, AS_STYLE_BOLD, parts[part].head);
			as_term_newline(t);
		}
		if (n++ < MOST_SHOWN)
			source_text(t, s, parts[part].style);
		else
			messages += s->all.messages;
	}
	if (n > MOST_SHOWN) {
		struct as_buf b;

		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(&b,
		    "and %zu more with %" PRIu64
		    " messages (--json and --format "
		    "csv list all)",
		    n - MOST_SHOWN, messages);
		paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
}

static void
bursts_text(const struct as_term *t, const struct as_usage *u)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf b;

	if (u->n_bursts == 0)
		return;
	as_term_newline(t);
	as_term_puts(t, AS_STYLE_BOLD, "Bursts of mail under a false name");
	as_term_newline(t);
	for (size_t i = 0; i < u->n_bursts; i++) {
		const struct as_usage_burst *x = &u->bursts[i];

		as_buf_init(&b, LINE_OCTETS);
		as_buf_puts(&b, as_day_text(x->first, first));
		if (x->last > x->first)
			as_buf_printf(&b, " to %s", as_day_text(x->last, last));
		as_buf_printf(&b,
		    ": %" PRIu64 " messages of %zu source%s, where %" PRIu64
		    " a day are usual; receivers stopped %" PRIu64,
		    x->messages, x->sources, x->sources == 1 ? "" : "s",
		    u->usual, x->stopped);
		if (x->most != NULL) {
			as_buf_puts(&b, "; most came from ");
			as_buf_add_str(&b, x->most->name);
			as_buf_printf(&b, " (%" PRIu64 ")", x->of_most);
		}
		paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
}

static void
keys_text(const struct as_term *t, const struct as_usage *u)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf b;

	if (u->n_keys == 0)
		return;
	as_term_newline(t);
	as_term_puts(t, AS_STYLE_BOLD, "DKIM keys");
	as_term_newline(t);
	for (size_t i = 0; i < u->n_keys && i < MOST_KEYS; i++) {
		const struct as_usage_key *k = &u->keys[i];

		as_buf_init(&b, LINE_OCTETS);
		as_buf_add_str(&b,
		    k->selector.n > 0 ? k->selector : AS_STR("(no selector)"));
		as_buf_puts(&b, " of ");
		as_buf_add_str(&b, k->signer);
		as_buf_puts(&b, ": ");
		as_buf_add_str(
		    &b, k->result.n > 0 ? k->result : AS_STR("(no result)"));
		as_buf_printf(&b, ", %" PRIu64 " messages, %s to %s",
		    k->messages, as_day_text(k->first, first),
		    as_day_text(k->last, last));
		paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
}

static void
reporters_text(const struct as_term *t, const struct as_usage *u)
{
	struct as_buf b;

	as_term_newline(t);
	as_term_puts(t, AS_STYLE_BOLD, "Reporters");
	as_term_newline(t);
	for (size_t i = 0; i < u->n_reporters && i < MOST_KEYS; i++) {
		const struct as_usage_reporter *r = &u->reporters[i];

		as_buf_init(&b, LINE_OCTETS);
		as_buf_add_str(&b, r->org.n > 0 ? r->org : AS_STR("(no name)"));
		as_buf_printf(&b,
		    ": %" PRIu64 " reports on %" PRIu64 " days, %" PRIu64
		    " messages",
		    r->reports, r->days, r->messages);
		paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
	if (u->n_reporters > MOST_KEYS) {
		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(&b, "and %zu more", u->n_reporters - MOST_KEYS);
		paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
}

void
as_sources_text(const struct as_term *t, const struct as_usage *u)
{
	char from[AS_DAY_TEXT], to[AS_DAY_TEXT];
	struct as_buf b;

	as_term_put(t, AS_STYLE_BOLD, u->domain);
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, ": %" PRIu64 " messages of %zu source%s, %s to %s",
	    u->all.messages, u->n_sources, u->n_sources == 1 ? "" : "s",
	    as_day_text(u->from, from), as_day_text(u->to, to));
	as_term_put(t, AS_STYLE_PLAIN, as_buf_str(&b));
	as_term_newline(t);
	as_buf_fini(&b);
	for (size_t i = 0; i < PARTS; i++)
		part_text(t, u, i);
	bursts_text(t, u);
	if (u->n_reporters > 0)
		reporters_text(t, u);
	keys_text(t, u);
}
