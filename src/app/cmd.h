/*
 * app/cmd - the commands.  Each takes argv without program and command name and
 * returns the exit status of the process.
 */
#ifndef AS_APP_CMD_H
#define AS_APP_CMD_H

#include "app/run.h"
#include "base/json.h"

int as_cmd_check(int argc, char **argv);
int as_cmd_fix(int argc, char **argv);
int as_cmd_export(int argc, char **argv);
int as_cmd_path(int argc, char **argv);
int as_cmd_scan(int argc, char **argv);
int as_cmd_serve(int argc, char **argv);
int as_cmd_changes(int argc, char **argv);
int as_cmd_rules(int argc, char **argv);
int as_cmd_profiles(int argc, char **argv);
int as_cmd_dmarc(int argc, char **argv);
int as_cmd_spf(int argc, char **argv);
/* assay spf DOMAIN, without a client: settings were read, one argument. */
int as_cmd_spf_tree(const struct as_settings *s);

int as_cmd_tls(int argc, char **argv);
int as_cmd_ingest(int argc, char **argv);
int as_cmd_record(int argc, char **argv);
/* assay reports tls: behind that word. */
int as_cmd_reports_tls(int argc, char **argv);
int as_cmd_enforce(int argc, char **argv);
int as_cmd_sources(int argc, char **argv);
int as_cmd_reports(int argc, char **argv);
int as_cmd_estate(int argc, char **argv);
int as_cmd_db(int argc, char **argv);
int as_cmd_history(int argc, char **argv);

/* Say on standard error what went wrong; returns the exit status. */
int as_cmd_fail(const char *command, const struct as_why *why);

/* Append a document, as JSON or as NDJSON, to be printed; takes it (NULL: no
 * memory, which as_cmd_print will tell). */
void as_cmd_json(struct as_buf *b, enum as_format format, json_t *doc);

/* Print the buffer to standard output, and free it.  AS_EOUTPUT, AS_ELIMIT. */
AS_MUST_USE enum as_err as_cmd_print(struct as_buf *b, struct as_why *why);

/* End the process's output: false, and said, when it could not be written. */
bool as_cmd_flush(const char *command, int *status);

/* A domain of the command line, canonical.  AS_EINVAL, AS_ENOMEM. */
AS_MUST_USE enum as_err as_cmd_domain(struct as_arena *a, struct as_str text,
    struct as_str *out, struct as_why *why);

/* The time that an option gives, UTC seconds; a date alone is its first second, or
 * its last one.  NULL: *out stays.  AS_EINVAL. */
AS_MUST_USE enum as_err as_cmd_time(const char *text, const char *flag,
    bool last, int64_t *out, struct as_why *why);

/* Settings of a command.  True: go on; false: *status is the answer (--help was
 * printed, or usage was wrong). */
bool as_cmd_settings(struct as_arena *a, const char *command, unsigned bit,
    const char *help, int argc, char **argv, struct as_settings *out,
    int *status);

#endif
