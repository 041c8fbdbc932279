#include "app/stored.h"

#include "app/file.h"
#include "base/json.h"
#include "base/limits.h"

#include "base/banned.h"

struct stored {
	as_stored_take *take;
	void *ctx;
	enum as_err err; /* of take; why says it */
	struct as_why why;
};

/* Facts stand alone, or inside a document of check --json. */
static const json_t *
facts_of(const json_t *doc)
{
	const json_t *inner = json_object_get(doc, "facts");

	return inner != NULL ? inner : doc;
}

/* One document; an error is one of its text, those of taking are s->err. */
static enum as_err
stored_next(
    struct stored *s, struct as_str text, size_t *at, struct as_why *why)
{
	struct as_arena *a;
	struct as_facts *facts;
	enum as_err err;
	json_t *doc;

	AS_TRY(as_json_parse_next(text, at, &doc, why));
	a = as_arena_new(AS_MAX_FACTS_OCTETS);
	if (a == NULL)
		err = as_why_no_memory(why);
	else
		err = as_facts_read(a, facts_of(doc), &facts, why);
	if (err == AS_OK)
		s->err = s->take(s->ctx, facts, &s->why);
	as_arena_free(a);
	json_decref(doc);
	return err;
}

enum as_err
as_stored_each(struct as_arena *a, const char *path, as_stored_take *take,
    void *ctx, struct as_why *why)
{
	struct stored s = {.take = take, .ctx = ctx};
	struct as_why inner = {0};
	struct as_str text;
	size_t number = 0, at = 0;
	enum as_err err;

	AS_TRY(as_file_read(a, path, AS_MAX_FACTS_OCTETS, &text, why));
	while (s.err == AS_OK &&
	    (err = stored_next(&s, text, &at, &inner)) != AS_EABSENT) {
		number++;
		if (err != AS_OK)
			return as_why_set(why, err, AS_WHY_NOWHERE,
			    "%.80s, document %zu: %.120s", path, number,
			    inner.text);
	}
	if (s.err != AS_OK) {
		*why = s.why;
		return s.err;
	}
	if (number == 0)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%s: no facts in it", path);
	return AS_OK;
}
