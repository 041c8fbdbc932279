/*
 * app/scanner - the process of the monitor that looks: it gets jobs from the
 * keeper, runs the probers, and gives the keeper what they saw.
 *
 * It has no database.  Asked to end it takes no more jobs, and leaves those that
 * are not finished in time to their lease.
 */
#ifndef AS_APP_SCANNER_H
#define AS_APP_SCANNER_H

#include "app/fleet.h"

struct as_scanner_config {
	const struct as_fleet_config *fleet;
	const char *socket;   /* of the keeper */
	uint32_t host_age_ms; /* of a visit that domains share */
	struct as_log *log;
};

/* Runs a post of app/staff; ctx: struct as_scanner_config. */
int as_scanner_main(void *ctx, int word);

#endif
