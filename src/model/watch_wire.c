#include "model/watch_wire.h"

#include "model/shape.h"

#include "base/banned.h"

AS_SHAPE(watch_job, AS_WATCH_JOB_FIELDS)
AS_SHAPE(watch_jobs, AS_WATCH_JOBS_FIELDS)
AS_SHAPE(watch_look, AS_WATCH_LOOK_FIELDS)
