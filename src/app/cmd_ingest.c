#include "app/cmd.h"

#include <signal.h>
#include <string.h>
#include <sysexits.h>

#include "app/ingest.h"
#include "app/mailbox_settings.h"
#include "app/parser.h"
#include "app/store_path.h"

#include "base/banned.h"

#define STATUS_QUARANTINED 1

static const char help[] =
    "Examples:\n"
    "  assay ingest report.xml.gz     one report\n"
    "  assay ingest ~/Maildir         all reports of a mailbox\n"
    "  assay ingest --mta - < mail    one mail, as a mail server pipes it\n"
    "  assay ingest reports/ --json   what came of each file\n"
    "  assay ingest imaps://rua@mail.example/INBOX --imap-password-file pw\n"
    "                                 what came to a mailbox since the last "
    "time\n"
    "\n"
    "Usage: assay ingest PATH...|-|imap[s]://USER@HOST[:PORT]/FOLDER... "
    "[OPTION...]\n"
    "\n"
    "Reads DMARC aggregate reports, failure reports and TLS reports into the\n"
    "database.  A report that is there already changes nothing, so the same "
    "files\n"
    "may be given again.  What gives no report is told, and kept in the "
    "database\n"
    "with the reason.\n"
    "\n"
    "Exit status: 0 all was stored, or was there; 1 something gave no report;\n"
    "2 usage; 64 and above: our fault, or an input that could not be read "
    "(66);\n"
    "75 with --mta for all of these but 0 and 1.\n";

static int
status_of(const struct as_ingest_counts *c)
{
	if (c->unread > 0)
		return EX_NOINPUT;
	return c->quarantined > 0 ? STATUS_QUARANTINED : 0;
}

/* A database that cannot be written is a fault of output. */
static enum as_err
store_open(const char *path, enum as_format format, struct as_keep **out,
    struct as_why *why)
{
	enum as_err err = as_keep_new(path, format, out, why);
	struct as_why inner;

	if (err != AS_EIO || why == NULL)
		return err;
	inner = *why;
	return as_why_set(why, AS_EOUTPUT, AS_WHY_NOWHERE,
	    "the database: %.190s", inner.text);
}

/* What is safe, and what to do. */
static enum as_err
explain(const struct as_keep *k, enum as_err err, struct as_why *why)
{
	struct as_why inner = *why;
	const struct as_ingest_counts *c = as_keep_counts(k);

	if (err == AS_OK || inner.text[0] == 0)
		return err;
	return as_why_set(why, err == AS_EIO ? AS_EOUTPUT : err, AS_WHY_NOWHERE,
	    "%.120s; %llu reports are stored safely, run it again for the rest",
	    inner.text, (unsigned long long)(c->stored + c->duplicates));
}

static enum as_err
ingest_run(struct as_arena *a, const struct as_settings *s, int *status,
    struct as_why *why)
{
	struct as_ingest_config config = {
	    .parsers = s->parsers, .parser_main = as_parser_main};
	enum as_format format;
	const char *path;
	struct as_keep *keep;
	enum as_err err;

	/* A database over a limit of files is an error, not an end. */
	(void)signal(SIGXFSZ, SIG_IGN);
	AS_TRY(as_run_format(s, AS_FORMAT_TEXT, &format, why));
	if (s->n_args == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "which files?  - is standard input");
	AS_TRY(as_mailbox_settings(a, s, &config, why));
	AS_TRY(as_store_path(a, s, &path, why));
	if (s->store == NULL)
		AS_TRY(as_store_folder(a, path, why));
	AS_TRY(store_open(path, format, &keep, why));
	err = explain(keep, as_ingest(&config, keep, why), why);
	*status = status_of(as_keep_counts(keep));
	as_keep_free(keep);
	return err;
}

/* Also where the command line or the configuration is wrong: a mail server would
 * send the mail back for any other status. */
static bool
is_for_mta(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--mta") == 0)
			return true;
	return false;
}

static int
mta_status(int status)
{
	return status == 0 || status == STATUS_QUARANTINED ? 0 : EX_TEMPFAIL;
}

int
as_cmd_ingest(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_why why = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "ingest", AS_FOR_INGEST, help, argc, argv, &s, &status) &&
	    ingest_run(a, &s, &status, &why) != AS_OK)
		status = as_cmd_fail("ingest", &why);
	as_arena_free(a);
	return is_for_mta(argc, argv) ? mta_status(status) : status;
}
