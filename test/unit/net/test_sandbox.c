#include "net/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

/* What the child found, sent over a pipe: results are -1 or the errno. */
struct report {
	enum as_err err;
	struct as_sandbox_state state;
	int open_read, open_proc, creat_file, raw_openat, memfd;
	int exec, forked, trace, stat_path;
	int listener, unix_socket, unix_pair, raw, exec_page;
	int signal_parent, signal_owner;
	int udp, tcp, inherited, heap, data, fstat_fd, clock, over_limit;
};

struct world {
	int udp_port, tcp_port; /* of the parent, on loopback */
	int fd;                 /* /dev/null, open before */
};

#define DATA_OCTETS (16 * 1024 * 1024)

static int
result(long r)
{
	return r < 0 ? errno : 0;
}

static struct sockaddr_in
loopback(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int
try_connect(int type, int port)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    send(fd, "x", 1, 0) != 1)
		return errno;
	(void)close(fd);
	return 0;
}

static void
try_files(struct report *r)
{
	r->open_read = result(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
	r->open_proc = result(open("/proc/self/maps", O_RDONLY | O_CLOEXEC));
	r->creat_file =
	    result(open("/tmp/assay-sandbox-test", O_CREAT | O_WRONLY, 0600));
	r->raw_openat =
	    result(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY));
	r->memfd = result(syscall(SYS_memfd_create, "x", 0));
}

static void
try_processes(struct report *r)
{
	char *const argv[] = {(char *)"/bin/true", NULL};
	struct stat st;
	pid_t pid;

	r->exec = result(execve("/bin/true", argv, NULL));
	pid = fork();
	if (pid == 0)
		_exit(0);
	r->forked = result(pid);
	r->trace = result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	r->stat_path = result(stat("/etc/passwd", &st));
	r->signal_parent = result(kill(getppid(), 0));
	r->signal_owner = result(fcntl(STDIN_FILENO, F_SETOWN, getppid()));
}

static void
try_network(struct report *r, const struct world *w)
{
	struct sockaddr_in a = loopback(0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), pair[2];

	r->listener = bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0
	    ? -1
	    : result(listen(fd, 1));
	r->unix_socket = result(socket(AF_UNIX, SOCK_STREAM, 0));
	r->unix_pair = result(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	r->raw = result(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	r->udp = try_connect(SOCK_DGRAM, w->udp_port);
	r->tcp = try_connect(SOCK_STREAM, w->tcp_port);
	r->inherited = result(write(w->fd, "x", 1));
}

static void
try_self(struct report *r, const struct world *w)
{
	struct timespec ts;
	struct stat st;
	char *big = malloc(1024 * 1024);

	r->heap = big == NULL ? ENOMEM : 0;
	if (big != NULL)
		memset(big, 1, 1024 * 1024);
	free(big);
	r->data = result(syscall(SYS_mmap, NULL, 2 * DATA_OCTETS,
	    3 /* read, write */, 0x22 /* private, anonymous */, -1, 0));
	r->exec_page = result(syscall(SYS_mmap, NULL, 4096, 5 /* read, exec */,
	    0x22 /* private, anonymous */, -1, 0));
	r->fstat_fd = result(fstat(w->fd, &st));
	r->clock = result(clock_gettime(CLOCK_MONOTONIC, &ts));
	for (r->over_limit = 0; dup(w->fd) >= 0; r->over_limit++)
		;
}

static void
child(const struct world *w, int out)
{
	const struct as_sandbox_limits limits = {
	    .files = 64, .data_octets = DATA_OCTETS};
	struct report r = {.err = AS_OK};

	r.err = as_sandbox_enter(&limits, &r.state, NULL);
	try_files(&r);
	try_processes(&r);
	try_network(&r, w);
	try_self(&r, w);
	if (write(out, &r, sizeof(r)) != sizeof(r))
		_exit(1);
	_exit(0); /* a leak checker would trace us, and may not */
}

static bool
run(const struct world *w, struct report *r)
{
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe(fds) != 0)
		return false;
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		child(w, fds[1]);
	(void)close(fds[1]);
	n = read(fds[0], r, sizeof(*r));
	(void)close(fds[0]);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0 && n == sizeof(*r);
}

static int
serve(int type)
{
	struct sockaddr_in a = loopback(0);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    (type == SOCK_STREAM && listen(fd, 5) != 0))
		return -1;
	return fd;
}

static int
port_of(int fd)
{
	struct sockaddr_in a;
	socklen_t n = sizeof(a);

	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return -1;
	return ntohs(a.sin_port);
}

static bool
refused(int code)
{
	return code == EPERM || code == EACCES;
}

static void
test_files(const struct report *r)
{
	t_case("no file is opened, made or looked at");
	T_OK(refused(r->open_read));
	T_OK(refused(r->open_proc));
	T_OK(refused(r->creat_file));
	T_OK(refused(r->raw_openat));
	if (r->state.seccomp) {
		T_OK(refused(r->memfd));
		T_OK(refused(r->stat_path));
	}
	T_OK(access("/tmp/assay-sandbox-test", F_OK) != 0);
}

static void
test_processes(const struct report *r)
{
	t_case("no program is started, no process made, none traced");
	T_OK(refused(r->exec));
	if (r->state.seccomp) {
		T_OK(refused(r->forked));
		T_OK(refused(r->trace));
		T_OK(r->exec_page != 0);
		T_OK(r->signal_parent != 0);
		T_OK(r->signal_owner != 0);
	}
}

static void
test_network(const struct report *r)
{
	t_case("the network outward stays open, inward it is shut");
	T_INT(r->udp, 0);
	T_INT(r->tcp, 0);
	if (r->state.seccomp) {
		T_OK(refused(r->listener));
		T_OK(r->unix_socket != 0);
		T_OK(r->unix_pair != 0);
		T_OK(r->raw != 0);
	}
}

int
main(void)
{
	int udp = serve(SOCK_DGRAM), tcp = serve(SOCK_STREAM);
	struct world w = {port_of(udp), port_of(tcp),
	    open("/dev/null", O_WRONLY | O_CLOEXEC)};
	struct report r = {.err = AS_EINVAL};

	t_case("a process enters and lives on");
	T_OK(run(&w, &r));
	T_INT(r.err, AS_OK);
	printf(
	    "# landlock %d, seccomp %d\n", r.state.landlock, r.state.seccomp);
	T_OK(r.state.landlock || r.state.seccomp);
	test_files(&r);
	test_processes(&r);
	test_network(&r);

	t_case(
	    "what was open stays, memory and clock too, each up to its limit");
	T_INT(r.inherited, 0);
	T_INT(r.heap, 0);
	T_INT(r.data, ENOMEM);
	T_INT(r.fstat_fd, 0);
	T_INT(r.clock, 0);
	T_OK(r.over_limit > 0 && r.over_limit < 64);
	return t_done();
}
