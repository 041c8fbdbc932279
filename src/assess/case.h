/*
 * assess/case - the facts of one domain, prepared once for all rules.
 *
 * Joins the domain's answers with its mail hosts and its policy file, parses
 * every record, walks the SPF tree and the DMARC discovery, and finds the role.
 * Rules only look at it.  Memory: the arena of the assessment.
 */
#ifndef AS_ASSESS_CASE_H
#define AS_ASSESS_CASE_H

#include "assess/assess.h"
#include "base/limits.h"
#include "std/bimi.h"
#include "std/dane.h"
#include "std/dkim_key.h"
#include "std/dmarc.h"
#include "std/mta_sts.h"
#include "std/spf.h"
#include "std/tls_rpt.h"

enum as_tri { AS_NO, AS_YES, AS_UNSURE };

/* What is known of the records of one kind at one name. */
enum as_found {
	AS_FOUND_UNKNOWN, /* not answered, or cut */
	AS_FOUND_NONE,
	AS_FOUND_ONE,
	AS_FOUND_MANY,
};

struct as_txt_set {
	struct as_str name;
	const struct as_answer *answer; /* NULL: not asked */
	enum as_found found;
	struct as_str *texts; /* the records of the kind, in order */
	size_t n;
	bool cut; /* more records, or a longer one, than is kept */
};

/* How mail to the domain is routed (RFC 5321 5.1, RFC 7505). */
enum as_mail {
	AS_MAIL_UNKNOWN,
	AS_MAIL_LISTED,     /* MX records that name hosts */
	AS_MAIL_NULL,       /* null MX alone */
	AS_MAIL_NULL_MIXED, /* null MX beside others */
	AS_MAIL_IMPLICIT,   /* no MX, but an address */
	AS_MAIL_NONE,       /* neither MX nor address */
	AS_MAIL_NO_NAME,    /* the domain does not exist */
};

/* What DANE does for one mail host (RFC 7672 2.2). */
enum as_dane_use {
	AS_DANE_USE_UNKNOWN,
	AS_DANE_USE_NO_TLSA,
	AS_DANE_USE_INSECURE,  /* TLSA there, but not all of it is signed */
	AS_DANE_USE_BOGUS,     /* TLSA answer fails validation */
	AS_DANE_USE_UNUSABLE,  /* signed, no usable record */
	AS_DANE_USE_EFFECTIVE, /* signed and usable */
};

struct as_mx {
	struct as_str host;
	uint32_t preference;
	bool literal; /* an address in place of a name */
	const struct as_answer *a, *aaaa;
	const struct as_answer *tlsa; /* that senders go by */
	enum as_tri has_address;
	enum as_dnssec address_security;
	struct as_str alias;   /* first CNAME target; empty when none */
	struct as_str subject; /* "host:NAME", escaped */
	const struct as_host_facts **visits;
	struct as_str *visit_subjects; /* "host:NAME@ADDRESS" of each */
	size_t n_visits;
	struct as_str tlsa_base; /* _25._tcp. of it holds them: the host, or
	                            the name that it is an alias of */
	enum as_dane_use dane;
	struct as_dns_tlsa *records; /* the usable ones */
	size_t usable, unusable;     /* TLSA records */
	const char *unusable_why;    /* of the first unusable one */
};

/* How the zone that the domain is in is signed. */
struct as_zone_case {
	struct as_str name; /* empty: its answers carried no signature */
	const struct as_answer *dnskey, *ds, *nsec3param; /* NULL: not asked */
};

struct as_dkim_probe {
	struct as_str selector;
	const struct as_answer *answer;
	struct as_str text;      /* of the first key record */
	size_t n;                /* key records at the name */
	bool cut;                /* more came than is kept: more records, or
	                            more of the key, which then is not read */
	struct as_dkim_key *key; /* NULL: cut, or why says what is wrong */
	struct as_str why;
};

struct as_case {
	struct as_arena *a;
	const struct as_facts *facts;
	const struct as_domain_facts *d;
	const struct as_assess_options *options;
	struct as_str name;  /* as in the facts: octets from outside */
	struct as_str shown; /* escaped */

	/* mail */
	const struct as_answer *mx_answer;
	enum as_mail mail;
	const struct as_answer *mail_open; /* with MAIL_UNKNOWN: the answer that
	                                      hides it; NULL: not asked */
	struct as_mx *mx;
	size_t n_mx;
	size_t n_visits; /* of all hosts */

	struct as_zone_case zone;

	/* role */
	enum as_tri receives, sends;
	enum as_role role;
	struct as_str role_why;
	bool overridden;

	/* SPF */
	struct as_txt_set spf_set;
	struct as_spf *spf; /* with FOUND_ONE; NULL: spf_why */
	struct as_why spf_why;
	struct as_spf_cost cost; /* when spf is set */
	uint32_t n_spf_unknown;  /* a, mx and exists terms not answered */
	const struct as_answer *spf_unknown; /* the first of them; NULL: not
	                                        asked */

	/* DMARC */
	struct as_dmarc_step steps[AS_MAX_DMARC_QUERIES];
	struct as_txt_set dmarc_sets[AS_MAX_DMARC_QUERIES];
	size_t n_steps;
	struct as_dmarc_result dmarc;
	const struct as_dmarc *dmarc_record; /* that applies, or NULL */
	struct as_str dmarc_name;            /* _dmarc.X of it */
	enum as_dmarc_policy dmarc_policy; /* applied, AS_DMARC_ABSENT: none */

	/* DKIM */
	struct as_dkim_probe *keys; /* selectors that answered with a key */
	size_t n_keys;
	struct as_dkim_probe *dangling; /* selectors, and the wildcard "*", that
	                                   are aliases of a name without a key
	                                   record */
	size_t n_dangling;
	const struct as_answer *domainkey; /* _domainkey above all selectors */
	size_t n_selectors;                /* probed */
	size_t n_key_unknown; /* selectors whose answer is unknown */
	const struct as_answer *key_unknown; /* one of them; NULL: not asked */
	struct as_dkim_probe *wildcard;      /* what a random selector gets */
	const struct as_answer *random_open; /* its answer, when unknown */

	/* MTA-STS and TLS-RPT */
	struct as_txt_set sts_set;
	struct as_mta_sts *sts; /* with FOUND_ONE; NULL: sts_why */
	struct as_why sts_why;
	const struct as_policy_facts *policy_facts;
	struct as_mta_sts_policy *policy; /* fetched and parsed */
	struct as_why policy_why;
	struct as_txt_set rpt_set;
	struct as_tls_rpt *rpt;
	struct as_why rpt_why;

	/* BIMI at the selector "default" (experimental) */
	struct as_txt_set bimi_set;
	struct as_bimi *bimi; /* with FOUND_ONE; NULL: bimi_why */
	struct as_why bimi_why;

	/* what makes senders insist on encryption */
	enum as_tri sts_enforces;  /* a policy in force with mode enforce */
	enum as_tri dane_enforces; /* usable TLSA records at every mail host */
};

/* Prepare *out.  Only AS_ENOMEM. */
AS_MUST_USE enum as_err as_case_init(struct as_arena *a,
    const struct as_facts *facts, const struct as_assess_options *options,
    struct as_case *out);

/* Judge a case that is prepared, as as_assess does.  Only AS_ENOMEM. */
AS_MUST_USE enum as_err as_assess_case(
    struct as_case *c, struct as_assessment **out);

/* The answer of the domain's facts; NULL when it was not asked. */
const struct as_answer *as_case_answer(
    const struct as_case *c, struct as_str name, uint32_t type);

#define AS_SHOWN_OCTETS 1024

/* Octets for people: escaped, and cut with "..." past AS_SHOWN_OCTETS; AS_STR_NULL:
 * no memory. */
struct as_str as_case_shown(struct as_arena *a, struct as_str s);

/* Why an answer (NULL too) is not known, one clause, escaped. */
struct as_str as_case_cause(
    const struct as_case *c, const struct as_answer *ans);

/* DNSSEC validation failed for it. */
bool as_case_is_bogus(const struct as_answer *ans);

/* Of the domain's own answers (MX, else TXT). */
enum as_dnssec as_case_security(const struct as_case *c);

/* As as_answer_is_known, and not bogus. */
bool as_case_known(const struct as_answer *ans);

/* Is it certain that no sender gets the policy file, not only that this visit
 * did not? */
bool as_fetch_is_definite(const struct as_policy_facts *p);

/* --- parts, one file a topic; each only AS_ENOMEM --- */

typedef bool as_is_record(struct as_str txt);

/* Collect the TXT of one kind at one name. */
AS_MUST_USE enum as_err as_case_txt(struct as_case *c, struct as_str name,
    as_is_record *is, struct as_txt_set *out);

AS_MUST_USE enum as_err as_case_mail(struct as_case *c);
AS_MUST_USE enum as_err as_case_dane(struct as_case *c, struct as_mx *m);
AS_MUST_USE enum as_err as_case_spf(struct as_case *c);

/* What DNS says of the target of an a, mx or exists term. */
enum as_spf_known as_case_spf_term(
    const struct as_case *c, enum as_spf_kind kind, struct as_str name);
AS_MUST_USE enum as_err as_case_dmarc(struct as_case *c);
AS_MUST_USE enum as_err as_case_dkim(struct as_case *c);
/* The keys in use, for as_assessment.dkim_keys. */
AS_MUST_USE enum as_err as_case_dkim_seen(
    const struct as_case *c, struct as_assessment *out);
AS_MUST_USE enum as_err as_case_transport(struct as_case *c);
AS_MUST_USE enum as_err as_case_bimi(struct as_case *c);

#endif
