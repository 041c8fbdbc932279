/*
 * intake/mend - XML as it is sent, read as XML that is well-formed.
 *
 * Reporters send stray "&" and "<", control characters, octets that are no
 * UTF-8, tags without an end and ends without a tag.  This reader gives the
 * events of a well-formed document of element names and text alone: attributes,
 * prefixes, comments, processing instructions and the white space at the start
 * of a text are left out, CDATA and references become text.  Each change that
 * alters what was said is told.  Of a document that is well-formed as it came
 * the events are those of expat (fuzz/fuzz_mend; doc/decisions/xml-reader.md).
 *
 * It works on octets in any split with the same outcome, in constant memory:
 * one window and the names of the open elements.  A tag is looked at again only
 * when it turns out to be text, and how often is bounded.
 *
 * A document type declaration is refused: reports have none, and entities
 * are the way to make a small document a vast one.
 */
#ifndef AS_INTAKE_MEND_H
#define AS_INTAKE_MEND_H

#include "base/limits.h"
#include "intake/decode.h"

/* Kinds of repair; the code of the note and its text. */
#define AS_MEND_MAP(X) \
	X(ENCODING, "encoding-repaired", \
	    "octets that are no character of the encoding became U+FFFD") \
	X(DECLARED, "encoding-unknown", \
	    "the declared encoding is unknown or not so; read as UTF-8") \
	X(CONVERTED, "encoding-converted", \
	    "converted to UTF-8 from another encoding") \
	X(CONTROL, "control-character", \
	    "a character that XML forbids became U+FFFD") \
	X(AMPERSAND, "bare-ampersand", "a bare \"&\" was taken as text") \
	X(LESS, "bare-less-than", \
	    "a \"<\" that begins no tag was taken as text") \
	X(BROKEN, "tag-repaired", "a broken closing tag was taken as closing") \
	X(UNCLOSED, "tag-unclosed", "an element without an end was closed") \
	X(STRAY, "tag-stray", "an end of nothing was left out") \
	X(LEADING, "leading-octets", "text ahead of the report was left out") \
	X(TRAILING, "trailing-octets", "octets after the report were left out")

enum as_mend_kind {
#define AS_MEND_ENUM(name, code, text) AS_MEND_##name,
	AS_MEND_MAP(AS_MEND_ENUM)
#undef AS_MEND_ENUM
};

struct as_mend_sink {
	void *ctx;
	/* Elements nest, there is one root, and no text stands outside it.  A
	 * text comes in pieces of whole characters, lines end in "\n". */
	enum as_err (*start)(void *ctx, struct as_str name);
	enum as_err (*text)(void *ctx, struct as_str text);
	enum as_err (*end)(void *ctx);
	/* A repair, after all that stands before it and ahead of what it does.
	 * `name`: the element of UNCLOSED, BROKEN and STRAY. */
	enum as_err (*mended)(
	    void *ctx, enum as_mend_kind kind, struct as_str name);
	/* The input ends inside the root; its elements are closed next. */
	enum as_err (*cut)(void *ctx, struct as_why *why);
};

enum as_mend_mode {
	AS_MEND_IN_TEXT,
	AS_MEND_IN_COMMENT,
	AS_MEND_IN_INSTRUCTION,
	AS_MEND_IN_CDATA,
	AS_MEND_IN_TAIL, /* behind the root */
};

struct as_mend {
	const struct as_mend_sink *sink;
	struct as_why *why; /* of the call that runs */
	enum as_mend_mode mode;
	bool final;      /* no octets follow those in the window */
	bool leaf_text;  /* text came since the last start tag */
	bool skip_space; /* white space that comes next is none of a text */
	bool told_lead, told_tail;
	enum as_err err;

	struct as_decode decode;
	bool decoding;
	char head[AS_DECODE_HEAD];
	size_t n_head;

	uint64_t before; /* octets of the document ahead of the window */
	uint64_t again;  /* octets that were looked at twice */
	size_t at, n;    /* in the window */
	size_t depth;
	size_t ends[AS_MAX_REPORT_DEPTH]; /* of open names, in `names` */
	char names[AS_MAX_REPORT_DEPTH * AS_MAX_REPORT_NAME];
	char window[AS_REPORT_WINDOW];
};

/* The reader's memory is the caller's; *sink outlives it. */
void as_mend_init(struct as_mend *m, const struct as_mend_sink *sink);

/* AS_EUNSUPPORTED: a document type declaration.  AS_ELIMIT: nested too deep, or
 * too much to repair.  Else what the sink returned. */
AS_MUST_USE enum as_err as_mend_feed(
    struct as_mend *m, struct as_str octets, struct as_why *why);
AS_MUST_USE enum as_err as_mend_end(struct as_mend *m, struct as_why *why);

/* Where in the input it stands; AS_WHY_NOWHERE when it was converted. */
size_t as_mend_at(const struct as_mend *m);

#endif
