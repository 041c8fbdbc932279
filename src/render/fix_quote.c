/*
 * Texts of the network inside the strings of other languages.
 */
#include "render/fix_private.h"

#include "base/banned.h"

#define DATA_OCTETS 131072

/* A template begins with "${" or "%{": doubling the sign says it is none, but
 * not behind another such sign. */
static void
put_sign(struct as_buf *b, struct as_str s, size_t at)
{
	char c = s.p[at];

	if (at + 1 == s.n || s.p[at + 1] != '{')
		as_buf_add(b, &c, 1);
	else if (at > 0 && s.p[at - 1] == c)
		as_buf_printf(b, "\\u%04x", (unsigned)c);
	else
		as_buf_printf(b, "%c%c", c, c);
}

/* Octets as a string of HCL or, without templates, of JavaScript; both read
 * these escapes.  Octets outside ASCII stand for the code point of the same
 * number. */
void
as_fix_put_string(struct as_buf *b, struct as_str s, bool templates)
{
	as_buf_puts(b, "\"");
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			as_buf_printf(b, "\\%c", c);
		else if (templates && (c == '$' || c == '%'))
			put_sign(b, s, i);
		else if (c >= ' ' && c < 0x7f)
			as_buf_add(b, &c, 1);
		else
			as_buf_printf(b, "\\u%04x", c);
	}
	as_buf_puts(b, "\"");
}

/* The words of a record's data: "10 mx.example." */
struct as_str
as_fix_word(struct as_str data, size_t index)
{
	size_t at = 0, end;

	for (;; at = end + 1, index--) {
		end = as_str_find(data, ' ', at);
		if (index == 0 || end == data.n)
			return index == 0 ? as_str_slice(data, at, end)
					  : AS_STR("0");
	}
}

void
as_fix_data_comment(struct as_buf *b, const struct as_fix_format *format,
    const struct as_fix_step *step, const char *what,
    const struct as_fix_rr *rr)
{
	struct as_buf data;

	as_buf_init(&data, DATA_OCTETS);
	as_fix_put_data(&data, step, rr);
	as_fix_comment(b, format,
	    "   %s: " AS_STR_FMT ". " AS_STR_FMT " " AS_STR_FMT, what,
	    AS_STR_ARG(step->name), AS_STR_ARG(step->type),
	    AS_STR_ARG(as_buf_str(&data)));
	as_buf_fini(&data);
}
