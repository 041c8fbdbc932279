#include "std/tls_code.h"

#include "base/banned.h"

const char *
as_tls_version_name(uint16_t version)
{
	switch (version) {
	case AS_TLS_SSL2: return "SSLv2";
	case AS_TLS_SSL3: return "SSLv3";
	case AS_TLS_1_0: return "TLSv1"; /* as OpenSSL has it */
	case AS_TLS_1_1: return "TLSv1.1";
	case AS_TLS_1_2: return "TLSv1.2";
	case AS_TLS_1_3: return "TLSv1.3";
	default: return NULL;
	}
}

const char *
as_tls_kx_text(enum as_tls_kx kx)
{
	static const char *const texts[] = {
#define TEXT(code, text) [code] = (text),
	    AS_TLS_KX_MAP(TEXT)
#undef TEXT
	};

	return texts[kx];
}

const char *
as_tls_auth_text(enum as_tls_auth auth)
{
	static const char *const texts[] = {
#define TEXT(code, text) [code] = (text),
	    AS_TLS_AUTH_MAP(TEXT)
#undef TEXT
	};

	return texts[auth];
}

const char *
as_tls_alert_name(uint8_t description)
{
	switch (description) {
#define NAME(code, number, text) \
	case (number): return (text);
		AS_TLS_ALERT_MAP(NAME)
#undef NAME
	default: return NULL;
	}
}

const char *
as_tls_ext_name(uint16_t extension)
{
	switch (extension) {
#define NAME(code, number, text) \
	case (number): return (text);
		AS_TLS_EXT_MAP(NAME)
#undef NAME
	default: return NULL;
	}
}

/* Suites by code, in rising order (IANA TLS Cipher Suites). */
static const struct span {
	uint16_t from, to;
	uint8_t kx, auth;
} spans[] = {
#define SPAN(from, to, kx, auth) \
	{ \
		(from), (to), AS_TLS_KX_##kx, AS_TLS_AUTH_##auth \
	}
    // clang-format off
    SPAN(0x0000, 0x0000, NULL, NONE),
    SPAN(0x0001, 0x0002, RSA, RSA),
    SPAN(0x0003, 0x0003, RSA_EXPORT, RSA),
    SPAN(0x0004, 0x0005, RSA, RSA),
    SPAN(0x0006, 0x0006, RSA_EXPORT, RSA),
    SPAN(0x0007, 0x0007, RSA, RSA),
    SPAN(0x0008, 0x0008, RSA_EXPORT, RSA),
    SPAN(0x0009, 0x000a, RSA, RSA),
    SPAN(0x000b, 0x000d, DH, DSS),
    SPAN(0x000e, 0x0010, DH, RSA),
    SPAN(0x0011, 0x0013, DHE, DSS),
    SPAN(0x0014, 0x0016, DHE, RSA),
    SPAN(0x0017, 0x001b, DHE, NONE),
    SPAN(0x002c, 0x002e, PSK, PSK),
    SPAN(0x002f, 0x002f, RSA, RSA),
    SPAN(0x0030, 0x0030, DH, DSS),
    SPAN(0x0031, 0x0031, DH, RSA),
    SPAN(0x0032, 0x0032, DHE, DSS),
    SPAN(0x0033, 0x0033, DHE, RSA),
    SPAN(0x0034, 0x0034, DHE, NONE),
    SPAN(0x0035, 0x0035, RSA, RSA),
    SPAN(0x0036, 0x0036, DH, DSS),
    SPAN(0x0037, 0x0037, DH, RSA),
    SPAN(0x0038, 0x0038, DHE, DSS),
    SPAN(0x0039, 0x0039, DHE, RSA),
    SPAN(0x003a, 0x003a, DHE, NONE),
    SPAN(0x003b, 0x003d, RSA, RSA),
    SPAN(0x003e, 0x003e, DH, DSS),
    SPAN(0x003f, 0x003f, DH, RSA),
    SPAN(0x0040, 0x0040, DHE, DSS),
    SPAN(0x0041, 0x0041, RSA, RSA),
    SPAN(0x0042, 0x0042, DH, DSS),
    SPAN(0x0043, 0x0043, DH, RSA),
    SPAN(0x0044, 0x0044, DHE, DSS),
    SPAN(0x0045, 0x0045, DHE, RSA),
    SPAN(0x0046, 0x0046, DHE, NONE),
    SPAN(0x0060, 0x0062, RSA_EXPORT, RSA),
    SPAN(0x0063, 0x0063, DHE, DSS),
    SPAN(0x0064, 0x0064, RSA_EXPORT, RSA),
    SPAN(0x0065, 0x0066, DHE, DSS),
    SPAN(0x0067, 0x0067, DHE, RSA),
    SPAN(0x0068, 0x0068, DH, DSS),
    SPAN(0x0069, 0x0069, DH, RSA),
    SPAN(0x006a, 0x006a, DHE, DSS),
    SPAN(0x006b, 0x006b, DHE, RSA),
    SPAN(0x006c, 0x006d, DHE, NONE),
    SPAN(0x0084, 0x0084, RSA, RSA),
    SPAN(0x0085, 0x0085, DH, DSS),
    SPAN(0x0086, 0x0086, DH, RSA),
    SPAN(0x0087, 0x0087, DHE, DSS),
    SPAN(0x0088, 0x0088, DHE, RSA),
    SPAN(0x0089, 0x0089, DHE, NONE),
    SPAN(0x008a, 0x0095, PSK, PSK),
    SPAN(0x0096, 0x0096, RSA, RSA),
    SPAN(0x0097, 0x0097, DH, DSS),
    SPAN(0x0098, 0x0098, DH, RSA),
    SPAN(0x0099, 0x0099, DHE, DSS),
    SPAN(0x009a, 0x009a, DHE, RSA),
    SPAN(0x009b, 0x009b, DHE, NONE),
    SPAN(0x009c, 0x009d, RSA, RSA),
    SPAN(0x009e, 0x009f, DHE, RSA),
    SPAN(0x00a0, 0x00a1, DH, RSA),
    SPAN(0x00a2, 0x00a3, DHE, DSS),
    SPAN(0x00a4, 0x00a5, DH, DSS),
    SPAN(0x00a6, 0x00a7, DHE, NONE),
    SPAN(0x00a8, 0x00b9, PSK, PSK),
    SPAN(0x00ba, 0x00ba, RSA, RSA),
    SPAN(0x00bb, 0x00bb, DH, DSS),
    SPAN(0x00bc, 0x00bc, DH, RSA),
    SPAN(0x00bd, 0x00bd, DHE, DSS),
    SPAN(0x00be, 0x00be, DHE, RSA),
    SPAN(0x00bf, 0x00bf, DHE, NONE),
    SPAN(0x00c0, 0x00c0, RSA, RSA),
    SPAN(0x00c1, 0x00c1, DH, DSS),
    SPAN(0x00c2, 0x00c2, DH, RSA),
    SPAN(0x00c3, 0x00c3, DHE, DSS),
    SPAN(0x00c4, 0x00c4, DHE, RSA),
    SPAN(0x00c5, 0x00c5, DHE, NONE),
    SPAN(0x00c6, 0x00c7, TLS13, TLS13),
    SPAN(0x1301, 0x1307, TLS13, TLS13),
    SPAN(0xc001, 0xc005, ECDH, ECDSA),
    SPAN(0xc006, 0xc00a, ECDHE, ECDSA),
    SPAN(0xc00b, 0xc00f, ECDH, RSA),
    SPAN(0xc010, 0xc014, ECDHE, RSA),
    SPAN(0xc015, 0xc019, ECDHE, NONE),
    SPAN(0xc01a, 0xc022, SRP, SRP),
    SPAN(0xc023, 0xc024, ECDHE, ECDSA),
    SPAN(0xc025, 0xc026, ECDH, ECDSA),
    SPAN(0xc027, 0xc028, ECDHE, RSA),
    SPAN(0xc029, 0xc02a, ECDH, RSA),
    SPAN(0xc02b, 0xc02c, ECDHE, ECDSA),
    SPAN(0xc02d, 0xc02e, ECDH, ECDSA),
    SPAN(0xc02f, 0xc030, ECDHE, RSA),
    SPAN(0xc031, 0xc032, ECDH, RSA),
    SPAN(0xc033, 0xc03b, PSK, PSK),
    SPAN(0xc03c, 0xc03d, RSA, RSA),
    SPAN(0xc03e, 0xc03f, DH, DSS),
    SPAN(0xc040, 0xc041, DH, RSA),
    SPAN(0xc042, 0xc043, DHE, DSS),
    SPAN(0xc044, 0xc045, DHE, RSA),
    SPAN(0xc046, 0xc047, DHE, NONE),
    SPAN(0xc048, 0xc049, ECDHE, ECDSA),
    SPAN(0xc04a, 0xc04b, ECDH, ECDSA),
    SPAN(0xc04c, 0xc04d, ECDHE, RSA),
    SPAN(0xc04e, 0xc04f, ECDH, RSA),
    SPAN(0xc050, 0xc051, RSA, RSA),
    SPAN(0xc052, 0xc053, DHE, RSA),
    SPAN(0xc054, 0xc055, DH, RSA),
    SPAN(0xc056, 0xc057, DHE, DSS),
    SPAN(0xc058, 0xc059, DH, DSS),
    SPAN(0xc05a, 0xc05b, DHE, NONE),
    SPAN(0xc05c, 0xc05d, ECDHE, ECDSA),
    SPAN(0xc05e, 0xc05f, ECDH, ECDSA),
    SPAN(0xc060, 0xc061, ECDHE, RSA),
    SPAN(0xc062, 0xc063, ECDH, RSA),
    SPAN(0xc064, 0xc071, PSK, PSK),
    SPAN(0xc072, 0xc073, ECDHE, ECDSA),
    SPAN(0xc074, 0xc075, ECDH, ECDSA),
    SPAN(0xc076, 0xc077, ECDHE, RSA),
    SPAN(0xc078, 0xc079, ECDH, RSA),
    SPAN(0xc07a, 0xc07b, RSA, RSA),
    SPAN(0xc07c, 0xc07d, DHE, RSA),
    SPAN(0xc07e, 0xc07f, DH, RSA),
    SPAN(0xc080, 0xc081, DHE, DSS),
    SPAN(0xc082, 0xc083, DH, DSS),
    SPAN(0xc084, 0xc085, DHE, NONE),
    SPAN(0xc086, 0xc087, ECDHE, ECDSA),
    SPAN(0xc088, 0xc089, ECDH, ECDSA),
    SPAN(0xc08a, 0xc08b, ECDHE, RSA),
    SPAN(0xc08c, 0xc08d, ECDH, RSA),
    SPAN(0xc08e, 0xc09b, PSK, PSK),
    SPAN(0xc09c, 0xc09d, RSA, RSA),
    SPAN(0xc09e, 0xc09f, DHE, RSA),
    SPAN(0xc0a0, 0xc0a1, RSA, RSA),
    SPAN(0xc0a2, 0xc0a3, DHE, RSA),
    SPAN(0xc0a4, 0xc0ab, PSK, PSK),
    SPAN(0xc0ac, 0xc0af, ECDHE, ECDSA),
    SPAN(0xcc13, 0xcc13, ECDHE, RSA),
    SPAN(0xcc14, 0xcc14, ECDHE, ECDSA),
    SPAN(0xcc15, 0xcc15, DHE, RSA),
    SPAN(0xcca8, 0xcca8, ECDHE, RSA),
    SPAN(0xcca9, 0xcca9, ECDHE, ECDSA),
    SPAN(0xccaa, 0xccaa, DHE, RSA),
    SPAN(0xccab, 0xccae, PSK, PSK),
    SPAN(0xd001, 0xd005, PSK, PSK),
// clang-format on
#undef SPAN
};

struct as_tls_exchange
as_tls_exchange_get(uint16_t suite)
{
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		if (suite >= spans[i].from && suite <= spans[i].to)
			return (struct as_tls_exchange){
			    (enum as_tls_kx)spans[i].kx,
			    (enum as_tls_auth)spans[i].auth};
	return (struct as_tls_exchange){AS_TLS_KX_UNKNOWN, AS_TLS_AUTH_UNKNOWN};
}
