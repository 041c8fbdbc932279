/*
 * net/sandbox - what a process that reads hostile bytes may still do.
 *
 * rlimits and no_new_privs always; Landlock (files) and seccomp (no exec, no
 * ptrace, no new files) where the kernel has them.
 */
#ifndef AS_NET_SANDBOX_H
#define AS_NET_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct as_sandbox_limits {
	uint64_t memory_octets; /* address space; 0: none, for ASan */
	uint64_t data_octets;   /* data beyond what there is now; 0: none */
	uint64_t files;         /* open descriptors */
	uint64_t cpu_seconds;   /* 0: none */
};

struct as_sandbox_state {
	bool landlock; /* in force */
	bool seccomp;
};

/* Enter it for good.  Network only: sockets and the descriptors already open;
 * no file is opened, no program started from here on (both fail with EACCES or
 * EPERM, they do not kill); sockets of TCP and UDP only, none that listens; no
 * new process or thread, no signal to others.  AS_ESYS when even the rlimits fail.  A process built with
 * AddressSanitizer should leave by _exit: its leak checker traces, and cannot.
 */
AS_MUST_USE enum as_err as_sandbox_enter(const struct as_sandbox_limits *limits,
    struct as_sandbox_state *state, struct as_why *why);

#endif
