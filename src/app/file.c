#include "app/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

#include "base/banned.h"

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
