/*
 * model/facts - what the world answered: the schema `assay.facts/1`.
 *
 * Three subjects have a document each: domain:NAME, policy:NAME and
 * host:NAME@ADDRESS; a bundle joins those that a verdict on one domain needs.
 * Facts hold observations only.  Nothing here says good or bad.
 *
 * Ownership: all memory of a document lives in one arena.
 */
#ifndef AS_MODEL_FACTS_H
#define AS_MODEL_FACTS_H

#include "model/codec.h"

#define AS_FACTS_SCHEMA "assay.facts/1"

/* --- outcomes --- */

#define AS_SUBJECT_OUTCOME_MAP(X) \
	X(AS_SUBJECT_DONE, "done") \
	X(AS_SUBJECT_CRASHED, "prober-crashed") \
	X(AS_SUBJECT_STUCK, "prober-stuck") \
	X(AS_SUBJECT_CANCELLED, "cancelled")
AS_DECLARE_ENUM(subject_outcome, AS_SUBJECT_OUTCOME_MAP);

/* OK: records of the type were found.  NODATA: the name exists, the type does
 * not.  Bogus answers carry no records whatever the server sent. */
#define AS_DNS_OUTCOME_MAP(X) \
	X(AS_DNS_OK, "ok") \
	X(AS_DNS_NODATA, "nodata") \
	X(AS_DNS_NXDOMAIN, "nxdomain") \
	X(AS_DNS_SERVFAIL, "servfail") \
	X(AS_DNS_TIMEOUT, "timeout") \
	X(AS_DNS_REFUSED, "refused") \
	X(AS_DNS_BOGUS, "bogus") \
	X(AS_DNS_MALFORMED, "malformed") \
	X(AS_DNS_CHAIN, "cname-chain") \
	X(AS_DNS_NOT_ASKED, "not-asked")
AS_DECLARE_ENUM(dns_outcome, AS_DNS_OUTCOME_MAP);

/* RFC 4035 4.3 */
#define AS_DNSSEC_MAP(X) \
	X(AS_DNSSEC_INDETERMINATE, "indeterminate") \
	X(AS_DNSSEC_INSECURE, "insecure") \
	X(AS_DNSSEC_SECURE, "secure") \
	X(AS_DNSSEC_BOGUS, "bogus")
AS_DECLARE_ENUM(dnssec, AS_DNSSEC_MAP);

#define AS_SMTP_OUTCOME_MAP(X) \
	X(AS_SMTP_OK, "ok") \
	X(AS_SMTP_NOT_TRIED, "not-tried") \
	X(AS_SMTP_REFUSED, "connection-refused") \
	X(AS_SMTP_UNREACHABLE, "unreachable") \
	X(AS_SMTP_TIMEOUT, "timeout") \
	X(AS_SMTP_CLOSED, "closed") \
	X(AS_SMTP_BUSY, "busy") \
	X(AS_SMTP_REJECTED, "rejected") \
	X(AS_SMTP_MALFORMED, "malformed") \
	X(AS_SMTP_TOO_LONG, "too-long") \
	X(AS_SMTP_FORBIDDEN, "special-address") \
	X(AS_SMTP_OWN, "own-address")
AS_DECLARE_ENUM(smtp_outcome, AS_SMTP_OUTCOME_MAP);

#define AS_STARTTLS_MAP(X) \
	X(AS_STARTTLS_NOT_REACHED, "not-reached") \
	X(AS_STARTTLS_NOT_OFFERED, "not-offered") \
	X(AS_STARTTLS_ACCEPTED, "accepted") \
	X(AS_STARTTLS_REFUSED, "refused") \
	X(AS_STARTTLS_LATER, "try-later") \
	X(AS_STARTTLS_NO_ANSWER, "no-answer")
AS_DECLARE_ENUM(starttls, AS_STARTTLS_MAP);

/* A command in the clear behind STARTTLS: OBEYED when it was answered inside. */
#define AS_SLIPPED_MAP(X) \
	X(AS_SLIPPED_NOT_TRIED, "not-tried") \
	X(AS_SLIPPED_DROPPED, "dropped") \
	X(AS_SLIPPED_OBEYED, "obeyed") \
	X(AS_SLIPPED_NO_ANSWER, "no-answer")
AS_DECLARE_ENUM(slipped, AS_SLIPPED_MAP);

#define AS_TLS_OUTCOME_MAP(X) \
	X(AS_TLS_NOT_TRIED, "not-tried") \
	X(AS_TLS_OK, "ok") \
	X(AS_TLS_ALERT, "alert") \
	X(AS_TLS_CLOSED, "closed") \
	X(AS_TLS_TIMEOUT, "timeout") \
	X(AS_TLS_FAILED, "failed")
AS_DECLARE_ENUM(tls_outcome, AS_TLS_OUTCOME_MAP);

#define AS_DANE_OUTCOME_MAP(X) \
	X(AS_DANE_NONE, "not-checked") \
	X(AS_DANE_MATCH, "match") \
	X(AS_DANE_MISMATCH, "mismatch")
AS_DECLARE_ENUM(dane_outcome, AS_DANE_OUTCOME_MAP);

/* The stapled OCSP response; dates aside. */
#define AS_STAPLE_MAP(X) \
	X(AS_STAPLE_NONE, "none") \
	X(AS_STAPLE_GOOD, "good") \
	X(AS_STAPLE_REVOKED, "revoked") \
	X(AS_STAPLE_UNKNOWN, "unknown") \
	X(AS_STAPLE_MALFORMED, "malformed") \
	X(AS_STAPLE_FORGED, "forged") \
	X(AS_STAPLE_UNCHECKED, "unchecked")
AS_DECLARE_ENUM(staple, AS_STAPLE_MAP);

#define AS_SERVER_OUTCOME_MAP(X) \
	X(AS_SERVER_ASKED, "asked") \
	X(AS_SERVER_NOT_ASKED, "not-asked") \
	X(AS_SERVER_NO_ADDRESS, "no-address") \
	X(AS_SERVER_FORBIDDEN, "special-address") \
	X(AS_SERVER_REFUSED, "connection-refused") \
	X(AS_SERVER_UNREACHABLE, "unreachable") \
	X(AS_SERVER_TIMEOUT, "timeout") \
	X(AS_SERVER_NO_TCP, "no-tcp")
AS_DECLARE_ENUM(server_outcome, AS_SERVER_OUTCOME_MAP);

#define AS_FETCH_MAP(X) \
	X(AS_FETCH_OK, "ok") \
	X(AS_FETCH_NOT_TRIED, "not-tried") \
	X(AS_FETCH_NO_ADDRESS, "no-address") \
	X(AS_FETCH_DNS_UNKNOWN, "dns-unknown") \
	X(AS_FETCH_FORBIDDEN, "special-address") \
	X(AS_FETCH_OWN, "own-address") \
	X(AS_FETCH_REFUSED, "connection-refused") \
	X(AS_FETCH_UNREACHABLE, "unreachable") \
	X(AS_FETCH_TIMEOUT, "timeout") \
	X(AS_FETCH_TLS, "tls-failed") \
	X(AS_FETCH_CERTIFICATE, "certificate-not-valid") \
	X(AS_FETCH_STATUS, "http-status") \
	X(AS_FETCH_REDIRECT, "redirect") \
	X(AS_FETCH_TOO_LARGE, "too-large") \
	X(AS_FETCH_MEDIA_TYPE, "media-type") \
	X(AS_FETCH_BROKEN, "http-broken") \
	X(AS_FETCH_RESET, "connection-reset")
AS_DECLARE_ENUM(fetch, AS_FETCH_MAP);

/* --- DNS --- */

#define AS_RR_MX_FIELDS(F) \
	F(U32, preference, , "RFC 5321 5.1") \
	F(OCTETS, exchange, , \
	    "host name, lower case, no final dot; \".\" is null MX")
AS_DECLARE(rr_mx, AS_RR_MX_FIELDS);

#define AS_RR_TXT_FIELDS(F) \
	F(OCTETS, text, , "the character-strings joined, RFC 7208 3.3") \
	F(U32, strings, , "how many character-strings") \
	F(HEX, lengths, , \
	    "octets of each character-string, two digits each; absent when " \
	    "all but the last have 255, or the text is cut") \
	F(BOOL, cut, , "longer than the cap; the text is its start")
AS_DECLARE(rr_txt, AS_RR_TXT_FIELDS);

#define AS_RR_TLSA_FIELDS(F) \
	F(U32, usage, , "RFC 6698 2.1.1") \
	F(U32, selector, , "RFC 6698 2.1.2") \
	F(U32, matching, , "RFC 6698 2.1.3") \
	F(HEX, data, , "certificate association data")
AS_DECLARE(rr_tlsa, AS_RR_TLSA_FIELDS);

#define AS_RR_CAA_FIELDS(F) \
	F(U32, flags, , "RFC 8659 4.1") \
	F(OCTETS, tag, , "property") \
	F(OCTETS, value, , "its value")
AS_DECLARE(rr_caa, AS_RR_CAA_FIELDS);

#define AS_RR_DNSKEY_FIELDS(F) \
	F(U32, flags, , "RFC 4034 2.1.1") \
	F(U32, protocol, , "RFC 4034 2.1.2") \
	F(U32, algorithm, , "RFC 4034 2.1.3") \
	F(HEX, key, , "public key")
AS_DECLARE(rr_dnskey, AS_RR_DNSKEY_FIELDS);

#define AS_RR_DS_FIELDS(F) \
	F(U32, key_tag, , "RFC 4034 5.1.1") \
	F(U32, algorithm, , "RFC 4034 5.1.2") \
	F(U32, digest_type, , "RFC 4034 5.1.3") \
	F(HEX, digest, , "of the key")
AS_DECLARE(rr_ds, AS_RR_DS_FIELDS);

#define AS_RR_NSEC3PARAM_FIELDS(F) \
	F(U32, hash, , "RFC 5155 4.1.1") \
	F(U32, flags, , "RFC 5155 4.1.2") \
	F(U32, iterations, , "RFC 5155 4.1.3") \
	F(HEX, salt, , "")
AS_DECLARE(rr_nsec3param, AS_RR_NSEC3PARAM_FIELDS);

#define AS_RR_RRSIG_FIELDS(F) \
	F(RRTYPE, covers, , "type of the records that are signed") \
	F(U32, algorithm, , "RFC 4034 3.1.2") \
	F(U32, key_tag, , "RFC 4034 3.1.6") \
	F(TIME, inception, , "valid from") \
	F(TIME, expiration, , "valid to") \
	F(OCTETS, signer, , "the zone whose key signs")
AS_DECLARE(rr_rrsig, AS_RR_RRSIG_FIELDS);

#define AS_ANSWER_FIELDS(F) \
	F(OCTETS, name, , "the name asked, lower case, no final dot") \
	F(RRTYPE, type, , "the type asked") \
	F(ENUM, outcome, dns_outcome, "what came back") \
	F(ENUM, security, dnssec, "as validated by the prober itself") \
	F(OCTETS, detail, , "cause of a fault, as the resolver words it") \
	F(BOOL, proposed, , "answered from a proposed zone (--zone)") \
	F(BOOL, cut, , "more records or octets came than are kept") \
	F(STRS, chain, , "CNAME targets in order") \
	F(LIST, mx, rr_mx, "in the order of preference, then name") \
	F(LIST, txt, rr_txt, "one an RR, sorted by text") \
	F(STRS, addresses, , "of A and AAAA, sorted") \
	F(LIST, tlsa, rr_tlsa, "sorted") \
	F(LIST, caa, rr_caa, "sorted") \
	F(STRS, names, , "of NS and PTR, sorted") \
	F(LIST, dnskey, rr_dnskey, "sorted") \
	F(LIST, ds, rr_ds, "sorted") \
	F(LIST, nsec3param, rr_nsec3param, "sorted") \
	F(LIST, rrsig, rr_rrsig, \
	    "signatures that came along: of the records, of the CNAMEs, or " \
	    "of " \
	    "the SOA that denies them; sorted, at most 12") \
	F(BOOL, nxname, , \
	    "of NSEC: the name does not exist, as compact denial says it " \
	    "(RFC 9824)") \
	F(U32, serial, , "of SOA") \
	F(BOOL, authoritative, , \
	    "of a name server asked itself: it speaks for the zone (AA)") \
	F(U32, ttl, , "seconds, the least of the records") \
	F(TIME, at, , "when it was asked") \
	F(U32, took_ms, , "milliseconds until the answer, tries included")
AS_DECLARE(answer, AS_ANSWER_FIELDS);

/* --- domain:NAME --- */

#define AS_SERVER_FACTS_FIELDS(F) \
	F(OCTETS, name, , "as the NS record names it") \
	F(OCTETS, address, , \
	    "the one that is asked: its first of IPv4, else of IPv6") \
	F(ENUM, outcome, server_outcome, \
	    "asked: all questions were answered; else what ended the asking") \
	F(OCTETS, detail, , "cause of that, with the question") \
	F(LIST, answers, answer, \
	    "of this server alone: SOA of the zone, MX and TXT of NAME, TXT " \
	    "of _dmarc.NAME")
AS_DECLARE(server_facts, AS_SERVER_FACTS_FIELDS);

#define AS_DOMAIN_FACTS_FIELDS(F) \
	F(OCTETS, name, , "A-labels, lower case, no final dot") \
	F(ENUM, outcome, subject_outcome, "did the prober finish") \
	F(TEXT, detail, , "cause when it did not") \
	F(TIME, at, , "when the probe began") \
	F(U32, took_ms, , "milliseconds") \
	F(TEXT, vantage, , "where the prober stood") \
	F(BOOL, only_dns, , "--only dns: no SMTP, no HTTPS") \
	F(BOOL, budget_reached, , \
	    "some questions were left out: query or time cap") \
	F(U32, queries, , "DNS questions asked") \
	F(LIST, answers, answer, "one a name and type") \
	F(STRS, selectors, , \
	    "DKIM selectors probed; one without an answer in answers had " \
	    "none (NXDOMAIN or NODATA)") \
	F(OCTETS, zone, , \
	    "top of the zone that NAME is in, as signatures say; its DNSKEY, " \
	    "DS and NSEC3PARAM stand in answers") \
	F(OCTETS, server_zone, , \
	    "the zone whose name servers were sought (its NS stand in " \
	    "answers); absent when they were not to be asked") \
	F(LIST, servers, server_facts, \
	    "its name servers, asked one by one, at most 8") \
	F(OCTETS, random_selector, , \
	    "the selector that only a wildcard answers") \
	F(BOOL, no_selectors, , \
	    "_domainkey.NAME is NXDOMAIN: no selector exists (RFC 8020)")
AS_DECLARE(domain_facts, AS_DOMAIN_FACTS_FIELDS);

/* --- host:NAME@ADDRESS --- */

#define AS_CERT_FIELDS(F) \
	F(OCTETS, subject, , "RFC 2253 text") \
	F(OCTETS, issuer, , "RFC 2253 text") \
	F(HEX, serial, , "") \
	F(TIME, not_before, , "") \
	F(TIME, not_after, , "") \
	F(STRS, names, , "DNS names of subjectAltName") \
	F(BOOL, names_cut, , "more names than are kept") \
	F(TEXT, key_type, , "RSA, EC, ED25519, ...") \
	F(U32, key_bits, , "") \
	F(TEXT, signature, , "signature algorithm") \
	F(BOOL, ca, , "basicConstraints CA") \
	F(STRS, purposes, , \
	    "extended key usage, OpenSSL's names; none: for any purpose") \
	F(U32, scts, , "signed certificate timestamps in it, RFC 6962 3.3") \
	F(BOOL, must_staple, , "it demands a stapled response, RFC 7633") \
	F(HEX, sha256, , "of the certificate") \
	F(HEX, sha512, , "of the certificate") \
	F(HEX, spki_sha256, , "of its SubjectPublicKeyInfo") \
	F(HEX, spki_sha512, , "of its SubjectPublicKeyInfo")
AS_DECLARE(cert, AS_CERT_FIELDS);

#define AS_SMTP_FACTS_FIELDS(F) \
	F(ENUM, outcome, smtp_outcome, \
	    "OK when EHLO (or HELO) was answered 250") \
	F(OCTETS, detail, , "cause when not") \
	F(U32, banner_code, , "0 when no banner came") \
	F(OCTETS, banner, , "first line, without code") \
	F(U32, ehlo_code, , "0 when EHLO was not answered") \
	F(STRS, ehlo, , "lines of the EHLO answer, without code") \
	F(BOOL, helo_only, , "EHLO refused, HELO answered") \
	F(ENUM, starttls, starttls, "") \
	F(U32, starttls_code, , "0 when STARTTLS was not answered") \
	F(OCTETS, starttls_text, , "") \
	F(U32, unoffered_code, , \
	    "of the answer to STARTTLS where it was not offered; 0: none") \
	F(U32, injected, , "octets that came after 220, before the handshake") \
	F(U32, inside_code, , \
	    "of the answer to EHLO inside TLS, RFC 3207 4.2; 0: none came") \
	F(OCTETS, inside_detail, , "cause when none came") \
	F(STRS, inside_ehlo, , "lines of that answer, without code") \
	F(ENUM, slipped, slipped, \
	    "what came of EHLO in one packet with STARTTLS, RFC 3207 4.2")
AS_DECLARE(smtp_facts, AS_SMTP_FACTS_FIELDS);

#define AS_TLS_FACTS_FIELDS(F) \
	F(ENUM, outcome, tls_outcome, "") \
	F(TEXT, detail, , "cause when it failed") \
	F(U32, alert, , "TLS alert received, 0 for none") \
	F(TEXT, version, , "TLSv1, TLSv1.1, TLSv1.2, TLSv1.3") \
	F(TEXT, cipher, , "IANA name") \
	F(TEXT, group, , "key exchange group, where known") \
	F(BOOL, forward_secrecy, , "ephemeral key exchange") \
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
	F(LIST, chain, cert, "as sent, leaf first") \
	F(BOOL, chain_cut, , "more certificates than are kept") \
	F(ENUM, staple, staple, "what the stapled OCSP response says") \
	F(TIME, staple_from, , "its thisUpdate") \
	F(TIME, staple_until, , "its nextUpdate; absent: it names none") \
	F(U32, scts_staple, , "signed certificate timestamps in it") \
	F(U32, scts_handshake, , "those sent in the handshake, RFC 6962 3.3.1")
AS_DECLARE(tls_facts, AS_TLS_FACTS_FIELDS);

#define AS_HOST_FACTS_FIELDS(F) \
	F(OCTETS, name, , "the MX exchange") \
	F(OCTETS, address, , "IPv4 or IPv6 text") \
	F(U32, port, , "") \
	F(ENUM, outcome, subject_outcome, "did the prober finish") \
	F(TEXT, detail, , "cause when it did not") \
	F(TIME, at, , "when the visit began") \
	F(U32, took_ms, , "milliseconds") \
	F(TEXT, vantage, , "where the prober stood") \
	F(ONE, tlsa, answer, "TLSA at _25._tcp.NAME") \
	F(ONE, tlsa_alias, answer, \
	    "TLSA at _25._tcp. of the name that NAME is an alias of, where " \
	    "the aliases are signed") \
	F(ONE, ptr, answer, "PTR of the address") \
	F(LIST, reverse, answer, \
	    "A or AAAA of the names in ptr, at most 4: do they lead back") \
	F(LIST, greeting, answer, \
	    "A and AAAA of the name by which the server greets, when it is " \
	    "neither NAME nor one of ptr") \
	F(ONE, smtp, smtp_facts, "the dialogue") \
	F(ONE, tls, tls_facts, "the handshake after STARTTLS") \
	F(LIST, tls_more, tls_facts, \
	    "further handshakes, each for another kind of certificate") \
	F(ONE, matrix, tls_server, \
	    "what TLS it offers, as in assay.tls/1; smtp and tls stand " \
	    "above; " \
	    "absent: it was not asked")
AS_DECLARE(host_facts, AS_HOST_FACTS_FIELDS);

/* --- policy:NAME --- */

#define AS_POLICY_FACTS_FIELDS(F) \
	F(OCTETS, name, , "the mail domain") \
	F(OCTETS, host, , "mta-sts.NAME") \
	F(ENUM, outcome, subject_outcome, "did the prober finish") \
	F(TIME, at, , "when the fetch began") \
	F(U32, took_ms, , "milliseconds") \
	F(TEXT, vantage, , "where the prober stood") \
	F(LIST, answers, answer, "A and AAAA of the host") \
	F(ENUM, fetch, fetch, "") \
	F(TEXT, detail, , "cause when it failed") \
	F(OCTETS, address, , "the address asked") \
	F(U32, status, , "HTTP status, 0 for none") \
	F(OCTETS, content_type, , "media type as sent") \
	F(OCTETS, location, , "target of a redirect, not followed") \
	F(OCTETS, body, , "as sent, RFC 8461 3.2") \
	F(LIST, chain, cert, "certificates seen, leaf first")
AS_DECLARE(policy_facts, AS_POLICY_FACTS_FIELDS);

/* --- the bundle --- */

#define AS_FACTS_FIELDS(F) \
	F(TEXT, schema, , "\"assay.facts/1\"") \
	F(ONE, domain, domain_facts, "") \
	F(LIST, hosts, host_facts, "by name, then address") \
	F(ONE, policy, policy_facts, "absent when there was nothing to fetch")
AS_DECLARE(facts, AS_FACTS_FIELDS);

/* Read a bundle: the object that begins the text, or the member "facts" of it
 * (a document of check or scan); what follows is not looked at.  AS_EVERSION
 * when the schema is another. */
AS_MUST_USE enum as_err as_facts_read(struct as_arena *a, struct as_str text,
    struct as_facts **out, struct as_why *why);

/* The answer for (name, type) in a list; NULL when it was not asked. */
const struct as_answer *as_answer_find(
    const struct as_answer *list, size_t n, struct as_str name, uint32_t type);

/* Did the world say yes or no (ok, nodata, nxdomain)?  Else it is unknown. */
bool as_answer_is_known(const struct as_answer *ans);

/* Is it a clear no (nodata, nxdomain)? */
bool as_answer_is_none(const struct as_answer *ans);

/* A detail with its first "30000 ms" as "30 s"; AS_STR_NULL: no memory. */
struct as_str as_ms_shown(struct as_arena *a, struct as_str detail);

/* The name that the owner of these addresses is an alias of, where every alias
 * on the way is signed (RFC 7672 2.2); empty: none. */
struct as_str as_answer_alias(const struct as_answer *ans);

/* Of the TLSA answers of a mail host, its own and that of the name that it is
 * an alias of (NULL: no alias), the one that senders go by: the alias's when it
 * has signed records, or hides whether it has (RFC 7672 2.2). */
const struct as_answer *as_answer_tlsa(
    const struct as_answer *own, const struct as_answer *alias);

/* Why an answer is unknown, in words: "SERVFAIL for MX example.org: ..." */
struct as_str as_answer_cause(struct as_arena *a, const struct as_answer *ans);

#endif
