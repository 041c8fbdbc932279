/*
 * net/imap_private - what the files of net/imap share: imap_connect.c (curl),
 * imap.c (commands and answers), imap_login.c, imap_mail.c (folders and mails).
 */
#ifndef AS_NET_IMAP_PRIVATE_H
#define AS_NET_IMAP_PRIVATE_H

#include <curl/curl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/imap.h"
#include "net/imap_lex.h"
#include "net/tls_private.h"

#define AS_IMAP_CAN_SASL_IR     1u
#define AS_IMAP_CAN_PLAIN       2u
#define AS_IMAP_CAN_XOAUTH2     4u
#define AS_IMAP_CAN_OAUTHBEARER 8u
#define AS_IMAP_CAN_NO_LOGIN    16u /* LOGINDISABLED */
#define AS_IMAP_CAN_MOVE        32u
#define AS_IMAP_CAN_UIDPLUS     64u

struct as_imap {
	struct as_imap_target target;
	CURL *easy;
	struct curl_slist *resolve;
	curl_socket_t fd;
	struct as_tls_host host;
	bool connected;
	int verify_code; /* X509_V_ERR_* of the check of the chain */
	char error[CURL_ERROR_SIZE];
	struct as_clock clock;
	unsigned can; /* AS_IMAP_CAN_* */
	/* the command at hand */
	struct as_buf out;
	unsigned number; /* of its tag */
	char tag[16];
	struct as_imap_lex lex;
	as_imap_fn *fn; /* of untagged responses, or NULL */
	void *ctx;
	enum { AS_IMAP_UNTAGGED, AS_IMAP_TAGGED, AS_IMAP_GO_ON } line;
	bool done, go_on, ok, bye;
	bool may_go_on;              /* "+" is an answer */
	uint64_t answer, answer_cap; /* octets of it */
	int64_t waited_ms;
	char text[AS_MAX_IMAP_TEXT + 1]; /* of its last line */
	char words[512];
};

/* Set the words; returns `end`. */
enum as_imap_end as_imap_say(struct as_imap *s, enum as_imap_end end,
    const char *fmt, ...) AS_PRINTF(3, 4);

/* Begin a command in s->out; AS_IMAP_* by as_imap_run. */
void as_imap_begin(struct as_imap *s, const char *fmt, ...) AS_PRINTF(2, 3);

/* Send s->out, and read until the command is done or (go_on) the server asks for
 * more.  Items of untagged responses go to fn. */
AS_MUST_USE enum as_imap_end as_imap_run(
    struct as_imap *s, as_imap_fn *fn, void *ctx);

/* Is this item the n-th word of its response, and this one? */
bool as_imap_is_word(
    const struct as_imap_item *item, unsigned at, const char *word);

#endif
