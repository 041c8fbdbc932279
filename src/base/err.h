/*
 * base/err - the error codes of Assay, and where a fault was found.
 *
 * An error means that *we* failed (memory, disk, misuse) or that bytes handed
 * to a parser are not what they should be.  What the world answers (NXDOMAIN,
 * a timeout) is an observation and has types of its own in model/.
 */
#ifndef AS_BASE_ERR_H
#define AS_BASE_ERR_H

#include <stddef.h>

#define AS_MUST_USE          __attribute__((warn_unused_result))
#define AS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* One row an error: constant, text for people. */
#define AS_ERR_MAP(X) \
	X(AS_OK, "no error") \
	X(AS_ENOMEM, "out of memory") \
	X(AS_ELIMIT, "a limit was reached") \
	X(AS_ESYNTAX, "syntax error") \
	X(AS_EVERSION, "not of this kind or version") \
	X(AS_ERANGE, "value out of range") \
	X(AS_EABSENT, "not there") \
	X(AS_EINVAL, "invalid argument") \
	X(AS_EIO, "input failed") \
	X(AS_EOUTPUT, "output failed") \
	X(AS_ESYS, "the operating system refused") \
	X(AS_EAGAIN, "another one was faster: try again") \
	X(AS_EUNSUPPORTED, "not supported here")

enum as_err {
#define AS_ERR_ENUM(code, text) code,
	AS_ERR_MAP(AS_ERR_ENUM)
#undef AS_ERR_ENUM
};

/* Text of a code; static, never NULL. */
const char *as_err_text(enum as_err err);

/* Name of a code ("AS_ENOMEM"); static, never NULL. */
const char *as_err_name(enum as_err err);

/*
 * Where and why: filled in by the function that knows.  Every function that
 * takes a `why` accepts NULL.
 */
struct as_why {
	enum as_err code;
	size_t at; /* octet in the input, 0-based; AS_WHY_NOWHERE if none */
	char text[232]; /* "RFC 7208 4.6.4: more than ten lookups" */
};

#define AS_WHY_NOWHERE ((size_t)-1)

/* Fill in *why (when not NULL) and return `code`. */
enum as_err as_why_set(struct as_why *why, enum as_err code, size_t at,
    const char *fmt, ...) AS_PRINTF(4, 5);

/* The same for the end of memory: "out of memory", nowhere. */
enum as_err as_why_no_memory(struct as_why *why);

/* Return the error of `x` to the caller.  Only for functions that own nothing
 * but arena memory. */
#define AS_TRY(x) \
	do { \
		enum as_err as_try_ = (x); \
		if (as_try_ != AS_OK) \
			return as_try_; \
	} while (0)

#endif
