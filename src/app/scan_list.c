#include "app/scan_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "std/domain.h"

#include "base/banned.h"

#define LINE_OCTETS ((size_t)64 * 1024)

void
as_scan_list_close(struct as_scan_list *l)
{
	if (l->f != NULL && l->f != stdin)
		(void)fclose(l->f);
	free(l->line);
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

/* One line without its byte order mark (RFC 3629 6). */
static struct as_str
line_text(const struct as_scan_list *l, ssize_t n)
{
	struct as_str line = as_str_trim((struct as_str){l->line, (size_t)n});

	if (l->number == 1 && as_str_has_prefix(line, "\xef\xbb\xbf"))
		line = as_str_slice(line, 3, line.n);
	return line;
}

/* Lines that hold something, for the progress bar; then back to the start. */
static enum as_err
lines_count(struct as_scan_list *l)
{
	ssize_t n;

	while ((n = getline(&l->line, &l->room, l->f)) >= 0) {
		l->number++;
		l->total += !is_skipped(l, field(line_text(l, n)));
	}
	l->number = 0;
	return fseek(l->f, 0, SEEK_SET) == 0 ? AS_OK : AS_EIO;
}

enum as_err
as_scan_list_open(struct as_scan_list *l, const char *path, struct as_why *why)
{
	bool is_stdin = strcmp(path, "-") == 0;

	*l = (struct as_scan_list){.path = is_stdin ? "standard input" : path};
	l->line_arena = as_arena_new(LINE_OCTETS * 8);
	if (l->line_arena == NULL)
		return as_why_set(
		    why, AS_ENOMEM, AS_WHY_NOWHERE, "out of memory");
	l->f = is_stdin ? stdin : fopen(path, "re");
	if (l->f == NULL)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%s: %s", path,
		    strerror(errno));
	/* a pipe can be read once only: no total then */
	if (!is_stdin && fseek(l->f, 0, SEEK_SET) == 0 &&
	    lines_count(l) != AS_OK)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%s: %s", path,
		    strerror(errno));
	return AS_OK;
}

bool
as_scan_list_next(struct as_scan_list *l, struct as_str *domain)
{
	ssize_t n;

	while ((n = getline(&l->line, &l->room, l->f)) >= 0) {
		struct as_why why = {0};
		struct as_str text;
		l->number++;
		text = field(line_text(l, n));
		if (is_skipped(l, text))
			continue;
		as_arena_reset(l->line_arena);
		if (as_domain_parse(l->line_arena, text, domain, &why) == AS_OK)
			return true;
		refuse(l, text, &why);
	}
	return false;
}
