/* What is said inside TLS: EHLO again (RFC 3207 4.2).  Part of net/smtp. */
#include <openssl/err.h>

#include "base/limits.h"
#include "net/smtp_private.h"

#include "base/banned.h"

/* QUIT and close_notify in one go; nobody waits for the answers. */
static void
leave(struct as_smtp_visit *v)
{
	(void)SSL_write(v->ssl, "QUIT\r\n", 6);
	(void)SSL_shutdown(v->ssl);
	as_smtp_flush_tls(v);
	as_smtp_end(v);
	ERR_clear_error();
}

static void
ask_ehlo(struct as_smtp_visit *v)
{
	struct as_str line =
	    as_str_printf(v->a, "EHLO %s\r\n", v->target.ehlo_name);

	if (as_str_is_null(line)) {
		as_smtp_end_no_memory(v);
		return;
	}
	as_smtp_enter(v, AS_SMTP_STATE_INSIDE);
	/* Into memory: it is all written, or the session is broken and the
	 * answer does not come. */
	(void)SSL_write(v->ssl, line.p, (int)line.n);
	as_smtp_flush_tls(v);
}

/* A piece of plain text to v->in; false: no more for now, or the state is
 * lost. */
static bool
read_piece(struct as_smtp_visit *v)
{
	char chunk[4096];
	int n = SSL_read(v->ssl, chunk, sizeof(chunk));

	if (n > 0) {
		as_buf_add(&v->in, chunk, (size_t)n);
		if (!as_buf_ok(&v->in))
			as_smtp_end_no_memory(v);
		return as_buf_ok(&v->in);
	}
	switch (SSL_get_error(v->ssl, n)) {
	case SSL_ERROR_WANT_READ: as_smtp_flush_tls(v); break;
	case SSL_ERROR_ZERO_RETURN:
		as_smtp_lose(v, AS_VISIT_CLOSED, ": closed by close_notify");
		break;
	default: as_smtp_lose(v, AS_VISIT_CLOSED, ": the session broke");
	}
	return false;
}

static bool
is_inside(const struct as_smtp_visit *v)
{
	return v->state == AS_SMTP_STATE_UNASKED ||
	    v->state == AS_SMTP_STATE_INSIDE;
}

static void
read_inside(struct as_smtp_visit *v)
{
	ERR_clear_error();
	while (is_inside(v) && read_piece(v))
		as_smtp_read_replies(v);
	ERR_clear_error();
}

void
as_smtp_on_inside(struct as_smtp_visit *v, const char *p, size_t n)
{
	if (as_smtp_feed_tls(v, p, n))
		read_inside(v);
}

/* RFC 3207 6: who did not forget what came in the clear answers it now, unasked
 * and perhaps in the segment of the last handshake message.  TLS-1. */
void
as_smtp_begin_inside(struct as_smtp_visit *v)
{
	if (v->target.implicit) {
		leave(v);
		return;
	}
	if (v->target.inject) {
		as_smtp_enter(v, AS_SMTP_STATE_UNASKED);
		as_smtp_flush_tls(v);
	} else {
		ask_ehlo(v);
	}
	read_inside(v);
}

bool
as_smtp_is_content(struct as_smtp_visit *v)
{
	if (v->state != AS_SMTP_STATE_UNASKED)
		return false;
	ask_ehlo(v);
	return true;
}

void
as_smtp_on_unasked(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	/* 220 greets and 421 takes leave: neither answers EHLO (RFC 5321
	 * 4.3.2). */
	v->view->obeyed = r->code == 250;
	ask_ehlo(v);
}

void
as_smtp_on_inside_ehlo(struct as_smtp_visit *v, const struct as_smtp_reply *r)
{
	v->view->inside = AS_VISIT_INSIDE_ANSWERED;
	v->view->inside_code = r->code;
	if (r->code == 250) {
		v->view->inside_ehlo = r->lines;
		v->view->n_inside_ehlo = r->n_lines;
	}
	leave(v);
}

void
as_smtp_lose_inside(
    struct as_smtp_visit *v, enum as_visit_end how, const char *why)
{
	switch (how) {
	case AS_VISIT_TIMEOUT: v->view->inside = AS_VISIT_INSIDE_TIMEOUT; break;
	case AS_VISIT_CLOSED: v->view->inside = AS_VISIT_INSIDE_CLOSED; break;
	default: v->view->inside = AS_VISIT_INSIDE_MALFORMED;
	}
	as_smtp_keep(v, &v->view->inside_detail,
	    as_smtp_state_name(AS_SMTP_STATE_INSIDE), why, AS_STR_NULL);
}
