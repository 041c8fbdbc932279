#include "app/reports_run.h"

#include <stdio.h>

#include "app/store_path.h"
#include "base/limits.h"

#include "base/banned.h"

#define OUTPUT      "standard output"
#define TEXT_WIDTH  100
#define OUT_OCTETS  ((size_t)64 * 1024 * 1024)
#define OUT_HIGH    ((size_t)64 * 1024)
#define SHOWN_CHARS 80 /* of what was typed */

static const struct as_reports_form *
form_of(enum as_format format)
{
	switch (format) {
	case AS_FORMAT_JSON: return &as_reports_json;
	case AS_FORMAT_NDJSON: return &as_reports_ndjson;
	case AS_FORMAT_CSV: return &as_reports_csv;
	default: return &as_reports_text;
	}
}

enum as_err
as_reports_run_open(struct as_reports_run *r, const struct as_settings *s,
    bool read_only, struct as_why *why)
{
	*r = (struct as_reports_run){.settings = s};
	r->arena = as_arena_new(AS_MAX_FRAME_OCTETS);
	if (r->arena == NULL)
		return as_why_no_memory(why);
	as_buf_init(&r->out, OUT_OCTETS);
	AS_TRY(as_run_format(s, AS_FORMAT_TEXT, &r->format, why));
	r->form = form_of(r->format);
	r->sheet.term = as_run_term(&r->out, stdout, TEXT_WIDTH);
	AS_TRY(as_store_path(r->arena, s, &r->path, why));
	if (as_store_is_missing(r->path))
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "there are no reports yet: %.150s is missing", r->path);
	return as_store_open(r->path, read_only, &r->store, why);
}

void
as_reports_run_close(struct as_reports_run *r)
{
	as_store_close(r->store);
	as_buf_fini(&r->out);
	as_arena_free(r->arena);
	*r = (struct as_reports_run){0};
}

enum as_err
as_reports_run_print(struct as_reports_run *r, bool all, struct as_why *why)
{
	if (!all && as_buf_ok(&r->out) && r->out.n < OUT_HIGH)
		return AS_OK;
	return as_run_write(stdout, OUTPUT, &r->out, why);
}

uint64_t
as_reports_limit(const struct as_reports_run *r, uint64_t text, uint64_t others)
{
	if (r->settings->limit > 0)
		return r->settings->limit;
	return r->format == AS_FORMAT_TEXT ? text : others;
}

enum as_err
as_reports_id(
    const char *text, const char *what, int64_t *out, struct as_why *why)
{
	uint64_t id;

	if (as_str_u64(as_str_from(text), INT64_MAX - 1, &id) != AS_OK ||
	    id == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "%s is a number from 1, not \"%.*s\"", what, SHOWN_CHARS,
		    text);
	*out = (int64_t)id;
	return AS_OK;
}
