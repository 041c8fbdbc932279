/* Records, alerts, SSLv2 and text: what a server's octets are.  Part of
 * std/hello. */
#include <string.h>

#include "std/hello_private.h"

#include "base/banned.h"

enum record {
	RECORD_FIRST = 20, /* change_cipher_spec */
	RECORD_ALERT = 21,
	RECORD_HANDSHAKE = 22,
	RECORD_LAST = 24, /* heartbeat */
};

#define RECORD_MOST    16384 /* RFC 8446 5.1 */
#define MESSAGE_HEADER 4
#define ALERT_WARNING  1
#define ALERT_FATAL    2
#define SSL2_LEAST     3 /* an ERROR */
#define SSL2_HELLO     4

const char *
as_hello_end_name(enum as_hello_end end)
{
	static const char *const names[] = {
#define NAME(code, name, text) [AS_HELLO_##code] = (name),
	    AS_HELLO_END_MAP(NAME)
#undef NAME
	};

	return names[end];
}

const char *
as_hello_end_text(enum as_hello_end end)
{
	static const char *const texts[] = {
#define TEXT(code, name, text) [AS_HELLO_##code] = (text),
	    AS_HELLO_END_MAP(TEXT)
#undef TEXT
	};

	return texts[end];
}

bool
as_hello_has(const struct as_hello_answer *an, uint16_t extension)
{
	for (size_t i = 0; i < an->n_extensions; i++)
		if (an->extensions[i] == extension)
			return true;
	return false;
}

struct as_hello_reader *
as_hello_reader_new(struct as_arena *a, bool keep)
{
	struct as_hello_reader *r = AS_NEW(a, struct as_hello_reader);

	if (r == NULL)
		return NULL;
	r->a = a;
	r->keep = keep;
	as_buf_init(&r->message, AS_MAX_CHAIN_OCTETS + MESSAGE_HEADER);
	return r;
}

void
as_hello_reader_free(struct as_hello_reader *r)
{
	if (r != NULL)
		as_buf_fini(&r->message);
}

const struct as_hello_answer *
as_hello_reader_answer(const struct as_hello_reader *r)
{
	return &r->answer;
}

enum as_hello_end
as_hello_finish(
    struct as_hello_reader *r, enum as_hello_end end, const char *why)
{
	r->answer.end = end;
	r->answer.why = why;
	return end;
}

static enum as_hello_end
malformed(struct as_hello_reader *r, const char *why)
{
	return as_hello_finish(r, AS_HELLO_MALFORMED, why);
}

static struct as_hello_cursor
gathered(const struct as_hello_reader *r, size_t from)
{
	return (struct as_hello_cursor){
	    .p = (const unsigned char *)r->message.p + from,
	    .n = r->message.n - from};
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whose line is it? */
static enum as_hello_end
end_text(struct as_hello_reader *r)
{
	struct as_str s = as_buf_str(&r->message);
	enum as_hello_end end = AS_HELLO_TEXT;

	if (s.n > 0 && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	if (as_str_has_prefix(s, "HTTP/"))
		end = AS_HELLO_HTTP;
	else if (s.n >= 3 && is_digit(s.p[0]) && is_digit(s.p[1]) &&
	    is_digit(s.p[2]) && (s.n == 3 || s.p[3] == ' ' || s.p[3] == '-'))
		end = AS_HELLO_SMTP;
	r->answer.text = as_str_dup(r->a, s);
	if (as_str_is_null(r->answer.text))
		end = AS_HELLO_NO_MEMORY;
	return as_hello_finish(r, end, NULL);
}

static size_t
read_text(struct as_hello_reader *r, const char *p, size_t n)
{
	size_t room = AS_MAX_HELLO_TEXT - r->message.n;
	const char *nl = memchr(p, '\n', n < room ? n : room);
	size_t take = nl != NULL ? (size_t)(nl - p) + 1 : n < room ? n : room;

	as_buf_add(&r->message, p, take);
	if (!as_buf_ok(&r->message))
		(void)as_hello_finish(r, AS_HELLO_NO_MEMORY, NULL);
	else if (nl != NULL || r->message.n == AS_MAX_HELLO_TEXT)
		(void)end_text(r);
	return take;
}

/* Gather octets up to `need`; how many were taken. */
static size_t
gather(struct as_hello_reader *r, size_t need, const char *p, size_t n)
{
	size_t lacks = need - r->message.n;
	size_t take = n < lacks ? n : lacks;

	as_buf_add(&r->message, p, take);
	if (!as_buf_ok(&r->message))
		(void)as_hello_finish(r, AS_HELLO_NO_MEMORY, NULL);
	return take;
}

/* Two octets of length, their top bit set, then the message. */
static size_t
read_ssl2(struct as_hello_reader *r, const char *p, size_t n)
{
	size_t take = gather(r, r->need != 0 ? r->need : 3, p, n);
	struct as_hello_cursor c;

	if (r->answer.end != AS_HELLO_MORE || r->message.n < 3)
		return take;
	c = gathered(r, 0);
	if (r->need == 0) {
		r->need = (as_hello_take(&c, 2) & 0x7fff) + 2;
		if (r->need < SSL2_LEAST + 2 ||
		    (c.p[0] != 0 && c.p[0] != SSL2_HELLO))
			(void)as_hello_finish(r, AS_HELLO_NOT_TLS, NULL);
	} else if (r->message.n == r->need) {
		(void)as_hello_ssl2_read(r, gathered(r, 2));
	}
	return take;
}

/* What does the first octet begin? */
static void
start(struct as_hello_reader *r, unsigned char c)
{
	if (c >= RECORD_FIRST && c <= RECORD_LAST)
		r->phase = AS_HELLO_AT_HEADER;
	else if ((c & 0x80) != 0)
		r->phase = AS_HELLO_AT_SSL2;
	else if ((c >= ' ' && c < 0x7f) || c == '\r' || c == '\n' || c == '\t')
		r->phase = AS_HELLO_AT_TEXT;
	else
		(void)as_hello_finish(r, AS_HELLO_NOT_TLS, NULL);
}

/* A whole record header. */
static void
begin_record(struct as_hello_reader *r)
{
	uint8_t type = r->header[0];

	r->left = (size_t)r->header[3] << 8 | r->header[4];
	r->answer.records++;
	if (r->header[1] != 3) {
		(void)as_hello_finish(r,
		    r->answer.records == 1 ? AS_HELLO_NOT_TLS
					   : AS_HELLO_MALFORMED,
		    "a record of an unknown version");
		return;
	}
	if (r->answer.records == 1)
		r->answer.record_version =
		    (uint16_t)(r->header[1] << 8 | r->header[2]);
	if (type != RECORD_ALERT && type != RECORD_HANDSHAKE)
		(void)malformed(r, "a record that has no place here");
	else if (r->left == 0)
		(void)malformed(r, "an empty record"); /* RFC 8446 5.1 */
	else if (r->left > RECORD_MOST)
		(void)malformed(r, "a record over 16384 octets");
	else if (type == RECORD_ALERT ? r->message.n > 0 : r->n_alert > 0)
		(void)malformed(r, "a record inside another's message");
	else
		r->phase = AS_HELLO_AT_FRAGMENT;
}

static size_t
read_header(struct as_hello_reader *r, const char *p, size_t n)
{
	size_t lacks = sizeof(r->header) - r->n_header;
	size_t take = n < lacks ? n : lacks;

	memcpy(r->header + r->n_header, p, take);
	r->n_header += take;
	if (r->n_header == sizeof(r->header)) {
		r->n_header = 0;
		begin_record(r);
	}
	return take;
}

/* Both octets of an alert are there.  A warning other than close_notify lets the
 * server go on: it may only not know the name (RFC 6066 3). */
static void
end_alert(struct as_hello_reader *r)
{
	struct as_hello_answer *an = &r->answer;

	r->n_alert = 0;
	an->alerted = true;
	an->alert_level = r->alert[0];
	an->alert = r->alert[1];
	if (an->alert_level == ALERT_FATAL ||
	    (an->alert_level == ALERT_WARNING &&
		an->alert == AS_TLS_ALERT_CLOSE_NOTIFY))
		(void)as_hello_finish(r, AS_HELLO_ALERT, NULL);
	else if (an->alert_level != ALERT_WARNING)
		(void)malformed(r, "an alert of an unknown level");
	else if (++r->n_warnings > AS_MAX_HELLO_WARNINGS)
		(void)as_hello_finish(
		    r, AS_HELLO_TOO_LONG, "too many warnings");
}

static size_t
read_alert(struct as_hello_reader *r, const char *p)
{
	r->alert[r->n_alert++] = (uint8_t)*p;
	if (r->n_alert == sizeof(r->alert))
		end_alert(r);
	return 1;
}

/* Octets of the handshake: header, then body, of one message. */
static size_t
read_handshake(struct as_hello_reader *r, const char *p, size_t n)
{
	size_t take = gather(r, r->need != 0 ? r->need : MESSAGE_HEADER, p, n);
	struct as_hello_cursor c;
	uint8_t type;

	if (r->answer.end != AS_HELLO_MORE || r->message.n < MESSAGE_HEADER)
		return take;
	c = gathered(r, 0);
	type = (uint8_t)as_hello_take(&c, 1);
	if (r->need == 0) {
		size_t body = as_hello_take(&c, 3);

		if (as_hello_message_begin(r, type, body) != AS_HELLO_MORE)
			return take;
		r->need = body + MESSAGE_HEADER;
	}
	if (r->message.n == r->need) {
		(void)as_hello_message_read(r, type, gathered(r, 4));
		as_buf_reset(&r->message);
		r->need = 0;
	}
	return take;
}

static size_t
read_fragment(struct as_hello_reader *r, const char *p, size_t n)
{
	size_t most = n < r->left ? n : r->left;
	size_t take = r->header[0] == RECORD_ALERT ? read_alert(r, p)
						   : read_handshake(r, p, most);

	r->left -= take;
	if (r->left == 0)
		r->phase = AS_HELLO_AT_HEADER;
	return take;
}

/* One step: at least one octet is taken, or the end is reached. */
static size_t
step(struct as_hello_reader *r, const char *p, size_t n)
{
	switch (r->phase) {
	case AS_HELLO_AT_START: start(r, (unsigned char)*p); return 0;
	case AS_HELLO_AT_HEADER: return read_header(r, p, n);
	case AS_HELLO_AT_FRAGMENT: return read_fragment(r, p, n);
	case AS_HELLO_AT_SSL2: return read_ssl2(r, p, n);
	default: return read_text(r, p, n);
	}
}

enum as_hello_end
as_hello_read(struct as_hello_reader *r, const char *p, size_t n)
{
	struct as_hello_answer *an = &r->answer;

	while (n > 0 && an->end == AS_HELLO_MORE) {
		size_t room = AS_MAX_SHAKE_OCTETS - an->octets;
		size_t took = step(r, p, n < room ? n : room);

		p += took;
		n -= took;
		an->octets += took;
		if (an->octets == AS_MAX_SHAKE_OCTETS &&
		    an->end == AS_HELLO_MORE)
			(void)as_hello_finish(
			    r, AS_HELLO_TOO_LONG, "a flight that does not end");
	}
	return an->end;
}

enum as_hello_end
as_hello_lose(struct as_hello_reader *r, enum as_hello_loss loss)
{
	struct as_hello_answer *an = &r->answer;

	if (an->end != AS_HELLO_MORE)
		return an->end;
	if (r->phase == AS_HELLO_AT_TEXT)
		return end_text(r);
	if (loss == AS_HELLO_LOSS_TIMEOUT)
		return as_hello_finish(r, AS_HELLO_TIMEOUT, NULL);
	if (loss == AS_HELLO_LOSS_RESET)
		return as_hello_finish(r, AS_HELLO_RESET, NULL);
	/* Nothing but a warning before it closed: that was its reason. */
	if (an->alerted && an->version == 0 && r->message.n == 0)
		return as_hello_finish(r, AS_HELLO_ALERT, NULL);
	return as_hello_finish(
	    r, an->octets == 0 ? AS_HELLO_CLOSED : AS_HELLO_CUT, NULL);
}
