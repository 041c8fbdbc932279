/*
 * std/tls_book - the names and classes of suites, groups and signature schemes.
 *
 * Read from the tables data/tls-ciphers.tsv, tls-groups.tsv and
 * tls-signatures.tsv, which come in as text.  Codes and names are IANA's; a
 * class is this project's reading and says how good a thing is for mail.
 * Memory: the book lives in the caller's arena, names are slices of the tables.
 */
#ifndef AS_STD_TLS_BOOK_H
#define AS_STD_TLS_BOOK_H

#include "base/arena.h"
#include "base/str.h"
#include "std/tls_code.h"

/* Row: constant, word in the table, words for people. */
#define AS_SUITE_CLASS_MAP(X) \
	X(RECOMMENDED, "recommended", "recommended") \
	X(OK, "ok", "sound") \
	X(LEGACY_CBC, "legacy-cbc", "CBC mode") \
	X(LEGACY_NO_FS, "legacy-no-fs", "no forward secrecy") \
	X(ANONYMOUS, "anonymous", "no certificate") \
	X(WEAK, "weak", "weak") \
	X(FORBIDDEN, "forbidden", "forbidden") \
	X(NOT_FOR_SMTP, "not-for-smtp", "of no use in mail") \
	X(SIGNAL, "signal", "a signal, not a suite")

enum as_suite_class {
#define AS_SUITE_CLASS_ENUM(code, word, text) AS_SUITE_##code,
	AS_SUITE_CLASS_MAP(AS_SUITE_CLASS_ENUM)
#undef AS_SUITE_CLASS_ENUM
	    AS_SUITE_CLASSES
};

#define AS_GROUP_CLASS_MAP(X) \
	X(GOOD, "good", "good") \
	X(OK, "ok", "sound") \
	X(LEGACY, "legacy", "old") \
	X(WEAK, "weak", "weak") \
	X(OBSOLETE, "obsolete", "obsolete") \
	X(NATIONAL, "national", "of one nation's standards") \
	X(PQ, "pq", "post-quantum") \
	X(PQ_HYBRID, "pq-hybrid", "post-quantum hybrid") \
	X(PQ_HYBRID_NATIONAL, "pq-hybrid-national", \
	    "post-quantum hybrid of one nation's standards") \
	X(PQ_OBSOLETE, "pq-obsolete", "a draft of a post-quantum hybrid") \
	X(FORBIDDEN, "forbidden", "forbidden")

enum as_group_class {
#define AS_GROUP_CLASS_ENUM(code, word, text) AS_GROUP_##code,
	AS_GROUP_CLASS_MAP(AS_GROUP_CLASS_ENUM)
#undef AS_GROUP_CLASS_ENUM
};

#define AS_SIGNATURE_CLASS_MAP(X) \
	X(GOOD, "good", "good") \
	X(OK, "ok", "sound") \
	X(WEAK, "weak", "weak") \
	X(NATIONAL, "national", "of one nation's standards") \
	X(PQ, "pq", "post-quantum") \
	X(FORBIDDEN, "forbidden", "forbidden")

enum as_signature_class {
#define AS_SIGNATURE_CLASS_ENUM(code, word, text) AS_SIGNATURE_##code,
	AS_SIGNATURE_CLASS_MAP(AS_SIGNATURE_CLASS_ENUM)
#undef AS_SIGNATURE_CLASS_ENUM
};

const char *as_suite_class_name(enum as_suite_class c); /* "legacy-cbc" */
const char *as_suite_class_text(enum as_suite_class c);
const char *as_group_class_name(enum as_group_class c);
const char *as_group_class_text(enum as_group_class c);
const char *as_signature_class_name(enum as_signature_class c);
const char *as_signature_class_text(enum as_signature_class c);

struct as_tls_suite {
	uint16_t code;
	struct as_str name;
	enum as_suite_class class;
	struct as_tls_exchange exchange;
	/* Versions that may use it, AS_TLS_SSL3 to AS_TLS_1_3. */
	uint16_t from, to;
};

struct as_tls_group {
	uint16_t code;
	struct as_str name;
	enum as_group_class class;
	/* Versions that may use it; FFDHE codes serve both (RFC 7919 3). */
	uint16_t from, to;
	bool finite_field;
};

struct as_tls_signature {
	uint16_t code;
	struct as_str name;
	enum as_signature_class class;
	enum as_tls_auth auth; /* key it is made with, EdDSA
	                          counted as ECDSA; TLS13: others */
};

struct as_tls_book {
	struct as_tls_suite *suites; /* all in the order of their table */
	size_t n_suites;
	struct as_tls_group *groups;
	size_t n_groups;
	struct as_tls_signature *signatures;
	size_t n_signatures;
};

struct as_tls_tables {
	struct as_str ciphers, groups, signatures;
};

/* AS_ESYNTAX: a row that cannot be read, why->at is its line from 1; AS_ENOMEM.
 * *out is set only on AS_OK. */
AS_MUST_USE enum as_err as_tls_book_parse(struct as_arena *a,
    const struct as_tls_tables *tables, struct as_tls_book **out,
    struct as_why *why);

/* NULL: not in the book. */
const struct as_tls_suite *as_tls_suite_find(
    const struct as_tls_book *b, uint16_t code);
const struct as_tls_group *as_tls_group_find(
    const struct as_tls_book *b, uint16_t code);
const struct as_tls_signature *as_tls_signature_find(
    const struct as_tls_book *b, uint16_t code);

/* May this version use it? */
bool as_tls_suite_fits(const struct as_tls_suite *s, uint16_t version);
bool as_tls_group_fits(const struct as_tls_group *g, uint16_t version);

/* SSLv2 cipher kinds of 24 bits, all of them broken. */
#define AS_SSL2_KIND_MAP(X) \
	X(0x010080, "SSL_CK_RC4_128_WITH_MD5") \
	X(0x020080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5") \
	X(0x030080, "SSL_CK_RC2_128_CBC_WITH_MD5") \
	X(0x040080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5") \
	X(0x050080, "SSL_CK_IDEA_128_CBC_WITH_MD5") \
	X(0x060040, "SSL_CK_DES_64_CBC_WITH_MD5") \
	X(0x0700c0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5")

#define AS_SSL2_KINDS 7

/* All of them; a static array of AS_SSL2_KINDS. */
const uint32_t *as_ssl2_kinds(void);
const char *as_ssl2_kind_name(uint32_t kind); /* NULL: none of them */

#endif
