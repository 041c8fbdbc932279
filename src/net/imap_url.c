#include "net/imap_url.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"

#include "base/banned.h"

#define PORT_TLS  993
#define PORT_OPEN 143
#define FORM      "imaps://USER@HOST[:PORT]/FOLDER"

bool
as_imap_url_is(struct as_str text)
{
	return as_str_has_prefix_case(text, "imap://") ||
	    as_str_has_prefix_case(text, "imaps://");
}

static enum as_err
wrong(struct as_why *why, const char *what)
{
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "a mailbox is given as " FORM ": %s", what);
}

/* --- %XX --- */

static bool
unescape(struct as_arena *a, struct as_str s, struct as_str *out)
{
	char *to = as_arena_alloc(a, s.n + 1);
	size_t n = 0;

	*out = (struct as_str){to, 0};
	for (size_t i = 0; to != NULL && i < s.n; i++) {
		char c = s.p[i];
		if (c == '%') {
			int high = i + 2 < s.n ? as_hex_digit(s.p[i + 1]) : -1;
			int low = i + 2 < s.n ? as_hex_digit(s.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if ((unsigned char)c < ' ' || c == 0x7f)
			return false;
		to[n++] = c;
	}
	out->n = n;
	return as_utf8_is_valid(*out);
}

static void
escape(struct as_buf *b, struct as_str s, const char *plain)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (letter || (c != 0 && strchr(plain, c) != NULL))
			as_buf_add(b, &c, 1);
		else
			as_buf_printf(b, "%%%02X", (unsigned char)c);
	}
}

/* --- the parts --- */

static bool
is_host(struct as_str s, bool bracketed)
{
	static const char name[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

	if (s.n == 0 || s.n > AS_MAX_NAME_OCTETS)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == 0 ||
		    strchr(bracketed ? "0123456789abcdefABCDEF:." : name,
			s.p[i]) == NULL)
			return false;
	return true;
}

/* HOST[:PORT] or [ADDRESS][:PORT] */
static enum as_err
host_parse(struct as_str s, struct as_imap_url *u, struct as_why *why)
{
	bool bracketed = s.n > 0 && s.p[0] == '[';
	size_t end = as_str_find(s, bracketed ? ']' : ':', 0);
	uint64_t port = u->tls ? PORT_TLS : PORT_OPEN;

	u->host = as_str_slice(s, bracketed ? 1 : 0, end);
	if (!is_host(u->host, bracketed) || (bracketed && end == s.n))
		return wrong(why, "the host is no name and no address");
	end += bracketed;
	if (end < s.n &&
	    (s.p[end] != ':' ||
		as_str_u64(as_str_slice(s, end + 1, s.n), UINT16_MAX, &port) !=
		    AS_OK ||
		port == 0))
		return wrong(why, "the port is no number from 1 to 65535");
	u->port = (uint16_t)port;
	return AS_OK;
}

static enum as_err
user_parse(struct as_arena *a, struct as_str s, struct as_imap_url *u,
    struct as_why *why)
{
	size_t semicolon = as_str_find(s, ';', 0);

	if (as_str_find(s, ':', 0) < s.n)
		return wrong(why,
		    "no password may stand in it; see --imap-password-file");
	if (semicolon < s.n)
		return wrong(why, "it says how to log in; leave that out");
	if (!unescape(a, s, &u->user) || u->user.n == 0)
		return wrong(why, "the user's name is missing or malformed");
	return AS_OK;
}

static bool
shown_make(struct as_arena *a, struct as_imap_url *u)
{
	bool six = as_str_find(u->host, ':', 0) < u->host.n;
	struct as_buf b;

	as_buf_init(&b, (size_t)16384);
	as_buf_puts(&b, u->tls ? "imaps://" : "imap://");
	escape(&b, u->user, "-._~+");
	as_buf_printf(&b, six ? "@[" AS_STR_FMT "]" : "@" AS_STR_FMT,
	    AS_STR_ARG(u->host));
	if (u->port != (u->tls ? PORT_TLS : PORT_OPEN))
		as_buf_printf(&b, ":%u", u->port);
	as_buf_puts(&b, "/");
	escape(&b, u->folder, "-._~+/@=,");
	u->shown = as_buf_ok(&b) ? as_str_dup(a, as_buf_str(&b)) : AS_STR_NULL;
	as_buf_fini(&b);
	return !as_str_is_null(u->shown);
}

enum as_err
as_imap_url_parse(struct as_arena *a, struct as_str text,
    struct as_imap_url *out, struct as_why *why)
{
	size_t begin = as_str_find(text, '/', 0) + 2, slash, at;
	struct as_str place, folder;

	*out =
	    (struct as_imap_url){.tls = as_str_has_prefix_case(text, "imaps:")};
	if (text.n > AS_MAX_IMAP_URL)
		return wrong(why, "it is too long");
	slash = as_str_find(text, '/', begin);
	place = as_str_slice(text, begin, slash);
	folder = as_str_slice(text, slash + 1, text.n);
	at = place.n;
	while (at > 0 && place.p[at - 1] != '@')
		at--;
	if (at == 0)
		return wrong(why, "the user is missing");
	AS_TRY(user_parse(a, as_str_slice(place, 0, at - 1), out, why));
	AS_TRY(host_parse(as_str_slice(place, at, place.n), out, why));
	out->host = as_str_lower(a, out->host);
	if (as_str_is_null(out->host))
		return as_why_no_memory(why);
	if (folder.n == 0)
		folder = AS_STR("INBOX");
	if (!unescape(a, folder, &out->folder))
		return wrong(why, "the folder's name is malformed");
	return shown_make(a, out) ? AS_OK : as_why_no_memory(why);
}

/* --- modified UTF-7 --- */

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static bool
is_plain(uint32_t c)
{
	return c >= ' ' && c <= '~';
}

/* UTF-16 of a run of other characters, in sixes of bits. */
struct sixes {
	struct as_buf *b;
	uint32_t bits;
	unsigned n;
};

static void
unit_put(struct sixes *s, uint32_t unit)
{
	s->bits = (s->bits << 16 | unit);
	s->n += 16;
	while (s->n >= 6) {
		s->n -= 6;
		as_buf_add(s->b, &base64[s->bits >> s->n & 63], 1);
		s->bits &= (1u << s->n) - 1;
	}
}

static void
run_end(struct sixes *s)
{
	if (s->n > 0)
		as_buf_add(s->b, &base64[s->bits << (6 - s->n) & 63], 1);
	as_buf_puts(s->b, "-");
	*s = (struct sixes){.b = s->b};
}

static void
character_put(struct sixes *s, uint32_t c)
{
	if (c > 0xffff) {
		unit_put(s, 0xd800 + ((c - 0x10000) >> 10));
		unit_put(s, 0xdc00 + ((c - 0x10000) & 0x3ff));
	} else {
		unit_put(s, c);
	}
}

static void
plain_put(struct as_buf *b, char c)
{
	if (c == '"' || c == '\\')
		as_buf_puts(b, "\\");
	as_buf_add(b, &c, 1);
	if (c == '&')
		as_buf_puts(b, "-");
}

static bool
folder_put(struct as_buf *b, struct as_str folder)
{
	struct sixes s = {.b = b};
	bool run = false;
	uint32_t c;
	size_t n;

	for (size_t at = 0; at < folder.n; at += n) {
		n = as_utf8_next(folder, at, &c);
		if (n == 0 || c < ' ' || c == 0x7f)
			return false;
		if (run && is_plain(c))
			run_end(&s);
		if (!run && !is_plain(c))
			as_buf_puts(b, "&");
		run = !is_plain(c);
		if (run)
			character_put(&s, c);
		else
			plain_put(b, (char)c);
	}
	if (run)
		run_end(&s);
	return true;
}

enum as_err
as_imap_folder_write(
    struct as_arena *a, struct as_str folder, struct as_str *out)
{
	struct as_buf b;
	bool ok;

	as_buf_init(&b, (size_t)AS_MAX_IMAP_URL * 4);
	as_buf_puts(&b, "\"");
	ok = folder_put(&b, folder);
	as_buf_puts(&b, "\"");
	*out = as_buf_ok(&b) ? as_str_dup(a, as_buf_str(&b)) : AS_STR_NULL;
	as_buf_fini(&b);
	if (!ok)
		return AS_EINVAL;
	return as_str_is_null(*out) ? AS_ENOMEM : AS_OK;
}

/* One run between & and -; false: it is none. */
static bool
run_read(struct as_buf *b, struct as_str run)
{
	uint32_t bits = 0, high = 0, c;
	unsigned n = 0;
	char utf8[4];

	for (size_t i = 0; i < run.n; i++) {
		const char *digit =
		    run.p[i] != 0 ? strchr(base64, run.p[i]) : NULL;
		if (digit == NULL)
			return false;
		bits = bits << 6 | (uint32_t)(digit - base64);
		n += 6;
		if (n < 16)
			continue;
		n -= 16;
		c = bits >> n & 0xffff;
		bits &= (1u << n) - 1;
		if (high == 0 && c >= 0xd800 && c < 0xdc00) {
			high = c;
			continue;
		}
		if ((high != 0) != (c >= 0xdc00 && c < 0xe000))
			return false;
		if (high != 0)
			c = 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00);
		high = 0;
		as_buf_add(b, utf8, as_utf8_put(utf8, c));
	}
	return n < 6 && bits == 0 && high == 0;
}

static bool
name_read(struct as_buf *b, struct as_str name)
{
	size_t end;

	for (size_t at = 0; at < name.n; at = end + 1) {
		end = at;
		if (name.p[at] != '&') {
			as_buf_add(b, &name.p[at], 1);
			continue;
		}
		end = as_str_find(name, '-', at);
		if (end == name.n)
			return false;
		if (end == at + 1)
			as_buf_puts(b, "&");
		else if (!run_read(b, as_str_slice(name, at + 1, end)))
			return false;
	}
	return true;
}

struct as_str
as_imap_folder_read(struct as_arena *a, struct as_str name)
{
	struct as_str out = name;
	struct as_buf b;

	as_buf_init(&b, (size_t)AS_MAX_IMAP_STRING * 2);
	if (name_read(&b, name) && as_buf_ok(&b))
		out = as_buf_str(&b);
	out = as_str_dup(a, out);
	as_buf_fini(&b);
	return out;
}
