/* std/hello: any struct gives a hello whose every length fits, or is refused
 * with a reason. */
#include <string.h>

#include "base/buf.h"
#include "must.h"
#include "std/hello.h"

#include "base/banned.h"

#define MOST_CODES 200

struct source {
	const uint8_t *p;
	size_t n;
	uint16_t codes[8][MOST_CODES];
	size_t lists;
};

static unsigned
next(struct source *in, unsigned octets)
{
	unsigned v = 0;

	for (unsigned i = 0; i < octets && in->n > 0; i++, in->n--)
		v = v << 8 | *in->p++;
	return v;
}

static struct as_hello_codes
next_codes(struct source *in)
{
	uint16_t *v = in->codes[in->lists++];
	size_t n = next(in, 1) % MOST_CODES;

	for (size_t i = 0; i < n; i++)
		v[i] = (uint16_t)next(in, 2);
	return (struct as_hello_codes){v, n};
}

static struct as_str
next_str(struct source *in)
{
	size_t n = next(in, 1);
	struct as_str s = {(const char *)in->p, n < in->n ? n : in->n};

	in->p += s.n;
	in->n -= s.n;
	return s;
}

static void
fill(struct source *in, struct as_hello *h, struct as_hello_share shares[4],
    uint32_t kinds[16])
{
	unsigned flags = next(in, 2);

	h->form = (flags & 1) != 0 ? AS_HELLO_FORM_SSL2 : AS_HELLO_FORM_TLS;
	h->key_share = (flags & 2) != 0;
	h->ems = (flags & 4) != 0;
	h->etm = (flags & 8) != 0;
	h->renegotiation = (flags & 16) != 0;
	h->scsv = (flags & 32) != 0;
	h->fallback = (flags & 64) != 0;
	h->status_request = (flags & 128) != 0;
	h->sct = (flags & 256) != 0;
	h->ticket = (flags & 512) != 0;
	h->psk_modes = (flags & 1024) != 0;
	h->point_formats = (flags & 2048) != 0;
	h->heartbeat = (flags & 4096) != 0;
	h->version = (uint16_t)next(in, 2);
	h->record = (uint16_t)next(in, 2);
	h->suites = next_codes(in);
	h->versions = next_codes(in);
	h->groups = next_codes(in);
	h->signatures = next_codes(in);
	h->fragment = (uint16_t)next(in, 2);
	h->pad_to = next(in, 2) * 2;
	h->n_shares = next(in, 1) % 5;
	for (size_t i = 0; i < h->n_shares; i++)
		shares[i] = (struct as_hello_share){
		    (uint16_t)next(in, 2), next_str(in)};
	h->shares = shares;
	h->n_kinds = next(in, 1) % 17;
	for (size_t i = 0; i < h->n_kinds; i++)
		kinds[i] = next(in, 3);
	h->kinds = kinds;
	h->session_id = next_str(in);
	h->compressions = next_str(in);
	h->server_name = next_str(in);
}

/* Records end where the octets end, and hold one message of that length. */
static void
check_records(const struct as_hello *h, struct as_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t most = h->fragment != 0 ? h->fragment : 16384;
	size_t at = 0, whole = 0;

	while (at < s.n) {
		size_t n;

		MUST(s.n - at > 5 && p[at] == 22);
		n = (size_t)p[at + 3] << 8 | p[at + 4];
		MUST(n > 0 && n <= most && n <= s.n - at - 5);
		whole += n;
		at += 5 + n;
	}
	MUST(whole > 4 && whole <= AS_MAX_HELLO_OCTETS);
	if (most >= 4)
		MUST(((size_t)p[6] << 16 | (size_t)p[7] << 8 | p[8]) ==
		    whole - 4);
	MUST(s.n >= h->pad_to);
}

static void
check_ssl2(struct as_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	MUST(s.n > 11 && (p[0] & 0x80) != 0);
	MUST((((size_t)p[0] & 0x7f) << 8 | p[1]) == s.n - 2);
	MUST(11u + ((size_t)p[5] << 8 | p[6]) + ((size_t)p[7] << 8 | p[8]) +
		((size_t)p[9] << 8 | p[10]) ==
	    s.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct source in = {.p = p, .n = n};
	struct as_hello_share shares[4];
	struct as_hello h = {0};
	struct as_why why = {0};
	uint32_t kinds[16];
	struct as_buf out;
	enum as_err err;

	fill(&in, &h, shares, kinds);
	as_buf_init(&out, AS_MAX_HELLO_OCTETS * 8);
	err = as_hello_write(&out, &h, &why);
	if (err != AS_OK) {
		must_explain(&why, err, 0);
		MUST(err == AS_EINVAL || err == AS_ENOMEM);
	} else if (h.form == AS_HELLO_FORM_SSL2) {
		check_ssl2(as_buf_str(&out));
	} else {
		check_records(&h, as_buf_str(&out));
	}
	as_buf_fini(&out);
	return 0;
}
