#include "model/event.h"

#include "model/shape.h"

#include "base/banned.h"

AS_DEFINE_ENUM(event_kind, AS_EVENT_KIND_MAP)
AS_DEFINE_ENUM(event_cause, AS_EVENT_CAUSE_MAP)
AS_DEFINE_ENUM(event_turn, AS_EVENT_TURN_MAP)

AS_SHAPE(event, AS_EVENT_FIELDS)
AS_SHAPE(events, AS_EVENTS_FIELDS)
AS_SHAPE(verdict_line, AS_VERDICT_LINE_FIELDS)
AS_SHAPE(verdicts, AS_VERDICTS_FIELDS)
