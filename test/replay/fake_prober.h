/*
 * fake_prober - probers without a net, for tests of the fleet.
 *
 * What one does with a job is told by the first label of its name:
 *
 *	crash- leave- hang-   ends by a signal, by exit, not at all
 *	spin-                 uses the processor and does nothing else
 *	garbage- flood-       a frame that is no answer, or over the cap
 *	again- odd-           greets again, a frame of an unknown kind
 *	stranger- impostor-   answers an unknown id, or for another subject
 *	nopolicy-             crashes on the policy job only
 *	badhost-N             has a mail host that crashes
 *	pair-N                has mail hosts N + 1 and N, in this order
 *	parked-N              has null MX
 *
 * Anything else is answered; dN.example has the mail host mx(N mod hosts).  What
 * happened is written to memory that all processes of the test share.
 */
#ifndef AS_TEST_FAKE_PROBER_H
#define AS_TEST_FAKE_PROBER_H

#include <stdatomic.h>

#include "probe/prober.h"

#define WORLD_HOSTS   64
#define WORLD_PROBERS 4096

struct world {
	unsigned hosts;      /* dN has the mail host N mod hosts */
	unsigned in_network; /* so many of them share a /24 */
	unsigned visit_ms;   /* how long a visit takes */
	unsigned company;    /* a visit does not end until so many were in its
	                        network at once */
	unsigned domain_ms;  /* and a domain job, at most */
	bool reverse;        /* answer domain jobs last first */
	bool never_ready;    /* end with status 78 before READY */
	const char *failed;  /* say so in a FAILED frame, instead of READY */
	unsigned first;      /* that many starts go well, whatever comes then */
	atomic_int early_ends; /* starts after them that end before READY */
	atomic_int visits[WORLD_HOSTS]; /* host jobs seen */
	atomic_int inside[WORLD_HOSTS], most_inside[WORLD_HOSTS];
	atomic_int in_net[WORLD_HOSTS], most_in_net[WORLD_HOSTS];
	atomic_int searches,
	    most_searches; /* TLS jobs at once; company holds */
	atomic_int policies;
	atomic_int domains;
	atomic_int lookups; /* batches */
	atomic_int n_probers;
	atomic_int pids[WORLD_PROBERS];
};

/* One that all children share; never freed. */
struct world *world_new(void);

/* For as_fleet_config: the world is at config->allow (abused as a pointer). */
int fake_prober_main(const struct as_prober_config *config, int fd);

#endif
