#include "app/stored.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"

#include "base/banned.h"

#define READ_OCTETS ((size_t)128 * 1024)

struct stored {
	struct as_buf in;         /* what was read and is not used up */
	struct as_json_scan scan; /* of in[..scanned) */
	size_t scanned;
	size_t number;          /* of the document */
	struct as_arena *arena; /* of it alone */
	as_stored_take *take;
	void *ctx;
	enum as_err err; /* of take; why says it */
	struct as_why why;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* An error is one of the text, those of taking are s->err. */
static enum as_err
document_take(struct stored *s, struct as_str text, struct as_why *why)
{
	struct as_facts *facts;

	s->number++;
	as_arena_reset(s->arena);
	AS_TRY(as_facts_read(s->arena, text, &facts, why));
	s->err = s->take(s->ctx, facts, &s->why);
	return AS_OK;
}

/* Every document that is whole; when there is no more to come, also what is
 * not, for the reader to say what is wrong with it. */
static enum as_err
documents_take(struct stored *s, bool last, struct as_why *why)
{
	struct as_str in = as_buf_str(&s->in);
	size_t from = 0;

	while (s->err == AS_OK) {
		while (from < in.n && is_space(in.p[from]))
			from++;
		if (s->scanned < from)
			s->scanned = from;
		s->scanned = as_json_scan(&s->scan, in, s->scanned);
		if (from == in.n || (!s->scan.ended && !last))
			break;
		AS_TRY(
		    document_take(s, as_str_slice(in, from, s->scanned), why));
		from = s->scanned;
		s->scan = (struct as_json_scan){0};
	}
	as_buf_drop(&s->in, from);
	s->scanned -= from;
	return AS_OK;
}

/* Documents are taken as they come, so that they may be streamed. */
static enum as_err
all_take(struct stored *s, int fd, struct as_why *why)
{
	char part[READ_OCTETS];
	ssize_t n = 1;

	while (s->err == AS_OK && n != 0) {
		n = read(fd, part, sizeof(part));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return as_why_set(
			    why, AS_EIO, AS_WHY_NOWHERE, "%s", strerror(errno));
		as_buf_add(&s->in, part, (size_t)n);
		if (!as_buf_ok(&s->in))
			return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			    "it is over %zu octets", s->in.cap);
		AS_TRY(documents_take(s, n == 0, why));
	}
	return AS_OK;
}

static enum as_err
file_take(struct stored *s, const char *path, struct as_why *why)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct as_why inner = {0};
	enum as_err err;

	if (fd < 0)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%s: %s", path,
		    strerror(errno));
	err = all_take(s, fd, &inner);
	if (!is_stdin)
		(void)close(fd);
	if (err == AS_EIO)
		return as_why_set(why, err, AS_WHY_NOWHERE, "%.80s: %.120s",
		    path, inner.text);
	if (err != AS_OK)
		return as_why_set(why, err, AS_WHY_NOWHERE,
		    "%.80s, document %zu: %.120s", path, s->number, inner.text);
	if (s->err != AS_OK)
		*why = s->why;
	else if (s->number == 0)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "%s: no facts in it", path);
	return s->err;
}

enum as_err
as_stored_each(
    const char *path, as_stored_take *take, void *ctx, struct as_why *why)
{
	struct stored s = {.take = take,
	    .ctx = ctx,
	    .arena = as_arena_new(AS_MAX_FACTS_OCTETS)};
	enum as_err err;

	if (s.arena == NULL)
		return as_why_no_memory(why);
	as_buf_init(&s.in, AS_MAX_FACTS_OCTETS);
	err = file_take(&s, path, why);
	as_buf_fini(&s.in);
	as_arena_free(s.arena);
	return err;
}
