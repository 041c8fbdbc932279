#include "app/settings.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"

#include "base/banned.h"

static const struct as_option options[] = {
#define OPTION_ROW(kind, m, flag, arg, least, most, commands, help) \
	{AS_OPTION_##kind, offsetof(struct as_settings, m), flag, arg, least, \
	    most, commands, help},
    AS_OPTIONS(OPTION_ROW)
#undef OPTION_ROW
};

#define N_OPTIONS (sizeof(options) / sizeof(options[0]))

const struct as_option *
as_options(size_t *n)
{
	*n = N_OPTIONS;
	return options;
}

/* One reading: where values go and where they come from. */
struct reading {
	struct as_arena *a;
	struct as_settings *out;
	struct as_why *why;
	const char *path;          /* configuration file, or NULL: argv */
	bool from_argv[N_OPTIONS]; /* lists begun on the command line */
	enum as_err err;
};

static const struct as_option *
option_find(struct as_str flag)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (as_str_is(flag, options[i].flag))
			return &options[i];
	return NULL;
}

static enum as_err
list_add(struct as_arena *a, struct as_list *list, const char *value)
{
	const char **v = as_arena_array(a, list->n + 1, sizeof(*v));

	if (v == NULL)
		return AS_ENOMEM;
	if (list->n > 0)
		memcpy(v, list->v, list->n * sizeof(*v));
	v[list->n] = value;
	list->v = v;
	list->n++;
	return AS_OK;
}

/* "a, b, c" of a configuration file. */
static enum as_err
list_split(struct as_arena *a, struct as_list *list, struct as_str value)
{
	for (size_t at = 0; at <= value.n;) {
		size_t end = as_str_find(value, ',', at);
		struct as_str one =
		    as_str_dup(a, as_str_trim(as_str_slice(value, at, end)));
		if (as_str_is_null(one))
			return AS_ENOMEM;
		if (one.n > 0)
			AS_TRY(list_add(a, list, one.p));
		at = end + 1;
	}
	return AS_OK;
}

static enum as_err
number_set(struct reading *r, const struct as_option *o, uint32_t *member,
    const char *value)
{
	uint64_t n;

	if (as_str_u64(as_str_from(value), o->most, &n) != AS_OK ||
	    n < o->least)
		return as_why_set(r->why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--%s must be a number from %u to %u, not \"%s\"", o->flag,
		    o->least, o->most, value);
	*member = (uint32_t)n;
	return AS_OK;
}

static enum as_err
flag_set(struct reading *r, const struct as_option *o, bool *member,
    const char *value)
{
	if (value == NULL || strcmp(value, "yes") == 0)
		*member = true;
	else if (strcmp(value, "no") == 0)
		*member = false;
	else
		return as_why_set(r->why, AS_EINVAL, AS_WHY_NOWHERE,
		    "%s must be yes or no, not \"%s\"", o->flag, value);
	return AS_OK;
}

static enum as_err
list_set(struct reading *r, const struct as_option *o, struct as_list *member,
    const char *value)
{
	size_t i = (size_t)(o - options);

	if (r->path != NULL) {
		*member = (struct as_list){NULL, 0};
		return list_split(r->a, member, as_str_from(value));
	}
	if (!r->from_argv[i])
		*member = (struct as_list){NULL, 0};
	r->from_argv[i] = true;
	return list_add(r->a, member, value);
}

static enum as_err
option_set(struct reading *r, const struct as_option *o, const char *value)
{
	char *base = (char *)r->out;
	void *member = base + o->at;

	switch (o->kind) {
	case AS_OPTION_FLAG: return flag_set(r, o, member, value);
	case AS_OPTION_NUMBER: return number_set(r, o, member, value);
	case AS_OPTION_LIST: return list_set(r, o, member, value);
	case AS_OPTION_TEXT: *(const char **)member = value; return AS_OK;
	}
	return AS_EINVAL;
}

/* --- the configuration file --- */

static int
on_ini(void *ctx, const char *section, const char *name, const char *value)
{
	struct reading *r = ctx;
	const struct as_option *o = option_find(as_str_from(name));
	char *copy = as_arena_copy(r->a, value, strlen(value));

	if (copy == NULL) {
		r->err = AS_ENOMEM;
	} else if (section[0] != 0) {
		r->err = as_why_set(r->why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "section [%s]: there are no sections", section);
	} else if (o == NULL) {
		r->err = as_why_set(r->why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "there is no setting \"%s\"", name);
	} else {
		r->err = option_set(r, o, copy);
	}
	return r->err == AS_OK;
}

static enum as_err
file_read(struct reading *r, const char *path)
{
	char text[sizeof(r->why->text)];
	int line;

	r->path = path;
	line = ini_parse(path, on_ini, r);
	r->path = NULL;
	if (line == 0)
		return AS_OK;
	if (line < 0)
		return as_why_set(r->why, AS_EIO, AS_WHY_NOWHERE, "%s: %s",
		    path, strerror(errno));
	(void)snprintf(text, sizeof(text), "%s",
	    r->err != AS_OK ? r->why->text : "not \"setting = value\"");
	return as_why_set(r->why, AS_ESYNTAX, AS_WHY_NOWHERE,
	    "%s, line %d: %.160s", path, line, text);
}

static bool
is_there(struct as_str path)
{
	return !as_str_is_null(path) && access(path.p, R_OK) == 0;
}

static enum as_err
config_read(struct reading *r)
{
	const char *named = getenv("ASSAY_CONFIG");
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	struct as_str path = AS_STR_NULL;

	if (named != NULL && named[0] != 0)
		return file_read(r, named);
	if (xdg != NULL && xdg[0] != 0)
		path = as_str_printf(r->a, "%s/assay/assay.conf", xdg);
	else if (home != NULL && home[0] != 0)
		path = as_str_printf(r->a, "%s/.config/assay/assay.conf", home);
	if (is_there(path))
		return file_read(r, path.p);
	path = AS_STR("/etc/assay/assay.conf");
	return is_there(path) ? file_read(r, path.p) : AS_OK;
}

/* --- the command line --- */

static const char *
long_name(const char *arg)
{
	if (strcmp(arg, "-v") == 0)
		return "verbose";
	if (strcmp(arg, "-o") == 0)
		return "output";
	return strncmp(arg, "--", 2) == 0 ? arg + 2 : NULL;
}

/* Takes argv[*i], and argv[*i + 1] when it is the value of an option. */
static enum as_err
arg_take(struct reading *r, unsigned command, int argc, char **argv, int *i)
{
	struct as_str flag = as_str_from(long_name(argv[*i]));
	size_t equals = as_str_find(flag, '=', 0);
	const char *value = equals < flag.n ? flag.p + equals + 1 : NULL;
	const struct as_option *o = option_find(as_str_slice(flag, 0, equals));

	if (as_str_is_null(flag) || o == NULL || (o->commands & command) == 0)
		return as_why_set(r->why, AS_EINVAL, AS_WHY_NOWHERE,
		    "there is no option %s here", argv[*i]);
	if (o->kind == AS_OPTION_FLAG && value != NULL)
		return as_why_set(r->why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--%s takes no value", o->flag);
	if (o->kind != AS_OPTION_FLAG && value == NULL) {
		if (*i + 1 >= argc)
			return as_why_set(r->why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--%s needs a value: %s", o->flag, o->arg);
		value = argv[++*i];
	}
	return option_set(r, o, value);
}

static enum as_err
args_read(struct reading *r, unsigned command, int argc, char **argv)
{
	bool plain = false; /* after "--" */

	r->out->args = as_arena_array(r->a, (size_t)argc + 1, sizeof(char *));
	if (r->out->args == NULL)
		return AS_ENOMEM;
	for (int i = 0; i < argc; i++) {
		bool is_option = argv[i][0] == '-' && argv[i][1] != 0;
		if (plain || !is_option)
			r->out->args[r->out->n_args++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			plain = true;
		else
			AS_TRY(arg_take(r, command, argc, argv, &i));
	}
	return AS_OK;
}

static bool
wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

enum as_err
as_settings_read(struct as_arena *a, unsigned command, int argc, char **argv,
    struct as_settings *out, struct as_why *why)
{
	struct reading r = {.a = a, .out = out, .why = why};

	*out = (struct as_settings){.command = command};
	out->help = wants_help(argc, argv);
	if (out->help)
		return AS_OK;
	AS_TRY(config_read(&r));
	return args_read(&r, command, argc, argv);
}

/* --- help --- */

#define HELP_COLUMN 28
#define HELP_WIDTH  79

/* The cursor stands in HELP_COLUMN. */
static void
help_words(FILE *out, struct as_str text)
{
	size_t column = HELP_COLUMN;

	for (size_t at = 0; at < text.n;) {
		size_t end = as_str_find(text, ' ', at);
		bool first = column == HELP_COLUMN;
		if (!first && column + 1 + end - at > HELP_WIDTH) {
			(void)fprintf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
			first = true;
		}
		column += (size_t)!first + end - at;
		(void)fprintf(out, "%s" AS_STR_FMT, first ? "" : " ",
		    AS_STR_ARG(as_str_slice(text, at, end)));
		at = end + 1;
	}
	(void)fprintf(out, "\n");
}

void
as_settings_help(FILE *out, unsigned command)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct as_option *o = &options[i];
		int n;
		if ((o->commands & command) == 0)
			continue;
		n = fprintf(out, "  --%s%s%s", o->flag,
		    o->arg[0] != 0 ? " " : "", o->arg);
		if (n < 0 || n >= HELP_COLUMN) {
			(void)fprintf(out, "\n");
			n = 0;
		}
		(void)fprintf(out, "%*s", HELP_COLUMN - n, "");
		help_words(out, as_str_from(o->help));
	}
}
