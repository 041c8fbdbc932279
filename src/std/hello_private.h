/*
 * std/hello_private - what the two halves of the reader share: records
 * (hello_read.c) and messages (hello_message.c).
 */
#ifndef AS_STD_HELLO_PRIVATE_H
#define AS_STD_HELLO_PRIVATE_H

#include "std/hello.h"

enum as_hello_phase {
	AS_HELLO_AT_START,    /* nothing came yet */
	AS_HELLO_AT_HEADER,   /* in a record's header */
	AS_HELLO_AT_FRAGMENT, /* in its body */
	AS_HELLO_AT_SSL2,
	AS_HELLO_AT_TEXT,
};

struct as_hello_reader {
	struct as_arena *a;
	bool keep;
	enum as_hello_phase phase;
	struct as_hello_answer answer;
	uint8_t header[5];
	size_t n_header;
	size_t left; /* octets of the record still to come */
	uint8_t alert[2];
	size_t n_alert;
	unsigned n_warnings;
	struct as_buf message; /* of the handshake, header and all; or SSLv2,
	                          or text */
	size_t need;           /* octets it will have; 0: header not read */
	unsigned n_messages;
	uint32_t seen; /* bit a message type */
};

/* A cursor over octets; past the end it turns `bad` for good and gives zeros. */
struct as_hello_cursor {
	const unsigned char *p;
	size_t n;
	bool bad;
};

uint32_t as_hello_take(struct as_hello_cursor *c, unsigned octets);
struct as_hello_cursor as_hello_take_part(struct as_hello_cursor *c, size_t n);

/* The end of the reader; returns it. */
enum as_hello_end as_hello_finish(
    struct as_hello_reader *r, enum as_hello_end end, const char *why);

/* May a message of this type and length come now?  Judged by its header. */
enum as_hello_end as_hello_message_begin(
    struct as_hello_reader *r, uint8_t type, size_t n);

/* A whole message, without its header. */
enum as_hello_end as_hello_message_read(
    struct as_hello_reader *r, uint8_t type, struct as_hello_cursor body);

/* A whole SSLv2 message, type octet included. */
enum as_hello_end as_hello_ssl2_read(
    struct as_hello_reader *r, struct as_hello_cursor body);

#endif
