#include "render/html.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/utf8.h"

#include "base/banned.h"

#define TEXT_OCTETS ((size_t)4 * 1024 * 1024)

static const char *
entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void
as_html_add(struct as_buf *b, struct as_str s)
{
	struct as_buf safe;

	as_buf_init(&safe, TEXT_OCTETS);
	as_term_add(&safe, s);
	for (size_t i = 0; i < safe.n; i++) {
		const char *e = entity(safe.p[i]);
		if (e != NULL)
			as_buf_puts(b, e);
		else
			as_buf_add(b, &safe.p[i], 1);
	}
	if (!as_buf_ok(&safe))
		b->full = true;
	as_buf_fini(&safe);
}

void
as_html_element(
    struct as_buf *b, const char *tag, const char *class, struct as_str text)
{
	if (text.n == 0)
		return;
	as_buf_printf(b, "<%s", tag);
	if (class != NULL)
		as_buf_printf(b, " class=\"%s\"", class);
	as_buf_puts(b, ">");
	as_html_add(b, text);
	as_buf_printf(b, "</%s>\n", tag);
}

/* CSP, hash-source: base64 of the digest of what stands in the element. */
static void
style_digest(struct as_buf *b)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	unsigned char text[4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1];

	(void)SHA256((const unsigned char *)as_data_page_css.p,
	    as_data_page_css.n, digest);
	(void)EVP_EncodeBlock(text, digest, sizeof(digest));
	as_buf_printf(b, "sha256-%s", (const char *)text);
}

void
as_html_head(struct as_buf *b, struct as_str title)
{
	as_buf_puts(b,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; base-uri 'none'; "
	    "form-action 'none'; style-src '");
	style_digest(b);
	as_buf_puts(b,
	    "'\">\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n");
	as_html_element(b, "title", NULL, title);
	as_buf_puts(b, "<style>");
	as_buf_add_str(b, as_data_page_css);
	as_buf_puts(b, "</style>\n</head>\n<body>\n");
}

void
as_html_foot(struct as_buf *b)
{
	as_buf_puts(b, "</body>\n</html>\n");
}
