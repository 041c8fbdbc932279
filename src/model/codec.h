/*
 * model/codec - one table a struct: declaration, JSON in, JSON out, manual.
 *
 * A struct of the model is a list of rows F(kind, member, of, doc).  From the
 * list come the C members (AS_DECLARE), the shape that the codec walks
 * (AS_SHAPE) and the text of doc/facts.md (tools/facts-doc).
 *
 * In JSON a member that is false, 0, absent or empty is left out (an enum never
 * is), and one that is left out reads as such; unknown members are skipped, so that an older
 * program reads a newer document.  Members are written in the order of their
 * list, so equal facts give equal octets.  Members of kind OCTETS are written
 * with as_str_escape, so that any octets survive; TIME is RFC 3339 (a time
 * outside the years 1 to 9999 is left out); HEX is lower case hexadecimal;
 * RRTYPE is the mnemonic or TYPE123 (RFC 3597 5).
 */
#ifndef AS_MODEL_CODEC_H
#define AS_MODEL_CODEC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"

enum as_kind {
	AS_KIND_BOOL,
	AS_KIND_U32,
	AS_KIND_TIME,   /* int64_t, milliseconds since 1970 */
	AS_KIND_TEXT,   /* struct as_str, UTF-8 of our own making */
	AS_KIND_OCTETS, /* struct as_str, octets from the network */
	AS_KIND_HEX,    /* struct as_str, raw octets */
	AS_KIND_ENUM,   /* an enum with a table of texts, 0-based */
	AS_KIND_RRTYPE, /* uint32_t, DNS type number, text of std/dns_wire */
	AS_KIND_STRS,   /* struct as_str *, size_t n_: list of OCTETS */
	AS_KIND_ONE,    /* struct T *, NULL when absent */
	AS_KIND_LIST,   /* struct T *, size_t n_ */
};

struct as_names {
	const char *const *texts;
	size_t n;
};

/* The code of a text; -1: it is none of them. */
int as_names_find(const struct as_names *names, struct as_str text);

struct as_field {
	const char *name;
	size_t name_n; /* octets of it */
	enum as_kind kind;
	size_t at;                    /* offset of the member */
	size_t n_at;                  /* offset of its count: STRS, LIST */
	const struct as_shape *shape; /* ONE, LIST */
	const struct as_names *names; /* ENUM */
	const char *doc;
};

/* The fields come from a function because only inside one can a row know the
 * struct it is a row of (model/shape.h). */
struct as_shape {
	const char *name;
	size_t size;
	const struct as_field *(*fields)(void); /* n of them, static */
	size_t n;
};

/* --- struct members from a list --- */
#define AS_DECL_BOOL(m, of)   bool m;
#define AS_DECL_U32(m, of)    uint32_t m;
#define AS_DECL_TIME(m, of)   int64_t m;
#define AS_DECL_TEXT(m, of)   struct as_str m;
#define AS_DECL_OCTETS(m, of) struct as_str m;
#define AS_DECL_HEX(m, of)    struct as_str m;
#define AS_DECL_ENUM(m, of)   enum as_##of m;
#define AS_DECL_RRTYPE(m, of) uint32_t m;
#define AS_DECL_STRS(m, of) \
	struct as_str *m; \
	size_t n_##m;
#define AS_DECL_ONE(m, of) struct as_##of *m;
#define AS_DECL_LIST(m, of) \
	struct as_##of *m; \
	size_t n_##m;
#define AS_MEMBER(kind, m, of, doc) AS_DECL_##kind(m, of)
#define AS_DECLARE(tag, LIST) \
	struct as_##tag { \
		LIST(AS_MEMBER) \
	}; \
	extern const struct as_shape as_shape_##tag

/* --- enums with their texts --- */
#define AS_ENUM_CODE(code, text) code,
#define AS_ENUM_TEXT(code, text) text,
// clang-format off
#define AS_DECLARE_ENUM(tag, MAP) \
	enum as_##tag { MAP(AS_ENUM_CODE) }; \
	extern const struct as_names as_names_##tag; \
	const char *as_##tag##_text(enum as_##tag v)
#define AS_DEFINE_ENUM(tag, MAP) \
	static const char *const texts_##tag[] = {MAP(AS_ENUM_TEXT)}; \
	const struct as_names as_names_##tag = { \
	    texts_##tag, sizeof(texts_##tag) / sizeof(texts_##tag[0])}; \
	const char *as_##tag##_text(enum as_##tag v) \
	{ \
		return (size_t)v < as_names_##tag.n ? texts_##tag[v] : "?"; \
	}
// clang-format on

/* Write a struct as a JSON object; NULL on no memory. */
json_t *as_codec_write(const struct as_shape *shape, const void *v) AS_MUST_USE;

/*
 * Read the JSON object that stands at text[*at] into zeroed memory of the
 * arena; *at moves behind it.  AS_ESYNTAX names the member ("answers[3].ttl: not
 * a number") or the place in the text; AS_ELIMIT for a list longer than
 * AS_MAX_LIST_ITEMS or what is nested too deep; AS_ENOMEM.
 */
AS_MUST_USE enum as_err as_codec_read(struct as_arena *a,
    const struct as_shape *shape, struct as_str text, size_t *at, void **out,
    struct as_why *why);

/* A text of at most `cap` octets that holds one object and nothing else. */
AS_MUST_USE enum as_err as_codec_parse(struct as_arena *a,
    const struct as_shape *shape, struct as_str text, size_t cap, void **out,
    struct as_why *why);

/* Append the struct as JSON; b->full on failure. */
void as_codec_print(struct as_buf *b, const struct as_shape *shape,
    const void *v, enum as_json_style style);

/* A deep copy in another arena; NULL on no memory. */
void *as_codec_copy(struct as_arena *a, const struct as_shape *shape,
    const void *v) AS_MUST_USE;

#endif
