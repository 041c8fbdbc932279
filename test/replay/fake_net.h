/*
 * fake_net - net/dns, net/smtp, net/https and net/tls from a scripted table.
 *
 * A world is written with fake_rr and its like, then probes run against it.  It
 * answers as a good resolver would: CNAMEs followed, wildcards expanded, NODATA
 * for names that exist or have names beneath.  One world a process.
 */
#ifndef AS_TEST_FAKE_NET_H
#define AS_TEST_FAKE_NET_H

#include "net/https.h"
#include "net/smtp.h"
#include "probe/probe.h"

void fake_reset(void); /* an empty world */

/* A record.  MX "10 host", TXT any text (cut into strings of 255), A, AAAA,
 * CNAME, NS, PTR a name or address, SOA anything, CAA "0 issue value", TLSA "3 1
 * 1 hex".  DNSKEY "257 3 13 hex", DS "4660 13 2 hex", NSEC3PARAM "1 0 10 hex".
 * RRSIG "MX 13 4660 INCEPTION EXPIRATION signer" goes along with records of that
 * type, one of a SOA with denials in its zone too.  "*.name" is a wildcard. */
void fake_rr(const char *name, const char *type, const char *data);
void fake_rr_octets(const char *name, const char *type, struct as_str rdata);

enum fake_fault {
	FAKE_SERVFAIL,
	FAKE_REFUSED,
	FAKE_TIMEOUT,
	FAKE_BOGUS,
	FAKE_GARBAGE,   /* a packet that is no DNS message */
	FAKE_CONFUSED,  /* NXDOMAIN with records */
	FAKE_TRUNCATED, /* TC is set */
	FAKE_NOT_ASKED, /* --zone-only */
	FAKE_NXDOMAIN,  /* although names lie beneath */
};
/* Answer so; type NULL: any type; a name ".x" stands for x and all below. */
void fake_fault(const char *name, const char *type, enum fake_fault fault);

void fake_secure(const char *name); /* it and all below is signed */
void fake_proposed(
    const char *name); /* from a zone file: CNAMEs not followed */
void fake_delay(const char *name, uint32_t ms); /* each answer; usual: 20 */

void fake_no_resolver(void); /* as_dns_new fails */

/* How often (name, type) was asked; all questions with NULL. */
unsigned fake_asked(const char *name, const char *type);
unsigned fake_in_flight_most(void);

/* What the name server at an address says itself: the world above, of its own
 * authority, but for these records of (name, type), which take the place of the
 * world's; data NULL: it has none.  SOA is a serial. */
void fake_server_rr(
    const char *address, const char *name, const char *type, const char *data);

enum fake_server_fault {
	FAKE_SERVER_SILENT,
	FAKE_SERVER_NOBODY, /* the port is closed */
	FAKE_SERVER_NO_WAY,
	FAKE_SERVER_NO_TCP,
	FAKE_SERVER_LAME, /* not authoritative */
	FAKE_SERVER_REFUSED,
	FAKE_SERVER_SERVFAIL,
	FAKE_SERVER_GARBAGE,
};
void fake_server_fault(/* type NULL: any */
    const char *address, const char *type, enum fake_server_fault fault);
void fake_server_delay(const char *address, uint32_t ms); /* usual: 20 */
unsigned fake_server_asked(const char *address); /* NULL: all of them */

/* The packet that a good resolver answers with, and parts of packets. */
void fake_packet(struct as_buf *b, const char *name, uint16_t type);
void fake_name_add(struct as_buf *b, struct as_str name);
void fake_rdata_add(struct as_buf *b, uint16_t type, const char *data);
void fake_servers_reset(void); /* by fake_reset */

/* The mail server at an address; unknown ones refuse the connection. */
void fake_smtp(const char *address, const struct as_smtp_view *view);
/* One that says what `fn` makes of a visit, the nth one from 1; it may feed
 * the reader of a hello, and its view must outlive the visit. */
typedef const struct as_smtp_view *fake_smtp_fn(
    const struct as_smtp_target *target, unsigned nth);
void fake_smtp_by(const char *address, fake_smtp_fn *fn);
const struct as_smtp_target *fake_smtp_seen(void); /* last visit, or NULL */
unsigned fake_smtp_visits(void);

/* The web server at an address; unknown ones refuse the connection. */
void fake_https(const char *address, const struct as_https_view *view);
unsigned fake_https_fetches(void);

#endif
