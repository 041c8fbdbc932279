#include "net/https.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/https_private.h"

#include "base/banned.h"

struct as_https {
	struct as_loop *loop;
	struct as_tls *tls;
	CURLM *multi;
	struct as_timer *timer;
	struct as_https_fetch *first; /* all that are under way */
};

/* --- curl's wishes, by our loop --- */

static void check_done(struct as_https *h);

static void
on_socket(void *ctx, int fd, int ready)
{
	struct as_https *h = ctx;
	int running, bits = 0;

	if ((ready & AS_LOOP_READ) != 0)
		bits |= CURL_CSELECT_IN;
	if ((ready & AS_LOOP_WRITE) != 0)
		bits |= CURL_CSELECT_OUT;
	(void)curl_multi_socket_action(h->multi, fd, bits, &running);
	check_done(h);
}

static void
on_time(void *ctx)
{
	struct as_https *h = ctx;
	int running;

	(void)curl_multi_socket_action(
	    h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	check_done(h);
}

/* CURLMOPT_SOCKETFUNCTION: `known` is the watch of this socket, if it has one
 * yet. */
static int
want_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *known)
{
	struct as_https *h = ctx;
	struct as_watch *w = known;
	int want = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		as_watch_free(w);
		(void)curl_multi_assign(h->multi, fd, NULL);
		return 0;
	}
	if ((what & CURL_POLL_IN) != 0)
		want |= AS_LOOP_READ;
	if ((what & CURL_POLL_OUT) != 0)
		want |= AS_LOOP_WRITE;
	if (w != NULL) {
		as_watch_want(w, want);
		return 0;
	}
	w = as_watch_new(h->loop, fd, want, on_socket, h);
	(void)curl_multi_assign(h->multi, fd, w);
	return w != NULL ? 0 : -1;
}

/* CURLMOPT_TIMERFUNCTION */
static int
want_time(CURLM *multi, long ms, void *ctx)
{
	struct as_https *h = ctx;

	(void)multi;
	if (ms < 0)
		as_timer_clear(h->timer);
	else
		as_timer_set(h->timer, (uint32_t)ms);
	return 0;
}

enum as_err
as_https_new(struct as_loop *loop, struct as_tls *tls, struct as_https **out)
{
	struct as_https *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return AS_ENOMEM;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(h);
		return AS_ENOMEM;
	}
	h->loop = loop;
	h->tls = tls;
	h->multi = curl_multi_init();
	h->timer = as_timer_new(loop, on_time, h);
	if (h->multi == NULL || h->timer == NULL) {
		as_https_free(h);
		return AS_ENOMEM;
	}
	(void)curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	(void)curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	(void)curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, want_time);
	(void)curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	*out = h;
	return AS_OK;
}

void
as_https_free(struct as_https *h)
{
	if (h == NULL)
		return;
	while (h->first != NULL)
		as_https_cancel(h->first);
	if (h->multi != NULL)
		(void)curl_multi_cleanup(h->multi);
	as_timer_free(h->timer);
	free(h);
	curl_global_cleanup();
}

/* --- one fetch: what curl asks and tells --- */

/* CURLOPT_OPENSOCKETFUNCTION: no other address than the vetted one, whatever
 * curl makes of the URL. */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct as_https_fetch *f = ctx;
	int fd;

	(void)purpose;
	if (!as_https_is_vetted(&f->target, &to->addr))
		return CURL_SOCKET_BAD;
	fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
	/* No descriptor left says nothing of the peer. */
	if (fd < 0 && errno != EAFNOSUPPORT)
		f->no_means = true;
	return fd;
}

/* The check of the chain and of the name, in place of OpenSSL's and curl's own:
 * the chain is wanted whatever comes of it, and curl would fall back to the
 * subject's common name where a certificate has no SAN (RFC 9525 6.3). */
static int
on_verify(X509_STORE_CTX *x, void *ctx)
{
	struct as_https_fetch *f = ctx;
	bool cut;

	if (as_tls_chain(f->a, X509_STORE_CTX_get0_untrusted(x),
		&f->view->chain, &f->view->n_chain, &cut) != AS_OK)
		f->no_means = true;
	if (X509_verify_cert(x) != 1) {
		f->verify_code = X509_STORE_CTX_get_error(x);
		if (f->verify_code == X509_V_OK)
			f->verify_code = X509_V_ERR_UNSPECIFIED;
		return 0;
	}
	if (!as_tls_host_matches(X509_STORE_CTX_get0_cert(x), &f->host)) {
		f->verify_code = X509_V_ERR_HOSTNAME_MISMATCH;
		X509_STORE_CTX_set_error(x, X509_V_ERR_HOSTNAME_MISMATCH);
		return 0;
	}
	return 1;
}

/* close_notify came: a body without a length ends here and not in a cut (RFC
 * 9112 8). */
static void
on_info(const SSL *ssl, int where, int value)
{
	struct as_https_fetch *f = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	if (where == SSL_CB_READ_ALERT && (value & 0xff) == SSL_AD_CLOSE_NOTIFY)
		f->notified = true;
}

/* CURLOPT_SSL_CTX_FUNCTION: one trust store for all, read before the sandbox.
 * The level is set so that /etc/ssl/openssl.cnf has no say. */
static CURLcode
on_ssl_ctx(CURL *easy, void *ssl_ctx, void *ctx)
{
	struct as_https_fetch *f = ctx;

	(void)easy;
	SSL_CTX_set1_cert_store(ssl_ctx, as_tls_store(f->h->tls));
	SSL_CTX_set_security_level(ssl_ctx, 2);
	SSL_CTX_set_max_cert_list(ssl_ctx, AS_MAX_CHAIN_OCTETS);
	SSL_CTX_set_cert_verify_callback(ssl_ctx, on_verify, f);
	SSL_CTX_set_app_data(ssl_ctx, f);
	SSL_CTX_set_info_callback(ssl_ctx, on_info);
	return CURLE_OK;
}

/* CURLOPT_HEADERFUNCTION: one line a call, the status line too. */
static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct as_https_fetch *f = ctx;
	struct as_str line = {p, size * n};

	f->header_octets += line.n;
	if (f->header_octets > AS_MAX_HTTP_HEADER_OCTETS)
		return 0;
	if (!as_https_take_header(f, line))
		return 0;
	return line.n;
}

static long
status_of(const struct as_https_fetch *f)
{
	long status = 0;

	(void)curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

/* CURLOPT_WRITEFUNCTION: the own count, because a chunked body has no length
 * that curl could look at beforehand.  Only the body of 200 is of use. */
static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct as_https_fetch *f = ctx;

	if (status_of(f) != 200)
		return 0;
	if (n > AS_MAX_POLICY_OCTETS - f->body.n) {
		f->too_large = true;
		return 0;
	}
	as_buf_add(&f->body, p, size * n);
	if (!as_buf_ok(&f->body)) {
		f->no_means = true;
		return 0;
	}
	return size * n;
}

/* --- a fetch from begin to end --- */

static void
unlink_fetch(struct as_https_fetch *f)
{
	struct as_https_fetch **at = &f->h->first;

	while (*at != NULL && *at != f)
		at = &(*at)->next;
	if (*at == f)
		*at = f->next;
}

static void
release(struct as_https_fetch *f)
{
	unlink_fetch(f);
	if (f->easy != NULL) {
		(void)curl_multi_remove_handle(f->h->multi, f->easy);
		curl_easy_cleanup(f->easy);
	}
	curl_slist_free_all(f->connect_to);
	as_timer_free(f->at_once);
	as_buf_fini(&f->body);
	free(f);
}

static void
finish(struct as_https_fetch *f, CURLcode code)
{
	struct as_https_view *view = f->view;
	as_https_fn *fn = f->fn;
	void *ctx = f->ctx;

	if (f->no_means || !as_https_judge(f, code))
		view = NULL;
	release(f);
	fn(ctx, view);
}

/* Callbacks may begin and cancel fetches: read the queue anew each time. */
static void
check_done(struct as_https *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		struct as_https_fetch *f = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(
		    m->easy_handle, CURLINFO_PRIVATE, (char **)&f);
		finish(f, code);
	}
}

/* The host is no name that a URL can hold. */
static void
on_bad_host(void *ctx)
{
	finish(ctx, CURLE_URL_MALFORMAT);
}

static bool
is_plain_host(const struct as_tls_host *h)
{
	static const char set[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

	return h->n > 0 && strspn(h->text, set) == h->n;
}

#define SET(option, value) \
	ok = ok && curl_easy_setopt(f->easy, (option), (value)) == CURLE_OK

/* Where to, how long, how much. */
static bool
set_target(struct as_https_fetch *f)
{
	const struct as_https_target *t = &f->target;
	char url[AS_MAX_NAME_OCTETS + 256], to[AS_IP_TEXT + 16];
	char ip[AS_IP_TEXT];
	long ms = t->fetch_ms;
	bool ok;

	ok = (size_t)snprintf(url, sizeof(url), "https://%s%s", f->host.text,
		 t->path) < sizeof(url);
	(void)snprintf(to, sizeof(to),
	    t->ip.len == 16 ? "::[%s]:%u" : "::%s:%u", as_ip_text(&t->ip, ip),
	    (unsigned)t->port);
	f->connect_to = curl_slist_append(NULL, to);
	ok = ok && f->connect_to != NULL;
	SET(CURLOPT_URL, url);
	SET(CURLOPT_CONNECT_TO, f->connect_to);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, f);
	SET(CURLOPT_PROTOCOLS_STR, "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT_MS, ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, ms);
	SET(CURLOPT_MAXFILESIZE, (long)AS_MAX_POLICY_OCTETS);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_USERAGENT, t->user_agent);
	return ok;
}

/* Who is trusted, and where the answer goes. */
static bool
set_answer(struct as_https_fetch *f)
{
	bool ok = true;

	SET(CURLOPT_PRIVATE, f);
	SET(CURLOPT_ERRORBUFFER, f->error);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
	SET(CURLOPT_CAINFO, NULL);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
	SET(CURLOPT_SSL_CTX_DATA, f);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, f);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, f);
	return ok;
}

static bool
begin(struct as_https_fetch *f)
{
	if (!is_plain_host(&f->host)) {
		f->at_once = as_timer_new(f->h->loop, on_bad_host, f);
		if (f->at_once != NULL)
			as_timer_set(f->at_once, 0);
		return f->at_once != NULL;
	}
	f->easy = curl_easy_init();
	return f->easy != NULL && set_target(f) && set_answer(f) &&
	    curl_multi_add_handle(f->h->multi, f->easy) == CURLM_OK;
}

struct as_https_fetch *
as_https_start(struct as_https *h, struct as_arena *a,
    const struct as_https_target *target, as_https_fn *fn, void *ctx)
{
	struct as_https_fetch *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->h = h;
	f->a = a;
	f->target = *target;
	if (f->target.fetch_ms == 0)
		f->target.fetch_ms = AS_HTTPS_FETCH_MS;
	f->fn = fn;
	f->ctx = ctx;
	as_tls_host_init(&f->host, target->host);
	as_buf_init(&f->body, AS_MAX_POLICY_OCTETS);
	f->view = AS_NEW(a, struct as_https_view);
	if (f->view == NULL || !begin(f)) {
		release(f);
		return NULL;
	}
	f->next = h->first;
	h->first = f;
	return f;
}

void
as_https_cancel(struct as_https_fetch *f)
{
	release(f);
}
