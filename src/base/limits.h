/*
 * base/limits - every cap of Assay, in one place, with its reason.
 *
 * Units sit in the names.  A cap is met by refusing or cutting the one item
 * that is over it, saying so; never by losing its neighbours.
 */
#ifndef AS_BASE_LIMITS_H
#define AS_BASE_LIMITS_H

/* Memory of one subject's job: a DNS message is at most 64 KiB and a domain
 * asks at most AS_MAX_QUERIES_PER_DOMAIN of them, most of them tiny. */
#define AS_MAX_JOB_OCTETS ((size_t)48 * 1024 * 1024)

/* DNS. */
#define AS_MAX_DNS_MESSAGE_OCTETS 65535 /* RFC 1035 4.2.2: two-octet length */
#define AS_MAX_NAME_OCTETS        253 /* RFC 1035 2.3.4, text without root dot */
#define AS_MAX_LABEL_OCTETS       63
#define AS_MAX_NAME_POINTERS      127   /* a name has no more labels to share */
#define AS_MAX_CNAME_CHAIN        8     /* deeper chains are loops or abuse */
#define AS_MAX_RRS_PER_ANSWER     256   /* more TXT at one name is not mail */
#define AS_MAX_TXT_OCTETS         16384 /* one joined TXT; SPF needs under 450 */
#define AS_MAX_ANSWER_OCTETS      65536 /* text kept of one answer, in all */
#define AS_MAX_SIGNATURES         12 /* kept of one answer; two keys sign it */
/* Kept of all answers of one subject; five times that and what its name servers
 * say, escaped, fits a frame. */
#define AS_MAX_SUBJECT_OCTETS     ((size_t)1024 * 1024)
#define AS_MAX_QUERIES_PER_DOMAIN 200 /* reliability T2: fan-out */
#define AS_MAX_SPF_QUERIES \
	60 /* ten lookups are legal; the rest is for
                                         showing the tree of a broken record */
#define AS_MAX_SPF_DEPTH      12
#define AS_MAX_SPF_TERMS      512   /* terms in one record */
#define AS_MAX_SPF_TEXT       65536 /* octets of one expanded macro-string */
#define AS_MAX_MX_HOSTS       32    /* further exchanges are not visited */
#define AS_MAX_HOST_ADDRESSES 16    /* addresses visited of one host */
#define AS_MAX_TLS_TARGETS    1000  /* of one command; 100 KB of facts each */
#define AS_MAX_REVERSE_NAMES  4     /* of one address that are followed */
/* Of one event as JSON: two values of at most 1 KiB, escaped, and names. */
#define AS_MAX_EVENT_OCTETS   65536
#define AS_MAX_EVENTS         500 /* told of one domain after one look */
#define AS_MAX_DOMAIN_VISITS  64  /* one domain must not aim us at hundreds */
#define AS_MAX_DMARC_QUERIES  8   /* RFC 9989 4.10: tree walk */
#define AS_MAX_REPORT_URIS    16  /* rua and ruf targets verified */
#define AS_MAX_DKIM_SELECTORS 400 /* given plus shipped ones */
#define AS_MAX_RECORD_TAGS    128 /* in one tag list; the longest known has 12 */
#define AS_MAX_RECORD_NOTES   32  /* deviations told of one record */
/* Of one record that is explained: a policy file, the longest, may have as many
 * octets; of parts SPF has the most; beyond so many problems nobody reads. */
#define AS_MAX_RECORD_OCTETS   65536
#define AS_MAX_RECORD_PARTS    (AS_MAX_SPF_TERMS + 16)
#define AS_MAX_RECORD_PROBLEMS 256
#define AS_MAX_STRING_OCTETS   255 /* RFC 1035 3.3: a character-string */
#define AS_MAX_DKIM_KEY_OCTETS \
	4096 /* decoded p; RSA of 16384 bits, the
                                        most that libcrypto uses, takes 2 KiB */

/* Time, in milliseconds, of one step and of one whole subject. */
#define AS_DNS_WINDOW   100  /* questions in flight: more only lose packets */
#define AS_DNS_QUERY_MS 5000 /* libunbound alone takes 17 s for a dead zone */
#define AS_DNS_TRIES    2    /* a second try of SERVFAIL and timeouts */
#define AS_DNS_REST_MS \
	6000 /* before a second try of SERVFAIL: libunbound repeats a
	                failure from its cache for 5 s */
/* Name servers asked one by one (net/direct). */
#define AS_MAX_SERVERS       8 /* of one zone; no more keep it safer */
#define AS_MAX_ZONE_CLIMB    4 /* names above a domain where its zone is sought */
#define AS_MAX_SERVER_OCTETS 32768 /* kept of the answers of one server */
#define AS_DIRECT_WINDOW     100   /* questions in flight */
#define AS_DIRECT_TRY_MS     2000
#define AS_DIRECT_TRIES      2
#define AS_SERVERS_MS        12000 /* all servers of one zone */
#define AS_DOMAIN_JOB_MS     30000 /* reliability T2 */
#define AS_HOST_DNS_MS       15000 /* TLSA and PTR, or A and AAAA of a policy */
#define AS_SMTP_CONNECT_MS   10000 /* reliability T4 */
#define AS_SMTP_BANNER_MS \
	30000 /* RFC 5321 4.5.3.2 says 5 min; probes may not */
#define AS_SMTP_REPLY_MS    20000 /* each later answer: EHLO, STARTTLS */
#define AS_SMTP_QUIT_MS     2000  /* all is known by then */
#define AS_SMTP_SESSION_MS  45000 /* one deadline a session, tarpits included */
#define AS_TLS_HANDSHAKE_MS 15000
#define AS_TLS_SEARCH_MS    90000  /* no new hello after that */
#define AS_TLS_DEEP_MS      600000 /* when every suite is asked for */
#define AS_TLS_JOB_MS       900000 /* all visits of one search */
#define AS_HTTPS_FETCH_MS   20000  /* RFC 8461 3.3 suggests 60 s at most */
#define AS_JOB_GRACE_MS     15000  /* then the parent ends a stuck prober */
#define AS_PROBER_CPU_S     20     /* of processor time without an answer */
#define AS_PROBER_END_MS    3000   /* for one to end when its work is done */
#define AS_HOST_WAIT_MS     600000 /* for a turn at a busy mail server */

/* SMTP replies. */
#define AS_MAX_SMTP_LINE_OCTETS  2048 /* RFC 5321 4.5.3.1.5 says 512 */
#define AS_MAX_SMTP_REPLY_LINES  100
#define AS_MAX_SMTP_REPLY_OCTETS 65536

/* TLS and certificates (reliability T7). */
#define AS_MAX_CHAIN_CERTS      10
#define AS_MAX_CERT_PURPOSES    16 /* as many EKU are kept */
#define AS_MAX_CHAIN_OCTETS     131072
#define AS_MAX_STAPLE_OCTETS    65536 /* OCSP responses have a few thousand */
#define AS_MAX_CERT_NAMES       200   /* SANs kept of one certificate */
#define AS_MAX_CERT_TEXT_OCTETS 4096  /* kept of one subject, issuer or name */
#define AS_MAX_SHAKE_OCTETS     ((size_t)262144) /* received in one handshake */
#define AS_MAX_TLSA_RECORDS     64

/* Hellos (std/hello).  A server's flight is over at the first of: the octets of
 * AS_MAX_SHAKE_OCTETS, a message or a list below that is too long, and the
 * caller's AS_TLS_HANDSHAKE_MS.  A message that says it is too long ends the
 * reader with its first four octets. */
#define AS_MAX_HELLO_OCTETS     ((size_t)65536) /* a ClientHello of ours */
#define AS_MAX_HELLO_MESSAGE    32768 /* ServerHello, ServerKeyExchange */
#define AS_MAX_HELLO_EXTENSIONS 64    /* real servers send under ten */
#define AS_MAX_HELLO_MESSAGES   16    /* of one flight; RFC 5246 has six */
#define AS_MAX_HELLO_WARNINGS   4     /* alerts that do not end a session */
#define AS_MAX_HELLO_TEXT       512   /* kept of a line that is no TLS */
#define AS_MAX_DH_PRIME_OCTETS  2048  /* 16384 bits, the most of libcrypto */
#define AS_MAX_SSL2_KINDS       32    /* there are seven */

/* MTA-STS policy file: RFC 8461 3.2 suggests 64 KiB. */
#define AS_MAX_POLICY_OCTETS      65536
#define AS_MAX_HTTP_HEADER_OCTETS 65536 /* interim answers included */
#define AS_MAX_POLICY_MX          256

/* Facts of mail servers that a run keeps for the next domain that needs them. */
#define AS_MAX_HOST_CACHE        20000
#define AS_MAX_HOST_CACHE_OCTETS ((size_t)256 * 1024 * 1024)

/* Frames between processes, and stored fact documents. */
#define AS_MAX_FRAME_OCTETS ((size_t)8 * 1024 * 1024)
#define AS_MAX_FACTS_OCTETS ((size_t)64 * 1024 * 1024)
#define AS_MAX_JSON_DEPTH   64
/* Of one document, before it is decoded: a tree takes up to 75 times its text,
 * so a frame of "{}," 620 MiB; within these, 64 MiB.  Answers hold at most
 * AS_MAX_QUERIES_PER_DOMAIN times AS_MAX_RRS_PER_ANSWER objects of five values;
 * certificates the most strings. */
#define AS_MAX_JSON_CONTAINERS ((size_t)100000)
#define AS_MAX_JSON_VALUES     ((size_t)500000)
#define AS_MAX_LIST_ITEMS      4096 /* of one list in a fact document */

/* Profiles (assess/profile): the longest shipped one has some fifty
 * requirements in 16 KiB. */
#define AS_MAX_PROFILE_OCTETS       ((size_t)256 * 1024)
#define AS_MAX_PROFILE_REQUIREMENTS 512
#define AS_MAX_PROFILE_TESTS        32   /* of one requirement */
#define AS_MAX_PROFILE_TEXT         2000 /* octets of one cell */
#define AS_MAX_PROFILES             32   /* judged in one run */
#define AS_MAX_CONFLICTS            64   /* told of one domain */

/* Received reports (intake).  An aggregate report is streamed: its rows and
 * octets need no memory, the cap only ends endless ones (a row takes 1 KB). */
#define AS_MAX_REPORT_OCTETS ((uint64_t)4 * 1024 * 1024 * 1024)
#define AS_MAX_REPORT_SPAN \
	((uint64_t)16 * 1024 * 1024) /* octets from row to row; all fields of
	                                one full take 2.2 MB */
#define AS_REPORT_WINDOW    32768 /* octets looked at, and passed on, at once */
#define AS_MAX_REPORT_DEPTH 32    /* of elements; the standards have seven */
#define AS_MAX_REPORT_NAME  64    /* of an element; the longest has 18 */
#define AS_MAX_REPORT_TAG   8192  /* with attributes: schemas on the root */
#define AS_MAX_REPORT_AGAIN \
	((uint64_t)1024 * 1024)    /* octets read twice for repairs, and four
	                           times the report's length */
#define AS_MAX_REPORT_TEXT    4096 /* kept of one field; more is cut */
#define AS_MAX_REPORT_RESULTS 64   /* DKIM, and SPF, of one row; seen: 12 */
#define AS_MAX_REPORT_REASONS 16   /* of one row */
#define AS_MAX_REPORT_ERRORS  32   /* of the head */
#define AS_MAX_REPORT_NOTES   64   /* told of one report; the rest is counted */
/* A TLS report is read in pieces: a failure, a policy, the rest.  A policy has
 * its failures in it only when they stand ahead.  AS_MAX_JSON_* hold too. */
#define AS_MAX_REPORT_TLS_OCTETS ((size_t)8 * 1024 * 1024)
#define AS_MAX_REPORT_STRINGS    256 /* of a policy; a host name each */
#define AS_MAX_REPORT_SESSIONS \
	((uint64_t)1000000000000) /* of one policy; more is an overflow */
#define AS_MAX_REPORT_FAILURE_OCTETS \
	((size_t)1024 * 1024) /* its fields, without the mail that came along */
/* A row of all that, each field full: 2.2 MB. */
#define AS_MAX_REPORT_ROW_OCTETS  ((size_t)4 * 1024 * 1024)
/* What is kept of a row or policy as JSON: an octet may take six, as \u007F. */
#define AS_MAX_REPORT_JSON_OCTETS (6 * AS_MAX_REPORT_TLS_OCTETS)
#define AS_MAX_REPORT_HEAD_OCTETS ((size_t)512 * 1024)
#define AS_MAX_REPORT_COUNT \
	((uint64_t)INT32_MAX) /* messages of a row; more is an overflow */

/* Rows of the database that wait while another statement runs. */
#define AS_MAX_ROWS_AHEAD_OCTETS ((size_t)256 * 1024 * 1024)

/* What reports come in (intake/unwrap).  A bomb is told by its ratio: reports
 * shrink to a fortieth, rarely to a hundredth.  The first octets are free, for a
 * small thing may be all zeros. */
#define AS_MAX_UNWRAP_RATIO 150
#define AS_MAX_UNWRAP_FREE  ((uint64_t)4 * 1024 * 1024)
/* The same for what gave no report, all of one input: many small bombs. */
#define AS_MAX_UNWRAP_WASTED 20
#define AS_MAX_UNWRAP_WASTE  ((uint64_t)64 * 1024 * 1024)

#define AS_MAX_UNWRAP_DEPTH   8      /* mail, zip, gzip: three are usual */
#define AS_MAX_UNWRAP_MEMBERS 100000 /* of one input: a tar of a year */
#define AS_MAX_UNWRAP_REFUSED \
	1000 /* told and kept of one input; the rest is counted */
#define AS_MAX_MAIL_OCTETS ((size_t)32 * 1024 * 1024)
#define AS_MAX_MAIL_HEADER ((size_t)262144) /* of one part */
#define AS_MAX_MAIL_PARTS  500
#define AS_MAX_MAIL_DEPTH  10
#define AS_MAX_MAIL_ENCLOSED \
	((size_t)8 * 1024 * 1024) /* of mails inside a mail that are encoded */
#define AS_MAX_RAW_OCTETS ((size_t)16 * 1024 * 1024) /* kept for replay */

/* Mailboxes read over IMAP (net/imap_lex, net/imap).  A server may be hostile:
 * a mail is asked for up to one octet over AS_MAX_MAIL_OCTETS, whatever size it
 * says; other answers are short. */
#define AS_MAX_IMAP_URL 2000
#define AS_MAX_IMAP_STRING \
	4096                   /* a word or a quoted string: names of folders */
#define AS_MAX_IMAP_TEXT  1000 /* kept of what it says for people */
#define AS_MAX_IMAP_DEPTH 8    /* of parentheses; FETCH of flags has two */
#define AS_MAX_IMAP_SMALL 65536 /* of a literal that is no mail */
#define AS_MAX_IMAP_ANSWER \
	((uint64_t)64 * 1024 * 1024) /* octets of the answer to one command,
	                                 mails apart: five million numbers */
#define AS_MAX_IMAP_FOUND  4000000   /* mails of one search; 4 octets each */
#define AS_MAX_IMAP_MAILS  1000000   /* read in one run */
#define AS_IMAP_CONNECT_MS 30000
#define AS_IMAP_IDLE_MS    60000 /* without an octet from the server */
#define AS_IMAP_ANSWER_MS \
	600000 /* one command, up to AS_IMAP_BATCH mails: 64 KiB mails need
	          7 KB/s */
#define AS_IMAP_BATCH      64 /* mails asked for at once */
#define AS_IMAP_RUN_MS     ((int64_t)6 * 3600 * 1000) /* of one mailbox */
#define AS_MAX_IMAP_SECRET 16384 /* a password or a token; tokens have 2 KB */

/* Lists of domains that an operator gives (intake/csv, intake/roster): a million
 * domains with what belongs to them. */
#define AS_MAX_ROSTER_OCTETS ((size_t)128 * 1024 * 1024)
#define AS_MAX_CSV_OCTETS    65536 /* of one record */
#define AS_MAX_CSV_CELLS     256   /* of one record */
#define AS_MAX_CSV_GUESS     64    /* records looked at before a guess */
#define AS_MAX_CELL_NAMES    64    /* domains in one cell */
#define AS_MAX_ESTATE_TEXT   512   /* of an owner, a contact, a group */
#define AS_MAX_ESTATE_NOTES  4096
#define AS_MAX_ESTATE_TAGS   64 /* of one domain */
#define AS_MAX_ESTATE_TAG    64 /* octets of one */

/* Memory that a reader of reports may take, beyond what it starts with: a mail of
 * AS_MAX_MAIL_OCTETS with an attachment that fills it, or the largest dictionary of
 * xz -9 (64 MiB), and the rest of the reader. */
#define AS_PARSER_DATA_OCTETS ((uint64_t)80 * 1024 * 1024)

/* Files of the operator. */
#define AS_MAX_PLACES_OCTETS ((int64_t)2 * 1024 * 1024 * 1024) /* mapped */
#define AS_MAX_CONFIG_OCTETS ((size_t)1024 * 1024)
#define AS_MAX_ZONE_OCTETS   ((size_t)64 * 1024 * 1024)

#endif
