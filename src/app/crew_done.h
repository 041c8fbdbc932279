/*
 * app/crew_done - what a prober hands back, checked; and what stands in its
 * place when the prober did not live to do so.
 */
#ifndef AS_APP_CREW_DONE_H
#define AS_APP_CREW_DONE_H

#include "probe/job.h"
#include "probe/prober.h"

/* The payload of a DONE frame, hostile. */
AS_MUST_USE enum as_err as_crew_done_read(
    struct as_arena *a, struct as_str payload, struct as_job_done **out);

/* Is it the answer to this job: facts of its kind and its subject, and of no
 * other? */
bool as_crew_done_fits(
    const struct as_job *job, const struct as_job_done *done);

struct as_crew_fault {
	enum as_subject_outcome outcome;
	const char *reason; /* why the parent ended the prober, or NULL */
	const char *end;    /* how the process ended, or NULL */
	const struct as_prober_config *config;
};

/* Facts that say only why there are none.  NULL: no memory. */
struct as_job_done *as_crew_done_fault(struct as_arena *a,
    const struct as_job *job, const struct as_crew_fault *fault) AS_MUST_USE;

#endif
