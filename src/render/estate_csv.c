#include "render/csv.h"
#include "render/estate.h"

#include "base/banned.h"

#define TAGS_OCTETS ((size_t)16 * 1024)

static void
tags_cell(struct as_buf *b, const struct as_estate_entry *e)
{
	struct as_buf tags;

	as_buf_init(&tags, TAGS_OCTETS);
	for (size_t i = 0; i < e->n_tags; i++) {
		as_buf_puts(&tags, i > 0 ? "," : "");
		as_buf_add_str(&tags, e->tags[i]);
	}
	as_csv_cell(b, as_buf_str(&tags));
	as_buf_fini(&tags);
}

/* The headings are those that intake/roster knows. */
void
as_estate_csv(struct as_buf *b, const struct as_estate_view *v)
{
	as_csv_cell(b, AS_STR("domain"));
	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		as_csv_cell(b,
		    as_str_from(as_estate_text_text((enum as_estate_text)i)));
	as_csv_cell(b, AS_STR("tags"));
	as_csv_end(b);
	for (size_t k = 0; k < v->n; k++) {
		as_csv_cell(b, v->list[k].name);
		for (int i = 0; i < AS_ESTATE_TEXTS; i++)
			as_csv_cell(b, v->list[k].text[i]);
		tags_cell(b, &v->list[k]);
		as_csv_end(b);
	}
}
