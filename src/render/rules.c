#include "render/rules.h"

#include "base/json.h"

#include "base/banned.h"

#define ID_WIDTH 30

/* "RFC 7208 4.6.4; RFC 7208 3.4" becomes a list. */
static json_t *
cites_json(const char *cites)
{
	struct as_str rest = as_str_from(cites), cite;
	json_t *list = json_array();
	bool ok = list != NULL;

	while (ok && as_cite_next(&rest, &cite))
		ok = as_json_add(list, as_json_str(cite));
	return as_json_done(list, ok);
}

static json_t *
rule_json(const struct as_rule_info *r)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "id", r->id,
	    "title", r->title, "axis", as_axis_id_text(r->axis), "applies",
	    r->applies, "why", r->why, "advice", r->advice, "cites",
	    cites_json(r->cites));
}

json_t *
as_rules_json(const struct as_rule_info *one)
{
	size_t n;
	const struct as_rule_info *all = as_rules(&n);
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < n; i++)
		if (one == NULL || one == &all[i])
			ok = as_json_add(list, rule_json(&all[i]));
	return json_pack("{s:s, s:o}", "version", as_rules_version(), "rules",
	    as_json_done(list, ok));
}

void
as_rules_text(const struct as_term *t)
{
	size_t n;
	const struct as_rule_info *all = as_rules(&n);

	for (size_t i = 0; i < n; i++) {
		struct as_str id = as_str_from(all[i].id);
		as_term_put(t, AS_STYLE_BOLD, id);
		as_term_spaces(t, id.n < ID_WIDTH ? ID_WIDTH - id.n : 1);
		as_term_wrap(t, AS_STYLE_PLAIN,
		    id.n < ID_WIDTH ? ID_WIDTH : id.n + 1, ID_WIDTH,
		    as_str_from(all[i].title));
	}
}

static void
part_text(const struct as_term *t, const char *label, const char *text)
{
	size_t width = as_str_from(label).n;

	as_term_puts(t, AS_STYLE_DIM, label);
	as_term_wrap(t, AS_STYLE_PLAIN, width, width, as_str_from(text));
}

void
as_rule_text(const struct as_term *t, const struct as_rule_info *r)
{
	as_term_puts(t, AS_STYLE_BOLD, r->id);
	as_term_newline(t);
	part_text(t, "Tests    ", r->title);
	part_text(t, "Applies  ", r->applies);
	part_text(t, "Why      ", r->why);
	part_text(t, "Advice   ", r->advice);
	part_text(t, "See      ", r->cites);
}
