/* What a server can do, and who we are.  Part of net/imap. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "net/imap_private.h"

#include "base/banned.h"

#define CLEAR_OCTETS  ((size_t)2 * AS_MAX_IMAP_SECRET)
#define BASE64_OCTETS ((CLEAR_OCTETS + 2) / 3 * 4 + 1)

static const struct {
	const char *word;
	unsigned can;
} capabilities[] = {
    {"SASL-IR", AS_IMAP_CAN_SASL_IR},
    {"AUTH=PLAIN", AS_IMAP_CAN_PLAIN},
    {"AUTH=XOAUTH2", AS_IMAP_CAN_XOAUTH2},
    {"AUTH=OAUTHBEARER", AS_IMAP_CAN_OAUTHBEARER},
    {"LOGINDISABLED", AS_IMAP_CAN_NO_LOGIN},
    {"MOVE", AS_IMAP_CAN_MOVE},
    {"UIDPLUS", AS_IMAP_CAN_UIDPLUS},
};

/* The items of one answer. */
struct capability {
	unsigned can;
	bool at_it; /* inside its response */
};

static enum as_err
on_capability(void *ctx, const struct as_imap_item *item)
{
	struct capability *c = ctx;

	if (item->kind == AS_IMAP_TAG)
		c->at_it = false;
	if (as_imap_is_word(item, 1, "CAPABILITY"))
		c->at_it = true;
	if (!c->at_it || item->kind != AS_IMAP_WORD)
		return AS_OK;
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]);
	     i++)
		if (as_str_is_case(item->text, capabilities[i].word))
			c->can |= capabilities[i].can;
	return AS_OK;
}

static enum as_imap_end
capability(struct as_imap *s)
{
	struct capability c = {.can = 0};
	enum as_imap_end end;

	as_imap_begin(s, "CAPABILITY");
	end = as_imap_run(s, on_capability, &c);
	s->can = c.can;
	return end;
}

/* --- SASL (RFC 3501 6.2.2) --- */

static enum as_imap_end
refused(struct as_imap *s, enum as_imap_end end)
{
	char words[sizeof(s->words)];

	if (end != AS_IMAP_NO)
		return end;
	memcpy(words, s->words, sizeof(words));
	return as_imap_say(
	    s, AS_IMAP_LOGIN, "login was refused; %.400s", words);
}

/* After a failure XOAUTH2 asks for an empty answer, and says no then. */
static enum as_imap_end
authenticate(struct as_imap *s, const char *mechanism, const char *response)
{
	bool sent = (s->can & AS_IMAP_CAN_SASL_IR) != 0;
	enum as_imap_end end;

	as_imap_begin(s, "AUTHENTICATE %s%s%s", mechanism, sent ? " " : "",
	    sent ? response : "");
	s->may_go_on = true;
	end = as_imap_run(s, NULL, NULL);
	for (int i = 0; i < 3 && end == AS_IMAP_DONE && s->go_on; i++) {
		as_buf_reset(&s->out);
		as_buf_puts(&s->out, sent ? "" : response);
		sent = true;
		end = as_imap_run(s, NULL, NULL);
	}
	if (end == AS_IMAP_DONE && s->go_on)
		return as_imap_say(s, AS_IMAP_BROKEN,
		    "the server asks for more than %s has", mechanism);
	return refused(s, end);
}

static enum as_imap_end
sasl(struct as_imap *s, const char *mechanism, const char *clear, size_t n)
{
	unsigned char base64[BASE64_OCTETS];
	enum as_imap_end end;

	if (n >= CLEAR_OCTETS)
		return as_imap_say(
		    s, AS_IMAP_LOGIN, "the name or the secret is too long");
	(void)EVP_EncodeBlock(base64, (const unsigned char *)clear, (int)n);
	end = authenticate(s, mechanism, (const char *)base64);
	OPENSSL_cleanse(base64, sizeof(base64));
	return end;
}

static enum as_imap_end
token_login(struct as_imap *s, struct as_str user, struct as_str token)
{
	bool bearer = (s->can & AS_IMAP_CAN_OAUTHBEARER) != 0;
	char clear[CLEAR_OCTETS];
	enum as_imap_end end;
	int n;

	if (!bearer && (s->can & AS_IMAP_CAN_XOAUTH2) == 0)
		return as_imap_say(s, AS_IMAP_LOGIN,
		    "the server takes no tokens (neither OAUTHBEARER nor "
		    "XOAUTH2)");
	n = bearer
	    ? snprintf(clear, sizeof(clear),
		  "n,a=" AS_STR_FMT ",\001host=" AS_STR_FMT
		  "\001port=%u\001auth=Bearer " AS_STR_FMT "\001\001",
		  AS_STR_ARG(user), AS_STR_ARG(s->target.host), s->target.port,
		  AS_STR_ARG(token))
	    : snprintf(clear, sizeof(clear),
		  "user=" AS_STR_FMT "\001auth=Bearer " AS_STR_FMT "\001\001",
		  AS_STR_ARG(user), AS_STR_ARG(token));
	end = sasl(s, bearer ? "OAUTHBEARER" : "XOAUTH2", clear, (size_t)n);
	OPENSSL_cleanse(clear, sizeof(clear));
	return end;
}

/* NUL, name, NUL, password (RFC 4616 2). */
static enum as_imap_end
plain_login(struct as_imap *s, struct as_str user, struct as_str password)
{
	char clear[CLEAR_OCTETS];
	enum as_imap_end end;
	int n = snprintf(clear, sizeof(clear), "%c" AS_STR_FMT "%c" AS_STR_FMT,
	    0, AS_STR_ARG(user), 0, AS_STR_ARG(password));

	end = sasl(s, "PLAIN", clear, (size_t)n);
	OPENSSL_cleanse(clear, sizeof(clear));
	return end;
}

/* --- LOGIN --- */

static bool
is_quotable(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

static void
quoted_put(struct as_buf *b, struct as_str s)
{
	as_buf_puts(b, " \"");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			as_buf_puts(b, "\\");
		as_buf_add(b, &s.p[i], 1);
	}
	as_buf_puts(b, "\"");
}

static enum as_imap_end
old_login(struct as_imap *s, struct as_str user, struct as_str password)
{
	if ((s->can & AS_IMAP_CAN_NO_LOGIN) != 0)
		return as_imap_say(
		    s, AS_IMAP_LOGIN, "the server takes no passwords");
	if (!is_quotable(user) || !is_quotable(password))
		return as_imap_say(s, AS_IMAP_LOGIN,
		    "the server takes ASCII names and passwords only");
	as_imap_begin(s, "LOGIN");
	quoted_put(&s->out, user);
	quoted_put(&s->out, password);
	return refused(s, as_imap_run(s, NULL, NULL));
}

enum as_imap_end
as_imap_login(
    struct as_imap *s, struct as_str user, struct as_str secret, bool token)
{
	enum as_imap_end end = capability(s);

	if (end != AS_IMAP_DONE)
		return end;
	if (token)
		end = token_login(s, user, secret);
	else if ((s->can & AS_IMAP_CAN_PLAIN) != 0)
		end = plain_login(s, user, secret);
	else
		end = old_login(s, user, secret);
	OPENSSL_cleanse(s->out.p, s->out.n);
	/* It may tell more now (RFC 3501 6.1.1). */
	return end == AS_IMAP_DONE ? capability(s) : end;
}
