#include "model/history.h"

#include "model/shape.h"

#include "base/banned.h"

AS_SHAPE(history_domain, AS_HISTORY_DOMAIN_FIELDS)
