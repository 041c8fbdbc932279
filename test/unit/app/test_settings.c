#include <unistd.h>

#include "app/settings.h"
#include "harness.h"

#define ARENA ((size_t)1 << 20)

struct result {
	struct as_arena *a; /* holds the arguments too */
	struct as_settings s;
	struct as_why why;
	enum as_err err;
};

/* Write a configuration file and read settings with it. */
static struct result
read_all(const char *config, int argc, const char **args, unsigned command)
{
	struct result r = {.a = as_arena_new(ARENA)};
	char path[] = "/tmp/assay-test-XXXXXX";
	int fd = mkstemp(path);
	char *argv[8];

	for (int i = 0; i < argc; i++)
		argv[i] = as_arena_copy(r.a, args[i], strlen(args[i]));
	if (fd < 0 ||
	    write(fd, config, strlen(config)) != (ssize_t)strlen(config))
		exit(1);
	(void)close(fd);
	(void)setenv("ASSAY_CONFIG", path, 1);
	r.err = as_settings_read(r.a, command, argc, argv, &r.s, &r.why);
	(void)unlink(path);
	return r;
}

// clang-format off
#define ARGS(...) \
	(int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), \
	    (const char *[]){__VA_ARGS__}
// clang-format on

static void
good(void)
{
	struct result r;

	t_case("options and names in any order");
	r = read_all("", ARGS("a.test", "--json", "b.test", "--smtp-port=2525"),
	    AS_FOR_CHECK);
	T_INT(r.err, AS_OK);
	T_INT(r.s.n_args, 2);
	T_OK(r.s.json);
	T_INT(r.s.smtp_port, 2525);
	as_arena_free(r.a);

	t_case("after -- everything is a name");
	r = read_all("", ARGS("--", "--json"), AS_FOR_CHECK);
	T_INT(r.s.n_args, 1);
	T_OK(!r.s.json);
	as_arena_free(r.a);

	t_case("a lone - is a name");
	r = read_all("", ARGS("-"), AS_FOR_SCAN);
	T_INT(r.err, AS_OK);
	T_INT(r.s.n_args, 1);
	as_arena_free(r.a);

	t_case("the file gives values and lists");
	r = read_all("# comment\nca = /x.pem\nallow-address = 10.0.0.0/8, "
		     "127.0.0.0/8\nzone-only = yes\n",
	    ARGS("a.test"), AS_FOR_CHECK);
	T_INT(r.err, AS_OK);
	T_STR(as_str_from(r.s.ca), "/x.pem");
	T_INT(r.s.allow_address.n, 2);
	T_STR(as_str_from(r.s.allow_address.v[1]), "127.0.0.0/8");
	T_OK(r.s.zone_only);
	as_arena_free(r.a);

	t_case("a list of the command line replaces the file's");
	r = read_all("resolver = 192.0.2.1, 192.0.2.2\n",
	    ARGS("--resolver", "::1", "--resolver", "::2"), AS_FOR_CHECK);
	T_INT(r.s.resolver.n, 2);
	T_STR(as_str_from(r.s.resolver.v[0]), "::1");
	as_arena_free(r.a);

	t_case("--help counts before anything else");
	r = read_all("nonsense", ARGS("--wrong", "--help"), AS_FOR_CHECK);
	T_INT(r.err, AS_OK);
	T_OK(r.s.help);
	as_arena_free(r.a);
}

struct bad {
	const char *name, *config, *arg, *next, *says;
	unsigned command;
};

static void
bad(void)
{
	static const struct bad rows[] = {
	    {"unknown option", "", "--wrong", "x", "no option --wrong",
		AS_FOR_CHECK},
	    {"option of another command", "", "--resume", "x",
		"no option --resume", AS_FOR_CHECK},
	    {"missing value", "", "x", "--ca", "--ca needs a value: FILE",
		AS_FOR_CHECK},
	    {"value for a flag", "", "--json=yes", "x", "takes no value",
		AS_FOR_CHECK},
	    {"port 0", "", "--smtp-port", "0", "from 1 to 65535", AS_FOR_CHECK},
	    {"port with letters", "", "--smtp-port", "2x", "from 1 to 65535",
		AS_FOR_CHECK},
	    {"unknown setting", "\nwrong = 1\n", "x", "y",
		"line 2: there is no setting \"wrong\"", AS_FOR_CHECK},
	    {"section", "[net]\nca = x\n", "x", "y", "no sections",
		AS_FOR_CHECK},
	    {"flag neither yes nor no", "zone-only = 1\n", "x", "y",
		"line 1: zone-only must be yes or no", AS_FOR_CHECK},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct bad *b = &rows[i];
		struct result r =
		    read_all(b->config, ARGS(b->arg, b->next), b->command);
		t_case("refused: %s", b->name);
		T_OK(r.err == AS_EINVAL || r.err == AS_ESYNTAX);
		if (!T_OK(strstr(r.why.text, b->says) != NULL))
			printf("# says: %s\n", r.why.text);
		as_arena_free(r.a);
	}
}

int
main(void)
{
	struct as_arena *a = as_arena_new(ARENA);
	struct as_settings s;
	struct as_why why = {0};

	good();
	bad();
	t_case("a configuration that was named must be there");
	(void)setenv("ASSAY_CONFIG", "/nonexistent/assay.conf", 1);
	T_INT(as_settings_read(a, AS_FOR_CHECK, 0, NULL, &s, &why), AS_EIO);
	T_OK(strstr(why.text, "/nonexistent/assay.conf") != NULL);
	as_arena_free(a);
	return t_done();
}
