/*
 * The form of a name that people read.  A name that could be taken for another
 * one stays in A-labels: after the ideas of UTS 39, single script a label, with
 * a short table of scripts, so that what is not in it stays safe.
 */
#include <idn2.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "std/domain.h"

#include "base/banned.h"

enum script {
	COMMON,
	LATIN,
	GREEK,
	CYRILLIC,
	ARMENIAN,
	HEBREW,
	ARABIC,
	DEVANAGARI,
	BENGALI,
	GURMUKHI,
	GUJARATI,
	ORIYA,
	TAMIL,
	TELUGU,
	KANNADA,
	MALAYALAM,
	SINHALA,
	THAI,
	LAO,
	GEORGIAN,
	ETHIOPIC,
	KHMER,
	HANGUL,
	HIRAGANA,
	KATAKANA,
	BOPOMOFO,
	HAN,
	OTHER,
};

#define BIT(script) ((uint32_t)1 << (script))

struct script_range {
	uint32_t from, to;
	enum script script;
};

/* Letters that living languages write names with; oddities left out. */
static const struct script_range ranges[] = {
    {'-', '-', COMMON},
    {'0', '9', COMMON},
    {'_', '_', COMMON},
    {'a', 'z', LATIN},
    {0x00df, 0x00f6, LATIN},
    {0x00f8, 0x0130, LATIN},
    {0x0132, 0x0137, LATIN},
    {0x0139, 0x017e, LATIN},
    {0x01a1, 0x01a1, LATIN},
    {0x01b0, 0x01b0, LATIN},
    {0x01cd, 0x01dc, LATIN},
    {0x0218, 0x021b, LATIN},
    {0x1ea0, 0x1ef9, LATIN},
    {0x03ac, 0x03ce, GREEK},
    {0x0430, 0x045f, CYRILLIC},
    {0x048b, 0x052f, CYRILLIC},
    {0x0561, 0x0586, ARMENIAN},
    {0x05d0, 0x05ea, HEBREW},
    {0x0620, 0x064a, ARABIC},
    {0x066e, 0x06d3, ARABIC},
    {0x0900, 0x097f, DEVANAGARI},
    {0x0980, 0x09ff, BENGALI},
    {0x0a00, 0x0a7f, GURMUKHI},
    {0x0a80, 0x0aff, GUJARATI},
    {0x0b00, 0x0b7f, ORIYA},
    {0x0b80, 0x0bff, TAMIL},
    {0x0c00, 0x0c7f, TELUGU},
    {0x0c80, 0x0cff, KANNADA},
    {0x0d00, 0x0d7f, MALAYALAM},
    {0x0d80, 0x0dff, SINHALA},
    {0x0e00, 0x0e7f, THAI},
    {0x0e80, 0x0eff, LAO},
    {0x10d0, 0x10fa, GEORGIAN},
    {0x1200, 0x137f, ETHIOPIC},
    {0x1780, 0x17dd, KHMER},
    {0x3005, 0x3007, HAN},
    {0x3041, 0x3096, HIRAGANA},
    {0x30a1, 0x30fa, KATAKANA},
    {0x30fc, 0x30fe, KATAKANA},
    {0x3105, 0x312f, BOPOMOFO},
    {0x3400, 0x4dbf, HAN},
    {0x4e00, 0x9fff, HAN},
    {0xac00, 0xd7a3, HANGUL},
    {0x20000, 0x2fa1d, HAN},
};

/* Scripts that one label may mix.  Latin is not among them: its letters find
 * lookalikes everywhere. */
static const uint32_t mixes[] = {
    BIT(HAN) | BIT(HIRAGANA) | BIT(KATAKANA),
    BIT(HAN) | BIT(BOPOMOFO),
    BIT(HAN) | BIT(HANGUL),
};

/* Letters of other scripts that pass for Latin ones. */
static const uint32_t lookalikes[] = {
    0x03b1, 0x03b3, 0x03b7, 0x03b9, 0x03ba, 0x03bd, 0x03bf, 0x03c1, 0x03c4,
    0x03c5, 0x03c7, 0x03c9,                                 /* Greek */
    0x0430, 0x0433, 0x0435, 0x043a, 0x043e, 0x043f, 0x0440, /* Cyrillic */
    0x0441, 0x0443, 0x0445, 0x044a, 0x044c, 0x0455, 0x0456, 0x0458, 0x0461,
    0x0475, 0x04bb, 0x04bd, 0x04cf, 0x0501, 0x0517, 0x051b, 0x051d, 0x0561,
    0x0563, 0x0566, 0x0570, 0x0578, 0x057d, 0x0581, 0x0585, /* Armenian */
};

static enum script
script_of(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i].from && cp <= ranges[i].to)
			return ranges[i].script;
	return OTHER;
}

static bool
is_lookalike(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(lookalikes) / sizeof(lookalikes[0]); i++)
		if (lookalikes[i] == cp)
			return true;
	return script_of(cp) == COMMON;
}

struct label_look {
	uint32_t scripts; /* BITs, COMMON left out */
	bool latin_like;  /* each code point passes for Latin */
};

static struct label_look
label_look(struct as_str label)
{
	struct label_look look = {0, true};

	for (size_t at = 0; at < label.n;) {
		uint32_t cp = 0;
		size_t n = as_utf8_next(label, at, &cp);
		enum script script = n == 0 ? OTHER : script_of(cp);
		if (script != COMMON)
			look.scripts |= BIT(script);
		if (!is_lookalike(cp))
			look.latin_like = false;
		at += n == 0 ? 1 : n;
	}
	return look;
}

static bool
is_one_hand(uint32_t scripts)
{
	if ((scripts & BIT(OTHER)) != 0)
		return false;
	if ((scripts & (scripts - 1)) == 0)
		return true;
	for (size_t i = 0; i < sizeof(mixes) / sizeof(mixes[0]); i++)
		if ((scripts & ~mixes[i]) == 0)
			return true;
	return false;
}

static bool
label_is_clear(struct as_str label, uint32_t top_scripts)
{
	struct label_look look = label_look(label);

	if (!is_one_hand(look.scripts))
		return false;
	return look.scripts == 0 || !look.latin_like ||
	    look.scripts == top_scripts;
}

static struct as_str
top_label(struct as_str name)
{
	size_t from = name.n;

	while (from > 0 && name.p[from - 1] != '.')
		from--;
	return as_str_slice(name, from, name.n);
}

static bool
name_is_clear(struct as_str name)
{
	uint32_t top = label_look(top_label(name)).scripts;

	for (size_t from = 0; from <= name.n;) {
		size_t dot = as_str_find(name, '.', from);
		if (!label_is_clear(as_str_slice(name, from, dot), top))
			return false;
		from = dot + 1;
	}
	return true;
}

static bool
has_a_label(struct as_str name)
{
	for (size_t from = 0; from <= name.n;) {
		struct as_str rest = as_str_slice(name, from, name.n);
		if (as_str_has_prefix(rest, "xn--"))
			return true;
		from = as_str_find(name, '.', from) + 1;
	}
	return false;
}

/* Does the U-label form lead back to the same name? */
static bool
is_way_back(struct as_arena *a, struct as_str shown, struct as_str name)
{
	struct as_str back = AS_STR_NULL;

	return as_domain_parse(a, shown, &back, NULL) == AS_OK &&
	    as_str_eq(back, name);
}

struct as_str
as_domain_display(struct as_arena *a, struct as_str name)
{
	const char *in;
	char *out = NULL;
	struct as_str shown;

	if (name.n > AS_MAX_NAME_OCTETS || !has_a_label(name) ||
	    as_str_find(name, 0, 0) < name.n)
		return name;
	in = as_arena_copy(a, name.p, name.n);
	if (in == NULL || idn2_to_unicode_8z8z(in, &out, 0) != IDN2_OK)
		return name;
	shown = as_str_dup(a, as_str_from(out));
	idn2_free(out);
	if (as_str_is_null(shown) || !name_is_clear(shown) ||
	    !is_way_back(a, shown, name))
		return name;
	return shown;
}
