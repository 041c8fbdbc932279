/*
 * intake/value - values of reports as reporters write them.
 *
 * One rule each, the same for all reporters: what is plainly meant is taken and
 * called repaired, the rest is not read.
 */
#ifndef AS_INTAKE_VALUE_H
#define AS_INTAKE_VALUE_H

#include "base/ip.h"

enum as_value {
	AS_VALUE_OK,
	AS_VALUE_REPAIRED,
	AS_VALUE_UNREAD,
};

/* Without white space of XML around it. */
struct as_str as_value_trim(struct as_str s);

/*
 * An address.  Repaired: brackets, a port, a zone, leading zeros (read as
 * decimal), IPv4 mapped into IPv6.  ip->len is 0 when it is unread.  AGG-4.
 */
enum as_value as_value_address(struct as_str s, struct as_ip *ip);

/*
 * A number of messages or sessions.  Repaired: "1,234" in groups of three, "3.0".
 * Unread (AS_REPORT_NO_COUNT): signs, words, over AS_MAX_REPORT_COUNT, where
 * some reporter's counter has run over.
 */
enum as_value as_value_count(struct as_str s, uint64_t *count);

/*
 * A time in seconds since 1970.  Repaired: milliseconds, a fraction (cut off), a
 * date and time of RFC 3339.  Unread (AS_REPORT_NO_TIME): anything else and what
 * lies before 2000, when no such mail was, or after the year 9999.  AGG-12.
 */
enum as_value as_value_time(struct as_str s, int64_t *time);

/* Words that the standards know in a field. */
enum as_words {
	AS_WORDS_ANY, /* a text: no list */
	AS_WORDS_POLICY,
	AS_WORDS_DISPOSITION,
	AS_WORDS_EVALUATED,
	AS_WORDS_DKIM,
	AS_WORDS_SPF,
	AS_WORDS_SCOPE,
	AS_WORDS_REASON,
	AS_WORDS_ALIGNMENT,
	AS_WORDS_YES_NO,
	AS_WORDS_DISCOVERY,
	AS_WORDS_TLS_POLICY,
	AS_WORDS_TLS_RESULT,
};

/* The word in the standard's case, static; AS_STR_NULL for any other.  AGG-3,
 * RPT-4. */
struct as_str as_value_word(enum as_words words, struct as_str s);

#endif
