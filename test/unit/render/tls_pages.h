/*
 * Pages of tls_fixtures.h at 80 columns, whole.
 */
#ifndef AS_TEST_TLS_PAGES_H
#define AS_TEST_TLS_PAGES_H

/* Pages as they look: a line of text a line. */
// clang-format off
#define T_PAGE_GOOD \
	"mx.example  192.0.2.25  port 25\n" \
	"  GOOD          TLS 1.2 and 1.3 with forward secrecy, and nothing old.\n" \
	"\n" \
	"Versions, and the suite preferred\n" \
	"  TLS 1.3       yes, TLS_AES_256_GCM_SHA384, the server's order rules\n" \
	"  TLS 1.2       yes, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, the server's order\n" \
	"                rules\n" \
	"  TLS 1.1       no (protocol_version)\n" \
	"  TLS 1.0       no (protocol_version)\n" \
	"  SSL 3.0       no (protocol_version)\n" \
	"  SSL 2.0       no (protocol_version)\n" \
	"\n" \
	"Suites, the first of a kind\n" \
	"  TLS 1.3       recommended: TLS_AES_256_GCM_SHA384\n" \
	"  TLS 1.2       recommended: TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n" \
	"                none of: sound, CBC mode, no forward secrecy, weak, forbidden\n" \
	"\n" \
	"Key exchange\n" \
	"  preferred     x25519\n" \
	"  groups        x25519, secp256r1\n" \
	"  post-quantum  none\n" \
	"\n" \
	"Features\n" \
	"  yes           extended master secret, secure renegotiation, hellos over one\n" \
	"                packet\n" \
	"  no            compression\n" \
	"\n" \
	"Certificates\n" \
	"  ECDSA         CN=mx.example\n" \
	"  names         mx.example\n" \
	"  key           EC 256 bits, signed with ecdsa-with-SHA256\n" \
	"  issuer        CN=Test CA\n" \
	"  dates         valid to 2027-03-01, 95 days left\n" \
	"  DANE          no TLSA record in force\n" \
	"  OCSP          none stapled\n" \
	"  SCTs          none; mail servers need none\n" \
	"  CAA           the records could not be had\n" \
	"  trust         Senders that go by MTA-STS accept it; DANE with usage 3 asks for\n" \
	"                no authority, only that the TLSA record fits.\n" \
	"\n" \
	"What documents say\n" \
	"  RFC 9325            met in what was asked\n" \
	"  NCSC (UK) 2017-12   met in what was asked\n" \
	"  UK Mail Check       met in what was asked\n" \
	"  NCSC-NL 2025-05     met in what was asked\n" \
	"  TR-02102-2          not met: x25519\n" \
	"  SP 800-52 Rev. 2    met in what was asked\n" \
	"  ITSP.40.062         met in what was asked\n" \
	"\n" \
	"Cost\n" \
	"  Made          17 connections of at most 25, 2.1 s; --deep asks for every suite\n"

#define T_PAGE_OLD \
	"mx.example  192.0.2.25  port 25\n" \
	"  WEAK          Suites that do not protect are accepted.\n" \
	"\n" \
	"Versions, and the suite preferred\n" \
	"  TLS 1.3       no (protocol_version)\n" \
	"  TLS 1.2       yes, TLS_DHE_RSA_WITH_AES_256_CBC_SHA, the client's order rules\n" \
	"  TLS 1.1       yes, TLS_DHE_RSA_WITH_AES_256_CBC_SHA, the client's order rules\n" \
	"  TLS 1.0       yes, TLS_DHE_RSA_WITH_AES_256_CBC_SHA, the client's order rules\n" \
	"  SSL 3.0       no (protocol_version)\n" \
	"  SSL 2.0       no (protocol_version)\n" \
	"\n" \
	"Suites, the first of a kind\n" \
	"  TLS 1.2       CBC mode: TLS_DHE_RSA_WITH_AES_256_CBC_SHA\n" \
	"                no forward secrecy: TLS_RSA_WITH_AES_128_CBC_SHA\n" \
	"                weak: TLS_RSA_WITH_3DES_EDE_CBC_SHA\n" \
	"                forbidden: TLS_RSA_WITH_RC4_128_SHA\n" \
	"  TLS 1.1       CBC mode: TLS_DHE_RSA_WITH_AES_256_CBC_SHA\n" \
	"                no forward secrecy: TLS_RSA_WITH_AES_128_CBC_SHA\n" \
	"                weak: TLS_RSA_WITH_3DES_EDE_CBC_SHA\n" \
	"                forbidden: TLS_RSA_WITH_RC4_128_SHA\n" \
	"  TLS 1.0       CBC mode: TLS_DHE_RSA_WITH_AES_256_CBC_SHA\n" \
	"                no forward secrecy: TLS_RSA_WITH_AES_128_CBC_SHA\n" \
	"                weak: TLS_RSA_WITH_3DES_EDE_CBC_SHA\n" \
	"                forbidden: TLS_RSA_WITH_RC4_128_SHA\n" \
	"\n" \
	"Key exchange\n" \
	"  post-quantum  none, it needs TLS 1.3\n" \
	"  DHE           1024 bits: Postfix, 1024 bits (weak)\n" \
	"\n" \
	"Features\n" \
	"  yes           secure renegotiation\n" \
	"\n" \
	"Certificates\n" \
	"  RSA           CN=mx.example\n" \
	"  names         mx.example\n" \
	"  key           RSA 1024 bits, signed with sha1WithRSAEncryption\n" \
	"  issuer        CN=Test CA\n" \
	"  dates         ran out on 2026-11-22, 3 days ago\n" \
	"  DANE          no TLSA record in force\n" \
	"  OCSP          none stapled\n" \
	"  SCTs          none; mail servers need none\n" \
	"  CAA           the records could not be had\n" \
	"  trust         Senders that go by MTA-STS refuse it (no public authority\n" \
	"                vouches for it); DANE with usage 3 asks for no authority, only\n" \
	"                that the TLSA record fits.\n" \
	"\n" \
	"What was found\n" \
	"  fault         Suites that do not protect are accepted.\n" \
	"                TLS_RSA_WITH_RC4_128_SHA\n" \
	"                A sender that picks one is read along, however good the others\n" \
	"                are. (RFC 9325 4.1; RFC 7465 2)\n" \
	"  warning       The certificate is not within its dates.\n" \
	"                ran out on 2026-11-22\n" \
	"                Senders that check by MTA-STS do not deliver; those that do not\n" \
	"                check never notice. (RFC 8461 4.2; RFC 5280 4.1.2.5)\n" \
	"  warning       The Diffie-Hellman prime is shorter than 2048 bits.\n" \
	"                1024 bits, Postfix, 1024 bits\n" \
	"                1024 bits are within reach of nations, and some senders end the\n" \
	"                handshake. (RFC 9325 4.5)\n" \
	"  warning       Weak suites are accepted.\n" \
	"                TLS_RSA_WITH_3DES_EDE_CBC_SHA\n" \
	"                Triple DES, IDEA, SEED and DSS keys are below what is held safe;\n" \
	"                senders that need them are next to none. (RFC 9325 4.1)\n" \
	"  warning       The key of a certificate is too short.\n" \
	"                RSA, 1024 bits: CN=mx.example\n" \
	"                RSA needs 2048 bits and a curve 224. No public authority signs\n" \
	"                shorter keys any more, and some senders end the handshake. (RFC\n" \
	"                9325 4.5)\n" \
	"  warning       A certificate is signed with SHA-1 or MD5.\n" \
	"                sha1WithRSAEncryption: CN=mx.example\n" \
	"                Such signatures can be forged; senders that check refuse them.\n" \
	"                (RFC 9325 4.5)\n" \
	"  warning       TLS 1.0 or 1.1 is accepted.\n" \
	"                TLS 1.0, TLS 1.1\n" \
	"                Both are no longer to be used. For mail they are better than the\n" \
	"                clear, so look in the log for senders that need them first. (RFC\n" \
	"                8996 4; RFC 8996 5)\n" \
	"  note          TLS 1.3 is not offered.\n" \
	"                the newest is TLS 1.2\n" \
	"                It hides more, needs one round trip less, and is the only one\n" \
	"                with post-quantum key exchange. (RFC 9325 3.1.1)\n" \
	"  note          Suites without forward secrecy are accepted.\n" \
	"                TLS_RSA_WITH_AES_128_CBC_SHA\n" \
	"                Senders that pick one leave mail that a key stolen later opens.\n" \
	"                (RFC 9325 4.1)\n" \
	"  note          Suites in CBC mode are accepted.\n" \
	"                TLS_DHE_RSA_WITH_AES_256_CBC_SHA\n" \
	"                They were attacked again and again through their padding; modern\n" \
	"                senders prefer others anyway. (RFC 9325 4.2.1)\n" \
	"  note          The server does not send the certificate of the authority that\n" \
	"                issued its own.\n" \
	"                not sent, and no root that is known: CN=Test CA\n" \
	"                Senders that go by MTA-STS know roots only and cannot get to\n" \
	"                one. (RFC 5280 6.1; RFC 8446 4.4.2; RFC 8461 4.2)\n" \
	"\n" \
	"What documents say\n" \
	"  RFC 9325            not met: TLS 1.1, TLS 1.0, TLS_RSA_WITH_3DES_EDE_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_RC4_128_SHA, DHE prime of 1024 bits and 2\n" \
	"                      more; should go in time: TLS_DHE_RSA_WITH_AES_256_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_AES_128_CBC_SHA\n" \
	"  NCSC (UK) 2017-12   not met: TLS_RSA_WITH_RC4_128_SHA, DHE prime of 1024 bits,\n" \
	"                      RSA key of 1024 bits, rsa_pkcs1_sha1; should go in time:\n" \
	"                      TLS 1.1, TLS 1.0, TLS_RSA_WITH_3DES_EDE_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_AES_128_CBC_SHA\n" \
	"  UK Mail Check       met in what was asked; should go in time:\n" \
	"                      TLS_DHE_RSA_WITH_AES_256_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_3DES_EDE_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_RC4_128_SHA\n" \
	"  NCSC-NL 2025-05     not met: TLS 1.1, TLS 1.0,\n" \
	"                      TLS_DHE_RSA_WITH_AES_256_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_3DES_EDE_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_AES_128_CBC_SHA and 4 more\n" \
	"  TR-02102-2          not met: TLS 1.1, TLS 1.0,\n" \
	"                      TLS_DHE_RSA_WITH_AES_256_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_3DES_EDE_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_AES_128_CBC_SHA and 4 more\n" \
	"  SP 800-52 Rev. 2    not met: TLS_RSA_WITH_3DES_EDE_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_RC4_128_SHA,\n" \
	"                      DHE prime of 1024 bits, RSA key of 1024 bits and 1 more;\n" \
	"                      should go in time: TLS 1.1, TLS 1.0\n" \
	"  ITSP.40.062         not met: TLS 1.1, TLS 1.0, TLS_RSA_WITH_RC4_128_SHA, DHE\n" \
	"                      prime of 1024 bits, RSA key of 1024 bits and 1 more;\n" \
	"                      should go in time: TLS_DHE_RSA_WITH_AES_256_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_3DES_EDE_CBC_SHA,\n" \
	"                      TLS_RSA_WITH_AES_128_CBC_SHA\n" \
	"\n" \
	"What to change\n" \
	"  Exim\n" \
	"    Built with GnuTLS (as Debian does); the versions only once the log shows no\n" \
	"    sender that needs TLS 1.0 or 1.1.\n" \
	"      tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-3DES-CBC:-ARCFOUR-128:-RSA:%SERVER_PRECEDENCE\n" \
	"    Built with OpenSSL: the same.\n" \
	"      openssl_options = +no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1\n" \
	"      tls_require_ciphers = DEFAULT:!RC4:!3DES:!kRSA\n" \
	"    Use a Diffie-Hellman prime of RFC 7919.\n" \
	"      tls_dhparam = ffdhe2048\n" \
	"  any server\n" \
	"    Renew the certificate, and see that this is done by itself from now on; with\n" \
	"    DANE, publish the TLSA record of the new key first.\n" \
	"    Make a new key: ECDSA on P-256, or RSA with 2048 bits or more.\n" \
	"    Get a certificate that is signed with SHA-256.\n" \
	"    Have the server send the whole chain (often the file \"fullchain\"); where the\n" \
	"    authority is your own, MTA-STS needs a certificate of a public one.\n" \
	"\n" \
	"Cost\n" \
	"  Made          17 connections of at most 25, 2.1 s; --deep asks for every suite\n" \
	"  Left out      groups; --deep has room for all of that\n"
// clang-format on

#endif
