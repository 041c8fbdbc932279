#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

struct err_row {
	const char *name;
	const char *text;
};

static const struct err_row err_rows[] = {
#define ERR_ROW(code, text) [code] = {#code, text},
    AS_ERR_MAP(ERR_ROW)
#undef ERR_ROW
};

static const struct err_row *
err_row_get(enum as_err err)
{
	static const struct err_row other = {"AS_E?", "unknown error"};

	if ((size_t)err >= sizeof(err_rows) / sizeof(err_rows[0]))
		return &other;
	return &err_rows[err];
}

const char *
as_err_text(enum as_err err)
{
	return err_row_get(err)->text;
}

const char *
as_err_name(enum as_err err)
{
	return err_row_get(err)->name;
}

enum as_err
as_why_set(
    struct as_why *why, enum as_err code, size_t at, const char *fmt, ...)
{
	va_list ap;

	if (why == NULL)
		return code;
	why->code = code;
	why->at = at;
	va_start(ap, fmt);
	(void)vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	return code;
}

enum as_err
as_why_no_memory(struct as_why *why)
{
	return as_why_set(why, AS_ENOMEM, AS_WHY_NOWHERE, "out of memory");
}
