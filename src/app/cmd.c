#include "app/cmd.h"

#include "base/utf8.h"

#include "base/banned.h"

#define MESSAGE_OCTETS 8192

int
as_cmd_fail(const char *command, const struct as_why *why)
{
	struct as_buf b;

	as_buf_init(&b, MESSAGE_OCTETS);
	as_buf_printf(&b, "assay %s: ", command);
	as_term_add(&b, as_str_from(why->text));
	if (why->code == AS_EINVAL)
		as_buf_printf(&b, "\nTry \"assay %s --help\".", command);
	as_buf_puts(&b, "\n");
	(void)fwrite(b.p, 1, b.n, stderr);
	as_buf_fini(&b);
	return as_exit_status(why->code);
}

bool
as_cmd_settings(struct as_arena *a, const char *command, unsigned bit,
    const char *help, int argc, char **argv, struct as_settings *out,
    int *status)
{
	struct as_why why = {.code = AS_ENOMEM, .text = "out of memory"};

	*status = 0;
	if (a == NULL ||
	    as_settings_read(a, bit, argc, argv, out, &why) != AS_OK) {
		*status = as_cmd_fail(command, &why);
		return false;
	}
	if (!out->help)
		return true;
	(void)printf("%s\nOptions:\n", help);
	as_settings_help(stdout, bit);
	return false;
}
