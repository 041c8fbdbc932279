/* Commands and their answers. */
#include "net/imap.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "net/imap_private.h"

#include "base/banned.h"

#define READ_OCTETS ((size_t)16 * 1024)

/* --- words --- */

const char *
as_imap_words(const struct as_imap *s)
{
	return s->words;
}

void
as_imap_clean(char *text)
{
	bool utf8 = as_utf8_is_valid(as_str_from(text));

	for (char *p = text; *p != 0; p++) {
		unsigned char c = (unsigned char)*p;
		if (c < ' ' || c == 0x7f || (c > 0x7f && !utf8))
			*p = '?';
	}
}

enum as_imap_end
as_imap_say(struct as_imap *s, enum as_imap_end end, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(s->words, sizeof(s->words), fmt, ap);
	va_end(ap);
	as_imap_clean(s->words);
	if (end != AS_IMAP_NO)
		s->connected = false;
	return end;
}

/* What the server says for people, without the code before it. */
static const char *
plain(const char *text)
{
	const char *end = text[0] == '[' ? strchr(text, ']') : NULL;

	if (end == NULL)
		return text;
	return end[1] == ' ' ? end + 2 : end + 1;
}

static const char *
said(const struct as_imap *s)
{
	const char *words = plain(s->text);

	return words[0] != 0 ? words : "no reason given";
}

/* --- the socket --- */

static enum as_imap_end
lost(struct as_imap *s, const char *how)
{
	if (s->bye)
		return as_imap_say(s, AS_IMAP_LOST,
		    "the server ended the session: %.200s", said(s));
	return as_imap_say(s, AS_IMAP_LOST, "the connection was lost: %s", how);
}

/* Time counts while the server has us wait, and not while our reader does. */
static enum as_imap_end
wait_for(struct as_imap *s, short events)
{
	struct pollfd p = {.fd = s->fd, .events = events};
	int64_t from = s->clock.mono_ms(s->clock.ctx);
	int64_t left = AS_IMAP_ANSWER_MS - s->waited_ms;
	int n;

	if (left > AS_IMAP_IDLE_MS)
		left = AS_IMAP_IDLE_MS;
	do {
		n = poll(&p, 1, left > 0 ? (int)left : 0);
	} while (n < 0 && errno == EINTR);
	s->waited_ms += s->clock.mono_ms(s->clock.ctx) - from;
	if (n > 0)
		return AS_IMAP_DONE;
	if (n < 0)
		return lost(s, strerror(errno));
	if (s->waited_ms >= AS_IMAP_ANSWER_MS)
		return lost(s, "an answer took the server too long");
	return lost(s, "nothing came from the server any more");
}

static enum as_imap_end
send_all(struct as_imap *s)
{
	size_t at = 0, n;

	while (at < s->out.n) {
		CURLcode code =
		    curl_easy_send(s->easy, s->out.p + at, s->out.n - at, &n);
		if (code == CURLE_OK) {
			at += n;
		} else if (code == CURLE_AGAIN) {
			enum as_imap_end end = wait_for(s, POLLOUT);
			if (end != AS_IMAP_DONE)
				return end;
		} else {
			return lost(s, curl_easy_strerror(code));
		}
	}
	return AS_IMAP_DONE;
}

/* --- what comes back --- */

static void
text_take(struct as_imap *s, struct as_str text)
{
	if (text.n > AS_MAX_IMAP_TEXT)
		text.n = AS_MAX_IMAP_TEXT;
	memcpy(s->text, text.p, text.n);
	s->text[text.n] = 0;
}

bool
as_imap_is_word(const struct as_imap_item *item, unsigned at, const char *word)
{
	return item->kind == AS_IMAP_WORD && item->at == at &&
	    as_str_is_case(item->text, word);
}

static enum as_err
on_tag(struct as_imap *s, struct as_str tag)
{
	s->line = AS_IMAP_UNTAGGED;
	if (as_str_is(tag, "*"))
		return AS_OK;
	s->line = as_str_is(tag, "+") ? AS_IMAP_GO_ON : AS_IMAP_TAGGED;
	if (s->line == AS_IMAP_TAGGED && (s->done || !as_str_is(tag, s->tag)))
		return AS_ESYNTAX;
	s->text[0] = 0;
	return AS_OK;
}

static enum as_err
on_tagged(struct as_imap *s, const struct as_imap_item *item)
{
	if (item->at == 1 && item->kind == AS_IMAP_WORD) {
		s->ok = as_str_is_case(item->text, "OK");
		return s->ok || as_str_is_case(item->text, "NO") ||
			as_str_is_case(item->text, "BAD")
		    ? AS_OK
		    : AS_ESYNTAX;
	}
	if (item->kind == AS_IMAP_TEXT)
		text_take(s, item->text);
	if (item->kind == AS_IMAP_END)
		s->done = true;
	return item->at == 1 ? AS_ESYNTAX : AS_OK;
}

static enum as_err
on_item(void *ctx, const struct as_imap_item *item)
{
	struct as_imap *s = ctx;

	if (item->kind == AS_IMAP_TAG)
		AS_TRY(on_tag(s, item->text));
	if (s->line == AS_IMAP_TAGGED)
		return item->kind == AS_IMAP_TAG ? AS_OK : on_tagged(s, item);
	if (s->line == AS_IMAP_GO_ON) {
		s->go_on |= item->kind == AS_IMAP_END;
		return s->may_go_on ? AS_OK : AS_ESYNTAX;
	}
	if (as_imap_is_word(item, 1, "BYE"))
		s->bye = true;
	if (s->bye && item->kind == AS_IMAP_TEXT)
		text_take(s, item->text);
	return s->fn != NULL ? s->fn(s->ctx, item) : AS_OK;
}

static enum as_imap_end
take(struct as_imap *s, struct as_str octets)
{
	struct as_why why = {.text = ""};
	enum as_err err;

	s->answer += octets.n;
	err = as_imap_lex_feed(&s->lex, octets, &why);
	if (err == AS_OK && s->answer <= s->answer_cap)
		return AS_IMAP_DONE;
	if (err == AS_OK)
		return as_imap_say(
		    s, AS_IMAP_BROKEN, "the server does not stop talking");
	if (err == AS_EOUTPUT || err == AS_ENOMEM)
		return as_imap_say(s, AS_IMAP_BROKEN, "%s", as_err_text(err));
	return as_imap_say(s, AS_IMAP_BROKEN,
	    "the server does not speak IMAP as it should: %s",
	    why.text[0] != 0 ? why.text : "an answer that fits no question");
}

static enum as_imap_end
receive(struct as_imap *s)
{
	char chunk[READ_OCTETS];
	size_t n = 0;
	CURLcode code = curl_easy_recv(s->easy, chunk, sizeof(chunk), &n);

	if (code == CURLE_AGAIN)
		return wait_for(s, POLLIN);
	if (code != CURLE_OK)
		return lost(s, curl_easy_strerror(code));
	if (n == 0)
		return lost(s, "the server closed it");
	return take(s, (struct as_str){chunk, n});
}

/* --- a command --- */

void
as_imap_begin(struct as_imap *s, const char *fmt, ...)
{
	va_list ap;

	(void)snprintf(s->tag, sizeof(s->tag), "A%u", ++s->number);
	as_buf_reset(&s->out);
	as_buf_printf(&s->out, "%s ", s->tag);
	va_start(ap, fmt);
	as_buf_vprintf(&s->out, fmt, ap);
	va_end(ap);
	as_imap_lex_init(&s->lex, AS_MAX_IMAP_SMALL, on_item, s);
	s->done = s->ok = s->bye = s->may_go_on = false;
	s->answer = 0;
	s->answer_cap = AS_MAX_IMAP_ANSWER;
	s->waited_ms = 0;
	s->text[0] = 0;
}

enum as_imap_end
as_imap_run(struct as_imap *s, as_imap_fn *fn, void *ctx)
{
	enum as_imap_end end;

	s->fn = fn;
	s->ctx = ctx;
	s->go_on = false;
	as_buf_puts(&s->out, "\r\n");
	if (!as_buf_ok(&s->out))
		return as_imap_say(
		    s, AS_IMAP_BROKEN, "a command became too long");
	end = send_all(s);
	while (end == AS_IMAP_DONE && !s->done && !s->go_on)
		end = receive(s);
	if (end != AS_IMAP_DONE || s->go_on || s->ok)
		return end;
	return as_imap_say(s, AS_IMAP_NO, "the server says: %.300s", said(s));
}
