#include "model/profile.h"

#include "base/banned.h"

AS_DEFINE_ENUM(demand, AS_DEMAND_MAP)
AS_DEFINE_ENUM(whom, AS_WHOM_MAP)
AS_DEFINE_ENUM(sight, AS_SIGHT_MAP)
AS_DEFINE_ENUM(standing, AS_STANDING_MAP)
