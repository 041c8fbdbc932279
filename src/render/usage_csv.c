#include "base/limits.h"
#include "render/csv.h"
#include "render/usage.h"

#include "base/banned.h"

#define CELL_OCTETS AS_MAX_FRAME_OCTETS /* names of reports may be long */

static void
cells(struct as_buf *b, const char *const *heads)
{
	for (; *heads != NULL; heads++)
		as_csv_cell(b, as_str_from(*heads));
	as_csv_end(b);
}

static void
built_cell(struct as_buf *b, struct as_buf *cell)
{
	as_csv_cell(b, as_buf_str(cell));
	if (!as_buf_ok(cell))
		b->full = true;
	as_buf_fini(cell);
}

static void
source_csv(
    struct as_buf *b, const struct as_usage *u, const struct as_usage_source *s)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf cell;

	as_csv_cell(b, u->domain);
	as_csv_cell(b, s->name);
	as_csv_cell(b, as_str_from(as_usage_class_text(s->class)));
	as_csv_cell(b, s->said ? AS_STR("operator") : AS_STR("observed"));
	as_csv_number(b, s->all.messages);
	as_csv_number(b, s->all.passed);
	as_csv_number(b, s->all.dkim);
	as_csv_number(b, s->all.spf);
	as_csv_number(b, s->all.stopped);
	as_csv_cell(b, as_str_from(as_day_text(s->first, first)));
	as_csv_cell(b, as_str_from(as_day_text(s->last, last)));
	as_csv_number(b, s->days);
	as_csv_number(b, s->addresses);
	as_buf_init(&cell, CELL_OCTETS);
	as_addresses_add(&cell, s);
	built_cell(b, &cell);
	as_csv_cell(b, s->host);
	if (s->place.asn > 0)
		as_csv_number(b, s->place.asn);
	else
		as_csv_cell(b, AS_STR(""));
	as_csv_cell(b, s->place.network);
	as_csv_cell(b, as_str_from(s->place.country));
	as_csv_cell(b, s->is_new ? AS_STR("new") : AS_STR(""));
	as_buf_init(&cell, CELL_OCTETS);
	for (size_t i = 0; i < s->n_vouches; i++) {
		as_buf_puts(&cell, i > 0 ? ", " : "");
		as_vouch_add(&cell, &s->vouches[i]);
	}
	built_cell(b, &cell);
	as_csv_cell(b, s->evidence);
	as_csv_end(b);
}

void
as_sources_csv(struct as_buf *b, const struct as_sources_view *v)
{
	const struct as_usage *u = v->usage;
	static const char *const heads[] = {"domain", "source", "class",
	    "origin", "messages", "pass", "dkim", "spf", "stopped", "first",
	    "last", "days", "addresses", "some_addresses", "host", "asn",
	    "network", "country", "new", "vouches", "evidence", NULL};

	cells(b, heads);
	for (size_t i = 0; i < u->n_sources; i++)
		if (as_source_is_shown(v, &u->sources[i]))
			source_csv(b, u, &u->sources[i]);
}

void
as_enforce_csv(struct as_buf *b, const struct as_enforce *e)
{
	static const char *const heads[] = {"domain", "scope", "answer",
	    "source", "class", "messages", "failing", "stopped_already", NULL};
	const struct as_usage *u = e->usage;

	cells(b, heads);
	for (int k = 0; k < AS_USAGE_SCOPES; k++) {
		const char *answer =
		    as_enforce_answer_text(e->scopes[k].answer);

		for (size_t i = 0; i < u->n_sources; i++) {
			const struct as_usage_source *s = &u->sources[i];
			const struct as_usage_count *c = &s->count[k];

			if (c->messages == 0)
				continue;
			as_csv_cell(b, u->domain);
			as_csv_cell(b,
			    as_str_from(
				as_usage_scope_text((enum as_usage_scope)k)));
			as_csv_cell(b, as_str_from(answer));
			as_csv_cell(b, s->name);
			as_csv_cell(
			    b, as_str_from(as_usage_class_text(s->class)));
			as_csv_number(b, c->messages);
			as_csv_number(b, c->messages - c->passed);
			as_csv_number(b, c->stopped);
			as_csv_end(b);
		}
	}
}
