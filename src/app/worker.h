/*
 * app/worker - one prober process, as its parent sees it.
 *
 * A forked child with a socket.  The parent writes frames of jobs and reads
 * frames of facts; both never block.  The worker knows nothing of what a frame
 * means and leaves every decision to its owner.
 */
#ifndef AS_APP_WORKER_H
#define AS_APP_WORKER_H

#include <sys/types.h>

#include "app/link.h"
#include "probe/prober.h"

struct as_worker {
	pid_t pid;
	struct as_link link;
};

/* What a child runs. */
struct as_worker_program {
	int (*main)(const struct as_prober_config *config, int fd);
	const struct as_prober_config *config;
};

/* Fork it.  AS_ESYS: no process or socket to be had; AS_ENOMEM. */
AS_MUST_USE enum as_err as_worker_start(struct as_worker *w,
    struct as_loop *loop, const struct as_worker_program *program,
    const struct as_link_events *events, void *ctx, struct as_why *why);

/* From now on the child may use this much more processor time, then the kernel
 * ends it (SIGXCPU): one that spins must not outlive a parent that waits.  No
 * effect where the system refuses; deadlines remain. */
void as_worker_allow_cpu(struct as_worker *w, unsigned seconds);

/* Let the child see the end of its work, without waiting for it. */
void as_worker_hang_up(struct as_worker *w);

/* Close the socket, end the child if it still runs after grace_ms, reap it, and
 * say how it ended ("signal 11 (Segmentation fault)", "exit status 78"). */
#define AS_WORKER_TEXT 80
void as_worker_stop(
    struct as_worker *w, uint32_t grace_ms, char text[AS_WORKER_TEXT]);

#endif
