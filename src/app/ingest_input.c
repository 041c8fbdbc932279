#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/ingest_private.h"

#include "base/banned.h"

#define READ_OCTETS  ((size_t)64 * 1024)
#define SHORT_OCTETS READ_OCTETS
#define RAW_CAP      ((size_t)16 * 1024 * 1024)

void
as_input_push(struct input_queue *q, struct input *x)
{
	x->next = NULL;
	if (q->last != NULL)
		q->last->next = x;
	else
		q->first = x;
	q->last = x;
	q->n++;
	q->octets += x->kept.n;
}

struct input *
as_input_pop(struct input_queue *q)
{
	struct input *x = q->first;

	if (x == NULL)
		return NULL;
	q->first = x->next;
	if (q->first == NULL)
		q->last = NULL;
	q->n--;
	q->octets = q->n > 0 ? q->octets - x->kept.n : 0;
	return x;
}

static void
input_close(struct input *x)
{
	if (x->fd > STDIN_FILENO)
		(void)close(x->fd);
	x->fd = -1;
}

/* What cannot be read again, such as standard input, is kept as it passes. */
bool
as_input_is_kept(const struct input *x)
{
	struct stat st;

	return fstat(x->fd, &st) == 0 && !S_ISREG(st.st_mode);
}

/* All of a short file; false: it is none after all, or cannot be read. */
static bool
short_read(struct input *x, size_t size)
{
	char chunk[SHORT_OCTETS + 1];
	ssize_t n = 1;

	while (n != 0 && x->kept.n <= SHORT_OCTETS) {
		n = read(x->fd, chunk, sizeof(chunk) - x->kept.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		as_buf_add(&x->kept, chunk, (size_t)n);
		if (x->kept.n == size)
			break;
	}
	return as_buf_ok(&x->kept) && x->kept.n <= SHORT_OCTETS;
}

/* Is it short?  Then it is read, so that it can be given ahead and again. */
static void
input_read(struct input *x)
{
	struct stat st;

	x->alone = true;
	if (fstat(x->fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0)
		return;
	x->length = (uint64_t)st.st_size;
	if (x->length > SHORT_OCTETS || x->fd == STDIN_FILENO)
		return;
	if (short_read(x, (size_t)st.st_size)) {
		x->alone = false;
		x->whole = true;
		input_close(x);
		return;
	}
	as_buf_reset(&x->kept);
	(void)lseek(x->fd, 0, SEEK_SET);
}

struct input *
as_input_open(const struct as_walk_input *walk)
{
	struct input *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->fd = -1;
	x->name = strdup(walk->path);
	if (x->name == NULL) {
		free(x);
		return NULL;
	}
	as_buf_init(&x->kept, RAW_CAP);
	as_ingest_input_init(&x->in, x->name);
	x->in.held = walk->held;
	x->mail = walk->mail;
	x->fault = walk->fault;
	if (x->fault == 0) {
		x->fd = walk->fd > 0 ? walk->fd
		    : strcmp(x->name, "-") == 0
		    ? STDIN_FILENO
		    : open(x->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		x->fault = x->fd < 0 ? errno : 0;
	}
	x->unread = x->fault != 0;
	if (!x->unread)
		input_read(x);
	return x;
}

void
as_input_free(struct input *x)
{
	if (x == NULL)
		return;
	input_close(x);
	free(x->name);
	as_buf_fini(&x->kept);
	as_ingest_input_fini(&x->in);
	free(x);
}

/* Whoever writes into a pipe writes all of it. */
static bool
rest_read(struct input *x)
{
	char chunk[READ_OCTETS];
	ssize_t n = 1;

	while (!x->sent && n != 0) {
		n = read(x->fd, chunk, sizeof(chunk));
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			as_buf_add(&x->kept, chunk, (size_t)n);
	}
	return as_buf_ok(&x->kept);
}

/* False: there are too many, or they are not there. */
static bool
raw_read(struct input *x)
{
	char chunk[READ_OCTETS];
	off_t at = 0;
	ssize_t n = 0;

	if (x->whole)
		return true;
	if (as_input_is_kept(x))
		return rest_read(x);
	as_buf_reset(&x->kept);
	while (as_buf_ok(&x->kept) &&
	    (n = pread(x->fd, chunk, sizeof(chunk), at)) > 0) {
		as_buf_add(&x->kept, chunk, (size_t)n);
		at += n;
	}
	return n == 0 && as_buf_ok(&x->kept);
}

struct as_str
as_input_raw(struct input *x)
{
	return raw_read(x) ? as_buf_str(&x->kept) : AS_STR_NULL;
}
