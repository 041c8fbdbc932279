/*
 * model/tls_report - what TLS one mail host offers at each of its addresses: the
 * schema `assay.tls/1`.
 *
 * Observations only, as in model/facts.  Names are IANA's; a version is
 * "SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2" or "TLSv1.3".
 */
#ifndef AS_MODEL_TLS_REPORT_H
#define AS_MODEL_TLS_REPORT_H

#include "model/facts.h"

#define AS_TLS_REPORT_SCHEMA "assay.tls/1"

#define AS_OFFER_MAP(X) \
	X(AS_OFFER_NOT_ASKED, "not-asked") \
	X(AS_OFFER_YES, "yes") \
	X(AS_OFFER_NO, "no") \
	X(AS_OFFER_UNKNOWN, "unknown")
AS_DECLARE_ENUM(offer, AS_OFFER_MAP);

#define AS_OFFER_ORDER_MAP(X) \
	X(AS_OFFER_ORDER_UNKNOWN, "unknown") \
	X(AS_OFFER_ORDER_SERVER, "server") \
	X(AS_OFFER_ORDER_CLIENT, "client")
AS_DECLARE_ENUM(offer_order, AS_OFFER_ORDER_MAP);

#define AS_OFFER_CLASS_FIELDS(F) \
	F(TEXT, class, , "of data/tls-ciphers.tsv") \
	F(ENUM, offered, offer, "is a suite of it accepted") \
	F(TEXT, first, , "the one that comes first")
AS_DECLARE(offer_class, AS_OFFER_CLASS_FIELDS);

#define AS_OFFER_VERSION_FIELDS(F) \
	F(TEXT, version, , "") \
	F(ENUM, offered, offer, "") \
	F(TEXT, refusal, , "with no: the alert, closed or reset") \
	F(ENUM, order, offer_order, "whose order of suites rules") \
	F(STRS, suites, , "seen, in the order seen: the first is preferred") \
	F(BOOL, complete, , "every suite was tried") \
	F(LIST, classes, offer_class, "")
AS_DECLARE(offer_version, AS_OFFER_VERSION_FIELDS);

#define AS_OFFER_GROUP_FIELDS(F) \
	F(TEXT, name, , "") \
	F(TEXT, class, , "of data/tls-groups.tsv") \
	F(ENUM, offered, offer, "")
AS_DECLARE(offer_group, AS_OFFER_GROUP_FIELDS);

#define AS_OFFER_CHAIN_FIELDS(F) \
	F(TEXT, kind, , "RSA or ECDSA: what it signs with") \
	F(ENUM, offered, offer, "up to TLS 1.2") \
	F(LIST, chain, cert, "as sent, leaf first") \
	F(U32, sent, , "certificates, also those that are not kept") \
	F(BOOL, trusted, , \
	    "chain leads to a root of the trust store, dates aside") \
	F(U32, verify_code, , "X509_V_ERR_* when not trusted") \
	F(TEXT, verify_text, , "its text") \
	F(BOOL, name_matches, , "a SAN matches the host name, RFC 9525") \
	F(ENUM, dane, dane_outcome, \
	    "the usable TLSA records against this chain") \
	F(BOOL, dane_path, , \
	    "a TLSA record of usage 2 vouches for a valid path to the leaf, " \
	    "its names aside") \
	F(BOOL, stapled, , "an OCSP response came along") \
	F(ENUM, staple, staple, "what it says") \
	F(TIME, staple_from, , "its thisUpdate") \
	F(TIME, staple_until, , "its nextUpdate; absent: it names none") \
	F(U32, scts_staple, , "signed certificate timestamps in it") \
	F(TEXT, signature, , "scheme that the key exchange was signed with")
AS_DECLARE(offer_chain, AS_OFFER_CHAIN_FIELDS);

/* Features: extended-master-secret, encrypt-then-mac, secure-renegotiation,
 * compression, session-ticket, heartbeat, sct, sha1-signature, big-hello. */
#define AS_OFFER_FEATURE_FIELDS(F) \
	F(TEXT, name, , "") \
	F(ENUM, offered, offer, "")
AS_DECLARE(offer_feature, AS_OFFER_FEATURE_FIELDS);

#define AS_TLS_SERVER_FIELDS(F) \
	F(OCTETS, name, , "the host") \
	F(OCTETS, address, , "IPv4 or IPv6 text") \
	F(U32, port, , "") \
	F(BOOL, implicit, , "TLS from the first octet, no STARTTLS") \
	F(ENUM, outcome, subject_outcome, "did the prober finish") \
	F(TEXT, detail, , "cause when it did not") \
	F(TIME, at, , "when the first visit began") \
	F(U32, took_ms, , "milliseconds, pauses included") \
	F(TEXT, vantage, , "where the prober stood") \
	F(ONE, smtp, smtp_facts, "the dialogue of the first visit") \
	F(ONE, tls, tls_facts, "its handshake, as a modern client makes it") \
	F(BOOL, deep, , "every suite was asked for") \
	F(LIST, versions, offer_version, "the newest first") \
	F(LIST, groups, offer_group, "key exchange, in the order asked") \
	F(TEXT, group, , "the one preferred") \
	F(BOOL, groups_complete, , "every group was tried") \
	F(ENUM, dhe, offer, "finite-field DHE below TLS 1.3") \
	F(U32, dhe_bits, , "of its prime, the shortest seen") \
	F(TEXT, dhe_prime, , "its name, where others have it, too") \
	F(TEXT, dhe_class, , \
	    "of data/dh-primes.tsv; own: not there; empty: too long to look") \
	F(LIST, chains, offer_chain, "") \
	F(LIST, features, offer_feature, "") \
	F(ENUM, command_injection, offer, \
	    "is EHLO, said in the clear behind STARTTLS, answered inside TLS") \
	F(STRS, violations, , "what it chose although no hello offered it") \
	F(U32, connections, , "made, visits among them") \
	F(U32, budget, , "connections allowed") \
	F(STRS, left_out, , "what the budget did not allow") \
	F(TEXT, stopped, , "why the search ended early; empty: it did not")
AS_DECLARE(tls_server, AS_TLS_SERVER_FIELDS);

#define AS_TLS_REPORT_FIELDS(F) \
	F(TEXT, schema, , "\"assay.tls/1\"") \
	F(OCTETS, host, , "") \
	F(U32, port, , "") \
	F(LIST, answers, answer, "A and AAAA of the host") \
	F(LIST, caa, answer, "CAA of the host and the names above it") \
	F(LIST, tlsa, answer, \
	    "TLSA of the host and port, and of the name that the host is an " \
	    "alias of where the aliases are signed") \
	F(LIST, servers, tls_server, "one an address") \
	F(U32, addresses_left_out, , "not visited: more than the cap")
AS_DECLARE(tls_report, AS_TLS_REPORT_FIELDS);

#endif
