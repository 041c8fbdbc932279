#include "app/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"

#include "base/banned.h"

/* A path, or "@NAME" in the abstract namespace. */
static socklen_t
address_fill(struct sockaddr_un *to, const char *name)
{
	size_t n = strlen(name);

	if (n < 2 || n >= sizeof(to->sun_path) ||
	    (name[0] != '/' && name[0] != '@'))
		return 0;
	to->sun_family = AF_UNIX;
	memcpy(to->sun_path, name, n);
	if (name[0] == '@')
		to->sun_path[0] = 0;
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

void
as_notify(const char *text)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {0};
	socklen_t n = name != NULL ? address_fill(&to, name) : 0;
	int fd;

	if (n == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* A service manager that does not listen is no concern of ours. */
	(void)sendto(fd, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&to, n);
	(void)close(fd);
}

static bool
number_of(const char *name, uint64_t *out)
{
	const char *text = getenv(name);

	return text != NULL &&
	    as_str_u64(as_str_from(text), INT64_MAX, out) == AS_OK;
}

uint32_t
as_notify_watchdog_ms(void)
{
	uint64_t usec, pid;

	if (!number_of("WATCHDOG_USEC", &usec) ||
	    (getenv("WATCHDOG_PID") != NULL &&
		(!number_of("WATCHDOG_PID", &pid) ||
		    pid != (uint64_t)getpid())))
		return 0;
	usec /= 3000; /* thrice in its time */
	return usec > 60000 ? 60000 : (uint32_t)usec;
}
