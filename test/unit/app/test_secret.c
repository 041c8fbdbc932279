/* app/secret: passwords of files, tokens of commands. */
#include "app/secret.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "harness.h"

#include "base/banned.h"

static char folder[] = "/tmp/assay-secret-XXXXXX";
static char path[80];

static void
file_make(const char *octets, size_t n, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0 || write(fd, octets, n) != (ssize_t)n || close(fd) != 0)
		exit(1);
}

static const struct {
	const char *name, *octets;
	enum as_err want;
	const char *secret;
} files[] = {
    {"a line", "hunter2\n", AS_OK, "hunter2"},
    {"no line end", "hunter2", AS_OK, "hunter2"},
    {"CRLF", "hunter2\r\n", AS_OK, "hunter2"},
    {"blanks count", " a b \n", AS_OK, " a b "},
    {"further lines", "hunter2\nnote\n", AS_OK, "hunter2"},
    {"UTF-8", "gr\xc3\xbc\xc3\x9f\n", AS_OK, "gr\xc3\xbc\xc3\x9f"},
    {"empty", "", AS_ESYNTAX, NULL},
    {"an empty line first", "\nhunter2\n", AS_ESYNTAX, NULL},
};

static const struct {
	const char *command;
	enum as_err want;
	const char *says; /* the secret; or of the error */
} commands[] = {
    {"echo token", AS_OK, "token"},
    {"  echo   ya29.a0  b ", AS_OK, "ya29.a0 b"},
    {"echo $HOME;id", AS_OK, "$HOME;id"},
    {"/bin/cat /dev/null", AS_ESYNTAX, "no secret"},
    {"false", AS_ESYS, "status 1"},
    {"/nonexistent/program x", AS_ESYS, "cannot be run"},
    {"", AS_EINVAL, "empty"}, {" ", AS_EINVAL, "empty"},
    {"head -c 20000 /dev/zero", AS_ELIMIT, "16384"},
    {"cat", AS_ESYNTAX, "no secret"}, /* standard input is empty */
};

static void
check_files(void)
{
	char *big = calloc(1, AS_MAX_IMAP_SECRET + 1);
	struct as_buf b;
	struct as_why why;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		t_case("file: %s", files[i].name);
		file_make(files[i].octets, strlen(files[i].octets), 0600);
		T_INT(as_secret_file(path, &b, &why), files[i].want);
		if (files[i].secret != NULL)
			T_STR(as_buf_str(&b), files[i].secret);
		else
			T_OK(strstr(why.text, path) != NULL);
		as_secret_forget(&b);
		T_OK(b.p == NULL);
	}
	t_case("file: NUL");
	file_make("a\0b\n", 4, 0600);
	T_INT(as_secret_file(path, &b, &why), AS_ESYNTAX);
	t_case("file: too long");
	memset(big, 'x', AS_MAX_IMAP_SECRET + 1);
	file_make(big, AS_MAX_IMAP_SECRET + 1, 0600);
	T_INT(as_secret_file(path, &b, &why), AS_ELIMIT);
	free(big);
	t_case("file: none");
	(void)unlink(path);
	T_INT(as_secret_file(path, &b, &why), AS_EIO);
	T_OK(strstr(why.text, "No such file") != NULL);
	t_case("file: a folder");
	T_INT(as_secret_file(folder, &b, &why), AS_EIO);
}

static void
check_commands(void)
{
	struct as_buf b;
	struct as_why why;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		t_case("command: %s", commands[i].command);
		T_INT(as_secret_command(commands[i].command, &b, &why),
		    commands[i].want);
		if (commands[i].want == AS_OK)
			T_STR(as_buf_str(&b), commands[i].says);
		else
			T_OK(strstr(why.text, commands[i].says) != NULL);
		as_secret_forget(&b);
	}
}

int
main(void)
{
	if (mkdtemp(folder) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/pw", folder);
	check_files();
	check_commands();
	(void)rmdir(folder);
	return t_done();
}
