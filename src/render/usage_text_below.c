/*
 * What stands under the sources: bursts, reporters, keys.
 */
#include <inttypes.h>

#include "render/usage.h"

#include "base/banned.h"

#define INDENT      2
#define LINE_OCTETS 4096
#define MOST_SHOWN  12
#define MOST_KEYS   40 /* with --keys */
#define LONG_GAP    3  /* days without any report that are told */
#define SILENT_DAYS 10 /* since the last report of a reporter */

void
as_usage_head(const struct as_term *t, const char *text)
{
	as_term_newline(t);
	as_term_puts(t, AS_STYLE_BOLD, text);
	as_term_newline(t);
}

void
as_usage_paragraph(const struct as_term *t, enum as_style style, size_t indent,
    struct as_buf *b)
{
	as_term_spaces(t, indent);
	as_term_wrap(t, style, indent, indent, as_buf_str(b));
	as_buf_fini(b);
}

void
as_bursts_text(const struct as_term *t, const struct as_usage *u)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf b;

	if (u->n_bursts == 0)
		return;
	as_usage_head(t, "Bursts of mail under a false name");
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
		if (x->most != NULL && x->of_most >= x->messages / 10) {
			as_buf_puts(&b, "; most came from ");
			as_buf_add_str(&b, x->most->name);
			as_buf_printf(&b, " (%" PRIu64 ")", x->of_most);
		}
		as_usage_paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
}

/* --- reporters --- */

static void
reporter_text(const struct as_term *t, const struct as_usage *u,
    const struct as_usage_reporter *r)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(&b, r->org.n > 0 ? r->org : AS_STR("(no name)"));
	as_buf_printf(&b,
	    ": %" PRIu64 " report%s on %" PRIu64 " day%s, %s to %s, %" PRIu64
	    " messages",
	    r->reports, r->reports == 1 ? "" : "s", r->days,
	    r->days == 1 ? "" : "s", as_day_text(r->first, first),
	    as_day_text(r->last, last), r->messages);
	if (r->gap > LONG_GAP)
		as_buf_printf(&b, "; longest gap %u days", r->gap - 1);
	if (u->last - r->last >= SILENT_DAYS)
		as_buf_puts(&b, "; silent since");
	as_usage_paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
}

void
as_coverage_text(const struct as_term *t, const struct as_usage *u)
{
	struct as_buf b;

	if (u->n_reporters == 0)
		return;
	as_usage_head(t, "Reporters");
	for (size_t i = 0; i < u->n_reporters && i < MOST_SHOWN; i++)
		reporter_text(t, u, &u->reporters[i]);
	if (u->n_reporters > MOST_SHOWN) {
		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(&b, "and %zu more", u->n_reporters - MOST_SHOWN);
		as_usage_paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "Mail was reported for %u day%s of %" PRId64, u->days,
	    u->days == 1 ? "" : "s", u->to - u->from + 1);
	if (u->gap > LONG_GAP)
		as_buf_printf(&b,
		    "; longest gap %u days: did rua take reports then?",
		    u->gap - 1);
	as_usage_paragraph(t, AS_STYLE_DIM, INDENT, &b);
}

/* --- keys --- */

static enum as_style
key_style(const struct as_key_use *k)
{
	if (k->act)
		return AS_STYLE_WARN;
	return k->state == AS_KEY_UNKNOWN ? AS_STYLE_UNKNOWN : AS_STYLE_PLAIN;
}

static void
key_text(const struct as_term *t, const struct as_key_use *k)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(
	    &b, k->selector.n > 0 ? k->selector : AS_STR("(no selector)"));
	as_buf_puts(&b, " of ");
	as_buf_add_str(&b, k->signer);
	if (k->service.n > 0)
		as_buf_printf(&b, " (" AS_STR_FMT ")", AS_STR_ARG(k->service));
	if (k->first <= k->last)
		as_buf_printf(&b,
		    ": %" PRIu64 " messages, %" PRIu64 " pass, %s to %s",
		    k->messages, k->passed, as_day_text(k->first, first),
		    as_day_text(k->last, last));
	else
		as_buf_puts(&b, ": in no report");
	as_usage_paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	if (k->text.n == 0)
		return;
	as_term_spaces(t, 2 * INDENT);
	as_term_sentence(t, key_style(k), 2 * INDENT, 2 * INDENT, k->text);
}

static void
others_text(const struct as_term *t, const struct as_key_uses *keys)
{
	uint64_t messages = 0;
	struct as_buf b;

	if (keys->others == 0)
		return;
	for (size_t i = 0; i < keys->n; i++)
		messages += keys->list[i].own ? 0 : keys->list[i].messages;
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b,
	    "and %zu key%s of other domains on %" PRIu64
	    " messages (--keys shows them)",
	    keys->others, keys->others == 1 ? "" : "s", messages);
	as_usage_paragraph(t, AS_STYLE_DIM, INDENT, &b);
}

void
as_keys_text(const struct as_term *t, const struct as_sources_view *v)
{
	const struct as_key_uses *keys = v->keys;
	size_t most = v->only_keys ? MOST_KEYS : MOST_SHOWN, shown = 0;
	struct as_buf b;

	if (keys->n == 0)
		return;
	as_usage_head(t, "DKIM keys");
	for (size_t i = 0; i < keys->n && shown < most; i++)
		if (keys->list[i].own || v->only_keys) {
			key_text(t, &keys->list[i]);
			shown++;
		}
	if (!v->only_keys) {
		others_text(t, keys);
	} else if (keys->n > shown) {
		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(
		    &b, "and %zu more (--json lists all)", keys->n - shown);
		as_usage_paragraph(t, AS_STYLE_DIM, INDENT, &b);
	}
}
