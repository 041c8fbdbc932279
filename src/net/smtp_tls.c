/* The handshake after 220.  Part of net/smtp. */
#include <openssl/err.h>

#include "base/limits.h"
#include "net/smtp_private.h"

#include "base/banned.h"

void
as_smtp_flush_tls(struct as_smtp_visit *v)
{
	char *p = NULL;
	long n = BIO_get_mem_data(SSL_get_wbio(v->ssl), &p);

	if (n > 0)
		as_buf_add(&v->out, p, (size_t)n);
	(void)BIO_reset(SSL_get_wbio(v->ssl));
	as_smtp_flush(v);
}

static void
look(struct as_smtp_visit *v)
{
	const struct as_smtp_target *t = &v->target;
	int64_t now_ms = t->clock.wall_ms(t->clock.ctx);

	v->view->handshake = AS_VISIT_SHAKE_OK;
	if (as_tls_look(v->tls, v->a, v->ssl, t->host, t->tlsa, t->n_tlsa,
		now_ms, &v->view->tls) == AS_OK)
		as_smtp_begin_inside(v);
	else
		as_smtp_end_no_memory(v);
}

static void
fail_shake(struct as_smtp_visit *v)
{
	unsigned long code = ERR_peek_last_error();
	int reason = ERR_GET_REASON(code);
	const char *text = ERR_reason_error_string(code);
	bool alert = ERR_GET_LIB(code) == ERR_LIB_SSL &&
	    reason > SSL_AD_REASON_OFFSET &&
	    reason <= SSL_AD_REASON_OFFSET + 255;

	if (alert)
		v->view->alert = (uint32_t)(reason - SSL_AD_REASON_OFFSET);
	v->view->handshake =
	    alert ? AS_VISIT_SHAKE_ALERT : AS_VISIT_SHAKE_FAILED;
	as_smtp_flush_tls(v);
	as_smtp_end(v);
	as_smtp_keep(v, &v->view->handshake_detail, "",
	    text != NULL ? text : "no reason given", AS_STR_NULL);
}

static void
shake(struct as_smtp_visit *v)
{
	int rc;

	ERR_clear_error();
	rc = SSL_do_handshake(v->ssl);
	if (rc == 1) {
		look(v);
	} else if (SSL_get_error(v->ssl, rc) == SSL_ERROR_WANT_READ) {
		as_smtp_flush_tls(v);
	} else if (SSL_get_shutdown(v->ssl) & SSL_RECEIVED_SHUTDOWN &&
	    ERR_peek_error() == 0) {
		as_smtp_lose(v, AS_VISIT_CLOSED, ": closed by close_notify");
	} else {
		fail_shake(v);
	}
	ERR_clear_error();
}

/* A record of the handshake or an alert (RFC 8446 5.1). */
static bool
is_tls(const char *p)
{
	return *p == 21 || *p == 22;
}

bool
as_smtp_feed_tls(struct as_smtp_visit *v, const char *p, size_t n)
{
	v->shake_octets += n;
	if (v->shake_octets > AS_MAX_SHAKE_OCTETS)
		as_smtp_lose(v, AS_VISIT_TOO_LONG, " does not end");
	else if (BIO_write(SSL_get_rbio(v->ssl), p, (int)n) != (int)n)
		as_smtp_end_no_memory(v);
	return v->state != AS_SMTP_STATE_DONE;
}

void
as_smtp_on_tls(struct as_smtp_visit *v, const char *p, size_t n)
{
	if (v->shake_octets == 0 && !is_tls(p)) {
		v->view->injected = (uint32_t)n;
		v->view->handshake = AS_VISIT_SHAKE_FAILED;
		as_smtp_end(v);
		as_smtp_keep(v, &v->view->handshake_detail,
		    "plain text in place of a TLS record", ": ",
		    (struct as_str){p, n > 80 ? 80 : n});
		return;
	}
	if (as_smtp_feed_tls(v, p, n))
		shake(v);
}

/* OpenSSL reads and writes memory: the socket stays ours, so that the first
 * octet after 220 is seen before it is taken for TLS. */
void
as_smtp_begin_tls(struct as_smtp_visit *v)
{
	BIO *rbio = BIO_new(BIO_s_mem()), *wbio = BIO_new(BIO_s_mem());

	v->ssl = as_tls_session(v->tls,
	    v->target.base.n > 0 ? v->target.base : v->target.host,
	    v->target.kind);
	if (v->ssl == NULL || rbio == NULL || wbio == NULL) {
		BIO_free(rbio);
		BIO_free(wbio);
		as_smtp_end_no_memory(v);
		return;
	}
	BIO_set_mem_eof_return(rbio, -1);
	SSL_set_bio(v->ssl, rbio, wbio);
	as_smtp_enter(v, AS_SMTP_STATE_SHAKE);
	shake(v);
}
