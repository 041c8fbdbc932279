#include "net/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "base/banned.h"

/* Newer than the headers that we build with. */
#define LL_FS_REFER       (1ULL << 13) /* ABI 2 */
#define LL_FS_TRUNCATE    (1ULL << 14) /* ABI 3 */
#define LL_FS_IOCTL_DEV   (1ULL << 15) /* ABI 5 */
#define LL_SCOPE_ABSTRACT (1ULL << 0)  /* ABI 6 */
#define LL_SCOPE_SIGNAL   (1ULL << 1)

struct landlock_attr {
	uint64_t fs;
	uint64_t net;   /* ABI 4; the network is what this process is for */
	uint64_t scope; /* ABI 6 */
};

static enum as_err
limit_set(int resource, rlim_t want, const char *what, struct as_why *why)
{
	struct rlimit now, next;

	if (getrlimit(resource, &now) != 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE, "%s: %s", what,
		    strerror(errno));
	if (now.rlim_max != RLIM_INFINITY && want > now.rlim_max)
		want = now.rlim_max;
	next.rlim_cur = next.rlim_max = want;
	if (setrlimit(resource, &next) != 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE, "%s: %s", what,
		    strerror(errno));
	return AS_OK;
}

/* Writable private pages of now, and as many octets more. */
static enum as_err
data_limit_set(uint64_t octets, struct as_why *why)
{
	char text[256] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	unsigned long long pages;

	if (fd >= 0)
		(void)close(fd);
	if (n <= 0 || sscanf(text, "%*u %*u %*u %*u %*u %llu", &pages) != 1)
		pages = 0; /* without /proc: the limit alone */
	return limit_set(RLIMIT_DATA,
	    octets + pages * (uint64_t)sysconf(_SC_PAGESIZE), "the data limit",
	    why);
}

static enum as_err
limits_set(const struct as_sandbox_limits *l, struct as_why *why)
{
	AS_TRY(limit_set(RLIMIT_CORE, 0, "the core file limit", why));
	AS_TRY(limit_set(RLIMIT_NOFILE, l->files, "the file limit", why));
	if (l->memory_octets != 0)
		AS_TRY(limit_set(
		    RLIMIT_AS, l->memory_octets, "the memory limit", why));
	if (l->data_octets != 0)
		AS_TRY(data_limit_set(l->data_octets, why));
	if (l->cpu_seconds != 0)
		AS_TRY(limit_set(
		    RLIMIT_CPU, l->cpu_seconds, "the processor limit", why));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
		    "no_new_privs: %s", strerror(errno));
	return AS_OK;
}

/* A ruleset that handles every right to files and grants none. */
static bool
landlock_enter(void)
{
	struct landlock_attr attr = {.fs = LL_FS_REFER - 1};
	long abi, fd, r;

	abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1)
		return false;
	if (abi >= 2)
		attr.fs |= LL_FS_REFER;
	if (abi >= 3)
		attr.fs |= LL_FS_TRUNCATE;
	if (abi >= 5)
		attr.fs |= LL_FS_IOCTL_DEV;
	if (abi >= 6)
		attr.scope = LL_SCOPE_ABSTRACT | LL_SCOPE_SIGNAL;
	fd = syscall(SYS_landlock_create_ruleset, &attr,
	    abi >= 6 ? sizeof(attr) : sizeof(attr.fs), 0);
	if (fd < 0)
		return false;
	r = syscall(SYS_landlock_restrict_self, (int)fd, 0);
	(void)close((int)fd);
	return r == 0;
}

/* What a network process of one thread needs.  A call that stands in none of
 * these tables fails with ENOSYS, so that a newer C library falls back. */
static const int calls_allowed[] = {
    /* descriptors */
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv),
    SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pwrite64), SCMP_SYS(lseek),
    SCMP_SYS(_llseek), SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(dup),
    SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(fstat), SCMP_SYS(fstat64),
    SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(eventfd2),
    SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(_newselect), SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2),
    /* the network; no listen, no accept */
    SCMP_SYS(bind), SCMP_SYS(connect), SCMP_SYS(getsockname),
    SCMP_SYS(getpeername), SCMP_SYS(setsockopt), SCMP_SYS(getsockopt),
    SCMP_SYS(send), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
    SCMP_SYS(recv), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg),
    SCMP_SYS(shutdown),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    SCMP_SYS(membarrier),
    /* time */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday),
    SCMP_SYS(time), SCMP_SYS(times),
    /* itself */
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(getrandom),
    SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getcpu), SCMP_SYS(futex),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigpending), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall)};

/* Refused by name, in words that a library reports well. */
static const int calls_refused[] = {SCMP_SYS(open), SCMP_SYS(openat),
    SCMP_SYS(openat2), SCMP_SYS(open_by_handle_at), SCMP_SYS(creat),
    SCMP_SYS(memfd_create), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir),
    SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink),
    SCMP_SYS(symlinkat), SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat),
    SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(fchownat), SCMP_SYS(truncate),
    SCMP_SYS(ftruncate), SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
    SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(listen),
    SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(mount), SCMP_SYS(umount2),
    SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf), SCMP_SYS(keyctl),
    SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(io_uring_setup),
    SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd)};

#define SOCK_TYPE 0xfu /* the rest of that argument are flags */

/* Allowed when `(argument & mask) == value`; every row of a call is a way in.
 */
struct call_if {
	int call;
	unsigned arg;
	uint64_t mask;
	uint64_t value;
	bool refuse; /* EPERM instead */
};

static bool
add_conditional(scmp_filter_ctx f)
{
	const uint64_t all = UINT32_MAX, self = (uint64_t)getpid();
	const struct call_if rows[] = {
	    /* none of type datagram, which could be sent to other sockets */
	    {SCMP_SYS(socketpair), 1, SOCK_TYPE, SOCK_STREAM, false},
	    /* no owner, who would get signals; no lease, no watch */
	    {SCMP_SYS(fcntl), 1, all, F_DUPFD, false},
	    {SCMP_SYS(fcntl), 1, all, F_DUPFD_CLOEXEC, false},
	    {SCMP_SYS(fcntl), 1, all, F_GETFD, false},
	    {SCMP_SYS(fcntl), 1, all, F_SETFD, false},
	    {SCMP_SYS(fcntl), 1, all, F_GETFL, false},
	    {SCMP_SYS(fcntl), 1, all, F_SETFL, false},
	    {SCMP_SYS(ioctl), 1, all, FIONBIO, false},
	    {SCMP_SYS(ioctl), 1, all, FIONREAD, false},
	    {SCMP_SYS(ioctl), 1, all, TCGETS, false}, /* isatty, of stdio */
	    /* no page turns executable */
	    {SCMP_SYS(mmap), 2, PROT_EXEC, 0, false},
	    {SCMP_SYS(mmap2), 2, PROT_EXEC, 0, false},
	    {SCMP_SYS(mprotect), 2, PROT_EXEC, 0, false},
	    /* fstat by another name */
	    {SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH, AT_EMPTY_PATH, false},
	    {SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH, 0, true},
	    {SCMP_SYS(statx), 2, AT_EMPTY_PATH, AT_EMPTY_PATH, false},
	    {SCMP_SYS(statx), 2, AT_EMPTY_PATH, 0, true},
	    {SCMP_SYS(kill), 0, all, self, false},
	    {SCMP_SYS(tgkill), 0, all, self, false},
	    {SCMP_SYS(prctl), 0, all, PR_SET_NAME, false},
	    {SCMP_SYS(prlimit64), 2, UINT64_MAX, 0, false}, /* ask, not set */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (seccomp_rule_add(f,
			rows[i].refuse ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW,
			rows[i].call, 1,
			SCMP_CMP64(rows[i].arg, SCMP_CMP_MASKED_EQ,
			    rows[i].mask, rows[i].value)) != 0)
			return false;
	return true;
}

/* TCP and UDP; no raw packets, whoever runs us. */
static bool
add_sockets(scmp_filter_ctx f)
{
	static const int families[] = {AF_INET, AF_INET6};
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};

	for (size_t i = 0; i < 4; i++)
		if (seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
			SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, UINT32_MAX,
			    (scmp_datum_t)families[i / 2]),
			SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, SOCK_TYPE,
			    (scmp_datum_t)types[i % 2])) != 0)
			return false;
	return true;
}

static bool
add_rules(scmp_filter_ctx f)
{
	const size_t n_allowed = sizeof(calls_allowed) / sizeof(int);
	const size_t n_refused = sizeof(calls_refused) / sizeof(int);

	for (size_t i = 0; i < n_allowed; i++)
		if (seccomp_rule_add(f, SCMP_ACT_ALLOW, calls_allowed[i], 0) !=
		    0)
			return false;
	for (size_t i = 0; i < n_refused; i++)
		if (seccomp_rule_add(
			f, SCMP_ACT_ERRNO(EPERM), calls_refused[i], 0) != 0)
			return false;
	return add_sockets(f) && add_conditional(f);
}

static bool
seccomp_enter(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	bool ok;

	if (f == NULL)
		return false;
	/* A tree instead of a list of tests: every call pays for it. */
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	ok = add_rules(f) && seccomp_load(f) == 0;
	seccomp_release(f);
	return ok;
}

enum as_err
as_sandbox_enter(const struct as_sandbox_limits *limits,
    struct as_sandbox_state *state, struct as_why *why)
{
	*state = (struct as_sandbox_state){false, false};
	AS_TRY(limits_set(limits, why));
	state->landlock = landlock_enter();
	state->seccomp = seccomp_enter();
	return AS_OK;
}
