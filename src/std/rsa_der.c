#include "std/rsa_der.h"

#include <string.h>

#include "base/banned.h"

#define TAG_INTEGER    0x02
#define TAG_BIT_STRING 0x03
#define TAG_SEQUENCE   0x30

/* rsaEncryption with NULL for parameters (RFC 3279 2.3.1). */
static const unsigned char algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86,
    0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};

static unsigned
octet(struct as_str s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

/* The content of the element that begins *s, and *s behind it.  The length must be
 * written as short as can be (X.690 10.1), in two octets at most. */
static bool
element(struct as_str *s, unsigned tag, struct as_str *content)
{
	size_t head = 2, n = octet(*s, 1);

	if (s->n < 2 || octet(*s, 0) != tag)
		return false;
	if (n == 0x81) {
		head = 3;
		n = octet(*s, 2);
		if (n < 0x80)
			return false;
	} else if (n == 0x82) {
		head = 4;
		n = (size_t)octet(*s, 2) << 8 | octet(*s, 3);
		if (n < 0x100)
			return false;
	} else if (n >= 0x80) {
		return false;
	}
	if (s->n < head || s->n - head < n)
		return false;
	*content = as_str_slice(*s, head, head + n);
	*s = as_str_slice(*s, head + n, s->n);
	return true;
}

/* A number above zero without a needless zero before it (X.690 8.3.2). */
static bool
number(struct as_str *s, struct as_str *out)
{
	if (!element(s, TAG_INTEGER, out) || out->n == 0)
		return false;
	if (octet(*out, 0) >= 0x80)
		return false;
	if (octet(*out, 0) != 0)
		return true;
	if (octet(*out, 1) < 0x80)
		return false;
	*out = as_str_slice(*out, 1, out->n);
	return true;
}

bool
as_rsa_der_read(struct as_str der, struct as_str *n, struct as_str *e)
{
	struct as_str info, bits, key;

	if (!element(&der, TAG_SEQUENCE, &info) || der.n > 0 ||
	    info.n < sizeof(algorithm) ||
	    memcmp(info.p, algorithm, sizeof(algorithm)) != 0)
		return false;
	info = as_str_slice(info, sizeof(algorithm), info.n);
	if (!element(&info, TAG_BIT_STRING, &bits) || info.n > 0 ||
	    bits.n == 0 || bits.p[0] != 0)
		return false;
	bits = as_str_slice(bits, 1, bits.n);
	return element(&bits, TAG_SEQUENCE, &key) && bits.n == 0 &&
	    number(&key, n) && number(&key, e) && key.n == 0;
}
