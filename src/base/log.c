#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

#include "base/banned.h"

#define LINE_OCTETS 2048

static const char *const level_names[] = {
    [AS_LOG_ERROR] = "error: ",
    [AS_LOG_WARN] = "warning: ",
    [AS_LOG_INFO] = "",
    [AS_LOG_DEBUG] = "debug: ",
};

void
as_log(const struct as_log *log, enum as_log_level level, const char *fmt, ...)
{
	char text[LINE_OCTETS];
	struct as_buf line;
	va_list ap;

	if (log == NULL || log->fd < 0 || level > log->max)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	as_buf_init(&line, LINE_OCTETS * 4);
	as_buf_printf(&line, "%s: %s", log->name, level_names[level]);
	as_term_add(&line, as_str_from(text));
	as_buf_puts(&line, "\n");
	if (write(log->fd, line.p, line.n) < 0) {
		/* Nobody is left to be told. */
	}
	as_buf_fini(&line);
}
