/*
 * model/watch_wire - what the scanner and the keeper of the monitor say to each
 * other, as JSON in frames (base/frame).
 */
#ifndef AS_MODEL_WATCH_WIRE_H
#define AS_MODEL_WATCH_WIRE_H

#include "model/facts.h"

/* Types of frames. */
#define AS_WATCH_WANT 1 /* scanner: as many jobs as it has room for, decimal */
#define AS_WATCH_JOBS 2 /* keeper: as_watch_jobs, none when none is due */
#define AS_WATCH_LOOK 3 /* scanner: as_watch_look, the answer to one job */

#define AS_WATCH_JOB_FIELDS(F) \
	F(TEXT, domain, , "") \
	F(U32, attempt, , "of its lease") \
	F(BOOL, fresh, , "visit its mail servers anew, whoever did so before")
AS_DECLARE(watch_job, AS_WATCH_JOB_FIELDS);

#define AS_WATCH_JOBS_FIELDS(F) F(LIST, list, watch_job, "")
AS_DECLARE(watch_jobs, AS_WATCH_JOBS_FIELDS);

#define AS_WATCH_LOOK_FIELDS(F) \
	F(U32, attempt, , "of the lease") \
	F(ONE, facts, facts, "")
AS_DECLARE(watch_look, AS_WATCH_LOOK_FIELDS);

#endif
