/*
 * probe/prober - the process that meets the network.
 *
 * Forked by the parent, never exec'd.  Reads jobs from one socket, keeps thousands of them
 * in flight on one event loop, writes facts back.  Everything it needs from
 * files is read before it enters the sandbox.  Ends when the socket is closed.
 */
#ifndef AS_PROBE_PROBER_H
#define AS_PROBE_PROBER_H

#include "base/ip.h"
#include "base/log.h"
#include "net/dns.h"
#include "std/tls_plan.h"

struct as_prober_config {
	struct as_dns_config dns;
	struct as_str ca_pem;          /* AS_STR_NULL: system store */
	const char *ca_name;           /* its file, for messages, or NULL */
	const struct as_prefix *allow; /* special-purpose ranges to visit */
	size_t n_allow;
	const struct as_ip *own; /* addresses of this machine, which are not
	                            visited either */
	size_t n_own;
	uint16_t smtp_port;  /* 25 */
	uint16_t https_port; /* 443 */
	bool both_kinds;     /* a second visit for an RSA certificate, where the
	                    first saw another; with DANE always */
	bool try_injection;  /* a further visit that says a command behind
	                        STARTTLS: RFC 3207 6 */
	const char *ehlo_name;
	const char *user_agent;
	struct as_str vantage;
	const struct as_str *selectors; /* shipped DKIM selectors */
	size_t n_selectors;
	const struct as_tls_plan_tables *tls_tables; /* what a TLS job asks;
	                                                NULL: none will come */
	const struct as_tls_book *tls_book;          /* its names */
	struct as_str dh_primes;                     /* data/dh-primes.tsv */
	struct as_clock clock;
	struct as_log log;
	uint64_t memory_octets; /* rlimit; 0: none */
	const void *errand;     /* of a child that is no prober; or NULL */
};

/* Jobs that a prober may hold at a time: fewer where the system lets us have few
 * descriptors, so that none fails for want of one. */
unsigned as_prober_capacity(void);

/* Serve jobs on fd until end of file; returns the exit status of the process
 * (0 fine, sysexits else). */
int as_prober_main(const struct as_prober_config *config, int fd) AS_MUST_USE;

#endif
