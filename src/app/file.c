#include "app/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#include "base/banned.h"

#define PATH_OCTETS 4096
#define FILE_MODE   0644

static enum as_err
read_all(FILE *f, const char *path, struct as_buf *b, struct as_why *why)
{
	char part[65536];
	size_t n;

	while (as_buf_ok(b) && (n = fread(part, 1, sizeof(part), f)) > 0)
		as_buf_add(b, part, n);
	if (ferror(f))
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%s: %s", path,
		    strerror(errno));
	if (!as_buf_ok(b))
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "%s: larger than the %zu octets that are read", path,
		    b->cap);
	return AS_OK;
}

enum as_err
as_file_read(struct as_arena *a, const char *path, size_t cap,
    struct as_str *out, struct as_why *why)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(path, "rbe");
	struct as_buf b;
	enum as_err err;

	if (f == NULL)
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE, "%s: %s", path,
		    strerror(errno));
	as_buf_init(&b, cap);
	err = read_all(f, path, &b, why);
	if (!is_stdin)
		(void)fclose(f);
	if (err == AS_OK) {
		*out = as_str_dup(a, as_buf_str(&b));
		if (as_str_is_null(*out))
			err = as_why_set(why, AS_ENOMEM, AS_WHY_NOWHERE,
			    "%s: out of memory", path);
	}
	as_buf_fini(&b);
	return err;
}

bool
as_file_is_missing(const char *path)
{
	return access(path, F_OK) != 0 && errno == ENOENT;
}

static bool
write_all(int fd, struct as_str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text = as_str_slice(text, (size_t)n, text.n);
	}
	return fsync(fd) == 0;
}

/* The mode of the file that it will replace, or the usual one. */
static bool
mode_set(int fd, const char *path)
{
	struct stat st;
	mode_t mask = umask(0);

	(void)umask(mask);
	return fchmod(fd,
		   stat(path, &st) == 0 ? st.st_mode & 07777
					: FILE_MODE & ~mask) == 0;
}

enum as_err
as_file_replace(const char *path, struct as_str text, struct as_why *why)
{
	char temporary[PATH_OCTETS];
	int fd, n = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	bool ok;

	if (n < 0 || (size_t)n >= sizeof(temporary))
		return as_why_set(why, AS_EOUTPUT, AS_WHY_NOWHERE,
		    "%.120s...: the name is too long", path);
	fd = mkstemp(temporary);
	ok = fd >= 0 && write_all(fd, text) && mode_set(fd, path);
	if (fd >= 0 && close(fd) != 0)
		ok = false;
	ok = ok && rename(temporary, path) == 0;
	if (!ok) {
		int cause = errno;

		if (fd >= 0)
			(void)unlink(temporary);
		return as_why_set(why, AS_EOUTPUT, AS_WHY_NOWHERE, "%s: %s",
		    path, strerror(cause));
	}
	return AS_OK;
}
