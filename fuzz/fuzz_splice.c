/* A DNS message whose answers are put behind a CNAME. */
#include "base/limits.h"
#include "net/splice.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t head[] = {0, 0, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0,
	    1, 'a', 0, 0, 1, 0, 1, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 3, 1,
	    'b', 0};
	struct as_buf to, again;

	as_buf_init(&to, AS_MAX_DNS_MESSAGE_OCTETS);
	as_buf_init(&again, AS_MAX_DNS_MESSAGE_OCTETS);
	as_buf_add(&to, head, sizeof(head));
	as_buf_add(&again, head, sizeof(head));
	/* What came out is a message that goes in again, unless too large. */
	if (as_splice(&to, p, n) == AS_OK &&
	    as_splice(&again, (const uint8_t *)to.p, to.n) == AS_ESYNTAX)
		__builtin_trap();
	as_buf_fini(&to);
	as_buf_fini(&again);
	return 0;
}
