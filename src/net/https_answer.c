/* What came of a fetch.  Part of net/https. */
#include <errno.h>
#include <netinet/in.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/limits.h"
#include "net/https_private.h"

#include "base/banned.h"

bool
as_https_is_vetted(const struct as_https_target *t, const struct sockaddr *to)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)to;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)to;

	if (to->sa_family == AF_INET && t->ip.len == 4)
		return four->sin_port == htons(t->port) &&
		    memcmp(&four->sin_addr, t->ip.b, 4) == 0;
	return to->sa_family == AF_INET6 && t->ip.len == 16 &&
	    six->sin6_port == htons(t->port) &&
	    memcmp(&six->sin6_addr, t->ip.b, 16) == 0;
}

/* --- the header --- */

/* The value of "Name: value" goes to *out, the first time it comes. */
static bool
take_field(struct as_https_fetch *f, struct as_str line, const char *name,
    struct as_str *out)
{
	size_t colon = as_str_find(line, ':', 0);

	if (!as_str_is_null(*out) || colon == line.n ||
	    !as_str_is_case(as_str_slice(line, 0, colon), name))
		return true;
	*out = as_str_dup(
	    f->a, as_str_trim(as_str_slice(line, colon + 1, line.n)));
	return !as_str_is_null(*out);
}

bool
as_https_take_header(struct as_https_fetch *f, struct as_str line)
{
	struct as_https_view *v = f->view;

	while (line.n > 0 &&
	    (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	/* A status line: what an interim answer said counts no more. */
	if (as_str_has_prefix_case(line, "HTTP/"))
		v->content_type = v->location = f->transfer = AS_STR_NULL;
	if (take_field(f, line, "Content-Type", &v->content_type) &&
	    take_field(f, line, "Location", &v->location) &&
	    take_field(f, line, "Transfer-Encoding", &f->transfer))
		return true;
	f->no_means = true;
	return false;
}

/* --- names for what went wrong --- */

static const struct {
	CURLcode code;
	enum as_get_end end;
	const char *detail; /* NULL: curl's own words */
} ends[] = {
    {CURLE_COULDNT_CONNECT, AS_GET_UNREACHABLE, NULL},
    {CURLE_COULDNT_RESOLVE_HOST, AS_GET_UNREACHABLE, NULL},
    {CURLE_COULDNT_RESOLVE_PROXY, AS_GET_UNREACHABLE, NULL},
    {CURLE_INTERFACE_FAILED, AS_GET_UNREACHABLE, NULL},
    {CURLE_SSL_CONNECT_ERROR, AS_GET_TLS, NULL},
    {CURLE_SSL_CIPHER, AS_GET_TLS, NULL},
    {CURLE_SSL_ENGINE_NOTFOUND, AS_GET_TLS, NULL},
    {CURLE_SSL_ENGINE_SETFAILED, AS_GET_TLS, NULL},
    {CURLE_SSL_ENGINE_INITFAILED, AS_GET_TLS, NULL},
    {CURLE_SSL_CERTPROBLEM, AS_GET_TLS, NULL},
    {CURLE_SSL_CLIENTCERT, AS_GET_TLS, "a client certificate is demanded"},
    {CURLE_SSL_SHUTDOWN_FAILED, AS_GET_TLS, NULL},
    {CURLE_USE_SSL_FAILED, AS_GET_TLS, NULL},
    {CURLE_PEER_FAILED_VERIFICATION, AS_GET_CERTIFICATE, NULL},
    {CURLE_SSL_ISSUER_ERROR, AS_GET_CERTIFICATE, NULL},
    {CURLE_SSL_INVALIDCERTSTATUS, AS_GET_CERTIFICATE, NULL},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, AS_GET_CERTIFICATE, NULL},
    {CURLE_FILESIZE_EXCEEDED, AS_GET_TOO_LARGE, NULL},
    {CURLE_URL_MALFORMAT, AS_GET_BROKEN, "the host name fits no URL"},
    {CURLE_UNSUPPORTED_PROTOCOL, AS_GET_BROKEN, "the answer is not HTTP"},
    {CURLE_WEIRD_SERVER_REPLY, AS_GET_BROKEN, "the answer is not HTTP"},
    {CURLE_GOT_NOTHING, AS_GET_BROKEN, "closed without an answer"},
    {CURLE_PARTIAL_FILE, AS_GET_BROKEN, "the body was cut short"},
};

static bool
set_end(struct as_https_fetch *f, enum as_get_end end, struct as_str detail)
{
	f->view->end = end;
	f->view->detail = detail;
	return !as_str_is_null(detail);
}

static bool
set_end_text(struct as_https_fetch *f, enum as_get_end end, const char *text)
{
	return set_end(f, end, as_str_dup(f->a, as_str_from(text)));
}

/* curl's words without the part that means something to programs alone. */
static const char *
curl_words(const struct as_https_fetch *f, CURLcode code)
{
	static const char mark[] = "SSL routines::";
	const char *text =
	    f->error[0] != 0 ? f->error : curl_easy_strerror(code);
	const char *cause = strstr(text, mark);

	if (strstr(text, "SSL_ERROR_SYSCALL") != NULL ||
	    strstr(text, "unexpected eof") != NULL)
		return "the server closed the connection";
	return cause != NULL ? cause + sizeof(mark) - 1 : text;
}

/* A reset, in the handshake or after it; the end of a connection without one is
 * the server's doing. */
static bool
is_reset(const struct as_https_fetch *f, CURLcode code)
{
	/* Reset before curl looked at the connection that it had made, which
	 * it tells with more than one code. */
	if (strstr(f->error, strerror(ENOTCONN)) != NULL)
		return true;
	if (code != CURLE_SSL_CONNECT_ERROR && code != CURLE_RECV_ERROR &&
	    code != CURLE_SEND_ERROR)
		return false;
	return strstr(f->error, strerror(ECONNRESET)) != NULL ||
	    strstr(f->error, strerror(EPIPE)) != NULL;
}

/* "certificate is for other.example, not mta-sts.example" */
static bool
judge_name(struct as_https_fetch *f)
{
	const struct as_tls_cert *leaf =
	    f->view->n_chain > 0 ? &f->view->chain[0] : NULL;
	struct as_buf b;
	bool ok;

	as_buf_init(&b, 4096);
	if (leaf == NULL || leaf->n_names == 0)
		as_buf_puts(&b, "certificate is for no DNS name");
	for (size_t i = 0; leaf != NULL && i < leaf->n_names && i < 3; i++) {
		as_buf_puts(&b, i == 0 ? "certificate is for " : ", ");
		as_buf_add_str(&b, as_str_slice(leaf->names[i], 0, 253));
	}
	if (leaf != NULL && leaf->n_names > 3)
		as_buf_printf(&b, " and %zu more", leaf->n_names - 3);
	as_buf_printf(&b, ", not %s", f->host.text);
	ok = as_buf_ok(&b) &&
	    set_end(f, AS_GET_CERTIFICATE, as_str_dup(f->a, as_buf_str(&b)));
	as_buf_fini(&b);
	return ok;
}

static bool
judge_status(struct as_https_fetch *f, long status)
{
	bool redirect =
	    status >= 300 && status < 400 && f->view->location.n > 0;

	return set_end(f, redirect ? AS_GET_REDIRECT : AS_GET_STATUS,
	    as_str_printf(f->a, "HTTP status %ld%s", status,
		redirect ? ", a redirect" : ""));
}

static bool
set_reset(struct as_https_fetch *f)
{
	return set_end_text(f, AS_GET_RESET, "the connection was reset");
}

static bool
judge_connect(struct as_https_fetch *f)
{
	enum as_get_end end = AS_GET_UNREACHABLE;
	long error = 0;

	(void)curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &error);
	if (error == ECONNRESET)
		return set_reset(f);
	if (error == ECONNREFUSED)
		end = AS_GET_REFUSED;
	else if (error == ETIMEDOUT)
		end = AS_GET_TIMEOUT;
	return set_end_text(
	    f, end, error != 0 ? strerror((int)error) : "no connection");
}

static bool
judge_error(struct as_https_fetch *f, CURLcode code)
{
	if (f->verify_code == X509_V_ERR_HOSTNAME_MISMATCH)
		return judge_name(f);
	if (f->verify_code != X509_V_OK)
		return set_end_text(f, AS_GET_CERTIFICATE,
		    X509_verify_cert_error_string(f->verify_code));
	if (is_reset(f, code))
		return set_reset(f);
	if (code == CURLE_COULDNT_CONNECT)
		return judge_connect(f);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return set_end(f, AS_GET_TIMEOUT,
		    as_str_printf(f->a, "not done in %u ms",
			(unsigned)f->target.fetch_ms));
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends[i].code == code)
			return set_end_text(f, ends[i].end,
			    ends[i].detail != NULL ? ends[i].detail
						   : curl_words(f, code));
	return set_end_text(f, AS_GET_BROKEN, curl_words(f, code));
}

/* A body that only the end of the connection ends, and no close_notify: curl
 * takes it, RFC 9112 8 calls it incomplete. */
static bool
is_cut(const struct as_https_fetch *f)
{
	curl_off_t length = -1;

	(void)curl_easy_getinfo(
	    f->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	return length < 0 && as_str_is_null(f->transfer) && !f->notified;
}

/* STS-3 */
bool
as_https_judge(struct as_https_fetch *f, CURLcode code)
{
	long status = 0;

	if (f->easy != NULL)
		(void)curl_easy_getinfo(
		    f->easy, CURLINFO_RESPONSE_CODE, &status);
	f->view->status = status > 0 ? (uint32_t)status : 0;
	if (code == CURLE_OUT_OF_MEMORY)
		return false;
	if (f->header_octets > AS_MAX_HTTP_HEADER_OCTETS)
		return set_end(f, AS_GET_BROKEN,
		    as_str_printf(f->a, "a header of over %d octets",
			AS_MAX_HTTP_HEADER_OCTETS));
	if (status >= 200 && status != 200)
		return judge_status(f, status);
	if (f->too_large || code == CURLE_FILESIZE_EXCEEDED)
		return set_end(f, AS_GET_TOO_LARGE,
		    as_str_printf(
			f->a, "over %d octets", AS_MAX_POLICY_OCTETS));
	if (code != CURLE_OK || status != 200)
		return judge_error(f, code);
	if (is_cut(f))
		return set_end_text(f, AS_GET_BROKEN, "the body was cut short");
	f->view->body = as_str_dup(f->a, as_buf_str(&f->body));
	return !as_str_is_null(f->view->body) && set_end_text(f, AS_GET_OK, "");
}
