/*
 * app/cmd - the commands.  Each takes argv without program and command name and
 * returns the exit status of the process.
 */
#ifndef AS_APP_CMD_H
#define AS_APP_CMD_H

#include "app/run.h"

int as_cmd_check(int argc, char **argv);
int as_cmd_scan(int argc, char **argv);
int as_cmd_rules(int argc, char **argv);
int as_cmd_dmarc(int argc, char **argv);
int as_cmd_spf(int argc, char **argv);
int as_cmd_record(int argc, char **argv);

/* Say on standard error what went wrong; returns the exit status. */
int as_cmd_fail(const char *command, const struct as_why *why);

/* Settings of a command.  True: go on; false: *status is the answer (--help was
 * printed, or usage was wrong). */
bool as_cmd_settings(struct as_arena *a, const char *command, unsigned bit,
    const char *help, int argc, char **argv, struct as_settings *out,
    int *status);

#endif
