#include <string.h>

#include "base/utf8.h"
#include "intake/mend_step.h"

#include "base/banned.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define ENTITY_MAX  12             /* "&#x0010ffff;" */

void
as_mend_text(struct as_mend *m, struct as_str text)
{
	if (m->err == AS_OK && text.n > 0)
		m->err = m->sink->text(m->sink->ctx, text);
}

void
as_mend_tell(struct as_mend *m, enum as_mend_kind kind, struct as_str name)
{
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
	    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	    1, ['<'] = 1, ['&'] = 1};

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
	as_mend_text(m, AS_STR(REPLACEMENT));
}

/* A line ends in CR, or CR LF (XML 1.0 2.11); false: what follows tells. */
static bool
line_end(struct as_mend *m)
{
	if (m->n - m->at < 2 && !m->final)
		return false;
	if (m->n - m->at < 2 || m->window[m->at + 1] != '\n')
		as_mend_text(m, AS_STR("\n"));
	m->at++;
	return true;
}

/* One character that is not plain: false when more octets may complete it. */
bool
as_mend_character(struct as_mend *m)
{
	struct as_str w = {m->window, m->n};
	char c = w.p[m->at];
	uint32_t cp;
	size_t n;

	if (c == '\r')
		return line_end(m);
	if ((unsigned char)c < 0x80) {
		if (c == '<' || c == '&')
			as_mend_text(m, (struct as_str){w.p + m->at, 1});
		else
			put_replacement(m, AS_MEND_CONTROL);
		m->at++;
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
		as_mend_text(m, (struct as_str){w.p + m->at, n});
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
	as_mend_text(m, (struct as_str){m->window + m->at, i - m->at});
	m->at = i;
}

/* The character of a standard entity, or UINT32_MAX. */
static uint32_t
read_entity(struct as_str name)
{
	static const struct {
		struct as_str name;
		char c;
	} entities[] = {{{"lt", 2}, '<'}, {{"gt", 2}, '>'}, {{"amp", 3}, '&'},
	    {{"quot", 4}, '"'}, {{"apos", 4}, '\''}};

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		if (as_str_eq(entities[i].name, name))
			return (uint32_t)entities[i].c;
	return UINT32_MAX;
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

static void
put_code_point(struct as_mend *m, uint32_t cp)
{
	char octets[4];

	if (!is_character(cp))
		put_replacement(m, AS_MEND_CONTROL);
	else
		as_mend_text(
		    m, (struct as_str){octets, as_utf8_put(octets, cp)});
}

/* At "&". */
enum as_mend_step
as_mend_ampersand(struct as_mend *m)
{
	struct as_str w = {m->window, m->n}, name;
	size_t most = m->at + ENTITY_MAX, end;
	uint32_t cp = UINT32_MAX;

	end = as_str_find(as_str_slice(w, 0, most), ';', m->at);
	if (end >= m->n && end < most && !m->final)
		return AS_MEND_WAIT;
	name = as_str_slice(w, m->at + 1, end);
	if (end < m->n && end < most)
		cp = read_entity(name);
	if (end < m->n && end < most && cp == UINT32_MAX)
		cp = read_reference(name);
	if (cp != UINT32_MAX) {
		put_code_point(m, cp);
		m->at = end + 1;
	} else {
		as_mend_tell(m, AS_MEND_AMPERSAND, AS_STR_NULL);
		as_mend_text(m, AS_STR("&"));
		m->at++;
	}
	m->leaf_text = true;
	return AS_MEND_GO;
}
