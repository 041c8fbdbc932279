/*
 * app/run_probers - what the settings ask of the probers, read and checked by
 * the parent: names, servers, addresses, files.
 */
#ifndef AS_APP_RUN_PROBERS_H
#define AS_APP_RUN_PROBERS_H

#include "app/run.h"

/* Fill in run->fleet and run->psl.  Errors as those of as_run_open. */
AS_MUST_USE enum as_err as_run_probers(
    struct as_run *run, const struct as_settings *settings, struct as_why *why);

#endif
