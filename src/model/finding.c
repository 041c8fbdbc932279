#include "model/finding.h"

#include "base/banned.h"

AS_DEFINE_ENUM(verdict, AS_VERDICT_MAP)
AS_DEFINE_ENUM(role, AS_ROLE_MAP)
AS_DEFINE_ENUM(phase, AS_PHASE_MAP)
AS_DEFINE_ENUM(axis_id, AS_AXIS_MAP)
