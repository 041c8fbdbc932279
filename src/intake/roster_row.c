#include "intake/roster_row.h"

#include <string.h>

#include "model/finding.h"

#include "base/banned.h"

/* --- words --- */

struct as_str
as_roster_word(struct as_str s, char room[AS_ROSTER_WORD])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < AS_ROSTER_WORD; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (unsigned char)c >= 0x80)
			room[n++] = c;
	}
	return (struct as_str){room, n};
}

static enum as_err
role_take(struct as_str cell, struct as_str *out, struct as_why *why)
{
	static const struct {
		const char *word;
		enum as_role role;
	} words[] = {
	    {"full", AS_ROLE_FULL},
	    {"both", AS_ROLE_FULL},
	    {"sendsandreceives", AS_ROLE_FULL},
	    {"sendandreceive", AS_ROLE_FULL},
	    {"receivesonly", AS_ROLE_RECEIVES_ONLY},
	    {"receiveonly", AS_ROLE_RECEIVES_ONLY},
	    {"inbound", AS_ROLE_RECEIVES_ONLY},
	    {"inboundonly", AS_ROLE_RECEIVES_ONLY},
	    {"sendsonly", AS_ROLE_SENDS_ONLY},
	    {"sendonly", AS_ROLE_SENDS_ONLY},
	    {"outbound", AS_ROLE_SENDS_ONLY},
	    {"outboundonly", AS_ROLE_SENDS_ONLY},
	    {"parked", AS_ROLE_PARKED},
	    {"nomail", AS_ROLE_PARKED},
	    {"noemail", AS_ROLE_PARKED},
	    {"nonsending", AS_ROLE_PARKED},
	    {"defensive", AS_ROLE_PARKED},
	    {"legacy", AS_ROLE_LEGACY},
	};
	char room[AS_ROSTER_WORD];
	struct as_str bare = as_roster_word(cell, room);

	if (bare.n == 0 || as_str_is(bare, "auto") ||
	    as_str_is(bare, "unknown")) {
		*out = AS_STR("");
		return AS_OK;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (as_str_is(bare, words[i].word)) {
			*out = as_str_from(as_role_text(words[i].role));
			return AS_OK;
		}
	return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
	    "\"" AS_STR_FMT "\" is no role: full, receives-only, sends-only, "
	    "parked or legacy",
	    AS_STR_ARG(as_str_slice(cell, 0, 40)));
}

/* A mark in a column "parked". */
static enum as_err
parked_take(struct as_str cell, struct as_str *out, struct as_why *why)
{
	static const char *const yes[] = {
	    "yes", "y", "true", "1", "x", "parked", "ja", "oui", "si"};
	static const char *const no[] = {
	    "", "no", "n", "false", "0", "nein", "non", "nee"};
	char room[AS_ROSTER_WORD];
	struct as_str bare = as_roster_word(cell, room);

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (as_str_is(bare, yes[i])) {
			*out = as_str_from(as_role_text(AS_ROLE_PARKED));
			return AS_OK;
		}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (as_str_is(bare, no[i])) {
			if (as_str_is_null(*out))
				*out = AS_STR("");
			return AS_OK;
		}
	return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
	    "\"" AS_STR_FMT "\" in the column of parked domains: yes or no",
	    AS_STR_ARG(as_str_slice(cell, 0, 40)));
}

/* --- cells --- */

static enum as_err
text_take(struct as_str cell, enum as_estate_text what, size_t most,
    struct as_estate_entry *e, struct as_why *why)
{
	if (cell.n > most)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "the %s has more than %zu octets",
		    as_estate_text_text(what), most);
	e->text[what] = cell;
	return AS_OK;
}

static enum as_err
cell_take(struct as_arena *a, enum as_roster_column kind, struct as_str cell,
    struct as_estate_entry *e, struct as_why *why)
{
	const size_t most = AS_MAX_ESTATE_TEXT;

	switch (kind) {
	case COLUMN_NONE:
	case COLUMN_DOMAIN:
	case COLUMN_PERHAPS:
	case COLUMN_CONTACT_PERHAPS: return AS_OK;
	case COLUMN_ORGANISATION:
		return text_take(cell, AS_ESTATE_ORGANISATION, most, e, why);
	case COLUMN_GROUP:
		return text_take(cell, AS_ESTATE_GROUP, most, e, why);
	case COLUMN_OWNER:
		return text_take(cell, AS_ESTATE_OWNER, most, e, why);
	case COLUMN_CONTACT:
		return text_take(cell, AS_ESTATE_CONTACT, most, e, why);
	case COLUMN_NOTES:
		return text_take(
		    cell, AS_ESTATE_NOTES, AS_MAX_ESTATE_NOTES, e, why);
	case COLUMN_TAGS: return as_estate_tags(a, cell, e, why);
	case COLUMN_ROLE: return role_take(cell, &e->text[AS_ESTATE_ROLE], why);
	case COLUMN_PARKED: break; /* when the role is known */
	}
	return AS_OK;
}

static struct as_str
cell_of(struct as_arena *a, const struct as_csv_record *r, size_t i)
{
	return as_estate_clean(a, i < r->n ? r->cells[i] : AS_STR(""));
}

enum as_err
as_roster_row(struct as_arena *a, const struct as_roster_columns *columns,
    const struct as_csv_record *r, struct as_estate_entry *e,
    struct as_why *why)
{
	struct as_str *role = &e->text[AS_ESTATE_ROLE];
	struct as_str cell;

	*e = (struct as_estate_entry){0};
	if (columns->domain >= r->n)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%zu cells, and the domain would be in column %zu", r->n,
		    columns->domain + 1);
	for (size_t i = 0; i < AS_MAX_CSV_CELLS; i++) {
		if (columns->kind[i] == COLUMN_NONE)
			continue;
		cell = cell_of(a, r, i);
		if (as_str_is_null(cell))
			return as_why_no_memory(why);
		AS_TRY(cell_take(a, columns->kind[i], cell, e, why));
	}
	for (size_t i = 0; i < AS_MAX_CSV_CELLS; i++)
		if (columns->kind[i] == COLUMN_PARKED && role->n == 0)
			AS_TRY(parked_take(cell_of(a, r, i), role, why));
	return AS_OK;
}

/* --- names --- */

/* Where the name at `at` ends: at a blank, and where the cell holds no URL and no
 * "Name <address>" also at what parts lists. */
static size_t
name_end(struct as_str cell, size_t at)
{
	bool one = as_str_find(cell, '<', 0) < cell.n;
	const char *parts = as_str_has(cell, AS_STR("://")) ? " " : " ,;|";

	if (one)
		return cell.n;
	while (at < cell.n && strchr(parts, cell.p[at]) == NULL)
		at++;
	return at;
}

static enum as_err
name_take(struct as_arena *a, size_t number, struct as_roster_line *line,
    const struct as_roster_sink *sink, struct as_why *why)
{
	struct as_why cause = {0};
	enum as_err err;

	if (number > AS_MAX_CELL_NAMES)
		err = as_why_set(&cause, AS_ELIMIT, AS_WHY_NOWHERE,
		    "more than %d names in one cell", AS_MAX_CELL_NAMES);
	else
		err = as_roster_name(
		    a, line->typed, &line->entry.name, &line->form, &cause);
	if (err == AS_ENOMEM)
		return as_why_no_memory(why);
	if (err == AS_OK)
		return sink->domain(sink->ctx, line);
	return sink->refused(sink->ctx, line->line, line->typed, &cause);
}

enum as_err
as_roster_names(struct as_arena *a, struct as_str raw,
    struct as_roster_line *line, const struct as_roster_sink *sink,
    struct as_why *why)
{
	struct as_str cell = as_estate_clean(a, raw);
	struct as_why none = {.code = AS_ESYNTAX, .text = "no domain"};
	size_t names = 0;

	if (as_str_is_null(cell))
		return as_why_no_memory(why);
	for (size_t at = 0, end; at < cell.n && names <= AS_MAX_CELL_NAMES;
	     at = end + 1) {
		end = name_end(cell, at);
		line->typed = as_str_slice(cell, at, end);
		if (line->typed.n > 0)
			AS_TRY(name_take(a, ++names, line, sink, why));
	}
	if (names > 0)
		return AS_OK;
	return sink->refused(sink->ctx, line->line, raw, &none);
}
