#include <string.h>

#include "std/hello.h"

#include "base/banned.h"

#define RECORD_HEADER 5
#define RECORD_MOST   16384 /* RFC 8446 5.1 */
#define RECORD_HELLO  22
#define MESSAGE_HELLO 1
#define SESSION_MOST  32 /* octets of a session id */

/* What is being written; any list that outgrows its length field spoils it. */
struct pen {
	struct as_buf *b;
	bool overflow;
};

static void
put(struct pen *w, uint64_t value, unsigned octets)
{
	char be[8];

	for (unsigned i = 0; i < octets; i++)
		be[i] = (char)(value >> (8 * (octets - 1 - i)));
	as_buf_add(w->b, be, octets);
}

/* Begin a vector with a length of so many octets; its place. */
static size_t
open_vector(struct pen *w, unsigned octets)
{
	put(w, 0, octets);
	return w->b->n;
}

static void
close_vector(struct pen *w, size_t from, unsigned octets)
{
	size_t n = w->b->n - from;

	if (!as_buf_ok(w->b))
		return;
	if (n >> (8 * octets) != 0) {
		w->overflow = true;
		return;
	}
	for (unsigned i = 0; i < octets; i++)
		w->b->p[from - octets + i] =
		    (char)(n >> (8 * (octets - 1 - i)));
}

static void
put_codes(struct pen *w, struct as_hello_codes codes, unsigned length_octets)
{
	size_t at = open_vector(w, length_octets);

	for (size_t i = 0; i < codes.n; i++)
		put(w, codes.v[i], 2);
	close_vector(w, at, length_octets);
}

static size_t
open_extension(struct pen *w, enum as_tls_ext type)
{
	put(w, (uint64_t)type, 2);
	return open_vector(w, 2);
}

/* An extension whose body is these octets. */
static void
put_extension(struct pen *w, bool wanted, enum as_tls_ext type, struct as_str s)
{
	size_t at;

	if (!wanted)
		return;
	at = open_extension(w, type);
	as_buf_add_str(w->b, s);
	close_vector(w, at, 2);
}

static void
put_server_name(struct pen *w, struct as_str name)
{
	size_t at, list, host;

	if (name.n == 0)
		return;
	at = open_extension(w, AS_TLS_EXT_SERVER_NAME);
	list = open_vector(w, 2);
	put(w, 0, 1); /* host_name, RFC 6066 3 */
	host = open_vector(w, 2);
	as_buf_add_str(w->b, name);
	close_vector(w, host, 2);
	close_vector(w, list, 2);
	close_vector(w, at, 2);
}

static void
put_list(struct pen *w, enum as_tls_ext type, struct as_hello_codes codes,
    unsigned length_octets)
{
	size_t at;

	if (codes.n == 0)
		return;
	at = open_extension(w, type);
	put_codes(w, codes, length_octets);
	close_vector(w, at, 2);
}

static void
put_key_share(struct pen *w, const struct as_hello *h)
{
	size_t at, list;

	if (!h->key_share && h->n_shares == 0)
		return;
	at = open_extension(w, AS_TLS_EXT_KEY_SHARE);
	list = open_vector(w, 2);
	for (size_t i = 0; i < h->n_shares; i++) {
		size_t key;

		put(w, h->shares[i].group, 2);
		key = open_vector(w, 2);
		as_buf_add_str(w->b, h->shares[i].key);
		close_vector(w, key, 2);
	}
	close_vector(w, list, 2);
	close_vector(w, at, 2);
}

/* Octets on the wire of a hello whose message has n octets. */
static size_t
wire_octets(const struct as_hello *h, size_t n)
{
	size_t most = h->fragment != 0 ? h->fragment : RECORD_MOST;

	return n + (n + most - 1) / most * RECORD_HEADER;
}

/* Zeros up to pad_to; `start` is where the message begins.  The padding may
 * need another record, so its header is counted, and a gap under the
 * extension's own four octets is overshot.  `list`: where extensions begin. */
static void
put_padding(struct pen *w, const struct as_hello *h, size_t start, size_t list)
{
	static const char zeros[64];
	size_t n = w->b->n - start + 4, at, lacks = 0;
	size_t bare = w->b->n == list ? n - 6 : n - 4; /* no list, no padding */

	if (wire_octets(h, bare) >= h->pad_to)
		return;
	while (wire_octets(h, n + lacks) < h->pad_to)
		lacks += h->pad_to - wire_octets(h, n + lacks);
	/* A new record's header can carry it past; give back what is over. */
	while (lacks > 0 && wire_octets(h, n + lacks - 1) >= h->pad_to)
		lacks--;
	at = open_extension(w, AS_TLS_EXT_PADDING);
	for (; lacks > 0 && as_buf_ok(w->b);) {
		size_t now = lacks < sizeof(zeros) ? lacks : sizeof(zeros);

		as_buf_add(w->b, zeros, now);
		lacks -= now;
	}
	close_vector(w, at, 2);
}

static void
put_extensions(struct pen *w, const struct as_hello *h, size_t start)
{
	size_t at = open_vector(w, 2);

	put_server_name(w, h->server_name);
	put_extension(
	    w, h->renegotiation, AS_TLS_EXT_RENEGOTIATION, AS_STR("\0"));
	put_extension(w, h->ems, AS_TLS_EXT_EMS, AS_STR(""));
	put_extension(w, h->etm, AS_TLS_EXT_ETM, AS_STR(""));
	put_extension(w, h->ticket, AS_TLS_EXT_TICKET, AS_STR(""));
	put_extension(w, h->status_request, AS_TLS_EXT_STATUS_REQUEST,
	    AS_STR("\1\0\0\0\0"));
	put_extension(w, h->sct, AS_TLS_EXT_SCT, AS_STR(""));
	put_extension(
	    w, h->point_formats, AS_TLS_EXT_POINT_FORMATS, AS_STR("\1\0"));
	put_extension(w, h->heartbeat, AS_TLS_EXT_HEARTBEAT, AS_STR("\1"));
	put_list(w, AS_TLS_EXT_GROUPS, h->groups, 2);
	put_list(w, AS_TLS_EXT_SIGNATURES, h->signatures, 2);
	put_list(w, AS_TLS_EXT_VERSIONS, h->versions, 1);
	put_extension(w, h->psk_modes, AS_TLS_EXT_PSK_MODES, AS_STR("\1\1"));
	put_key_share(w, h);
	put_padding(w, h, start, at);
	if (as_buf_ok(w->b) && w->b->n == at)
		w->b->n -= 2; /* no extension at all: no list of them */
	else
		close_vector(w, at, 2);
}

/* The handshake message. */
static void
put_message(struct pen *w, const struct as_hello *h)
{
	size_t start = w->b->n, body, at;

	put(w, MESSAGE_HELLO, 1);
	body = open_vector(w, 3);
	put(w, h->version, 2);
	as_buf_add(w->b, h->random, sizeof(h->random));
	at = open_vector(w, 1);
	as_buf_add_str(w->b, h->session_id);
	close_vector(w, at, 1);
	at = open_vector(w, 2);
	for (size_t i = 0; i < h->suites.n; i++)
		put(w, h->suites.v[i], 2);
	if (h->scsv)
		put(w, AS_TLS_SCSV_RENEGOTIATION, 2);
	if (h->fallback)
		put(w, AS_TLS_SCSV_FALLBACK, 2);
	close_vector(w, at, 2);
	at = open_vector(w, 1);
	as_buf_add_str(
	    w->b, h->compressions.n > 0 ? h->compressions : AS_STR("\0"));
	close_vector(w, at, 1);
	put_extensions(w, h, start);
	close_vector(w, body, 3);
}

static uint16_t
record_version(const struct as_hello *h)
{
	if (h->record != 0)
		return h->record;
	return h->version == AS_TLS_SSL3 ? AS_TLS_SSL3 : AS_TLS_1_0;
}

/* Cut a message into records. */
static void
put_records(struct pen *w, const struct as_hello *h, struct as_str message)
{
	size_t most = h->fragment != 0 ? h->fragment : RECORD_MOST;

	for (size_t at = 0; at < message.n; at += most) {
		struct as_str part = as_str_slice(message, at, at + most);

		put(w, RECORD_HELLO, 1);
		put(w, record_version(h), 2);
		put(w, part.n, 2);
		as_buf_add_str(w->b, part);
	}
}

/* RFC 5246 E.2: a CLIENT-HELLO in the SSLv2 record format, challenge of 16
 * octets. */
static void
put_ssl2(struct pen *w, const struct as_hello *h)
{
	size_t start = open_vector(w, 2), kinds = 0, sized;

	put(w, MESSAGE_HELLO, 1);
	put(w, h->version, 2);
	sized = w->b->n;
	put(w, 0, 2);
	put(w, h->session_id.n, 2);
	put(w, 16, 2);
	for (size_t i = 0; i < h->n_kinds; i++, kinds++)
		put(w, h->kinds[i], 3);
	for (size_t i = 0; i < h->suites.n; i++, kinds++)
		put(w, h->suites.v[i], 3);
	if (h->scsv) {
		put(w, AS_TLS_SCSV_RENEGOTIATION, 3);
		kinds++;
	}
	as_buf_add_str(w->b, h->session_id);
	as_buf_add(w->b, h->random, 16);
	if (!as_buf_ok(w->b))
		return;
	if (w->b->n - start > 0x7fff || kinds * 3 > 0xffff) {
		w->overflow = true;
		return;
	}
	w->b->p[sized] = (char)(kinds * 3 >> 8);
	w->b->p[sized + 1] = (char)(kinds * 3);
	close_vector(w, start, 2);
	w->b->p[start - 2] = (char)(w->b->p[start - 2] | '\x80');
}

static bool
has_extensions(const struct as_hello *h)
{
	return h->versions.n > 0 || h->groups.n > 0 || h->signatures.n > 0 ||
	    h->key_share || h->n_shares > 0 || h->server_name.n > 0 || h->ems ||
	    h->etm || h->renegotiation || h->status_request || h->sct ||
	    h->ticket || h->psk_modes || h->point_formats || h->heartbeat ||
	    h->pad_to > 0;
}

static enum as_err
check(const struct as_hello *h, struct as_why *why)
{
	bool ssl2 = h->form == AS_HELLO_FORM_SSL2;
	const char *fault = NULL;

	if (h->suites.n == 0 && (!ssl2 || h->n_kinds == 0))
		fault = "a hello without a suite";
	else if (!ssl2 && h->n_kinds > 0)
		fault = "SSLv2 kinds outside an SSLv2 hello";
	else if ((ssl2 || h->version == AS_TLS_SSL3) && has_extensions(h))
		fault = "extensions where there are none";
	else if (h->session_id.n > SESSION_MOST)
		fault = "a session id over 32 octets";
	else if (h->fragment > RECORD_MOST)
		fault = "a record over 16384 octets";
	if (fault == NULL)
		return AS_OK;
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE, "%s", fault);
}

enum as_err
as_hello_write(struct as_buf *out, const struct as_hello *h, struct as_why *why)
{
	struct as_buf message;
	struct pen w = {.b = &message}, outer = {.b = out};
	bool whole;

	AS_TRY(check(h, why));
	as_buf_init(&message, AS_MAX_HELLO_OCTETS);
	if (h->form == AS_HELLO_FORM_SSL2)
		put_ssl2(&w, h);
	else
		put_message(&w, h);
	whole = as_buf_ok(&message) && !w.overflow;
	if (whole && h->form == AS_HELLO_FORM_SSL2)
		as_buf_add_str(out, as_buf_str(&message));
	else if (whole)
		put_records(&outer, h, as_buf_str(&message));
	as_buf_fini(&message);
	if (!whole)
		return as_why_set(why, w.overflow ? AS_EINVAL : AS_ENOMEM,
		    AS_WHY_NOWHERE, "a hello that is too long");
	return as_buf_ok(out) ? AS_OK : as_why_no_memory(why);
}

struct as_str
as_hello_farewell(void)
{
	static const char octets[] =
	    "\x15\x03\x01\0\2\1\x5a" /* user_canceled */
	    "\x15\x03\x01\0\2\1\0";

	return (struct as_str){octets, sizeof(octets) - 1};
}
