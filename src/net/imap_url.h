/*
 * net/imap_url - where a mailbox is (RFC 5092), and folder names as servers want
 * them (RFC 3501 5.1.3).
 */
#ifndef AS_NET_IMAP_URL_H
#define AS_NET_IMAP_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct as_imap_url {
	bool tls;             /* imaps: from the first octet (RFC 8314 3.2) */
	struct as_str user;   /* decoded */
	struct as_str host;   /* a name, or an address without brackets */
	uint16_t port;        /* 143, 993 when it is not given */
	struct as_str folder; /* decoded UTF-8; "INBOX" when it is not given */
	struct as_str shown;  /* canonical; to be printed and kept */
};

/* Does it look like one? */
bool as_imap_url_is(struct as_str text);

/* imap[s]://USER@HOST[:PORT][/FOLDER], parts escaped with %XX where needed.  A
 * password in it is refused: others would see it in the list of processes.
 * AS_EINVAL: why says what is wrong, and holds nothing of it; AS_ENOMEM. */
AS_MUST_USE enum as_err as_imap_url_parse(struct as_arena *a,
    struct as_str text, struct as_imap_url *out, struct as_why *why);

/* A folder's name in modified UTF-7, in quotes, as commands take it.  AS_EINVAL:
 * it is no UTF-8, or holds a control character; AS_ENOMEM. */
AS_MUST_USE enum as_err as_imap_folder_write(
    struct as_arena *a, struct as_str folder, struct as_str *out);

/* The reverse of a name as LIST gives it; what is no modified UTF-7 stays as it
 * is.  AS_STR_NULL: no memory. */
struct as_str as_imap_folder_read(struct as_arena *a, struct as_str name);

#endif
