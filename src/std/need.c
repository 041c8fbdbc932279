#include "std/need.h"

#include "base/banned.h"

bool
as_need_is_listed(
    const struct as_need *list, size_t n, struct as_str name, uint16_t type)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].type == type && as_str_eq(list[i].name, name))
			return true;
	return false;
}
