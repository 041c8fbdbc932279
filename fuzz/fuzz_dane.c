/* std/dane: three octets of usage, selector and matching type, then the data: a
 * usable record keeps the lengths, and gets unusable with an octet less. */
#include "must.h"
#include "std/dane.h"

#include "base/banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_dns_tlsa t;
	const char *why;

	if (n < 4)
		return 0;
	t = (struct as_dns_tlsa){
	    p[0], p[1], p[2], {(const char *)p + 3, n - 3}};
	why = as_dane_unusable(&t);
	if (why != NULL) {
		MUST(why[0] == 'R');
		return 0;
	}
	MUST(t.usage == 2 || t.usage == 3);
	MUST(t.selector <= 1 && t.matching <= 2);
	MUST(t.matching != 1 || t.data.n == 32);
	MUST(t.matching != 2 || t.data.n == 64);
	t.data.n--;
	MUST(as_dane_unusable(&t) != NULL);
	return 0;
}
