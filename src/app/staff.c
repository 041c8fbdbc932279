#include "app/staff.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/notify.h"

#include "base/banned.h"

#define TICK_MS    200
#define RETRY_MS   100   /* first wait before a child is started again */
#define RETRY_MOST 30000 /* it doubles up to this */
#define SOUND_MS   60000 /* a child that lived so long starts afresh */
#define POSTS_MOST 16

struct staff;

struct seat {
	struct staff *staff;
	const struct as_post *post;
	pid_t pid; /* 0: none */
	int word;  /* read end of its pipe; -1 */
	struct as_watch *watch;
	bool spoke; /* its first word came */
	bool asked; /* to end */
	int64_t started_ms, heard_ms;
	int64_t next_ms; /* not before */
	uint32_t wait_ms;
};

struct staff {
	const struct as_staff_config *config;
	struct as_loop *loop;
	struct as_clock clock;
	struct as_watch *signals;
	struct as_timer *tick;
	sigset_t blocked, before;
	int signal_fd;
	struct seat seats[POSTS_MOST];
	size_t n;
	bool told;         /* that it is ready */
	bool ending, anew; /* anew: to start again when all are gone */
	int64_t end_by_ms;
	int64_t dog_ms; /* when the watchdog was last told */
	uint32_t dog_every_ms;
};

static int64_t
now_ms(const struct staff *s)
{
	return s->clock.mono_ms(s->clock.ctx);
}

/* --- the child --- */

void
as_staff_alive(int word)
{
	/* A parent that reads nothing any more has ended. */
	if (word >= 0 && write(word, "", 1) < 0 && errno == EPIPE)
		_exit(EX_OSERR);
}

int
as_staff_end_fd(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

_Noreturn static void
child_run(
    const struct staff *s, const struct as_post *post, int word, pid_t parent)
{
	/* Its own processes are its to wait for; Ctrl-C is the parent's. */
	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, &s->before, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		_exit(EX_OSERR);
	(void)prctl(PR_SET_NAME, post->name);
	(void)close(s->signal_fd);
	for (size_t i = 0; i < s->n; i++)
		if (s->seats[i].word >= 0)
			(void)close(s->seats[i].word);
	_exit(post->run(post->ctx, word));
}

/* --- words --- */

static bool
all_spoke(const struct staff *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!s->seats[i].spoke && s->seats[i].post->silent_ms > 0)
			return false;
	return true;
}

static void
on_word(void *ctx, int fd, int ready)
{
	struct seat *seat = ctx;
	struct staff *s = seat->staff;
	char words[64];
	ssize_t n = read(fd, words, sizeof(words));

	(void)ready;
	if (n <= 0) {
		/* Its end is seen by waiting for it. */
		as_watch_want(seat->watch, 0);
		return;
	}
	seat->heard_ms = now_ms(s);
	seat->spoke = true;
	if (!s->told && all_spoke(s)) {
		s->told = true;
		as_notify("READY=1\nSTATUS=watching");
	}
}

/* --- starting --- */

static void
seat_start_later(struct seat *seat)
{
	uint32_t wait = seat->wait_ms;

	seat->next_ms = now_ms(seat->staff) + wait;
	seat->wait_ms = wait * 2 > RETRY_MOST ? RETRY_MOST : wait * 2;
}

static void
seat_close(struct seat *seat)
{
	as_watch_free(seat->watch);
	seat->watch = NULL;
	if (seat->word >= 0)
		(void)close(seat->word);
	seat->word = -1;
	seat->pid = 0;
}

static enum as_err
seat_start(struct seat *seat, struct as_why *why)
{
	struct staff *s = seat->staff;
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0)
		return as_why_set(
		    why, AS_ESYS, AS_WHY_NOWHERE, "pipe: %s", strerror(errno));
	seat->pid = fork();
	if (seat->pid == 0)
		child_run(s, seat->post, fds[1], parent);
	(void)close(fds[1]);
	seat->word = fds[0];
	if (seat->pid > 0)
		seat->watch = as_watch_new(
		    s->loop, seat->word, AS_LOOP_READ, on_word, seat);
	if (seat->watch == NULL) {
		pid_t pid = seat->pid;

		if (pid > 0) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, NULL, 0);
		}
		seat_close(seat);
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
		    "no process for \"%s\" could be started", seat->post->name);
	}
	seat->spoke = seat->asked = false;
	seat->started_ms = seat->heard_ms = now_ms(s);
	return AS_OK;
}

/* --- ending --- */

static void
seat_ended(struct seat *seat, int status)
{
	struct staff *s = seat->staff;

	if (WIFSIGNALED(status))
		as_log(s->config->log, AS_LOG_WARN,
		    "%s ended by signal %d (%s)", seat->post->name,
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (!seat->asked)
		as_log(s->config->log, AS_LOG_WARN, "%s ended with status %d",
		    seat->post->name, WEXITSTATUS(status));
	/* One that was ready was ended by something else than its start. */
	if (seat->spoke || now_ms(s) - seat->started_ms >= SOUND_MS)
		seat->wait_ms = RETRY_MS;
	seat_close(seat);
	seat_start_later(seat);
}

static void
children_reap(struct staff *s)
{
	for (size_t i = 0; i < s->n; i++) {
		int status;

		if (s->seats[i].pid > 0 &&
		    waitpid(s->seats[i].pid, &status, WNOHANG) ==
			s->seats[i].pid)
			seat_ended(&s->seats[i], status);
	}
}

/* The last that runs is asked, and only when it is gone the one before it. */
static void
end_next(struct staff *s)
{
	bool late = now_ms(s) >= s->end_by_ms;

	for (size_t i = s->n; i-- > 0;) {
		struct seat *seat = &s->seats[i];

		if (seat->pid == 0)
			continue;
		if (late)
			(void)kill(seat->pid, SIGKILL);
		else if (!seat->asked)
			(void)kill(seat->pid, SIGTERM);
		seat->asked = true;
		if (!late)
			return;
	}
}

static bool
all_gone(const struct staff *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->seats[i].pid > 0)
			return false;
	return true;
}

static void
end_begin(struct staff *s, bool anew)
{
	if (s->ending) {
		s->anew = s->anew && anew;
		return;
	}
	s->ending = true;
	s->anew = anew;
	s->end_by_ms = now_ms(s) + AS_STAFF_DRAIN_MS;
	as_notify(anew ? "RELOADING=1" : "STOPPING=1");
}

/* --- the loop --- */

static void
silent_end(struct seat *seat)
{
	struct staff *s = seat->staff;
	uint32_t limit = seat->post->silent_ms;

	if (limit == 0 || seat->asked || now_ms(s) - seat->heard_ms < limit)
		return;
	as_log(s->config->log, AS_LOG_WARN,
	    "%s has been silent for %u s and is ended", seat->post->name,
	    limit / 1000);
	(void)kill(seat->pid, SIGKILL);
	seat->asked = true;
}

static void
seats_keep(struct staff *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct seat *seat = &s->seats[i];
		struct as_why why = {.text = ""};

		if (seat->pid > 0) {
			silent_end(seat);
		} else if (now_ms(s) >= seat->next_ms &&
		    seat_start(seat, &why) != AS_OK) {
			as_log(s->config->log, AS_LOG_ERROR, "%s", why.text);
			seat_start_later(seat);
		}
	}
}

/* The service manager hears of us as long as all that must speak do. */
static void
dog_feed(struct staff *s)
{
	if (s->dog_every_ms == 0 ||
	    now_ms(s) - s->dog_ms < (int64_t)s->dog_every_ms)
		return;
	s->dog_ms = now_ms(s);
	as_notify("WATCHDOG=1");
}

static void
started_anew(struct staff *s)
{
	s->ending = s->anew = false;
	s->told = false; /* READY=1 once more ends the reload */
	for (size_t i = 0; i < s->n; i++) {
		s->seats[i].wait_ms = RETRY_MS;
		s->seats[i].next_ms = 0;
	}
}

static void
on_tick(void *ctx)
{
	struct staff *s = ctx;

	children_reap(s);
	dog_feed(s);
	if (s->ending && all_gone(s) && !s->anew) {
		as_loop_stop(s->loop);
		return;
	}
	if (s->ending && all_gone(s))
		started_anew(s);
	if (s->ending)
		end_next(s);
	else
		seats_keep(s);
	as_timer_set(s->tick, TICK_MS);
}

static void
signal_take(struct staff *s, uint32_t number)
{
	const struct as_staff_config *c = s->config;

	if (number == SIGCHLD)
		return;
	if (number != SIGHUP)
		end_begin(s, false);
	else if (c->reload == NULL || c->reload(c->ctx))
		end_begin(s, true);
}

static void
on_signal(void *ctx, int fd, int ready)
{
	struct staff *s = ctx;
	struct signalfd_siginfo info;

	(void)ready;
	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		signal_take(s, info.ssi_signo);
	as_timer_set(s->tick, 0);
}

static enum as_err
staff_open(struct staff *s, struct as_why *why)
{
	static const int taken[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};

	(void)sigemptyset(&s->blocked);
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		(void)sigaddset(&s->blocked, taken[i]);
	if (sigprocmask(SIG_BLOCK, &s->blocked, &s->before) != 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE, "signals: %s",
		    strerror(errno));
	s->signal_fd = signalfd(-1, &s->blocked, SFD_CLOEXEC | SFD_NONBLOCK);
	s->loop = as_loop_new();
	if (s->signal_fd < 0 || s->loop == NULL)
		return as_why_set(
		    why, AS_ESYS, AS_WHY_NOWHERE, "the signals cannot be had");
	s->tick = as_timer_new(s->loop, on_tick, s);
	s->signals =
	    as_watch_new(s->loop, s->signal_fd, AS_LOOP_READ, on_signal, s);
	if (s->tick == NULL || s->signals == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < s->n; i++)
		AS_TRY(seat_start(&s->seats[i], why));
	return AS_OK;
}

static void
staff_close(struct staff *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->seats[i].pid > 0) {
			(void)kill(s->seats[i].pid, SIGKILL);
			(void)waitpid(s->seats[i].pid, NULL, 0);
		}
		seat_close(&s->seats[i]);
	}
	as_watch_free(s->signals);
	as_timer_free(s->tick);
	as_loop_free(s->loop);
	if (s->signal_fd >= 0)
		(void)close(s->signal_fd);
	(void)sigprocmask(SIG_SETMASK, &s->before, NULL);
}

enum as_err
as_staff_run(const struct as_staff_config *config, struct as_why *why)
{
	struct staff s = {.config = config,
	    .clock = as_clock_system(),
	    .signal_fd = -1,
	    .dog_every_ms = as_notify_watchdog_ms()};
	enum as_err err;

	s.n = config->n_posts < POSTS_MOST ? config->n_posts : POSTS_MOST;
	for (size_t i = 0; i < s.n; i++)
		s.seats[i] = (struct seat){.staff = &s,
		    .post = &config->posts[i],
		    .word = -1,
		    .wait_ms = RETRY_MS};
	err = staff_open(&s, why);
	if (err == AS_OK) {
		as_timer_set(s.tick, 0);
		as_loop_run(s.loop);
	}
	staff_close(&s);
	return err;
}
