#include "net/wire_name.h"

#include "base/limits.h"

#include "base/banned.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_graphic(int c)
{
	return c > ' ' && c < 127;
}

/* What follows a backslash at *at: "DDD" or one octet.  -1: neither. */
static int
read_escape(struct as_str s, size_t *at)
{
	size_t i = *at;
	int v;

	if (i >= s.n)
		return -1;
	if (!is_digit(s.p[i])) {
		*at = i + 1;
		v = (unsigned char)s.p[i];
		return is_graphic(v) ? v : -1;
	}
	if (s.n - i < 3 || !is_digit(s.p[i + 1]) || !is_digit(s.p[i + 2]))
		return -1;
	v = (s.p[i] - '0') * 100 + (s.p[i + 1] - '0') * 10 + s.p[i + 2] - '0';
	*at = i + 3;
	return v <= 255 ? v : -1;
}

static uint8_t
lower(int c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

/* `label` is where the length of the label being read goes, `n` where the next
 * octet goes; the root label at the end is always kept room for. */
size_t
as_wire_name_parse(struct as_str s, uint8_t wire[AS_WIRE_NAME_OCTETS])
{
	size_t label = 0, n = 1;

	if (as_str_is(s, ".")) {
		wire[0] = 0;
		return 1;
	}
	for (size_t at = 0; at < s.n;) {
		int c = (unsigned char)s.p[at++];

		if (c == '.') {
			if (n - label == 1 || n + 1 > AS_WIRE_NAME_OCTETS)
				return 0;
			wire[label] = (uint8_t)(n - label - 1);
			label = n++;
			continue;
		}
		if (!is_graphic(c))
			return 0;
		if (c == '\\' && (c = read_escape(s, &at)) < 0)
			return 0;
		if (n + 1 > AS_WIRE_NAME_OCTETS ||
		    n - label > AS_MAX_LABEL_OCTETS)
			return 0;
		wire[n++] = lower(c);
	}
	if (n == 1)
		return 0;
	if (n - label > 1) { /* no final dot */
		wire[label] = (uint8_t)(n - label - 1);
		label = n++;
	}
	if (n > AS_WIRE_NAME_OCTETS)
		return 0;
	wire[label] = 0;
	return n;
}
