/* net/direct_wire: any octets against one question. */
#include <string.h>

#include "must.h"
#include "net/direct_wire.h"

#include "base/banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_direct_wire w = {.id = 0x1234, .type = 16};
	uint8_t query[AS_DIRECT_QUERY_OCTETS];
	enum as_direct_fit with, without;
	size_t len;

	w.name_n = as_wire_name_parse(AS_STR("example.org"), w.name);
	without = as_direct_wire_judge(&w, p, n);
	w.edns = true;
	with = as_direct_wire_judge(&w, p, n);
	MUST(without != AS_DIRECT_NO_EDNS);
	MUST((with == AS_DIRECT_STRAY) == (without == AS_DIRECT_STRAY));
	if (with != AS_DIRECT_STRAY)
		MUST(n >= 12 && p[0] == 0x12 && p[1] == 0x34 &&
		    (p[2] & 0x80) != 0);
	/* An answer to this question is none to another. */
	w.id++;
	MUST(as_direct_wire_judge(&w, p, n) == AS_DIRECT_STRAY ||
	    with == AS_DIRECT_STRAY);
	len = as_direct_wire_write(&w, query);
	MUST(len <= sizeof(query));
	MUST(as_direct_wire_judge(&w, query, len) == AS_DIRECT_STRAY);
	return 0;
}
