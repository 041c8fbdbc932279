#include <inttypes.h>

#include "render/usage.h"

#include "base/banned.h"

#define INDENT      2
#define LINE_OCTETS 4096

static const struct {
	enum as_usage_class class;
	const char *head;
	enum as_style style;
	size_t most; /* shown */
} parts[] = {
    {AS_USAGE_OURS, "Yours", AS_STYLE_GOOD, 20},
    {AS_USAGE_THIRD_PARTY, "Services that send for you", AS_STYLE_GOOD, 20},
    {AS_USAGE_FORWARDER, "Forwarders and mailing lists", AS_STYLE_PLAIN, 10},
    {AS_USAGE_UNKNOWN, "Not known: yours?", AS_STYLE_UNKNOWN, 20},
    {AS_USAGE_FOREIGN, "Others that use the name", AS_STYLE_BAD, 6},
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

bool
as_source_is_shown(
    const struct as_sources_view *v, const struct as_usage_source *s)
{
	return !v->only_new || s->is_new;
}

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
	if (s->host.n == 0 && s->host_asked &&
	    !as_str_has(s->evidence, AS_STR("leads back")))
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
	as_usage_paragraph(t, AS_STYLE_PLAIN, 2 * INDENT, &b);
	as_buf_init(&b, LINE_OCTETS);
	as_addresses_add(&b, s);
	host_add(&b, s);
	vouches_add(&b, s);
	as_usage_paragraph(t, AS_STYLE_DIM, 2 * INDENT, &b);
	as_buf_init(&b, LINE_OCTETS);
	as_sentence_add(&b, s->evidence);
	as_usage_paragraph(t, AS_STYLE_PLAIN, 2 * INDENT, &b);
}

static void
hint_text(const struct as_term *t, struct as_str domain)
{
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b,
	    "Say whose they are: assay sources " AS_STR_FMT
	    " --set \"SOURCE=ours\" (or third-party, forwarder, foreign)",
	    AS_STR_ARG(domain));
	as_usage_paragraph(t, AS_STYLE_DIM, INDENT, &b);
}

static void
part_text(const struct as_term *t, const struct as_sources_view *v, size_t part)
{
	const struct as_usage *u = v->usage;
	size_t n = 0;
	uint64_t messages = 0;

	for (size_t i = 0; i < u->n_sources; i++) {
		const struct as_usage_source *s = &u->sources[i];

		if (s->class != parts[part].class || !as_source_is_shown(v, s))
			continue;
		if (n == 0) {
			as_usage_head(t, parts[part].head);
		}
		if (n++ < parts[part].most)
			source_text(t, s, parts[part].style);
		else
			messages += s->all.messages;
	}
	if (n > 0 && parts[part].class == AS_USAGE_UNKNOWN)
		hint_text(t, u->domain);
	if (n > parts[part].most) {
		struct as_buf b;

		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(&b,
		    "and %zu more with %" PRIu64
		    " messages (--json and --format "
		    "csv list all)",
		    n - parts[part].most, messages);
		as_usage_paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
}

/* Nobody is new in a place that was not watched before. */
static void
since_text(const struct as_term *t, const struct as_sources_view *v)
{
	const struct as_usage *u = v->usage;
	char since[AS_DAY_TEXT], first[AS_DAY_TEXT];
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_day_text(u->new_since, since);
	if (u->new_since <= u->first && u->first <= u->last)
		as_buf_printf(&b,
		    "reports begin on %s: what was new on %s they cannot tell; "
		    "look further back with --days, or name a later date",
		    as_day_text(u->first, first), since);
	else
		as_buf_printf(
		    &b, "only sources first seen on %s or later", since);
	as_usage_paragraph(t, AS_STYLE_DIM, INDENT, &b);
}

static void
unasked_text(const struct as_term *t, uint64_t n)
{
	struct as_buf b;

	if (n == 0)
		return;
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b,
	    "The names of %" PRIu64
	    " more addresses were not asked for yet: run it again, or with "
	    "--names.",
	    n);
	as_term_newline(t);
	as_usage_paragraph(t, AS_STYLE_DIM, 0, &b);
}

void
as_sources_text(const struct as_term *t, const struct as_sources_view *v)
{
	const struct as_usage *u = v->usage;
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
	if (v->only_keys) {
		as_keys_text(t, v);
		return;
	}
	if (v->only_new)
		since_text(t, v);
	for (size_t i = 0; i < PARTS; i++)
		part_text(t, v, i);
	unasked_text(t, v->unasked);
	if (v->only_new)
		return;
	as_bursts_text(t, u);
	as_coverage_text(t, u);
	as_keys_text(t, v);
}
