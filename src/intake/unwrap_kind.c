/*
 * What a thing is instead of a report, told by its first octets.
 */
#include <string.h>

#include "intake/unwrap_private.h"

#include "base/banned.h"

static bool
starts(struct as_str s, const char *octets, size_t n)
{
	return s.n >= n && memcmp(s.p, octets, n) == 0;
}

const char *
as_unwrap_outlook(struct as_str s)
{
	if (starts(s, "\xd0\xcf\x11\xe0", 4))
		return "it is a message or document of Outlook or Office: save "
		       "the mail as .eml and give that";
	return NULL;
}

const char *
as_unwrap_other(struct as_str s)
{
	if (s.n == 0)
		return "it is empty";
	if (starts(s, "%PDF", 4))
		return "it is a PDF document, no report";
	if (starts(s, "\x89PNG", 4) || starts(s, "\xff\xd8\xff", 3) ||
	    starts(s, "GIF8", 4))
		return "it is a picture, no report";
	return NULL;
}
