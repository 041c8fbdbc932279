/*
 * The schema, and how an older one becomes it: forward only, one step a version,
 * each in a transaction of its own.
 */
#include "store/engine.h"
#include "store/writer_private.h"

#include "base/banned.h"

#define TRIES 5

/* Version 1. */
static const char reports[] =
    /* Head of a report; kind as enum as_report_kind. */
    "CREATE TABLE report("
    " id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, org TEXT, email TEXT,"
    " extra TEXT, report_id TEXT, domain TEXT, begin INTEGER, \"end\" INTEGER,"
    " version TEXT, generator TEXT, adkim TEXT, aspf TEXT, p TEXT, sp TEXT,"
    " np TEXT, fo TEXT, pct TEXT, testing TEXT, discovery TEXT, errors TEXT,"
    " rows INTEGER NOT NULL, messages INTEGER NOT NULL,"
    " unread INTEGER NOT NULL, cut INTEGER NOT NULL, notes TEXT,"
    " conflict INTEGER NOT NULL, digest BLOB NOT NULL, raw BLOB, input TEXT,"
    " path TEXT, mail_from TEXT, mail_date TEXT, message_id TEXT,"
    " received INTEGER) STRICT;"
    "CREATE UNIQUE INDEX report_digest ON report(digest);"
    "CREATE INDEX report_name ON report(domain, begin, org, report_id, "
    "\"end\");"
    /* A row of an aggregate report: ip in network order; auth and reasons as
     * JSON, so that the results of one row stay together. */
    "CREATE TABLE aggregate_row("
    " report INTEGER NOT NULL, n INTEGER NOT NULL, ip BLOB, source TEXT,"
    " messages INTEGER, disposition TEXT, dkim TEXT, spf TEXT,"
    " header_from TEXT, envelope_from TEXT, envelope_to TEXT, reasons TEXT,"
    " auth TEXT, PRIMARY KEY(report, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE tls_policy("
    " report INTEGER NOT NULL, n INTEGER NOT NULL, type TEXT, domain TEXT,"
    " strings TEXT, mx TEXT, successes INTEGER, failures INTEGER,"
    " PRIMARY KEY(report, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE tls_failure("
    " report INTEGER NOT NULL, n INTEGER NOT NULL, policy INTEGER NOT NULL,"
    " result TEXT, sending_ip TEXT, receiving_ip TEXT, mx TEXT, helo TEXT,"
    " sessions INTEGER, info_uri TEXT, reason TEXT,"
    " PRIMARY KEY(report, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE failure("
    " report INTEGER PRIMARY KEY, feedback_type TEXT, auth_failure TEXT,"
    " delivery_result TEXT, alignment TEXT, ip BLOB, source TEXT,"
    " reported_domain TEXT, reporting_mta TEXT, arrival TEXT, mail_from TEXT,"
    " rcpt_to TEXT, header_from TEXT, subject TEXT, message_id TEXT,"
    " dkim_domain TEXT, dkim_identity TEXT, dkim_selector TEXT, spf_dns TEXT,"
    " results TEXT, incidents INTEGER) STRICT;"
    /* Octets as they came, by their SHA-256. */
    "CREATE TABLE raw(hash BLOB PRIMARY KEY, octets BLOB NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE quarantine("
    " id INTEGER PRIMARY KEY, raw BLOB, input TEXT, path TEXT,"
    " diagnosis TEXT NOT NULL, mail_from TEXT, mail_date TEXT,"
    " message_id TEXT, received INTEGER) STRICT;"
    "CREATE UNIQUE INDEX quarantine_same ON quarantine(raw, path);"
    /* Messages a day by source and result; the words as reported. */
    "CREATE TABLE daily("
    " domain TEXT NOT NULL, day INTEGER NOT NULL, ip BLOB NOT NULL,"
    " dkim TEXT NOT NULL, spf TEXT NOT NULL, disposition TEXT NOT NULL,"
    " header_from TEXT NOT NULL, messages INTEGER NOT NULL,"
    " PRIMARY KEY(domain, day, ip, dkim, spf, disposition, header_from))"
    " STRICT, WITHOUT ROWID;"
    /* DKIM results by key: which selectors are in use, since when. */
    "CREATE TABLE dkim_daily("
    " domain TEXT NOT NULL, day INTEGER NOT NULL, signer TEXT NOT NULL,"
    " selector TEXT NOT NULL, result TEXT NOT NULL, messages INTEGER NOT NULL,"
    " PRIMARY KEY(domain, day, signer, selector, result))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE tls_daily("
    " domain TEXT NOT NULL, day INTEGER NOT NULL, org TEXT NOT NULL,"
    " successes INTEGER NOT NULL, failures INTEGER NOT NULL,"
    " PRIMARY KEY(domain, day, org)) STRICT, WITHOUT ROWID;"
    /* Who reports on whom. */
    "CREATE TABLE reporter_daily("
    " domain TEXT NOT NULL, day INTEGER NOT NULL, org TEXT NOT NULL,"
    " kind INTEGER NOT NULL, reports INTEGER NOT NULL,"
    " messages INTEGER NOT NULL, PRIMARY KEY(domain, day, org, kind))"
    " STRICT, WITHOUT ROWID;";

/* Version 2: whose mail a source sends, by the operator's word; class as enum
 * as_usage_class names it. */
static const char words[] =
    "CREATE TABLE source_class("
    " domain TEXT NOT NULL, source TEXT NOT NULL, class TEXT NOT NULL,"
    " said INTEGER NOT NULL, PRIMARY KEY(domain, source))"
    " STRICT, WITHOUT ROWID;";

/* Which domains are watched; reason as enum as_job_reason, looked 0: never. */
static const char watching[] =
    "CREATE TABLE job("
    " domain TEXT PRIMARY KEY, due INTEGER NOT NULL, looked INTEGER NOT NULL,"
    " urgent INTEGER NOT NULL, reason INTEGER NOT NULL, worker TEXT,"
    " until INTEGER, attempt INTEGER NOT NULL, fails INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX job_due ON job(due);";

/* Forward-confirmed names of addresses; name NULL: DNS never gave an
 * answer, empty: there is none; to be asked again when due. */
static const char host_names[] =
    "CREATE TABLE host_name("
    " ip BLOB PRIMARY KEY, name TEXT, asked INTEGER NOT NULL,"
    " due INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/* TLS reports had no domain of their own; the list of reports goes by time, in the
 * words of report_list.c. */
static const char listing[] =
    "UPDATE report SET domain = (SELECT p.domain FROM tls_policy p"
    " WHERE p.report = report.id AND p.domain IS NOT NULL"
    " ORDER BY p.n LIMIT 1) WHERE kind = 2 AND domain IS NULL;"
    "CREATE INDEX report_when ON report("
    "coalesce(begin, \"end\", received, 0), id);";

/* What belongs to an organisation; texts empty when nothing is said.  `removed` is
 * NULL as long as a domain belongs to it. */
static const char estate[] =
    "CREATE TABLE domain("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL, organisation TEXT NOT NULL,"
    " grp TEXT NOT NULL, owner TEXT NOT NULL, contact TEXT NOT NULL,"
    " role TEXT NOT NULL, notes TEXT NOT NULL, source TEXT NOT NULL,"
    " added INTEGER NOT NULL, removed INTEGER) STRICT;"
    "CREATE UNIQUE INDEX domain_name ON domain(name);"
    "CREATE TABLE tag("
    " domain TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY(domain, tag))"
    " STRICT, WITHOUT ROWID;"
    /* Names that may belong to it: kind and state as model/estate names them. */
    "CREATE TABLE suggestion("
    " name TEXT NOT NULL, kind TEXT NOT NULL, evidence TEXT NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL, state TEXT NOT NULL,"
    " PRIMARY KEY(name)) STRICT, WITHOUT ROWID;";

/* What was seen of them. */
static const char looks[] =
    /* Octets by their SHA-256, compressed; size before that. */
    "CREATE TABLE doc(name BLOB PRIMARY KEY, size INTEGER NOT NULL,"
    " octets BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    /* known, verdicts and pending name documents. */
    "CREATE TABLE watched("
    " domain TEXT PRIMARY KEY, looked INTEGER NOT NULL, known BLOB NOT NULL,"
    " verdicts BLOB NOT NULL, judged_ms INTEGER NOT NULL, pending BLOB,"
    " looks INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    /* Numbers as the enums of model/event; body: the event as JSON. */
    "CREATE TABLE event("
    " id INTEGER PRIMARY KEY, domain TEXT NOT NULL, at INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, cause INTEGER NOT NULL, turn INTEGER NOT NULL,"
    " severity INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
    "CREATE INDEX event_domain ON event(domain, id);";

/* Sums are made anew of the rows: those of TLS reports without a domain, and of
 * long reports over several days, were others.  And PostgreSQL takes no long texts
 * into an index. */
static const char sums[] =
    "UPDATE report SET domain = substr(domain, 1, 253)"
    " WHERE length(domain) > 253;"
    "DROP INDEX report_name; CREATE INDEX report_name ON report(domain, begin);"
    "DELETE FROM daily; DELETE FROM dkim_daily; DELETE FROM tls_daily;"
    "DELETE FROM reporter_daily;";

/* What was seen, and how it was judged, over time.  A run is one row as long as
 * each look saw the same; side: what changes by itself (model/volatile). */
static const char history[] =
    "CREATE TABLE subject(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX subject_name ON subject(name);"
    "CREATE TABLE run("
    " subject INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
    " looks INTEGER NOT NULL, doc BLOB NOT NULL, side BLOB NOT NULL,"
    " PRIMARY KEY(subject, first)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE verdict_run("
    " subject INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
    " looks INTEGER NOT NULL, rules_version TEXT NOT NULL, doc BLOB NOT NULL,"
    " grades TEXT NOT NULL, role TEXT NOT NULL, phase TEXT NOT NULL,"
    " fails INTEGER NOT NULL, warns INTEGER NOT NULL,"
    " unknowns INTEGER NOT NULL, PRIMARY KEY(subject, first))"
    " STRICT, WITHOUT ROWID;"
    /* How each domain stands now. */
    "CREATE TABLE state("
    " domain TEXT PRIMARY KEY, checked INTEGER NOT NULL, grades TEXT NOT NULL,"
    " role TEXT NOT NULL, phase TEXT NOT NULL, fails INTEGER NOT NULL,"
    " warns INTEGER NOT NULL, unknowns INTEGER NOT NULL, first_fail TEXT)"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX state_alike ON"
    " state(grades, phase, fails, warns, unknowns);";

/* Mailboxes that are read over IMAP; state as enum as_mailbox_mail. */
static const char mailboxes[] =
    "CREATE TABLE mailbox("
    " name TEXT PRIMARY KEY, uid_validity INTEGER NOT NULL,"
    " next_uid INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE mailbox_mail("
    " name TEXT NOT NULL, uid INTEGER NOT NULL, state INTEGER NOT NULL,"
    " PRIMARY KEY(name, uid)) STRICT, WITHOUT ROWID;";

/* In the order of their versions; a new one goes to the end. */
// clang-format off
static const char *const steps[] = {
	reports,
	words,
	watching,
	host_names,
	listing,
	estate,
	looks,
	history,
	mailboxes,
	sums,
};
// clang-format on

#define VERSION ((int)(sizeof(steps) / sizeof(steps[0])))

/* Another process may have done it meanwhile. */
static enum as_err
step(struct as_store *s, int to, struct as_why *why)
{
	int version;

	AS_TRY(as_sql_begin(s, why));
	AS_TRY(s->engine->version_get(s, &version, why));
	if (version >= to)
		return as_store_commit(s, why);
	AS_TRY(s->engine->define(s, steps[to - 1], why));
	if (steps[to - 1] == sums)
		AS_TRY(as_sums_make(s, why));
	AS_TRY(s->engine->version_set(s, to, why));
	return as_store_commit(s, why);
}

int
as_schema_version(void)
{
	return VERSION;
}

static enum as_err
migrate(struct as_store *s, int to, struct as_why *why)
{
	int version;

	AS_TRY(s->engine->version_get(s, &version, why));
	if (version > VERSION)
		return as_why_set(why, AS_EVERSION, AS_WHY_NOWHERE,
		    "the database was made by a newer Assay (version %d of "
		    "its tables, this one knows %d)",
		    version, VERSION);
	if (s->read_only && version == 0)
		return as_why_set(why, AS_EVERSION, AS_WHY_NOWHERE,
		    "the database is empty: \"assay ingest\" or \"assay db "
		    "migrate\" make its tables");
	if (s->read_only && version < to)
		return as_why_set(why, AS_EVERSION, AS_WHY_NOWHERE,
		    "the database is of an older Assay: \"assay db migrate\" "
		    "brings it up to date");
	while (version < to)
		AS_TRY(step(s, ++version, why));
	return AS_OK;
}

/* One of two that do it at once loses, and finds it done. */
enum as_err
as_schema_migrate_to(struct as_store *s, int version, struct as_why *why)
{
	enum as_err err = migrate(s, version, why);

	for (int i = 0; i < TRIES && err == AS_EAGAIN; i++)
		err = migrate(s, version, why);
	return err;
}

enum as_err
as_schema_migrate(struct as_store *s, struct as_why *why)
{
	return as_schema_migrate_to(s, VERSION, why);
}
