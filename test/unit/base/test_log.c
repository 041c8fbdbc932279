/*
 * base/log: lines on a pipe.
 */
#include "base/log.h"

#include <unistd.h>

#include "harness.h"

#include "base/banned.h"

static void
test_log(void)
{
	struct as_log log = {AS_LOG_INFO, -1, "assay"};
	int fd[2];
	char line[200];
	ssize_t n;

	t_case("a log line is filtered, one line, and kept to its level");
	if (!T_OK(pipe(fd) == 0))
		return;
	as_log(&log, AS_LOG_ERROR, "silent");
	log.fd = fd[1];
	as_log(&log, AS_LOG_DEBUG, "dropped");
	as_log(&log, AS_LOG_WARN, "said %s", "\x1b[2J\nmore");
	as_log(NULL, AS_LOG_ERROR, "nobody");
	(void)close(fd[1]);
	n = read(fd[0], line, sizeof(line));
	T_OK(n > 0);
	T_STR(((struct as_str){line, n > 0 ? (size_t)n : 0}),
	    "assay: warning: said \\x1b[2J more\n");
	(void)close(fd[0]);
}

int
main(void)
{
	test_log();
	return t_done();
}
