#include "model/record.h"

#include "base/banned.h"

AS_DEFINE_ENUM(record_type, AS_RECORD_TYPE_MAP)
AS_DEFINE_ENUM(record_status, AS_RECORD_STATUS_MAP)
AS_DEFINE_ENUM(level, AS_LEVEL_MAP)
