#include "model/usage.h"

#include "base/banned.h"

AS_DEFINE_ENUM(usage_class, AS_USAGE_CLASS_MAP)

bool
as_usage_class_find(struct as_str word, enum as_usage_class *out)
{
	for (int c = 0; c < AS_USAGE_CLASSES; c++)
		if (as_str_is_case(
			word, as_usage_class_text((enum as_usage_class)c))) {
			*out = (enum as_usage_class)c;
			return true;
		}
	return false;
}
