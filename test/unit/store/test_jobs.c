/*
 * Jobs and their leases.
 */
#include "place.h"

#include "store/jobs.h"

#define HOUR  INT64_C(3600)
#define NOW   INT64_C(1795600000)
#define WORKS INT64_C(600) /* seconds of a lease */

static struct as_store *store;
static struct as_why why;

struct got {
	char domains[8][64];
	struct as_lease leases[8];
	size_t n;
};

static enum as_err
take(void *ctx, const struct as_lease *l)
{
	struct got *g = ctx;
	struct as_lease *mine = &g->leases[g->n];

	(void)snprintf(g->domains[g->n], sizeof(g->domains[0]), AS_STR_FMT,
	    AS_STR_ARG(l->domain));
	*mine = *l;
	mine->domain = as_str_from(g->domains[g->n++]);
	return AS_OK;
}

static void
lease(struct got *g, const char *worker, int64_t now, size_t n)
{
	g->n = 0;
	T_INT(as_jobs_lease(
		  store, as_str_from(worker), now, WORKS, n, take, g, &why),
	    AS_OK);
	T_INT(as_store_commit(store, &why), AS_OK);
}

static void
open_new(void)
{
	path_new();
	T_INT(as_store_open(path, false, &store, &why), AS_OK);
}

static void
close_all(void)
{
	as_store_close(store);
	path_drop();
}

static void
add(int64_t spread, uint64_t want)
{
	const struct as_str names[] = {AS_STR("a.example"), AS_STR("b.example"),
	    AS_STR("c.example"), AS_STR("d.example")};
	uint64_t made = 0;

	T_INT(as_jobs_add(store, names, 4, NOW, spread, &made, &why), AS_OK);
	T_INT(made, want);
	T_INT(as_store_commit(store, &why), AS_OK);
}

static void
done(const struct as_lease *l, int64_t now, int64_t next, enum as_err want)
{
	T_INT(as_job_done(store, l, now, next, AS_JOB_ROUTINE, 0, &why), want);
	T_INT(as_store_commit(store, &why), AS_OK);
}

static void
test_batches(void)
{
	struct got a, b, none;

	t_case("two workers share what is due");
	open_new();
	add(0, 4);
	add(0, 0);
	lease(&a, "w1", NOW, 3);
	lease(&b, "w2", NOW, 3);
	lease(&none, "w3", NOW, 3);
	T_INT(a.n, 3);
	T_INT(b.n, 1);
	T_INT(none.n, 0);
	T_STR(a.leases[0].domain, "a.example");
	T_INT(a.leases[0].reason, AS_JOB_FIRST);
	T_INT(a.leases[0].attempt, 1);
	T_STR(b.leases[0].domain, "d.example");
	done(&a.leases[0], NOW, NOW + 24 * HOUR, AS_OK);
	lease(&none, "w3", NOW, 3);
	T_INT(none.n, 0);
	t_case("what is done comes again when it is due, not before");
	lease(&none, "w3", NOW + WORKS, 9);
	T_INT(none.n, 0);
	done(&a.leases[1], NOW, NOW + 24 * HOUR, AS_OK);
	done(&a.leases[2], NOW, NOW + 24 * HOUR, AS_OK);
	done(&b.leases[0], NOW, NOW + 24 * HOUR, AS_OK);
	lease(&none, "w3", NOW + 24 * HOUR - 1, 9);
	T_INT(none.n, 0);
	lease(&a, "w3", NOW + 24 * HOUR, 9);
	T_INT(a.n, 4);
	T_INT(a.leases[0].reason, AS_JOB_ROUTINE);
	close_all();
}

static void
test_fencing(void)
{
	struct got dead, next;

	t_case("the answer of a lost lease does not count");
	open_new();
	add(0, 4);
	lease(&dead, "w1", NOW, 1);
	lease(&next, "w2", NOW + WORKS + 1, 1);
	T_STR(next.leases[0].domain, "a.example");
	T_INT(next.leases[0].attempt, 2);
	done(&dead.leases[0], NOW + WORKS + 2, NOW + 99 * HOUR, AS_EABSENT);
	done(&next.leases[0], NOW + WORKS + 2, NOW + 24 * HOUR, AS_OK);
	done(&next.leases[0], NOW + WORKS + 3, NOW + 99 * HOUR, AS_EABSENT);
	t_case("a worker that leaves gives its jobs back");
	lease(&dead, "w1", NOW + HOUR, 9);
	T_INT(dead.n, 3);
	T_INT(as_jobs_release(store, AS_STR("w1"), &why), AS_OK);
	T_INT(as_store_commit(store, &why), AS_OK);
	lease(&next, "w2", NOW + HOUR, 9);
	T_INT(next.n, 3);
	T_INT(next.leases[0].attempt, 2);
	close_all();
}

static void
test_asked(void)
{
	int64_t due = 0;
	struct got g;

	t_case("check now, with a floor");
	open_new();
	add(0, 4);
	lease(&g, "w1", NOW, 4);
	for (size_t i = 0; i < g.n; i++)
		done(&g.leases[i], NOW, NOW + 24 * HOUR, AS_OK);
	T_INT(as_job_ask(store, AS_STR("d.example"), NOW + 60, 300, &due, &why),
	    AS_OK);
	T_INT(due, NOW + 300);
	T_INT(
	    as_job_ask(store, AS_STR("c.example"), NOW + HOUR, 300, &due, &why),
	    AS_OK);
	T_INT(due, NOW + HOUR);
	T_INT(as_job_ask(store, AS_STR("x.example"), NOW, 300, &due, &why),
	    AS_EABSENT);
	T_INT(as_store_commit(store, &why), AS_OK);
	lease(&g, "w1", NOW + 299, 4);
	T_INT(g.n, 0);
	lease(&g, "w1", NOW + HOUR, 4);
	T_INT(g.n, 2);
	T_STR(g.leases[0].domain, "d.example");
	T_INT(g.leases[0].reason, AS_JOB_ASKED);
	close_all();
}

static void
test_spread(void)
{
	struct as_jobs_sum sum = {0};
	struct got g;

	t_case("new domains are spread over time");
	open_new();
	add(24 * HOUR, 4);
	T_INT(as_jobs_count(store, NOW + 24 * HOUR, &sum, &why), AS_OK);
	T_INT(sum.jobs, 4);
	T_INT(sum.due, 4);
	T_INT(sum.leased, 0);
	T_OK(sum.oldest_due >= NOW && sum.oldest_due < NOW + 24 * HOUR);
	lease(&g, "w1", NOW, 4);
	T_OK(g.n < 4);
	T_INT(as_job_drop(store, AS_STR("a.example"), &why), AS_OK);
	T_INT(as_store_commit(store, &why), AS_OK);
	T_INT(as_jobs_count(store, NOW, &sum, &why), AS_OK);
	T_INT(sum.jobs, 3);
	close_all();
}

int
main(void)
{
	test_batches();
	test_fencing();
	test_asked();
	test_spread();
	return t_done();
}
