#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/engine.h"

#include "base/banned.h"

bool
as_store_is_server(const char *where)
{
	struct as_str s = as_str_from(where);

	return as_str_has_prefix(s, "postgresql://") ||
	    as_str_has_prefix(s, "postgres://");
}

/* Without s[from..to). */
static const char *
without(struct as_arena *a, const char *s, size_t from, size_t to)
{
	return as_str_printf(a, "%.*s%s", (int)from, s, s + to).p;
}

const char *
as_store_shown(struct as_arena *a, const char *where)
{
	static const char word[] = "password=";
	const char *slashes = strstr(where, "//"), *at = strrchr(where, '@');
	const char *p = slashes != NULL ? strchr(slashes + 2, ':') : NULL;

	if (!as_store_is_server(where))
		return as_arena_copy(a, where, strlen(where));
	if (p != NULL && at != NULL && p < at)
		return without(
		    a, where, (size_t)(p - where), (size_t)(at - where));
	p = strstr(where, word);
	if (p == NULL)
		return as_arena_copy(a, where, strlen(where));
	at = p + sizeof(word) - 1;
	return without(a, where, (size_t)(at - where),
	    (size_t)(at - where) + strcspn(at, "&"));
}

enum as_err
as_store_connect(
    const char *path, bool read_only, struct as_store **out, struct as_why *why)
{
	const struct as_engine *engine =
	    as_store_is_server(path) ? &as_engine_postgres : &as_engine_sqlite;

	*out = NULL;
	return engine->open(path, read_only, out, why);
}

enum as_err
as_store_open(
    const char *path, bool read_only, struct as_store **out, struct as_why *why)
{
	struct as_store *s;
	enum as_err err = as_store_connect(path, read_only, &s, why);

	*out = NULL;
	if (err == AS_OK)
		err = as_schema_migrate(s, why);
	if (err != AS_OK) {
		as_store_close(s);
		return err;
	}
	*out = s;
	return AS_OK;
}

enum as_err
as_store_migrate(const char *path, int *from, int *to, struct as_why *why)
{
	struct as_store *s;
	enum as_err err = as_store_connect(path, false, &s, why);

	*from = *to = 0;
	if (err == AS_OK)
		err = s->engine->version_get(s, from, why);
	if (err == AS_OK)
		err = as_schema_migrate(s, why);
	if (err == AS_OK)
		err = s->engine->version_get(s, to, why);
	as_store_close(s);
	return err;
}

void
as_store_close(struct as_store *s)
{
	if (s == NULL)
		return;
	as_store_rollback(s);
	s->engine->close(s);
}

enum as_err
as_store_commit(struct as_store *s, struct as_why *why)
{
	if (!s->in_transaction)
		return AS_OK;
	AS_TRY(s->engine->exec(s, "COMMIT", why));
	s->in_transaction = false;
	return AS_OK;
}

void
as_store_rollback(struct as_store *s)
{
	s->engine->rollback(s);
}

enum as_err
as_store_verify(struct as_store *s, struct as_why *why)
{
	return s->engine->verify(s, why);
}

/* --- backup --- */

static enum as_err
refused(const char *path, struct as_why *why)
{
	return as_why_set(why, AS_EOUTPUT, AS_WHY_NOWHERE, "%.120s: %s", path,
	    strerror(errno));
}

/* A new file for its owner alone. */
static enum as_err
file_make(const char *path, struct as_why *why)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	return fd >= 0 && close(fd) == 0 ? AS_OK : refused(path, why);
}

/* Give it its name, which nobody else must have, and make that durable. */
static enum as_err
file_name(const char *part, const char *path, struct as_why *why)
{
	int fd = open(part, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0 && link(part, path) == 0 &&
	    fsync(fd) == 0;
	enum as_err err = ok ? AS_OK : refused(path, why);

	if (fd >= 0)
		(void)close(fd);
	return err;
}

static enum as_err
backup(const char *from, const char *path, struct as_why *why)
{
	struct as_store *s;
	int version;
	enum as_err err = as_store_connect(from, true, &s, why);

	if (err == AS_OK)
		err = s->engine->version_get(s, &version, why);
	if (err == AS_OK)
		err = s->engine->backup(s, path, why);
	as_store_close(s);
	return err;
}

enum as_err
as_store_backup(const char *from, const char *path, struct as_why *why)
{
	char part[4096];
	enum as_err err;

	if (access(path, F_OK) == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "%.150s is there already", path);
	if (snprintf(part, sizeof(part), "%s.part.%ld", path, (long)getpid()) >=
	    (int)sizeof(part))
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "the name of the file is too long");
	AS_TRY(file_make(part, why));
	err = backup(from, part, why);
	if (err == AS_OK)
		err = file_name(part, path, why);
	(void)unlink(part);
	return err;
}
