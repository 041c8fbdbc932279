#include "app/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

#include "base/banned.h"

#define MAX_WORDS 64

/* All room at once: nothing is copied about when it grows. */
static bool
secret_init(struct as_buf *b)
{
	static const char zeros[AS_MAX_IMAP_SECRET];

	as_buf_init(b, AS_MAX_IMAP_SECRET);
	as_buf_add(b, zeros, sizeof(zeros));
	b->n = 0;
	return as_buf_ok(b);
}

void
as_secret_forget(struct as_buf *secret)
{
	if (secret->p != NULL)
		explicit_bzero(secret->p, secret->room);
	as_buf_fini(secret);
}

/* Its first line. */
static enum as_err
line_cut(struct as_buf *b, const char *from, struct as_why *why)
{
	struct as_str line = as_buf_str(b);

	if (!as_buf_ok(b))
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "%.120s: over %d octets", from, AS_MAX_IMAP_SECRET);
	b->n = as_str_find(line, '\n', 0);
	if (b->n > 0 && b->p[b->n - 1] == '\r')
		b->n--;
	if (b->n > 0 && memchr(b->p, 0, b->n) == NULL)
		return AS_OK;
	return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
	    "%.120s: there is no secret in its first line", from);
}

/* AS_EABSENT: nothing came before the deadline. */
static enum as_err
read_all(int fd, int64_t deadline_ms, struct as_buf *b)
{
	struct as_clock clock = as_clock_system();
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char chunk[1024];
	ssize_t n = 1;

	while (n != 0 && as_buf_ok(b)) {
		int64_t left = deadline_ms - clock.mono_ms(clock.ctx);

		if (deadline_ms != 0 &&
		    (left <= 0 || poll(&p, 1, (int)left) == 0))
			return AS_EABSENT;
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno != EINTR)
			return AS_EIO;
		if (n > 0)
			as_buf_add(b, chunk, (size_t)n);
	}
	explicit_bzero(chunk, sizeof(chunk));
	return AS_OK;
}

enum as_err
as_secret_file(const char *path, struct as_buf *out, struct as_why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum as_err err = AS_EIO;

	if (!secret_init(out))
		err = AS_ENOMEM;
	else if (fd >= 0)
		err = read_all(fd, 0, out);
	if (err == AS_ENOMEM)
		(void)as_why_no_memory(why);
	else if (err != AS_OK)
		(void)as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%.120s: %s",
		    path, strerror(errno));
	else
		err = line_cut(out, path, why);
	if (fd >= 0)
		(void)close(fd);
	if (err != AS_OK)
		as_secret_forget(out);
	return err;
}

/* --- a command --- */

struct words {
	char *text; /* cut into them */
	char *v[MAX_WORDS + 1];
};

static enum as_err
words_split(const char *command, struct words *w, struct as_why *why)
{
	char *at, *rest;
	size_t n = 0;

	w->text = strdup(command);
	if (w->text == NULL)
		return as_why_no_memory(why);
	rest = w->text;
	while ((at = strsep(&rest, " \t")) != NULL) {
		if (at[0] == 0)
			continue;
		if (n == MAX_WORDS)
			return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			    "the token command has over %d words", MAX_WORDS);
		w->v[n++] = at;
	}
	w->v[n] = NULL;
	return n > 0 ? AS_OK
		     : as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			   "the token command is empty");
}

_Noreturn static void
child_run(char *const *words, int fd)
{
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(fd, STDOUT_FILENO) < 0)
		_exit(126);
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGXFSZ, SIG_DFL);
	(void)execvp(words[0], words);
	_exit(127);
}

static enum as_err
status_judge(int status, const char *name, struct as_why *why)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return AS_OK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
		    "the token command %.100s cannot be run", name);
	return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
	    WIFEXITED(status) ? "the token command %.100s failed: status %d"
			      : "the token command %.100s ended by signal %d",
	    name, WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static enum as_err
command_run(char *const *words, struct as_buf *out, struct as_why *why)
{
	struct as_clock clock = as_clock_system();
	int ends[2], status = 0;
	enum as_err err;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
		    "the token command: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		child_run(words, ends[1]);
	(void)close(ends[1]);
	err = pid > 0
	    ? read_all(ends[0], clock.mono_ms(clock.ctx) + AS_SECRET_MS, out)
	    : AS_ESYS;
	(void)close(ends[0]);
	if (pid < 0)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
		    "the token command: %s", strerror(errno));
	if (err != AS_OK)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (err == AS_EABSENT)
		return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
		    "the token command %.100s took over %d s", words[0],
		    AS_SECRET_MS / 1000);
	return status_judge(status, words[0], why);
}

enum as_err
as_secret_command(const char *command, struct as_buf *out, struct as_why *why)
{
	struct words w = {.text = NULL};
	enum as_err err;

	if (!secret_init(out))
		err = as_why_no_memory(why);
	else
		err = words_split(command, &w, why);
	if (err == AS_OK)
		err = command_run(w.v, out, why);
	if (err == AS_OK)
		err = line_cut(out, w.v[0], why);
	free(w.text);
	if (err != AS_OK)
		as_secret_forget(out);
	return err;
}
