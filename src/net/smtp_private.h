/*
 * net/smtp_private - what the files of net/smtp share: smtp.c (life, events,
 * octets), smtp_dialogue.c (replies), smtp_tls.c (the handshake), smtp_inside.c
 * (what is said inside TLS), smtp_hello.c (an exchange in its place).
 */
#ifndef AS_NET_SMTP_PRIVATE_H
#define AS_NET_SMTP_PRIVATE_H

#include <stddef.h>

#include "base/buf.h"
#include "net/smtp.h"
#include "net/smtp_reply.h"

/* One row a state: name, deadline.  doc/smtp-visit.md draws the arrows. */
#define AS_SMTP_STATE_MAP(X) \
	X(AS_SMTP_STATE_CONNECT, "connection", connect_ms) \
	X(AS_SMTP_STATE_BANNER, "banner", banner_ms) \
	X(AS_SMTP_STATE_EHLO, "EHLO", reply_ms) \
	X(AS_SMTP_STATE_HELO, "HELO", reply_ms) \
	X(AS_SMTP_STATE_STARTTLS, "STARTTLS", reply_ms) \
	X(AS_SMTP_STATE_UNOFFERED, "STARTTLS without an offer", reply_ms) \
	X(AS_SMTP_STATE_SHAKE, "TLS handshake", handshake_ms) \
	X(AS_SMTP_STATE_UNASKED, "an answer to nothing", quit_ms) \
	X(AS_SMTP_STATE_INSIDE, "EHLO inside TLS", reply_ms) \
	X(AS_SMTP_STATE_QUIT, "QUIT", quit_ms) \
	X(AS_SMTP_STATE_DONE, "end", quit_ms)

enum as_smtp_state {
#define AS_SMTP_STATE_ENUM(state, name, deadline) state,
	AS_SMTP_STATE_MAP(AS_SMTP_STATE_ENUM)
#undef AS_SMTP_STATE_ENUM
};

struct as_smtp_visit {
	enum as_smtp_state state;
	struct as_tls *tls;
	struct as_arena *a;
	struct as_smtp_target target;
	as_smtp_fn *fn;
	void *ctx;
	struct as_smtp_view *view;
	bool no_memory;
	int fd;
	struct as_watch *watch;
	struct as_timer *step, *whole;
	struct as_buf in, out;
	SSL *ssl;
	size_t shake_octets; /* received for the handshake and inside TLS */
};

/* --- smtp.c --- */

const char *as_smtp_state_name(enum as_smtp_state state);

/* Into a state, with its deadline from now. */
void as_smtp_enter(struct as_smtp_visit *v, enum as_smtp_state state);

/* Into DONE: every callback looks for it when it ends, and frees the visit. */
void as_smtp_end(struct as_smtp_visit *v);
void as_smtp_end_no_memory(struct as_smtp_visit *v);

/* The handshake, or the exchange in its place. */
void as_smtp_begin_shake(struct as_smtp_visit *v);

/* *out = what, why and more, joined; no memory ends the visit. */
void as_smtp_keep(struct as_smtp_visit *v, struct as_str *out, const char *what,
    const char *why, struct as_str more);

/* Send what waits in v->out. */
void as_smtp_flush(struct as_smtp_visit *v);

/* Hand on each whole reply; a state without a reader leaves the rest. */
void as_smtp_read_replies(struct as_smtp_visit *v);

/* Take at most `cap` octets that lie unread; how many there were. */
size_t as_smtp_drain(int fd, size_t cap);

/* What the state waits for will not come: record it and end. */
void as_smtp_lose(
    struct as_smtp_visit *v, enum as_visit_end how, const char *why);

/* --- smtp_dialogue.c --- */

/* Does the state wait for a reply?  Then hand it on. */
bool as_smtp_wants_reply(const struct as_smtp_visit *v);
void as_smtp_on_reply(struct as_smtp_visit *v, const struct as_smtp_reply *r);

/* --- smtp_tls.c --- */

void as_smtp_begin_tls(struct as_smtp_visit *v);
void as_smtp_on_tls(struct as_smtp_visit *v, const char *p, size_t n);

/* Octets of the peer to OpenSSL; over the cap: false, and the state is lost. */
bool as_smtp_feed_tls(struct as_smtp_visit *v, const char *p, size_t n);

/* Move what OpenSSL wrote to the peer. */
void as_smtp_flush_tls(struct as_smtp_visit *v);

/* --- smtp_inside.c --- */

void as_smtp_begin_inside(struct as_smtp_visit *v);
void as_smtp_on_inside(struct as_smtp_visit *v, const char *p, size_t n);

/* Replies inside TLS: to nothing that we asked, and to EHLO. */
void as_smtp_on_unasked(struct as_smtp_visit *v, const struct as_smtp_reply *r);
void as_smtp_on_inside_ehlo(
    struct as_smtp_visit *v, const struct as_smtp_reply *r);

/* Nothing came unasked: go on.  False: the state waits for something else. */
bool as_smtp_is_content(struct as_smtp_visit *v);

void as_smtp_lose_inside(
    struct as_smtp_visit *v, enum as_visit_end how, const char *why);

/* --- smtp_hello.c --- */

void as_smtp_begin_hello(struct as_smtp_visit *v);
void as_smtp_on_hello(struct as_smtp_visit *v, const char *p, size_t n);

#endif
