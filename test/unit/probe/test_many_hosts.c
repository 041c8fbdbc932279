/* A thousand hosts in flight in one prober, over loopback: what each takes, and
 * that nothing is left over. */
#include "harness.h"
#include "peer/crowd.h"

#include "base/banned.h"

#define HOSTS     1000
#define ROUNDS    3  /* the handshake, two hellos; then they are put off */
#define KB_A_HOST 64 /* at most */

#define OWN_OF_EACH 1 /* descriptors */

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#define IS_SANITIZED __has_feature(address_sanitizer)
#else
#define IS_SANITIZED false
#endif

static void
look(const struct crowd *c)
{
	size_t kb = crowd_kb(c->prober, "VmRSS:") - c->kb_idle;

	T_INT(crowd_fds(c->prober), c->fds_idle + (size_t)HOSTS * OWN_OF_EACH);
	printf("# round %u: %.1f KiB a host\n", c->rounds, (double)kb / HOSTS);
	if (!IS_SANITIZED)
		T_OK(kb < (size_t)HOSTS * KB_A_HOST);
}

static void
test_in_flight(struct as_arena *a)
{
	struct rusage used;
	struct crowd c;

	t_case("a thousand conversations are open at the same time");
	crowd_open(&c, a, HOSTS);
	while (crowd_next_round(&c)) {
		look(&c);
		crowd_go_on(&c, c.rounds < ROUNDS);
	}
	T_INT(c.rounds, ROUNDS);
	T_INT(c.n_done, HOSTS);

	t_case("each is told of, after a handshake of its own");
	T_INT(c.n_complete, HOSTS);

	t_case("no descriptor is left over");
	T_INT(crowd_fds(c.prober), c.fds_idle);
	T_INT(crowd_close(&c, &used), 0);
}

int
main(void)
{
	struct as_arena *a = as_arena_new((size_t)64 * 1024 * 1024);

	if (crowd_is_possible())
		test_in_flight(a);
	else
		printf("# left out: too few descriptors for %d hosts\n", HOSTS);
	as_arena_free(a);
	return t_done();
}
