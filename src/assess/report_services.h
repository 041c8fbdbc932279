/*
 * assess/report_services - who takes reports at a name, and whether still: the
 * table data/report-services.tsv.
 *
 * The table comes in as text (see assess/senders).  Columns: domain suffix,
 * service, state, since, note.
 */
#ifndef AS_ASSESS_REPORT_SERVICES_H
#define AS_ASSESS_REPORT_SERVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct as_report_service {
	struct as_str service; /* "UK Mail Check" */
	struct as_str since;   /* "2026-03-31" */
	struct as_str note;    /* empty when there is none */
};

/* Was the service at this host (canonical) withdrawn, as of then?  The texts
 * are slices of the table. */
bool as_report_service_is_withdrawn(struct as_str table, struct as_str host,
    int64_t now_ms, struct as_report_service *out);

#endif
