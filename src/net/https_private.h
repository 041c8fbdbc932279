/*
 * net/https_private - what the files of net/https share: https.c (curl and the
 * loop), https_answer.c (what came of it).
 */
#ifndef AS_NET_HTTPS_PRIVATE_H
#define AS_NET_HTTPS_PRIVATE_H

#include <curl/curl.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "net/https.h"
#include "net/tls_private.h"

struct as_https_fetch {
	struct as_https *h;
	struct as_https_fetch *next;
	struct as_arena *a;
	struct as_https_target target;
	struct as_tls_host host;
	as_https_fn *fn;
	void *ctx;
	CURL *easy;
	struct curl_slist *connect_to;
	struct as_timer *at_once;
	struct as_https_view *view;
	struct as_buf body;
	size_t header_octets;
	struct as_str transfer; /* Transfer-Encoding */
	bool notified;          /* close_notify came */
	bool too_large;
	bool no_means;   /* we lack memory or descriptors */
	int verify_code; /* X509_V_ERR_* of the check of the chain */
	char error[CURL_ERROR_SIZE];
};

/* Is it the address and port of the target? */
bool as_https_is_vetted(
    const struct as_https_target *t, const struct sockaddr *to);

/* One line of the header, line end included; false on no memory. */
bool as_https_take_header(struct as_https_fetch *f, struct as_str line);

/* Fill in the view; false on no memory. */
bool as_https_judge(struct as_https_fetch *f, CURLcode code);

#endif
