/*
 * app/errand - tasks for one sandboxed prober, waited for: for commands that
 * look at one thing and not at a list of domains.
 *
 * The prober serves all runs and is replaced when it dies (app/crew).
 */
#ifndef AS_APP_ERRAND_H
#define AS_APP_ERRAND_H

#include "app/crew.h"
#include "app/fleet.h"

struct as_errand;

/* `config` (as as_run_open makes it) must outlive it.  NULL: no memory. */
struct as_errand *as_errand_new(
    const struct as_fleet_config *config) AS_MUST_USE;
void as_errand_free(struct as_errand *e); /* accepts NULL */

/* Queue a task (app/crew); its fn ends with as_errand_done. */
void as_errand_add(struct as_errand *e, struct as_task *task);

/* A task is done; another err than AS_OK ends the run, and all that follow. */
void as_errand_done(struct as_errand *e, enum as_err err);

/* Until all tasks are done.  AS_ESYS: no prober can be started, now and ever
 * after; what as_errand_done was given. */
AS_MUST_USE enum as_err as_errand_run(struct as_errand *e, struct as_why *why);

#endif
