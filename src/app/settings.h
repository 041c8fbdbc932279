/*
 * app/settings - every option, once: from this table come the members of struct
 * as_settings, the command line, the configuration file and the help.
 *
 * The configuration file is INI without sections: "flag = value", lists
 * separated by commas.  It is $ASSAY_CONFIG, or the first there is of
 * $XDG_CONFIG_HOME/assay/assay.conf (~/.config by default) and
 * /etc/assay/assay.conf.  The command line goes before the file; a list given
 * there replaces the file's.
 */
#ifndef AS_APP_SETTINGS_H
#define AS_APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"

/* Commands that know an option. */
#define AS_FOR_CHECK    1u
#define AS_FOR_SCAN     2u
#define AS_FOR_RULES    4u
#define AS_FOR_SPF      8u
#define AS_FOR_RECORD   16u
#define AS_FOR_DMARC    32u
#define AS_FOR_TLS      64u
#define AS_FOR_PROFILES 128u
#define AS_FOR_FIX      256u
#define AS_FOR_PATH     512u
#define AS_FOR_EXPORT   1024u
#define AS_FOR_ENFORCE  8192u
#define AS_FOR_SOURCES  16384u
#define AS_FOR_INGEST   2048u
#define AS_FOR_REPORTS  65536u
#define AS_FOR_ESTATE   32768u
#define AS_FOR_TLS_TOLD 131072u /* reports tls */
#define AS_FOR_SERVE    (1u << 20)
#define AS_FOR_CHANGES  (1u << 21)
#define AS_FOR_DB       (1u << 24)
#define AS_FOR_PROBE    (AS_FOR_CHECK | AS_FOR_SCAN | AS_FOR_FIX | AS_FOR_SERVE)
#define AS_FOR_HISTORY  (1u << 22)
/* Those that judge what reports say. */
#define AS_FOR_USAGE (AS_FOR_ENFORCE | AS_FOR_SOURCES)
/* Those that may take domains and roles from the estate. */
#define AS_FOR_ROLES (AS_FOR_CHECK | AS_FOR_SCAN)
/* Those that ask DNS. */
#define AS_FOR_DNS \
	(AS_FOR_PROBE | AS_FOR_PATH | AS_FOR_SPF | AS_FOR_DMARC | AS_FOR_TLS | \
	    AS_FOR_USAGE | AS_FOR_TLS_TOLD)
/* Those that use the database. */
#define AS_FOR_STORE \
	(AS_FOR_USAGE | AS_FOR_INGEST | AS_FOR_REPORTS | AS_FOR_ESTATE | \
	    AS_FOR_SERVE | AS_FOR_CHANGES | AS_FOR_DB | AS_FOR_TLS_TOLD | \
	    AS_FOR_HISTORY)
/* Those that connect to mail servers. */
#define AS_FOR_SMTP (AS_FOR_PROBE | AS_FOR_PATH | AS_FOR_TLS | AS_FOR_TLS_TOLD)
#define AS_FOR_ALL \
	(AS_FOR_DNS | AS_FOR_RULES | AS_FOR_RECORD | AS_FOR_PROFILES | \
	    AS_FOR_EXPORT | AS_FOR_STORE)

/*
 * X(kind, member, flag, argument, least, most, commands, help)
 * FLAG: no argument.  TEXT: one string.  NUMBER: least to most.  LIST: may be
 * repeated.
 */
// clang-format off
#define AS_OPTIONS(X) \
	X(FLAG, json, "json", "", 0, 0, AS_FOR_ALL, \
	    "print JSON; short for --format json") \
	X(TEXT, format, "format", "NAME", 0, 0, AS_FOR_ALL, \
	    "text, json or ndjson (one document a line); check, scan, enforce, " \
	    "sources and reports also csv, check and scan also sarif, check also html and nagios, fix also zone, nsupdate, " \
	    "terraform and dnscontrol; export has formats of its own") \
	X(NUMBER, parsers, "parsers", "N", 1, 64, AS_FOR_INGEST, \
	    "processes that read reports; default: one a core") \
	X(FLAG, verbose, "verbose", "", 0, 0, AS_FOR_CHECK | AS_FOR_SCAN | AS_FOR_HISTORY, \
	    "also show evidence, sources and what passed (-v)") \
	X(TEXT, fail_on, "fail-on", "LEVEL", 0, 0, AS_FOR_PROBE | AS_FOR_RECORD, \
	    "exit 1 when a finding is at or above LEVEL: info, warn, fail " \
	    "(default; the errors of record) or never") \
	X(LIST, for_profile, "for", "ID|FILE", 0, 0, AS_FOR_FIX, \
	    "only the steps that requirements of this profile ask for") \
	X(LIST, profile, "profile", "ID|FILE", 0, 0, AS_FOR_CHECK | AS_FOR_SCAN, \
	    "also judge by this profile (\"assay profiles\" lists them), or by " \
	    "one in a file of your own") \
	X(TEXT, warning, "warning", "THRESHOLD", 0, 0, AS_FOR_CHECK, \
	    "of nagios: info, warn or fail, a range of findings at or above " \
	    "warn (5, 5:, @1:5), or both (info=5); default: warn") \
	X(TEXT, critical, "critical", "THRESHOLD", 0, 0, AS_FOR_CHECK, \
	    "the same for the state CRITICAL; default: fail") \
	X(TEXT, only, "only", "dns", 0, 0, AS_FOR_PROBE, \
	    "ask DNS only: no SMTP, no HTTPS") \
	X(TEXT, each_name_server, "each-name-server", "yes|no", 0, 0, AS_FOR_PROBE, \
	    "ask the name servers of each domain one by one whether they agree; " \
	    "default: no for scan, else yes") \
	X(FLAG, try_injection, "try-injection", "", 0, 0, AS_FOR_PROBE, \
	    "see in a visit more whether mail servers obey inside TLS what was " \
	    "said in the clear; for servers of your own") \
	X(LIST, selector, "selector", "NAME", 0, 0, AS_FOR_PROBE | AS_FOR_PATH, \
	    "probe this DKIM selector too") \
	X(TEXT, criterion, "criterion", "WORD", 0, 0, AS_FOR_EXPORT, \
	    "of the secure list: any (default: mta-sts or dane), mta-sts, dane, " \
	    "certificate or starttls") \
	X(NUMBER, max_shrink, "max-shrink", "PERCENT", 1, 100, AS_FOR_EXPORT, \
	    "of the domains in --output that may be missing from the new list; " \
	    "default: 10") \
	X(NUMBER, max_age, "max-age", "DAYS", 1, 3650, AS_FOR_EXPORT, \
	    "of facts that put a domain on the list; default: 7") \
	X(TEXT, store, "store", "FILE|URI", 0, 0, AS_FOR_STORE | AS_FOR_ROLES, \
	    "database: a file, or postgresql://USER@HOST/NAME (password from " \
	    "~/.pgpass); default: assay/assay.db in $XDG_DATA_HOME or " \
	    "~/.local/share") \
	X(FLAG, estate, "estate", "", 0, 0, AS_FOR_ROLES, \
	    "judge each domain by the role that it has in the estate; of scan: go " \
	    "through the estate when no list is given") \
	X(FLAG, keep, "keep", "", 0, 0, AS_FOR_SCAN, \
	    "keep in the database what is seen and how it is judged; \"assay " \
	    "history\" shows it") \
	X(TEXT, at, "at", "DATE", 0, 0, AS_FOR_HISTORY, \
	    "show the domain as it was known then (RFC 3339, or a date: its " \
	    "first instant), judged by the rules of today") \
	X(LIST, tag, "tag", "NAME", 0, 0, AS_FOR_ROLES | AS_FOR_ESTATE, \
	    "of the estate: only domains with this tag; add, import and tag give " \
	    "it to them") \
	X(LIST, untag, "untag", "NAME", 0, 0, AS_FOR_ESTATE, \
	    "take this tag from the domains") \
	X(TEXT, organisation, "organisation", "NAME", 0, 0, AS_FOR_ROLES | AS_FOR_ESTATE, \
	    "of the estate: only domains of this organisation; add sets it") \
	X(TEXT, group, "group", "NAME", 0, 0, AS_FOR_ROLES | AS_FOR_ESTATE, \
	    "the same for a group") \
	X(TEXT, owner, "owner", "NAME", 0, 0, AS_FOR_ESTATE, \
	    "who answers for the domains that are added") \
	X(TEXT, contact, "contact", "ADDRESS", 0, 0, AS_FOR_ESTATE, \
	    "where they are reached") \
	X(TEXT, notes, "notes", "TEXT", 0, 0, AS_FOR_ESTATE, \
	    "anything to remember of them") \
	X(FLAG, preview, "preview", "", 0, 0, AS_FOR_ESTATE, \
	    "of import: say what it would do, write nothing") \
	X(FLAG, plan, "plan", "", 0, 0, AS_FOR_ESTATE, \
	    "of apply: the same") \
	X(TEXT, max_remove, "max-remove", "N|N%", 0, 0, AS_FOR_ESTATE, \
	    "of apply: how many domains a list may remove; default: 10%, and " \
	    "one in any case") \
	X(TEXT, charset, "charset", "NAME", 0, 0, AS_FOR_ESTATE, \
	    "encoding of a list, such as windows-1250; default: found by its " \
	    "octets") \
	X(TEXT, form, "form", "list|zone", 0, 0, AS_FOR_ESTATE, \
	    "what a file is; default: found by its lines") \
	X(TEXT, origin, "origin", "NAME", 0, 0, AS_FOR_ESTATE, \
	    "what relative names of a zone file end in, when it does not say") \
	X(NUMBER, days, "days", "N", 1, 366, AS_FOR_USAGE | AS_FOR_TLS_TOLD, \
	    "days to look back; default: 90; of reports tls 30") \
	X(TEXT, domain, "domain", "NAME", 0, 0, AS_FOR_REPORTS, \
	    "only reports on this domain") \
	X(TEXT, kind, "kind", "KIND", 0, 0, AS_FOR_REPORTS, \
	    "only aggregate, failure or tls reports") \
	X(TEXT, reporter, "reporter", "TEXT", 0, 0, AS_FOR_REPORTS, \
	    "only reports of those whose name or address holds this") \
	X(TEXT, since, "since", "DATE", 0, 0, AS_FOR_REPORTS | AS_FOR_CHANGES | AS_FOR_SOURCES, \
	    "only reports that cover this day or a later one; of sources: only " \
	    "those that were first seen on this day or later") \
	X(FLAG, keys, "keys", "", 0, 0, AS_FOR_SOURCES, \
	    "show the DKIM keys alone: all that reports tell of, and what DNS has " \
	    "of them now") \
	X(FLAG, offline, "offline", "", 0, 0, AS_FOR_USAGE | AS_FOR_TLS_TOLD, \
	    "ask nothing of the net: no names of addresses, no look at the domain") \
	X(NUMBER, names, "names", "N", 1, 2000, AS_FOR_USAGE, \
	    "look up the names of so many addresses that are not known yet, those " \
	    "with most messages first; default: 200") \
	X(TEXT, asn_db, "asn-db", "FILE", 0, 0, AS_FOR_USAGE, \
	    "tell the network of each source by this file in the MaxMind DB format " \
	    "(.mmdb), of ASN numbers") \
	X(TEXT, country_db, "country-db", "FILE", 0, 0, AS_FOR_USAGE, \
	    "the same for its country") \
	X(TEXT, until, "until", "DATE", 0, 0, AS_FOR_REPORTS | AS_FOR_CHANGES, \
	    "only reports that cover this day or an earlier one") \
	X(FLAG, conflict, "conflict", "", 0, 0, AS_FOR_REPORTS, \
	    "only reports of which another of the same reporter, id, domain and " \
	    "time says something else") \
	X(NUMBER, limit, "limit", "N", 1, 100000000, AS_FOR_REPORTS | AS_FOR_CHANGES, \
	    "how many to show; default: 50; csv and JSON: lists 1000, rows all") \
	X(TEXT, after, "after", "N", 0, 0, AS_FOR_REPORTS, \
	    "go on behind this id of a list, or behind this row of a report") \
	X(FLAG, all, "all", "", 0, 0, AS_FOR_REPORTS, \
	    "of quarantine replay: all that is there") \
	X(LIST, set, "set", "SOURCE=CLASS", 0, 0, AS_FOR_SOURCES, \
	    "say whose mail a source sends (a name of the list, an address or a " \
	    "prefix): ours, third-party, forwarder, foreign, unknown, or observed " \
	    "to take your word back") \
	X(TEXT, ip, "ip", "ADDRESS", 0, 0, AS_FOR_SPF, \
	    "address of the server that sends") \
	X(TEXT, from, "from", "ADDRESS", 0, 0, AS_FOR_SPF, \
	    "sender, as in MAIL FROM; <> is the null sender") \
	X(TEXT, helo, "helo", "NAME", 0, 0, AS_FOR_SPF, \
	    "name given in HELO or EHLO; default: the domain checked") \
	X(TEXT, receiver, "receiver", "NAME", 0, 0, AS_FOR_SPF, \
	    "name of the server that receives, for explanations") \
	X(NUMBER, void_limit, "void-limit", "N", 1, 100, AS_FOR_SPF, \
	    "terms that may find nothing in DNS; default: 2") \
	X(LIST, align, "align", "NAME", 0, 0, AS_FOR_DMARC, \
	    "does this domain, of SPF or of a DKIM signature, align?") \
	X(TEXT, role, "role", "ROLE", 0, 0, AS_FOR_CHECK | AS_FOR_FIX | AS_FOR_ESTATE, \
	    "judge as full, receives-only, sends-only, parked or legacy, " \
	    "whatever the evidence says") \
	X(TEXT, now, "now", "TIME", 0, 0, AS_FOR_SMTP | AS_FOR_DMARC | AS_FOR_EXPORT | AS_FOR_USAGE, \
	    "judge dates as of then (RFC 3339); default: when the facts were " \
	    "gathered") \
	X(FLAG, deep, "deep", "", 0, 0, AS_FOR_TLS, \
	    "ask for every suite of every version: many more connections") \
	X(FLAG, implicit, "implicit", "", 0, 0, AS_FOR_TLS, \
	    "TLS from the first octet, without STARTTLS; default for port 465") \
	X(FLAG, no_tls_matrix, "no-tls-matrix", "", 0, 0, \
	    AS_FOR_CHECK | AS_FOR_FIX | AS_FOR_SERVE, \
	    "make one TLS handshake with each mail server; default: ask for " \
	    "all that it accepts, in at most 25 connections") \
	X(FLAG, tls_matrix, "tls-matrix", "", 0, 0, AS_FOR_SCAN, \
	    "ask each mail server for all the TLS that it accepts, in at most " \
	    "25 connections; default: one handshake") \
	X(NUMBER, pause, "pause", "MS", 1, 60000, AS_FOR_SMTP, \
	    "milliseconds between connections to one address; default: 200") \
	X(TEXT, facts, "facts", "FILE", 0, 0, \
	    AS_FOR_CHECK | AS_FOR_FIX | AS_FOR_PATH | AS_FOR_EXPORT | AS_FOR_ESTATE | AS_FOR_USAGE | \
	    AS_FOR_TLS_TOLD, \
	    "judge the stored facts of FILE, probe nothing; - is standard input") \
	X(LIST, zone, "zone", "FILE", 0, 0, AS_FOR_DNS, \
	    "answer from this zone file first, as if it were published") \
	X(FLAG, zone_only, "zone-only", "", 0, 0, AS_FOR_DNS, \
	    "with --zone: answer nothing from the net") \
	X(LIST, resolver, "resolver", "ADDR[@PORT]", 0, 0, AS_FOR_DNS, \
	    "ask this resolver; \"recursive\": ask the root and below ourselves; " \
	    "default: those of /etc/resolv.conf") \
	X(TEXT, resolver_config, "resolver-config", "FILE", 0, 0, AS_FOR_DNS, \
	    "configuration of the resolver, in libunbound's syntax") \
	X(TEXT, trust_anchor, "trust-anchor", "FILE", 0, 0, AS_FOR_DNS, \
	    "DNSSEC trust anchors (DS or DNSKEY lines); default: the keys of the " \
	    "root") \
	X(FLAG, mta, "mta", "", 0, 0, AS_FOR_INGEST, \
	    "run by a mail server: exit 0 when the mail is in the database, quarantine " \
	    "included, else 75, so that the server keeps it and tries again") \
	X(TEXT, imap_password_file, "imap-password-file", "FILE", 0, 0, AS_FOR_INGEST, \
	    "password of the mailboxes: the first line of FILE") \
	X(TEXT, imap_token_command, "imap-token-command", "COMMAND", 0, 0, AS_FOR_INGEST, \
	    "log in by OAuth (OAUTHBEARER or XOAUTH2) with the token that COMMAND " \
	    "prints; a program and its arguments, parted by blanks, no shell") \
	X(TEXT, imap_move, "imap-move", "FOLDER", 0, 0, AS_FOR_INGEST, \
	    "move each mail there once it is stored; default: leave them") \
	X(TEXT, imap_flag, "imap-flag", "FLAG", 0, 0, AS_FOR_INGEST, \
	    "flag each mail once it is stored: seen, or a keyword of your own") \
	X(NUMBER, imap_most, "imap-most", "N", 1, 1000000, AS_FOR_INGEST, \
	    "mails read of a mailbox in one run; default: 1000000") \
	X(TEXT, ca, "ca", "FILE", 0, 0, AS_FOR_SMTP | AS_FOR_INGEST, \
	    "certificates to trust (PEM); default: the system's") \
	X(TEXT, psl, "psl", "FILE", 0, 0, AS_FOR_PROBE | AS_FOR_PATH | AS_FOR_DMARC | AS_FOR_USAGE | AS_FOR_ESTATE | \
	    AS_FOR_TLS_TOLD | AS_FOR_HISTORY, \
	    "public suffix list; default: the system's") \
	X(LIST, allow_address, "allow-address", "PREFIX", 0, 0, AS_FOR_SMTP, \
	    "connect to this special-purpose range (private, loopback ...), or to " \
	    "this machine itself, too") \
	X(NUMBER, smtp_port, "smtp-port", "N", 1, 65535, AS_FOR_PROBE | AS_FOR_PATH | AS_FOR_TLS_TOLD, \
	    "port of the mail servers; default: 25") \
	X(NUMBER, https_port, "https-port", "N", 1, 65535, AS_FOR_PROBE | AS_FOR_PATH | AS_FOR_TLS_TOLD, \
	    "port of the MTA-STS policy hosts; default: 443") \
	X(TEXT, ehlo_name, "ehlo-name", "NAME", 0, 0, AS_FOR_SMTP, \
	    "name given in EHLO; default: this machine's") \
	X(TEXT, vantage, "vantage", "TEXT", 0, 0, AS_FOR_SMTP, \
	    "where this prober stands, kept with every fact") \
	X(NUMBER, every, "every", "SECONDS", 1, 2592000, AS_FOR_SERVE, \
	    "look at a domain at rest so often; default: 86400, a day") \
	X(NUMBER, confirm_after, "confirm-after", "SECONDS", 1, 86400, AS_FOR_SERVE, \
	    "look a second time at what changed; default: 60") \
	X(NUMBER, retry_after, "retry-after", "SECONDS", 1, 86400, AS_FOR_SERVE, \
	    "look again when something could not be tested, twice as long each " \
	    "time; default: 900") \
	X(NUMBER, probers, "probers", "N", 1, 64, AS_FOR_PROBE, \
	    "prober processes; default: one a core") \
	X(NUMBER, window, "window", "N", 1, 100000, AS_FOR_PROBE, \
	    "domains in flight; default: 200 a prober") \
	X(TEXT, output, "output", "FILE", 0, 0, AS_FOR_SCAN | AS_FOR_EXPORT, \
	    "append to this file (scan), or replace it whole (export); default: " \
	    "standard output") \
	X(FLAG, resume, "resume", "", 0, 0, AS_FOR_SCAN, \
	    "skip the domains that the output file holds, append the others") \
	X(FLAG, with_facts, "with-facts", "", 0, 0, AS_FOR_SCAN, \
	    "put the facts into every line; mail servers are asked for an RSA " \
	    "certificate too, as check does")
// clang-format on

enum as_option_kind {
	AS_OPTION_FLAG,
	AS_OPTION_TEXT,
	AS_OPTION_NUMBER,
	AS_OPTION_LIST,
};

/* One row of the table, for help and manual. */
struct as_option {
	enum as_option_kind kind;
	size_t at; /* offset in struct as_settings */
	const char *flag;
	const char *arg;
	uint32_t least, most;
	unsigned commands;
	const char *help;
};

const struct as_option *as_options(size_t *n);

struct as_list {
	const char **v;
	size_t n;
};

#define AS_SETTING_FLAG(m)   bool m;
#define AS_SETTING_TEXT(m)   const char *m;
#define AS_SETTING_NUMBER(m) uint32_t m; /* 0: not given */
#define AS_SETTING_LIST(m)   struct as_list m;
#define AS_SETTING(kind, m, flag, arg, least, most, commands, help) \
	AS_SETTING_##kind(m)

struct as_settings {
	AS_OPTIONS(AS_SETTING)
	const char **args; /* what is not an option */
	size_t n_args;
	unsigned command; /* AS_FOR_* that they were read for */
	bool help;        /* --help was among them: nothing else counts */
};

/*
 * Read the configuration file and the arguments of one command (argv without
 * program and command name).  AS_EINVAL: usage; AS_EIO, AS_ESYNTAX: the
 * configuration file; why says what and where.  Strings live in the arena or
 * are argv's own.
 */
AS_MUST_USE enum as_err as_settings_read(struct as_arena *a, unsigned command,
    int argc, char **argv, struct as_settings *out, struct as_why *why);

/* The options of a command, a line or two each. */
void as_settings_help(FILE *out, unsigned command);

#endif
