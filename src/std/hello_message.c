/* The messages of a server's flight.  Part of std/hello. */
#include <string.h>

#include "std/hello_private.h"

#include "base/banned.h"

enum message {
	HELLO_REQUEST = 0,
	SERVER_HELLO = 2,
	CERTIFICATE = 11,
	SERVER_KEY_EXCHANGE = 12,
	CERTIFICATE_REQUEST = 13,
	SERVER_HELLO_DONE = 14,
	CERTIFICATE_STATUS = 22,
	SUPPLEMENTAL_DATA = 23,
};

#define KNOWN \
	(1u << HELLO_REQUEST | 1u << SERVER_HELLO | 1u << CERTIFICATE | \
	    1u << SERVER_KEY_EXCHANGE | 1u << CERTIFICATE_REQUEST | \
	    1u << SERVER_HELLO_DONE | 1u << CERTIFICATE_STATUS | \
	    1u << SUPPLEMENTAL_DATA)

#define SESSION_MOST 32

/* The random of a HelloRetryRequest (RFC 8446 4.1.3). */
static const unsigned char retry_random[32] = {0xcf, 0x21, 0xad, 0x74, 0xe5,
    0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8,
    0xa8, 0x33, 0x9c};

uint32_t
as_hello_take(struct as_hello_cursor *c, unsigned octets)
{
	uint32_t v = 0;

	if (c->bad || c->n < octets) {
		c->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < octets; i++)
		v = v << 8 | c->p[i];
	c->p += octets;
	c->n -= octets;
	return v;
}

struct as_hello_cursor
as_hello_take_part(struct as_hello_cursor *c, size_t n)
{
	struct as_hello_cursor part = {.p = c->p, .n = n};

	if (c->bad || c->n < n) {
		c->bad = true;
		return (struct as_hello_cursor){.p = c->p, .bad = true};
	}
	c->p += n;
	c->n -= n;
	return part;
}

/* A vector with a length of so many octets. */
static struct as_hello_cursor
take_vector(struct as_hello_cursor *c, unsigned octets)
{
	uint32_t n = as_hello_take(c, octets);

	return as_hello_take_part(c, n);
}

static enum as_hello_end
malformed(struct as_hello_reader *r, const char *why)
{
	return as_hello_finish(r, AS_HELLO_MALFORMED, why);
}

static bool
keep_octets(
    struct as_hello_reader *r, struct as_hello_cursor c, struct as_str *out)
{
	char *p = as_arena_copy(r->a, c.p, c.n);

	if (p == NULL)
		return false;
	*out = (struct as_str){p, c.n};
	return true;
}

static size_t
message_cap(uint8_t type)
{
	switch (type) {
	case CERTIFICATE:
	case CERTIFICATE_REQUEST:
	case CERTIFICATE_STATUS:
	case SUPPLEMENTAL_DATA: return AS_MAX_CHAIN_OCTETS;
	default: return AS_MAX_HELLO_MESSAGE;
	}
}

enum as_hello_end
as_hello_message_begin(struct as_hello_reader *r, uint8_t type, size_t n)
{
	if (type >= 32 || (KNOWN & 1u << type) == 0)
		return malformed(r,
		    "a handshake message that has no place "
		    "here");
	if (type != HELLO_REQUEST) {
		if ((r->seen & 1u << SERVER_HELLO) == 0 && type != SERVER_HELLO)
			return malformed(r, "a message before ServerHello");
		if ((r->seen & 1u << type) != 0)
			return malformed(r, "a message sent twice");
		r->seen |= 1u << type;
	}
	if (++r->n_messages > AS_MAX_HELLO_MESSAGES)
		return as_hello_finish(
		    r, AS_HELLO_TOO_LONG, "too many messages in a flight");
	if (n > message_cap(type))
		return as_hello_finish(
		    r, AS_HELLO_TOO_LONG, "a handshake message is too long");
	return AS_HELLO_MORE;
}

/* The value of one extension of a ServerHello or HelloRetryRequest. */
static void
read_extension(struct as_hello_answer *an, bool retry, uint16_t type,
    struct as_hello_cursor *body)
{
	switch (type) {
	case AS_TLS_EXT_VERSIONS:
		an->version = (uint16_t)as_hello_take(body, 2);
		break;
	case AS_TLS_EXT_KEY_SHARE:
		an->group = (uint16_t)as_hello_take(body, 2);
		if (!retry)
			(void)take_vector(body, 2);
		break;
	default: return; /* its presence is all that is asked */
	}
	if (body->n > 0)
		body->bad = true;
}

static enum as_hello_end
read_extensions(
    struct as_hello_reader *r, bool retry, struct as_hello_cursor *c)
{
	struct as_hello_answer *an = &r->answer;

	while (c->n > 0 && !c->bad) {
		uint16_t type = (uint16_t)as_hello_take(c, 2);
		struct as_hello_cursor body = take_vector(c, 2);

		if (c->bad)
			break;
		if (as_hello_has(an, type))
			return malformed(r, "an extension sent twice");
		if (an->n_extensions == AS_MAX_HELLO_EXTENSIONS)
			return as_hello_finish(
			    r, AS_HELLO_TOO_LONG, "too many extensions");
		an->extensions[an->n_extensions++] = type;
		read_extension(an, retry, type, &body);
		c->bad = c->bad || body.bad;
	}
	return c->bad ? malformed(r, "an extension that is cut")
		      : AS_HELLO_MORE;
}

/* RFC 8446 4.1.3: a server that could do more says so in its random. */
static uint16_t
downgrade_from(const unsigned char random[32])
{
	if (memcmp(random + 24, "DOWNGRD", 7) != 0 || random[31] > 1)
		return 0;
	return random[31] == 1 ? AS_TLS_1_3 : AS_TLS_1_2;
}

/* ServerHello is read: which version is it, and is that the end? */
static enum as_hello_end
settle_version(struct as_hello_reader *r, const unsigned char random[32])
{
	struct as_hello_answer *an = &r->answer;
	bool retry = memcmp(random, retry_random, sizeof(retry_random)) == 0;

	if (as_hello_has(an, AS_TLS_EXT_VERSIONS) && an->version <= AS_TLS_1_2)
		return malformed(r, "supported_versions for an old version");
	if (!as_hello_has(an, AS_TLS_EXT_VERSIONS))
		an->version = an->legacy_version;
	if (an->version < AS_TLS_SSL3)
		return malformed(r, "a version that TLS does not have");
	if (retry)
		return as_hello_finish(r, AS_HELLO_RETRY, NULL);
	if (an->version >= AS_TLS_1_3)
		return as_hello_finish(r, AS_HELLO_HELLO, NULL);
	an->downgrade = downgrade_from(random);
	return AS_HELLO_MORE;
}

/* RFC 8446 4.1.3, RFC 5246 7.4.1.3. */
static enum as_hello_end
read_hello(struct as_hello_reader *r, struct as_hello_cursor c)
{
	struct as_hello_answer *an = &r->answer;
	struct as_hello_cursor random, extensions = {0};
	enum as_hello_end end;

	an->legacy_version = (uint16_t)as_hello_take(&c, 2);
	random = as_hello_take_part(&c, 32);
	an->session_id_octets = (uint8_t)take_vector(&c, 1).n;
	an->suite = (uint16_t)as_hello_take(&c, 2);
	an->compression = (uint8_t)as_hello_take(&c, 1);
	if (c.n > 0)
		extensions = take_vector(&c, 2);
	if (c.bad || c.n > 0)
		return malformed(r, "a ServerHello of another length");
	if (an->session_id_octets > SESSION_MOST)
		return malformed(r, "a session id over 32 octets");
	end = read_extensions(r,
	    memcmp(random.p, retry_random, sizeof(retry_random)) == 0,
	    &extensions);
	return end != AS_HELLO_MORE ? end : settle_version(r, random.p);
}

/* RFC 5246 7.4.2. */
static enum as_hello_end
read_certificates(struct as_hello_reader *r, struct as_hello_cursor c)
{
	struct as_hello_answer *an = &r->answer;
	struct as_hello_cursor list = take_vector(&c, 3);

	if (c.bad || c.n > 0)
		return malformed(r, "a Certificate of another length");
	if (r->keep) {
		an->certificates = as_arena_array(
		    r->a, AS_MAX_CHAIN_CERTS, sizeof(struct as_str));
		if (an->certificates == NULL)
			return as_hello_finish(r, AS_HELLO_NO_MEMORY, NULL);
	}
	while (list.n > 0) {
		struct as_hello_cursor one = take_vector(&list, 3);

		if (list.bad || one.n == 0)
			return malformed(r, "a certificate that is cut");
		an->certificates_sent++;
		an->certificates_octets += one.n;
		if (!r->keep || an->n_certificates == AS_MAX_CHAIN_CERTS)
			continue;
		if (!keep_octets(r, one, &an->certificates[an->n_certificates]))
			return as_hello_finish(r, AS_HELLO_NO_MEMORY, NULL);
		an->n_certificates++;
	}
	return AS_HELLO_MORE;
}

static uint32_t
bits_of(struct as_hello_cursor *c)
{
	uint32_t bits;

	while (c->n > 0 && c->p[0] == 0) {
		c->p++;
		c->n--;
	}
	if (c->n == 0)
		return 0;
	bits = (uint32_t)c->n * 8;
	for (unsigned char top = c->p[0]; (top & 0x80) == 0; top <<= 1)
		bits--;
	return bits;
}

/* ServerDHParams, RFC 5246 7.4.3; with `rsa` ServerRSAParams of an export
 * suite, RFC 2246 7.4.3: modulus and exponent. */
static bool
read_finite(struct as_hello_reader *r, bool rsa, struct as_hello_cursor *c)
{
	struct as_hello_exchange *x = &r->answer.exchange;
	struct as_hello_cursor prime = take_vector(c, 2);
	struct as_hello_cursor generator = take_vector(c, 2), value = {0};

	if (!rsa)
		value = take_vector(c, 2);
	if (c->bad)
		return true; /* told by the caller */
	x->bits = bits_of(&prime);
	(void)bits_of(&generator);
	x->public_bits = bits_of(&value);
	if (prime.n <= AS_MAX_DH_PRIME_OCTETS &&
	    !keep_octets(r, prime, &x->prime))
		return false;
	return generator.n > AS_MAX_DH_PRIME_OCTETS ||
	    keep_octets(r, generator, &x->generator);
}

/* ServerECDHParams, RFC 8422 5.4; false: an explicit curve, of which the rest is
 * not read. */
static bool
read_curve(struct as_hello_exchange *x, struct as_hello_cursor *c)
{
	x->curve_type = (uint8_t)as_hello_take(c, 1);
	if (x->curve_type != 3)
		return false;
	x->group = (uint16_t)as_hello_take(c, 2);
	(void)take_vector(c, 1);
	return true;
}

static enum as_hello_end
read_signature(
    struct as_hello_reader *r, enum as_tls_auth auth, struct as_hello_cursor *c)
{
	struct as_hello_exchange *x = &r->answer.exchange;

	if (auth != AS_TLS_AUTH_NONE) {
		if (r->answer.version >= AS_TLS_1_2)
			x->signature = (uint16_t)as_hello_take(c, 2);
		x->is_signed = take_vector(c, 2).n > 0;
	}
	if (c->bad || c->n > 0)
		return malformed(r, "a ServerKeyExchange of another length");
	return AS_HELLO_MORE;
}

static enum as_hello_end
read_exchange(struct as_hello_reader *r, struct as_hello_cursor c)
{
	struct as_tls_exchange how = as_tls_exchange_get(r->answer.suite);
	struct as_hello_exchange *x = &r->answer.exchange;

	x->seen = true;
	switch (how.kx) {
	case AS_TLS_KX_DHE:
	case AS_TLS_KX_RSA_EXPORT:
		if (!read_finite(r, how.kx == AS_TLS_KX_RSA_EXPORT, &c))
			return as_hello_finish(r, AS_HELLO_NO_MEMORY, NULL);
		return read_signature(r, how.auth, &c);
	case AS_TLS_KX_ECDHE:
		if (read_curve(x, &c))
			return read_signature(r, how.auth, &c);
		if (c.bad || x->curve_type < 1 || x->curve_type > 3)
			return malformed(r, "a curve of an unknown type");
		return AS_HELLO_MORE;
	default: return AS_HELLO_MORE; /* PSK, SRP, unknown: not read */
	}
}

/* RFC 6066 8: only type ocsp (1). */
static enum as_hello_end
read_status(struct as_hello_reader *r, struct as_hello_cursor c)
{
	uint32_t type = as_hello_take(&c, 1);
	struct as_hello_cursor ocsp = {0};

	if (type == 1) {
		ocsp = take_vector(&c, 3);
		if (c.n > 0)
			c.bad = true;
	}
	if (c.bad)
		return malformed(r, "a CertificateStatus of another length");
	if (r->keep && ocsp.n > 0 && !keep_octets(r, ocsp, &r->answer.ocsp))
		return as_hello_finish(r, AS_HELLO_NO_MEMORY, NULL);
	return AS_HELLO_MORE;
}

enum as_hello_end
as_hello_message_read(
    struct as_hello_reader *r, uint8_t type, struct as_hello_cursor body)
{
	switch (type) {
	case SERVER_HELLO: return read_hello(r, body);
	case CERTIFICATE: return read_certificates(r, body);
	case SERVER_KEY_EXCHANGE: return read_exchange(r, body);
	case CERTIFICATE_STATUS: return read_status(r, body);
	case CERTIFICATE_REQUEST:
		r->answer.certificate_request = true;
		return AS_HELLO_MORE;
	case HELLO_REQUEST:
		return body.n > 0 ? malformed(r, "a HelloRequest with a body")
				  : AS_HELLO_MORE;
	case SERVER_HELLO_DONE:
		return body.n > 0
		    ? malformed(r, "a ServerHelloDone with a body")
		    : as_hello_finish(r, AS_HELLO_FLIGHT, NULL);
	default: return AS_HELLO_MORE;
	}
}

/* SERVER-HELLO of SSLv2: kinds are sent in clear text. */
static enum as_hello_end
read_ssl2_hello(struct as_hello_reader *r, struct as_hello_cursor c)
{
	struct as_hello_answer *an = &r->answer;
	struct as_hello_cursor certificate, kinds;
	size_t n_certificate, n_kinds, n_id;

	(void)as_hello_take(&c, 2); /* session id hit, certificate type */
	an->legacy_version = (uint16_t)as_hello_take(&c, 2);
	n_certificate = as_hello_take(&c, 2);
	n_kinds = as_hello_take(&c, 2);
	n_id = as_hello_take(&c, 2);
	certificate = as_hello_take_part(&c, n_certificate);
	kinds = as_hello_take_part(&c, n_kinds);
	(void)as_hello_take_part(&c, n_id);
	if (c.bad || c.n > 0 || n_kinds % 3 != 0)
		return malformed(r, "a SERVER-HELLO of another length");
	if (an->legacy_version != AS_TLS_SSL2)
		return malformed(r, "a SERVER-HELLO of another version");
	an->version = AS_TLS_SSL2;
	while (kinds.n > 0 && an->n_ssl2_kinds < AS_MAX_SSL2_KINDS)
		an->ssl2_kinds[an->n_ssl2_kinds++] = as_hello_take(&kinds, 3);
	if (r->keep && certificate.n > 0 &&
	    !keep_octets(r, certificate, &an->ssl2_certificate))
		return as_hello_finish(r, AS_HELLO_NO_MEMORY, NULL);
	return as_hello_finish(r, AS_HELLO_SSL2, NULL);
}

enum as_hello_end
as_hello_ssl2_read(struct as_hello_reader *r, struct as_hello_cursor body)
{
	if (as_hello_take(&body, 1) != 0)
		return read_ssl2_hello(r, body);
	r->answer.ssl2_error = (uint16_t)as_hello_take(&body, 2);
	if (body.bad || body.n > 0)
		return malformed(r, "an SSLv2 ERROR of another length");
	return as_hello_finish(r, AS_HELLO_SSL2_ERROR, NULL);
}
