/* app/places: a database of addresses of any octets is refused, or answers with
 * what is fit to show: valid UTF-8, a country of two letters. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/places.h"
#include "base/utf8.h"
#include "must.h"

#include "base/banned.h"

/* The library forgets a list when the head of a file is broken; a file is opened
 * once a run. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libmaxminddb";
}

static const char *const asked[] = {"192.0.2.7", "198.51.100.1", "203.0.113.9",
    "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "::ffff:192.0.2.7"};

static void
check(struct as_places *places)
{
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct as_usage_place p = {.network = AS_STR("")};
		struct as_ip ip;

		MUST(as_ip_parse(as_str_from(asked[i]), &ip) == AS_OK);
		as_places_find(places, &ip, &p);
		MUST(p.network.n <= 100 && as_utf8_is_valid(p.network));
		MUST(p.country[0] == 0 ||
		    (strlen(p.country) == 2 && p.country[0] >= 'A' &&
			p.country[1] <= 'Z'));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	int fd = memfd_create("places", MFD_CLOEXEC);
	struct as_places *places = NULL;
	struct as_why why;
	char path[40];

	MUST(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (as_places_open(path, path, &places, &why) == AS_OK)
		check(places);
	as_places_close(places);
	(void)close(fd);
	return 0;
}
