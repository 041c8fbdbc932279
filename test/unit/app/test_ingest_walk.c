/* app/ingest_walk: what a command line names, while others change it. */
#include "app/ingest_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

#include "base/banned.h"

static char folder[] = "/tmp/assay-walk-XXXXXX";
static char text[300];

static const char *
at(const char *name)
{
	static char paths[2][200];
	static unsigned n;
	char *path = paths[n++ % 2];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void
make(const char *name)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || close(fd) != 0)
		exit(1);
}

/* The next input, without the folder. */
static struct as_str
next(struct as_walk *w, bool *listed)
{
	struct as_walk_input in;

	*listed = false;
	if (!as_walk_next(w, &in))
		return AS_STR_NULL;
	*listed = in.listed;
	T_INT(in.fault, 0);
	(void)snprintf(text, sizeof(text), "%s", in.path + strlen(folder) + 1);
	return as_str_from(text);
}

int
main(void)
{
	static const char *const folders[] = {"m", "m/cur", "m/new", "m/tmp"};
	static const char *const files[] = {
	    "m/cur/b:2,S", "m/new/a", "m/new/c", "m/tmp/d", "m/index"};
	const char *paths[2];
	struct as_walk_input in;
	struct as_walk *w;
	bool listed;

	if (mkdtemp(folder) == NULL)
		return 1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (mkdir(at(folders[i]), 0700) != 0)
			return 1;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		make(files[i]);

	t_case("a mail that is moved from new to cur is met");
	paths[0] = at("m");
	w = as_walk_new(paths, 1);
	T_STR(next(w, &listed), "m/new/a");
	T_OK(listed);
	T_OK(rename(at("m/new/c"), at("m/cur/c:2,")) == 0);
	T_STR(next(w, &listed), "m/new/c"); /* gone: whoever opens it sees */
	T_OK(listed);
	T_STR(next(w, &listed), "m/cur/b:2,S");
	T_STR(next(w, &listed), "m/cur/c:2,");
	T_OK(as_str_is_null(next(w, &listed)));
	as_walk_free(w);

	t_case("what was named must be there");
	paths[0] = at("m/new/a");
	paths[1] = at("gone");
	w = as_walk_new(paths, 2);
	T_STR(next(w, &listed), "m/new/a");
	T_OK(!listed);
	T_OK(as_walk_next(w, &in));
	T_OK(in.fault == ENOENT && !in.listed);
	T_OK(!as_walk_next(w, &in));
	as_walk_free(w);

	(void)unlink(at("m/cur/c:2,"));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlink(at(files[i]));
	for (size_t i = sizeof(folders) / sizeof(folders[0]); i-- > 0;)
		(void)rmdir(at(folders[i]));
	(void)rmdir(folder);
	return t_done();
}
