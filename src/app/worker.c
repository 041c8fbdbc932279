#include "app/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"

#include "base/banned.h"

#define CHILD_FD  3
#define CHILD_LOG 4
#define SPARE_FD  16 /* duplicates are made above it, then moved down */

/* --- the child --- */

/* Nothing of the parent's signal handling is right for a prober; Ctrl-C at a
 * terminal is the parent's to act on. */
static void
child_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		(void)signal(s, SIG_DFL);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Keep the socket, standard error and the log; of the rest above all the other
 * probers' sockets, which would never show their end. */
static bool
child_descriptors(int fd, struct as_log *log)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int sock = fcntl(fd, F_DUPFD, SPARE_FD);
	int log_fd = log->fd > 2 ? fcntl(log->fd, F_DUPFD, SPARE_FD) : -1;

	if (null < 0 || sock < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup2(sock, CHILD_FD) < 0)
		return false;
	if (log_fd >= 0)
		log->fd = dup2(log_fd, CHILD_LOG);
	return close_range(
		   log_fd >= 0 ? CHILD_LOG + 1 : CHILD_FD + 1, ~0U, 0) == 0;
}

_Noreturn static void
child_run(const struct as_worker_program *program, int fd, pid_t parent)
{
	struct as_prober_config config = *program->config;

	child_signals();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent ||
	    !child_descriptors(fd, &config.log))
		_exit(EX_OSERR);
	_exit(program->main(&config, CHILD_FD));
}

/* --- life --- */

static enum as_err
sys_fail(struct as_why *why, const char *what)
{
	return as_why_set(
	    why, AS_ESYS, AS_WHY_NOWHERE, "%s: %s", what, strerror(errno));
}

enum as_err
as_worker_start(struct as_worker *w, struct as_loop *loop,
    const struct as_worker_program *program,
    const struct as_link_events *events, void *ctx, struct as_why *why)
{
	pid_t parent = getpid();
	int fds[2];

	*w = (struct as_worker){.link.fd = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		fds) != 0)
		return sys_fail(why, "socketpair");
	w->pid = fork();
	if (w->pid == 0)
		child_run(program, fds[1], parent);
	(void)close(fds[1]);
	if (w->pid < 0) {
		enum as_err err = sys_fail(why, "fork");
		(void)close(fds[0]);
		return err;
	}
	if (as_link_open(&w->link, loop, fds[0], events, ctx) != AS_OK) {
		char text[AS_WORKER_TEXT];
		as_worker_stop(w, 0, text);
		return as_why_no_memory(why);
	}
	return AS_OK;
}

/* Wait for the end of the child; it is ours until it is reaped, so its pid
 * names no other process. */
static void
child_wait(pid_t pid, uint32_t grace_ms)
{
	struct pollfd p = {.events = POLLIN};

	p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (p.fd >= 0) {
		(void)poll(&p, 1, (int)grace_ms);
		(void)close(p.fd);
	}
}

static void
status_text(int status, char text[AS_WORKER_TEXT])
{
	if (WIFSIGNALED(status))
		(void)snprintf(text, AS_WORKER_TEXT, "signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		(void)snprintf(text, AS_WORKER_TEXT, "exit status %d",
		    WEXITSTATUS(status));
}

void
as_worker_allow_cpu(struct as_worker *w, unsigned seconds)
{
	struct rlimit limit;
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(w->pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0 ||
	    prlimit(w->pid, RLIMIT_CPU, NULL, &limit) != 0)
		return;
	limit.rlim_cur = (rlim_t)used.tv_sec + seconds;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	(void)prlimit(w->pid, RLIMIT_CPU, &limit, NULL);
}

void
as_worker_hang_up(struct as_worker *w)
{
	(void)shutdown(w->link.fd, SHUT_WR);
}

void
as_worker_stop(
    struct as_worker *w, uint32_t grace_ms, char text[AS_WORKER_TEXT])
{
	int status = 0;

	as_link_close(&w->link);
	if (grace_ms > 0)
		child_wait(w->pid, grace_ms);
	(void)kill(w->pid, SIGKILL); /* no effect on one that has ended */
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) {
	}
	status_text(status, text);
	w->pid = 0;
}
