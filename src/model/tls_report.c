#include "model/tls_report.h"

#include "model/shape.h"

#include "base/banned.h"

AS_DEFINE_ENUM(offer, AS_OFFER_MAP)
AS_DEFINE_ENUM(offer_order, AS_OFFER_ORDER_MAP)

AS_SHAPE(offer_class, AS_OFFER_CLASS_FIELDS)
AS_SHAPE(offer_version, AS_OFFER_VERSION_FIELDS)
AS_SHAPE(offer_group, AS_OFFER_GROUP_FIELDS)
AS_SHAPE(offer_chain, AS_OFFER_CHAIN_FIELDS)
AS_SHAPE(offer_feature, AS_OFFER_FEATURE_FIELDS)
AS_SHAPE(tls_server, AS_TLS_SERVER_FIELDS)
AS_SHAPE(tls_report, AS_TLS_REPORT_FIELDS)
