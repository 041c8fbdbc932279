#include "probe/job.h"

#include "base/limits.h"
#include "model/shape.h"

#include "base/banned.h"

AS_DEFINE_ENUM(job_kind, AS_JOB_KIND_MAP)

AS_SHAPE(question, AS_QUESTION_FIELDS)
AS_SHAPE(lookup_facts, AS_LOOKUP_FACTS_FIELDS)
AS_SHAPE(job, AS_JOB_FIELDS)
AS_SHAPE(job_done, AS_JOB_DONE_FIELDS)

uint32_t
as_job_limit_ms(enum as_job_kind kind)
{
	switch (kind) {
	case AS_JOB_DOMAIN: return AS_DOMAIN_JOB_MS + AS_SERVERS_MS;
	case AS_JOB_HOST: return 2 * AS_HOST_DNS_MS + 3 * AS_SMTP_SESSION_MS;
	case AS_JOB_POLICY: return AS_HOST_DNS_MS + 2 * AS_HTTPS_FETCH_MS;
	case AS_JOB_LOOKUP: return AS_DOMAIN_JOB_MS;
	case AS_JOB_TLS: return AS_TLS_JOB_MS;
	}
	return 0;
}
