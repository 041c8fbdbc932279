/* A master file, and questions to it: the names in its last line, and fixed
 * ones. */
#include "base/limits.h"
#include "net/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
find(struct as_zones *z, struct as_buf *packet, struct as_str name)
{
	static const uint16_t types[] = {1, 2, 5, 6, 15, 16, 43, 52, 255};
	struct as_str apex, leaves;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		enum as_zone_answer answer =
		    as_zones_find(z, name, types[i], packet, &apex, &leaves);

		if (answer == AS_ZONE_NOT_OURS)
			continue;
		if (packet->n > AS_MAX_DNS_MESSAGE_OCTETS)
			__builtin_trap();
		if (answer == AS_ZONE_LEAVES && leaves.n == 0)
			__builtin_trap();
	}
}

static enum as_err
record_check(void *ctx, const struct as_zone_record *r)
{
	(void)ctx;
	if (r->name.n == 0 || r->name.n > 4 * 255)
		__builtin_trap();
	return AS_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const names[] = {"a", "b.a", "example.com",
	    "www.example.com", "x.y.wild.example.com", "."};
	struct as_str text = {(const char *)p, n};
	struct as_zones *z = as_zones_new();
	struct as_buf packet;

	if (z == NULL)
		return 0;
	as_buf_init(&packet, AS_MAX_DNS_MESSAGE_OCTETS);
	if (as_zones_add(z, text, AS_STR("example.com"), NULL) == AS_OK &&
	    as_zones_add(z, text, AS_STR_NULL, NULL) == AS_OK)
		find(z, &packet, AS_STR("a.example.com"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		find(z, &packet, as_str_from(names[i]));
	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	for (size_t at = text.n; at > 0; at--)
		if (text.p[at - 1] == ' ' || text.p[at - 1] == '\n') {
			find(z, &packet, as_str_slice(text, at, text.n));
			break;
		}
	if (as_zones_each(z, record_check, NULL) != AS_OK)
		__builtin_trap();
	as_buf_fini(&packet);
	as_zones_free(z);
	return 0;
}
