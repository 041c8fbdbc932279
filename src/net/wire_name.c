#include "net/wire_name.h"

#include <string.h>

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

static bool
is_plain(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_';
}

void
as_wire_name_text(const uint8_t *wire, size_t n, struct as_buf *out)
{
	size_t at = 0;

	if (n <= 1)
		as_buf_puts(out, ".");
	while (at < n && wire[at] != 0) {
		size_t end = at + 1 + wire[at];

		if (at > 0)
			as_buf_puts(out, ".");
		for (at++; at < end && at < n; at++) {
			uint8_t c = lower(wire[at]);

			if (is_plain(c))
				as_buf_add(out, &c, 1);
			else
				as_buf_printf(out, "\\%03u", c);
		}
	}
}

size_t
as_wire_name_expand(const uint8_t *msg, size_t msg_n, size_t *at,
    uint8_t wire[AS_WIRE_NAME_OCTETS])
{
	size_t p = *at, floor = *at, n = 0;
	bool jumped = false;

	while (p < msg_n) {
		size_t label = msg[p];

		if (label >= 0xc0) {
			if (p + 1 >= msg_n)
				return 0;
			if (!jumped)
				*at = p + 2;
			jumped = true;
			p = (label & 0x3f) << 8 | msg[p + 1];
			if (p >= floor)
				return 0;
			floor = p;
			continue;
		}
		if (label > AS_MAX_LABEL_OCTETS || p + 1 + label > msg_n ||
		    n + 1 + label > AS_WIRE_NAME_OCTETS)
			return 0;
		memcpy(wire + n, msg + p, label + 1);
		n += label + 1;
		p += label + 1;
		if (label == 0) {
			if (!jumped)
				*at = p;
			return n;
		}
	}
	return 0;
}
