#include "intake/notes.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"

#include "base/banned.h"

static enum as_err
give(
    struct as_notes *n, const char *code, struct as_str where, const char *text)
{
	struct as_report_note note = {
	    as_str_from(code), where, as_str_from(text)};

	if (n->sink->note == NULL)
		return AS_OK;
	return n->sink->note(n->sink->ctx, &note);
}

static void
wait(struct as_notes *n, const char *code, const char *text)
{
	if (n->n_waiting == AS_NOTES_WAITING) {
		n->left++;
		return;
	}
	n->waiting[n->n_waiting].code = code;
	n->waiting[n->n_waiting++].text = text;
}

enum as_err
as_notes_begin(struct as_notes *n)
{
	n->begun = true;
	for (size_t i = 0; i < n->n_waiting; i++)
		AS_TRY(as_notes_tell(
		    n, n->waiting[i].code, AS_STR(""), n->waiting[i].text));
	n->n_waiting = 0;
	return AS_OK;
}

enum as_err
as_notes_tell(
    struct as_notes *n, const char *code, struct as_str where, const char *text)
{
	if (!n->begun) {
		wait(n, code, text);
		return AS_OK;
	}
	if (n->told == AS_MAX_REPORT_NOTES) {
		n->left++;
		return AS_OK;
	}
	n->told++;
	return give(n, code, where, text);
}

enum as_err
as_notes_end(struct as_notes *n)
{
	char text[80];

	if (n->left == 0)
		return AS_OK;
	(void)snprintf(text, sizeof(text),
	    "%" PRIu64 " further notes were left out", n->left);
	return give(n, "notes-left-out", AS_STR(""), text);
}
