/* libcurl: a connection with TLS.  Part of net/imap. */
#include <errno.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "base/limits.h"
#include "net/imap_private.h"

#include "base/banned.h"

static bool
matches(const struct as_imap *s, X509 *leaf)
{
	struct as_ip ip;

	if (as_ip_parse(s->target.host, &ip) != AS_OK)
		return as_tls_host_matches(leaf, &s->host);
	return X509_check_ip(leaf, ip.b, ip.len, 0) == 1;
}

/* In place of OpenSSL's and curl's own check, which would take the common name
 * where a certificate has no SAN (RFC 9525 6.3). */
static int
on_verify(X509_STORE_CTX *x, void *ctx)
{
	struct as_imap *s = ctx;

	s->verify_code = X509_V_OK;
	if (X509_verify_cert(x) != 1)
		s->verify_code = X509_STORE_CTX_get_error(x);
	else if (!matches(s, X509_STORE_CTX_get0_cert(x)))
		s->verify_code = X509_V_ERR_HOSTNAME_MISMATCH;
	else
		return 1;
	if (s->verify_code == X509_V_OK)
		s->verify_code = X509_V_ERR_UNSPECIFIED;
	X509_STORE_CTX_set_error(x, s->verify_code);
	return 0;
}

/* CURLOPT_SSL_CTX_FUNCTION: the level is set so that /etc/ssl/openssl.cnf has no
 * say. */
static CURLcode
on_ssl_ctx(CURL *easy, void *ssl_ctx, void *ctx)
{
	struct as_imap *s = ctx;

	(void)easy;
	SSL_CTX_set1_cert_store(ssl_ctx, as_tls_store(s->target.trust));
	SSL_CTX_set_security_level(ssl_ctx, 2);
	SSL_CTX_set_max_cert_list(ssl_ctx, AS_MAX_CHAIN_OCTETS);
	SSL_CTX_set_cert_verify_callback(ssl_ctx, on_verify, s);
	return CURLE_OK;
}

#define SET(option, value) \
	ok = ok && curl_easy_setopt(s->easy, (option), (value)) == CURLE_OK

/* The addresses were looked up before, as nothing can be looked up now. */
static bool
set_addresses(struct as_imap *s)
{
	char line[AS_MAX_NAME_OCTETS + 64 * AS_IP_TEXT];

	if (s->target.addresses == NULL)
		return true;
	if ((size_t)snprintf(line, sizeof(line), AS_STR_FMT ":%u:%s",
		AS_STR_ARG(s->target.host), s->target.port,
		s->target.addresses) >= sizeof(line))
		return false;
	s->resolve = curl_slist_append(NULL, line);
	return s->resolve != NULL &&
	    curl_easy_setopt(s->easy, CURLOPT_RESOLVE, s->resolve) == CURLE_OK;
}

static bool
set_all(struct as_imap *s)
{
	bool six = as_str_find(s->target.host, ':', 0) < s->target.host.n;
	char url[AS_MAX_NAME_OCTETS + 64];
	bool ok = set_addresses(s);

	(void)snprintf(url, sizeof(url), "%s://%s" AS_STR_FMT "%s:%u/",
	    s->target.tls ? "imaps" : "imap", six ? "[" : "",
	    AS_STR_ARG(s->target.host), six ? "]" : "", s->target.port);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROTOCOLS_STR, "imap,imaps");
	SET(CURLOPT_CONNECT_ONLY, 1L);
	SET(CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT_MS, (long)AS_IMAP_CONNECT_MS);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)AS_IMAP_CONNECT_MS);
	SET(CURLOPT_ERRORBUFFER, s->error);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
	SET(CURLOPT_CAINFO, NULL);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
	SET(CURLOPT_SSL_CTX_DATA, s);
	return ok;
}

struct as_imap *
as_imap_new(const struct as_imap_target *target)
{
	struct as_imap *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->target = *target;
	s->clock = as_clock_system();
	as_tls_host_init(&s->host, target->host);
	as_buf_init(&s->out, (size_t)8 * AS_MAX_IMAP_SECRET);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(s);
		return NULL;
	}
	s->easy = curl_easy_init();
	if (s->easy == NULL || !set_all(s)) {
		as_imap_free(s);
		return NULL;
	}
	return s;
}

void
as_imap_free(struct as_imap *s)
{
	if (s == NULL)
		return;
	if (s->connected) {
		as_imap_begin(s, "LOGOUT");
		if (as_imap_run(s, NULL, NULL) != AS_IMAP_DONE)
			s->connected = false;
	}
	if (s->easy != NULL)
		curl_easy_cleanup(s->easy);
	curl_slist_free_all(s->resolve);
	as_buf_fini(&s->out);
	free(s);
	curl_global_cleanup();
}

static enum as_imap_end
fault(struct as_imap *s, CURLcode code)
{
	const char *said =
	    s->error[0] != 0 ? s->error : curl_easy_strerror(code);
	long error = 0;

	(void)curl_easy_getinfo(s->easy, CURLINFO_OS_ERRNO, &error);
	if (s->verify_code == X509_V_ERR_HOSTNAME_MISMATCH)
		return as_imap_say(s, AS_IMAP_TLS,
		    "the certificate is not for " AS_STR_FMT,
		    AS_STR_ARG(s->target.host));
	if (s->verify_code != X509_V_OK)
		return as_imap_say(s, AS_IMAP_TLS,
		    "the certificate is not valid: %s",
		    X509_verify_cert_error_string(s->verify_code));
	switch (code) {
	case CURLE_COULDNT_CONNECT:
		return as_imap_say(s, AS_IMAP_UNREACHABLE, "no connection: %s",
		    error != 0 ? strerror((int)error) : said);
	case CURLE_OPERATION_TIMEDOUT:
		return as_imap_say(s, AS_IMAP_UNREACHABLE,
		    "no connection within %d s", AS_IMAP_CONNECT_MS / 1000);
	case CURLE_USE_SSL_FAILED:
		return as_imap_say(s, AS_IMAP_TLS,
		    "the server offers no STARTTLS, and nothing is read "
		    "without TLS");
	case CURLE_SSL_CONNECT_ERROR:
		return as_imap_say(
		    s, AS_IMAP_TLS, "no TLS session: %.200s", said);
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return as_imap_say(s, AS_IMAP_UNREACHABLE,
		    "the connection broke: %.200s", said);
	default:
		return as_imap_say(s, AS_IMAP_BROKEN,
		    "it does not answer as an IMAP server: %.200s", said);
	}
}

enum as_imap_end
as_imap_connect(struct as_imap *s)
{
	CURLcode code = curl_easy_perform(s->easy);

	if (code == CURLE_OK)
		code =
		    curl_easy_getinfo(s->easy, CURLINFO_ACTIVESOCKET, &s->fd);
	if (code != CURLE_OK || s->fd == CURL_SOCKET_BAD)
		return fault(s, code);
	s->connected = true;
	return AS_IMAP_DONE;
}
