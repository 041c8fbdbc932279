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

#define READ_OCTETS ((size_t)64 * 1024)
#define READS       16 /* a turn of the loop, then others have theirs */
#define BUF_CAP     (AS_MAX_FRAME_OCTETS + READ_OCTETS * READS + 16)
#define CHILD_FD    3
#define CHILD_LOG   4
#define SPARE_FD    16 /* duplicates are made above it, then moved down */

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

/* --- reading and writing --- */

static void
want_update(struct as_worker *w)
{
	as_watch_want(w->watch,
	    (w->paused ? 0 : AS_LOOP_READ) |
		(w->out.n > 0 ? AS_LOOP_WRITE : 0));
}

/* A fault of the socket is met when reading. */
static void
out_flush(struct as_worker *w)
{
	while (w->out.n > 0) {
		ssize_t n = send(w->fd, w->out.p, w->out.n, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n < 0) {
			as_buf_reset(&w->out);
			break;
		}
		as_buf_drop(&w->out, (size_t)n);
	}
	want_update(w);
}

enum as_err
as_worker_next(struct as_worker *w, struct as_frame *out)
{
	if (!as_buf_ok(&w->in))
		return AS_ENOMEM;
	return as_frame_read(&w->in, out);
}

void
as_worker_drop(struct as_worker *w, const struct as_frame *f)
{
	as_frame_drop(&w->in, f);
}

void
as_worker_pause(struct as_worker *w, bool paused)
{
	if (w->paused == paused)
		return;
	w->paused = paused;
	want_update(w);
}

size_t
as_worker_backlog(const struct as_worker *w)
{
	return w->out.n;
}

enum as_err
as_worker_send(struct as_worker *w, uint8_t type, struct as_str payload)
{
	size_t before = w->out.n;

	as_frame_write(&w->out, type, payload);
	if (!as_buf_ok(&w->out)) {
		w->out.n = before;
		w->out.full = false;
		return AS_ENOMEM;
	}
	out_flush(w);
	return AS_OK;
}

/* Read what is there; true at the end of the stream. */
static bool
in_fill(struct as_worker *w)
{
	char chunk[READ_OCTETS];

	for (int i = 0; i < READS; i++) {
		ssize_t n = read(w->fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (n <= 0)
			return true;
		as_buf_add(&w->in, chunk, (size_t)n);
	}
	return false;
}

/* The frames that came before the end still count, so they go first. */
static void
on_socket(void *ctx, int fd, int ready)
{
	struct as_worker *w = ctx;
	const struct as_worker_events *events = w->events;
	void *owner = w->ctx;
	bool end = false;

	(void)fd;
	if (ready & AS_LOOP_WRITE) {
		out_flush(w);
		if (w->out.n == 0 && events->written != NULL)
			events->written(owner);
	}
	if (!(ready & AS_LOOP_READ) || w->paused)
		return;
	end = in_fill(w);
	if (end)
		as_watch_want(w->watch, 0);
	events->frames(owner);
	if (end)
		events->gone(owner);
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
    const struct as_worker_events *events, void *ctx, struct as_why *why)
{
	pid_t parent = getpid();
	int fds[2];

	*w = (struct as_worker){.fd = -1, .events = events, .ctx = ctx};
	as_buf_init(&w->in, BUF_CAP);
	as_buf_init(&w->out, BUF_CAP);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		fds) != 0)
		return sys_fail(why, "socketpair");
	w->pid = fork();
	if (w->pid == 0)
		child_run(program, fds[1], parent);
	(void)close(fds[1]);
	w->fd = fds[0];
	if (w->pid < 0) {
		enum as_err err = sys_fail(why, "fork");
		(void)close(w->fd);
		return err;
	}
	w->watch = as_watch_new(loop, w->fd, AS_LOOP_READ, on_socket, w);
	if (w->watch == NULL) {
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
	(void)shutdown(w->fd, SHUT_WR);
}

void
as_worker_stop(
    struct as_worker *w, uint32_t grace_ms, char text[AS_WORKER_TEXT])
{
	int status = 0;

	as_watch_free(w->watch);
	(void)close(w->fd);
	if (grace_ms > 0)
		child_wait(w->pid, grace_ms);
	(void)kill(w->pid, SIGKILL); /* no effect on one that has ended */
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) {
	}
	status_text(status, text);
	as_buf_fini(&w->in);
	as_buf_fini(&w->out);
	w->watch = NULL;
	w->fd = -1;
	w->pid = 0;
}
