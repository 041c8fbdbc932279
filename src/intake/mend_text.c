#include <string.h>

#include "base/utf8.h"
#include "intake/mend_step.h"

#include "base/banned.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define ENTITY_MAX  12             /* "&#x0010ffff;" */

void
as_mend_flush(struct as_mend *m)
{
	struct as_str xml = {m->out, m->n_out};

	m->n_out = 0;
	if (m->err == AS_OK && xml.n > 0)
		m->err = m->sink->xml(m->sink->ctx, xml, m->why);
}

/* A tag or a reference stays in one piece: expat then waits for nothing and its
 * events keep pace with ours. */
void
as_mend_put(struct as_mend *m, const char *p, size_t n)
{
	if (n > sizeof(m->out) - m->n_out)
		as_mend_flush(m);
	while (n > 0 && m->err == AS_OK) {
		size_t k = n < sizeof(m->out) ? n : sizeof(m->out);
		memcpy(m->out + m->n_out, p, k);
		m->n_out += k;
		p += k;
		n -= k;
		if (n > 0)
			as_mend_flush(m);
	}
}

void
as_mend_puts(struct as_mend *m, const char *text)
{
	as_mend_put(m, text, strlen(text));
}

/* A repair inside a text need not keep pace once nobody is told of it. */
static bool
keeps_pace(const struct as_mend *m, enum as_mend_kind kind)
{
	return m->repairs <= AS_MAX_REPORT_NOTES || kind == AS_MEND_BROKEN ||
	    kind == AS_MEND_UNCLOSED || kind == AS_MEND_STRAY;
}

void
as_mend_tell(struct as_mend *m, enum as_mend_kind kind, struct as_str name)
{
	m->repairs++;
	if (keeps_pace(m, kind))
		as_mend_flush(m);
	if (m->err == AS_OK)
		m->err = m->sink->mended(m->sink->ctx, kind, name);
}

void
as_mend_fail(struct as_mend *m, enum as_err err, const char *text)
{
	if (m->err == AS_OK)
		m->err = as_why_set(m->why, err, as_mend_at(m), "%s", text);
}

size_t
as_mend_at(const struct as_mend *m)
{
	if (m->decode.form != AS_DECODE_UTF8)
		return AS_WHY_NOWHERE;
	return (size_t)m->before + m->at;
}

/* An octet that is text as it stands. */
static bool
is_plain(char c)
{
	static const bool special[128] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1,
	    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	    1, ['<'] = 1, ['>'] = 1, ['&'] = 1};

	return (unsigned char)c < 0x80 && !special[(unsigned char)c];
}

/* Characters of XML 1.0 2.2. */
static bool
is_character(uint32_t cp)
{
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	return cp < 0xd800 || (cp >= 0xe000 && cp < 0xfffe) ||
	    (cp >= 0x10000 && cp <= 0x10ffff);
}

static void
put_replacement(struct as_mend *m, enum as_mend_kind kind)
{
	as_mend_tell(m, kind, AS_STR_NULL);
	as_mend_puts(m, REPLACEMENT);
}

/* One character that is not plain: false when more octets may complete it. */
bool
as_mend_character(struct as_mend *m)
{
	struct as_str w = {m->window, m->n};
	char c = w.p[m->at];
	uint32_t cp;
	size_t n;

	if ((unsigned char)c < 0x80) {
		m->at++;
		if (c == '<' || c == '>' || c == '&')
			as_mend_puts(m,
			    c == '<'       ? "&lt;"
				: c == '>' ? "&gt;"
					   : "&amp;");
		else
			put_replacement(m, AS_MEND_CONTROL);
		return true;
	}
	if (m->n - m->at < 4 && !m->final)
		return false;
	n = as_utf8_next(w, m->at, &cp);
	if (n == 0)
		put_replacement(m, AS_MEND_ENCODING);
	else if (!is_character(cp))
		put_replacement(m, AS_MEND_CONTROL);
	else
		as_mend_put(m, w.p + m->at, n);
	m->at += n == 0 ? 1 : n;
	return true;
}

/* Plain octets up to `end`. */
void
as_mend_plain(struct as_mend *m, size_t end)
{
	size_t i = m->at;

	while (i < end && is_plain(m->window[i]))
		i++;
	as_mend_put(m, m->window + m->at, i - m->at);
	m->at = i;
}

static bool
is_standard_entity(struct as_str name)
{
	return as_str_is(name, "lt") || as_str_is(name, "gt") ||
	    as_str_is(name, "amp") || as_str_is(name, "quot") ||
	    as_str_is(name, "apos");
}

/* "#65" or "#x41"; the code point, or UINT32_MAX: it is no reference. */
static uint32_t
read_reference(struct as_str s)
{
	bool hex = s.n > 1 && s.p[1] == 'x';
	uint32_t cp = 0;
	size_t i = hex ? 2 : 1;

	if (s.n == 0 || s.p[0] != '#' || i >= s.n)
		return UINT32_MAX;
	for (; i < s.n; i++) {
		char c = s.p[i];
		uint32_t digit;
		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (uint32_t)((c | 0x20) - 'a') + 10;
		else
			return UINT32_MAX;
		cp = cp * (hex ? 16 : 10) + digit;
		if (cp > 0x10ffff)
			cp = 0x110000; /* is none, whatever follows */
	}
	return cp;
}

/* At "&". */
enum as_mend_step
as_mend_ampersand(struct as_mend *m)
{
	struct as_str w = {m->window, m->n}, name;
	size_t most = m->at + ENTITY_MAX, end;
	uint32_t cp;

	end = as_str_find(as_str_slice(w, 0, most), ';', m->at);
	if (end >= m->n && end < most && !m->final)
		return AS_MEND_WAIT;
	name = as_str_slice(w, m->at + 1, end);
	cp = end < m->n ? read_reference(name) : UINT32_MAX;
	if (end < m->n && end < most && is_standard_entity(name)) {
		as_mend_put(m, w.p + m->at, end + 1 - m->at);
		m->at = end + 1;
	} else if (end < most && cp != UINT32_MAX) {
		if (is_character(cp))
			as_mend_put(m, w.p + m->at, end + 1 - m->at);
		else
			put_replacement(m, AS_MEND_CONTROL);
		m->at = end + 1;
	} else {
		as_mend_tell(m, AS_MEND_AMPERSAND, AS_STR_NULL);
		as_mend_puts(m, "&amp;");
		m->at++;
	}
	m->leaf_text = true;
	return AS_MEND_GO;
}
