/*
 * The fleet with real processes and fake probers: what is lost when one dies,
 * who is blamed, how often a mail server is visited and by how many at a time.
 */
#include "app/fleet.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake_prober.h"
#include "harness.h"

#define MAX_DOMAINS 3000

/* One run: the names, and what came back for each. */
struct run {
	struct world *world;
	char names[MAX_DOMAINS][40];
	unsigned n, given, answered;
	enum as_subject_outcome outcome[MAX_DOMAINS];
	char detail[MAX_DOMAINS][200];
	unsigned n_hosts[MAX_DOMAINS];
	enum as_subject_outcome host_outcome[MAX_DOMAINS];
	bool policy[MAX_DOMAINS];
	enum as_subject_outcome policy_outcome[MAX_DOMAINS];
	bool unsorted;
	unsigned kill_at; /* after so many answers, kill a prober */
	bool slow;        /* a name is there when the one before is answered */
	unsigned stop_ms; /* with the first answer, stop all for so long */
	unsigned ticks, most_in_flight;
};

static struct run run;

static void
run_reset(void)
{
	memset(&run, 0, sizeof(run));
	run.world = world_new();
}

__attribute__((format(printf, 1, 2))) static void
run_add(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(run.names[run.n], sizeof(run.names[0]), fmt, ap);
	va_end(ap);
	run.n++;
}

static enum as_fleet_next
on_next(void *ctx, struct as_str *domain)
{
	(void)ctx;
	if (run.given == run.n)
		return AS_FLEET_END;
	if (run.slow && run.answered < run.given)
		return AS_FLEET_LATER;
	*domain = as_str_from(run.names[run.given++]);
	return AS_FLEET_NEXT;
}

static void
prober_kill(void)
{
	int n = atomic_load(&run.world->n_probers);

	for (int i = 0; i < n; i++) {
		pid_t pid = atomic_load(&run.world->pids[i]);
		if (pid > 0 && kill(pid, SIGKILL) == 0) {
			atomic_store(&run.world->pids[i], 0);
			return;
		}
	}
}

static void
all_stop(unsigned ms)
{
	int n = atomic_load(&run.world->n_probers);
	struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};

	for (int i = 0; i < n; i++)
		(void)kill(atomic_load(&run.world->pids[i]), SIGSTOP);
	(void)nanosleep(&t, NULL);
	for (int i = 0; i < n; i++)
		(void)kill(atomic_load(&run.world->pids[i]), SIGCONT);
}

static unsigned
index_of(struct as_str name)
{
	for (unsigned i = 0; i < run.n; i++)
		if (as_str_eq(as_str_from(run.names[i]), name))
			return i;
	abort();
}

static void
on_done(void *ctx, const struct as_facts *f)
{
	unsigned i = index_of(f->domain->name);

	(void)ctx;
	run.answered++;
	run.outcome[i] = f->domain->outcome;
	(void)snprintf(run.detail[i], sizeof(run.detail[i]), AS_STR_FMT,
	    AS_STR_ARG(f->domain->detail));
	run.n_hosts[i] = (unsigned)f->n_hosts;
	if (f->n_hosts > 0)
		run.host_outcome[i] = f->hosts[0].outcome;
	for (size_t k = 1; k < f->n_hosts; k++)
		run.unsorted |=
		    as_str_cmp(f->hosts[k - 1].name, f->hosts[k].name) > 0;
	run.policy[i] = f->policy != NULL;
	if (f->policy != NULL)
		run.policy_outcome[i] = f->policy->outcome;
	if (run.kill_at != 0 && run.answered % run.kill_at == 0)
		prober_kill();
	if (run.stop_ms != 0 && run.answered == 1)
		all_stop(run.stop_ms);
}

static void
on_tick(void *ctx, unsigned in_flight)
{
	(void)ctx;
	run.ticks++;
	if (in_flight > run.most_in_flight)
		run.most_in_flight = in_flight;
}

static struct as_fleet_config
config_of(unsigned probers)
{
	return (struct as_fleet_config){
	    .prober =
		{
		    .clock = as_clock_system(),
		    .log = {.max = AS_LOG_ERROR, .fd = -1, .name = "test"},
		    .smtp_port = 25,
		    .vantage = AS_STR("here"),
		    .allow = (const struct as_prefix *)run.world,
		},
	    .prober_main = fake_prober_main,
	    .probers = probers,
	};
}

static enum as_err
run_go(struct as_fleet_config config, struct as_why *why)
{
	struct as_fleet_events events = {.next = on_next, .done = on_done, .tick = on_tick, .ctx = NULL};

	return as_fleet_run(&config, &events, why);
}

static unsigned
count(enum as_subject_outcome outcome)
{
	unsigned n = 0;

	for (unsigned i = 0; i < run.n; i++)
		n += run.outcome[i] == outcome;
	return n;
}

/* Every child is reaped. */
static bool
no_children(void)
{
	return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
}

static unsigned
descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static bool
is_gone(pid_t pid)
{
	for (int i = 0; i < 100; i++) {
		struct timespec t = {0, 50 * 1000 * 1000};
		if (kill(pid, 0) != 0 && errno == ESRCH)
			return true;
		(void)nanosleep(&t, NULL);
	}
	return false;
}

/* --- cases --- */

static void
test_shared_hosts(void)
{
	unsigned before = descriptors();
	bool once = true, alone = true, few = true;

	t_case("2000 domains share 12 mail hosts: each is visited once");
	run_reset();
	run.world->visit_ms = 20;
	run.world->company = 2;
	for (unsigned i = 0; i < 2000; i++)
		run_add("d%u.example", i);
	T_INT(run_go(config_of(2), NULL), AS_OK);
	T_INT(run.answered, 2000);
	T_INT(count(AS_SUBJECT_DONE), 2000);
	for (unsigned i = 0; i < 12; i++) {
		once &= atomic_load(&run.world->visits[i]) == 1;
		alone &= atomic_load(&run.world->most_inside[i]) == 1;
		few &= atomic_load(&run.world->most_in_net[i]) <= 2;
	}
	T_OK(once);
	T_INT(run.n_hosts[1999], 1);
	T_INT(run.policy[1999], true);
	T_INT(atomic_load(&run.world->policies), 2000);

	t_case("one session at an address, two in a network");
	T_OK(alone);
	T_OK(few);
	T_INT(atomic_load(&run.world->most_in_net[0]), 2);

	t_case("children are reaped, descriptors closed");
	T_OK(no_children());
	T_INT(descriptors(), before);
}

static void
test_window(void)
{
	struct as_fleet_config config;

	t_case("no more domains in flight than the window");
	run_reset();
	run.world->domain_ms = 40;
	for (unsigned i = 0; i < 300; i++)
		run_add("d%u.example", i);
	config = config_of(2);
	config.window = 7;
	T_INT(run_go(config, NULL), AS_OK);
	T_INT(count(AS_SUBJECT_DONE), 300);
	T_OK(run.ticks > 0);
	T_OK(run.most_in_flight <= 7);
}

static void
test_slow_list(void)
{
	t_case("names that come one by one do not wait for each other");
	run_reset();
	run.slow = true;
	for (unsigned i = 0; i < 5; i++)
		run_add("d%u.example", i);
	T_INT(run_go(config_of(1), NULL), AS_OK);
	T_INT(count(AS_SUBJECT_DONE), 5);
	T_INT(run.answered, 5);
}

static void
test_order(void)
{
	t_case("answers in any order find their domain");
	run_reset();
	run.world->reverse = true;
	for (unsigned i = 0; i < 500; i++)
		run_add("d%u.example", i);
	T_INT(run_go(config_of(3), NULL), AS_OK);
	T_INT(count(AS_SUBJECT_DONE), 500);
	T_INT(run.answered, 500);
	T_OK(!run.unsorted);
}

/* `kind`-N among 60 good ones; all others must be done. */
static void
test_culprit(const char *kind, enum as_subject_outcome outcome,
    const char *detail, uint32_t job_ms)
{
	struct as_fleet_config config;

	t_case("a prober dies of %s: it alone is blamed", kind);
	run_reset();
	run.world->domain_ms = 30;
	for (unsigned i = 0; i < 40; i++)
		run_add("d%u.example", i);
	run_add("%s-1.example", kind);
	for (unsigned i = 40; i < 60; i++)
		run_add("d%u.example", i);
	config = config_of(2);
	config.job_ms = job_ms;
	T_INT(run_go(config, NULL), AS_OK);
	T_INT(run.answered, 61);
	T_INT(count(AS_SUBJECT_DONE), 60);
	T_INT(run.outcome[40], outcome);
	if (!T_OK(strstr(run.detail[40], detail) != NULL))
		printf("# detail: %s\n", run.detail[40]);
	T_INT(run.n_hosts[40], 0);
	T_OK(!run.policy[40]);
	T_OK(no_children());
}

static void
test_host_culprit(void)
{
	t_case("a mail host ends its prober: the domain is still answered");
	run_reset();
	run_add("badhost-3.example");
	run_add("d4.example");
	T_INT(run_go(config_of(1), NULL), AS_OK);
	T_INT(count(AS_SUBJECT_DONE), 2);
	T_INT(run.n_hosts[0], 1);
	T_INT(run.host_outcome[0], AS_SUBJECT_CRASHED);
	T_INT(run.host_outcome[1], AS_SUBJECT_DONE);
}

static void
test_policy_culprit(void)
{
	t_case("a policy job ends its prober: the domain is still answered");
	run_reset();
	run_add("nopolicy-1.example");
	T_INT(run_go(config_of(1), NULL), AS_OK);
	T_INT(run.outcome[0], AS_SUBJECT_DONE);
	T_INT(run.host_outcome[0], AS_SUBJECT_DONE);
	T_INT(run.policy_outcome[0], AS_SUBJECT_CRASHED);
}

static void
test_sorted(void)
{
	t_case("hosts come by name, whatever the order of MX and of visits");
	run_reset();
	run.world->visit_ms = 5;
	for (unsigned i = 0; i < 11; i++)
		run_add("pair-%u.example", i);
	T_INT(run_go(config_of(2), NULL), AS_OK);
	T_INT(run.n_hosts[5], 2);
	T_OK(!run.unsorted);
	T_INT(atomic_load(&run.world->visits[5]), 1);
}

/* The log stays open in the prober although its descriptor moves. */
static void
test_log(void)
{
	struct as_fleet_config config;
	char text[200] = "";
	int fds[2];

	t_case("the log of a run goes where it should");
	run_reset();
	run_add("d1.example");
	if (pipe(fds) != 0)
		abort();
	config = config_of(1);
	config.prober.log.fd = fds[1];
	config.prober.log.max = AS_LOG_DEBUG;
	T_INT(run_go(config, NULL), AS_OK);
	T_OK(read(fds[0], text, sizeof(text) - 1) > 0);
	T_OK(strstr(text, "fake prober logs") != NULL);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
test_killed(void)
{
	t_case("probers are killed again and again: nothing is lost");
	run_reset();
	run.world->domain_ms = 50;
	run.kill_at = 30;
	for (unsigned i = 0; i < 300; i++)
		run_add("d%u.example", i);
	T_INT(run_go(config_of(2), NULL), AS_OK);
	T_INT(run.answered, 300);
	/* A lone retry that is itself killed from outside is blamed. */
	T_OK(count(AS_SUBJECT_DONE) >= 290);
	T_INT(count(AS_SUBJECT_DONE) + count(AS_SUBJECT_CRASHED), 300);
	T_OK(no_children());
}

static void
test_never_ready(void)
{
	struct as_why why = {.text = ""};

	t_case("no prober can be started: the run says so and ends");
	run_reset();
	run.world->never_ready = true;
	run_add("d1.example");
	T_INT(run_go(config_of(2), &why), AS_ESYS);
	T_OK(strstr(why.text, "exit status 78") != NULL);
	T_INT(run.answered, 0);
	T_OK(no_children());
}

static void
test_failed(void)
{
	struct as_why why = {.text = ""};

	t_case("a prober that blames the settings is not started again");
	run_reset();
	run.world->failed = "1bundle.pem: no certificate";
	run_add("d1.example");
	T_INT(run_go(config_of(1), &why), AS_ESYNTAX);
	T_STR(as_str_from(why.text), "bundle.pem: no certificate");
	T_INT(atomic_load(&run.world->n_probers), 1);

	t_case("one that lacks memory is, and its words are handed on");
	run_reset();
	run.world->failed = "0out of memory";
	run_add("d1.example");
	T_INT(run_go(config_of(1), &why), AS_ESYS);
	T_OK(strstr(why.text, ": out of memory") != NULL);
	T_OK(atomic_load(&run.world->n_probers) > 1);

	t_case("one that says nothing, or speaks at the wrong time");
	run_reset();
	run.world->failed = "";
	run_add("d1.example");
	T_INT(run_go(config_of(1), &why), AS_ESYS);
	T_OK(no_children());
}

/* The kernel ends it, whatever the parent waits for. */
static void
test_spinning(void)
{
	struct as_fleet_config config;

	t_case("a prober that spins is ended: its job alone is unknown");
	run_reset();
	for (unsigned i = 0; i < 20; i++)
		run_add(i == 10 ? "spin-%u.example" : "d%u.example", i);
	config = config_of(2);
	config.cpu_s = 1;
	T_INT(run_go(config, NULL), AS_OK);
	T_INT(run.answered, 20);
	T_INT(count(AS_SUBJECT_DONE), 19);
	T_INT(run.outcome[10], AS_SUBJECT_CRASHED);
	if (!T_OK(strstr(run.detail[10], "CPU time") != NULL))
		printf("# detail: %s\n", run.detail[10]);
	T_OK(no_children());
}

/* crash-1 among 60 good ones; after the first two, `ends` starts fail. */
static void
run_bad_starts(int ends)
{
	struct as_fleet_config config;

	run_reset();
	run.world->domain_ms = 300;
	run.world->first = 2;
	atomic_store(&run.world->early_ends, ends);
	for (unsigned i = 0; i < 61; i++)
		run_add(i == 10 ? "crash-%u.example" : "d%u.example", i);
	config = config_of(2);
	config.window = 20;
	T_INT(run_go(config, NULL), AS_OK);
	T_INT(run.answered, 61);
}

static void
test_bad_starts(void)
{
	t_case("a few starts that fail in mid-run do not end it");
	run_bad_starts(12);
	T_INT(count(AS_SUBJECT_DONE), 60);
	T_INT(run.outcome[10], AS_SUBJECT_CRASHED);

	t_case("no start goes well any more: those that run go on");
	run_bad_starts(100000);
	T_OK(count(AS_SUBJECT_DONE) > 0);
	T_INT(count(AS_SUBJECT_DONE) + count(AS_SUBJECT_CANCELLED), 61);
	T_INT(run.outcome[10], AS_SUBJECT_CANCELLED);
	T_OK(strstr(run.detail[10], "exit status 78") != NULL);
	T_OK(no_children());
}

/* All processes stand still, as after Ctrl-Z. */
static void
test_stopped(void)
{
	struct as_fleet_config config;

	t_case("the run was stopped for a while: nobody is called stuck");
	run_reset();
	run.world->domain_ms = 900;
	run.stop_ms = 2500;
	for (unsigned i = 0; i < 60; i++)
		run_add("d%u.example", i);
	config = config_of(2);
	config.job_ms = 2000;
	T_INT(run_go(config, NULL), AS_OK);
	T_INT(count(AS_SUBJECT_DONE), 60);
	T_INT(atomic_load(&run.world->n_probers), 2);
}

static void
test_only_dns(void)
{
	struct as_fleet_config config;

	t_case("only DNS: no visit, no policy");
	run_reset();
	run_add("d1.example");
	config = config_of(1);
	config.only_dns = true;
	T_INT(run_go(config, NULL), AS_OK);
	T_INT(run.n_hosts[0], 0);
	T_OK(!run.policy[0]);
	T_INT(atomic_load(&run.world->visits[1]), 0);
}

static void
test_parked(void)
{
	t_case("null MX: no visit, and no policy without a record");
	run_reset();
	run_add("parked-1.example");
	T_INT(run_go(config_of(1), NULL), AS_OK);
	T_INT(run.n_hosts[0], 0);
	T_OK(!run.policy[0]);
}

static void
test_nothing(void)
{
	t_case("an empty list");
	run_reset();
	T_INT(run_go(config_of(1), NULL), AS_OK);
	T_INT(run.answered, 0);
}

/* Kill -9 of the parent itself. */
static void
test_orphans(void)
{
	struct timespec wait = {0, 20 * 1000 * 1000};
	pid_t parent;

	t_case("the parent is killed: its probers end too");
	run_reset();
	run.world->domain_ms = 60000;
	for (unsigned i = 0; i < 50; i++)
		run_add("d%u.example", 59000 + i);
	parent = fork();
	if (parent == 0)
		_exit(run_go(config_of(2), NULL) == AS_OK ? 0 : 1);
	for (int i = 0; i < 250; i++) {
		if (atomic_load(&run.world->n_probers) >= 2)
			break;
		(void)nanosleep(&wait, NULL);
	}
	T_INT(atomic_load(&run.world->n_probers), 2);
	T_INT(kill(parent, SIGKILL), 0);
	T_INT(waitpid(parent, NULL, 0), parent);
	T_OK(is_gone(atomic_load(&run.world->pids[0])));
	T_OK(is_gone(atomic_load(&run.world->pids[1])));
}

int
main(void)
{
	test_shared_hosts();
	test_window();
	test_slow_list();
	test_order();
	test_culprit("crash", AS_SUBJECT_CRASHED, "signal 11", 0);
	test_culprit("leave", AS_SUBJECT_CRASHED, "exit status 3", 0);
	test_culprit("hang", AS_SUBJECT_STUCK, "over its time", 700);
	test_culprit("garbage", AS_SUBJECT_CRASHED, "cannot be right", 0);
	test_culprit("stranger", AS_SUBJECT_CRASHED, "cannot be right", 0);
	test_culprit("impostor", AS_SUBJECT_CRASHED, "cannot be right", 0);
	test_culprit("flood", AS_SUBJECT_CRASHED, "broken frame", 0);
	test_culprit("again", AS_SUBJECT_CRASHED, "second greeting", 0);
	test_culprit("odd", AS_SUBJECT_CRASHED, "unknown kind", 0);
	test_host_culprit();
	test_policy_culprit();
	test_sorted();
	test_log();
	test_killed();
	test_never_ready();
	test_failed();
	test_spinning();
	test_bad_starts();
	test_stopped();
	test_only_dns();
	test_parked();
	test_nothing();
	test_orphans();
	return t_done();
}
