#include "std/reading.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

enum as_err
as_reading_init(struct as_reading *r, struct as_arena *a)
{
	*r = (struct as_reading){.a = a};
	r->tags = as_arena_array(a, AS_MAX_RECORD_TAGS, sizeof(*r->tags));
	r->faults = as_arena_array(a, AS_MAX_RECORD_NOTES, sizeof(*r->faults));
	return r->tags == NULL || r->faults == NULL ? AS_ENOMEM : AS_OK;
}

void
as_reading_tag(struct as_reading *r, const struct as_tag *t)
{
	if (r != NULL && r->n_tags < AS_MAX_RECORD_TAGS)
		r->tags[r->n_tags++] = *t;
}

static enum as_err
fault_add(struct as_reading *r, size_t at, const char *text, bool fatal)
{
	struct as_str copy;

	if (r->n_faults == AS_MAX_RECORD_NOTES) {
		r->n_more++;
		return AS_OK;
	}
	copy = as_str_dup(r->a, as_str_from(text));
	if (as_str_is_null(copy))
		return AS_ENOMEM;
	r->faults[r->n_faults++] = (struct as_fault){at, copy, fatal};
	return AS_OK;
}

enum as_err
as_reading_keep(struct as_reading *r, enum as_err err, const struct as_why *why)
{
	if (r == NULL || err == AS_OK || err == AS_ENOMEM)
		return err;
	if (r->first.code == AS_OK)
		r->first = *why;
	AS_TRY(fault_add(r, why->at, why->text, true));
	return err == AS_ELIMIT ? err : AS_OK;
}

enum as_err
as_reading_note(struct as_reading *r, size_t at, const char *fmt, ...)
{
	char text[sizeof(((struct as_why *)NULL)->text)];
	va_list ap;

	if (r == NULL)
		return AS_OK;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return fault_add(r, at, text, false);
}

enum as_err
as_reading_end(const struct as_reading *r, enum as_err err, struct as_why *why)
{
	if (r == NULL || err == AS_ENOMEM)
		return err;
	if (why != NULL && r->first.code != AS_OK)
		*why = r->first;
	return r->first.code;
}
