#include "assess/suffix.h"

#include <libpsl.h>
#include <string.h>

#include "base/limits.h"

#include "base/banned.h"

/* libpsl reads C strings. */
#define NAME_ROOM (AS_MAX_NAME_OCTETS + 1)

static bool
name_copy(const void *list, struct as_str name, char out[NAME_ROOM])
{
	if (list == NULL || name.n == 0 || name.n >= NAME_ROOM ||
	    memchr(name.p, 0, name.n) != NULL)
		return false;
	memcpy(out, name.p, name.n);
	out[name.n] = 0;
	return true;
}

/* What libpsl found at the end of the copy, as a slice of the name. */
static struct as_str
tail_of(struct as_str name, const char *found)
{
	size_t n = found != NULL ? strlen(found) : 0;

	if (n == 0)
		return AS_STR_NULL;
	return as_str_slice(name, name.n - n, name.n);
}

struct as_str
as_suffix_organization(const void *list, struct as_str name)
{
	char text[NAME_ROOM];
	struct as_str found = AS_STR_NULL;

	if (list == NULL)
		return AS_STR_NULL;
	if (name_copy(list, name, text))
		found = tail_of(name, psl_registrable_domain(list, text));
	return as_str_is_null(found) ? name : found;
}

struct as_str
as_suffix_of(const void *list, struct as_str name)
{
	char text[NAME_ROOM];

	if (!name_copy(list, name, text))
		return AS_STR_NULL;
	return tail_of(name, psl_unregistrable_domain(list, text));
}

bool
as_suffix_is(const void *list, struct as_str name)
{
	char text[NAME_ROOM];

	return name_copy(list, name, text) && psl_is_public_suffix(list, text);
}
