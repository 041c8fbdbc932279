/*
 * std/tls_code - the numbers of TLS that a hello room must know by itself:
 * versions, alerts, extensions, and which key exchange a suite asks for.
 *
 * Names, classes and order of suites, groups and signatures are data and live
 * in std/tls_book.  Performs no cryptography.
 */
#ifndef AS_STD_TLS_CODE_H
#define AS_STD_TLS_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AS_TLS_SSL2 0x0002
#define AS_TLS_SSL3 0x0300
#define AS_TLS_1_0  0x0301
#define AS_TLS_1_1  0x0302
#define AS_TLS_1_2  0x0303
#define AS_TLS_1_3  0x0304

/* "TLSv1.2"; NULL when the number is none of the six. */
const char *as_tls_version_name(uint16_t version);

/* How the key of a session comes about. */
#define AS_TLS_KX_MAP(X) \
	X(AS_TLS_KX_UNKNOWN, "unknown") \
	X(AS_TLS_KX_NULL, "none") \
	X(AS_TLS_KX_RSA, "RSA") \
	X(AS_TLS_KX_RSA_EXPORT, "RSA for export") \
	X(AS_TLS_KX_DH, "static DH") \
	X(AS_TLS_KX_DHE, "DHE") \
	X(AS_TLS_KX_ECDH, "static ECDH") \
	X(AS_TLS_KX_ECDHE, "ECDHE") \
	X(AS_TLS_KX_PSK, "pre-shared key") \
	X(AS_TLS_KX_SRP, "SRP") \
	X(AS_TLS_KX_TLS13, "named by the key share")

enum as_tls_kx {
#define AS_TLS_KX_ENUM(code, text) code,
	AS_TLS_KX_MAP(AS_TLS_KX_ENUM)
#undef AS_TLS_KX_ENUM
};

/* What the server signs its part of the exchange with, or proves by. */
#define AS_TLS_AUTH_MAP(X) \
	X(AS_TLS_AUTH_UNKNOWN, "unknown") \
	X(AS_TLS_AUTH_NONE, "anonymous") \
	X(AS_TLS_AUTH_RSA, "RSA") \
	X(AS_TLS_AUTH_DSS, "DSS") \
	X(AS_TLS_AUTH_ECDSA, "ECDSA") \
	X(AS_TLS_AUTH_PSK, "pre-shared key") \
	X(AS_TLS_AUTH_SRP, "SRP") \
	X(AS_TLS_AUTH_TLS13, "any")

enum as_tls_auth {
#define AS_TLS_AUTH_ENUM(code, text) code,
	AS_TLS_AUTH_MAP(AS_TLS_AUTH_ENUM)
#undef AS_TLS_AUTH_ENUM
};

const char *as_tls_kx_text(enum as_tls_kx kx);
const char *as_tls_auth_text(enum as_tls_auth auth);

struct as_tls_exchange {
	enum as_tls_kx kx;
	enum as_tls_auth auth;
};

/* Of a suite by its code; both UNKNOWN for one this program does not know. */
struct as_tls_exchange as_tls_exchange_get(uint16_t suite);

/* Extensions that the hello room writes or reads by name. */
#define AS_TLS_EXT_MAP(X) \
	X(AS_TLS_EXT_SERVER_NAME, 0, "server_name") \
	X(AS_TLS_EXT_STATUS_REQUEST, 5, "status_request") \
	X(AS_TLS_EXT_GROUPS, 10, "supported_groups") \
	X(AS_TLS_EXT_POINT_FORMATS, 11, "ec_point_formats") \
	X(AS_TLS_EXT_SIGNATURES, 13, "signature_algorithms") \
	X(AS_TLS_EXT_HEARTBEAT, 15, "heartbeat") \
	X(AS_TLS_EXT_ALPN, 16, "application_layer_protocol_negotiation") \
	X(AS_TLS_EXT_SCT, 18, "signed_certificate_timestamp") \
	X(AS_TLS_EXT_PADDING, 21, "padding") \
	X(AS_TLS_EXT_ETM, 22, "encrypt_then_mac") \
	X(AS_TLS_EXT_EMS, 23, "extended_master_secret") \
	X(AS_TLS_EXT_TICKET, 35, "session_ticket") \
	X(AS_TLS_EXT_EARLY_DATA, 42, "early_data") \
	X(AS_TLS_EXT_VERSIONS, 43, "supported_versions") \
	X(AS_TLS_EXT_COOKIE, 44, "cookie") \
	X(AS_TLS_EXT_PSK_MODES, 45, "psk_key_exchange_modes") \
	X(AS_TLS_EXT_KEY_SHARE, 51, "key_share") \
	X(AS_TLS_EXT_RENEGOTIATION, 0xff01, "renegotiation_info")

enum as_tls_ext {
#define AS_TLS_EXT_ENUM(code, number, text) code = (number),
	AS_TLS_EXT_MAP(AS_TLS_EXT_ENUM)
#undef AS_TLS_EXT_ENUM
};

#define AS_TLS_SCSV_RENEGOTIATION 0x00ff /* RFC 5746 3.3 */
#define AS_TLS_SCSV_FALLBACK      0x5600 /* RFC 7507 2 */

#define AS_TLS_ALERT_MAP(X) \
	X(CLOSE_NOTIFY, 0, "close_notify") \
	X(UNEXPECTED_MESSAGE, 10, "unexpected_message") \
	X(BAD_RECORD_MAC, 20, "bad_record_mac") \
	X(DECRYPTION_FAILED, 21, "decryption_failed") \
	X(RECORD_OVERFLOW, 22, "record_overflow") \
	X(DECOMPRESSION_FAILURE, 30, "decompression_failure") \
	X(HANDSHAKE_FAILURE, 40, "handshake_failure") \
	X(NO_CERTIFICATE, 41, "no_certificate") \
	X(BAD_CERTIFICATE, 42, "bad_certificate") \
	X(UNSUPPORTED_CERTIFICATE, 43, "unsupported_certificate") \
	X(CERTIFICATE_REVOKED, 44, "certificate_revoked") \
	X(CERTIFICATE_EXPIRED, 45, "certificate_expired") \
	X(CERTIFICATE_UNKNOWN, 46, "certificate_unknown") \
	X(ILLEGAL_PARAMETER, 47, "illegal_parameter") \
	X(UNKNOWN_CA, 48, "unknown_ca") \
	X(ACCESS_DENIED, 49, "access_denied") \
	X(DECODE_ERROR, 50, "decode_error") \
	X(DECRYPT_ERROR, 51, "decrypt_error") \
	X(EXPORT_RESTRICTION, 60, "export_restriction") \
	X(PROTOCOL_VERSION, 70, "protocol_version") \
	X(INSUFFICIENT_SECURITY, 71, "insufficient_security") \
	X(INTERNAL_ERROR, 80, "internal_error") \
	X(INAPPROPRIATE_FALLBACK, 86, "inappropriate_fallback") \
	X(USER_CANCELED, 90, "user_canceled") \
	X(NO_RENEGOTIATION, 100, "no_renegotiation") \
	X(MISSING_EXTENSION, 109, "missing_extension") \
	X(UNSUPPORTED_EXTENSION, 110, "unsupported_extension") \
	X(CERTIFICATE_UNOBTAINABLE, 111, "certificate_unobtainable") \
	X(UNRECOGNIZED_NAME, 112, "unrecognized_name") \
	X(BAD_STATUS_RESPONSE, 113, "bad_certificate_status_response") \
	X(BAD_CERTIFICATE_HASH, 114, "bad_certificate_hash_value") \
	X(UNKNOWN_PSK_IDENTITY, 115, "unknown_psk_identity") \
	X(CERTIFICATE_REQUIRED, 116, "certificate_required") \
	X(NO_APPLICATION_PROTOCOL, 120, "no_application_protocol")

enum as_tls_alert {
#define AS_TLS_ALERT_ENUM(code, number, text) AS_TLS_ALERT_##code = (number),
	AS_TLS_ALERT_MAP(AS_TLS_ALERT_ENUM)
#undef AS_TLS_ALERT_ENUM
};

/* NULL when the number is not known. */
const char *as_tls_alert_name(uint8_t description);
const char *as_tls_ext_name(uint16_t extension);

#endif
