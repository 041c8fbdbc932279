#include "app/scan_list.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "std/domain.h"

#include "base/banned.h"

#define LINE_OCTETS ((size_t)64 * 1024)
#define READ_OCTETS ((size_t)64 * 1024)

void
as_scan_list_close(struct as_scan_list *l)
{
	if (l->fd > STDIN_FILENO)
		(void)close(l->fd);
	as_buf_fini(&l->in);
	as_arena_free(l->line_arena);
}

/* The first field of a line. */
static struct as_str
field(struct as_str line)
{
	size_t n = 0;

	while (n < line.n && strchr(",;\t \r\n", line.p[n]) == NULL)
		n++;
	line = as_str_slice(line, 0, n);
	if (line.n >= 2 && line.p[0] == '"' && line.p[line.n - 1] == '"')
		line = as_str_slice(line, 1, line.n - 1);
	return line;
}

static void
refuse(struct as_scan_list *l, struct as_str text, const struct as_why *why)
{
	struct as_buf b;

	l->refused++;
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "assay scan: %s, line %zu: \"", l->path, l->number);
	as_term_add(&b, as_str_slice(text, 0, 80));
	as_buf_puts(&b, "\" is not a domain name: ");
	as_term_add(&b, as_str_from(why->text));
	as_buf_puts(&b, "\n");
	(void)fwrite(b.p, 1, b.n, stderr);
	as_buf_fini(&b);
}

static bool
is_skipped(const struct as_scan_list *l, struct as_str text)
{
	return text.n == 0 || text.p[0] == '#' ||
	    (l->number == 1 && as_str_is_case(text, "domain"));
}

/* --- lines --- */

/* Read what is there.  False: nothing yet. */
static bool
fill(struct as_scan_list *l)
{
	struct pollfd p = {l->fd, POLLIN, 0};
	char chunk[READ_OCTETS];
	ssize_t n;

	if (poll(&p, 1, 0) <= 0)
		return false;
	n = read(l->fd, chunk, sizeof(chunk));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	l->ended = n <= 0;
	l->error = n < 0 ? errno : 0;
	as_buf_drop(&l->in, l->at);
	l->at = 0;
	if (n > 0)
		as_buf_add(&l->in, chunk, (size_t)n);
	if (!as_buf_ok(&l->in)) {
		l->ended = true;
		l->error = ENOMEM;
	}
	return true;
}

/* The line at `at`, as far as it was read; *whole: up to its end. */
static struct as_str
line_look(const struct as_scan_list *l, bool *whole)
{
	struct as_str all = as_buf_str(&l->in);
	size_t end = as_str_find(all, '\n', l->at);

	*whole = end < all.n || (l->ended && l->at < all.n);
	return as_str_slice(all, l->at, end);
}

/* Without its byte order mark (RFC 3629 6). */
static struct as_str
line_text(const struct as_scan_list *l, struct as_str line)
{
	line = as_str_trim(line);
	if (l->number == 1 && as_str_has_prefix(line, "\xef\xbb\xbf"))
		line = as_str_slice(line, 3, line.n);
	return line;
}

/* The beginning of a line that has no end within reason: refuse it once, and
 * forget it as it comes. */
static void
line_forget(struct as_scan_list *l, struct as_str line)
{
	static const struct as_why why = {.text = "the line is too long"};

	if (!l->too_long) {
		l->number++;
		if (!l->counting)
			refuse(l, line, &why);
	}
	l->too_long = true;
	l->at = l->in.n;
}

/* Next line that holds something. */
static enum as_fleet_next
line_next(struct as_scan_list *l, struct as_str *text)
{
	for (;;) {
		bool whole, rest = l->too_long;
		struct as_str line = line_look(l, &whole);
		if (!whole) {
			if (line.n > LINE_OCTETS || rest)
				line_forget(l, line);
			if (l->ended)
				return AS_FLEET_END;
			if (!fill(l))
				return AS_FLEET_LATER;
			continue;
		}
		l->at += line.n + 1;
		l->too_long = false;
		if (rest)
			continue;
		l->number++;
		*text = field(line_text(l, line));
		if (!is_skipped(l, *text))
			return AS_FLEET_NEXT;
	}
}

/* --- the list --- */

static enum as_err
read_failed(const char *path, int error, struct as_why *why)
{
	return as_why_set(
	    why, AS_EIO, AS_WHY_NOWHERE, "%s: %s", path, strerror(error));
}

/* Lines that hold something, for the progress bar; then back to the start.  A
 * pipe can be read only once: no total then. */
static enum as_err
lines_count(struct as_scan_list *l, struct as_why *why)
{
	struct as_scan_list count = *l;
	struct as_str text;

	if (lseek(l->fd, 0, SEEK_SET) != 0)
		return AS_OK;
	count.counting = true;
	while (line_next(&count, &text) == AS_FLEET_NEXT)
		l->total++;
	as_buf_fini(&count.in);
	if (count.error != 0)
		return read_failed(l->path, count.error, why);
	if (lseek(l->fd, 0, SEEK_SET) != 0)
		return read_failed(l->path, errno, why);
	return AS_OK;
}

enum as_err
as_scan_list_open(struct as_scan_list *l, const char *path, struct as_why *why)
{
	bool is_stdin = strcmp(path, "-") == 0;

	*l = (struct as_scan_list){.path = is_stdin ? "standard input" : path};
	as_buf_init(&l->in, LINE_OCTETS + READ_OCTETS);
	l->line_arena = as_arena_new(LINE_OCTETS * 8);
	if (l->line_arena == NULL)
		return as_why_no_memory(why);
	if (!is_stdin)
		l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0)
		return read_failed(path, errno, why);
	return is_stdin ? AS_OK : lines_count(l, why);
}

enum as_fleet_next
as_scan_list_next(struct as_scan_list *l, struct as_str *domain)
{
	enum as_fleet_next next;
	struct as_str text;

	while ((next = line_next(l, &text)) == AS_FLEET_NEXT) {
		struct as_why why = {0};

		as_arena_reset(l->line_arena);
		if (as_domain_parse(l->line_arena, text, domain, &why) == AS_OK)
			return AS_FLEET_NEXT;
		refuse(l, text, &why);
	}
	return next;
}

enum as_err
as_scan_list_end(const struct as_scan_list *l, struct as_why *why)
{
	return l->error == 0 ? AS_OK : read_failed(l->path, l->error, why);
}
