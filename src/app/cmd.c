#include "app/cmd.h"

#include <string.h>

#include "base/utf8.h"
#include "std/domain.h"

#include "base/banned.h"

#define MESSAGE_OCTETS 8192
#define SHOWN_OCTETS   60 /* of what was typed */
#define OUTPUT         "standard output"

int
as_cmd_fail(const char *command, const struct as_why *why)
{
	struct as_buf b;

	if (why->text[0] == 0) /* nobody reads what we print */
		return as_exit_status(why->code);
	as_buf_init(&b, MESSAGE_OCTETS);
	as_buf_printf(&b, "assay%s%s: ", command != NULL ? " " : "",
	    command != NULL ? command : "");
	as_term_add(&b, as_str_from(why->text));
	if (why->code == AS_EINVAL)
		as_buf_printf(&b, "\nTry \"assay %s --help\".", command);
	as_buf_puts(&b, "\n");
	(void)fwrite(b.p, 1, b.n, stderr);
	as_buf_fini(&b);
	return as_exit_status(why->code);
}

void
as_cmd_json(struct as_buf *b, enum as_format format, json_t *doc)
{
	as_json_write(b, doc,
	    format == AS_FORMAT_JSON ? AS_JSON_PRETTY : AS_JSON_COMPACT);
	as_buf_puts(b, "\n");
	json_decref(doc);
}

enum as_err
as_cmd_print(struct as_buf *b, struct as_why *why)
{
	enum as_err err = as_run_write(stdout, OUTPUT, b, why);

	as_buf_fini(b);
	return err;
}

bool
as_cmd_flush(const char *command, int *status)
{
	struct as_buf none = {0};
	struct as_why why = {0};

	if (as_run_write(stdout, OUTPUT, &none, &why) == AS_OK)
		return true;
	*status = as_cmd_fail(command, &why);
	return false;
}

enum as_err
as_cmd_domain(struct as_arena *a, struct as_str text, struct as_str *out,
    struct as_why *why)
{
	struct as_why inner = {0};
	enum as_err err = as_domain_parse(a, text, out, &inner);
	struct as_str shown = as_str_slice(text, 0, SHOWN_OCTETS);

	if (err == AS_OK)
		return AS_OK;
	if (err == AS_ENOMEM)
		return as_why_set(why, err, AS_WHY_NOWHERE, "out of memory");
	return as_why_set(why, AS_EINVAL, inner.at,
	    "\"" AS_STR_FMT "\" is not a domain name: %.140s",
	    AS_STR_ARG(shown), inner.text);
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
	(void)as_cmd_flush(command, status);
	return false;
}

#define DAY_S INT64_C(86400)

enum as_err
as_cmd_time(const char *text, const char *flag, bool last, int64_t *out,
    struct as_why *why)
{
	int64_t ms;

	if (text == NULL)
		return AS_OK;
	if (as_time_parse(as_str_from(text), &ms) != AS_OK)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--%s must be a date such as 2026-11-24 or a time such as"
		    " 2026-11-24T17:03:04Z, not \"%.80s\"",
		    flag, text);
	*out = ms / 1000;
	if (last && strlen(text) == sizeof("2026-11-24") - 1)
		*out += DAY_S - 1;
	return AS_OK;
}
