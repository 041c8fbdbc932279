/*
 * app/hosts - the mail servers of a run: each (name, address) is visited once,
 * and whoever asks meanwhile waits for the same visit.  One whose turn never
 * comes is answered cancelled.
 *
 * Where all that a server has of TLS is wanted, too, a second job asks for it
 * when the first came to STARTTLS, within the same turn; a prober that it ends
 * takes nothing of the first with it.
 *
 * Finished facts are kept in encoded form, the least recently used ones leave
 * first, past AS_MAX_HOST_CACHE or AS_MAX_HOST_CACHE_OCTETS.  A visit that
 * someone still holds is never thrown out.
 */
#ifndef AS_APP_HOSTS_H
#define AS_APP_HOSTS_H

#include "app/crew.h"
#include "app/politeness.h"
#include "model/facts.h"

struct as_hosts;
struct as_visit;

struct as_hosts_config {
	struct as_crew *crew;
	const struct as_prober_config *prober;
	struct as_politeness *politeness;
	const void *psl; /* says who operates a host (assess/suffix), or NULL */
	size_t max_visits; /* kept; 0: AS_MAX_HOST_CACHE */
	size_t max_octets; /* 0: AS_MAX_HOST_CACHE_OCTETS */
	bool tls_matrix;   /* ask for all TLS, too */
	uint32_t pause_ms; /* between the connections of that */
	/* Nothing will be answered any more: out of memory. */
	void (*failed)(void *ctx);
	void *ctx;
};

/* Someone's claim on a visit; lies in the owner's struct. */
struct as_claim {
	/* The visit is finished; from the loop only.  Not called for a claim
	 * that found it finished. */
	void (*done)(struct as_claim *claim);
	struct as_visit *visit;
	/* Private. */
	bool waiting;
	TAILQ_ENTRY(as_claim) link;
};

struct as_hosts *as_hosts_new(const struct as_hosts_config *config) AS_MUST_USE;
void as_hosts_free(struct as_hosts *h); /* accepts NULL; before its crew */

#define AS_HOSTS_ANY_AGE UINT32_MAX

/* Claim the visit of (name, address); claim->done is set by the caller.  One that
 * was finished longer ago than max_age_ms is made anew.  *finished: it is done
 * already.  AS_EINVAL: not an address; AS_ENOMEM. */
AS_MUST_USE enum as_err as_hosts_claim(struct as_hosts *h, struct as_str name,
    struct as_str address, uint32_t max_age_ms, struct as_claim *claim,
    bool *finished);

/* The facts of a finished visit, decoded into the arena.  Those that do not fit
 * say that they were cancelled.  Valid as long as the claim is held. */
void as_hosts_facts(struct as_arena *a, const struct as_claim *claim,
    struct as_host_facts *out);

/* Give a claim back. */
void as_hosts_release(struct as_hosts *h, struct as_claim *claim);
#endif
