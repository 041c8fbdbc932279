/* std/dnssec_lint: the input is a key, and, cut in two, an owner and a digest. */

#include "must.h"
#include "std/dnssec_lint.h"

#include "base/banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_dns_dnskey k = {.protocol = 3};
	struct as_dns_ds ds = {.digest_type = 0};
	struct as_str owner;

	if (n < 4)
		return 0;
	k.flags = (uint16_t)(p[0] << 8 | p[1]);
	k.algorithm = p[2];
	k.key = (struct as_str){(const char *)p + 4, n - 4};
	MUST(as_dnssec_key_bits(&k) <= n * 8 + 456);
	MUST(as_dnssec_algorithm(k.algorithm)->name != NULL);
	ds.key_tag = as_dnssec_key_tag(&k);
	ds.algorithm = k.algorithm;
	ds.digest_type = p[3];
	MUST(as_dnssec_digest(ds.digest_type)->name != NULL);
	owner = as_str_slice(k.key, 0, k.key.n / 2);
	ds.digest = as_str_slice(k.key, k.key.n / 2, k.key.n);
	(void)as_dnssec_ds_fit(owner, &ds, &k);
	ds.key_tag++;
	MUST(as_dnssec_ds_fit(owner, &ds, &k) == AS_DS_DIFFERS);
	return 0;
}
